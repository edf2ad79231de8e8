"""mitmproxy: a proxy before a server that masks words in its answers, in each spelling that the content type has."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

from tests.real.environments import in_environment
from tests.real.software import free_ports, started

MASK = "***"
_SEPARATOR = "\x1f"
"""Between the parts of a rule of mitmproxy: nothing that stands in a word."""
_AS_TEXT = "~s"
_AS_JSON = "~s & ~t json"
_AS_ADDRESS = '~s & ~t "html|json|urlencoded"'
"""Addresses with words in them stand in links, in forms, and in what an interface says of itself."""


@contextlib.contextmanager
def running_mitmproxy(folder: Path, target_port: int, *, masked: Sequence[str]) -> Iterator[int]:
    """The port of a proxy before 127.0.0.1:`target_port`; whatever is asked there passes, and the words come back masked."""
    program = in_environment("mitmproxy", "bin/mitmdump")
    (port,) = free_ports(1)
    options = {
        "mode": [f"reverse:http://127.0.0.1:{target_port}@127.0.0.1:{port}"],
        "modify_body": rules(masked),
        "anticomp": True,
        "connection_strategy": "lazy",
    }
    (folder / "config.yaml").write_text(json.dumps(options))
    command = [str(program), "--set", f"confdir={folder}", "--quiet"]
    with started(command, log=folder / "mitmproxy.log", ports=[port]):
        yield port


def rules(words: Sequence[str]) -> list[str]:
    """What mitmproxy is to replace: a filter of answers, a pattern and the mask, each."""
    if not words:
        return []  # a pattern of no words matches everywhere
    spellings = {
        _AS_TEXT: list(words),
        _AS_JSON: [json.dumps(word)[1:-1] for word in words],
        _AS_ADDRESS: [quote(word, safe="") for word in words],
    }
    return [_rule(place, each) for place, each in spellings.items()]


def _rule(place: str, spellings: Sequence[str]) -> str:
    # The longest first: of two words that begin alike the shorter one would leave the rest of the longer one behind.
    longest_first = sorted(spellings, key=len, reverse=True)
    # In small letters or capitals: %e8 and %E8 are the same.
    pattern = "(?i:" + "|".join(re.escape(one) for one in longest_first) + ")"
    # mitmproxy takes backslashes away once, before it reads the pattern.
    return _SEPARATOR.join(["", place, pattern.replace("\\", "\\\\"), MASK])
