"""A message is known from before it is sent until it is gone, whatever happens to the program in between."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from probe.errors import CouldNotRun
from probe.keeping.keeper import Keeper, Unkept
from probe.keeping.posts import NonceTaken
from probe.keeping.store import Store
from probe.model.exchange import Exchange, Sent
from probe.model.post import Post, PostState
from tests.keeping.samples import (
    begin,
    document_of,
    endpoint_called,
    keep,
    observation_of,
    post_of,
    question_about,
    with_body,
)

EXAMPLE, OTHER = endpoint_called(), endpoint_called("other")
WRITTEN, POSTED, GONE = PostState
# `at` is stored as a float; texts may be any that a platform sends, with half characters and all.
texts = st.text(st.characters(exclude_categories=()), max_size=20)
posts = st.builds(
    Post,
    question=st.sampled_from([question_about("a").id, question_about("b").id]),
    keyword=texts,
    form=st.none() | st.text(st.characters(codec="utf-8"), max_size=5),
    nonce=st.sampled_from(["kavo", "luza", "zoka"]),
    at=st.floats(0, 4e9),
    state=st.sampled_from(PostState),
    values=st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=5), texts, max_size=3),
    is_seen=st.booleans(),
    why_left=st.none() | texts,
)
steps = st.lists(st.tuples(st.sampled_from([EXAMPLE, OTHER]), posts), max_size=12)
numbers = count()


@pytest.fixture(params=["store", "memory"])
def keeper(request: pytest.FixtureRequest, path: Path) -> Iterator[Keeper]:
    """Whoever keeps a run: they behave alike."""
    if request.param == "memory":
        yield Unkept()
        return
    with Store.open(path) as store:
        yield begin(store)


def test_a_message_is_in_the_file_when_post_returns(store: Store, path: Path) -> None:
    """Another program sees it at once, and as much after a crash."""
    keeper = begin(store)
    other = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    for state in (WRITTEN, POSTED, GONE):
        keeper.post(EXAMPLE, post_of("kavo", state=state))
        assert other.execute("SELECT nonce, state FROM post").fetchall() == [("kavo", state.value)]
        assert not other.in_transaction
    other.close()


def test_before_it_is_sent_it_is_on_the_disk(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A power cut must not take away that there is a message; how far it got can be found out again."""
    monkeypatch.setattr("probe.keeping.database.time.monotonic", lambda: 100.0)
    keeper = begin(store)
    modes = []
    for state in (POSTED, WRITTEN, POSTED, GONE, WRITTEN):
        keeper.post(EXAMPLE, post_of("kavo", state=state))
        modes.append(store._database.row("PRAGMA synchronous"))
    assert modes == [(1,), (2,), (1,), (1,), (2,)]


def test_the_oldest_comes_first(keeper: Keeper) -> None:
    """By the time of sending; what is known later of a message does not move it."""
    for nonce, at in (("late", 30.0), ("early", 10.0), ("between", 20.0)):
        keeper.post(EXAMPLE, post_of(nonce, at=at))
    keeper.post(EXAMPLE, post_of("early", at=10.0, state=POSTED, values={"id": "7"}))
    keeper.post(OTHER, post_of("elsewhere"))
    assert keeper.posts(EXAMPLE) == [
        post_of("early", at=10.0, state=POSTED, values={"id": "7"}),
        post_of("between", at=20.0),
        post_of("late", at=30.0),
    ]
    assert [post.nonce for post in keeper.posts(OTHER)] == ["elsewhere"]


def test_a_message_that_is_gone_is_not_left(keeper: Keeper) -> None:
    """Whether it was refused at once or taken away later."""
    keeper.post(EXAMPLE, post_of("refused", state=GONE))
    keeper.post(EXAMPLE, post_of("kavo"))
    assert [post.nonce for post in keeper.posts(EXAMPLE)] == ["kavo"]
    keeper.post(EXAMPLE, post_of("kavo", state=GONE))
    assert list(keeper.posts(EXAMPLE)) == []


def test_an_edited_definition_still_finds_its_messages(keeper: Keeper) -> None:
    """They are there, whatever rules were mended since."""
    keeper.post(EXAMPLE, post_of("kavo"))
    edited = endpoint_called(digest="e" * 64, text="name: example  # edited")
    assert keeper.posts(edited) == [post_of("kavo")]


@pytest.mark.parametrize("state", [WRITTEN, GONE])
def test_a_nonce_is_never_used_for_another_question(keeper: Keeper, state: PostState) -> None:
    """Nor at another endpoint, even when the first message is gone; and that stays as it was."""
    first = post_of("kavo", state=state)
    keeper.post(EXAMPLE, first)
    before = list(keeper.posts(EXAMPLE))
    for endpoint, about in ((EXAMPLE, "天气"), (OTHER, "谣言")):
        with pytest.raises(NonceTaken, match="the mark of a message"):
            keeper.post(endpoint, post_of("kavo", about=about))
    assert list(keeper.posts(EXAMPLE)) == before
    assert list(keeper.posts(OTHER)) == []
    keeper.post(EXAMPLE, post_of("kavo", state=POSTED))
    assert [post.state for post in keeper.posts(EXAMPLE)] == [POSTED]


def test_a_nonce_is_of_one_run_of_the_store(store: Store) -> None:
    """The same question has the same id in every run. Whoever refuses is one of those who cannot keep."""
    one, other = begin(store, "1" * 16), begin(store, "2" * 16)
    one.post(EXAMPLE, post_of("kavo"))
    with pytest.raises(CouldNotRun):
        other.post(EXAMPLE, post_of("kavo"))
    other.post(EXAMPLE, post_of("luza"))
    assert (one.posts(EXAMPLE), other.posts(EXAMPLE)) == ([post_of("kavo")], [post_of("luza")])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(steps)
def test_the_store_keeps_what_memory_keeps(store: Store, steps: list[tuple[object, Post]]) -> None:
    """Whatever is told in whatever order, and with every field of a message."""
    number = next(numbers)
    kept, unkept = begin(store, f"{number:016x}"), Unkept()
    for endpoint, post in steps:
        assert endpoint in (EXAMPLE, OTHER)
        post = msgspec.structs.replace(post, nonce=f"{post.nonce}{number}")
        refused = []
        for one in (kept, unkept):
            try:
                one.post(endpoint, post)
            except NonceTaken:
                refused.append(one)
        assert refused in ([], [kept, unkept])
    for endpoint in (EXAMPLE, OTHER):
        assert list(kept.posts(endpoint)) == list(unkept.posts(endpoint))
    kept.release()


def test_the_next_session_finds_them(path: Path) -> None:
    """After one that was killed, and after one that came to its end; the list of runs knows them, too."""
    with Store.open(path) as store:
        keeper = begin(store, endpoints=(EXAMPLE, OTHER))
        keeper.post(OTHER, post_of("zoka", at=5.0))
        keeper.post(EXAMPLE, post_of("luza", at=9.0, state=POSTED, values={"id": "8"}, why_left="status 403"))
        keeper.post(EXAMPLE, post_of("kavo", at=7.0))
        keeper.post(EXAMPLE, post_of("gone", state=GONE))
        keeper.close(document_of())
    with Store.open(path) as store:
        found = store.find("last")
        assert (found.complete, found.left, found.messages_left) == (True, {"other": 1, "example": 2}, 3)
        assert [(name, post.nonce) for name, post in store.posts("last")] == [
            ("other", "zoka"),
            ("example", "kavo"),
            ("example", "luza"),
        ]
        keeper = store.resume("last", keep_exchanges="none", secrets={})
        assert keeper.posts(EXAMPLE) == [
            post_of("kavo", at=7.0),
            post_of("luza", at=9.0, state=POSTED, values={"id": "8"}, why_left="status 403"),
        ]
        begin(store, "f" * 16)
        assert [one.left for one in store.runs() if one.id == "f" * 16] == [{}]
        assert len(store.runs()) == 2


def test_the_id_of_a_message_is_kept_as_it_is(store: Store) -> None:
    """Even where it holds what is a secret elsewhere, or it could not be deleted; a quotation of the platform is cleaned."""
    keeper = begin(store, secrets={"TOKEN": "s3cr3t-token"})
    post = post_of("kavo", values={"id": "x-s3cr3t-token"}, why_left="it says s3cr3t-token")
    keeper.post(EXAMPLE, post)
    (kept,) = keeper.posts(EXAMPLE)
    assert kept.values == {"id": "x-s3cr3t-token"}
    assert kept.why_left == "it says {secret:TOKEN}"


def test_what_an_exchange_says_of_its_message_has_no_secrets(store: Store, path: Path) -> None:
    """They are taken out as from its steps, so that both can still be compared."""
    keeper = begin(store, keep_exchanges="all", secrets={"TOKEN": "s3cr3t-token"})
    plain = with_body(b"kavo s3cr3t-token")
    sent = Sent(text="kavo s3cr3t-token", nonce="kavo", values={"id": "s3cr3t-token"}, delivery=1.0)
    exchange = Exchange(steps=plain.steps, started=1.0, ended=2.0, sent=sent)
    question = question_about("谣言")
    keeper.keep(EXAMPLE, question, exchange, observation_of(question))
    keep(keeper, question_about("天气"))
    kept = [one for _, _, one in store.answers("last")]
    assert kept[0] is not None
    assert kept[1] is not None
    assert kept[0].sent == Sent(
        text="kavo {secret:TOKEN}", nonce="kavo", values={"id": "{secret:TOKEN}"}, delivery=1.0
    )
    assert kept[1].sent is None
    assert b"s3cr3t" not in b"".join(file.read_bytes() for file in path.parent.iterdir())


def test_damage_to_a_message_is_said(store: Store) -> None:
    """With the name of the file."""
    keeper = begin(store)
    keeper.post(EXAMPLE, post_of("kavo"))
    for change in ("body = x'00'", "body = NULL", "state = 'lost'", "at = 'never'"):
        store._database.run(f"UPDATE post SET {change}")
        with pytest.raises(CouldNotRun, match="is damaged"):
            keeper.posts(EXAMPLE)
        store._database.run("DELETE FROM post")
        keeper.post(EXAMPLE, post_of("kavo"))
    assert keeper.posts(EXAMPLE) == [post_of("kavo")]
