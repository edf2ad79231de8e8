"""What an answer says, beyond its form: sentences, and the words and codes of JSON that say what the answer is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from probe.judging.look import Look
from probe.reading.features import Leaf

LEAST_WORDS = 4
"""Characters of a piece of text that tells answers apart; shorter ones stand everywhere."""
SHORT_ANSWER = 10
"""Most pieces of text of an answer that says the same to every keyword; longer ones have parts that change by chance."""

_WORD = re.compile(r"[^\W\d_]+(?:[ _-][^\W\d_]+){0,4}")
_CODE_KEYS = frozenset(
    {"code", "errcode", "errno", "error_code", "errorcode", "error", "ret", "retcode", "rc", "status"}
    | {"status_code", "statuscode", "result", "state"}
)
_IDLE_KEYS = frozenset({"lang", "language", "locale", "server", "host", "node", "region", "country", "city"})
"""Whose words go by the language asked in, or by which machine answered."""


@dataclass(frozen=True, kw_only=True)
class Constants:
    """What normal answers all say alike, so that one that says something else is none of them."""

    leaves: Mapping[str, Leaf] = field(default_factory=dict)
    segments: frozenset[str] | None = None
    """All that they say, where it is little and always the same; None elsewhere."""

    def differ(self, look: Look) -> bool:
        """Whether an answer says something else in their place. What it lacks is for others to see."""
        if self.segments is not None and look.features.segments != self.segments:
            return True
        if not self.leaves:
            return False
        leaves = look.features.leaves
        return any(not _same(leaves.get(path, value), value) for path, value in self.leaves.items())


def read_constants(looks: Sequence[Look], *, leaves_only: bool = False) -> Constants:
    """What these answers all say alike."""
    first = looks[0].features
    others = [look.features for look in looks[1:]]
    leaves = {
        path: value
        for path, value in first.leaves.items()
        if is_word(path, value) and all(_same(one.leaves.get(path), value) for one in others)
    }
    always_same = all(one.segments == first.segments for one in others)
    short = not leaves_only and not first.leaves and always_same and len(first.segments) <= SHORT_ANSWER
    return Constants(leaves=leaves, segments=first.segments if short else None)


def read_words(look: Look) -> set[str]:
    """All that an answer says, as texts that can be compared: pieces of text, and `path=value` for the words of JSON."""
    features = look.features
    words = {segment for segment in features.segments if len(segment) >= LEAST_WORDS}
    words.update(f"{path}={value}" for path, value in features.leaves.items() if is_word(path, value))
    return words


def is_word(path: str, value: Leaf) -> bool:
    """Whether a value of JSON says what the answer is: true or false, a word, or a number where codes stand. Other numbers
    and texts (times, ids, durations) change from answer to answer without a meaning."""
    key = path.rpartition(".")[2].lower()
    if isinstance(value, bool):
        return True
    if isinstance(value, str):
        return key not in _IDLE_KEYS and len(value) <= 40 and _WORD.fullmatch(value) is not None
    return isinstance(value, int) and key in _CODE_KEYS


def _same(one: Leaf | None, other: Leaf) -> bool:
    """A bool is an int to Python; to a platform `true` is not 1."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)
