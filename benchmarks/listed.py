"""Keywords without a file, for runs that a benchmark makes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from probe.model.keyword import Keyword
from probe.model.run import ListUse


@dataclass(frozen=True, kw_only=True)
class Listed:
    """Keywords without a file."""

    texts: Sequence[str]
    lists: tuple[ListUse, ...] = ()

    @property
    def count(self) -> int:
        return len(self.texts)

    def __iter__(self) -> Iterator[Keyword]:
        return (Keyword(components=(text,)) for text in self.texts)
