"""What a pretended search finds: the same for the same text, so that repeated questions can be compared."""

from dataclasses import dataclass
from hashlib import blake2b

AUTHORISED = ("people.example", "xinhua.example", "cctv.example")
OPEN = ("blog1.example", "forum.example", "news.example")

_TITLES = ("{}：最新消息", "关于{}的讨论", "什么是{}", "{} 专题", "网友谈{}")
_RESULTS_A_PAGE = 10
_LEFT = 0.05
"""Share of the results that is left where most are withheld."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """One entry of a results page."""

    title: str
    host: str
    url: str
    author: str


@dataclass(frozen=True, kw_only=True)
class Found:
    """The first page of results, and how many there are said to be."""

    total: int
    results: tuple[Result, ...]


NOTHING_FOUND = Found(total=0, results=())


def find_results(text: str, *, authorised_only: bool) -> Found:
    """Make up the results for a text; from all hosts, or from those that the state approves."""
    digest = blake2b(text.encode(), digest_size=8).digest()
    start = digest[0]
    hosts = AUTHORISED if authorised_only else OPEN
    chosen = [hosts[(start + i) % len(hosts)] for i in range(_RESULTS_A_PAGE)]
    if not authorised_only and digest[1] % 3 == 0:
        # Approved hosts stand among ordinary results too: one of them proves nothing.
        chosen[digest[2] % len(chosen)] = AUTHORISED[digest[3] % len(AUTHORISED)]
    results = tuple(
        Result(
            title=_TITLES[(start + i) % len(_TITLES)].format(text),
            host=host,
            url=f"http://{host}/a/{digest.hex()}-{i}",
            author=f"作者{(start + i) % 7 + 1}",
        )
        for i, host in enumerate(chosen)
    )
    count = int.from_bytes(digest[4:], "big")
    return Found(total=10 + count % 90 if authorised_only else 100 + count % 900_000, results=results)


def withhold_most(found: Found) -> Found:
    """About one result in twenty, at least one, and of hosts as usual: what is missing can only be seen by comparing."""
    results = [result for result in found.results if result.host in OPEN]
    left = max(1, round(len(found.results) * _LEFT))
    return Found(total=max(left, round(found.total * _LEFT)), results=tuple(results[:left]))
