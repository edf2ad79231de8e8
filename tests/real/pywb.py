"""pywb: a web archive's own replay tool, showing evidence files; and Chromium, looking at what it shows."""

from __future__ import annotations

import contextlib
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.real.browser import QUIETLY
from tests.real.environments import in_environment
from tests.real.software import free_ports, need, started

_COLLECTION = "evidence"
_LONGEST = 90.0
"""Seconds after which a program is taken to hang."""


@contextlib.contextmanager
def running_pywb(folder: Path, *files: Path) -> Iterator[str]:
    """Where pages of these files are shown: put an address behind it, after `id_/` for the bytes as they came."""
    manager = in_environment("pywb", "bin/wb-manager")
    server = in_environment("pywb", "bin/wayback")
    for arguments in (("init", _COLLECTION), ("add", _COLLECTION, *map(str, files))):
        subprocess.run([manager, *arguments], cwd=folder, check=True, capture_output=True, timeout=_LONGEST)
    (folder / "config.yaml").write_text(
        "framed_replay: false\n"
    )  # else a browser is led to a frame around the page
    (port,) = free_ports(1)
    command = [str(server), "-p", str(port), "-b", "127.0.0.1", "-d", str(folder)]
    with started(command, log=folder / "pywb.log", ports=[port]):
        yield f"http://127.0.0.1:{port}/{_COLLECTION}/"


def see(address: str, picture: Path) -> str:
    """The text of a page as Chromium has it, with a picture of it for people."""
    program = need("chromium", "chromium")
    with tempfile.TemporaryDirectory() as profile:
        command = [program, *QUIETLY, f"--user-data-dir={profile}"]
        look = [*command, f"--screenshot={picture}", "--window-size=900,600", address]
        subprocess.run(look, check=True, capture_output=True, timeout=_LONGEST)
        read = [*command, "--dump-dom", address]
        return subprocess.run(read, check=True, capture_output=True, timeout=_LONGEST).stdout.decode()
