"""Live picture: how far a run has come, as a few lines that are drawn anew while it goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rich.cells import cell_len, set_cell_size
from rich.console import Group
from rich.text import Text

from probe.showing.headway import EndpointHeadway, Headway
from probe.showing.quantity import write_clock, write_count, write_duration
from probe.showing.safe_text import can_say, plain

_NARROW = 60
"""Cells below which only the sums are drawn."""
_MANY = 12
"""Endpoints above which they are only counted."""
_WIDEST_NAME = 24
_WIDEST_BAR = 24
_STYLES = {"asking": "green", "resting": "yellow", "given up": "red", "done": "dim", "waiting": "dim"}


def draw(headway: Headway, width: int, *, encoding: str = "utf-8") -> Group:
    """The picture for a terminal of this width: the sums, and below them a line an endpoint, if there is room."""
    lines = [_draw_sums(headway, width, encoding)]
    endpoints = dict(headway.endpoints)
    if len(endpoints) > _MANY:
        lines.append(_draw_states(headway, endpoints))
    elif width >= _NARROW:
        lines += _draw_endpoints(headway, endpoints, width, encoding)
    for line in lines:
        line.truncate(width)
    return Group(*lines)


def tell_state(headway: Headway, one: EndpointHeadway) -> tuple[str, str]:
    """What an endpoint is doing, in a word, and what there is to say about it."""
    if one.given_up is not None:
        return "given up", f"({one.given_up})"
    if one.ended_early is not None:
        return "ending", f"({one.ended_early})"
    if one.judged >= one.keywords:
        return "done", ""
    rest = headway.rest_left(one)
    if rest > 0:
        time = f"{rest:.0f} s" if rest < 59.5 else write_duration(rest)
        return "resting", f"{time}, words wait ({one.rest_reason})"
    if not one.asked:
        return "waiting", ""
    failed = one.controls_failed
    return "asking", f"({write_count(failed, 'control')} failed)" if failed else ""


def _draw_sums(headway: Headway, width: int, encoding: str) -> Text:
    judged, pairs = headway.judged, headway.pairs
    share = min(judged / pairs, 1.0) if pairs else 0.0
    pace = headway.measure_pace()
    words = [f"{judged:,} of {pairs:,}{' pairs' if width >= _NARROW else ''}"]
    if pace is not None and width >= _NARROW:
        words.append(f"{pace:,.1f} questions/s" if pace < 100 else f"{pace:,.0f} questions/s")
    words.append(f"{write_clock(headway.estimate_left())} left")
    text = "  ".join(words)
    line = Text(f"{share:4.0%} ", no_wrap=True)
    bar = min(width - len(line) - len(text) - 3, _WIDEST_BAR)
    if bar >= 8:
        full, empty = ("━", "─") if can_say("━─", encoding) else ("=", "-")
        line.append(full * round(share * bar), "green")
        line.append(empty * (bar - round(share * bar)), "dim")
        line.append("  ")
    return line.append(text)


def _draw_states(headway: Headway, endpoints: dict[str, EndpointHeadway]) -> Text:
    states = Counter(tell_state(headway, one)[0] for one in endpoints.values())
    words = [f"{states[state]} {state}" for state in _STYLES if states[state]]
    return Text(f"     {len(endpoints)} endpoints: {', '.join(words)}", no_wrap=True)


def _draw_endpoints(
    headway: Headway, endpoints: dict[str, EndpointHeadway], width: int, encoding: str
) -> Iterator[Text]:
    names = {name: plain(name, encoding=encoding) for name in endpoints}
    widest = min(max(map(cell_len, names.values()), default=0), _WIDEST_NAME)
    digits = max((len(f"{one.keywords:,}") for one in endpoints.values()), default=1)
    for name, one in endpoints.items():
        state, about = tell_state(headway, one)
        line = Text(f"     {set_cell_size(names[name], widest)}", no_wrap=True)
        line.append(f"  {one.judged:>{digits},} of {one.keywords:>{digits},}  ")
        line.append(state, _STYLES[state])
        if about:
            line.append(f" {plain(about, 120, encoding=encoding)}")
        line.truncate(width, overflow="ellipsis" if can_say("…", encoding) else "crop")
        yield line
