"""Hearing: what a run was answered, from the store or while it is asked, for formats that tell it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from probe.keeping.store import Store
from probe.model.record import RunRecord
from probe.showing.heard import Heard

if TYPE_CHECKING:  # what asks is heavy, and those who only show a run need none of it
    from probe.assembly import Job


def heard_in_store(store: Store, record: RunRecord) -> Heard:
    """Of a run that is kept; the store must stay open."""
    return Heard(vantage=record.vantage, started=record.started, answers=partial(store.heard, record.id))


def heard_by(job: Job) -> Heard:
    """Of a run that is asked now."""
    return Heard(vantage=job.vantage, started=job.started, answers=job.heard)
