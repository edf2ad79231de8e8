"""How output looks."""

from __future__ import annotations

import io

import msgspec

from probe.cli.output import choose_look
from probe.inputs.definitions.one_off import one_off
from probe.model.definition import Stability
from tests.builders import make_endpoint


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
