"""The command line: one file a command, imported only when it is asked for, so that `--help` stays quick."""

from __future__ import annotations

import importlib
import os
import signal
import sys
import threading
from collections.abc import Sequence

import click

from probe import __version__
from probe.errors import BadInput, ExitCode, ProbeError

COMMANDS = {
    "run": "Ask endpoints about keywords and print which are blocked or filtered.",
    "isolate": "Find the part of a text that triggers the censor.",
    "demo": "Start the practice platform, probe it, print the table. Needs no network.",
    "keywords": "List, show, check and convert keyword lists.",
    "endpoints": "List, show and check endpoint definitions.",
    "check": "Check a settings file (probe.yaml), its lists and its endpoints.",
    "runs": "List, show and delete the runs that are kept.",
    "diff": "Say what changed between two runs.",
    "history": "Show what became of a keyword from run to run.",
    "report": "Write a run that is kept in any format: HTML, Markdown, JUnit, CSV, JSON.",
    "evidence": "Write, verify and show evidence files: what a run sent and got, sealed.",
    "rejudge": "Apply today's rules to a run that is kept, without asking again.",
    "lab": "Run the practice platform until stopped.",
    "completion": "Print the script that completes probe's commands in a shell.",
}


class _ReaderGone(Exception):
    """Whoever reads our output went away, as `head` does."""


class _Lazy(click.Group):
    """A group that knows its commands by name, and imports a command's module when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"probe.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise _ReaderGone from None  # click would make exit code 1 of it

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


EPILOG = """\b
Examples:
  probe demo
  probe run 天气 谣言 -e endpoint.yaml
  probe run -k rumor -u 'http://127.0.0.1:8080/search?q={keyword}'
  probe keywords list

\b
Exit codes: 0 done; 1 a --fail-on condition holds; 2 wrong use or a bad file;
3 no endpoint gave a trusted verdict; 4 could not run; 130 stopped."""


@click.group(cls=_Lazy, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="probe", message="%(prog)s %(version)s")
def cli() -> None:
    """Measure keyword censorship: which words a service blocks or filters, how it knows, and how sure it is."""


def start(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    try:
        code = _run(arguments)
    except KeyboardInterrupt:  # one more, while the first was being handled
        code = ExitCode.STOPPED
    while code == ExitCode.STOPPED:
        try:
            _end_at_once_next_time()
        except KeyboardInterrupt:
            continue
        break
    return code


def _run(arguments: Sequence[str]) -> int:
    """The only place that turns errors into words."""
    try:
        code = cli.main(args=list(arguments), prog_name="probe", standalone_mode=False)
        sys.stdout.flush()
        return int(code or 0)
    except click.exceptions.NoArgsIsHelpError as help_wanted:
        click.echo(help_wanted.format_message())
        return ExitCode.WRONG_USE
    except click.ClickException as error:
        error.show()
        return ExitCode.WRONG_USE
    except (click.Abort, KeyboardInterrupt):
        click.echo("probe: stopped", err=True)
        return ExitCode.STOPPED
    except (BrokenPipeError, _ReaderGone):
        return _end_quietly()
    except ProbeError as error:
        explain(error)
        return error.exit_code


def _end_at_once_next_time() -> None:
    """All is said: where Ctrl-C comes once more while Python is ending, that would print where it was."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, lambda number, frame: os._exit(ExitCode.STOPPED))


def _end_quietly() -> int:
    """Python must not complain when it flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return ExitCode.DONE


def explain(error: ProbeError) -> None:
    """Say an error on standard error: each fault on its line, then the sum, then the remedy."""
    if isinstance(error, BadInput):
        for fault in error.faults:
            click.echo(str(fault), err=True)
        if error.total > len(error.faults):
            click.echo(f"... and {error.total - len(error.faults):,} more", err=True)
    click.echo(f"probe: {error.message}", err=True)
    if error.hint:
        click.echo(f"       {error.hint}", err=True)
