"""The tree keeps its shape."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "probe"
TESTS = ROOT / "tests"
BESIDE = {"scenarios", "real", "cases", "replicas"}
"""Folders of tests that follow no module: whole runs, real software, files."""

MODULES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))
TEST_FILES = sorted(
    path.relative_to(TESTS)
    for path in TESTS.rglob("test_*.py")
    if path.parent != TESTS and path.relative_to(TESTS).parts[0] not in BESIDE
)


@pytest.mark.parametrize("test", TEST_FILES, ids=str)
def test_a_test_file_is_named_for_its_module(test: Path) -> None:
    """`tests/judging/test_verdict.py` is for `judging/verdict.py`."""
    name = test.name.removeprefix("test_").removesuffix(".py")
    folder = PACKAGE / test.parent
    assert (folder / f"{name}.py").exists() or (folder / name).is_dir() or name in ("init", folder.name)


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_no_module_grows_without_end(module: Path) -> None:
    """Above 400 lines a module has two nouns in it."""
    assert len((PACKAGE / module).read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_every_module_says_what_it_is_for(module: Path) -> None:
    """The first line is a docstring."""
    assert (PACKAGE / module).read_text(encoding="utf-8").startswith(('"""', 'r"""'))


def test_no_room_for_what_has_no_home() -> None:
    """No utils, no helpers, no common."""
    homeless = {"utils", "util", "helpers", "common", "misc", "core", "internal"}
    assert not homeless & {part.removesuffix(".py") for path in MODULES for part in path.parts}
