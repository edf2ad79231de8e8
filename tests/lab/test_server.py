import asyncio
import re

import pytest

from probe.lab.censor import Cause
from probe.lab.messenger_policy import MessageAct, MessengerPolicy
from probe.lab.pages import HARD_NOTICE, SOFT_NOTICE
from probe.lab.policy import Act, Policy, ThrottleForm
from probe.lab.results import AUTHORISED, VERIFIED
from probe.lab.server import Lab

from .client import RESET, Clock, ask, check, connect, search, wait_until

HARD = frozenset({"谣言"})


async def test_notice() -> None:
    """A censored word gets a notice that echoes it, any other gets results."""
    async with Lab() as lab:
        censored, served = await search(lab.base, "notice", "谣言"), await search(lab.base, "notice", "天气")
    assert (censored.status, served.status) == (200, 200)
    assert HARD_NOTICE in censored.body
    assert "<title>谣言" in censored.body
    assert "<li" not in censored.body
    assert HARD_NOTICE not in served.body
    assert served.body.count('<li class="result">') == 10


async def test_silent() -> None:
    """Censored words and nonsense look exactly alike; only the truism tells them apart."""
    async with Lab() as lab:
        texts = ("谣言", "zzqx", "天气", "天气 OR zzqx", "天气 OR 谣言")
        totals = [(await search(lab.base, "silent", text)).json["total"] for text in texts]
        items = (await search(lab.base, "silent", "天气")).json["items"]
    assert [total > 0 for total in totals] == [False, False, True, True, False]
    assert [set(item) for item in items] == [{"title", "url", "author"}] * 10


@pytest.mark.parametrize(("platform", "notice"), [("sources", False), ("sources-notice", True)])
async def test_sources(platform: str, notice: bool) -> None:
    """A soft word finds approved hosts only, with or without a word about it."""
    async with Lab() as lab:
        soft, plain = await search(lab.base, platform, "色情"), await search(lab.base, platform, "天气")
    assert sum(soft.body.count(f"<cite>{host}</cite>") for host in AUTHORISED) == 10
    assert (SOFT_NOTICE in soft.body) is notice
    assert "<cite>blog1.example</cite>" in plain.body
    assert SOFT_NOTICE not in plain.body


async def test_verified_authors() -> None:
    """A soft word finds verified authors only; an ordinary one finds others too, and a hard one nothing."""
    async with Lab() as lab:
        words = ("色情", "天气", "谣言")
        answers = [(await search(lab.base, "verified", word)).json for word in words]
    soft, plain, hard = ({item["author"] for item in answer["items"]} for answer in answers)
    assert soft == set(VERIFIED)
    assert len(plain - set(VERIFIED)) > 1
    assert hard == set()
    assert all("notice" not in answer for answer in answers)


async def test_moderation() -> None:
    """Escaped or raw, each text gets its suggestion, and nonsense requests get a code; all with 200."""
    async with Lab() as lab:
        sent = ['{"text": "谣言"}', r'{"text": "\u8c23\u8a00"}', '{"text": "色情"}', '{"text": "天气"}', "{"]
        answers = [await check(lab.base, body.encode()) for body in sent]
    assert {answer.status for answer in answers} == {200}
    assert [answer.json["code"] for answer in answers] == [0, 0, 0, 0, 40001]
    results = [answer.json["result"] for answer in answers[:4]]
    assert [result["suggestion"] for result in results] == ["block", "block", "review", "pass"]
    assert [result["label"] for result in results] == [500, 500, 500, 100]


async def test_the_wall() -> None:
    """After a keyword every question is reset until the residual time has passed on the lab's clock."""
    clock = Clock()
    async with Lab(now=clock.now, sleep=clock.sleep) as lab:
        assert (await search(lab.base, "wall", "天气")).status == 200
        assert (await search(lab.base, "wall", "谣言")).failure == RESET
        assert (await search(lab.base, "wall", "天气")).failure == RESET
        assert (await search(lab.base, "notice", "天气")).status == 200
        clock.time += 0.2
        assert (await search(lab.base, "wall", "天气")).status == 200
        assert [received.cause for received in lab.received if received.platform == "wall"] == [
            Cause.NOTHING,
            Cause.KEYWORD,
            Cause.RESIDUAL,
            Cause.NOTHING,
        ]


@pytest.mark.parametrize(
    ("platform", "place"), [("captcha", "/captcha/challenge?"), ("login", "/login/signin?")]
)
async def test_walls_redirect_to_a_page_that_exists(platform: str, place: str) -> None:
    """Every text is sent away, and whoever follows finds a form."""
    async with Lab() as lab:
        answer = await search(lab.base, platform, "天气")
        assert (answer.status, answer.body) == (302, "")
        assert answer.headers["location"].startswith(place)
        followed = await ask(lab.base, answer.headers["location"])
        assert followed.status == 200
        assert "<form" in followed.body
        assert [received.act for received in lab.received] == [Act(platform), Act.PAGE]


async def test_the_disguised_captcha() -> None:
    """It looks like zero results but for the voucher."""
    async with Lab() as lab:
        answer = (await search(lab.base, "captcha-disguised", "天气")).json
    assert answer.pop("v_voucher").startswith("voucher_")
    assert answer == {"total": 0, "items": []}


async def test_the_limit() -> None:
    """The sixth request within a second is told to come back, and may."""
    clock = Clock()
    async with Lab(now=clock.now, sleep=clock.sleep) as lab:
        statuses = [(await search(lab.base, "limited", "天气")).status for _ in range(5)]
        refused = await search(lab.base, "limited", "谣言")
        clock.time += 1
        recovered = await search(lab.base, "limited", "谣言")
    assert statuses == [200] * 5
    assert (refused.status, refused.headers["retry-after"]) == (429, "1")
    assert HARD_NOTICE in recovered.body


async def test_a_moment_is_counted_from_the_clock_that_was_handed_in() -> None:
    """Whoever subtracts the same clock on arrival gets the wait in seconds of the lab's time."""
    clock = Clock()
    policy = Policy(name="limited", throttle=(1, 90.0), throttle_form=ThrottleForm.RESET)
    async with Lab([policy], now=clock.now, sleep=clock.sleep, wall=lambda: 1_700_000_000.0) as lab:
        await search(lab.base, "limited", "天气")
        clock.time += 30
        refused = await search(lab.base, "limited", "天气")
    assert (refused.status, refused.headers["x-rate-limit-reset"]) == (429, "1700000060")


async def test_scarce_and_open_are_the_same_search() -> None:
    """What nobody interferes with is equal at both; of a soft word a twentieth is left."""

    async def total(platform: str, text: str) -> int:
        found = re.search(r"约 (\d+) 条结果", (await search(lab.base, platform, text)).body)
        assert found is not None
        return int(found[1])

    async with Lab() as lab:
        assert await total("scarce", "天气") == await total("open", "天气")
        assert await total("scarce", "色情") == round(await total("open", "色情") * 0.05)


async def test_a_new_layout_is_on_record() -> None:
    """Whoever examines a run must know which answers nobody could read."""
    async with Lab([Policy(name="changing", layout_after=1)]) as lab:
        for _ in range(2):
            await search(lab.base, "changing", "天气")
    assert [received.new_layout for received in lab.received] == [False, True]


async def test_slow_answers_take_their_time_on_the_injected_clock() -> None:
    """The wait is the lab's own, so that a test can shorten it."""
    clock = Clock()
    async with Lab(now=clock.now, sleep=clock.sleep) as lab:
        started = clock.time
        assert (await search(lab.base, "slow", "天气")).status == 200
        assert 0.1 <= clock.time - started <= 0.4


async def test_the_flaky_platform_is_flaky_by_seed() -> None:
    """The same seed gives the same errors, another gives others."""

    async def statuses(seed: int) -> list[int]:
        async with Lab(seed=seed) as lab:
            return [(await search(lab.base, "flaky", "天气")).status for _ in range(40)]

    first = await statuses(0)
    assert first == await statuses(0)
    assert first != await statuses(1)
    assert {200} < set(first) <= {200, 502, 503}


async def test_what_was_received_is_remembered() -> None:
    """Who asked what, when, with which headers, and what was done; for stray requests too."""
    clock = Clock()
    async with Lab(now=clock.now, sleep=clock.sleep) as lab:
        await search(lab.base, "notice", "谣言")
        await ask(lab.base, "/nowhere/at/all")
    first, second = lab.received
    assert (first.at, first.platform, first.method, first.path) == (1000.0, "notice", "GET", "/notice/search")
    assert (first.text, first.act, first.cause) == ("谣言", Act.NOTICE, Cause.KEYWORD)
    assert first.headers["host"].startswith("127.0.0.1:")
    assert (second.platform, second.text, second.act) == ("nowhere", "", Act.REFUSE)
    assert lab.counts == {("notice", Act.NOTICE): 1, ("nowhere", Act.REFUSE): 1}


@pytest.mark.parametrize("path", ["/nowhere", "/notice", "/notice/search/", "/moderation/search?q=a", "//"])
async def test_unknown_paths_are_not_found(path: str) -> None:
    """A mistake in a definition's URL is a 404, not a platform."""
    async with Lab() as lab:
        assert (await ask(lab.base, path)).status == 404


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "", "example.org", "::ffff:192.0.2.1"])
async def test_only_loopback_is_listened_on(host: str) -> None:
    """Nobody else can reach the lab, not even by mistake."""
    with pytest.raises(ValueError, match="loopback"):
        await Lab().start(host)


async def test_the_life_of_a_lab() -> None:
    """It starts once, stops as often as one likes, and has an address only in between."""
    lab = Lab()
    with pytest.raises(RuntimeError):
        _ = lab.base
    base = await lab.start("localhost")
    assert base == lab.base
    assert base.startswith("http://127.0.0.1:")
    with pytest.raises(RuntimeError):
        await lab.start()
    await lab.stop()
    await lab.stop()
    with pytest.raises(ConnectionRefusedError):
        await connect(base)


async def test_stopping_ends_what_is_under_way() -> None:
    """Idle, hanging and delayed connections all end, and nothing is left running."""

    async def sleep(seconds: float) -> None:
        await asyncio.Event().wait()

    policies = [Policy(name="hang", hard=HARD, hard_act=Act.HANG), Policy(name="slow", delay=(1.0, 1.0))]
    before = asyncio.all_tasks()
    lab = Lab(policies, sleep=sleep)
    base = await lab.start()
    readers = []
    for request in (
        b"",
        b"GET /hang/search?q=%E8%B0%A3%E8%A8%80 HTTP/1.1\r\n\r\n",
        b"GET /slow/search?q=a HTTP/1.1\r\n\r\n",
    ):
        reader, writer = await connect(base)
        writer.write(request)
        readers.append((reader, writer))
    await wait_until(lambda: len(lab.received) == 2)
    await lab.stop()
    for reader, writer in readers:
        assert await reader.read() == b""
        writer.close()
    assert asyncio.all_tasks() == before


def test_two_platforms_need_two_names() -> None:
    """A second policy of the same name would silently replace the first."""
    with pytest.raises(ValueError, match="two policies"):
        Lab([Policy(name="here"), Policy(name="here")])
    with pytest.raises(ValueError, match="two policies"):
        Lab([Policy(name="here")], messengers=[MessengerPolicy(name="here")])
    with pytest.raises(ValueError, match="two policies"):
        Lab([], messengers=[MessengerPolicy(name="here"), MessengerPolicy(name="here")])


def test_truth_needs_a_platform_that_exists() -> None:
    """A misspelt name is an error, not a truth."""
    lab = Lab()
    assert lab.truth("moderation", "色情") == "filtered"
    with pytest.raises(KeyError):
        lab.truth("nowhere", "天气")
    assert lab.messenger_truth("messenger", "大色情小") is MessageAct.MASK
    assert lab.messenger_truth("messenger", "天气") is None
    with pytest.raises(KeyError):
        lab.messenger_truth("notice", "天气")
    with pytest.raises(KeyError):
        lab.messages("nowhere")
