"""Messages that stand in an answer: their ids and texts, by what a definition says of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import jmespath.exceptions
from selectolax.lexbor import LexborNode

from probe.model.message import Listed
from probe.reading.extract import MOST_VALUES, compile_path, find_json
from probe.reading.page import Page
from probe.reading.plain_form import without_markup
from probe.reading.take import MOST_CHARACTERS

MOST_READ = 20_000_000
"""Characters of elements that are read: hostile pages nest messages thousands deep, and each holds all within it."""

_BROKEN = (jmespath.exceptions.JMESPathError, RecursionError, TypeError, ValueError, ArithmeticError)


class MessageInJson:
    """A message of a JSON answer."""

    def __init__(self, value: Any, listed: Listed) -> None:
        self._value = value
        self._listed = listed

    @cached_property
    def id(self) -> str | None:
        """Its id as it would be sent on; None where it has none."""
        found = None if self._listed.id is None else _search(self._listed.id, self._value)
        if isinstance(found, bool) or not isinstance(found, str | int | float):
            return None
        return _sendable(str(found))

    @cached_property
    def text(self) -> str | None:
        """Its text; of several texts, these put together. None where it has none."""
        found = self._value if self._listed.text is None else _search(self._listed.text, self._value)
        if isinstance(found, str):
            return found
        if isinstance(found, int | float) and not isinstance(found, bool):
            return str(found)
        texts = list(_strings(found))
        return "".join(texts) if texts else None

    def holds(self, nonce: str) -> bool:
        """Whether this stands in any of its texts."""
        return any(nonce in text for text in _strings(self._value))


class MessageInPage:
    """A message of a page."""

    def __init__(self, node: LexborNode, markup: str, listed: Listed) -> None:
        self._node = node
        self._markup = markup
        self._listed = listed

    @cached_property
    def id(self) -> str | None:
        """Its id as it would be sent on; None where it has none."""
        found = None if self._listed.id is None else self._node.attributes.get(self._listed.id)
        return _sendable((found or "").strip())

    @cached_property
    def text(self) -> str | None:
        """What a reader sees of its text; None where it has none."""
        node = self._node if self._listed.text is None else self._node.css_first(self._listed.text)
        return None if node is None else without_markup(node.html or "")

    def holds(self, nonce: str) -> bool:
        """Whether this stands anywhere in its markup."""
        return nonce in self._markup


ListedMessage = MessageInJson | MessageInPage


def read_messages(page: Page, listed: Listed) -> list[ListedMessage]:
    """The messages that stand in a page, at most MOST_VALUES; of more, those at both ends. Never raises."""
    if listed.json is not None:
        found, _ = find_json(page, listed.json)
        values = found if isinstance(found, list) else [found]
        return [MessageInJson(value, listed) for value in _ends(values) if value is not None]
    if listed.css is None or not page.is_html:
        return []
    messages: list[ListedMessage] = []
    read = 0
    for node in _ends(page.html.css(listed.css)):
        markup = node.html or ""
        read += len(markup)
        if read > MOST_READ:
            break
        messages.append(MessageInPage(node, markup, listed))
    return messages


def _ends(values: list[Any]) -> list[Any]:
    """Lists begin with the newest message or end with it."""
    half = MOST_VALUES // 2
    return values if len(values) <= MOST_VALUES else [*values[:half], *values[-half:]]


def _search(expression: str, value: Any) -> Any:
    try:
        return compile_path(expression).search(value)
    except _BROKEN:
        return None


def _sendable(id_: str) -> str | None:
    """An id that could stand in a request; a line break would make two headers of one."""
    return id_ if id_ and len(id_) <= MOST_CHARACTERS and id_.isprintable() else None


def _strings(value: Any) -> Iterator[str]:
    """All texts inside a JSON value, in order, without recursion: nesting is the sender's choice."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            waiting.extend(reversed(item.values()))
        elif isinstance(item, list):
            waiting.extend(reversed(item))
