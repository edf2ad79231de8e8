"""JUnit XML as CI servers read it."""

from __future__ import annotations

import io
from xml.etree import ElementTree

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.model.verdict import Status, Verdict
from probe.showing.junit import CONTROLS, JUnitWriter

from .samples import a_look, a_run, a_verdict, made_up_verdicts


def write(*verdicts: Verdict, fail_on: frozenset[Status] = frozenset()) -> ElementTree.Element:
    out = io.StringIO()
    writer = JUnitWriter(out, look=a_look(fail_on=fail_on))
    writer.start()
    for verdict in verdicts:
        writer.verdict(verdict)
    writer.finish(a_run(verdicts))
    return ElementTree.fromstring(out.getvalue())


def results(suites: ElementTree.Element) -> dict[str, list[str]]:
    """What stands in the tests: its kind, and the names of the keywords."""
    found: dict[str, list[str]] = {}
    for case in suites.iter("testcase"):
        kind = case[0].tag if len(case) else "passed"
        if case.get("name") not in (CONTROLS, "complete"):
            found.setdefault(kind, []).append(case.get("name") or "")
    return found


def test_each_status_has_its_result() -> None:
    """Only what --fail-on names fails; what is not known is skipped; all else passes, and says what it found."""
    verdicts = [a_verdict(kind, "weibo-search", kind) for kind in "BRF.?-"]
    assert results(write(*verdicts)) == {
        "system-out": ["B", "R", "F"],
        "passed": ["."],
        "skipped": ["?", "-"],
    }
    failing = write(*verdicts, fail_on=frozenset({Status.BLOCKED, Status.UNMEASURED}))
    assert results(failing) == {
        "failure": ["B", "R", "-"],
        "system-out": ["F"],
        "passed": ["."],
        "skipped": ["?"],
    }
    assert [failing.get(name) for name in ("failures", "skipped", "errors")] == ["3", "1", "1"]


def test_controls_that_failed_are_an_error() -> None:
    """In the suite of their endpoint, and in no other."""
    suites = write(*made_up_verdicts())
    errors = {suite.get("name"): [*suite.iter("error")] for suite in suites}
    assert {name for name, found in errors.items() if found} == {"douyin-search"}
    (error,) = errors["douyin-search"]
    assert "captcha" in (error.get("message") or "")
    first = [case.get("name") for suite in suites for case in suite.findall("testcase")[:1]]
    assert first == [CONTROLS] * 9 + ["complete"]


def test_a_run_that_is_not_complete_is_no_clean_one() -> None:
    """Whoever reads only green and red sees that something is missing."""
    out = io.StringIO()
    JUnitWriter(out, look=a_look()).finish(a_run([], complete=False, ended_early="the budget is spent"))
    suites = ElementTree.fromstring(out.getvalue())
    (skipped,) = suites.iter("skipped")
    assert skipped.get("message") == "not complete: the budget is spent"
    assert suites.get("skipped") == "1"


def test_the_sums_are_those_of_the_tests() -> None:
    """Of each suite and of all."""
    suites = write(*made_up_verdicts(), fail_on=frozenset({Status.FILTERED}))
    for each, sums in [(suites, suites), *((suite, suite) for suite in suites)]:
        for tag, name in (
            ("testcase", "tests"),
            ("failure", "failures"),
            ("error", "errors"),
            ("skipped", "skipped"),
        ):
            assert int(sums.get(name) or -1) == len([*each.iter(tag)]), name


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_it_is_xml_in_every_encoding(encoding: str) -> None:
    """What the stream cannot say is escaped."""
    raw = io.BytesIO()
    writer = JUnitWriter(io.TextIOWrapper(raw, encoding=encoding, write_through=True), look=a_look())
    writer.verdict(a_verdict("谣言"))
    writer.finish(a_run([]))
    assert ElementTree.fromstring(raw.getvalue()).tag == "testsuites"


@given(st.text(max_size=30))
def test_foreign_text_stays_text(text: str) -> None:
    """Whatever a list or a platform says, control characters and halves of characters too."""
    hostile = a_verdict(text or "x", reason=f"]]>{text}<script>")
    suites = write(hostile, fail_on=frozenset({Status.BLOCKED}))
    assert {node.tag for node in suites.iter()} == {
        "testsuites",
        "testsuite",
        "properties",
        "property",
        "testcase",
        "failure",
        "error",
    }


def test_notes_are_properties() -> None:
    """A canary that was served must not be overlooked."""
    run = a_run([])
    use = msgspec.structs.replace(run.endpoints[0], notes=("a canary was served",))
    out = io.StringIO()
    JUnitWriter(out, look=a_look()).finish(msgspec.structs.replace(run, endpoints=(use,)))
    notes = [one.get("value") for one in ElementTree.fromstring(out.getvalue()).iter("property")]
    assert "a canary was served" in notes
