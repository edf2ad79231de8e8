"""An exchange comes back as it was, but for what is cut of long bodies."""

from __future__ import annotations

import zlib

import msgspec
import pytest

from probe.keeping import packed_exchange
from probe.keeping.packed_exchange import MOST_BODY, pack_exchange, unpack_exchange
from probe.model.exchange import Exchange, Failure, Part, Request, Response, Sent, Stage, Step, Wire


def exchange_with(*, sent: bytes | None, came: bytes, detail: str | None = None) -> Exchange:
    request = Request(method="POST", url="http://h.example/", headers=(("a", "b"),), body=sent)
    failed = Step(request=request, failure=Failure.CONNECTION_RESET, stage=Stage.READ, detail="reset")
    answered = Step(request=request, response=Response(status=200, body=came), detail=detail)
    return Exchange(steps=(failed, answered), started=1.5, ended=2.5)


def test_an_exchange_comes_back_as_it_was() -> None:
    """Whatever bytes its bodies are."""
    exchange = exchange_with(sent=bytes(range(256)), came=b"\xff" * MOST_BODY)
    assert unpack_exchange(pack_exchange(exchange)) == exchange
    assert unpack_exchange(pack_exchange(exchange_with(sent=None, came=b""))).last.request.body is None


def test_what_is_known_of_a_message_comes_back() -> None:
    """With what half a character a platform may have put into its id."""
    plain = exchange_with(sent=b"q", came=b"a")
    failed, answered = plain.steps
    steps = (
        msgspec.structs.replace(failed, part=Part.SEND),
        msgspec.structs.replace(answered, part=Part.READ_BACK),
    )
    sent = Sent(text="谣言 kavo", nonce="kavo", values={"id": "1\ud800", "key": ""}, delivery=1.25)
    exchange = msgspec.structs.replace(plain, steps=steps, sent=sent)
    assert unpack_exchange(pack_exchange(exchange)) == exchange
    unread = msgspec.structs.replace(exchange, sent=msgspec.structs.replace(sent, values={}, delivery=None))
    assert unpack_exchange(pack_exchange(unread)) == unread


def test_an_exchange_of_before_there_were_messages_can_be_read() -> None:
    """What was added at the end is not there in it."""
    exchange = exchange_with(sent=b"q", came=b"a")
    started, ended, steps, _ = msgspec.msgpack.decode(zlib.decompress(pack_exchange(exchange)))
    for gone in (2, 3, 4):  # what is cut, the wire, and the part of a message
        old = [started, ended, [step[:-gone] for step in steps]]
        assert unpack_exchange(zlib.compress(msgspec.msgpack.encode(old))) == exchange


def test_what_was_on_the_wire_comes_back() -> None:
    """Whatever bytes it was; of a body that is cut it says how long it was."""
    wire = Wire(
        started=1.25,
        ended=2.5,
        request=b"GET / HTTP/1.1\r\n",
        response=bytes(range(256)),
        sent=0,
        received=MOST_BODY + 1,
        address="[::1]:80",
        proxied=True,
    )
    exchange = exchange_with(sent=None, came=b"a")
    steps = tuple(msgspec.structs.replace(step, wire=wire) for step in exchange.steps)
    exchange = msgspec.structs.replace(exchange, steps=steps)
    assert unpack_exchange(pack_exchange(exchange)) == exchange


def test_long_bodies_are_cut_and_say_so() -> None:
    """Each for itself; what the detail said before stays."""
    long = exchange_with(sent=b"q" * (MOST_BODY + 1), came=b"a" * (MOST_BODY + 5), detail="was here")
    step = unpack_exchange(pack_exchange(long)).last
    assert step.request.body == b"q" * MOST_BODY
    assert step.response is not None
    assert step.response.body == b"a" * MOST_BODY
    assert (step.request.is_cut, step.response.is_cut) == (True, True)
    assert step.detail == (
        "was here; only 512,000 of 512,001 bytes of the request's body are kept;"
        " only 512,000 of 512,005 bytes of the answer's body are kept"
    )


def test_a_packed_exchange_that_is_cut_short_is_not_believed() -> None:
    """Half of one is damage, not an exchange."""
    packed = pack_exchange(exchange_with(sent=b"1", came=b"<p>page</p>" * 100))
    with pytest.raises(zlib.error, match="not the end"):
        unpack_exchange(packed[:-10])


def test_no_field_of_an_exchange_is_forgotten() -> None:
    """A field that is added to the model must be packed, too: this fails until it is."""
    assert Exchange.__struct_fields__ == ("steps", "started", "ended", "sent")
    assert Step.__struct_fields__ == ("request", "response", "failure", "stage", "detail", "part", "wire")
    assert Wire.__struct_fields__ == packed_exchange._PackedWire.__struct_fields__
    assert Sent.__struct_fields__ == ("text", "nonce", "values", "delivery")
    assert Request.__struct_fields__ == ("method", "url", "headers", "body", "is_cut")
    assert Response.__struct_fields__ == ("status", "headers", "body", "is_cut")
