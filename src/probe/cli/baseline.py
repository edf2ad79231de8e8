"""Baseline: what `--baseline` names, and the two sides of `probe diff`: a run of the store, `last`, or a file of results."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from probe.assembly.baseline import Baseline, FiledBaseline, NoBaseline, last_run, stored_run
from probe.assembly.job import Keywords
from probe.cli.conditions import Conditions
from probe.errors import WrongUse
from probe.inputs.result_file import read_results
from probe.keeping.store import Store
from probe.model.definition import Endpoint
from probe.model.record import Command, RunRecord
from probe.model.run import Vantage

LAST = "last"
_RUN = re.compile("[0-9a-f]{4,}")


def demand_baseline(conditions: Conditions, command: Command) -> None:
    """Raises WrongUse where something is asked of changes, and there is nothing to compare with."""
    if command.baseline is not None:
        return
    hint = "Add --baseline last, --baseline RUN, or --baseline FILE. See: probe runs list"
    if conditions.changes:
        raise WrongUse(
            f"--fail-on {','.join(sorted(conditions.changes))} needs something to compare with", hint=hint
        )
    if command.confirm_changes:
        raise WrongUse("--confirm-changes needs something to compare with", hint=hint)


@contextmanager
def open_baseline(
    named: str,
    *,
    place: Path | None,
    endpoints: Sequence[Endpoint],
    keywords: Keywords,
    vantage: Vantage,
    resumes: RunRecord | None,
) -> Iterator[Baseline]:
    """What a run is compared with; `place` is the store. Raises WrongUse, and BadInput for a file with faults."""
    if is_file(named):
        yield FiledBaseline(read_results(Path(named)), named=named)
        return
    if place is None:
        raise WrongUse(
            f"--baseline {named} needs a store, and --store none keeps nothing",
            hint="Name a file of results, or leave out --store none.",
        )
    if not place.exists() and named == LAST:
        yield NoBaseline(named)
        return
    check_run(named, "--baseline")
    if not place.exists():
        raise WrongUse(f"no run {named!r} is kept", hint=f"Runs would be in {place}.")
    with Store.open(place, reading=True) as store:
        if named == LAST:
            before = math.inf if resumes is None else resumes.started
            yield last_run(store.history, endpoints, keywords, vantage, before=before, named=named)
            return
        run = store.find(named)
        if resumes is not None and run.id == resumes.id:
            raise WrongUse("a run cannot be compared with itself", hint="probe runs list shows all runs.")
        yield stored_run(store.history, run.id, named=named)


@contextmanager
def open_side(named: str, *, place: Path, only: Sequence[str]) -> Iterator[Baseline]:
    """One of two runs that are compared, at these endpoints `only`, or at all. Raises WrongUse, and BadInput for a file with
    faults."""
    if is_file(named):
        yield FiledBaseline(read_results(Path(named)), named=named, only=only)
        return
    check_run(named, "probe diff")
    if not place.exists():
        raise WrongUse("no runs are kept yet", hint=f"They would be in {place}.")
    with Store.open(place, reading=True) as store:
        run = store.find(named)
        yield stored_run(store.history, run.id, named=named, only=only)


def lasting_name(named: str) -> str:
    """What a user named, so that it means the same from everywhere."""
    return str(Path(named).absolute()) if is_file(named) else named


def is_file(named: str) -> bool:
    """Whether this is a file of results, not a run."""
    return named != LAST and (
        Path(named).exists() or (not _RUN.fullmatch(named) and Path(named).suffix != "")
    )


def check_run(named: str, what: str) -> None:
    """Raises WrongUse for what can be neither a run nor a file."""
    if named != LAST and not _RUN.fullmatch(named):
        raise WrongUse(
            f"{what} {named!r}: there is no such file, and it is no run",
            hint="Give the id of a run as in `probe runs list`, last, or a file that `probe run -o` wrote.",
        )
