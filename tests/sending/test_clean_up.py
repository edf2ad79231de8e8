"""Taking messages away again: what counts as gone, and how one is found of which nobody knows whether it was posted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

import pytest

from probe.events import Event
from probe.model.definition import Endpoint
from probe.model.exchange import Request, Response, Step
from probe.model.post import Post, PostState
from probe.sending.clean_up import NO_WAY, CleaningUp
from probe.sending.engine import Engine, Lane, Place
from probe.sending.pacing import Clock, Host, Pace
from probe.sending.poster import Poster
from probe.sending.request import RequestWriter
from probe.sending.transport import Transport
from tests.builders import make_endpoint

BASE = "http://127.0.0.1:1"
READ_BACK: dict[str, Any] = {
    "request": {"url": f"{BASE}/list"},
    "messages": {"json": "messages", "id": "id", "text": "text"},
    "within": 0.01,
}
THERE = (200, '{"messages": [{"id": "m1", "text": "天气 kavo"}]}')
EMPTY = (200, '{"messages": []}')
Answer = tuple[int, str]


class Book:
    """Posts in memory."""

    def __init__(self, post: Post) -> None:
        self.post = post

    def keep(self, post: Post) -> None:
        self.post = post

    def left(self) -> Sequence[Post]:
        return [self.post] if self.post.state is not PostState.GONE else []


class Line:
    """Stands in for the network: answers by method and path."""

    def __init__(self, answer: Callable[[str], Answer]) -> None:
        self.answer = answer
        self.asked: list[str] = []

    async def send(self, request: Request, *, deadline: float) -> Step:
        line = f"{request.method} {request.url.removeprefix(BASE)}"
        self.asked.append(line)
        status, body = self.answer(line)
        headers = (("content-type", "application/json"),)
        return Step(request=request, response=Response(status=status, headers=headers, body=body.encode()))


def endpoint(
    read_back: dict[str, Any] | None = None, rules: Sequence[dict[str, Any]] = (), **clean_up: Any
) -> Endpoint:
    return make_endpoint(
        rules=[*rules, {"id": "arrived", "when": {"arrived": "identical"}, "outcome": "served"}],
        kind="message",
        forms={"plain": "{keyword} {nonce}"},
        request={"url": f"{BASE}/send", "method": "POST", "json": {"text": "{text}"}},
        message={
            "take": {"id": {"json": "id"}},
            "read_back": read_back or READ_BACK,
            "clean_up": {"request": {"url": f"{BASE}/m/{{id}}", "method": "DELETE"}, **clean_up},
        },
    )


async def clear(
    where: Endpoint, post: Post, answers: dict[str, Answer], listed: Iterator[Answer] | None = None
) -> tuple[Post, list[str]]:
    """What is kept of a post after the cleaning, and what was asked for it; `listed` are what readings answer in turn."""
    book = Book(post)
    line = Line(lambda asked: answers[asked] if listed is None or asked != "GET /list" else next(listed))
    poster = Poster(where, RequestWriter(where, {}), {}, Clock(1000), book)
    message = where.definition.message
    assert message is not None
    assert message.clean_up is not None
    cleaning = CleaningUp(poster, RequestWriter(where, {}, message.clean_up.request))
    await cleaning.clear(cast("Transport", line), {})
    return book.post, line.asked


def posted(**changes: Any) -> Post:
    known: dict[str, Any] = {
        "question": "q",
        "keyword": "天气",
        "form": "plain",
        "nonce": "kavo",
        "at": 0.0,
        "state": PostState.POSTED,
        "values": {"id": "m1"},
        "is_seen": True,
    }
    return Post(**{**known, **changes})


async def test_what_the_service_takes_away_is_gone() -> None:
    post, asked = await clear(endpoint(), posted(), {"DELETE /m/m1": (204, ""), "GET /list": EMPTY})
    assert post.state is PostState.GONE
    assert asked == ["DELETE /m/m1", "GET /list"]


async def test_what_the_service_only_says_it_took_away_is_left() -> None:
    """Of an account that is muted it may take orders and do nothing."""
    post, _ = await clear(endpoint(), posted(), {"DELETE /m/m1": (200, "{}"), "GET /list": THERE})
    assert post.state is PostState.POSTED
    assert post.why_left == "the service said that it took it away, and it is still there"


@pytest.mark.parametrize(
    "refusal", [(404, "{}"), (400, '{"msg": "Invalid message(s)"}'), (200, '{"ok": false}')]
)
async def test_a_message_that_is_no_more_is_gone_whatever_its_service_says(refusal: Answer) -> None:
    """Each service has its own words for "there is no such message": whoever saw it looks again."""
    where = endpoint(expect={"json": "ok", "pattern": "true"}) if refusal[0] == 200 else endpoint()
    post, asked = await clear(where, posted(), {"DELETE /m/m1": refusal, "GET /list": EMPTY})
    assert post.state is PostState.GONE
    assert asked == ["DELETE /m/m1", "GET /list"]


async def test_a_log_of_what_was_delivered_says_nothing_of_what_is_there() -> None:
    """What was taken away stands in it as before."""
    log = {**READ_BACK, "log": True}
    post, asked = await clear(endpoint(log), posted(), {"DELETE /m/m1": (200, "{}")})
    assert (post.state, asked) == (PostState.GONE, ["DELETE /m/m1"])
    post, asked = await clear(endpoint(log), posted(), {"DELETE /m/m1": (400, "{}")})
    assert (post.state, asked) == (PostState.POSTED, ["DELETE /m/m1"])


@pytest.mark.parametrize("refusal", [(404, '{"message": "Unknown Webhook"}'), (403, "{}")])
async def test_a_message_that_is_still_there_is_left_whatever_its_service_says(refusal: Answer) -> None:
    """A 404 may mean that something else is not there."""
    post, _ = await clear(endpoint(), posted(), {"DELETE /m/m1": refusal, "GET /list": THERE})
    assert post.state is PostState.POSTED
    assert post.why_left == f"the service did not take it away (HTTP {refusal[0]})"


async def test_a_service_in_trouble_says_nothing_of_a_message_that_its_reader_does_not_see() -> None:
    """It may be hidden from others, and still be there for its sender."""
    post, asked = await clear(endpoint(), posted(), {"DELETE /m/m1": (503, "{}"), "GET /list": EMPTY})
    assert post.state is PostState.POSTED
    assert set(asked) == {"DELETE /m/m1"}


async def test_a_reading_that_fails_does_not_say_that_a_message_is_gone() -> None:
    post, _ = await clear(endpoint(), posted(), {"DELETE /m/m1": (403, "{}"), "GET /list": (403, "{}")})
    assert post.state is PostState.POSTED


async def test_what_was_never_seen_is_gone_by_a_404_and_not_by_being_unseen() -> None:
    unseen = posted(is_seen=False)
    post, asked = await clear(endpoint(), unseen, {"DELETE /m/m1": (404, "{}")})
    assert (post.state, asked) == (PostState.GONE, ["DELETE /m/m1"])
    post, _ = await clear(endpoint(), unseen, {"DELETE /m/m1": (403, "{}")})
    assert post.state is PostState.POSTED


async def test_a_message_of_unknown_fate_is_found_by_its_nonce_and_taken_away() -> None:
    lost = posted(state=PostState.WRITTEN, values={}, is_seen=False)
    listed = iter([THERE, EMPTY])
    post, asked = await clear(endpoint(), lost, {"DELETE /m/m1": (204, "")}, listed)
    assert post.state is PostState.GONE
    assert asked == ["GET /list", "DELETE /m/m1", "GET /list"]


async def test_a_message_of_unknown_fate_may_wait_for_review_where_there_are_reviews() -> None:
    """It is not among those that are there, which says little then."""
    lost = posted(state=PostState.WRITTEN, values={}, is_seen=False)
    post, _ = await clear(endpoint(), lost, {"GET /list": EMPTY})
    assert post.state is PostState.GONE
    held = {"id": "held", "when": {"part": "send", "status": 202}, "outcome": "held"}
    post, _ = await clear(endpoint(rules=[held]), lost, {"GET /list": EMPTY})
    assert post.why_left == "it may have been posted, and wait for a review where nobody sees it"


async def test_a_reading_that_names_one_message_is_no_list_of_all() -> None:
    """Where it is asked for by its nonce, the reading of one says nothing of another."""
    by_nonce = {**READ_BACK, "request": {"url": f"{BASE}/list?key={{nonce}}"}}
    lost = posted(state=PostState.WRITTEN, values={}, is_seen=False)
    post, asked = await clear(endpoint(by_nonce), lost, {})
    assert asked == []
    assert post.why_left == "it may have been posted, and cannot be found"


async def test_for_what_stays_for_ever_nobody_is_asked_or_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a definition without `clean_up` the messages that were posted are named, and the run is over at once."""
    message = {"take": {"id": {"json": "id"}}, "read_back": READ_BACK}
    where = make_endpoint(kind="message", message=message, forms={"plain": "{keyword} {nonce}"})
    writer, clock, book = RequestWriter(where, {}), Clock(), Book(posted())
    heard: list[Event] = []
    monkeypatch.setattr(clock, "sleep", lambda seconds: pytest.fail("it waits"))
    place = Place(
        endpoint=where,
        observe=lambda question, exchange: pytest.fail("nothing is asked"),
        writer=writer,
        host=Host(Pace(None, 0.0, lambda: 0.5), 1, clock),
        fresh=False,
        cleaning=CleaningUp(Poster(where, writer, {}, clock, book), None),
    )
    lane: Lane[None] = Lane(place=place, planner=None, keep=lambda *_: None, settle=lambda case: None)  # type: ignore[arg-type]
    await Engine(clock, heard.append).take_back([lane])
    assert (book.post.why_left, heard) == (NO_WAY, [])
