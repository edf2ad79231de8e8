"""JSON as platforms wrap it. Whatever else a text is, reading it never fails and never takes long."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.reading.json_forms import (
    MOST_DOCUMENTS,
    MOST_EVENTS,
    NO_JSON,
    read_documents,
    read_events,
    read_island,
    read_json,
    read_jsonp,
)

READERS = (read_json, read_jsonp, read_documents, read_events, read_island)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abé\"'\\)=", max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)
OBJECTS = st.dictionaries(st.text("ab", max_size=3), VALUES, max_size=3)


@pytest.mark.parametrize(
    "text",
    [
        'window.gen_callback && gen_callback({"retcode":20000000,"msg":"succ","data":{"tid":"x)","new_tid":true}});',
        'cross_domain({"retcode":20000000,"msg":"succ","data":{"tid":"x)","new_tid":true}})',
        ' visitor_gray_callback ( {"retcode":20000000,"msg":"succ","data":{"tid":"x)","new_tid":true}} ) ;\n',
        'window.cb&&cb({"retcode":20000000,"msg":"succ","data":{"tid":"x)","new_tid":true}});\n\n',
        '/**/jQuery1_2({"retcode":20000000,"msg":"succ","data":{"tid":"x)","new_tid":true}});',
        '/* no\nsniffing */ a.b[0].$c({"retcode":20000000,"msg":"succ","data":{"tid":"x)","new_tid":true}})',
        'try{window.cb && cb({"retcode":20000000,"msg":"succ","data":{"tid":"x)","new_tid":true}});}catch(e){}',
        'try { cb({"retcode":20000000,"msg":"succ","data":{"tid":"x)","new_tid":true}}) } catch (e) { }',
    ],
)
def test_a_callback_gives_its_argument(text: str) -> None:
    """In all spellings that visitors' cookies come in, and some that other services use."""
    assert read_jsonp(text) == {"retcode": 20000000, "msg": "succ", "data": {"tid": "x)", "new_tid": True}}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "cb()",
        "cb({)",
        'cb({"a": 1}',
        'cb({"a": 1}, 2)',
        '({"a": 1})',
        'eval(atob("x"))({"a": 1})',
        "refused (403)",
        "refused (403) as the text holds a word",
        'cb({"a": 1}) and more',
        "blocked ([1]) see below",
        'cb("text")',
        "cb(null)",
        "cb({'a': 1})",
        "<html><script>cb({})</script></html>",
    ],
)
def test_what_only_looks_like_a_callback_is_no_json(text: str) -> None:
    """A sentence with brackets is a sentence: as JSON it would have no text, and its notice would not be seen."""
    assert read_jsonp(text) is NO_JSON


@given(
    OBJECTS | st.lists(VALUES, max_size=3),
    st.sampled_from(["cb(%s)", "window.x && x(%s);", "try{cb(%s)}catch(e){}"]),
)
def test_every_object_and_list_comes_out_of_a_callback(value: Any, around: str) -> None:
    """Escaped or not, whatever brackets stand in its texts."""
    for ascii_only in (True, False):
        assert read_jsonp(around.replace("%s", json.dumps(value, ensure_ascii=ascii_only))) == value


@given(st.lists(OBJECTS, min_size=1, max_size=5), st.sampled_from(["", "\n", "\r\n\r\n", "  "]))
def test_documents_in_a_row_are_a_list(values: list[Any], between: str) -> None:
    """With anything white between them, or nothing."""
    text = between.join(map(json.dumps, values))
    assert read_documents(f"{between}{text}{between}") == values


@given(st.lists(OBJECTS, min_size=1, max_size=5), st.sampled_from(["\n", "\r\n"]))
def test_lengths_of_chunks_are_no_documents(values: list[Any], end: str) -> None:
    """As streams are framed: a hexadecimal length in a line of its own before each, and a nought at the end."""
    texts = [json.dumps(value) for value in values]
    framed = "".join(f"{len(text):x}{end}{text}{end}" for text in texts)
    assert read_documents(f"{framed}0{end}{end}") == values
    assert read_documents("".join(f"{len(text):X}{end}{text}" for text in texts)) == values


@pytest.mark.parametrize("text", ["", " \n", "a1\n", '{"a":1} x', '{"a":1}{', '{"a":1},{"b":2}', "data: {}"])
def test_documents_with_anything_else_among_them_are_no_json(text: str) -> None:
    """Half of an answer may lack the half that matters."""
    assert read_documents(text) is NO_JSON


def test_only_so_many_documents_are_read() -> None:
    """A page of nothing but brackets is not read for ever, and not by half."""
    assert len(read_documents("{}" * MOST_DOCUMENTS)) == MOST_DOCUMENTS
    assert read_documents("{}" * (MOST_DOCUMENTS + 1)) is NO_JSON


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('data: {"a": 1}\n\ndata: {"a": 2}\n\ndata: [DONE]\n\n', [{"a": 1}, {"a": 2}]),
        ('data:{"a": 1}\r\n\r\ndata:{"a": 2}\r\n\r\n', [{"a": 1}, {"a": 2}]),
        ('data: {"a": 1}\r\rdata: {"a": 2}\r\r', [{"a": 1}, {"a": 2}]),
        ('data: {"a":\ndata: "b"}\n\n', [{"a": "b"}]),
        ('data: {"a":\ndata\ndata:"b"}\n\n', [{"a": "b"}]),
        (': keep-alive\n\ndata: {"a": 1}\n\n', [{"a": 1}]),
        ("id: 1\nevent: result\n:HTTP_STATUS/200\ndata: {}\n\n", [{"event": "result"}]),
        ('data: {"a": 1}\nevent: error\n\ndata: {"a": 2}\n\n', [{"a": 1, "event": "error"}, {"a": 2}]),
        ('event: x\ndata: {"event": "y"}\n\n', [{"event": "y"}]),
        ("event: message\ndata: {}\n\n", [{}]),
        ('event: x\ndata: ["a"]\n\n', [["a"]]),
        ("event: x\n\ndata: {}\n\n", [{}]),
        ('data: {"a": 1}\n\ndata: {"a": 2}', [{"a": 1}, {"a": 2}]),
        ('data: {"a": 1}\n\ndata: {"a": ', [{"a": 1}]),
        ('data: {"a": "x\u2028y"}\n\n', [{"a": "x\u2028y"}]),
        ("retry: 3000\nother: {}\ndata: null\n\n", [None]),
        ('{"error": {"code": "x"}}', [{"error": {"code": "x"}}]),
        ('\n[{"a": 1}]\n', [[{"a": 1}]]),
        ("data: [DONE]\n\n", NO_JSON),
        ("data: Content Exists Risk\n\n", NO_JSON),
        ("event: ping\n\n", NO_JSON),
        ('<html>\ndata: {"a": 1}\n</html>', NO_JSON),
        ('Some data: {"a": 1}', NO_JSON),
        ("data", NO_JSON),
        ("", NO_JSON),
    ],
)
def test_a_stream_of_events_is_the_list_of_their_documents(text: str, value: Any) -> None:
    """Whatever ends its lines; with the names of events, without what is no JSON."""
    assert read_events(text) == value


NAMES = st.sampled_from(["", "error", "message", "response.failed"])


@given(
    st.lists(st.tuples(NAMES, OBJECTS, st.booleans()), min_size=1, max_size=6),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_every_object_comes_out_of_a_stream(events: list[tuple[str, Any, bool]], end: str) -> None:
    """On one line or on many, between comments and pings, with its name."""
    text = ""
    for name, value, spread in events:
        data = json.dumps(value, indent=1 if spread else None).replace("\n", f"{end}data: ")
        text += f": ping{end}event: {name}{end}data: {data}{end}{end}data: [DONE]{end}{end}"
    wanted = [value if name in ("", "message") else {"event": name} | value for name, value, _ in events]
    assert read_events(text) == wanted
    assert read_events(text.rstrip()) == wanted


@given(st.lists(OBJECTS, min_size=1, max_size=4), st.data())
def test_a_stream_that_was_cut_off_gives_what_came_whole(values: list[Any], data: st.DataObject) -> None:
    """Never half a document."""
    text = "".join(f"data: {json.dumps(value)}\n\n" for value in values)
    found = read_events(text[: data.draw(st.integers(0, len(text)))])
    assert found is NO_JSON or found == values[: len(found)]


@given(VALUES)
def test_plain_json_is_read_as_a_stream_of_one(value: Any) -> None:
    """So that one rule reads errors before the stream and errors in it."""
    assert read_events(json.dumps(value)) == [value]


def test_only_so_many_events_are_read() -> None:
    """The last one may be what matters, so none are read by half."""
    assert len(read_events("data: {}\n\n" * MOST_EVENTS + "data: [DONE]")) == MOST_EVENTS
    assert read_events("data: {}\n\n" * (MOST_EVENTS + 1)) is NO_JSON


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": [1]}', {"a": [1]}),
        ("[1, 2]", [1, 2]),
        ('window.__STATE__ = {"a": [1]};', {"a": [1]}),
        ('window["__STATE__"]={"a": [1]};', {"a": [1]}),
        ("window['a[0]'] = [2];", [2]),
        ('var x = "y", z = {"a": {}} ; f();', {"a": {}}),
        ('\n  {"a": "x = [1]"}\n;', {"a": "x = [1]"}),
        ('[1, {"a": 2}];', [1, {"a": 2}]),
        ("window.__STATE__ = {a: 1};", NO_JSON),
        ("function(){ x = [1] }", NO_JSON),
        ("window.x = ", NO_JSON),
        ("", NO_JSON),
    ],
)
def test_an_island_is_json_or_what_a_script_assigns(text: str, value: Any) -> None:
    """The first thing that is assigned; nothing is executed."""
    assert read_island(text) == value


@given(OBJECTS)
def test_every_object_comes_out_of_an_assignment(value: Any) -> None:
    """However it is written."""
    for around in ("%s", "window.x = %s;", 'window["x"] = %s;\n'):
        assert read_island(around.replace("%s", json.dumps(value))) == value


@pytest.mark.parametrize("value", [r'"\ud800"', "NaN", "Infinity", "[" * 2000, '"\n"'])
def test_all_readers_are_equally_strict(value: str) -> None:
    """Half a character cannot be kept, and what is no number compares with nothing."""
    text = '{"a": ' + value + "}"
    for found in (
        read_json(text),
        read_jsonp(f"cb({text})"),
        read_documents(text),
        read_events(f"data: {text}\n\n"),
        read_island(f"x = {text}"),
    ):
        assert found is NO_JSON


HOSTILE = [
    " " * 300_000,
    "a" * 300_000,
    "a." * 50 + " " * 200_000 + "&",
    "/*" + " " * 200_000,
    "/**/" + " " * 200_000 + "(",
    "try{" + " " * 200_000,
    "cb(" + "[" * 200_000,
    'cb({"a":' * 20_000,
    "cb({}" + " " * 200_000,
    "cb({})" + ";" * 200_000 + "x",
    "{" * 200_000,
    "[" * 100_000 + "]" * 100_000,
    "= " * 100_000,
    "ff\n" * 80_000,
    "[] " * 90_000,
    "\x00" * 1000,
    "1" * 100_000,
    '{"a":' + "9" * 100_000 + "}",
    "data:\n" * 300_000,
    "data: {}\n\n" * 200_000,
    "data: {\n" * 200_000,
    "data: [\n" * 200_000 + "\n",
    "data:" + "[" * 2_000_000,
    "\r\n" * 500_000,
    "\n" * 1_000_000 + "data: {}",
    "event:" * 300_000,
    ":" * 2_000_000,
    "data: 1\n\n:" * 100_000,
]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_neither_raise_nor_hold_up(reader: Callable[[str], Any], text: str) -> None:
    """As long as a page may be. It ends at once, or, where a pattern looks for the same white space twice, after hours."""
    reader(text)


@given(st.text("{}[]()\"':,=\\ \n01a&;/*<>\ud800é", max_size=60))
def test_no_text_can_raise(text: str) -> None:
    """And what is read can be kept."""
    for reader in READERS:
        value = reader(text)
        if value is not NO_JSON and text.isascii():
            msgspec.json.encode(value)
