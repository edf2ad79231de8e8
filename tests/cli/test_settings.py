"""Settings: every option of `probe run`, in files and in the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pytest
from jsonschema import Draft202012Validator

from probe.cli.run import command
from probe.cli.settings import (
    AGREED,
    ELSEWHERE,
    elsewhere_of,
    read_consent,
    schema_of,
    settings_of,
)

SETTINGS = settings_of(command)


@pytest.mark.parametrize("parameter", command.params, ids=lambda one: str(one.name))
def test_every_option_is_a_setting_or_says_why_not(parameter: click.Parameter) -> None:
    """Whoever adds an option gets a field and a variable, or writes down the reason for none."""
    named = [one for one in SETTINGS.values() if one.parameter is parameter]
    if parameter.name in ELSEWHERE:
        assert named == []
        assert parameter.envvar is None
        assert len(ELSEWHERE[parameter.name]) > 10
        return
    (setting,) = named
    assert setting.name in schema_of(command)["properties"]
    if isinstance(parameter, click.Option):
        assert f"--{setting.name}" in parameter.opts
        assert parameter.envvar == setting.variable
        assert setting.variable == f"PROBE_{setting.name.upper().replace('-', '_')}"


def test_no_reason_is_left_of_an_option_that_is_gone() -> None:
    """And no variable means two things."""
    assert set(ELSEWHERE) <= {one.name for one in command.params}
    variables = [one.variable for one in SETTINGS.values() if one.variable]
    assert len(set(variables)) == len(variables)
    assert not {"PROBE_CONSENT", "PROBE_SECRET"} & set(variables)


def test_the_schema_is_one_and_says_what_each_field_is_for() -> None:
    """Editors show it."""
    schema = schema_of(command)
    Draft202012Validator.check_schema(schema)
    assert all(len(one["description"]) > 10 for one in schema["properties"].values())
    assert {*SETTINGS, "consent"} == set(schema["properties"])
    assert elsewhere_of(command).keys().isdisjoint(schema["properties"])
    assert {"dry-run", "yes", "public", "resume"} <= elsewhere_of(command).keys()


@pytest.mark.parametrize(
    ("name", "value", "is_sound"),
    [
        ("keywords", "rumor", True),
        ("keywords", ["rumor", "my.csv"], True),
        ("keywords", 5, False),
        ("set", {"base": "x"}, True),
        ("set", "base=x", False),
        ("rate", 0.5, True),
        ("rate", 0, False),
        ("concurrency", 100, True),
        ("concurrency", 101, False),
        ("retries", 1.5, False),
        ("format", "json", True),
        ("format", "jsn", False),
        ("all", True, True),
        ("all", "true", False),
        ("fail-on", ["blocked", "filtered"], True),
        ("fail-on", "blocked,filtered", True),
        ("consent", list(AGREED), True),
        ("consent", "sends", False),
    ],
)
def test_fields_take_what_their_options_take(name: str, value: Any, is_sound: bool) -> None:
    """The schema follows from click's types."""
    assert Draft202012Validator(schema_of(command)).is_valid({name: value}) is is_sound


@pytest.mark.parametrize(
    ("name", "value", "taken"),
    [
        ("words", "谣言", ["谣言"]),
        ("words", ["a.b", "c/d"], ["a.b", "c/d"]),
        ("keywords", ["rumor", "my.csv", "more/mine", "-"], ["rumor", "/f/my.csv", "/f/more/mine", "-"]),
        ("endpoint", "lab-notice", ["lab-notice"]),
        ("endpoint", ["own.yaml", "/abs/own.yaml"], ["/f/own.yaml", "/abs/own.yaml"]),
        ("output", "results.csv", ["/f/results.csv"]),
        ("store", "store", "/f/store"),
        ("store", "none", "none"),
        ("set", {"base": "http://x/", "lab.port": "1"}, ["base=http://x/", "lab.port=1"]),
        ("fail-on", ["blocked", "filtered"], "blocked,filtered"),
        ("url", "http://h/?q={keyword}", ["http://h/?q={keyword}"]),
        ("rate", 2, 2),
        ("quiet", True, True),
    ],
)
def test_paths_start_at_the_files_folder_and_names_do_not(name: str, value: Any, taken: Any) -> None:
    """What click would have been given."""
    assert SETTINGS[name].take(value, Path("/f")) == taken


def test_beside_the_current_folder_paths_stay_as_they_are() -> None:
    """`-c probe.yaml` names files as they are written."""
    assert SETTINGS["output"].take("results.csv", Path(".")) == ["results.csv"]


def test_consent_is_one_or_several() -> None:
    """Or none."""
    assert [read_consent(one) for one in ({}, {"consent": "reads"}, {"consent": ["reads", "account"]})] == [
        (),
        ("reads",),
        ("reads", "account"),
    ]


def test_types_that_are_not_known_here_are_texts() -> None:
    """click has the last word about them."""
    option = click.Option(["--since"], type=click.DateTime(), help="A day.")
    (setting,) = settings_of(click.Command("x", params=[option])).values()
    assert setting.schema() == {"type": "string", "description": "A day."}
