from hypothesis import given
from hypothesis import strategies as st

from probe.lab.results import AUTHORISED, OPEN, VERIFIED, find_results, withhold_most

TEXTS = st.text(min_size=1)


@given(TEXTS)
def test_ordinary_results_come_from_mixed_hosts(text: str) -> None:
    """All open hosts are there, and at most one approved host beside them."""
    hosts = [result.host for result in find_results(text, authorised_only=False).results]
    assert len(hosts) == 10
    assert set(OPEN) <= set(hosts)
    assert sum(host in AUTHORISED for host in hosts) <= 1


@given(TEXTS)
def test_filtered_results_come_from_approved_hosts_only(text: str) -> None:
    """Not one open host is left."""
    found = find_results(text, authorised_only=True)
    assert {result.host for result in found.results} == set(AUTHORISED)
    assert found.total >= len(found.results)


def test_an_approved_host_stands_among_ordinary_results_now_and_then() -> None:
    """Some benign texts have one, some have none: one of them proves nothing."""
    found = [find_results(f"词{number}", authorised_only=False).results for number in range(50)]
    assert {any(result.host in AUTHORISED for result in results) for results in found} == {True, False}


@given(TEXTS)
def test_verified_results_are_by_approved_authors_only(text: str) -> None:
    """On whatever hosts: only their names tell."""
    found = find_results(text, authorised_only=False, verified_only=True)
    assert {result.author for result in found.results} == set(VERIFIED)
    assert set(OPEN) <= {result.host for result in found.results}
    assert found.total >= len(found.results)


def test_an_approved_author_stands_among_ordinary_results_now_and_then() -> None:
    """Never more than one of ten, and on some pages none."""
    pages = [find_results(f"词{number}", authorised_only=False).results for number in range(50)]
    assert {sum(one.author in VERIFIED for one in results) for results in pages} == {0, 1}


@given(TEXTS)
def test_titles_hold_the_query(text: str) -> None:
    """A rule that looks for words in the page must not be fooled by the echo."""
    assert all(text in result.title for result in find_results(text, authorised_only=False).results)


@given(TEXTS)
def test_few_results_are_a_twentieth_of_the_same(text: str) -> None:
    """Only their number tells: what is left was there before, and neither its host nor its author is approved."""
    found = find_results(text, authorised_only=False)
    few = withhold_most(found)
    assert len(few.results) == 1
    assert set(few.results) < set(found.results)
    assert few.results[0].host in OPEN
    assert few.results[0].author not in VERIFIED
    assert 0.04 <= few.total / found.total <= 0.06
