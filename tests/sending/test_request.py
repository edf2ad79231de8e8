"""What goes over the wire?"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.model.asking import USER_AGENT
from probe.model.definition import Endpoint
from probe.model.exchange import Request
from probe.sending.request import CannotRender, RequestWriter
from tests.builders import make_endpoint

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)


def write(text: str, values: dict[str, str] | None = None, **template: Any) -> Request:
    made = make_endpoint(request={"url": "http://h.example/", **template})
    endpoint = Endpoint(definition=made.definition, digest="", place="", values=values or {})
    return RequestWriter(endpoint, {"TOKEN": "s&cret"}).write(text, now=0.0, nonce="n1")


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
