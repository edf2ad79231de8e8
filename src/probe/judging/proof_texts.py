"""Proof texts: the words of an answer for which a rule fired, so that they can be shown to a reader."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from probe.model.definition import Definition
from probe.model.rule import When
from probe.reading.extract import find_json
from probe.reading.match import Echoes, PatternTooSlow, find_text
from probe.reading.notice import find_notice
from probe.reading.page import Page

_MOST = 12
"""Texts of one rule."""


def find_proof_texts(
    definition: Definition, rule_id: str | None, page: Page, asked: Sequence[str]
) -> list[str]:
    """What the rule of this id finds in this answer, as it stands there; nothing where it looks at no text."""
    rule = next((one for one in definition.rules if one.id == rule_id), None)
    if rule is None:
        return []
    texts: dict[str, None] = {}
    for when in rule.conditions:
        try:
            texts.update(dict.fromkeys(_find(when, definition, page, asked)))
        except PatternTooSlow:
            continue
    return [text for text in texts if text.strip()][:_MOST]


def _find(when: When, definition: Definition, page: Page, asked: Sequence[str]) -> Iterator[str]:
    echoes = Echoes(asked)
    names = (when.notice,) if isinstance(when.notice, str) else when.notice or ()
    for name in names:
        found = find_notice(definition.notices[name], page, asked, definition.results.count)
        for one in asked if found is not None and "{keyword}" in found else ("",):
            yield (found or "").replace("{keyword}", one)
    for test, text in ((when.text, page.text), (when.body, page.raw), (when.title, page.title)):
        if test is not None:
            yield find_text(test, text, echoes) or ""
    for expression in when.json or ():
        value, exists = find_json(page, expression)
        if exists and isinstance(value, str):
            yield value
    for selector in (when.css,) if isinstance(when.css, str) else when.css or ():
        node = page.html.css_first(selector) if page.is_html else None
        if node is not None:
            yield " ".join(node.text(separator=" ").split())
