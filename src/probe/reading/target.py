"""Where a redirect leads to: to the same site or another, and whether its address speaks of the keyword."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from probe.reading.match import host_is_within
from probe.reading.page import Page

_WHOLE_URL = re.compile("(?i)https?(?::|%3a)(?:/|%2f){2}")


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where a redirect leads to."""

    host: str
    path: str
    """Without query; echoes of the keyword are `*`."""
    same_site: bool
    """Whether its host is that of the question, or above or below it."""
    names_keyword: bool
    """Whether it is an address about the keyword: in its host or path, or in its query, unless that quotes a whole URL, as
    block pages do with the one that was asked for."""

    @property
    def is_start(self) -> bool:
        """Whether it is the first page of its host."""
        return self.path in ("", "/")


def read_target(page: Page, echoes: Sequence[str]) -> Target | None:
    """The target of a redirect, None where the answer is none."""
    if page.location is None:
        return None
    try:
        asked = urlsplit(page.request.url).hostname or ""
        parts = urlsplit(page.location)
        host = parts.hostname or ""
    except ValueError:
        return Target(host="", path=page.location[:200], same_site=False, names_keyword=False)
    path, query = (part[:2000] for part in (parts.path, parts.query))
    about = _names(f"{host} {path}", echoes) or (not _WHOLE_URL.search(query) and _names(query, echoes))
    return Target(
        host=host[:253],
        path=_without(path, echoes)[:200],
        same_site=_is_same_site(asked, host),
        names_keyword=about,
    )


def _is_same_site(one: str, other: str) -> bool:
    one, other = one.removeprefix("www."), other.removeprefix("www.")
    return host_is_within(one, (other,)) or host_is_within(other, (one,))


def _names(address: str, echoes: Sequence[str]) -> bool:
    """Whether the keyword stands in a part of an address, in whatever way its words are joined there."""
    plain = _joined(unquote(address))
    return any(
        form in plain for form in map(_joined, map(unquote, echoes)) if len(form) > 1 or not form.isascii()
    )


def _joined(text: str) -> str:
    return re.sub(r"[\s_+.-]+", "-", text).lower()


def _without(path: str, echoes: Sequence[str]) -> str:
    for form in echoes:
        if len(form) > 1 or not form.isascii():
            path = re.sub(re.escape(form), "*", path, flags=re.IGNORECASE)
    return path
