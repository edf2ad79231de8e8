"""Install a wheel into an environment of its own and use it from another folder. Run by `make wheel`."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

COMMANDS = (
    ("--version",),
    ("keywords", "check", "rumor", "benign"),
    ("endpoints", "check", "lab-notice"),
    ("demo", "-f", "html"),  # its script and style are files of the package
)


def main(wheel: Path) -> None:
    """Raises where a command of the installed program fails."""
    uv = Path(sys.executable).parent / "uv"
    with tempfile.TemporaryDirectory() as folder:
        environment = Path(folder) / "env"
        subprocess.run([uv, "venv", "-q", "--python", sys.executable, environment], check=True)
        python = environment / "bin" / "python"
        locked = Path(__file__).parent.parent / "requirements.lock"
        subprocess.run(
            [uv, "pip", "install", "-q", "--python", python, "-c", locked, wheel.resolve()], check=True
        )
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        for arguments in COMMANDS:
            for command in ([environment / "bin" / "probe"], [python, "-m", "probe"]):
                subprocess.run(
                    [*command, *arguments], check=True, cwd=folder, env=clean, stdout=subprocess.DEVNULL
                )
                sys.stdout.write(f"ok: {command[-1]} {' '.join(arguments)}\n".replace(folder, "…"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
