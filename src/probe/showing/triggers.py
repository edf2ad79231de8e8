"""Triggers: in words, which parts of a censored keyword trigger, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from probe.model.isolation import Isolation, Trigger
from probe.model.keyword import write_line
from probe.model.verdict import Verdict
from probe.showing.quantity import write_count


def describe_isolation(verdict: Verdict) -> Iterator[tuple[str, str]]:
    """What is known of the parts of one keyword, each fact with its label; nothing where that was not asked for."""
    found = verdict.isolation
    if found is None:
        return
    for trigger in found.triggers:
        yield "trigger" if trigger.confirmed else "at most", write_line(trigger.components)
        yield "", ", ".join(_explain(trigger))
    if found.triggers:
        yield "where", mark(found.separator.join(verdict.components), _spans(found.triggers))
    yield "parts", f"{write_count(found.questions, 'question')} about parts of it, controls apart"
    if found.reason is not None:
        yield "not known", f"the rest: {found.reason}"


def write_triggers(verdict: Verdict, *, between: str) -> str | None:
    """What was found out, in the line format of keywords; None where nothing was."""
    if verdict.isolation is None:
        return None
    return between.join(write_line(one.components) for one in confirmed(verdict.isolation))


def mark(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """A text with brackets around these spans; those that overlap are marked as one.

    >>> mark("今天有谣言", [(3, 5)])
    '今天有[谣言]'
    """
    marked, last = "", 0
    for start, end in _merge(spans):
        marked += f"{text[last:start]}[{text[start:end]}]"
        last = end
    return marked + text[last:]


def _explain(trigger: Trigger) -> Iterator[str]:
    """How sure it is, and what is known of how its components must stand."""
    if not trigger.confirmed:
        yield "triggers; whether less of it does is not known"
        return
    yield "triggers alone"
    yield "all of them are needed" if len(trigger.components) > 1 else "all of it is needed"
    if trigger.any_order is not None:
        yield "in any order" if trigger.any_order else "in this order only"
    if trigger.apart is False:
        yield "with nothing else between them"
    if trigger.doubt:
        yield f"wrong about 1 time in {round(1 / trigger.doubt, -2):,.0f}"


def confirmed(found: Isolation) -> list[Trigger]:
    """Those of which all is known."""
    return [one for one in found.triggers if one.confirmed]


def _spans(triggers: Sequence[Trigger]) -> list[tuple[int, int]]:
    return [span for one in triggers for span in one.spans]


def _merge(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
