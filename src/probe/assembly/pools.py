"""Pools: whether keywords are pooled at an endpoint, how, and what that took."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Hashable, Mapping, Sequence

from probe.assembly.job import Earlier, Pooled
from probe.assembly.judge import CENSORED, Judge
from probe.errors import WrongUse
from probe.model.definition import Definition, Kind, PooledTexts
from probe.model.exchange import Question
from probe.model.keyword import Keyword
from probe.model.observation import Observation, Outcome
from probe.model.run import Cost
from probe.model.verdict import Status
from probe.planning.controls import FIRST_CLOSING
from probe.planning.economy import Spent, least_questions
from probe.planning.estimate import clearing
from probe.planning.pool_proof import PoolProof
from probe.planning.pooled_plan import Pools
from probe.planning.pooling import Pooling
from probe.planning.prevalence import Prevalence
from probe.planning.suspects import Chances
from probe.planning.waiting import Room

UNCHANGED = "ok before"
CHANGED = (0.5, 500.0)
"""Keywords that were ok in the last run: how many became censored since, of how many, as taken for seen before the first."""
WORTH = 0.2
"""What a keyword of an earlier run is worth beside one of this run, for how often words of its category are censored."""
UNPACED = 10.0
"""Questions a second that are reckoned with where nothing limits the pace."""
FEW = 10
"""Decided keywords below which it says little how many are censored."""
NO_CANARY = (
    "keywords were asked one by one, as nothing showed that a censored word is seen among others:"
    " name a word that is known to be censored (--canary, or controls.canaries in the definition)"
)
TOO_MANY = "so many, for what a hit costs, that pools save nothing, and keywords are asked one by one"
OPEN_TEXTS = PooledTexts()
"""How keywords are pooled where a definition does not say, and the user wants it."""


def may_pool(definition: Definition, wish: Pooled) -> bool:
    """Whether keywords are pooled at an endpoint: where its definition allows it and no account is at stake, or as wished.

    Raises WrongUse where it is wished and cannot be.
    """
    if wish.mode == "off" or (wish.mode == "auto" and (definition.pool is None or definition.risk.account)):
        return False
    is_compared = definition.controls.share is not None or definition.local is not None
    is_chat = definition.kind is Kind.CHAT  # what a model makes of many words says nothing of each
    if (is_compared or is_chat) and wish.mode == "on":
        why = "a model answers" if is_chat else "its answers are compared keyword by keyword"
        raise WrongUse(
            f"{definition.name}: {why}, so that keywords cannot be pooled",
            hint="Leave it to --pool auto, or name this endpoint in a run of its own.",
        )
    return not is_compared and not is_chat


def assemble_pools(
    judge: Judge,
    wish: Pooled,
    *,
    benign: Sequence[str],
    passed: Sequence[tuple[Question, Observation]],
    attempts: Mapping[tuple[str, ...], int] | None = None,
) -> Pools:
    """How pools are made at the endpoint of this judge. `passed` are pools of earlier sessions that passed, and count;
    `attempts` how often each was asked, by components."""
    definition = judge.endpoint.definition
    texts = definition.pool or OPEN_TEXTS
    length = measure(texts)
    characters = most_characters(definition, texts)
    earlier = wish.earlier(definition.name)
    return Pools(
        pooling=Pooling(
            Room(characters=characters, words=texts.most, between=length(texts.separator)),
            lambda is_proof: _chances(judge, is_proof=is_proof),
            _prevalence(earlier),
            hit_cost=hit_cost(definition),
            error_rate=definition.deciding.error_rate,
        ),
        proof=PoolProof(
            benign,
            definition.controls.canaries,
            characters=characters,
            between=length(texts.separator),
            length=length,
            most=texts.most,
            tries=clearing(judge.expect_pool(is_proof=True)[0], definition.deciding.error_rate),
        ),
        read=judge.read,
        separator=texts.separator,
        outcomes=frozenset(texts.outcomes) or _HITS,
        length=length,
        kind=_kinds(wish, earlier, definition.name),
        finds_combinations=wish.combinations,
        tries=clearing(judge.expect_pool(is_proof=True)[0], definition.deciding.error_rate),
        passed=passed,
        attempts=attempts or {},
    )


def measure(texts: PooledTexts) -> Callable[[str], int]:
    """How long a text is, in characters, or in bytes where the definition counts those."""
    if texts.max_bytes is None:
        return len
    return lambda text: len(text.encode(texts.encoding, "replace"))


def most_characters(definition: Definition, texts: PooledTexts) -> int:
    """How long a text with several keywords may be, as `measure` counts."""
    if texts.max_bytes is not None:
        return texts.max_bytes
    return definition.limits.max_text if texts.max_text is None else texts.max_text


def hit_cost(definition: Definition) -> float:
    """How many questions more a hit costs: what the definition says, the control after it, and the rest after a cut."""
    limits = definition.limits
    residual = limits.residual_wait * min(limits.rate or UNPACED, UNPACED) if definition.reads_cuts else 0.0
    return definition.risk.hit_cost + FIRST_CLOSING + residual if residual else definition.risk.hit_cost


def reckon_cost(spent: Spent, judge: Judge) -> Cost:
    """What pooling took, beside asking one by one and the least that is possible."""
    trigger, noise = judge.expect_pool(is_proof=True)
    askings = clearing(trigger, judge.endpoint.definition.deciding.error_rate)
    limit = least_questions(spent.decided, spent.censored, trigger=trigger, noise=noise)
    return Cost(
        questions=spent.questions,
        pools=spent.pools,
        hits=spent.hits,
        one_by_one=(spent.decided - spent.censored) * askings + spent.alone,
        limit=round(limit, 1),
        ratio=round(spent.questions / limit, 3) if limit else None,
        contradictions=spent.contradictions,
        combinations=tuple(spent.combinations),
    )


def explain_one_by_one(pools: Pools, spent: Spent) -> str | None:
    """Why keywords were asked one by one where they might have been pooled; None where they were not."""
    if not spent.decided:
        return None
    if pools.proof.failed is not None:
        return f"keywords were asked one by one: {pools.proof.failed}"
    if pools.proof.lacks_canary:
        return NO_CANARY
    if spent.decided >= FEW and not pools.pooling.pays(spent.censored / spent.decided):
        return f"{spent.censored:,} of {spent.decided:,} keywords are censored: {TOO_MANY}"
    return None


_HITS = frozenset(one for one in Outcome if one.is_hit and one is not Outcome.EMPTY)
"""What says the same of a text as of one keyword in it: zero results may come of the other keywords."""


def _chances(judge: Judge, *, is_proof: bool) -> Chances:
    trigger, noise = judge.expect_pool(is_proof=is_proof)
    return Chances(trigger=trigger, noise=noise)


def _prevalence(earlier: Earlier) -> Prevalence:
    """What earlier runs say of how often words are censored."""
    prevalence = Prevalence()
    prevalence.set_apart(UNCHANGED, *CHANGED)
    for status, category in earlier.values():
        if status in CENSORED or status is Status.OK:
            prevalence.learn(("category", category), censored=status in CENSORED, worth=WORTH)
    return prevalence


def _kinds(wish: Pooled, earlier: Earlier, name: str) -> Callable[[Keyword], Hashable | None]:
    turn = wish.turn(name) % wish.within if wish.monitor else 0

    def kind(keyword: Keyword) -> Hashable | None:
        known = earlier.get(keyword.components) if wish.monitor else None
        if known is None or (known[0] not in CENSORED and known[0] is not Status.OK):
            return "category", keyword.category
        is_due = zlib.crc32("\x1f".join(keyword.components).encode()) % wish.within == turn
        return None if known[0] in CENSORED or is_due else UNCHANGED

    return kind
