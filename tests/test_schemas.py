"""The published schemas."""

from __future__ import annotations

import pytest

from tests.rewrite import SCHEMAS, published, write_json


@pytest.mark.parametrize("name", sorted(published()))
def test_the_published_schemas_are_those_of_the_code(name: str) -> None:
    """Whoever changes a field sees the promise change: `make cases` rewrites them."""
    assert (SCHEMAS / name).read_text(encoding="utf-8") == write_json(published()[name])
