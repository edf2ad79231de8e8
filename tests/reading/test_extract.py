"""Values picked out of a page."""

from __future__ import annotations

import pytest

from probe.model.rule import Pick
from probe.reading.extract import (
    MOST_VALUES,
    count_results,
    find_authors,
    find_hosts,
    find_json,
    pick_values,
)
from probe.reading.match import AUTHOR_LENGTH, PatternTooSlow, author_names
from probe.reading.page import Page
from tests.builders import make_answer

HTML = """<p>约 1,234 条结果</p><li><a href="http://A.example/x">one</a></li><li><a href="//b.example:80/">two</a></li>
<li><a>none</a></li><li><a href="/relative">three</a></li>"""
JSON = """{"total": "1 024", "items": [{"url": "http://c.example/"}, {"url": "d.example"}],
"none": null, "yes": true, "map": {"a": 1}}"""


def page(body: str, content_type: str = "text/html") -> Page:
    step = make_answer(body, headers={"content-type": content_type}).last
    assert step.response is not None
    return Page(step.request, step.response)


@pytest.mark.parametrize(
    ("body", "pick", "count"),
    [
        (HTML, Pick(css="li"), 4),
        (HTML, Pick(css="li.none"), 0),
        (HTML, Pick(pattern="约 ([0-9,]+) 条"), 1234),
        (HTML, Pick(pattern="共 ([0-9]+)"), None),
        (HTML, Pick(pattern="(条)"), None),
        (HTML, Pick(json="total"), None),
        (JSON, Pick(json="total"), 1024),
        (JSON, Pick(json="items"), 2),
        (JSON, Pick(json="map"), 1),
        (JSON, Pick(json="yes"), None),
        (JSON, Pick(json="none"), None),
        (JSON, Pick(json="length(items)"), 2),
        (JSON, Pick(json="length(total.x)"), None),
        (JSON, Pick(css="li"), None),
        ('{"total": 1e300}', Pick(json="total"), None),
    ],
)
def test_results_are_counted_or_not_at_all(body: str, pick: Pick, count: int | None) -> None:
    """A number as it stands, or things found; what cannot be counted is None, never zero."""
    assert count_results(page(body, "application/json" if body[0] == "{" else "text/html"), pick) == count


def test_hosts_are_found_once_and_in_lower_case() -> None:
    """From addresses with or without a scheme; relative ones have no host."""
    assert find_hosts(page(HTML), Pick(css="li a", attribute="href")) == ("a.example", "b.example")
    assert find_hosts(page(JSON, "application/json"), Pick(json="items[].url")) == ("c.example", "d.example")
    assert find_hosts(page('{"u": ["http://[x", 5]}', "application/json"), Pick(json="u")) == ()


def test_authors_are_found_once_and_in_one_form() -> None:
    """NFC, without space at the ends; who has no name is left out, and one that is a number is an author too."""
    listed = page(
        '{"a": [" 新华社 ", "新华社", "e\u0301", "", " ", null, 7, true, {"n": "x"}, ["y"]]}',
        "application/json",
    )
    assert find_authors(listed, Pick(json="a")) == ("新华社", "é", "7")
    written = page("<b class=a> 人民<i>日报</i></b><b class=a></b><b class=a data-n=x>网友</b>")
    assert find_authors(written, Pick(css="b.a")) == ("人民日报", "网友")
    assert find_authors(written, Pick(css="b.a", attribute="data-n")) == ("x",)
    assert find_authors(written, Pick(json="a")) == ()


@pytest.mark.parametrize(
    "tail", ["x" * 10_000, " " * 500 + "x", "\u0301" * 500, "\u03b1\u0313\u0300\u0345" * 120]
)
def test_a_long_name_is_cut_and_then_nobodys(tail: str) -> None:
    """Whatever follows the name of an authorised author, and however NFC shortens it, another author stays another."""
    for name in ("新华社", "x" * (AUTHOR_LENGTH - 1), "x" * AUTHOR_LENGTH):
        (found,) = find_authors(page(f'{{"a": ["{name}{tail}"]}}', "application/json"), Pick(json="a"))
        assert len(found) == AUTHOR_LENGTH
        assert found not in author_names((name, found))


def test_texts_of_nodes_and_whole_matches() -> None:
    """Without an attribute a node gives its text; a pattern without a group gives what it matched."""
    assert pick_values(page(HTML), Pick(css="li a"))[:2] == ["one", "two"]
    assert pick_values(page(HTML), Pick(pattern="条.")) == ["条结"]
    assert pick_values(page(JSON, "application/json"), Pick(json="items[0].url")) == ["http://c.example/"]


def test_there_is_a_most_of_everything() -> None:
    """A page cannot make us hold more values than a result page has."""
    many = page("<i>x</i>" * (MOST_VALUES + 5))
    assert len(pick_values(many, Pick(css="i"))) == MOST_VALUES
    assert len(pick_values(many, Pick(pattern="x"))) == MOST_VALUES
    names = page("".join(f"<i>{number}</i>" for number in range(MOST_VALUES + 5)))
    assert len(find_authors(names, Pick(css="i"))) == MOST_VALUES


def test_a_slow_pattern_is_stopped() -> None:
    """Picks are bounded in time as rules are."""
    with pytest.raises(PatternTooSlow):
        pick_values(page("a" * 5000, "text/plain"), Pick(pattern="(?:.*[ab]){12}[cd]"))


def test_json_paths_on_anything() -> None:
    """Absent, null, not JSON, and expressions that do not suit the data: nothing is there."""
    assert find_json(page(JSON, "application/json"), "total") == ("1 024", True)
    for body, path in ((JSON, "none"), (JSON, "missing"), ("{", "a"), (JSON, "max(items)")):
        assert find_json(page(body, "application/json"), path) == (None, False)
