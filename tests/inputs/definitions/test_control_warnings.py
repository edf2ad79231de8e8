"""Controls that a careful person would add."""

from __future__ import annotations

import pytest

from tests.inputs.definition_samples import SOUND, changed, warnings_of
from tests.inputs.definitions.test_control_check import EMPTY, SERVED, with_controls

_CANARIES = "canaries: [谣言]"


def test_a_censoring_search_without_canaries_is_warned_of() -> None:
    """Nothing else tells a search that censors nothing from rules that no longer fit."""
    (warning,) = warnings_of(changed(f"  {_CANARIES}\n", ""))
    assert warning.startswith(
        "e.yaml:23: controls: no canaries: a run cannot tell a search that censors nothing"
    )
    assert warnings_of(changed(f"  {_CANARIES}\n", "").replace("kind: search", "kind: chat")) == []


@pytest.mark.parametrize(
    ("canaries", "named"),
    [
        ("[谣言]", None),
        ("[谣言, 维权]", "'维权'"),
        ("[一, 二, 三, 四, 五, 谣言]", "'一', '二', '三' and 2 more"),
    ],
)
def test_a_canary_that_no_example_shows_is_warned_of(canaries: str, named: str | None) -> None:
    """Somebody must have seen it censored."""
    warnings = warnings_of(changed("[谣言]", canaries))
    if named is None:
        assert warnings == []
    else:
        said = f"e.yaml:25: controls.canaries: no example shows the censored answer to {named}: has anybody seen it?"
        assert warnings == [said]


def test_an_example_of_zero_results_shows_a_canary_too() -> None:
    """A silent censor gives nothing else."""
    example = "- {name: none, origin: documented, keyword: 维权, outcome: empty, answer: {}}\n"
    assert warnings_of(changed("[谣言]", "[谣言, 维权]") + example) == []


def test_zero_results_without_proof_are_warned_of() -> None:
    """Once, at the first rule that reads them."""
    (warning,) = warnings_of(changed(SERVED, EMPTY))
    assert warning == (
        "e.yaml:23: rules[3]: 'none' reads zero results, and zero results stay inconclusive without proof."
        " Give controls.truism or controls.reference, if the service allows for one."
    )
    assert warnings_of(with_controls("truism: 天气 OR {keyword}")) == []
    assert warnings_of(with_controls("reference: other")) == []


@pytest.mark.parametrize(
    ("new", "warned"),
    [
        ("outcome: blocked\n  mechanism: notice\n  weight: weak", False),
        ("outcome: filtered\n  weight: weak", False),
        ("outcome: blocked\n  weight: weak", True),
        ("outcome: blocked\n  mechanism: status\n  weight: weak", True),
    ],
)
def test_only_a_notice_or_a_filter_is_weak(new: str, warned: bool) -> None:
    """Of other signs it is not to be expected that innocent words show them."""
    warnings = warnings_of(changed("outcome: blocked\n  weight: determinate", new))
    assert [
        warning.startswith("e.yaml:1") and "is weak, which is for notices" in warning for warning in warnings
    ] == ([True] if warned else [])


def test_the_sound_definition_lacks_nothing() -> None:
    """All others differ from it in one thing."""
    assert warnings_of(SOUND) == []
