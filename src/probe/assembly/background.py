"""Background: what the store knows beside the verdicts of a run, for reports: exchanges, and earlier runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby
from pathlib import Path

import msgspec

from probe.assembly.judge import CENSORED
from probe.inputs.endpoints import check_definition
from probe.judging.proof_texts import find_proof_texts
from probe.keeping.store import Store
from probe.keeping.stored_run import StoredRun
from probe.model.definition import Definition
from probe.model.excerpt import Excerpt, Piece
from probe.model.exchange import Exchange, Purpose, Request
from probe.model.observation import Outcome
from probe.model.record import Answer
from probe.model.run import Run
from probe.model.verdict import Verdict, write_time
from probe.reading.excerpts import cut_excerpt
from probe.reading.json_forms import NO_JSON
from probe.reading.page import Page, read_page
from probe.showing.background import Background, Moment, ReadBackground

ROOM = 700_000
"""Characters of answers in one report: with thousands of verdicts less is shown of each."""
MOST_EACH, LEAST_EACH = 360, 90
"""Characters of one answer."""
_MOST_URL = 600
MOST_RUNS = 24
"""Runs of a timeline, the latest ones."""
MOST_LOOKED_AT = 100
"""Runs whose verdicts are read to see whether they belong to it."""
LEAST_SHARED = 0.5
"""The share of a run's pairs that another one must have to be of the same keywords and endpoints."""

_Pair = tuple[str, tuple[str, ...]]
"""Endpoint and components."""


def from_store(path: Path) -> ReadBackground:
    """What this store knows, read when it is asked for."""
    return partial(_read, path)


def _read(path: Path, run: Run, verdicts: Sequence[Verdict]) -> Background:
    with Store.open(path, reading=True) as store:
        moments = read_moments(store, run, verdicts)
    return Background(excerpts=partial(_read_excerpts, path, run.id), moments=moments)


def _read_excerpts(path: Path, run: str, verdicts: Sequence[Verdict]) -> Iterator[tuple[str, str, Excerpt]]:
    with Store.open(path, reading=True) as store:
        yield from read_excerpts(store, run, verdicts)


def read_excerpts(store: Store, run: str, verdicts: Sequence[Verdict]) -> Iterator[tuple[str, str, Excerpt]]:
    """Of each verdict that has an exchange, the one that speaks for it best."""
    wanted: dict[_Pair, Verdict] = {(one.endpoint, one.components): one for one in verdicts}
    censored = sum(one.status in CENSORED for one in wanted.values())
    most = min(max(ROOM // max(censored, 1), LEAST_EACH), MOST_EACH)
    definitions: dict[str, Definition | None] = {}
    for pair, group in groupby(store.answers(run), lambda one: (one[0].name, one[1].question.components)):
        verdict = wanted.get(pair)
        answers = [*group]
        if verdict is None:
            continue
        best = choose_answer(verdict, ((answer, exchange) for _, answer, exchange in answers))
        if best is None:
            continue
        record = answers[0][0]
        if record.sha256 not in definitions:
            definitions[record.sha256] = check_definition(record.text, record.place)[0]
        yield verdict.keyword, verdict.endpoint, make_excerpt(*best, definitions[record.sha256], most=most)


def choose_answer(
    verdict: Verdict, answers: Iterable[tuple[Answer, Exchange | None]]
) -> tuple[Answer, Exchange] | None:
    """The answer that a verdict rests on, of those whose exchange was kept: by its rule, else by what it shows."""
    best: tuple[int, Answer, Exchange] | None = None
    for answer, exchange in answers:
        question, seen = answer.question, answer.observation
        if exchange is None or answer.void or question.is_part or question.purpose is Purpose.REFERENCE:
            continue
        if not question.purpose.is_about_keyword:
            continue
        rank = 4 * (verdict.rule is not None and seen.rule == verdict.rule)
        rank += 2 * (seen.outcome.is_hit if verdict.status in CENSORED else seen.outcome is Outcome.SERVED)
        rank += question.purpose is Purpose.KEYWORD
        if best is None or rank > best[0]:
            best = (rank, answer, exchange)
    return None if best is None else best[1:]


def make_excerpt(answer: Answer, exchange: Exchange, definition: Definition | None, *, most: int) -> Excerpt:
    """One exchange, cut to what a reader must see."""
    question = answer.question
    asked = tuple(dict.fromkeys((question.text, *question.components)))
    sent, last = exchange.steps[0].request, exchange.last
    page = None
    if last.response is not None:
        page = (
            Page(last.request, last.response)
            if definition is None
            else read_page(definition, last.request, last.response)
        )
    found: list[str] = []
    if page is not None and definition is not None:
        found = find_proof_texts(definition, answer.observation.rule, page, asked)
    return Excerpt(
        at=write_time(exchange.started),
        method=sent.method,
        url=cut_excerpt(sent.url, (), asked, most=_MOST_URL, encoded=True),
        body=_cut_body(sent, asked, most),
        status=None if last.response is None else last.response.status,
        failure=last.failure,
        stage=last.stage,
        location=None if page is None else page.location,
        answer=() if page is None else cut_excerpt(_readable(page), found, asked, most=most),
    )


def read_moments(store: Store, run: Run, verdicts: Sequence[Verdict]) -> list[Moment]:
    """This run among those that share at least half of its pairs; nothing where there is no other."""
    pairs = {one.id for one in verdicts}
    endpoints = {use.name for use in run.endpoints}
    others = [one for one in store.runs() if one.id != run.id and _may_share(one, endpoints, len(pairs))]
    moments: list[Moment] = []
    for stored in others[:MOST_LOOKED_AT]:
        shared = Counter(one.status for one in store.verdicts(stored.id) if one.id in pairs)
        if shared.total() >= max(LEAST_SHARED * len(pairs), 1) and len(moments) < MOST_RUNS - 1:
            started = write_time(stored.record.started)
            moments.append(Moment(run=stored.id, started=started, statuses=shared))
    if not moments:
        return []
    this = Moment(run=run.id, started=run.started, statuses=Counter(one.status for one in verdicts))
    return sorted([*moments, this], key=lambda one: one.started)


def _may_share(stored: StoredRun, endpoints: set[str], pairs: int) -> bool:
    """Whether it is worth reading: it has enough verdicts, and asked one of the same endpoints."""
    named = {one.name for one in stored.record.definitions}
    return stored.verdicts >= LEAST_SHARED * pairs and not endpoints.isdisjoint(named)


def _cut_body(request: Request, asked: Sequence[str], most: int) -> tuple[Piece, ...]:
    if not request.body:
        return ()
    return cut_excerpt(request.body.decode("utf-8", "replace"), (), asked, most=most, encoded=True)


def _readable(page: Page) -> str:
    """What a reader sees; of JSON all of it, as the code that gives it away is no text for readers."""
    if page.is_html or page.json is NO_JSON:
        return page.text
    try:
        return msgspec.json.encode(page.json).decode()  # without \\u before each character
    except (RecursionError, ValueError):
        return page.raw
