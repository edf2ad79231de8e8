"""Practice: the lab beside a real run, and its truth beside the verdicts. The work of `probe demo`."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import click

from probe.assembly import Job
from probe.cli.session import carry_out
from probe.errors import CouldNotRun, ExitCode
from probe.events import Event, Judged
from probe.inputs.endpoints import builtin_endpoints, open_endpoints
from probe.inputs.keywords import bundled_lists, open_keywords
from probe.lab.policies import STANDARD
from probe.lab.policy import Policy
from probe.lab.server import Lab
from probe.model.keyword import Keyword
from probe.model.run import ListUse
from probe.model.verdict import Verdict
from probe.sending.pacing import Clock

RATE = 2.0
"""How many times faster than real time the demo runs."""
_CAUTIOUS = ("inconclusive", "unmeasured")
"""What may be said of anything without being wrong: the evidence does not decide."""


@dataclass(frozen=True, kw_only=True)
class ChosenKeywords:
    """Some keywords of the bundled lists, with all that their lists say of them."""

    lists: tuple[ListUse, ...]
    chosen: tuple[Keyword, ...]

    @property
    def count(self) -> int:
        return len(self.chosen)

    def __iter__(self) -> Iterator[Keyword]:
        return iter(self.chosen)


def run_demo(words: Sequence[str], *, show_all: bool, format_name: str | None, seed: int) -> int:
    """Probe every pretended platform with these words, print the results, and hold them against the truth."""
    keywords = choose_keywords(words)
    names = [name for name in builtin_endpoints() if name.startswith("lab-")]
    clock = Clock(RATE)
    with practice_platform(seed, clock) as lab:
        endpoints = open_endpoints(names, [f"base={lab.base}"])
        exam = Exam(lab)
        job = Job(endpoints=endpoints, keywords=keywords, displays=[exam.listen], clock=clock)
        click.echo(
            f"Asking {len(names)} pretended services on {lab.base} about {keywords.count} words. No network is used.",
            err=True,
        )
        code = carry_out(job, format_name=format_name, places=(), show_all=show_all, quiet=False)
    click.echo(exam.result(), err=True)
    if exam.wrong and code == ExitCode.DONE:
        raise CouldNotRun("a verdict differs from what the practice platform did: please report this")
    return code


def choose_keywords(words: Sequence[str]) -> ChosenKeywords:
    """These words as the bundled lists have them, in the order asked for."""
    with open_keywords([head.name for head in bundled_lists()]) as everything:
        found = {keyword.line: keyword for keyword in everything if keyword.line in words}
    chosen = tuple(found[word] for word in words)
    names = dict.fromkeys(name for keyword in chosen for name in keyword.lists)
    uses = [
        ListUse(name=use.name, sha256=use.sha256, keywords=sum(use.name in one.lists for one in chosen))
        for use in everything.lists
        if use.name in names
    ]
    return ChosenKeywords(lists=tuple(uses), chosen=chosen)


class Exam:
    """Compares each verdict with what the practice platform says it did."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self.right = 0
        self.cautious = 0
        self.wrong: list[Verdict] = []

    def listen(self, event: Event) -> None:
        if not isinstance(event, Judged):
            return
        verdict = event.verdict
        truth = self._lab.truth(verdict.endpoint.removeprefix("lab-"), " ".join(verdict.components))
        if verdict.status == truth:
            self.right += 1
        elif verdict.status in _CAUTIOUS:
            self.cautious += 1
        else:
            self.wrong.append(verdict)

    def result(self) -> str:
        """One sentence, and a line for each verdict that is wrong."""
        total = self.right + self.cautious + len(self.wrong)
        cautious = f", {self.cautious} more cautious" if self.cautious else ""
        lines = [
            f"Held against what the practice platform did: {self.right} of {total} verdicts right{cautious}, "
            f"{len(self.wrong) or 'none'} wrong."
        ]
        lines += [f"  wrong: {one.keyword} at {one.endpoint}: {one.status}" for one in self.wrong]
        return "\n".join(lines)


@contextmanager
def practice_platform(
    seed: int, clock: Clock | None = None, *, policies: Sequence[Policy] = STANDARD
) -> Iterator[Lab]:
    """The lab on a free port, in a thread of its own, so that it answers while the run keeps its own loop busy."""
    clock = Clock() if clock is None else clock
    lab = Lab(policies, seed=seed, now=clock.now, sleep=clock.sleep, wall=clock.wall)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="lab", daemon=True)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(lab.start(), loop).result()
        yield lab
    finally:
        asyncio.run_coroutine_threadsafe(lab.stop(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
