"""A real MediaWiki, asked by the definition that comes with the program: what is there is found, and no word is blamed."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from probe.inputs.endpoints import open_endpoints
from probe.model.definition import Endpoint
from tests.real.asking import Found, ask, explain, with_limits
from tests.real.haproxy import running_haproxy
from tests.real.mediawiki import Wiki, running_mediawiki
from tests.real.program import ENVIRONMENT, LONGEST

pytestmark = pytest.mark.real

NAME = "mediawiki-search"
CHINESE = ("天气", "公园", "足球队", "音乐会")
"""Each stands between others, as Chinese is written without spaces."""
ALONE = "面包"
"""Chinese, with a space before and after it."""
ENGLISH = ("weather", "concert", "tea")
MADE_UP = ("杰克瓦", "zzqxkwv")
TRADITIONAL = "天氣"
"""Only 天气 is on a page: a Chinese wiki takes both forms for one."""
PROVES_NOTHING = "the truism has no results even with a made-up word, so zero results cannot be proved"
MANY = (
    *CHINESE,
    ALONE,
    *ENGLISH,
    *("春天", "散步", "足球", "歌", "预报", "park", "flour", "rain", "sun", "black", "music"),
)
"""All with pages: twice as many as are asked before the trouble begins."""
FILTERED = ("谣言", "forbiddenword")
"""They stand on pages, and HAProxy takes offence at them."""
QUICK: dict[str, Any] = {
    "rate": 100.0,
    "block": 3,
    "patience": 2,
    "control_wait": 0.05,
    "residual_wait": 0.05,
}
"""The wiki is our own, and need not be spared."""

UNWELL = {
    "private": "only users who logged in may read this wiki",
    "search-off": "the wiki answers with an error",
    "lagging": "the wiki asks to slow down",
    "no-database": "HTTP 500",  # JSON with a page of HTML after it, which is no JSON to any rule
    "no-index": "no page was found",
}
"""Trouble: what the reason says of it."""
BETWEEN = {
    "notice": "an answer that no rule knows (HTTP 200",
    "forbidden": "HTTP 403",
    "legal": "HTTP 451",
    "redirect": "HTTP 302",
    "reject": "connection closed before an answer came",
}
"""Behaviour of a filter between the program and the wiki: what the reason says of it."""


@pytest.fixture(scope="module")
def chinese(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wiki]:
    """A wiki in Chinese, which indexes each character and searches words as phrases."""
    with running_mediawiki(tmp_path_factory.mktemp("wiki-zh"), "zh") as wiki:
        yield wiki


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wiki]:
    """The same pages in a wiki in English, which indexes what stands between spaces."""
    with running_mediawiki(tmp_path_factory.mktemp("wiki-en"), "en") as wiki:
        yield wiki


def _endpoint(base: str, name: str = NAME, **limits: Any) -> Endpoint:
    endpoint = open_endpoints([NAME], [f"base={base}"])[0]
    definition = msgspec.structs.replace(endpoint.definition, name=name)
    return with_limits(msgspec.structs.replace(endpoint, definition=definition), **QUICK, **limits)


def _ask(base: str, *words: str, **limits: Any) -> Found:
    return asyncio.run(ask([_endpoint(base, **limits)], words))


def test_the_program_finds_what_stands_on_pages(chinese: Wiki) -> None:
    """As a user types it: words with pages are `ok`; of made-up ones the run says that nothing proves what zero means."""
    served = (*CHINESE, ALONE, TRADITIONAL, *ENGLISH)
    asked = [
        "-e",
        NAME,
        "--set",
        f"base={chinese.base}",
        "--rate",
        "50",
        "--store",
        "none",
        "-q",
        "-f",
        "json",
    ]
    command = [sys.executable, "-m", "probe", "run", *asked, *served, *MADE_UP]
    done = subprocess.run(command, capture_output=True, timeout=LONGEST, check=False, env=ENVIRONMENT)

    assert done.returncode == 0, done.stderr.decode()
    document = json.loads(done.stdout)
    status = {one["keyword"]: (one["status"], one["rule"]) for one in document["verdicts"]}
    assert status == dict.fromkeys(served, ("ok", "results")) | dict.fromkeys(
        MADE_UP, ("inconclusive", "no-results")
    )
    (use,) = document["endpoints"]
    assert use["trusted"]
    assert use["notes"] == [PROVES_NOTHING]


def test_a_search_that_does_not_know_chinese_blames_no_chinese_word(english: Wiki) -> None:
    """In English a Chinese word is found only where it stands alone: its zero results are no more than inconclusive."""
    found = _ask(english.base, *CHINESE, ALONE, *ENGLISH, *MADE_UP)

    served = (ALONE, *ENGLISH)
    assert found.status(NAME) == dict.fromkeys(served, "ok") | dict.fromkeys(
        (*CHINESE, *MADE_UP), "inconclusive"
    ), explain(found, NAME)
    assert {found.verdicts[NAME][word].rule for word in CHINESE} == {"no-results"}


def test_a_wiki_that_is_only_read_is_searched_as_ever(chinese: Wiki) -> None:
    """Maintenance that stops edits alone is no trouble."""
    with chinese.troubled("read-only"):
        found = _ask(chinese.base, *CHINESE)

    assert set(found.status(NAME).values()) == {"ok"}, explain(found, NAME)


@pytest.mark.parametrize("trouble", UNWELL)
def test_a_wiki_in_trouble_is_unmeasured(chinese: Wiki, trouble: str) -> None:
    """Whatever the trouble: no verdict on any word, and the reason says what was seen."""
    with chinese.troubled(trouble):
        found = _ask(chinese.base, *CHINESE, *MADE_UP, longest_wait=0.5)

    for verdict in found.verdicts[NAME].values():
        assert verdict.status == "unmeasured", explain(found, NAME)
        assert UNWELL[trouble] in verdict.reason
    assert not found.run.endpoints[0].trusted


@pytest.mark.parametrize("trouble", UNWELL)
async def test_trouble_in_mid_run_keeps_what_was_found_before(chinese: Wiki, trouble: str) -> None:
    """The first words are `ok`, all others unmeasured; zero results of a wiki that lost its pages blame none of them."""
    begun = chinese.asked()
    run = asyncio.create_task(ask([_endpoint(chinese.base, longest_wait=0.5)], MANY))
    await asyncio.to_thread(chinese.wait_for_questions, begun + 12)
    with chinese.troubled(trouble):
        found = await run

    status = [found.status(NAME)[word] for word in MANY]
    good = status.count("ok")
    assert good >= 3, explain(found, NAME)
    assert status == ["ok"] * good + ["unmeasured"] * (len(MANY) - good), explain(found, NAME)
    assert "unmeasured" in status
    assert not found.run.endpoints[0].trusted


def test_what_a_filter_before_the_wiki_takes_away_is_never_ok(
    chinese: Wiki, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Words with pages, filtered in five ways: no rule of the definition knows them, so they are unmeasured."""
    with running_haproxy(chinese.port, tmp_path_factory.mktemp("haproxy")) as filters:
        endpoints = [_endpoint(filters.bases[name], name) for name in BETWEEN]
        found = asyncio.run(ask(endpoints, ["天气", *FILTERED, *ENGLISH]))

    for name, seen in BETWEEN.items():
        for word, verdict in found.verdicts[name].items():
            filtered = word in FILTERED
            assert verdict.status == ("unmeasured" if filtered else "ok"), explain(found, name)
            assert (seen in verdict.reason) is filtered, explain(found, name)
    assert all(use.trusted for use in found.run.endpoints)
