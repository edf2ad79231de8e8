"""Notices: those that come with probe, those of a definition's own, and which of them its rules name."""

from __future__ import annotations

import re

import pytest

from probe.inputs.definitions.notices import resolve_notices, shared_notices
from probe.model.rule import NoticeKind
from probe.reading.notice import compact
from tests.builders import SERVED_RULE, make_definition
from tests.inputs.definition_samples import changed, faults_of, sound

OWN = """\
notices:
  own-notice:
    text: [结果未予显示, "{keyword}未予显示"]
    kind: legal
    language: zh-Hans
    meaning: the results are not shown
    source: a test
"""


def with_notice(name: str, *, own: str = OWN) -> str:
    """The sound definition, in which a rule names a notice."""
    text = changed("when: {status: 200, text: 未予显示}", f"when: {{status: 200, notice: {name}}}")
    return text.replace("rules:\n", f"{own}rules:\n", 1)


def test_a_rule_names_notices_by_id() -> None:
    """Its own and shared ones, one or several; the definition then has them with it, and no others."""
    name, other = list(shared_notices())[:2]
    definition = sound(with_notice(f"[own-notice, {name}]"))
    assert list(definition.notices) == ["own-notice", name]
    assert definition.notices[name] == shared_notices()[name]
    assert other not in definition.notices
    assert sound(with_notice(name, own="")).notices == {name: shared_notices()[name]}
    assert sound().notices == {}


def test_a_notice_of_ones_own_goes_before_a_shared_one() -> None:
    """A service may word its notice otherwise."""
    name, other = list(shared_notices())[:2]
    definition = sound(with_notice(name, own=OWN.replace("own-notice", name)))
    assert definition.notices[name].source == "a test"
    both = sound(with_notice(f"[{name}, {other}]", own=OWN.replace("own-notice", name)))
    assert [both.notices[one].source == "a test" for one in (name, other)] == [True, False]


def test_a_name_that_is_no_notice_is_a_fault() -> None:
    """With what was meant; also where a condition is negated, or one of several."""
    (fault,) = faults_of(with_notice("own-notise"))
    assert fault == "e.yaml:23: rules[1].when.notice: 'own-notise' is no notice. Did you mean 'own-notice'?"
    (fault,) = faults_of(with_notice("zzzz", own=""))
    assert "`probe endpoints notices` lists those that come with probe." in fault
    rules = [
        {
            "id": "a",
            "when": [{"status": 404}, {"status": 200, "not": {"notice": ["one"]}}],
            "outcome": "blocked",
        },
        SERVED_RULE,
    ]
    _, findings = resolve_notices(make_definition(rules=rules))
    assert [finding.path for finding in findings] == [("rules", 0, "when", 1, "not", "notice")]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            '[结果未予显示, "{keyword}未予显示"]',
            "[]",
            "13: notices.own-notice.text: is empty, so that it can never be",
        ),
        (
            "[结果未予显示, ",
            "[' ', ",
            "13: notices.own-notice.text: holds a text without a letter, which says nothing.",
        ),
        (
            '[结果未予显示, "{keyword}未予显示"]',
            "……。",
            "13: notices.own-notice.text: holds a text without a letter",
        ),
        (
            "kind: legal",
            "kind: legel",
            "14: notices.own-notice.kind: must be one of legal,",
        ),
        ("    source: a test\n", "", "12: notices.own-notice.source: is missing"),
    ],
)
def test_what_is_wrong_with_a_notice_is_a_fault(old: str, new: str, said: str) -> None:
    """One without words would stand on every page, and all would be censored."""
    assert old in OWN
    faults = faults_of(with_notice("own-notice", own=OWN.replace(old, new)))
    assert len(faults) == 1
    assert faults[0].startswith(f"e.yaml:{said}")


def test_a_rule_that_names_no_notice_at_all_is_a_fault() -> None:
    """An empty list never holds."""
    (fault,) = faults_of(with_notice("[]"))
    assert "notice: is empty, so that it can never hold." in fault


@pytest.mark.parametrize("name", sorted(shared_notices()))
def test_every_shared_notice_says_what_it_is(name: str) -> None:
    """In words that something can be found by; with their meaning and their source."""
    notice = shared_notices()[name]
    assert re.fullmatch("[a-z0-9-]{1,40}", name)
    texts = (notice.text,) if isinstance(notice.text, str) else notice.text
    assert all(len(compact(text)) >= 4 for text in texts)
    assert len(set(texts)) == len(texts)
    assert isinstance(notice.kind, NoticeKind)
    assert notice.meaning
    assert notice.source
    assert re.match("[a-z]{2}", notice.language)
