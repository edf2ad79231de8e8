"""Definitions whose fields have the right form, and which make no sense all the same."""

from __future__ import annotations

import pytest

from tests.inputs.definition_samples import SOUND, changed, faults_of

_NAME = "name: example-search"
_URL = "url: https://search.example/search"
_QUERY = 'query: {q: "{keyword}"}'
_BENIGN = "benign: [天气, 音乐, 足球]"
_FIRST_EXAMPLE = 'answer: {headers: {content-type: text/html}, body: "<p class=result>天气</p>"}'


def test_the_sound_definition_is_sound() -> None:
    """All others differ from it in one thing."""
    assert faults_of(SOUND) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            _NAME,
            f"{_NAME}\nlast_verified: 2026-02-30",
            "2: last_verified: '2026-02-30' is no day of any calendar.",
        ),
        (_NAME, f"{_NAME}\nencoding: gb9999", "2: encoding: 'gb9999' is no known encoding"),
        (_NAME, f"{_NAME}\nencoding: rot13", "2: encoding: 'rot13' is no known encoding"),
        (_NAME, f"{_NAME}\nencoding: undefined", "2: encoding: 'undefined' is no known encoding"),
        (_NAME, f"{_NAME}\nencoding: 'a/b'", "2: encoding: 'a/b' is no known encoding"),
        (_URL, "url: search.example", "5: request.url: must be an absolute address"),
        (_URL, "url: https://a.example/{b c}", "5: request.url: holds '{b c}', which is no slot."),
        (_URL, f"{_URL}\n  body: x", "6: request.body: a GET has no body; use query, or method: POST."),
        (_URL, f"{_URL}\n  method: HEAD\n  form: {{}}", "7: request.form: a HEAD has no body"),
        (
            _URL,
            f"{_URL}\n  method: PUT\n  json: 1\n  body: x",
            "8: request.body: only one body can be sent: json and",
        ),
        (
            _URL,
            f"{_URL}\n  headers: {{a b: c}}",
            "6: request.headers['a b']: is no name that a header can have.",
        ),
        (_URL, f'{_URL}\n  headers: {{a: "b\\r\\nc"}}', "6: request.headers.a: holds a line break"),
        (_URL, f"{_URL}\n  headers: {{A: b, a: c}}", "6: request.headers.a: is given twice"),
        (
            _URL,
            f"{_URL}\n  headers: {{Content-Length: '5'}}",
            "6: request.headers.Content-Length: is set by probe",
        ),
        ("outcome: served", "outcome: empty", "11: rules: no rule has the outcome served"),
        (_BENIGN, "benign: [天气, 音乐, ' 天气']", "24: controls.benign[2]: ' 天气' is given twice."),
        (_BENIGN, "benign: [天气, ' ', 音乐]", "24: controls.benign[1]: is blank."),
        (_BENIGN, f"benign: [{'天' * 201}]", "24: controls.benign[0]: is longer than limits.max_text."),
        ("[gov.cn]", "[http://gov.cn]", "26: controls.authorised[0]: must be a host name in small letters"),
        ("[gov.cn]", "[Gov.cn]", "26: controls.authorised[0]: must be a host name in small letters"),
        (f"  {_FIRST_EXAMPLE}\n", "", "28: examples[0]: must have exactly one of answer and failure."),
        (
            _FIRST_EXAMPLE,
            f"{_FIRST_EXAMPLE}\n  failure: eof_error",
            "28: examples[0]: must have exactly one of",
        ),
        (
            _FIRST_EXAMPLE,
            f"{_FIRST_EXAMPLE}\n  stage: read",
            "34: examples[0].stage: is of no use without failure.",
        ),
        (
            _FIRST_EXAMPLE,
            "answer: {body: x, json: 1}",
            "33: examples[0].answer: can have only one of body and json.",
        ),
        ("keyword: 天气", "keyword: ''", "30: examples[0].keyword: is blank."),
        (
            "rule: results",
            "rule: result",
            "32: examples[0].rule: 'result' is not the id of a rule. Did you mean 're",
        ),
    ],
)
def test_what_makes_no_sense_is_a_fault(old: str, new: str, said: str) -> None:
    """One fault, with its line and in plain words."""
    (fault,) = faults_of(changed(old, new))
    assert fault.startswith(f"e.yaml:{said}")


def test_ids_of_rules_are_unique() -> None:
    """The second one is named, and the example that is left without its rule."""
    said = faults_of(changed("id: results", "id: captcha"))
    assert said == [
        "e.yaml:20: rules[2].id: 'captcha' is the id of rules[0] too.",
        "e.yaml:32: examples[0].rule: 'results' is not the id of a rule.",
    ]


@pytest.mark.parametrize("name", ["auto", "utf-8", "gb18030", "GBK", "big5", "utf-16"])
def test_encodings_that_python_reads_are_known(name: str) -> None:
    """Also where two bytes are too few to be a text."""
    assert faults_of(changed(_NAME, f"{_NAME}\nencoding: {name}")) == []


def test_defaults_of_variables_are_looked_at() -> None:
    """They go into the URL as a user's value does."""
    text = changed(_URL, 'url: "{base}/search"').replace(
        "request:", "variables: {base: {default: %s}}\nrequest:"
    )
    assert faults_of(text % "'http://127.0.0.1:8080'") == []
    (fault,) = faults_of(text % "127.0.0.1")
    assert fault.startswith("e.yaml:4: variables.base.default: must be the start of a URL")


def test_one_mistake_gives_no_second_fault() -> None:
    """What was concluded from something faulty is not said."""
    for old, new in (
        ("outcome: served", "outcome: servd"),
        ("id: results", "id: 5"),
        ("css: .result}", "csss: .result}"),
        (_QUERY, "qury: {q: '{keyword}'}"),
        ("rules:\n", "rules: &x\n"),
    ):
        assert len(faults_of(changed(old, new))) == 1, new
