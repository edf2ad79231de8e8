"""Options that several commands share: where runs are kept, how results are printed. Imports nothing heavy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

STATUSES = ("blocked", "filtered", "ok", "inconclusive", "unmeasured")
CHANGES = (
    "changed",
    "newly-blocked",
    "newly-filtered",
    "lifted",
    "hardened",
    "softened",
    "undecided",
    "decided",
    "became-unmeasured",
    "measured-again",
    "appeared",
    "left",
)
"""Conditions on what changed: all that are news of censorship, or each kind by itself."""
FORMAT_NAMES = ("table", "json", "jsonl", "csv", "md", "junit", "html", "ooni")
SELECTING = frozenset({"columns", "sort", "group_by", "only"})
"""Parameters of `selection_options`."""

Command = Callable[..., Any]


def store_option(function: Command) -> Command:
    """`--store`: the file that keeps the runs."""
    # Eager, so that the names of runs are completed from this store.
    option = click.option(
        "--store",
        metavar="FILE",
        help="The file that keeps the runs, instead of your own.",
        is_eager=True,
        envvar="PROBE_STORE",
    )
    return option(function)


def result_options(function: Command) -> Command:
    """`-f`, `-o` and `--all`: in which format results are printed, where, and how many of them."""
    options = (
        click.option(
            "-f",
            "--format",
            "format_name",
            type=click.Choice(FORMAT_NAMES),
            help="Format of the results.  [default: table]",
        ),
        click.option(
            "-o",
            "--output",
            "places",
            metavar="FILE",
            multiple=True,
            help="Write to a file; its ending tells the format: json, jsonl, csv, md, xml (JUnit), html, txt. Repeatable.",
        ),
        click.option("--all", "show_all", is_flag=True, help="List what is ok, too."),
    )
    for option in reversed(options):
        function = option(function)
    return function


def selection_options(function: Command) -> Command:
    """`--columns`, `--sort`, `--group-by`, `--only`: which verdicts are listed, and how."""
    options = (
        click.option(
            "--columns",
            metavar="NAME[,...]",
            help="Columns to list, by the names that -f csv has: keyword, endpoint, status, reason, ... JSON has all.",
        ),
        click.option(
            "--sort",
            metavar="NAME[,...]",
            help="Columns to sort by; - before one turns it round: status,-asked.",
        ),
        click.option(
            "--group-by",
            type=click.Choice(("category", "platform", "endpoint", "status")),
            help="List verdicts under headings.",
        ),
        click.option(
            "--only",
            metavar="STATUS[,...]",
            help="List only verdicts of these statuses; counts are of all.",
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


def fail_on_option(function: Command) -> Command:
    """`--fail-on`: which statuses make the exit code 1."""
    option = click.option(
        "--fail-on",
        metavar="STATUS[,...]",
        help=f"Exit with 1 if a verdict is one of: {', '.join(STATUSES)}.",
    )
    return option(function)


def fail_on_all_option(function: Command) -> Command:
    """`--fail-on` where verdicts are compared: which statuses and changes make the exit code 1."""
    option = click.option(
        "--fail-on",
        metavar="WHAT[,...]",
        help=f"Exit with 1 if a verdict is one of: {', '.join(STATUSES)}; or for changes, which `probe diff --help` names.",
    )
    return option(function)


def baseline_options(function: Command) -> Command:
    """`--baseline` and `--confirm-changes`: what verdicts are compared with."""
    options = (
        click.option(
            "--baseline",
            metavar="RUN|FILE",
            help="Say what changed since a run that is kept, the last one of the same pairs (last), or a file of results.",
        ),
        click.option(
            "--confirm-changes",
            is_flag=True,
            help="With --baseline: ask about what changed again at the end, until the evidence carries it or takes it back.",
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function
