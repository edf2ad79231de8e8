"""Changes: what the report says of what changed since the baseline."""

from __future__ import annotations

from collections.abc import Iterator

from probe.model.run import BaselineUse
from probe.showing.changed import Changed, Row, name_baseline, sum_up
from probe.showing.grid import how
from probe.showing.page import SIGNS
from probe.showing.quantity import write_count
from probe.showing.report.markup import Markup, say
from probe.showing.tally import Finding

element = Markup.element


def write_changes(changed: Changed, use: BaselineUse) -> Iterator[str]:
    """News first, then what is none and why."""
    yield '<section id="changes"><h2>What changed</h2>'
    yield f"<p>Compared with {say(name_baseline(use))}. {say(sum_up(use))}</p>"
    for title, number, rows in changed.groups():
        yield f"<h3>{say(title)} ({number:,})</h3>"
        yield '<div class="wide"><table class="changes"><thead><tr><th scope="col">Keyword</th>'
        yield '<th scope="col">Endpoint</th><th scope="col">Before</th><th scope="col">Now</th></tr></thead><tbody>'
        yield from map(_row, rows)
        yield "</tbody></table></div>"
        if number > len(rows):
            yield f"<p>and {number - len(rows):,} more, which the sheet has.</p>"
    silent = [*changed.silent()]
    if silent:
        yield "<h3>No news of censorship</h3><ul>"
        for words, count, keywords in silent:
            yield f"<li>{write_count(count, 'pair')} {words}: {', '.join(map(say, keywords))}</li>"
        yield "</ul>"
    yield from (f"<p>{say(note, 600)}.</p>" for note in use.notes)
    yield "</section>"


def _row(row: Row) -> str:
    doubt = f"<small>{say(row.doubt)}</small>" if row.doubt else ""
    keyword = element("td", f"<b>{say(row.keyword)}</b>{doubt}", "keyword")
    return f"<tr>{keyword}<td>{say(row.endpoint)}</td>{_state(row.before)}{_state(row.after)}</tr>"


def _state(finding: Finding | None) -> str:
    if finding is None:
        return "<td></td>"
    pill = element("span", f"{SIGNS[finding.status][0]} {finding.status}", "pill", f"s-{finding.status}")
    return element("td", f"{pill} <small>{say(how(finding))}</small>", "status")
