"""OONI transaction: one request with its response or its failure, as OONI's df-001 (`httpt`, version 0) describes it.

Source: ooni/spec, data-formats/df-001-httpt.md. Heads are those of the wire where they were recorded.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

from probe.model.exchange import Exchange, Step

MaybeBinary = str | dict[str, str]
Pairs = Sequence[tuple[str, MaybeBinary]]
_NO_TOR = {"exit_ip": None, "exit_name": None, "is_tor": False}


def write_transactions(exchange: Exchange, *, zero: float, first: int) -> list[dict[str, Any]]:
    """Each step that went over HTTP; times count from `zero` (seconds since 1970), ids from `first`."""
    steps = [one for one in exchange.steps if one.request.url.lower().startswith(("http://", "https://"))]
    return [_transaction(one, exchange, zero, number) for number, one in enumerate(steps, first)]


def follows_redirects(exchanges: Sequence[Exchange]) -> bool:
    """Whether any of them asked on where a redirect pointed to."""
    return any(
        step.response is not None
        and 300 <= step.response.status < 400
        and step.response.header("location") is not None
        for one in exchanges
        for step in one.steps[:-1]
    )


def maybe_binary(data: bytes) -> MaybeBinary:
    """A text where it is UTF-8, else base64, as df-001 says."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return {"format": "base64", "data": base64.b64encode(data).decode()}


def _transaction(step: Step, exchange: Exchange, zero: float, number: int) -> dict[str, Any]:
    wire = step.wire
    started, ended = (exchange.started, exchange.ended) if wire is None else (wire.started, wire.ended)
    known = {} if wire is None or wire.address is None else {"address": wire.address}
    return {
        "network": "tcp",
        **known,
        "failure": step.failure,
        "request": _request(step),
        "response": _response(step),
        "t0": _since(started, zero),
        "t": _since(ended, zero),
        "transaction_id": number,
        "x_stage": step.stage,
        "x_part": step.part,
        "x_proxied": wire is not None and wire.proxied,
    }


def _request(step: Step) -> dict[str, Any]:
    request, wire = step.request, step.wire
    fields = _read_head(wire.request)[1] if wire is not None and wire.request else _encode(request.headers)
    return {
        "url": request.url,
        "method": request.method,
        "body": maybe_binary(request.body or b""),
        "body_is_truncated": request.is_cut,
        **_headers(fields),
        "tor": _NO_TOR,
        "x_transport": "tcp",
    }


def _response(step: Step) -> dict[str, Any]:
    """Where none came, the empty one with code 0 that OONI's own probes write then; a head that came is told in any case."""
    response, wire = step.response, step.wire
    code, fields = 0, list[tuple[str, MaybeBinary]]()
    if wire is not None and wire.response:
        line, fields = _read_head(wire.response)
        words = line.split(b" ", 2)
        code = int(words[1]) if len(words) > 1 and words[1].isdigit() else 0
    if response is not None:
        code = response.status
        fields = fields or _encode(response.headers)
    return {
        "body": maybe_binary(b"" if response is None else response.body),
        "body_is_truncated": response is not None and response.is_cut,
        "code": code,
        **_headers(fields),
    }


def _headers(fields: Pairs) -> dict[str, Any]:
    """Of fields that stand several times, the map has the first and the list has all."""
    first: dict[str, MaybeBinary] = {}
    for name, value in fields:
        first.setdefault(name, value)
    return {"headers": first, "headers_list": [[name, value] for name, value in fields]}


def _read_head(head: bytes) -> tuple[bytes, list[tuple[str, MaybeBinary]]]:
    line, *fields = head.removesuffix(b"\r\n").split(b"\r\n")
    pairs = [field.partition(b":") for field in fields]
    return line, [(name.decode("latin-1"), maybe_binary(value.strip())) for name, _, value in pairs]


def _encode(headers: Sequence[tuple[str, str]]) -> list[tuple[str, MaybeBinary]]:
    return [(name, maybe_binary(value.encode("utf-8", "surrogateescape"))) for name, value in headers]


def _since(moment: float, zero: float) -> float:
    return round(moment - zero, 6)
