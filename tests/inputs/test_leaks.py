"""Secrets in files that others will read."""

from __future__ import annotations

from typing import Any

import pytest

from probe.inputs.endpoints import builtin_endpoints, read_endpoint
from probe.inputs.leaks import find_leaks, is_secret_name

KNOWN = {"set", "url", "proxy", "vantage", "keywords"}


def paths(value: Any, secrets: dict[str, str] | None = None) -> list[tuple[str | int, ...]]:
    return [one.path for one in find_leaks(value, secrets or {}, KNOWN)]


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({"token": "abc"}, ("token",)),
        ({"secrets": {"A": "x", "B": "y"}}, ("secrets",)),
        ({"PROBE_SECRET_MATRIX": "x"}, ("PROBE_SECRET_MATRIX",)),
        ({"set": {"matrix.access_token": "x"}}, ("set", "matrix.access_token")),
        ({"set": {"apiKey": 5}}, ("set", "apiKey")),
        ({"proxy": "socks5://user:pass@host:1080"}, ("proxy",)),
        ({"url": ["https://a.example/", "https://a.example/?q={keyword}&api_key=abc"]}, ("url", 1)),
        ({"vantage": "export PROBE_SECRET_X=1"}, ("vantage",)),
    ],
)
def test_a_secret_is_found_by_its_name_or_its_form(value: Any, path: tuple[str | int, ...]) -> None:
    """Once each, at the place where it stands."""
    assert paths(value) == [path]


@pytest.mark.parametrize(
    "value",
    [
        {"keywords": ["rumor", "secret"], "vantage": "desk"},
        {"url": "https://a.example/?q={keyword}&api_key={secret:KEY}"},
        {"url": "http://user@a.example/?q={keyword}&page=1"},
        {"set": {"base": "http://127.0.0.1:8765/@token", "max_tokens": "5"}},
        "no mapping at all",
        None,
    ],
)
def test_what_is_no_secret_is_left_alone(value: Any) -> None:
    """Keywords, addresses without a password, slots for secrets."""
    assert paths(value) == []


def test_the_value_of_a_secret_that_is_set_is_found_anywhere() -> None:
    """Whatever the field is called; a short one stands in other texts by chance."""
    secrets = {"ROOM": "hush-hush", "PIN": "1234"}
    (leak,) = find_leaks({"set": {"room": "a hush-hush b", "port": "1234"}}, secrets, KNOWN)
    assert leak.path == ("set", "room")
    assert "PROBE_SECRET_ROOM" in leak.message


def test_no_finding_shows_the_secret() -> None:
    """Logs are read by others."""
    value = {
        "token": "hush",
        "proxy": "http://u:hush@h:1",
        "url": "https://h/?token=hush",
        "set": {"a": "hush12"},
    }
    findings = list(find_leaks(value, {"A": "hush12"}, KNOWN))
    assert len(findings) == 4
    assert "hush" not in str(findings)
    assert all("PROBE_" in (one.hint or "") for one in findings)


def test_no_variable_of_a_definition_is_taken_for_a_secret() -> None:
    """`set` must be able to set every one of them."""
    names = {
        name
        for endpoint in builtin_endpoints()
        if (definition := read_endpoint(endpoint).definition) is not None
        for name in definition.variables
    }
    assert len(names) > 10
    assert [name for name in names if is_secret_name(name)] == []
