"""Arrival: which message is ours, and what became of its text."""

from __future__ import annotations

import html
import unicodedata
from typing import Any

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from probe.model.message import Listed
from probe.model.observation import Arrival
from probe.reading.arrival import (
    DESCRIBED,
    FoundMessage,
    compare_texts,
    describe_change,
    find_message,
    is_readable,
)
from probe.reading.plain_form import in_plain_form
from tests.reading.test_message_list import HTML, page

NONCE = "3f9a1c"
LISTED = Listed(json="messages", id="id", text="text")
LETTERS = st.sampled_from("abc言谣天&<>'\"; ")
"""Each its own Unicode form, and none a sign that masks."""
SENT = st.text(LETTERS, min_size=1, max_size=40).map(in_plain_form).filter(bool)


def messages(*given: dict[str, Any]) -> Any:
    return page({"messages": list(given)})


def find(answer: Any, *, id: str | None = None, listed: Listed = LISTED) -> FoundMessage | None:
    return find_message(answer, listed, id=id, nonce=NONCE)


def test_our_message_is_the_one_of_our_id() -> None:
    """Even where its text is masked whole, and another quotes our nonce; a number is an id too."""
    answer = messages({"id": 8, "text": f"he wrote {NONCE}"}, {"id": 7, "text": "***"})
    assert find(answer, id="7") == FoundMessage(text="***", id="7")


def test_a_message_with_another_id_is_never_ours() -> None:
    """Though our nonce stands in it; one without an id may be."""
    other = {"id": 8, "text": f"he wrote {NONCE}"}
    assert find(messages(other), id="7") is None
    assert find(messages(other, {"text": NONCE}), id="7") == FoundMessage(text=NONCE, id=None)
    no_ids: list[Any] = [True, None, {}]
    for none in no_ids:
        assert find(messages({"id": none, "text": NONCE}), id="true") == FoundMessage(text=NONCE, id=None)


def test_without_an_id_the_nonce_says_which_is_ours() -> None:
    """In its text before all else that it holds; its id comes with it, for taking it away."""
    hidden, open_ = {"id": 1, "text": "a", "key": NONCE}, {"id": 2, "text": f"b {NONCE}"}
    assert find(messages({"id": 0, "text": "c"}, hidden, open_)) == FoundMessage(text=f"b {NONCE}", id="2")
    assert find(messages({"id": 0, "text": "c"}, hidden)) == FoundMessage(text="a", id="1")
    assert find(messages({"id": 0, "text": "c"})) is None
    assert find_message(messages({"text": "c"}), LISTED, id=None, nonce="") is None


def test_the_shell_of_a_message_is_none() -> None:
    """Some services keep the id of what was taken away, and no text."""
    assert find(messages({"id": 7, "key": NONCE}), id="7") is None
    assert find(messages({"key": NONCE})) is None
    assert find(messages({"id": 7, "text": ""}), id="7") == FoundMessage(text="", id="7")


def test_our_message_is_found_on_a_page() -> None:
    """By an attribute, or by the nonce in its text or its markup."""
    body = f"<p class=m id=m1>a</p><p class=m id=m2 data-key={NONCE}>b</p><p class=m>c {NONCE}</p>"
    listed = Listed(css="p.m", id="id")
    assert find(page(body, HTML), id="m1", listed=listed) == FoundMessage(text="a", id="m1")
    assert find(page(body, HTML), listed=listed) == FoundMessage(text=f"c {NONCE}", id=None)
    assert find(page(body.replace("c ", "c"), HTML), id="m3", listed=listed) is not None
    assert find(page(f"<p class=m id=m2 data-key={NONCE}>b</p>", HTML), id="m3", listed=listed) is None


@pytest.mark.parametrize(
    ("body", "media_type", "status", "listed", "readable"),
    [
        ({"messages": []}, "application/json", 200, LISTED, True),
        ({"messages": {}}, "application/json", 200, LISTED, True),
        ({"messages": None}, "application/json", 200, LISTED, False),
        ({"messages": "later"}, "application/json", 200, LISTED, False),
        ({"ok": False}, "application/json", 200, LISTED, False),
        ({"messages": []}, "application/json", 404, LISTED, False),
        ({"messages": []}, "application/json", 302, LISTED, False),
        ("<p>wait</p>", HTML, 200, LISTED, False),
        ("<p>none</p>", HTML, 200, Listed(css="p.m"), True),
        ("<p>none</p>", HTML, 503, Listed(css="p.m"), False),
        ("{}", "application/json", 200, Listed(css="p.m"), False),
    ],
)
def test_only_where_messages_could_stand_their_absence_means_something(
    body: Any, media_type: str, status: int, listed: Listed, readable: bool
) -> None:
    """An empty list is one; an error, another kind of answer or a failed one is none."""
    assert is_readable(page(body, media_type, status=status), listed) is readable


@pytest.mark.parametrize(
    ("sent", "arrived", "arrival"),
    [
        ("说谣言吧 3f9a", "说谣言吧 3f9a", Arrival.IDENTICAL),
        ("说谣言吧 3f9a", "说**吧 3f9a", Arrival.MASKED),
        ("说谣言吧 3f9a", "说*吧 3f9a", Arrival.MASKED),
        ("说谣言吧 3f9a", r"说\*\*吧 3f9a", Arrival.MASKED),
        (r"a\b 3f9a", r"a\b\ 3f9a", Arrival.REPLACED),
        ("说谣言吧 3f9a", "说＊＊＊＊吧 3f9a", Arrival.MASKED),
        ("说谣言吧 3f9a", "**********", Arrival.MASKED),
        ("tank man is", "██ ███ is", Arrival.MASKED),
        ("tank man is", "#### xxx is", Arrival.MASKED),
        ("tank man is", "t**k m*n is", Arrival.MASKED),
        ("tank man is", "# man is", Arrival.REPLACED),
        ("tank man is", "x man is", Arrival.REPLACED),
        ("tank man is", "[removed]", Arrival.REPLACED),
        ("tank man is", "** man was", Arrival.REPLACED),
        ("tank man is", "** tank man is", Arrival.REPLACED),
        ("tank man is", "tank man is!", Arrival.REPLACED),
        ("tank man is", "**tank **", Arrival.REPLACED),
        ("tank man", "**man**", Arrival.REPLACED),
        ("tank man is", "man is", Arrival.CUT),
        ("tank man is", "tnk mn is", Arrival.CUT),
        ("tank man is", "", Arrival.CUT),
        ("5 * 3 谣言", "5 * 3 **", Arrival.MASKED),
        ("5 * 3 谣言", "5 * 3", Arrival.CUT),
        ("5 * 3 谣言", "5 * 4 谣言", Arrival.REPLACED),
        ("5 * 3 is", "5 *** 3 is", Arrival.REPLACED),
        ("xylophone", "**ylophone", Arrival.MASKED),
        ("C# and a-b 谣言", "C# and a-b **", Arrival.MASKED),
        ("a & b", "a &amp; b", Arrival.IDENTICAL),
        ("a &amp; b", "a &amp;amp; b", Arrival.IDENTICAL),
        ("a &amp; b", "a & b", Arrival.IDENTICAL),
        ("a & 谣言", "a &amp; **", Arrival.MASKED),
        ("谣言", "谣\u200b言\ufe0f", Arrival.IDENTICAL),
        ("<b>谣言</b>", "谣言", Arrival.CUT),
    ],
)
def test_what_became_of_a_text(sent: str, arrived: str, arrival: Arrival) -> None:
    """A sign that was sent is no mask, and a mask hides something; letters mask in a row only."""
    assert compare_texts(sent, arrived, html=False) is arrival


def test_markup_is_no_change() -> None:
    """Services wrap what they are sent, and mark up addresses."""
    link = '<p>see <a href="https://x.example/a"><span>https://</span><span>x.example/a</span></a></p><p>天气</p>'
    assert compare_texts("see https://x.example/a\n\n天气", link, html=True) is Arrival.IDENTICAL
    assert compare_texts("a < b 谣言", "<p>a &lt; b **</p>", html=True) is Arrival.MASKED
    assert compare_texts("天气", "<p>天气</p>", html=False) is Arrival.REPLACED


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_escapes_and_forms_are_no_change(text: str) -> None:
    """Neither as HTML nor without, nor in another Unicode form, nor with more white space."""
    assert compare_texts(text, html.escape(text), html=True) is Arrival.IDENTICAL
    assert compare_texts(text, html.escape(text), html=False) is Arrival.IDENTICAL
    for form in ("NFC", "NFD"):
        other = unicodedata.normalize(form, text)
        assert compare_texts(text, other, html=False) is Arrival.IDENTICAL
    assert compare_texts(text, f"\n {text.replace(' ', '  ')}\u200b ", html=False) is Arrival.IDENTICAL


@given(SENT, st.data(), st.sampled_from(["*", "**", "＊", "●●●", "■", "####", "xx", "□ □"]), st.booleans())
def test_any_part_may_be_masked(sent: str, data: Any, mask: str, as_html: bool) -> None:
    """Whatever its length, and that of the mask."""
    start = data.draw(st.integers(0, len(sent) - 1))
    end = data.draw(st.integers(start + 1, len(sent)))
    assume(sent[start:end] == sent[start:end].strip())
    arrived = f"{sent[:start]}{mask}{sent[end:]}"
    seen = html.escape(arrived) if as_html else arrived
    assert compare_texts(sent, seen, html=as_html) is Arrival.MASKED
    assert mask[0] in describe_change(sent, seen, html=as_html)


@given(SENT, st.data())
def test_any_part_may_be_cut(sent: str, data: Any) -> None:
    """What is left is all that was there, in its order; signs do not matter."""
    start = data.draw(st.integers(0, len(sent) - 1))
    end = data.draw(st.integers(start + 1, len(sent)))
    for text in (sent, f"*{sent}** "):
        arrived = text[:start] + text[end:]
        assume(in_plain_form(arrived) != in_plain_form(text))
        assume("&" not in text)  # else a part of an entity may be cut
        assert compare_texts(text, arrived, html=False) is Arrival.CUT


@given(
    SENT, st.integers(0, 40), st.text("xyzé", min_size=1, max_size=5).filter(lambda text: "xx" not in text)
)
def test_what_is_added_is_no_mask(sent: str, place: int, added: str) -> None:
    """Nor is it cut."""
    arrived = sent[:place] + added + sent[place:]
    assert compare_texts(sent, arrived, html=False) is Arrival.REPLACED


@given(st.text(max_size=80), st.text(max_size=80), st.booleans())
def test_a_description_is_short_and_of_one_line(sent: str, arrived: str, as_html: bool) -> None:
    """Whatever comes; and there is one if and only if there is a change."""
    said = describe_change(sent, arrived, html=as_html)
    assert len(said) <= DESCRIBED
    assert len(said.splitlines()) <= 1
    assert bool(said) == (compare_texts(sent, arrived, html=as_html) is not Arrival.IDENTICAL)


@pytest.mark.parametrize(
    ("arrived", "said"),
    [
        ("one two ** four", "one two ** four"),
        ("one two four", "one two […]four"),
        ("", "[…]"),
        ("y" * 200, "y" * 59 + "…"),
    ],
)
def test_a_description_shows_the_changed_place(arrived: str, said: str) -> None:
    """With what stands around it."""
    assert describe_change("one two three four", arrived, html=False) == said


def test_a_description_of_a_long_text_shows_its_surroundings_only() -> None:
    """The rest nobody needs."""
    around = "word " * 50
    said = describe_change(f"{around}谣言 {around}", f"{around}** {around}", html=False)
    assert said == "ord word word word word word ** word word word word word wor"


def test_hostile_texts_take_no_time_to_speak_of() -> None:
    """Such as would keep a careless comparison busy for hours: that these end at all is the test."""
    for sent, arrived in (
        ("a" * 20_000, "a*" * 10_000),
        ("ab" * 10_000, "*" + "ab" * 9_000 + "c"),
        ("a" * 20_000, ("a" * 99 + "b*") * 200),
        ("e" + "\u0301\u0323" * 150_000, "e" + "\u0323\u0301" * 150_000),
        ("&" * 300_000, "&amp;" * 60_000),
    ):
        assert compare_texts(sent, arrived, html=False) in Arrival
        assert compare_texts(sent, "<b>" * 100_000 + arrived, html=True) in Arrival


@given(st.text(max_size=60), st.text(max_size=30), st.text(max_size=5))
def test_no_answer_makes_it_fail(body: str, id_: str, nonce: str) -> None:
    """Whatever the network sends."""
    for listed in (LISTED, Listed(css="p", id="id"), Listed(json="@"), Listed()):
        for media_type in (HTML, "application/json"):
            answer = page(msgspec.json.encode(body).decode() if media_type != HTML else body, media_type)
            assert find_message(answer, listed, id=id_, nonce=nonce) is None or nonce or id_
            assert is_readable(answer, listed) in (True, False)
