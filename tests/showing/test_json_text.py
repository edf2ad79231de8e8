"""JSON that every program reads and no terminal obeys."""

from __future__ import annotations

import json

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from probe.model.verdict import Verdict
from probe.showing.json_text import write_json

from .samples import a_verdict

ANY_TEXT = st.text(st.characters(codec="utf-8"))


@given(ANY_TEXT, st.sampled_from(["utf-8", "ascii", "gb2312"]))
def test_the_value_survives_every_encoding(text: str, encoding: str) -> None:
    """Escapes change how a value is written, never what it is."""
    verdict = a_verdict(reason=text, gloss=text)
    written = write_json(verdict, encoding=encoding)
    written.encode(encoding)
    assert msgspec.json.decode(written, type=Verdict) == verdict


@given(ANY_TEXT)
def test_nothing_in_it_moves_a_cursor(text: str) -> None:
    """No control characters, no bidi overrides, no line breaks of any kind."""
    written = write_json(a_verdict(reason=f"{text}\x1b\x7f\x9b\u2028\u202e"))
    assert not any(ord(one) < 32 or 0x7F <= ord(one) < 0xA0 or one in "\u2028\u2029\u202e" for one in written)


def test_half_a_character_becomes_a_replacement() -> None:
    """A lone surrogate is no text; the line stays valid for strict readers."""
    written = write_json(a_verdict(reason="a\ud800b\udc00\ud83d\ude00"))
    written.encode()
    assert json.loads(written)["reason"] == "a\ufffdb\ufffd\U0001f600"


def test_every_field_is_written() -> None:
    """Null where not applicable, never missing."""
    written = json.loads(write_json(a_verdict(gloss=None)))
    assert set(written) == set(Verdict.__struct_fields__)
    assert written["gloss"] is None
