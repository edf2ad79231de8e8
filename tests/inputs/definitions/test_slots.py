"""Slots: what is filled, what cannot be, and what nobody uses."""

from __future__ import annotations

import pytest

from probe.inputs.definitions.slots import (
    CLEAN_UP,
    ENCODINGS,
    READ_BACK,
    fill,
    request_texts,
    secret_names,
    stray_braces,
    templates,
)
from probe.reading.slots import find_slots
from tests.inputs.definition_samples import MESSAGE, changed, changed_message, faults_of, sound

_QUERY = 'query: {q: "{keyword}"}'


def _with(request: str, *, variables: str = "") -> str:
    return changed(_QUERY, request).replace("request:\n", f"{variables}request:\n", 1)


def test_a_slot_is_a_word_in_braces() -> None:
    """Braces of JSON and of patterns stay what they are."""
    text = '{"q": "{keyword:gbk}", "n": "{nonce}", "s": "{secret:TOKEN}", "x": {2,3}}'
    assert [str(slot) for slot in find_slots(text)] == ["{keyword:gbk}", "{nonce}", "{secret:TOKEN}"]
    assert stray_braces("/{keyword}/{}/{a b}/}") == ["{}", "{a b}", "}"]


def test_variables_are_filled_and_other_slots_stay() -> None:
    """The keyword comes later, and a value is not looked into."""
    assert fill("{base}/{keyword}/{base:x}", {"base": "{keyword}!"}) == "{keyword}!/{keyword}/{base:x}"


def test_every_text_of_a_request_is_looked_at() -> None:
    """URL, query, headers, form, body, and JSON however deep."""
    text = _with(
        'method: POST\n  query: {a: b}\n  headers: {c: d}\n  json: {e: [1, {f: "{keyword}"}], g: null}'
    )
    found = dict(request_texts(sound(text).request))
    assert list(found)[1:] == [
        ("request", "query", "a"),
        ("request", "headers", "c"),
        ("request", "json", "e", 1, "f"),
    ]
    text = _with('method: POST\n  form: {a: "{keyword}"}')
    assert ("request", "form", "a") in dict(request_texts(sound(text).request))
    text = _with('method: POST\n  body: "{keyword}"')
    assert ("request", "body") in dict(request_texts(sound(text).request))


def test_secrets_are_named_once_each() -> None:
    """Whoever runs it must know what to set."""
    text = _with('query: {q: "{keyword}", k: "{secret:KEY}"}\n  headers: {a: "{secret:TOKEN} {secret:KEY}"}')
    assert secret_names(sound(text)) == ("KEY", "TOKEN")


@pytest.mark.parametrize("form", ENCODINGS)
def test_a_keyword_can_be_sent_in_each_form(form: str) -> None:
    """UTF-8, the Chinese encodings, and base64."""
    assert faults_of(_with(f'query: {{q: "{{keyword:{form}}}"}}')) == []


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("{keywrd}", "{keywrd} is not a known slot. Did you mean 'keyword'?"),
        ("{zzzzz}", "{zzzzz} is not a known slot. Known: {keyword}, {keyword:FORM}"),
        ("{keyword:gkb}", "{keyword:gkb}: 'gkb' is not a known encoding. Did you mean 'gbk'?"),
        (
            "{keyword:x}",
            "{keyword:x}: 'x' is not a known encoding. Known: utf-8, gbk, gb18030, big5, base64, json, percent.",
        ),
        ("{keyword:raw}", "{keyword:raw}: a keyword is never sent raw. Known: utf-8,"),
        ("{keyword:}", "{keyword:}: '' is not a known encoding."),
        ("{nonce:gbk}", "{nonce:gbk}: only a keyword can be encoded; write {nonce}."),
        ("{secret}", "{secret} must name its secret, such as {secret:TOKEN}."),
        ("{secret:1}", "{secret:1} must name its secret"),
    ],
)
def test_a_slot_that_nobody_can_fill_is_a_fault(query: str, said: str) -> None:
    """With its line and what was meant."""
    faults = faults_of(_with(f'query: {{a: "{{keyword}}", q: "{query}"}}'))
    assert len(faults) == 1
    assert faults[0].startswith(f"e.yaml:6: request.query.q: {said}")


def test_a_request_without_the_keyword_is_a_fault() -> None:
    """It would ask the same thing for every keyword."""
    (fault,) = faults_of(_with("query: {q: x}"))
    assert fault.startswith("e.yaml:4: request: sends no keyword: the slot {keyword} stands nowhere")


def test_a_variable_is_used_and_has_a_sound_name() -> None:
    """What is declared for nothing is a mistake, and a name must fit a slot."""
    used = 'query: {q: "{keyword}", a: "{lang}"}'
    assert faults_of(_with(used, variables="variables: {lang: {}}\n")) == []
    (fault,) = faults_of(_with(_QUERY, variables="variables: {lang: {}}\n"))
    assert (
        fault == "e.yaml:4: variables.lang: is used nowhere: the slot {lang} does not stand in the request."
    )
    assert faults_of(_with(used.replace("{lang}", "{nonce}"))) == []
    for name in ("keyword", "text", "nonce", "secret", "time", "a.b", "1a"):
        faults = faults_of(_with(used, variables=f"variables: {{lang: {{}}, {name}: {{}}}}\n"))
        assert any("cannot be the name of a slot" in fault for fault in faults)
    (fault,) = faults_of(_with(used.replace("{lang}", "{lang:gbk}"), variables="variables: {lang: {}}\n"))
    assert "{lang:gbk}: only a keyword can be encoded; write {lang}." in fault


def test_json_takes_no_other_encoding_than_its_own() -> None:
    """Bytes of GBK cannot stand in UTF-8."""
    post = 'method: POST\n  json: {q: "{keyword:%s}"}'
    assert faults_of(_with(post % "base64")) == []
    (fault,) = faults_of(_with(post % "gbk"))
    assert fault.startswith("e.yaml:7: request.json.q: {keyword:gbk}: JSON is sent as UTF-8")


def test_names_hold_no_slots() -> None:
    """Only values are filled, so a slot in a name would be sent as it is."""
    (fault,) = faults_of(_with('query: {"{nonce}": "{keyword}"}'))
    assert "request.query['{nonce}']: has a slot in its name" in fault


@pytest.mark.parametrize("form", ["", *(f":{form}" for form in ENCODINGS)])
def test_a_text_can_be_sent_in_the_forms_of_a_keyword(form: str) -> None:
    """It is the keyword with what stands around it, so it may stand instead of that."""
    assert faults_of(_with(f'query: {{q: "{{text{form}}}"}}')) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"{text}"', '"{text:gkb}"', "10: request.json.text: {text:gkb}: 'gkb' is not a known encoding."),
        ('"{text}"', '"{text:gbk}"', "10: request.json.text: {text:gbk}: JSON is sent as UTF-8"),
        (
            '"{text}"',
            '"{text}{txt}"',
            "10: request.json.text: {txt} is not a known slot. Did you mean 'text'?",
        ),
        ('"{text}"', '"{text}{id}"', "10: request.json.text: {id} is not a known slot."),
        ("{id: {json", "{text: {json", "12: message.take.text: cannot be the name of a slot"),
        ("{id: {json", "{key: {json", "12: message.take.key: is used nowhere"),
        ("  resend: true\n", "", None),
        ("/messages/{id}", "/messages/{id}?{text}{keyword:gbk}{nonce}", None),
        (
            "/messages/{id}",
            "/messages/{id}?{text:x}",
            "19: message.clean_up.request.url: {text:x}: 'x' is not",
        ),
        ("https://reader.example/messages", '"https://reader.example/?{keyword}{text}{nonce}"', None),
        ("{url: https://reader.example/messages}", '{url: "https://reader.example/{id}"}', None),
        (
            "{url: https://reader.example/messages}",
            '{url: "https://reader.example/", method: POST, json: {q: ["{text:big5}"]}}',
            "15: message.read_back.request.json.q[0]: {text:big5}: JSON is sent as UTF-8",
        ),
        (
            "{url: https://reader.example/messages}",
            '{url: "https://reader.example/", query: {a: "{ID}"}}',
            "15: message.read_back.request.query.a: {ID} is not a known slot.",
        ),
        (
            "{url: https://reader.example/messages}",
            '{url: "https://reader.example/", query: {"{id}": a}}',
            "15: message.read_back.request.query['{id}']: has a slot in its name",
        ),
    ],
)
def test_what_a_message_gives_is_known_after_it(old: str, new: str, said: str | None) -> None:
    """Where it is read back and taken away; there the text and its nonce are known too."""
    faults = faults_of(changed_message(old, new))
    assert [fault[len("e.yaml:") :][: len(said or "")] for fault in faults] == (
        [] if said is None else [said]
    )


def test_an_id_that_is_found_needs_not_be_taken() -> None:
    """What is read back gives it, for taking the message away; without it nobody knows what to take away."""
    found = changed_message("  take: {id: {json: message.id}}\n", "")
    assert faults_of(found) == []
    (fault,) = faults_of(found.replace("id: id, ", ""))
    assert "message.clean_up.request.url: {id} is not a known slot." in fault
    asked = found.replace("https://reader.example/messages", '"https://reader.example/{id}"')
    (fault,) = faults_of(asked)
    assert "message.read_back.request.url: {id} is not a known slot." in fault


def test_what_is_taken_of_a_message_is_used() -> None:
    """But where none of it is of any other use, it says whether the message was accepted."""
    start, end = MESSAGE.index("  read_back:\n"), MESSAGE.index("rules:\n")
    sent = MESSAGE[:start] + MESSAGE[end : MESSAGE.index("examples:\n")].replace(
        "{arrived: absent}", "{status: 403}"
    ).replace("{arrived: identical}", "{status: 200}")
    assert faults_of(sent) == []
    unused = changed_message("{id: {json: message.id}}", "{id: {json: message.id}, key: {json: key}}")
    assert faults_of(unused) == [
        "e.yaml:12: message.take.key: is used nowhere: the slot {key} does not stand in the request."
    ]
    unread = MESSAGE.replace("id: id, ", "").replace("/messages/{id}", "/messages/{nonce}")
    assert faults_of(unread) == []
    only_taken_away = changed_message("id: id, ", "").replace("{id: {json", "{id: {json: id}, key: {json")
    (fault,) = faults_of(only_taken_away)
    assert "message.take.key: is used nowhere" in fault


def test_requests_of_a_message_count_as_those_of_a_session() -> None:
    """Their secrets are asked for, and their hosts are known."""
    text = changed_message(
        "messages}\n    messages", 'messages, headers: {a: "{secret:READER}"}}\n    messages'
    )
    assert secret_names(sound(text)) == ("READER",)
    assert [path for path, _ in templates(sound(text))] == [("request",), READ_BACK, CLEAN_UP]
