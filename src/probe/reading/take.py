"""Take: a value out of the answer of a session step, ready to be sent on."""

from __future__ import annotations

import re

from probe.model.asking import Take
from probe.reading.extract import find_json
from probe.reading.match import PATTERN_SECONDS, PatternTooSlow, compile_pattern
from probe.reading.page import Page

MOST_CHARACTERS = 8_000
"""Of a value: no server takes longer headers or URLs, and a hostile one may send anything."""

_TAKEN_BACK = re.compile(
    r"max-age\s*=\s*(?:0+|-[0-9]+)\s*(?:;|$)|expires\s*=[^;]*\b19[0-9]{2}\b", re.IGNORECASE
)
"""How a cookie is deleted: by a life of no seconds, or, as old servers do, by an end in 1970."""


def take_value(page: Page, take: Take) -> str | None:
    """The value, or None where there is none that could be sent. Raises PatternTooSlow."""
    value = _source(page, take)
    if value is not None and take.pattern is not None:
        value = _matched(take.pattern, value)
    if value is None or not value or len(value) > MOST_CHARACTERS or not value.isprintable():
        return None  # a line break would make two headers of one
    value = take.map.get(value, value)
    return value if take.digits is None else value.zfill(take.digits)


def _source(page: Page, take: Take) -> str | None:
    if take.json is not None:
        value, exists = find_json(page, take.json)
        if isinstance(value, bool):
            return str(value).lower()
        return str(value) if exists and isinstance(value, str | int | float) else None
    if take.css is not None:
        node = page.html.css_first(take.css) if page.is_html else None
        if node is None:
            return None
        return node.text(strip=True) if take.attribute is None else node.attributes.get(take.attribute)
    if take.header is not None:
        return page.response.header(take.header.lower())
    if take.cookie is not None:
        return _cookie(page, take.cookie)
    return page.raw


def _cookie(page: Page, name: str) -> str | None:
    """One cookie's value; for `*` all of them, as a Cookie header wants them. A cookie that is taken back is none."""
    cookies: dict[str, str] = {}
    for header, value in page.response.headers:
        if header == "set-cookie":
            pair, _, attributes = value.partition(";")
            key, _, content = pair.partition("=")
            if content.strip() and not _TAKEN_BACK.search(attributes):
                cookies[key.strip()] = content.strip()
            else:
                cookies.pop(key.strip(), None)
    if name == "*":
        return "; ".join(f"{key}={value}" for key, value in cookies.items()) or None
    return cookies.get(name)


def _matched(pattern: str, value: str) -> str | None:
    try:
        found = compile_pattern(pattern).search(value, timeout=PATTERN_SECONDS)
    except TimeoutError:
        raise PatternTooSlow(pattern) from None
    return None if found is None else found.group(1 if found.re.groups else 0)
