"""What the papers say is held against the program."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from probe.cli import COMMANDS, cli
from probe.errors import ExitCode
from probe.inputs.endpoints import builtin_endpoints, read_endpoint
from probe.model.verdict import Status
from probe.showing import FORMATS
from tests.showing.ooni_shapes import faults

ROOT = Path(__file__).parent.parent
PAPERS = [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    *(str(path.relative_to(ROOT)) for path in (ROOT / "docs").glob("*.md")),
]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def commands_of(
    group: click.Group, path: tuple[str, ...] = ()
) -> list[tuple[tuple[str, ...], click.Command]]:
    """Every command with its words."""
    context = click.Context(group)
    found: list[tuple[tuple[str, ...], click.Command]] = []
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        found.append(((*path, name), command))
        if isinstance(command, click.Group):
            found += commands_of(command, (*path, name))
    return found


ALL = commands_of(cli)


@pytest.mark.parametrize(("words", "command"), ALL, ids=[" ".join(words) for words, _ in ALL])
def test_every_command_has_help_with_an_example(words: tuple[str, ...], command: click.Command) -> None:
    """An example says more than a list of options; every option says what it is for."""
    if not isinstance(command, click.Group):
        assert f"probe {' '.join(words)}" in (command.help or "") + (command.epilog or "")
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{parameter.name} has no help"


def test_the_commands_of_the_readme_exist() -> None:
    """Each `probe ...` line in the papers names a command and options that the program has."""
    known = {words: command for words, command in ALL}
    seen = 0
    for paper in PAPERS:
        for line in re.findall(r"probe (?:[a-z]+)(?: [^`\n|]*)?", "\n".join(code_of(read(paper)))):
            words = line.split()[1:]
            command = known.get((words[0],))
            assert command is not None, f"{paper}: {line}"
            if (
                isinstance(command, click.Group)
                and len(words) > 1
                and words[1][0] not in "-|"
                and words[1].isalpha()
            ):
                command = known[(words[0], words[1])]
            options = {option for parameter in command.params for option in parameter.opts} | {"--help"}
            for word in words:
                if re.fullmatch(r"--?[a-z][a-z-]*", word) and word not in ("-",):
                    assert word in options, f"{paper}: {word} in {line}"
            seen += 1
    assert seen >= 8


def code_of(text: str) -> list[str]:
    """Code blocks and code spans of a paper."""
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    rest = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    return [*blocks, *(span for span in re.findall(r"`([^`\n]+)`", rest) if span.startswith("probe "))]


def test_the_readme_names_every_exit_code_and_status() -> None:
    """No code and no status is missing from the tables, and none is invented."""
    readme = read("README.md")
    rows = re.findall(r"^\| ([0-9]+) \| ", readme, re.MULTILINE)
    assert sorted(map(int, rows)) == sorted(ExitCode)
    statuses = re.findall(r"^\| `([a-z]+)` \| ", readme, re.MULTILINE)
    assert statuses == [status.value for status in Status]


def test_the_readme_starts_with_its_two_commands() -> None:
    """Whoever has five minutes types these."""
    first = re.search(r"```sh\n(.*?)```", read("README.md"), re.DOTALL)
    assert first is not None
    assert [line.split("#")[0].strip() for line in first.group(1).splitlines()] == ["make demo", "make test"]
    assert {"demo", "test"} <= set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))


@pytest.mark.parametrize("paper", PAPERS)
def test_files_that_papers_name_are_there(paper: str) -> None:
    """Links and file names lead somewhere."""
    text = read(paper)
    folder = (ROOT / paper).parent
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        if "://" not in target:
            assert (folder / target).exists(), target
    for name in re.findall(r"`((?:[a-z_]+/)+[a-z_]+\.(?:py|yaml|json|md))`", text):
        assert any((place / name).exists() for place in (ROOT, ROOT / "src" / "probe")), name


def test_the_rooms_of_the_architecture_are_those_of_the_tree() -> None:
    """Every folder and file of the package's first level stands on the map, and nothing else."""
    tree = re.search(r"```\nsrc/probe/\n(.*?)```", read("ARCHITECTURE.md"), re.DOTALL)
    assert tree is not None
    package = [line for line in tree.group(1).splitlines() if line.startswith("  ")]
    named = {
        name.rstrip("/")
        for line in package
        for name in re.findall(r"(?:^|\s)([a-z_]+(?:\.py|/))(?=\s)", line)
    }
    there = {path.name for path in (ROOT / "src" / "probe").iterdir()}
    hidden = {"__init__.py", "__main__.py", "__pycache__", "py.typed"}
    assert named - {"keywords"} == there - hidden - {"keywords"}


def test_command_table_of_the_code_is_complete() -> None:
    """The lazy table's short help is the command's own first sentence's subject: all commands load."""
    assert {words[0] for words, _ in ALL} == set(COMMANDS)


def test_formats_of_the_option_are_those_that_are_written() -> None:
    """`-f` knows each format, without importing them at start."""
    from probe.cli.options import FORMAT_NAMES, STATUSES

    assert tuple(FORMATS) == FORMAT_NAMES
    assert tuple(status.value for status in Status) == STATUSES


def test_nothing_heavy_is_imported_for_help() -> None:
    """`probe --help` must stay quick: neither httpx nor rich nor PyYAML is needed for it."""
    code = (
        "import sys; from probe.cli import start; start(['--help']);"
        "heavy = {'httpx', 'rich', 'yaml', 'msgspec', 'jsonschema', 'selectolax', 'asyncio'} & set(sys.modules);"
        "sys.exit(', '.join(heavy) or 0)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_no_paper_or_code_names_a_place_of_its_makers() -> None:
    """A reader outside sees the project and nothing else."""
    files = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    for name in files:
        path = ROOT / name
        if path.is_file() and not path.is_symlink() and name != "tests/test_docs.py":
            text = path.read_text(encoding="utf-8", errors="replace")
            assert "/work/" not in text, name
            assert "/root/" not in text, name


def test_the_readmes_table_is_what_the_demo_prints() -> None:
    """Every line of it, but for what was left out between them."""
    block = re.search(r"<!-- demo -->\n```text\n(.*?)```", read("README.md"), re.DOTALL)
    assert block is not None
    demo = subprocess.run([sys.executable, "-m", "probe", "demo"], capture_output=True, text=True, check=True)
    printed = demo.stdout.splitlines()
    lines = [line for line in block.group(1).splitlines() if line.strip() not in ("", "...")]
    assert len(lines) >= 20
    assert [line for line in lines if line not in printed] == []


def test_the_sample_for_ooni_is_as_oonis_pages_say() -> None:
    """It was made by a real run."""
    block = re.search(r"<!-- sample -->\n```json\n(.*?)```", read("docs/ooni.md"), re.DOTALL)
    assert block is not None
    sample = json.loads(block[1])
    assert faults(sample) == []
    assert sample["test_keys"]["x_verdict"]["status"] == "blocked"
    assert [one["response"]["code"] for one in sample["test_keys"]["requests"]] == [200]


def test_the_readme_names_the_whole_catalogue() -> None:
    """Every endpoint that comes with probe, and none that does not."""
    table = re.search(r"## The catalogue\n\n(.*?)\n\n", read("README.md"), re.DOTALL)
    assert table is not None
    named = set(re.findall(r"`([a-z0-9-]+)`", table[1]))
    assert named == {name for name in builtin_endpoints() if not name.startswith("lab-")}
    count = re.search(r"A catalogue of (\d+) endpoints", read("CHANGELOG.md"))
    assert count is not None
    readings = [read_endpoint(name).definition for name in named]
    assert int(count[1]) == sum(one is not None and one.is_askable for one in readings)
