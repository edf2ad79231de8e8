"""How the lab's tests ask: plain sockets and http.client, so that nothing of `probe` tests itself."""

import asyncio
import http.client
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

RESET = "connection_reset"
ENDED = "eof"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One response; `failure` instead of a status where the connection was cut."""

    status: int = 0
    headers: Mapping[str, str]
    body: str = ""
    failure: str | None = None

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(kw_only=True)
class Clock:
    """Time that passes only when somebody waits."""

    time: float = 1000.0

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += seconds
        await asyncio.sleep(0)


async def ask(
    base: str,
    path: str,
    *,
    method: str = "GET",
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """One request on a connection of its own."""
    return await asyncio.to_thread(_ask, base, path, method, body, headers or {})


async def search(base: str, platform: str, text: str) -> Answer:
    return await ask(base, f"/{platform}/search?q={quote(text)}")


async def check(base: str, body: bytes) -> Answer:
    """One question to the moderation platform."""
    return await ask(base, "/moderation/check", method="POST", body=body)


def _ask(base: str, path: str, method: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
    place = urlsplit(base)
    assert place.hostname is not None
    connection = http.client.HTTPConnection(place.hostname, place.port, timeout=10)
    try:
        connection.request(method, path, body, dict(headers))
        response = connection.getresponse()
        answered = {name.lower(): value for name, value in response.getheaders()}
        return Answer(status=response.status, headers=answered, body=response.read().decode())
    except (
        http.client.RemoteDisconnected
    ):  # a kind of ConnectionResetError to Python, though nothing was reset
        return Answer(headers={}, failure=ENDED)
    except ConnectionResetError:
        return Answer(headers={}, failure=RESET)
    finally:
        connection.close()


async def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for what happens on the server's side, where no answer tells."""
    for _ in range(10_000):
        if condition():
            return
        await asyncio.sleep(0.001)
    raise AssertionError("it never came to pass")


async def connect(base: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A bare connection, for what http.client would never send."""
    place = urlsplit(base)
    return await asyncio.open_connection(place.hostname, place.port)


async def send_raw(base: str, data: bytes) -> bytes:
    """Everything the lab says to these bytes until it closes."""
    reader, writer = await connect(base)
    writer.write(data)
    await writer.drain()
    async with asyncio.timeout(10):  # for the day when the lab forgets to close
        answer = await reader.read()
    writer.close()
    return answer
