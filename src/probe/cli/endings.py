"""Endings: what is said on standard error when a run is over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from probe.errors import ExitCode
from probe.inputs.definitions.one_off import ONE_OFF
from probe.inputs.definitions.writing import write_rules
from probe.model.run import Run
from probe.model.verdict import Status
from probe.showing.quantity import write_count
from probe.showing.safe_text import plain

if TYPE_CHECKING:  # what asks is heavy, and those who only show a run need none of it
    from probe.assembly import Job
    from probe.run import Parts


def say_end(document: Run, *, is_kept: bool) -> None:
    """Why a run is not complete, or not all of it measured, and how it goes on."""
    again = f"probe run --resume={document.id[:8]}"
    unmeasured = document.counts.unmeasured
    if document.complete:
        if unmeasured and is_kept:
            verdicts = write_count(unmeasured, "verdict")
            click.echo(f"probe: {verdicts} unmeasured; to ask anew what can be asked: {again}", err=True)
        return
    left = f"; go on with: {again}" if is_kept else ""
    if document.exit_code == ExitCode.STOPPED:
        click.echo(f"probe: stopped; what was reached is shown, the rest was not asked{left}", err=True)
    elif document.ended_early is not None:
        click.echo(f"probe: {document.ended_early}; the rest was not asked{left}", err=True)


def say_left(job: Job) -> None:
    """How many messages may still be where they were posted, after an end that left no time for them."""
    messages = [one for one in job.endpoints if one.definition.message is not None]
    left = sum(len(job.keeper.posts(one)) for one in messages)
    if left and job.run is not None:
        number = f"{write_count(left, 'message')} that this run posted {'is' if left == 1 else 'are'}"
        click.echo(
            f"probe: {number} perhaps still there; to go on: probe run --resume={job.run[:8]}", err=True
        )


def say_written(document: Run, places: Sequence[str]) -> None:
    """What was found, in one line, for those who see no results because they went to files."""
    counts = document.counts
    keywords = write_count(counts.keywords, "keyword")
    endpoints = write_count(len(document.endpoints), "endpoint")
    found = [f"{number:,} {status}" for status in Status if (number := getattr(counts, status.value))]
    pairs = write_count(counts.keywords * len(document.endpoints), "pair")
    ending = "complete" if document.complete else f"not complete, as {pairs} were to be judged"
    click.echo(
        f"probe: {keywords} at {endpoints}: {', '.join(found) or 'no verdict'}; {ending};"
        f" written to {', '.join(map(plain, places))}",
        err=True,
    )


def print_inferred(parts: Parts) -> None:
    """The rules that a run without a definition found for itself, to be pasted into a file."""
    for one in parts.lanes:
        rules, results, answers = one.inferred()
        if one.lane.place.endpoint.place == ONE_OFF and rules:
            name = one.lane.place.endpoint.name
            click.echo(f"\nWhat this run learnt of {name}, for a definition (docs/endpoints.md):", err=True)
            click.echo(write_rules(rules, results, answers=answers), err=True, nl=False)


def name_untrusted(document: Run) -> None:
    """Say on standard error which endpoints' verdicts cannot be believed, and why; and what else there is to know."""
    for use in document.endpoints:
        if not use.trusted:
            click.echo(f"probe: {use.name} is not trusted: {plain(use.reason or '')}", err=True)
        for note in use.notes:
            click.echo(f"probe: {use.name}: {plain(note)}", err=True)
