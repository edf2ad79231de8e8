"""`probe history`: what became of a keyword from run to run."""

from __future__ import annotations

import sys

import click

from probe.cli.options import store_option
from probe.cli.runs import demand_store
from probe.errors import WrongUse


@click.command("history")
@click.argument("keyword")
@click.option(
    "-e",
    "--endpoint",
    "endpoints",
    metavar="ENDPOINT",
    multiple=True,
    help="Only at this endpoint, by its name.",
)
@click.option(
    "--all", "show_all", is_flag=True, help="A line for each run, also where it says what the last one said."
)
@click.option(
    "--most",
    type=click.IntRange(1, 10_000),
    default=500,
    show_default=True,
    help="So many runs at the most of each endpoint, the last ones.",
)
@click.option(
    "-f",
    "--format",
    "format_name",
    type=click.Choice(("table", "json")),
    default="table",
    show_default=True,
    help="For people, or one JSON document for programs.",
)
@store_option
def command(
    keyword: str, endpoints: tuple[str, ...], show_all: bool, most: int, format_name: str, store: str | None
) -> None:
    """Show what all runs that are kept said of KEYWORD, the oldest first, and when it changed.

    \b
    Examples:
      probe history 谣言
      probe history '维权 + 律师' -e lab-notice --all
      probe history 谣言 -f json | jq '.entries[].verdict.status'

    A change is followed by a question mark where the evidence does not carry it, or where something of ours changed as well.
    Runs from another vantage, or with other settings of the endpoint, stand apart: they are not compared.
    """
    from probe.assembly.timeline import read_timeline
    from probe.cli.output import choose_look
    from probe.keeping.store import Store
    from probe.model.keyword import read_line
    from probe.showing.json_text import write_json
    from probe.showing.page import Page
    from probe.showing.timeline import print_timeline

    with Store.open(demand_store(store), reading=True) as opened:
        timeline = read_timeline(opened.history, read_line(keyword), only=endpoints, most=most)
    if not timeline.entries:
        where = f" at {' or '.join(endpoints)}" if endpoints else ""
        raise WrongUse(
            f"no run that is kept has a verdict of {keyword!r}{where}", hint="probe runs list shows all runs."
        )
    if format_name == "json":
        click.echo(write_json(timeline, encoding=sys.stdout.encoding))
        return
    look = choose_look((), show_all=show_all, stdout=sys.stdout)
    page = Page(sys.stdout, width=look.width, colour=look.colour)
    print_timeline(page, timeline, show_all=show_all)
    page.flush()
