"""Progress: what happens in a run while it happens, on standard error; a picture on a terminal, rare lines elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TextIO

from rich.console import Console, Group
from rich.live import Live

from probe.events import ControlFailed, Ended, EndedEarly, Event, GivenUp, Judged, Planned, Rested, TakingBack
from probe.showing.headway import Headway
from probe.showing.live_picture import draw
from probe.showing.plan_text import plan_line, plan_text
from probe.showing.quantity import write_clock, write_count, write_duration
from probe.showing.safe_text import plain

__all__ = ["Progress", "plan_line", "plan_text"]

_REDRAWS = 4
"""Pictures a second."""
_SHORT_REST = 5.0
"""Seconds; shorter rests are not worth a line."""
_BURST = 5
"""Lines that may come at once; on average at most one a second."""
_SIGN_OF_LIFE = 300.0
"""Seconds between two lines that only say how far it is, so that nobody takes a quiet run for a dead one."""


class Progress:
    """Listens to a run. `now` is a clock in seconds; `live` says whether the stream is a terminal to draw on."""

    def __init__(
        self,
        stream: TextIO,
        *,
        colour: bool,
        live: bool,
        now: Callable[[], float],
        width: int | None = None,
        left: Mapping[str, int] | None = None,
    ) -> None:
        """`width` in cells; None for that of the terminal, however it changes. `left` as for `plan_text`."""
        self._headway = Headway(now)
        self._display: _Picture | _Lines
        if live:
            self._display = _Picture(stream, self._headway, colour=colour, width=width)
        else:
            self._display = _Lines(stream, self._headway, now, left)
        self._shown = self._display.shown

    def __call__(self, event: Event) -> None:
        self._headway(event)
        if type(event) in self._shown:
            self._display.show(event)

    def close(self) -> None:
        """Leave the stream as it was found. May be called more than once; a stream that broke is left alone."""
        with suppress(OSError, ValueError):  # ValueError: it is closed
            self._display.close()


class _Terminal(Console):
    """rich ends the program on a closed pipe, and closes standard output for it; here it is an error as any other."""

    def on_broken_pipe(self) -> None:
        raise


class _Picture:
    """Draws from its own thread, so that a rest is counted down while nothing happens."""

    shown = frozenset({Planned, Judged, Ended})

    def __init__(self, stream: TextIO, headway: Headway, *, colour: bool, width: int | None) -> None:
        self._headway = headway
        self._fault: Exception | None = None
        self._console = _Terminal(
            file=stream,
            force_terminal=True,
            color_system="standard" if colour else None,
            width=width,
            highlight=False,
            markup=False,
            emoji=False,
            legacy_windows=False,
            _environ={},
        )
        self._live = Live(
            console=self._console,
            get_renderable=self._draw,
            refresh_per_second=_REDRAWS,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )

    def show(self, event: Event) -> None:
        if isinstance(event, Planned):
            self._live.start(refresh=True)
        elif self._fault is not None:
            raise self._fault
        elif isinstance(event, Ended):
            self.close()

    def close(self) -> None:
        self._live.stop()

    def _draw(self) -> Group:
        try:
            return draw(self._headway, self._console.width, encoding=self._console.encoding)
        except Exception as fault:  # in the drawing thread nobody would hear it: the next event says it
            self._fault = fault
            return Group()


class _Lines:
    """Prints the plan, what went wrong, and a sign of life now and then."""

    shown = frozenset({Planned, Rested, ControlFailed, GivenUp, EndedEarly, TakingBack, Judged, Ended})

    def __init__(
        self, stream: TextIO, headway: Headway, now: Callable[[], float], left: Mapping[str, int] | None
    ) -> None:
        self._stream = stream
        self._encoding = getattr(stream, "encoding", None) or "utf-8"
        self._headway = headway
        self._now = now
        self._left = left
        self._last = self._refilled = now()
        self._room = float(_BURST)
        self._unsaid = 0
        self._closed = False

    def show(self, event: Event) -> None:
        match event:
            case Planned():
                self._write(plan_line(event, self._left))
            case Rested() if event.seconds > _SHORT_REST:
                time = write_duration(event.seconds)
                self._say(f"{event.endpoint}: resting {time}, its other words wait: {event.reason}")
            case ControlFailed():
                void = f"; {write_count(event.void, 'answer')} void" if event.void else ""
                self._say(f"{event.endpoint}: a control failed: {event.reason}{void}")
            case EndedEarly():
                self._say(f"{event.endpoint}: no further keyword: {event.reason}")
            case GivenUp():
                self._write(f"{event.endpoint}: given up: {event.reason}")
            case TakingBack() if event.wait > _SHORT_REST:
                time = write_duration(event.wait)
                messages = write_count(event.messages, "message")
                self._say(f"{event.endpoint}: looking once more in {time} for {messages} that did not arrive")
            case TakingBack() if not event.wait:
                messages = write_count(event.messages, "message")
                self._say(f"{event.endpoint}: taking away {messages}; what is left, --resume tries again")
            case Judged() if self._now() - self._last >= _SIGN_OF_LIFE:
                self._write(
                    f"{self._headway.judged:,} of {write_count(self._headway.pairs, 'pair')},"
                    f" {write_clock(self._headway.estimate_left())} left"
                )
            case Ended():
                self.close()
            case _:
                pass

    def close(self) -> None:
        """Say once what was only counted."""
        if self._closed:
            return
        self._closed = True
        if self._unsaid:
            self._write(f"{write_count(self._unsaid, 'further notice')} not shown")
        retries = self._headway.retries
        if retries:
            reasons = ", ".join(
                f"{write_count(count, 'time')} {reason}" for reason, count in retries.most_common(3)
            )
            more = ", ..." if len(retries) > 3 else ""
            self._write(f"{write_count(retries.total(), 'question')} asked again: {reasons}{more}")

    def _say(self, text: str) -> None:
        """Write the line unless there were too many lately; then count it."""
        now = self._now()
        self._room = min(self._room + now - self._refilled, _BURST)
        self._refilled = now
        if self._room < 1:
            self._unsaid += 1
            return
        self._room -= 1
        self._write(text)

    def _write(self, text: str) -> None:
        self._last = self._now()
        self._stream.write(f"probe: {plain(text, 500, encoding=self._encoding)}\n")
        self._stream.flush()
