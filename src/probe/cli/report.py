"""`probe report`: a run that is kept, in any format, as often as one likes."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import click

from probe.cli.options import fail_on_option, result_options, selection_options, store_option
from probe.cli.runs import complete_run, demand_store, look_at, write_stored

if TYPE_CHECKING:
    from probe.showing.selection import GroupBy


@click.command("report")
@click.argument("run", metavar="RUN", shell_complete=complete_run)
@result_options
@selection_options
@fail_on_option
@store_option
def command(
    run: str,
    format_name: str | None,
    places: tuple[str, ...],
    show_all: bool,
    columns: str | None,
    sort: str | None,
    group_by: GroupBy | None,
    only: str | None,
    fail_on: str | None,
    store: str | None,
) -> int:
    """Write the results of RUN in any format, to standard output or to files. Nothing is asked again.

    \b
    Examples:
      probe report last -o report.html
      probe report last -o report.html -o summary.md -o results.xml
      probe report 3f9a -f csv --columns keyword,endpoint,status --sort status,keyword
      probe report last --group-by category --only blocked,filtered

    HTML is one file that needs no network: it shows what was sent, what came back, and how runs of the same keywords and
    endpoints came out before. In JUnit what --fail-on names is a failure, what was not measured or not decided is skipped,
    and controls that failed are an error.
    """
    from probe.assembly.background import from_store
    from probe.cli.conditions import read_conditions
    from probe.cli.selecting import read_selection
    from probe.errors import ExitCode
    from probe.keeping.store import Store

    conditions = read_conditions(fail_on)
    selection = read_selection(columns=columns, sort=sort, group_by=group_by, only=only)
    path = demand_store(store)
    with Store.open(path, reading=True) as opened:
        stored = opened.find(run)
        look = dataclasses.replace(
            look_at(stored.record.definitions, show_all=show_all),
            selection=selection,
            fail_on=conditions,
            background=from_store(path),
        )
        written = write_stored(opened, stored, look, format_name=format_name, places=places)
    written.say_more()
    met = any(getattr(written.document.counts, status.value) for status in conditions)
    return ExitCode.CONDITION_MET if met else ExitCode.DONE
