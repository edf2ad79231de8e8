"""Rules: does a condition of a definition hold for an answer?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, assert_never

from probe.judging.calibration import Calibration
from probe.judging.look import Look
from probe.model.exchange import Part, Step
from probe.model.observation import Facts
from probe.model.refusal import Refusals
from probe.model.rule import Notice, Pick, Rule, When
from probe.reading.extract import find_json
from probe.reading.match import (
    arrived_as,
    author_names,
    find_text,
    host_is_within,
    number_matches,
    status_range,
    value_matches,
)
from probe.reading.notice import find_notice
from probe.reading.page import Page
from probe.reading.refusal import find_refusal

Likeness = Literal["benign", "not-benign", "nonsense", "canary", "unlike"]


@dataclass(frozen=True, kw_only=True)
class View:
    """All that a condition can look at in one answer."""

    step: Step
    page: Page | None
    """None where the step failed."""
    facts: Facts
    echoes: Sequence[str]
    """Forms in which the keyword may be repeated (`reading.match.echo_forms`)."""
    authorised: Sequence[str]
    """Hosts that soft filtering leaves in place."""
    authors: Sequence[str]
    """All authors of the results: facts keep only the first ones."""
    authorised_authors: tuple[str, ...]
    """Authors that soft filtering leaves in place."""
    calibration: Calibration
    asked: Sequence[str] = ()
    """The texts that the page may repeat."""
    notices: Mapping[str, Notice] = field(default_factory=dict)
    """By their ids."""
    results: Pick | None = None
    """Where the results stand, in which a page may quote anything."""
    look: Look | None = None
    """The answer as it is compared with others; None where no rule of the definition compares."""
    change: str = ""
    """How a message was altered, for people."""
    answer: str | None = None
    """The text of a model's answer; None where the definition does not say where it stands, or nothing stands there."""
    refusals: Refusals | None = None
    """The words by which models decline; None where the definition does not ask for them."""
    parts: Mapping[Part, View] = field(default_factory=dict)
    """For messages: the sending and the last reading, each as it is looked at by itself."""
    likes: dict[Likeness, bool] = field(default_factory=dict)
    """What was found out about likeness: several rules ask the same."""


@dataclass(frozen=True, kw_only=True)
class Fit:
    """A rule that fits, and what it found."""

    rule: Rule
    found: str
    """The text that was found, or ""."""


def first_fit(rules: Sequence[Rule], view: View) -> Fit | None:
    """The first rule that fits, or None. Raises PatternTooSlow."""
    for rule in rules:
        for when in rule.when if isinstance(rule.when, tuple) else (rule.when,):
            found = holds(when, view)
            if found is not None:
                return Fit(rule=rule, found=found)
    return None


def holds(when: When, view: View) -> str | None:
    """What was found where all parts of a condition hold ("" where they look at no text), or None.

    Raises PatternTooSlow.
    """
    if when.part is not None:
        if when.part not in view.parts:
            return None
        view = replace(view.parts[when.part], parts=view.parts)
    found = ""
    for part in _parts(when, view):
        if part is None:
            return None
        found = part or found
    return found


def _parts(when: When, view: View) -> Iterator[str | None]:
    """The result of each part that is given, cheapest first: a found text, "" for a plain yes, None for no."""
    page = view.page
    if when.failure is not None or when.stage is not None:
        yield _yes(_failure_holds(when, view.step))
    elif page is None:
        yield None  # a rule on an answer says nothing of a failure
    if page is not None:
        yield from _quick_parts(when, view, page)
        yield from _page_parts(when, view, page)
    if when.not_ is not None:
        yield _yes(holds(when.not_, view) is None)


def _quick_parts(when: When, view: View, page: Page) -> Iterator[str | None]:
    facts = view.facts
    if when.arrived is not None:
        yield view.change if arrived_as(when.arrived, facts.arrived) else None
    if when.status is not None:
        yield _yes(_status_holds(when.status, page.response.status))
    if when.redirect is not None:
        yield None if page.location is None else find_text(when.redirect, page.location, view.echoes)
    if when.length is not None:
        yield _yes(number_matches(when.length, len(page.response.body)))
    if when.header is not None:
        for name, test in when.header.items():
            value = page.response.header(name.lower())
            yield None if value is None else find_text(test, value, view.echoes)
    if when.count is not None:
        yield _yes(facts.count is not None and number_matches(when.count, facts.count))
    if when.hosts is not None:
        yield _yes(bool(facts.hosts) and all(host_is_within(host, view.authorised) for host in facts.hosts))
    if when.authors is not None:
        yield _yes(bool(view.authors) and author_names(view.authorised_authors).issuperset(view.authors))
    if when.like is not None:
        yield _yes(_is_like(when.like, view))


def _page_parts(when: When, view: View, page: Page) -> Iterator[str | None]:
    for expression, test in (when.json or {}).items():
        value, exists = find_json(page, expression)
        yield _yes(value_matches(test, value, exists=exists))
    if when.css is not None:
        selectors = (when.css,) if isinstance(when.css, str) else when.css
        yield _yes(page.is_html and any(page.html.css_first(one) is not None for one in selectors))
    if when.title is not None:
        yield find_text(when.title, page.title, view.echoes)
    if when.text is not None:
        yield find_text(when.text, page.text, view.echoes)
    if when.body is not None:
        yield find_text(when.body, page.raw, view.echoes)
    if when.refusal is not None:
        yield _found_refusal(when.refusal, view)
    if when.notice is not None:
        yield _found_notice(when.notice, view, page)


def _found_refusal(group: Literal["canned", "prose"], view: View) -> str | None:
    if view.answer is None or view.refusals is None:
        return None
    return find_refusal(view.answer, view.refusals, group)


def _found_notice(names: str | tuple[str, ...], view: View, page: Page) -> str | None:
    for name in (names,) if isinstance(names, str) else names:
        found = find_notice(view.notices[name], page, view.asked, view.results)
        if found is not None:
            return found
    return None


def _is_like(what: Likeness, view: View) -> bool:
    if what not in view.likes:
        view.likes[what] = _compare(what, view.calibration, view.look or Look(view.facts))
    return view.likes[what]


def _compare(what: Likeness, calibration: Calibration, look: Look) -> bool:
    match what:
        case "benign":
            return calibration.is_like_benign(look)
        case "not-benign":
            return not calibration.is_like_benign(look)
        case "nonsense":
            return calibration.is_like_nonsense(look)
        case "canary":
            return calibration.is_like_canary(look)
        case "unlike":
            return calibration.is_unlike(look)
        case _:
            assert_never(what)


def _failure_holds(when: When, step: Step) -> bool:
    if step.failure is None:
        return False
    failures = when.failure if isinstance(when.failure, tuple) else (when.failure,)
    stages = when.stage if isinstance(when.stage, tuple) else (when.stage,)
    return (when.failure is None or step.failure in failures) and (when.stage is None or step.stage in stages)


def _status_holds(test: int | str | tuple[int | str, ...], status: int) -> bool:
    for one in test if isinstance(test, tuple) else (test,):
        low, high = status_range(one)
        if low <= status <= high:
            return True
    return False


def _yes(truth: bool) -> str | None:
    return "" if truth else None
