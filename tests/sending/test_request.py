"""What goes over the wire?"""

from __future__ import annotations

import hashlib
import json
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.model.asking import USER_AGENT, RequestTemplate
from probe.model.definition import Endpoint
from probe.model.exchange import Request
from probe.sending.request import CannotRender, RequestWriter
from tests.builders import make_endpoint

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)


def write(
    text: str,
    values: dict[str, str] | None = None,
    *,
    now: float = 0.0,
    session: dict[str, str] | None = None,
    **template: Any,
) -> Request:
    made = make_endpoint(request={"url": "http://h.example/", **template})
    endpoint = Endpoint(definition=made.definition, digest="", place="", values=values or {})
    return RequestWriter(endpoint, {"TOKEN": "s&cret"}).write(text, now=now, session=session, nonce="n1")


@given(TEXTS)
def test_a_keyword_never_breaks_the_query(text: str) -> None:
    """Ampersands, hashes, quotes, spaces and signs of every script arrive as they were."""
    request = write(text, query={"q": "{keyword}", "page": "1"})
    assert parse_qsl(urlsplit(request.url).query, keep_blank_values=True) == [("q", text), ("page", "1")]
    assert request.url.isascii()


@given(TEXTS)
def test_a_keyword_never_breaks_the_path(text: str) -> None:
    """In the path, too, everything is percent-encoded."""
    parts = urlsplit(write(text, url="http://h.example/s/{keyword}/end?x=1").url)
    assert (parts.netloc, parts.query, parts.fragment) == ("h.example", "x=1", "")
    assert unquote(parts.path) == f"/s/{text}/end"


@given(TEXTS)
def test_a_keyword_never_breaks_a_form_or_json(text: str) -> None:
    """Form fields are encoded, JSON texts are raw UTF-8 and never escaped to ASCII."""
    form = write(text, method="POST", form={"t": "[{keyword}]", "n": "{nonce}"}).body
    assert form is not None
    assert parse_qsl(form.decode("ascii"), keep_blank_values=True) == [("t", f"[{text}]"), ("n", "n1")]
    body = write(text, method="POST", json={"a": [{"t": "{keyword}!"}], "n": 1, "{keyword}": None}).body
    assert body is not None
    assert json.loads(body) == {"a": [{"t": f"{text}!"}], "n": 1, "{keyword}": None}


def test_json_carries_raw_utf8() -> None:
    """Filters on the way look at bytes: an escaped keyword would pass them unseen."""
    assert write("六四", method="POST", json={"t": "{keyword}"}).body == '{"t":"六四"}'.encode()


@pytest.mark.parametrize(
    ("slot", "expected"),
    [
        ("{keyword}", "%E8%B0%A3"),
        ("{keyword:gbk}", "%D2%A5"),
        ("{keyword:gb18030}", "%D2%A5"),
        ("{keyword:big5}", None),
        ("{keyword:base64}", "6LCj"),
        ("{keyword:percent}", "%25E8%25B0%25A3"),
        ("{keyword:json}", "%E8%B0%A3"),
    ],
)
def test_each_slot_has_its_own_encoding(slot: str, expected: str | None) -> None:
    """An encoding that lacks a character says so instead of sending something else."""
    if expected is None:
        with pytest.raises(CannotRender, match="'谣' does not exist in big5"):
            write("谣", query={"q": slot})
    else:
        assert write("谣", query={"q": slot}).url == f"http://h.example/?q={expected}"
        assert write("谣", url="http://h.example/" + slot).url == f"http://h.example/{expected}"


def test_what_cannot_be_sent_is_known_before() -> None:
    """Every encoding that the request uses is tried, in whatever part it stands."""
    endpoint = make_endpoint(
        request={"url": "http://h.example/?q={keyword}", "method": "POST", "form": {"a": "{keyword:big5}"}}
    )
    writer = RequestWriter(endpoint, {})
    assert writer.refusal("天") is None
    assert writer.refusal("谣") == "cannot be sent: '谣' does not exist in big5"


def test_bodies_hold_the_bytes_of_their_encoding() -> None:
    """A raw body has the keyword in the encoding of the slot, and the rest in UTF-8."""
    assert write("谣", method="POST", body="a={keyword:gbk};{nonce}").body == b"a=\xd2\xa5;n1"


def test_secrets_and_variables_are_filled_in() -> None:
    """Secrets come from the environment, variables from the user; a variable may be the beginning of the address."""
    request = write(
        "x",
        {"base": "http://127.0.0.1:8080/sub", "lang": "zh cn"},
        url="{base}/s",
        query={"t": "{secret:TOKEN}", "l": "{lang}"},
        headers={"Authorization": "Bearer {secret:TOKEN}", "X-Word": "谣 {keyword}"},
    )
    assert request.url == "http://127.0.0.1:8080/sub/s?t=s%26cret&l=zh+cn"
    headers = dict(request.headers)
    assert headers["authorization"] == "Bearer s&cret"
    assert headers["x-word"] == "%E8%B0%A3 x"


def test_a_missing_secret_is_named_with_its_remedy() -> None:
    """The message says which variable to export."""
    with pytest.raises(CannotRender, match="export PROBE_SECRET_OTHER"):
        write("x", headers={"A": "{secret:OTHER}"})


def test_braces_that_are_no_slot_stand_for_themselves() -> None:
    """JSON-like texts and unknown names are left alone."""
    assert (
        write("x", method="POST", body='{"a": {keyword}, "b": "{c}", "{d:e}"}').body
        == b'{"a": x, "b": "{c}", "{d:e}"}'
    )
    assert parse_qsl(urlsplit(write("x", query={"q": "{nope}{keyword}"}).url).query) == [("q", "{nope}x")]


def test_headers_cannot_be_split() -> None:
    """A keyword with line breaks stays inside its header."""
    value = dict(write("a\r\nX-Evil: 1", headers={"X-Word": "{keyword}"}).headers)["x-word"]
    assert value == "a%0D%0AX-Evil: 1"


def test_the_user_agent_is_ours_unless_the_definition_has_one() -> None:
    """One documented text, or the definition's; and only codings that can be undone with a bound are asked for."""
    headers = dict(write("x").headers)
    assert (headers["user-agent"], headers["accept-encoding"]) == (USER_AGENT, "gzip, deflate")
    assert dict(write("x", headers={"User-Agent": "mine"}).headers)["user-agent"] == "mine"


def test_bodies_name_their_type() -> None:
    """Unless the definition does."""
    templates: list[dict[str, Any]] = [
        {"json": {}},
        {"form": {}},
        {"body": ""},
        {},
        {"json": {}, "headers": {"content-type": "a/b"}},
    ]
    types = [dict(write("x", method="POST", **one).headers).get("content-type") for one in templates]
    assert types == [
        "application/json",
        "application/x-www-form-urlencoded",
        "text/plain; charset=utf-8",
        None,
        "a/b",
    ]


def test_a_query_joins_one_that_is_there() -> None:
    """An address that has a query keeps it."""
    assert (
        write("x", url="http://h.example/?a=1", query={"q": "{keyword}"}).url == "http://h.example/?a=1&q=x"
    )


def test_nonces_are_fresh() -> None:
    """Two askings never share a nonce."""
    writer = RequestWriter(make_endpoint(request={"url": "http://h.example/{nonce}"}), {})
    assert writer.write("x", now=0.0).url != writer.write("x", now=0.0).url


@given(TEXTS)
def test_a_keyword_never_breaks_json_within_a_form(text: str) -> None:
    """Quotes, backslashes and line breaks are escaped, and nothing is escaped to ASCII."""
    body = write(text, method="POST", form={"p": '{"a": "[{keyword:json}]"}'}).body
    assert body is not None
    ((_, value),) = parse_qsl(body.decode("ascii"))
    assert json.loads(value) == {"a": f"[{text}]"}
    raw = write("谣", method="POST", body='{"a": "{keyword:json}"}').body
    assert raw == '{"a": "谣"}'.encode()


@given(TEXTS)
def test_a_keyword_never_breaks_a_url_within_a_url(text: str) -> None:
    """Undone once it is a query of its own, in which all but the keyword stands as it did."""
    request = write(text, query={"id": "100type=1&q={keyword:percent}", "page": "2"})
    outer = dict(parse_qsl(urlsplit(request.url).query))
    assert outer["page"] == "2"
    assert parse_qsl(outer["id"], keep_blank_values=True) == [("100type", "1"), ("q", text)]
    path = write(text, url="http://h.example/100type%3D1%26q%3D{keyword:percent}").url
    assert parse_qsl(unquote(urlsplit(path).path).lstrip("/"), keep_blank_values=True)[1:] == [("q", text)]


@pytest.mark.parametrize("form", ["utf-8", "base64", "percent", "json", "gbk", "gb18030", "big5"])
def test_half_a_character_is_refused_in_every_form(form: str) -> None:
    """A terminal that is not UTF-8 can make one, and nothing can be sent of it."""
    endpoint = make_endpoint(request={"url": "http://h.example/", "query": {"q": f"{{keyword:{form}}}"}})
    writer = RequestWriter(endpoint, {})
    assert "does not exist in" in (writer.refusal("a\udce8") or "")
    with pytest.raises(CannotRender):
        writer.write("a\udce8", now=0.0)


def test_the_moment_is_written_in_seconds_or_milliseconds() -> None:
    """Whole ones, of the same moment, wherever the slot stands."""
    request = write(
        "x",
        now=1700000000.987,
        url="http://h.example/{time}",
        query={"ms": "{time:ms}"},
        headers={"x-time": "{time}"},
    )
    assert request.url == "http://h.example/1700000000?ms=1700000000987"
    assert dict(request.headers)["x-time"] == "1700000000"
    assert dict(parse_qsl(urlsplit(write("x", query={"t": "{time:s}"}).url).query)) == {"t": "{time:s}"}


def test_values_of_the_session_are_filled_in_and_escaped() -> None:
    """A value of the user's stands as it is in a URL; one that a server gave must not change where the question goes."""
    request = write(
        "x",
        {"base": "http://127.0.0.1:8080"},
        session={"token": "a+b/../c?d=1&e#f", "cookie": "SUB=1; SUBP=谣"},
        url="{base}/s/{token}",
        query={"t": "{token}"},
        headers={"Cookie": "{cookie}"},
        method="POST",
        json={"t": "{token}"},
    )
    parts = urlsplit(request.url)
    assert (parts.netloc, parts.path) == ("127.0.0.1:8080", "/s/a%2Bb%2F..%2Fc%3Fd%3D1%26e%23f")
    assert parse_qsl(parts.query) == [("t", "a+b/../c?d=1&e#f")]
    assert dict(request.headers)["cookie"] == "SUB=1; SUBP=%E8%B0%A3"
    assert request.body == b'{"t":"a+b/../c?d=1&e#f"}'


def test_values_are_not_looked_into() -> None:
    """A server cannot have a secret sent to it by giving a slot as a value."""
    session = {"token": "{secret:TOKEN}{keyword}"}
    request = write("x", session=session, url="http://h.example/{token}", query={"t": "{token}"})
    assert unquote(urlsplit(request.url).path) == "/{secret:TOKEN}{keyword}"
    assert dict(parse_qsl(urlsplit(request.url).query)) == {"t": "{secret:TOKEN}{keyword}"}


def test_a_signature_is_made_of_filled_slots() -> None:
    """Secrets and values of the session go into it, and into nothing else."""
    request = write(
        "谣言",
        session={"app": "the-app"},
        method="POST",
        form={"t": "{keyword}"},
        sign={"scheme": "yunxin-sha1", "with": {"id": "{app}", "key": "{secret:TOKEN}"}},
        now=1000.5,
    )
    headers = dict(request.headers)
    assert (headers["appkey"], headers["nonce"], headers["curtime"]) == ("the-app", "n1", "1000")
    assert headers["checksum"] == hashlib.sha1(b"s&cretn11000", usedforsecurity=False).hexdigest()
    assert request.body == b"t=%E8%B0%A3%E8%A8%80"
    with pytest.raises(CannotRender, match="export PROBE_SECRET_OTHER"):
        write("x", sign={"scheme": "yunxin-sha1", "with": {"id": "1", "key": "{secret:OTHER}"}})


def test_a_step_of_a_session_is_written_by_its_own_template() -> None:
    """With the variables and secrets of its endpoint, and no keyword to refuse."""
    endpoint = make_endpoint(request={"url": "http://h.example/?q={keyword:big5}"})
    template = RequestTemplate(url="http://h.example/token", query={"s": "{secret:TOKEN}", "t": "{tid}"})
    writer = RequestWriter(endpoint, {"TOKEN": "x"}, template)
    assert writer.refusal("谣") is None
    assert writer.write("", now=0.0, session={"tid": "1"}).url == "http://h.example/token?s=x&t=1"
