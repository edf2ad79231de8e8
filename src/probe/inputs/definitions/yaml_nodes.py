"""YAML text to plain values, with the line of each: only what YAML 1.2 calls core scalars, and nothing that surprises.

`no`, `on`, `12:30`, `1989-06-04`, `0777` and `1_000` are texts. Keys are always texts. Anchors, aliases, tags, double keys
and second documents are findings. Built from parser events without recursion: nesting is the writer's choice.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import yaml

from probe.errors import Fault

MOST_BYTES = 1_000_000
"""Of a file; a definition has some thousands."""
MOST_DEPTH = 40
MOST_VALUES = 20_000

Path = tuple[str | int, ...]
"""Where a value stands: keys and, counted from 0, places in lists."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_NUMBER = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_WORDS = {word: None for word in ("", "~", "null", "Null", "NULL")} | {
    word: word.lower() == "true" for word in ("true", "True", "TRUE", "false", "False", "FALSE")
}
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_TAB = "a tab; between values YAML has spaces only"
_QUOTES = "Put a text in quotes that holds ': ' or ' #', or that starts with { [ & * ! | > % @ or `."


def is_writable(text: str) -> bool:
    """Whether a text has only characters that a definition may hold."""
    return _FORBIDDEN.search(text) is None


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is wrong, named by its path; `Tree.fault` says it with file and line."""

    path: Path
    message: str
    hint: str | None = None
    line: int | None = None
    """Where it is known better than by the path."""
    depends: tuple[Path, ...] = ()
    """Other places that it was concluded from: where one of them has a fault of its own, this one may be no fault."""


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a value was read."""

    path: Path
    place: str | None = None
    """The file; None for the one that the tree is of."""


@dataclass(frozen=True, kw_only=True)
class Tree:
    """What a YAML text says."""

    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    complete: bool = True
    """False where the text could not be read to its end, so that `value` says nothing."""
    origins: dict[Path, Origin] = field(default_factory=dict)
    """Of values that stand elsewhere than their path says: in another file, or at another place of this one's lists."""

    def fault(self, finding: Finding, place: str) -> Fault:
        """The finding with its file and line: that of the key, or of the nearest thing around it."""
        line = finding.line
        path = finding.path
        while path and path not in self.lines:
            path = path[:-1]
        if line is None:
            line = self.lines.get(path, 1)
        origin = self.origins.get(path, Origin(path=path))
        name = field_name((*origin.path, *finding.path[len(path) :])) or None
        return Fault(
            file=origin.place or place, line=line, field=name, message=finding.message, hint=finding.hint
        )


class _BrokenOff(Exception):
    def __init__(self, finding: Finding) -> None:
        self.finding = finding


@dataclass(kw_only=True)
class _Open:
    """A mapping or list whose end has not come yet."""

    path: Path
    value: dict[str, Any] | list[Any]
    key: str | None = None
    """The key that waits for its value."""


class _Composer:
    """Takes events one by one and builds values, lines and findings from them."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._seen = 0
        """Characters that earlier events stand for."""
        self.value: Any = None
        self.lines: dict[Path, int] = {}
        self.findings: list[Finding] = []
        self._open: list[_Open] = []
        self._documents = 0
        self._values = 0

    def take(self, event: yaml.Event) -> None:
        assert event.start_mark is not None
        assert event.end_mark is not None
        line = event.start_mark.line + 1
        self._refuse_tabs(self._text[self._seen : event.start_mark.index], line)
        self._seen = event.end_mark.index
        match event:
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    raise _BrokenOff(Finding(path=(), line=line, message="a second document begins here"))
            case yaml.AliasEvent():
                self._add_alias(line)
            case yaml.ScalarEvent():
                self._refuse_extras(event, self._add_scalar(event, line), line)
            case yaml.MappingStartEvent():
                self._refuse_extras(event, self._begin({}, line), line)
            case yaml.SequenceStartEvent():
                self._refuse_extras(event, self._begin([], line), line)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._open.pop()

    def _add_scalar(self, event: yaml.ScalarEvent, line: int) -> Path:
        if _SURROGATE.search(event.value):
            raise _BrokenOff(Finding(path=(), line=line, message="half of a character (a lone surrogate)"))
        if self._awaits_key():
            return self._set_key(event.value, line)
        return self._place(resolve(event.value) if event.implicit[0] else event.value, line)

    def _add_alias(self, line: int) -> None:
        if self._awaits_key():
            raise _BrokenOff(Finding(path=self._open[-1].path, line=line, message="a key must be a text"))
        path = self._place(None, line)
        self.findings.append(Finding(path=path, line=line, message="aliases (*) are not allowed here"))

    def _begin(self, value: dict[str, Any] | list[Any], line: int) -> Path:
        if self._awaits_key():
            raise _BrokenOff(Finding(path=self._open[-1].path, line=line, message="a key must be a text"))
        if len(self._open) == MOST_DEPTH:
            raise _BrokenOff(
                Finding(path=(), line=line, message=f"nested more than {MOST_DEPTH} levels deep")
            )
        path = self._place(value, line)
        self._open.append(_Open(path=path, value=value))
        return path

    def _awaits_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1].value, dict) and self._open[-1].key is None

    def _set_key(self, key: str, line: int) -> Path:
        around = self._open[-1]
        path = (*around.path, key)
        if key in around.value:
            first = self.lines[path]
            message = f"is given a second time; the first is in line {first}"
            self.findings.append(Finding(path=path, line=line, message=message))
        else:
            self.lines[path] = line
        around.key = key
        return path

    def _place(self, value: Any, line: int) -> Path:
        self._values += 1
        if self._values > MOST_VALUES:
            raise _BrokenOff(Finding(path=(), line=line, message=f"holds more than {MOST_VALUES:,} values"))
        if not self._open:
            self.value = value
            self.lines[()] = line
            return ()
        around = self._open[-1]
        if isinstance(around.value, list):
            path: Path = (*around.path, len(around.value))
            around.value.append(value)
            self.lines[path] = line
            return path
        assert around.key is not None  # `_awaits_key` was asked before
        path = (*around.path, around.key)
        around.value[around.key] = value
        around.key = None
        return path

    def _refuse_tabs(self, gap: str, line: int) -> None:
        # What YAML readers make of a tab between two values differs; in a comment it harms nobody.
        if "\t" in gap and "#" not in gap:
            self.findings.append(Finding(path=(), line=line, message=_TAB))

    def _refuse_extras(self, event: yaml.NodeEvent, path: Path, line: int) -> None:
        if event.anchor is not None:
            self.findings.append(Finding(path=path, line=line, message="anchors (&) are not allowed here"))
        tag = getattr(event, "tag", None)
        if tag is not None:
            message = f"tags (!) are not allowed here, such as {quoted(tag)}"
            self.findings.append(Finding(path=path, line=line, message=message))


def read_tree(text: str) -> Tree:
    """What a YAML text says, with all that is wrong with it as YAML. Never raises."""
    text = text.removeprefix("\ufeff")
    if len(text) > MOST_BYTES or len(text.encode("utf-8", "replace")) > MOST_BYTES:
        return _broken(Finding(path=(), line=1, message=f"is larger than {MOST_BYTES // 1_000_000} MB"))
    if found := _FORBIDDEN.search(text):
        line = text.count("\n", 0, found.start()) + 1
        message = f"the character U+{ord(found.group()):04X} is not allowed in YAML"
        return _broken(Finding(path=(), line=line, message=message))
    composer = _Composer(text)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            composer.take(event)
    except yaml.YAMLError as error:
        return _broken(_explain(error, text), composer.findings)
    except _BrokenOff as broken:
        return _broken(broken.finding, composer.findings)
    return Tree(value=composer.value, lines=composer.lines, findings=tuple(composer.findings))


def resolve(text: str) -> str | int | float | bool | None:
    """What a scalar without quotes means.

    >>> [resolve(text) for text in ("true", "~", "200", "0.5", "no", "0777", "1_000", "12:30", "1989-06-04")]
    [True, None, 200, 0.5, 'no', '0777', '1_000', '12:30', '1989-06-04']
    """
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text) and not text.lstrip("+-").isdigit():
        number = float(text)
        return number if math.isfinite(number) else text
    return text


def field_name(path: Path) -> str:
    """A path as people write it.

    >>> field_name(("rules", 2, "when", "json", "data.total"))
    "rules[2].when.json['data.total']"
    """
    parts: list[str] = []
    for step in path:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        elif _PLAIN_KEY.fullmatch(step) and len(step) <= 60:
            parts.append(f".{step}" if parts else step)
        else:
            parts.append(f"[{quoted(step)}]")
    return "".join(parts)


def quoted(text: str) -> str:
    """A text from a file for a message: bounded, in quotes, with nothing in it that a terminal obeys."""
    return repr(text if len(text) <= 60 else text[:59] + "…")


def one_line(text: str) -> str:
    """What a library says, for a message: its first line, cut, with nothing in it that a terminal obeys.

    >>> one_line("missing )\x1b[2J:\\n(")
    'missing )?[2J'
    """
    line = next(iter(text.splitlines()), "")
    return "".join(char if char.isprintable() else "?" for char in line)[:120].rstrip(".: ")


def _broken(last: Finding, before: Iterable[Finding] = ()) -> Tree:
    return Tree(findings=(*before, last), complete=False)


def _explain(error: yaml.YAMLError, text: str) -> Finding:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line = mark.line + 1 if mark is not None else 1
    row = "".join(text.split("\n")[line - 1 : line])
    if "\t" in row[: len(row) - len(row.lstrip())]:
        return Finding(path=(), line=line, message=_TAB)
    problem = one_line(getattr(error, "problem", None) or "it cannot be read")
    return Finding(path=(), line=line, message=f"is not YAML: {problem}.", hint=_QUOTES)
