"""The format for people, as people see it: whole outputs are kept in `expected/`, to be read."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from probe.model.verdict import Verdict
from probe.showing.table import TableWriter

from .samples import ENDPOINTS, a_look, a_run, a_verdict, made_up_verdicts

_EXPECTED = Path(__file__).parent / "expected"


def show(verdicts: Sequence[Verdict], *, width: int = 80, show_all: bool = False, **run: Any) -> str:
    """What the writer prints for these verdicts."""
    out = io.StringIO()
    writer = TableWriter(out, look=a_look(width, show_all=show_all))
    writer.start()
    for verdict in verdicts:
        writer.verdict(verdict)
    assert out.getvalue() == ""
    writer.finish(a_run(verdicts, **run))
    return out.getvalue()


def _card() -> str:
    places = ("weibo-search", "lab-reset")
    verdicts = [one for one in made_up_verdicts() if one.keyword == "法轮功" and one.endpoint in places]
    return show(verdicts, keywords=1, endpoints=places)


def _stopped() -> str:
    verdicts = [one for one in made_up_verdicts() if one.endpoint in ENDPOINTS[:3]][:30]
    return show(verdicts, width=100, endpoints=ENDPOINTS[:3], complete=False, exit_code=130)


SAMPLES: dict[str, Callable[[], str]] = {
    "table-80": lambda: show(list(made_up_verdicts())),
    "table-200": lambda: show(list(made_up_verdicts()), width=200),
    "table-all-200": lambda: show(list(made_up_verdicts()), width=200, show_all=True),
    "table-stopped-100": _stopped,
    "card-80": _card,
}


def rewrite() -> None:
    """Write the expected outputs anew; the difference is to be read."""
    for name, make in SAMPLES.items():
        (_EXPECTED / f"{name}.txt").write_text(make(), encoding="utf-8")


@pytest.mark.parametrize("name", SAMPLES)
def test_the_output_is_as_expected(name: str) -> None:
    """Rewrite with `python -m tests.rewrite` after a wanted change."""
    assert SAMPLES[name]() == (_EXPECTED / f"{name}.txt").read_text(encoding="utf-8")


def test_no_line_ends_with_a_blank() -> None:
    """Output can be compared and pasted."""
    for make in SAMPLES.values():
        assert not any(line != line.rstrip() for line in make().splitlines())


def test_one_keyword_makes_a_card_and_many_a_table() -> None:
    """One keyword of many, in a run that was stopped, is still a table."""
    verdict = a_verdict("六四", "weibo-search")
    assert "because" in show([verdict], keywords=1, endpoints=["weibo-search"])
    assert "because" not in show([verdict], keywords=12, endpoints=["weibo-search"])
    assert "because" not in show([verdict, a_verdict("谣言")], keywords=2, endpoints=["weibo-search"])


def test_a_run_without_verdicts_is_told_as_such() -> None:
    """Stopped before the first verdict: nothing but the summary."""
    for keywords in (1, 12):
        text = show([], keywords=keywords, endpoints=["weibo-search"], complete=False)
        assert f"Stopped: 0 of {keywords} pair" in text


def test_an_endpoint_with_nothing_measured_has_no_column() -> None:
    """One reason for all of it stands in the summary; two reasons, and the column stays."""
    verdicts = list(made_up_verdicts())
    assert "douyin" not in show(verdicts, width=200).partition("─")[0]
    verdicts[-1] = a_verdict(verdicts[-1].keyword, "douyin-search", "-", reason="a login page")
    assert "douyin" in show(verdicts, width=220).partition("─")[0]


def test_what_is_not_listed_is_counted() -> None:
    """Keywords that are ok everywhere, and keywords that nobody can say anything of."""
    kinds = {"a": "..", "b": ".-", "c": "B.", "d": ".."}
    verdicts = [
        a_verdict(word, name, kind)
        for word, row in kinds.items()
        for name, kind in zip("xy", row, strict=True)
    ]
    text = show(verdicts, keywords=4, endpoints=["x", "y"])
    assert "Not listed: 2 keywords ok everywhere; 1 keyword without a finding, not measured" in text
    assert "Not listed" not in show(verdicts, keywords=4, endpoints=["x", "y"], show_all=True)


def test_ok_is_not_claimed_for_endpoints_without_a_verdict() -> None:
    """Where an endpoint was not reached, `everywhere` would be a lie."""
    text = show([a_verdict("a", "x", "."), a_verdict("b", "x", ".")], keywords=2, endpoints=["x", "y"])
    assert "2 keywords ok wherever measured" in text
