"""Figures: bars an endpoint and a column a run, as SVG whose shapes carry no style of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from probe.model.run import EndpointUse, Run
from probe.model.verdict import Status, Verdict
from probe.showing import Look
from probe.showing.background import Moment
from probe.showing.page import SIGNS
from probe.showing.report.markup import Markup, say
from probe.showing.summary import name_note

_FULL = 1000
"""Units of a whole bar."""


def draw_endpoints(run: Run, verdicts: Sequence[Verdict], look: Look) -> Iterator[str]:
    """A line an endpoint: its name, a bar of its statuses, the numbers."""
    counts: dict[str, Counter[Status]] = {use.name: Counter() for use in run.endpoints}
    for one in verdicts:
        counts.setdefault(one.endpoint, Counter())[one.status] += 1
    element = Markup.element
    yield '<section id="endpoints"><h2>By endpoint</h2>'
    yield '<div class="wide"><table class="bars"><thead><tr><th scope="col">Endpoint</th><td class="bar"></td>'
    for status in Status:
        yield element("th", f"{SIGNS[status][0]}<span>{status}</span>", "number", f"t-{status}", scope="col")
    yield "</tr></thead><tbody>"
    for use in run.endpoints:
        mine = counts[use.name]
        cells = "".join(
            element("td", f"{mine[status]:,}" if mine[status] else "·", "number") for status in Status
        )
        bar = element("td", draw_bar(mine, name=use.name), "bar")
        yield f'<tr><th scope="row">{_name(use, look)}</th>{bar}{cells}</tr>'
    yield "</tbody></table></div></section>"


def draw_timeline(moments: Sequence[Moment], run: str) -> Iterator[str]:
    """A column a run of the same keywords and endpoints; nothing where there is no other run."""
    if len(moments) < 2:
        return
    most = max(moment.pairs for moment in moments)
    yield '<section id="timeline"><h2>Over time</h2>'
    yield (
        f"<p>{len(moments)} runs of the same keywords and endpoints. Only pairs that this report is about are counted;"
        " columns are lower where a run had fewer of them.</p>"
    )
    yield '<div class="wide"><ol class="timeline">'
    for moment in moments:
        day, _, clock = moment.started.partition("T")
        label = _describe(moment.statuses)
        when = Markup.element("time", f"{say(day)}<br>{say(clock[:5])}", datetime=moment.started)
        censored = moment.statuses[Status.BLOCKED] + moment.statuses[Status.FILTERED]
        this = "this" if moment.run == run else ""
        inside = f"{_draw_column(moment, most)}<b>{censored:,}</b>{when}"
        yield Markup.element("li", inside, this, title=f"{moment.started}: {label}")
    yield "</ol></div>"
    yield '<p class="note">The number below a column: pairs blocked or filtered. The marked one is this run.</p>'
    yield "</section>"


def draw_bar(counts: Mapping[Status, int], *, name: str) -> str:
    """A bar from the gravest status to none at all."""
    total = sum(counts.values())
    if not total:
        return ""
    shapes, done = [], 0
    for status in Status:
        start, done = done, done + counts[status]
        left, right = start * _FULL / total, done * _FULL / total
        if right > left:
            shapes.append(f'<rect class="f-{status}" x="{left:.1f}" width="{right - left:.1f}" height="20"/>')
    label = say(f"{name}: {_describe(counts)}")
    view = f'viewBox="0 0 {_FULL} 20" preserveAspectRatio="none"'
    return f'<svg {view} role="img" aria-label="{label}">{"".join(shapes)}</svg>'


def _draw_column(moment: Moment, most: int) -> str:
    """The gravest status at the foot, where columns are compared with each other."""
    shapes, foot = [], 100.0
    for status in Status:
        height = moment.statuses[status] * 100 / most if most else 0.0
        if height:
            foot -= height
            shapes.append(f'<rect class="f-{status}" y="{foot:.2f}" width="20" height="{height:.2f}"/>')
    label = say(f"{moment.started}: {_describe(moment.statuses)}")
    view = 'viewBox="0 0 20 100" preserveAspectRatio="none"'
    return f'<svg {view} role="img" aria-label="{label}">{"".join(shapes)}</svg>'


def _name(use: EndpointUse, look: Look) -> str:
    title = look.titles.get(use.name)
    note = name_note(use, look)
    about = f"<small>{say(title)}</small>" if title else ""
    return f"{say(use.name)}{about}" + (f"<small><em>{say(note)}</em></small>" if note else "")


def _describe(counts: Mapping[Status, int]) -> str:
    return ", ".join(f"{counts[status]:,} {status}" for status in Status if counts[status]) or "no verdict"
