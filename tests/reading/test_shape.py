"""A sketch of a page's structure."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from probe.reading.page import Page
from probe.reading.shape import SIZE, likeness, sketch
from tests.builders import make_answer


def shape(body: str, content_type: str = "text/html") -> tuple[int, ...]:
    step = make_answer(body, headers={"content-type": content_type}).last
    assert step.response is not None
    return sketch(Page(step.request, step.response))


FRAME = '<html><body><div class="head nav"><form><input></form></div><ol id="r">{}</ol><p class="foot">x</p></body></html>'


def test_how_often_something_is_repeated_does_not_matter() -> None:
    """Ten results and three have the same shape, whatever their texts."""
    assert shape(FRAME.format("<li><a>a</a></li>" * 10)) == shape(FRAME.format("<li><a>b</a></li>" * 3))


def test_no_results_have_another_shape() -> None:
    """A page without results is less like one with them than another page with them."""
    with_results = shape(FRAME.format("<li class=r><h3><a>a</a></h3><cite>b</cite></li>"))
    assert likeness(with_results, shape(FRAME.format(""))) < 0.8


def test_json_shapes_are_paths_and_types() -> None:
    """Values do not matter, names and types do."""
    one = shape('{"total": 1, "items": [{"a": "x"}]}', "application/json")
    assert one == shape('{"total": 9, "items": [{"a": "y"}, {"a": "z"}]}', "application/json")
    assert likeness(one, shape('{"total": 0, "items": []}', "application/json")) < 0.8


def test_texts_without_structure_are_alike() -> None:
    """Plain text has one shape."""
    assert shape("hello", "text/plain") == shape("other", "text/plain")


def test_a_large_page_has_a_small_sketch() -> None:
    """The sketch is bounded, whatever the page."""
    assert len(shape("".join(f'<p class="c{number}">x</p>' for number in range(8000)))) == SIZE
    deep = "[" * 400 + "]" * 400
    assert len(shape(deep, "application/json")) <= SIZE


@given(st.sets(st.integers(0, 10_000), max_size=50), st.sets(st.integers(0, 10_000), max_size=50))
def test_small_sketches_give_the_jaccard_index(one: set[int], other: set[int]) -> None:
    """Where nothing was left out and the union fits, the estimate is exact; and it is symmetric."""
    first, second = tuple(sorted(one)), tuple(sorted(other))
    value = likeness(first, second)
    assert value == likeness(second, first)
    assert 0.0 <= value <= 1.0
    if one and other and len(one | other) <= SIZE:
        assert value == len(one & other) / len(one | other)
