"""Controls that could not do what they are there for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.inputs.definitions.checked_definition import check_text
from tests.inputs.definition_samples import changed, faults_of, sound

_CANARIES = "canaries: [谣言]"
SERVED = 'when: {status: 200, count: ">=1"}\n  outcome: served\n'
EMPTY = f"{SERVED}- id: none\n  when: {{status: 200, count: 0}}\n  outcome: empty\n"


def with_controls(controls: str, *, empty: bool = True) -> str:
    """The sound definition with a rule for zero results, and more controls from line 28 (without that rule: 25) on."""
    text = changed(_CANARIES, f"{controls}\n  {_CANARIES}")
    return text.replace(SERVED, EMPTY) if empty else text


@pytest.mark.parametrize(
    ("canaries", "said"),
    [
        ("[谣言, ' ']", "25: controls.canaries[1]: is blank."),
        ("[谣言, ' 谣言']", "25: controls.canaries[1]: ' 谣言' is given twice."),
        (f"[{'谣' * 201}]", "25: controls.canaries[0]: is longer than limits.max_text."),
        ("[天气 ]", "25: controls.canaries[0]: '天气' is among the benign words too"),
    ],
)
def test_a_canary_must_be_a_word_that_only_a_canary_is(canaries: str, said: str) -> None:
    """One that is served always, or twice the same, would say something wrong of the censor."""
    (fault,) = faults_of(changed("[谣言]", canaries))
    assert fault.startswith(f"e.yaml:{said}")


@pytest.mark.parametrize(
    "truism",
    [
        "天气 OR {keyword}",
        "{keyword} | -{keyword}",
        "+the {keyword}",
        "({keyword}) OR a",
        "{keyword} or {keyword}",
    ],
)
def test_a_truism_holds_the_keyword_and_more(truism: str) -> None:
    """Once or more often, in whatever the service takes for an alternative."""
    assert faults_of(with_controls(f"truism: '{truism}'")) == []


@pytest.mark.parametrize(
    ("truism", "said"),
    [
        ("", "holds no {keyword}, so that it would say nothing of any keyword. Write, for example, "),
        ("天气", "holds no {keyword}"),
        ("{keyword}", "is the keyword alone: something must stand beside it that always has results."),
        ('"{keyword}" ', "is the keyword alone"),
        ("天气 {keyword:gbk}", "holds '{keyword:gbk}': only {keyword} can be filled here"),
        ("{nonce} {keyword}", "holds '{nonce}': only {keyword}"),
        ("{secret:TOKEN} {keyword}", "holds '{secret:TOKEN}': only {keyword}"),
        ("{b c} {keyword}", "holds '{b c}': only {keyword}"),
        ("a} {keyword}", "holds '}': only {keyword}"),
        ("天" * 200 + "{keyword}", "leaves no room for a keyword within limits.max_text."),
    ],
)
def test_another_truism_is_a_fault(truism: str, said: str) -> None:
    """Said with its line; nothing else is said of it."""
    (fault,) = faults_of(with_controls(f"truism: '{truism}'"))
    assert fault.startswith(f"e.yaml:28: controls.truism: {said}")


@pytest.mark.parametrize("control", ["truism: 天气 OR {keyword}", "reference: other"])
def test_what_proves_zero_results_needs_some(control: str) -> None:
    """A rule for empty, or a share of the results to compare with."""
    said = [fault for fault in faults_of(with_controls(control, empty=False)) if "of no use here" in fault]
    name = control.partition(":")[0]
    assert len(said) == 1
    assert said[0].startswith(f"e.yaml:25: controls.{name}: is of no use here: no rule has the outcome empty")
    assert faults_of(with_controls(f"{control}\n  share: 0.3", empty=False)) == []
    assert faults_of(with_controls(control)) == []


def test_a_share_is_of_something_that_can_be_counted() -> None:
    """Of the truism's results or the reference's, by results.count."""
    (fault,) = faults_of(with_controls("share: 0.5"))
    assert (
        fault
        == "e.yaml:28: controls.share: is a share of nothing: it needs a truism or a reference to compare with."
    )
    text = changed("  count: {css: .result}\n", "").replace('{status: 200, count: ">=1"}', "{status: 200}")
    text = text.replace("- id: results", "- id: none\n  when: {css: .none}\n  outcome: empty\n- id: results")
    text = text.replace(_CANARIES, "share: 0.5\n  truism: a {keyword}\n  canaries: [谣言]")
    (fault,) = faults_of(text)
    assert fault == "e.yaml:27: controls.share: needs results.count, which says how to count."


@pytest.mark.parametrize("share", ["0", "1.5", "-1"])
def test_a_share_is_more_than_nothing_and_at_most_all(share: str) -> None:
    """The schema says so."""
    (fault,) = faults_of(with_controls(f"truism: a {{keyword}}\n  share: {share}"))
    assert fault.startswith("e.yaml:29: controls.share: must be above 0 and at most 1, not the number")


@pytest.mark.parametrize(
    ("reference", "said"),
    [("' '", "is blank."), ("example-search", "names this definition itself, which is the one in doubt.")],
)
def test_a_reference_is_another_definition(reference: str, said: str) -> None:
    """What it is like is looked at where it is read."""
    (fault,) = faults_of(with_controls(f"reference: {reference}"))
    assert fault.startswith(f"e.yaml:28: controls.reference: {said}")


@pytest.mark.parametrize(
    ("authors", "said"),
    [
        ("[新华社, ' ']", "authorised_authors[1]: is blank."),
        ("['']", "authorised_authors[0]: must be 1 to 99 characters long, not the text ''."),
        ("[新华社, ' 新华社']", "authorised_authors[1]: ' 新华社' is given twice."),
        (f"[{'新' * 100}]", "authorised_authors[0]: must be 1 to 99 characters long"),
        (f"[{', '.join(f'a{n}' for n in range(1001))}]", "authorised_authors: must be a list of 0 to 1000"),
        ("[5]", "authorised_authors[0]: must be a text, not the number 5."),
    ],
)
def test_an_authorised_author_is_one_name(authors: str, said: str) -> None:
    """That can be found on a page, where names are cut at 100 characters."""
    (fault,) = faults_of(changed(_CANARIES, f"authorised_authors: {authors}\n  {_CANARIES}"))
    assert fault.startswith(f"e.yaml:25: controls.{said}")
    assert faults_of(changed(_CANARIES, f"authorised_authors: [新华社, {'新' * 99}]\n  {_CANARIES}")) == []


def test_a_faulty_control_gives_no_second_fault() -> None:
    """A share goes by a truism, even one that cannot be read."""
    (fault,) = faults_of(with_controls("truism: [a]\n  share: 0.5"))
    assert fault.startswith("e.yaml:28: controls.truism: must be a text, not a list.")


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("deciding: {trigger_rate: 0}", "deciding.trigger_rate: must be at least 0.05 and at most 0.9999"),
        ("deciding: {trigger_rate: 1}", "deciding.trigger_rate: must be at least 0.05 and at most 0.9999"),
        ("deciding: {error_rate: 0}", "deciding.error_rate: must be at least 1e-06 and at most 0.2"),
        ("deciding: {error_rate: 0.5}", "deciding.error_rate: must be at least 1e-06 and at most 0.2"),
        ("deciding: {attempts: 0}", "deciding.attempts: must be at least 1 and at most 100"),
        ("deciding: {attempts: 2.0}", "deciding.attempts: must be a whole number"),
        ("deciding: {mechanisms: sen}", "deciding.mechanisms: must be one of declared, seen"),
        ("limits: {longest_wait: -1}", "limits.longest_wait: must be at least 0 and at most 86,400"),
        ("limits: {longest_wait: 86401}", "limits.longest_wait: must be at least 0 and at most 86,400"),
        ("limits: {per_day: 0}", "limits.per_day: must be at least 1"),
        ("limits: {per_day: 1.5}", "limits.per_day: must be a whole number"),
    ],
)
def test_numbers_of_deciding_and_limits_have_bounds(field: str, said: str) -> None:
    """No rate is ever 0 or 1, and no limit nothing."""
    (fault,) = faults_of(changed("kind: search\n", f"kind: search\n{field}\n"))
    assert fault.startswith(f"e.yaml:4: {said}")


def test_the_ends_of_the_bounds_can_be_written() -> None:
    """And null, where the program is to choose."""
    for deciding in ("trigger_rate: 0.05, error_rate: 1e-6, attempts: 1", "trigger_rate: ~, error_rate: 0.2"):
        assert sound(changed("kind: search\n", f"kind: search\ndeciding: {{{deciding}}}\n"))
    assert sound(changed("kind: search\n", "kind: search\nlimits: {longest_wait: 0, per_day: 1}\n"))
    assert sound(changed("kind: search\n", "kind: search\nlimits: {longest_wait: 86400, per_day: ~}\n"))


_TEXTS = st.text(alphabet="{}keyword:gbk 天气OR\"'\\", max_size=30) | st.sampled_from(
    ["{keyword} a", "{keyword}"]
)


@given(_TEXTS, st.lists(_TEXTS, max_size=4), st.lists(_TEXTS, max_size=4))
def test_a_truism_that_is_taken_can_be_filled(truism: str, benign: list[str], canaries: list[str]) -> None:
    """Whatever stands there, nothing fails; and what is sound has no slot left but the keyword's."""

    def quote(text: str) -> str:
        return "'" + text.replace("'", "''") + "'"

    words = {
        name: ", ".join(map(quote, texts)) for name, texts in (("benign", benign), ("canaries", canaries))
    }
    text = with_controls(f"truism: {quote(truism)}")
    text = text.replace("benign: [天气, 音乐, 足球]", f"benign: [{words['benign']}]")
    checked = check_text(text.replace(_CANARIES, f"canaries: [{words['canaries']}]"), "e.yaml")
    if checked.definition is not None:
        filled = truism.replace("{keyword}", "谣言")
        assert "谣言" in filled
        assert not set("{}") & set(filled)
        assert not {word.strip() for word in benign} & {word.strip() for word in canaries}
