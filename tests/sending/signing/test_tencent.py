"""Tencent Cloud's signature: the vendor's worked example, and what a server would make of our requests."""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Any

import pytest
from hypothesis import given

from probe.model.exchange import Request
from probe.sending.request import RequestWriter
from tests.builders import make_endpoint
from tests.sending.signing.wire import TEXTS, query_of, written

GIVEN = {"id": "the-id", "key": "the-key", "service": "tms"}
EXAMPLE_BODY = r'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'
EXAMPLE_KEY = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"


def signature_of(request: Request, key: str, service: str, *, day: str, host: str) -> str:
    """The signature that a server works out from what came."""
    headers = dict(request.headers)
    lines = [
        request.method,
        "/",
        query_of(request),
        f"content-type:{headers['content-type']}",
        f"host:{host}",
        "",
        "content-type;host",
        hashlib.sha256(request.body or b"").hexdigest(),
    ]
    hashed = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    to_sign = f"TC3-HMAC-SHA256\n{headers['x-tc-timestamp']}\n{day}/{service}/tc3_request\n{hashed}"
    secret = f"TC3{key}".encode()
    for part in (day, service, "tc3_request"):
        secret = hmac.new(secret, part.encode(), hashlib.sha256).digest()
    return hmac.new(secret, to_sign.encode(), hashlib.sha256).hexdigest()


def signature_in(request: Request) -> str:
    found = re.fullmatch(
        r"TC3-HMAC-SHA256 .*, Signature=([0-9a-f]{64})", dict(request.headers)["authorization"]
    )
    assert found is not None
    return found[1]


def test_the_vendors_example() -> None:
    """DescribeInstances, of the documentation, as a definition would say it."""
    endpoint = make_endpoint(
        request={
            "url": "https://cvm.tencentcloudapi.com/",
            "method": "POST",
            "headers": {"Content-Type": "application/json; charset=utf-8"},
            "body": EXAMPLE_BODY,
            "sign": {
                "scheme": "tc3-hmac-sha256",
                "with": {"id": "{secret:ID}", "key": "{secret:KEY}", "service": "cvm"},
            },
        }
    )
    secrets = {"ID": "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", "KEY": EXAMPLE_KEY}
    request = RequestWriter(endpoint, secrets).write("", now=1551113065.9)
    assert request.body == EXAMPLE_BODY.encode()
    assert dict(request.headers)["x-tc-timestamp"] == "1551113065"
    assert dict(request.headers)["authorization"] == (
        "TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/2019-02-25/cvm/tc3_request,"
        " SignedHeaders=content-type;host,"
        " Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168"
    )


@pytest.mark.parametrize(
    "parts",
    [
        {"query": {"Content": "{keyword}", "Limit": "10"}},
        {"method": "POST", "json": {"Content": "{keyword}"}},
        {"method": "POST", "json": {"Content": "{keyword:base64}"}},
        {"method": "POST", "form": {"Content": "{keyword}"}},
        {"method": "POST", "body": "{keyword:gb18030}"},
    ],
)
@given(text=TEXTS)
def test_what_is_signed_is_what_goes_over_the_wire(parts: dict[str, Any], text: str) -> None:
    """The query as it stands in the URL, and the bytes of the body in whatever form."""
    request = written(text, "tc3-hmac-sha256", GIVEN, **parts)
    assert signature_in(request) == signature_of(
        request, "the-key", "tms", day="2023-12-10", host="h.example"
    )
    assert "+" not in query_of(request)


@pytest.mark.parametrize("url", ["https://H.example/", "https://h.example:443/", "https://h.example"])
def test_the_host_is_signed_as_it_is_sent(url: str) -> None:
    """In small letters, and without a port that goes without saying; another port is named."""
    request = written("x", "tc3-hmac-sha256", GIVEN, url=url, method="POST", json={"a": "{keyword}"})
    assert signature_in(request) == signature_of(
        request, "the-key", "tms", day="2023-12-10", host="h.example"
    )
    other = written("x", "tc3-hmac-sha256", GIVEN, url="http://h.example:443/", query={"a": "{keyword}"})
    assert signature_in(other) == signature_of(
        other, "the-key", "tms", day="2023-12-10", host="h.example:443"
    )


def test_a_get_names_the_type_that_is_signed() -> None:
    """The platform signs the Content-Type, so there must be one."""
    headers = dict(written("x", "tc3-hmac-sha256", GIVEN, query={"a": "{keyword}"}).headers)
    assert headers["content-type"] == "application/x-www-form-urlencoded"
