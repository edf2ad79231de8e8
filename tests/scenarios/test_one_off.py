"""An address without a definition (`probe run -u URL`), with everything around it that newcomers meet."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from probe.assembly import Job, assemble, describe_run
from probe.events import Answered, Event, Judged, Rested
from probe.inputs.definitions.one_off import one_off
from probe.keeping.keeper import Keeper, Unkept
from probe.keeping.store import Store
from probe.model.definition import Controls, Endpoint
from probe.model.record import Command, RunRecord
from probe.model.run import EndpointUse, Run
from probe.model.verdict import Status, Verdict
from probe.run import run
from tests.scenarios.practice import Words, limited
from tests.sending.servers import answer, reset, serve

Site = Callable[[str], bytes | None]
"""The whole answer to a word, or None where the connection is cut."""
BENIGN = ("天气", "音乐", "足球", "面包")
NOTICE = "根据相关法律法规和政策，部分搜索结果未予显示"
RUN = "abcd0000ef112233"
FREE = 9
"""The port for discarding, on which nobody listens."""


def page(text: str) -> bytes:
    return answer(text.encode(), "Content-Type: text/html; charset=utf-8")


def results(word: str, more: str = "") -> bytes:
    """A long page with results that repeat the word."""
    items = "".join(
        f'<li class="r"><h3>{word}的第{chr(0x4E00 + number)}条</h3><p>{"字" * 60}</p></li>'
        for number in range(9)
    )
    return page(f"<html><body><h1>{word}</h1><ol>{items}</ol>{more}</body></html>")


@asynccontextmanager
async def serving(site: Site) -> AsyncIterator[str]:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        (word,) = parse_qs(urlsplit(head.split()[1].decode()).query)["q"]
        said = site(word)
        if said is None:
            sock_reader = asyncio.StreamReader()
            sock_reader.feed_data(head)
            await reset()(sock_reader, writer)
        else:
            writer.write(said)
            await writer.drain()

    async with serve(behave) as base:
        yield base


@dataclass
class Outcome:
    """What came of one session."""

    document: Run
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)

    @property
    def use(self) -> EndpointUse:
        (use,) = self.document.endpoints
        return use

    def status(self, word: str) -> Status:
        return self.verdicts[word].status


def address(base: str, *, canaries: Sequence[str] = (), **limits: Any) -> Endpoint:
    made = one_off(f"{base}search?q={{keyword}}", benign=BENIGN, canaries=canaries, rate=None)
    return limited(made, {"residual_wait": 0.05, "control_wait": 0.01, **limits})


async def ask(
    endpoint: Endpoint,
    words: Sequence[str],
    *,
    stop_after: int | None = None,
    keeper: Keeper | None = None,
    resumes: RunRecord | None = None,
    seed: int = 1,
) -> Outcome:
    """Ask once; after `stop_after` answers the run is stopped as Ctrl-C does."""
    events: list[Event] = []
    task = asyncio.current_task()
    assert task is not None

    def listen(event: Event) -> None:
        events.append(event)
        if isinstance(event, Answered) and sum(isinstance(one, Answered) for one in events) == stop_after:
            task.cancel()

    job = Job(
        endpoints=[endpoint],
        keywords=Words(words),
        chance=random.Random(seed),
        results=[listen],
        keeper=keeper or Unkept(),
        resumes=resumes,
        run=RUN,
    )
    document = await run(assemble(job))
    verdicts = {one.verdict.keyword: one.verdict for one in events if isinstance(one, Judged)}
    return Outcome(document=document, verdicts=verdicts, events=events)


async def ask_in_sessions(
    path: Path, endpoint: Endpoint, words: Sequence[str], stops: Sequence[int]
) -> Outcome:
    """The same in several sessions of one kept run, each stopped after so many answers but the last."""
    record = describe_run(Job(endpoints=[endpoint], keywords=Words(words)), RUN, Command())
    outcome: Outcome | None = None
    for number, stop in enumerate([*stops, None]):
        with Store.open(path) as store:
            if number:
                keeper = store.resume(RUN, keep_exchanges="hits", secrets={})
            else:
                keeper = store.begin(record, keep_exchanges="hits", secrets={})
            outcome = await ask(
                endpoint,
                words,
                stop_after=stop,
                keeper=keeper,
                resumes=record if number else None,
                seed=number,
            )
    assert outcome is not None
    return outcome


async def test_a_notice_in_every_footer_makes_no_made_up_word_blocked() -> None:
    """Long pages are like those of the benign words, short ones are not, and all have it."""
    footer = f"<footer>{NOTICE}</footer>"

    def site(word: str) -> bytes:
        if word.isascii():
            return page(f"<html><body><p>没有找到{word}</p>{footer}</body></html>")
        return results(word, footer)

    async with serving(site) as base:
        outcome = await ask(address(base), ["谣言", "qzxvwkpt", "春天"])
    assert {word: outcome.status(word) for word in outcome.verdicts} == {
        "谣言": Status.OK,
        "qzxvwkpt": Status.INCONCLUSIVE,
        "春天": Status.OK,
    }
    assert "the rule legal-notice was left out: nonsense words get it too" in outcome.use.notes


async def test_a_notice_that_only_some_words_get_still_counts() -> None:
    """Neither benign nor made-up words get it."""

    def site(word: str) -> bytes:
        if word.isascii():
            return page(f"<html><body><p>没有找到{word}</p></body></html>")
        return page(f"<html><body><p>{NOTICE}</p></body></html>") if word == "谣言" else results(word)

    async with serving(site) as base:
        outcome = await ask(address(base), ["谣言", "春天"])
    assert (outcome.status("谣言"), outcome.status("春天")) == (Status.BLOCKED, Status.OK)
    assert outcome.verdicts["谣言"].certainty == "confirmed"


REPAIR = (
    "<html><head><!-- {nonce} --></head><body><h1>Under repair</h1><p>Come back tomorrow.</p></body></html>"
)


@pytest.mark.parametrize("has_nonce", [False, True])
async def test_where_every_word_gets_the_same_page_nothing_is_ok(has_nonce: bool) -> None:
    """A page for repairs, a site without a search: nobody looks at the word, and the run says so."""
    chance = random.Random(1)

    def site(word: str) -> bytes:
        return page(
            REPAIR.replace("{nonce}", chance.randbytes(chance.randint(4, 9)).hex() if has_nonce else "")
        )

    async with serving(site) as base:
        outcome = await ask(address(base), ["谣言", "春天"])
    reason = "benign and nonsense words get the very same page"
    assert {one.status for one in outcome.verdicts.values()} == {Status.INCONCLUSIVE}
    assert all(reason in one.reason for one in outcome.verdicts.values())
    assert (outcome.use.trusted, outcome.use.reason, outcome.document.exit_code) == (False, reason, 3)


@pytest.mark.parametrize(
    "text",
    [
        "<p>You asked for {word}.</p>",
        '<form><input name="q" value="{word}"></form><p>Hello.</p>',
        '<p>Hello.</p><script>var q = "{word}"</script>',
        "<p>Hello.</p><p>{length} results</p>",
        "<p>Hello.</p>{images}",
    ],
    ids=["echo", "echo in a field", "echo in a script", "another number", "other pictures"],
)
async def test_a_page_that_hangs_on_the_word_in_any_way_is_an_answer(text: str) -> None:
    """Whatever it repeats, and wherever; and whatever else differs that a reader sees."""

    def site(word: str) -> bytes:
        images = '<img class="hit" src="/i">' * (len(word) + word.isascii())
        said = text.replace("{word}", word).replace("{length}", str(len(word))).replace("{images}", images)
        return page(f"<html><body>{said}</body></html>")

    async with serving(site) as base:
        outcome = await ask(address(base), ["谣言", "春天"])
    assert "very same" not in (outcome.use.reason or "")
    assert outcome.use.trusted
    assert Status.INCONCLUSIVE not in {one.status for one in outcome.verdicts.values()}


async def test_once_a_word_is_cut_the_same_page_for_all_others_is_ok() -> None:
    """A firewall before a site that answers everybody alike: what it does not cut is let through."""

    def site(word: str) -> bytes | None:
        return None if word == "谣言" else page("<p>Hello.</p>")

    async with serving(site) as base:
        outcome = await ask(address(base), ["春天", "谣言", "面条"])
        with_canary = await ask(address(base, canaries=["谣言"]), ["春天"])
    found = [outcome.status(word) for word in ("谣言", "面条")]
    assert found == [Status.BLOCKED, Status.OK]
    assert outcome.use.trusted
    assert (with_canary.status("春天"), with_canary.use.trusted) == (Status.OK, True)


async def test_nobody_waits_for_a_block_to_end_where_nobody_answers() -> None:
    """Each control that is refused waits as after any other failure; the reason is the refusal."""
    endpoint = address(f"http://127.0.0.1:{FREE}/", residual_wait=120.0, patience=3)
    outcome = await ask(endpoint, ["谣言"])
    waits = [one.seconds for one in outcome.events if isinstance(one, Rested)]
    assert waits == [0.01, 0.02]
    assert outcome.use.reason == "3 controls in a row failed: connection refused while connecting"


async def test_a_host_that_served_something_to_others_is_left_alone_after_a_cut() -> None:
    """They may have asked for what is censored, and a residual block tells no endpoints apart."""

    def site(word: str) -> bytes | None:
        return None if word == "封闭" else results(word)

    async with serving(site) as base:
        shut = msgspec.structs.replace(address(base, patience=1).definition, name="shut")
        shut = msgspec.structs.replace(shut, controls=Controls(benign=("封闭",)))
        endpoints = [address(base), Endpoint(definition=shut, digest="d" * 64, place="shut.yaml")]
        rests: list[Rested] = []
        job = Job(
            endpoints=endpoints,
            keywords=Words(["春天"]),
            results=[lambda event: rests.append(event) if isinstance(event, Rested) else None],
        )
        await run(assemble(job))
    assert [(one.endpoint, one.seconds) for one in rests] == [("shut", 0.05)]


@pytest.mark.parametrize(
    ("site", "why"),
    [
        (lambda word: answer(b"", "Location: /captcha", status="302 Found"), "a captcha stood in the way"),
        (lambda word: answer(b"", status="500 Internal Server Error"), "an error of the server (HTTP 500)"),
        (lambda word: None, "connection reset before an answer came"),
    ],
    ids=["captcha", "error", "cut"],
)
async def test_whoever_stops_before_a_control_was_served_learns_why(site: Site, why: str) -> None:
    """Ctrl-C after two controls that failed."""
    async with serving(site) as base:
        outcome = await ask(address(base), ["谣言"], stop_after=2)
    assert outcome.document.exit_code == 130
    assert (outcome.use.reason or "").startswith(f"no control was served: {why}")


CUT_WORDS = ("春天", "谣言", "面条", "河流", "谣传", "山水")


def cuts(word: str) -> bytes | None:
    return None if word in ("谣言", "谣传") else results(word)


@pytest.mark.parametrize("stop", range(5, 16))
async def test_a_word_that_was_asked_before_cuts_were_seen_is_asked_on(tmp_path: Path, stop: int) -> None:
    """Once a word is found cut, one normal answer does not clear another: wherever the run was stopped in between."""
    async with serving(cuts) as base:
        outcome = await ask_in_sessions(tmp_path / "store.sqlite", address(base), CUT_WORDS, [stop])
    assert {word: one.status.value for word, one in outcome.verdicts.items()} == {
        word: "blocked" if cuts(word) is None else "ok" for word in CUT_WORDS
    }


async def test_what_was_found_cut_counts_for_words_before_it_in_the_list_when_the_run_goes_on(
    tmp_path: Path,
) -> None:
    """Before a site that answers all alike the first word is left open; once a later one was cut, it is asked on."""

    def site(word: str) -> bytes | None:
        return None if word == "谣言" else page("<p>Hello.</p>")

    words = ["春天", "谣言", "面条"]
    async with serving(site) as base:
        endpoint = address(base)
        whole = await ask(endpoint, words)
        assert [whole.status(word) for word in words] == ["inconclusive", "blocked", "ok"]
        before_the_last = whole.document.counts.questions - 1
        outcome = await ask_in_sessions(tmp_path / "store.sqlite", endpoint, words, [before_the_last])
    assert [outcome.status(word) for word in words] == ["ok", "blocked", "ok"]
    assert outcome.verdicts["春天"].counts.agreeing >= 5
