"""Heads stay as they were on the wire, but for what is not true of a body that was decoded."""

from __future__ import annotations

from probe.keeping.evidence.http_block import request_block, response_block
from probe.model.exchange import Request, Response, Step, Wire


def step(
    head: bytes = b"",
    *,
    asked: bytes = b"",
    body: bytes = b"",
    method: str = "GET",
    sent: bytes | None = None,
) -> Step:
    wire = Wire(started=1.0, ended=2.0, request=asked, response=head) if head or asked else None
    return Step(
        request=Request(
            method=method, url="http://h.example:81/a?b#c", headers=(("X-A", "1\r\nX-Evil: 2"),), body=sent
        ),
        response=Response(status=451, headers=(("content-type", "text/html"),), body=body),
        wire=wire,
    )


def block(one: Step) -> bytes:
    assert one.response is not None
    return response_block(one, one.response)


def test_a_head_of_the_wire_stays_as_it_was() -> None:
    """Byte by byte, where it is true of the body."""
    head = b"HTTP/1.1 200 Fine\r\nX-ODD:  \xff\r\nContent-Length: 2\r\nx: 1\r\nx: 2\r\n"
    assert block(step(head, body=b"ab")) == head + b"\r\nab"
    asked = b"POST /a?b HTTP/1.1\r\nhost: h\r\ncontent-length: 3\r\n"
    assert request_block(step(asked=asked, sent=b"abc")) == asked + b"\r\nabc"


def test_fields_that_spoke_of_the_coded_body_are_renamed() -> None:
    """And the true length is added, so that any reader can replay it."""
    head = (
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 99\r\nTransfer-Encoding: chunked\r\n"
    )
    assert block(step(head, body=b"ab")) == (
        b"HTTP/1.1 200 OK\r\nX-Crawler-Content-Encoding: gzip\r\nX-Crawler-Content-Length: 99\r\n"
        b"X-Crawler-Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\nab"
    )


def test_an_answer_to_head_keeps_the_length_of_what_it_did_not_send() -> None:
    """There is no body that it could be wrong of."""
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n"
    assert block(step(head, method="HEAD")) == head + b"\r\n"


def test_a_head_that_was_not_recorded_is_made_anew() -> None:
    """No value can make a second field of itself."""
    assert request_block(step()) == (b"GET /a?b HTTP/1.1\r\nHost: h.example:81\r\nX-A: 1 X-Evil: 2\r\n\r\n")
    assert block(step(body=b"ab")) == (
        b"HTTP/1.1 451 Unavailable For Legal Reasons\r\ncontent-type: text/html\r\nContent-Length: 2\r\n\r\nab"
    )
