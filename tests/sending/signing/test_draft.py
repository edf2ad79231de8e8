"""A request in parts, and how it is put together."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

from hypothesis import given
from hypothesis import strategies as st

from probe.sending.signing.draft import Draft, header_text, percent, query_text

PAIRS = st.lists(st.tuples(st.text("abXY-_", min_size=1), st.binary(max_size=8)), max_size=4)


def draft(url: str = "https://h.example/", **parts: object) -> Draft:
    made = Draft(method="GET", url=url, query=[("q", b"a b+c")], headers={})
    for name, value in parts.items():
        setattr(made, name, value)
    return made


def test_a_signed_query_is_sent_as_it_was_signed() -> None:
    """An unsigned one is sent as forms send theirs."""
    assert draft().finish().url == "https://h.example/?q=a+b%2Bc"
    assert draft(is_signed=True).finish().url == "https://h.example/?q=a%20b%2Bc"
    assert (
        draft("https://h.example/?x=1", is_signed=True).finish().url == "https://h.example/?x=1&q=a%20b%2Bc"
    )
    assert draft(query=[]).finish().url == "https://h.example/"


def test_a_form_goes_before_a_body() -> None:
    """A scheme may have added a form."""
    assert draft(form=[("a", "谣 +".encode())]).finish().body == b"a=%E8%B0%A3+%2B"
    assert draft(body=b"x").finish().body == b"x"
    assert draft().finish().body is None


def test_the_authority_is_what_the_host_header_says() -> None:
    """The definition's own, else that of the URL, whose usual port is never sent."""
    assert draft("https://h.example:443/").authority == "h.example"
    assert draft("http://h.example:80/").authority == "h.example"
    assert draft("https://h.example:80/").authority == "h.example:80"
    assert draft("https://h.example:1443/").authority == "h.example:1443"
    assert draft(headers={"host": "other.example"}).authority == "other.example"


@given(PAIRS)
def test_escapes_are_undone_to_the_same_bytes(pairs: list[tuple[str, bytes]]) -> None:
    """Of any bytes, and in no other signs than those of RFC 3986."""
    text = query_text(pairs)
    parts = [part.partition("=") for part in text.split("&")] if text else []
    assert [(name, unquote_to_bytes(value)) for name, _, value in parts] == pairs
    assert percent("a b~-._") == "a%20b~-._"
    assert percent(b"\xe8+/") == "%E8%2B%2F"


@given(st.binary())
def test_headers_are_printable_and_escaped_once(value: bytes) -> None:
    """What has been escaped stays as it is."""
    text = header_text(value)
    assert text.isascii()
    assert text.isprintable()
    assert header_text(text.encode()) == text
