"""Sections: what of the report is words, and the table as it stands without scripts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from probe.model.run import EndpointUse, Run
from probe.model.verdict import Status, Verdict
from probe.showing import Look
from probe.showing.csv_sheet import COLUMNS
from probe.showing.method import METHOD, describe_controls, describe_pools, describe_run, write_moment
from probe.showing.page import SIGNS
from probe.showing.quantity import write_count
from probe.showing.report.markup import Markup, say
from probe.showing.report.page_data import USUAL_COLUMNS
from probe.showing.tally import FINDINGS

MOST_STATIC = 200
"""Verdicts that can be read without scripts; the sheet has all."""
_HEADS = {
    "keyword": "Keyword",
    "endpoint": "Endpoint",
    "status": "Status",
    "mechanism": "How",
    "reason": "Because",
}
_VALUES = dict(COLUMNS)
element = Markup.element


def write_head(run: Run, *, policy: str, style: str) -> Iterator[str]:
    """The head of the document; a policy counts from where it stands, so it comes first."""
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="referrer" content="no-referrer">'
    yield '<meta name="color-scheme" content="light dark">'
    yield element("title", f"Keyword censorship, {say(write_moment(run.started))}")
    yield f"<style>{style}</style>"
    yield "</head>"


def write_warnings(run: Run, look: Look) -> Iterator[str]:
    """What was found, in numbers; then whatever keeps a reader from believing it blindly."""
    counts = run.counts
    keywords, endpoints = write_count(counts.keywords, "keyword"), write_count(len(run.endpoints), "endpoint")
    yield "<header>"
    yield '<p class="kicker">Keyword censorship</p>'
    yield f"<h1>{keywords} at {endpoints}</h1>"
    vantage = ", ".join(filter(None, (run.vantage.label, run.vantage.country, run.vantage.network)))
    asked_from = f", asked from {say(vantage)}" if vantage else ""
    yield f'<p class="lede">Measured {say(write_moment(run.started))}{asked_from}.</p>'
    yield '<ul class="tiles">'
    total = counts.verdicts or 1
    for status in Status:
        number = getattr(counts, status.value)
        share = f"{100 * number / total:.0f} %" if number else "none"
        inside = f"<b>{number:,}</b><span>{SIGNS[status][0]} {status}</span><small>{share}</small>"
        yield element("li", inside, f"s-{status}")
    yield "</ul></header>"
    warnings = [*_warn(run, look)]
    if warnings:
        yield '<section class="warnings"><h2>Before you cite this</h2><ul>'
        yield from (f"<li>{warning}</li>" for warning in warnings)
        yield "</ul></section>"


def _warn(run: Run, look: Look) -> Iterator[str]:
    if not run.complete:
        pairs = run.counts.keywords * len(run.endpoints)
        why = say(run.ended_early or "it was stopped")
        yield f"<b>Not complete:</b> {why}; {run.counts.verdicts:,} of {write_count(pairs, 'pair')} have a verdict."
    for use in run.endpoints:
        if not use.trusted:
            yield f"<b>{say(use.name)} is not trusted:</b> {say(use.reason or 'no reason is known', 600)}"
    for use in run.endpoints:
        yield from (f"<b>{say(use.name)}:</b> {say(note, 600)}" for note in use.notes)
    unverified = [say(use.name) for use in run.endpoints if use.name in look.unverified]
    if unverified:
        yield f"<b>Unverified definitions:</b> nobody has recorded that these work live: {', '.join(unverified)}."


def write_results(run: Run, verdicts: Sequence[Verdict], look: Look) -> Iterator[str]:
    """Filters, heat map and table. The script fills them; what stands there before is for those who have none."""
    listed = [one for one in verdicts if look.show_all or look.selection.only or one.status in FINDINGS]
    columns = look.selection.columns or USUAL_COLUMNS
    yield '<div id="filters" class="filters" hidden></div>'
    yield '<section id="map" hidden><h2>Keyword by endpoint</h2><div class="wide"><table class="heat"></table></div>'
    yield '<p class="more"></p><p class="legend">'
    yield " ".join(f'<span class="s-{status}">{SIGNS[status][0]}</span> {status}' for status in Status)
    yield "</p></section>"
    yield '<section id="verdicts"><h2>Verdicts</h2>'
    more = f" The first {MOST_STATIC} of {len(listed):,} are listed." if len(listed) > MOST_STATIC else ""
    yield f"<noscript><p>Filters, the heat map and the evidence need scripts.{more}</p></noscript>"
    yield '<table class="verdicts"><thead><tr>'
    yield "".join(element("th", say(_HEADS.get(name, name)), name, scope="col") for name in columns)
    yield "</tr></thead><tbody>"
    for one in listed[:MOST_STATIC]:
        yield f"<tr>{''.join(_cell(one, name) for name in columns)}</tr>"
    yield '</tbody></table><p class="more"></p></section>'


def _cell(verdict: Verdict, name: str) -> str:
    """As the script makes them."""
    if name == "keyword":
        gloss = f"<small>{say(verdict.gloss)}</small>" if verdict.gloss else ""
        word = element("b", say(verdict.keyword), lang=verdict.language or "und")
        return element("td", word + gloss, "keyword")
    if name == "status":
        certainty = f" <small>{verdict.certainty}</small>" if verdict.certainty else ""
        sign = f"{SIGNS[verdict.status][0]} {verdict.status}"
        return element("td", element("span", sign, "pill", f"s-{verdict.status}") + certainty, "status")
    if name == "mechanism":
        return element("td", say(verdict.mechanism or ""), "mechanism")
    value = _VALUES[name](verdict)
    return element(
        "td", "" if value is None else say(str(value), 600), "number" if isinstance(value, int) else name
    )


def write_method(run: Run, look: Look, *, kept: bool) -> Iterator[str]:
    """How it was measured, and how the controls fared."""
    yield '<section id="method"><h2>Method and controls</h2>'
    yield from (f"<p>{paragraph}</p>" for paragraph in METHOD)
    if not kept:
        yield "<p>Nothing was kept of what was sent and came back, so this report cannot show it.</p>"
    yield '<dl class="facts">'
    for label, text in describe_run(run):
        yield f"<dt>{say(label)}</dt><dd>{say(text, 600)}</dd>"
    yield "</dl>"
    yield '<div class="wide"><table class="controls"><thead><tr><th scope="col">Endpoint</th>'
    yield '<th scope="col">Controls</th><th scope="col" class="number">Questions</th>'
    yield '<th scope="col">Definition (SHA-256)</th></tr></thead><tbody>'
    for use in run.endpoints:
        yield _controls_row(use, look)
    yield "</tbody></table></div></section>"
    software = say(f"{run.software.name} {run.software.version}")
    yield f"<footer>Run {say(run.id)}, made with {software}. This file asks nobody for anything.</footer>"


def _controls_row(use: EndpointUse, look: Look) -> str:
    platform = look.platforms.get(use.name)
    about = f"<small>{say(platform)}</small>" if platform else ""
    trust = "" if use.trusted else "<small><em>not trusted</em></small>"
    controls = "<br>".join(say(one, 1000) for one in (describe_controls(use.controls), *describe_pools(use)))
    return (
        f'<tr><th scope="row">{say(use.name)}{about}{trust}</th><td>{controls}</td>'
        f'<td class="number">{use.questions:,}</td><td><code>{say(use.definition[:16])}</code></td></tr>'
    )
