"""What does a hit that proves itself show of the next one?"""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from probe.judging.hits import Hit
from probe.judging.look import Look
from probe.judging.proofs import find_proofs
from probe.model.observation import Facts
from probe.model.rule import Rule, When
from probe.reading.page import read_page
from tests.builders import make_answer, make_definition

SAID = "这里不能显示"
PAGE = f"<html><body><p class='x'>{SAID}</p></body></html>"


def look(body: str = PAGE, status: int = 200) -> Look:
    step = make_answer(body, status=status).last
    assert step.response is not None
    page = read_page(make_definition(), step.request, step.response)
    return Look(Facts(status=status), page).keep()


def rule(when: dict[str, Any], weight: str = "determinate") -> Rule:
    return msgspec.convert({"id": "told", "when": when, "outcome": "blocked", "weight": weight}, Rule)


def found(
    when: dict[str, Any], text: str = "", *, status: int = 200, weight: str = "determinate"
) -> list[When]:
    hit = Hit(look=look(status=status), rule=rule(when, weight), found=text)
    return [condition for proof in find_proofs([hit], []) for condition in proof.rule.conditions]


def test_a_text_is_found_by_itself_and_with_what_else_the_rule_asks_for() -> None:
    """But for likeness and length, by which general rules tell controls apart."""
    assert found({"text": SAID, "like": "not-benign", "length": "<900"}, SAID) == [
        When(status=200, text=SAID)
    ]
    assert found({"text": SAID, "css": ".x"}, SAID) == [When(status=200, text=SAID, css=".x")]


def test_a_status_is_enough_where_the_rule_looks_at_nothing_else() -> None:
    """With a header it is not: others may send that status."""
    assert found({"status": "4xx"}, status=451) == [When(status=451)]
    assert found({"status": 451, "header": {"x-blocked": ""}}, status=451) == []


@pytest.mark.parametrize(
    ("when", "text", "weight"),
    [
        ({"css": ".x"}, "", "determinate"),
        ({"title": SAID}, SAID, "determinate"),
        ({"text": "not on the page"}, "not on the page", "determinate"),
        ({"text": SAID}, SAID, "ambiguous"),
        ({"text": SAID}, SAID, "weak"),
    ],
)
def test_what_cannot_be_shown_or_proves_nothing_is_no_proof(
    when: dict[str, Any], text: str, weight: str
) -> None:
    """It may still become a rule as any other hit does."""
    assert found(when, text, weight=weight) == []


def test_what_a_control_has_too_is_no_proof() -> None:
    """By its status and its text together."""
    hit = Hit(look=look(), rule=rule({"text": SAID}), found=SAID)
    assert find_proofs([hit], [look()]) == []
    assert len(find_proofs([hit], [look(status=404), look("<p>x</p>")])) == 1
