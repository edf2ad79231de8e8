import asyncio
from collections.abc import AsyncIterator

import pytest

from probe.lab.censor import Act, Policy
from probe.lab.server import Lab

from .client import ENDED, RESET, Clock, ask, connect, search, send_raw, wait_until

HARD = frozenset({"谣言"})
BAD_WORD = b"%E8%B0%A3%E8%A8%80"


@pytest.fixture
async def lab() -> AsyncIterator[Lab]:
    policies = [
        Policy(name="notice", hard=HARD),
        Policy(name="cut", hard=HARD, hard_act=Act.CUT),
        Policy(name="close", hard=HARD, hard_act=Act.CLOSE),
        Policy(name="hang", hard=HARD, hard_act=Act.HANG),
    ]
    async with Lab(policies) as lab:
        yield lab


def get(path: bytes, *headers: bytes) -> bytes:
    return b"\r\n".join([b"GET " + path + b" HTTP/1.1", b"Host: x", *headers, b"", b""])


async def read_answer(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.split(b"Content-Length: ")[1].split(b"\r\n")[0])
    return head, await reader.readexactly(length)


async def test_one_connection_serves_many_requests(lab: Lab) -> None:
    """It is kept alive, and each answer is exactly as long as it says."""
    reader, writer = await connect(lab.base)
    for _ in range(3):
        writer.write(get(b"/notice/search?q=a"))
        head, body = await read_answer(reader)
        assert head.startswith(b"HTTP/1.1 200 OK")
        assert body.endswith(b"</html>\n")
    writer.write(get(b"/notice/search?q=a", b"Connection: close"))
    assert b"Connection: close" in await reader.read()
    writer.close()


async def test_requests_sent_at_once_are_answered_in_order(lab: Lab) -> None:
    """Thousands in one go neither get lost nor overflow anything."""
    last = get(b"/notice/search?q=last", b"Connection: close")
    answer = await send_raw(lab.base, get(b"/nowhere") * 1500 + last)
    assert answer.count(b"HTTP/1.1 404 ") == 1500
    assert b"<title>last" in answer.rpartition(b"HTTP/1.1 200 OK")[2]


async def test_a_head_request_gets_no_body(lab: Lab) -> None:
    """The length is told all the same."""
    asked = get(b"/notice/search?q=a", b"Connection: close").replace(b"GET", b"HEAD", 1)
    answer = await send_raw(lab.base, asked)
    assert answer.endswith(b"\r\n\r\n")
    assert b"Content-Length: 0" not in answer


async def test_a_cut_is_a_real_reset(lab: Lab) -> None:
    """The client's own system reports ECONNRESET, on a fresh and on a used connection."""
    assert (await search(lab.base, "cut", "谣言")).failure == RESET
    reader, writer = await connect(lab.base)
    writer.write(get(b"/cut/search?q=a"))
    await read_answer(reader)
    writer.write(get(b"/cut/search?q=" + BAD_WORD))
    with pytest.raises(ConnectionResetError):
        await reader.read()
    writer.close()


async def test_a_close_is_not_a_reset(lab: Lab) -> None:
    """The stream ends in good order, with nothing in it."""
    assert await send_raw(lab.base, get(b"/close/search?q=" + BAD_WORD)) == b""


async def test_a_hanging_connection_gives_nothing_and_ends_with_its_client(lab: Lab) -> None:
    """It stays open without a byte, and does not outlive the client."""
    reader, writer = await connect(lab.base)
    writer.write(get(b"/hang/search?q=" + BAD_WORD))
    await wait_until(lambda: bool(lab.received))
    assert (await search(lab.base, "hang", "a")).status == 200
    assert not reader.at_eof()
    writer.write_eof()
    assert await reader.read() == b""
    writer.close()


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET /" + b"a" * 2_000_000, b"414"),
        (b"POST /x HTTP/1.1\r\nContent-Length: 2000000\r\n\r\n" + b"a" * 2_000_000, b"413"),
    ],
)
async def test_a_bad_request_is_answered_and_kills_nothing(lab: Lab, sent: bytes, status: bytes) -> None:
    """The refusal arrives even with unread bytes on the way, and the next client is served."""
    assert (await send_raw(lab.base, sent)).startswith(b"HTTP/1.1 " + status)
    assert (await search(lab.base, "notice", "a")).status == 200
    await wait_until(lambda: lab.open_connections == 0)


async def test_a_client_that_sends_all_before_it_reads_still_gets_the_refusal(lab: Lab) -> None:
    """The lab reads on after refusing: a reset would destroy the answer that waits to be read."""
    assert (await ask(lab.base, "/x", method="POST", body=b"a" * 8_000_000)).status == 413


async def test_an_answer_still_reaches_a_client_that_has_finished_sending() -> None:
    """Closing one's own side early, as nc does, does not lose a slow answer."""
    clock = Clock()
    async with Lab([Policy(name="slow", delay=(5.0, 5.0))], now=clock.now, sleep=clock.sleep) as lab:
        reader, writer = await connect(lab.base)
        writer.write(get(b"/slow/search?q=a") + b"GET /rest")
        writer.write_eof()
        assert (await reader.read()).startswith(b"HTTP/1.1 200 OK")
        writer.close()


async def test_a_failing_clock_does_not_leave_the_client_waiting() -> None:
    """If the injected sleep breaks, the connection ends."""

    async def sleep(seconds: float) -> None:
        raise asyncio.CancelledError

    async with Lab([Policy(name="slow", delay=(5.0, 5.0))], sleep=sleep) as lab:
        assert (await ask(lab.base, "/slow/search?q=a")).failure == ENDED
