"""Pooled plan: asks keywords many at a time where that saves questions, and alone what pools point at."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from probe.model.definition import Endpoint
from probe.model.exchange import Purpose, Question
from probe.model.keyword import Keyword
from probe.model.observation import Observation, Outcome, Weight
from probe.planning.combination import Together
from probe.planning.economy import Spent
from probe.planning.plan import (
    MOST_AT_ONCE,
    PURPOSES,
    Case,
    Decide,
    KeywordPlanner,
    Recall,
    Refuse,
)
from probe.planning.pool_proof import Answer, PoolProof
from probe.planning.pooling import Effects, Pool, Pooling

WINDOW = 20_000
"""Keywords that are open at a time: the rest of a list is read when these are decided."""
HITS = 3
"""Ambiguous hits of a keyword alone before it is called censored: where pools point at words, chance has many to strike."""
SILENT = 3
"""Pools in a row whose answers say nothing, or become void, after which shorter ones are tried."""
MOST_PASSES = 100
"""Pools that passed with a keyword and do not clear it, after which it is left: where a censor hardly acts more often
than chance, no number of them would."""
FEW = 3
"""Keywords that are asked one by one where pools are not proved yet: proof and pool would cost as much."""

Read = Callable[[Sequence[Observation]], bool | None]
"""Whether these answers show a keyword to be censored (True) or not (False); None where they show neither."""


@dataclass(frozen=True, kw_only=True)
class Pools:
    """How pools are made at one endpoint."""

    pooling: Pooling
    proof: PoolProof
    read: Read
    separator: str
    outcomes: frozenset[Outcome]
    """Hits that say the same of a text as of one keyword in it."""
    length: Callable[[str], int]
    """Of a text, as the endpoint counts it."""
    kind: Callable[[Keyword], Hashable | None] = lambda keyword: ("category", keyword.category)
    """Keywords of one kind are about equally often censored; None for one that is to be asked alone."""
    finds_combinations: bool = False
    """Whether it is found out which keywords are censored only together."""
    tries: int = 1
    """How often a text must pass to count as not censored, where that is all that is asked about it."""
    passed: Sequence[tuple[Question, Observation]] = ()
    """Pools of earlier sessions that passed, and in which no word is known to be censored."""
    attempts: Mapping[tuple[str, ...], int] = field(default_factory=dict)
    """By components: how often earlier sessions asked a pool, whatever came of it."""


class PooledPlanner(KeywordPlanner):
    """Asks the keywords of one endpoint, in pools and alone."""

    def __init__(
        self,
        endpoint: Endpoint,
        keywords: Iterator[Keyword],
        decide: Decide,
        pools: Pools,
        refuse: Refuse = lambda text: None,
        recall: Recall = lambda keyword: None,
    ) -> None:
        super().__init__(endpoint, keywords, decide, refuse, recall)
        self.pools = pools
        self._pooling = pools.pooling
        self._proof = pools.proof
        self._items: dict[tuple[str, ...], int] = {}
        """By components: the number of each keyword that is pooled and undecided."""
        self._cases: dict[int, Case] = {}
        self._next_item = 0
        self._alone: dict[int, int] = {}
        """By keyword: the number of the question about it alone that is under way."""
        self._asked: dict[str, Pool | Together | None] = {}
        """By question: the pool, or the combination, that it asks about; None for the proof's."""
        self._together: deque[Together] = deque()
        self._hit: dict[int, Case] = {}
        """Keywords of pools that were hit, as long as these are searched: decided ones may be asked again with others."""
        self._passed: dict[int, Observation] = {}
        """By number: the answers of pools that passed."""
        self._recalled: dict[str, list[int]] = {}
        """By keyword: the pools of earlier sessions that passed with it."""
        self._joined: defaultdict[int, list[int]] = defaultdict(list)
        """By such a pool: its keywords that were begun since it was last weighed."""
        self._attempts = Counter(pools.attempts)
        self._in_vain = 0
        """Pools in a row that said nothing, or became void: of those under way at the same time only one counts, as one
        outage voids them all."""
        self._last_in_vain = 0
        """The number that was the latest when that was counted."""
        self.spent = Spent()
        for place, (question, observation) in enumerate(pools.passed, start=1):
            self._passed[-place] = observation
            for line in question.pooled:
                self._recalled.setdefault(line, []).append(-place)
        if not pools.proof.is_done:
            self._pooling.limit(1)

    @property
    def is_done(self) -> bool:
        return super().is_done and not self._together

    @property
    def has_more(self) -> bool:
        return super().has_more or self._pooling.undecided > 0 or bool(self._together)

    @property
    def is_pooling(self) -> bool:
        """Whether pools were asked, beside those that prove that they may be."""
        return self.spent.pools > 0

    def ready(self, room: int) -> list[Question]:
        questions: list[Question] = []
        self._fill_window()
        while len(questions) < room and (question := self._next_question()) is not None:
            self.spent.questions += 1
            questions.append(question)
        return questions

    def tell(self, question: Question, observation: Observation) -> str | None:
        self.spent.hits += observation.outcome.is_hit and observation.outcome is not Outcome.EMPTY
        if observation.outcome.is_evidence:
            self._pooling.hope()
        if question.purpose is not Purpose.POOL:
            return super().tell(question, observation)
        pool = self._asked.pop(question.id)
        answer = self._read_pool(observation)
        if pool is None:
            self._prove(answer, is_proof=observation.weight is Weight.DETERMINATE)
        elif isinstance(pool, Together):
            self._tell_together(pool, answer)
        elif observation.outcome is Outcome.THROTTLED:
            self._pooling.take_back(pool.number)
        elif answer is Answer.SILENT:
            self._take_back(pool.number)
        else:
            self._in_vain = 0
            self._passed[pool.number] = observation
            if answer is Answer.HIT:
                suspected = self._pooling.suspected
                self._hit = {item: case for item, case in self._hit.items() if item in suspected}
                self._hit |= {item: self._cases[item] for item in pool.items if item in self._cases}
            is_proof = observation.weight is Weight.DETERMINATE
            self._apply(self._pooling.tell(pool.number, is_hit=answer is Answer.HIT, is_proof=is_proof))
        return None

    def was_hit(self, question: Question) -> bool:
        return question.purpose is not Purpose.POOL and super().was_hit(question)

    def void(self, question: Question, reason: str) -> None:
        if question.purpose is not Purpose.POOL:
            super().void(question, reason)
            return
        pool = self._asked.pop(question.id)
        if pool is None:
            self._proof.tell(Answer.SILENT)
        elif isinstance(pool, Together):
            self._tell_together(pool, Answer.SILENT)
        else:
            self._take_back(pool.number)

    def abandon(self, reason: str) -> Iterator[Case]:
        for item, case in self._cases.items():
            case.observations = self._evidence(case, item)
        yield from super().abandon(reason)

    def _fill_window(self) -> None:
        for _ in range(MOST_AT_ONCE):
            if len(self._open) >= WINDOW or (keyword := self._next()) is None:
                break
            self._begin(self._case(keyword))
        for number, items in self._joined.items():
            self._apply(self._pooling.recall(number, [one for one in items if one in self._cases]))
        self._joined.clear()

    def _next_question(self) -> Question | None:
        if self._again:
            return self._question(*self._again.popleft())
        if self._together and not any(one is self._together[0] for one in self._asked.values()):
            return self._ask(*self._together[0].next(), self._together[0])
        if not self._pooling.undecided or None in self._asked.values():
            return None  # what the proof shows decides what to ask
        if self._pooling.undecided > FEW and (words := self._proof.next()) is not None:
            return self._ask(words, words, None)
        pool = self._pooling.next()
        if pool is None:
            return None
        cases = [self._cases.get(item) or self._hit[item] for item in pool.items]
        if len(cases) > 1:
            self.spent.pools += 1
            return self._ask([case.text for case in cases], [case.keyword.line for case in cases], pool)
        self._alone[pool.items[0]] = pool.number
        return self._question(cases[0], Purpose.KEYWORD)

    def _tell_together(self, one: Together, answer: Answer) -> None:
        one.tell(answer)
        if one.is_over:
            self._together.popleft()
            if one.found:
                self.spent.combinations.append(one.found)

    def _ask(self, texts: Sequence[str], lines: Sequence[str], pool: Pool | Together | None) -> Question:
        components = ("\n".join(lines),)
        self._attempts[components] += 1
        question = Question(
            endpoint=self._name,
            purpose=Purpose.POOL,
            components=components,
            text=self.pools.separator.join(texts),
            attempt=self._attempts[components],
            form=self._forms[0] if self._forms else None,
        )
        self._asked[question.id] = pool
        return question

    def _read_pool(self, observation: Observation) -> Answer:
        if observation.outcome is Outcome.SERVED:
            return Answer.PASSED
        return Answer.HIT if observation.outcome in self.pools.outcomes else Answer.SILENT

    def _prove(self, answer: Answer, *, is_proof: bool) -> None:
        self._proof.tell(answer, is_proof=is_proof)
        if self._proof.failed is not None:
            self._pooling.limit(1)
        elif self._proof.is_done:
            self._pooling.fit(self._proof.characters)

    def _take_back(self, number: int) -> None:
        """A pool was in vain. It may be the pool."""
        self._pooling.take_back(number)
        if number <= self._last_in_vain:
            return
        self._last_in_vain = self._pooling.latest
        self._in_vain += 1
        if self._in_vain >= SILENT:
            self._in_vain = 0
            self._pooling.halve()

    def _start(self, case: Case) -> None:
        kind = self.pools.kind(case.keyword)
        if kind is None:
            super()._start(case)
            return
        item = self._items[case.keyword.components] = self._next_item
        self._next_item += 1
        self._cases[item] = case
        self._pooling.add(item, self.pools.length(case.text), kind)
        for number in self._recalled.pop(case.keyword.line, ()):
            self._joined[number].append(item)

    def _go_on(self, case: Case) -> str | None:
        item = self._items.get(case.keyword.components)
        number = None if item is None else self._alone.get(item)
        if item is None or number is None or case.waiting:
            return super()._go_on(case)
        evidence = self._evidence(case, item)
        word, censored = self._decide(evidence).value, self.pools.read(evidence)
        last = case.observations[-1]
        if censored is True and _is_proven(case):
            self._proof.learn(case.text)
            self._settle_alone(case, item, True)
        elif word == "settle" and (censored is None or not last.outcome.is_evidence):
            self._settle_alone(case, item, None)
        elif censored is True or word in PURPOSES or not last.outcome.is_evidence:
            self._again.append((case, PURPOSES.get(word, Purpose.KEYWORD)))
            return word
        else:
            self._tell_alone(case, item, last, is_clear=word == "settle")
        return None

    def _tell_alone(self, case: Case, item: int, last: Observation, *, is_clear: bool) -> None:
        """An answer about one keyword, as a step of whatever is being found out."""
        is_hit = last.outcome.is_hit and last.outcome is not Outcome.EMPTY
        is_proof = last.weight is Weight.DETERMINATE
        effects = self._pooling.tell(self._alone.pop(item), is_hit=is_hit, is_proof=is_proof)
        if is_clear and self._pooling.is_clear(item):
            case.observations = self._evidence(case, item)
            self._leave(case, False, effects)
        else:
            self._apply(effects)

    def _settle_alone(self, case: Case, item: int, censored: bool | None) -> None:
        number = self._alone.pop(item)
        case.observations = self._evidence(case, item)
        if not censored:
            self._pooling.take_back(number)
        self._leave(case, censored, Effects())

    def _leave(self, case: Case, censored: bool | None, effects: Effects) -> None:
        """A case is decided: pools go on without it."""
        item = self._items.pop(case.keyword.components)
        del self._cases[item]
        self._count(case, censored)
        super()._settle(case)
        self._apply(effects)
        self._apply(self._pooling.decide(item, censored=censored))

    def _settle(self, case: Case) -> None:
        item = self._items.get(case.keyword.components)
        if item is None:
            self._count(case, self.pools.read(case.observations))
            super()._settle(case)
            return
        case.observations = self._evidence(case, item)
        if (number := self._alone.pop(item, None)) is not None:
            self._pooling.take_back(number)
        self._leave(case, None, Effects())

    def _count(self, case: Case, censored: bool | None) -> None:
        if censored is not None:
            self.spent.decided += 1
            self.spent.censored += censored
            self.spent.alone += censored and sum(one.purpose is Purpose.KEYWORD for one in case.observations)

    def _apply(self, effects: Effects) -> None:
        """Settle what enough pools passed with."""
        if effects.contradiction is not None:
            self.spent.contradictions += 1
            self._combine(effects.contradiction)
        for item in sorted(effects.changed):
            case = self._cases.get(item)
            if case is None or case.waiting or item in self._alone:
                continue
            is_endless = len(self._pooling.passed(item)) >= MOST_PASSES
            if not is_endless and not self._pooling.is_clear(item):
                continue
            evidence = self._evidence(case, item)
            is_settled = self._decide(evidence).value == "settle" and self.pools.read(evidence) is False
            if is_settled or is_endless:
                case.observations = evidence
                self._leave(case, False if is_settled else None, Effects())

    def _combine(self, items: Sequence[int]) -> None:
        """Find out which of these are censored together, if that is wished."""
        cases = [self._hit[item] for item in items if item in self._hit]
        if self.pools.finds_combinations and len(cases) > 1:
            texts = {case.keyword.line: case.text for case in cases}
            self._together.append(Together(texts, tries=self.pools.tries))

    def _evidence(self, case: Case, item: int) -> list[Observation]:
        """The answers about a keyword alone, and those of the pools that count for it, in the order of asking."""
        pooled = [self._passed[number] for number in self._pooling.passed(item) if number in self._passed]
        return sorted((*pooled, *case.observations), key=lambda one: one.started)


def _is_proven(case: Case) -> bool:
    """Whether a keyword's own answers suffice to call it censored."""
    hits = [one for one in case.observations if one.outcome.is_hit]
    return len(hits) >= HITS or any(one.weight is Weight.DETERMINATE for one in hits)
