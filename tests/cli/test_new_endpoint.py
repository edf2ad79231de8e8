"""`probe endpoints new`: what it writes, and what it refuses."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from probe.assembly import Job
from probe.assembly.trial import try_out
from probe.cli import start
from probe.errors import ExitCode, Stopped
from probe.events import Answered, Event
from probe.inputs.definitions.one_off import one_off
from probe.inputs.endpoints import check_definition, read_endpoint
from probe.inputs.keywords import open_keywords
from probe.lab.server import Lab
from probe.model.observation import Outcome

NOTICE = "/notice/search?q={keyword}"


def draw(lab: Lab, *options: str, path: str = NOTICE) -> int:
    return start(["endpoints", "new", "-u", lab.base + path, *options])


def test_it_writes_a_definition_with_rules_and_examples(lab: Lab, tmp_path: Path) -> None:
    """Sound, named as was asked, with a rule for each of what it saw, and captcha rules before them."""
    assert draw(lab, "--censored", "谣言", "--name", "mine", "--title", "My own", "-o", "mine.yaml") == 0
    reading = read_endpoint(str(tmp_path / "mine.yaml"))
    definition = reading.definition
    assert definition is not None
    assert (definition.name, definition.title, definition.controls.canaries) == ("mine", "My own", ("谣言",))
    outcomes = [rule.outcome for rule in definition.rules]
    assert (
        outcomes.index(Outcome.CHALLENGED) < outcomes.index(Outcome.BLOCKED) < outcomes.index(Outcome.SERVED)
    )
    assert [one.outcome for one in definition.examples] == [Outcome.SERVED, Outcome.EMPTY, Outcome.BLOCKED]
    assert all(rule.conditions for rule in definition.rules)
    assert not any(when.like for rule in definition.rules for when in rule.conditions)


def test_without_a_file_it_goes_to_standard_output(lab: Lab, capfd: pytest.CaptureFixture[str]) -> None:
    """Nothing else does. Without a censored word it says what it could not learn."""
    assert draw(lab) == 0
    out, err = capfd.readouterr()
    definition, faults, _ = check_definition(out, "out")
    assert definition is not None, faults
    assert "No censored word was given" in err


def test_a_service_that_takes_json_is_asked_with_json(lab: Lab, capfd: pytest.CaptureFixture[str]) -> None:
    """The request stands in the file as it was given."""
    body = json.dumps({"text": "{keyword}"})
    assert draw(lab, "--json", body, "--censored", "谣言", path="/moderation/check") == 0
    definition, _, _ = check_definition(capfd.readouterr().out, "out")
    assert definition is not None
    assert definition.request.method == "POST"
    assert definition.request.json_body == {"text": "{keyword}"}
    assert any(rule.outcome is Outcome.BLOCKED for rule in definition.rules)


def test_a_file_that_is_there_is_never_written_over(
    lab: Lab, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Nor is anything asked: that would be in vain."""
    (tmp_path / "mine.yaml").write_text("mine", encoding="utf-8")
    assert draw(lab, "-o", "mine.yaml") == 2
    assert (tmp_path / "mine.yaml").read_text(encoding="utf-8") == "mine"
    assert "answers:" not in capfd.readouterr().err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--form", "text"], "--form 'text' is no name and value"),
        (["--header", "accept"], "--header 'accept' is no name and value"),
        (["--json", "{"], "--json is no JSON"),
        (["--json", "{}", "--form", "a=b"], "exclude each other"),
    ],
)
def test_what_makes_no_request_is_refused(
    lab: Lab, options: list[str], said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """With what is wrong and an example."""
    assert draw(lab, *options) == 2
    assert said in capfd.readouterr().err


def test_without_an_address_or_a_terminal_it_says_what_it_needs(capfd: pytest.CaptureFixture[str]) -> None:
    """Nobody can be asked."""
    assert start(["endpoints", "new"]) == 2
    assert "no address" in capfd.readouterr().err


def test_where_nothing_can_be_learnt_nothing_is_written(
    lab: Lab, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A captcha for everybody teaches nothing."""
    assert draw(lab, "-o", "mine.yaml", path="/login/search?q={keyword}") == 4
    assert "no rule could be learnt" in capfd.readouterr().err
    assert not (tmp_path / "mine.yaml").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--name", "My Name"], "--name 'My Name' is no name"),
        (["--name", "baidu-search"], "comes with probe"),
        (["--proxy", "ftp://127.0.0.1:1"], "is no proxy address"),
        (["-o", "nowhere/mine.yaml"], "cannot be written"),
    ],
)
def test_what_could_not_be_written_is_said_before_anything_is_asked(
    lab: Lab, options: list[str], said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """Answers are dear."""
    assert draw(lab, *options) == 2
    err = capfd.readouterr().err
    assert said in err
    assert "answers:" not in err


def test_its_rules_for_texts_fit_no_page_with_results(lab: Lab, tmp_path: Path) -> None:
    """A result may quote a notice."""
    assert draw(lab, "--censored", "谣言", "-o", "mine.yaml") == 0
    definition = read_endpoint(str(tmp_path / "mine.yaml")).definition
    assert definition is not None
    hits = [when for rule in definition.rules if rule.outcome is Outcome.BLOCKED for when in rule.conditions]
    assert any(when.text for when in hits)
    assert all(when.count == 0 for when in hits if when.text)


async def test_ctrl_c_writes_nothing(lab: Lab) -> None:
    """A definition from half of the answers would look like a whole one."""
    task = asyncio.current_task()
    assert task is not None

    def stop(event: Event) -> None:
        if isinstance(event, Answered):
            task.cancel()

    with open_keywords((), ["谣言"]) as keywords:
        endpoint = one_off(lab.base + NOTICE, benign=(), canaries=("谣言",), request={})
        job = Job(endpoints=[endpoint], keywords=keywords, results=[stop])
        with pytest.raises(Stopped) as stopped:
            await try_out(job, name="mine", title="My own")
    assert stopped.value.exit_code == ExitCode.STOPPED
