"""A keeper gives back what it was told, of this run and this definition only."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import msgspec
import pytest

from probe.keeping.keeper import Keeper, Unkept
from probe.keeping.redaction import Redactor
from probe.keeping.run_keeper import FULL_NOTE, KeepExchanges
from probe.keeping.store import Store
from probe.model.exchange import Exchange, Purpose, Question, Request, Step
from probe.model.observation import Outcome
from probe.model.record import Answer
from probe.model.verdict import Status
from tests.keeping.samples import (
    HOST,
    Wall,
    begin,
    document_of,
    endpoint_called,
    keep,
    observation_of,
    question_about,
    verdict_of,
    with_body,
    with_reason,
)

EXAMPLE = endpoint_called()
KEYWORD = Purpose.KEYWORD


def exchanges(store: Store) -> dict[str, Exchange | None]:
    return {answer.question.text: exchange for _, answer, exchange in store.answers("last")}


def test_it_keeps_what_the_protocol_asks_for(store: Store) -> None:
    """A type checker says so here, of the one that keeps nothing too."""
    keepers: list[Keeper] = [begin(store), Unkept()]
    assert [keeper.notes() for keeper in keepers] == [(), ()]


def test_answers_about_a_keyword_come_in_the_order_of_asking(store: Store) -> None:
    """With its truism and its reference, without controls of the same text."""
    keeper = begin(store)
    purposes = (KEYWORD, Purpose.BENIGN, Purpose.TRUISM, Purpose.REFERENCE)
    asked = [
        *(question_about("天气", purpose=one) for one in purposes),
        question_about("谣言"),
        question_about("天气", attempt=2),
    ]
    seen = {question.id: keep(keeper, question) for question in asked}
    assert keeper.answers(EXAMPLE, ("天气",)) == [
        Answer(question=one, observation=seen[one.id]) for one in (asked[0], asked[2], asked[3], asked[5])
    ]
    assert keeper.answers(EXAMPLE, ("never",)) == ()
    assert keeper.answers(EXAMPLE, ("天", "气")) == ()
    assert keeper.questions(EXAMPLE) == 6


def test_controls_come_in_the_order_of_asking(store: Store) -> None:
    """Benign, nonsense and canary, more of them than are read at a time."""
    keeper = begin(store)
    kinds = (Purpose.NONSENSE, Purpose.BENIGN, Purpose.CANARY)
    asked = [
        question_about(f"word {number}", purpose=kinds[number % 3], attempt=number) for number in range(1203)
    ]
    for question in asked:
        keep(keeper, question)
    keep(keeper, question_about("谣言"))
    assert [answer.question for answer in keeper.controls(EXAMPLE)] == asked


def test_the_first_answer_to_a_question_stays(store: Store) -> None:
    """A second one replaces nothing, counts for nothing, and is no error."""
    keeper = begin(store, keep_exchanges="all")
    first = keep(keeper, question_about("谣言"), host=HOST)
    keep(keeper, question_about("谣言"), Outcome.BLOCKED, host=HOST, exchange=with_body(b"second"))
    (answer,) = keeper.answers(EXAMPLE, ("谣言",))
    assert answer.observation == first
    assert (keeper.questions(EXAMPLE), keeper.asked_today(HOST)) == (1, 1)
    exchange = exchanges(store)["谣言"]
    assert exchange is not None
    assert exchange.last.response is not None
    assert exchange.last.response.body == b"<p>page</p>"


def test_a_void_answer_is_still_there(store: Store) -> None:
    """It says that it is void; others do not."""
    keeper = begin(store)
    for attempt in (1, 2):
        keep(keeper, question_about("谣言", attempt=attempt))
    keeper.void(EXAMPLE, question_about("谣言"))
    keeper.void(EXAMPLE, question_about("unknown"))
    assert [answer.void for answer in keeper.answers(EXAMPLE, ("谣言",))] == [True, False]


def test_a_later_verdict_takes_the_place_of_an_earlier_one(store: Store) -> None:
    """And stands last, as it was settled last."""
    keeper = begin(store)
    for components, status in ((("a",), Status.OK), (("b", "c"), Status.BLOCKED), (("a",), Status.FILTERED)):
        keeper.settle(verdict_of(*components, status=status))
    assert keeper.verdict(EXAMPLE, ("a",)) == verdict_of("a", status=Status.FILTERED)
    assert keeper.verdict(EXAMPLE, ("b",)) is None
    assert [one.components for one in store.verdicts("last")] == [("b", "c"), ("a",)]
    counts = store.find("last").statuses
    assert (counts[Status.OK], counts[Status.BLOCKED], counts[Status.FILTERED]) == (0, 1, 1)


def test_an_edited_definition_begins_anew(store: Store) -> None:
    """Old answers and verdicts do not count for it, and count again when the edit is taken back."""
    old, new = endpoint_called(), endpoint_called(digest="e" * 64, text="name: example  # edited")
    keeper = begin(store)
    keep(keeper, question_about("谣言"), endpoint=old)
    keeper.settle(verdict_of("谣言"))
    keeper.release()

    again = store.resume("last", keep_exchanges="hits", secrets={})
    assert again.answers(new, ("谣言",)) == ()
    assert again.verdict(new, ("谣言",)) is None
    assert again.questions(new) == 0
    keep(again, question_about("谣言"), endpoint=new)
    assert again.questions(new) == 1
    assert list(store.verdicts("last")) == []
    assert [one.sha256 for one in store.find("last").record.definitions] == ["e" * 64]
    assert {one.sha256: one.text for one, _, _ in store.answers("last")} == {
        "d" * 64: "name: example",
        "e" * 64: "name: example  # edited",
    }
    again.release()

    back = store.resume("last", keep_exchanges="hits", secrets={})
    assert len(back.answers(old, ("谣言",))) == 1
    assert [one.definition for one in store.verdicts("last")] == ["d" * 64]


def test_runs_do_not_see_each_other(store: Store) -> None:
    """Not even of the same endpoint; only counts and rests of hosts are shared."""
    wall = Wall()
    one, other = begin(store, "1" * 16), begin(store, "2" * 16)
    keep(one, question_about("谣言"), host=HOST)
    keep(one, question_about("天气", purpose=Purpose.BENIGN), host=HOST)
    one.settle(verdict_of("谣言"))
    one.rest(HOST, 50)
    assert other.answers(EXAMPLE, ("谣言",)) == ()
    assert list(other.controls(EXAMPLE)) == []
    assert other.verdict(EXAMPLE, ("谣言",)) is None
    assert other.asked_today(HOST) == 2
    assert 49 < other.resting(HOST) <= 50
    assert wall() > 0


@pytest.mark.parametrize(
    ("policy", "kept"),
    [
        ("none", set()),
        ("hits", {"hit", "captcha", "control", "truism"}),
        ("all", {"hit", "captcha", "control", "truism", "served"}),
    ],
)
def test_exchanges_are_kept_as_was_asked(store: Store, policy: KeepExchanges, kept: set[str]) -> None:
    """Hits to prove them, controls and captchas to mend rules."""
    keeper = begin(store, keep_exchanges=policy)
    keep(keeper, question_about("served"))
    keep(keeper, question_about("hit"), Outcome.EMPTY)
    keep(keeper, question_about("captcha"), Outcome.CHALLENGED)
    keep(keeper, question_about("control", purpose=Purpose.BENIGN))
    keep(keeper, question_about("truism", purpose=Purpose.TRUISM))
    assert {text for text, exchange in exchanges(store).items() if exchange is not None} == kept


def test_when_the_room_for_exchanges_is_full_answers_are_still_kept(path: Path) -> None:
    """The run says so, once, and also when it is continued and shown."""
    with Store.open(path, most_exchanges=700) as store:
        keeper = begin(store, keep_exchanges="all")
        for number in range(10):
            noise = "".join(chr(0x4E00 + (number * 997 + place * 7919) % 20_000) for place in range(60))
            keep(keeper, question_about(f"word {number}"), exchange=with_body(noise.encode()))
            assert keeper.notes() in ((), (FULL_NOTE,))
        assert keeper.notes() == (FULL_NOTE,)
        assert keeper.questions(EXAMPLE) == 10
        kept = [exchange for exchange in exchanges(store).values() if exchange is not None]
        assert 1 <= len(kept) < 10
        keeper.release()
        assert store.resume("last", keep_exchanges="all", secrets={}).notes() == (FULL_NOTE,)
        assert store.find("last").notes == (FULL_NOTE,)


def test_secrets_are_kept_nowhere(store: Store, path: Path) -> None:
    """Not in exchanges, and not in what answers and verdicts quote from the platform."""
    keeper = begin(store, keep_exchanges="all", secrets={"TOKEN": "s3cr3t-token"})
    question = question_about("谣言")
    seen = with_reason(
        observation_of(question),
        "sent to /s3cr3t-token",
        "/login?t=s3cr3t-token",
        authors=("by s3cr3t-token",),
    )
    keeper.keep(EXAMPLE, question, with_body(b"s3cr3t-token", location="/s3cr3t-token"), seen)
    keeper.settle(msgspec.structs.replace(verdict_of("谣言"), reason="sent to /s3cr3t-token"))
    for file in path.parent.iterdir():
        assert b"s3cr3t" not in file.read_bytes()
    (answer,) = keeper.answers(EXAMPLE, ("谣言",))
    assert answer.observation.reason == "sent to /{secret:TOKEN}"
    assert answer.observation.facts.location == "/login?t={secret:TOKEN}"
    assert answer.observation.facts.authors == ("by {secret:TOKEN}",)
    (verdict,) = store.verdicts("last")
    assert verdict.reason == "sent to /{secret:TOKEN}"
    assert "{secret:TOKEN}" in repr(exchanges(store)["谣言"])
    assert "s3cr3t" not in repr(exchanges(store)["谣言"])


def test_each_answer_is_committed_when_keep_returns(store: Store, path: Path) -> None:
    """Another program sees it at once, and as much after a crash."""
    keeper = begin(store)
    other = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    for number in range(1, 6):
        keep(keeper, question_about(f"word {number}"))
        assert other.execute("SELECT count(*) FROM answer").fetchone() == (number,)
        assert not other.in_transaction
    other.close()


def test_a_shape_is_kept_once(store: Store, path: Path) -> None:
    """It takes more room than all else of an answer, and pages of a service have few of them."""
    keeper = begin(store)
    for number in range(50):
        keep(keeper, question_about(f"word {number}"))
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT count(*) FROM shape").fetchone() == (1,)
    assert connection.execute("SELECT max(length(body)) FROM answer").fetchone()[0] < 100
    connection.close()


def test_a_closed_run_can_be_taken_by_others(store: Store) -> None:
    """With its document."""
    keeper = begin(store)
    assert store.find("last").is_open
    keeper.close(document_of())
    found = store.find("last")
    assert (found.is_open, found.complete, found.ended) == (False, True, "1970-01-01T00:17:40.000Z")
    assert store.document("last") == document_of()


def test_the_question_in_the_store_is_the_one_that_was_asked(store: Store) -> None:
    """Its text where that is not just its components, and an endpoint that is another's."""
    keeper = begin(store)
    question = Question(
        endpoint="reference",
        purpose=Purpose.REFERENCE,
        components=("维权", "律师"),
        text="维权+律师",
        attempt=3,
    )
    keep(keeper, question)
    (answer,) = keeper.answers(EXAMPLE, ("维权", "律师"))
    assert answer.question == question
    assert re.fullmatch("[0-9a-f]{16}", answer.observation.question)


def test_a_value_of_the_session_is_kept_nowhere(store: Store, path: Path) -> None:
    """From the moment at which it came: not in what was sent, not in what came back, not in what is quoted of it."""
    keeper = begin(store, keep_exchanges="all")
    keep(keeper, question_about("before"), exchange=with_body(b"t0k3n+one"))
    for name, value in (("token", "t0k3n+one"), ("token", "t0k3n/two"), ("cookie", "SUB=abc; SUBP=def")):
        keeper.hide(name, value)
    question = question_about("谣言")
    sent = Request(
        method="POST",
        url="http://h.example/?k=t0k3n%2Fone&l=t0k3n%2Ftwo",
        headers=(("x-token", "t0k3n/two"), ("cookie", "SUB=abc; SUBP=def")),
        body=b'{"k": "t0k3n\\/two"}',
    )
    came = with_body(b"t0k3n+one SUB=abc; SUBP=def", location="/t0k3n/two").last.response
    exchange = Exchange(steps=(Step(request=sent, response=came),), started=1.0, ended=2.0)
    seen = with_reason(observation_of(question), "sent to t0k3n/two", "/?t=t0k3n%2Btwo&u=t0k3n%2Ftwo")
    keeper.keep(EXAMPLE, question, exchange, seen)
    keeper.settle(msgspec.structs.replace(verdict_of("谣言"), reason="it says t0k3n+one"))
    (verdict,) = store.verdicts("last")
    assert verdict.reason == "it says {secret:token}"
    kept = exchanges(store)["谣言"]
    assert kept is not None
    assert kept.last.request.url == "http://h.example/?k=t0k3n%2Fone&l={secret:token}"
    assert kept.last.request.body == b'{"k": "{secret:token}"}'
    assert dict(kept.last.request.headers) == {"x-token": "{secret:token}", "cookie": "{removed}"}
    assert kept.last.response is not None
    assert kept.last.response.body == b"{secret:token} {secret:cookie}"
    (answer,) = keeper.answers(EXAMPLE, ("谣言",))
    assert answer.observation.reason == "sent to {secret:token}"
    assert answer.observation.facts.location == "/?t=t0k3n%2Btwo&u={secret:token}"
    assert "t0k3n+one" in repr(exchanges(store)["before"])
    for file in path.parent.iterdir():
        assert b"t0k3n/two" not in file.read_bytes()


def test_flags_of_a_session_are_kept(store: Store) -> None:
    """A value of a few characters stands in every text, and logs nobody in; a short secret is hidden all the same."""
    keeper = begin(store, keep_exchanges="all", secrets={"PIN": "12345"})
    for value in ("3", "095", "7654321"):
        keeper.hide("flag", value)
    keeper.hide("token", "abcdefgh")
    keep(keeper, question_about("谣言"), exchange=with_body(b"a3 095 7654321; abcdefgh; 12345,"))
    kept = exchanges(store)["谣言"]
    assert kept is not None
    assert kept.last.response is not None
    assert kept.last.response.body == b"a3 095 7654321; {secret:token}; {secret:PIN},"


def test_a_value_that_is_fetched_again_costs_nothing_more(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A session may be opened a thousand times with the same key, and each look for it takes time."""
    added: list[tuple[str, str]] = []
    monkeypatch.setattr(Redactor, "add", lambda self, name, value: added.append((name, value)))
    keeper = begin(store)
    for value in ("a" * 32, "b" * 32, "a" * 32):
        keeper.hide("key", value)
    assert added == [("key", "a" * 32), ("key", "b" * 32)]


def test_who_keeps_nothing_hides_nothing() -> None:
    """And says so by its type."""
    Unkept().hide("token", "12345678")
