"""Which censored keywords are asked about further, and how?"""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from probe.assembly.isolations import MOST_HIT_COST, Isolations, hit_cost, wants_isolation
from probe.assembly.job import Isolate
from probe.assembly.judge import Judge
from probe.model.exchange import Purpose
from probe.model.isolation import Isolation
from probe.model.keyword import Keyword
from probe.model.observation import Mechanism
from probe.model.verdict import FormCounts, Status, Verdict
from probe.planning.plan import Case, KeywordPlanner
from probe.planning.transcript import Target
from tests.builders import make_definition, make_endpoint
from tests.planning.censors import Censor, drive
from tests.showing.samples import a_verdict

TEXT = "今天有人说谣言"


def verdict(text: str = TEXT, kind: str = "B", **changes: Any) -> Verdict:
    return msgspec.structs.replace(a_verdict(text, "example", kind), **changes)


def isolation(*, complete: bool = True, every: bool = False) -> Isolation:
    return Isolation(triggers=(), complete=complete, reason=None, every=every, questions=1, separator=" ")


def aim(
    found: Verdict, *, wish: Isolate | None = None, benign: tuple[str, ...] = (), **changes: Any
) -> Target:
    """How the parts of a keyword that has this verdict are asked about."""
    targets: list[Target] = []
    judge = Judge(make_endpoint(**changes))

    class Watched(Isolations):
        def _aim(self, case: Case) -> Target:
            targets.append(super()._aim(case))
            return targets[-1]

    keywords = KeywordPlanner(judge.endpoint, [], judge.decide)
    isolations = Watched(
        judge,
        keywords,
        wish or Isolate(),
        benign=benign,
        may_send=lambda text: True,
        recall=lambda pieces: None,
    )
    case = Case(keyword=Keyword(components=found.components), text=" ".join(found.components))
    assert isolations.begin(case, found)
    isolations.planner.ready(1)
    return targets[0]


@pytest.mark.parametrize(
    ("changes", "every", "expected"),
    [
        ({}, False, True),
        ({"status": Status.FILTERED}, False, True),
        ({"status": Status.OK}, False, False),
        ({"status": Status.UNMEASURED}, False, False),
        ({"components": ("谣",)}, False, False),
        ({"components": ("e\u0301",)}, False, False),
        ({"components": ("谣", "言")}, False, True),
        ({"isolation": isolation()}, False, False),
        ({"isolation": isolation(complete=False)}, False, True),
        ({"isolation": isolation()}, True, True),
        ({"isolation": isolation(every=True)}, True, False),
    ],
)
def test_only_what_can_be_found_out_is_asked_about(
    changes: dict[str, Any], every: bool, expected: bool
) -> None:
    """Censored texts of more than one character, of which it is not known already."""
    assert wants_isolation(verdict(**changes), every=every) is expected


def test_a_hit_costs_its_controls_and_the_rest_after_it() -> None:
    """But never so much that saving hits would take longer than the hits."""
    plain = make_definition(limits={"block": 20})
    assert hit_cost(plain, Mechanism.NOTICE) == pytest.approx(2 / 1.05)
    assert hit_cost(make_definition(risk={"hit_cost": 5}), Mechanism.NOTICE) == pytest.approx(7 / 1.05)
    short = make_definition(limits={"residual_wait": 5.0, "rate": 1.0})
    assert hit_cost(short, Mechanism.RESET) == pytest.approx(7 / 1.05)
    assert hit_cost(plain, Mechanism.RESET) == MOST_HIT_COST


def test_zero_results_are_asked_for_inside_the_truism_from_the_start() -> None:
    """Plainly they would say nothing; where a reference tells what they mean, plainly."""
    truism = {"truism": "天气 OR {keyword}"}
    empty = verdict(mechanism=Mechanism.EMPTY)
    assert aim(empty, controls=truism).purpose is Purpose.TRUISM
    assert aim(verdict(), controls=truism).purpose is Purpose.KEYWORD
    assert aim(empty, controls={"reference": "other"}).purpose is Purpose.KEYWORD


def test_forms_in_which_it_was_censored_are_asked() -> None:
    """In the others parts of it would not be censored either."""
    forms = {"plain": "{keyword}", "quoted": "«{keyword}»"}
    counts = {"plain": FormCounts(asked=2, agreeing=0), "quoted": FormCounts(asked=2, agreeing=2)}
    assert aim(verdict(forms=counts), forms=forms).forms == ("quoted",)
    assert aim(verdict(), forms=forms).forms == ("plain", "quoted")


def test_between_pieces_stands_what_the_definition_or_the_user_says() -> None:
    """Never nothing, which would make new words."""
    assert aim(verdict()).open().result().separator == " "
    assert aim(verdict(), join=" + ").open().result().separator == " + "
    assert aim(verdict(), join="").open().result().separator == " "
    assert aim(verdict(), wish=Isolate(separator="，")).open().result().separator == "，"


def test_the_harmless_word_shares_no_character_with_the_text() -> None:
    """Beside a piece it must not make a word of the text whole again."""
    isolator = aim(verdict(), benign=("天气", "音乐")).open()
    censor = Censor([("今天", "谣言")])
    asked = [ask.text for ask in drive(isolator, lambda ask: censor.answer(ask.text))]
    assert any("音乐" in text for text in asked)
    assert not any("天气" in text for text in asked)


def test_a_keyword_is_begun_once_and_none_after_the_end() -> None:
    """Where asking has ended, its verdict is told as it is."""
    judge = Judge(make_endpoint())
    isolations = Isolations(
        judge,
        KeywordPlanner(judge.endpoint, [], judge.decide),
        Isolate(),
        benign=(),
        may_send=lambda text: True,
        recall=lambda pieces: None,
    )
    case = Case(keyword=Keyword(components=(TEXT,)), text=TEXT)
    assert isolations.begin(case, verdict(), is_early=True)
    assert not isolations.begin(case, verdict())
    (broken,) = isolations.break_off("it was stopped")
    assert isolations.keep_early(broken)
    late = isolations.complete(verdict(), None, "the budget is spent")
    assert late.isolation is not None
    assert late.isolation.reason == "the budget is spent"
    other = Case(keyword=Keyword(components=("六四事件",)), text="六四事件")
    assert not isolations.begin(other, verdict("六四事件"))
    assert isolations.is_unfinished(verdict("六四事件"))
