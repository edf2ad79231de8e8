"""Forms: texts with a keyword in them, which the request sends."""

from __future__ import annotations

import pytest

from tests.inputs.definition_samples import changed, changed_message, faults_of, sound

_FORMS = '{plain: "{keyword} {nonce}"}'
_QUERY = 'query: {q: "{keyword}"}'


def test_forms_take_turns() -> None:
    """In the order in which they stand; braces around more than a word are braces."""
    forms = '{a: "{keyword}? {nonce}", b: "{ {keyword} } {nonce} {keyword}"}'
    definition = sound(changed_message(_FORMS, forms))
    assert [definition.form_at(turn) for turn in (0, 1, 2)] == [
        "a",
        "b",
        "a",
    ]


@pytest.mark.parametrize(
    ("forms", "said"),
    [
        ('{"A b": "{keyword}"}', "forms['A b']: cannot be the name of a form: it must be 1 to 40 of"),
        ('{a: "x {nonce}"}', "forms.a: holds no {keyword}, so that it would say nothing of any keyword."),
        ('{a: ""}', "forms.a: holds no {keyword}"),
        (
            '{a: "{keyword} {time}"}',
            "forms.a: holds {time}: only {keyword}, {nonce} and variables are filled",
        ),
        ('{a: "{keyword} {secret:A}"}', "forms.a: holds {secret:A}: only"),
        ('{a: "{keyword} {text}"}', "forms.a: holds {text}: only"),
        (
            '{a: "{keyword:gbk}"}',
            "forms.a: holds {keyword:gbk}: a form is encoded as a whole. Write {keyword} here, and {text:gbk} in",
        ),
        (f'{{a: "{{keyword}}{"x" * 200}"}}', "forms.a: leaves no room for a keyword within limits.max_text."),
        ("{a: 5}", "forms.a: must be a text, not the number 5."),
    ],
)
def test_a_form_that_cannot_be_used_is_a_fault(forms: str, said: str) -> None:
    """With its line and its name."""
    faults = faults_of(changed_message(_FORMS, forms))
    assert any(fault.startswith(f"e.yaml:6: {said}") for fault in faults), faults


def test_a_variable_may_stand_in_a_form() -> None:
    """Such as whom a message mentions; then it is used."""
    text = changed_message(_FORMS, '{plain: "@{reader} {keyword} {nonce}"}')
    assert any("holds {reader}" in fault for fault in faults_of(text))
    definition = sound(text.replace("request:", "variables: {reader: {default: somebody}}\nrequest:", 1))
    assert definition.forms == {"plain": "@{reader} {keyword} {nonce}"}


def test_forms_are_sent() -> None:
    """By the slot `{text}`."""
    text = changed("request:\n", "forms: {a: 'what is {keyword}?'}\nrequest:\n")
    assert faults_of(text) == [
        "e.yaml:4: forms: is of no use: the slot {text} does not stand in the request."
    ]
    assert faults_of(text.replace(_QUERY, 'query: {q: "{text}"}')) == []
