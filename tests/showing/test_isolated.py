"""Does a table name what triggers, in a line a keyword?"""

from __future__ import annotations

import io

import msgspec

from probe.model.isolation import Isolation, Trigger
from probe.model.verdict import Verdict
from probe.showing.isolated import MOST_LISTED, Isolated
from probe.showing.page import Page

from .samples import a_verdict


def isolated(
    text: str, *components: tuple[str, ...], endpoint: str = "lab-notice", reason: str | None = None
) -> Verdict:
    triggers = tuple(Trigger(components=one, spans=(), confirmed=True) for one in components)
    found = Isolation(
        triggers=triggers, complete=reason is None, reason=reason, every=False, questions=1, separator=" "
    )
    return msgspec.structs.replace(a_verdict(text, endpoint, "B"), isolation=found)


def show(*verdicts: Verdict) -> list[str]:
    stream = io.StringIO()
    page = Page(stream, width=80, colour=False)
    lines = Isolated()
    for verdict in verdicts:
        lines.add(verdict)
    lines.print(page)
    page.flush()
    return stream.getvalue().rstrip("\n").splitlines()


def test_what_is_less_than_the_keyword_is_named_once_with_its_endpoints() -> None:
    """A keyword that triggers as a whole says nothing new."""
    shown = show(
        isolated("谣言四起", ("谣言",)),
        isolated("谣言四起", ("谣言",), endpoint="lab-wall"),
        isolated("谣言", ("谣言",)),
        isolated("说维权找律师，六四", ("维权", "律师"), ("六四",)),
        a_verdict("天气", "lab-notice", "."),
    )
    assert shown == [
        "What of it triggers",
        "  谣言四起: 谣言 (lab-notice, lab-wall)",
        "  说维权找律师，六四: 维权 + 律师 | 六四 (lab-notice)",
    ]


def test_what_was_not_found_out_is_said_with_the_reason() -> None:
    """Instead of a trigger."""
    assert show(isolated("谣言四起", reason="the budget is spent"))[1:] == [
        "  谣言四起: not found out: the budget is spent (lab-notice)"
    ]


def test_nothing_is_printed_where_nothing_was_isolated() -> None:
    """No heading either."""
    assert show(a_verdict("谣言", "lab-notice", "B")) == []


def test_a_million_keywords_are_counted_and_not_listed() -> None:
    """Memory must not grow with a run."""
    shown = show(*(isolated(f"谣言{number}", ("谣言",)) for number in range(MOST_LISTED + 7)))
    assert shown[-1] == "  and 7 more, which other formats have"
