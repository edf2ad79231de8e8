"""A notice is told apart from a page that only quotes it."""

from __future__ import annotations

import html
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.inputs.definitions.notices import shared_notices
from probe.model.rule import Notice, NoticeKind, Pick
from probe.reading.notice import find_notice
from probe.reading.page import Page
from tests.builders import make_answer

TEXT = "根据相关法律法规和政策，部分搜索结果未予显示"
NAMED = "根据相关法律法规和政策，“{keyword}”搜索结果未予显示"
LONG = "这是一篇很长的新闻报道，讲述了许多不同的事情，与本页面的主题没有任何关系。" * 4


def notice(*texts: str) -> Notice:
    return Notice(
        text=texts[0] if len(texts) == 1 else texts,
        kind=NoticeKind.LEGAL,
        language="zh-Hans",
        meaning="some results are not shown",
        source="a test",
    )


def page(body: str | bytes, content_type: str = "text/html; charset=utf-8") -> Page:
    step = make_answer(body, headers={"content-type": content_type}).last
    assert step.response is not None
    return Page(step.request, step.response)


def found(
    body: str | bytes,
    *texts: str,
    asked: tuple[str, ...] = ("谣言",),
    results: Pick | None = None,
    content_type: str = "text/html; charset=utf-8",
) -> str | None:
    return find_notice(notice(*(texts or (TEXT,))), page(body, content_type), asked, results)


def document(inside: str) -> str:
    return f"<html><head><title>谣言 - 搜索</title></head><body><div id=all><h1>搜索</h1>{inside}</div></body></html>"


def escaped(text: str) -> str:
    return "".join(f"\\u{ord(char):04x}" if char > "~" else char for char in text)


@pytest.mark.parametrize(
    "inside",
    [
        f"<p>{TEXT}</p>",
        f"<p>{TEXT}。</p>",
        f"<div><div><span>  {TEXT}  </span></div></div><p>{LONG}</p>",
        f"<p>抱歉，{TEXT}。请尝试其他查询词，<a href=/help>更多帮助</a></p>",
        "<p>根据相关<b>法律法规</b>和政策，部分\n搜索结果未予显示。</p>",
        f"<p>{TEXT.replace('，', ',')}</p>",
        "<p>根据相关法律法规和政策， 部分搜索结果 未予显示</p>",
        f"<p>{''.join(f'&#{ord(char)};' for char in TEXT)}</p>",
        f"<p>搜索“谣言”：{TEXT}</p>",
        f"<p>{LONG}<br><b>{TEXT}</b><br>{LONG}</p>",
        f"<p><i>抱歉</i>，<b>{TEXT}</b></p><p>{LONG}</p>",
        f"<ul><li>{LONG}</li><li>{TEXT}</li></ul>",
        f"<p>“{TEXT}”是什么意思？{LONG}</p><p>{TEXT}</p>",
        TEXT,
    ],
)
def test_a_notice_in_an_element_is_found(inside: str) -> None:
    """By itself, with little around it; marked up, spaced, escaped or with other commas."""
    assert found(document(inside)) == TEXT


@pytest.mark.parametrize(
    "inside",
    [
        "<p>天气</p>",
        f"<p>{TEXT[:-1]}</p>",
        f"<p>“{TEXT}”</p>",
        f"<p>“{TEXT}。”</p>",
        f'<p>"{TEXT}"</p>',
        f"<p>「{TEXT}」</p>",
        f"<p>《<b>{TEXT}</b>》</p>",
        f"<p>他说：“抱歉，{TEXT}”，我们都见过</p>",
        f"<p>网站写道“{TEXT}，请再试”</p>",
        f"<p>{TEXT}。{LONG}</p>",
        f"<p>显示“<em><b>{TEXT}</b></em>”，并无<i>其他</i></p>",
        f"<p><b>{TEXT}</b>{LONG}</p>",
        f"<p>{LONG}<a>{LONG}</a><strong>{TEXT}</strong></p>",
        f"<p>很多用户反映，近来搜索时总会看到{TEXT}</p>",
        f"<p>根据相关法律法规和政策，</p><p>{LONG}</p><p>部分搜索结果未予显示</p>",
        f"<script>var a = 1; // {TEXT}</script>",
        f'<script>show("{TEXT}")</script>',
        f"<style>/* {TEXT} */</style>",
        f"<!-- {TEXT} -->",
        f"<noscript>{TEXT}</noscript>",
        f"<template><p>{TEXT}</p></template>",
        f"<input value='{TEXT}'>",
    ],
)
def test_a_text_about_a_notice_is_none(inside: str) -> None:
    """Quoted, inside a longer text, or where no reader sees it."""
    assert found(document(inside)) is None


def test_a_title_is_no_notice() -> None:
    """It may repeat anything."""
    assert found(f"<html><head><title>{TEXT}</title></head><body><p>x</p></body></html>") is None


def test_the_innermost_element_counts() -> None:
    """An element around the notice has much text in it; the notice has none."""
    wrapped = f"<p>{LONG}</p><section><p>{LONG}</p><em>{TEXT}</em></section>"
    assert found(document(wrapped)) == TEXT


def test_a_notice_inside_a_result_is_quoted() -> None:
    """What results.count counts is left out; the same text beside it is found."""
    pick = Pick(css="li.result")
    quoting = document(f"<ul><li class=result><p>{TEXT}</p></li><li class=result>b</li></ul>")
    assert found(quoting, results=pick) is None
    assert found(quoting) == TEXT
    assert found(quoting.replace("<ul>", f"<p>{TEXT}</p><ul>"), results=pick) == TEXT
    nested = document("<div><p>x</p>" * 200 + f"<p>{TEXT}</p>" + "</div>" * 200)
    assert found(nested, results=Pick(css="div#all > div, div div")) is None
    assert found(nested + f"<p>{TEXT}</p>", results=Pick(css="div")) == TEXT


@pytest.mark.parametrize("quote", ['"', "'"])
def test_markup_that_a_script_writes_is_looked_at(quote: str) -> None:
    """Old pages are written by their scripts, with every letter escaped, and pictures of faces among them."""
    white = "\\r\\n" + "\\t" * 10
    markup = f"<div class=\\{quote}a\\{quote}>{white}<p>{white}{escaped(TEXT)}<\\/p><p>\\ud83d\\ude00<\\/p>"
    body = document(f"<script>it's(1); STK.view({quote}{markup}{quote})</script>")
    assert found(body) == TEXT
    assert found(document(f"<script>view({quote}<p>“{escaped(TEXT)}”</p>{quote})</script>")) is None
    assert found(document(f"<script>view({quote}<p>{escaped(TEXT + LONG)}</p>{quote})</script>")) is None
    plain = document(f"<script>view({quote}<p>{TEXT}</p>{quote})</script>")
    assert found(plain) == TEXT


def test_results_that_a_script_writes_are_left_out_too() -> None:
    """They quote as those of any page."""
    body = document(f'<script>view("<ul><li class=r>{escaped(TEXT)}</li></ul>")</script>')
    assert found(body, results=Pick(css="li.r")) is None
    assert found(body, results=Pick(css="li.other")) == TEXT


@pytest.mark.parametrize("as_ascii", [True, False])
def test_a_text_of_json_is_looked_at(as_ascii: bool) -> None:
    """By itself, or as markup; not inside a result, and not in a longer text."""

    def seen(value: object, results: Pick | None = None, text: str = TEXT) -> bool:
        body = json.dumps(value, ensure_ascii=as_ascii)
        return found(body, text, results=results, content_type="application/json") is not None

    pick = Pick(json="data.list")
    assert seen({"code": 0, "data": [{"msg": [TEXT]}]})
    assert seen({"msg": f"<b>抱歉</b>：{TEXT}。"})
    assert seen({"html": f"<div><p>{LONG}</p><p>{html.escape(TEXT)}</p></div>"})
    assert seen({"msg": "根据相关<em>法律</em>法规和政策，部分&#25628;索结果未予显示"})
    assert seen({"msg": "抱歉，未找到“谣言”相关结果"}, text="抱歉，未找到“{keyword}”相关结果")
    assert not seen({"msg": f"“{TEXT}”"})
    assert not seen({"msg": f"{TEXT}。{LONG}"})
    assert not seen({TEXT: 1})
    for inside in ({"title": {"text": TEXT}}, TEXT, [TEXT]):
        assert seen({"data": {"list": [inside]}})
        assert not seen({"data": {"list": [inside]}}, pick)
    assert seen({"data": {"list": [{"title": TEXT}], "msg": f" {TEXT}"}}, pick)


def test_json_in_a_callback_and_in_plain_text() -> None:
    """Whatever its type says."""
    body = json.dumps({"msg": TEXT})
    assert found(f"cb({body});", content_type="text/javascript") == TEXT
    assert found(body, content_type="text/plain") == TEXT


def test_plain_text_is_looked_at_line_by_line() -> None:
    """A line of its own is a notice, whatever stands in others."""
    assert found(f"{LONG}\n{TEXT}\n{LONG}", content_type="text/plain") == TEXT
    assert found(f"{LONG}{TEXT}{LONG}", content_type="text/plain") is None
    assert found(f"refused (403)\n{TEXT}", content_type="text/plain") == TEXT


def test_a_keyword_that_is_the_notice_proves_nothing() -> None:
    """A page repeats what was asked; where it stands by itself besides, nobody can tell."""
    for asked in (TEXT, f"{TEXT}。", f"什么是{TEXT}", "  ".join(TEXT)):
        echo = document(f"<h2>{asked}</h2><p>{LONG}</p>")
        assert found(echo, asked=(asked,)) is None
        assert found(echo) == TEXT
    assert found(document(f"<p>{TEXT}</p>"), asked=("法律",)) == TEXT


def test_full_width_and_half_width_are_the_same() -> None:
    """In the Unicode form NFKC, on both sides."""
    assert (
        found("<p>Ｃｏｎｔｅｎｔ　Ｅｘｉｓｔｓ　Ｒｉｓｋ！</p>", "Content Exists Risk")
        == "Content Exists Risk"
    )
    assert found("<p>Content Exists Risk</p>", "Ｃｏｎｔｅｎｔ Ｅｘｉｓｔｓ Ｒｉｓｋ") is not None
    body = json.dumps({"error": {"message": "Ｃontent Exists Risk", "code": 400}})
    assert found(body, "Content Exists Risk", content_type="application/json") is not None


def test_a_notice_that_names_the_keyword_names_this_one() -> None:
    """The page must say it of what was asked: of the whole text, or of one of its components."""
    body = document(f"<p>{NAMED.replace('{keyword}', '<em>谣言</em>')}。</p>")
    assert found(body, NAMED) == NAMED
    assert found(body, NAMED, asked=("天气 谣言", "天气", "谣言")) == NAMED
    assert found(body, NAMED, asked=("天气",)) is None
    spaced = document(f"<p>{NAMED.replace('{keyword}', '天气  谣言')}</p>")
    assert found(spaced, NAMED, asked=("天气 谣言",)) == NAMED
    assert found(document("<p>天气！</p>"), "{keyword}！", asked=("天气",)) is None


def test_one_of_several_versions_is_enough() -> None:
    """The one that was found is told."""
    assert found(document(f"<p>{TEXT}</p>"), "另一则", TEXT) == TEXT
    assert found(document("<p>另一则</p>"), "另一则", TEXT) == "另一则"


@pytest.mark.parametrize("text", ["。", "", " ", "……", "{keyword}"])
def test_a_notice_without_words_is_never_found(text: str) -> None:
    """It would stand on every page, as would one of which a keyword without words is all."""
    for asked in (("谣言",), ("。",), ("",)):
        assert found(document("<p>谣言。</p>"), text, asked=asked) is None


@pytest.mark.parametrize("declared", ["text/html; charset=gb2312", "text/html"])
def test_a_page_in_gb18030_is_read(declared: str) -> None:
    """Declared or not, in its header or in itself."""
    body = document(f"<p>{TEXT}，㐀</p>").encode("gb18030")
    assert found(body, content_type=declared) == TEXT
    meta = body.replace(b"<head>", b"<head><meta charset=gbk>")
    assert found(meta) == TEXT or declared == "text/html"


def test_each_page_is_read_for_itself() -> None:
    """What is remembered of one page is not taken for another's."""
    one, other = page(f"<p>{TEXT}</p>"), page("<p>x</p>")
    for _ in range(2):
        assert find_notice(notice(TEXT), one, ("a",)) == TEXT
        assert find_notice(notice(TEXT), other, ("a",)) is None


@pytest.mark.parametrize("name", sorted(shared_notices()))
def test_every_shared_notice_is_found_where_it_stands(name: str) -> None:
    """In markup, in JSON with every letter escaped, and in a script's markup."""
    one = shared_notices()[name]
    for text in (one.text,) if isinstance(one.text, str) else one.text:
        words = text.replace("{keyword}", "谣言")
        bodies = (
            (document(f"<p>{html.escape(words)}</p>"), "text/html"),
            (json.dumps({"a": {"b": words}}), "application/json"),
            (document(f"<script>x('<p>{escaped(words)}</p>')</script>"), "text/html"),
        )
        for body, kind in bodies if "'" not in words else bodies[:2]:
            assert find_notice(one, page(body, kind), ("谣言",)) is not None, text


HOSTILE = [
    "<div>" * 10_000 + TEXT + "x" * 200_000,
    f"<p>{TEXT}{LONG}</p>" * 1_000,
    f"<script>{TEXT}" + '\\"' * 140_000 + "</script>",
    "<script>" + "\"'" * 140_000 + "</script>",
    "<script>" + "'<b>\\" * 60_000 + "</script>",
    f"<script>'{'<div>' * 11_000}{TEXT}'</script>" * 5,
    "<" * 290_000 + TEXT,
    "<p>" + "x<b>y</b>" * 9_000 + f"<b>{TEXT}</b>",
    "<b>" * 9_000 + TEXT,
    "<p>" + "“" * 100_000 + TEXT + "”" * 100_000,
    f"<script>x('<p>\\ud800{TEXT}\\udc00</p>')</script>",
    "\x00" * 1000 + TEXT,
]


@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_pages_neither_raise_nor_hold_up(body: str) -> None:
    """Nested ten thousand deep, with quotes that nothing closes, or with half of a character: none of it takes for ever."""
    found(body, TEXT, NAMED, results=Pick(css="li"))


@given(
    st.lists(
        st.sampled_from(
            [
                TEXT,
                "<p>",
                "</p>",
                "<script>",
                "</script>",
                "'",
                '"',
                "\\",
                "\\u6839",
                "“",
                "”",
                "谣言",
                "<",
                "{",
                "]",
                " ",
            ]
        ),
        max_size=14,
    ).map("".join),
    st.sampled_from(["text/html", "application/json", "text/plain"]),
    st.sampled_from([None, Pick(css="p"), Pick(json="@"), Pick(pattern="(.)")]),
)
def test_no_page_can_raise(body: str, content_type: str, results: Pick | None) -> None:
    """Found or not; and never where the text does not stand at all."""
    seen = found(body, results=results, content_type=content_type)
    assert seen in (None, TEXT)
    assert seen is None or TEXT in body


def test_a_link_leads_to_a_notice_and_is_none() -> None:
    """Searches offer other searches; a notice with a link in it is one all the same."""
    text = "根据相关法律法规和政策，部分搜索结果未予显示"
    linked = page(document(f'<div class="related"><a href="/s?q=x">{text}</a></div>'))
    assert find_notice(notice(text), linked, ["天气"]) is None
    explained = page(document(f'<p>{text}。详情请参阅<a href="/help">此处</a></p>'))
    assert find_notice(notice(text), explained, ["天气"]) == text
