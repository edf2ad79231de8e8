"""Messages of an answer, by what a definition says of them."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.model.exchange import Request, Response
from probe.model.message import Listed
from probe.reading.extract import MOST_VALUES
from probe.reading.message_list import read_messages
from probe.reading.page import Page

JSON = "application/json"
HTML = "text/html; charset=utf-8"


def page(body: Any, media_type: str = JSON, *, status: int = 200) -> Page:
    raw = body.encode() if isinstance(body, str) else msgspec.json.encode(body)
    response = Response(status=status, headers=(("content-type", media_type),), body=raw)
    return Page(Request(method="GET", url="http://h.example/"), response)


def seen(answer: Page, **listed: Any) -> list[tuple[str | None, str | None]]:
    """Id and text of each message."""
    return [(one.id, one.text) for one in read_messages(answer, msgspec.convert(listed, Listed))]


def test_messages_of_json_have_ids_and_texts() -> None:
    """Numbers are ids too; truths, null and mappings are none."""
    ids = ["$a", 42, True, None, {"x": 1}, "", "a\nb"]
    chunk = [{"id": one, "content": {"body": "天气"}} for one in ids]
    found = seen(page({"chunk": chunk}), json="chunk", id="id", text="content.body")
    assert [id_ for id_, _ in found] == ["$a", "42", None, None, None, None, None]
    assert {text for _, text in found} == {"天气"}


@pytest.mark.parametrize(
    ("body", "listed", "texts"),
    [
        ({"id": 1, "text": "a"}, {"json": "@", "text": "text"}, ["a"]),
        (["a", "b", 5, True, None], {"json": "@"}, ["a", "b", "5", None]),
        ([{"t": [{"v": "a"}, {"v": "b"}]}], {"json": "@", "text": "t[].v"}, ["ab"]),
        ([{"t": None}, {}, {"t": ""}], {"json": "@", "text": "t"}, [None, None, ""]),
        ([{"a": "x", "b": ["y"], "c": 1}], {"json": "@"}, ["xy"]),
        ({"m": []}, {"json": "m"}, []),
        ({}, {"json": "m"}, []),
        ({"m": [1]}, {"json": "m", "text": "length(@)"}, [None]),
        ({"m": ["9e999"]}, {"json": "m", "text": "ceil(to_number(@))"}, [None]),
        ("no JSON", {"json": "m"}, []),
    ],
)
def test_texts_of_json_messages(body: Any, listed: dict[str, str], texts: list[str | None]) -> None:
    """A list of messages or one; texts in pieces are put together; none where the definition finds none."""
    assert [text for _, text in seen(page(body), **listed)] == texts


def test_messages_of_a_page_are_its_elements() -> None:
    """Their ids are attributes, their texts what a reader sees."""
    body = (
        "<div class=m data-id=' 7 '><i>Bob</i><p>谣&amp;言<br>x</p></div>"
        "<div class=m><p></p></div><div class=m data-id=''>y</div>"
    )
    found = seen(page(body, HTML), css=".m", id="data-id", text="p")
    assert found == [("7", "谣&言\nx"), (None, ""), (None, None)]
    assert [text for _, text in seen(page(body, HTML), css=".m i")] == ["Bob"]
    assert seen(page(body, "text/css"), css=".m") == []


def test_of_many_messages_both_ends_are_read() -> None:
    """The newest may stand first or last."""
    found = seen(page([str(number) for number in range(3 * MOST_VALUES)]), json="@")
    assert len(found) == MOST_VALUES
    assert (found[0][1], found[-1][1]) == ("0", str(3 * MOST_VALUES - 1))


def test_nested_messages_of_a_hostile_page_are_bounded() -> None:
    """Each holds all within it, so that a page would be read thousands of times."""
    body = "<div>" * 9_000 + "x" * 250_000
    assert 0 < len(seen(page(body, HTML), css="div", text="p")) < 200


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(), st.lists
    )
)
def test_no_json_makes_it_fail(value: Any) -> None:
    """Whatever stands where messages should."""
    for listed in ({"json": "@", "id": "@"}, {"json": "@", "id": "a.b", "text": "join('', @)"}):
        for id_, text in seen(page(value), **listed):
            assert id_ is None or id_.isprintable()
            assert text is None or isinstance(text, str)
