"""One answer, seen as text, HTML or JSON; each view is made once, and only when it is asked for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from typing import Any, Literal
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser

from probe.model.definition import Definition
from probe.model.exchange import Request, Response
from probe.reading.body import MOST_TEXT, decode
from probe.reading.json_forms import NO_JSON, read_documents, read_events, read_island, read_json, read_jsonp

__all__ = ["NO_JSON", "Page", "most_text", "read_page"]

MOST_STREAM = 2_000_000
"""Characters of a stream: some 250 for each token of an answer."""
MOST_TAGS = 10_000
"""Tags of a page that are parsed: real result pages have some hundreds; 50,000 unclosed ones take 7 s, these 0.3 s."""

_TAG = re.compile("<[a-zA-Z]")
_UNSEEN = ["script", "style", "template", "noscript", "head"]
_UNSEEN_CSS = ",".join(_UNSEEN)


class Page:
    """An answer for reading. Never raises on what the network sent."""

    def __init__(
        self,
        request: Request,
        response: Response,
        encoding: str = "auto",
        *,
        island: str | None = None,
        documents: Literal["one", "many", "events"] = "one",
    ) -> None:
        self.request = request
        self.response = response
        self._encoding = encoding
        self._island = island
        self._documents = documents

    @cached_property
    def media_type(self) -> str | None:
        """`text/html`, without parameters; None where there is no Content-Type."""
        value = self.response.header("content-type")
        return value.partition(";")[0].strip().lower()[:100] if value else None

    @cached_property
    def location(self) -> str | None:
        """The whole URL that a redirect points to; None where the answer is none."""
        target = self.response.header("location")
        if target is None or not 300 <= self.response.status < 400:
            return None
        try:
            return urljoin(self.request.url, target)
        except ValueError:
            return target

    @cached_property
    def raw(self) -> str:
        """The body as text, as it came."""
        content_type = self.response.header("content-type")
        return decode(self.response.body, content_type, self._encoding, most=most_text(self._documents))

    @cached_property
    def is_html(self) -> bool:
        if self.media_type in ("text/html", "application/xhtml+xml"):
            return True
        return self.media_type in (None, "text/plain") and self.raw.lstrip()[:1] == "<"

    @cached_property
    def html(self) -> LexborHTMLParser:
        return LexborHTMLParser(_with_few_tags(self.raw))

    @cached_property
    def json(self) -> Any:
        """The body as JSON values, or NO_JSON; of a page with an island, what stands in that."""
        if self._island is not None:
            node = self.html.css_first(self._island) if self.is_html else None
            return NO_JSON if node is None else read_island(node.text(deep=True))
        text = self.raw.lstrip("\ufeff")
        if self._documents == "many":
            return read_documents(text)
        if self._documents == "events":
            return read_events(text)
        value = read_json(text)
        return read_jsonp(text) if value is NO_JSON else value

    @cached_property
    def title(self) -> str:
        if not self.is_html:
            return ""
        node = self.html.css_first("title")
        return _reader_form(node.text()) if node is not None else ""

    @cached_property
    def text(self) -> str:
        """What a reader sees: without markup, scripts and styles; of JSON, its texts; NFC, white space folded."""
        if self.is_html:
            body = self.html.body
            if body is not None and body.css_first(_UNSEEN_CSS) is not None:
                tree = self.html.clone()  # taking elements out of the page itself would change what CSS finds
                tree.strip_tags(_UNSEEN)
                body = tree.body
            return _reader_form(f"{self.title} {body.text(separator=' ') if body is not None else ''}")
        if self.json is not NO_JSON:
            return _reader_form("\n".join(_texts(self.json)))
        return _reader_form(self.raw)


def most_text(documents: str) -> int:
    """Characters of a body that are looked at: of a stream more, as its last event tells how it ended."""
    return MOST_STREAM if documents == "events" else MOST_TEXT


def read_page(definition: Definition, request: Request, response: Response) -> Page:
    """An answer, to be read as the definition says."""
    return Page(
        request,
        response,
        definition.encoding,
        island=definition.island,
        documents=definition.documents,
    )


def _with_few_tags(text: str) -> str:
    """The page up to its MOST_TAGS-th tag: the parser takes quadratic time on elements that are never closed."""
    if text.count("<") <= MOST_TAGS:
        return text
    last = next(islice(_TAG.finditer(text), MOST_TAGS, None), None)
    return text if last is None else text[: last.start()]


def _texts(value: Any) -> Iterator[str]:
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


def _reader_form(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split()))
