"""Report (`html`): one file for browsers that holds everything and asks nobody: table, figures, evidence, method.

`report.css` and `report.js` are put into the page, and its content security policy allows these two by their digests and
nothing else: no other script or style, no image, no request. Foreign text comes in by two doors: `markup.say` makes text of
it, `page_data.py` JSON, from which the script makes text nodes. Without scripts the first rows, the figures and the method
can be read.
"""

from __future__ import annotations

import base64
import codecs
import hashlib
from collections.abc import Iterator
from importlib import resources
from typing import TextIO

from probe.model.change import Change
from probe.model.excerpt import Excerpt
from probe.model.run import Run
from probe.model.verdict import Verdict
from probe.showing import Look
from probe.showing.background import Background
from probe.showing.changed import Changed
from probe.showing.report.changes import write_changes
from probe.showing.report.figures import draw_endpoints, draw_timeline
from probe.showing.report.markup import Markup
from probe.showing.report.page_data import encode_data
from probe.showing.report.sections import write_head, write_method, write_results, write_warnings
from probe.showing.selection import arrange, in_order


class ReportWriter:
    """Collects verdicts, and writes the page at the end."""

    def __init__(self, stream: TextIO, *, look: Look) -> None:
        self._stream = stream
        self._is_utf8 = codecs.lookup(getattr(stream, "encoding", None) or "utf-8").name == "utf-8"
        self._look = look
        self._verdicts: list[Verdict] = []
        self._changed = Changed()

    def start(self) -> None:
        """Nothing is written before the end."""

    def verdict(self, verdict: Verdict) -> None:
        self._verdicts.append(verdict)

    def change(self, change: Change) -> None:
        self._changed.add(change)

    def finish(self, run: Run) -> None:
        for text in self._write(run):
            if not self._is_utf8:
                text = text.encode("ascii", "xmlcharrefreplace").decode()
            self._stream.write(text + "\n")
        self._stream.flush()

    def _write(self, run: Run) -> Iterator[str]:
        style, script = read_part("report.css"), read_part("report.js")
        look = self._look
        groups = arrange(in_order(run, self._verdicts), look.selection, look.platforms)
        shown = [one for _, group in groups for one in group]
        background, excerpts = self._read_background(run, shown)
        yield "<!doctype html>"
        yield '<html lang="en">'
        yield from write_head(run, policy=write_policy(style, script), style=style)
        yield "<body>"
        yield "<main>"
        yield from write_warnings(run, look)
        if run.baseline is not None:
            yield from write_changes(self._changed, run.baseline)
        yield from draw_endpoints(run, self._verdicts, look)
        if background is not None:
            yield from draw_timeline(background.moments, run.id)
        yield from write_results(run, shown, look)
        yield from write_method(run, look, kept=background is not None)
        yield "</main>"
        yield Markup.data("data", encode_data(run, shown, look, excerpts, ascii_only=not self._is_utf8))
        yield f"<script>{script}</script>"
        yield "</body>"
        yield "</html>"

    def _read_background(
        self, run: Run, shown: list[Verdict]
    ) -> tuple[Background | None, dict[tuple[str, str], Excerpt]]:
        if self._look.background is None:
            return None, {}
        background = self._look.background(run, self._verdicts)
        found = background.excerpts(shown)
        return background, {(keyword, endpoint): excerpt for keyword, endpoint, excerpt in found}


def read_part(name: str) -> str:
    """The script or the style, as it stands in the page."""
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def write_policy(style: str, script: str) -> str:
    """The content security policy: these two, and nothing from anywhere."""
    return (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}';"
        " base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
