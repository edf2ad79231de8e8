"""The formats of keyword lists: a file for each, with how it is read and how it is written."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from probe.inputs.lists.encoding import TextLines
from probe.inputs.lists.entries import Entries
from probe.inputs.lists.formats import json_array, json_lines, plain_text, table, yaml_list, yaml_text
from probe.inputs.lists.formats.contents import Contents
from probe.model.keyword import Keyword


@dataclass(frozen=True, kw_only=True)
class ListFormat:
    """One way of writing a list down."""

    name: str
    endings: tuple[str, ...]
    read: Callable[[TextLines, Entries], Iterator[Keyword]]
    """Yields the sound keywords; says the faults to the entries."""
    write: Callable[[Iterable[Keyword], Contents], Iterator[str]]
    """Yields pieces of text."""


FORMATS = {
    one.name: one
    for one in (
        ListFormat(name="txt", endings=(".txt",), read=plain_text.read, write=plain_text.write),
        ListFormat(name="csv", endings=(".csv",), read=table.read, write=table.write_commas),
        ListFormat(name="tsv", endings=(".tsv", ".tab"), read=table.read, write=table.write_tabs),
        ListFormat(name="json", endings=(".json",), read=json_array.read, write=json_array.write),
        ListFormat(name="jsonl", endings=(".jsonl", ".ndjson"), read=json_lines.read, write=json_lines.write),
        ListFormat(name="yaml", endings=(".yaml", ".yml"), read=yaml_list.read, write=yaml_text.write),
    )
}

_ENDINGS = {ending: one for one in FORMATS.values() for ending in one.endings}
_YAML = re.compile(r"^entries:\s*(?:$|#|\[)", re.MULTILINE)
_JSON_ARRAY = re.compile(r"\[\s*(?:[\[{\"\]]|$)")


def format_by_ending(name: str) -> ListFormat | None:
    """The format that a file's name tells, or None."""
    match = re.search(r"\.[A-Za-z]+\Z", name)
    return _ENDINGS.get(match[0].lower()) if match else None


def format_by_content(head: str) -> ListFormat:
    """The format that the first lines look like; plain text where they look like nothing else."""
    lines = [line for line in head.splitlines() if line.strip()]
    first = lines[0].strip() if lines else ""
    if _JSON_ARRAY.match(head.lstrip()):
        return FORMATS["json"]
    if first.startswith(("{", '"')) and (name := _json_kind(first)):
        return FORMATS[name]
    if first == "---" or _YAML.search(head):
        return FORMATS["yaml"]
    if table.is_header(first):
        return FORMATS["csv"]
    return FORMATS["txt"]


def _json_kind(first: str) -> str | None:
    """What a first line that may be JSON says: a whole value is one of many lines, an open object a document."""
    try:
        value = json.loads(first)
    except (ValueError, RecursionError):
        return "json" if first.startswith("{") else None
    if isinstance(value, dict) and "entries" in value:
        return "json"
    return "jsonl"
