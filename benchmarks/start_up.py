"""How long `probe --version` and `probe --help` take, against a bare click program with as many commands.

People wait for these, and shells call the program to complete words; what is not needed for them must not be imported. The
click program is the least that a command line of this kind can cost. Both run in turns, by the same Python, with their
modules compiled; the medians are compared.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from figure import Figure, describe_machine, report, run_child, workplace

ROUNDS = 30
MOST = 1.5
"""Times the bare program, at most."""

_PROBE = "from probe.__main__ import main\n\nmain()\n"
"""What the installed command does."""


def measure(rounds: int = ROUNDS) -> list[Figure]:
    """Run both programs in turns, for `--version` and for `--help`."""
    with workplace() as (folder, environment):
        bare = _write(folder / "bare.py", write_bare(_commands(environment)))
        probe = _write(folder / "installed.py", _PROBE)
        return [
            figure
            for option in ("--version", "--help")
            for figure in _compare(option, probe, bare, environment, rounds)
        ]


def write_bare(commands: Mapping[str, str]) -> str:
    """A click program with these commands and their one-line helps, as anybody would write it."""
    lines = [
        "import click",
        "cli = click.Group('bare', help='Measure something.')",
        "cli = click.version_option('1.0')(cli)",
        f"for name, text in {dict(commands)!r}.items():",
        "    cli.add_command(click.Command(name, help=text, callback=lambda: None))",
        "cli()",
    ]
    return "\n".join(lines) + "\n"


def _commands(environment: Mapping[str, str]) -> dict[str, str]:
    """probe's commands with their helps, as a child reads them: this process must not import probe."""
    code = "from probe.cli import COMMANDS; print('\\n'.join(f'{n}\\t{h}' for n, h in COMMANDS.items()))"
    done = subprocess.run(
        [sys.executable, "-c", code], env=dict(environment), capture_output=True, text=True, check=True
    )
    return dict(line.split("\t", 1) for line in done.stdout.splitlines())


def _compare(
    option: str, probe: Path, bare: Path, environment: Mapping[str, str], rounds: int
) -> list[Figure]:
    times: dict[Path, list[float]] = {probe: [], bare: []}
    for number in range(rounds + 1):
        for program, seconds in times.items():
            done = run_child([sys.executable, str(program), option], environment)
            if done.code:
                raise SystemExit(f"{program.name} {option} failed")
            if number:  # the first one compiles the modules
                seconds.append(done.seconds * 1000)
    ours, theirs = (statistics.median(seconds) for seconds in times.values())
    return [
        Figure(what=f"probe {option}", value=ours, unit="ms"),
        Figure(what=f"bare click {option}", value=theirs, unit="ms"),
        Figure(what=f"probe {option} / bare click", value=ours / theirs, at_most=MOST),
    ]


def _write(place: Path, text: str) -> Path:
    place.write_text(text, encoding="utf-8")
    return place


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--rounds", type=int, default=ROUNDS)
    print(describe_machine())
    sys.exit(report(measure(options.parse_args().rounds)))
