"""Endpoints: definitions by name or path, all faults at once, and what docs and built-in files promise."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probe.errors import BadInput, WrongUse
from probe.inputs import endpoints
from probe.inputs.endpoints import (
    builtin_endpoints,
    check_definition,
    host_of,
    offline_endpoint,
    open_endpoints,
    raise_faults,
    read_endpoint,
    schema,
)
from probe.model.definition import Definition, Endpoint
from tests.inputs.definition_samples import SOUND, changed, faults_of, sound

DOCS = (Path(__file__).parents[2] / "docs" / "endpoints.md").read_text(encoding="utf-8")

MANY_FAULTS = """\
name: Example
kind: serch
country: cn
country: hk
limits:
  rate: 0
  jitter: abc
  deadlin: 5
variables:
  lang: {default: zh}
request:
  url: https://{keyword}.example/
  query: {q: "{keyword:gkb}"}
  body: x
rules:
- id: a
  when: {status: 6xx}
  outcome: served
- id: a
  when: {failure: eof_error, text: x}
  outcome: blockd
- when: {text: {pattern: "("}}
  outcome: empty
controls:
  benign: [天气, 天气]
examples:
- {name: x, origin: captured, keyword: x, outcome: served, rule: b, answer: {}}
"""


def test_all_faults_are_said_at_once() -> None:
    """Those of YAML, of the schema, and of sense, in the order of their lines."""
    assert faults_of(MANY_FAULTS) == [
        "e.yaml:1: name: must be 1 to 40 of the characters a-z, 0-9 and -, not the text 'Example'.",
        "e.yaml:1: title: is missing; it must be a text.",
        "e.yaml:2: kind: must be one of search, message, moderation, chat, network, local, not the text 'serch'."
        " Did you mean 'search'?",
        "e.yaml:4: country: is given a second time; the first is in line 3",
        "e.yaml:6: limits.rate: must be above 0 and at most 100,000, not the number 0.",
        "e.yaml:7: limits.jitter: must be a number, not the text 'abc'.",
        "e.yaml:8: limits.deadlin: is not a known field. Did you mean 'deadline'?",
        "e.yaml:10: variables.lang: is used nowhere: the slot {lang} does not stand in the request.",
        "e.yaml:12: request.url: has {keyword} in its host: only a variable may stand there.",
        "e.yaml:13: request.query.q: {keyword:gkb}: 'gkb' is not a known encoding. Did you mean 'gbk'?",
        "e.yaml:14: request.body: a GET has no body; use query, or method: POST.",
        "e.yaml:17: rules[0].when.status: '6xx' is no test on a status: write 200, 4xx or 500-599.",
        "e.yaml:19: rules[1].id: 'a' is the id of rules[0] too.",
        "e.yaml:20: rules[1].when: can never hold: failure and text exclude each other, as a failed exchange has no answer.",
        "e.yaml:21: rules[1].outcome: cannot be the text 'blockd'. Did you mean 'blocked'?",
        "e.yaml:22: rules[2].id: is missing; it must be a text.",
        "e.yaml:22: rules[2].when.text.pattern: is no regular expression: missing ) at position 1.",
        "e.yaml:25: controls.benign[1]: '天气' is given twice.",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "e.yaml:1: is empty."),
        ("# nothing\n", "e.yaml:1: is empty."),
        ("- a\n", "e.yaml:1: must be a mapping of fields such as name: and request:."),
        ("text", "e.yaml:1: must be a mapping of fields such as name: and request:."),
    ],
)
def test_what_is_no_definition_at_all_is_one_fault(text: str, said: str) -> None:
    """Not one for each field that is missing."""
    assert faults_of(text) == [said]


def test_what_the_schema_lets_through_is_still_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """Should the two ever disagree, nothing half-read goes on."""
    monkeypatch.setattr(endpoints, "find_problems", lambda value: [])
    (fault,) = faults_of(changed("kind: search", "kind: serch"))
    assert fault.startswith("e.yaml:1: cannot be used: Invalid enum value 'serch'")
    monkeypatch.setattr(endpoints, "mend", lambda value, problems: 5)
    (fault,) = faults_of(changed("kind: search", "kind: !x search"))
    assert "tags (!) are not allowed" in fault


_SCALARS = st.sampled_from(
    [
        "no",
        "5",
        "~",
        "true",
        "'x'",
        '"{keyword}"',
        "{}",
        "[]",
        "{a: 1}",
        "[1, x]",
        "served",
        "https://a.example/{x}",
        "|\n  x",
    ]
)
_KEYS = st.sampled_from(
    [*re.findall(r"\b[a-z_]+(?=:)", SOUND), "when", "not", "json", "form", "variables", "1", "? x"]
)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["", "  ", "- ", "    "]), _KEYS, _SCALARS), max_size=12))
def test_no_soup_of_yaml_makes_it_fail(lines: list[tuple[str, str, str]]) -> None:
    """Whatever stands in a file, there are faults or there is a definition."""
    text = "\n".join(f"{indent}{key}: {value}" for indent, key, value in lines)
    definition, faults, _ = check_definition(text, "e.yaml")
    assert (definition is None) == bool(faults)
    assert all(fault.line for fault in faults)


@settings(deadline=None)
@given(st.integers(0, SOUND.count("\n") - 1), _SCALARS)
def test_no_changed_line_makes_it_fail(number: int, value: str) -> None:
    """A sound definition with any one value replaced has faults or is a definition."""
    lines = SOUND.splitlines()
    lines[number] = re.sub(r":.*", lambda _: f": {value}", lines[number], count=1)
    definition, faults, _ = check_definition("\n".join(lines), "e.yaml")
    assert (definition is None) == bool(faults)


def _write(folder: Path, name: str, text: str = SOUND) -> str:
    place = folder / name
    place.write_text(text, encoding="utf-8")
    return str(place)


def test_an_endpoint_is_opened_by_its_path(tmp_path: Path) -> None:
    """With the digest of its text, and the place it was read from."""
    place = _write(tmp_path, "e.yaml")
    (endpoint,) = open_endpoints([place])
    assert endpoint.definition == sound()
    assert endpoint.digest == hashlib.sha256(SOUND.encode()).hexdigest()
    assert endpoint.place == place
    assert host_of(endpoint) == ("search.example:443",)


def test_faults_of_all_files_are_said_together(tmp_path: Path) -> None:
    """Nothing is opened where one of them is wrong."""
    names = [
        _write(tmp_path, "a.yaml", ""),
        _write(tmp_path, "b.yaml"),
        _write(tmp_path, "c.yaml", "- x"),
        str(tmp_path),
    ]
    with pytest.raises(BadInput) as caught:
        open_endpoints(names)
    assert [fault.file for fault in caught.value.faults] == [names[0], names[2], names[3]]


def test_the_same_name_twice_is_wrong_use(tmp_path: Path) -> None:
    """Output goes by the name."""
    one, other = _write(tmp_path, "a.yaml"), _write(tmp_path, "b.yaml")
    for names in ([one, other], [one, one]):
        with pytest.raises(WrongUse, match="the endpoint example-search is given twice"):
            open_endpoints(names)


def test_variables_are_set_for_all_or_for_one(tmp_path: Path) -> None:
    """`NAME=VALUE` and `ENDPOINT.NAME=VALUE`; what is wrong with them is said with the option."""
    text = SOUND.replace("https://search.example/search", "'{base}/s'").replace(
        "request:", "variables: {base: {help: where}}\nrequest:"
    )
    names = [
        _write(tmp_path, "a.yaml", text),
        _write(tmp_path, "b.yaml", text.replace("example-search", "other")),
    ]
    opened = open_endpoints(names, ["base=http://a", "other.base=https://b:8443"])
    assert [host_of(endpoint) for endpoint in opened] == [("a:80",), ("b:8443",)]
    with pytest.raises(WrongUse, match="example-search needs a value for 'base' \\(where\\)"):
        open_endpoints(names)
    with pytest.raises(BadInput) as caught:
        open_endpoints(names, ["base=x", "other.base=y"])
    assert [fault.file for fault in caught.value.faults] == ["--set", "--set", "--set"]
    with pytest.raises(BadInput, match="1 fault in --set"):
        open_endpoints(names, ["bse=http://a"])


def test_hosts_are_known_or_nothing_is_asked() -> None:
    """Consent goes by the host, so none must never look like this machine."""
    text = changed("https://search.example/search", "'{base}/s'").replace(
        "request:", "variables: {base: {}}\nrequest:"
    )
    endpoint = Endpoint(definition=sound(text), digest="", place="")
    with pytest.raises(WrongUse, match="not known which host"):
        host_of(endpoint)


def test_examples_can_be_replayed_without_values(tmp_path: Path) -> None:
    """Variables that the user must set have a stand-in that leads nowhere."""
    text = SOUND.replace("https://search.example/search", "'{base}/{lang}'").replace(
        "request:", "variables: {base: {}, lang: {}}\nrequest:"
    )
    endpoint = offline_endpoint(read_endpoint(_write(tmp_path, "e.yaml", text)))
    assert endpoint.values == {"base": "http://unset.invalid", "lang": "1"}


def test_many_faults_are_counted_and_the_first_are_kept(tmp_path: Path) -> None:
    """Nobody reads ten thousand lines."""
    text = SOUND + "".join(f"unknown-{number}: 1\n" for number in range(250))
    with pytest.raises(BadInput, match="250 faults") as caught:
        open_endpoints([_write(tmp_path, "e.yaml", text)])
    assert len(caught.value.faults) == 100
    raise_faults([])


@pytest.mark.parametrize("name", builtin_endpoints())
def test_a_built_in_definition_is_sound(name: str) -> None:
    """No faults, no warnings, and named as its file is."""
    reading = read_endpoint(name)
    assert [str(fault) for fault in reading.faults] == []
    assert [str(warning) for warning in reading.warnings] == []
    assert reading.definition is not None
    assert reading.definition.name == name


def test_the_example_of_the_docs_is_sound() -> None:
    """People copy it. It is warned of nothing."""
    complete, fragment = re.findall(r"```yaml\n(.*?)```", DOCS, re.DOTALL)
    assert check_definition(complete, "docs")[1:] == ([], [])
    assert sound(changed("request:\n  url: https://search.example/search\n", fragment)).variables.keys() == {
        "base"
    }


def test_the_docs_name_every_field_and_word() -> None:
    """A field that nobody can look up might as well not be there."""
    kinds: Any = schema()["$defs"]
    words = [word for kind in kinds.values() for word in [*kind.get("properties", {}), *kind.get("enum", [])]]
    assert len(words) > 100
    assert [word for word in words if f"`{word}`" not in DOCS] == []


def test_the_docs_give_the_defaults_of_the_limits() -> None:
    """As the schema has them."""
    limits: Any = schema()["$defs"]
    for name, field in limits["Limits"]["properties"].items():
        (default,) = re.findall(rf"^\| `{name}` \| ([0-9.]+) \|", DOCS, re.MULTILINE)
        assert float(default) == field["default"]


def test_a_definition_survives_being_written() -> None:
    """One-off endpoints are named by the digest of their canonical form."""
    definition = sound()
    assert msgspec.json.decode(msgspec.json.encode(definition), type=Definition) == definition
