from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from probe.lab.pages import HARD_NOTICE, redesigned_results_page, results_page
from probe.lab.results import NOTHING_FOUND, find_results

SOME = find_results("天气", authorised_only=False)


@given(st.text(alphabet="<>&\"'天a", min_size=1))
def test_the_query_is_echoed_and_never_becomes_markup(text: str) -> None:
    """Title, search box and results hold the text, and no text can write HTML."""
    page = results_page("/x/search", text, find_results(text, authorised_only=False), None)
    assert page.count("<") == results_page("/x/search", "天气", SOME, None).count("<")
    assert unescape(page).count(text) >= 12


def test_the_parts_of_a_results_page() -> None:
    """Count, list, entries and hosts stand where the definition looks for them."""
    page = results_page("/x/search", "天气", SOME, None)
    assert f'<p class="count">约 {SOME.total} 条结果</p>' in page
    assert page.count('<li class="result"><h3><a href="http://') == 10
    assert "<cite>blog1.example</cite>" in page
    assert HARD_NOTICE not in page


def test_a_notice_gives_no_count_and_an_honest_zero_does() -> None:
    """The two kinds of nothing can be told apart."""
    withheld = results_page("/x/search", "谣言", None, HARD_NOTICE)
    empty = results_page("/x/search", "zzqx", NOTHING_FOUND, None)
    assert f'<div class="notice">{HARD_NOTICE}</div>' in withheld
    assert 'class="count"' not in withheld
    assert '<p class="count">约 0 条结果</p>' in empty
    assert '<p class="none">' in empty
    assert 'id="results"' not in withheld + empty


def test_a_redesign_leaves_nothing_to_hold_on_to() -> None:
    """None of the old page's marks survives, though the results are the same."""
    page = redesigned_results_page("/x/search", "天气", SOME, None)
    assert page.count("关于天气的讨论") >= 1
    assert not any(mark in page for mark in ("<li", "<ol", "<h3", "<cite", "<a ", "<form", "count", "result"))
