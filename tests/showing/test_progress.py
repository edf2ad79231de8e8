"""Progress draws on terminals, prints rare lines elsewhere, and leaves the stream as it found it."""

from __future__ import annotations

import io

import pytest

from probe.events import (
    Answered,
    Asked,
    ControlFailed,
    Ended,
    GivenUp,
    Judged,
    Planned,
    Rested,
    RetryPlanned,
)
from probe.showing import progress as progress_module
from probe.showing.progress import Progress

from .samples import a_run, a_verdict
from .test_headway import Watch
from .test_plan_text import an_endpoint

PLANNED = Planned(run="r", keywords=12, endpoints=(an_endpoint("a"), an_endpoint("b")))


def a_plain_progress() -> tuple[Progress, io.StringIO, Watch]:
    """Progress on something that is no terminal."""
    out, watch = io.StringIO(), Watch()
    return Progress(out, colour=False, live=False, now=watch), out, watch


def test_a_log_gets_the_plan_and_what_went_wrong() -> None:
    """One line each; short rests, questions and verdicts are not worth one."""
    progress, out, _ = a_plain_progress()
    for event in (
        PLANNED,
        Asked(endpoint="a", control=True),
        Answered(endpoint="a", control=True, outcome="served"),
        Rested(endpoint="a", seconds=5, reason="a short one"),
        Rested(endpoint="a", seconds=120, reason="the connection\nwas reset"),
        ControlFailed(endpoint="a", reason="\x1b[2J", void=3),
        GivenUp(endpoint="a", reason="3 controls in a row failed"),
        Judged(verdict=a_verdict(endpoint="b")),
        Ended(run=a_run([])),
    ):
        progress(event)
    progress.close()
    assert out.getvalue().splitlines() == [
        "probe: 12 keywords at 2 endpoints: 60 to 2,800 questions in 30.0 s to 2 h 05 min",
        "probe: a: resting 2 min 00 s, its other words wait: the connection\\x0awas reset",
        "probe: a: a control failed: \\x1b[2J; 3 answers void",
        "probe: a: given up: 3 controls in a row failed",
    ]


def test_what_is_left_of_a_run_that_goes_on_is_its_plan() -> None:
    """Not all of its keywords."""
    out = io.StringIO()
    progress = Progress(out, colour=False, live=False, now=Watch(), left={"a": 5, "b": 0})
    progress(PLANNED)
    assert out.getvalue().startswith("probe: 5 of 24 pairs left at 2 endpoints: 60 to 2,800 questions in ")


def test_a_log_gets_no_more_than_a_line_a_second() -> None:
    """A few at once, then one a second; the rest are counted, and giving up is always said."""
    progress, out, watch = a_plain_progress()
    watch.time += 3600  # quiet times are not saved up
    for number in range(400):
        watch.time += 0.1
        progress(ControlFailed(endpoint="a", reason=f"reason {number}", void=0))
    progress(GivenUp(endpoint="a", reason="enough"))
    progress.close()
    lines = out.getvalue().splitlines()
    said = sum("control failed" in line for line in lines)
    assert 40 <= said <= 46
    assert lines[-2:] == ["probe: a: given up: enough", f"probe: {400 - said} further notices not shown"]


def test_repeated_questions_are_summed_up_once() -> None:
    """The three most frequent reasons are named."""
    progress, out, _ = a_plain_progress()
    for number in range(20):
        progress(RetryPlanned(endpoint="a", keyword="k", attempt=2, reason=f"HTTP {429 + number % 4}"))
    progress.close()
    progress.close()
    assert out.getvalue() == (
        "probe: 20 questions asked again: 5 times HTTP 429, 5 times HTTP 430, 5 times HTTP 431, ...\n"
    )


def test_a_long_quiet_run_gives_a_sign_of_life() -> None:
    """After five minutes without a line, how far it is."""
    progress, out, watch = a_plain_progress()
    progress(PLANNED)
    for _ in range(6):
        watch.time += 100
        progress(Judged(verdict=a_verdict(endpoint="a")))
    assert out.getvalue().splitlines()[1:] == [
        "probe: 3 of 24 pairs, --:-- left",
        "probe: 6 of 24 pairs, --:-- left",
    ]


def test_a_terminal_gets_a_picture_that_goes_away() -> None:
    """The cursor is hidden while it is drawn, and shown again at the end; nothing stays on the screen."""
    out, watch = io.StringIO(), Watch()
    progress = Progress(out, colour=False, live=True, now=watch, width=80)
    assert out.getvalue() == ""
    progress(PLANNED)
    drawn = out.getvalue()
    assert drawn.startswith("\x1b[?25l")
    assert "0 of 24 pairs" in drawn
    progress(Ended(run=a_run([])))
    progress.close()
    rest = out.getvalue()[len(drawn) :]
    assert "\x1b[?25h" in rest
    assert rest.endswith("\x1b[1A\x1b[2K" * 3)


def test_a_picture_that_cannot_be_drawn_is_an_error_of_the_next_event(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its own thread would tell nobody; the run then drops this display and says so."""

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("no ink")

    monkeypatch.setattr(progress_module, "draw", fail)
    progress = Progress(io.StringIO(), colour=False, live=True, now=Watch(), width=80)
    progress(PLANNED)
    with pytest.raises(RuntimeError, match="no ink"):
        progress(Judged(verdict=a_verdict(endpoint="a")))
    progress.close()


@pytest.mark.parametrize("live", [True, False])
def test_closing_a_broken_stream_is_quiet(live: bool) -> None:
    """The run must not fail over its display's end."""
    out = io.StringIO()
    progress = Progress(out, colour=False, live=live, now=Watch(), width=80)
    progress(PLANNED)
    progress(RetryPlanned(endpoint="a", keyword="k", attempt=2, reason="x"))
    out.close()
    progress.close()


def test_a_closed_pipe_is_an_error_not_an_exit() -> None:
    """rich would end the program and close standard output."""

    class Gone(io.StringIO):
        def flush(self) -> None:
            raise BrokenPipeError

    progress = Progress(Gone(), colour=False, live=True, now=Watch(), width=80)
    with pytest.raises(BrokenPipeError):
        progress(PLANNED)
    progress.close()


def test_a_flood_of_questions_draws_nothing() -> None:
    """Asking and answering only count: the stream is not touched, whatever the clock says."""
    progress, out, watch = a_plain_progress()
    for _ in range(1000):
        watch.time += 60
        progress(Asked(endpoint="a", control=False))
        progress(Answered(endpoint="a", control=False, outcome="served"))
    assert out.getvalue() == ""
