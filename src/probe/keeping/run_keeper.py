"""Run keeper: keeps the answers and verdicts of one run, each in a transaction of its own, so that a crash loses none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Literal

import msgspec

from probe.keeping.database import Database
from probe.keeping.hosts import Hosts
from probe.keeping.ids import Ids, to_key
from probe.keeping.migrations import PURPOSES
from probe.keeping.packed_exchange import pack_exchange
from probe.keeping.packing import pack_answer, pack_verdict
from probe.keeping.posts import Posts
from probe.keeping.redaction import Redactor
from probe.keeping.rows import Rows
from probe.keeping.run_lock import RunLock
from probe.model.definition import Endpoint
from probe.model.exchange import Exchange, Purpose, Question
from probe.model.observation import Observation
from probe.model.post import Post, PostState
from probe.model.record import Answer, DefinitionRecord
from probe.model.run import Run
from probe.model.verdict import Status, Verdict

KeepExchanges = Literal["none", "hits", "all"]
"""Which exchanges are kept: none; hits, controls and what says nothing of the keyword (to mend rules); all."""
MOST_EXCHANGES = 200_000_000
"""Bytes of the exchanges of one run, compressed."""

FULL_NOTE = (
    "The exchanges of this run have filled the room that a run is given, so later ones were not kept. All answers and"
    " verdicts were."
)
"""What a run says when it keeps no more exchanges."""


class RunKeeper:
    """The Keeper of one run of the store (`probe.keeping.keeper` says what each method is for)."""

    def __init__(
        self,
        database: Database,
        lock: RunLock,
        *,
        run: int,
        name: str,
        keep_exchanges: KeepExchanges,
        secrets: Mapping[str, str],
        wall: Callable[[], float],
        most_exchanges: int = MOST_EXCHANGES,
    ) -> None:
        self._database = database
        self._lock = lock
        self._run = run
        self._name = name
        self._policy = keep_exchanges
        self._redactor = Redactor(secrets)
        self._hosts = Hosts(database, wall)
        self._ids = Ids(database, run)
        self._rows = Rows(database)
        self._posts = Posts(database, run)
        self._most_exchanges = most_exchanges
        row = database.row("SELECT exchange_bytes, exchanges_full FROM run WHERE id = ?", (run,))
        self._exchange_bytes, self._is_full = row if row is not None else (0, 0)

    def keep(
        self,
        endpoint: Endpoint,
        question: Question,
        exchange: Exchange,
        observation: Observation,
        *,
        host: str | None = None,
    ) -> None:
        observation = self._without_secrets(observation)
        body = pack_answer(endpoint.name, question, observation)
        exchanged = None
        if not self._is_full and self._is_wanted(question, observation):
            exchanged = pack_exchange(self._without_secrets_in(exchange))
        row, key = self._endpoint(endpoint), to_key(question.id)
        with self._writing():
            pair = self._ids.pair(row, question.components)
            if self._database.row("SELECT 1 FROM answer WHERE pair = ? AND question = ?", (pair, key)):
                return
            answer = self._database.insert(
                "INSERT INTO answer (endpoint, pair, question, purpose, shape, body) VALUES (?, ?, ?, ?, ?, ?)",
                (row, pair, key, PURPOSES[question.purpose], self._ids.shape(observation.facts.shape), body),
            )
            self._database.run("UPDATE endpoint SET answers = answers + 1 WHERE id = ?", (row,))
            if host is not None:
                self._hosts.count(host)
            if exchanged is not None:
                self._keep_exchange(answer, exchanged)

    def void(self, endpoint: Endpoint, question: Question) -> None:
        pair = self._ids.find_pair(self._endpoint(endpoint), question.components)
        with self._writing():
            self._database.run(
                "UPDATE answer SET void = 1 WHERE pair = ? AND question = ?", (pair, to_key(question.id))
            )

    def settle(self, verdict: Verdict) -> None:
        verdict = msgspec.structs.replace(verdict, reason=self._redactor.text(verdict.reason))
        with self._writing():
            row = self._definition(verdict)
            pair = self._ids.pair(row, verdict.components)
            before = self._database.row("SELECT status, listed FROM verdict WHERE pair = ?", (pair,))
            if before is not None:
                self._database.run("DELETE FROM verdict WHERE pair = ?", (pair,))
                self._tally(row, Status(before[0]), -before[1])
            self._database.insert(
                "INSERT INTO verdict (run, pair, status, body) VALUES (?, ?, ?, ?)",
                (self._run, pair, verdict.status.value, pack_verdict(verdict)),
            )
            self._tally(row, verdict.status, 1)

    def answers(self, endpoint: Endpoint, components: tuple[str, ...]) -> Sequence[Answer]:
        pair = self._ids.find_pair(self._endpoint(endpoint), components)
        return () if pair is None else self._rows.answers(pair, endpoint.name)

    def controls(self, endpoint: Endpoint) -> Iterable[Answer]:
        return self._rows.controls(self._endpoint(endpoint), endpoint.name)

    def pools(self, endpoint: Endpoint) -> Iterable[Answer]:
        return self._rows.pools(self._endpoint(endpoint), endpoint.name)

    def verdict(self, endpoint: Endpoint, components: tuple[str, ...]) -> Verdict | None:
        pair = self._ids.find_pair(self._endpoint(endpoint), components)
        if pair is None:
            return None
        return self._rows.verdict(pair, run=self._name, endpoint=endpoint.name, definition=endpoint.digest)

    def questions(self, endpoint: Endpoint) -> int:
        row = self._database.row("SELECT answers FROM endpoint WHERE id = ?", (self._endpoint(endpoint),))
        return int(row[0]) if row else 0

    def asked_today(self, host: str) -> int:
        return self._hosts.asked_today(host)

    def rest(self, host: str, seconds: float) -> None:
        self._hosts.rest(host, seconds)

    def resting(self, host: str) -> float:
        return self._hosts.resting(host)

    def post(self, endpoint: Endpoint, post: Post) -> None:
        # `values` stay as they are: the platform must know its own ids again.
        if post.why_left is not None:
            post = msgspec.structs.replace(post, why_left=self._redactor.text(post.why_left))
        # A power cut after the sending must not take away that there is a message at all.
        with self._writing(at_once=post.state is PostState.WRITTEN):
            self._posts.keep(endpoint.name, post)

    def posts(self, endpoint: Endpoint) -> Sequence[Post]:
        return self._posts.left(endpoint.name)

    def hide(self, name: str, value: str) -> None:
        self._redactor.hide(name, value)

    def notes(self) -> tuple[str, ...]:
        return (FULL_NOTE,) if self._is_full else ()

    def close(self, document: Run) -> None:
        with self._writing():
            self._database.run(
                "UPDATE run SET document = ?, ended = ?, complete = ? WHERE id = ?",
                (msgspec.msgpack.encode(document), document.ended, document.complete, self._run),
            )
        self.release()

    def release(self) -> None:
        """Leave the run to others, closed or not."""
        self._lock.release()

    @contextmanager
    def _writing(self, *, at_once: bool = False) -> Iterator[None]:
        try:
            with self._database.transaction(at_once=at_once):
                yield
        except BaseException:
            self._ids.forget()
            raise

    def _endpoint(self, endpoint: Endpoint) -> int:
        known = self._ids.known_endpoint(endpoint.name, endpoint.digest)
        if known is not None:
            return known
        with self._writing():
            return self._ids.endpoint(endpoint)

    def _definition(self, verdict: Verdict) -> int:
        """The row of the definition that a verdict names; the endpoint itself may never have been asked."""
        known = self._ids.known_endpoint(verdict.endpoint, verdict.definition)
        if known is not None:
            return known
        unread = DefinitionRecord(name=verdict.endpoint, sha256=verdict.definition, place="", text="")
        return self._ids.definition(unread)

    def _without_secrets(self, observation: Observation) -> Observation:
        """A platform may send a secret back in the address of a redirect, as an author, or in what a rule quotes."""
        location = observation.facts.location
        return msgspec.structs.replace(
            observation,
            reason=self._redactor.text(observation.reason),
            facts=msgspec.structs.replace(
                observation.facts,
                location=None if location is None else self._redactor.text(location),
                authors=tuple(map(self._redactor.text, observation.facts.authors)),
            ),
        )

    def _without_secrets_in(self, exchange: Exchange) -> Exchange:
        """Of a message also what is written down beside its steps: it is compared with what is left of them."""
        exchange, text = self._redactor.redact(exchange), self._redactor.text
        sent = exchange.sent
        if sent is None:
            return exchange
        values = {name: text(value) for name, value in sent.values.items()}
        return msgspec.structs.replace(
            exchange, sent=msgspec.structs.replace(sent, text=text(sent.text), values=values)
        )

    def _is_wanted(self, question: Question, observation: Observation) -> bool:
        outcome = observation.outcome
        tells = (
            outcome.is_hit
            or not outcome.is_evidence
            or question.purpose not in (Purpose.KEYWORD, Purpose.POOL)
        )
        return self._policy == "all" or (self._policy == "hits" and tells)

    def _keep_exchange(self, answer: int, body: bytes) -> None:
        if self._exchange_bytes + len(body) > self._most_exchanges:
            self._is_full = True
            self._database.run("UPDATE run SET exchanges_full = 1 WHERE id = ?", (self._run,))
            return
        self._exchange_bytes += len(body)
        self._database.insert("INSERT INTO exchange (answer, body) VALUES (?, ?)", (answer, body))
        self._database.run(
            "UPDATE run SET exchange_bytes = ? WHERE id = ?", (self._exchange_bytes, self._run)
        )

    def _tally(self, endpoint: int, status: Status, change: int) -> None:
        self._database.run(
            f"UPDATE endpoint SET {status.value} = {status.value} + ? WHERE id = ?", (change, endpoint)
        )
