"""JUnit XML (`junit`): for CI servers, which show it beside their other tests: an endpoint a suite, a keyword a test.

A verdict, or a change, that `--fail-on` names is a failure. What could not be measured, or not decided, is skipped: it
neither passed nor failed. Every suite begins with a test of its own, `controls`: an error where they did not hold, as none
of the endpoint's verdicts can be believed then. All else passes, whatever it found: what it found stands in its output. A
suite of the run itself has one test, skipped where the run is not complete, as pairs are missing then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TextIO
from xml.sax.saxutils import escape, quoteattr

from probe.model.change import Change
from probe.model.run import EndpointUse, Run
from probe.model.verdict import Status, Verdict
from probe.showing import Look
from probe.showing.safe_text import plain

CONTROLS = "controls"
_UNDECIDED = (Status.UNMEASURED, Status.INCONCLUSIVE)
_MOST = 2000


class JUnitWriter:
    """Collects verdicts, and writes a suite an endpoint at the end."""

    def __init__(self, stream: TextIO, *, look: Look) -> None:
        self._stream = stream
        self._encoding = getattr(stream, "encoding", None) or "utf-8"
        self._look = look
        self._verdicts: dict[str, list[Verdict]] = {}
        self._changes: dict[str, Change] = {}
        """By pair: those that are failures."""

    def start(self) -> None:
        """Nothing is written before the end: each suite says at its beginning what it counts."""

    def verdict(self, verdict: Verdict) -> None:
        self._verdicts.setdefault(verdict.endpoint, []).append(verdict)

    def change(self, change: Change) -> None:
        if any(change.meets(one) for one in self._look.fail_on_changes):
            self._changes[change.id] = change

    def finish(self, run: Run) -> None:
        verdicts = [one for these in self._verdicts.values() for one in these]
        sums = self._sums(run.endpoints, verdicts, tests=1, skipped=not run.complete)
        self._stream.write(f'<?xml version="1.0" encoding="{self._encoding}"?>\n')
        self._stream.write(f"<testsuites{self._attributes(name='probe', **sums)}>\n")
        for use in run.endpoints:
            for line in self._suite(run, use, self._verdicts.get(use.name, [])):
                self._stream.write(line + "\n")
        for line in self._completeness(run):
            self._stream.write(line + "\n")
        self._stream.write("</testsuites>\n")
        self._stream.flush()

    def _suite(self, run: Run, use: EndpointUse, verdicts: Sequence[Verdict]) -> Iterator[str]:
        about = {"name": use.name, "timestamp": run.started[:19], **self._sums([use], verdicts)}
        yield f"  <testsuite{self._attributes(**about)}>"
        yield "    <properties>"
        for name, value in (
            ("run", run.id),
            ("definition", use.definition),
            ("complete", str(run.complete).lower()),
            ("vantage", run.vantage.label or ""),
            *(("note", note) for note in use.notes),
        ):
            yield f"      <property{self._attributes(name=name, value=value)}/>"
        yield "    </properties>"
        yield from self._case(CONTROLS, use.name, 0.0, self._controls(use))
        for one in verdicts:
            yield from self._case(one.keyword, one.endpoint, _seconds(one), self._result(one))
        for gone in self._gone(use):
            yield from self._case(gone.keyword, use.name, 0.0, self._failure(gone.kind, gone.kind))
        yield "  </testsuite>"

    def _completeness(self, run: Run) -> Iterator[str]:
        missing = "0" if run.complete else "1"
        sums = {"tests": "1", "failures": "0", "errors": "0", "skipped": missing}
        yield f"  <testsuite{self._attributes(name='run', timestamp=run.started[:19], **sums)}>"
        why = run.ended_early or "the run was stopped"
        inside = "" if run.complete else f"<skipped{self._attributes(message=f'not complete: {why}')}/>"
        yield from self._case("complete", "run", 0.0, inside)
        yield "  </testsuite>"

    def _case(self, name: str, endpoint: str, seconds: float, inside: str) -> Iterator[str]:
        about = self._attributes(name=name, classname=endpoint, time=f"{seconds:.3f}")
        yield f"    <testcase{about}>{inside}</testcase>" if inside else f"    <testcase{about}/>"

    def _controls(self, use: EndpointUse) -> str:
        if use.trusted:
            return ""
        return f"<error{self._attributes(type='not trusted', message=use.reason or 'not trusted')}/>"

    def _result(self, verdict: Verdict) -> str:
        about = ", ".join(one for one in (verdict.status, verdict.certainty, verdict.mechanism) if one)
        message = f"{about}: {verdict.reason}"
        change = self._changes.get(verdict.id)
        if change is not None:
            was = change.before.status.value if change.before else "not asked"
            message = f"{change.kind}, {was} before; {message}"
            return self._failure(change.kind, message, _evidence(verdict))
        if verdict.status in self._look.fail_on:
            return self._failure(verdict.status, message, _evidence(verdict))
        if verdict.status in _UNDECIDED:
            return f"<skipped{self._attributes(message=message)}/>"
        if verdict.status is Status.OK:
            return ""
        return f"<system-out>{self._text(f'{message}; {_evidence(verdict)}')}</system-out>"

    def _failure(self, kind: str, message: str, inside: str = "") -> str:
        return f"<failure{self._attributes(type=kind, message=message)}>{self._text(inside)}</failure>"

    def _fails(self, verdict: Verdict) -> bool:
        return verdict.status in self._look.fail_on or verdict.id in self._changes

    def _gone(self, use: EndpointUse) -> list[Change]:
        """What is not asked any more, where that is a failure."""
        return [one for one in self._changes.values() if one.after is None and one.endpoint == use.name]

    def _sums(
        self, uses: Sequence[EndpointUse], verdicts: Sequence[Verdict], *, tests: int = 0, skipped: int = 0
    ) -> dict[str, str]:
        """What is counted of these; `tests`, `skipped`: and as many beside them."""
        gone = sum(len(self._gone(use)) for use in uses)
        skipped += sum(one.status in _UNDECIDED and not self._fails(one) for one in verdicts)
        sums = {
            "tests": len(verdicts) + gone + len(uses) + tests,
            "failures": sum(map(self._fails, verdicts)) + gone,
            "errors": sum(not use.trusted for use in uses),
            "skipped": skipped,
        }
        return {name: str(number) for name, number in sums.items()}

    def _attributes(self, **values: str) -> str:
        pairs = ((name, plain(value, _MOST, encoding=self._encoding)) for name, value in values.items())
        return "".join(f" {name}={quoteattr(value)}" for name, value in pairs)

    def _text(self, text: str) -> str:
        return escape(plain(text, _MOST, encoding=self._encoding))


def _evidence(verdict: Verdict) -> str:
    counts = verdict.counts
    return (
        f"asked {counts.asked}, agreeing {counts.agreeing}, contradicting {counts.contradicting}, void {counts.void};"
        f" rule {verdict.rule or 'none'}"
    )


def _seconds(verdict: Verdict) -> float:
    """From its first question to its last."""
    if verdict.first_asked is None or verdict.last_asked is None:
        return 0.0
    first, last = map(datetime.fromisoformat, (verdict.first_asked, verdict.last_asked))
    return max((last - first).total_seconds(), 0.0)
