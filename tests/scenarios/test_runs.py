"""A run as a whole: stopped, watched, shared hosts, and addresses without a definition."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise

import pytest

from probe.assembly import Job, assemble, plan
from probe.errors import WrongUse
from probe.events import Answered, Asked, Ended, Event, Judged, Planned
from probe.inputs.definitions.one_off import one_off
from probe.inputs.endpoints import open_endpoints
from probe.lab.server import Lab
from probe.model.definition import Endpoint
from probe.model.verdict import Status
from probe.run import run
from tests.builders import make_endpoint
from tests.scenarios.practice import WORDS, Words, practise, standard


async def test_a_stopped_run_keeps_what_was_reached() -> None:
    """Ctrl-C: the run ends cleanly, says that it is not complete, and has only verdicts whose control passed."""
    words = [f"词{number}" for number in range(100)]
    practice = await practise(standard("notice"), words=words, limits={"block": 5}, stop_after=40)
    document = practice.document
    assert document is not None
    assert (document.exit_code, document.complete) == (130, False)
    assert 10 <= len(practice.verdicts) < 60
    assert {one.status for one in practice.verdicts} == {Status.OK}
    assert document.counts.verdicts == len(practice.verdicts)
    assert practice.lab.open_connections == 0


async def test_events_tell_the_whole_story() -> None:
    """The plan first, every question and answer, every verdict, the end last."""
    practice = await practise(standard("notice"), standard("moderation"))
    events = practice.events
    assert isinstance(events[0], Planned)
    assert isinstance(events[-1], Ended)
    asked = [one for one in events if isinstance(one, Asked)]
    answered = [one for one in events if isinstance(one, Answered)]
    assert len(asked) == len(answered) == len(practice.lab.received)
    assert sum(isinstance(one, Judged) for one in events) == 2 * len(WORDS)
    assert practice.document is not None
    assert practice.document.counts.questions == len(asked)
    assert practice.document.counts.controls == sum(one.control for one in asked)


async def test_controls_come_first_and_last_and_change() -> None:
    """Before, between and after; never the same word twice in a row."""
    practice = await practise(
        standard("notice"), words=[f"词{number}" for number in range(25)], limits={"block": 5}
    )
    texts = [one.text for one in practice.lab.received]
    controls = [text for text in texts if not text.startswith("词") and text != "禁词样本"]
    assert texts[0] == controls[0]
    assert texts[-2:] == [controls[-1], "禁词样本"]  # the last canary comes when all is closed
    assert len(controls) >= 6
    assert all(one != other for one, other in pairwise(controls))


async def test_a_broken_display_does_not_end_a_run_but_lost_results_do() -> None:
    """Whoever only shows may break; whoever writes the results may not."""

    def break_down(event: Event) -> None:
        raise ValueError("broken")

    async with Lab([standard("notice")]) as lab:
        endpoints = open_endpoints(["lab-notice"], [f"base={lab.base}"])
        broken: list[Exception] = []
        job = Job(
            endpoints=endpoints,
            keywords=Words(["天气"]),
            displays=[break_down],
            on_broken_display=broken.append,
        )
        document = await run(assemble(job))
        assert document.complete
        assert [str(one) for one in broken] == ["broken"]
        with pytest.raises(ValueError, match="broken"):
            await run(assemble(Job(endpoints=endpoints, keywords=Words(["天气"]), results=[break_down])))


def test_endpoints_on_one_host_share_its_pace() -> None:
    """One gate a host and port, with the slowest rate and the most places; another port is another host."""
    one, two, other = (
        make_endpoint(
            name=name, request={"url": f"http://127.0.0.1:{port}/?q={{keyword}}"}, limits={"rate": rate}
        )
        for name, port, rate in (("one", 1, 5), ("two", 1, 2), ("other", 2, 5))
    )
    lanes = [made.lane for made in assemble(Job(endpoints=[one, two, other], keywords=Words(["天气"]))).lanes]
    assert lanes[0].place.host is lanes[1].place.host
    assert lanes[0].place.host is not lanes[2].place.host


async def test_texts_that_cannot_be_sent_are_unmeasured() -> None:
    """Too long for the endpoint: said so, and not sent."""
    practice = await practise(standard("notice"), words=["天气", "长" * 300], limits={"max_text": 200})
    assert practice.status("长" * 300) is Status.UNMEASURED
    assert "longer than the 200 characters" in practice.verdicts[0].reason
    assert all(len(one.text) < 300 for one in practice.lab.received)


def test_a_plan_sends_nothing_and_finds_what_is_missing() -> None:
    """A secret that is not set is said before the first question."""
    endpoint = make_endpoint(
        request={"url": "http://127.0.0.1:1/?q={keyword}", "headers": {"A": "{secret:KEY}"}}
    )
    with pytest.raises(WrongUse, match="export PROBE_SECRET_KEY"):
        plan(Job(endpoints=[endpoint], keywords=Words(["天气"])))
    planned = plan(
        Job(endpoints=[endpoint], keywords=Words(["天气"]), secrets={"KEY": "x"}, chance=random.Random(1))
    )
    assert (planned.keywords, planned.endpoints[0].questions) == (1, 3)
    assert planned.endpoints[0].hosts == ("127.0.0.1:1",)


def test_only_http_is_asked() -> None:
    """A variable cannot turn the address into another scheme."""
    made = make_endpoint(request={"url": "{base}/?q={keyword}"})
    endpoint = Endpoint(definition=made.definition, digest="", place="", values={"base": "ftp://127.0.0.1"})
    with pytest.raises(WrongUse, match="not an http or https address"):
        plan(Job(endpoints=[endpoint], keywords=Words(["天气"])))


@pytest.mark.parametrize(
    ("name", "blocked"),
    [
        ("notice", Status.BLOCKED),
        ("wall", Status.BLOCKED),
        ("captcha", Status.UNMEASURED),
        ("login", Status.UNMEASURED),
    ],
)
async def test_an_address_without_a_definition(name: str, blocked: Status) -> None:
    """With general rules: a notice and cut connections are found, walls are not misread, nobody innocent is blamed."""

    def endpoints(base: str) -> Sequence[Endpoint]:
        return [one_off(f"{base}/{name}/search?q={{keyword}}", benign=["天气", "音乐", "足球"])]

    policy = standard(name, residual=1.0) if name == "wall" else standard(name)
    practice = await practise(
        policy,
        words=["春天", "谣言", "面包"],
        endpoints=endpoints,
        limits={"residual_wait": 2.0, "control_wait": 1.0},
    )
    assert practice.status("谣言") is blocked
    for word in ("春天", "面包"):
        assert practice.status(word) is (Status.OK if blocked is Status.BLOCKED else Status.UNMEASURED)


async def test_an_empty_page_without_a_definition_is_never_ok() -> None:
    """With general rules a page like that for made-up words has zero results, which prove nothing: inconclusive now, as it
    was measured, where it was not recognised before made-up words were asked."""

    def endpoints(base: str) -> Sequence[Endpoint]:
        return [one_off(f"{base}/silent/search?q={{keyword}}", benign=["天气", "音乐", "足球"])]

    practice = await practise(standard("silent"), words=["谣言", "春天"], endpoints=endpoints)
    assert practice.status("谣言") is Status.INCONCLUSIVE
    assert practice.status("春天") is Status.OK
