"""Definitions whose fields have the right form, and which make no sense all the same."""

from __future__ import annotations

import pytest

from probe.inputs.endpoints import check_definition
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
        (_NAME, f"{_NAME}\ndeciding: {{least: 0}}", "2: deciding.least: must be at least 1 and at most 100"),
        (
            _NAME,
            f"{_NAME}\ndeciding: {{least: 5, attempts: 4}}",
            "2: deciding.least: is more than deciding.attempts, which is 4:",
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


GONE = """\
name: gone
title: A service that is gone
kind: message
stability: retired
why_not: it was closed
"""
LISTED = """\
name: listed
title: The list of a client
kind: local
variables: {list: {help: the path of the list}}
local: {file: "{list}", column: keyword}
rules:
- id: listed
  when: {json: {"matched[0]": {exists: true}}}
  outcome: blocked
  manner: explicit
- id: unlisted
  when: {json: {"length(matched)": 0}}
  outcome: served
"""


def test_what_cannot_be_asked_needs_no_request() -> None:
    """Nor rules; it says why, since when, and what comes nearest. It is warned of nothing."""
    for more in ("", "since: 2021-02\n", "since: '2021'\ninstead: [lab-open, other]\n"):
        definition, faults, warnings = check_definition(GONE + more, "e.yaml")
        assert (faults, warnings) == ([], [])
        assert definition is not None
        assert not definition.is_askable
    assert faults_of(GONE.replace("retired", "unsupported")) == []


def test_a_list_needs_no_request() -> None:
    """It has rules as any, and the variable that names its file is in use."""
    assert faults_of(LISTED) == []
    assert (
        faults_of(
            LISTED.replace("{list}", "list.csv").replace(
                "variables: {list: {help: the path of the list}}\n", ""
            )
        )
        == []
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            GONE.replace("stability: retired\n", ""),
            "1: stability: must be retired or unsupported where why_not says so.",
        ),
        (GONE.replace("retired", "supported"), "4: stability: must be retired or unsupported where why_not"),
        (
            GONE.replace("why_not: it was closed\n", ""),
            "1: request: is missing. Write request:, or why_not: with stability: retired or unsupported.",
        ),
        (changed(_NAME, f"{_NAME}\nsince: 2021-03"), "2: since: is of no use without why_not."),
        (changed(_NAME, f"{_NAME}\ninstead: [a]"), "2: instead: is of no use without why_not."),
        (
            GONE + "since: last year\n",
            "6: since: must be a date or its beginning, such as 2013-11, or null, not the text",
        ),
        (
            changed(_NAME, f"{_NAME}\nstability: retired\nwhy_not: closed"),
            "3: why_not: says that it cannot be asked, and there is something to ask. Leave out why_not, or request and",
        ),
        (LISTED + "why_not: closed\nstability: retired\n", "14: why_not: says that it cannot be asked"),
        (
            changed(_NAME, f"{_NAME}\nlocal: {{file: a}}"),
            "2: local: cannot stand beside a request: nothing is asked",
        ),
        (LISTED.replace("{list}", "{lst}"), "5: local.file: {lst} is not a known slot. Did you mean 'list'?"),
        (LISTED.replace("{list}", "{keyword}"), "5: local.file: {keyword} cannot stand here"),
        (LISTED.replace('"{list}"', "a"), "4: variables.list: is used nowhere"),
        (LISTED.replace("column:", "colum:"), "5: local.colum: is not a known field. Did you mean 'column'?"),
        (
            LISTED.replace("keyword}", "keyword, match: holds}"),
            "5: local.match: must be one of contains, equals",
        ),
        (
            LISTED.replace("keyword}", "keyword, encoding: gb9999}"),
            "5: local.encoding: 'gb9999' is no known encoding",
        ),
        (
            LISTED.replace("keyword}", "keyword, encoding: auto}"),
            "5: local.encoding: 'auto' is no known encoding",
        ),
        (LISTED.replace("outcome: served", "outcome: empty"), "6: rules: no rule has the outcome served"),
    ],
)
def test_a_definition_asks_or_looks_in_a_list_or_says_why_not(text: str, said: str) -> None:
    """One of the three, and no half of another."""
    assert any(fault.startswith(f"e.yaml:{said}") for fault in faults_of(text)), faults_of(text)


_SIGN = "sign: {scheme: %s, with: {%s}}"


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (_SIGN % ("bilibili-wbi", "img_key: a, sub_key: b"), None),
        (_SIGN % ("aliyun-rpc-hmac-sha1", "id: '{secret:ID}', key: '{secret:KEY}'"), None),
        (_SIGN % ("tc3-hmac-sha256", "id: a, key: b, service: c"), None),
        ("method: POST\n  form: {}\n  " + _SIGN % ("yidun-md5", "key: a"), None),
        (_SIGN % ("yunxin-sha1", "id: a"), "6: request.sign.with: lacks 'key'. yunxin-sha1 needs id, key."),
        (
            _SIGN % ("yunxin-sha1", "id: a, key: b, kye: c"),
            "6: request.sign.with.kye: is of no use here. yunxin-sha1",
        ),
        (
            _SIGN % ("yunxin", "id: a, key: b"),
            "6: request.sign.scheme: must be one of tc3-hmac-sha256, aliyun-rpc",
        ),
        (
            _SIGN % ("yunxin-sha1", "id: a, key: '{keyword}'"),
            "6: request.sign.with.key: {keyword} cannot stand here",
        ),
        (
            _SIGN % ("yunxin-sha1", "id: a, key: '{secert:A}'"),
            "6: request.sign.with.key: {secert:A} is not a known slot.",
        ),
        (
            _SIGN % ("yidun-md5", "key: a"),
            "6: request.sign.scheme: yidun-md5 signs a form, and there is none.",
        ),
        (
            "method: POST\n  json: {}\n  " + _SIGN % ("yidun-md5", "key: a"),
            "8: request.sign.scheme: yidun-md5 signs a form, and there is none.",
        ),
    ],
)
def test_a_signature_is_given_what_it_needs(request_: str, said: str | None) -> None:
    """Neither less nor more, from what can be filled, and it signs what is sent."""
    faults = faults_of(changed(_URL, f"{_URL}\n  {request_}"))
    assert [fault[: len(f"e.yaml:{said}")] for fault in faults] == (
        [] if said is None else [f"e.yaml:{said}"]
    )


@pytest.mark.parametrize("scheme", ["tc3-hmac-sha256", "aliyun-rpc-hmac-sha1", "bilibili-wbi", "yunxin-sha1"])
def test_a_signed_query_stands_in_query(scheme: str) -> None:
    """What stands behind a ? of the URL would be sent without being signed, where the query is signed at all."""
    given = {"tc3-hmac-sha256": "id: a, key: b, service: c", "bilibili-wbi": "img_key: a, sub_key: b"}
    sign = _SIGN % (scheme, given.get(scheme, "id: a, key: b"))
    faults = faults_of(changed(_URL, f"{_URL}?a=1\n  {sign}"))
    said = f"e.yaml:5: request.url: has parameters that {scheme} would not sign: write them under query."
    assert faults == ([] if scheme == "yunxin-sha1" else [said])


def test_all_requests_of_a_session_are_checked_as_the_request_is() -> None:
    """Each with its own place."""
    step = "session:\n- {id: a, request: {url: 'http://a.example/', headers: {a b: c}}, take: {t: {header: x}}}\n"
    text = changed("request:\n", f"{step}request:\n").replace(_QUERY, 'query: {q: "{keyword}", t: "{t}"}')
    (fault,) = faults_of(text)
    assert fault == "e.yaml:5: session[0].request.headers['a b']: is no name that a header can have."


@pytest.mark.parametrize(
    "text",
    [
        GONE.replace("it was closed", "5"),
        GONE.replace("retired", "retird"),
        GONE + "since: 5\n",
        LISTED.replace('{file: "{list}", column: keyword}', "5"),
        LISTED.replace("kind: local", "kind: lokal"),
        LISTED.replace("keyword}", "keyword, encoding: 5}"),
    ],
)
def test_one_mistake_in_how_it_is_asked_gives_no_second_fault(text: str) -> None:
    """What was meant for a list or for a reason is not missed as a request."""
    assert len(faults_of(text)) == 1
