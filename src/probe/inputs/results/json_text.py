"""JSON text: the verdicts of a JSON document, and of JSON Lines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from probe.inputs.faults import quoted
from probe.inputs.results.gathering import Gathering, Head, say_error
from probe.model.verdict import Verdict

_HINT = "Is it what `probe run -o FILE` wrote?"


class _Document(Head, frozen=True, kw_only=True):
    type: Literal["run"]
    verdicts: list[msgspec.Raw]


class _Line(msgspec.Struct, frozen=True):
    type: str


_documents = msgspec.json.Decoder(_Document)
_heads = msgspec.json.Decoder(Head)
_lines = msgspec.json.Decoder(_Line)
_verdicts = msgspec.json.Decoder(Verdict)


def read_document(body: bytes, gathering: Gathering) -> None:
    """Take all verdicts of a JSON document. Raises TooMuch."""
    try:
        document = _documents.decode(body)
    except (msgspec.MsgspecError, RecursionError) as error:
        gathering.fault(say_error(error), hint=_HINT)
        return
    gathering.take_head(document)
    for number, raw in enumerate(document.verdicts):
        field = f"verdicts[{number}]"
        try:
            verdict = _verdicts.decode(raw)
        except (msgspec.MsgspecError, RecursionError) as error:
            gathering.fault(say_error(error), field=field)
        else:
            gathering.take(verdict, field=field)


def read_lines(lines: Iterable[bytes], gathering: Gathering) -> None:
    """Take all verdicts of JSON Lines. Raises TooMuch."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            match _lines.decode(line).type:
                case "verdict":
                    gathering.take(_verdicts.decode(line), line=number)
                case "run":
                    gathering.take_head(_heads.decode(line), line=number)
                case "change":
                    pass  # what somebody else's comparison said
                case other:
                    gathering.fault(f"has an unknown type, {quoted(other)}.", line=number, hint=_HINT)
        except (msgspec.MsgspecError, RecursionError) as error:
            gathering.fault(say_error(error), line=number, hint=_HINT)
