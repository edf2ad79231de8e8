"""Estimate: what asking will cost at one endpoint, at best and at worst, before anything is sent."""

from __future__ import annotations

import math
from collections.abc import Sequence

from probe.events import PlannedEndpoint, PooledEstimate
from probe.model.definition import Definition, Endpoint, Limits
from probe.planning.channel import Channel
from probe.planning.controls import FIRST_CLOSING, NEXT_CLOSING
from probe.planning.pool_size import best_sizes
from probe.planning.schedule import TRIES, compares

GUESSED_CENSORED = 100
"""Of so many keywords one is taken to be censored, where pools are estimated."""
PASSES = 0.5
"""Of the pools that a keyword must pass where a censor misses, how many it costs: the later ones are larger, or ride along
(benchmarks/pooling.py)."""
GUESSED_SECONDS = 0.5
"""What one exchange is taken to last where nothing limits the pace."""


def estimate(
    endpoint: Endpoint, keywords: int, hosts: Sequence[str], *, opening: int, trigger: float
) -> PlannedEndpoint:
    """What asking this many keywords will cost.

    At best nothing is censored, and each keyword is asked as often as it takes to say so: once where a censor that acts
    always would have shown itself (`trigger`), about five times where it acts three times in four. At worst each is asked as
    often as may be, with the controls after it and, where cut connections are a signal, a rest.
    """
    definition, limits = endpoint.definition, endpoint.definition.limits
    askings = max(clearing(trigger, definition.deciding.error_rate), definition.deciding.least)
    if definition.controls.share is not None:
        # Each keyword is compared: at the reference, or inside the truism, which counts as an asking.
        askings = askings + 1 if definition.controls.reference is not None else max(askings, 2)
    blocks = -(-keywords * askings // limits.block)
    first = opening + _special(definition)
    least = keywords * askings + first + blocks if keywords else 0
    worst = max(definition.deciding.attempts, askings)
    closings = FIRST_CLOSING + (worst - 1) * NEXT_CLOSING
    most = keywords * (worst + closings) + 4 * first + blocks if keywords else 0
    pace = 1 / limits.rate if limits.rate else GUESSED_SECONDS / limits.concurrency
    quick, slow = _delivery(definition)
    residual = keywords * 2 * limits.residual_wait if definition.reads_cuts else 0.0
    return PlannedEndpoint(
        name=endpoint.name,
        title=definition.title,
        hosts=tuple(hosts),
        questions=least,
        most_questions=most,
        askings=max(clearing(trigger, definition.deciding.error_rate), definition.deciding.least),
        trigger=trigger,
        seconds=least * max(pace, quick / limits.concurrency),
        most_seconds=most * max(pace, slow / limits.concurrency) + residual,
        unverified=definition.is_unverified,
        session=len(definition.session),
        session_seconds=min((step.cache_for for step in definition.session), default=0.0),
    )


def pooling(one_by_one: PlannedEndpoint, keywords: int, hit_cost: float, limits: Limits) -> PooledEstimate:
    """What it costs about if keywords are pooled, where one in so many is censored: words beside each other in the order of
    the list, and a pool passing once is enough for a censor that acts always."""
    sizes = best_sizes(1 / GUESSED_CENSORED, hit_cost)
    asked = keywords * (sizes.cost - sizes.hits * hit_cost)
    questions = math.ceil(asked * max(1, one_by_one.askings * PASSES if one_by_one.askings > 1 else 1))
    questions += math.ceil(questions / limits.block)
    share = questions / one_by_one.questions if one_by_one.questions else 1.0
    return PooledEstimate(
        questions=min(questions, one_by_one.questions),
        hits=math.ceil(keywords * sizes.hits),
        seconds=one_by_one.seconds * min(share, 1.0),
        censored=GUESSED_CENSORED,
        one_by_one_hits=math.ceil(keywords / GUESSED_CENSORED),
    )


def isolating(characters: int, trigger: float, error_rate: float) -> int:
    """Questions that it takes, about, to find one component in a censored text of so many characters.

    Where it begins is one of so many places; how long it is, and that there is no other, took four to five questions more in
    benchmarks/isolation.py. A censor that misses makes all of them dearer, and the confirmation longest.
    """
    channel = Channel(miss=1 - trigger)
    told = channel.gain(channel.best) / math.log(2)
    return math.ceil((math.log2(max(characters, 2)) + 4.5) / told) + clearing(trigger, error_rate) - 1


def _delivery(definition: Definition) -> tuple[float, float]:
    """Seconds that one message takes to be sent and read back: at once, and never."""
    back = None if definition.message is None else definition.message.read_back
    if back is None or back.request is None:
        return 0.0, 0.0
    again = back.again_after or 0.0
    return back.after + again, back.within + again


def clearing(trigger: float, error_rate: float) -> int:
    """Normal answers in a row that clear a keyword."""
    enough = math.log((1 - error_rate) / error_rate)
    return max(1, math.ceil(enough / -math.log(1 - trigger) - 1e-9))


def _special(definition: Definition) -> int:
    """Controls before the first keyword, other than benign ones."""
    controls = definition.controls
    return (
        2 * compares(definition)
        + (controls.truism is not None)
        + 2 * (controls.reference is not None and controls.share is not None)
        + (min(TRIES, 1 + len(controls.canaries)) if controls.canaries else 0)
    )
