"""Is it what a rule looks for?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.model.rule import TextMatch
from probe.reading.match import (
    AUTHOR_LENGTH,
    author_names,
    echo_forms,
    find_text,
    host_is_within,
    number_matches,
    number_range,
    status_range,
)

NOTICE = "根据相关法律法规"


def test_a_literal_inside_the_echo_does_not_count() -> None:
    """The page repeats what was asked; only what stands beyond that is its own."""
    echoes = echo_forms((f"{NOTICE} 谣言",))
    assert find_text(NOTICE, f"您搜索 {NOTICE} 谣言 的结果", echoes) is None
    assert find_text(NOTICE, f"您搜索 {NOTICE} 谣言：{NOTICE}，未予显示", echoes) == NOTICE


def test_a_keyword_that_is_part_of_the_notice_does_not_hide_it() -> None:
    """Who asks about 法律 must still see the notice that has the word in it."""
    assert find_text(NOTICE, f"{NOTICE}，未予显示", echo_forms(("法律",))) == NOTICE
    pattern = TextMatch(pattern="根据.{0,10}法规")
    assert find_text(pattern, f"{NOTICE}，未予显示", echo_forms(("法律",))) == NOTICE


def test_a_pattern_must_not_be_fed_by_the_echo() -> None:
    """A pattern that needs the keyword at one of its ends found the keyword, not a notice."""
    pattern = TextMatch(pattern="搜索.{0,40}未予显示")
    assert find_text(pattern, "您搜索的“XX未予显示”有 3 条结果", echo_forms(("XX未予显示",))) is None
    assert find_text(pattern, "您搜索的“XX”结果未予显示", echo_forms(("XX",))) == "搜索的“XX”结果未予显示"


@pytest.mark.parametrize(
    "echo",
    [
        "法轮功 A&B",
        "%E6%B3%95%E8%BD%AE%E5%8A%9F%20A%26B",
        "%E6%B3%95%e8%bd%ae%E5%8A%9F+A%26B",
        "法轮功 A&amp;B",
        "法轮功 a&b",
        "\\u6cd5\\u8f6e\\u529f A&B",
    ],
)
def test_every_form_of_the_echo_is_known(echo: str) -> None:
    """Plain, percent-encoded either way, escaped for HTML or JSON, in any case."""
    assert find_text(echo, f"q={echo}&x", echo_forms(("法轮功 A&B",))) is None


def test_one_of_several_literals_is_enough() -> None:
    """The first that stands there is the finding; an empty text stands everywhere."""
    assert find_text(("x", "b"), "abc") == "b"
    assert find_text("", "abc") == ""
    assert find_text(("x", "y"), "abc") is None


@given(st.text(min_size=1, max_size=8), st.text(max_size=30))
def test_a_literal_without_echo_is_plain_search(literal: str, text: str) -> None:
    """Without echoes the test is what `in` says."""
    assert (find_text(literal, text) is not None) == (literal in text)


@given(st.text(min_size=1, max_size=6), st.text(max_size=20), st.text(max_size=20))
def test_a_page_that_only_echoes_shows_nothing(keyword: str, before: str, after: str) -> None:
    """Whatever is asked, its echo alone is never a finding."""
    if keyword.lower() in (before + after).lower() or len(keyword.lower()) != len(keyword):
        return
    page = before + keyword + after
    if page.count(keyword) == 1:
        assert find_text(keyword, page, echo_forms((keyword,))) is None


@pytest.mark.parametrize(
    ("test", "inside", "outside"),
    [
        (0, [0], [1]),
        ("3-5", [3, 5], [2, 6]),
        (">=1", [1, 99], [0]),
        (">1", [2], [1]),
        ("<=2", [0, 2], [3]),
        ("< 2", [1], [2]),
    ],
)
def test_numbers(test: int | str, inside: list[int], outside: list[int]) -> None:
    """Each form of a test on a number."""
    assert all(number_matches(test, number) for number in inside)
    assert not any(number_matches(test, number) for number in outside)


@pytest.mark.parametrize("test", ["", "abc", "1-", "=1", "-1", "1.5", -1])
def test_what_is_no_number_test_says_what_one_is(test: int | str) -> None:
    """The message shows the forms."""
    with pytest.raises(ValueError, match="write 0, >=1"):
        number_range(test)


def test_statuses() -> None:
    """One, a family, a span; nothing else."""
    assert status_range(200) == (200, 200)
    assert status_range("4xx") == (400, 499)
    assert status_range("500-503") == (500, 503)
    for wrong in ("6xx", "99", "abc", 1000):
        with pytest.raises(ValueError, match="write 200, 4xx"):
            status_range(wrong)


def test_names_of_authors_have_one_form() -> None:
    """As those of a page; case counts, and what is as long as a name that was cut is none."""
    assert author_names((" 新华社", "e\u0301", "ABC", "x" * AUTHOR_LENGTH)) == {"新华社", "é", "ABC"}


def test_hosts_below() -> None:
    """A host is within another when it is the same or below it, not when its name ends alike."""
    assert host_is_within("news.people.example", ["people.example"])
    assert host_is_within("people.example", ["people.example"])
    assert not host_is_within("notpeople.example", ["people.example"])
