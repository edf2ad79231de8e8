"""Keeper: what a run asks of whoever keeps its answers, and one who keeps nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from probe.model.definition import Endpoint
from probe.model.exchange import Exchange, Question
from probe.model.observation import Observation
from probe.model.record import Answer
from probe.model.run import Run
from probe.model.verdict import Verdict


class Keeper(Protocol):
    """Keeps one run. What is kept is there after a crash; whatever cannot be kept raises CouldNotRun."""

    def keep(
        self,
        endpoint: Endpoint,
        question: Question,
        exchange: Exchange,
        observation: Observation,
        *,
        host: str | None = None,
    ) -> None:
        """Keep one answer, at once, and count a question to this `host:port`. What was kept of it before stays."""

    def void(self, endpoint: Endpoint, question: Question) -> None:
        """An answer that was kept counts for nothing."""

    def settle(self, verdict: Verdict) -> None:
        """Keep a verdict. A later one of the same pair takes its place."""

    def answers(self, endpoint: Endpoint, components: tuple[str, ...]) -> Sequence[Answer]:
        """All that was answered about one keyword under this definition (same digest), in the order of asking."""

    def controls(self, endpoint: Endpoint) -> Iterable[Answer]:
        """All answers to benign, nonsense and canary questions under this definition, in the order of asking."""

    def verdict(self, endpoint: Endpoint, components: tuple[str, ...]) -> Verdict | None:
        """The verdict that was kept of this pair under this definition, or None."""

    def questions(self, endpoint: Endpoint) -> int:
        """How many answers are kept of this endpoint under this definition."""

    def asked_today(self, host: str) -> int:
        """Questions sent to a `host:port` on this day (UTC), by all runs of the store."""

    def rest(self, host: str, seconds: float) -> None:
        """A `host:port` must not be asked for so long, counted from now; a longer rest that is kept stays."""

    def resting(self, host: str) -> float:
        """Seconds for which a `host:port` must still rest, from this or any other run of the store."""

    def hide(self, name: str, value: str) -> None:
        """From now on keep this value, which came over the network and logs in, no more than a secret."""

    def notes(self) -> tuple[str, ...]:
        """What there is to know of what was kept, each in one sentence."""

    def close(self, document: Run) -> None:
        """The run is over, complete or not."""


class Unkept:
    """Keeps nothing: `--store none`, the demo, and tests."""

    def keep(
        self,
        endpoint: Endpoint,
        question: Question,
        exchange: Exchange,
        observation: Observation,
        *,
        host: str | None = None,
    ) -> None:
        pass

    def void(self, endpoint: Endpoint, question: Question) -> None:
        pass

    def settle(self, verdict: Verdict) -> None:
        pass

    def answers(self, endpoint: Endpoint, components: tuple[str, ...]) -> Sequence[Answer]:
        return ()

    def controls(self, endpoint: Endpoint) -> Iterable[Answer]:
        return ()

    def verdict(self, endpoint: Endpoint, components: tuple[str, ...]) -> Verdict | None:
        return None

    def questions(self, endpoint: Endpoint) -> int:
        return 0

    def asked_today(self, host: str) -> int:
        return 0

    def rest(self, host: str, seconds: float) -> None:
        pass

    def resting(self, host: str) -> float:
        return 0.0

    def hide(self, name: str, value: str) -> None:
        pass

    def notes(self) -> tuple[str, ...]:
        return ()

    def close(self, document: Run) -> None:
        pass
