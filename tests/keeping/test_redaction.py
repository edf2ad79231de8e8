"""No secret is kept, in no spelling."""

from __future__ import annotations

import base64
import html
import json
import zlib
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probe.keeping.packed_exchange import pack_exchange
from probe.keeping.redaction import Redactor, redact
from probe.model.exchange import Exchange, Request, Response, Step, Wire

secrets = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=6, max_size=24).filter(
    lambda text: len(set(text)) > 3 and text.strip() == text
)


def spellings(secret: str) -> Iterator[str]:
    """How a secret may stand in a request, or be echoed in an answer."""
    plain = secret.encode()
    yield secret
    yield quote(secret, safe="")
    yield quote(secret).lower() if secret.isascii() and secret.islower() else quote(secret)
    yield quote_plus(secret)
    yield "".join(f"%{byte:02x}" for byte in plain)
    yield "".join(f"%{byte:02X}" for byte in plain)
    yield quote(quote(secret, safe=""), safe="")
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield json.dumps(json.dumps(secret))[3:-3]
    yield html.escape(secret)
    for before in ("", "u", "us", "user:", "a:b:"):
        for after in ("", "!", "; more"):
            whole = before.encode() + plain + after.encode()
            yield base64.b64encode(whole).decode()
            yield base64.urlsafe_b64encode(whole).decode().rstrip("=")
            yield quote(base64.b64encode(whole).decode(), safe="")


def exchange_saying(text: str) -> Exchange:
    """An exchange with this text wherever a text can stand."""
    step = Step(
        request=Request(
            method="POST",
            url=f"http://h.example/{text}?q={text}",
            headers=(("x-token", text), ("Authorization", f"Basic {text}"), ("Cookie", f"a={text}")),
            body=f"token={text}&q=1".encode(),
        ),
        response=Response(
            status=200,
            headers=(("location", f"/a?{text}"), ("set-cookie", f"sid={text}")),
            body=f'{{"echo": "{text}"}}'.encode(),
        ),
        detail=f"refused: {text}",
        wire=Wire(
            started=1.0,
            ended=2.0,
            request=f"POST /{text} HTTP/1.1\r\nX-Token: {text}\r\nCOOKIE: a={text}\r\n".encode(),
            response=f"HTTP/1.1 200 {text}\r\nSet-Cookie: {text}\r\nX-{text}: {text}\r\n".encode(),
        ),
    )
    return Exchange(steps=(step, step), started=1.0, ended=2.0)


@settings(max_examples=50)  # patterns are made anew for each secret, as for each run
@given(secrets)
def test_no_form_of_a_secret_survives(secret: str) -> None:
    """Nowhere in the bytes that are kept."""
    forms = list(spellings(secret))
    redactor = Redactor({"KEY": secret})
    for text in forms:
        kept = zlib.decompress(pack_exchange(redactor.redact(exchange_saying(text))))
        assert b"{secret:KEY}" in kept
        for form in forms:
            assert form.encode() not in kept, (form, kept)


def test_headers_that_log_in_are_removed_whole() -> None:
    """Even without any secret: a session is one."""
    redacted = redact(exchange_saying("session-1"), {})
    assert redacted.last.request.headers == (
        ("x-token", "session-1"),
        ("Authorization", "{removed}"),
        ("Cookie", "{removed}"),
    )
    assert redacted.last.response is not None
    assert redacted.last.response.headers[1] == ("set-cookie", "{removed}")


def test_heads_on_the_wire_lose_what_logs_in() -> None:
    """Their lines stay lines, in their order; also a short secret that is a whole value goes."""
    head = b"GET /?pin=ab HTTP/1.1\r\nHost: h\r\nAUTHORIZATION: Basic x\r\nPin: ab\r\nA: \xff ab\r\n"
    step = Step(
        request=Request(method="GET", url="http://h/"), wire=Wire(started=1.0, ended=2.0, request=head)
    )
    redacted = redact(Exchange(steps=(step,), started=1.0, ended=2.0), {"PIN": "ab"}).last.wire
    assert redacted is not None
    assert redacted.request == (
        b"GET /?pin=ab HTTP/1.1\r\nHost: h\r\nAUTHORIZATION: {removed}\r\nPin: {secret:PIN}\r\nA: \xff ab\r\n"
    )
    assert redacted.response == b""


def test_all_else_stays_as_it_is() -> None:
    """Bytes that are no text, too."""
    body = bytes(range(256)) + b"s3cret" + bytes(range(256))
    assert Redactor({"A": "s3cret"}).bytes(body) == bytes(range(256)) + b"{secret:A}" + bytes(range(256))
    assert Redactor({"A": "s3cret"}).text("谣言 s3cre") == "谣言 s3cre"
    assert Redactor({"A": ""}).text("谣言") == "谣言"


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("ab", "{secret:PIN}"),
        ("?pin=ab&x=1", "?pin={secret:PIN}&x=1"),
        ('{"pin": "ab"}', '{"pin": "{secret:PIN}"}'),
        ("pin: ab\r\n", "pin: {secret:PIN}\r\n"),
        ("a cabin, abroad", "a cabin, abroad"),
        ("?pin=abc", "?pin=abc"),
    ],
)
def test_a_short_secret_goes_only_where_it_is_a_whole_value(text: str, redacted: str) -> None:
    """It stands in innocent words by chance."""
    assert Redactor({"PIN": "ab"}).text(text) == redacted


def test_secrets_inside_one_another_both_go() -> None:
    """Whichever is named first."""
    for names in (("LONG", "SHORT"), ("SHORT", "LONG")):
        values = {"LONG": "abcdefgh", "SHORT": "cdef"}
        redactor = Redactor({name: values[name] for name in names})
        assert redactor.text("x abcdefgh y cdef z") == "x {secret:LONG} y {secret:SHORT} z"
    overlapping = Redactor({"A": "abcdef", "B": "defghi"}).text("abcdefghi")
    assert overlapping == "{secret:A}"
