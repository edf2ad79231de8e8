"""Knowledge: what is known of an answer whose page was not kept, and which conditions can be told by it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from probe.model.observation import Facts
from probe.model.rule import When
from probe.reading.extract import MOST_AUTHORS
from probe.reading.match import (
    PatternTooSlow,
    arrived_as,
    author_names,
    find_text,
    host_is_within,
    number_matches,
    status_range,
)

_SECRET = "{secret:"
"""How what stands in place of a secret begins."""
_CLEANED = 160
"""Characters of a redirect's target that facts keep at most."""


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known of an answer that did come, without its page."""

    facts: Facts
    echoes: Sequence[str]
    """Forms in which the keyword may be repeated."""
    authorised: Sequence[str]
    """Hosts that soft filtering leaves in place."""
    authorised_authors: tuple[str, ...]
    """Authors that soft filtering leaves in place."""
    knows_count: bool
    """Whether its results were counted as they are now."""
    knows_hosts: bool
    """Whether the hosts of its results were read as they are now."""
    knows_authors: bool
    """Whether the authors of its results were read as they are now."""


def holds(when: When, known: Known) -> bool | None:
    """Whether a condition holds, as `judging.rules.holds` would say of the page; None where only the page could tell.

    A pattern that would run out of time on the page is none of its concern, where something else tells.
    """
    parts = list(_parts(when, known))
    return False if False in parts else None if None in parts else True


def nested(when: When) -> Iterator[When]:
    """A condition, and those that must not hold with it."""
    yield when
    if when.not_ is not None:
        yield from nested(when.not_)


def _parts(when: When, known: Known) -> Iterator[bool | None]:
    facts = known.facts
    if when.failure is not None or when.stage is not None:
        yield False
    if when.part is not None:
        yield None  # facts are of the last answer
    if when.arrived is not None:
        yield arrived_as(when.arrived, facts.arrived)
    if when.status is not None:
        yield None if facts.status is None else _status_holds(when.status, facts.status)
    if when.redirect is not None:
        yield _redirect_holds(when, known)
    if when.length is not None:
        yield None if facts.length is None else number_matches(when.length, facts.length)
    if when.count is not None:
        yield (
            (facts.count is not None and number_matches(when.count, facts.count))
            if known.knows_count
            else None
        )
    if when.hosts is not None:
        within = all(host_is_within(host, known.authorised) for host in facts.hosts)
        yield (bool(facts.hosts) and within) if known.knows_hosts else None
    if when.authors is not None:
        yield _authors_hold(known) if known.knows_authors else None
    if when.header or when.json:
        yield None
    if any(
        one is not None
        for one in (when.like, when.css, when.title, when.text, when.body, when.notice, when.refusal)
    ):
        yield None
    if when.not_ is not None:
        inner = holds(when.not_, known)
        yield None if inner is None else not inner


def _status_holds(test: int | str | tuple[int | str, ...], status: int) -> bool:
    ranges = map(status_range, test if isinstance(test, tuple) else (test,))
    return any(low <= status <= high for low, high in ranges)


def _authors_hold(known: Known) -> bool | None:
    authors = known.facts.authors
    others = [one for one in authors if one not in author_names(known.authorised_authors)]
    if any(_SECRET not in one for one in others):
        return False
    if others or len(authors) >= MOST_AUTHORS:
        return None  # a secret was taken out of one, or there were more
    return bool(authors)


def _redirect_holds(when: When, known: Known) -> bool | None:
    location = known.facts.location
    if location is None or when.redirect is None:
        return False
    if len(location) >= _CLEANED or " " in location or _SECRET in location:
        return None  # it was cut or cleaned when it was kept
    try:
        return find_text(when.redirect, location, known.echoes) is not None
    except PatternTooSlow:
        return None
