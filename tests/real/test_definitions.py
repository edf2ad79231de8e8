"""The definitions of these tests are such as a user should write: without faults, without warnings but for those meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from probe.assembly import replay_examples
from probe.inputs.endpoints import offline_endpoint, read_endpoint
from tests.real.asking import DEFINITIONS

pytestmark = pytest.mark.real

NO_CANARIES = "no canaries: a run cannot tell a search that censors nothing from rules that are out of date."
ZEROS = "'no-results' reads zero results, and zero results stay inconclusive without proof."
MEANT = {
    "cut-connections.yaml": [],
    "filtered-comments.yaml": [],
    "gb18030-page.yaml": [NO_CANARIES],
    "moderated-comments.yaml": [],
    "plain-search.yaml": [NO_CANARIES, ZEROS],
    "proxy-answers.yaml": [ZEROS],
    "quick-matrix.yaml": [],
}
"""Two are asked of servers that censor nothing, where a canary would be served; and that zero results prove nothing is what
is tested."""


@pytest.mark.parametrize("path", sorted(DEFINITIONS.glob("*.yaml")), ids=lambda path: path.name)
def test_a_definition_is_in_order(path: Path) -> None:
    """The checker finds nothing else, and every example is seen as it says."""
    reading = read_endpoint(str(path))

    assert reading.faults == []
    assert sorted(one.message for one in reading.warnings) == sorted(MEANT[path.name])
    assert all(one.agrees for one in replay_examples(offline_endpoint(reading)))
