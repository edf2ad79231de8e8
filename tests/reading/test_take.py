"""A value out of an answer, fit to be sent on."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.model.asking import Take
from probe.model.exchange import Request, Response
from probe.reading.match import PatternTooSlow
from probe.reading.page import Page
from probe.reading.take import MOST_CHARACTERS, take_value

JSON = '{"data": {"tid": "a+b/c=", "new": true, "off": false, "n": 95, "f": 0.5, "none": null, "list": [1], "": ""}}'
HTML = '<html><body><form><input name="st" value="abc"><b> 口 令 </b><i></i></form></body></html>'


def page(body: str | bytes, *headers: tuple[str, str]) -> Page:
    response = Response(status=200, headers=headers, body=body.encode() if isinstance(body, str) else body)
    return Page(Request(method="GET", url="http://h.example/"), response)


def take(seen: Page, **parts: Any) -> str | None:
    return take_value(seen, msgspec.convert(parts, Take))


@pytest.mark.parametrize(
    ("parts", "value"),
    [
        ({"json": "data.tid"}, "a+b/c="),
        ({"json": "data.n"}, "95"),
        ({"json": "data.f"}, "0.5"),
        ({"json": "data.new"}, "true"),
        ({"json": "data.off"}, "false"),
        ({"json": "data.none"}, None),
        ({"json": "data.list"}, None),
        ({"json": "data"}, None),
        ({"json": 'data.""'}, None),
        ({"json": "nothing.there"}, None),
        ({"json": "data.tid", "pattern": "b(.)"}, "/"),
        ({"json": "data.tid", "pattern": "b/."}, "b/c"),
        ({"json": "data.tid", "pattern": "z"}, None),
        ({"json": "data.tid", "pattern": "(z)?b"}, None),
        ({"json": "data.new", "map": {"true": "3", "false": "2"}}, "3"),
        ({"json": "data.off", "map": {"true": "3", "false": "2"}}, "2"),
        ({"json": "data.n", "map": {"true": "3"}}, "95"),
        ({"json": "data.n", "digits": 3}, "095"),
        ({"json": "data.n", "map": {"95": "100"}, "digits": 3}, "100"),
        ({"json": "data.n", "digits": 1}, "95"),
        ({"pattern": '"tid": "([^"]+)"'}, "a+b/c="),
        ({"css": "b"}, None),
    ],
)
def test_values_of_json(parts: dict[str, Any], value: str | None) -> None:
    """Texts and numbers as they are, truths as JSON writes them; then the pattern, the map and the digits."""
    assert take(page(JSON, ("content-type", "application/json")), **parts) == value


def test_values_of_a_callback() -> None:
    """A visitor's id comes in one."""
    seen = page(f"window.gen_callback && gen_callback({JSON});", ("content-type", "text/javascript"))
    assert take(seen, json="data.tid") == "a+b/c="


@pytest.mark.parametrize(
    ("parts", "value"),
    [
        ({"css": "input[name=st]", "attribute": "value"}, "abc"),
        ({"css": "input[name=st]", "attribute": "id"}, None),
        ({"css": "input[name=st]"}, None),
        ({"css": "b"}, "口 令"),
        ({"css": "i"}, None),
        ({"css": "u"}, None),
        ({"css": "b", "pattern": "令"}, "令"),
        ({"pattern": 'value="([^"]*)"'}, "abc"),
        ({"json": "a"}, None),
    ],
)
def test_values_of_a_page(parts: dict[str, Any], value: str | None) -> None:
    """An attribute or a text of the first element; without a source, whatever stands in the body."""
    assert take(page(HTML, ("content-type", "text/html; charset=utf-8")), **parts) == value


def test_a_header_is_found_whatever_its_case() -> None:
    """The first of its name."""
    seen = page("", ("x-subject-token", "one"), ("x-subject-token", "two"))
    assert take(seen, header="X-Subject-Token") == "one"
    assert take(seen, header="X-Other") is None
    assert take(seen, header="x-subject-token", pattern="n(.)") == "e"


def cookies(*values: str, name: str = "*") -> str | None:
    return take(page("", *(("set-cookie", value) for value in values)), cookie=name)


def test_cookies_are_taken_one_by_one_or_all() -> None:
    """Without what only browsers want to know; all as a Cookie header has them."""
    given = ("SUB=_2A=; path=/; domain=.weibo.com; httponly", "SUBP=x; Max-Age=3600", "YF = 1 ;Secure")
    assert cookies(*given) == "SUB=_2A=; SUBP=x; YF=1"
    assert cookies(*given, name="SUBP") == "x"
    assert cookies(*given, name="YF") == "1"
    assert cookies(*given, name="sub") is None
    assert cookies() is None


@pytest.mark.parametrize(
    "gone",
    [
        "SUB=",
        "SUB=; path=/",
        "SUB=deleted; Max-Age=0",
        "SUB=deleted; max-age = 0; path=/",
        "SUB=deleted; Max-Age=-1",
        "SUB=deleted; expires=Thu, 01-Jan-1970 00:00:01 GMT; path=/",
        "SUB=deleted; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
    ],
)
def test_a_cookie_that_is_taken_back_is_none(gone: str) -> None:
    """In each way in which servers do so, and whatever it was before; a later one counts again."""
    assert cookies(gone) is None
    assert cookies("SUB=1", gone, name="SUB") is None
    assert cookies("SUB=1", "A=2", gone) == "A=2"
    assert cookies(gone, "SUB=3; Max-Age=05", name="SUB") == "3"
    assert cookies("SUB=4; expires=Wed, 01-Jan-2031 19:70:00 GMT; max-age=100", name="SUB") == "4"


@pytest.mark.parametrize(
    "value", ["a\r\nX-Evil: 1", "a\nb", "a\x00b", "a\x1b[2Jb", "a\u202eb", "a" * (MOST_CHARACTERS + 1)]
)
def test_what_could_not_be_sent_is_no_value(value: str) -> None:
    """A line break would make two headers of one; no server takes a value without an end."""
    body = msgspec.json.encode({"a": value})
    assert take(page(body, ("content-type", "application/json")), json="a") is None
    fit = msgspec.json.encode({"a": "a" * MOST_CHARACTERS})
    assert take(page(fit, ("content-type", "application/json")), json="a") == "a" * MOST_CHARACTERS


def test_a_pattern_that_runs_away_is_stopped() -> None:
    """A hostile page cannot hold the program."""
    with pytest.raises(PatternTooSlow):
        take(page("a" * 5000 + "!"), pattern="(?:.*[ab]){12}[cd]")


@given(
    st.binary(max_size=200),
    st.sampled_from(["text/html", "application/json", "text/plain", ""]),
    st.sampled_from(
        [
            {"json": "a"},
            {"json": "@"},
            {"css": "*"},
            {"css": "a", "attribute": "b"},
            {"cookie": "*"},
            {"header": "content-type"},
            {"pattern": "(.)"},
            {"pattern": ".", "map": {"a": "b"}, "digits": 4},
        ]
    ),
)
def test_no_answer_can_raise(body: bytes, content_type: str, parts: dict[str, Any]) -> None:
    """There is a value that can be sent, or there is none."""
    value = take(page(body, ("content-type", content_type), ("set-cookie", body.decode("latin-1"))), **parts)
    assert value is None or (value and value.isprintable())
