"""Runs with mounts of its own: a disk that fills up while the program keeps a run on it, and has room again later.

`python -m tests.real.small_disk FOLDER BASE`, by `tests.real.test_disk` only. BASE is where the lab listens.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.real.namespace import NO_MODULE
from tests.real.program import ENVIRONMENT, Program
from tests.real.software import need

DISK_BYTES = 16_000_000
ROOM_BYTES = 3_000_000
"""What is left for the store: more than an empty one takes, less than the whole run."""


def main(folder: Path, base: str) -> None:
    """Ask on a disk that fills up, go on while it is full, go on when there is room; write `found.json`."""
    disk = folder / "disk"
    disk.mkdir()
    try:
        _run(need("mount", "mount"), "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "none", str(disk))
    except subprocess.CalledProcessError as error:
        sys.stderr.write(error.stderr)
        sys.exit(NO_MODULE)
    program = Program(folder=disk, base=base)
    shutil.copy(folder / "words.txt", disk / "words.txt")
    ballast = disk / "ballast"
    _fill(ballast, ROOM_BYTES)
    sessions = {"filling": _session(program, *program.first)}
    kept = program.answered().total()
    _fill(disk / "rest", 0)
    sessions["full"] = _session(program, "--resume")
    (disk / "rest").unlink()
    ballast.unlink()
    sessions["roomy"] = _session(program, "--resume")
    answer = {"sessions": sessions, "kept": kept, "answered": program.answered().total()}
    (folder / "found.json").write_text(json.dumps(answer), encoding="utf-8")


def _fill(file: Path, room: int) -> None:
    """Take all of the disk but so many bytes."""
    free = os.statvfs(file.parent)
    with file.open("wb") as out:
        left = free.f_bavail * free.f_frsize - room
        while left > 0:
            left -= out.write(bytes(min(left, 65536)))
            out.flush()


def _session(program: Program, *more: str) -> dict[str, Any]:
    done = subprocess.run(
        program.command(*more), capture_output=True, text=True, check=False, timeout=120, env=ENVIRONMENT
    )
    return {"code": done.returncode, "out": done.stdout, "err": done.stderr}


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
