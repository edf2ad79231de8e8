"""Session: from the options of a command to a run and its exit code. Everything heavy is imported by here."""

from __future__ import annotations

import asyncio
import dataclasses
import importlib.util
import os
import re
import signal
import sys
from collections.abc import Sequence
from contextlib import ExitStack, closing
from typing import Any, Literal
from urllib.parse import urlsplit

import click

from probe.assembly import Job, assemble, plan
from probe.assembly.background import from_store
from probe.assembly.job import Compare, Isolate, unfinished
from probe.cli.baseline import demand_baseline, lasting_name, open_baseline
from probe.cli.conditions import read_all_conditions
from probe.cli.consent import obtain_consent
from probe.cli.endings import name_untrusted, print_inferred, say_end, say_left, say_written
from probe.cli.hearing import heard_by
from probe.cli.keeping import find_store, kept, make_absolute, read_pooled
from probe.cli.opening import open_all
from probe.cli.output import choose_look, open_results, streams_to_terminal
from probe.cli.posting import check_posting
from probe.cli.recording import demand_room, recorded
from probe.cli.resuming import complete_command, find_left, name_changes, read_earlier
from probe.cli.secrets import read_secrets
from probe.cli.selecting import read_selection
from probe.errors import ExitCode, WrongUse
from probe.inputs.keywords import open_keywords
from probe.model.record import Command
from probe.model.run import Run, Vantage
from probe.run import Parts, run
from probe.showing.background import ReadBackground
from probe.showing.progress import Progress, plan_text
from probe.showing.selection import EVERYTHING, GroupBy, Selection


def run_command(
    *,
    words: Sequence[str],
    lists: Sequence[str],
    endpoints: Sequence[str],
    urls: Sequence[str],
    benign: Sequence[str],
    canaries: Sequence[str],
    settings: Sequence[str],
    format_name: str | None,
    places: Sequence[str],
    show_all: bool,
    fail_on: str | None,
    rate: float | None,
    concurrency: int | None,
    retries: int | None,
    residual_wait: float | None,
    budget: int | None,
    max_time: str | None,
    resume: str | None,
    store: str | None,
    keep_exchanges: Literal["none", "hits", "all"],
    dry_run: bool,
    proxy: str | None,
    vantage: str | None,
    quiet: bool,
    public: bool,
    consent: Sequence[str] = (),
    yes: bool,
    pool: Literal["auto", "on", "off"] = "off",
    combinations: bool = False,
    monitor: bool = False,
    alone_within: int = 60,
    isolate: bool = False,
    every: bool = False,
    separator: str | None = None,
    baseline: str | None = None,
    confirm_changes: bool = False,
    columns: str | None = None,
    sort: str | None = None,
    group_by: GroupBy | None = None,
    only: str | None = None,
    evidence: str | None = None,
) -> int:
    """`probe run`: check everything, then ask."""
    conditions = read_all_conditions(fail_on)
    selection = read_selection(columns=columns, sort=sort, group_by=group_by, only=only)
    seconds = None if max_time is None else read_seconds(max_time)
    command = Command(
        words=tuple(words),
        lists=make_absolute(lists),
        endpoints=make_absolute(endpoints),
        urls=tuple(urls),
        benign=tuple(benign),
        canaries=tuple(canaries),
        settings=tuple(settings),
        pool=pool,
        combinations=combinations,
        monitor=monitor,
        alone_within=alone_within,
        isolate=isolate,
        every=every,
        separator=separator,
        baseline=None if baseline is None else lasting_name(baseline),
        confirm_changes=confirm_changes,
    )
    place = find_store(store)
    earlier = None if resume is None else read_earlier(place, resume)
    record = None if earlier is None else earlier.record
    if record is not None:
        command = complete_command(command, record)
    demand_baseline(conditions, command)
    limits = {"rate": rate, "concurrency": concurrency, "retries": retries, "residual_wait": residual_wait}
    opened = open_all(command, limits)
    if not command.words and not command.lists:
        raise WrongUse(
            "no keywords: name some, or a list with -k",
            hint="For example: probe run 谣言 ..., probe run -k rumor ..., or -k - for standard input.",
        )
    check_proxy(proxy)
    secrets = read_secrets(os.environ)
    with ExitStack() as stack:
        keywords = stack.enter_context(open_keywords(command.lists, command.words, stdin=sys.stdin.buffer))
        for note in (*keywords.notes, *(() if record is None else name_changes(opened, record))):
            click.echo(f"probe: {note}", err=True)
        job = Job(
            endpoints=opened,
            keywords=keywords,
            fail_on=conditions.statuses,
            vantage=Vantage(label=vantage) if vantage is not None or record is None else record.vantage,
            proxy=proxy,
            secrets=secrets,
            budget=budget,
            max_time=seconds,
            pooled=read_pooled(command, place, None if record is None else record.id),
            isolate=Isolate(every=command.every, separator=command.separator) if command.isolate else None,
        )
        if earlier is not None:
            left = find_left(earlier, opened, keywords, job.isolate)
            job = dataclasses.replace(job, left=left.keywords, finished=left.finished, ended=earlier.ended)
        if command.baseline is not None:
            known = open_baseline(
                command.baseline,
                place=place,
                endpoints=opened,
                keywords=keywords,
                vantage=job.vantage,
                resumes=record,
            )
            compare = Compare(
                baseline=stack.enter_context(known),
                confirm=command.confirm_changes,
                fail_on=conditions.changes,
            )
            job = dataclasses.replace(job, compare=compare)
        planned = plan(job)  # where it cannot be asked at all, that is said before anything is kept
        if dry_run:
            click.echo(plan_text(planned, job.left))
            return ExitCode.DONE
        demand_room(evidence)
        check_posting(unfinished(job).endpoints, place=place, public=public)
        obtain_consent(unfinished(job).endpoints, yes=yes, proxy=proxy, also=consent)
        job = stack.enter_context(
            kept(
                job,
                place=place,
                command=command,
                record=record,
                keep_exchanges=keep_exchanges,
                secrets=secrets,
            )
        )
        job = stack.enter_context(recorded(job, evidence, command=command, secrets=secrets))
        return carry_out(
            job,
            format_name=format_name,
            places=places,
            show_all=show_all,
            quiet=quiet,
            selection=selection,
            background=None if place is None else from_store(place),
        )


def carry_out(
    job: Job,
    *,
    format_name: str | None,
    places: Sequence[str],
    show_all: bool,
    quiet: bool,
    selection: Selection = EVERYTHING,
    background: ReadBackground | None = None,
) -> int:
    """Run a job with results and progress where they belong; returns the exit code."""
    nothing_to_show = quiet or not unfinished(job).endpoints
    look = dataclasses.replace(
        choose_look(job.endpoints, show_all=show_all, stdout=sys.stdout),
        selection=selection,
        fail_on=frozenset(job.fail_on),
        fail_on_changes=frozenset() if job.compare is None else frozenset(job.compare.fail_on),
        background=background,
        heard=heard_by(job),
    )
    with ExitStack() as files:
        results = [
            files.enter_context(closing(one))
            for one in open_results(format_name, places, look=look, stdout=sys.stdout)
        ]
        with ExitStack() as displays:
            job = dataclasses.replace(
                job,
                results=[one.listen for one in results],
                displays=[
                    *job.displays,
                    *(
                        []
                        if nothing_to_show
                        else [displays.enter_context(closing(open_progress(job, format_name, places)))]
                    ),
                ],
                on_broken_display=lambda error: click.echo(
                    f"probe: the progress display broke: {error!r}", err=True
                ),
            )
            parts = assemble(job)
            try:
                document = asyncio.run(_run_until_stopped(parts))
            except KeyboardInterrupt:  # the second one: nobody takes away any more what was posted
                say_left(job)
                raise
        for one in results:
            one.finish(document)
    say_end(document, is_kept=job.is_kept)
    if places and not quiet:
        say_written(document, places)
    if places or format_name not in (None, "table"):
        name_untrusted(document)  # the table says it itself
    if not quiet:
        print_inferred(parts)
    return document.exit_code


async def _run_until_stopped(parts: Parts) -> Run:
    """Run; SIGTERM ends it as Ctrl-C does, which asyncio sees to itself."""
    task = asyncio.current_task()
    assert task is not None
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(_report)
    loop.add_signal_handler(signal.SIGTERM, task.cancel)
    try:
        return await run(parts)
    finally:
        loop.remove_signal_handler(signal.SIGTERM)  # while the loop closes, a signal would find no one


def _report(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What asyncio finds wrong, but not where each task was when a second Ctrl-C broke off the handling of the first."""
    error = context.get("exception")
    if error is not None and not isinstance(error, KeyboardInterrupt):
        loop.default_exception_handler(context)


def open_progress(job: Job, format_name: str | None, places: Sequence[str]) -> Progress:
    """The progress of a run on standard error: live on a terminal, else a line now and then."""
    live = sys.stderr.isatty() and not streams_to_terminal(format_name, places)
    colour = live and "NO_COLOR" not in os.environ
    return Progress(sys.stderr, colour=colour, live=live, now=job.clock.now, left=job.left)


def read_seconds(text: str) -> float:
    """Seconds of a time such as 90s, 20m or 3h; raises WrongUse."""
    found = re.fullmatch(r"([0-9]{1,6}(?:\.[0-9]+)?) *(s|m|h|d)?", text.strip())
    if found is None or not float(found[1]):
        raise WrongUse(f"--max-time {text!r} is no time", hint="For example 90s, 20m or 3h.")
    return float(found[1]) * {"s": 1, "m": 60, "h": 3600, "d": 86_400}[found[2] or "s"]


def check_proxy(proxy: str | None) -> None:
    """Raises WrongUse for what is no proxy, or needs a package that is not there."""
    if proxy is None:
        return
    parts = urlsplit(proxy)
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise WrongUse(f"--proxy {proxy!r}: a port is a number from 1 to 65535")
    if parts.scheme not in ("http", "https", "socks5", "socks5h") or not parts.hostname:
        raise WrongUse(f"--proxy {proxy!r} is no proxy address", hint="For example socks5h://127.0.0.1:9050.")
    if parts.scheme.startswith("socks") and importlib.util.find_spec("socksio") is None:
        raise WrongUse("a SOCKS proxy needs one more package", hint="pip install 'keyword-probe[socks]'")
