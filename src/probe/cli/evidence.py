"""`probe evidence`: write, verify and show evidence files."""

from __future__ import annotations

from pathlib import Path

import click

from probe.cli.options import store_option
from probe.cli.runs import complete_run, demand_store
from probe.errors import ExitCode

MOST_SHOWN = 20_000
"""Characters of one record."""


@click.group("evidence")
def command() -> None:
    """Write, verify and show evidence files: what was sent and came back in a run, with its verdicts, sealed.

    An evidence file is a WARC file (version 1.1), as web archives use them. `probe run --evidence FILE` writes one while it
    asks.
    """


@command.command("write")
@click.argument("run", metavar="RUN", shell_complete=complete_run)
@click.option("-o", "--output", "place", metavar="FILE", required=True, help="The file to write (.warc.gz).")
@store_option
def write_command(run: str, place: str, store: str | None) -> None:
    """Write what is kept of RUN to a sealed evidence file. Nothing is asked again.

    \b
    Examples:
      probe evidence write last -o run.warc.gz
      probe run -k rumor -e my-endpoint.yaml --keep-exchanges all
      probe evidence write last -o everything.warc.gz

    The store keeps the requests and answers of hits and controls, unless --keep-exchanges said otherwise; of all others the
    file says what they showed, and that they were not kept.
    """
    import os
    import time

    from probe.cli.recording import say_sealed
    from probe.cli.secrets import read_secrets
    from probe.keeping.evidence.copying import copy_run
    from probe.keeping.evidence.evidence import Evidence
    from probe.keeping.evidence.file import EvidenceFile, demand_free
    from probe.keeping.redaction import Redactor
    from probe.keeping.store import Store

    target = Path(place)
    demand_free(target)
    with Store.open(demand_store(store), reading=True) as opened:
        record = opened.find(run).record
        file = EvidenceFile(target, wall=time.time)
        try:
            evidence = Evidence(file, record, Redactor(read_secrets(os.environ)), wall=time.time)
            copy_run(opened, record.id, evidence)
        except BaseException:
            file.discard()
            raise
    say_sealed(evidence)


@command.command("verify")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
def verify_command(file: Path) -> int:
    """Check that no byte of FILE was changed since it was sealed. The exit code is 2 where one was, or it has no seal.

    \b
    Examples:
      probe evidence verify run.warc.gz
      probe evidence verify run.warc.gz && echo as it was written

    A seal shows what was changed by accident or by somebody who did not make a new one. To be safe from those who do, keep
    the SHA-256 that is printed where nobody can change it, and compare.
    """
    from probe.keeping.evidence.verification import verify
    from probe.showing.quantity import write_count
    from probe.showing.safe_text import plain

    found = verify(file)
    for one in found.damages:
        click.echo(f"{plain(str(file))}: byte {one.offset:,}: {plain(one.what)}", err=True)
    if found.is_sound:
        ending = "" if found.complete else "; the program ended before the run did"
        click.echo(f"As it was written: {write_count(found.records, 'record')}, sealed{ending}.")
    elif found.damages:
        click.echo(f"Not as it was written: {write_count(len(found.damages), 'place')}.")
    else:
        click.echo(
            f"Not sealed: the program was ended before it could be. {write_count(found.records, 'record')}, all whole; but"
            " nothing shows whether others are missing at the end."
        )
    click.echo(f"SHA-256 {found.sha256}")
    return ExitCode.DONE if found.is_sound else ExitCode.WRONG_USE


@command.command("show")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.argument("record", metavar="[RECORD]", required=False)
def show_command(file: Path, record: str | None) -> None:
    """Print what FILE is about, and its verdicts with the records that decided; or one RECORD, by the beginning of its id.

    \b
    Examples:
      probe evidence show run.warc.gz
      probe evidence show run.warc.gz 3f9a1c2e

    Nothing of it is checked; see `probe evidence verify`.
    """
    from probe.cli.evidence_page import print_overview, print_record

    if record is None:
        print_overview(file)
    else:
        print_record(file, record, most=MOST_SHOWN)
