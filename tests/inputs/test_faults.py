from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.errors import BadInput
from probe.inputs.faults import MOST_KEPT, Faults, nearest, printable, quoted


def test_all_faults_are_counted_and_the_first_are_kept() -> None:
    """A broken list of a million lines neither fills the memory nor the terminal."""
    faults = Faults()
    for line in range(1000):
        faults.add("a.txt", "is empty.", line=line)
    with pytest.raises(BadInput) as caught:
        faults.raise_any()
    assert len(caught.value.faults) == MOST_KEPT
    assert caught.value.total == 1000
    assert caught.value.faults[-1].line == MOST_KEPT - 1


def test_no_fault_raises_nothing() -> None:
    """A sound list goes on."""
    Faults().raise_any()


@given(st.text())
def test_foreign_text_is_harmless_in_messages(text: str) -> None:
    """No control sequence and no bidi override of a file reaches the terminal, and nobody's message is endless."""
    assert printable(text).isprintable()
    assert len(quoted(text)) <= 2 + 40 * 10


def test_a_misspelt_word_finds_its_neighbour() -> None:
    """A hint is given where something known is close, and none where nothing is."""
    assert nearest("Licnece", ["licence", "title"]) == "Did you mean 'licence'?"
    assert nearest("xyz", ["licence", "title"]) is None
