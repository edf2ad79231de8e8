"""The disk fills up in mid-run, or another program writes for too long: it ends with a clear error, and goes on later."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from probe.cli.practice import practice_platform
from probe.errors import CouldNotRun, ExitCode
from probe.sending.pacing import Clock
from tests.real.in_process import Stored, after_answers
from tests.real.locker import locker
from tests.real.namespace import MOUNTS, run_inside
from tests.real.program import ENDPOINTS, FEW_WORDS, Verdicts, prepared, read_verdicts

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def small_disk(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Three sessions of one run on a disk that fills up, is full, and has room again; `asked` is what the lab received."""
    with prepared(tmp_path_factory.mktemp("disk"), FEW_WORDS) as program:
        found = run_inside("tests.real.small_disk", program.folder, program.base, options=MOUNTS)
        return {**found, "asked": program.asked().total()}


@pytest.mark.parametrize("session", ["filling", "full"])
def test_a_full_disk_ends_the_run_with_a_clear_error(small_disk: dict[str, Any], session: str) -> None:
    """Exit code 4, no result, and one sentence with the file and the remedy; no traceback."""
    said = small_disk["sessions"][session]

    assert said["code"] == ExitCode.COULD_NOT_RUN, said
    assert said["out"] == ""
    assert "the disk is full, so " in said["err"]
    assert "store.sqlite cannot grow" in said["err"]
    assert "Make room, then go on with: probe run --resume" in said["err"]
    assert "Traceback" not in said["err"]


def test_the_disk_filled_up_in_mid_run(small_disk: dict[str, Any]) -> None:
    """Otherwise the tests here would say nothing."""
    assert 20 <= small_disk["kept"] < small_disk["answered"] - 100


def test_a_run_goes_on_when_there_is_room_again(small_disk: dict[str, Any], undisturbed: Verdicts) -> None:
    """To the same verdicts, and what was kept is not asked again: only what was under way each time is."""
    said = small_disk["sessions"]["roomy"]
    assert said["code"] == ExitCode.DONE, said["err"]
    document = msgspec.json.decode(said["out"])

    assert document["complete"]
    assert read_verdicts(document) == undisturbed
    under_way = 2 * len(ENDPOINTS)  # a session; two sessions were cut short
    assert small_disk["asked"] - small_disk["answered"] <= 2 * under_way


NAMES = ("lab-notice", "lab-silent")
"""Enough where only the store is in trouble."""


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[Stored]:
    """A run that is to be kept, against the lab."""
    with practice_platform(0) as lab:
        yield Stored(
            base=lab.base, words=FEW_WORDS, path=tmp_path / "store.sqlite", names=NAMES, clock=Clock()
        )


@pytest.fixture
def expected(undisturbed: Verdicts) -> Verdicts:
    return {pair: verdict for pair, verdict in undisturbed.items() if pair[0] in NAMES}


async def test_a_store_that_is_locked_for_too_long_is_a_clear_error(
    stored: Stored, expected: Verdicts
) -> None:
    """Another program writes for longer than we are patient: exit code 4 with the remedy; later the run goes on."""
    with locker(stored.path) as other:
        with pytest.raises(CouldNotRun) as error:
            await stored.ask(listen=after_answers(60, other.lock), patience=0.3)
        assert error.value.exit_code == ExitCode.COULD_NOT_RUN
        assert error.value.message == f"{stored.path} is in use by another program for too long"
        assert (error.value.hint or "").startswith("What was kept before is safe.")

        with pytest.raises(CouldNotRun, match="in use by another program for too long"):
            await stored.ask(resume=True, patience=0.3)
    document = await stored.ask(resume=True)

    assert document.complete
    assert stored.verdicts() == expected


async def test_a_store_that_is_locked_for_a_moment_is_waited_for(stored: Stored, expected: Verdicts) -> None:
    """Another program that writes for half a second ends nothing."""
    with locker(stored.path) as other:
        document = await stored.ask(listen=after_answers(60, lambda: other.lock(0.5)))

    assert document.complete
    assert stored.verdicts() == expected
