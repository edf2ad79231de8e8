from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.lab.wire import LIMIT, BadRequestError, Request, decode_query, take_request


def whole(data: bytes) -> Request:
    request = take_request(bytearray(data))
    assert request is not None
    return request


@given(st.integers(0, 62))
def test_a_request_may_come_in_pieces(cut: int) -> None:
    """Nothing is taken before the last byte is there, and nothing of the next request is."""
    data = b"POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody"
    buffer = bytearray(data[:cut])
    assert cut >= len(data) or take_request(buffer) is None
    buffer += data[len(buffer) :] + b"GET"
    request = take_request(buffer)
    assert request is not None
    assert (request.method, request.path, request.query, request.body) == ("POST", "/a", "b=c", b"body")
    assert buffer == b"GET"


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ("GET /notice/search?q=天气 HTTP/1.1\r\n\r\n".encode(), 400),
        (b"GET\r\n\r\n", 400),
        (b"GET  / HTTP/1.1\r\n\r\n", 400),
        (b"GET http://x/ HTTP/1.1\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\r\n\r\n", 400),
        (b"GET / HTTP/2\r\n\r\n", 505),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n folded: x\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 65537\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 411),
        (b"GET /" + b"a" * LIMIT, 414),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * LIMIT, 431),
    ],
)
def test_a_wrong_request_is_refused(data: bytes, status: int) -> None:
    """Each fault has its status, and none is read as something else."""
    with pytest.raises(BadRequestError) as raised:
        take_request(bytearray(data))
    assert raised.value.status == status


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reading(data: bytes) -> None:
    """Whatever arrives is a request, a refusal, or not all there yet."""
    with suppress(BadRequestError):
        take_request(bytearray(data + b"\r\n\r\n"))


@pytest.mark.parametrize(
    ("version", "connection", "keeps"),
    [("1.1", "", True), ("1.1", "close", False), ("1.0", "", False), ("1.0", "Keep-Alive", True)],
)
def test_keeping_alive_follows_version_and_header(version: str, connection: str, keeps: bool) -> None:
    """The connection lives on exactly where HTTP says so."""
    assert whole(f"GET / HTTP/{version}\r\nConnection: {connection}\r\n\r\n".encode()).keep_alive is keeps


def test_repeated_headers_are_joined() -> None:
    """Two cookies' lines both stay."""
    assert whole(b"GET / HTTP/1.1\r\nA: 1\r\na:2 \r\n\r\n").headers == {"a": "1, 2"}


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("q=%E5%A4%A9%E6%B0%94", "天气"),
        ("a=1&q=A+B%2BC", "A B+C"),
        ("q=%e5%a4%a9=%E6%B0%94", "天=气"),
        ("q=one&q=two", "one"),
        ("q", ""),
        ("p=1", None),
        ("", None),
    ],
)
def test_the_query_is_decoded(query: str, text: str | None) -> None:
    """Plus is a space, small and capital hexadecimal are the same, the first value counts."""
    assert decode_query(query, "q") == text


@pytest.mark.parametrize("query", ["q=%CC%EC%C6%F8", "q=%E5%A4", "q=%ED%A0%80", "q=100%", "q=%zz"])
def test_what_is_not_utf8_is_refused(query: str) -> None:
    """GBK, half characters, surrogates and stray percent signs are the asker's mistakes."""
    with pytest.raises(BadRequestError):
        decode_query(query, "q")
