"""One endpoint of a stored run: what its controls teach, and what becomes of its keywords."""

from __future__ import annotations

from typing import Any

import msgspec

from probe.assembly.stored_lane import NO_MORE, StoredLane
from probe.judging.observation import Observer
from probe.judging.rejudging import Basis
from probe.model.definition import Endpoint
from probe.model.exchange import Exchange, Purpose, Question
from probe.model.record import Answer
from probe.model.run import ControlCounts, EndpointUse
from probe.model.verdict import Status, Verdict
from tests.builders import make_answer, make_endpoint
from tests.keeping.samples import verdict_of

RULES: list[dict[str, Any]] = [
    {"id": "captcha", "when": {"css": "#captcha"}, "outcome": "challenged"},
    {"id": "login", "when": {"css": "#login"}, "outcome": "login"},
    {"id": "gone", "when": {"status": 410}, "outcome": "blocked", "weight": "determinate"},
    {"id": "error", "when": {"status": 503}, "outcome": "blocked"},
    {"id": "results", "when": {"css": "li.result"}, "outcome": "served", "weight": "determinate"},
    {"id": "zero", "when": {"css": "p.none"}, "outcome": "empty"},
]
ITEM, ZERO, CAPTCHA, LOGIN = (
    '<li class="result">x</li>',
    '<p class="none">',
    '<p id="captcha">',
    '<p id="login">',
)
SERVED = make_answer(ITEM)
Kept = tuple[Answer, Exchange | None]


class Told:
    """Answers of one endpoint, one a second."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self._now = 1000.0

    def answer(
        self, word: str, exchange: Exchange, purpose: Purpose = Purpose.KEYWORD, *, void: bool = False
    ) -> Kept:
        self._now += 1
        exchange = msgspec.structs.replace(exchange, started=self._now, ended=self._now + 0.5)
        question = Question(
            endpoint=self.endpoint.name,
            purpose=purpose,
            components=(word,),
            text=word,
            attempt=int(self._now),
        )
        seen = Observer(self.endpoint.definition).observe(question, exchange)
        return Answer(question=question, observation=seen, void=void), exchange

    def benign(self, exchange: Exchange = SERVED, word: str = "天气") -> Kept:
        return self.answer(word, exchange, Purpose.BENIGN)


def lane(
    endpoint: Endpoint, controls: list[Kept], use: EndpointUse | None = None, **changes: Any
) -> StoredLane:
    opened = StoredLane(endpoint, endpoint.definition, keywords=1, use=use, **changes)
    opened.learn(controls)
    return opened


def before(word: str = "谣言", *, reason: str = "as then") -> Verdict:
    return msgspec.structs.replace(verdict_of(word, status=Status.UNMEASURED), reason=reason)


def use_of(reason: str | None) -> EndpointUse:
    return EndpointUse(
        name="example",
        definition="d" * 64,
        trusted=reason is None,
        reason=reason,
        controls=ControlCounts(),
        questions=99,
    )


def test_what_the_list_says_of_a_keyword_stays() -> None:
    """Gloss, category, language and lists are in the verdict that was stored; run and pair are the same."""
    endpoint = make_endpoint(rules=RULES)
    told = Told(endpoint)
    first, keyword, last = told.benign(), told.answer("谣言", SERVED), told.benign()
    verdict = lane(endpoint, [first, last]).judge(before(), [keyword])
    old = before()
    assert (verdict.status, verdict.gloss, verdict.category) == (Status.OK, old.gloss, old.category)
    assert (verdict.lists, verdict.language, verdict.run) == (old.lists, old.language, old.run)
    assert (verdict.counts.controls_passed, verdict.counts.asked) == (2, 1)


def test_the_controls_of_a_verdict_are_those_up_to_it() -> None:
    """As the run counted them."""
    endpoint = make_endpoint(rules=RULES)
    told = Told(endpoint)
    controls = [told.benign()]
    keyword = told.answer("谣言", SERVED)
    controls += [told.benign(), told.benign()]
    opened = lane(endpoint, controls)
    assert opened.judge(before(), [keyword]).counts.controls_passed == 2
    assert opened.end().controls.passed == 3


def test_a_reference_is_judged_by_its_own_rules() -> None:
    """What zero results mean hangs on what another service finds, in its own words for it."""
    other = make_endpoint(
        name="other",
        rules=[{"id": "found", "when": {"css": "div.item"}, "outcome": "served", "weight": "determinate"}],
    )
    endpoint = make_endpoint(rules=RULES, controls={"reference": "other"})
    endpoint = msgspec.structs.replace(endpoint, reference=other)
    told = Told(endpoint)
    controls = [told.benign() for _ in range(6)]
    answers: list[Kept] = []
    for _ in range(3):
        answers += [told.answer("谣言", make_answer(ZERO))]
        answer, exchange = told.answer("谣言", make_answer('<div class="item">x</div>'), Purpose.REFERENCE)
        seen = Observer(other.definition).observe(answer.question, exchange or SERVED)
        answers.append((msgspec.structs.replace(answer, observation=seen), None if answers[1:] else exchange))
        controls.append(told.benign())
    opened = lane(endpoint, controls, reference_before=other.definition)
    verdict = opened.judge(before(), answers)
    assert (verdict.status, verdict.reason.partition(",")[0]) == (Status.BLOCKED, "zero results")
    assert opened.end().controls.references == 3
    assert opened.bases[Basis.LOST] == 0


def test_a_reference_that_today_s_definition_does_not_have_is_left_as_it_was() -> None:
    """Its answers are counted, and mean nothing any more."""
    endpoint = make_endpoint(rules=RULES)
    told = Told(endpoint)
    first, zero = told.benign(), told.answer("谣言", make_answer(ZERO))
    reference = told.answer("谣言", SERVED, Purpose.REFERENCE)
    opened = lane(endpoint, [first, told.benign()])
    assert opened.judge(before(), [zero, reference]).status is not Status.OK
    assert opened.bases[Basis.KEPT] == 1


def test_how_results_compare_with_the_reference_is_learnt_from_benign_words() -> None:
    """A service that always finds a tenth of what the reference finds withholds nothing."""
    results = {"count": {"css": "li.result"}}
    controls = {"reference": "other", "share": 0.5}
    other = make_endpoint(name="other", rules=RULES, results=results)
    endpoint = make_endpoint(rules=RULES, results=results, controls=controls)
    endpoint = msgspec.structs.replace(endpoint, reference=other)
    told = Told(endpoint)
    full = make_answer(ITEM * 20)
    few = make_answer(ITEM * 2)
    learnt = [told.benign(few), told.answer("天气", full, Purpose.REFERENCE)]
    answers = [told.answer("谣言", few), told.answer("谣言", full, Purpose.REFERENCE)]
    learnt.append(told.benign(few))
    opened = lane(endpoint, learnt, reference_before=other.definition)
    assert opened.judge(before(), answers).status is Status.OK


def test_a_canary_that_is_served_leaves_a_doubt_until_something_is_censored() -> None:
    """As in the run: what is normal may not be called ok where nobody saw censorship."""
    endpoint = make_endpoint(rules=RULES, controls={"canaries": ["禁词"]})
    told = Told(endpoint)
    controls = [told.benign()]
    controls += [told.answer("禁词", SERVED, Purpose.CANARY) for _ in range(6)]
    clean, gone = told.answer("天空", SERVED), told.answer("谣言", make_answer("", status=410))
    controls.append(told.benign())
    opened = lane(endpoint, controls)
    assert opened.judge(before("天空"), [clean]).status is Status.INCONCLUSIVE
    assert opened.end().doubt is not None
    assert opened.judge(before(), [gone]).status is Status.BLOCKED
    assert opened.judge(before("天空"), [clean]).status is not Status.UNMEASURED
    assert opened.end().doubt is None


def test_an_endpoint_whose_last_controls_fail_is_not_trusted() -> None:
    """By patience, by a login at once, or because the run had its own reason to give it up."""
    endpoint = make_endpoint(rules=RULES)
    told = Told(endpoint)
    captcha = make_answer(CAPTCHA)
    failed = [told.benign(), *(told.benign(captcha) for _ in range(5))]
    assert (lane(endpoint, failed).end().given_up or "").startswith("5 controls in a row failed")
    assert lane(endpoint, failed[:2]).end().given_up is None
    assert (
        lane(endpoint, failed[:2], use_of("asks to be left alone")).end().given_up == "asks to be left alone"
    )
    assert lane(endpoint, failed[:1], use_of("asks to be left alone")).end().given_up is None
    assert "a control failed" in (lane(endpoint, [told.benign(make_answer(LOGIN))]).end().given_up or "")


def test_the_questions_are_those_of_the_run() -> None:
    """Where its document does not say, those that were kept."""
    endpoint = make_endpoint(rules=RULES)
    told = Told(endpoint)
    assert lane(endpoint, [told.benign()], use_of(None)).end().questions == 99
    assert lane(endpoint, [told.benign()]).end().questions == 1


def test_why_there_was_no_more_asking_is_said() -> None:
    """Nothing asked; nothing that counts; too little; the end of the run."""
    endpoint = make_endpoint(rules=RULES)
    told = Told(endpoint)
    first = told.benign()
    error, void = told.answer("谣言", make_answer("", status=503)), told.answer("谣言", SERVED, void=True)
    opened = lane(endpoint, [first, told.benign()])
    assert (
        opened.judge(before(reason="longer than 200 characters"), []).reason == "longer than 200 characters"
    )
    assert opened.judge(before(), [void]).reason == "no control that passes vouches for any of its answers"
    thin = opened.judge(before(), [error])
    assert (thin.status, NO_MORE in thin.reason) == (Status.INCONCLUSIVE, True)
    opened = lane(endpoint, [first, told.benign()], ended_early="the budget is spent")
    assert "the budget is spent" in opened.judge(before(), [error]).reason
