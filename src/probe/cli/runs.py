"""`probe runs`: list, show and delete the runs that are kept."""

from __future__ import annotations

import dataclasses
import shlex
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from probe.cli.options import result_options, store_option
from probe.errors import WrongUse

if TYPE_CHECKING:
    from probe.keeping.store import Store
    from probe.keeping.stored_run import StoredRun
    from probe.model.record import DefinitionRecord
    from probe.model.run import Run
    from probe.showing import Look
    from probe.showing.page import Page

TERMINAL = "/dev/tty"
_NONE = "no runs are kept yet"


@click.group("runs")
def command() -> None:
    """List, show and delete the runs that are kept.

    A RUN is its id, of which four characters are enough if no other begins so, or `last`.
    """


def complete_run(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    from probe.keeping.store import Store

    path = find_store(ctx.params.get("store"))
    if not path.exists():
        return []
    with Store.open(path, reading=True) as store:
        return [name for name in ("last", *(run.id for run in store.runs())) if name.startswith(incomplete)]


@command.command("list")
@store_option
@click.option(
    "-f",
    "--format",
    "format_name",
    type=click.Choice(("table", "json")),
    default="table",
    show_default=True,
    help="For people, or one JSON document for programs.",
)
def list_command(store: str | None, format_name: str) -> None:
    """List the runs that are kept, the newest first, with what they found and how to go on with those that stopped.

    \b
    Examples:
      probe runs list
      probe runs list -f json
    """
    from probe.cli.run_page import print_runs, summarise

    runs = _read_runs(find_store(store))
    if format_name == "json":
        import json

        click.echo(json.dumps([summarise(run) for run in runs], indent=2))
    elif runs:
        print_runs(_page(), runs, store=store)
    else:
        click.echo(_NONE)


@command.command("show")
@click.argument("run", metavar="RUN", shell_complete=complete_run)
@store_option
@result_options
def show_command(
    run: str, store: str | None, format_name: str | None, places: tuple[str, ...], show_all: bool
) -> None:
    """Print the results of RUN as `probe run` prints them. Nothing is asked again.

    Messages of it that are still there, as they could not be deleted, are named on standard error.

    \b
    Examples:
      probe runs show last
      probe runs show 3f9a --all
      probe runs show last -f jsonl | jq .status
    """
    from probe.cli.run_page import describe_messages
    from probe.keeping.store import Store

    with Store.open(demand_store(store), reading=True) as opened:
        stored = opened.find(run)
        look = look_at(stored.record.definitions, show_all=show_all)
        written = write_stored(opened, stored, look, format_name=format_name, places=places)
        messages = describe_messages(stored, opened.posts(stored.id), store=store)
    written.say_more(*messages)


@command.command("delete")
@click.argument("runs", metavar="[RUN]...", nargs=-1, shell_complete=complete_run)
@store_option
@click.option("--all", "everything", is_flag=True, help="Delete all runs.")
@click.option("--yes", is_flag=True, help="Do not ask before.")
@click.option("--force", is_flag=True, help="Also runs of which messages are still there.")
def delete_command(
    runs: tuple[str, ...], store: str | None, everything: bool, yes: bool, force: bool
) -> None:
    """Delete runs for good: what they asked and found is overwritten in the file. A run that is at work is refused.

    So is one that sent messages which are still there: without it they could not be found and deleted any more. First try
    probe run --resume, which does that; --force deletes the run all the same.

    \b
    Examples:
      probe runs delete 3f9a last
      probe runs delete --all --yes
    """
    from probe.keeping.posts import demand_gone
    from probe.keeping.store import Store
    from probe.showing.quantity import write_count

    if bool(runs) is everything:
        raise WrongUse("name the runs to delete, or give --all", hint="probe runs list shows all runs.")
    path = find_store(store) if everything else demand_store(store)
    found = _read_runs(path) if everything else _read_named(path, runs)
    wanted = [run.id for run in found]
    if not wanted:
        click.echo(_NONE)
        return
    if not force:  # before anybody is asked; the store looks again, as nobody is at work on the runs then
        demand_gone({run.id: run.messages_left for run in found if not run.is_open})
    if not yes:
        _ask(f"Delete {write_count(len(wanted), 'run')} for good ({_name_some(wanted)})?")
    with Store.open(path) as opened:
        deleted = opened.delete(*wanted, force=force)
    click.echo(f"{write_count(deleted, 'run')} deleted")


def find_store(store: str | None) -> Path:
    from probe.keeping.store import default_store

    return default_store() if store is None else Path(store)


def demand_store(store: str | None) -> Path:
    path = find_store(store)
    if not path.exists():
        raise WrongUse(_NONE, hint=f"They would be in {path}.")
    return path


@dataclass(frozen=True, kw_only=True)
class Written:
    """A run of the store, as it was just written."""

    document: Run
    notes: Sequence[str]
    is_table: bool
    """Whether only the table was written, which names what is not trusted itself."""

    def say_more(self, *more: str) -> None:
        """Its notes and others, and what of it is not trusted, on standard error."""
        for note in (*self.notes, *more):
            click.echo(f"probe: {note}", err=True)
        if not self.is_table:
            from probe.cli.endings import name_untrusted

            name_untrusted(self.document)


def write_stored(
    store: Store, stored: StoredRun, look: Look, *, format_name: str | None, places: tuple[str, ...]
) -> Written:
    """Write the results of a run that is kept to standard output, or to these files."""
    from probe.cli.hearing import heard_in_store
    from probe.cli.output import open_results
    from probe.events import Judged

    document, compared = _without_baseline(store.document(stored.id))
    look = dataclasses.replace(look, heard=heard_in_store(store, stored.record))
    for results in open_results(format_name, places, look=look, stdout=sys.stdout):
        with closing(results):
            for verdict in store.verdicts(stored.id):
                results.listen(Judged(verdict=verdict))
            results.finish(document)
    return Written(
        document=document,
        notes=(*stored.notes, *compared),
        is_table=not places and format_name in (None, "table"),
    )


def _without_baseline(document: Run) -> tuple[Run, Sequence[str]]:
    """The document without what the run was compared with, as the changes are not kept; and how to see them, in a line."""
    import msgspec

    use = document.baseline
    if use is None:
        return document, ()
    notes = []
    if use.pairs:
        earlier = use.named if use.run is None else use.run[:8]
        notes.append(
            f"what changed since the run before: probe diff {shlex.quote(earlier)} {document.id[:8]}"
        )
    return msgspec.structs.replace(document, baseline=None), notes


def _read_runs(path: Path) -> list[StoredRun]:
    """All runs; none where there is no store, and none is made then."""
    from probe.keeping.store import Store

    if not path.exists():
        return []
    with Store.open(path, reading=True) as opened:
        return opened.runs()


def _read_named(path: Path, runs: tuple[str, ...]) -> list[StoredRun]:
    """These runs, each once. Raises WrongUse for one that is not there."""
    from probe.keeping.store import Store

    with Store.open(path, reading=True) as opened:
        return list({found.id: found for found in map(opened.find, runs)}.values())


def _name_some(ids: list[str]) -> str:
    return ", ".join(one[:8] for one in ids[:5]) + (", ..." if len(ids) > 5 else "")


def _ask(question: str) -> None:
    """Ask at the terminal, never on standard input. Raises WrongUse where there is none, or the answer is no."""
    try:
        with open(TERMINAL, "r+b", buffering=0) as terminal:
            terminal.write(f"{question} Type yes: ".encode())
            answer = terminal.readline().decode("utf-8", "replace").strip().lower()
    except OSError:
        raise WrongUse(
            "there is no terminal to ask at", hint="Use --yes to delete without being asked."
        ) from None
    if answer not in ("yes", "y"):
        raise WrongUse("nothing was deleted, as you did not agree")


def look_at(definitions: tuple[DefinitionRecord, ...], *, show_all: bool) -> Look:
    """How the results look: with the titles that the definitions had when they were used."""
    from probe.cli.output import choose_look
    from probe.inputs.endpoints import check_definition
    from probe.model.definition import Endpoint

    endpoints = []
    for one in definitions:
        definition, _, _ = check_definition(one.text, one.place)
        if definition is not None:
            endpoints.append(Endpoint(definition=definition, digest=one.sha256, place=one.place))
    return choose_look(endpoints, show_all=show_all, stdout=sys.stdout)


def _page() -> Page:
    from probe.cli.output import choose_look
    from probe.showing.page import Page

    look = choose_look((), show_all=False, stdout=sys.stdout)
    return Page(sys.stdout, width=look.width, colour=look.colour)
