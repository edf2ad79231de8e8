"""`probe isolate`: which parts of a text trigger the censor."""

from __future__ import annotations

import re
import sys
from typing import Any

import click

from probe.cli import run
from probe.cli.options import SELECTING
from probe.errors import WrongUse

OWN = frozenset(
    {
        "words",
        "lists",
        "show_all",
        "concurrency",
        "resume",
        "isolate",
        "pool",
        "combinations",
        "monitor",
        "alone_within",
        "config",
        "show_settings",
    }
)
"""Parameters of `probe run` that are of no use here; all others mean the same."""
MOST_BYTES = 100_000
"""Of a text from standard input."""
LONGEST_SEPARATOR = 40
_BREAK = re.compile(r"\s*[\r\n]\s*")
"""Line breaks are sent as spaces: what a keyword holds is one line."""


@click.command("isolate")
@click.argument("text")
@click.option("--every", is_flag=True, help="Find every trigger of the text, not only one.")
@click.option(
    "--separator",
    metavar="TEXT",
    help="What to put between parts of the text, instead of what the definition puts between components.",
)
def command(text: str, every: bool, separator: str | None, **options: Any) -> int:
    """Find the smallest part of TEXT that still triggers, alone: one component, or several that must all be there.

    \b
    Examples:
      probe isolate '今天维权的时候要找律师帮忙' -e lab-notice
      probe isolate - -e my-endpoint.yaml --every -f json < message.txt
      probe isolate '谣言四起' -e lab-wall --dry-run

    First TEXT is asked as a keyword; if it is censored, parts of it are, with controls around them, until it is known
    which of them trigger when they are sent alone, and that nothing of them may be missing. TEXT may be - for standard
    input; line breaks are sent as spaces. Where asking ends early, what is known is shown, and `probe run --resume` goes on.
    """
    from probe.cli.session import run_command

    if separator is not None and not 0 < len(separator) <= LONGEST_SEPARATOR:
        raise WrongUse(
            f"--separator takes 1 to {LONGEST_SEPARATOR} characters",
            hint="With nothing between them, parts of the text would make new words.",
        )
    return run_command(
        words=[_BREAK.sub(" ", (_read_input() if text == "-" else text).strip())],
        lists=(),
        isolate=True,
        every=every,
        separator=separator,
        show_all=True,
        concurrency=None,
        resume=None,
        **options,
    )


command.params += [one for one in run.command.params if one.name not in OWN | SELECTING]


def _read_input() -> str:
    """The text on standard input. Raises WrongUse."""
    read = sys.stdin.buffer.read(MOST_BYTES + 1)
    if len(read) > MOST_BYTES:
        raise WrongUse(f"standard input holds more than {MOST_BYTES:,} bytes")
    try:
        return read.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise WrongUse("standard input is not UTF-8") from None
