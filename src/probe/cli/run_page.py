"""The list of runs for people: what each asked and found, and how to go on with one that did not come to its end.

And what is said of messages of a run that are still there.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from rich.cells import cell_len

from probe.keeping.stored_run import StoredRun
from probe.model.post import Post, PostState
from probe.model.verdict import Status, write_time
from probe.showing.page import Block, Page, Span, fold
from probe.showing.quantity import write_count
from probe.showing.safe_text import plain

_SHORT_ID = 8
_GAP = 2
_WIDEST_NAMES = 60
_MOST_NAMES = 6
"""Endpoints that are named; the others are counted."""
_MOST_MESSAGES = 3
"""Messages of an endpoint that are shown; the others are counted."""
_FATES = {PostState.WRITTEN: "perhaps posted", PostState.POSTED: "posted"}


def summarise(run: StoredRun) -> dict[str, object]:
    """What programs want to know of a run; fields are added, never renamed."""
    record = run.record
    return {
        "id": run.id,
        "started": write_time(record.started),
        "ended": run.ended,
        "complete": run.complete,
        "open": run.is_open,
        "version": record.version,
        "vantage": record.vantage.label,
        "lists": [one.name for one in record.lists],
        "keywords": record.keywords,
        "endpoints": [one.name for one in record.definitions if not one.is_reference],
        "verdicts": run.verdicts,
        "counts": {status.value: run.statuses[status] for status in Status},
        "answers": run.answers,
        "notes": [*run.notes],
        "messages_left": run.messages_left,
    }


def describe_messages(
    run: StoredRun, posts: Sequence[tuple[str, Post]], *, store: str | None
) -> Iterator[str]:
    """What is known of messages that are not gone, each with its endpoint's name, line by line; nothing without any."""
    if not posts:
        return
    number = f"{write_count(len(posts), 'message')} of this run {'is' if len(posts) == 1 else 'are'}"
    if run.is_open:
        yield f"{number} there, while it is at work"
    else:
        yield f"{number} still there; to try again to delete: {_resume_command(run.id[:_SHORT_ID], store)}"
    for endpoint in dict.fromkeys(name for name, _ in posts):
        ours = [post for name, post in posts if name == endpoint]
        yield f"{plain(endpoint, 40)}: {write_count(len(ours), 'message')}"
        yield from (f"  {_describe_message(post)}" for post in ours[:_MOST_MESSAGES])
        if len(ours) > _MOST_MESSAGES:
            yield f"  and {len(ours) - _MOST_MESSAGES:,} more"


def _describe_message(post: Post) -> str:
    """When, how far it got, by what to know it, and why it is still there. The nonce stands in the text of the message."""
    name = f"id {plain(post.values['id'], 60)}" if "id" in post.values else f"marked {plain(post.nonce, 60)}"
    why = "" if post.why_left is None else f": {plain(post.why_left)}"
    return f"{write_time(post.at)}, {_FATES.get(post.state, post.state.value)}, {name}{why}"


def print_runs(page: Page, runs: Sequence[StoredRun], *, store: str | None) -> None:
    """A table, a run a row. What finds no room beside the figures, names or state, stands below the row.

    `store` is the file that was named on the command line: whoever goes on with a run must name it, too.
    """
    ids = _short_ids(runs)
    states = {run.id: page.say(_state(run, ids[run.id], store), 400) for run in runs}
    names = {run.id: _names(page, run) for run in runs}
    columns = _figures(page, runs, ids)
    widths = [max(map(cell_len, column)) for column in columns]
    room = page.width - sum(widths) - _GAP * len(widths)
    longest = max((cell_len(name) for one in names.values() for name in one), default=0)
    wanted = min(
        max(cell_len(text) for text in ["ENDPOINTS", *map(", ".join, names.values())]), _WIDEST_NAMES
    )
    heads = [column[0] for column in columns]
    named = max(longest + 1, len("ENDPOINTS")) <= room
    if named:
        heads.append("ENDPOINTS")
        widths.append(min(wanted, room))
    stated = named and wanted + _GAP + max(map(cell_len, states.values())) <= room
    if stated:
        heads.append("STATE")
        widths.append(max(map(cell_len, states.values())))
    page.row([[[Span(head, "bold")]] for head in heads], widths, gap=_GAP)
    for place, run in enumerate(runs, 1):
        blocks: list[Block] = [[[Span(column[place])]] for column in columns]
        if named:
            blocks.append([[Span(line)] for line in fold(", ".join(names[run.id]), widths[len(columns)])])
        if stated:
            blocks.append([[Span(states[run.id])]])
        page.row(blocks, widths, gap=_GAP)
        if not named and names[run.id]:
            page.paragraph(", ".join(names[run.id]), indent=_GAP, hang=_GAP)
        if not stated and (not run.complete or run.left):
            page.paragraph(states[run.id], indent=_GAP, hang=_GAP, style="dim")
    page.line()
    _print_legend(page)


def _figures(page: Page, runs: Sequence[StoredRun], ids: Mapping[str, str]) -> list[list[str]]:
    """The columns that every page has room for, each with its heading; numbers are aligned at the right."""
    numbers = [["KEYWORDS", *(f"{run.record.keywords:,}" for run in runs)]]
    numbers += [[page.sign(status).text, *(f"{run.statuses[status]:,}" for run in runs)] for status in Status]
    aligned = [[text.rjust(max(map(len, column))) for text in column] for column in numbers]
    return [["RUN", *(ids[run.id] for run in runs)], ["STARTED (UTC)", *map(_moment, runs)], *aligned]


def _print_legend(page: Page) -> None:
    signs = [f"{page.sign(status).text} {status.value}" for status in Status]
    page.paragraph("   ".join(signs), style="dim")


def _short_ids(runs: Sequence[StoredRun]) -> dict[str, str]:
    """As many characters of each id as tell them all apart, and eight at least."""
    ids = [run.id for run in runs]
    length = _SHORT_ID
    while len({one[:length] for one in ids}) < len(ids):
        length += 1
    return {one: one[:length] for one in ids}


def _state(run: StoredRun, short: str, store: str | None) -> str:
    if run.is_open:
        return "at work"
    left = f"{write_count(run.messages_left, 'message')} left: " if run.left else ""
    if run.complete and not left:
        return "complete"
    return left + _resume_command(short, store)


def _resume_command(short: str, store: str | None) -> str:
    there = "" if store is None else f" --store {shlex.quote(store)}"
    return f"probe run --resume {short}{there}"


def _moment(run: StoredRun) -> str:
    return datetime.fromtimestamp(run.record.started, UTC).strftime("%Y-%m-%d %H:%M")


def _names(page: Page, run: StoredRun) -> list[str]:
    names = [page.say(one.name, 40) for one in run.record.definitions if not one.is_reference]
    if len(names) > _MOST_NAMES:
        names[_MOST_NAMES - 1 :] = [f"{len(names) - _MOST_NAMES + 1} more"]
    return names
