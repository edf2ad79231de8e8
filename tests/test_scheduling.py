"""The action, and every example of docs/scheduling.md, run as they stand there, against the practice platform."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import re
import shlex
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from probe.cli.configured import load
from probe.cli.practice import practice_platform
from probe.cli.run import command
from probe.cli.settings import settings_of
from probe.errors import ExitCode
from probe.lab.policies import STANDARD
from probe.lab.server import Lab
from tests.workflow import ROOT, Job, Machine

PAPER = (ROOT / "docs" / "scheduling.md").read_text(encoding="utf-8")
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))


def example(name: str) -> str:
    """The block of the paper that stands under this mark."""
    found = re.search(rf"<!-- {re.escape(name)} -->\n```[a-z]*\n(.*?)```", PAPER, re.DOTALL)
    assert found is not None, name
    return found[1]


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with practice_platform(seed=0) as running:
        yield running


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    return Machine(folder=tmp_path_factory.mktemp("machine"))


@pytest.fixture
def job(machine: Machine, tmp_path: Path) -> Job:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    return Job(
        machine=machine, workspace=workspace, contexts={"secrets.MATRIX_TOKEN": "hush", "github.run_id": "1"}
    )


def settle(
    job: Job, lab: Lab, platform: str = "notice", fail_on: str = "newly-blocked", words: str = "谣言, 天气"
) -> None:
    """A short settings file in the workspace."""
    text = (
        f"words: [{words}]\nendpoint: lab-{platform}\nset: {{base: '{lab.base}'}}\nrate: 500\n"
        f"baseline: last\nfail-on: {fail_on}\n"
    )
    (job.workspace / "probe.yaml").write_text(text, encoding="utf-8")


def workflow_steps() -> list[dict[str, Any]]:
    """The job of the workflow that the paper shows."""
    (only,) = yaml.safe_load(example("github"))["jobs"].values()
    steps: list[dict[str, Any]] = only["steps"]
    return steps


def results(job: Job, folder: str = ".probe") -> dict[str, Any]:
    return yaml.safe_load((job.workspace / folder / "results.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("platform", "fail_on", "code"),
    [
        ("notice", "newly-blocked", ExitCode.DONE),
        ("notice", "blocked", ExitCode.CONDITION_MET),
        ("login", "blocked", ExitCode.NOTHING_TRUSTED),
    ],
)
def test_the_action_ends_as_probe_does(
    job: Job, lab: Lab, platform: str, fail_on: str, code: ExitCode
) -> None:
    """With the results as JSON, JUnit and Markdown, a job summary, and one line that says what the code means."""
    settle(job, lab, platform, fail_on)
    job.run_steps(workflow_steps())
    assert job.exit_code == code, job.log
    assert job.contexts["steps.probe.outputs.exit-code"] == str(int(code))
    assert {one["keyword"] for one in results(job)["verdicts"]} == {"谣言", "天气"}
    suites = ElementTree.parse(job.workspace / job.contexts["steps.probe.outputs.junit"]).getroot()
    assert len(list(suites.iter("testcase"))) >= 2
    assert (job.workspace / job.contexts["steps.probe.outputs.summary"]).read_text(
        encoding="utf-8"
    ) == job.summary
    assert f"lab-{platform}" in job.summary
    assert ("::error title=probe::" in job.log) is (code != ExitCode.DONE)
    assert ("No endpoint gave a trusted verdict" in job.log) is (code == ExitCode.NOTHING_TRUSTED)
    assert "hush" not in job.log


@contextmanager
def a_day(hard: frozenset[str], port: int) -> Iterator[Lab]:
    """The notice platform as it is on one day, at an address that stays."""
    policies = [dataclasses.replace(one, hard=hard) for one in STANDARD if one.name == "notice"]
    lab = Lab(policies)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(lab.start(port=port), loop).result()
        yield lab
    finally:
        asyncio.run_coroutine_threadsafe(lab.stop(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def test_the_next_run_of_the_workflow_knows_the_last_one(job: Job) -> None:
    """The store comes back from the cache: what was ok yesterday and is blocked today ends with 1, once."""
    codes, port = [], 0
    for day, hard in enumerate((frozenset[str](), frozenset({"谣言"}), frozenset({"谣言"}))):
        with a_day(hard, port) as lab:
            port = int(lab.base.rpartition(":")[2])
            settle(job, lab)
            contexts = {**job.contexts, "github.run_id": str(day)}
            today = Job(machine=job.machine, workspace=job.workspace, contexts=contexts)
            today.run_steps(workflow_steps())
        codes.append(today.exit_code)
        shutil.rmtree(job.workspace / ".probe")  # each run has a machine of its own
    assert codes == [ExitCode.DONE, ExitCode.CONDITION_MET, ExitCode.DONE], today.log


def test_the_action_asks_nothing_where_the_file_has_faults(job: Job, lab: Lab) -> None:
    """The check says them, and the step fails with 2."""
    before = len(lab.received)
    (job.workspace / "probe.yaml").write_text(
        "words: [谣言]\nendpoint: lab-notice\nrate: fast\n", encoding="utf-8"
    )
    job.run_steps([step for step in workflow_steps() if "probe" in step["uses"]])
    assert job.exit_code == ExitCode.WRONG_USE
    assert "probe.yaml:3: rate: must be a number" in job.log
    assert "steps.probe.outputs.exit-code" not in job.contexts
    assert len(lab.received) == before


def test_the_action_takes_further_options_as_they_are(job: Job, lab: Lab) -> None:
    """They are options, and nothing that the shell would run or find."""
    settle(job, lab)
    (step,) = (dict(step) for step in workflow_steps() if "id" in step)
    step["with"] = {
        "arguments": "--fail-on ok\n-- * $(touch\tran) `touch\tran` ;",
        "folder": "out",
    }
    job.run_steps([step])
    assert job.exit_code == ExitCode.CONDITION_MET, job.log
    assert {"*", ";"} <= {one["keyword"] for one in results(job, "out")["verdicts"]}
    assert not (job.workspace / "ran").exists()


def test_the_action_says_when_it_could_not_run(job: Job, lab: Lab) -> None:
    """A folder that is a file: 4, and not 1, which would mean that something is blocked."""
    settle(job, lab)
    (job.workspace / ".probe").write_text("in the way", encoding="utf-8")
    job.run_steps([step for step in workflow_steps() if "id" in step])
    assert job.exit_code == ExitCode.COULD_NOT_RUN, job.log
    assert "could not run to its end" in job.log


def test_the_action_is_one_that_github_would_take() -> None:
    """What the runner demands of a composite action; texts of users come by variables, never into a script."""
    assert ACTION["runs"]["using"] == "composite"
    for step in ACTION["runs"]["steps"]:
        assert step["shell"] == "bash"
        assert "${{" not in step["run"]
    named = set(re.findall(r"steps\.([a-z]+)\.", str(ACTION)))
    assert named <= {step.get("id") for step in ACTION["runs"]["steps"]}
    assert all(one["description"] for one in (*ACTION["inputs"].values(), *ACTION["outputs"].values()))


@pytest.mark.parametrize(
    ("fail_on", "code"), [("newly-blocked", ExitCode.DONE), ("blocked", ExitCode.CONDITION_MET)]
)
def test_the_steps_without_the_action(job: Job, lab: Lab, fail_on: str, code: ExitCode) -> None:
    """The summary is written, whatever the exit code."""
    settle(job, lab, fail_on=fail_on)
    job.run_steps(yaml.safe_load(example("github-steps")))
    assert job.exit_code == code, job.log
    assert "lab-notice" in job.summary
    assert (job.workspace / ".probe" / "store.sqlite").is_file()


@pytest.mark.parametrize(
    ("platform", "fail_on", "code"),
    [
        ("notice", "newly-blocked", ExitCode.DONE),
        ("notice", "blocked", ExitCode.CONDITION_MET),
        ("login", "newly-blocked", ExitCode.NOTHING_TRUSTED),
    ],
)
def test_the_pipeline_of_gitlab(job: Job, lab: Lab, platform: str, fail_on: str, code: ExitCode) -> None:
    """GitLab sees probe's own exit code, and takes 3 for a warning; what it keeps is there."""
    settle(job, lab, platform, fail_on)
    (pipeline,) = yaml.safe_load(example("gitlab")).values()
    script = "\n".join([*pipeline["before_script"], *pipeline["script"]])
    assert job.run_script(script, pipeline["variables"]) == code, job.log
    assert pipeline["allow_failure"]["exit_codes"] == [ExitCode.NOTHING_TRUSTED]
    kept = [
        *pipeline["artifacts"]["paths"],
        *pipeline["artifacts"]["reports"].values(),
        *pipeline["cache"]["paths"],
    ]
    assert all((job.workspace / name).exists() for name in kept)
    assert (job.workspace / pipeline["variables"]["PROBE_STORE"]).is_file()


@pytest.fixture
def installed(machine: Machine) -> Path:
    """`probe` as on a machine of one's own."""
    script = machine.folder / "python" / "bin" / "probe"
    if not script.exists():
        pip = ["pip", "install", "--quiet", "--no-deps", "keyword-probe"]
        environment = machine.environment
        subprocess.run([script.parent / pip[0], *pip[1:]], check=True, env=environment)
    return script


def on_this_machine(text: str, job: Job, program: Path) -> str:
    """An example with the folders of this test in it."""
    for folder, here in (("/srv/probe", job.workspace), ("/var/lib/probe", job.workspace)):
        text = text.replace(folder, str(here))
    return text.replace("/usr/local/bin/probe", str(program)).replace("/usr/local/bin", str(program.parent))


@pytest.mark.parametrize(
    ("fail_on", "code"), [("newly-blocked", ExitCode.DONE), ("blocked", ExitCode.CONDITION_MET)]
)
def test_the_line_of_cron(job: Job, lab: Lab, installed: Path, fail_on: str, code: ExitCode) -> None:
    """With no variables but those of the table, and the secrets of their file; never two at a time."""
    settle(job, lab, fail_on=fail_on)
    (job.workspace / "secrets").write_text("PROBE_SECRET_MATRIX_TOKEN='hush hush'\n", encoding="utf-8")
    *settings, line = on_this_machine(example("cron"), job, installed).splitlines()
    table = dict(one.split("=", 1) for one in settings)
    *when, command = line.split(None, 5)
    assert all(re.fullmatch(r"[0-9*/,-]+", one) for one in when)
    assert "%" not in command  # cron ends the command there
    surroundings = {"HOME": str(job.workspace), "LOGNAME": "probe", "SHELL": "/bin/sh", **table}
    surroundings["PYTHONPATH"] = job.machine.environment["PYTHONPATH"]
    ask = ["/bin/sh", "-c", command]
    ended = subprocess.run(ask, env=surroundings, capture_output=True, text=True, start_new_session=True)
    assert ended.returncode == code, ended.stderr
    assert {one["keyword"] for one in results(job, ".")["verdicts"]} == {"谣言", "天气"}
    assert (job.workspace / "store.sqlite").is_file()
    with subprocess.Popen(["flock", job.workspace / "store.lock", "cat"], stdin=subprocess.PIPE) as other:
        before = len(lab.received)
        while subprocess.run(["flock", "-n", job.workspace / "store.lock", "true"]).returncode == 0:
            pass  # until the other one has it
        busy = subprocess.run(ask, env=surroundings, capture_output=True, text=True, start_new_session=True)
        other.communicate()
    assert (busy.returncode, len(lab.received)) == (ExitCode.COULD_NOT_RUN, before)


def test_the_units_of_systemd(job: Job, lab: Lab, installed: Path) -> None:
    """systemd finds nothing wrong with them where it is at hand; the command of the service runs with its variables."""
    settle(job, lab, fail_on="blocked")
    units = [job.workspace / name for name in ("probe.service", "probe.timer")]
    for unit in units:
        unit.write_text(on_this_machine(example(unit.name), job, installed), encoding="utf-8")
    if analyze := shutil.which("systemd-analyze"):
        ended = subprocess.run([analyze, "verify", "--man=no", *units], capture_output=True, text=True)
        assert (ended.returncode, ended.stderr) == (0, "")
    service = dict(
        line.split("=", 1) for line in units[0].read_text().splitlines() if re.match("[A-Z].*=", line)
    )
    variables = dict(one.split("=", 1) for one in service["Environment"].split())
    ended = subprocess.run(
        shlex.split(service["ExecStart"]),
        cwd=service["WorkingDirectory"],
        env={"PATH": os.defpath, "PYTHONPATH": job.machine.environment["PYTHONPATH"], **variables},
        capture_output=True,
        text=True,
        start_new_session=True,
    )
    assert ended.returncode == ExitCode.CONDITION_MET, ended.stderr
    assert len(results(job, ".")["verdicts"]) == 2
    assert Path(variables["PROBE_STORE"]).is_file()


def test_the_settings_file_of_the_paper(job: Job, lab: Lab, installed: Path) -> None:
    """The four commands below it, as they stand there, with the practice platform where this test has it."""
    text = example("settings").replace("http://127.0.0.1:8765", lab.base)
    (job.workspace / "probe.yaml").write_text(text, encoding="utf-8")
    (commands,) = re.findall(r"```sh\n(.*?)```", PAPER, re.DOTALL)
    assert commands.count("probe ") >= 4
    variables = {"PATH": f"{installed.parent}:{os.defpath}", "XDG_DATA_HOME": str(job.workspace)}
    assert job.run_script(commands, variables) == ExitCode.DONE, job.log
    assert "probe.yaml: sound; 48 keywords at 2 endpoints" in job.log
    assert "probe.yaml:8" in job.log
    assert "48 keywords at 2 endpoints" in job.log


def test_the_settings_file_of_the_readme_is_one(job: Job) -> None:
    """Its form is sound; its lists and endpoints are the reader's own."""
    found = re.search(
        r"```yaml\n(# probe.yaml\n.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL
    )
    assert found is not None
    file = job.workspace / "probe.yaml"
    file.write_text(found[1], encoding="utf-8")
    loaded = load(command, str(file))
    assert len(loaded.file.values) >= 5
    assert loaded.consent == ("reads",)


def test_the_paper_names_every_exit_code() -> None:
    """And no other."""
    assert [int(code) for code in re.findall(r"^\| ([0-9]+) \|", PAPER, re.MULTILINE)] == sorted(ExitCode)


def test_the_paper_names_no_variable_that_does_not_count() -> None:
    """A misspelt variable would be ignored silently."""
    known = {one.variable for one in settings_of(command).values()} | {"PROBE_CONSENT"}
    named = set(re.findall(r"\bPROBE_[A-Z_]+", PAPER + (ROOT / "action.yml").read_text(encoding="utf-8")))
    assert {one for one in named if not one.startswith("PROBE_SECRET_")} <= known
    assert len(named) > 5
