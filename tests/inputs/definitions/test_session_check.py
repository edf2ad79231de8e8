"""Sessions: what is taken comes from somewhere, in time, and is used."""

from __future__ import annotations

import pytest

from tests.inputs.definition_samples import changed, faults_of, sound

SESSION = """\
session:
- id: visitor
  request: {url: "https://pass.example/visitor", method: POST, form: {cb: x}}
  take:
    tid: {json: data.tid}
- id: token
  request: {url: "https://search.example/token", query: {tid: "{tid}", t: "{time}"}}
  take:
    token: {css: "input[name=st]", attribute: value}
  refresh_when: [captcha]
"""
_QUERY = 'query: {q: "{keyword}"}'


def with_session(
    old: str = "", new: str = "", *, query: str = 'query: {q: "{keyword}", k: "{token}"}'
) -> str:
    """The sound definition with this session, in which one part is replaced."""
    assert old in SESSION, old
    text = changed(_QUERY, query)
    return text.replace("request:\n", f"{SESSION.replace(old, new, 1)}request:\n", 1)


def test_a_session_is_sound() -> None:
    """Each step uses what those before it took, and the request uses it all."""
    definition = sound(with_session())
    assert [step.id for step in definition.session] == ["visitor", "token"]
    assert definition.session[0].cache_for == 3600.0


@pytest.mark.parametrize(
    "take",
    [
        "{json: data.tid, pattern: 'a(b)'}",
        "{css: b}",
        "{header: X-Token}",
        "{cookie: '*'}",
        "{pattern: 'tid=([a-z]+)'}",
        "{json: a, map: {'true': '3'}, digits: 3}",
    ],
)
def test_a_value_may_come_from_anywhere(take: str) -> None:
    """From one source, or by a pattern alone."""
    assert faults_of(with_session("{json: data.tid}", take)) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "{json: data.tid}",
            "{}",
            "8: session[0].take.tid: has no source: give one of json, css, header, cookie, or",
        ),
        ("{json: data.tid}", "{digits: 3}", "8: session[0].take.tid: has no source"),
        (
            "{json: data.tid}",
            "{json: a, header: b}",
            "8: session[0].take.tid: must have one source only, not json and",
        ),
        (
            "{json: data.tid}",
            "{json: a, attribute: b}",
            "8: session[0].take.tid.attribute: is of no use without css.",
        ),
        ("{json: data.tid}", "{json: 'a['}", "8: session[0].take.tid.json: is no JMESPath expression"),
        ("{json: data.tid}", "{css: '['}", "8: session[0].take.tid.css: '[' is no CSS selector."),
        ("{json: data.tid}", "{pattern: '('}", "8: session[0].take.tid.pattern: is no regular expression"),
        ("{json: data.tid}", "{json: a, digits: 0}", "8: session[0].take.tid.digits: must be"),
        (
            "[captcha]",
            "[captcha, captcher]",
            "13: session[1].refresh_when[1]: 'captcher' is not the id of a rule. Did",
        ),
        ("- id: token", "- id: visitor", "9: session[1].id: 'visitor' is the id of session[0] too."),
        ("- id: token", "- id: To ken", "9: session[1].id: must be 1 to 40 of the characters a-z"),
        ('"https://search.example/token"', '""', "10: session[1].request.url: is blank."),
        (
            "https://search.example/token",
            "search.example",
            "10: session[1].request.url: must be an absolute address",
        ),
        (
            "https://search.example",
            "https://{tid}.example",
            "10: session[1].request.url: has {tid} in its host",
        ),
        ("method: POST", "method: GET", "6: session[0].request.form: a GET has no body"),
        ("{tid}", "{token}", "10: session[1].request.query.tid: {token} is not a known slot."),
        (
            "{tid}",
            "{keyword}",
            "10: session[1].request.query.tid: {keyword} cannot stand here: this is not sent for",
        ),
        ("{tid}", "{tid:gbk}", "10: session[1].request.query.tid: {tid:gbk}: only a keyword can be encoded"),
        (
            "{time}",
            "{time:s}",
            "10: session[1].request.query.t: {time:s}: write {time} for seconds, {time:ms} for",
        ),
        ("    tid:", "    time:", "8: session[0].take.time: cannot be the name of a slot"),
        ("    token:", "    tid:", "12: session[1].take.tid: is the name of something else already."),
        ("refresh_when: [captcha]", "cache_for: 0", "13: session[1].cache_for: must be"),
        ("  take:\n    tid: {json: data.tid}\n", "", "5: session[0].take: is missing"),
        ("\n    tid: {json: data.tid}", " {}", "7: session[0].take:"),
        ("{cb: x}", "{cb: x}, sign: {scheme: yidun-md5}", "6: session[0].request.sign.with: lacks 'key'."),
    ],
)
def test_what_a_session_cannot_do_is_a_fault(old: str, new: str, said: str) -> None:
    """With its line, before anything is sent."""
    faults = faults_of(with_session(old, new))
    assert any(fault.startswith(f"e.yaml:{said}") for fault in faults), faults


def test_what_nobody_uses_is_a_fault() -> None:
    """A value that is fetched for nothing is a mistake; the request knows those of all steps."""
    (fault,) = faults_of(with_session(query=_QUERY))
    assert fault.startswith(
        "e.yaml:12: session[1].take.token: is used nowhere: the slot {token} does not stand"
    )
    assert faults_of(with_session(query='query: {q: "{keyword}", k: "{tid}{token}"}')) == []


def test_a_session_without_a_request_is_of_no_use() -> None:
    """There is nothing that could be asked with it."""
    text = with_session()
    start, end = text.index("request:\n  url"), text.index("results:")
    listed = text[:start] + "local: {file: list.txt}\n" + text[end:]
    assert "e.yaml:4: session: is of no use without a request." in faults_of(listed)
    (fault,) = [fault for fault in faults_of(text[:start] + text[end:]) if "request: " in fault]
    assert fault.startswith("e.yaml:1: request: is missing.")
