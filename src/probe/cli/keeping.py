"""Keeping: where a run is kept, and what a run that goes on takes over from the one that was kept."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import click

from probe.assembly import Job, describe_run, new_run_id
from probe.errors import WrongUse
from probe.keeping.store import Store, default_store
from probe.model.definition import Endpoint
from probe.model.record import Command, RunRecord
from probe.showing.quantity import write_count

NOWHERE = "none"
_RUN = re.compile("last|[0-9a-f]{4,}")


def find_store(store: str | None) -> Path | None:
    """The file that keeps runs: the one that is named, else the user's own; None where nothing is to be kept."""
    if store is None:
        return default_store()
    return None if store == NOWHERE else Path(store)


def read_record(place: Path | None, run: str) -> RunRecord:
    """The head of the run that is to go on. Raises WrongUse where there is none."""
    if place is None:
        raise WrongUse("--resume needs a store, and --store none keeps nothing")
    if not _RUN.fullmatch(run):
        raise WrongUse(
            f"--resume {run!r}: that is no run",
            hint="Give its id as in `probe runs list`, or last; keywords stand before: probe run 谣言 --resume",
        )
    if not place.exists():
        raise WrongUse(
            "there is nothing to go on with: no runs are kept yet", hint=f"They would be in {place}."
        )
    with Store.open(place, reading=True) as store:
        return store.find(run).record


def complete_command(given: Command, record: RunRecord) -> Command:
    """What to ask when a run goes on: what is given now, and what was given then where nothing is. Raises WrongUse."""
    then = record.command
    changes: dict[str, tuple[str, ...]] = {}
    if not given.words and not given.lists:
        if "-" in then.lists:
            raise WrongUse(
                "the keywords of that run came from standard input, which is not kept",
                hint="Give them again: probe run --resume -k - < FILE",
            )
        changes |= {"words": then.words, "lists": then.lists}
    if not given.endpoints and not given.urls:
        names = ("endpoints", "urls", "benign", "canaries", "settings")
        changes |= {name: getattr(given, name) or getattr(then, name) for name in names}
    return Command(**{**{name: getattr(given, name) for name in Command.__struct_fields__}, **changes})


def make_absolute(names: Sequence[str]) -> tuple[str, ...]:
    """Names as they are, paths so that they lead to the same file from everywhere."""
    return tuple(os.path.abspath(name) if name != "-" and os.path.exists(name) else name for name in names)


def name_changes(endpoints: Sequence[Endpoint], record: RunRecord) -> Iterator[str]:
    """What is not as it was when the run began, each in one sentence."""
    known = {one.name: one.sha256 for one in record.definitions}
    for endpoint in endpoints:
        before = known.get(endpoint.name)
        if before is None:
            yield f"{endpoint.name} is new in this run"
        elif before != endpoint.digest:
            yield f"the definition of {endpoint.name} has changed since: its keywords are asked anew"


@contextmanager
def kept(
    job: Job,
    *,
    place: Path | None,
    command: Command,
    record: RunRecord | None,
    keep_exchanges: Literal["none", "hits", "all"],
    secrets: Mapping[str, str],
) -> Iterator[Job]:
    """The job with somebody who keeps it, from its first question to its last."""
    if place is None:
        yield job
        return
    with Store.open(place) as store:
        if record is not None:
            verdicts = write_count(store.find(record.id).verdicts, "verdict")
            click.echo(f"probe: going on with run {record.id[:8]}: {verdicts} kept", err=True)
            keeper = store.resume(record.id, keep_exchanges=keep_exchanges, secrets=secrets)
            yield dataclasses.replace(
                job, keeper=keeper, run=record.id, started=record.started, resumes=record
            )
        else:
            run = new_run_id(job)
            head = describe_run(job, run, command)
            keeper = store.begin(head, keep_exchanges=keep_exchanges, secrets=secrets)
            yield dataclasses.replace(job, keeper=keeper, run=run, started=head.started)
        for note in keeper.notes():
            click.echo(f"probe: {note}", err=True)
