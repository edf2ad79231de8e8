"""What the HTML report of a large run weighs, and how long its first filter takes in real Chromium.

5,000 keywords at 8 endpoints, a fifth of the pairs censored, each with the page that says so. The filter is measured from
the event of the search field until the browser has drawn the next picture, in a page that nobody touched before.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from figure import PROBE, Figure, describe_machine, report, run_child, workplace

sys.path.insert(
    0, str(Path(__file__).parents[1])
)  # the same browser and the same made-up runs as in the tests

from tests.real.browser import browsing
from tests.real.made_up_run import keep_run, make_words

KEYWORDS, ENDPOINTS = 5_000, 8
MOST_MB = 5.0
MOST_MS = 100.0
ROUNDS = 5
_FILTER = """
new Promise((done) => {
  const field = document.querySelector("input[type=search]");
  const start = performance.now();
  field.value = "word number 49";
  field.dispatchEvent(new Event("input", { bubbles: true }));
  const handled = performance.now();
  document.body.getBoundingClientRect();
  const laidOut = performance.now();
  requestAnimationFrame(() => setTimeout(() => done([handled - start, laidOut - start, performance.now() - start])));
})
"""
_LOADED = "performance.getEntriesByType('navigation')[0].loadEventEnd"


def measure(rounds: int = ROUNDS) -> list[Figure]:
    """Write the report, and use it."""
    with workplace() as (folder, environment), tempfile.TemporaryDirectory() as profile:
        store, page = folder / "store.sqlite", folder / "report.html"
        keep_run(store, make_words(KEYWORDS), endpoints=ENDPOINTS)
        done = run_child([*PROBE, "report", "last", "-o", str(page), "--store", str(store)], environment)
        if done.code:
            raise SystemExit("the report was not written")
        filtered, drawn, loaded = [], [], []
        with browsing(Path(profile)) as browser:
            browser.look_like(width=1280)
            for _ in range(rounds):
                browser.open(page)
                loaded.append(browser.run(_LOADED))
                _, laid_out, shown = browser.run(_FILTER)
                filtered.append(laid_out)
                drawn.append(shown)
        size = page.stat().st_size / 1e6
    what = f"{KEYWORDS:,} keywords x {ENDPOINTS} endpoints"
    return [
        Figure(what=f"report of {what}", value=size, at_most=MOST_MB, unit="MB"),
        Figure(what="written in", value=done.seconds, unit="s"),
        Figure(what="memory for that", value=done.peak, unit="MB"),
        Figure(what="loaded in Chromium, median", value=_median(loaded), unit="ms"),
        Figure(
            what="first filter until laid out, median", value=_median(filtered), at_most=MOST_MS, unit="ms"
        ),
        Figure(what="first filter until drawn, median", value=_median(drawn), at_most=MOST_MS, unit="ms"),
    ]


def _median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--rounds", type=int, default=ROUNDS)
    print(describe_machine())
    sys.exit(report(measure(options.parse_args().rounds)))
