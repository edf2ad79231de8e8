"""`probe endpoints`: list, show and check the descriptions of what can be asked."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from probe.assembly import Replayed
    from probe.inputs.endpoints import Reading
    from probe.showing.page import Page


@click.group("endpoints")
def command() -> None:
    """List, show and check endpoint definitions: the YAML files that say what to ask and what answers mean."""


def _complete(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    from probe.inputs.endpoints import builtin_endpoints

    return [name for name in builtin_endpoints() if name.startswith(incomplete)]


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON document, for programs.")
def list_command(as_json: bool) -> None:
    """List the endpoints that come with probe.

    \b
    Example:
      probe endpoints list
    """
    from probe.cli.endpoint_page import print_list, summarise
    from probe.inputs.endpoints import builtin_endpoints, raise_faults, read_endpoint

    readings = [read_endpoint(name) for name in builtin_endpoints()]
    raise_faults(fault for reading in readings for fault in reading.faults)
    definitions = [reading.definition for reading in readings if reading.definition is not None]
    if as_json:
        _print_json([summarise(definition) for definition in definitions])
    else:
        print_list(_page(), definitions)


@command.command("show")
@click.argument("name", metavar="NAME", shell_complete=_complete)
@click.option("--yaml", "as_yaml", is_flag=True, help="Print the file itself, to copy and change.")
def show_command(name: str, as_yaml: bool) -> None:
    """Say what the endpoint NAME (built-in, or the path of a file) asks, what it needs, and how its answers are read.

    \b
    Examples:
      probe endpoints show lab-wall
      probe endpoints show lab-wall --yaml > my-endpoint.yaml
    """
    from probe.cli.endpoint_page import print_definition
    from probe.inputs.endpoints import raise_faults, read_endpoint

    reading = read_endpoint(name)
    raise_faults(reading.faults)
    assert reading.definition is not None  # there are no faults
    if as_yaml:
        _print_file(
            reading.source.replace("$schema=../../../schemas/", "$schema=", 1)
        )  # as docs say to write it
    else:
        reference = None if reading.reference is None else reading.reference.definition
        print_definition(_page(), reading.definition, reading.place, reference, reading.parents)


@command.command("check")
@click.argument("names", metavar="[NAME]...", nargs=-1, shell_complete=_complete)
def check_command(names: tuple[str, ...]) -> int:
    """Check definitions: their form, their sense, and that their own rules understand their examples. Sends nothing.

    Without a NAME all that come with probe. Ends with 2 where something is wrong; warnings alone are no fault.

    \b
    Example:
      probe endpoints check my-endpoint.yaml
    """
    from probe.errors import ExitCode
    from probe.inputs.endpoints import builtin_endpoints, raise_faults, read_endpoint

    readings = [read_endpoint(name) for name in names or builtin_endpoints()]
    raise_faults(fault for reading in readings for fault in reading.faults)
    page = _page()
    disagreeing = sum(_check_reading(page, reading) for reading in readings)
    return ExitCode.WRONG_USE if disagreeing else ExitCode.DONE


@command.command("notices")
def notices_command() -> None:
    """List the notices that rules can name: what platforms say to people, with its meaning and who saw it.

    \b
    Example:
      probe endpoints notices
    """
    from probe.cli.endpoint_page import print_notices
    from probe.inputs.definitions.notices import shared_notices

    print_notices(_page(), shared_notices())


@command.command("schema")
def schema_command() -> None:
    """Print the JSON Schema of definitions, for editors that complete and check YAML as it is written.

    \b
    Example:
      probe endpoints schema > endpoint.json
    """
    from probe.inputs.endpoints import schema

    _print_json(schema(), sort_keys=True)


@command.command("new")
@click.option("-u", "--url", metavar="URL", help="The address, with {keyword} where the word goes.")
@click.option("--name", metavar="NAME", help="What it is to be called (default: made of the host).")
@click.option("--title", metavar="TEXT", help="What it is, in a few words.")
@click.option("--benign", metavar="WORD", multiple=True, help="A word that is always served there.")
@click.option("--censored", metavar="WORD", multiple=True, help="A word that is known to be censored there.")
@click.option(
    "--form", metavar="NAME=VALUE", multiple=True, help="Send a form, with {keyword} in one of its fields."
)
@click.option("--json", "json_text", metavar="TEXT", help="Send this JSON, with {keyword} in it.")
@click.option("--header", "headers", metavar="NAME:VALUE", multiple=True, help="Send this header field.")
@click.option(
    "-o", "--output", "place", metavar="FILE", help="Write it there; else it goes to standard output."
)
@click.option("--proxy", metavar="URL", help="Ask through an HTTP or SOCKS proxy.")
@click.option("--yes", is_flag=True, help="You know and accept the risks of asking (see the README).")
def new_command(**options: Any) -> int:
    """Draw up a definition for an address: asks it benign and made-up words, and a censored one if you know any.

    What it learns stands in the file as rules, with the answers as examples. Look at each rule before you rely on it.

    \b
    Examples:
      probe endpoints new -u 'http://127.0.0.1:8080/search?q={keyword}' --censored 谣言 -o my-search.yaml
      probe endpoints new -u http://127.0.0.1:8080/check --form 'text={keyword}' -o my-check.yaml
    """
    from probe.cli.new_endpoint import new_endpoint

    return new_endpoint(**options)


def _check_reading(page: Page, reading: Reading) -> int:
    """Print what is to be said of one sound definition; returns how many of its examples are misread."""
    from probe.assembly import replay_examples
    from probe.inputs.endpoints import offline_endpoint
    from probe.showing.quantity import write_count

    endpoint = offline_endpoint(reading)
    replayed = replay_examples(endpoint)
    page.line(f"{endpoint.name} ({page.say(reading.place)})")
    for warning in reading.warnings:
        page.paragraph(f"warning: {page.say(str(warning), 1000)}", indent=2, hang=4)
    for one in replayed:
        page.paragraph(_replay_line(page, one), indent=2, hang=4)
    bad = sum(not one.agrees for one in replayed)
    warnings = write_count(len(reading.warnings), "warning")
    page.line(f"  {write_count(len(replayed), 'example')}, {bad} misread; {warnings}")
    return bad


def _replay_line(page: Page, one: Replayed) -> str:
    def tell(outcome: str, rule: str | None) -> str:
        return f"{outcome} (rule {page.say(rule)})" if rule else outcome

    name = page.say(one.name)
    if one.agrees:
        return f"ok: {name}: {tell(one.got, one.rule_got)}"
    expected, got = tell(one.expected, one.rule_expected), tell(one.got, one.rule_got)
    return f"MISREAD: {name}: expected {expected}, got {got}: {page.say(one.reason)}"


def _page() -> Page:
    from probe.showing.page import Page

    width = shutil.get_terminal_size((80, 24)).columns if sys.stdout.isatty() else 80
    return Page(sys.stdout, width=width, colour=False)


def _print_file(text: str) -> None:
    from probe.showing.safe_text import plain

    if sys.stdout.isatty():  # a terminal obeys what a file keeps
        text = "".join(f"{plain(line, 10_000)}\n" for line in text.splitlines())
    click.echo(text, nl=not text.endswith("\n"))


def _print_json(value: object, *, sort_keys: bool = False) -> None:
    import json

    click.echo(json.dumps(value, indent=2, ensure_ascii=False, sort_keys=sort_keys))
