"""Text that stays text."""

from __future__ import annotations

import json
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from probe.showing.report.markup import Markup, say
from probe.showing.safe_text import plain


class Reader(HTMLParser):
    """What a browser makes of markup."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def read(markup: str) -> Reader:
    reader = Reader()
    reader.feed(markup)
    reader.close()
    return reader


@given(st.text(max_size=60))
def test_an_element_holds_its_text_and_nothing_else(text: str) -> None:
    """Neither as content nor as attribute does it open anything."""
    hostile = f"\"><script>{text}</td>'"
    reader = read(Markup.element("td", say(hostile), "keyword", lang=hostile))
    assert reader.tags == [("td", {"class": "keyword", "lang": plain(hostile, 300)})]
    assert reader.text == plain(hostile, 300)


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_no_text_ends_the_data(text: str) -> None:
    """The browser reads what was written."""
    value = [text, "</script><script>alert(1)</script>", "<!--<script>", "\u2028"]
    written = Markup.data("data", json.dumps(value, ensure_ascii=False))
    assert written.count("<") == 2
    assert json.loads(written.partition(">")[2].rpartition("<")[0]) == value
