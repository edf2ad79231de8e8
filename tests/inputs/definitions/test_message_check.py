"""Messages: posted, recognised, read back and taken away by what the definition says, or it is a fault."""

from __future__ import annotations

import pytest

from tests.inputs.definition_samples import MESSAGE, SOUND, changed_message, faults_of, sound, warnings_of

_READ = "    request: {url: https://reader.example/messages}\n"
_LISTED = "{json: messages, id: id, text: text}"
_TAKE = "take: {id: {json: message.id}}"
_DELETE = '{url: "https://chat.example/messages/{id}", method: DELETE}'
_RISK = "risk: {sends: true, account: true}"


def test_the_sound_message_is_sound() -> None:
    """All others differ from it in one thing; it is warned of nothing."""
    message = sound(MESSAGE).message
    assert message is not None
    assert message.read_back is not None
    assert (message.read_back.after, message.read_back.within) == (1.0, 30.0)
    assert warnings_of(MESSAGE) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (_LISTED, "{json: '@', text: content.body, html: true}"),
        (_LISTED, "{css: .message, id: data-id, text: p}"),
        ("again_after: 60", "missing: [404, 410]"),
        ("again_after: 60", "after: 5\n    within: 5"),
        ("/messages/{id}", "/messages?key={nonce}&id={id}"),
        (_DELETE, f"{_DELETE}\n    expect: {{json: ok, pattern: 'true'}}"),
        (_READ, _READ.replace("https://reader.example/messages", "'https://reader.example/{id}'")),
        (_RISK, "risk: {sends: true, account: true, public: true}"),
    ],
)
def test_sound_messages_pass(old: str, new: str) -> None:
    """In each way in which services let them be read and taken away."""
    assert faults_of(changed_message(old, new)) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("sends: true", "sends: false", "4: risk.sends: must be true where there is a message"),
        (f"{_RISK}\n", "", "1: risk.sends: must be true where there is a message"),
        (_LISTED, "{}", "16: message.read_back.messages: must have exactly one of json and css."),
        (
            _LISTED,
            "{json: a, css: b, id: c}",
            "16: message.read_back.messages: must have exactly one of json",
        ),
        (_LISTED, "{json: 'a['}", "16: message.read_back.messages.json: is no JMESPath expression"),
        (_LISTED, "{json: a, id: 'b['}", "16: message.read_back.messages.id: is no JMESPath expression"),
        (_LISTED, "{json: a, text: 'b['}", "16: message.read_back.messages.text: is no JMESPath expression"),
        (_LISTED, "{css: 'a['}", "16: message.read_back.messages.css: 'a[' is no CSS selector."),
        (_LISTED, "{css: a, text: 'b['}", "16: message.read_back.messages.text: 'b[' is no CSS selector."),
        (
            _LISTED,
            "{css: a, id: 'a[b]'}",
            "16: message.read_back.messages.id: 'a[b]' is no name of an attribute",
        ),
        (_LISTED, "{css: a, html: true}", "16: message.read_back.messages.html: is for texts in JSON"),
        ("again_after: 60", "after: 0", "17: message.read_back.after: must be above 0"),
        ("again_after: 60", "again_after: 0", "17: message.read_back.again_after: must be above 0"),
        (
            "again_after: 60",
            "after: 31",
            "14: message.read_back.within: is over before the first reading, 31 sec",
        ),
        (
            "again_after: 60",
            "within: 0.5",
            "17: message.read_back.within: is over before the first reading, 1 sec",
        ),
        ("again_after: 60", "missing: [200]", "17: message.read_back.missing[0]: must be at least 300"),
        (_READ, "    request: {url: ''}\n", "15: message.read_back.request.url: is blank."),
        (
            "{url: https://reader.example/messages}",
            "{url: 'https://{id}.example'}",
            "15: message.read_back.request.url: has {id} in",
        ),
        (
            "https://reader.example/messages",
            "reader.example",
            "15: message.read_back.request.url: must be an abs",
        ),
        (_READ, "", "16: message.read_back.again_after: is of no use without read_back.request"),
        (_TAKE, "take: {id: {}}", "12: message.take.id: has no source"),
        (_TAKE, "take: {id: {json: 'a['}}", "12: message.take.id.json: is no JMESPath expression"),
        (
            "/messages/{id}",
            "/messages",
            "19: message.clean_up.request: does not say which message to take away",
        ),
        ("/messages/{id}", "/messages?q={text}", "19: message.clean_up.request: does not say which message"),
        ('"https://chat.example/messages/{id}"', "''", "19: message.clean_up.request.url: is blank."),
        (_DELETE, f"{_DELETE}\n    expect: {{}}", "20: message.clean_up.expect: has no source"),
        (_RISK, "risk: {sends: true, public: {}}", "4: risk.public: names no variable"),
        (_RISK, "risk: {sends: true, public: {room: [a]}}", "4: risk.public.room: 'room' is not a variable."),
        (
            "read_back: {json: {messages: []}}",
            "read_back: {json: 1, body: x}",
            "42: examples[1].read_back: can have",
        ),
        (
            "message.id}}",
            "message.id}}\n  takes: {}",
            "13: message.takes: is not a known field. Did you mean 'take'?",
        ),
    ],
)
def test_what_a_message_cannot_do_is_a_fault(old: str, new: str, said: str) -> None:
    """With its line, before anything is posted."""
    faults = faults_of(changed_message(old, new))
    assert any(fault.startswith(f"e.yaml:{said}") for fault in faults), faults


def test_a_message_that_is_sent_again_is_known_by_its_nonce() -> None:
    """By one beside the text, or by the text itself, where it stands in each form."""
    silent = changed_message(', key: "{nonce}"', "")
    assert faults_of(silent) == []
    (fault,) = faults_of(
        silent.replace('{plain: "{keyword} {nonce}"}', '{a: "{keyword} {nonce}", b: "{keyword}"}')
    )
    assert fault.startswith(
        "e.yaml:13: message.resend: needs the slot {nonce} in the request or in each form"
    )


def test_our_message_can_be_told_from_others() -> None:
    """By the id that was taken, by a nonce in every form, or by one that is sent beside the text."""
    said = "16: message.read_back.messages: cannot tell our message from others: neither its id nor a nonce"
    unknown = MESSAGE.replace("{json: messages, id: id,", "{json: messages,").replace(
        "  resend: true\n", "# \n"
    )
    assert faults_of(unknown) == []
    silent = unknown.replace(', key: "{nonce}"', "")
    assert faults_of(silent) == []
    for forms in ('{a: "{keyword} {nonce}", b: "{keyword}"}', '{a: "{keyword}"}'):
        less = silent.replace('{plain: "{keyword} {nonce}"}', forms)
        assert [fault[len("e.yaml:") :][: len(said)] for fault in faults_of(less)] == [said]
        assert faults_of(less.replace("{json: messages,", "{json: messages, id: id,")) == []
        assert faults_of(less.replace('"{text}"', '"{text}", key: "{nonce}"')) == []
        header = less.replace("  json: {text", '  headers: {key: "{nonce}"}\n  json: {text')
        assert len(faults_of(header)) == 1  # nobody reads headers back
    formless = silent.replace('forms: {plain: "{keyword} {nonce}"}\n', "# \n")
    assert [fault[len("e.yaml:") :][: len(said)] for fault in faults_of(formless)] == [said]
    untaken = unknown.replace("take: {id:", "take: {key:").replace("/messages/{id}", "/messages/{key}")
    untaken = untaken.replace("{json: messages,", "{json: messages, id: id,").replace(', key: "{nonce}"', "")
    assert faults_of(untaken) == []
    assert len(faults_of(untaken.replace(" {nonce}", ""))) == 1


def test_a_message_needs_a_request() -> None:
    """A list has nobody to post to."""
    start, end = MESSAGE.index("request:\n"), MESSAGE.index("message:\n")
    listed = MESSAGE[:start] + "local: {file: list.txt}\n" + MESSAGE[end:]
    assert any(
        "message: is of no use without a request that posts it." in fault for fault in faults_of(listed)
    )


def test_a_variable_is_public_by_some_of_its_values() -> None:
    """An empty list would say nothing."""
    text = changed_message(
        _RISK, "variables: {room: {default: a}}\n" + _RISK[:-1] + ", public: {room: [%s]}}"
    )
    text = text.replace("https://chat.example/messages\n", '"https://chat.example/{room}"\n')
    assert faults_of(text % "b") == []
    (fault,) = faults_of(text % "")
    assert fault.startswith("e.yaml:5: risk.public.room: is empty: which of its values make it public?")


def test_an_example_of_a_reading_is_one_of_a_message() -> None:
    """Elsewhere nothing is read back."""
    text = SOUND.replace("  rule: results\n", "  rule: results\n  read_back: {}\n")
    (fault,) = faults_of(text)
    assert "examples[0].read_back: is of no use without message.read_back.request." in fault
    failed = MESSAGE.replace("  answer: {json: {message: {id: 1}}}\n", "  failure: eof_error\n", 1)
    (fault,) = faults_of(failed)
    assert "examples[0].read_back: is of no use where the sending failed." in fault
