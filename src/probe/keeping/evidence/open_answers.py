"""Open answers: those about keywords that have no verdict yet, so that a verdict can name what it rests on.

An answer about a pool is one about each of its keywords.
"""

from __future__ import annotations

import msgspec

from probe.model.exchange import Question
from probe.model.keyword import write_line
from probe.model.record import Answer


class OpenAnswers:
    """Of one run. What has its verdict is forgotten, so memory grows with what is still open only."""

    def __init__(self) -> None:
        self._answers: dict[tuple[str, str], list[Answer]] = {}

    def __len__(self) -> int:
        return len(self._answers)

    def add(self, endpoint: str, answer: Answer) -> None:
        """An answer came at the endpoint of this name; those about controls and about parts are nobody's."""
        for line in _lines(answer.question):
            self._answers.setdefault((endpoint, line), []).append(answer)

    def void(self, endpoint: str, question: Question) -> None:
        """One of them counts for nothing."""
        for line in _lines(question):
            answers = self._answers.get((endpoint, line), [])
            for place, one in enumerate(answers):
                if one.question.id == question.id:
                    answers[place] = msgspec.structs.replace(one, void=True)

    def take(self, endpoint: str, components: tuple[str, ...]) -> list[Answer]:
        """All about a keyword, in the order in which they came, to be forgotten."""
        return self._answers.pop((endpoint, write_line(components)), [])


def _lines(question: Question) -> tuple[str, ...]:
    """The keywords that a question is about, as lists write them."""
    if question.is_part or not question.purpose.is_about_keyword:
        return ()
    return question.pooled or (write_line(question.components),)
