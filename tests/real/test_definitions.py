"""The definitions of these tests are such as a user should write: without faults, without warnings."""

from __future__ import annotations

import pytest

from probe.assembly import replay_examples
from probe.inputs.endpoints import offline_endpoint, read_endpoint
from tests.real.asking import DEFINITIONS

pytestmark = pytest.mark.real


@pytest.mark.parametrize("path", sorted(DEFINITIONS.glob("*.yaml")), ids=lambda path: path.name)
def test_a_definition_is_in_order(path: object) -> None:
    """The checker finds nothing, and every example is seen as it says."""
    reading = read_endpoint(str(path))

    assert reading.faults == []
    assert reading.warnings == []
    assert all(one.agrees for one in replay_examples(offline_endpoint(reading)))
