from __future__ import annotations

from probe.inputs.lists.formats.contents import look_through
from probe.inputs.lists.formats.yaml_text import write
from probe.model.keyword import Keyword


def text_of(*keywords: Keyword, **head: str) -> str:
    return "".join(write(keywords, look_through(keywords, head)))


def test_a_list_looks_like_the_bundled_ones() -> None:
    """Plain where that is safe, the list's own language said once, dates as dates."""
    first = Keyword(components=("谣言",), gloss="rumor, lie", language="zh-Hans", added="2026-11-23")
    second = Keyword(components=("造谣", "微信"), language="zh-Hant", added="lately", extra={"idx": "1"})
    assert text_of(first, second, name="mine", language="zh-Hans") == (
        "name: mine\nlanguage: zh-Hans\nentries:\n"
        "- keyword: 谣言\n  gloss: rumor, lie\n  added: 2026-11-23\n"
        "- components: [造谣, 微信]\n  language: zh-Hant\n"
    )


def test_what_could_mean_something_else_is_quoted() -> None:
    """Words, numbers, signs and spaces that YAML has a use for."""
    texts = [
        "no",
        "64",
        "a: b",
        "a #b",
        "- a",
        "*a",
        "&a",
        "!a",
        "'a'",
        '"a"',
        "{a}",
        "@a",
        "a,b",
        "x\\y",
        "a\uffff",
    ]
    for text in texts:
        written = text_of(Keyword(components=(text, "x")))
        assert written.startswith('entries:\n- components: ["'), text
    assert r'["a\uFFFF", x]' in text_of(Keyword(components=("a\uffff", "x")))
    assert '  notes: "a\\n\\tb"\n' in text_of(Keyword(components=("a",), notes="a\n\tb"))
