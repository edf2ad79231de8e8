"""The endpoints that look in a published list: nobody is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from probe.errors import BadInput, WrongUse
from probe.inputs.endpoints import host_of, open_endpoints
from probe.model.verdict import Status
from tests.replicas.asking import SERVED, ask_file
from tests.replicas.replica import Replica

LISTED = ("甲字一号", "Zeta Seven", "乙字二号案")


@pytest.mark.parametrize("name", ["tom-skype", "sina-uc"])
def test_a_text_is_looked_for_as_the_client_did(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A text that holds a word of the list is blocked, whatever its case; all others are ok. No server is reached."""
    place = tmp_path / "keyfile.plain"
    place.write_text("\n".join([*LISTED, "", "  "]), encoding="utf-8")
    (endpoint,) = open_endpoints([name], [f"list={place}"])
    assert host_of(endpoint) == ("localhost:0",)
    words = [*SERVED, "一封关于甲字一号的信", "ZETA seven", "乙字二号案", "乙字二号"]
    replica = Replica()
    asked = ask_file(name, replica, words, variables={"list": str(place)})
    assert asked.unlike([*SERVED, "乙字二号"], Status.OK) == []
    assert asked.unlike(words[-4:-1], Status.BLOCKED) == []
    assert replica.asked == []


def test_a_list_that_is_not_there_is_named(tmp_path: Path) -> None:
    """Before anything else happens."""
    with pytest.raises(BadInput, match="1 fault in") as caught:
        open_endpoints(["tom-skype"], [f"list={tmp_path / 'none.txt'}"])
    assert "there is no such file" in str(caught.value.faults[0])
    with pytest.raises(WrongUse, match="tom-skype needs a value for 'list'"):
        open_endpoints(["tom-skype"])
