"""Rejudge: a stored run by the rules of today. Nothing is asked, and nothing is written to the store."""

from __future__ import annotations

import zlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

import msgspec

from probe.assembly.judge import CENSORED
from probe.assembly.stored_lane import StoredLane
from probe.inputs.endpoints import check_definition
from probe.judging.condition import exit_code
from probe.judging.rejudging import Basis
from probe.keeping.ledger import Ledger
from probe.keeping.store import Store
from probe.model.definition import Definition, Endpoint
from probe.model.exchange import Exchange, Purpose
from probe.model.keyword import write_line
from probe.model.record import Answer, DefinitionRecord
from probe.model.run import Run
from probe.model.verdict import Status, Verdict

_QUICK = 1
"""zlib's level for exchanges that wait in memory: pages become a tenth."""
_encode = msgspec.msgpack.Encoder().encode
_exchanges = msgspec.msgpack.Decoder(Exchange)
_verdicts = msgspec.msgpack.Decoder(Verdict)

_Pair = tuple[str, tuple[str, ...]]
"""Endpoint and components."""


@dataclass(frozen=True, kw_only=True)
class Retold:
    """One pair of a stored run."""

    before: Verdict
    today: Verdict


class Rejudge:
    """The verdicts of a stored run by the definitions of today, and the sums."""

    def __init__(
        self,
        store: Store,
        run: str,
        endpoints: Mapping[str, Endpoint],
        *,
        fail_on: Collection[Status] = (),
    ) -> None:
        """`endpoints` are all of the run, by name, with today's definitions (`assembly.redefinition`)."""
        self._store = store
        self._stored = store.find(run)
        self._document = store.document(self._stored.id)
        self._endpoints = endpoints
        self._fail_on = fail_on
        self._lanes: dict[str, StoredLane] = {}
        self._censored: Mapping[str, frozenset[str]] = {}
        self._ledger = Ledger(
            run=self._stored.id,
            started=self._stored.record.started,
            vantage=self._document.vantage,
            lists=self._document.lists,
        )

    def __iter__(self) -> Iterator[Retold]:
        """All pairs that have a verdict; those without wait for the run to go on. Once only."""
        verdicts: dict[_Pair, bytes] = {
            (one.endpoint, one.components): _encode(one) for one in self._store.verdicts(self._stored.id)
        }
        self._censored = _group_censored(self._store.verdicts(self._stored.id))
        self._lanes = self._open_lanes({name for name, _ in verdicts})
        self._learn(verdicts.keys())
        for pair, answers in groupby(self._answers(), lambda one: (one[0], one[1].question.components)):
            body = verdicts.pop(pair, None)
            if body is not None:
                about = [
                    (one, kept)
                    for _, one, kept in answers
                    if one.question.purpose.is_about_keyword and not one.question.is_part
                ]
                yield self._judge(_verdicts.decode(body), about)
        for body in verdicts.values():  # nothing was ever asked about these
            yield self._judge(_verdicts.decode(body), [])

    @property
    def bases(self) -> Counter[Basis]:
        """What the answers were judged from, so far."""
        return sum((lane.bases for lane in self._lanes.values()), Counter())

    def document(self) -> Run:
        """The run's document with the sums of today; after the last pair."""
        ends = [lane.end() for lane in self._lanes.values()]
        judged = self._ledger.close(
            ended=0.0, keywords=self._document.counts.keywords, ends=ends, stopped=False, exit_code=0
        )
        return msgspec.structs.replace(
            self._document,
            baseline=None,  # what changed was told of the verdicts of then
            endpoints=judged.endpoints,
            counts=judged.counts,
            trusted=judged.trusted,
            exit_code=exit_code(judged.counts, fail_on=self._fail_on, trusted=judged.trusted, stopped=False),
        )

    def _judge(self, before: Verdict, answers: list[tuple[Answer, Exchange | None]]) -> Retold:
        today = self._lanes[before.endpoint].judge(before, answers)
        if today.status in CENSORED:  # what of it triggers was found by the answers as they were read then
            today = msgspec.structs.replace(today, isolation=before.isolation)
        self._ledger.add(today)
        return Retold(before=before, today=today)

    def _open_lanes(self, named: Collection[str]) -> dict[str, StoredLane]:
        """One lane an endpoint; a definition that was a reference only has none."""
        uses = {use.name: use for use in self._document.endpoints} if self._document.ended else {}
        records = self._stored.record.definitions
        lanes = {}
        for record in records:
            if record.name not in {*uses, *named}:
                continue
            endpoint = self._endpoints[record.name]
            reference = None if endpoint.reference is None else endpoint.reference.name
            lanes[record.name] = StoredLane(
                endpoint,
                _read(record),
                reference_before=next((_read(one) for one in records if one.name == reference), None),
                keywords=self._document.counts.keywords,
                use=uses.get(record.name),
                ended_early=self._document.ended_early,
            )
        return lanes

    def _learn(self, keywords: Collection[_Pair]) -> None:
        """Show each lane its controls: they stand pair by pair in the store, and are wanted in the order of asking."""
        controls: dict[str, list[tuple[Answer, bytes | None]]] = {name: [] for name in self._lanes}
        pools: dict[str, list[tuple[Answer, bytes | None]]] = {name: [] for name in self._lanes}
        for name, answer, exchange in self._answers():
            purpose = answer.question.purpose
            if answer.question.is_part:
                continue
            kept = None if exchange is None else zlib.compress(_encode(exchange), _QUICK)
            if purpose is Purpose.POOL:
                pools[name].append((answer, kept))
                continue
            if purpose.is_about_keyword and (
                purpose is not Purpose.REFERENCE or (name, answer.question.components) in keywords
            ):
                continue
            controls[name].append((answer, kept))
        for name, lane in self._lanes.items():
            controls[name].sort(key=lambda one: (one[0].observation.started, one[0].question.attempt))
            lane.learn((answer, None if kept is None else _unpack(kept)) for answer, kept in controls[name])
            lane.learn_pools(
                ((answer, None if kept is None else _unpack(kept)) for answer, kept in pools[name]),
                censored=self._censored.get(name, frozenset()),
            )

    def _answers(self) -> Iterator[tuple[str, Answer, Exchange | None]]:
        """All answers under the definitions that are in use, each with the name of its endpoint."""
        used = {(one.name, one.sha256) for one in self._stored.record.definitions}
        for definition, answer, exchange in self._store.answers(self._stored.id):
            if (definition.name, definition.sha256) in used and definition.name in self._lanes:
                yield definition.name, answer, exchange


def _group_censored(verdicts: Iterable[Verdict]) -> dict[str, frozenset[str]]:
    """By endpoint: the keywords that were found censored, as lists write them."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for one in verdicts:
        if one.status in CENSORED:
            found[one.endpoint].add(write_line(one.components))
    return {name: frozenset(lines) for name, lines in found.items()}


def _read(record: DefinitionRecord) -> Definition | None:
    definition, _, _ = check_definition(record.text, record.place)
    return definition


def _unpack(body: bytes) -> Exchange:
    return _exchanges.decode(zlib.decompress(body))
