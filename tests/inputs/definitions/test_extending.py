"""Extending: parents are found, merged and checked with their files and lines, and what is kept stands by itself."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import msgspec
import pytest

from probe.assembly import replay_examples
from probe.errors import WrongUse
from probe.inputs.definitions.checked_definition import check_text
from probe.inputs.definitions.files import BUILTIN, builtin_endpoints
from probe.inputs.definitions.schema import OWN
from probe.inputs.endpoints import (
    Reading,
    offline_endpoint,
    open_endpoints,
    read_endpoint,
    read_text_endpoint,
)
from probe.model.definition import Definition, Stability
from tests.inputs.definition_samples import SOUND, changed, sound
from tests.inputs.definitions.test_control_check import with_controls

DOCS = (Path(__file__).parents[3] / "docs" / "endpoints.md").read_text(encoding="utf-8")
HEAD = "name: variant\ntitle: A variant\n"
CHILD = f"{HEAD}extends: parent.yaml\n"


def read(folder: Path, child: str = CHILD, **parents: str) -> Reading:
    """A definition in this folder, beside others by the names of their files; SOUND is its parent where none is given."""
    for name, text in (parents or {"parent": SOUND}).items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    (folder / "e.yaml").write_text(child, encoding="utf-8")
    return read_endpoint(str(folder / "e.yaml"))


def definition(reading: Reading) -> Definition:
    assert reading.definition is not None, [str(fault) for fault in reading.faults]
    return reading.definition


def said(reading: Reading, folder: Path) -> list[str]:
    """Its faults, with the folder left out."""
    assert reading.definition is None
    return [str(fault).replace(f"{folder}/", "") for fault in reading.faults]


def _as_variant(parent: Definition) -> Definition:
    """What a definition is to one that extends it and says nothing of its own."""
    defaults = Definition(name="variant", title="A variant", kind=parent.kind)
    return msgspec.structs.replace(parent, **{name: getattr(defaults, name) for name in OWN})


def test_the_parents_fields_hold_where_the_file_has_none(tmp_path: Path) -> None:
    """And its own where it has."""
    found = definition(read(tmp_path))
    assert found == _as_variant(sound())
    assert (found.name, found.examples, found.extends) == ("variant", (), None)
    found = definition(read(tmp_path, CHILD + "limits: {rate: 0.5}\nrequest: {url: 'https://v.example/'}\n"))
    assert found.request == msgspec.structs.replace(sound().request, url="https://v.example/")
    assert found.limits.rate == 0.5
    assert found.rules == sound().rules


def test_rules_go_before_the_parents_or_mend_one(tmp_path: Path) -> None:
    """By their ids."""
    rules = "rules:\n- {id: quota, when: {status: 402}, outcome: throttled}\n"
    rules += "- {id: notice, when: {status: 403}, outcome: blocked}\n"
    found = definition(read(tmp_path, CHILD + rules))
    assert [rule.id for rule in found.rules] == ["quota", "captcha", "notice", "results"]
    assert found.rules[2].outcome is sound().rules[1].outcome
    assert found.rules[2] != sound().rules[1]


def test_how_sure_a_parent_is_says_nothing_of_the_variant(tmp_path: Path) -> None:
    """Nobody has looked at that one."""
    parent = changed("kind: search", "kind: search\nstability: supported\nlast_verified: 2026-01-31")
    found = definition(read(tmp_path, parent=parent))
    assert (found.stability, found.last_verified) == (Stability.UNVERIFIED, None)
    own = definition(
        read(tmp_path, CHILD + "stability: supported\nlast_verified: 2026-02-01\n", parent=parent)
    )
    assert own.stability is Stability.SUPPORTED


@pytest.mark.parametrize("name", builtin_endpoints())
def test_each_built_in_definition_can_be_extended(tmp_path: Path, name: str) -> None:
    """The variant is the same but for what it is; what is kept of it stands by itself, and reads back to the same."""
    parent = definition(read_endpoint(name))
    reading = read(tmp_path, f"{HEAD}extends: {name}\n")
    if not parent.is_askable:
        assert [fault.field for fault in reading.faults] == ["request"]
        return
    assert definition(reading) == _as_variant(parent)
    assert "extends" not in reading.text
    alone = check_text(reading.text, "kept", tmp_path / "nowhere" / "e.yaml")
    assert alone.definition == reading.definition
    assert alone.text == reading.text


@pytest.mark.parametrize("name", builtin_endpoints())
def test_a_file_that_extends_nothing_is_kept_as_it_is(name: str) -> None:
    """Byte for byte: its digest is the one by which stored runs know it."""
    reading = read_endpoint(name)
    if reading.parents:
        assert reading.text != reading.source
        return
    text = (BUILTIN / f"{name}.yaml").read_text(encoding="utf-8")
    assert reading.text == reading.source == text
    notices = definition(reading).notices
    parts = [text] + ([msgspec.json.encode(notices, order="sorted").decode()] if notices else [])
    assert offline_endpoint(reading).digest == hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def test_a_stored_run_needs_no_parent(tmp_path: Path) -> None:
    """Its text, with the parents' fields in it, is enough when all files are gone."""
    child = CHILD + "controls: {canaries: [谣言, 六四]}\n"
    (endpoint,) = open_endpoints([read(tmp_path, child).place])
    for name in ("e.yaml", "parent.yaml"):
        (tmp_path / name).unlink()
    assert read_text_endpoint(endpoint.text, endpoint.place, endpoint.values) == endpoint


def test_the_digest_is_of_all_that_counts(tmp_path: Path) -> None:
    """It changes with what the parent says, and not with comments or with what is not inherited."""

    def digest(parent: str, child: str = CHILD) -> str:
        return offline_endpoint(read(tmp_path, child, parent=parent)).digest

    first = digest(SOUND)
    assert digest(SOUND.replace("title: Example search", "title: Another # with a comment")) == first
    assert digest(SOUND, "# a comment\n" + CHILD) == first
    assert digest(changed("text: 未予显示", "text: 不予显示")) != first
    assert digest(SOUND, CHILD + "join: '-'\n") != first


def test_a_parent_may_extend_another(tmp_path: Path) -> None:
    """Three levels, each file found from the folder of the one that names it."""
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "b.yaml").write_text("extends: ../c.yaml\njoin: '-'\nlimits: {rate: 3, block: 7}\n")
    a = "extends: more/b.yaml\nlimits: {rate: 2}\n"
    reading = read(tmp_path, f"{HEAD}extends: a.yaml\nlimits: {{jitter: 0}}\n", a=a, c=SOUND)
    found = definition(reading)
    assert (found.join, found.limits.rate, found.limits.block, found.limits.jitter) == ("-", 2, 7, 0)
    assert found.request == sound().request
    places = [Path(place).resolve().relative_to(tmp_path) for place in reading.parents]
    assert [str(place) for place in places] == ["a.yaml", "more/b.yaml", "c.yaml"]
    deeper = read(tmp_path, f"{HEAD}extends: a.yaml\n", c="extends: d.yaml\n", d=SOUND)
    (fault,) = said(deeper, tmp_path)
    assert fault.startswith(
        "more/../c.yaml:1: extends: is one too many: e.yaml extends 3 definitions before it"
    )
    assert fault.endswith("Let one of them stand by itself. (e.yaml extends this file.)")


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("nowhere.yaml", "'nowhere.yaml' is neither a built-in definition nor a file beside this one."),
        (
            "lab-notise",
            "'lab-notise' is neither a built-in definition nor a file beside this one. Did you mean",
        ),
        ("/etc/hosts", "'/etc/hosts' must be a path that starts at this file's folder."),
        ("./e.yaml", "leads in a circle: it names itself. Let it stand by itself, or name another."),
        ("''", "'' is neither a built-in definition nor a file"),
        ("5", "must be a text, not the number 5."),
        ("[a.yaml]", "must be a text, not a list."),
    ],
)
def test_a_parent_that_is_not_there_is_one_fault(tmp_path: Path, name: str, fault: str) -> None:
    """With file, line and remedy; not one more for each field that then seems to be missing."""
    (found,) = said(read(tmp_path, f"{HEAD}extends: {name}\n"), tmp_path)
    assert found.startswith(f"e.yaml:3: extends: {fault}")


def test_a_circle_is_a_fault_of_the_file_that_closes_it(tmp_path: Path) -> None:
    """However the files name each other."""
    (found,) = said(read(tmp_path, a="extends: ./b.yaml\n", parent="\nextends: a.yaml", b=CHILD), tmp_path)
    assert found.startswith(
        "b.yaml:3: extends: leads in a circle: it names 'parent.yaml', which extends this one."
    )


def test_a_parent_that_cannot_be_read_is_said_with_its_own_lines(tmp_path: Path) -> None:
    """Beside what is wrong with the file itself; nothing is concluded from half a parent."""
    last = SOUND.count("\n") + 1
    assert said(read(tmp_path, CHILD + "join: !x a\n", parent=SOUND + "kind: &a chat\n"), tmp_path) == [
        "e.yaml:4: join: tags (!) are not allowed here, such as '!x'",
        f"parent.yaml:{last}: kind: is given a second time; the first is in line 3 (e.yaml extends this file.)",
        f"parent.yaml:{last}: kind: anchors (&) are not allowed here (e.yaml extends this file.)",
    ]
    for parent, fault in (
        ("- x", "parent.yaml:1: is no definition that"),
        ("a: [", "parent.yaml:2: is not YAML"),
    ):
        (found,) = said(read(tmp_path, parent=parent), tmp_path)
        assert found.startswith(fault)
    (tmp_path / "parent.yaml").write_bytes(b"a: b\n\xff")
    reading = read_endpoint(str(tmp_path / "e.yaml"))
    assert said(reading, tmp_path) == [
        "parent.yaml:2: is not UTF-8. Save the file as UTF-8. (e.yaml extends this file.)"
    ]


def test_a_fault_is_said_of_the_file_in_which_it_stands(tmp_path: Path) -> None:
    """With the place that it has there, though it is another one among all rules."""
    rules = "rules:\n- {id: first, when: {status: 6xx}, outcome: throttled}\n"
    parent = changed('count: ">=1"', "css: '['")
    found = said(read(tmp_path, CHILD + rules + "limits: {rate: 0}\n", parent=parent), tmp_path)
    assert [fault.split(": ")[:2] for fault in found] == [
        ["e.yaml:5", "rules[0].when.status"],
        ["e.yaml:6", "limits.rate"],
        ["parent.yaml:21", "rules[2].when.css"],
    ]
    assert found[2].endswith(" (e.yaml extends this file.)")


def test_what_is_missing_is_said_of_the_file_that_could_have_it(tmp_path: Path) -> None:
    """Name and title are never the parent's; a field taken away is missed in the line that took it."""
    found = said(read(tmp_path, "extends: parent.yaml\n"), tmp_path)
    assert found == [
        "e.yaml:1: name: is missing; it must be a text.",
        "e.yaml:1: title: is missing; it must be a text.",
    ]
    (found_,) = said(read(tmp_path, CHILD + "request: ~\n"), tmp_path)
    assert found_.startswith("e.yaml:4: request: is missing.")


def test_warnings_know_their_file_too(tmp_path: Path) -> None:
    """The variant is warned of what it inherits."""
    reading = read(tmp_path, CHILD, parent=changed("  manner: explicit\n", ""))
    warnings = [str(warning).replace(f"{tmp_path}/", "") for warning in reading.warnings]
    assert any(one.startswith("parent.yaml:15: rules[1]") and "manner" in one for one in warnings), warnings


def test_a_built_in_definition_extends_only_built_in_ones() -> None:
    """Where probe is installed, nothing else belongs beside it."""
    checked = check_text(f"{HEAD}extends: lab-notise\n", "builtin/variant.yaml", BUILTIN / "variant.yaml")
    (fault,) = map(str, checked.faults)
    assert fault.startswith("builtin/variant.yaml:3: extends: 'lab-notise' is no built-in definition")
    checked = check_text(f"{HEAD}extends: lab-notice\n", "builtin/variant.yaml", BUILTIN / "variant.yaml")
    assert (checked.faults, checked.parents) == ((), ("builtin/lab-notice.yaml",))


def test_a_reference_is_found_from_the_parents_folder(tmp_path: Path) -> None:
    """Wherever the variant stands; what is kept names it from there."""
    (tmp_path / "base").mkdir()
    beside = changed("name: example-search", "name: other-search")
    (tmp_path / "base" / "other.yaml").write_text(beside, encoding="utf-8")
    (tmp_path / "base" / "parent.yaml").write_text(with_controls("reference: other.yaml"), encoding="utf-8")
    reading = read(tmp_path, f"{HEAD}extends: base/parent.yaml\n", unused="")
    assert definition(reading).controls.reference == "base/other.yaml"
    (endpoint,) = open_endpoints([reading.place])
    assert endpoint.reference is not None
    assert endpoint.reference.name == "other-search"
    assert read_text_endpoint(endpoint.text, endpoint.place, endpoint.values) == endpoint
    (tmp_path / "base" / "other.yaml").unlink()
    (fault,) = said(read_endpoint(reading.place), tmp_path)
    assert fault.startswith("base/parent.yaml:28: controls.reference: 'base/other.yaml' is neither")


def test_a_reference_may_be_a_variant_of_what_it_is_compared_with(tmp_path: Path) -> None:
    """The same service abroad, say; it then has no reference itself."""
    other = "name: abroad\ntitle: The same abroad\nextends: e.yaml\ncontrols: {reference: ~, canaries: ~}\n"
    reading = read(tmp_path, with_controls("reference: abroad.yaml"), abroad=other)
    definition(reading)
    assert reading.reference is not None
    assert reading.reference.definition is not None
    assert reading.reference.definition.request == sound().request
    (endpoint,) = open_endpoints([reading.place])
    assert endpoint.reference is not None
    assert endpoint.reference.text == reading.reference.text


def test_too_much_together_is_a_fault(tmp_path: Path) -> None:
    """What could not be read again is never kept."""
    notes = "".join(f"  n{number}: {'x' * 9000}\n" for number in range(60))
    child = f"{CHILD}request:\n  query:\n" + notes.replace("  n", "    m")
    parent = SOUND.replace(
        'query: {q: "{keyword}"}', f'headers:\n{notes.replace("  n", "    n")}  query: {{q: "{{keyword}}"}}'
    )
    (fault,) = said(read(tmp_path, child, parent=parent), tmp_path)
    assert (
        fault
        == "e.yaml:3: extends: cannot be: together with what it extends this definition is larger than 1 MB."
    )


def test_what_extends_something_unaskable_can_be_asked_if_it_says_how(tmp_path: Path) -> None:
    """A platform that came back by another way."""
    gone = SOUND.split("request:")[0] + "stability: retired\nwhy_not: it was closed.\n"
    found = definition(read(tmp_path, CHILD + SOUND.partition("kind: search\n")[2], parent=gone))
    assert found.is_askable
    with pytest.raises(WrongUse, match="cannot be asked"):
        open_endpoints([str(tmp_path / "parent.yaml")])


def test_the_example_of_the_docs_is_what_they_say(tmp_path: Path) -> None:
    """Its rules in the order that they give, and every field that is not inherited is named."""
    example = re.search(r"<!-- variant -->\n```yaml\n(.*?)```\n(.*?)\n## ", DOCS, re.DOTALL)
    assert example is not None
    found = definition(read(tmp_path, example[1]))
    order = re.search(r"The order above: (.*?)\. ", example[2], re.DOTALL)
    assert order is not None
    assert [rule.id for rule in found.rules] == re.findall(r"`([a-z-]+)`", order[1])
    assert found.request.json_body == {"input": "{keyword}", "language": "zh"}
    assert (found.request.method, found.request.url) == ("POST", "{base}/v1/moderations")
    assert found.variables["base"].help == "the address of the service"
    replayed = replay_examples(offline_endpoint(read_endpoint(str(tmp_path / "e.yaml"))))
    assert [one.agrees for one in replayed] == [True, True]
    never = re.search(r"\*\*Never inherited\*\*: (.*?)\n- ", example[2], re.DOTALL)
    assert never is not None
    assert set(OWN) - {"extends"} <= set(re.findall(r"`([a-z_]+)`", never[1]))
