"""Where does a redirect lead?"""

from __future__ import annotations

import pytest

from probe.reading.match import echo_forms
from probe.reading.page import Page
from probe.reading.target import Target, read_target
from tests.builders import make_answer

ASKED = "http://www.h.example/s?q=tank%20man"


def target(location: str, keyword: str = "tank man") -> Target:
    step = make_answer("", status=302, headers={"location": location}, url=ASKED).last
    assert step.response is not None
    found = read_target(Page(step.request, step.response), echo_forms((keyword,)))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("location", "same_site", "names_keyword"),
    [
        ("/wiki/Tank_Man", True, True),
        ("/wiki/Tank%20man?x=1", True, True),
        ("/c/tanks", True, False),
        ("//h.example/x", True, False),
        ("//m.h.example/x", True, False),
        ("//oh.example/x", False, False),
        ("https://tank-man.example/", False, True),
        ("https://x.example/?q=tank+man", False, True),
        ("https://x.example/?u=http%3A%2F%2Fh.example%2Fs%3Fq%3Dtank%20man", False, False),
    ],
)
def test_a_target_is_read_for_site_and_keyword(location: str, same_site: bool, names_keyword: bool) -> None:
    """A page of the same site, an address about the keyword, or a block page that quotes what was asked."""
    found = target(location)
    assert (found.same_site, found.names_keyword) == (same_site, names_keyword)


def test_paths_compare_without_the_keyword() -> None:
    """Two words that are sent to the same place have the same target."""
    assert target("/no/tank%20man") == target("/no/%E5%A4%A9", "天")
    assert target("/").is_start
    assert not target("/x").is_start


@pytest.mark.parametrize("location", ["http://[", "//", "", "\x00", "http://a:b:c/"])
def test_any_target_can_be_read(location: str) -> None:
    """Nothing is raised on what the network sent."""
    assert isinstance(target(location), Target)


def test_what_is_no_redirect_has_no_target() -> None:
    """A location beside a normal answer means nothing."""
    step = make_answer("", headers={"location": "/x"}).last
    assert step.response is not None
    assert read_target(Page(step.request, step.response), ()) is None
