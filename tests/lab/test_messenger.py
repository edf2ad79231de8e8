from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.lab import message_store
from probe.lab.censor import Cause
from probe.lab.message import Draft, Message
from probe.lab.messenger import Messenger
from probe.lab.messenger_policy import MessageAct, MessengerPolicy
from probe.lab.messenger_result import Accepted, Refusal, Shown
from probe.lab.policy import Act

WORDS = {
    "六四": MessageAct.REJECT,
    "法轮功": MessageAct.DROP,
    "诈骗": MessageAct.REVIEW,
    "慢审": MessageAct.SILENT_REVIEW,
    "撤回": MessageAct.WITHDRAW,
    "谣言": MessageAct.REPLACE,
    "翻墙": MessageAct.CUT,
    "色情": MessageAct.MASK,
    "爆炸": MessageAct.DELAY,
}
ALWAYS = 1.0


class Practice:
    """A messenger, with a nonce of its own for each message."""

    def __init__(self, seed: int = 0, **policy: Any) -> None:
        self.subject = Messenger(MessengerPolicy(**{"name": "here", "words": WORDS, **policy}), seed=seed)
        self._nonces = 0

    def post(
        self,
        text: str,
        at: float = 0.0,
        *,
        user: str = "alice",
        room: str = "lobby",
        nonce: str | None = None,
    ) -> Accepted | Refusal:
        self._nonces += 1
        draft = Draft(author=user, room=room, text=text, nonce=nonce or f"n{self._nonces}")
        return self.subject.post(draft, at=at, wall=0.0)

    def accept(self, text: str, at: float = 0.0, **kwargs: Any) -> Accepted:
        result = self.post(text, at, **kwargs)
        assert isinstance(result, Accepted)
        return result

    def refuse(self, text: str, at: float = 0.0, **kwargs: Any) -> Refusal:
        result = self.post(text, at, **kwargs)
        assert isinstance(result, Refusal)
        return result

    def texts(self, at: float, *, user: str = "bob", room: str = "lobby") -> list[str]:
        found = self.subject.read(user, room, 100, at=at)
        assert isinstance(found, list)
        return [shown.text for shown in found]

    def codes(self, *texts: str, at: float = 0.0) -> list[str]:
        results = [self.post(text, at) for text in texts]
        return [result.state if isinstance(result, Accepted) else result.code for result in results]

    @property
    def messages(self) -> list[Message]:
        return self.subject.messages


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("大天气小", "大天气小"),
        ("大翻墙小", "大小"),
        ("大色情小", "大**小"),
    ],
)
def test_what_is_delivered_is_read_after_its_latency(text: str, read: str) -> None:
    """Nobody but the author sees it before, and he reads what he wrote."""
    practice = Practice(latency=(5.0, 5.0))
    assert practice.accept(text, 100.0).state == "sent"
    assert [practice.texts(at) for at in (100.0, 104.9, 105.0, 1e9)] == [[], [], [read], [read]]
    assert practice.texts(100.0, user="alice") == [text]


def test_a_latency_differs_from_message_to_message() -> None:
    """Within its bounds, and alike for the same seed."""

    def moments(seed: int) -> list[float]:
        practice = Practice(seed, latency=(1.0, 3.0))
        for number in range(20):
            practice.accept(f"天气 {number}")
        return [message.seen_from for message in practice.messages]

    assert all(1.0 <= moment < 3.0 for moment in moments(0))
    assert len(set(moments(0))) == 20
    assert moments(0) == moments(0) != moments(1)


def test_a_replaced_text_is_another() -> None:
    """Only the author does not notice."""
    practice = Practice()
    practice.accept("大谣言小")
    (read,) = practice.texts(0.0)
    assert read
    assert "谣言" not in read
    assert practice.texts(0.0, user="alice") == ["大谣言小"]


def test_a_refused_text_is_not_stored() -> None:
    """And the answer says so."""
    practice = Practice()
    refused = practice.refuse("大六四小")
    assert (refused.status, refused.code, refused.act) == (403, "text_refused", MessageAct.REJECT)
    assert practice.messages == []
    assert practice.texts(0.0, user="alice") == []


@pytest.mark.parametrize(
    ("text", "state", "act"),
    [
        ("法轮功", "sent", MessageAct.DROP),
        ("诈骗", "review", MessageAct.REVIEW),
        ("慢审", "sent", MessageAct.SILENT_REVIEW),
    ],
)
def test_what_is_held_is_seen_by_its_author_only(text: str, state: str, act: MessageAct) -> None:
    """However long others wait."""
    practice = Practice()
    accepted = practice.accept(text)
    assert (accepted.state, accepted.act, accepted.cause) == (state, act, Cause.KEYWORD)
    assert practice.texts(1e9) == []
    assert practice.texts(0.0, user="alice") == [text]
    assert [message.act for message in practice.messages] == [act]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("慢审", [False, False, False, True, True]),
        ("爆炸", [False, True, True, True, True]),
        ("撤回", [True, True, False, False, False]),
        ("天气", [True, True, True, True, True]),
    ],
)
def test_what_is_late_or_withdrawn_follows_the_clock(text: str, seen: list[bool]) -> None:
    """Each act by its own time, which is counted from when the message would have arrived."""
    practice = Practice(latency=(2.0, 2.0), slow=10.0, withdraw_after=20.0, review_for=30.0)
    practice.accept(text)
    assert [practice.texts(at) == [text] for at in (2.0, 12.0, 22.0, 32.0, 1e9)] == seen
    assert practice.texts(1e9, user="alice") == [text]


def test_rooms_are_apart() -> None:
    """What is said in one is not read, found or deleted in another."""
    practice = Practice()
    identity = practice.accept("天气", room="lobby").id
    assert practice.texts(0.0, room="garden") == []
    for result in (
        practice.subject.read_one("bob", "garden", identity, at=0.0),
        practice.subject.delete("alice", "garden", identity, at=0.0),
    ):
        assert isinstance(result, Refusal)
        assert result.status == 404
    assert practice.texts(0.0) == ["天气"]


def test_a_trigger_rate_lets_some_through() -> None:
    """About as many as it says."""
    practice = Practice(trigger_rate=0.75)
    codes = practice.codes(*["六四"] * 200)
    assert 130 <= codes.count("text_refused") <= 170
    assert len(practice.messages) == codes.count("sent") == 200 - codes.count("text_refused")


def test_an_error_posts_nothing() -> None:
    """Both kinds of it occur."""
    practice = Practice(error_rate=ALWAYS)
    refused = [practice.refuse("天气") for _ in range(40)]
    assert {one.status for one in refused} == {502, 503}
    assert {(one.act, one.cause) for one in refused} == {(Act.ERROR, Cause.NOISE)}
    assert practice.messages == []


def test_a_lost_answer_looks_like_an_error_though_it_was_posted() -> None:
    """Only a look, or the same nonce again, tells the sender."""
    practice = Practice(lost_rate=ALWAYS)
    refused = practice.refuse("天气", nonce="once")
    failure = Practice(error_rate=ALWAYS).refuse("天气")
    assert replace(refused, status=failure.status) == failure
    assert practice.texts(0.0) == ["天气"]
    again = practice.accept("天气", nonce="once")
    assert again.again
    assert [message.id for message in practice.messages] == [again.id]


def test_reading_and_deleting_can_fail_too() -> None:
    """Nothing happens then, and it passes."""
    practice = Practice(read_error_rate=0.5)
    identity = practice.accept("天气").id
    looked = [practice.subject.read("bob", "lobby", 9, at=0.0) for _ in range(40)]
    failed = [result for result in looked if isinstance(result, Refusal)]
    assert 5 <= len(failed) <= 35
    assert {result.status for result in failed} == {502, 503}
    attempts = 0
    while isinstance(result := practice.subject.delete("alice", "lobby", identity, at=0.0), Refusal):
        attempts += 1
        assert (result.code, len(practice.messages), attempts < 40) == ("unavailable", 1, True)
    assert practice.messages == []


def test_the_same_nonce_posts_once() -> None:
    """Whatever text comes with it; another user's or another nonce is another message."""
    practice = Practice()
    first = practice.accept("诈骗", nonce="once")
    again = practice.accept("六四", nonce="once")
    assert (again.id, again.state, again.again) == (first.id, "review", True)
    assert (again.act, again.cause) == (Act.SERVE, Cause.NOTHING)
    others = [practice.accept("天气", nonce="once", user="bob"), practice.accept("天气", nonce="twice")]
    assert len({first.id, *(other.id for other in others)}) == len(practice.messages) == 3


def test_a_nonce_whose_message_was_refused_is_free() -> None:
    """There is no old id to give back."""
    practice = Practice()
    practice.refuse("六四", nonce="once")
    assert not practice.accept("天气", nonce="once").again


def test_a_nonce_outlives_its_message() -> None:
    """To send it again does not bring back what was deleted."""
    practice = Practice()
    first = practice.accept("天气", nonce="once")
    assert practice.subject.delete("alice", "lobby", first.id, at=0.0) is None
    assert practice.accept("天气", nonce="once").id == first.id
    assert practice.messages == []


def test_a_said_duplicate_is_refused_within_its_window() -> None:
    """In any room, even where the first was deleted; for that user only, and a refusal does not begin it anew."""
    practice = Practice(duplicates="said", duplicate_window=60.0)
    first = practice.accept("天气", 0.0)
    assert practice.refuse("天气", 30.0).status == 409
    practice.subject.delete("alice", "lobby", first.id, at=30.0)
    assert practice.refuse("天气", 59.9, room="garden").code == "duplicate"
    practice.accept("天气", 30.0, user="bob")
    practice.accept("天气！", 30.0)
    practice.accept("天气", 60.0)


def test_a_silent_duplicate_is_never_read() -> None:
    """The sender is told that it was sent, and sees it himself."""
    practice = Practice(duplicates="silent", duplicate_window=60.0)
    practice.accept("天气", 0.0)
    copy = practice.accept("天气", 30.0)
    assert (copy.state, copy.act, copy.cause) == ("sent", MessageAct.DROP, Cause.GATE)
    assert practice.texts(1e9) == ["天气"]
    assert practice.texts(1e9, user="alice") == ["天气"] * 2
    practice.accept("天气", 60.0)
    assert practice.texts(1e9) == ["天气"] * 2


def test_without_a_rule_duplicates_are_messages() -> None:
    """Nobody minds."""
    practice = Practice()
    assert practice.codes("天气", "天气") == ["sent", "sent"]
    assert practice.texts(0.0) == ["天气"] * 2


def test_a_mute_is_said() -> None:
    """From the text after the last hit, for every text, with what remains of it; for this user only."""
    practice = Practice(escalation=(2, 100.0, "said"))
    assert practice.codes("六四", "天气", "色情") == ["text_refused", "sent", "sent"]
    muted = practice.refuse("天气", 40.0)
    assert (muted.status, muted.code, muted.retry_after) == (403, "muted", 60.0)
    practice.accept("天气", 40.0, user="bob")
    assert practice.codes("天气", "六四", "天气", "色情", "天气", at=100.0) == [
        "sent",
        "text_refused",
        "sent",
        "sent",
        "muted",
    ]


def test_a_mute_can_look_like_the_censor() -> None:
    """Innocent texts get the very refusal that words get, until the time is over."""
    practice = Practice(escalation=(1, 100.0, "same"))
    word, innocent = practice.refuse("六四"), practice.refuse("天气", 99.9)
    assert replace(innocent, cause=word.cause) == word
    assert innocent.cause is Cause.GATE
    assert practice.codes("天气", at=100.0) == ["sent"]


def test_a_mute_can_be_silent() -> None:
    """All is accepted as ever, and nobody else sees what was sent meanwhile, even afterwards."""
    practice = Practice(escalation=(1, 100.0, "shadow"))
    assert practice.codes("大色情小", "天气一", "诈骗") == ["sent"] * 3
    practice.accept("天气二", 100.0)
    assert practice.texts(1e9) == ["天气二", "大**小"]
    assert practice.texts(1e9, user="alice") == ["天气二", "诈骗", "天气一", "大色情小"]


def test_hits_under_a_silent_mute_do_not_prolong_it() -> None:
    """Nor do they count towards the next."""
    practice = Practice(escalation=(2, 100.0, "shadow"))
    practice.codes("色情", "色情", at=0.0)
    practice.codes("色情", "色情", "色情", at=50.0)
    practice.codes("天气", "色情", "音乐", at=100.0)
    assert practice.texts(1e9) == ["音乐", "**", "天气", "**", "**"]


def test_what_the_censor_let_pass_is_no_hit() -> None:
    """Only what was acted on counts."""
    practice = Practice(escalation=(1, 100.0, "said"), trigger_rate=0.0)
    assert practice.codes(*["六四"] * 5) == ["sent"] * 5


def test_a_throttle_counts_all_that_a_user_asks() -> None:
    """Reads and deletions too; another user has his own."""
    practice = Practice(throttle=(3, 10.0))
    identity = practice.accept("天气", 0.0).id
    practice.subject.read("alice", "lobby", 9, at=1.0)
    practice.subject.read_one("alice", "lobby", identity, at=2.0)
    for result in (
        practice.post("天气", 4.0),
        practice.subject.read("alice", "lobby", 9, at=4.0),
        practice.subject.read_one("alice", "lobby", identity, at=4.0),
        practice.subject.delete("alice", "lobby", identity, at=4.0),
    ):
        assert isinstance(result, Refusal)
        assert (result.status, result.code, result.retry_after) == (429, "slow_down", 6.0)
    assert practice.texts(4.0) == ["天气"]
    assert practice.subject.delete("alice", "lobby", identity, at=10.0) is None


def test_a_throttle_does_not_change_what_comes_after() -> None:
    """The noise moves on only with what was let through."""
    free, limited = Practice(trigger_rate=0.5), Practice(trigger_rate=0.5, throttle=(1, 10.0))
    expected = [free.codes("六四", at=at) for at in range(0, 300, 10)]
    seen = [limited.codes("六四", "六四", at=at) for at in range(0, 300, 10)]
    assert [codes[:1] for codes in seen] == expected
    assert {codes[1] for codes in seen} == {"slow_down"}


def test_a_day_has_so_many_messages() -> None:
    """Refused texts and repeated nonces are none; deleted ones are."""
    practice = Practice(posts_a_day=2)
    assert practice.codes("六四", at=50.0) == ["text_refused"]
    first = practice.accept("天气", 100.0, nonce="once")
    practice.subject.delete("alice", "lobby", first.id, at=100.0)
    practice.accept("音乐", 200.0)
    spent = practice.refuse("足球", 300.0)
    assert (spent.status, spent.code, spent.retry_after) == (429, "daily_limit", 86_200.0)
    assert practice.accept("天气", 300.0, nonce="once").again
    practice.accept("足球", 86_500.0)


def test_deleting() -> None:
    """One's own, once; of others only what one can see is admitted to exist."""
    practice = Practice(latency=(5.0, 5.0))
    identity = practice.accept("天气").id

    def delete(user: str, at: float) -> str | None:
        result = practice.subject.delete(user, "lobby", identity, at=at)
        return None if result is None else f"{result.status} {result.code}"

    assert delete("bob", 0.0) == "404 not_found"
    assert delete("bob", 5.0) == "403 not_yours"
    assert len(practice.messages) == 1
    assert delete("alice", 5.0) is None
    assert delete("alice", 5.0) == delete("bob", 5.0) == "404 not_found"
    assert practice.messages == []


@pytest.mark.parametrize("text", [word for word, act in WORDS.items() if act is not MessageAct.REJECT])
def test_whatever_was_done_to_it_can_be_deleted(text: str) -> None:
    """A prober must be able to clean up after himself."""
    practice = Practice()
    identity = practice.accept(text).id
    assert practice.subject.delete("alice", "lobby", identity, at=1e9) is None
    assert practice.messages == []


def test_a_messenger_that_keeps_refuses_to_delete() -> None:
    """It says so about one's own messages, and no more about others than any."""
    practice = Practice(keeps=True)
    identity = practice.accept("天气").id
    for user, name, code in [
        ("alice", identity, "deletion_refused"),
        ("bob", identity, "not_yours"),
        ("alice", "x", "not_found"),
    ]:
        result = practice.subject.delete(user, "lobby", name, at=0.0)
        assert isinstance(result, Refusal)
        assert result.code == code
    assert len(practice.messages) == 1


def test_escaped_messages() -> None:
    """Author and others alike read HTML in NFC."""
    practice = Practice(escapes=True)
    identity = practice.accept("a<b> & 'e\u0301' 色情").id
    assert practice.texts(0.0) == ["<p>a&lt;b&gt; &amp; &#x27;\u00e9&#x27; **</p>"]
    shown = practice.subject.read_one("alice", "lobby", identity, at=0.0)
    assert isinstance(shown, Shown)
    assert shown.text == "<p>a&lt;b&gt; &amp; &#x27;\u00e9&#x27; 色情</p>"


def test_a_full_messenger_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is pushed out by something new; what is deleted makes room."""
    monkeypatch.setattr(message_store, "STORED", 2)
    practice = Practice()
    identity = practice.accept("天气").id
    assert practice.codes("音乐", "足球") == ["sent", "full"]
    practice.subject.delete("alice", "lobby", identity, at=0.0)
    assert practice.codes("足球") == ["sent"]


def test_ids_look_unguessable_and_repeat() -> None:
    """The same seed gives the same ids, another gives others."""

    def ids(seed: int) -> list[str]:
        practice = Practice(seed)
        return [practice.accept("天气").id for _ in range(50)]

    assert ids(0) == ids(0)
    assert len({*ids(0), *ids(1)}) == 100
    assert {len(identity) for identity in ids(0)} == {24}


rates = st.sampled_from([0.0, 0.3, 1.0])
seconds = st.sampled_from([0.5, 3.0, 40.0])
policies = st.builds(
    MessengerPolicy,
    name=st.just("here"),
    words=st.dictionaries(st.sampled_from(["谣言", "色情", "六四", "撤回"]), st.sampled_from(MessageAct)),
    canary_act=st.sampled_from(MessageAct),
    slow=seconds,
    review_for=st.none() | seconds,
    withdraw_after=seconds,
    trigger_rate=rates,
    escalation=st.none() | st.tuples(st.integers(1, 2), seconds, st.sampled_from(["said", "same", "shadow"])),
    shadow_banned=st.sampled_from([frozenset(), frozenset({"mallory"})]),
    duplicates=st.sampled_from([None, "said", "silent"]),
    duplicate_window=seconds,
    latency=st.sampled_from([(0.0, 0.0), (0.5, 4.0)]),
    error_rate=rates,
    lost_rate=rates,
    read_error_rate=rates,
    throttle=st.none() | st.tuples(st.integers(1, 4), seconds),
    posts_a_day=st.none() | st.integers(1, 4),
    escapes=st.booleans(),
    keeps=st.booleans(),
)
posts = st.lists(
    st.tuples(
        st.sampled_from(["alice", "mallory"]),
        st.sampled_from(["天气", "音乐", "大谣言小", "色情六四", "撤回", "禁词样本"]),
        st.sampled_from(["lobby", "garden"]),
        st.sampled_from([0.0, 1.0, 60.0]),
    ),
    max_size=12,
)


@given(policies, posts)
def test_nobody_reads_a_shadow_banned_user(
    policy: MessengerPolicy, said: list[tuple[str, str, str, float]]
) -> None:
    """Whatever the policy, the words and the time."""
    policy = replace(policy, shadow_banned=policy.shadow_banned | {"mallory"})
    subject, at = Messenger(policy, seed=0), 0.0
    for number, (user, text, room, wait) in enumerate(said):
        at += wait
        subject.post(Draft(author=user, room=room, text=text, nonce=f"n{number}"), at=at, wall=0.0)
    for later in (0.0, 1.0, 60.0, 1e6):
        for room in ("lobby", "garden"):
            found = subject.read("bob", room, 100, at=at + later)
            assert isinstance(found, Refusal) or all(shown.author != "mallory" for shown in found)
        for message in subject.messages:
            if message.author == "mallory":
                assert not isinstance(subject.read_one("bob", message.room, message.id, at=at + later), Shown)


@given(policies, posts)
def test_an_innocent_text_arrives_as_it_was_sent(
    policy: MessengerPolicy, said: list[tuple[str, str, str, float]]
) -> None:
    """Whatever went before, wherever nothing but words can come between."""
    policy = replace(
        policy, escalation=None, duplicates=None, error_rate=0.0, read_error_rate=0.0, throttle=None,
        posts_a_day=None, escapes=False, shadow_banned=frozenset(),
    )  # fmt: skip
    subject, at = Messenger(policy, seed=0), 0.0
    for number, (user, text, room, wait) in enumerate(said):
        at += wait
        before = len(subject.messages)
        posted = subject.post(Draft(author=user, room=room, text=text, nonce=f"n{number}"), at=at, wall=0.0)
        if policy.act_on(text) is not None:
            continue
        assert len(subject.messages) == before + 1
        identity = subject.messages[-1].id
        assert isinstance(posted, Refusal) if policy.lost_rate == ALWAYS else True
        assert posted.id == identity if isinstance(posted, Accepted) else posted.status == 503
        for later in (policy.latency[1], 1e6):
            found = subject.read_one("bob", room, identity, at=at + later)
            assert isinstance(found, Shown)
            assert (found.text, found.author) == (text, user)


@given(policies, posts)
def test_every_message_that_has_an_id_can_be_found_by_its_author(
    policy: MessengerPolicy, said: list[tuple[str, str, str, float]]
) -> None:
    """Dropped, held, hidden or withdrawn: he sees it, unchanged, and nothing is stored that was refused."""
    policy = replace(policy, throttle=None, read_error_rate=0.0, escapes=False, lost_rate=0.0)
    subject, at, expected = Messenger(policy, seed=0), 0.0, []
    for number, (user, text, room, wait) in enumerate(said):
        at += wait
        posted = subject.post(Draft(author=user, room=room, text=text, nonce=f"n{number}"), at=at, wall=0.0)
        if isinstance(posted, Accepted):
            expected.append(posted.id)
            found = subject.read_one(user, room, posted.id, at=at + 1e6)
            assert isinstance(found, Shown)
            assert (found.id, found.text, found.author) == (posted.id, text, user)
    assert [message.id for message in subject.messages] == expected
