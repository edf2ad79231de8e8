"""What does one exchange show?"""

from __future__ import annotations

import pytest

from probe.judging.observation import Observer, clean
from probe.model.exchange import Exchange, Failure, Purpose, Question, Request, Stage, Step
from probe.model.observation import Manner, Mechanism, Outcome, Weight
from tests.builders import SERVED_RULE, make_answer, make_definition, make_failure, make_question

RESULTS = '<html><body><li class="result"><a href="http://a.people.example/1">天气</a></li></body></html>'
NOTICE = "根据相关法律法规和政策，部分搜索结果未予显示"
NOTICE_RULE = {
    "id": "notice", "when": {"text": NOTICE}, "outcome": "blocked", "weight": "determinate",
    "mechanism": "notice", "manner": "explicit", "reason": "a legal notice",
}  # fmt: skip
RESET_RULE = {"id": "cut", "when": {"failure": "connection_reset"}, "outcome": "blocked"}


def test_a_normal_page_is_served_with_its_facts() -> None:
    """Status, length, count, hosts, type and shape are measured, so that the body need not be kept."""
    definition = make_definition(
        results={"count": {"css": "li.result"}, "hosts": {"css": "li.result a", "attribute": "href"}}
    )
    seen = Observer(definition).observe(make_question(), make_answer(RESULTS))
    assert (seen.outcome, seen.rule, seen.weight) == (Outcome.SERVED, "results", Weight.DETERMINATE)
    assert (seen.facts.status, seen.facts.count, seen.facts.hosts) == (200, 1, ("a.people.example",))
    assert seen.facts.length == len(RESULTS.encode())
    assert seen.facts.media_type == "text/html"
    assert seen.facts.shape
    assert (seen.started, seen.ended) == (1000.0, 1001.0)


@pytest.mark.parametrize(("last", "outcome"), [("社149", Outcome.FILTERED), ("网友", Outcome.SERVED)])
def test_all_authors_are_looked_at_and_some_are_kept(last: str, outcome: Outcome) -> None:
    """The first hundred; of the others, one who is not authorised still decides."""
    filtered = {"id": "verified", "when": {"authors": "authorised"}, "outcome": "filtered"}
    names = [*(f"社{number}" for number in range(149)), last]
    definition = make_definition(
        results={"authors": {"css": "li.result b"}},
        controls={"authorised_authors": [f"社{number}" for number in range(150)]},
        rules=[filtered, SERVED_RULE],
    )
    page = "".join(f'<li class="result"><b>{name}</b></li>' for name in names)
    seen = Observer(definition).observe(make_question(), make_answer(page))
    assert (seen.outcome, seen.facts.authors) == (outcome, tuple(names[:100]))


def test_a_page_that_no_rule_knows_is_never_served() -> None:
    """A changed layout, a captcha nobody described, a parked domain: all unrecognised."""
    seen = Observer(make_definition()).observe(make_question(), make_answer("<p>hello</p>"))
    assert (seen.outcome, seen.rule) == (Outcome.UNRECOGNISED, None)
    assert "no rule knows (HTTP 200, 12 bytes)" in seen.reason


def test_an_unknown_redirect_is_named() -> None:
    """Where an answer sends us elsewhere, the reason says where."""
    exchange = make_answer("", status=302, headers={"location": "/elsewhere"})
    seen = Observer(make_definition()).observe(make_question(), exchange)
    assert "redirects to http://h.example/elsewhere" in seen.reason
    assert seen.facts.location == "http://h.example/elsewhere"


def test_a_failure_means_nothing_unless_a_rule_says_so() -> None:
    """A reset is `failed` by default, and a hit only where the definition declares it."""
    reset = make_failure(Failure.CONNECTION_RESET)
    assert Observer(make_definition()).observe(make_question(), reset).outcome is Outcome.FAILED
    seen = Observer(make_definition(rules=[RESET_RULE, SERVED_RULE])).observe(make_question(), reset)
    assert (seen.outcome, seen.mechanism) == (Outcome.BLOCKED, Mechanism.RESET)
    assert (seen.failure, seen.stage) == (Failure.CONNECTION_RESET, Stage.READ)
    assert seen.reason == "connection reset before an answer came"
    assert seen.is_cut


def test_a_failure_that_is_no_hit_has_no_mechanism() -> None:
    """A mechanism is by what censorship is done; an outage has none."""
    rule = {"id": "outage", "when": {"failure": "connection_reset"}, "outcome": "failed"}
    seen = Observer(make_definition(rules=[rule, SERVED_RULE])).observe(
        make_question(), make_failure(Failure.CONNECTION_RESET)
    )
    assert (seen.mechanism, seen.is_cut) == (None, False)


def test_a_notice_is_found_and_quoted() -> None:
    """The reason quotes what was found."""
    seen = Observer(make_definition(rules=[NOTICE_RULE])).observe(
        make_question(), make_answer(f"<p>{NOTICE}</p>")
    )
    assert (seen.outcome, seen.manner) == (Outcome.BLOCKED, Manner.EXPLICIT)
    assert seen.reason == f"a legal notice: «{NOTICE}»"


def test_an_echoed_notice_is_no_notice() -> None:
    """Somebody who asks for the notice's own words gets them repeated in the search box."""
    observer = Observer(make_definition(rules=[NOTICE_RULE, SERVED_RULE]))
    echoed = make_answer(f"<p>您搜索的是 {NOTICE}</p>{RESULTS}")
    assert observer.observe(make_question(NOTICE), echoed).outcome is Outcome.SERVED
    both = make_answer(f"<p>{NOTICE}</p><p>x</p>")
    assert observer.observe(make_question("法律法规"), both).outcome is Outcome.BLOCKED


def test_a_pattern_out_of_time_decides_nothing() -> None:
    """A rule after it might have fitted, but half of the rules were not tried: unrecognised, and said so."""
    slow = {"id": "slow", "when": {"text": {"pattern": "(?:.*[ab]){12}[cd]"}}, "outcome": "empty"}
    anything = {"id": "any", "when": {"status": 200}, "outcome": "served"}
    seen = Observer(make_definition(rules=[slow, anything])).observe(
        make_question(), make_answer("a" * 5000 + "!")
    )
    assert seen.outcome is Outcome.UNRECOGNISED
    assert "ran out of time" in seen.reason


def test_waiting_times_are_facts() -> None:
    """Retry-After is read where the answer carries it, for whoever paces."""
    rule = {"id": "limit", "when": {"status": 429}, "outcome": "throttled"}
    exchange = make_answer("", status=429, headers={"retry-after": "7"})
    seen = Observer(make_definition(rules=[rule])).observe(make_question(), exchange)
    assert (seen.outcome, seen.facts.retry_after) == (Outcome.THROTTLED, 7.0)
    assert seen.reason == "asked to come back later (HTTP 429)"


def test_likeness_is_learnt_from_benign_controls_alone() -> None:
    """A served control is a measure; a served keyword is not, and a page unlike the controls is not normal."""
    like = {"id": "like", "when": {"like": "benign"}, "outcome": "served"}
    observer = Observer(make_definition(rules=[like]))
    other = make_answer("<html><body><h1>Gone fishing</h1></body></html>")
    assert observer.observe(make_question(), other).outcome is Outcome.SERVED
    for word in ("天气", "音乐"):
        page = make_answer(RESULTS.replace("天气", word))
        observer.observe(make_question(word, purpose=Purpose.BENIGN), page)
    page = make_answer(RESULTS.replace("天气", "谣言"))
    assert observer.observe(make_question(), page).outcome is Outcome.SERVED
    assert observer.observe(make_question(), other).outcome is Outcome.UNRECOGNISED


def test_foreign_text_is_cleaned() -> None:
    """Escape sequences and overlong texts never get into a sentence."""
    assert clean("a\x1b[31m\u202eb\nc") == "a [31m b c"
    assert len(clean("x" * 1000)) == 160


WEAK_RULES = [
    {
        "id": "notice-one", "when": {"text": NOTICE}, "outcome": "filtered", "weight": "weak",
        "mechanism": "notice", "manner": "explicit",
    },
    {"id": "notice-two", "when": {"text": "另一则声明"}, "outcome": "filtered", "weight": "weak"},
    {"id": "unmistakable", "when": {"text": "您的搜索已被禁止"}, "outcome": "blocked", "weight": "determinate"},
    SERVED_RULE,
]  # fmt: skip
WITH_NOTICE = RESULTS.replace("<body>", f"<body><p>{NOTICE}</p>")
WITH_BOTH = WITH_NOTICE.replace("<body>", "<body><p>另一则声明</p>")


def test_an_observation_says_why_it_was_asked() -> None:
    """So that controls and keywords are told apart when a run is judged again."""
    seen = Observer(make_definition()).observe(
        make_question("天气", purpose=Purpose.BENIGN), make_answer(RESULTS)
    )
    assert seen.purpose is Purpose.BENIGN


def test_a_weak_rule_counts_until_a_benign_word_gets_it_too() -> None:
    """Then it is left out for the rest of the run, and the control is judged by the next rule that fits."""
    observer = Observer(make_definition(rules=WEAK_RULES))
    first = observer.observe(make_question(), make_answer(WITH_NOTICE))
    assert (first.rule, first.weight) == ("notice-one", Weight.WEAK)
    control = observer.observe(make_question("天气", purpose=Purpose.BENIGN), make_answer(WITH_NOTICE))
    assert (control.rule, control.outcome) == ("results", Outcome.SERVED)
    assert observer.discredited == {"notice-one"}
    assert observer.observe(make_question(), make_answer(WITH_NOTICE)).rule == "results"
    assert observer.notes() == ("the rule notice-one was left out: benign words get it too",)


def test_two_notices_on_one_page_are_left_out_one_by_one() -> None:
    """A benign page that shows both proves both innocent; one that shows one proves only that."""
    observer = Observer(make_definition(rules=WEAK_RULES))
    observer.observe(make_question("天气", purpose=Purpose.BENIGN), make_answer(WITH_NOTICE))
    assert observer.observe(make_question(), make_answer(WITH_BOTH)).rule == "notice-two"
    control = observer.observe(make_question("音乐", purpose=Purpose.BENIGN), make_answer(WITH_BOTH))
    assert control.rule == "results"
    assert observer.discredited == {"notice-one", "notice-two"}
    at_once = Observer(make_definition(rules=WEAK_RULES))
    control = at_once.observe(make_question("天气", purpose=Purpose.BENIGN), make_answer(WITH_BOTH))
    assert control.rule == "results"
    assert at_once.discredited == {"notice-one", "notice-two"}


def test_a_weak_rule_hides_no_strong_one() -> None:
    """A page with an innocent notice and a plain refusal is blocked."""
    observer = Observer(make_definition(rules=WEAK_RULES))
    observer.observe(make_question("天气", purpose=Purpose.BENIGN), make_answer(WITH_NOTICE))
    page = make_answer(WITH_NOTICE.replace("<body>", "<body><p>您的搜索已被禁止</p>"))
    assert observer.observe(make_question(), page).rule == "unmistakable"


def test_what_a_weak_rule_for_a_normal_page_says_stays() -> None:
    """That is what a control is for."""
    weak_served = {**SERVED_RULE, "weight": "weak"}
    observer = Observer(make_definition(rules=[*WEAK_RULES[:-1], weak_served]))
    observer.observe(make_question("天气", purpose=Purpose.BENIGN), make_answer(RESULTS))
    observer.observe(make_question("qzx", purpose=Purpose.NONSENSE), make_answer(RESULTS))
    assert observer.discredited == frozenset()


@pytest.mark.parametrize("weight", ["weak", "determinate"])
def test_a_notice_that_a_made_up_word_gets_too_proves_nothing(weight: str) -> None:
    """It stands on every page, whatever is asked: nobody censors what means nothing."""
    rules = [{**NOTICE_RULE, "weight": weight}, {"id": "zero", "when": {"status": 200}, "outcome": "empty"}]
    observer = Observer(make_definition(rules=rules))
    footer = make_answer(f"<p>没有找到</p><footer>{NOTICE}</footer>")
    first = observer.observe(make_question(), footer)
    control = observer.observe(make_question("qzx", purpose=Purpose.NONSENSE), footer)
    assert [first.rule, control.rule, observer.observe(make_question(), footer).rule] == [
        "notice",
        "zero",
        "zero",
    ]
    assert observer.discredited == {"notice"}
    assert observer.notes() == ("the rule notice was left out: nonsense words get it too",)


@pytest.mark.parametrize(
    ("rule", "answer", "text"),
    [
        ({**NOTICE_RULE, "weight": "ambiguous"}, make_answer(NOTICE), "qzx"),
        ({**NOTICE_RULE, "outcome": "empty"}, make_answer(NOTICE), "qzx"),
        ({**RESET_RULE, "weight": "determinate"}, make_failure(Failure.CONNECTION_RESET), "qzx"),
        (NOTICE_RULE, make_answer(NOTICE), "天气 OR qzx"),
    ],
    ids=["ambiguous", "zero results", "a cut", "inside the truism"],
)
def test_what_made_up_words_say_nothing_of(rule: dict[str, str], answer: Exchange, text: str) -> None:
    """Zero results are what they are asked for, a cut is no answer, and within the truism other words are asked as well."""
    observer = Observer(make_definition(rules=[rule]))
    question = Question(endpoint="example", purpose=Purpose.NONSENSE, components=("qzx",), text=text)
    assert observer.observe(question, answer).rule == rule["id"]
    assert observer.discredited == frozenset()


def test_a_strong_rule_is_never_left_out() -> None:
    """A control that fires it has failed: all are censored, or nobody can be told apart."""
    observer = Observer(make_definition(rules=[NOTICE_RULE, SERVED_RULE]))
    control = observer.observe(make_question("天气", purpose=Purpose.BENIGN), make_answer(WITH_NOTICE))
    assert (control.outcome, observer.discredited) == (Outcome.BLOCKED, frozenset())


def test_nothing_is_learnt_where_nothing_is_compared() -> None:
    """A definition whose rules know their pages pays for no comparison."""
    observer = Observer(make_definition())
    for word in ("天气", "音乐"):
        observer.observe(make_question(word, purpose=Purpose.BENIGN), make_answer(RESULTS))
    seen = observer.observe(make_question(), make_answer(RESULTS))
    assert (seen.facts.items, seen.facts.plain) == (None, None)
    assert (observer.inferred(), observer.notes()) == ((), ())


def test_echoes_are_no_part_of_a_length() -> None:
    """A long keyword makes no short page long."""
    like = {"id": "like", "when": {"like": "benign"}, "outcome": "served"}
    observer = Observer(make_definition(rules=[like]))
    lengths = {
        observer.observe(make_question(word), make_answer(f"<p>{word} 一 {word}</p>")).facts.plain
        for word in ("谣言", "法轮功" * 30)
    }
    assert len(lengths) == 1


def test_nonsense_inside_a_truism_shows_no_zero_results() -> None:
    """It has results, and is no measure of pages without."""
    like = [
        {"id": "like", "when": {"like": "benign"}, "outcome": "served"},
        {"id": "zero", "when": {"like": "nonsense"}, "outcome": "empty"},
    ]
    observer = Observer(make_definition(rules=like))
    for word in ("天气", "音乐"):
        page = make_answer(RESULTS.replace("天气", word))
        observer.observe(make_question(word, purpose=Purpose.BENIGN), page)
    inside = Question(endpoint="example", purpose=Purpose.NONSENSE, components=("qzx",), text="天气 OR qzx")
    other = make_answer("<html><body><h1>Gone fishing</h1></body></html>")
    assert observer.observe(inside, other).outcome is Outcome.UNRECOGNISED
    alone = make_question("qzx", purpose=Purpose.NONSENSE)
    assert observer.observe(alone, other).outcome is Outcome.EMPTY


NO_SESSION = Exchange(
    steps=(
        Step(
            request=Request(method="GET", url=""),
            failure=Failure.SESSION,
            stage=Stage.WRITE,
            detail="no session: its step token failed: connection_reset at read\x1b[2J",
        ),
    ),
    started=1000.0,
    ended=1000.0,
)


@pytest.mark.parametrize(
    "when",
    [
        {"failure": [failure.value for failure in Failure]},
        {"failure": "unknown_failure session_failed"},
        {"stage": [stage.value for stage in Stage]},
        {"stage": "write", "not": {"failure": "eof_error"}},
        [{"failure": "eof_error"}, {"stage": "write"}],
    ],
)
@pytest.mark.parametrize("purpose", Purpose)
def test_a_session_that_failed_is_never_a_hit(when: object, purpose: Purpose) -> None:
    """Nothing was asked, whatever the rules take for a block; the reason says which step failed."""
    cut = {"id": "cut", "when": when, "outcome": "blocked", "weight": "determinate", "manner": "explicit"}
    served = {"id": "served", "when": when, "outcome": "served"}
    for rules in ([cut, SERVED_RULE], [served, cut]):
        seen = Observer(make_definition(rules=rules)).observe(make_question(purpose=purpose), NO_SESSION)
        assert (seen.outcome, seen.rule, seen.mechanism) == (Outcome.FAILED, None, None)
        assert (seen.failure, seen.stage) == (Failure.SESSION, Stage.WRITE)
        assert not seen.outcome.is_hit
        assert not seen.outcome.is_evidence
        assert not seen.is_cut
        assert seen.reason == "no session: its step token failed: connection_reset at read [2J"


def test_a_session_that_failed_is_named_where_nobody_kept_why() -> None:
    """As when a stored run is judged again."""
    seen = Observer(make_definition()).observe(make_question(), make_failure(Failure.SESSION, Stage.WRITE))
    assert (seen.outcome, seen.reason) == (Outcome.FAILED, "the session could not be opened")
