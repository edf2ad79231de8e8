"""All writers keep the same promises."""

from __future__ import annotations

import io
import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.errors import WrongUse
from probe.showing import FORMATS, open_writer

from .samples import a_look, a_run, a_verdict

HOSTILE = st.text(
    st.one_of(st.characters(), st.sampled_from("\x1b\x9b\n\r\t\x7f\x00\u202e=+-@谣")), max_size=30
)


def write(name: str, *texts: str, width: int = 80, count: int = 2, encoding: str = "utf-8") -> str:
    """The output of one format for verdicts whose every foreign text is hostile."""
    keyword, gloss, reason, endpoint = texts
    verdicts = [
        a_verdict(
            f"{keyword}{number}",
            endpoint,
            kind,
            id="0123456789abcdef",
            components=(f"{keyword}{number}",),
            gloss=gloss,
            category=gloss,
            language=gloss,
            reason=reason,
            rule=reason,
        )
        for number in range(count)
        for kind in "BF?-"[: 4 if count > 1 else 1]
    ]
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, newline="", write_through=True)
    writer = open_writer(name, stream, look=a_look(width, titles={endpoint: gloss}))
    writer.start()
    for verdict in verdicts:
        writer.verdict(verdict)
    run = a_run(verdicts, endpoints=[endpoint], keywords=count)
    writer.finish(run)
    return raw.getvalue().decode(encoding)


@pytest.mark.parametrize("name", FORMATS)
@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE, st.sampled_from([30, 80, 200]), st.sampled_from([1, 2]))
def test_nothing_foreign_reaches_a_terminal_raw(
    name: str, keyword: str, gloss: str, reason: str, endpoint: str, width: int, count: int
) -> None:
    """Whatever keywords, glosses, reasons and names hold: no control characters but line ends, no bidi overrides."""
    text = write(name, keyword, gloss, reason, endpoint, width=width, count=count)
    text = text.replace("\r\n", "\n") if name == "csv" else text
    assert not any(unicodedata.category(one) == "Cc" and one != "\n" for one in text)
    assert not any("\u202a" <= one <= "\u202e" or "\u2066" <= one <= "\u2069" for one in text)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "gb2312"])
def test_every_format_can_be_written_in_every_encoding(name: str, encoding: str) -> None:
    """A stream that has no Chinese is no reason to fail."""
    assert write(name, "谣言\U0001f600", "é", "…", "端点", encoding=encoding)


@pytest.mark.parametrize("name", FORMATS)
def test_writers_finish_before_the_first_verdict(name: str) -> None:
    """A run may be stopped at once."""
    out = io.StringIO()
    writer = open_writer(name, out, look=a_look())
    writer.start()
    writer.finish(a_run([], complete=False, ended=None))
    assert bool(out.getvalue()) is (name != "ooni")  # which has no line for the run
    assert not out.closed


@pytest.mark.parametrize("name", FORMATS)
def test_a_closed_pipe_is_passed_on(name: str) -> None:
    """The command line makes a quiet end of it."""

    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    writer = open_writer(name, Gone(), look=a_look())

    def write_something() -> None:
        if name == "csv":
            writer.start()
        elif name == "ooni":
            writer.verdict(a_verdict())
        else:
            writer.finish(a_run([]))

    with pytest.raises(BrokenPipeError):
        write_something()


def test_an_unknown_format_is_wrong_use() -> None:
    """The error names those that there are."""
    with pytest.raises(WrongUse, match="no format 'xml'") as error:
        open_writer("xml", io.StringIO(), look=a_look())
    assert error.value.hint == "Formats: table, json, jsonl, csv, md, junit, html, ooni."


def test_only_what_writes_at_once_is_marked_as_streaming() -> None:
    """A live display shares its terminal with the others."""
    for name, one in FORMATS.items():
        out = io.StringIO()
        writer = one.open(out, a_look())
        writer.start()
        writer.verdict(a_verdict())
        assert bool(out.getvalue()) == one.streams, name


def test_machine_formats_do_not_wait_for_rich() -> None:
    """Importing rich takes longer than writing what they write."""
    code = (
        "import io, sys; from probe.showing import *;"
        "[open_writer(one, io.StringIO(), look=Look()) for one in ('json', 'jsonl', 'csv')];"
        "sys.exit('rich' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
