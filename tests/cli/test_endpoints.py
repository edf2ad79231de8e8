"""`probe endpoints`: list, show, check and schema, as a user sees them."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest

from probe.cli import start
from probe.cli.endpoints import command
from probe.errors import ExitCode
from probe.inputs.endpoints import builtin_endpoints, schema

ROOT = Path(__file__).parents[2]
COMPLETE = re.findall(
    r"```yaml\n(.*?)```", (ROOT / "docs" / "endpoints.md").read_text(encoding="utf-8"), re.DOTALL
)[0]


def _file(folder: Path, text: str = COMPLETE) -> str:
    place = folder / "my-endpoint.yaml"
    place.write_text(text, encoding="utf-8")
    return str(place)


def _run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = start(["endpoints", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_list_fits_80_columns(capsys: pytest.CaptureFixture[str]) -> None:
    """Each endpoint with its name, title, kind, state and host."""
    code, out, err = _run(capsys, "list")
    assert (code, err) == (0, "")
    assert max(map(len, out.splitlines())) <= 80
    assert [name for name in builtin_endpoints() if not re.search(rf"^{name} ", out, re.MULTILINE)] == []
    assert "127.0.0.1:8765" in out


def test_the_list_is_one_document_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    """With the same fields for each."""
    code, out, _ = _run(capsys, "list", "--json")
    listed = json.loads(out)
    assert code == 0
    assert [one["name"] for one in listed] == list(builtin_endpoints())
    wall = next(one for one in listed if one["name"] == "lab-wall")
    assert wall["hosts"] == ["127.0.0.1:8765"]
    assert wall["variables"] == ["base"]
    assert wall["risk"] == {"reads": True, "sends": False, "account": False}
    assert {frozenset(one) for one in listed} == {frozenset(wall)}


def test_a_page_says_what_to_know_before_asking(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """What is asked, where, how sure it is, what it risks, and how answers are read."""
    code, out, err = _run(capsys, "show", _file(tmp_path))
    assert (code, err) == (0, "")
    for part in (
        "example-search: Example search",
        "GET https://search.example/search",
        "query.q: {keyword}",
        "host: search.example:443",
        "unverified: written from documents",
        "last seen to work: never",
        "a question every 2.0 s to one host",
        "1 captcha: challenged, ambiguous",
        "3 notice: blocked, determinate, notice, explicit (a legal",
        "天气, 音乐, 足球, 春天",
        "authorised hosts: gov.cn, people.com.cn",
        "a legal notice: blocked (from documents)",
    ):
        assert part in out
    assert "query.page" not in out
    assert max(map(len, out.splitlines())) <= 80


def test_a_page_says_what_the_user_must_bring(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Variables, secrets and accounts, and everything that asking may cost."""
    text = (
        COMPLETE.replace("https://search.example/search", "'{base}/search'")
        .replace("risk: {reads: true, hit_cost: 1}", "risk: {sends: true, account: true, hit_cost: 2}")
        .replace("accept-language: zh-CN", 'authorization: "Bearer {secret:TOKEN}"')
        .replace("request:", "notes: |\n  One.\n  Two.\nvariables: {base: {help: your server}}\nrequest:")
        .replace("limits: {rate: 0.5,", "limits: {rate: ~,")
        .replace("origin: documented", "origin: captured")
        .replace("  benign: [天气, 音乐, 足球, 春天]\n", "")
    )
    code, out, _ = _run(capsys, "show", _file(tmp_path, text))
    assert code == 0
    for part in (
        "--set base=VALUE (your server); must be set",
        "host: yours, with --set base=...",
        "the secret TOKEN, in the environment as PROBE_SECRET_TOKEN",
        "an account\n",
        "it sends: what you ask is posted",
        "a hit costs as much as 2 questions",
        "no limit, 1 in flight",
        "always served: the bundled benign list",
        "(captured)",
        "Notes     One.\n          Two.\n",
    ):
        assert part in out, out


def test_nothing_of_a_file_is_printed_raw(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A title could turn a line round, or rewrite what somebody has read."""
    text = COMPLETE.replace("title: Example search", 'title: "a\\e[2J\\u202eb"')
    for arguments in (("show",), ("check",)):
        _, out, err = _run(capsys, *arguments, _file(tmp_path, text))
        assert "\x1b" not in out + err
        assert "\u202e" not in out + err


def test_the_file_itself_can_be_copied(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Byte for byte into a file; harmless on a terminal."""
    text = COMPLETE.replace("title: Example search", "title: a\u202eb")
    assert _run(capsys, "show", "--yaml", _file(tmp_path, text)) == (0, text, "")
    with pytest.MonkeyPatch.context() as patch:
        terminal = _Terminal()
        patch.setattr("sys.stdout", terminal)
        assert start(["endpoints", "show", "--yaml", _file(tmp_path, text)]) == 0
    assert terminal.getvalue() == text.replace("\u202e", "\\u202e")


def test_a_sound_file_is_checked_by_its_own_examples(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """One line an example, then the sum."""
    code, out, err = _run(capsys, "check", _file(tmp_path))
    assert (code, err) == (0, "")
    lines = [line.strip() for line in out.splitlines()]
    assert lines[-4:] == [
        "ok: a page of results: served (rule results)",
        "ok: a legal notice: blocked (rule notice)",
        "ok: the connection is reset: blocked (rule reset)",
        "3 examples, 0 misread; 0 warnings",
    ]


def test_a_misread_example_is_wrong_use(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """With what was expected, what the rules say, and why."""
    text = COMPLETE.replace("contains: 根据相关法律法规, ", "contains: 根据有关法律法规, ")
    code, out, _ = _run(capsys, "check", _file(tmp_path, text))
    assert code == ExitCode.WRONG_USE
    said = " ".join(out.split())
    assert "MISREAD: a legal notice: expected blocked (rule notice), got unrecognised" in said
    assert "3 examples, 1 misread; 0 warnings" in said


def test_warnings_are_printed_and_are_no_fault(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Somebody should read them; a build need not break."""
    place = _file(tmp_path, COMPLETE.replace("  manner: explicit\n", ""))
    code, out, _ = _run(capsys, "check", place)
    assert code == 0
    said = " ".join(out.split())
    assert "warning: " in said
    assert "its manner is not explicit" in said
    assert "3 examples, 0 misread; 1 warning\n" in out


@pytest.mark.parametrize("action", ["check", "show"])
def test_faults_are_said_with_file_and_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, action: str
) -> None:
    """On standard error, with exit code 2, and nothing on standard output."""
    place = _file(tmp_path, COMPLETE.replace("kind: search", "kind: serch"))
    code, out, err = _run(capsys, action, place)
    assert (code, out) == (ExitCode.WRONG_USE, "")
    assert err.startswith(f"{place}:3: kind: must be one of search,")
    assert "probe: 1 fault in" in err


def test_an_unknown_name_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    """With the nearest name."""
    code, out, err = _run(capsys, "show", "lab-wal")
    assert (code, out) == (ExitCode.WRONG_USE, "")
    assert "no endpoint is called 'lab-wal'" in err
    assert "Did you mean 'lab-wall'?" in err


def test_the_schema_is_printed_as_it_is_published(capsys: pytest.CaptureFixture[str]) -> None:
    """Byte for byte the file under schemas/."""
    code, out, _ = _run(capsys, "schema")
    assert code == 0
    assert json.loads(out) == schema()
    assert out == (ROOT / "schemas" / "endpoint.json").read_text(encoding="utf-8")


def test_every_command_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    """Help without one is read twice."""
    for name in command.commands:
        code, out, _ = _run(capsys, name, "--help")
        assert code == 0
        assert re.search(rf"Examples?:\n +probe endpoints {name}", out), name


def test_names_are_completed() -> None:
    """Built-in ones, as the shell asks."""
    (parameter,) = command.commands["check"].params
    context = command.make_context("endpoints", ["check", "x"])
    assert [item.value for item in parameter.shell_complete(context, "lab-w")] == ["lab-wall"]


def test_a_reference_belongs_to_what_is_shown_and_checked(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Its host is named; its faults are those of whoever names it, with its own file."""
    place = _file(tmp_path, COMPLETE.replace("  truism: 天气 OR {keyword}", "  reference: abroad.yaml"))
    beside = tmp_path / "abroad.yaml"
    beside.write_text(
        COMPLETE.replace("name: example-search", "name: abroad").replace("search.example", "abroad.example"),
        encoding="utf-8",
    )
    code, out, _ = _run(capsys, "show", place)
    assert code == 0
    assert "which asks abroad.example:443" in " ".join(out.split())
    assert _run(capsys, "check", place)[0] == 0
    beside.write_text("- x", encoding="utf-8")
    for action in ("check", "show"):
        code, out, err = _run(capsys, action, place)
        assert (code, out) == (ExitCode.WRONG_USE, "")
        assert err.startswith(f"{beside}:1: must be a mapping")
    beside.unlink()
    code, _, err = _run(capsys, "check", place)
    assert code == ExitCode.WRONG_USE
    assert (
        "controls.reference: 'abroad.yaml' is neither a built-in definition nor a file beside this one."
        in err
    )


def test_all_that_come_with_probe_are_checked_without_a_name(capfd: pytest.CaptureFixture[str]) -> None:
    """And none of their examples is misread."""
    assert start(["endpoints", "check"]) == 0
    out = capfd.readouterr().out
    assert all(f"{name} (builtin/{name}.yaml)" in out for name in builtin_endpoints())
    assert "MISREAD" not in out


def test_the_list_says_who_needs_secrets_and_a_copy_knows_where_its_schema_is(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """The first question of whoever chooses; and the line that editors read."""
    assert start(["endpoints", "list"]) == 0
    assert "needs 2 secrets" in " ".join(capfd.readouterr().out.split())
    assert start(["endpoints", "show", "tencent-tms", "--yaml"]) == 0
    assert capfd.readouterr().out.startswith("# yaml-language-server: $schema=endpoint.json\n")


def test_a_variant_says_what_it_extends(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Its page is that of the whole; its file is the few lines that were written."""
    (tmp_path / "base.yaml").write_text(COMPLETE, encoding="utf-8")
    (tmp_path / "mid.yaml").write_text("extends: base.yaml\nlimits: {rate: 0.25}\n", encoding="utf-8")
    text = "name: variant\ntitle: A variant\nextends: mid.yaml\n"
    place = _file(tmp_path, text)
    code, out, err = _run(capsys, "show", place)
    assert (code, err) == (0, "")
    said = "".join(out.split())
    assert f"from{place},whichextends{tmp_path}/mid.yaml,whichextends{tmp_path}/base.yaml" in said
    assert "aquestionevery4.0stoonehost" in said
    assert "notice:blocked,determinate" in said
    assert _run(capsys, "show", "--yaml", place) == (0, text, "")


def test_a_variants_examples_are_read_by_all_rules(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Those of the file, by its own rules and the parent's."""
    (tmp_path / "base.yaml").write_text(COMPLETE, encoding="utf-8")
    text = """\
name: variant
title: A variant
extends: base.yaml
rules:
- {id: gone, when: {status: 451}, outcome: blocked, weight: determinate, manner: explicit}
examples:
- {name: law, origin: documented, keyword: 谣言, outcome: blocked, rule: gone, answer: {status: 451}}
- {name: wait, origin: documented, keyword: 天气, outcome: throttled, rule: rate-limit, answer: {status: 429}}
- {name: odd, origin: documented, keyword: 天气, outcome: served, answer: {status: 451}}
"""
    code, out, _ = _run(capsys, "check", _file(tmp_path, text))
    assert code == ExitCode.WRONG_USE
    said = " ".join(out.split())
    assert "ok: law: blocked (rule gone)" in said
    assert "ok: wait: throttled (rule rate-limit)" in said
    assert "MISREAD: odd: expected served, got blocked (rule gone)" in said
    assert "3 examples, 1 misread" in said
