"""JSON as platforms wrap it. Whatever else a text is, reading it never fails and never takes long."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.reading.json_forms import (
    MOST_DOCUMENTS,
    NO_JSON,
    read_documents,
    read_island,
    read_json,
    read_jsonp,
)

READERS = (read_json, read_jsonp, read_documents, read_island)
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
]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_neither_raise_nor_hold_up(reader: Callable[[str], Any], text: str) -> None:
    """As long as a page may be; hours where a pattern looks for the same white space twice."""
    started = time.perf_counter()
    reader(text)
    assert time.perf_counter() - started < 2.0


@given(st.text("{}[]()\"':,=\\ \n01a&;/*<>\ud800é", max_size=60))
def test_no_text_can_raise(text: str) -> None:
    """And what is read can be kept."""
    for reader in READERS:
        value = reader(text)
        if value is not NO_JSON and text.isascii():
            msgspec.json.encode(value)
