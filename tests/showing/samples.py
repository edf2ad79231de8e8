"""Made-up verdicts and runs, for people to read and for tests to show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from probe.keeping.changes import find_change, read_past
from probe.model.change import Change, Told
from probe.model.exchange import Failure, Stage, digest
from probe.model.keyword import read_line
from probe.model.observation import Manner, Mechanism
from probe.model.run import ControlCounts, EndpointUse, ListUse, Run, RunCounts, Software, Vantage
from probe.model.verdict import Certainty, Counts, Status, Verdict
from probe.showing import Look

WORDS: tuple[tuple[str, str | None, str | None], ...] = (
    ("法轮功", "Falun Gong", "religion"),
    ("天安门 + 坦克人", "Tiananmen + Tank Man", "politics"),
    ("零八宪章", "Charter 08", "politics"),
    ("谣言", "rumor", "rumor"),
    ("网络谣言治理专项行动", "campaign against online rumors", "rumor"),
    ("白纸运动", "white paper protests", "protest"),
    ("六四", None, "politics"),
    ("VPN 翻墙", "getting over the wall with a VPN", "censorship"),
    ("Dalai Lama", None, "religion"),
    ("天气预报", "weather forecast", "benign"),
    ("红烧肉", "braised pork", "benign"),
    ("今日新闻", "today's news", "benign"),
)
ENDPOINTS = (
    "weibo-search",
    "baidu-search",
    "sogou-weixin",
    "bing-cn",
    "zhihu-search",
    "bilibili-search",
    "lab-reset",
    "tencent-moderation",
    "douyin-search",
)
TITLES = {
    "weibo-search": "Weibo search",
    "baidu-search": "Baidu web search",
    "lab-reset": "A page whose censor cuts connections",
}
_SHORT = {
    "B": (Status.BLOCKED, Certainty.CONFIRMED, Mechanism.NOTICE, Manner.EXPLICIT),
    "R": (Status.BLOCKED, Certainty.LIKELY, Mechanism.RESET, Manner.IMPLICIT),
    "C": (Status.BLOCKED, Certainty.CONFIRMED, Mechanism.CODE, Manner.EXPLICIT),
    "F": (Status.FILTERED, Certainty.LIKELY, Mechanism.SOURCES, Manner.IMPLICIT),
    "W": (Status.FILTERED, Certainty.CONFIRMED, Mechanism.REVIEW, Manner.EXPLICIT),
    ".": (Status.OK, None, None, None),
    "?": (Status.INCONCLUSIVE, None, Mechanism.EMPTY, Manner.IMPLICIT),
    "-": (Status.UNMEASURED, None, None, None),
}
_REASONS = {
    "B": "the page says that results are not shown in accordance with laws and policies",
    "R": "the connection was reset while the answer was awaited, seen 4 times while controls were served",
    "C": "the service answers with code 10001, content that is not allowed",
    "F": "all 10 results are of authorised sources, seen 3 times while controls were served",
    "W": "the text was held back for review",
    ".": "10 results of 9 hosts",
    "?": "zero results, and nothing proves that there should be results",
    "-": "the site asks for a captcha",
}
_MAP = (  # a row a keyword, a column an endpoint
    "BBFF.BRC-",
    "B.FF.?RC-",
    "BBFF..RC-",
    ".?....RW-",
    "......-W-",
    "B?.F..RC-",
    "BBFFB.RC-",
    "..?...RW-",
    ".B.F..R.-",
    "........-",
    "........-",
    "......-.-",
)


def a_verdict(
    keyword: str = "谣言", endpoint: str = "weibo-search", kind: str = "B", **changes: Any
) -> Verdict:
    """A verdict of one of the kinds above, with some fields changed."""
    status, certainty, mechanism, manner = _SHORT[kind]
    cut = kind == "R"
    fields: dict[str, Any] = {
        "run": "20261123T101500-a1b2",
        "id": changes.get("id") or digest(endpoint, keyword),
        "keyword": keyword,
        "components": read_line(keyword),
        "lists": ("politics", "own"),
        "category": "politics",
        "gloss": "rumor",
        "language": "zh-Hans",
        "endpoint": endpoint,
        "definition": "5e" * 32,
        "status": status,
        "certainty": certainty,
        "manner": manner,
        "mechanism": mechanism,
        "rule": None if kind == "-" else f"rule-{kind}".lower(),
        "failure": Failure.CONNECTION_RESET if cut else None,
        "stage": Stage.READ if cut else None,
        "reason": _REASONS[kind],
        "counts": Counts(asked=4 if cut else 1, agreeing=4 if cut else 1, controls_passed=6),
        "first_asked": "2026-11-23T10:15:02.120Z",
        "last_asked": "2026-11-23T10:15:44.510Z" if cut else "2026-11-23T10:15:02.120Z",
    }
    return Verdict(**(fields | changes))


def made_up_verdicts() -> Iterator[Verdict]:
    """All verdicts of the made-up run, endpoint after endpoint."""
    for column, endpoint in enumerate(ENDPOINTS):
        for row, (keyword, gloss, category) in enumerate(WORDS):
            yield a_verdict(keyword, endpoint, _MAP[row][column], gloss=gloss, category=category)


def a_run(
    verdicts: Sequence[Verdict], *, endpoints: Sequence[str] = ENDPOINTS, keywords: int = 12, **changes: Any
) -> Run:
    """A run with these verdicts."""
    statuses = {status.value: sum(one.status is status for one in verdicts) for status in Status}
    fields: dict[str, Any] = {
        "id": "20261123T101500-a1b2",
        "started": "2026-11-23T10:15:00.000Z",
        "ended": "2026-11-23T10:19:10.000Z",
        "complete": True,
        "trusted": True,
        "exit_code": 0,
        "software": Software(version="0.1.0"),
        "vantage": Vantage(),
        "lists": (ListUse(name="politics", sha256="ab" * 32, keywords=keywords),),
        "endpoints": tuple(_a_use(name) for name in endpoints),
        "counts": RunCounts(
            keywords=keywords, verdicts=len(verdicts), questions=20 * len(endpoints), controls=60, **statuses
        ),
    }
    return Run(**(fields | changes))


def a_look(width: int = 80, **changes: Any) -> Look:
    """A look of this width, with the titles and the unverified endpoints of the made-up run."""
    fields: dict[str, Any] = {
        "width": width,
        "titles": TITLES,
        "unverified": frozenset({"sogou-weixin", "bilibili-search"}),
    }
    return Look(**(fields | changes))


def _a_use(name: str) -> EndpointUse:
    given_up = name == "douyin-search"
    return EndpointUse(
        name=name,
        definition="5e" * 32,
        trusted=not given_up,
        reason="3 controls in a row failed: the site asks for a captcha" if given_up else None,
        controls=ControlCounts(passed=0, failed=3) if given_up else ControlCounts(passed=6),
        questions=3 if given_up else 18,
    )


def a_change(keyword: str, before: str = ".", after: str = "B") -> Change:
    """What became of a pair from one kind of verdict to another."""
    told = [Told(verdict=a_verdict(keyword, kind=kind)) for kind in (before, after)]
    found = find_change(read_past(told[:1]), told[1])
    assert found is not None
    return found
