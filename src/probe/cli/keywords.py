"""`probe keywords`: list, show, check and convert keyword lists."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from probe.inputs.keywords import Keywords
    from probe.showing.page import Page

FORMAT_NAMES = ("txt", "csv", "tsv", "json", "jsonl", "yaml")


@click.group("keywords")
def command() -> None:
    r"""List, show, check and convert keyword lists.

    A LIST is the name of a bundled list, a file (.yaml, .txt, .csv, .tsv, .json or .jsonl), or - for standard input.
    In every format, "A + B" is a keyword of two components that must both be present; a literal " + " is " \+ ".
    """


def _complete(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    from probe.inputs.lists.bundled import bundled_paths

    return [name for name in bundled_paths() if name.startswith(incomplete)]


def _lists(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command the argument LIST..."""
    argument = click.argument("lists", metavar="LIST...", nargs=-1, required=True, shell_complete=_complete)
    return argument(function)


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON document, for programs.")
def list_command(as_json: bool) -> None:
    """List the keyword lists that come with probe.

    \b
    Example:
      probe keywords list
    """
    from probe.cli.keyword_page import print_lists, summarise
    from probe.inputs.keywords import bundled_lists

    if as_json:
        import json

        summaries = [summarise(head) for head in bundled_lists()]
        click.echo(json.dumps(summaries, indent=2, ensure_ascii=False))
    else:
        print_lists(_page(), bundled_lists())


@command.command("show")
@_lists
def show_command(lists: tuple[str, ...]) -> None:
    """Print the keywords of lists as a table. For other formats there is `convert`.

    \b
    Examples:
      probe keywords show rumor
      probe keywords show my-words.csv protest | less
    """
    from probe.cli.keyword_page import print_keywords

    with _open(lists) as keywords:
        _say_notes(keywords.notes)
        print_keywords(_page(most=None), keywords)


@command.command("check")
@_lists
def check_command(lists: tuple[str, ...]) -> None:
    """Say every fault of lists. Where there is none, say how many keywords each list holds.

    Ends with 2 where there is a fault.

    \b
    Example:
      probe keywords check my-words.csv my-list.yaml
    """
    from probe.cli.keyword_page import print_checks

    with _open(lists) as keywords:
        print_checks(_page(), keywords)


@command.command("convert")
@_lists
@click.option("-f", "--format", "format_name", type=click.Choice(FORMAT_NAMES), help="Format to write.")
@click.option("-o", "--output", "place", metavar="FILE", help="Write to a file; its ending tells the format.")
def convert_command(lists: tuple[str, ...], format_name: str | None, place: str | None) -> None:
    """Write lists in another format. Of several lists it makes one, in which each keyword stands once.

    In CSV and TSV, an apostrophe stands before cells that a spreadsheet would run; it is taken away when the list is
    read again.

    \b
    Examples:
      probe keywords convert rumor protest -o words.csv
      probe keywords convert - -f yaml < words.txt > words.yaml
    """
    from probe.cli.conversion import choose_format, pieces_of, write_bytes, write_file

    list_format = choose_format(format_name, place)
    with _open(lists) as keywords:
        _say_notes(keywords.notes)
        pieces, left_out = pieces_of(keywords, list_format, place)
        _say_notes(left_out)
        if place is None or place == "-":
            write_bytes(pieces, sys.stdout.buffer)
        else:
            write_file(pieces, place)


def _open(lists: Sequence[str]) -> Keywords:
    from probe.inputs.keywords import open_keywords

    return open_keywords(lists, stdin=sys.stdin.buffer)


def _say_notes(notes: Sequence[str]) -> None:
    from probe.showing.safe_text import plain

    for note in notes:
        click.echo(f"probe: {plain(note, 500)}", err=True)


def _page(most: int | None = 80) -> Page:
    """Standard output as a page: as wide as the terminal; in a pipe `most` cells, or whatever is needed if None."""
    from probe.showing.page import Page

    width = most or 10_000
    if sys.stdout.isatty():
        width = shutil.get_terminal_size((80, 24)).columns
    return Page(sys.stdout, width=width, colour=False)
