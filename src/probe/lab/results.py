"""What a pretended search finds: the same for the same text, so that repeated questions can be compared."""

from dataclasses import dataclass
from hashlib import blake2b

AUTHORISED = ("people.example", "xinhua.example", "cctv.example")
VERIFIED = ("人民日报", "新华社", "央视新闻")
"""Authors whom the state approves."""
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


def find_results(text: str, *, authorised_only: bool, verified_only: bool = False) -> Found:
    """Make up the results for a text; from all hosts and by all authors, or those that the state approves."""
    digest = blake2b(text.encode(), digest_size=8).digest()
    start = digest[0]
    hosts = AUTHORISED if authorised_only else OPEN
    chosen = [hosts[(start + i) % len(hosts)] for i in range(_RESULTS_A_PAGE)]
    if not authorised_only and digest[1] % 3 == 0:
        # Approved hosts stand among ordinary results too: one of them proves nothing.
        chosen[digest[2] % len(chosen)] = AUTHORISED[digest[3] % len(AUTHORISED)]
    authors = [f"作者{(start + i) % 7 + 1}" for i in range(_RESULTS_A_PAGE)]
    if verified_only:
        authors = [VERIFIED[(start + i) % len(VERIFIED)] for i in range(_RESULTS_A_PAGE)]
    elif digest[5] % 3 == 0:
        authors[digest[6] % len(authors)] = VERIFIED[digest[7] % len(VERIFIED)]
    results = tuple(
        Result(
            title=_TITLES[(start + i) % len(_TITLES)].format(text),
            host=host,
            url=f"http://{host}/a/{digest.hex()}-{i}",
            author=authors[i],
        )
        for i, host in enumerate(chosen)
    )
    count = int.from_bytes(digest[4:], "big")
    is_filtered = authorised_only or verified_only
    return Found(total=10 + count % 90 if is_filtered else 100 + count % 900_000, results=results)


def withhold_most(found: Found) -> Found:
    """About one result in twenty, at least one, of hosts and by authors as usual: only comparing shows what is missing."""
    results = [one for one in found.results if one.host in OPEN and one.author not in VERIFIED]
    left = max(1, round(len(found.results) * _LEFT))
    return Found(total=max(left, round(found.total * _LEFT)), results=tuple(results[:left]))
