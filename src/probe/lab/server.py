"""The practice server: all platforms behind one loopback address, and a record of what arrived.

`async with Lab() as lab:` starts and stops it; ask at `lab.base`, compare with `lab.truth(...)` or
`lab.messenger_truth(...)`, and see what was asked in `lab.received`.
"""

import asyncio
import ipaddress
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from types import TracebackType
from typing import Self

from probe.lab import censor
from probe.lab.answers import CHALLENGE_PATH, LOGIN_PATH, answer_question, refuse, refuse_request
from probe.lab.censor import Cause
from probe.lab.connection import Connection, Reply
from probe.lab.desk import show_desk
from probe.lab.message import Message
from probe.lab.messenger import Messenger
from probe.lab.messenger_answers import answer_messenger
from probe.lab.messenger_policy import MessageAct, MessengerPolicy, say_fate
from probe.lab.pages import challenge_page, login_page
from probe.lab.platform import Platform, Treatment
from probe.lab.policies import STANDARD, STANDARD_MESSENGERS
from probe.lab.policy import Act, Policy
from probe.lab.questions import read_question
from probe.lab.record import Received, Record
from probe.lab.wire import BadRequestError, Request, Response

__all__ = ["Lab", "Received"]

_PAGES = {CHALLENGE_PATH: challenge_page, LOGIN_PATH: login_page}


class Lab:
    """Starts, answers, remembers, stops; a platform's memory outlives a stop.

    Everything is measured in seconds of `now`, which may run faster than real time, and waited for with `sleep`. Only where
    a platform names a moment (a Retry-After date, a reset in seconds since 1970) does it need `wall`: the moment is
    `wall()` plus the wait in seconds of `now`. Whoever subtracts the same `wall()` on arrival and waits so many seconds of
    the shared clock comes back in time, whatever the two clocks' rates. Moments in whole seconds are rounded up.
    """

    def __init__(
        self,
        policies: Iterable[Policy] = STANDARD,
        *,
        messengers: Iterable[MessengerPolicy] = STANDARD_MESSENGERS,
        seed: int = 0,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._policies: dict[str, Policy] = {}
        self._platforms: dict[str, Platform] = {}
        for policy in policies:
            if policy.name in self._policies:
                raise ValueError(f"two policies are named {policy.name}")
            self._policies[policy.name] = policy
            self._platforms[policy.path] = Platform(policy, seed=seed)
        self._messengers: dict[str, Messenger] = {}
        for declared in messengers:
            if declared.name in self._policies or declared.name in self._messengers:
                raise ValueError(f"two policies are named {declared.name}")
            self._messengers[declared.name] = Messenger(declared, seed=seed)
        self._now = now
        self._sleep = sleep
        self._wall = wall
        self._record = Record()
        self._server: asyncio.Server | None = None
        self._base = ""
        self._connections: set[Connection] = set()

    @property
    def base(self) -> str:
        """The address to put before a path, such as http://127.0.0.1:8080."""
        if self._server is None:
            raise RuntimeError("the lab is not running")
        return self._base

    @property
    def received(self) -> list[Received]:
        """The latest requests (at most 100,000), oldest first; the lab's own pages are not among them."""
        return list(self._record.latest)

    @property
    def counts(self) -> Counter[tuple[str, Act | MessageAct]]:
        """How many requests ended how, by platform and act, since the lab was made."""
        return self._record.counts

    @property
    def open_connections(self) -> int:
        """How many clients are connected now."""
        return len(self._connections)

    def truth(self, platform: str, text: str) -> str:
        """The best that a careful prober could say about this text there; KeyError: no such platform."""
        if platform in self._messengers:
            return say_fate(self.messenger_truth(platform, text))
        return censor.truth(self._policies[platform], text)

    def messenger_truth(self, name: str, text: str) -> MessageAct | None:
        """What that messenger's censor does to such a text, None: nothing; KeyError: no such messenger.

        What follows from earlier messages, the user or the weather is not in it.
        """
        return self._messengers[name].policy.truth(text)

    def messages(self, name: str) -> list[Message]:
        """All that this messenger stores, oldest first, whoever may see it; KeyError: no such messenger."""
        return self._messengers[name].messages

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listen, and return `base`; port 0 takes any free one."""
        if self._server is not None:
            raise RuntimeError("the lab is running already")
        address = _loopback_address(host)
        server = await asyncio.get_running_loop().create_server(self._connect, str(address), port)
        self._server = server
        shown = f"[{address}]" if address.version == 6 else str(address)
        self._base = f"http://{shown}:{server.sockets[0].getsockname()[1]}"
        return self._base

    async def stop(self) -> None:
        """Stop listening and end every connection, whatever is under way; may be called twice."""
        if self._server is None:
            return
        server, self._server = self._server, None
        server.close()
        ending = list(self._connections)
        waiting = [connection.waiting for connection in ending if connection.waiting is not None]
        for connection in ending:
            connection.abort()
        await asyncio.gather(*(connection.gone for connection in ending))
        await asyncio.gather(*waiting, return_exceptions=True)
        await server.wait_closed()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def _connect(self) -> Connection:
        return Connection(
            answer=self._answer, sleep=self._sleep, opened=self._admit, closed=self._connections.discard
        )

    def _admit(self, connection: Connection) -> None:
        self._connections.add(connection)
        if self._server is None:  # accepted just before the stop
            connection.abort()

    def _answer(self, request: Request, client: str) -> Reply:
        """Answer one request, and remember it unless it is for one of the lab's own pages."""
        try:
            own = show_desk(
                request,
                base=self._base,
                policies=self._policies,
                messengers={name: messenger.policy for name, messenger in self._messengers.items()},
                record=self._record,
            )
        except BadRequestError as error:
            own = refuse_request(error)
        if own is not None:
            return Reply(act=Act.PAGE, response=own)
        platform = self._platforms.get(request.path)
        if platform is not None:
            return self._ask(platform, request, client)
        messenger = self._messengers.get(request.path.split("/")[1])
        if messenger is not None:
            return self._hand_to(messenger, request)
        if request.path in _PAGES:
            return self._remember(request, Act.PAGE, Response(status=200, body=_PAGES[request.path]()))
        return self._remember(request, Act.REFUSE, refuse(404))

    def _ask(self, platform: Platform, request: Request, client: str) -> Reply:
        text = read_question(platform.policy, request)
        if isinstance(text, Response):
            return self._remember(request, Act.REFUSE, text)
        treatment = platform.treat(text, client=client, at=self._now())
        response = answer_question(platform.policy, text, treatment, request.target, self._wall())
        return self._remember(request, treatment.act, response, text, treatment)

    def _hand_to(self, messenger: Messenger, request: Request) -> Reply:
        answered = answer_messenger(messenger, request, at=self._now(), wall=self._wall())
        self._record.add(self._receive(request, answered.act, answered.cause, answered.text))
        return Reply(act=Act.SERVE, response=answered.response)

    def _remember(
        self,
        request: Request,
        act: Act,
        response: Response | None,
        text: str = "",
        treatment: Treatment | None = None,
    ) -> Reply:
        cause = Cause.REQUEST if treatment is None else treatment.cause
        new_layout = treatment is not None and treatment.new_layout
        self._record.add(self._receive(request, act, cause, text, new_layout))
        return Reply(act=act, response=response, delay=0.0 if treatment is None else treatment.delay)

    def _receive(
        self, request: Request, act: Act | MessageAct, cause: Cause, text: str, new_layout: bool = False
    ) -> Received:
        return Received(
            at=self._now(),
            platform=request.path.split("/")[1],
            method=request.method,
            path=request.path,
            text=text,
            headers=request.headers,
            act=act,
            cause=cause,
            new_layout=new_layout,
        )


def _loopback_address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The address to listen on; anything that others could reach is refused.

    Names are not resolved: a resolver could answer with a public address.
    """
    try:
        address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        raise ValueError(f"the lab listens on a loopback address only, not on {host!r}") from None
    if not address.is_loopback:
        raise ValueError(f"the lab listens on loopback only, not on {host}")
    return address
