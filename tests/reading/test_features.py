"""What is a page made of?"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from probe.model.rule import Pick
from probe.reading.extract import count_results
from probe.reading.features import (
    MOST_KINDS,
    MOST_LEAVES,
    MOST_SEGMENTS,
    Features,
    count_echoes,
    plain_length,
    read_features,
)
from probe.reading.match import echo_forms
from probe.reading.page import Page
from tests.builders import make_answer

LIST = (
    '<html><head><title>{0} - 搜索</title></head><body><ul class="nav"><li><a>首页</a></li><li><a>图片</a></li></ul>'
    '<div class="res"><div class="result c-1"><p>{0}的第一条结果。约 12 条</p></div>'
    '<div class="result c-2 hot"><p>第二<em>{0}</em>条结果</p></div></div><script>var x = "未见";</script></body></html>'
)


def page(body: str, content_type: str = "text/html") -> Page:
    step = make_answer(body, headers={"content-type": content_type}).last
    assert step.response is not None
    return Page(step.request, step.response)


def features(body: str, keyword: str = "谣言", content_type: str = "text/html") -> Features:
    return read_features(page(body, content_type), echo_forms((keyword,)))


def test_things_of_one_kind_are_counted_as_selectors_count_them() -> None:
    """What is counted from memory is what a rule would count on the page."""
    seen, whole = features(LIST.format("谣言")), page(LIST.format("谣言"))
    picks = list(seen.picks())
    assert Pick(css="div.result") in picks
    for pick in picks:
        assert seen.count(pick) == count_results(whole, pick), pick


def test_the_text_inside_things_is_weighed() -> None:
    """Results hold more of a page than its menu."""
    seen = features(LIST.format("谣言"))
    assert seen.share(Pick(css="div.result")) > seen.share(Pick(css="ul.nav")) > 0


def test_segments_are_without_keyword_and_numbers() -> None:
    """So that two pages say the same where only those differ; scripts say nothing to readers."""
    assert features(LIST.format("谣言")).segments == features(LIST.format("Tank"), "tank").segments
    assert features(LIST.format("谣言")).segments == {
        "搜索", "首页", "图片", "的第一条结果", "条结果", "第二"
    }  # fmt: skip


def test_segments_stand_on_the_page_as_they_are() -> None:
    """A rule that looks for one finds it."""
    whole = page(LIST.format("谣言"))
    assert all(segment in whole.text for segment in features(LIST.format("谣言")).segments)


def test_json_has_lists_and_leaves() -> None:
    """By their paths; what stands in lists and what echoes the keyword is left out."""
    body = '{"q": "x谣言", "code": 0, "ok": true, "谣言": 1, "data": {"my-items": [{"t": "一二"}, {"t": "谣言"}]}}'
    seen = features(body, content_type="application/json")
    assert seen.leaves == {"code": 0, "ok": True}
    pick = Pick(json='data."my-items"')
    assert list(seen.picks()) == [pick]
    assert seen.count(pick) == count_results(page(body, "application/json"), pick) == 2
    assert seen.segments == {"一二"}


def test_a_list_alone_has_a_path() -> None:
    """A body that is a list."""
    seen = features("[1, 2, 3]", content_type="application/json")
    assert (
        seen.count(Pick(json="@")) == 3 == count_results(page("[1,2,3]", "application/json"), Pick(json="@"))
    )


def test_hostile_pages_stay_small() -> None:
    """Whatever is sent, what is remembered is bounded."""
    kinds = "".join(f'<p class="{"a" * (n % 50)}-{"b" * (n // 50)}">text {"c" * n}</p>' for n in range(2000))
    seen = features(kinds)
    assert len(seen.kinds) <= MOST_KINDS
    assert len(seen.segments) <= MOST_SEGMENTS
    assert features("<div>" * 9000 + "x").segments <= {"x"}
    leaves = "{" + ",".join(f'"k{n}": "v"' for n in range(5000)) + "}"
    assert len(features(leaves, content_type="application/json").leaves) <= MOST_LEAVES
    assert features('{"a": [1' + "0" * 400 + "]}", content_type="application/json").segments == frozenset()


def test_echoes_are_counted_and_left_out() -> None:
    """In what readers see; and in the length in every form."""
    whole = page('<p title="谣言">谣言 %E8%B0%A3%E8%A8%80 x</p>')
    assert count_echoes(whole, echo_forms(("谣言",))) == 2
    assert plain_length(whole, echo_forms(("谣言",))) == len('<p title="">  x</p>')


@given(st.text(max_size=300), st.text(min_size=1, max_size=5))
def test_any_text_can_be_read(body: str, keyword: str) -> None:
    """As HTML, as JSON or as neither: nothing is raised."""
    for content_type in ("text/html", "application/json", "text/plain"):
        seen = features(body, keyword, content_type)
        assert all(len(segment) > 1 for segment in seen.segments)
        assert plain_length(page(body, content_type), echo_forms((keyword,))) <= len(body) + 1
