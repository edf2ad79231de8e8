"""The program ends quietly, whatever is done to it while it ends."""

from __future__ import annotations

import subprocess
import sys

import pytest

from probe.errors import ExitCode

WHILE_SAYING_SO = """
import signal
import probe.cli as cli

def interrupted(*_, **__):
    raise KeyboardInterrupt

cli.cli.main = cli.click.echo = interrupted
raise SystemExit(cli.start(["run"]))
"""
WHILE_PYTHON_ENDS = """
import os, signal
import probe.cli as cli

def interrupted(*_, **__):
    raise KeyboardInterrupt

cli.cli.main = interrupted
code = cli.start(["run"])
os.kill(os.getpid(), signal.SIGINT)
raise SystemExit(code)
"""
WHILE_TASKS_END = """
import asyncio, os, signal
import probe.cli as cli
import probe.cli.session as session

async def interrupt_twice():
    for _ in range(2):
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.sleep(0)

async def lane():
    async with asyncio.TaskGroup() as group:
        group.create_task(interrupt_twice())
        group.create_task(asyncio.sleep(60))

async def run(parts):
    async with asyncio.TaskGroup() as group:
        group.create_task(lane())
        group.create_task(lane())

session.run = run
cli.cli.main = lambda *_, **__: asyncio.run(session._run_until_stopped(None))
raise SystemExit(cli.start(["run"]))
"""


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (WHILE_SAYING_SO, ""),
        (WHILE_PYTHON_ENDS, "probe: stopped\n"),
        (WHILE_TASKS_END, "probe: stopped\n"),
    ],
)
def test_a_second_ctrl_c_ends_quietly(script: str, said: str) -> None:
    """While the first is said, while Python ends, while tasks are cancelled: no traceback, exit code 130."""
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (ExitCode.STOPPED, "", said)
