"""Endpoints: definitions by name or path, all faults at once, and what docs and built-in files promise."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from probe.assembly.replay import replay_examples
from probe.errors import BadInput, WrongUse
from probe.inputs.definitions import checked_definition, notices
from probe.inputs.endpoints import (
    builtin_endpoints,
    check_definition,
    definition_digest,
    host_of,
    is_loopback,
    offline_endpoint,
    one_off,
    open_endpoints,
    raise_faults,
    read_endpoint,
    read_text_endpoint,
    schema,
)
from probe.model.definition import Definition, Endpoint
from tests.inputs.definition_samples import MESSAGE, SOUND, changed, faults_of, sound
from tests.inputs.definitions.test_control_check import with_controls

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
    monkeypatch.setattr(checked_definition, "find_problems", lambda value: [])
    (fault,) = faults_of(changed("kind: search", "kind: serch"))
    assert fault.startswith("e.yaml:1: cannot be used: Invalid enum value 'serch'")
    monkeypatch.setattr(checked_definition, "mend", lambda value, problems: 5)
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


@given(st.lists(st.tuples(st.sampled_from(["", "  ", "- ", "    "]), _KEYS, _SCALARS), max_size=12))
def test_no_soup_of_yaml_makes_it_fail(lines: list[tuple[str, str, str]]) -> None:
    """Whatever stands in a file, there are faults or there is a definition."""
    text = "\n".join(f"{indent}{key}: {value}" for indent, key, value in lines)
    definition, faults, _ = check_definition(text, "e.yaml")
    assert (definition is None) == bool(faults)
    assert all(fault.line for fault in faults)


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
    assert [fault.file for fault in caught.value.faults] == ["--set", "--set"]
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


def _pair(folder: Path, *, own: str = "", other: str = "") -> str:
    """The path of a definition with variables whose reference, beside it, has variables too."""
    text = with_controls("reference: other.yaml").replace("https://search.example/search", "'{base}/s'")
    text = text.replace("request:", f"variables: {{base: {{}}{own}}}\nrequest:")
    beside = changed("name: example-search", "name: other-search")
    beside = beside.replace("https://search.example/search", "'{base}/o'")
    beside = beside.replace("request:", f"variables: {{base: {{}}{other}}}\nrequest:")
    _write(folder, "other.yaml", beside)
    return _write(folder, "e.yaml", text)


def test_a_reference_is_opened_with_its_endpoint(tmp_path: Path) -> None:
    """A value counts for both where both have such a variable, or for the one that is named."""
    place = _pair(tmp_path)
    (both,) = open_endpoints([place], ["base=http://a"])
    assert both.reference is not None
    assert both.reference.name == "other-search"
    assert both.reference.place == str(tmp_path / "other.yaml")
    assert both.reference.text == (tmp_path / "other.yaml").read_text(encoding="utf-8")
    assert host_of(both) == ("a:80",)
    (apart,) = open_endpoints([place], ["base=http://a", "other-search.base=http://b"])
    assert host_of(apart) == ("a:80", "b:80")
    (first, second) = open_endpoints([place, str(tmp_path / "other.yaml")], ["base=http://a"])
    assert first.reference == second


def test_a_reference_needs_its_values_too(tmp_path: Path) -> None:
    """What is missing or wrong is said before anything is asked."""
    place = _pair(tmp_path, other=", key: {}")
    beside = tmp_path / "other.yaml"
    beside.write_text(
        beside.read_text(encoding="utf-8").replace("connection:", 'headers: {k: "{key}"}\n  connection:')
    )
    with pytest.raises(WrongUse, match="other-search needs a value for 'key'"):
        open_endpoints([place], ["base=http://a"])
    with pytest.raises(BadInput, match="1 fault in --set"):
        open_endpoints([place], ["base=http://a", "other-search.base=x", "key=y"])
    with pytest.raises(BadInput) as caught:
        open_endpoints([place], ["base=http://a", "third.base=x", "key=y"])
    assert "Chosen: example-search, other-search." in str(caught.value.faults[0])
    (endpoint,) = open_endpoints([place], ["base=http://a", "key=y"])
    assert endpoint.values == {"base": "http://a"}


def test_faults_of_a_reference_are_those_of_who_names_it(tmp_path: Path) -> None:
    """Named with its own file, once, however many lead to it; and nothing is opened."""
    place = _pair(tmp_path)
    (tmp_path / "other.yaml").write_text("- x", encoding="utf-8")
    assert read_endpoint(place).definition is None
    for names in ([place], [place, str(tmp_path / "other.yaml")]):
        with pytest.raises(BadInput) as caught:
            open_endpoints(names, ["base=http://a"])
        assert [fault.file for fault in caught.value.faults] == [str(tmp_path / "other.yaml")]


def test_the_digest_covers_the_reference(tmp_path: Path) -> None:
    """What answers mean depends on both."""
    place = _pair(tmp_path)
    digests = []
    for comment in ("", "# changed\n"):
        beside = tmp_path / "other.yaml"
        beside.write_text(beside.read_text(encoding="utf-8") + comment, encoding="utf-8")
        (endpoint,) = open_endpoints([place], ["base=http://a"])
        assert len(endpoint.digest) == 64
        digests.append(endpoint.digest)
        digests.append(endpoint.reference.digest if endpoint.reference is not None else "")
    assert len(set(digests)) == 4


def test_an_endpoint_is_read_again_from_its_text(tmp_path: Path) -> None:
    """As it was, though the file is another one by now, or gone."""
    place = _pair(tmp_path)
    (endpoint,) = open_endpoints([place], ["base=http://a", "other-search.base=http://b"])
    assert endpoint.reference is not None
    for name in ("e.yaml", "other.yaml"):
        (tmp_path / name).unlink()
    other = endpoint.reference
    reference = read_text_endpoint(other.text, other.place, other.values)
    assert reference == other
    assert read_text_endpoint(endpoint.text, endpoint.place, endpoint.values, reference) == endpoint
    with pytest.raises(BadInput, match=r"1 fault in .*e\.yaml"):
        read_text_endpoint(endpoint.text, endpoint.place, endpoint.values)
    with pytest.raises(BadInput, match=r"1 fault in .*e\.yaml"):
        read_text_endpoint(endpoint.text, endpoint.place, endpoint.values, endpoint)


def test_a_reference_that_is_still_there_is_found_again(tmp_path: Path) -> None:
    """By the place of the text; built-in ones by their name."""
    place = _pair(tmp_path)
    (endpoint,) = open_endpoints([place], ["base=http://a"])
    assert read_text_endpoint(endpoint.text, place, {"base": "http://a", "more": "x"}) == endpoint
    lab = [name for name in builtin_endpoints() if name.startswith("lab-")]
    for opened in open_endpoints(lab):
        assert read_text_endpoint(opened.text, opened.place, opened.values) == opened


def test_a_text_that_was_spoilt_is_bad_input(tmp_path: Path) -> None:
    """What was stored is no more to be trusted than a file; its place is said, not an option."""
    place = _pair(tmp_path)
    (endpoint,) = open_endpoints([place], ["base=http://a"])
    with pytest.raises(BadInput, match="1 fault in stored"):
        read_text_endpoint("- x", "stored", {})
    with pytest.raises(BadInput) as caught:
        read_text_endpoint(endpoint.text, place, {"base": "x"}, endpoint.reference)
    assert [fault.file for fault in caught.value.faults] == [place]
    with pytest.raises(WrongUse, match="example-search needs a value for 'base'"):
        read_text_endpoint(endpoint.text, place, {}, endpoint.reference)


def test_a_one_off_endpoint_is_read_again_from_its_text() -> None:
    """It has no file, and needs none."""
    url = "http://127.0.0.1:1/?q={keyword}&x=%7B"
    endpoint = one_off(url, benign=["天气", "音乐: #1"], canaries=["谣言"])
    assert read_text_endpoint(endpoint.text, endpoint.place, endpoint.values) == endpoint


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


_UNPROVEN = ("zero results stay inconclusive", "no canaries")
"""What the practice platform's definitions may be warned of: there, zero results are without proof on purpose."""


_UNKNOWN = ("no canaries:", "zero results stay inconclusive without proof")
"""What nobody outside the platforms can know: words that they are sure to censor, queries that always have results."""


@pytest.mark.parametrize("name", builtin_endpoints())
def test_a_built_in_definition_is_sound(name: str) -> None:
    """No faults, no warnings but those that the practice platform may have, and named as its file is."""
    reading = read_endpoint(name)
    assert [str(fault) for fault in reading.faults] == []
    assert reading.definition is not None
    allowed = _UNPROVEN if reading.definition.platform == "lab" else _UNKNOWN
    warnings = [str(warning) for warning in reading.warnings]
    assert [one for one in warnings if not any(part in one for part in allowed)] == []
    assert reading.definition.name == name


def test_the_example_of_the_docs_is_sound() -> None:
    """People copy it. It is warned of nothing."""
    complete, _, fragment, *_ = re.findall(r"```yaml\n(.*?)```", DOCS, re.DOTALL)
    assert check_definition(complete, "docs")[1:] == ([], [])
    assert sound(changed("request:\n  url: https://search.example/search\n", fragment)).variables.keys() == {
        "base"
    }


def test_the_messenger_of_the_docs_is_sound(tmp_path: Path) -> None:
    """People copy that too. It is warned of nothing, and its rules understand its examples."""
    found = re.search(r"<!-- message -->\n```yaml\n(.*?)```", DOCS, re.DOTALL)
    assert found is not None
    assert check_definition(found[1], "docs")[1:] == ([], [])
    path = tmp_path / "chat.yaml"
    path.write_text(found[1], encoding="utf-8")
    replayed = replay_examples(offline_endpoint(read_endpoint(str(path))))
    assert len(replayed) == 3
    assert all(one.agrees for one in replayed)


def test_the_docs_name_every_field_and_word() -> None:
    """A field that nobody can look up might as well not be there."""
    kinds: Any = schema()["$defs"]
    words = [word for kind in kinds.values() for word in [*kind.get("properties", {}), *kind.get("enum", [])]]
    assert len(words) > 100
    assert [word for word in words if f"`{word}`" not in DOCS] == []


@pytest.mark.parametrize("kind", ["Limits", "Deciding"])
def test_the_docs_give_the_defaults_of_numbers(kind: str) -> None:
    """As the schema has them."""
    kinds: Any = schema()["$defs"]
    for name, field in kinds[kind]["properties"].items():
        (default,) = re.findall(rf"^\| `{name}` \| `?([a-z0-9.]+)`? \|", DOCS, re.MULTILINE)
        assert default == field["default"] or yaml.safe_load(default) == field["default"]


@pytest.mark.parametrize(
    ("base", "said"),
    [
        ("http://127.0.0.1:99999", "--set: base has the port 99999, and ports go from 1 to 65535."),
        ("http://127.0.0.1:0", "--set: base has the port 0, and ports go from 1 to 65535."),
    ],
)
def test_a_port_that_does_not_exist_never_reaches_the_network(tmp_path: Path, base: str, said: str) -> None:
    """In a value, in a default and in the URL itself it is a fault of what was given."""
    text = changed("https://search.example/search", "'{base}/s'")
    place = _write(tmp_path, "e.yaml", text.replace("request:", "variables: {base: {}}\nrequest:"))
    with pytest.raises(BadInput) as caught:
        open_endpoints([place], [f"base={base}"])
    assert str(caught.value.faults[0]).startswith(said)
    default = text.replace("request:", f"variables: {{base: {{default: '{base}'}}}}\nrequest:")
    assert [fault.split(": ")[1] for fault in faults_of(default)] == ["variables.base.default"]
    url = changed("https://search.example/search", f"{base}/search")
    assert [fault.split(": ")[1] for fault in faults_of(url)] == ["request.url"]
    parts = changed("https://search.example/search", "'http://a:{port}/'")
    parts = parts.replace("request:", f"variables: {{port: {{default: '{base[17:]}'}}}}\nrequest:")
    assert [fault.split(": ")[1] for fault in faults_of(parts)] == ["variables.port.default"]


def test_defaults_that_lead_nowhere_together_are_a_fault() -> None:
    """Each may be sound, and both together not."""
    text = changed("https://search.example/search", "'http://{host}:{port}/'").replace(
        "request:", "variables: {host: {default: 'a:1'}, port: {default: '2'}}\nrequest:"
    )
    (fault,) = faults_of(text)
    assert fault.startswith(
        "e.yaml:6: request.url: leads to no host and port with the defaults of its variables."
    )


def test_a_definition_survives_being_written() -> None:
    """One-off endpoints are named by the digest of their canonical form."""
    definition = sound()
    assert msgspec.json.decode(msgspec.json.encode(definition), type=Definition) == definition


GONE = """\
name: gone
title: A service that is gone
kind: message
stability: retired
why_not: it was closed.
since: 2021-02
instead: [lab-open, other]
"""
LISTED = """\
name: listed
title: The list of a client
kind: local
variables: {list: {help: the path of the list}}
local: {file: "{list}"}
rules:
- id: listed
  when: {json: {"matched[0]": {exists: true}}}
  outcome: blocked
- id: unlisted
  when: {json: {"length(matched)": 0}}
  outcome: served
"""
SESSION = """\
session:
- id: visitor
  request: {url: "https://pass.example/v"}
  take: {sub: {cookie: SUB}}
- id: token
  request: {url: "{base}/token", query: {s: "{sub}"}}
  take: {token: {json: t}}
"""


def _with_session(text: str = SOUND) -> str:
    text = text.replace("https://search.example/search", "'{base}/s'")
    text = text.replace('{q: "{keyword}"}', '{q: "{keyword}", t: "{token}"}')
    return text.replace("request:\n  url", f"variables: {{base: {{}}}}\n{SESSION}request:\n  url")


def test_what_cannot_be_asked_is_not_opened(tmp_path: Path) -> None:
    """It says why, since when and what instead, whatever else is asked; it can still be read and shown."""
    place = _write(tmp_path, "gone.yaml", GONE)
    sound_one = _write(tmp_path, "e.yaml")
    for names in ([place], [sound_one, place]):
        with pytest.raises(WrongUse) as caught:
            open_endpoints(names)
        assert caught.value.message == "gone cannot be asked (since 2021-02): it was closed."
        assert caught.value.hint == "Nearest to it: lab-open, other. More: probe endpoints show gone"
    assert read_endpoint(place).definition is not None
    bare = _write(tmp_path, "gone.yaml", GONE.replace("since: 2021-02\ninstead: [lab-open, other]\n", ""))
    with pytest.raises(WrongUse) as caught:
        open_endpoints([bare])
    assert caught.value.message == "gone cannot be asked: it was closed."
    assert caught.value.hint == "More: probe endpoints show gone"


def test_what_cannot_be_asked_is_no_reference(tmp_path: Path) -> None:
    """Each question to it would go nowhere."""
    _write(tmp_path, "gone.yaml", GONE)
    place = _write(tmp_path, "e.yaml", with_controls("reference: gone.yaml"))
    with pytest.raises(WrongUse, match="gone cannot be asked"):
        open_endpoints([place])


def test_all_hosts_of_a_session_are_asked(tmp_path: Path) -> None:
    """Consent is for each of them; the endpoint's own is the first, by which its pace goes."""
    place = _write(tmp_path, "e.yaml", _with_session())
    (endpoint,) = open_endpoints([place], ["base=http://a:81"])
    assert host_of(endpoint) == ("a:81", "pass.example:443")
    (endpoint,) = open_endpoints([place], ["base=https://pass.example"])
    assert host_of(endpoint) == ("pass.example:443",)
    nowhere = Endpoint(definition=endpoint.definition, digest="", place="")
    with pytest.raises(WrongUse, match="not known which host"):
        host_of(nowhere)


def test_all_hosts_of_a_message_are_asked(tmp_path: Path) -> None:
    """Consent goes by them: where it is read back and taken away, somebody sees it too."""
    path = tmp_path / "chat.yaml"
    text = MESSAGE.replace("https://chat.example/messages/{id}", "http://moderator.example/{id}")
    path.write_text(text, encoding="utf-8")
    (endpoint,) = open_endpoints([str(path)])
    assert host_of(endpoint) == ("chat.example:443", "reader.example:443", "moderator.example:80")


def test_hosts_of_a_session_come_before_those_of_a_reference(tmp_path: Path) -> None:
    """The reference may have a session too."""
    text = _with_session(with_controls("reference: other.yaml"))
    other = _with_session().replace("name: example-search", "name: other-search")
    _write(tmp_path, "other.yaml", other.replace("pass.example", "pass.other.example"))
    place = _write(tmp_path, "e.yaml", text)
    (endpoint,) = open_endpoints([place], ["base=http://a", "other-search.base=http://b"])
    assert host_of(endpoint) == ("a:80", "pass.example:443", "b:80", "pass.other.example:443")


def test_a_value_that_a_session_needs_is_demanded(tmp_path: Path) -> None:
    """A variable of a step's URL is as any; without values examples can still be replayed, and lead nowhere."""
    text = changed('{q: "{keyword}"}', '{q: "{keyword}", t: "{sub}"}').replace(
        "request:\n  url",
        "variables: {pass: {}}\nsession: [{id: v, request: {url: '{pass}/v'}, take: {sub: {header: x}}}]\nrequest:\n  url",
    )
    place = _write(tmp_path, "e.yaml", text)
    with pytest.raises(WrongUse, match="example-search needs a value for 'pass'"):
        open_endpoints([place])
    with pytest.raises(BadInput, match="1 fault in --set"):
        open_endpoints([place], ["pass=nowhere"])
    (endpoint,) = open_endpoints([place], ["pass=http://b/"])
    assert (endpoint.values, host_of(endpoint)) == ({"pass": "http://b"}, ("search.example:443", "b:80"))
    assert host_of(offline_endpoint(read_endpoint(place))) == ("search.example:443", "unset.invalid:80")


def test_a_list_is_read_with_its_endpoint(tmp_path: Path) -> None:
    """Nobody is asked but this machine; a list that is not there is a fault of the file."""
    words = _write(tmp_path, "list.txt", "六四\n法轮功\n六四\n")
    place = _write(tmp_path, "l.yaml", LISTED)
    (endpoint,) = open_endpoints([place], [f"list={words}"])
    assert endpoint.words == ("六四", "法轮功")
    assert host_of(endpoint) == ("localhost:0",)
    assert is_loopback(host_of(endpoint)[0])
    with pytest.raises(BadInput) as caught:
        open_endpoints([place], [f"list={words}.csv"])
    assert str(caught.value.faults[0]).startswith(f"{words}.csv: there is no such file.")
    with pytest.raises(WrongUse, match="listed needs a value for 'list'"):
        open_endpoints([place])
    assert open_endpoints([_write(tmp_path, "e.yaml")])[0].words == ()


def test_the_digest_covers_the_words_of_a_list(tmp_path: Path) -> None:
    """With other words a text may be censored that was not; by what name the file is called is no matter."""
    place = _write(tmp_path, "l.yaml", LISTED)
    digests = []
    for name, content in (
        ("a", "六四\n法轮功"),
        ("b", "六四\r\n法轮功\n"),
        ("c", "六四"),
        ("d", "六四法轮功"),
    ):
        (endpoint,) = open_endpoints([place], [f"list={_write(tmp_path, name, content)}"])
        digests.append(endpoint.digest)
    assert digests[0] == digests[1]
    assert len(set(digests)) == 3
    assert read_text_endpoint(endpoint.text, endpoint.place, endpoint.values) == endpoint


def test_the_digest_covers_shared_notices(monkeypatch: pytest.MonkeyPatch) -> None:
    """They stand in another file, and what they say decides; of a definition that names none nothing changes."""
    name, shared = next(iter(notices.shared_notices().items()))
    named = changed("when: {status: 200, text: 未予显示}", f"when: {{status: 200, notice: {name}}}")
    before = [definition_digest(text, sound(text)) for text in (named, SOUND)]
    other = {name: msgspec.structs.replace(shared, text="另一则声明")}
    monkeypatch.setattr(notices, "shared_notices", lambda: other)
    after = [definition_digest(text, sound(text)) for text in (named, SOUND)]
    assert before[0] != after[0]
    assert before[1] == after[1] == hashlib.sha256(SOUND.encode()).hexdigest()


def test_each_part_of_a_digest_counts() -> None:
    """The reference's, and where one word ends and the next begins."""
    definition = sound()
    digests = {
        definition_digest("x", definition),
        definition_digest("x", definition, "a"),
        definition_digest("x", definition, None, ("b",)),
        definition_digest("x", definition, None, ("b", "c")),
        definition_digest("x", definition, None, ("bc",)),
        definition_digest("x", definition, "a", ("b",)),
    }
    assert len(digests) == 6


def test_variables_stand_in_forms_as_they_are_set(tmp_path: Path) -> None:
    """What is sent is compared with what arrives, so the values are in the forms from the beginning."""
    text = MESSAGE.replace(
        'forms: {plain: "{keyword} {nonce}"}',
        'variables: {reader: {help: whom it mentions}}\nforms: {plain: "@{reader} {keyword} {nonce}"}',
    )
    place = tmp_path / "chat.yaml"
    place.write_text(text, encoding="utf-8")
    (endpoint,) = open_endpoints([str(place)], ["reader=friend"])
    assert endpoint.definition.forms == {"plain": "@friend {keyword} {nonce}"}
    with pytest.raises(WrongUse, match="reader"):
        open_endpoints([str(place)], [])
