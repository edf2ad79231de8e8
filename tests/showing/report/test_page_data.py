"""The data that the report's script reads."""

from __future__ import annotations

import json
from typing import Any

from probe.model.excerpt import Excerpt, Mark, Piece
from probe.model.verdict import Status
from probe.showing.report.page_data import encode_data
from probe.showing.selection import Selection
from tests.showing.samples import a_look, a_run, a_verdict, made_up_verdicts

EXCERPT = Excerpt(
    at="2026-11-23T10:15:03.000Z",
    method="GET",
    url=(Piece("http://h.example/?q="), Piece("谣言", Mark.KEYWORD)),
    status=200,
    answer=(Piece("before "), Piece("not shown", Mark.NOTICE)),
)


def encode(*verdicts: Any, excerpts: Any = None, show_all: bool = False, **selected: Any) -> dict[str, Any]:
    look = a_look(selection=Selection(**selected), show_all=show_all)
    data: dict[str, Any] = json.loads(encode_data(a_run(verdicts), verdicts, look, excerpts or {}))
    return data


def test_every_pair_is_there_and_each_text_once() -> None:
    """Thousands of verdicts share their words."""
    data = encode(*made_up_verdicts())
    assert len(data["pairs"]) == 108
    assert len(data["keywords"]) == 12
    assert len(set(data["texts"])) == len(data["texts"])
    number, endpoint, kind, seconds = data["pairs"][0]
    assert data["texts"][data["keywords"][number][0]] == "法轮功"
    assert data["texts"][data["endpoints"][endpoint][0]] == "weibo-search"
    assert data["statuses"][data["kinds"][kind][0]] == ["blocked", "✖"]
    assert seconds == 2


def test_excerpts_keep_their_marks() -> None:
    """Mark and text, mark and text."""
    data = encode(a_verdict(), a_verdict("b"), excerpts={("谣言", "weibo-search"): EXCERPT})
    (first, second) = data["pairs"]
    assert (first[4], len(second)) == (0, 4)
    seconds, method, url, body, status, *_, answer = data["excerpts"][0]
    assert (seconds, data["texts"][method], status, body) == (3, "GET", 200, [])
    assert [data["texts"][one] if place % 2 else one for place, one in enumerate(url)] == [
        0,
        "http://h.example/?q=",
        1,
        "谣言",
    ]
    assert answer[2] == 2


def test_what_is_shown_first_is_what_was_asked_for() -> None:
    """Findings; or all; or only some."""
    assert encode(a_verdict())["shown"] == ["blocked", "filtered", "inconclusive"]
    assert len(encode(a_verdict(), show_all=True)["shown"]) == len(Status)
    assert encode(a_verdict(), only=frozenset({Status.OK}))["shown"] == ["ok"]


def test_chosen_columns_come_with_their_values() -> None:
    """Numbers as numbers, so that they are sorted as such."""
    data = encode(a_verdict(gloss=None), columns=("gloss", "asked", "definition"))
    *_, values = data["pairs"][0]
    assert [data["texts"][values[0]], values[1], data["texts"][values[2]]] == ["", 1, "5e" * 32]
    assert (data["columns"], data["numbers"]) == (["gloss", "asked", "definition"], ["asked"])
