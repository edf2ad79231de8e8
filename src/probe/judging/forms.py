"""Forms: a keyword that was put in several forms is judged form by form, as one may be refused where another is not."""

from __future__ import annotations

from collections.abc import Sequence

from probe.model.observation import Observation
from probe.model.verdict import FormCounts


def by_form(observations: Sequence[Observation]) -> list[list[Observation]]:
    """The observations of each form, in the order in which the forms were first asked; one list where there are no forms."""
    groups: dict[str | None, list[Observation]] = {}
    for one in observations:
        groups.setdefault(one.form, []).append(one)
    return list(groups.values())


def count_forms(
    asked: Sequence[Observation], agreeing: Sequence[Observation]
) -> dict[str, FormCounts] | None:
    """How often each form was asked, and agreed; None where there is one form only."""
    counts = {
        group[0].form: FormCounts(
            asked=len(group), agreeing=sum(one.form == group[0].form for one in agreeing)
        )
        for group in by_form(asked)
    }
    named = {name: count for name, count in counts.items() if name is not None}
    return named if len(named) > 1 else None


def describe_forms(counts: dict[str, FormCounts] | None) -> str:
    """In which forms a text was censored: where in all, it is the topic; where in some, how it was put."""
    if counts is None:
        return ""
    hit = [_share(name, one) for name, one in counts.items() if one.agreeing]
    free = [name for name, one in counts.items() if not one.agreeing]
    if not hit:
        return ""
    return f"; asked in {', '.join(hit)}" + (f", not in {', '.join(free)}" if free else ": in every form")


def _share(name: str, counts: FormCounts) -> str:
    return f"{name} ({counts.agreeing} of {counts.asked})"
