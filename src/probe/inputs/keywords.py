"""Keywords: what a run asks. Every list is checked first, then streamed, as often as wanted, in flat memory."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import cache
from itertools import chain, repeat
from pathlib import Path
from typing import BinaryIO

import msgspec

from probe.errors import WrongUse
from probe.inputs.faults import Faults, nearest, printable
from probe.inputs.lists.bundled import bundled_paths
from probe.inputs.lists.checked_list import CheckedList, open_list
from probe.inputs.lists.duplicates import REPEAT, SINGLE, Folding, Sightings
from probe.inputs.lists.entries import Entries
from probe.inputs.lists.list_file import ListFile, Unusable, open_path, spool
from probe.model.keyword import Keyword
from probe.model.run import ListUse

COMMAND_LINE = "command line"
STANDARD_INPUT = "standard input"


class ListHead(msgspec.Struct, frozen=True, kw_only=True):
    """What a bundled list says of itself."""

    name: str
    title: str
    licence: str
    language: str
    notes: str | None
    path: Path
    keywords: int
    languages: tuple[str, ...]
    """Of its keywords, most frequent first."""
    categories: tuple[str, ...]
    """The same."""


class Keywords:
    """Checked keywords of the command line and of lists, each once; iterating streams them anew."""

    def __init__(
        self, words: Sequence[Keyword], checked: Sequence[CheckedList], folding: Folding, files: ExitStack
    ) -> None:
        self.checked = tuple(checked)
        """One for each list that is a file."""
        self.count = folding.distinct
        """Different keywords over all lists."""
        self._words = words
        self._folding = folding
        self._files = files
        self._names = [COMMAND_LINE] * bool(words) + [one.name for one in checked]

    @property
    def lists(self) -> tuple[ListUse, ...]:
        """The lists as the run document has them."""
        sizes = [len(self._words)] * bool(self._words) + [one.entries for one in self.checked]
        hashes = [None] * bool(self._words) + [one.sha256 for one in self.checked]
        return tuple(
            ListUse(name=name, sha256=sha256, keywords=size - repeats)
            for name, sha256, size, repeats in zip(
                self._names, hashes, sizes, self._folding.repeats, strict=True
            )
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user should know of the lists, though it is no fault."""
        notes = [f"{one.name}: {note}" for one in self.checked for note in one.notes]
        for name, repeats in zip(self._names, self._folding.repeats, strict=True):
            if repeats:
                notes.append(f"{name}: {_count(repeats, 'duplicate')} folded")
        if self._folding.shared:
            notes.append(f"{_count(self._folding.shared, 'keyword')} on more than one list, asked once")
        return tuple(notes)

    def __iter__(self) -> Iterator[Keyword]:
        """Each keyword once, in the order of the lists. Raises CouldNotRun where a list was changed since."""
        if self._folding.marks is None:
            yield from self._all()
            return
        holders = [tuple(self._names[one] for one in lists) for lists in self._folding.combinations]
        # A list that was changed may have more entries than marks; its stream says so at its end.
        marks = chain(self._folding.marks, repeat(REPEAT))
        for keyword, mark in zip(self._all(), marks, strict=False):
            if mark == SINGLE:
                yield keyword
            elif mark != REPEAT:
                yield msgspec.structs.replace(keyword, lists=holders[mark - 2])

    def close(self) -> None:
        """Let go of the files; what was spooled from standard input is gone then."""
        self._files.close()

    def __enter__(self) -> Keywords:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _all(self) -> Iterator[Keyword]:
        yield from self._words
        for one in self.checked:
            yield from one.stream()


def open_keywords(
    lists: Sequence[str], words: Sequence[str] = (), *, stdin: BinaryIO | None = None
) -> Keywords:
    """Check lists (bundled names, paths, `-`) and words of the command line, which come first.

    Raises BadInput with the faults of all of them, WrongUse where nothing is named, CouldNotRun where a list
    changes meanwhile.
    """
    if not lists and not words:
        raise WrongUse("no keywords: name some, or a list with -k")
    faults = Faults()
    sightings = Sightings()
    with ExitStack() as files, ExitStack() as disk:
        disk.callback(sightings.close)
        opened = _open_all(lists, stdin, faults, files)
        asked = _read_words(words, faults)
        if asked:
            sightings.begin_list()
            for keyword in asked:
                sightings.add(keyword.components)
        for one in opened:
            sightings.begin_list()
            one.check(faults, sightings)
        faults.raise_any()
        _name_lists(opened)
        return Keywords(asked, opened, sightings.fold(), files.pop_all())


@cache
def bundled_lists() -> tuple[ListHead, ...]:
    """The lists that come with probe."""
    return tuple(_read_head(name, path) for name, path in bundled_paths().items())


@cache
def benign_words() -> tuple[str, ...]:
    """The bundled words that every service serves, for controls."""
    with open_keywords(["benign"]) as keywords:
        return tuple(" ".join(keyword.components) for keyword in keywords)


def _open_all(
    lists: Sequence[str], stdin: BinaryIO | None, faults: Faults, files: ExitStack
) -> list[CheckedList]:
    opened: list[CheckedList] = []
    known: set[tuple[int, int] | str] = set()
    for name in lists:
        try:
            if name == "-" and name in known:
                continue
            file, place = _open(name, stdin)
            files.callback(file.close)
            identity = name if name == "-" else file.identity
            if identity in known:
                continue
            known.add(identity)
            opened.append(open_list(place, file, sniff=name == "-"))
        except Unusable as error:
            place = STANDARD_INPUT if name == "-" else printable(name)
            faults.add(place, str(error), hint=error.hint)
    return opened


def _open(name: str, stdin: BinaryIO | None) -> tuple[ListFile, str]:
    """The file that a name on the command line means, and how messages call it."""
    if name == "-":
        stream = stdin if stdin is not None else sys.stdin.buffer
        return spool(stream), STANDARD_INPUT
    bundled = bundled_paths()
    if name in bundled:
        return open_path(str(bundled[name])), name
    try:
        return open_path(name), name
    except FileNotFoundError as error:
        hint = nearest(name, bundled) or f"Bundled lists: {', '.join(bundled)}."
        raise Unusable("there is no such file, and no bundled list of this name.", hint) from error


def _read_words(words: Sequence[str], faults: Faults) -> list[Keyword]:
    found = []
    for number, word in enumerate(words, 1):

        def report(line: int | None, message: str, *, field: str | None, hint: str | None) -> None:
            faults.add(COMMAND_LINE, message, field=field, hint=hint)

        keyword = Entries(report, lists=(COMMAND_LINE,)).from_line(None, word, f"KEYWORD {number}")
        if keyword is not None:
            found.append(keyword)
    return found


def _name_lists(opened: Sequence[CheckedList]) -> None:
    """Give each list the name that output calls it by: its own, else its file's, else, where two agree, its path."""
    taken = {COMMAND_LINE}
    for one in opened:
        wanted = one.head.get("name") or one.place.rpartition("/")[2]
        one.name = one.place if wanted in taken else wanted
        taken.add(one.name)


def _read_head(name: str, path: Path) -> ListHead:
    with open_keywords([name]) as keywords:
        head = keywords.checked[0].head
        languages: dict[str, int] = {}
        categories: dict[str, int] = {}
        for keyword in keywords:
            for counts, value in ((languages, keyword.language), (categories, keyword.category)):
                if value:
                    counts[value] = counts.get(value, 0) + 1
        return ListHead(
            name=name,
            title=head.get("title", name),
            licence=head.get("licence", ""),
            language=head.get("language", ""),
            notes=head.get("notes"),
            path=path,
            keywords=keywords.count,
            languages=_by_frequency(languages),
            categories=_by_frequency(categories),
        )


def _by_frequency(counts: dict[str, int]) -> tuple[str, ...]:
    return tuple(sorted(counts, key=lambda name: (-counts[name], name)))


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
