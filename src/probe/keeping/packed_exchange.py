"""Packed exchange: all that was sent and came back, compressed, with long bodies cut.

msgpack arrays without field names, as in `probe.keeping.packing`: fields are added at the end, with defaults.
"""

from __future__ import annotations

import zlib

import msgspec

from probe.model.exchange import Exchange, Failure, Part, Request, Response, Sent, Stage, Step, Wire

MOST_BODY = 512_000
"""Bytes of one body that are kept."""
_MOST_EXCHANGE = 64_000_000
"""Bytes of one exchange, unpacked: many times what its bodies can have."""
_QUICK = 1
"""zlib's level: three times as quick as the usual one on a page, for a tenth more room."""


class _PackedWire(msgspec.Struct, frozen=True, array_like=True):
    started: float
    ended: float
    request: bytes
    response: bytes
    sent: int
    received: int
    address: str | None
    proxied: bool


class _PackedStep(msgspec.Struct, frozen=True, array_like=True):
    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    status: int | None
    """None where there is no response."""
    response_headers: tuple[tuple[str, str], ...]
    response_body: bytes
    failure: Failure | None
    stage: Stage | None
    detail: str | None
    part: Part | None = None
    wire: _PackedWire | None = None
    is_request_cut: bool = False
    is_answer_cut: bool = False


class _PackedSent(msgspec.Struct, frozen=True, array_like=True):
    """Foreign text as bytes: half of a surrogate pair must not be refused."""

    text: bytes
    nonce: str
    values: dict[str, bytes]
    delivery: float | None


class _PackedExchange(msgspec.Struct, frozen=True, array_like=True):
    started: float
    ended: float
    steps: tuple[_PackedStep, ...]
    sent: _PackedSent | None = None


_encoder = msgspec.msgpack.Encoder()
_exchanges = msgspec.msgpack.Decoder(_PackedExchange)


def pack_exchange(exchange: Exchange) -> bytes:
    """An exchange, compressed. Bodies are cut to MOST_BODY bytes; the detail of their step says so."""
    steps = tuple(_pack_step(_cut_bodies(step)) for step in exchange.steps)
    packed = _PackedExchange(
        started=exchange.started, ended=exchange.ended, steps=steps, sent=_pack_sent(exchange.sent)
    )
    return zlib.compress(_encoder.encode(packed), _QUICK)


def unpack_exchange(body: bytes) -> Exchange:
    """What was packed. Raises msgspec.MsgspecError or zlib.error for a damaged body."""
    unpacker = zlib.decompressobj()
    text = unpacker.decompress(body, _MOST_EXCHANGE)
    if not unpacker.eof:
        raise zlib.error("not the end of the exchange")
    packed = _exchanges.decode(text)
    return Exchange(
        steps=tuple(map(_unpack_step, packed.steps)),
        started=packed.started,
        ended=packed.ended,
        sent=_unpack_sent(packed.sent),
    )


def _pack_step(step: Step) -> _PackedStep:
    request, response = step.request, step.response
    return _PackedStep(
        method=request.method,
        url=request.url,
        headers=request.headers,
        body=request.body,
        status=None if response is None else response.status,
        response_headers=() if response is None else response.headers,
        response_body=b"" if response is None else response.body,
        failure=step.failure,
        stage=step.stage,
        detail=step.detail,
        part=step.part,
        wire=None if step.wire is None else _PackedWire(*msgspec.structs.astuple(step.wire)),
        is_request_cut=request.is_cut,
        is_answer_cut=response is not None and response.is_cut,
    )


def _unpack_step(packed: _PackedStep) -> Step:
    response = None
    if packed.status is not None:
        response = Response(
            status=packed.status,
            headers=packed.response_headers,
            body=packed.response_body,
            is_cut=packed.is_answer_cut,
        )
    return Step(
        request=Request(
            method=packed.method,
            url=packed.url,
            headers=packed.headers,
            body=packed.body,
            is_cut=packed.is_request_cut,
        ),
        response=response,
        failure=packed.failure,
        stage=packed.stage,
        detail=packed.detail,
        part=packed.part,
        wire=None if packed.wire is None else Wire(**msgspec.structs.asdict(packed.wire)),
    )


def _pack_sent(sent: Sent | None) -> _PackedSent | None:
    if sent is None:
        return None
    return _PackedSent(
        text=sent.text.encode("utf-8", "surrogatepass"),
        nonce=sent.nonce,
        values={name: value.encode("utf-8", "surrogatepass") for name, value in sent.values.items()},
        delivery=sent.delivery,
    )


def _unpack_sent(packed: _PackedSent | None) -> Sent | None:
    if packed is None:
        return None
    return Sent(
        text=packed.text.decode("utf-8", "surrogatepass"),
        nonce=packed.nonce,
        values={name: value.decode("utf-8", "surrogatepass") for name, value in packed.values.items()},
        delivery=packed.delivery,
    )


def _cut_bodies(step: Step) -> Step:
    request, response, notes = step.request, step.response, [step.detail] if step.detail else []
    if request.body is not None and len(request.body) > MOST_BODY:
        notes.append(f"only {MOST_BODY:,} of {len(request.body):,} bytes of the request's body are kept")
        request = msgspec.structs.replace(request, body=request.body[:MOST_BODY], is_cut=True)
    if response is not None and len(response.body) > MOST_BODY:
        notes.append(f"only {MOST_BODY:,} of {len(response.body):,} bytes of the answer's body are kept")
        response = msgspec.structs.replace(response, body=response.body[:MOST_BODY], is_cut=True)
    if request is step.request and response is step.response:
        return step
    return msgspec.structs.replace(step, request=request, response=response, detail="; ".join(notes))
