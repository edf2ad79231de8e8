"""Workflow: runs the steps of actions and pipelines as their runners do, here, with a fresh Python and no network.

Only what the examples use is understood; anything else is an error, so that nothing is left untried silently.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent
STEP = ("bash", "--noprofile", "--norc", "-eo", "pipefail")
"""How GitHub starts a step whose shell is bash, and GitLab a script."""
_EXPRESSION = re.compile(r"\$\{\{ *(.*?) *\}\}")
_OURS = re.compile(r"OWNER/probe@v[0-9.]+")


@dataclass(frozen=True, kw_only=True)
class Machine:
    """What a runner's machine has: a Python with pip, this project as a checkout and as a package, and nothing else."""

    folder: Path
    installed: dict[str, str] = field(default_factory=dict)
    """What a step put before PATH that has set up a Python of its own; it takes long, so each does so once a machine."""

    @cached_property
    def checkout(self) -> Path:
        """A copy of this repository, where a runner puts the actions that it uses."""
        copy = self.folder / "checkout"
        listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
        names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        for name in filter(None, names.split("\0")):
            if (ROOT / name).exists() and not name.startswith(("tests/", "benchmarks/")):
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, copy / name, follow_symlinks=False)
        return copy

    @cached_property
    def environment(self) -> dict[str, str]:
        """Variables of every step: pip finds our package and what it needs here, and asks no index."""
        python = self.folder / "python"
        subprocess.run([sys.executable, "-m", "venv", python], check=True)
        environment = {
            "PATH": f"{python}/bin:/usr/bin:/bin",
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(self._dependencies()),
            "PIP_NO_INDEX": "1",
            "PIP_NO_BUILD_ISOLATION": "0",  # pip's way to say yes to it
            "PIP_FIND_LINKS": str(self.folder / "packages"),
        }
        build = ["pip", "wheel", "--quiet", "--no-deps", "-w", f"{self.folder}/packages", str(self.checkout)]
        subprocess.run(build, check=True, env=environment)
        return environment

    def _dependencies(self) -> Path:
        """What is installed beside us, without us."""
        there = self.folder / "dependencies"
        there.mkdir()
        (site,) = (Path(one) for one in sys.path if one.endswith("site-packages"))
        for one in site.iterdir():
            if "keyword_probe" not in one.name and one.suffix != ".pth" and not one.name.startswith("pip"):
                (there / one.name).symlink_to(one)
        return there


@dataclass(kw_only=True)
class Job:
    """One job on a machine: its workspace, and what its steps leave behind."""

    machine: Machine
    workspace: Path
    contexts: dict[str, str] = field(default_factory=dict)
    """What expressions mean, such as `inputs.settings`."""
    path: list[str] = field(default_factory=list)
    """Folders that steps put before PATH."""
    log: str = ""
    exit_code: int = 0
    """Of the first step that failed."""

    @property
    def summary(self) -> str:
        """The job summary."""
        return self._file("SUMMARY").read_text(encoding="utf-8")

    def run_steps(
        self, steps: Sequence[Mapping[str, Any]], variables: Mapping[str, str] | None = None
    ) -> None:
        """Run steps one after the other; after one that failed, only those that always run."""
        for step in steps:
            condition = step.get("if")
            assert condition in (None, "always()"), condition
            if self.exit_code and condition is None:
                continue
            given = {name: self.fill(str(value)) for name, value in step.get("env", {}).items()}
            code = self._run_step(step, {**(variables or {}), **given})
            self.exit_code = self.exit_code or code

    def run_script(self, script: str, variables: Mapping[str, str], shell: Sequence[str] = STEP) -> int:
        """Run one script in the workspace; returns its exit code."""
        file = self._file("script")
        file.write_text(self.fill(script), encoding="utf-8")
        environment = {**self.machine.environment, **variables}
        environment["PATH"] = ":".join([*self.path, environment["PATH"]])
        ended = subprocess.run(
            [*shell, str(file)],
            cwd=self.workspace,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,  # nobody can be asked for consent
        )
        self.log += ended.stdout
        return ended.returncode

    def fill(self, text: str) -> str:
        """The text with its expressions replaced. KeyError for one that means nothing here."""
        return _EXPRESSION.sub(lambda found: self.contexts[found[1]], text)

    def _run_step(self, step: Mapping[str, Any], variables: Mapping[str, str]) -> int:
        if "uses" in step:
            return self._use(step["uses"], step.get("with", {}), step.get("id"), variables)
        assert set(step) <= {"name", "id", "if", "env", "run", "shell"}
        assert step.get("shell", "bash") == "bash"
        runner = {"OUTPUT": "GITHUB_OUTPUT", "SUMMARY": "GITHUB_STEP_SUMMARY", "PATH": "GITHUB_PATH"}
        for name in runner:
            self._file(name).touch()
        self._file("OUTPUT").write_text("")
        files = {variable: str(self._file(name)) for name, variable in runner.items()}
        files |= {"RUNNER_TEMP": str(self.machine.folder), "GITHUB_ACTION_PATH": str(self.machine.checkout)}
        before = self._file("PATH").read_text()
        if step["run"] in self.machine.installed:
            self._file("PATH").write_text(before + self.machine.installed[step["run"]])
            code = 0
        else:
            code = self.run_script(step["run"], {**files, **variables})
        if "-m venv" in step["run"] and not code:
            self.machine.installed[step["run"]] = self._file("PATH").read_text().removeprefix(before)
        for line in self._file("OUTPUT").read_text().splitlines():
            name, _, value = line.partition("=")
            self.contexts[f"steps.{step['id']}.outputs.{name}"] = value
        self.path = self._file("PATH").read_text().splitlines()[::-1]
        return code

    def _use(
        self, name: str, inputs: Mapping[str, Any], id_: str | None, variables: Mapping[str, str]
    ) -> int:
        given = {key: self.fill(str(value)) for key, value in inputs.items()}
        if _OURS.fullmatch(name):
            return self._act(given, id_, variables)
        match name.partition("@")[0]:
            case "actions/checkout":
                pass  # the workspace is one
            case "actions/cache/restore":
                self._restore(given)
            case "actions/cache/save":
                shutil.copytree(
                    self.workspace / given["path"], self._cache / given["key"], dirs_exist_ok=True
                )
            case "actions/upload-artifact":
                for path in given["path"].split():
                    assert (self.workspace / path).is_file(), path
            case _:
                raise AssertionError(f"{name} is not understood here")
        return 0

    def _act(self, inputs: Mapping[str, str], id_: str | None, variables: Mapping[str, str]) -> int:
        """Our own action, as a job within the job."""
        action = yaml.safe_load((self.machine.checkout / "action.yml").read_text(encoding="utf-8"))
        assert set(inputs) <= set(action["inputs"])
        values = {name: str(inputs.get(name, one["default"])) for name, one in action["inputs"].items()}
        inner = Job(machine=self.machine, workspace=self.workspace, path=self.path)
        inner.contexts = {f"inputs.{name}": value for name, value in values.items()}
        inner.run_steps(action["runs"]["steps"], variables)
        self.path, self.log = inner.path, self.log + inner.log
        for name, one in action["outputs"].items():
            if inner.contexts.get("steps.ask.outputs.exit-code") is not None:
                self.contexts[f"steps.{id_}.outputs.{name}"] = inner.fill(one["value"])
        return inner.exit_code

    def _restore(self, given: Mapping[str, str]) -> None:
        """The newest cache whose key begins so."""
        found = sorted(self._cache.glob(f"{given['restore-keys']}*"))
        if found:
            shutil.copytree(found[-1], self.workspace / given["path"], dirs_exist_ok=True)

    @property
    def _cache(self) -> Path:
        return self.machine.folder / "cache" / self.workspace.parent.name

    def _file(self, name: str) -> Path:
        return self.workspace.parent / f"runner-{name}"
