"""Variables: set by `--set`, for all endpoints or for one, and never able to move the URL elsewhere."""

from __future__ import annotations

import pytest

from probe.errors import WrongUse
from probe.inputs.definitions.variables import demand_all, read_settings, set_variables
from probe.model.definition import Definition
from tests.inputs.definition_samples import SOUND, sound


def _definition(
    name: str = "one", *, url: str = "{base}/search", base: str = "default: 'http://127.0.0.1:8080'"
) -> Definition:
    text = SOUND.replace("name: example-search", f"name: {name}\nvariables: {{base: {{{base}}}}}")
    return sound(text.replace("https://search.example/search", f"'{url}'"))


def _values(definition: Definition, *texts: str) -> dict[str, str]:
    settings, faults = read_settings(texts, [definition])
    values, more = set_variables(definition, settings)
    assert faults + more == []
    return values


def test_a_value_is_the_users_else_the_default() -> None:
    """What is said of one endpoint goes before what is said of all, and the last one before the first."""
    definition = _definition()
    assert _values(definition) == {"base": "http://127.0.0.1:8080"}
    assert _values(definition, "base=http://a") == {"base": "http://a"}
    assert _values(definition, "one.base=http://b", "base=http://a") == {"base": "http://b"}
    assert _values(definition, "base=http://a", "base=http://b?x=1"[:13]) == {"base": "http://b"}


def test_a_slash_is_not_doubled() -> None:
    """People copy addresses with one at their end."""
    assert _values(_definition(), "base=http://a/b/") == {"base": "http://a/b"}
    assert _values(_definition(url="{base}"), "base=http://a/b/") == {"base": "http://a/b/"}


def test_a_value_may_hold_an_equals_sign_and_dots() -> None:
    """Only the first `=` ends the name."""
    definition = _definition(url="https://a.example/{base}", base="default: x")
    assert _values(definition, "base=a.b=c") == {"base": "a.b=c"}
    assert _values(definition, "base=") == {"base": ""}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("base", "--set: 'base' is no setting. Write --set NAME=VALUE or --set ENDPOINT.NAME=VALUE."),
        ("=x", "--set: '=x' is no setting."),
        ("bas=x", "--set: no chosen endpoint has a variable 'bas'. Did you mean 'base'?"),
        ("zzz=x", "--set: no chosen endpoint has a variable 'zzz'. Known: base."),
        ("two.base=x", "--set: 'two' is none of the chosen endpoints. Chosen: one."),
        ("onee.base=x", "--set: 'onee' is none of the chosen endpoints. Did you mean 'one'?"),
        ("one.bas=x", "--set: one has no variable 'bas'. Did you mean 'base'?"),
        (
            "base=a.example",
            "--set: base must be the start of a URL, such as http://127.0.0.1:8080. It is 'a.example'.",
        ),
    ],
)
def test_a_setting_that_fits_nothing_is_a_fault(text: str, said: str) -> None:
    """A name that nobody declares is most likely mistyped."""
    definition = _definition()
    settings, faults = read_settings([text], [definition])
    if not faults:
        faults = set_variables(definition, settings)[1]
    assert str(faults[0]).startswith(said)


def test_without_variables_no_setting_fits() -> None:
    """Then there is nothing to suggest."""
    (fault,) = read_settings(["a=b"], [sound()])[1]
    assert str(fault) == "--set: no chosen endpoint has a variable 'a'."


def test_values_must_lead_to_a_host_together() -> None:
    """Each may be sound, and both together not."""
    text = SOUND.replace("https://search.example/search", "'http://{host}:{port}/'")
    definition = sound(text.replace("request:", "variables: {host: {}, port: {}}\nrequest:"))
    settings, _ = read_settings(["host=a:1", "port=2"], [definition])
    (fault,) = set_variables(definition, settings)[1]
    assert str(fault).startswith("--set: with these values the URL of example-search leads to no host.")
    settings, _ = read_settings(["host=a"], [definition])
    assert set_variables(definition, settings) == ({"host": "a"}, [])


def test_what_the_user_must_set_is_named_with_its_help() -> None:
    """All of it at once, with the flag."""
    definitions = [_definition("one", base="help: your server"), _definition("two", base="")]
    values = [set_variables(definition, ())[0] for definition in definitions]
    with pytest.raises(WrongUse) as caught:
        demand_all(definitions, values)
    assert caught.value.message == "one needs a value for 'base' (your server); two needs a value for 'base'"
    assert caught.value.hint == "Give it with --set base=VALUE"
    demand_all(definitions, [{"base": "http://a"}, {"base": "http://b"}])
