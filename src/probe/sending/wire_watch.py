"""Wire watch: follows one request and its answer over the wire, so that it can be said how far it came, and what it was."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from probe.model.exchange import Request, Stage, Wire
from probe.reading.body import BodyReader

_STAGES = {
    "connect_tcp": Stage.DIAL,
    "connect_unix_socket": Stage.DIAL,
    "start_tls": Stage.TLS,
    "send_request_headers": Stage.WRITE,
    "send_request_body": Stage.WRITE,
    "receive_response_headers": Stage.READ,
    "receive_response_body": Stage.BODY,
}
"""httpcore's trace events by the last part of their names."""
_UNSENT = (Stage.DNS, Stage.DIAL, Stage.TLS)


class WireWatch:
    """One request. `address` is that of the connection which it may find open."""

    def __init__(self, started: float, *, proxied: bool, address: str | None) -> None:
        self.stage = Stage.DIAL
        """How far it has come."""
        self.address = address
        self.reader: BodyReader | None = None
        """Who reads the body, once there is one."""
        self._started = started
        self._proxied = proxied
        self._request = b""
        self._response = b""

    async def trace(self, name: str, info: dict[str, Any]) -> None:
        """Hear httpcore's trace events."""
        event = name.split(".")
        if event[-1] == "started":
            if event[1] == "connect_tcp":
                self.address = None
            self.stage = _STAGES.get(event[1], self.stage)
        elif event[1:] == ["connect_tcp", "complete"] and not self._proxied:
            with suppress(OSError):  # it may be closed already
                self.address = _write_address(info["return_value"].get_extra_info("server_addr"))

    def sends(self, method: str, target: bytes, headers: Sequence[tuple[bytes, bytes]]) -> None:
        """The request as it will be sent."""
        self._request = b"%b %b HTTP/1.1\r\n%b" % (method.encode(), target, _write_headers(headers))

    def receives(
        self, version: bytes, status: int, reason: bytes, headers: Sequence[tuple[bytes, bytes]]
    ) -> None:
        """The head of the answer has come."""
        self.stage = Stage.BODY
        line = b"%b %d %b" % (version or b"HTTP/1.1", status, reason)
        self._response = line.rstrip() + b"\r\n" + _write_headers(headers)

    def wire(self, request: Request, ended: float) -> Wire:
        """What it was, now that it is over."""
        is_sent = self.stage not in _UNSENT
        return Wire(
            started=self._started,
            ended=ended,
            request=self._request if is_sent else b"",
            response=self._response,
            sent=len(request.body or b"") if is_sent else 0,
            received=0 if self.reader is None else self.reader.size,
            address=self.address,
            proxied=self._proxied,
        )


def _write_headers(headers: Sequence[tuple[bytes, bytes]]) -> bytes:
    return b"".join(b"%b: %b\r\n" % pair for pair in headers)


def _write_address(address: tuple[Any, ...] | None) -> str | None:
    if address is None:
        return None
    host, port = address[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
