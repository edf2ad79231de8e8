"""What is under way, and what waits for its closing control?"""

from __future__ import annotations

from probe.model.exchange import Purpose, Question
from probe.planning.custody import Custody, Held
from tests.builders import make_observation

SERVED = make_observation()


def question(text: str, purpose: Purpose = Purpose.KEYWORD) -> Question:
    return Question(endpoint="e", purpose=purpose, components=(text,), text=text)


K, L = question("k"), question("l")
CONTROL, OTHER = question("c", Purpose.BENIGN), question("d", Purpose.BENIGN)
CANARY = question("x", Purpose.CANARY)
REFERENCE = question("k", Purpose.REFERENCE)


def words(held: list[Held]) -> list[str]:
    return [one.question.text for one in held]


def answer(custody: Custody, asked: Question) -> None:
    """Ask and answer a question about a keyword."""
    custody.send(asked, is_control=False)
    custody.land(asked)
    custody.hold(asked, SERVED)


def test_only_answers_before_the_control_are_vouched_for() -> None:
    """What came while it was under way waits for the next."""
    custody = Custody(0)
    answer(custody, K)
    custody.send(CONTROL, is_control=True)
    answer(custody, L)
    assert words(custody.vouch(custody.land(CONTROL))) == ["k"]
    assert words(custody.held) == ["l"]


def test_a_gate_takes_so_many_controls_and_only_later_ones() -> None:
    """One that was under way when the gate was closed says nothing of what closed it, but vouches for what was before."""
    custody = Custody(0)
    answer(custody, K)
    custody.send(CONTROL, is_control=True)
    answer(custody, L)
    custody.close(2)
    assert words(custody.vouch(custody.land(CONTROL))) == ["k"]
    assert custody.gate == 2
    for expected in ([], ["l"]):
        custody.send(OTHER, is_control=True)
        assert words(custody.vouch(custody.land(OTHER))) == expected
    assert custody.gate == 0


def test_a_gate_is_never_opened_by_closing_it_less() -> None:
    """The greater need stands."""
    custody = Custody(0)
    custody.close(2)
    custody.close(1)
    assert custody.gate == 2


def test_what_is_dropped_makes_what_is_under_way_void() -> None:
    """All of it, or only the last answer; what is asked afterwards counts again."""
    custody = Custody(0)
    answer(custody, K)
    answer(custody, L)
    custody.send(question("m"), is_control=False)
    assert words(custody.drop(last=1)) == ["l"]
    assert not custody.counts(custody.land(question("m")))
    assert words(custody.drop()) == ["k"]
    custody.send(K, is_control=False)
    assert custody.counts(custody.land(K))


def test_what_the_reference_is_asked_disturbs_nobody() -> None:
    """It is another place: not idle, but quiet."""
    custody = Custody(0)
    assert custody.is_idle
    custody.send(REFERENCE, is_control=True)
    assert (custody.is_idle, custody.is_quiet) == (False, True)
    assert (custody.has_special, custody.has_keywords, custody.has_benign) == (False, False, False)


def test_each_kind_under_way_is_known() -> None:
    """Benign controls, others, and questions about keywords, the truism's among them."""
    for asked, is_control, kinds in (
        (CONTROL, True, (True, False, False)),
        (CANARY, True, (False, True, False)),
        (K, False, (False, False, True)),
        (question("k", Purpose.TRUISM), False, (False, False, True)),
    ):
        custody = Custody(0)
        custody.send(asked, is_control=is_control)
        assert (custody.has_benign, custody.has_special, custody.has_keywords) == kinds
        assert not custody.is_quiet
