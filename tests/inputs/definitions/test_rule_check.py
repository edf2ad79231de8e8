"""Conditions that cannot work are faults: malformed tests, and what can never, or would always, hold."""

from __future__ import annotations

import pytest

from probe.inputs.definitions.rule_check import ANSWER_PARTS
from probe.model.rule import When
from tests.inputs.definition_samples import MESSAGE, changed, changed_message, faults_of


def _when(condition: str) -> str:
    return changed("{redirect: /captcha}", condition)


@pytest.mark.parametrize(
    "condition",
    [
        "{status: [200, '4xx', 500-599]}",
        "{status: '302', redirect: x}",
        "{redirect: ''}",
        "{header: {retry-after: '', server: [a, b], x: {pattern: '^y'}}}",
        "{failure: eof_error, stage: [read, body]}",
        "{stage: tls}",
        "{json: {a.b: 5, c: [1, x], d: ~, e: {exists: false}, f: {above: 1, below: 3}, g: {equals: ~, exists: true}}}",
        "{css: [p.none, '#x'], count: 0, length: '<10', hosts: authorised, like: not-benign}",
        "{count: 3-5, not: {text: {contains: [a, b], pattern: c}}}",
        "[{title: a}, {body: {pattern: b}}]",
    ],
)
def test_sound_conditions_pass(condition: str) -> None:
    """One of each kind."""
    assert faults_of(_when(condition)) == []


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("{}", "when: has no condition, so that it would always hold and hide every rule after it."),
        ("{status: ~}", "when: has no condition"),
        ("[]", "when: has no condition, so that the rule never holds."),
        ("[{status: 200}, {}]", "when[1]: has no condition"),
        ("{status: 200, not: {}}", "when.not: has no condition"),
        ("{failure: eof_error, status: 200}", "when: can never hold: failure and status exclude each other"),
        ("{stage: read, text: x}", "when: can never hold: stage and text exclude each other"),
        ("{status: 200, redirect: x}", "when: can never hold: a redirect has a 3xx status."),
        ("{status: []}", "when.status: is empty, so that it can never hold."),
        ("{failure: []}", "when.failure: is empty"),
        ("{css: []}", "when.css: is empty"),
        ("{json: {}}", "when.json: is empty"),
        ("{header: {}}", "when.header: is empty"),
        ("{text: []}", "when.text: is empty"),
        ("{text: {contains: []}}", "when.text.contains: is empty"),
        ("{json: {a: []}}", "when.json.a: is empty"),
        ("{json: {a: {}}}", "when.json.a: tests nothing"),
        ("{text: {}}", "when.text: tests nothing"),
        ("{text: ''}", "when.text: holds an empty text, which stands in every text."),
        ("{body: [a, '']}", "when.body: holds an empty text"),
        ("{header: {a: ['', b]}}", "when.header.a: holds an empty text"),
        ("{json: {a: {contains: ''}}}", "when.json.a.contains: holds an empty text"),
        ("{json: {a: {exists: false, equals: 1}}}", "when.json.a: can never hold: what does not exist"),
        ("{json: {a: {above: 3, below: 3}}}", "when.json.a: can never hold: no number"),
        ("{json: {'a[': 1}}", "when.json['a[']: is no JMESPath expression"),
        ("{json: {a: {pattern: '('}}}", "when.json.a.pattern: is no regular expression"),
        ("{title: {pattern: '('}}", "when.title.pattern: is no regular expression"),
        ("{header: {a: {pattern: '('}}}", "when.header.a.pattern: is no regular expression"),
        ("{not: {body: {pattern: '('}}}", "when.not.body.pattern: is no regular expression"),
        ("{css: 'a['}", "when.css: 'a[' is no CSS selector."),
        ("{css: [p, 'a[']}", "when.css: 'a[' is no CSS selector."),
        ("{status: 99}", "when.status: '99' is no test on a status: write 200, 4xx or 500-599."),
        ("{status: [200, 6xx]}", "when.status: '6xx' is no test on a status"),
        ("{status: 500-400}", "when.status: '500-400' is no test on a status"),
        ("{count: '=5'}", "when.count: '=5' is no test on a number: write 0, '>=1', '<10' or '3-5'."),
        ("{count: 5-3}", "when.count: '5-3' is no test on a number"),
        ("{length: -1}", "when.length: '-1' is no test on a number"),
        ("{length: <0}", "when.length: '<0' is no test on a number"),
    ],
)
def test_a_condition_that_cannot_work_is_a_fault(condition: str, said: str) -> None:
    """With its line and its place inside the rule."""
    faults = faults_of(_when(condition))
    assert any(fault.startswith(f"e.yaml:13: rules[0].{said}") for fault in faults), faults


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("count: {css: .result}\n", "", "rules[2].when.count: needs results.count"),
        ("\n  hosts: {css: .result a, attribute: href}", "", "rules[0].when.hosts: needs results.hosts"),
        ("authorised: [gov.cn]", "authorised: []", "rules[0].when.hosts: needs controls.authorised"),
    ],
)
def test_a_condition_needs_what_it_looks_at(old: str, new: str, said: str) -> None:
    """Counts and hosts must be read before they are tested."""
    faults = faults_of(_when("{hosts: authorised}").replace(old, new, 1))
    assert [fault for fault in faults if said in fault], faults


def test_a_condition_on_authors_needs_them_and_their_list() -> None:
    """Both faults at once; with both there is none."""
    alone = _when("{authors: authorised}")
    assert faults_of(alone) == [
        "e.yaml:13: rules[0].when.authors: needs results.authors, which says where the authors of the results stand.",
        "e.yaml:13: rules[0].when.authors: needs controls.authorised_authors, the list of authorised authors.",
    ]
    given = alone.replace("  hosts:", "  authors: {css: .author}\n  hosts:")
    assert faults_of(given.replace("authorised: [gov.cn]", "authorised_authors: [新华社]")) == []
    (fault,) = faults_of(changed("  hosts:", "  authors: {json: 'a['}\n  hosts:"))
    assert fault.startswith("e.yaml:10: results.authors.json: is no JMESPath expression")


@pytest.mark.parametrize(
    ("pick", "said"),
    [
        ("{}", "results.count: must have exactly one of css, json and pattern."),
        ("{css: a, json: b}", "results.count: must have exactly one of css, json and pattern."),
        ("{json: a, attribute: href}", "results.count.attribute: is of no use without css."),
        ("{css: 'a['}", "results.count.css: 'a[' is no CSS selector."),
        ("{json: 'a['}", "results.count.json: is no JMESPath expression"),
        ("{pattern: '('}", "results.count.pattern: is no regular expression"),
        ("{pattern: '[0-9]+ results'}", "results.count.pattern: needs a group"),
    ],
)
def test_a_pick_that_cannot_work_is_a_fault(pick: str, said: str) -> None:
    """Exactly one way to find a value, and one that works."""
    (fault,) = faults_of(changed("count: {css: .result}", f"count: {pick}"))
    assert fault.startswith(f"e.yaml:9: {said}")
    assert faults_of(changed("count: {css: .result}", "count: {pattern: '([0-9]+) results'}")) == []


def test_every_part_of_a_condition_is_known_here() -> None:
    """A part that is added to the model must be told apart from failures too; `part` says only where to look."""
    assert {*ANSWER_PARTS, "failure", "stage", "not_", "part"} == set(When.__struct_fields__)


@pytest.mark.parametrize(
    "condition",
    [
        "{part: send, status: 202}",
        "{part: read-back, status: 403}",
        "{arrived: [masked, altered]}",
        "{arrived: withdrawn}",
        "{part: send, arrived: absent, not: {arrived: cut}}",
    ],
)
def test_sound_conditions_on_messages_pass(condition: str) -> None:
    """Where to look, and what became of the message."""
    assert faults_of(changed_message("{arrived: absent}", condition)) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "{arrived: absent}",
            "{part: send}",
            "rules[1].when: has no condition, so that it would always hold",
        ),
        ("{arrived: absent}", "{arrived: []}", "rules[1].when.arrived: is empty"),
        ("{arrived: absent}", "{arrived: gone}", "rules[1].when.arrived: must be one of"),
        (
            "{arrived: absent}",
            "{part: reading, status: 200}",
            "rules[1].when.part: must be one of send, read-",
        ),
        (
            "{arrived: absent}",
            "{arrived: cut, failure: eof_error}",
            "rules[1].when: can never hold: failure and",
        ),
        ("    again_after: 60\n", "", None),
        ("{arrived: absent}", "{refusal: canned}", "rules[1].when.refusal: needs answer, which says where"),
    ],
)
def test_a_condition_on_messages_that_cannot_work_is_a_fault(old: str, new: str, said: str | None) -> None:
    """With its place inside the rule."""
    faults = faults_of(changed_message(old, new))
    assert [fault.split(": ", 1)[1][: len(said or "")] for fault in faults] == (
        [] if said is None else [said]
    )


def test_what_is_gone_must_be_looked_for_again() -> None:
    """A message that arrived is looked at once more only where the definition says so."""
    text = changed_message("{arrived: absent}", "{arrived: %s}")
    for test in ("withdrawn", "[withdrawn]"):
        (fault,) = faults_of((text % test).replace("    again_after: 60\n", ""))
        assert "rules[1].when.arrived: can never hold: what arrived is looked at again only with" in fault
    assert faults_of((text % "[absent, withdrawn]").replace("    again_after: 60\n", "")) == []


def test_a_condition_on_messages_needs_one() -> None:
    """Nothing arrives where nothing is posted, and nobody knows it who does not read."""
    assert faults_of(_when("{part: send, status: 429}")) == [
        "e.yaml:13: rules[0].when.part: needs message, which says what becomes of a text that is posted."
    ]
    (fault,) = faults_of(_when("{not: {arrived: cut}}"))
    assert fault.startswith("e.yaml:13: rules[0].when.not.arrived: needs message, which says")
    start, end = MESSAGE.index("  read_back:\n"), MESSAGE.index("  clean_up:\n")
    unread = (MESSAGE[:start] + MESSAGE[end:]).replace(
        "{arrived: identical}", "{part: read-back, status: 200}"
    )
    said = [fault for fault in faults_of(unread) if "rules[" in fault]
    assert len(said) == 2
    assert all("needs message.read_back, which says how to see what arrived." in fault for fault in said)
    once = changed_message("    request: {url: https://reader.example/messages}\n", "").replace(
        "    again_after: 60\n", ""
    )
    once = once[: once.index("examples:")].replace("{arrived: absent}", "{part: read-back, status: 403}")
    (fault,) = faults_of(once)
    assert "rules[1].when.part: can never hold: without message.read_back.request" in fault


@pytest.mark.parametrize(
    ("pick", "said"),
    [
        ("{json: choices}", None),
        ("{json: 'a['}", "answer.json: is no JMESPath expression"),
        ("{json: a, css: b}", "answer: must have exactly one of css, json and pattern."),
        ("{}", "answer: must have exactly one of css, json and pattern."),
    ],
)
def test_an_answer_is_found_in_one_way(pick: str, said: str | None) -> None:
    """Then refusals can be looked for in it."""
    text = changed("kind: search", f"kind: search\nanswer: {pick}").replace(
        "{redirect: /captcha}", "{refusal: prose}"
    )
    assert [fault.split(": ", 1)[1][: len(said or "")] for fault in faults_of(text)] == (
        [said] if said else []
    )
