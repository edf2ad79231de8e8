"""The endpoints of a command line have names that differ, and the limits that it sets."""

from __future__ import annotations

from typing import Any

import pytest

from probe.cli.opening import open_all, tell_apart
from probe.errors import WrongUse
from probe.inputs.definitions.one_off import one_off
from probe.inputs.endpoints import read_text_endpoint
from probe.model.record import Command

NO_LIMITS: dict[str, float | int | None] = {"rate": None, "residual_wait": None}


def names(*urls: str, taken: tuple[str, ...] = ()) -> list[str]:
    return [one.name for one in tell_apart([one_off(f"{url}?q={{keyword}}") for url in urls], {*taken})]


@pytest.mark.parametrize(
    ("urls", "expected"),
    [
        (["http://a.example/"], ["a-example"]),
        (["http://a.example/", "http://b.example/"], ["a-example", "b-example"]),
        (["http://a.example:81/", "http://a.example:82/"], ["a-example-81", "a-example-82"]),
        (["http://a.example/", "https://a.example/"], ["a-example-80", "a-example-443"]),
        (
            ["http://a.example/", "http://a.example/x", "http://a.example/y", "http://a.example:81/"],
            ["a-example-80", "a-example-80-2", "a-example-80-3", "a-example-81"],
        ),
    ],
)
def test_addresses_on_one_host_are_told_apart(urls: list[str], expected: list[str]) -> None:
    """By their ports, and by a number where those are the same; other names stay as they are."""
    assert names(*urls) == expected


def test_a_name_that_a_definition_has_is_not_given_to_an_address() -> None:
    """Nor is one that came of telling others apart; no name grows too long."""
    assert names("http://a.example/", taken=("a-example",)) == ["a-example-80"]
    assert names("http://a.example/", taken=("a-example", "a-example-80")) == ["a-example-80-2"]
    long = f"http://{'a' * 60}.example:8080"
    assert names(f"{long}/", f"{long}/x") == [f"{'a' * 35}-8080", f"{'a' * 33}-8080-2"]


def test_what_is_kept_of_a_renamed_address_has_its_name() -> None:
    """Its text, and the digest of that."""
    url = "http://127.0.0.1:1/{keyword}"
    _, second = tell_apart([one_off(url), one_off(f"{url}/x")], set())
    read = read_text_endpoint(second.text, second.place, {})
    assert (read.name, read.digest) == (second.name, second.digest) == ("127-0-0-1-1-2", second.digest)


def test_the_same_address_twice_is_wrong_use() -> None:
    """It would only be asked twice."""
    url = "http://127.0.0.1:1/{keyword}"
    with pytest.raises(WrongUse, match="is given twice"):
        open_all(Command(urls=(url, url)), NO_LIMITS)


@pytest.mark.parametrize(
    "changes", [{"rate": 3.0}, {"residual_wait": 0.0}, {"rate": 2.0, "residual_wait": 9.0}]
)
def test_the_limits_that_are_given_take_the_place_of_the_definitions(changes: dict[str, Any]) -> None:
    """The others stay, and what is given is no change of the definition."""
    command = Command(endpoints=("lab-notice",), settings=("base=http://127.0.0.1:1",))
    (plain,) = open_all(command, NO_LIMITS)
    (changed,) = open_all(command, {**NO_LIMITS, **changes})
    assert {name: getattr(changed.definition.limits, name) for name in changes} == changes
    assert changed.definition.limits.block == plain.definition.limits.block
    assert (changed.digest, changed.text) == (plain.digest, plain.text)
