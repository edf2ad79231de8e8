"""Pages about endpoints, where the command line's tests do not reach them."""

from __future__ import annotations

import io
import re
from pathlib import Path

from probe.cli.endpoint_page import known_hosts, print_list, summarise
from probe.inputs.endpoints import check_definition
from probe.model.definition import Definition
from probe.showing.page import Page

_DOCS = Path(__file__).parents[2] / "docs" / "endpoints.md"
COMPLETE = re.findall(r"```yaml\n(.*?)```", _DOCS.read_text(encoding="utf-8"), re.DOTALL)[0]


def _definition(url: str, variable: str) -> Definition:
    text = COMPLETE.replace("https://search.example/search", f"'{url}'")
    text = text.replace("request:", f"variables: {{base: {{{variable}}}}}\nrequest:")
    definition, faults, _ = check_definition(text, "e.yaml")
    assert definition is not None, faults
    return definition


def _listed(*definitions: Definition, width: int = 80) -> str:
    stream = io.StringIO()
    print_list(Page(stream, width=width, colour=False), definitions)
    return stream.getvalue()


def test_a_host_is_listed_as_far_as_it_is_known() -> None:
    """By the default of its variable, else as the user's own to name."""
    assert known_hosts(_definition("{base}/s", "default: 'http://a.example:81'")) == ["a.example:81"]
    unset = _definition("{base}/s", "help: yours")
    assert known_hosts(unset) == []
    assert summarise(unset)["hosts"] == []
    assert "(yours: --set base=...)" in _listed(unset)


def test_unverified_endpoints_are_marked_in_words() -> None:
    """And the word is explained below the table."""
    out = _listed(_definition("{base}/s", "default: 'http://a.example'"))
    assert re.search(r"^example-search .* search +cn +unverified$", out, re.MULTILINE)
    assert out.endswith("unverified: written from documents, nobody has recorded that it works live\n")


def test_a_long_name_is_folded_and_an_empty_list_has_its_head() -> None:
    """The table never grows beyond the page."""
    text = COMPLETE.replace("name: example-search", "name: " + "a-long-name-" * 3)
    definition, _, _ = check_definition(text, "e.yaml")
    assert definition is not None
    assert max(map(len, _listed(definition).splitlines())) <= 80
    assert _listed().split() == [
        "NAME",
        "WHAT",
        "IT",
        "IS,",
        "AND",
        "WHOM",
        "IT",
        "ASKS",
        "KIND",
        "IN",
        "STATE",
    ]
