"""Answers of chat models: those that decline, and those that only sound like it."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent


def read_answers(name: str) -> dict[str, list[str]]:
    """The answers of a file, by the language that the headings name."""
    found: dict[str, list[str]] = {}
    language = ""
    for line in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            language = line.removeprefix("# ")
        elif line.strip():
            found.setdefault(language, []).append(line.replace("\\n", "\n"))
    return found


def all_answers(name: str) -> list[str]:
    """All of them, in order."""
    return [answer for answers in read_answers(name).values() for answer in answers]
