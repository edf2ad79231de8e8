"""Resuming: the run that goes on, as it was left, and what of it is left to ask."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from probe.assembly import Keywords
from probe.assembly.isolations import wants_isolation
from probe.assembly.job import Isolate
from probe.errors import WrongUse
from probe.keeping.ledger import EndpointEnd, end_of
from probe.keeping.store import Store
from probe.model.definition import Endpoint
from probe.model.record import Command, RunRecord
from probe.model.run import EndpointUse
from probe.model.verdict import Status

_RUN = re.compile("last|[0-9a-f]{4,}")


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """A run as its last session left it."""

    place: Path
    """The store that has it."""
    record: RunRecord
    uses: Mapping[str, EndpointUse]
    """What that session wrote down of its endpoints, by name; empty where it was killed."""
    ended: float | None
    """When it ended, in seconds since 1970; None where it was killed."""


@dataclass(frozen=True, kw_only=True)
class Left:
    """What is left to ask."""

    keywords: Mapping[str, int]
    """How many, by endpoint."""
    finished: Sequence[EndpointEnd]
    """Endpoints that need not be asked any more, as they came out."""


def read_earlier(place: Path | None, run: str) -> Earlier:
    """The run that is to go on. Raises WrongUse where there is none."""
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
        found = store.find(run)
        uses = () if found.ended is None else store.document(found.id).endpoints
        ended = None if found.ended is None else datetime.fromisoformat(found.ended).timestamp()
        return Earlier(place=place, record=found.record, uses={use.name: use for use in uses}, ended=ended)


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
    pooling = {name: getattr(then, name) for name in ("combinations", "monitor", "alone_within")}
    if given.pool == "auto" and not given.monitor:
        given = msgspec.structs.replace(given, pool=then.pool, **pooling)
    if then.isolate and not given.isolate:
        given = msgspec.structs.replace(given, isolate=True, every=then.every, separator=then.separator)
    if then.baseline is not None and given.baseline is None:
        given = msgspec.structs.replace(
            given, baseline=then.baseline, confirm_changes=given.confirm_changes or then.confirm_changes
        )
    return Command(**{**{name: getattr(given, name) for name in Command.__struct_fields__}, **changes})


def name_changes(endpoints: Sequence[Endpoint], record: RunRecord) -> Iterator[str]:
    """What is not as it was before, each in one sentence."""
    known = {one.name: one.sha256 for one in record.definitions}
    for endpoint in endpoints:
        before = known.get(endpoint.name)
        if before is None:
            yield f"{endpoint.name} is new in this run"
        elif before != endpoint.digest:
            yield f"the definition of {endpoint.name} has changed since: its keywords are asked anew"
    named = {one.name for one in endpoints}
    for one in record.definitions:
        if one.name not in named and not one.is_reference:
            yield f"{one.name} is not asked any more in this run: its verdicts are kept, but not counted"


def find_left(
    earlier: Earlier, endpoints: Sequence[Endpoint], keywords: Keywords, isolate: Isolate | None = None
) -> Left:
    """What no verdict is known of, or only that it could not be measured; or not, where `isolate` asks for it, what of it
    triggers.

    An endpoint that still holds messages of ours is not finished either, if they can be taken away.
    """
    with Store.open(earlier.place, reading=True) as store:
        statuses = store.count_statuses(
            earlier.record.id,
            [(one.name, one.digest) for one in endpoints],
            (keyword.components for keyword in keywords),
        )
        posting = {name for name, _ in store.posts(earlier.record.id)}
        whole = Counter(
            one.endpoint
            for one in (store.verdicts(earlier.record.id) if isolate is not None else ())
            if isolate is not None and wants_isolation(one, every=isolate.every)
        )
    left: dict[str, int] = {}
    finished: list[EndpointEnd] = []
    for endpoint, known in zip(endpoints, statuses, strict=True):
        use = earlier.uses.get(endpoint.name)
        if use is not None and use.definition != endpoint.digest:
            use = None
        left[endpoint.name] = _count_left(keywords.count, known, use) + whole[endpoint.name]
        message = endpoint.definition.message
        holds = endpoint.name in posting and message is not None and message.clean_up is not None
        if use is not None and not left[endpoint.name] and not holds:
            finished.append(end_of(use))
    return Left(keywords=left, finished=finished)


def _count_left(keywords: int, known: Counter[Status], use: EndpointUse | None) -> int:
    """Where an endpoint was not trusted in the end, what is inconclusive may be so for that alone."""
    left = keywords - known.total() + known[Status.UNMEASURED]
    return left if use is not None and use.trusted else left + known[Status.INCONCLUSIVE]
