"""Keeping: where a run is kept, from its first question to its last."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path

import click
import msgspec

from probe.assembly import Job, describe_run, new_run_id
from probe.assembly.earlier import read_earlier
from probe.assembly.job import Earlier, Pooled, unfinished
from probe.errors import WrongUse
from probe.keeping.run_keeper import KeepExchanges, RunKeeper
from probe.keeping.store import Store, default_store
from probe.model.record import Command, RunRecord
from probe.model.verdict import Status, Verdict
from probe.showing.plan_text import NOTHING_LEFT
from probe.showing.quantity import write_count

NOWHERE = "none"


def find_store(store: str | None) -> Path | None:
    """The file that keeps runs: the one that is named, else the user's own; None where nothing is to be kept."""
    if store is None:
        return default_store()
    return None if store == NOWHERE else Path(store)


def make_absolute(names: Sequence[str]) -> tuple[str, ...]:
    """Names as they are, paths so that they lead to the same file from everywhere."""
    return tuple(os.path.abspath(name) if name != "-" and os.path.exists(name) else name for name in names)


def read_pooled(command: Command, place: Path | None, current: str | None) -> Pooled:
    """How keywords are pooled; what earlier runs of the store at `place` knew of them is read when it is wanted.

    Raises WrongUse where watching has nothing to go by.
    """
    mode = command.pool if command.pool in ("on", "off") else "auto"
    if command.monitor and place is None:
        raise WrongUse("--monitor goes by the last run, and nothing is kept", hint="Leave out --store none.")
    if place is None or not place.exists() or mode == "off":
        return Pooled(mode=mode, combinations=command.combinations, monitor=command.monitor)  # type: ignore[arg-type]

    @cache
    def earlier(name: str) -> tuple[Earlier, int]:
        with Store.open(place, reading=True) as store:
            return read_earlier(store.history, name, current=current)

    return Pooled(
        mode=mode,  # type: ignore[arg-type]
        combinations=command.combinations,
        monitor=command.monitor,
        earlier=lambda name: earlier(name)[0],
        turn=lambda name: earlier(name)[1],
        within=command.alone_within,
    )


@contextmanager
def kept(
    job: Job,
    *,
    place: Path | None,
    command: Command,
    record: RunRecord | None,
    keep_exchanges: KeepExchanges,
    secrets: Mapping[str, str],
) -> Iterator[Job]:
    """The job with somebody who keeps it, from its first question to its last."""
    if place is None:
        yield job
        return
    with Store.open(place) as store:
        head = describe_run(job, new_run_id(job) if record is None else record.id, command)
        keeper: RunKeeper
        if record is None:
            keeper = store.begin(head, keep_exchanges=keep_exchanges, secrets=secrets)
        else:
            head = msgspec.structs.replace(head, started=record.started, version=record.version)
            keeper = store.resume(
                head.id,
                keep_exchanges=keep_exchanges,
                secrets=secrets,
                record=head,
                keywords=(keyword.components for keyword in job.keywords),
            )
            for line in _describe(store, job, head.id):
                click.echo(f"probe: {line}", err=True)
            finished = frozenset(one.name for one in job.finished)
            job = dataclasses.replace(job, resumes=record, told=partial(_verdicts, store, head.id, finished))
        yield dataclasses.replace(
            job,
            keeper=keeper,
            run=head.id,
            started=head.started,
            is_kept=True,
            heard=partial(store.heard, head.id),
        )
        for note in keeper.notes():
            click.echo(f"probe: {note}", err=True)


def _describe(store: Store, job: Job, run: str) -> Iterator[str]:
    """What is known of a run that goes on, and what that means for the asking, line by line."""
    found = store.find(run)
    unmeasured = found.statuses[Status.UNMEASURED]
    anew = f", of which {unmeasured:,} unmeasured are asked anew" if unmeasured else ""
    yield f"going on with run {run[:8]}: {write_count(found.verdicts, 'verdict')} kept{anew}"
    unlisted = store.count_unlisted(run)
    if unlisted:
        yield f"{unlisted:,} more kept, but not counted: their words are no longer listed"
    if not unfinished(job).endpoints:
        yield NOTHING_LEFT


def _verdicts(store: Store, run: str, endpoints: Collection[str]) -> Iterator[Verdict]:
    return (verdict for verdict in store.verdicts(run) if verdict.endpoint in endpoints)
