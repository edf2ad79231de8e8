r"""JSON text: one value as one line of JSON that every program can read and no terminal obeys.

msgspec writes control characters from 0x7f up, and bidi marks, as they are. Here they become `\u009b` and so on: the
same value in JSON, but harmless where somebody looks at it in a terminal.
"""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

from probe.showing.safe_text import can_say

_UNSAFE = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_NOT_ASCII = re.compile("[^\x00-\x7f]")


def write_json(value: msgspec.Struct | dict[str, Any], *, encoding: str = "utf-8") -> str:
    """The value as JSON without line breaks, in characters that `encoding` has; all fields are there."""
    try:
        text = msgspec.json.encode(value).decode()
    except UnicodeEncodeError:
        text = json.dumps(msgspec.to_builtins(value), ensure_ascii=False, separators=(",", ":"))
        # Half a surrogate pair is no character: strict readers would refuse the whole line for it.
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    # Whatever is not ASCII stands inside a string, where an escape means the same.
    text = _UNSAFE.sub(_escape, text)
    return text if can_say(text, encoding) else _NOT_ASCII.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    return json.dumps(match[0])[1:-1]
