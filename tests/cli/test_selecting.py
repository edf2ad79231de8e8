"""What may be asked to be seen."""

from __future__ import annotations

import pytest

from probe.cli.selecting import read_selection
from probe.errors import WrongUse
from probe.model.verdict import Status
from probe.showing.selection import Selection


def test_names_become_a_selection() -> None:
    """Each once, in order; spaces do not matter."""
    read = read_selection(
        columns="keyword, status,keyword", sort="-asked,keyword", group_by="platform", only="blocked,filtered"
    )
    assert read == Selection(
        columns=("keyword", "status"),
        sort=("-asked", "keyword"),
        group_by="platform",
        only=frozenset({Status.BLOCKED, Status.FILTERED}),
    )
    assert read_selection(columns=None, sort=None, group_by=None, only=None).is_plain


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"columns": "keywrd"}, "--columns: 'keywrd' is no column"),
        ({"columns": "-keyword"}, "--columns: '-keyword' is no column"),
        ({"sort": "keyword,"}, "--sort: '' is no column"),
        ({"only": "censored"}, "--only: 'censored' is no status"),
    ],
)
def test_what_is_no_name_is_explained(wrong: dict[str, str], said: str) -> None:
    """With what was meant, where that can be guessed, and all that there are."""
    asked = {"columns": None, "sort": None, "group_by": None, "only": None}
    with pytest.raises(WrongUse, match=said) as error:
        read_selection(**{**asked, **wrong})  # type: ignore[arg-type]
    assert "There are: " in (error.value.hint or "")
    if wrong == {"columns": "keywrd"}:
        assert "Did you mean keyword?" in (error.value.hint or "")
