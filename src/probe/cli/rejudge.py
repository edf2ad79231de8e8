"""`probe rejudge`: the rules of today applied to a run that is kept, without asking anything again."""

from __future__ import annotations

import dataclasses
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

import click

from probe.cli.options import fail_on_option, result_options, store_option
from probe.cli.runs import complete_run, demand_store

if TYPE_CHECKING:
    from probe.judging.rejudging import Basis
    from probe.model.verdict import Verdict

MOST_NAMED = 10
"""Pairs of one kind of difference that are named."""


@click.command("rejudge")
@click.argument("run", metavar="RUN", shell_complete=complete_run)
@click.option(
    "-e",
    "--endpoint",
    "endpoints",
    metavar="ENDPOINT",
    multiple=True,
    help="A definition to judge by, of the same name as one in the run.",
)
@click.option(
    "--set",
    "settings",
    metavar="[ENDPOINT.]NAME=VALUE",
    multiple=True,
    help="Set a variable of a definition, instead of as it was.",
)
@result_options
@fail_on_option
@store_option
def command(
    run: str,
    endpoints: tuple[str, ...],
    settings: tuple[str, ...],
    format_name: str | None,
    places: tuple[str, ...],
    show_all: bool,
    fail_on: str | None,
    store: str | None,
) -> int:
    """Apply today's rules to the answers of RUN, and print the verdicts. Nothing is asked, and the run stays as it is.

    \b
    Examples:
      probe rejudge last
      probe rejudge 3f9a -e mended.yaml
      probe rejudge last -f jsonl | jq .status

    RUN is an id, of which four characters are enough if no other begins so, or `last`. Each endpoint is judged by the
    definition that it has today: the built-in one, or the file that was used. Answers whose page was kept are looked at anew
    (probe run --keep-exchanges all keeps every one); of the others, what was measured then is judged as far as it goes.
    """
    from probe.assembly.background import from_store
    from probe.assembly.redefinition import redefine
    from probe.assembly.rejudge import Rejudge
    from probe.cli.conditions import read_conditions
    from probe.cli.endings import name_untrusted
    from probe.cli.hearing import heard_in_store
    from probe.cli.output import choose_look, open_results
    from probe.events import Judged
    from probe.keeping.store import Store

    conditions = read_conditions(fail_on)
    differences = Differences()
    with ExitStack() as stack:
        opened = stack.enter_context(Store.open(demand_store(store), reading=True))
        record = opened.find(run).record
        redefined = redefine(record.definitions, endpoints, settings)
        today = {name: one.endpoint for name, one in redefined.items()}
        rejudge = Rejudge(opened, run, today, fail_on=conditions)
        look = dataclasses.replace(
            choose_look([*today.values()], show_all=show_all, stdout=sys.stdout),
            fail_on=conditions,
            background=from_store(opened.path),
            heard=heard_in_store(opened, record),
        )
        results = [
            stack.enter_context(closing(one))
            for one in open_results(format_name, places, look=look, stdout=sys.stdout)
        ]
        for pair in rejudge:
            differences.add(pair.before, pair.today)
            for one in results:
                one.listen(Judged(verdict=pair.today))
        document = rejudge.document()
        for one in results:
            one.finish(document)
    notes = [one.note for one in redefined.values() if one.note is not None]
    for line in (*notes, *differences.sentences(), *describe_bases(rejudge.bases)):
        click.echo(f"probe: {line}", err=True)
    if places or format_name not in (None, "table"):
        name_untrusted(document)  # the table says it itself
    return document.exit_code


class Differences:
    """Counts by kind how the verdicts of today differ from the stored ones, and names the first of each kind."""

    def __init__(self) -> None:
        self._all = 0
        self._kinds: Counter[tuple[str, str]] = Counter()
        self._named: dict[tuple[str, str], list[str]] = {}

    def add(self, before: Verdict, today: Verdict) -> None:
        """Take one pair."""
        from probe.showing.safe_text import plain

        self._all += 1
        kind = (_say(before, today), _say(today, before))
        if kind[0] == kind[1]:
            return
        self._kinds[kind] += 1
        named = self._named.setdefault(kind, [])
        if len(named) < MOST_NAMED:
            named.append(f"{plain(today.keyword, 60)} at {plain(today.endpoint, 40)}")

    def sentences(self) -> Iterator[str]:
        """One sentence a kind, the most frequent first."""
        from probe.showing.quantity import write_count

        if not self._kinds:
            yield f"none of {write_count(self._all, 'verdict')} differs from the stored one"
        for kind, number in self._kinds.most_common():
            named = self._named[kind]
            more = f" and {number - len(named):,} more" if number > len(named) else ""
            yield f"{number:,} {kind[0]} became {kind[1]}: {', '.join(named)}{more}"


def describe_bases(bases: Mapping[Basis, int]) -> Iterator[str]:
    """What the answers were judged from, in words."""
    from probe.judging.rejudging import Basis
    from probe.showing.quantity import write_count

    words = {
        Basis.EXCHANGE: "judged from their exchange",
        Basis.FACTS: "judged from what was measured then",
        Basis.KEPT: "kept as they were, as the rules that judged them have not changed",
        Basis.ASSUMED: "kept as they were, although rules that might fit better have changed (their page was not kept)",
        Basis.LOST: "not judged, as the rules have changed and their page was not kept",
    }
    parts = [f"{bases[basis]:,} {text}" for basis, text in words.items() if bases.get(basis)]
    total = sum(bases.values())
    yield f"{write_count(total, 'answer')}{': ' if parts else ''}{'; '.join(parts)}"


def _say(one: Verdict, other: Verdict) -> str:
    """A status; with its certainty where that is all in which the two differ."""
    if one.status is not other.status or one.certainty is other.certainty:
        return one.status
    return f"{one.status} ({one.certainty})"
