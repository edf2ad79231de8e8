"""Week after week against the practice platform: what its censor changes is news, and nothing else is."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from probe.assembly import Job, assemble
from probe.assembly.job import Compare
from probe.cli.baseline import open_baseline
from probe.cli.keeping import kept
from probe.errors import ExitCode
from probe.events import Event, Judged, LeftList
from probe.keeping.store import Store
from probe.lab.censor import Act, Policy
from probe.lab.server import Lab
from probe.model.change import Change
from probe.model.definition import Endpoint
from probe.model.record import Command
from probe.model.run import Run
from probe.model.verdict import Status, Verdict
from probe.run import run
from probe.sending.pacing import Clock
from tests.scenarios.practice import Words, lab_endpoints, limited, standard

WORDS = ("谣言", "六四", "政治改革", "天气预报", "音乐节", "律师")
WEEK = 7 * 86400.0


class WeekClock(Clock):
    """A fast clock whose days are set."""

    def __init__(self, week: int, rate: float) -> None:
        super().__init__(rate)
        self._offset = week * WEEK - self.now()

    def wall(self) -> float:
        return self._offset + self.now()


@dataclass
class Weeks:
    """A platform that is asked every week, always at one address, by a program that keeps its runs."""

    store: Path
    rate: float = 20.0
    limits: dict[str, Any] = field(default_factory=dict)
    error_rate: float | None = None
    """Of deciding; None for the definition's own."""
    seed: int = 0
    number: int = 0
    port: int = 0
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    changes: dict[str, Change] = field(default_factory=dict)
    document: Run | None = None

    async def live(
        self,
        policy: Policy,
        words: Sequence[str] = WORDS,
        *,
        confirm: bool = False,
        edited: bool = False,
        fail_on: Collection[str] = (),
        budget: int | None = None,
    ) -> dict[str, str]:
        """Ask once; returns the news, by keyword."""
        self.number += 1
        clock = WeekClock(self.number, self.rate)
        lab = Lab([policy], seed=self.seed, now=clock.now, sleep=clock.sleep, wall=clock.wall)
        base = await lab.start(port=self.port)
        self.port = int(base.rpartition(":")[2])
        try:
            opened = [self._change(one) for one in lab_endpoints([policy], base)]
            if edited:
                opened = [msgspec.structs.replace(one, digest="ed" * 32) for one in opened]
            job = Job(
                endpoints=opened,
                keywords=Words(words),
                clock=clock,
                chance=random.Random(self.seed),
                results=[self._listen],
                budget=budget,
            )
            self.verdicts, self.changes = {}, {}
            with self._kept(job, opened, confirm=confirm, fail_on=fail_on) as ready:
                self.document = await run(assemble(ready))
        finally:
            await lab.stop()
        return {word: one.kind.value for word, one in self.changes.items() if one.news}

    def _change(self, endpoint: Endpoint) -> Endpoint:
        endpoint = limited(endpoint, self.limits)
        if self.error_rate is None:
            return endpoint
        deciding = msgspec.structs.replace(endpoint.definition.deciding, error_rate=self.error_rate)
        changed = msgspec.structs.replace(endpoint.definition, deciding=deciding)
        return msgspec.structs.replace(endpoint, definition=changed)

    @contextmanager
    def _kept(
        self, job: Job, opened: Sequence[Endpoint], *, confirm: bool, fail_on: Collection[str]
    ) -> Iterator[Job]:
        """As `probe run --baseline last` does it."""
        with open_baseline(
            "last",
            place=self.store,
            endpoints=opened,
            keywords=job.keywords,
            vantage=job.vantage,
            resumes=None,
        ) as baseline:
            job = replace(job, compare=Compare(baseline=baseline, confirm=confirm, fail_on=fail_on))
            with kept(
                job, place=self.store, command=Command(), record=None, keep_exchanges="none", secrets={}
            ) as ready:
                yield ready

    def _listen(self, event: Event) -> None:
        if isinstance(event, Judged):
            self.verdicts[event.verdict.keyword] = event.verdict
        if isinstance(event, Judged | LeftList) and event.change is not None:
            self.changes[event.change.keyword] = event.change

    def kinds(self) -> dict[str, str]:
        return {word: one.kind.value for word, one in self.changes.items()}


@pytest.fixture
def weeks(tmp_path: Path) -> Weeks:
    return Weeks(tmp_path / "store.sqlite")


def notice(*hard: str, **changes: Any) -> Policy:
    return standard("notice", hard=frozenset(hard), combos=frozenset(), **changes)


async def test_what_is_blocked_and_lifted_is_news_in_its_week(weeks: Weeks) -> None:
    """And in no other; the first week is news of nothing."""
    assert await weeks.live(notice("谣言")) == {}
    assert weeks.kinds() == {}
    assert await weeks.live(notice("谣言")) == {}
    assert await weeks.live(notice("谣言", "六四")) == {"六四": "newly-blocked"}
    assert await weeks.live(notice("谣言", "六四")) == {}
    assert await weeks.live(notice("六四")) == {"谣言": "lifted"}
    assert weeks.document is not None
    assert weeks.document.baseline is not None
    assert (weeks.document.baseline.compared, weeks.document.baseline.news) == (len(WORDS), 1)


async def test_a_week_in_which_nothing_can_be_read_is_no_news_and_hides_none(weeks: Weeks) -> None:
    """A new layout: neither blocked nor lifted. What began meanwhile is news as soon as the pages can be read again."""
    await weeks.live(notice("谣言"))
    assert await weeks.live(notice("谣言", "六四", layout_after=0)) == {}
    assert set(weeks.kinds().values()) == {"became-unmeasured"}
    assert {one.status for one in weeks.verdicts.values()} == {Status.UNMEASURED}
    assert await weeks.live(notice("谣言", "六四")) == {"六四": "newly-blocked"}
    assert weeks.kinds()["谣言"] == "measured-again"


async def test_a_list_that_is_edited_is_no_news(weeks: Weeks) -> None:
    """A word that is new on it may have been blocked for years."""
    await weeks.live(notice("谣言", "六四"), ["谣言", "天气预报", "律师"])
    assert await weeks.live(notice("谣言", "六四"), ["谣言", "天气预报", "六四"]) == {}
    assert weeks.kinds() == {"六四": "appeared", "律师": "left"}


async def test_an_edited_definition_is_told_apart(weeks: Weeks) -> None:
    """Nobody can tell whether the platform changed; from then on it is what others are compared with."""
    await weeks.live(notice("谣言"))
    news = await weeks.live(notice("谣言", "六四"), edited=True, fail_on=["newly-blocked"])
    assert news == {}
    assert weeks.changes["六四"].is_apart
    assert weeks.document is not None
    assert weeks.document.exit_code == ExitCode.DONE
    assert await weeks.live(notice("谣言"), edited=True) == {"六四": "lifted"}


async def test_conditions_on_changes_make_the_exit_code(weeks: Weeks) -> None:
    """Only the ones that are named, and only in the week of the change."""
    codes = []
    for hard in (["谣言"], ["谣言", "六四"], ["谣言", "六四"], ["谣言"]):
        await weeks.live(notice(*hard), fail_on=["newly-blocked"])
        assert weeks.document is not None
        codes.append(weeks.document.exit_code)
    assert codes == [ExitCode.DONE, ExitCode.CONDITION_MET, ExitCode.DONE, ExitCode.DONE]


def cutting(*hard: str, **changes: Any) -> Policy:
    return standard("wall", hard=frozenset(hard), combos=frozenset(), residual=0.2, **changes)


HASTY = 0.02
"""So high that two cuts make a verdict after the few controls of a short list."""
WAITS = {"residual_wait": 0.5, "control_wait": 0.1, "deadline": 200.0}


async def test_two_cuts_are_doubted_until_they_are_asked_again(weeks: Weeks) -> None:
    """Without asking again the second run in a row carries it; with it, the first does."""
    weeks.limits, weeks.error_rate = WAITS, HASTY
    await weeks.live(cutting("谣言"))
    assert await weeks.live(cutting("谣言", "六四")) == {}
    assert weeks.changes["六四"].is_weak
    asked = weeks.verdicts["六四"].counts.asked
    assert await weeks.live(cutting("谣言", "六四")) == {"六四": "newly-blocked"}
    assert await weeks.live(cutting("谣言", "六四", "律师"), confirm=True) == {"律师": "newly-blocked"}
    assert weeks.verdicts["律师"].counts.agreeing > asked
    assert weeks.verdicts["六四"].counts.asked == asked


async def test_what_is_found_first_is_made_firm_so_that_its_end_is_news(weeks: Weeks) -> None:
    """The first week asks again, too, where that was wanted: the next one compares with it."""
    weeks.limits = WAITS
    await weeks.live(cutting("谣言"), confirm=True)
    assert weeks.verdicts["谣言"].counts.agreeing >= 3
    assert await weeks.live(cutting("六四"), confirm=True) == {"谣言": "lifted", "六四": "newly-blocked"}


async def test_a_budget_that_ends_before_asking_again_loses_no_verdict(weeks: Weeks) -> None:
    """What was found stands, as doubtful as it is."""
    weeks.limits, weeks.error_rate = WAITS, HASTY
    await weeks.live(cutting("谣言"))
    await weeks.live(cutting("谣言", "六四"))
    doubtful = weeks.verdicts["六四"].counts.agreeing
    assert weeks.document is not None
    enough = weeks.document.counts.questions
    weeks.store = weeks.store.with_name("other.sqlite")
    await weeks.live(cutting("谣言"))
    await weeks.live(cutting("谣言", "六四"), confirm=True, budget=enough)
    assert weeks.document is not None
    assert weeks.document.ended_early is not None
    assert weeks.verdicts["六四"].status is Status.BLOCKED
    assert weeks.verdicts["六四"].counts.agreeing == doubtful
    assert weeks.changes["六四"].is_weak


@pytest.mark.parametrize("seed", range(3))
async def test_noise_is_no_news(tmp_path: Path, seed: int) -> None:
    """One connection in ten is cut at random, and the censor's means are the same."""
    weeks = Weeks(tmp_path / "store.sqlite", limits=WAITS, seed=seed)
    words = [*WORDS, *(f"第{number}个词" for number in range(12))]
    for _ in range(3):
        weeks.seed += 10
        assert await weeks.live(cutting("谣言", cut_rate=0.1), words, confirm=True) == {}
        assert weeks.verdicts["谣言"].status in (Status.BLOCKED, Status.INCONCLUSIVE, Status.UNMEASURED)


async def test_hard_becomes_soft_and_back(weeks: Weeks) -> None:
    """Each by its name."""

    def sources(hard: str, soft: str) -> Policy:
        return standard(
            "sources", hard=frozenset({hard}), soft=frozenset({soft}), combos=frozenset(), hard_act=Act.NOTICE
        )

    await weeks.live(sources("谣言", "六四"), confirm=True)
    news = await weeks.live(sources("六四", "谣言"), confirm=True)
    assert news == {"谣言": "softened", "六四": "hardened"}


async def test_the_store_tells_the_history(weeks: Weeks) -> None:
    """Each run with its day, and what changed in it."""
    from probe.assembly.timeline import read_timeline

    for hard in ([], ["谣言"], ["谣言"], []):
        await weeks.live(notice(*hard, "六四"))
    with Store.open(weeks.store, reading=True) as store:
        timeline = read_timeline(store.history, ("谣言",), most=10)
    assert [(one.verdict.status.value, one.change and one.change.kind.value) for one in timeline.entries] == [
        ("ok", None),
        ("blocked", "newly-blocked"),
        ("blocked", None),
        ("ok", "lifted"),
    ]
