"""Evidence keeper: keeps a run as another keeper does, and writes what becomes known of it to an evidence file too.

First the other one keeps it, so that a file that cannot be written costs nothing that was answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from probe.keeping.evidence.evidence import Evidence
from probe.keeping.evidence.open_answers import OpenAnswers
from probe.keeping.keeper import Keeper
from probe.keeping.redaction import Redactor
from probe.model.definition import Endpoint
from probe.model.exchange import Exchange, Question
from probe.model.observation import Observation
from probe.model.post import Post
from probe.model.record import Answer
from probe.model.run import Run
from probe.model.verdict import Verdict


class EvidenceKeeper:
    """The Keeper of a run of which there is an evidence file (`probe.keeping.keeper` says what each method is for)."""

    def __init__(
        self,
        inner: Keeper,
        evidence: Evidence,
        redactor: Redactor,
        *,
        endpoints: Iterable[Endpoint],
    ) -> None:
        self._inner = inner
        self._evidence = evidence
        self._redactor = redactor
        self._endpoints = {_key(one): one for one in endpoints}
        self._open = OpenAnswers()

    def keep(
        self,
        endpoint: Endpoint,
        question: Question,
        exchange: Exchange,
        observation: Observation,
        *,
        host: str | None = None,
    ) -> None:
        self._inner.keep(endpoint, question, exchange, observation, host=host)
        self._open.add(endpoint.name, Answer(question=question, observation=observation))
        self._evidence.answer(_key(endpoint), question, observation, exchange)

    def void(self, endpoint: Endpoint, question: Question) -> None:
        self._inner.void(endpoint, question)
        self._evidence.void(_key(endpoint), question)
        self._open.void(endpoint.name, question)

    def settle(self, verdict: Verdict) -> None:
        self._inner.settle(verdict)
        ours = self._open.take(verdict.endpoint, verdict.components)
        endpoint = self._endpoints.get((verdict.endpoint, verdict.definition))
        kept = () if endpoint is None else self._inner.answers(endpoint, verdict.components)
        here = {one.question.id for one in ours}
        earlier = [one for one in kept if one.question.id not in here]
        began = self._evidence.began
        self._evidence.verdict(
            verdict, [*earlier, *ours], is_here=lambda answer: answer.observation.ended >= began
        )

    def answers(self, endpoint: Endpoint, components: tuple[str, ...]) -> Sequence[Answer]:
        return self._inner.answers(endpoint, components)

    def controls(self, endpoint: Endpoint) -> Iterable[Answer]:
        return self._inner.controls(endpoint)

    def pools(self, endpoint: Endpoint) -> Iterable[Answer]:
        return self._inner.pools(endpoint)

    def verdict(self, endpoint: Endpoint, components: tuple[str, ...]) -> Verdict | None:
        return self._inner.verdict(endpoint, components)

    def questions(self, endpoint: Endpoint) -> int:
        return self._inner.questions(endpoint)

    def asked_today(self, host: str) -> int:
        return self._inner.asked_today(host)

    def rest(self, host: str, seconds: float) -> None:
        self._inner.rest(host, seconds)

    def resting(self, host: str) -> float:
        return self._inner.resting(host)

    def post(self, endpoint: Endpoint, post: Post) -> None:
        self._inner.post(endpoint, post)

    def posts(self, endpoint: Endpoint) -> Sequence[Post]:
        return self._inner.posts(endpoint)

    def hide(self, name: str, value: str) -> None:
        self._inner.hide(name, value)
        self._redactor.hide(name, value)

    def notes(self) -> tuple[str, ...]:
        return (*self._inner.notes(), *self._evidence.notes)

    def close(self, document: Run) -> None:
        self._inner.close(document)
        self._evidence.close(document, self._inner.notes())


def _key(endpoint: Endpoint) -> tuple[str, str]:
    return endpoint.name, endpoint.digest
