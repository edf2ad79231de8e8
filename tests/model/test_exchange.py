"""Has each asking a name of its own?"""

from __future__ import annotations

import msgspec

from tests.builders import make_question


def test_an_id_is_that_of_one_asking_in_every_run() -> None:
    """The same for the same text, purpose and turn; the form changes nothing."""
    question = make_question("谣言")
    assert make_question("谣言").id == question.id
    assert msgspec.structs.replace(question, form="quoted").id == question.id
    assert make_question("谣言", attempt=2).id != question.id


def test_a_part_of_a_keyword_is_another_question_than_the_same_keyword() -> None:
    """Both may be asked in one run, and neither may take the place of the other in the store."""
    question = make_question("谣言")
    assert msgspec.structs.replace(question, is_part=True).id != question.id
