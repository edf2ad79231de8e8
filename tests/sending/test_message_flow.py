"""The way of one message: what is asked next, and when asking ends. Nobody is asked here."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from probe.model.exchange import Part, Request, Response
from probe.model.message import Message
from probe.reading.page import Page, read_page
from probe.sending.message_flow import Journey, Next, is_refused, travel
from probe.sending.pacing import Clock
from tests.builders import make_definition

MESSAGE: dict[str, Any] = {
    "take": {"id": {"json": "id"}},
    "read_back": {
        "request": {"url": "http://127.0.0.1:1/m"},
        "messages": {"json": "messages", "id": "id", "text": "text"},
        "after": 1,
        "within": 10,
    },
}
SENT = '{"id": "m1"}'
EMPTY = '{"messages": []}'
THERE = '{"messages": [{"id": "m1", "text": "a"}]}'


def page(body: str = "{}", status: int = 200) -> Page:
    answer = Response(status=status, headers=(("content-type", "application/json"),), body=body.encode())
    return read_page(make_definition(), Request(method="GET", url="http://127.0.0.1:1/"), answer)


def walk(answers: list[Page | None], **changes: Any) -> tuple[list[Next], Journey]:
    """What is asked when these are the answers, on a clock that waits as it is told; and what is known at the end."""
    message = msgspec.convert({**MESSAGE, **changes}, Message)
    moment = [0.0]
    clock = Clock()
    clock.now = lambda: moment[0]  # type: ignore[method-assign]
    journey = Journey(nonce="kavo")
    flow = travel(message, journey, clock=clock, within=10)
    asked = [next(flow)]
    for answer in answers:
        try:
            asked.append(flow.send(answer))
        except StopIteration:
            break
        moment[0] += asked[-1].wait
    return asked, journey


def test_a_message_that_is_there_at_once_is_read_once() -> None:
    asked, journey = walk([page(SENT), page(THERE)])
    assert [one.part for one in asked] == [Part.SEND, Part.READ_BACK]
    assert (journey.is_accepted, journey.values, journey.delivery) == (True, {"id": "m1"}, 1.0)


def test_pauses_grow_and_end_with_the_time() -> None:
    asked, journey = walk([page(SENT), *[page(EMPTY)] * 20])
    waits = [one.wait for one in asked[1:]]
    assert waits[:-1] == sorted(waits[:-1])
    assert sum(waits) == pytest.approx(10)
    assert journey.delivery is None


@pytest.mark.parametrize("status", [401, 403])
def test_a_reader_who_may_not_read_is_not_asked_again(status: int) -> None:
    """To wait would not help, and each reading is a request."""
    asked, journey = walk([page(SENT), *[page("{}", status)] * 5])
    assert len(asked) == 2
    assert journey.is_accepted


def test_a_status_that_says_missing_is_waited_for() -> None:
    """Where 403 is how a service says that a message is not there yet."""
    back = {**MESSAGE["read_back"], "missing": [403]}
    asked, _ = walk([page(SENT), page("{}", 403), page(THERE)], read_back=back)
    assert len(asked) == 3


def test_what_was_not_accepted_is_not_looked_for() -> None:
    asked, journey = walk([page('{"error": "no"}', 400)])
    assert len(asked) == 1
    assert not journey.is_accepted


def test_a_reader_who_is_told_to_wait_longer_than_there_is_time_stops() -> None:
    """What the service asks for is then what is judged."""
    slow = page('{"retry_after": 60}', 429)
    asked, _ = walk([page(SENT), slow])
    assert len(asked) == 2


def test_refusals_are_told_by_status_or_as_the_definition_says() -> None:
    message = msgspec.convert({**MESSAGE, "refused": {"json": "error"}}, Message)
    assert is_refused(message, page("{}", 422))
    assert is_refused(message, page('{"error": "no"}'))
    assert not is_refused(message, page("{}", 500))
