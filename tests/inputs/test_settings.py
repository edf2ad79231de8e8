"""Settings files: read whole, or refused with every fault at its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from probe.errors import BadInput
from probe.inputs.settings import SettingsFile, read_settings

TEXTS: dict[str, Any] = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "keywords": TEXTS,
        "rate": {"type": "number", "exclusiveMinimum": 0},
        "budget": {"type": "integer", "minimum": 4},
        "quiet": {"type": "boolean"},
        "consent": {"type": "string", "enum": ["reads"]},
        "set": {"type": "object", "additionalProperties": {"type": "string"}},
    },
    "additionalProperties": False,
}


def read(folder: Path, text: str, **secrets: str) -> SettingsFile:
    place = folder / "probe.yaml"
    place.write_text(text, encoding="utf-8")
    return read_settings(
        str(place),
        SCHEMA,
        elsewhere={"yes": "it is typed"},
        remedies={"consent": "Say reads."},
        secrets=secrets,
    )


def faults(folder: Path, text: str, **secrets: str) -> list[str]:
    with pytest.raises(BadInput) as caught:
        read(folder, text, **secrets)
    return [str(fault).removeprefix(f"{folder}/") for fault in caught.value.faults]


def test_values_come_with_their_lines(tmp_path: Path) -> None:
    """Texts that YAML 1.1 would turn into something else stay texts."""
    file = read(tmp_path, "# a run\nkeywords:\n- no\n- 12:30\nrate: 0.5\nset: {base: x}\n")
    assert file.values == {"keywords": ["no", "12:30"], "rate": 0.5, "set": {"base": "x"}}
    assert [file.line(name) for name in ("keywords", "rate", "set")] == [2, 5, 6]
    assert file.folder == tmp_path
    assert str(file.fault("is odd.", "keywords", 1)) == f"{tmp_path}/probe.yaml:4: keywords[1]: is odd."


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "{}\n"])
def test_an_empty_file_sets_nothing(tmp_path: Path, text: str) -> None:
    """It is no fault: all of it may be typed."""
    assert read(tmp_path, text).values == {}


def test_all_faults_are_said_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    """Each with file, line, field and what to do."""
    found = faults(
        tmp_path,
        "keyword: rumor\nrate: 0\nbudget: 3\nquiet: loud\nyes: true\nconsent: sends\nset: {port: 80}\nbudget: 3\n",
    )
    assert found == [
        "probe.yaml:1: keyword: is not a known field. Did you mean 'keywords'?",
        "probe.yaml:2: rate: must be above 0, not the number 0.",
        "probe.yaml:3: budget: must be at least 4, not the number 3.",
        "probe.yaml:4: quiet: must be true or false, not the text 'loud'.",
        "probe.yaml:5: yes: cannot stand in a file: it is typed.",
        "probe.yaml:6: consent: must be one of reads, not the text 'sends'. Say reads.",
        "probe.yaml:7: set.port: must be a text, not the number 80. Put it in quotes: '80'.",
        "probe.yaml:8: budget: is given a second time; the first is in line 3",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- rumor\n", "must be a mapping, not a list."),
        ("keywords: [rumor\n", "is not YAML"),
        ("rate: &a 1\n", "anchors"),
        ("keywords: !!python/object:os.system [x]\n", "tags"),
    ],
)
def test_what_is_no_settings_file_is_refused(tmp_path: Path, text: str, words: str) -> None:
    """Nothing in it is run or followed."""
    assert any(words in fault for fault in faults(tmp_path, text))


def test_a_secret_is_a_fault_and_is_not_shown(tmp_path: Path) -> None:
    """It is said once, with the way to say it in the environment."""
    found = faults(tmp_path, "token: hush\nset: {room: hush-hush}\n", ROOM="hush-hush")
    assert [fault.split(": ")[:2] for fault in found] == [
        ["probe.yaml:1", "token"],
        ["probe.yaml:2", "set.room"],
    ]
    assert all("export PROBE_SECRET_NAME" in fault for fault in found)
    assert not any("hush" in fault for fault in found)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    """With its name."""
    with pytest.raises(BadInput) as caught:
        read_settings(str(tmp_path / "no.yaml"), SCHEMA, elsewhere={}, remedies={}, secrets={})
    assert "no.yaml: cannot be read: No such file" in str(caught.value.faults[0])
