"""Warnings: what is allowed in a definition and likely to mislead."""

from __future__ import annotations

import msgspec
import pytest

from probe.inputs.definitions.warnings import MOST_SLOW, can_meet
from probe.model.exchange import Failure, Stage
from probe.model.rule import ValueMatch, When
from tests.inputs.definition_samples import MESSAGE, SOUND, changed, warnings_of

_WHEN = "{redirect: /captcha}"
_CAPTCHA = "- id: captcha\n  when: {redirect: /captcha}\n  outcome: challenged\n"


def test_the_sound_definition_is_warned_of_nothing() -> None:
    """All others differ from it in one thing."""
    assert warnings_of(SOUND) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  weight: determinate\n", "", None),
        ("  manner: explicit\n", "", "15: rules[1]: 'notice' proves censorship by one answer (determinate)"),
        ("manner: explicit", "manner: implicit", "15: rules[1]: 'notice' proves censorship by one answer"),
        ("benign: [天气, 音乐, 足球]", "benign: []", None),
        ("benign: [天气, 音乐, 足球]", "benign: [天气, 音乐]", "24: controls.benign: only 2 given;"),
        (
            "kind: search",
            "kind: search\nstability: supported",
            "4: stability: supported, but last_verified is null",
        ),
        ("kind: search", "kind: search\nstability: supported\nlast_verified: 2026-01-31", None),
        (
            "kind: search",
            "kind: search\nlimits: {per_day: 9}\nrisk: {sends: true}",
            "5: risk: sends is true and account is false",
        ),
        ("kind: search", "kind: search\nlimits: {per_day: 9}\nrisk: {sends: true, account: true}", None),
        ("kind: search", "kind: search\nlimits: {per_day: 9}\nrisk: {sends: true, public: true}", None),
        (
            "outcome: served\n  rule",
            "outcome: empty\n  rule",
            "27: examples: no example shows a served answer.",
        ),
        (
            "outcome: blocked\n  rule",
            "outcome: login\n  rule",
            "27: examples: no example shows a censored answer.",
        ),
        ("{status: 200, text: 未予显示}", "{failure: eof_error}", None),
        (_WHEN, "{text: weather}", None),
        (_WHEN, "{text: 天}", "13: rules[0].when.text: could match the echoed keyword: it fits '天气'."),
        (_WHEN, "{body: {pattern: '[0-9]{4}'}}", "13: rules[0].when.body: could match the echoed"),
        (_WHEN, "{redirect: {pattern: .+}}", "13: rules[0].when.redirect: could match the echoed"),
        (_WHEN, "{header: {a: {pattern: '\\w'}}}", "13: rules[0].when.header.a: could match the echoed"),
        (_WHEN, "{header: {a: ''}}", None),
        (_WHEN, "{json: {a: {pattern: 谣}}}", "13: rules[0].when.json.a: could match the echoed"),
        (_WHEN, "{json: {a: 谣言}}", None),
        (_WHEN, "{not: {title: 谣}}", "13: rules[0].when.not.title: could match the echoed"),
        (_WHEN, "{body: {pattern: '法律.*'}}", "13: rules[0].when.body: could match the echoed keyword, as"),
        (_WHEN, "{body: {pattern: '.*法律'}}", "13: rules[0].when.body: could match the echoed keyword, as"),
        (_WHEN, "{body: {pattern: '法.*律'}}", None),
        (_WHEN, "{text: {contains: 'a  b', pattern: 'zz'}}", "13: rules[0].when.text: 'a  b' is never found"),
        (_WHEN, "{title: [e\u0301x, zz]}", "13: rules[0].when.title: 'e\u0301x' is never found"),
        (_WHEN, "{body: 'a  b'}", None),
    ],
)
def test_what_misleads_is_warned_of(old: str, new: str, said: str | None) -> None:
    """One warning with its line, or none."""
    warnings = warnings_of(changed(old, new))
    if said is None:
        assert warnings == []
    else:
        assert len(warnings) == 1, warnings
        assert warnings[0].startswith(f"e.yaml:{said}")


def test_a_failure_is_no_block_where_connections_are_kept() -> None:
    """The end of an idle connection looks the same."""
    text = changed("{status: 200, text: 未予显示}", "{failure: eof_error}").replace(
        "  connection: fresh\n", ""
    )
    (warning,) = warnings_of(text)
    assert warning.startswith("e.yaml:14: rules[1]: 'notice' takes a failed connection for a block")


def test_a_pattern_that_runs_out_of_time_is_warned_of() -> None:
    """On a page it would be no quicker."""
    slow = "{body: {pattern: '(a|aa)+[0-9]$'}}"
    text = changed("{redirect: /captcha}", slow).replace("[天气, 音乐, 足球]", f"[{'a' * 190}, 音乐, 足球]")
    (warning,) = warnings_of(text)
    assert warning.startswith("e.yaml:13: rules[0].when.body: takes too long on a short text")


def test_only_some_slow_patterns_are_waited_for() -> None:
    """A file full of them would take minutes to be warned of."""
    rules = "".join(
        f"- {{id: s{number}, when: {{body: {{pattern: '(a|aa)+[0-9]$'}}}}, outcome: served}}\n"
        for number in range(9)
    )
    text = changed("- id: notice", f"{rules}- id: notice").replace(
        "[天气, 音乐, 足球]", f"[{'a' * 190}, 音乐, 足球]"
    )
    assert len([warning for warning in warnings_of(text) if "takes too long" in warning]) == MOST_SLOW


@pytest.mark.parametrize(
    ("early", "late", "warned"),
    [
        ("{css: p.none}", "{title: 验证}", True),
        ("{status: 200}", "{status: 4xx}", False),
        ("{status: [200, 5xx]}", "{status: 500-599}", True),
        ("{status: 200}", "{redirect: /captcha}", False),
        ("{failure: eof_error}", "{title: 验证}", False),
        ("{json: {code: 87014}}", "{json: {code: [45009, 45011]}}", False),
        ("{json: {code: 87014}}", "{json: {message: busy}}", True),
        ("{json: {code: {above: 1}}}", "{json: {code: 45009}}", True),
        ("[{status: 451}, {css: p.none}]", "[{status: 429}, {title: 验证}]", True),
    ],
)
def test_captchas_come_before_what_they_look_like(early: str, late: str, warned: bool) -> None:
    """But only where one answer could fit both."""
    text = SOUND.replace(_CAPTCHA, f"- id: none\n  when: {early}\n  outcome: empty\n{_CAPTCHA}").replace(
        "{redirect: /captcha}", late
    )
    said = [warning for warning in warnings_of(text) if "stands after" in warning]
    assert len(said) == warned
    if warned:
        assert said[0].startswith("e.yaml:15: rules[1]: 'captcha' (challenged) stands after 'none' (empty): ")


def test_conditions_that_exclude_each_other_never_meet() -> None:
    """`true` and 1 are not the same, and a value that must equal nothing in particular excludes nothing."""
    assert not can_meet(When(json={"a": 1}), When(json={"a": True}))
    assert not can_meet(When(json={"a": ValueMatch(equals=(1, 2))}), When(json={"a": 3}))
    assert can_meet(When(json={"a": ValueMatch(exists=True)}), When(json={"a": 3}))
    assert can_meet(When(failure=Failure.EOF), When(stage=Stage.READ))
    assert can_meet(When(status=302), When(redirect="x"))


@pytest.mark.parametrize(
    ("early", "late", "meets"),
    [
        ({"arrived": "absent"}, {"part": "send", "status": 429}, False),
        ({"part": "read-back", "status": 200}, {"part": "send", "failure": "eof_error"}, False),
        ({"part": "read-back", "status": 200}, {"part": "send", "status": "2xx"}, True),
        ({"part": "read-back", "status": 200}, {"part": "send", "status": 302}, True),
        ({"part": "read-back", "failure": "eof_error"}, {"part": "send", "status": 200}, True),
        ({"part": "read-back", "status": 200}, {"part": "read-back", "status": 429}, False),
        ({"part": "read-back", "status": 200}, {"status": 429}, False),
        ({"status": 200}, {"part": "send", "status": 429}, False),
        ({"status": 200}, {"part": "send", "status": 302}, True),
        ({"arrived": "altered"}, {"arrived": ["cut", "absent"]}, True),
        ({"arrived": "altered"}, {"arrived": ["withdrawn", "absent"]}, False),
    ],
)
def test_conditions_on_messages_may_look_at_two_answers(
    early: dict[str, object], late: dict[str, object], meets: bool
) -> None:
    """What is read back says nothing of the answer to the sending, but that it was accepted."""
    one, other = msgspec.convert(early, When), msgspec.convert(late, When)
    assert can_meet(one, other) is meets
    assert can_meet(other, one) is meets


def test_rules_of_messages_are_warned_of_in_their_order() -> None:
    """A limit that only the sending meets may stand behind what only a reading shows."""
    limit = "- id: limit\n  when: {part: send, status: 429}\n  outcome: throttled\n"
    moved = MESSAGE.replace(limit, "").replace("examples:\n", f"{limit}examples:\n")
    moved = moved.replace("outcome: absent\n- id", "outcome: blocked\n- id")
    assert [one for one in warnings_of(moved) if "stands after" in one] == []
    (warning,) = [one for one in warnings_of(moved.replace("429", "200")) if "stands after" in one]
    assert "'limit' (throttled) stands after 'absent' (blocked)" in warning
