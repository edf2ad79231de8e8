"""`probe endpoints new`: a definition for an address, drawn up from a few answers."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import click

from probe.assembly import Job
from probe.assembly.trial import Trial, try_out
from probe.cli.consent import obtain_consent
from probe.cli.secrets import read_secrets
from probe.cli.session import check_proxy, open_progress
from probe.errors import ExitCode, WrongUse
from probe.inputs.definitions.checked_definition import check_text
from probe.inputs.definitions.one_off import one_off
from probe.inputs.definitions.schema import NAME, PATTERN_WORDS
from probe.inputs.definitions.writing import write_definition
from probe.inputs.endpoints import builtin_endpoints
from probe.inputs.keywords import benign_words, open_keywords
from probe.model.exchange import Purpose
from probe.model.observation import Outcome
from probe.showing.quantity import write_count
from probe.showing.safe_text import plain

_MOST_SECONDS = 600.0
"""Of waiting: a trial has some ten questions, and a rest or two after a cut connection."""
_SCHEMA = "# yaml-language-server: $schema=endpoint.json (made by: probe endpoints schema > endpoint.json)\n"


def new_endpoint(
    *,
    url: str | None,
    name: str | None,
    title: str | None,
    benign: Sequence[str],
    censored: Sequence[str],
    form: Sequence[str],
    json_text: str | None,
    headers: Sequence[str],
    place: str | None,
    proxy: str | None,
    yes: bool,
) -> int:
    """Ask, draw up a definition, and write it where it belongs."""
    if url is None:
        url, censored, name = _ask_for(censored, name)
    _check(place, name)
    check_proxy(proxy)
    endpoint = one_off(url, benign=benign, canaries=censored, request=_request(form, json_text, headers))
    name = name or endpoint.name
    obtain_consent([endpoint], yes=yes, proxy=proxy)
    words = list(censored) or [next(iter(benign or benign_words()))]
    with ExitStack() as stack:
        job = Job(
            endpoints=[endpoint],
            keywords=stack.enter_context(open_keywords((), words, stdin=sys.stdin.buffer)),
            proxy=proxy,
            secrets=read_secrets(os.environ),
            max_time=_MOST_SECONDS,
        )
        job = dataclasses.replace(job, displays=[stack.enter_context(closing(open_progress(job, None, ())))])
        trial = asyncio.run(try_out(job, name=name, title=title or f"{endpoint.name}, drawn up by a trial"))
    text = _SCHEMA + write_definition(trial.definition)
    checked = check_text(text, place or name)
    if checked.faults:
        raise WrongUse(str(checked.faults[0]))
    if place is not None:
        _write(Path(place), text)
    _tell(trial, place, warnings=len(checked.warnings), knows_censored=bool(censored))
    if place is None:
        click.echo(text, nl=False)
    return ExitCode.DONE


def _check(place: str | None, name: str | None) -> None:
    """What would be in vain to ask for."""
    if name is not None and not re.fullmatch(NAME, name):
        raise WrongUse(f"--name {name!r} is no name", hint=f"A name is {PATTERN_WORDS[NAME]}.")
    if name in builtin_endpoints():
        raise WrongUse(
            f"{name} is the name of an endpoint that comes with probe", hint="Choose another with --name."
        )
    if place is None:
        return
    path = Path(place)
    if path.exists():
        raise WrongUse(f"there is a file {place} already", hint="Name another with -o, or move it away.")
    if not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
        raise WrongUse(f"{place} cannot be written: there is no such folder, or it is not yours to write")


def _ask_for(censored: Sequence[str], name: str | None) -> tuple[str, Sequence[str], str | None]:
    if not sys.stdin.isatty():
        raise WrongUse(
            "no address: give one with -u",
            hint="For example -u 'https://example.org/search?q={keyword}', with {keyword} where the word goes.",
        )
    url = click.prompt("Address, with {keyword} where the word goes", err=True)
    if not censored:
        given = click.prompt("A word that you know to be censored there (or nothing)", default="", err=True)
        censored = [given] if given.strip() else []
    return url, censored, name or click.prompt("Name (a-z, 0-9, -)", default="", err=True) or None


def _request(form: Sequence[str], json_text: str | None, headers: Sequence[str]) -> Mapping[str, Any]:
    if form and json_text is not None:
        raise WrongUse("--form and --json exclude each other: only one body can be sent")
    request: dict[str, Any] = {}
    if headers:
        request["headers"] = dict(_pair(one, ":", "--header", "'accept-language: zh-CN'") for one in headers)
    if form:
        request |= {
            "method": "POST",
            "form": dict(_pair(one, "=", "--form", "'q={keyword}'") for one in form),
        }
    if json_text is not None:
        try:
            request |= {"method": "POST", "json": json.loads(json_text)}
        except ValueError as error:
            raise WrongUse(f"--json is no JSON: {error}") from None
    return request


def _pair(text: str, sign: str, option: str, example: str) -> tuple[str, str]:
    name, found, value = text.partition(sign)
    if not found or not name.strip():
        raise WrongUse(f"{option} {text!r} is no name and value", hint=f"For example {option} {example}.")
    return name.strip(), value.strip() if sign == ":" else value


def _tell(trial: Trial, place: str | None, *, warnings: int, knows_censored: bool) -> None:
    """What was asked, what came back, and what to do next: on standard error."""
    say(f"{write_count(len(trial.seen), 'answer')}:")
    for question, observation in trial.seen:
        say(
            f"  {question.purpose:<9} {plain(question.text)}: {observation.outcome} ({plain(observation.reason)})"
        )
    if not knows_censored:
        say(
            "No censored word was given, so no rule for censorship could be learnt: --censored WORD would help."
        )
    elif not any(
        question.purpose not in (Purpose.BENIGN, Purpose.NONSENSE) and observation.outcome.is_hit
        for question, observation in trial.seen
    ):
        say("The word that was given as censored was served like any other: is it censored where you are?")
    served = [rule.id for rule in trial.definition.rules if rule.outcome is Outcome.SERVED]
    for use in trial.run.endpoints:
        for note in use.notes:
            say(f"Note: {plain(note)}.")
    say(f"A normal answer is known by the rule {', '.join(served)}.")
    if trial.examples_left_out:
        left = write_count(trial.examples_left_out, "answer")
        say(f"{left} left out of the examples: too long, or no rule tells them alone.")
    if place is not None:
        say(f"Written to {place}. Look at its rules, then: probe endpoints check {place}")
    if warnings:
        what = "the file" if place is None else place
        say(f"probe endpoints check has {write_count(warnings, 'warning')} for {what}.")


def say(text: str) -> None:
    """A line on standard error; what is indented goes on with the one before."""
    click.echo(f"probe: {text}" if not text.startswith(" ") else text, err=True)


def _write(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise WrongUse(f"{path} cannot be written: {error.strerror}") from None
