"""Defaults < file < environment < command line, and what a file may not do."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from unittest import mock

import click
import pytest
import yaml
from click.core import ParameterSource
from hypothesis import given
from hypothesis import strategies as st

from probe.cli import start
from probe.cli.configured import load
from probe.cli.run import command
from probe.cli.settings import Setting, settings_of
from probe.errors import BadInput, ExitCode
from probe.lab.server import Lab

SETTINGS = settings_of(command)
WORD = st.text("abcdefgh", min_size=1, max_size=6)
GROUPED = ("words", "keywords", "endpoint", "url", "benign", "canary", "set")
"""Fields of which a stronger source may put the whole group aside."""


def values_of(setting: Setting) -> st.SearchStrategy[Any]:
    """Values as a file has them."""
    schema = setting.schema()
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "boolean": st.just(True),
        "string": st.sampled_from(schema["enum"]) if "enum" in schema else WORD,
        "integer": st.integers(int(schema.get("minimum", 1)), int(schema.get("maximum", 100))),
        "number": st.integers(1, int(schema.get("maximum", 100))).map(float),
        "object": st.dictionaries(WORD, WORD, min_size=1, max_size=3),
    }
    return kinds[schema["type"]] if "type" in schema else st.lists(WORD, min_size=1, max_size=3)


def typed(setting: Setting, value: Any) -> list[str]:
    """The value as somebody types it."""
    if setting.is_mapping:
        return [part for name, one in value.items() for part in (f"--{setting.name}", f"{name}={one}")]
    if isinstance(setting.parameter, click.Argument):
        return list(value)
    if value is True:
        return [f"--{setting.name}"]
    if setting.is_joined:
        return [f"--{setting.name}", ",".join(value)]
    several = value if isinstance(value, list) else [value]
    return [part for one in several for part in (f"--{setting.name}", str(one))]


def exported(setting: Setting, value: Any) -> str:
    """The value as an environment variable."""
    if setting.is_mapping:
        return " ".join(f"{name}={one}" for name, one in value.items())
    if isinstance(value, list):
        return (",".join if setting.is_joined else " ".join)(value)
    return str(value)


def parse(arguments: list[str], environment: dict[str, str] | None = None) -> click.Context:
    """What the command would go by. Nothing of the surroundings counts."""
    with mock.patch.dict(os.environ, environment or {}, clear=True):
        return command.make_context("run", arguments)


@st.composite
def chosen(draw: st.DrawFn) -> list[tuple[Setting, Any]]:
    names = draw(st.lists(st.sampled_from(sorted(SETTINGS)), unique=True, max_size=6))
    return [(SETTINGS[name], draw(values_of(SETTINGS[name]))) for name in names]


@given(in_file=chosen(), in_environment=chosen(), on_line=chosen())
def test_the_strongest_source_of_each_value_counts(
    in_file: list[tuple[Setting, Any]],
    in_environment: list[tuple[Setting, Any]],
    on_line: list[tuple[Setting, Any]],
) -> None:
    """Whatever is set where: what counts is what would count if it were typed alone."""
    environment = {one.variable: exported(one, value) for one, value in in_environment if one.variable}
    flags = [part for one, value in on_line if one.name != "words" for part in typed(one, value)]
    words = [part for one, value in on_line if one.name == "words" for part in typed(one, value)]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "probe.yaml")
        file.write_text(yaml.safe_dump({one.name: value for one, value in in_file}), encoding="utf-8")
        context = parse([*words, *flags, "-c", str(file)], environment)
        loaded = load(command, str(file))
    given_by = {
        ParameterSource.DEFAULT_MAP: dict((one.name, value) for one, value in in_file),
        ParameterSource.ENVIRONMENT: dict((one.name, value) for one, value in in_environment if one.variable),
        ParameterSource.COMMANDLINE: dict((one.name, value) for one, value in on_line),
    }
    bare = parse([])
    for name, setting in SETTINGS.items():
        key = setting.parameter.name or ""
        strongest = next(
            (one for one in reversed(given_by) if name in given_by[one]), ParameterSource.DEFAULT
        )
        assert context.get_parameter_source(key) is strongest, name
        if strongest is ParameterSource.DEFAULT:
            assert context.params[key] == bare.params[key]
        elif strongest is ParameterSource.DEFAULT_MAP:
            wanted = setting.parameter.type_cast_value(context, loaded.defaults[key])
            assert context.params[key] == wanted or (name in GROUPED and context.params[key] == ())
        else:
            alone = parse(typed(setting, given_by[strongest][name]))
            assert context.params[key] == alone.params[key], name


def write(text: str, name: str = "probe.yaml") -> str:
    Path(name).write_text(text, encoding="utf-8")
    return name


def test_who_names_keywords_or_endpoints_asks_those_alone() -> None:
    """What belongs to the file's endpoints goes with them; the rest of the file holds."""
    file = write(
        "words: [a]\nkeywords: rumor\nendpoint: lab-notice\nurl: 'http://h/?q={keyword}'\n"
        "benign: x\nset: {base: y}\nrate: 3\n"
    )
    names = ("words", "lists", "endpoints", "urls", "benign", "settings", "rate")
    as_written = (("a",), ("rumor",), ("lab-notice",), ("http://h/?q={keyword}",), ("x",), ("base=y",), 3)

    def asked(arguments: list[str], environment: dict[str, str] | None = None) -> tuple[Any, ...]:
        params = parse([*arguments, "-c", file], environment).params
        return tuple(params[name] for name in names)

    assert asked([]) == as_written
    assert asked(["b"]) == (("b",), (), *as_written[2:])
    assert asked(["-k", "protest"]) == ((), ("protest",), *as_written[2:])
    assert asked(["-e", "own"]) == (*as_written[:2], ("own",), (), (), (), 3)
    assert asked([], {"PROBE_URL": "http://i/"}) == (*as_written[:2], (), ("http://i/",), (), (), 3)
    assert asked(["--set", "base=z"]) == (*as_written[:5], ("base=z",), 3)
    assert asked(["-e", "own", "--set", "base=z"], {"PROBE_BENIGN": "w"}) == (
        *as_written[:2],
        ("own",),
        (),
        ("w",),
        ("base=z",),
        3,
    )


def test_a_run_from_a_file(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    """Keywords, endpoints, pace, conditions, outputs, vantage: the run is that of the file, from wherever it is called."""
    Path("settings").mkdir()
    Path("settings/mine.txt").write_text("谣言\n天气\n", encoding="utf-8")
    file = write(
        f"keywords: mine.txt\nendpoint: lab-notice\nset: {{base: '{lab.base}'}}\nrate: 500\nfail-on: [blocked]\n"
        "output: [out.json, out.csv]\nvantage: desk\nstore: kept.sqlite\nquiet: true\n",
        "settings/probe.yaml",
    )
    assert start(["run", "-c", file]) == ExitCode.CONDITION_MET
    assert '"desk"' in Path("settings/out.json").read_text(encoding="utf-8")
    assert len(Path("settings/out.csv").read_text(encoding="utf-8").splitlines()) == 3
    assert Path("settings/kept.sqlite").exists()
    assert capsys.readouterr().out == ""
    assert start(["run", "天气", "-c", file, "--fail-on", "filtered"]) == ExitCode.DONE


def test_a_file_in_the_folder_counts_where_no_endpoint_is_named(
    lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    """And that is said. Who names an endpoint, or a run to go on with, is not surprised by it."""
    write(f"words: [谣言]\nendpoint: lab-notice\nset: {{base: '{lab.base}'}}\n")
    assert start(["run", "天气", "-q", "-f", "csv"]) == ExitCode.DONE
    out, err = capsys.readouterr()
    assert "天气" in out
    assert "谣言" not in out
    assert "no endpoint is named: the settings are those of probe.yaml" in err
    assert start(["run", "-e", "lab-notice"]) == ExitCode.WRONG_USE
    assert "no keywords" in capsys.readouterr().err
    assert start(["run", "--resume", "--store", "empty.sqlite"]) == ExitCode.WRONG_USE
    assert "probe.yaml" not in capsys.readouterr().err
    assert start(["run", "-u", "http://127.0.0.1:1/?q={keyword}"]) == ExitCode.WRONG_USE
    assert "no keywords" in capsys.readouterr().err


def test_faults_of_a_file_stop_everything(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    """With file, line, field and remedy, before anything is asked."""
    before = len(lab.received)
    file = write(f"endpoint: lab-notice\nset: {{base: '{lab.base}'}}\nrate: fast\ntoken: hush\n")
    assert start(["run", "谣言", "-c", file]) == ExitCode.WRONG_USE
    err = capsys.readouterr().err
    assert "probe.yaml:3: rate: must be a number, not the text 'fast'." in err
    assert "probe.yaml:4: token: looks like a secret." in err
    assert "hush" not in err
    assert len(lab.received) == before
    assert start(["run", "谣言", "-c", "none.yaml"]) == ExitCode.WRONG_USE
    assert "none.yaml: cannot be read" in capsys.readouterr().err


def test_types_that_say_more_than_a_schema_are_faults_with_a_line() -> None:
    """A date that is none, in an option that somebody may add."""
    option = click.Option(["--since"], type=click.DateTime(), help="A day.")
    file = write("\nsince: tomorrow\n")
    with pytest.raises(BadInput) as caught:
        load(click.Command("x", params=[option]), file)
    assert str(caught.value.faults[0]).startswith("probe.yaml:2: since: cannot be read: 'tomorrow'")


@pytest.mark.parametrize(
    ("text", "arguments", "code", "words"),
    [
        ("consent: reads\n", ["-c", "probe.yaml"], ExitCode.NOTHING_TRUSTED, ""),
        ("", ["-c", "probe.yaml"], ExitCode.WRONG_USE, "nobody has agreed to the risks of asking (reads)"),
        ("consent: [account]\n", ["-c", "probe.yaml"], ExitCode.WRONG_USE, "(reads)"),
        ("consent: reads\n", [], ExitCode.WRONG_USE, "its consent counts only with -c probe.yaml"),
        ("consent: sends\n", ["-c", "probe.yaml"], ExitCode.WRONG_USE, "PROBE_CONSENT=sends"),
        ("yes: true\n", ["-c", "probe.yaml"], ExitCode.WRONG_USE, "consent: [reads] says it"),
    ],
)
def test_a_file_that_is_named_can_agree_to_reading_and_to_nothing_else(
    text: str, arguments: list[str], code: ExitCode, words: str
) -> None:
    """The address is on this machine behind a proxy on this machine, where nobody listens: nothing leaves it."""
    write(
        "name: own\ntitle: Own\nkind: search\nlimits: {patience: 1, control_wait: 0}\n"
        "request: {url: 'http://127.0.0.1:1/?q={keyword}'}\ncontrols: {benign: [天气]}\n"
        "rules:\n- {id: results, when: {status: 200}, outcome: served}\n",
        "own.yaml",
    )
    write(f"{text}endpoint: own.yaml\nproxy: http://127.0.0.1:1\n")
    program = [str(Path(sys.executable).parent / "probe"), "run", "谣言", "-q", "--store", "none"]
    ended = subprocess.run([*program, *arguments], capture_output=True, text=True, start_new_session=True)
    assert ended.returncode == code
    assert words in ended.stderr


def test_variables_of_the_environment_are_checked_like_options(capsys: pytest.CaptureFixture[str]) -> None:
    """And named when they are wrong."""
    with mock.patch.dict(os.environ, {"PROBE_RATE": "fast"}):
        assert start(["run", "谣言", "-e", "lab-notice"]) == ExitCode.WRONG_USE
    assert "PROBE_RATE" in capsys.readouterr().err
