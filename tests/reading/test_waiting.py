"""Waiting: what services say of how long they want to be left alone, and what hostile ones say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from email.utils import formatdate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.reading.page import Page
from probe.reading.waiting import ASKING, LONGEST_WAIT, read_retry_after, read_wait
from tests.builders import make_answer

NOW = 1_800_000_000.0


def page(body: str = "", headers: Mapping[str, str] | None = None, *, status: int = 429) -> Page:
    """An answer; names of headers with `_` for `-`."""
    fields = {name.replace("_", "-"): value for name, value in (headers or {}).items()}
    step = make_answer(body, status=status, headers={"content-type": "application/json", **fields}).last
    assert step.response is not None
    return Page(step.request, step.response)


def wait(body: object = None, **headers: str) -> float | None:
    return read_wait(page("" if body is None else json.dumps(body), headers), NOW)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry_after": "7"}, 7.0),
        ({"retry_after": " 1.5 "}, 1.5),
        ({"retry_after": formatdate(NOW + 30, usegmt=True)}, 30.0),
        ({"retry_after": formatdate(NOW - 30, usegmt=True)}, 0.0),
        ({"retry_after": "Fri, 15 Jan 2027 08:01:00"}, 60.0),
        ({"retry_after": "999999999999"}, LONGEST_WAIT),
        ({"x_ratelimit_reset_after": "1.337"}, 1.337),
        ({"x_rate_limit_reset_after": "2"}, 2.0),
        ({"x_rate_limit_reset": "1800000060"}, 60.0),
        ({"x_ratelimit_reset": "1800000000.5"}, 0.5),
        ({"x_ratelimit_reset": "1800000060000"}, 60.0),
        ({"x_ratelimit_reset": "1700000000"}, 0.0),
        ({"x_ratelimit_reset": "42"}, 42.0),
        ({"x_ratelimit_reset": "2027-01-15T08:01:00.000Z"}, 60.0),
        ({"x_ratelimit_reset": "2027-01-15T08:01:00"}, 60.0),
        ({"ratelimit_reset": "50"}, 50.0),
        ({"ratelimit_reset": "1800000050"}, 50.0),
        ({"ratelimit_reset": "99999999"}, LONGEST_WAIT),
        ({"ratelimit_reset": "soon"}, None),
        ({}, None),
    ],
)
def test_headers_say_how_long(headers: dict[str, str], seconds: float | None) -> None:
    """Seconds, dates, and moments in seconds or milliseconds, told apart by their size."""
    assert wait(**headers) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        ({"retry_after": 0.65, "global": False}, 0.65),
        ({"retry_after": 12}, 12.0),
        ({"retry_after": "12"}, 12.0),
        ({"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 2500}, 2.5),
        ({"ok": False, "parameters": {"retry_after": 35}}, 35.0),
        ({"error": {"code": 429, "retry_after": 8}}, 8.0),
        ({"error": "slow down"}, None),
        ({"Retry-After": "2027-01-15T08:01:00Z"}, 60.0),
        ({"Retry-After": "2027-01-15T09:01:00+01:00"}, 60.0),
        ({"retry_after": True}, None),
        ({"retry_after": None, "retry_after_ms": [5]}, None),
        ({"retry_after": -1}, None),
        ({"retry_after": "-1"}, None),
        ({"retry_after": 10**18}, LONGEST_WAIT),
        ({"retry_after": {"retry_after": 5}}, None),
        ([{"retry_after": 5}], None),
        ("retry_after", None),
    ],
)
def test_json_says_how_long(body: object, seconds: float | None) -> None:
    """As Discord, Matrix, Telegram and others write it; anything else says nothing."""
    assert wait(body) == seconds


def test_the_first_that_makes_sense_counts() -> None:
    """Headers before JSON, Retry-After before all; what makes no sense is passed over."""
    said = {"x_ratelimit_reset_after": "2", "x_ratelimit_reset": "3"}
    assert wait({"retry_after": 4}, retry_after="1", **said) == 1.0
    assert wait({"retry_after": 4}, retry_after="soon", **said) == 2.0
    assert wait({"retry_after": 4}, x_ratelimit_reset="3") == 3.0
    assert wait({"retry_after": 4}, x_ratelimit_reset="-3") == 4.0


def test_only_answers_that_ask_are_read() -> None:
    """Many services send such headers with every answer, or the words stand in a result."""
    for status in ASKING:
        assert read_wait(page("", {"retry_after": "5"}, status=status), NOW) == 5.0
    for status in (200, 302, 403, 500):
        answer = page('{"retry_after": 5}', status=status)
        assert read_wait(answer, NOW) is None
        assert read_wait(answer, NOW, anyway=True) == 5.0


_HOSTILE = st.one_of(
    st.text(max_size=120),
    st.from_regex(r"[-+]?[0-9]{1,400}(\.[0-9]+)?([eE][-+]?[0-9]{1,4})?", fullmatch=True),
    st.from_regex(
        r"[0-9]{4,5}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}([-+][0-9]{2}:[0-9]{2}|Z)?", fullmatch=True
    ),
    st.from_regex(
        r"[A-Z][a-z]{2}, [0-9]{1,3} [A-Z][a-z]{2} [0-9]{1,9} [0-9:]{1,9} [-+A-Z0-9]{0,9}", fullmatch=True
    ),
    st.sampled_from(
        ["nan", "inf", "-inf", "1e999", "0x10", "٣", "Jan", ",", "0001-01-01", "9999-12-31T23:59:59"]
    ),
)
_JSON: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _HOSTILE,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["retry_after", "retry_after_ms", "parameters", "error", "Retry-After"]), inner
        )
    ),
    max_leaves=10,
)
_NAMES = st.sampled_from(["retry-after", "x-ratelimit-reset-after", "x-rate-limit-reset", "ratelimit-reset"])


@given(_JSON, st.dictionaries(_NAMES, _HOSTILE))
def test_nothing_that_is_sent_makes_it_fail(body: object, headers: dict[str, str]) -> None:
    """Whatever stands there, it is a wait within bounds or none."""
    for text in (json.dumps(body), "[" * 5000, '{"retry_after": ' + "9" * 4000 + "}"):
        seconds = read_wait(page(text, headers), NOW)
        assert seconds is None or 0.0 <= seconds <= LONGEST_WAIT


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("7", 7.0),
        (" 120 ", 120.0),
        ("999999999999", LONGEST_WAIT),
        ("soon", None),
        ("-5", None),
        ("٣", None),
    ],
)
def test_retry_after_in_seconds(value: str | None, seconds: float | None) -> None:
    """A whole number of seconds, at most a day; anything else says nothing."""
    assert read_retry_after(value, 0.0) == seconds


def test_retry_after_as_a_date() -> None:
    """A date is held against the time of the answer; one in the past means now."""
    assert read_retry_after(formatdate(1030, usegmt=True), 1000.0) == 30.0
    assert read_retry_after(formatdate(900, usegmt=True), 1000.0) == 0.0
    assert read_retry_after("Wed, 31 Feb 2026 99:00:00 GMT", 1000.0) is None
