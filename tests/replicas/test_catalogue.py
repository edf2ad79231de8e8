"""Each shipped definition against a server that answers as its platform is documented to."""

from __future__ import annotations

import pytest

from probe.inputs.endpoints import builtin_endpoints, read_endpoint
from probe.model.definition import Kind
from probe.model.verdict import Status
from tests.replicas.asking import HARD, SERVED, SOFT, UNKNOWN, ask_replica
from tests.replicas.catalogue import CASES, UNPROVEN

TROUBLES = [(name, trouble) for name, case in CASES.items() for trouble in case.replica().troubles]


def test_every_definition_that_can_be_asked_has_a_replica() -> None:
    """The practice platform is one itself; local lists ask nobody; messages and chat models have tests of their own."""
    askable = []
    for name in builtin_endpoints():
        definition = read_endpoint(name).definition
        assert definition is not None
        elsewhere = definition.local is not None or definition.kind in (Kind.MESSAGE, Kind.CHAT)
        if definition.is_askable and not elsewhere and not name.startswith("lab-"):
            askable.append(name)
    assert sorted(askable) == sorted(CASES)


@pytest.mark.parametrize("name", CASES)
def test_all_verdicts_are_right(name: str) -> None:
    """50 keywords whose truth the replica knows."""
    case = CASES[name]
    replica = case.replica()
    replica.hard = frozenset(HARD)
    replica.soft = frozenset(SOFT if case.soft is not None else ())
    words = [*SERVED, *UNKNOWN, *HARD, *SOFT]
    asked = ask_replica(name, replica, words, secrets=case.secrets, variables=case.variables)
    assert len(asked.verdicts) == 50
    assert asked.unlike(SERVED, Status.OK) == []
    assert asked.unlike(HARD, *case.hard) == []
    assert asked.unlike(SOFT, case.soft or Status.OK) == []
    assert asked.unlike(UNKNOWN, *(_of_nothing(name) if case.searches else [Status.OK])) == []


def _of_nothing(name: str) -> tuple[Status, ...]:
    """Where there are zero results for an honest reason: only a truism can tell."""
    definition = read_endpoint(name).definition
    assert definition is not None
    return UNPROVEN if definition.controls.truism is None else (Status.OK,)


@pytest.mark.parametrize(("name", "trouble"), TROUBLES)
def test_no_trouble_is_censorship_or_its_absence(name: str, trouble: str) -> None:
    """Captchas, logins and limits, however they are disguised: nothing is measured."""
    case = CASES[name]
    replica = case.replica()
    replica.hard, replica.trouble = frozenset(HARD), trouble
    words = [*SERVED[:3], *UNKNOWN[:1], *HARD[:2]]
    asked = ask_replica(name, replica, words, secrets=case.secrets, variables=case.variables)
    assert asked.unlike(words, Status.UNMEASURED) == []
