"""The server that the throughput benchmark asks: a results page of 4 kB after a fixed delay, on a loopback port.

`python benchmarks/server.py 0.05` prints its address on the first line and serves until its standard input ends. It does as
little as it can, so that what is measured is whoever asks.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from subprocess import PIPE, Popen

PAGE_SIZE = 4096
"""Bytes of the body."""


def write_page() -> bytes:
    """A page as a search service sends it: a form, a count, ten results, a footer."""
    items = "".join(
        f'<li class="result"><h3><a href="http://site{number}.example/{number}">Result {number} 搜索结果</a></h3>'
        f'<p class="snippet">Some words about it, as results have them. 一段摘要文字。</p>'
        f"<cite>site{number}.example</cite></li>\n"
        for number in range(10)
    )
    head = (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>Search</title>'
        '<link rel="stylesheet" href="/style.css"></head>\n<body><form class="search" action="/search"><input name="q">'
        '<button>Search</button></form>\n<p class="count">10 results</p>\n<ol id="results">\n'
    )
    page = f"{head}{items}</ol>\n".encode()
    foot = b"</body></html>\n"
    filler = b'<p class="footer">About - Help - Privacy - Terms</p>\n'
    lines, rest = divmod(PAGE_SIZE - len(page) - len(foot), len(filler))
    return page + filler * lines + b" " * rest + foot


_BODY = write_page()
_ANSWER = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: %d\r\nserver: bench\r\n\r\n"
    % len(_BODY)
) + _BODY


class _Connection(asyncio.Protocol):
    """One client. Requests have no body; several may come in one read."""

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._loop = asyncio.get_running_loop()
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        *requests, self._rest = (self._rest + data).split(b"\r\n\r\n")
        for _ in requests:
            self._loop.call_later(self._delay, self._answer)

    def _answer(self) -> None:
        if not self._transport.is_closing():
            self._transport.write(_ANSWER)


async def _serve(delay: float) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(delay), "127.0.0.1", 0, backlog=1024)
    async with server:
        print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
        await loop.run_in_executor(None, sys.stdin.read)


@contextmanager
def serve(delay: float) -> Iterator[str]:
    """A server of its own process, as its address; it ends with the block. `delay` in seconds."""
    process = Popen([sys.executable, __file__, str(delay)], stdin=PIPE, stdout=PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        address = process.stdout.readline().strip()
        if not address:
            raise SystemExit("the server did not start")
        yield address
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()


if __name__ == "__main__":
    asyncio.run(_serve(float(sys.argv[1])))
