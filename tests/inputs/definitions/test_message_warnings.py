"""What misleads, or does harm, where texts are posted."""

from __future__ import annotations

import pytest

from tests.inputs.definition_samples import MESSAGE, changed, changed_message, warnings_of


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "limits: {per_day: 200}\n",
            "",
            "4: risk.sends: sends is true, and nothing limits how much is posted",
        ),
        ("{arrived: absent}", "{arrived: withdrawn}", None),
        ('{text: "{text}"', '{text: "Hello {text}"', "10: request.json.text: holds more than the text"),
        ('{text: "{text}"', '{text: "{text}{nonce}"', "10: request.json.text: holds more than the text"),
        ('{text: "{text}"', '{text: " {text:json} "', None),
        ('json: {text: "{text}", key: "{nonce}"}', 'body: \'{"text": "{text:json}"} {nonce}\'', None),
        ('{text: "{text}"', '{text: "{keyword}", copy: "{text}"', None),
    ],
)
def test_what_misleads_about_messages_is_warned_of(old: str, new: str, said: str | None) -> None:
    """One warning with its line, or none."""
    warnings = warnings_of(changed_message(old, new))
    assert [warning[len("e.yaml:") :][: len(said or "")] for warning in warnings] == ([said] if said else [])


def test_what_did_not_arrive_proves_nothing() -> None:
    """Whatever its manner; messages get lost."""
    rule = "outcome: absent\n  weight: determinate\n  manner: explicit\n- id: delivered"
    text = changed_message("outcome: absent\n- id: delivered", rule)
    (warning,) = warnings_of(text)
    assert warning.startswith(
        "e.yaml:27: rules[1].weight: 'absent' proves censorship by a message that did not"
    )
    assert (
        len(warnings_of(text.replace("{arrived: absent}", "[{arrived: [cut, absent]}, {status: 403}]"))) == 1
    )
    assert warnings_of(text.replace("{arrived: absent}", "{arrived: masked}")) == []


def test_a_messenger_says_what_becomes_of_a_text() -> None:
    """Else a text that never arrives would be taken for one that did."""
    (warning,) = warnings_of(changed("kind: search", "kind: message"))
    assert warning.startswith(
        "e.yaml:3: kind: message, and nothing says what becomes of a text after it was sent."
    )


def test_only_what_is_posted_is_public() -> None:
    """A search shows nobody what was asked."""
    (warning,) = warnings_of(changed("kind: search", "kind: search\nrisk: {public: true}"))
    assert warning.startswith(
        "e.yaml:4: risk.public: says that strangers can see what is sent, and sends is false"
    )
    assert warnings_of(MESSAGE.replace("account: true}", "account: true, public: true}")) == []
