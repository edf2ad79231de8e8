"""Headway: how far a run has come, counted from its events. Counting is all that happens while questions are asked."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass

from probe.events import (
    Answered,
    Asked,
    ControlFailed,
    EndedEarly,
    Event,
    GivenUp,
    Judged,
    Planned,
    Rested,
    RetryPlanned,
)

_WINDOW = 10.0
"""Seconds over which the questions a second are measured."""
_EARLY = 2.0
"""Seconds before which no pace is known."""
_ENOUGH = 5
"""Answers from which a pace can be told."""
_MOST_REASONS = 50


@dataclass(kw_only=True, slots=True)
class EndpointHeadway:
    """How far one endpoint has come."""

    keywords: int = 0
    questions: int = 0
    """As planned: one asking of every keyword, or what pools would take, with controls."""
    asked: int = 0
    answered: int = 0
    judged: int = 0
    known: int = 0
    """Of these, verdicts of earlier sessions, which took no time."""
    controls_failed: int = 0
    rests_until: float = 0.0
    """On the clock of the display."""
    rest_reason: str = ""
    given_up: str | None = None
    """Why, or None."""
    ended_early: str | None = None
    """Why no further keyword is asked, or None."""

    @property
    def is_over(self) -> bool:
        """Whether nothing more will be asked."""
        return self.given_up is not None or self.ended_early is not None or self.judged >= self.keywords


class _Endpoints(dict[str, EndpointHeadway]):
    """An endpoint that nobody planned is counted all the same: a display must not fail."""

    def __missing__(self, name: str) -> EndpointHeadway:
        self[name] = EndpointHeadway()
        return self[name]


class Headway:
    """Takes events; `now` is a clock in seconds that never goes back."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.endpoints: dict[str, EndpointHeadway] = _Endpoints()
        self.retries: Counter[str] = Counter()
        """Reason: how many questions were asked again for it."""
        self._now = now
        self._started = now()
        self._samples: deque[tuple[float, int]] = deque()
        self._hear: dict[type, Callable[..., None]] = {
            Planned: self._plan,
            Asked: self._ask,
            Answered: self._answer,
            Rested: self._rest,
            RetryPlanned: self._retry,
            ControlFailed: self._fail,
            GivenUp: self._give_up,
            EndedEarly: self._end_early,
            Judged: self._judge,
        }

    def __call__(self, event: Event) -> None:
        hear = self._hear.get(type(event))
        if hear is not None:
            hear(event)

    @property
    def pairs(self) -> int:
        return sum(one.keywords for one in list(self.endpoints.values()))

    @property
    def judged(self) -> int:
        return sum(one.judged for one in list(self.endpoints.values()))

    @property
    def elapsed(self) -> float:
        """Seconds since the plan was made."""
        return self._now() - self._started

    def measure_pace(self) -> float | None:
        """Questions answered a second, lately; None before that is known. Each call takes a sample."""
        now = self._now()
        self._samples.append((now, sum(one.answered for one in list(self.endpoints.values()))))
        while len(self._samples) > 2 and now - self._samples[1][0] >= _WINDOW:
            self._samples.popleft()
        (first, before), (last, after) = self._samples[0], self._samples[-1]
        return (after - before) / (last - first) if last - first >= 1 else None

    def estimate_left(self) -> float | None:
        """Seconds until all is judged, from the pace so far; None while an endpoint's pace is not known.

        Endpoints are asked side by side, so the slowest one tells.
        """
        if self.elapsed < _EARLY:
            return None
        left = 0.0
        for one in list(self.endpoints.values()):
            if not one.is_over:
                seconds = self._estimate(one)
                if seconds is None:
                    return None
                left = max(left, seconds)
        return left

    def rest_left(self, one: EndpointHeadway) -> float:
        """Seconds for which an endpoint is still left alone; 0 where it is not."""
        return max(one.rests_until - self._now(), 0.0)

    def _estimate(self, one: EndpointHeadway) -> float | None:
        if (
            one.judged > one.known
        ):  # verdicts count repetitions and rests in; they come in blocks, so not at first
            share = (one.keywords - one.judged) / (one.judged - one.known)
        elif one.answered >= _ENOUGH:
            share = max(one.questions / one.answered - 1, 0.0)
        else:
            return None
        return max(self.elapsed * share, self.rest_left(one))

    def _plan(self, event: Planned) -> None:
        self._started = self._now()
        for planned in event.endpoints:
            one = self.endpoints[planned.name]
            one.keywords = event.keywords
            one.questions = planned.questions if planned.pooled is None else planned.pooled.questions

    def _ask(self, event: Asked) -> None:
        self.endpoints[event.endpoint].asked += 1

    def _answer(self, event: Answered) -> None:
        self.endpoints[event.endpoint].answered += 1

    def _rest(self, event: Rested) -> None:
        one = self.endpoints[event.endpoint]
        until = self._now() + event.seconds
        if until > one.rests_until:
            one.rests_until, one.rest_reason = until, event.reason

    def _retry(self, event: RetryPlanned) -> None:
        known = event.reason in self.retries or len(self.retries) < _MOST_REASONS
        self.retries[event.reason if known else "other reasons"] += 1

    def _fail(self, event: ControlFailed) -> None:
        self.endpoints[event.endpoint].controls_failed += 1

    def _give_up(self, event: GivenUp) -> None:
        self.endpoints[event.endpoint].given_up = event.reason

    def _end_early(self, event: EndedEarly) -> None:
        self.endpoints[event.endpoint].ended_early = event.reason

    def _judge(self, event: Judged) -> None:
        one = self.endpoints[event.verdict.endpoint]
        one.judged += 1
        one.known += event.earlier
