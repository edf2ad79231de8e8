"""OONI shapes: the field tables of OONI's data formats, written from ooni/spec, and a check of a measurement against them.

Sources: data-formats/README.md (0.3.2: `x_` is allowed anywhere, no field that is not optional is missing), df-000-base.md
(0.2.0), df-001-httpt.md (version 0), df-007-errors.md; and internal/model/measurement.go of ooni/probe-cli for fields of
the base format that the stored text of df-000 does not name yet (measurement_start_time, resolver_*, extensions).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Check = Callable[[Any, str], Iterator[str]]
"""A value and its place: what is wrong with it."""


def is_a(*kinds: type) -> Check:
    def check(value: Any, at: str) -> Iterator[str]:
        # To Python a bool is an int; to JSON it is none.
        if type(value) not in kinds and not (float in kinds and type(value) is int):
            yield f"{at}: {type(value).__name__} instead of {' or '.join(one.__name__ for one in kinds)}"

    return check


def like(pattern: str) -> Check:
    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            yield f"{at}: {value!r} is not like {pattern}"

    return check


def nullable(inner: Check) -> Check:
    return lambda value, at: iter(()) if value is None else inner(value, at)


def list_of(inner: Check) -> Check:
    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"{at}: no list"
            return
        for number, one in enumerate(value):
            yield from inner(one, f"{at}[{number}]")

    return check


def map_of(inner: Check) -> Check:
    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{at}: no object"
            return
        for name, one in value.items():
            yield from inner(one, f"{at}.{name}")

    return check


def shape(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object with these fields, and any that begin with x_."""
    fields = {**required, **(optional or {})}

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{at}: no object"
            return
        for name in required:
            if name not in value:
                yield f"{at}.{name} is missing"
        for name, one in value.items():
            if name in fields:
                yield from fields[name](one, f"{at}.{name}")
            elif not name.startswith("x_"):
                yield f"{at}.{name} is no field of OONI's"

    return check


def maybe_binary(value: Any, at: str) -> Iterator[str]:
    """`MaybeBinaryData`: a text, or base64 where it cannot be one."""
    if isinstance(value, str):
        return
    yield from shape({"format": like("base64"), "data": TEXT})(value, at)
    if isinstance(value, dict) and isinstance(value.get("data"), str):
        data = base64.b64decode(value["data"], validate=True)
        try:
            data.decode()
        except UnicodeDecodeError:
            return
        yield f"{at}: base64 of what is a text"


def header(value: Any, at: str) -> Iterator[str]:
    """`HeaderValue`: a name and a value."""
    if not isinstance(value, list) or len(value) != 2 or not isinstance(value[0], str):
        yield f"{at}: no pair"
        return
    yield from maybe_binary(value[1], f"{at}[1]")


TEXT, NUMBER, WHOLE, TRUTH = is_a(str), is_a(float), is_a(int), is_a(bool)
MOMENT = like(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
ASN = like(r"AS(0|[1-9]\d{0,9})")
FAILURES = """
    android_dns_cache_no_data connection_aborted connection_already_closed connection_refused connection_reset
    dns_bogon_error dns_no_answer dns_non_recoverable_failure dns_nxdomain_error dns_reply_with_wrong_query_id
    dns_refused_error dns_server_misbehaving dns_servfail_error dns_temporary_failure eof_error http_request_failed
    host_unreachable generic_timeout_error http_unexpected_redirect_url http_unexpected_status_code interrupted
    json_parse_error network_down network_reset network_unreachable quic_incompatible_version ssl_failed_handshake
    ssl_invalid_hostname ssl_unknown_authority ssl_invalid_certificate
""".split()  # noqa: SIM905
"""Those of df-007 that are in use; what has no word there begins with unknown_failure."""
FAILURE = nullable(like(f"{'|'.join(FAILURES)}|unknown_failure( .*)?"))
TOR = shape({"exit_ip": nullable(TEXT), "exit_name": nullable(TEXT), "is_tor": TRUTH})
VPN = shape({"exit_ip": nullable(TEXT), "provider": nullable(TEXT), "is_vpn": TRUTH})
_MESSAGE: dict[str, Check] = {
    "body": maybe_binary,
    "headers": map_of(maybe_binary),
    "headers_list": list_of(header),
}
_MAY_BE_CUT: dict[str, Check] = {"body_is_truncated": TRUTH}
REQUEST = shape({"url": TEXT, "method": TEXT, "tor": TOR, **_MESSAGE}, {"vpn": VPN, **_MAY_BE_CUT})
RESPONSE = shape({"code": WHOLE, **_MESSAGE}, _MAY_BE_CUT)
TRANSACTION = shape(
    {"failure": FAILURE, "request": REQUEST, "response": RESPONSE, "t0": NUMBER, "t": NUMBER},
    {
        "network": like("tcp|udp"),
        "address": like(r"(\d+\.\d+\.\d+\.\d+|\[[0-9a-f:.]+\]):\d+"),
        "alpn": TEXT,
        "response_length": nullable(WHOLE),
        "transaction_id": WHOLE,
    },
)
TEST_KEYS = shape(
    {"agent": like("agent|redirect"), "requests": list_of(TRANSACTION)},
    {"socksproxy": nullable(TEXT), "failure": FAILURE},
)
MEASUREMENT = shape(
    {
        "data_format_version": like(r"0\.2\.0"),
        "input": nullable(TEXT),
        "measurement_start_time": MOMENT,
        "probe_asn": ASN,
        "probe_cc": like("[A-Z]{2}"),
        "probe_ip": like(r"\d+\.\d+\.\d+\.\d+|[0-9a-f:]+"),
        "probe_network_name": TEXT,
        "report_id": TEXT,
        "resolver_asn": ASN,
        "resolver_ip": TEXT,
        "resolver_network_name": TEXT,
        "software_name": TEXT,
        "software_version": TEXT,
        "test_keys": TEST_KEYS,
        "test_name": like("[a-z0-9_]+"),
        "test_runtime": NUMBER,
        "test_start_time": MOMENT,
        "test_version": like(r"\d+\.\d+\.\d+"),
    },
    {
        "annotations": map_of(TEXT),
        "extensions": map_of(WHOLE),
        "id": TEXT,
        "input_hashes": list_of(TEXT),
        "options": list_of(TEXT),
        "probe_city": nullable(TEXT),
        "test_helpers": is_a(dict),
    },
)


def faults(measurement: Any) -> list[str]:
    """All that is not as OONI's pages say."""
    return list(MEASUREMENT(measurement, "measurement"))
