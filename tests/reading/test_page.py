"""One answer, seen in several ways."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from probe.model.exchange import Request, Response
from probe.reading.page import MOST_TAGS, NO_JSON, Page
from tests.builders import make_answer

SCRIPTED = """<html><head><title> A
title </title><style>.captcha{}</style></head><body><script>captcha()</script><noscript>captcha</noscript>
<p>one</p><p>two&amp;three</p></body></html>"""


def page(body: str | bytes, *, status: int = 200, **headers: str) -> Page:
    step = make_answer(
        body, status=status, headers={name.replace("_", "-"): value for name, value in headers.items()}
    ).last
    assert step.response is not None
    return Page(step.request, step.response)


def test_readers_see_neither_scripts_nor_styles() -> None:
    """What no reader sees is no text of the page; its title is."""
    seen = page(SCRIPTED)
    assert seen.text == "A title one two&three"
    assert seen.title == "A title"
    assert seen.html.css_first("script") is not None  # reading the text leaves the page whole


def test_json_is_read_as_its_texts() -> None:
    """Escapes undone, nothing but texts, in order."""
    seen = page(r'{"a": "\u8c23\u8a00", "b": [1, {"c": "x"}], "d": null}', content_type="application/json")
    assert seen.text == "谣言 x"
    assert seen.json["b"][0] == 1
    assert seen.title == ""


def test_what_is_no_json_is_told_from_null() -> None:
    """`null` is an answer, garbage is none."""
    assert page("null", content_type="application/json").json is None
    assert page("{", content_type="application/json").json is NO_JSON
    assert page("[" * 100_000, content_type="application/json").json is NO_JSON


def test_plain_text_is_text() -> None:
    """Without markup the text is the body, with white space folded."""
    assert page("a\n  b", content_type="text/plain").text == "a b"


def test_html_without_a_type_is_known_by_its_first_sign() -> None:
    """Servers forget the header."""
    bare = Page(Request(method="GET", url="http://h/"), Response(status=200, body=b" <p>x</p>"))
    assert bare.is_html
    assert bare.media_type is None
    assert not page("<p>x</p>", content_type="application/json").is_html


def test_redirects_are_whole_addresses() -> None:
    """Relative targets are resolved; only a 3xx redirects."""
    assert page("", status=302, location="/x?y").location == "http://h.example/x?y"
    assert page("", status=200, location="/x").location is None
    assert page("", status=302).location is None
    assert page("", status=302, location="http://[broken").location == "http://[broken"


def test_unclosed_tags_do_not_hold_up_the_parser() -> None:
    """The parser takes quadratic time on them, so only so many are parsed."""
    seen = page("<html><body><p>start</p>" + "<div>" * (MOST_TAGS * 3) + "end")
    assert seen.text == "start"


def wrapped(body: str, content_type: str = "text/html", **reading: Any) -> Page:
    seen = page(body, content_type=content_type)
    return Page(seen.request, seen.response, **reading)


def test_json_within_a_page_is_read_where_the_definition_says() -> None:
    """In the first such element; what readers see is still the page, and without the element there is no JSON."""
    island = '<script id="data">window["X"] = {"a": ["谣言"]};</script><p>天气</p>'
    seen = wrapped(island, island="script#data")
    assert (seen.json, seen.text) == ({"a": ["谣言"]}, "天气")
    assert wrapped(island, island="script#other").json is NO_JSON
    assert wrapped(island).json is NO_JSON
    assert wrapped('{"a": 1}', "application/json", island="script#data").json is NO_JSON


def test_several_documents_are_read_as_a_list() -> None:
    """Where the definition says so, one alone too; else they are no JSON."""
    body = '{"a": "谣言"}\n{"a": "天气"}'
    seen = wrapped(body, "application/json", documents="many")
    assert (seen.json, seen.text) == ([{"a": "谣言"}, {"a": "天气"}], "谣言 天气")
    assert wrapped('{"a": 1}', "application/json", documents="many").json == [{"a": 1}]
    assert wrapped(body, "application/json").json is NO_JSON


def test_a_stream_of_events_is_read_as_a_list() -> None:
    """Where the definition says so; without JSON in it, the reader sees it as it came."""
    body = '\ufeffdata: {"a": "谣言"}\n\nevent: error\ndata: {"a": "天气"}\n\ndata: [DONE]\n\n'
    seen = wrapped(body, "text/event-stream", documents="events")
    assert seen.json == [{"a": "谣言"}, {"a": "天气", "event": "error"}]
    assert wrapped('{"a": 1}', "application/json", documents="events").json == [{"a": 1}]
    assert wrapped(body, "text/event-stream").json is NO_JSON
    refused = wrapped("data: 谣言\n\n", "text/event-stream", documents="events")
    assert (refused.json, refused.text) == (NO_JSON, "data: 谣言")


def test_json_in_a_callback_is_json() -> None:
    """Its texts are what a reader sees; a sentence with brackets stays a sentence."""
    seen = wrapped('\ufeffwindow.cb && cb({"msg": "谣言"});', "text/javascript")
    assert (seen.json, seen.text) == ({"msg": "谣言"}, "谣言")
    assert wrapped("refused (403): 谣言", "text/plain").text == "refused (403): 谣言"


@given(
    st.binary(max_size=300),
    st.sampled_from(["text/html", "application/json", "text/plain", "", "x/y; charset=z"]),
)
def test_no_body_can_raise(body: bytes, content_type: str) -> None:
    """Every view of every body is there."""
    seen = page(body, content_type=content_type)
    assert isinstance(seen.text, str)
    assert isinstance(seen.title, str)
    assert seen.location is None
