"""The HTML report in real Chromium: it works, looks as it should, asks nobody, and hostile text in it stays text.

Pictures of it are kept in the folder of the test (`--basetemp`), or in the one that PROBE_PICTURES names.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from probe.cli import start
from probe.keeping.store import Store
from probe.model.verdict import write_time
from tests.real.browser import Browser, browsing
from tests.real.made_up_run import STARTED, keep_run, make_words

pytestmark = pytest.mark.real

LEAK = "leak.example"
SCRIPT = f"<script>window.ran=1;fetch('http://{LEAK}/')</script>"
IMAGE = f"<img src='http://{LEAK}/pixel' onerror='window.ran=2'>"
HOSTILE = f"谣言{SCRIPT}"
NOTICE = f"</script>{IMAGE}<style>@import 'http://{LEAK}/s.css';</style><svg onload=window.ran=3>"
WORDS = [HOSTILE, *make_words(199)]


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures are kept for people to look at."""
    named = os.environ.get("PROBE_PICTURES")
    folder = Path(named) if named else tmp_path_factory.mktemp("pictures")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of 200 keywords at 4 endpoints, the second run of the same; one keyword, and its notices, are hostile."""
    folder = tmp_path_factory.mktemp("report")
    store, page = folder / "store.sqlite", folder / "report.html"
    keep_run(store, WORDS, endpoints=4, name="aaaa0000aaaa0000", day=0)
    run = keep_run(store, WORDS, endpoints=4, name="bbbb0000bbbb0000", day=1, notice=NOTICE)
    assert start(["report", run.id, "-o", str(page), "--store", str(store)]) == 0
    with Store.open(store, reading=True) as opened:
        assert any(one.keyword == HOSTILE and one.status == "blocked" for one in opened.verdicts(run.id))
    return page


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browsing(tmp_path_factory.mktemp("chromium")) as opened:
        yield opened


@pytest.fixture
def page(browser: Browser, report: Path) -> Browser:
    """The report, just loaded."""
    browser.look_like(width=1280)
    browser.open(report)
    return browser


def listed(page: Browser, column: str = "keyword") -> list[str]:
    cells: list[str] = page.run(
        f"[...document.querySelectorAll('.verdicts td.{column}')].map(one => one.innerText)"
    )
    return cells


def search(page: Browser, text: str) -> None:
    page.run(
        "{const field = document.querySelector('input[type=search]'); field.value = "
        + json.dumps(text)
        + "; field.dispatchEvent(new Event('input'))}"
    )


def choose(page: Browser, number: int, value: str) -> None:
    """In one of the lists: the first is of endpoints, the last of groups."""
    page.run(
        f"{{const one = [...document.querySelectorAll('select')].at({number}); one.value = '{value}';"
        " one.dispatchEvent(new Event('change'))}"
    )


def count(page: Browser) -> str:
    said: str = page.run("document.querySelector('.count').textContent")
    return said


def open_evidence(page: Browser) -> str:
    """The evidence of the first verdict that is listed."""
    page.run("document.querySelector('.open').click()")
    said: str = page.run("document.querySelector('.detail-box').innerText")
    return said


def test_a_page_that_asks_for_something_is_noticed(browser: Browser, tmp_path: Path) -> None:
    """Else the next test would say nothing."""
    leaking = tmp_path / "leaking.html"
    leaking.write_text(f"<!doctype html><img src='http://{LEAK}/noticed'>")
    browser.open(leaking)
    assert any("/noticed" in one for one in browser.asked)
    assert f"http://{LEAK}/noticed" in browser.requested()
    browser.asked.clear()


def test_nobody_is_asked_and_nothing_foreign_runs(page: Browser, pictures: Path) -> None:
    """Whatever is opened, searched, sorted and printed: the page itself is all that is read."""
    search(page, "script")
    assert SCRIPT in listed(page)[0]
    assert IMAGE in open_evidence(page)
    page.run("document.querySelectorAll('.verdicts thead button').forEach(one => one.click())")
    page.run("document.querySelector('.heat button').click()")
    page.print(pictures / "hostile.pdf")
    page.picture(pictures / "hostile.png")
    assert page.run("document.querySelectorAll('img, svg[onload], style, script').length") == 3
    assert page.run("typeof window.ran") == "undefined"
    assert [one for one in page.requested() if not one.startswith("file:")] == []
    assert [one for one in page.asked if LEAK in one] == []
    assert page.complaints() == []


def test_what_would_run_is_refused_by_the_policy(page: Browser) -> None:
    """Even where something came into the page by a door that nobody thought of."""
    page.run(f"{{const one = new Image(); one.src = 'http://{LEAK}/late'; document.body.append(one)}}")
    for attempt in (
        "document.body.setAttribute('onclick', 'window.ran = 4')",
        "document.body.innerHTML = '<b>x</b>'",
        "document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = 5'}))",
        "eval('window.ran = 6')",
    ):
        with pytest.raises(AssertionError, match=r"Trusted|EvalError"):
            page.run(attempt)
    assert page.run("typeof window.ran") == "undefined"
    assert [one for one in page.complaints() if "Content Security Policy" in one and "/late" in one]
    assert [one for one in page.asked if "late" in one] == []


def test_the_evidence_shows_what_was_sent_and_what_gave_it_away(page: Browser) -> None:
    """The keyword and the notice are marked in it."""
    assert listed(page, "status")[0].startswith("✖ blocked")
    said = open_evidence(page)
    assert "GET https://platform-" in said
    assert "HTTP 200" in said
    marks: dict[str, Any] = page.run(
        "({words: document.querySelectorAll('.detail-box mark.word').length,"
        " notices: [...document.querySelectorAll('.detail-box mark:not(.word)')].map(one => one.textContent)})"
    )
    assert marks["words"] >= 2
    assert any("根据相关法律法规" in one for one in marks["notices"])
    page.run("document.querySelector('.open').click()")
    assert page.run("document.querySelectorAll('.detail-box').length") == 0


def test_filters_find_and_count(page: Browser) -> None:
    """By words, in any order, in glosses too; by status, endpoint and category; and together."""
    everything = 800
    assert count(page).endswith(f" of {everything}")
    page.run("document.querySelectorAll('.chip').forEach(one => one.ariaPressed === 'false' && one.click())")
    assert count(page) == f"All {everything} verdicts"
    search(page, "NUMBER 150 word")
    assert count(page) == f"4 verdicts of {everything}"
    assert {one.split("\n")[1] for one in listed(page)} == {"made-up word number 150"}
    search(page, "no such thing")
    assert (count(page), listed(page)) == (f"0 verdicts of {everything}", [])
    search(page, "")
    choose(page, 0, "platform-2")
    assert count(page) == f"200 verdicts of {everything}"
    assert set(listed(page, "endpoint")) == {"platform-2"}
    assert page.run("document.querySelectorAll('.heat thead th').length") == 1


def test_groups_and_sorting(page: Browser) -> None:
    """A heading with the number of its verdicts; a click on a head sorts, another turns it round."""
    choose(page, -1, "status")
    assert page.run("document.querySelector('tr.group').innerText").startswith("blocked")
    choose(page, -1, "")
    page.run("document.querySelector('th.endpoint button').click()")
    assert listed(page, "endpoint") == sorted(listed(page, "endpoint"))
    page.run("document.querySelector('th.endpoint button').click()")
    assert listed(page, "endpoint")[0] == "platform-4"


@pytest.mark.parametrize("width", [390, 768, 1280])
@pytest.mark.parametrize("dark", [False, True])
def test_it_fits_phones_and_screens(page: Browser, pictures: Path, width: int, dark: bool) -> None:
    """Nothing has to be pushed to the side; light and dark differ. A picture of each is kept."""
    page.look_like(width=width, dark=dark)
    open_evidence(page)
    page.picture(pictures / f"report-{width}-{'dark' if dark else 'light'}.png")
    assert page.run("document.documentElement.scrollWidth") <= width
    red, *_ = page.run("getComputedStyle(document.body).backgroundColor.match(/[0-9]+/g).map(Number)")
    assert (red < 60) is dark


def test_it_can_be_printed(page: Browser, pictures: Path) -> None:
    """On paper stand all that are found, and no buttons."""
    search(page, "notice")
    shown = len(listed(page))
    page.tell("Emulation.setEmulatedMedia", media="print")
    page.run("dispatchEvent(new Event('beforeprint'))")
    assert len(listed(page)) > shown
    assert page.run("document.querySelector('.filters').checkVisibility()") is False
    page.run("dispatchEvent(new Event('afterprint'))")
    page.tell("Emulation.setEmulatedMedia", media="")
    assert len(listed(page)) == shown
    page.print(pictures / "report.pdf")
    assert (pictures / "report.pdf").read_bytes().startswith(b"%PDF")


def test_without_scripts_it_can_be_read(browser: Browser, report: Path, pictures: Path) -> None:
    """The first findings, the figures, the method."""
    browser.look_like(width=1280)
    browser.tell("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(report)
        browser.picture(pictures / "without-scripts.png")
    finally:
        browser.tell("Emulation.setScriptExecutionDisabled", value=False)
    text = browser.run("document.body.innerText")
    assert "need scripts" in text
    assert "made-up word number 12" in text
    assert "Method and controls" in text


def test_runs_before_are_a_timeline(page: Browser) -> None:
    """This run is the marked one."""
    assert page.run("document.querySelectorAll('.timeline li').length") == 2
    marked = page.run("document.querySelector('.timeline li.this time').dateTime")
    assert marked == write_time(STARTED + 86_400)
