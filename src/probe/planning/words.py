"""Words for controls: benign ones in an order that nobody can foresee, and made-up ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence


def fresh_words(words: Sequence[str], shuffle: Callable[[list[str]], None]) -> Iterator[str]:
    """Benign words without end, in an order that nobody can foresee, never the same twice in a row if there are two."""
    last = None
    while True:
        order = list(words)
        shuffle(order)
        if order[0] == last and len(order) > 1:
            order.append(order.pop(0))
        yield from order
        last = order[-1]


def nonsense_words(choice: Callable[[str], str], length: int = 12) -> Iterator[str]:
    """Words that nobody wrote, without end: consonants only, so that not even by accident a word is among them."""
    while True:
        yield "".join(choice("bcdfghjkmnpqrstvwxz") for _ in range(length))
