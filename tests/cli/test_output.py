"""How output looks."""

from __future__ import annotations

import io
import os
import stat
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from probe.cli.output import choose_look, open_results
from probe.inputs.definitions.one_off import one_off
from probe.model.definition import Stability
from probe.showing import Look
from tests.builders import make_endpoint
from tests.showing.samples import a_run


@pytest.mark.parametrize("name", ["r.json", "r.html"])
def test_pipes_and_devices_are_written_to_and_not_replaced(tmp_path: Path, name: str) -> None:
    """Whoever writes to /dev/null as root must find it there afterwards."""
    pipe = tmp_path / name
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        (results,) = open_results(None, [str(pipe)], look=Look(), stdout=io.StringIO())
        with closing(results):
            results.finish(msgspec.structs.replace(a_run([]), endpoints=()))
        assert stat.S_ISFIFO(pipe.stat().st_mode)
        assert os.read(reader, 1000)
    finally:
        os.close(reader)
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".r")] == []


def test_only_definitions_are_unverified() -> None:
    """An address of the command line has none of its own."""
    address = one_off("http://127.0.0.1:1/{keyword}")
    described = make_endpoint()
    verified = msgspec.structs.replace(
        described,
        definition=msgspec.structs.replace(
            described.definition, name="verified", stability=Stability.SUPPORTED
        ),
    )
    look = choose_look([address, described, verified], show_all=False, stdout=io.StringIO())
    assert look.unverified == {described.name}
    assert set(look.titles) == {address.name, described.name, "verified"}
