"""A sketch of a page's structure."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from probe.reading.page import Page
from probe.reading.shape import SIZE, likeness, size, sketch
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
    assert (
        len(
            shape(
                "".join(
                    f'<p class="{"c" * (number % 90)}{"d" * (number // 90)}">x</p>' for number in range(8000)
                )
            )
        )
        == SIZE
    )
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


def test_numbers_in_names_do_not_matter() -> None:
    """Of classes and keys that hold ids."""
    assert shape(FRAME.format('<li class="ad-17 r">a</li>')) == shape(
        FRAME.format('<li class="ad-4 r">a</li>')
    )
    assert shape('{"a1": {"b": 1}}', "application/json") == shape('{"a22": {"b": 1}}', "application/json")


def test_the_keyword_as_a_key_does_not_matter() -> None:
    """Some answers are filed under what was asked."""
    pages = []
    for word in ("天气", "音乐"):
        step = make_answer(f'{{"{word}": 1}}', headers={"content-type": "application/json"}).last
        assert step.response is not None
        pages.append(sketch(Page(step.request, step.response), (word,)))
    assert pages[0] == pages[1]


def test_what_all_pages_have_does_not_count() -> None:
    """Two short pages are not alike because both have a head with a title."""
    one = shape("<html><head><meta><title>a</title></head><body><p>x</p></body></html>")
    other = shape("<html><head><meta><title>a</title></head><body><h1>x</h1></body></html>")
    assert likeness(one, other) == 0


@given(st.sets(st.integers(0, 2**32 - 1), max_size=SIZE - 1))
def test_the_size_of_a_small_page_is_exact(parts: set[int]) -> None:
    """Nothing was left out of its sketch."""
    assert size(tuple(sorted(parts))) == len(parts)


def test_the_size_of_a_large_page_is_estimated() -> None:
    """Within the error of a sketch, about an eighth; here half is allowed."""
    large = size(
        shape("".join(f'<p class="{"a" * (n % 40 + 1)}{"b" * (n // 40)}">x</p>' for n in range(1000)))
    )
    assert 500 < large < 1500
