"""Redirects: followed only where the definition says so, and never to another host.

A server must not be able to send this program where its user did not agree to ask.
"""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from probe.model.exchange import Failure, Request, Stage, Step
from probe.sending.pacing import Clock
from probe.sending.transport import Transport

_GET_AFTER = frozenset({301, 302, 303})
"""Redirects after which a POST becomes a GET (RFC 9110, 15.4)."""


async def follow(
    request: Request, transport: Transport, clock: Clock, *, deadline: float, redirects: int
) -> list[Step]:
    """The request, and those to which its answers lead, at most `redirects`; all within `deadline` seconds."""
    end = clock.now() + deadline
    steps = [await transport.send(request, deadline=deadline)]
    while (target := _redirect(steps[-1])) is not None and redirects > 0:
        if len(steps) > redirects:
            steps.append(Step(request=target, failure=Failure.REDIRECT_LOOP, stage=Stage.READ))
            break
        steps.append(await transport.send(target, deadline=end - clock.now()))
    return steps


def _redirect(step: Step) -> Request | None:
    """The request that a redirect asks for, or None where there is none, or it leaves the host."""
    response, request = step.response, step.request
    if response is None or response.status not in (301, 302, 303, 307, 308):
        return None
    location = response.header("location")
    if location is None:
        return None
    try:
        url = urljoin(request.url, location)
        here, there = urlsplit(request.url), urlsplit(url)
        same = (here.scheme, here.hostname, here.port) == (there.scheme, there.hostname, there.port)
    except ValueError:
        return None
    if not same:
        return None
    becomes_get = response.status in _GET_AFTER and request.method != "HEAD"
    return Request(
        method="GET" if becomes_get else request.method,
        url=url,
        headers=tuple(pair for pair in request.headers if not (becomes_get and pair[0] == "content-type")),
        body=None if becomes_get else request.body,
    )
