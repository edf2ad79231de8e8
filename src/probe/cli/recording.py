"""Recording: the evidence file beside a run, from its first question to its last."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import chain, count
from pathlib import Path

import click
import msgspec

from probe.assembly import Job, describe_run, new_run_id
from probe.assembly.job import all_endpoints
from probe.keeping.evidence.evidence import Evidence
from probe.keeping.evidence.file import EvidenceFile, demand_free
from probe.keeping.evidence.keeper import EvidenceKeeper
from probe.keeping.redaction import Redactor
from probe.model.record import Command
from probe.showing.quantity import write_count
from probe.showing.safe_text import plain

RUN = "{run}"
"""Stands in a file's name for the id of the run, so that one that comes back needs no new name."""
_MISSING = "what was answered before this file was begun, as the run goes on from an earlier session"
_BROKEN_OFF = "The program ended before the run did."


def demand_room(evidence: str | None) -> None:
    """Raises WrongUse where there could be no such file: that is to be known before anything is asked."""
    if evidence is not None:
        demand_free(Path(evidence.replace(RUN, "0" * 16)))


@contextmanager
def recorded(
    job: Job, evidence: str | None, *, command: Command, secrets: Mapping[str, str]
) -> Iterator[Job]:
    """The job with an evidence file, which is sealed at the end, also where that is an error."""
    if evidence is None:
        yield job
        return
    record = describe_run(job, job.run or new_run_id(job), command)
    if job.started is not None:
        record = msgspec.structs.replace(record, started=job.started)
    redactor = Redactor(secrets)
    file = EvidenceFile(_find_place(evidence, record.id), wall=job.clock.wall)
    try:
        kept = Evidence(
            file,
            record,
            redactor,
            wall=job.clock.wall,
            missing=None if job.resumes is None else _MISSING,
        )
        keeper = EvidenceKeeper(job.keeper, kept, redactor, endpoints=all_endpoints(job))
        try:
            yield dataclasses.replace(job, keeper=keeper, run=record.id)
        finally:
            if file.is_open:
                kept.close(None, [_BROKEN_OFF])
    finally:
        file.close()
    say_sealed(kept)


def _find_place(evidence: str, run: str) -> Path:
    """The file for this run; one that goes on has another for each session, by number."""
    if RUN not in evidence:
        return Path(evidence)
    names = chain((run,), (f"{run}-{number}" for number in count(2)))
    return next(place for name in names if not os.path.lexists(place := Path(evidence.replace(RUN, name))))


def say_sealed(evidence: Evidence) -> None:
    """What was written, with the hash by which it is known again, on standard error."""
    file = evidence.file
    for note in evidence.notes:
        click.echo(f"probe: {note}", err=True)
    answers = write_count(evidence.answers, "answer")
    click.echo(
        f"probe: evidence: {answers}, {evidence.exchanges:,} of them with all that was sent and came back, sealed in"
        f" {plain(str(file.place))}\n       SHA-256 {file.digest}",
        err=True,
    )
