"""Each step is a transaction as OONI's df-001 describes it, whatever became of it."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from probe.model.exchange import Exchange, Failure, Request, Response, Stage, Step, Wire
from probe.showing.ooni_transaction import follows_redirects, maybe_binary, write_transactions

from .ooni_shapes import TRANSACTION

WIRE = Wire(
    started=1000.25,
    ended=1000.5,
    request=b"POST /a HTTP/1.1\r\nHost: h.example\r\n",
    response=b"HTTP/1.1 451 Law\r\nX-A: 1\r\nX-A: \xff\r\nX-B:  2 \r\n",
    address="[2001:db8::1]:443",
)
STEP = Step(
    request=Request(method="POST", url="http://h.example/a", body="谣言".encode()),
    response=Response(status=451, headers=(("x-a", "1"),), body=b"\xff\x00"),
    wire=WIRE,
)


def exchange_of(*steps: Step) -> Exchange:
    return Exchange(steps=steps, started=1000.0, ended=1001.0)


def write(step: Step) -> dict[str, Any]:
    """As it is read back, and as OONI's page says."""
    (one,) = json.loads(json.dumps(write_transactions(exchange_of(step), zero=1000.0, first=7)))
    assert list(TRANSACTION(one, "transaction")) == []
    assert isinstance(one, dict)
    return one


def test_an_answer_is_told_with_its_heads_of_the_wire() -> None:
    """The map has the first of several, the list has all; what is no text is base64."""
    one = write(STEP)
    assert (one["failure"], one["address"], one["transaction_id"]) == (None, "[2001:db8::1]:443", 7)
    assert (one["t0"], one["t"]) == (0.25, 0.5)
    assert one["request"]["body"] == "谣言"
    assert one["request"]["headers"] == {"Host": "h.example"}
    binary = {"format": "base64", "data": "/w=="}
    assert one["response"]["code"] == 451
    assert one["response"]["headers"] == {"X-A": "1", "X-B": "2"}
    assert one["response"]["headers_list"] == [["X-A", "1"], ["X-A", binary], ["X-B", "2"]]
    assert one["response"]["body"] == {"format": "base64", "data": "/wA="}


def test_what_was_kept_before_the_wire_was_recorded_is_told_too() -> None:
    """With the headers and times that are known."""
    one = write(msgspec.structs.replace(STEP, wire=None))
    assert "address" not in one
    assert (one["t0"], one["t"]) == (0.0, 1.0)
    assert one["response"]["headers"] == {"x-a": "1"}


@pytest.mark.parametrize("failure", list(Failure))
def test_a_failure_is_told_in_the_words_of_df_007(failure: Failure) -> None:
    """With the empty answer that OONI's probes write where none came."""
    wire = msgspec.structs.replace(WIRE, response=b"")
    one = write(msgspec.structs.replace(STEP, response=None, wire=wire, failure=failure, stage=Stage.READ))
    assert (one["failure"], one["x_stage"]) == (failure.value, "read")
    empty = {"body": "", "body_is_truncated": False, "code": 0, "headers": {}, "headers_list": []}
    assert one["response"] == empty


def test_the_head_of_an_answer_that_broke_off_is_told() -> None:
    """The body is not: only a piece of it came."""
    one = write(
        msgspec.structs.replace(STEP, response=None, failure=Failure.CONNECTION_RESET, stage=Stage.BODY)
    )
    assert (one["response"]["code"], one["response"]["body"]) == (451, "")
    assert one["response"]["headers"]["X-B"] == "2"


def test_a_body_that_was_cut_says_so() -> None:
    """As df-001 has it."""
    assert STEP.response is not None
    cut = msgspec.structs.replace(STEP, response=msgspec.structs.replace(STEP.response, is_cut=True))
    assert write(STEP)["response"]["body_is_truncated"] is False
    assert write(cut)["response"]["body_is_truncated"] is True
    assert write(cut)["request"]["body_is_truncated"] is False


def test_what_is_looked_up_in_a_list_is_no_transaction() -> None:
    """Nothing was sent; ids go on over what is left out."""
    local = Step(request=Request(method="GET", url="list:tom-skype"))
    written = write_transactions(exchange_of(STEP, local, STEP), zero=0.0, first=1)
    assert [one["transaction_id"] for one in written] == [1, 2]


def test_following_a_redirect_is_told_from_several_steps() -> None:
    """A token that is fetched first is none."""
    moved = msgspec.structs.replace(STEP, response=Response(status=302, headers=(("location", "/b"),)))
    assert follows_redirects([exchange_of(moved, STEP)])
    assert not follows_redirects([exchange_of(STEP, STEP), exchange_of(moved)])


def test_bytes_are_text_where_they_can_be() -> None:
    """As df-001 says."""
    assert maybe_binary("谣".encode()) == "谣"
    assert maybe_binary(b"\xe8") == {"format": "base64", "data": "6A=="}
