"""The sense of a settings file."""

from __future__ import annotations

from pathlib import Path

import pytest

from probe.cli.configured import load
from probe.cli.run import command
from probe.cli.settings_check import check_settings
from probe.errors import BadInput


def faults(text: str) -> list[str]:
    Path("probe.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        check_settings(load(command, "probe.yaml"), command)
    return list(map(str, caught.value.faults))


def test_all_values_that_make_no_sense_are_said_at_once() -> None:
    """Each at its line, with its field and a remedy; options are not spoken of."""
    assert faults(
        "keywords: [rumor, rumour, my.csv]\n"
        "endpoint:\n- lab-notic\n- lab-wall\n"
        "output: results.doc\nfail-on: [blokked]\nmax-time: soon\nproxy: 127.0.0.1\n"
    ) == [
        "probe.yaml:1: keywords[1]: no list is called 'rumour', and there is no such file. Did you mean 'rumor'?",
        "probe.yaml:1: keywords[2]: no list is called 'my.csv', and there is no such file."
        " Keywords themselves stand under words.",
        "probe.yaml:3: endpoint[0]: no endpoint is called 'lab-notic'. Did you mean 'lab-notice'?",
        *faults("\n\n\n\noutput: results.doc\n"),
        *faults("\n\n\n\n\nfail-on: blokked\n"),
        "probe.yaml:7: max-time: 'soon' is no time. For example 90s, 20m or 3h.",
        "probe.yaml:8: proxy: '127.0.0.1' is no proxy address. For example socks5h://127.0.0.1:9050.",
    ]
    assert "no format is known for that ending" in faults("output: results.doc\n")[0]
    assert faults("fail-on: blokked\n")[0].startswith("probe.yaml:1: fail-on: 'blokked'")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("words: a\nendpoint: lab-wall\nbenign: x\n", "probe.yaml:3: benign: "),
        ("words: a\nendpoint: lab-wall\nset: {bse: x}\n", "probe.yaml:3: set: no chosen endpoint"),
        ("endpoint: lab-wall\nwords: ['a + ']\n", "probe.yaml:2: words: has an empty component."),
        ("url: [http://127.0.0.1/]\n", "probe.yaml:1: url: "),
        ("endpoint: [lab-wall, lab-wall]\n", "probe.yaml:1: "),
        (
            "columns: [keyword, statos]\n",
            "probe.yaml:1: columns: 'statos' is no column. Did you mean status?",
        ),
        ("\nsort: -askd\n", "probe.yaml:2: sort: '-askd' is no column."),
        ("only: [blocked, blokked]\n", "probe.yaml:1: only: 'blokked' is no status. Did you mean blocked?"),
    ],
)
def test_what_does_not_go_together_is_a_fault_of_the_file(text: str, fault: str) -> None:
    """Of the field that is to blame, where that is known."""
    (said,) = faults(text)
    assert said.startswith(fault)


def test_faults_of_lists_and_definitions_are_named_with_their_own_files() -> None:
    """Their lines are what the user must mend."""
    Path("bad.txt").write_text("谣言\nbell\x07\n", encoding="utf-8")
    Path("bad.yaml").write_text("name: x\n", encoding="utf-8")
    said = faults("keywords: bad.txt\nendpoint: bad.yaml\n")
    assert any(fault.startswith("bad.txt:2:") for fault in said)
    assert any(fault.startswith("bad.yaml:1:") for fault in said)


@pytest.mark.parametrize(
    ("text", "keywords", "endpoints"),
    [
        (
            "keywords: rumor\nwords: [谣言, 别的]\nendpoint: [lab-wall, lab-notice]\nset: {base: 'http://h'}\n",
            48,
            2,
        ),
        ("url: 'http://127.0.0.1/?q={keyword}'\nbenign: x\n", 0, 1),
        ("keywords: '-'\n", None, 0),
        ("{}\n", 0, 0),
    ],
)
def test_a_sound_file_says_what_it_would_ask(text: str, keywords: int | None, endpoints: int) -> None:
    """What a call names besides need not stand in it, and standard input is not read."""
    Path("probe.yaml").write_text(text, encoding="utf-8")
    sound = check_settings(load(command, "probe.yaml"), command)
    assert (sound.keywords, sound.endpoints) == (keywords, endpoints)
