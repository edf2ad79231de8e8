"""What happens in a run, said as it happens. The engine says it and knows no listener; displays listen.

Plain values only, so that a listener can neither change nor hold up what is going on. Times are seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from probe.model.change import Change
from probe.model.run import Run
from probe.model.verdict import Verdict


class _Event(msgspec.Struct, frozen=True, kw_only=True):
    pass


class PooledEstimate(msgspec.Struct, frozen=True, kw_only=True):
    """What asking many keywords at a time would take, about."""

    questions: int
    hits: int
    seconds: float
    censored: int
    """That holds if one keyword of so many is censored."""
    one_by_one_hits: int


class PlannedEndpoint(msgspec.Struct, frozen=True, kw_only=True):
    """What the plan says of one endpoint."""

    name: str
    title: str
    hosts: tuple[str, ...]
    questions: int
    """One asking of every keyword, with its controls."""
    most_questions: int
    """The worst case: every keyword asked as often as may be."""
    askings: int = 1
    """Normal answers that it takes to say that a keyword is not censored."""
    trigger: float = 1.0
    """How often the censor is taken to act on a censored keyword, 0 to 1."""
    seconds: float
    """At the definition's pace."""
    most_seconds: float
    """At the definition's pace, with a residual wait for each keyword that is cut."""
    unverified: bool
    pooled: PooledEstimate | None = None
    """Where keywords are pooled."""
    isolating: tuple[int, int] | None = None
    """To find out which parts of a censored keyword trigger: questions more, about, and characters of the keyword."""
    session: int = 0
    """Requests that open a session before the first question."""
    session_seconds: float = 0.0
    """After how long that has to be done again, at the soonest."""


class Planned(_Event, frozen=True, kw_only=True):
    """The plan is made; nothing has been sent."""

    run: str
    keywords: int
    endpoints: tuple[PlannedEndpoint, ...]


class Asked(_Event, frozen=True, kw_only=True):
    """A question is on its way."""

    endpoint: str
    control: bool


class Answered(_Event, frozen=True, kw_only=True):
    """An exchange ended and was looked at."""

    endpoint: str
    control: bool
    outcome: str


class Rested(_Event, frozen=True, kw_only=True):
    """An endpoint is left alone for a while."""

    endpoint: str
    seconds: float
    reason: str


class RetryPlanned(_Event, frozen=True, kw_only=True):
    """A question will be asked again, because its answer says nothing of the keyword."""

    endpoint: str
    keyword: str
    attempt: int
    """The number of the attempt to come."""
    reason: str


class ControlFailed(_Event, frozen=True, kw_only=True):
    """A control was not served, so answers since the last good one are void."""

    endpoint: str
    reason: str
    void: int
    """How many answers that made void."""


class GivenUp(_Event, frozen=True, kw_only=True):
    """Nothing more is asked of this endpoint; what remains is unmeasured."""

    endpoint: str
    reason: str


class EndedEarly(_Event, frozen=True, kw_only=True):
    """No further keyword is asked of this endpoint, although nothing is wrong with it; the rest is left for `--resume`."""

    endpoint: str
    reason: str


class TakingBack(_Event, frozen=True, kw_only=True):
    """Messages that are still where they were posted are taken away; or, before that, missing ones are given time."""

    endpoint: str
    messages: int
    wait: float = 0.0
    """Seconds until missing ones are looked for once more."""


class Judged(_Event, frozen=True, kw_only=True):
    """A verdict is final: its closing control has passed."""

    verdict: Verdict
    earlier: bool = False
    """Whether it was reached in an earlier session of the run, and is only told again."""
    change: Change | None = None
    """What became of the pair since the baseline, where there is one."""


class LeftList(_Event, frozen=True, kw_only=True):
    """A pair of the baseline is not asked any more."""

    change: Change


class Ended(_Event, frozen=True, kw_only=True):
    """The run is over, complete or not."""

    run: Run


Event = (
    Planned
    | Asked
    | Answered
    | Rested
    | RetryPlanned
    | ControlFailed
    | GivenUp
    | EndedEarly
    | TakingBack
    | Judged
    | LeftList
    | Ended
)
Listener = Callable[[Event], None]


class Announcer:
    """Tells everybody what happens. A listener that breaks is dropped, and said so once: a display must not end a run.

    `must_hear` is different: what writes the results may end the run, as a run whose results are lost is worth nothing.
    """

    def __init__(
        self,
        displays: Sequence[Listener] = (),
        *,
        must_hear: Sequence[Listener] = (),
        on_broken: Callable[[Exception], None] = lambda error: None,
    ) -> None:
        self._displays = list(displays)
        self._must_hear = tuple(must_hear)
        self._on_broken = on_broken

    def __call__(self, event: Event) -> None:
        for listener in self._must_hear:
            listener(event)
        for listener in tuple(self._displays):
            try:
                listener(event)
            except Exception as error:  # whatever a display does wrong
                self._displays.remove(listener)
                self._on_broken(error)
