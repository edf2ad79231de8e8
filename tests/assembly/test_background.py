"""What reports say beside the verdicts, from a real store."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from probe.assembly import background
from probe.assembly.background import choose_answer, from_store, make_excerpt
from probe.keeping.store import Store
from probe.model.excerpt import Mark
from probe.model.exchange import Failure, Purpose
from probe.model.observation import Outcome
from probe.model.record import Answer
from probe.model.verdict import Status
from tests.builders import make_answer, make_failure, make_observation, make_question
from tests.keeping.samples import verdict_of
from tests.real.made_up_run import NOTICE, keep_run, make_words

WORDS = make_words(20)


def test_each_censored_pair_has_what_was_sent_and_the_notice(tmp_path: Path) -> None:
    """With the keyword marked in both; served answers were not kept."""
    store = tmp_path / "store.sqlite"
    run = keep_run(store, WORDS, endpoints=2)
    with Store.open(store, reading=True) as opened:
        verdicts = [*opened.verdicts(run.id)]
    found = {(word, name): one for word, name, one in from_store(store)(run, verdicts).excerpts(verdicts)}
    assert set(found) == {(one.keyword, one.endpoint) for one in verdicts if one.status is Status.BLOCKED}
    (word, _), excerpt = next(iter(found.items()))
    assert [one.text for one in excerpt.answer if one.mark is Mark.NOTICE] == [NOTICE]
    assert word in [one.text for one in excerpt.answer if one.mark is Mark.KEYWORD]
    assert any(one.mark is Mark.KEYWORD for one in excerpt.url)
    assert (excerpt.method, excerpt.status) == ("GET", 200)


def test_many_censored_pairs_get_less_room_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A report has a size."""
    monkeypatch.setattr(background, "ROOM", 1000)
    store = tmp_path / "store.sqlite"
    run = keep_run(store, WORDS, endpoints=2)
    with Store.open(store, reading=True) as opened:
        verdicts = [*opened.verdicts(run.id)]
        for _, _, excerpt in background.read_excerpts(opened, run.id, verdicts):
            assert 80 < sum(len(one.text) for one in excerpt.answer) <= 140
            assert any(one.mark is Mark.NOTICE for one in excerpt.answer)


def test_runs_of_the_same_pairs_make_a_timeline(tmp_path: Path) -> None:
    """In the order of time; others do not belong to it, and one alone is none."""
    store = tmp_path / "store.sqlite"
    first = keep_run(store, WORDS, endpoints=2, name="aaaa0000aaaa0000", day=1)
    with Store.open(store, reading=True) as opened:
        verdicts = [*opened.verdicts(first.id)]
    assert from_store(store)(first, verdicts).moments == []
    keep_run(store, WORDS[:15], endpoints=2, name="bbbb0000bbbb0000", day=0)
    keep_run(store, WORDS[:4], endpoints=2, name="cccc0000cccc0000", day=2)
    keep_run(store, make_words(60)[20:], endpoints=2, name="dddd0000dddd0000", day=3)
    moments = from_store(store)(first, verdicts).moments
    assert [(one.run[:4], one.pairs) for one in moments] == [("bbbb", 30), ("aaaa", 40)]
    assert moments[1].statuses[Status.BLOCKED] == first.counts.blocked


def answer(outcome: Outcome, rule: str, **changes: object) -> Answer:
    one = Answer(question=make_question(), observation=make_observation(outcome, rule=rule))
    return msgspec.structs.replace(one, **changes)


def test_the_answer_that_decided_is_shown() -> None:
    """Not one that is void, of the reference, about a part, or of a control."""
    verdict = msgspec.structs.replace(verdict_of("谣言", status=Status.BLOCKED), rule="legal")
    page = make_answer("x")
    part = msgspec.structs.replace(make_question(), is_part=True)
    answers = [
        answer(Outcome.BLOCKED, "legal", void=True),
        answer(Outcome.BLOCKED, "legal", question=part),
        answer(Outcome.BLOCKED, "legal", question=make_question(purpose=Purpose.REFERENCE)),
        answer(Outcome.BLOCKED, "legal", question=make_question(purpose=Purpose.BENIGN)),
        answer(Outcome.SERVED, "results"),
        answer(Outcome.BLOCKED, "other"),
    ]
    decided = answer(Outcome.BLOCKED, "legal")
    assert choose_answer(verdict, [(one, page) for one in [*answers, decided]]) == (decided, page)
    assert choose_answer(verdict, [(one, page) for one in answers]) == (answers[-1], page)
    assert choose_answer(verdict, [(one, page) for one in answers[:4]]) is None
    assert choose_answer(verdict, [(decided, None)]) is None


def test_a_cut_connection_is_shown_without_an_answer() -> None:
    """What was sent, and how it failed."""
    cut = answer(Outcome.BLOCKED, "reset")
    excerpt = make_excerpt(cut, make_failure(Failure.CONNECTION_RESET), None, most=100)
    assert (excerpt.failure, excerpt.stage, excerpt.status, excerpt.answer) == (
        Failure.CONNECTION_RESET,
        "read",
        None,
        (),
    )
    assert excerpt.url[0].text == "http://h.example/a"


def test_json_is_shown_in_characters_of_people() -> None:
    r"""Not as `\u8c23\u8a00`."""
    page = make_answer(r'{"text": "\u8c23\u8a00"}', headers={"content-type": "application/json"})
    excerpt = make_excerpt(answer(Outcome.BLOCKED, "code"), page, None, most=100)
    assert [(one.text, one.mark) for one in excerpt.answer][1] == ("谣言", Mark.KEYWORD)
