"""Flow: all requests of one question, in order: an exchange."""

from __future__ import annotations

from probe.model.exchange import Exchange, Failure, Question, Request, Stage, Step
from probe.sending.pacing import Clock
from probe.sending.poster import Poster
from probe.sending.redirects import follow
from probe.sending.request import CannotRender, RequestWriter
from probe.sending.session import Session, SessionFailed
from probe.sending.transport import Transport


async def perform(
    question: Question,
    writer: RequestWriter,
    transport: Transport,
    clock: Clock,
    *,
    deadline: float,
    redirects: int,
    session: Session | None = None,
    form: str | None = None,
    poster: Poster | None = None,
) -> Exchange:
    """Ask one question; all its steps together end within `deadline` seconds, what its session takes not counted.

    `form` is the text into which it is put. With a `poster` it is asked by a message, which takes the time that it takes.
    """
    try:
        values = {} if session is None else await session.values(transport)
    except SessionFailed as error:
        return unsent(f"no session: {error}", clock.wall(), Failure.SESSION)
    started = clock.wall()
    try:
        if poster is not None:
            return await poster.deliver(question, transport, values)
        request = writer.write(question.text, now=started, session=values, form=form)
    except CannotRender as error:
        return unsent(str(error), started)
    steps = await follow(request, transport, clock, deadline=deadline, redirects=redirects)
    return Exchange(steps=tuple(steps), started=started, ended=clock.wall())


def unsent(why: str, moment: float, failure: Failure = Failure.OTHER) -> Exchange:
    """The exchange of a question that was never sent; `moment` in seconds since 1970."""
    step = Step(request=Request(method="GET", url=""), failure=failure, stage=Stage.WRITE, detail=why)
    return Exchange(steps=(step,), started=moment, ended=moment)
