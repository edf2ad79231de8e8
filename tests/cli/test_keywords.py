from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

from probe.cli import start
from probe.cli.keywords import FORMAT_NAMES
from probe.inputs.lists.bundled import bundled_paths
from probe.inputs.lists.formats import FORMATS

Captured = pytest.CaptureFixture[str]


def run(capsys: Captured, *arguments: str) -> tuple[int, str, str]:
    code = start(["keywords", *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def pipe_in(monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content.encode())))


def test_the_list_of_lists_can_be_read_at_80_columns(capsys: Captured) -> None:
    """Every bundled list with its number of keywords; no line is broken by a terminal."""
    code, out, _ = run(capsys, "list")
    assert code == 0
    assert all(cell_len(line) <= 80 for line in out.splitlines())
    for name in bundled_paths():
        assert any(line.startswith(f"{name} ") and line.split()[-1].isdigit() for line in out.splitlines())


def test_the_list_of_lists_is_there_for_programs(capsys: Captured) -> None:
    """With the same figures."""
    code, out, _ = run(capsys, "list", "--json")
    (rumor,) = [one for one in json.loads(out) if one["name"] == "rumor"]
    assert code == 0
    assert set(rumor) == {
        "name",
        "title",
        "licence",
        "language",
        "languages",
        "categories",
        "keywords",
        "notes",
    }
    assert rumor["keywords"] > 40
    assert rumor["languages"] == ["zh-Hans", "zh-Hant"]


def test_wide_characters_line_up(capsys: Captured) -> None:
    """A Chinese character takes two cells; the next column starts at the same cell in every row."""
    code, out, _ = run(capsys, "show", "rumor")
    head, *rows = out.splitlines()
    assert code == 0
    start_of_gloss = head.index("GLOSS")
    assert len(rows) > 40
    for row in rows:
        keyword = row.split("  ")[0]
        gap = len(row) - len(keyword) - len(row[len(keyword) :].lstrip())
        assert cell_len(keyword) + gap == start_of_gloss


def test_columns_that_nothing_is_known_for_are_not_shown(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bare list is a bare column; what a terminal would obey is escaped."""
    pipe_in(monkeypatch, "谣言\na\u200eb\n")
    assert run(capsys, "show", "-") == (0, "KEYWORD\n谣言\na\\u200eb\n", "")


def test_a_terminal_is_filled_and_not_overrun(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Long texts are folded in their columns, widest first."""
    path = tmp_path / "a.csv"
    path.write_text(f"keyword,gloss,category\n{'谣' * 60},{'long words ' * 20},x\n短,y,{'z' * 30}\n")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "60")
    _, out, _ = run(capsys, "show", str(path))
    assert max(map(cell_len, out.splitlines())) in (59, 60)
    assert "".join(out.split()).count("谣") == 60


def test_a_sound_list_is_one_line(capsys: Captured, tmp_path: Path) -> None:
    """How many keywords, how it was read, what was folded."""
    path = tmp_path / "a.csv"
    path.write_bytes("keyword\n谣言\n谣言\n传闻\n".encode("gb18030"))
    code, out, err = run(capsys, "check", str(path))
    assert (code, out, err) == (0, "a.csv: 2 keywords; csv, GB18030, 1 duplicate folded\n", "")


def test_several_lists_are_summed_up(
    capsys: Captured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what else should be known of each."""
    pipe_in(monkeypatch, "#MeToo\n谣言\n")
    code, out, _ = run(capsys, "check", "rumor", "-")
    first, second, note, hint, together = out.splitlines()
    assert code == 0
    assert first.startswith("rumor: 47 keywords; yaml, UTF-8")
    assert second == "standard input: 1 keyword; txt, UTF-8"
    assert note.startswith("  lines such as '#MeToo' are comments")
    assert hint.startswith("  ")
    assert together == "together: 47 keywords"


def test_faults_end_with_2(capsys: Captured, tmp_path: Path) -> None:
    """All of them on standard error, nothing on standard output."""
    path = tmp_path / "a.txt"
    path.write_text("a + \nb\n\x1b\n")
    code, out, err = run(capsys, "check", str(path), "rumr")
    assert (code, out) == (2, "")
    assert f"{path}:1: keyword: has an empty component." in err
    assert f"{path}:3: keyword: holds U+001B (ESCAPE)." in err
    assert "rumr: there is no such file, and no bundled list of this name. Did you mean 'rumor'?" in err
    assert "probe: 3 faults in rumr, " in err


@pytest.mark.parametrize("name", FORMAT_NAMES)
def test_every_format_can_be_piped_on(capsys: Captured, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """What convert writes, it reads, without being told the format."""
    _, out, _ = run(capsys, "convert", "protest", "-f", name)
    pipe_in(monkeypatch, out)
    code, again, _ = run(capsys, "convert", "-", "-f", "txt")
    _, expected, _ = run(capsys, "convert", "protest", "-f", "txt")
    assert code == 0
    assert again == expected


def test_the_ending_of_the_file_tells_the_format(capsys: Captured, tmp_path: Path) -> None:
    """And -f goes before it."""
    assert run(capsys, "convert", "rumor", "-o", str(tmp_path / "a.jsonl")) == (0, "", "")
    assert json.loads((tmp_path / "a.jsonl").read_text().splitlines()[0])["keyword"] == "谣言"
    run(capsys, "convert", "rumor", "-o", str(tmp_path / "b.jsonl"), "-f", "csv")
    assert (tmp_path / "b.jsonl").read_text().startswith("keyword,gloss,")


def test_without_a_format_nothing_is_written(capsys: Captured, tmp_path: Path) -> None:
    """Neither to standard output nor to a file."""
    code, out, err = run(capsys, "convert", "rumor")
    assert (code, out) == (2, "")
    assert "txt, csv, tsv, json, jsonl, yaml" in err
    assert run(capsys, "convert", "rumor", "-o", str(tmp_path / "a.xyz"))[0] == 2
    assert list(tmp_path.iterdir()) == []


def test_what_a_format_cannot_say_is_told(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    """On standard error, with what was guessed."""
    pipe_in(monkeypatch, "keyword,idx,added\n谣言,5,yesterday\n谣言,6,\n")
    code, out, err = run(capsys, "convert", "-", "-f", "yaml", "-o", "-")
    assert code == 0
    assert out == "name: standard input\nentries:\n- keyword: 谣言\n"
    assert err.splitlines() == [
        "probe: standard input: 1 duplicate folded",
        "probe: YAML lists have no further columns; left out: idx",
        "probe: left out 1 `added` that are not dates such as 2026-11-23",
    ]


def test_a_list_keeps_what_it_says_of_itself(capsys: Captured, tmp_path: Path) -> None:
    """One list keeps its head; several are a new one, named by the file."""
    run(capsys, "convert", "rumor", "-o", str(tmp_path / "copy.yaml"))
    assert (tmp_path / "copy.yaml").read_text().startswith("name: rumor\ntitle:")
    run(capsys, "convert", "rumor", "people", "-o", str(tmp_path / "both.yaml"))
    assert (tmp_path / "both.yaml").read_text().startswith("name: both\nentries:\n")
    _, out, _ = run(capsys, "convert", "rumor", "people", "-f", "yaml")
    assert out.startswith("name: rumor and people\nentries:\n")


def test_a_list_can_be_converted_onto_itself(capsys: Captured, tmp_path: Path) -> None:
    """It is replaced when all is written, and keeps its mode and the link that leads to it."""
    path, link = tmp_path / "a.txt", tmp_path / "b.txt"
    path.write_text("谣言\n谣言\n")
    path.chmod(0o640)
    link.symlink_to(path)
    assert run(capsys, "convert", str(path), "-o", str(link))[0] == 0
    assert link.is_symlink()
    assert path.read_text() == "谣言\n"
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_failure_leaves_the_old_file_and_no_draft(
    capsys: Captured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole or not at all, also where the disk is full."""
    path = tmp_path / "a.txt"
    path.write_text("old\n")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    code, _, err = run(capsys, "convert", "rumor", "-o", str(path))
    assert code == 4
    assert f"cannot write {path}: No space left on device" in err
    assert [one.name for one in tmp_path.iterdir()] == ["a.txt"]
    assert path.read_text() == "old\n"


def test_a_place_that_cannot_be_written_is_explained(capsys: Captured, tmp_path: Path) -> None:
    """A folder, and a folder that is not there."""
    assert run(capsys, "convert", "rumor", "-f", "txt", "-o", str(tmp_path))[0] == 2
    code, _, err = run(capsys, "convert", "rumor", "-o", str(tmp_path / "no" / "a.txt"))
    assert code == 4
    assert "No such file or directory" in err


def test_devices_are_written_to_and_not_replaced(capsys: Captured) -> None:
    """Least of all by a user who may do everything."""
    assert run(capsys, "convert", "rumor", "-f", "txt", "-o", "/dev/null")[0] == 0
    assert not Path("/dev/null").is_file()


@pytest.mark.parametrize(
    "arguments", [("show", "politics", "people"), ("convert", "politics", "-f", "json"), ("list",)]
)
def test_a_closed_pipe_is_a_quiet_end(arguments: tuple[str, ...]) -> None:
    """`| head` wants no more, and gets no complaint."""
    command = [sys.executable, "-m", "probe", "keywords", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


@pytest.mark.parametrize("name", ["list", "show", "check", "convert"])
def test_every_command_shows_an_example(capsys: Captured, name: str) -> None:
    """In its help."""
    code, out, _ = run(capsys, name, "--help")
    assert code == 0
    assert f"probe keywords {name}" in out.partition("Example")[2]


def test_the_formats_of_the_help_are_those_that_there_are() -> None:
    """They are written down twice, so that the help needs no heavy imports."""
    assert tuple(FORMATS) == FORMAT_NAMES


def test_bundled_names_are_completed() -> None:
    """In the shell."""
    from click.shell_completion import ShellComplete

    from probe.cli import cli

    completions = ShellComplete(cli, {}, "probe", "_PROBE_COMPLETE").get_completions(
        ["keywords", "show"], "po"
    )
    assert {"politics", "pornography"} <= {one.value for one in completions}
