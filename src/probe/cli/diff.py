"""`probe diff`: what changed between two runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

import click

from probe.cli.options import fail_on_all_option, store_option
from probe.cli.runs import complete_run, find_store
from probe.errors import ExitCode, WrongUse

if TYPE_CHECKING:
    from probe.assembly.baseline import Baseline
    from probe.cli.conditions import Conditions
    from probe.model.change import Diff, Told
    from probe.showing.diff import DiffWriter

DIFF_FORMAT_NAMES = ("table", "json", "jsonl", "md")


@click.command("diff")
@click.argument("earlier", metavar="A", shell_complete=complete_run)
@click.argument("later", metavar="B", shell_complete=complete_run)
@click.option(
    "-e",
    "--endpoint",
    "endpoints",
    metavar="ENDPOINT",
    multiple=True,
    help="Compare only this endpoint of the two, by its name.",
)
@click.option(
    "-f",
    "--format",
    "format_name",
    type=click.Choice(DIFF_FORMAT_NAMES),
    default="table",
    show_default=True,
    help="For people, for programs, or for a web page.",
)
@fail_on_all_option
@store_option
def command(
    earlier: str,
    later: str,
    endpoints: tuple[str, ...],
    format_name: str,
    fail_on: str | None,
    store: str | None,
) -> int:
    """Say what changed from A to B: what is newly blocked or filtered, what was lifted, what could not be compared.

    \b
    Examples:
      probe diff 3f9a last
      probe diff last-week.json last -e lab-notice --fail-on changed
      probe diff monday.csv tuesday.csv -f md

    A and B are runs that are kept, by their ids or `last`, or files that `probe run -o` wrote as JSON, JSON Lines or CSV.
    Only what both sides decided is news: not what could not be measured, nor what the evidence does not carry, nor what
    changed with the definition. Exit code 3 says that no pair could be compared.

    \b
    --fail-on takes statuses, of B, and changes:
      changed                  of censorship, and carried by the evidence; also
                               where something of ours changed as well
      newly-blocked, newly-filtered, lifted, hardened, softened
                               such a one, if it is news
      undecided, decided, became-unmeasured, measured-again, appeared, left
                               what says nothing of censorship
    """
    from probe.cli.baseline import open_side
    from probe.cli.conditions import read_all_conditions
    from probe.cli.output import choose_look
    from probe.showing.diff import DIFF_FORMATS

    conditions = read_all_conditions(fail_on)
    path = find_store(store)
    with ExitStack() as stack:
        before, after = (
            stack.enter_context(open_side(named, place=path, only=endpoints)) for named in (earlier, later)
        )
        _demand_endpoints(endpoints, [*before.endpoints, *after.endpoints])
        look = choose_look((), show_all=False, stdout=sys.stdout)
        diff = _compare(before, after, DIFF_FORMATS[format_name](sys.stdout, look), conditions)
    if diff.exit_code == ExitCode.NOTHING_TRUSTED:
        click.echo(
            "probe: no pair is blocked, filtered or ok on both sides, so nothing could be compared", err=True
        )
    return diff.exit_code


def _compare(before: Baseline, after: Baseline, writer: DiffWriter, conditions: Conditions) -> Diff:
    """Compare all pairs, and write what changed."""
    import msgspec

    from probe.assembly.comparing import Comparing
    from probe.model.change import Diff

    def pairs() -> Iterator[Told]:
        return (told for endpoint in after.endpoints for told in after.pairs(endpoint))

    comparing = Comparing(
        before,
        after.endpoints,
        keywords=(lambda: (told.verdict.components for told in pairs()))
        if all(map(after.is_whole, after.endpoints))
        else None,
        conditions=conditions.changes,
    )
    is_met = False
    for told in pairs():
        is_met |= told.verdict.status in conditions.statuses
        change = comparing.compare(told)
        if change is not None:
            writer.change(change)
    use = comparing.finish(writer.change)
    use = msgspec.structs.replace(use, notes=tuple(dict.fromkeys((*use.notes, *after.use.notes))))
    code = ExitCode.DONE if not (is_met or comparing.is_met) else ExitCode.CONDITION_MET
    diff = Diff(
        named=after.use.named,
        run=after.use.run,
        started=after.use.started,
        baseline=use,
        exit_code=code if use.compared else ExitCode.NOTHING_TRUSTED,
    )
    writer.finish(diff)
    return diff


def _demand_endpoints(named: Sequence[str], known: Sequence[str]) -> None:
    """Raises WrongUse where neither side has an endpoint of this name."""
    missing = [name for name in named if name not in known]
    if missing:
        raise WrongUse(f"-e {missing[0]}: neither side has an endpoint of this name")
