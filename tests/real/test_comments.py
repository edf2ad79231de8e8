"""Comments on a real site that refuses 6,170 words, by the definition that comes with probe."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import pytest

from probe.inputs.endpoints import open_endpoints
from probe.inputs.keywords import benign_words
from probe.model.verdict import Certainty
from probe.sending.pacing import Clock
from probe.sending.poster import new_nonce
from tests.real.asking import DEFINITIONS, ask, explain, with_limits
from tests.real.comments import Site, running_comments
from tests.real.messaging import UNHURRIED, open_comment_form, with_waits
from tests.real.mitmproxy import running_mitmproxy

pytestmark = pytest.mark.real

RATE = 30.0
"""How many times faster than real time the runs go; the server does not."""
NAME = "comment-form"
INNOCENT = (
    *("早餐", "雨伞", "自行车", "图书馆", "铅笔", "面条", "西瓜", "向日葵", "毛衣", "钢琴", "日历", "火车站"),
    *("窗帘", "围巾", "台灯", "橡皮擦", "蓝天白云", "一支足球队", "清炒土豆丝", "周末去公园散步"),
    *(
        "umbrella",
        "library",
        "Breakfast",
        "orange juice",
        "a walk in the park",
        "piano",
        "winter coat",
        "tea",
    ),
)
"""In which no listed word stands."""
OVERBLOCKED = (
    *("公交车司机", "安全带", "地球仪", "价格标签", "厨师傅", "自制作业", "华人街", "圆满的月亮"),
    *("Essex", "Sussex", "sextant", "massages"),
)
"""As innocent, and yet a short listed word stands in them."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A page with comments and the real list."""
    with running_comments(tmp_path_factory.mktemp("comments"), words=None) as running:
        yield running


def is_refused(site: Site, text: str) -> bool:
    """The site's own rule, as its source has it: a word strikes where it stands in the text in small letters."""
    return any(word in text.lower() for word in site.words)


def sample(words: Sequence[str], number: int) -> list[str]:
    """So many of the list: some that never strike, the shortest and the longest, Latin ones, and what chance adds."""
    chance = random.Random(64)
    capital = [one for one in words if one != one.lower()]
    latin = [one for one in words if one.isascii() and one == one.lower()]
    by_length = sorted(words, key=len)
    chosen = [
        *chance.sample(capital, 12),
        *chance.sample(latin, 12),
        *by_length[-6:],
        *chance.sample(by_length[:500], 10),
    ]
    rest = [one for one in words if one not in chosen]
    return list(dict.fromkeys(chosen + chance.sample(rest, number - len(set(chosen)))))


async def test_every_verdict_on_a_real_list_is_right(site: Site) -> None:
    """Sixty of its words and forty that are none. What is refused is what the site's rule says, over-blocking and all."""
    listed = sample(site.words, 60)
    words = [*listed, *INNOCENT, *OVERBLOCKED]
    random.Random(1).shuffle(words)
    found = await ask([open_comment_form(site.base, block=10)], words, clock=Clock(RATE))

    truth = {word: "blocked" if is_refused(site, word) else "ok" for word in words}
    assert found.status(NAME) == truth, explain(found, NAME)
    assert {truth[word] for word in INNOCENT} == {"ok"}
    assert {truth[word] for word in OVERBLOCKED} == {"blocked"}
    # Words with capitals never strike by themselves: the comment is compared in small letters, and they are not.
    assert {truth[word] for word in listed if word != word.lower()} == {"ok", "blocked"}
    verdicts = found.verdicts[NAME].values()
    assert {one.rule for one in verdicts if one.status == "blocked"} == {"refused"}
    assert {one.certainty for one in verdicts if one.status == "blocked"} == {Certainty.CONFIRMED}
    assert found.failed_controls == []
    # What is written stays, and the run says so.
    (use,) = found.run.endpoints
    accepted = found.run.endpoints[0].controls.passed + sum(one == "ok" for one in truth.values())
    assert use.notes == (
        f"{accepted} messages are still there that this run posted: the definition knows no way to take it away",
    )


def test_nothing_beside_the_keyword_trips_the_list(site: Site) -> None:
    """Neither any nonce that can be drawn, behind a keyword too, nor the writer's name and address, nor a benign word."""
    syllables = re.compile("[aou]?(?:[kvlz][aou])*[kvlz]?")
    assert syllables.fullmatch(new_nonce())
    assert [word for word in site.words if syllables.fullmatch(word.rpartition(" ")[2])] == []
    values = open_comment_form(site.base).values
    assert [
        text for text in (values["name"], values["email"], *benign_words()) if is_refused(site, text)
    ] == []


async def test_a_form_that_grows_old_in_mid_run_is_fetched_anew(tmp_path: Path) -> None:
    """It is good for two seconds, and the run takes longer: a bad request says nothing of a word."""
    words = ("天气", "谣言", "音乐", "公园", "路口", "散步", "面包", "茶叶")
    with running_comments(tmp_path, words=["谣言"], good_for=2) as hasty:
        endpoint = with_waits(open_comment_form(hasty.base), after=0.5)
        found = await ask([endpoint], words)
        log = (tmp_path / "gunicorn.log").read_text()

    assert found.status(NAME) == {word: "blocked" if word == "谣言" else "ok" for word in words}
    assert found.failed_controls == []
    assert "Bad Request: /comments/post/" in log


@pytest.mark.parametrize(
    "change", [{"honeypot": "x"}, {"security_hash": "0" * 40}, {"csrfmiddlewaretoken": "x"}]
)
async def test_a_form_that_the_site_does_not_take_says_nothing_of_any_word(
    site: Site, change: dict[str, str]
) -> None:
    """400 and 403 are the answers to all words."""
    endpoint = open_comment_form(site.base)
    request = endpoint.definition.request
    request = msgspec.structs.replace(request, form={**(request.form or {}), **change})
    endpoint = msgspec.structs.replace(
        endpoint, definition=msgspec.structs.replace(endpoint.definition, request=request)
    )
    found = await ask([endpoint], ["天气", "六四"], clock=Clock(RATE))

    assert found.status(NAME) == {"天气": "unmeasured", "六四": "unmeasured"}, explain(found, NAME)
    assert found.run.endpoints[0].notes == ()


async def test_a_moderator_takes_all_comments_away(tmp_path: Path) -> None:
    """A variant of the definition that says how: `extends` and a dozen lines."""
    words = ("天气", "谣言", "音乐")
    with running_comments(tmp_path, words=["谣言"]) as own:
        (endpoint,) = open_endpoints(
            [str(DEFINITIONS / "moderated-comments.yaml")], [f"site={own.base}", "page=page/"]
        )
        secrets = {"MODERATOR": own.log_in_moderator()}
        found = await ask([with_limits(endpoint, **UNHURRIED)], words, secrets=secrets, clock=Clock(RATE))
        left = own.comments()

    assert found.status("moderated-comments") == {"天气": "ok", "谣言": "blocked", "音乐": "ok"}
    assert left == []
    assert found.run.endpoints[0].notes == ()


async def test_masked_comments_are_filtered(tmp_path: Path) -> None:
    """The site refuses one word, a proxy before it masks two others on the page, and all else is as it was written."""
    words = ("天气", "路过", "谣言", "Sample", "音乐", "路口", "散步")
    (tmp_path / "site").mkdir()
    (tmp_path / "proxy").mkdir()
    with running_comments(tmp_path / "site", words=["谣言"]) as small:
        port = urlsplit(small.base).port
        assert port is not None
        with running_mitmproxy(tmp_path / "proxy", port, masked=["路过", "sample"]) as masking:
            endpoint = open_comment_form(f"http://127.0.0.1:{masking}")
            found = await ask([endpoint], words, clock=Clock(RATE))
        stood = small.comments()

    expected = {word: "ok" for word in words} | {"路过": "filtered", "Sample": "filtered", "谣言": "blocked"}
    assert found.status(NAME) == expected, explain(found, NAME)
    assert {found.verdicts[NAME][word].rule for word in ("路过", "Sample")} == {"masked"}
    assert any(text.startswith("路过 ") for text in stood)  # the site itself has it whole
