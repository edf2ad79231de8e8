"""Comparing: each verdict of a run with what was known of its pair before, and the sums of what changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

import msgspec

from probe.assembly.baseline import Baseline
from probe.events import Event, Judged, Listener
from probe.keeping.changes import Past, find_change, is_compared, is_worth_asking_again, read_past
from probe.model.change import Background, Change, Told
from probe.model.exchange import digest
from probe.model.run import BaselineUse
from probe.model.verdict import Verdict

MOST_NAMED = 5
"""Endpoints that a note names."""


class ChangeCounts:
    """The sums of changes, and which conditions they meet."""

    def __init__(self, conditions: Collection[str] = ()) -> None:
        self._conditions = conditions
        self._kinds: Counter[str] = Counter()
        self._news = self._weak = self._apart = 0
        self.is_met = False
        """Whether one of the conditions holds."""

    def add(self, change: Change) -> None:
        self._kinds[change.kind] += 1
        self._news += change.news
        self._weak += change.is_weak
        self._apart += change.is_apart
        self.is_met |= any(change.meets(one) for one in self._conditions)

    def write_into(self, use: BaselineUse, *, pairs: int, compared: int, notes: Iterable[str]) -> BaselineUse:
        """What a run was compared with, with these sums."""
        return msgspec.structs.replace(
            use,
            pairs=pairs,
            compared=compared,
            news=self._news,
            weak=self._weak,
            apart=self._apart,
            kinds=dict(sorted(self._kinds.items())),
            notes=(*use.notes, *notes),
        )


class Comparing:
    """Compares pair by pair, and holds none of them."""

    def __init__(
        self,
        baseline: Baseline,
        endpoints: Collection[str],
        *,
        keywords: Callable[[], Iterable[tuple[str, ...]]] | None,
        conditions: Collection[str] = (),
    ) -> None:
        """`endpoints` are those whose verdicts are to come; `keywords` the components of all that is asked there, None where
        that is not known."""
        self._baseline = baseline
        self._endpoints = endpoints
        self._keywords = keywords
        self._counts = ChangeCounts(conditions)
        self._pairs = self._compared = 0

    @property
    def is_met(self) -> bool:
        """Whether a condition on changes holds, so far."""
        return self._counts.is_met

    def listen(self, announce: Listener, backgrounds: Mapping[str, Background]) -> Listener:
        """Tells the same, and of each verdict what changed; `backgrounds` of verdicts by their endpoint."""

        def compare(event: Event) -> None:
            if isinstance(event, Judged):
                told = Told(verdict=event.verdict, background=backgrounds[event.verdict.endpoint])
                event = msgspec.structs.replace(event, change=self.compare(told))
            announce(event)

        return compare

    def compare(self, now: Told) -> Change | None:
        """What became of a pair, and count it."""
        past = self._past(now.verdict)
        if past is None:
            return None
        self._pairs += past.newest is not None
        self._compared += is_compared(past, now)
        is_known = past.newest is not None or self._baseline.is_whole(now.verdict.endpoint)
        change = find_change(past, now) if is_known else None
        if change is not None:
            self._counts.add(change)
        return change

    def is_worth_asking_again(self, verdict: Verdict) -> bool:
        """Whether more answers now would tell more of what changed, now or in the next run."""
        return is_worth_asking_again(self._past(verdict) or Past(), Told(verdict=verdict))

    def finish(self, tell: Callable[[Change], None]) -> BaselineUse:
        """Tell what has left the list; returns what was compared with, and what came of it."""
        common = [name for name in self._endpoints if name in self._baseline.endpoints]
        asked = {_key(one) for one in self._keywords()} if common and self._keywords is not None else None
        for told in (told for name in common for told in self._baseline.pairs(name)):
            if asked is None or _key(told.verdict.components) in asked:
                continue
            change = find_change(read_past([told]), None)
            if change is not None:
                self._counts.add(change)
                tell(change)
        return self._counts.write_into(
            self._baseline.use, pairs=self._pairs, compared=self._compared, notes=self._notes()
        )

    def _past(self, verdict: Verdict) -> Past | None:
        """What is known of a pair; None where its endpoint is not compared."""
        if verdict.endpoint not in self._baseline.endpoints:
            return None
        return read_past(self._baseline.past(verdict.endpoint, verdict.components))

    def _notes(self) -> Iterator[str]:
        if self._keywords is None:
            yield "what has left the list is not known, as the later run is not complete"
        if self._baseline.endpoints:
            yield from _name_missing(self._endpoints, self._baseline.endpoints)


def _key(components: tuple[str, ...]) -> int:
    """A keyword in little room."""
    return int(digest(*components), 16)


def _name_missing(now: Collection[str], then: Collection[str]) -> Iterator[str]:
    """Endpoints that only one side has, in words."""
    for names, words in (
        ([one for one in now if one not in then], "has no verdicts to compare with"),
        ([one for one in then if one not in now], "is not asked any more"),
    ):
        more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
        shown = ", ".join(names[:MOST_NAMED]) + more
        if names:
            yield f"not compared, as it {words}: {shown}"
