"""Markdown (`md`): tables for papers, issues and the job summaries of CI servers: counts, findings, method.

Tables are those of GitHub's dialect. Foreign text cannot become markup: whatever Markdown or HTML gives a meaning is
escaped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TextIO

from probe.model.change import Change
from probe.model.run import BaselineUse, EndpointUse, Run
from probe.model.verdict import Status, Verdict
from probe.showing import Look
from probe.showing.changed import Changed, name_baseline
from probe.showing.changed_markdown import escape_markdown, write_changed
from probe.showing.csv_sheet import COLUMNS, NUMBERS
from probe.showing.method import METHOD, describe_controls, describe_pools, describe_run
from probe.showing.quantity import write_count
from probe.showing.safe_text import plain
from probe.showing.selection import arrange, in_order
from probe.showing.tally import FINDINGS

MOST_ROWS = 2_000
MOST_CHARACTERS = 700_000
"""Of all rows: GitHub takes summaries of 1 MiB, and a Chinese character has three bytes."""
_USUAL = ("keyword", "gloss", "endpoint", "status", "certainty", "mechanism", "reason")
_VALUES = dict(COLUMNS)


class MarkdownWriter:
    """Collects verdicts, and writes everything at the end."""

    def __init__(self, stream: TextIO, *, look: Look) -> None:
        self._stream = stream
        self._encoding = getattr(stream, "encoding", None) or "utf-8"
        self._look = look
        self._verdicts: list[Verdict] = []
        self._changed = Changed()
        self._left = MOST_CHARACTERS

    def start(self) -> None:
        """Nothing is written before the end: the counts stand first."""

    def verdict(self, verdict: Verdict) -> None:
        self._verdicts.append(verdict)

    def change(self, change: Change) -> None:
        self._changed.add(change)

    def finish(self, run: Run) -> None:
        changes = self._changes(run.baseline)
        for lines in (self._head(run), changes, self._counts(run), self._findings(run), self._method(run)):
            for line in lines:
                self._stream.write(line + "\n")
        self._stream.flush()

    def _head(self, run: Run) -> Iterator[str]:
        keywords = write_count(run.counts.keywords, "keyword")
        yield f"## Keyword censorship: {keywords} at {write_count(len(run.endpoints), 'endpoint')}"
        yield ""
        totals = (f"**{getattr(run.counts, status.value):,}** {status}" for status in Status)
        yield ", ".join(totals)
        yield ""
        for use in run.endpoints:
            if not use.trusted:
                yield f"> **{self._say(use.name)} is not trusted**: {self._say(use.reason or 'no reason is known', 600)}"
                yield ">"
        if not run.complete:
            yield f"> **Not complete**: {self._say(run.ended_early or 'the run was stopped')}"
        yield ""

    def _changes(self, baseline: BaselineUse | None) -> Iterator[str]:
        if baseline is not None:
            yield f"### Changes, compared with {self._say(name_baseline(baseline))}"
            yield ""
            yield from write_changed(self._changed, baseline, level=4, say=self._say)

    def _counts(self, run: Run) -> Iterator[str]:
        yield from self._row(["endpoint", *Status, "controls passed", "questions"])
        yield self._rule("l" + "r" * (len(Status) + 2))
        for use in run.endpoints:
            mine = [one.status for one in self._verdicts if one.endpoint == use.name]
            controls = f"{use.controls.passed:,} of {use.controls.passed + use.controls.failed:,}"
            numbers = [f"{mine.count(status):,}" for status in Status]
            yield from self._row([self._name(use), *numbers, controls, f"{use.questions:,}"])
        yield ""

    def _findings(self, run: Run) -> Iterator[str]:
        selection = self._look.selection
        columns = selection.columns or _USUAL
        lists_all = self._look.show_all or bool(selection.only)
        shown = 0
        total = 0
        for heading, group in arrange(in_order(run, self._verdicts), selection, self._look.platforms):
            verdicts = [one for one in group if lists_all or one.status in FINDINGS]
            total += len(verdicts)
            if not verdicts or shown >= MOST_ROWS or self._left <= 0:
                continue
            yield f"### {self._say(heading) or 'Findings'} ({len(verdicts):,})"
            yield ""
            yield from self._row(columns)
            yield self._rule("".join("r" if name in NUMBERS else "l" for name in columns))
            for verdict in verdicts:
                if shown >= MOST_ROWS or self._left <= 0:
                    break
                shown += 1
                yield from self._row([_VALUES[name](verdict) for name in columns])
            yield ""
        if total > shown:
            yield f"{total - shown:,} more are not listed here; csv and html have them."
            yield ""

    def _method(self, run: Run) -> Iterator[str]:
        yield "### Method"
        yield ""
        for paragraph in METHOD:
            yield paragraph
            yield ""
        for label, text in describe_run(run):
            yield f"- {label}: {self._say(text, 1000)}"
        yield ""
        for use in run.endpoints:
            said = "; ".join((describe_controls(use.controls), *describe_pools(use), *use.notes))
            yield f"- {self._name(use)}: {self._say(said, 2000)}; definition `{use.definition[:16]}`"
        yield ""

    def _name(self, use: EndpointUse) -> str:
        marks = [("not trusted", not use.trusted), ("unverified", use.name in self._look.unverified)]
        notes = ", ".join(mark for mark, holds in marks if holds)
        return self._say(use.name) + (f" ({notes})" if notes else "")

    def _row(self, cells: Sequence[str | int | None]) -> Iterator[str]:
        texts = ("" if one is None else self._say(str(one), 300) for one in cells)
        line = f"| {' | '.join(texts)} |"
        self._left -= len(line)
        yield line

    def _rule(self, sides: str) -> str:
        return f"|{'|'.join('---:' if side == 'r' else ':---' for side in sides)}|"

    def _say(self, text: str, most: int = 200) -> str:
        return escape_markdown(plain(text, most, encoding=self._encoding))
