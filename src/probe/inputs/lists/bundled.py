"""Bundled lists: which ones come with probe, and where they lie."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import probe

_NAME = re.compile(r"[a-z0-9-]+")


@cache
def bundled_paths() -> dict[str, Path]:
    """The files of the bundled lists by their names, in alphabetical order."""
    folder = Path(probe.__file__).parent / "keywords"
    return {path.stem: path for path in sorted(folder.glob("*.yaml")) if _NAME.fullmatch(path.stem)}
