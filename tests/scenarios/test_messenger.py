"""Messages by the real engine, on the lab's messenger: every fate is told by its name, and nothing is left behind."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from probe.assembly import Job, assemble, describe_run, new_run_id
from probe.events import Answered, Event, Judged
from probe.inputs.endpoints import open_endpoints
from probe.keeping.store import Store
from probe.lab.messenger_policy import MessageAct, MessengerPolicy
from probe.lab.server import Lab
from probe.model.post import PostState
from probe.model.record import Command
from probe.model.verdict import Certainty, Status, Verdict
from probe.run import run
from probe.sending.pacing import Clock
from tests.scenarios.messaging import SECOND_LOOK, Exchanged, exchange, made_up_words, spread
from tests.scenarios.practice import Words

SENDER = "probe-sender"
ACTS = [act for act in MessageAct if act is not MessageAct.SILENT_REVIEW]
SOME = (MessageAct.REJECT, MessageAct.MASK, MessageAct.DROP, MessageAct.CUT)


def policy(words: list[str], acts: Sequence[MessageAct] = SOME, **changes: Any) -> MessengerPolicy:
    """A messenger that hits a third of the words, and takes up to a second to deliver."""
    settings = {"latency": (0.1, 1.0), "slow": 15.0, "withdraw_after": SECOND_LOOK / 2, **changes}
    return MessengerPolicy(name="messenger", words=spread(words, acts, 1 / 3), **settings)


def statuses(came: Exchanged) -> Counter[str]:
    return Counter(one.status.value for one in came.verdicts)


async def test_every_fate_is_told_by_its_name() -> None:
    words = made_up_words(60, 1)
    # A slow clock: what is withdrawn must be read in time on a busy machine, too.
    came = await exchange(policy(words, ACTS), words, seed=1, rate=40)
    assert came.wrong() == []
    assert len(came.verdicts) == 60
    assert came.left() == []


async def test_what_the_platform_says_itself_is_confirmed_and_what_is_inferred_likely() -> None:
    words = made_up_words(12, 2)
    came = await exchange(policy(words), words)
    sure = {came.truth(one): one.certainty for one in came.verdicts if one.status is not Status.OK}
    assert sure[MessageAct.REJECT] is sure[MessageAct.MASK] is Certainty.CONFIRMED
    assert sure[MessageAct.DROP] is sure[MessageAct.CUT] is Certainty.LIKELY
    dropped = next(one for one in came.verdicts if came.truth(one) is MessageAct.DROP)
    assert dropped.counts.agreeing >= 2
    masked = next(one for one in came.verdicts if came.truth(one) is MessageAct.MASK)
    assert "**" in masked.reason


async def test_a_shadow_banned_account_says_nothing_of_the_keywords() -> None:
    words = made_up_words(12, 3)
    came = await exchange(policy(words, shadow_banned=frozenset({SENDER})), words, rate=300)
    assert statuses(came) == {"unmeasured": 12}
    assert came.left() == []


@pytest.mark.parametrize("form", ["said", "same", "shadow"])
async def test_an_account_that_is_punished_for_its_hits_is_waited_for(form: str) -> None:
    words = made_up_words(20, 4)
    punishing = policy(words, escalation=(4, 40.0, form))
    came = await exchange(punishing, words, rate=200, limits={"control_wait": 10.0, "block": 3})
    wrong = [one for one in came.verdicts if one.status in (Status.OK, Status.BLOCKED, Status.FILTERED)]
    assert [
        line for line in came.wrong() if ": inconclusive" not in line and ": unmeasured" not in line
    ] == []
    assert len(wrong) >= 18


@pytest.mark.parametrize("duplicates", ["said", "silent"])
async def test_duplicate_suppression_never_meets_two_messages_of_ours(duplicates: str) -> None:
    words = made_up_words(12, 5)
    came = await exchange(policy(words, duplicates=duplicates), words)
    assert came.wrong() == []


async def test_no_slow_delivery_is_called_absent() -> None:
    """All messages take longer than is waited for at first; then one word takes much longer than the others."""
    words = made_up_words(9, 6)
    slow = await exchange(policy(words, latency=(15.0, 40.0)), words, rate=300)
    assert [line for line in slow.wrong() if ": unmeasured" not in line] == []
    late = await exchange(policy(words, [MessageAct.DELAY]), words, rate=25)
    assert late.wrong() == []
    delayed = [one for one in late.verdicts if late.truth(one) is MessageAct.DELAY]
    assert len(delayed) == 3
    assert all("later than was waited for" in one.reason for one in delayed)


async def test_trouble_of_the_service_is_no_censorship_and_leaves_nothing_behind() -> None:
    """Answers are lost, so that nobody knows what was posted; readings and deletions fail; and there is a rate limit."""
    words = made_up_words(30, 7)
    troubled = policy(words, error_rate=0.05, lost_rate=0.08, read_error_rate=0.05, throttle=(60, 10.0))
    came = await exchange(troubled, words, seed=7)
    assert [
        line for line in came.wrong() if ": inconclusive" not in line and ": unmeasured" not in line
    ] == []
    assert came.left() == []


async def test_what_cannot_be_taken_away_is_said() -> None:
    words = made_up_words(6, 8)
    came = await exchange(policy(words, keeps=True), words)
    assert came.wrong() == []
    assert came.document is not None
    (note,) = came.document.endpoints[0].notes
    assert note.startswith(f"{len(came.left())} messages are still there")
    assert "HTTP 403" in note


async def test_ctrl_c_takes_away_what_was_posted() -> None:
    for stop_after in range(1, 24, 3):
        words = made_up_words(12, 9)
        came = await exchange(policy(words, ACTS), words, stop_after=stop_after)
        assert came.document is not None
        assert not came.document.complete
        assert came.left() == []


async def test_no_two_messages_have_the_same_nonce() -> None:
    words = made_up_words(20, 10)
    kept: list[str] = []

    def watch(job: Job) -> Any:
        before = job.keeper.post

        def post(endpoint: Any, one: Any) -> None:
            if one.state is PostState.WRITTEN:
                kept.append(one.nonce)
            before(endpoint, one)

        job.keeper.post = post  # type: ignore[method-assign, assignment]
        return job.keeper

    came = await exchange(policy(words), words, keeper=watch)
    posts = [one for one in came.lab.received if one.act is not None and one.text]
    assert len(kept) == len(set(kept)) >= len(words)
    assert {one.text.split()[-1] for one in posts} <= set(kept)


async def test_a_run_that_was_killed_is_cleaned_up_when_it_goes_on(tmp_path: Path) -> None:
    """The program ends at once, as by kill -9, in the middle of messages; the next session finds and deletes them."""
    words = made_up_words(15, 11)
    clock = Clock(100.0)
    messenger = policy(words, ACTS, lost_rate=0.2)
    async with Lab([], messengers=[messenger], now=clock.now, sleep=clock.sleep, wall=clock.wall) as lab:
        (endpoint,) = open_endpoints(["lab-messenger"], [f"base={lab.base}"])
        base = Job(endpoints=[endpoint], keywords=Words(words), clock=clock, chance=random.Random(1))
        name = new_run_id(base)
        record = describe_run(base, name, Command())
        path = tmp_path / "store.sqlite"

        class Killed(BaseException):
            pass

        answers = 0

        def die(event: Event) -> None:
            nonlocal answers
            answers += isinstance(event, Answered)
            if answers == 8:
                raise Killed

        with Store.open(path) as store:
            keeper = store.begin(record, keep_exchanges="none", secrets={})
            job = Job(**{**vars(base), "keeper": keeper, "run": name, "results": [die]})
            with pytest.raises(Killed):
                await run(assemble(job))
            assert keeper.posts(endpoint)
            keeper.release()
        assert lab.messages("messenger")

        verdicts: list[Verdict] = []

        def listen(event: Event) -> None:
            if isinstance(event, Judged):
                verdicts.append(event.verdict)

        with Store.open(path) as store:
            keeper = store.resume(name, keep_exchanges="none", secrets={}, record=record)
            job = Job(**{**vars(base), "keeper": keeper, "run": name, "resumes": record, "results": [listen]})
            document = await run(assemble(job))
            assert keeper.posts(endpoint) == []
        assert document.complete
        assert lab.messages("messenger") == []
        assert len({one.keyword for one in verdicts}) == len(words)
    await asyncio.sleep(0)
