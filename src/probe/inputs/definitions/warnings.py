"""What is allowed in a definition, and still likely to mislead: said by `probe endpoints check`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from probe.inputs.definitions.control_warnings import find_control_warnings
from probe.inputs.definitions.message_warnings import find_message_warnings
from probe.inputs.definitions.rule_check import alternatives, nested, status_ranges
from probe.inputs.definitions.yaml_nodes import Finding, Path, quoted
from probe.model.asking import Connection
from probe.model.definition import Definition, Stability
from probe.model.exchange import Part
from probe.model.observation import Arrival, Manner, Outcome, Weight
from probe.model.rule import Rule, TextMatch, TextTest, ValueMatch, When
from probe.reading.match import PatternTooSlow, find_text

MOST_SLOW = 4
"""Patterns that may run out of time before no more are tried: each takes its quarter of a second."""

_TOO_SLOW = "takes too long on a short text; on a page it would run out of time."

_EARLY = frozenset({Outcome.EMPTY, Outcome.BLOCKED, Outcome.FILTERED})
_FIRST = frozenset({Outcome.CHALLENGED, Outcome.LOGIN, Outcome.THROTTLED})
_SAMPLES = ("天气", "維權 律師", "tank man", "8964", "qzxvw", "а́д", "a+b=c")
"""Texts that keywords look like: a pattern that fits one of them fits the keyword wherever a page repeats it."""
_OPEN_END = re.compile(r"^\(?(?:\.|\\[wWsSdDX])[*+]|(?:\.|\\[wWsSdDX])[*+]\??\)?$")


def find_warnings(definition: Definition) -> Iterator[Finding]:
    """Everything that looks like an oversight."""
    if not definition.is_askable:
        return
    yield from _order_warnings(definition.rules)
    yield from _echo_warnings(definition)
    yield from _weight_warnings(definition)
    yield from _proof_warnings(definition)
    yield from find_control_warnings(definition)
    yield from find_message_warnings(definition)


def can_meet(one: When, other: When) -> bool:
    """Whether one exchange might fit both conditions; True where that cannot be told."""
    if (_ends_the_way(one) and _is_read_back(other)) or (_ends_the_way(other) and _is_read_back(one)):
        return False
    arrivals, others_arrivals = _arrivals(one), _arrivals(other)
    if arrivals and others_arrivals and arrivals.isdisjoint(others_arrivals):
        return False
    if _look_apart(one, other):
        return True
    if _is_on_failure(one) != _is_on_failure(other):
        return False
    ranges, others = _statuses(one), _statuses(other)
    if ranges and others and not any(a[0] <= b[1] and b[0] <= a[1] for a in ranges for b in others):
        return False
    for expression in (one.json or {}).keys() & (other.json or {}).keys():
        values = [_equals((each.json or {})[expression]) for each in (one, other)]
        if all(values) and not set(values[0]) & set(values[1]):
            return False
    return True


def _is_read_back(when: When) -> bool:
    """Whether a condition asks for a reading, which only what was accepted has."""
    return when.part is Part.READ_BACK or when.arrived is not None


def _ends_the_way(when: When) -> bool:
    """Whether it is about a sending that was not accepted, so that nothing is read back."""
    if when.part is not Part.SEND:
        return False
    ranges = _statuses(when)
    return _is_on_failure(when) or (bool(ranges) and all(low >= 400 for low, _ in ranges))


def _look_apart(one: When, other: When) -> bool:
    """Whether two conditions may look at two answers of one exchange, which say nothing of each other."""
    if one.part is other.part or Part.SEND not in (one.part, other.part):
        return False
    return not (_ends_the_way(one) or _ends_the_way(other))


def _arrivals(when: When) -> frozenset[str]:
    """What may have become of a message; empty where that is not asked."""
    tests = (when.arrived,) if isinstance(when.arrived, str) else when.arrived or ()
    altered = frozenset(one.value for one in Arrival if one.is_altered)
    return frozenset().union(*(altered if test == "altered" else (test,) for test in tests))


def _order_warnings(rules: Sequence[Rule]) -> Iterator[Finding]:
    for place, late in enumerate(rules):
        if late.outcome not in _FIRST:
            continue
        before = (rule for rule in rules[:place] if rule.outcome in _EARLY and _rules_meet(rule, late))
        if early := next(before, None):
            message = (
                f"{quoted(late.id)} ({late.outcome}) stands after {quoted(early.id)} ({early.outcome}): "
            )
            message += "a captcha, a login or a limit that fits both would count as censorship."
            yield Finding(path=("rules", place), message=message, hint="Put it before.")


def _rules_meet(one: Rule, other: Rule) -> bool:
    pairs = ((a, b) for _, a in alternatives(one.when, ()) for _, b in alternatives(other.when, ()))
    return any(can_meet(a, b) for a, b in pairs)


def _is_on_failure(when: When) -> bool:
    return when.failure is not None or when.stage is not None


def _statuses(when: When) -> list[tuple[float, float]]:
    """The statuses that a condition allows; empty where any."""
    if when.status is None:
        return [] if when.redirect is None else [(300, 399)]
    return status_ranges(when.status)


def _equals(test: object) -> tuple[str, ...]:
    """The values that a JSON test asks for, as texts that keep `true` and 1 apart; empty where it asks otherwise."""
    if isinstance(test, ValueMatch):
        test = test.equals
    return tuple(repr(one) for one in (test if isinstance(test, tuple) else (test,)))


def _echo_warnings(definition: Definition) -> Iterator[Finding]:
    words = [example.keyword for example in definition.examples]
    samples = tuple(dict.fromkeys((*_SAMPLES, *definition.controls.benign, *words)))
    slow = 0
    for place, rule in enumerate(definition.rules):
        for path, when in alternatives(rule.when, ("rules", place, "when")):
            for inner_path, inner in nested(path, when):
                for test_path, test in _text_tests(inner_path, inner):
                    found = list(_test_warnings(test_path, test, samples if slow < MOST_SLOW else ()))
                    slow += any(warning.message is _TOO_SLOW for warning in found)
                    yield from found


def _text_tests(path: Path, when: When) -> Iterator[tuple[Path, TextTest]]:
    """The tests on texts in a condition, but for those that only ask whether there is one."""
    for name in ("redirect", "title", "text", "body"):
        if getattr(when, name) not in (None, ""):
            yield (*path, name), getattr(when, name)
    for name, test in (when.header or {}).items():
        if test != "":
            yield (*path, "header", name), test
    for expression, value in (when.json or {}).items():
        if isinstance(value, ValueMatch) and (value.contains is not None or value.pattern is not None):
            yield (*path, "json", expression), TextMatch(contains=value.contains, pattern=value.pattern)


def _test_warnings(path: Path, test: TextTest, samples: Sequence[str]) -> Iterator[Finding]:
    try:
        fed = next((sample for sample in samples if find_text(test, sample) is not None), None)
    except PatternTooSlow:
        yield Finding(path=path, message=_TOO_SLOW)
        return
    if fed is not None:
        message = f"could match the echoed keyword: it fits {quoted(fed)}."
        yield Finding(path=path, message=message, hint="Say more of what stands around it.")
    elif isinstance(test, TextMatch) and test.pattern and _OPEN_END.search(test.pattern):
        message = "could match the echoed keyword, as it begins or ends with anything."
        yield Finding(path=path, message=message, hint="Let it begin and end with words of the page.")
    if path[-1] in ("title", "text"):
        yield from _form_warnings(path, test)


def _form_warnings(path: Path, test: TextTest) -> Iterator[Finding]:
    """Title and text are looked at in the reader's form: NFC, runs of white space as one space."""
    texts = test.contains if isinstance(test, TextMatch) else test
    for text in (texts,) if isinstance(texts, str) else texts or ():
        form = unicodedata.normalize("NFC", " ".join(text.split()))
        if form != text.strip():
            message = f"{quoted(text)} is never found: pages are read in the form NFC, with single spaces."
            yield Finding(path=path, message=message, hint=f"Write {quoted(form)}.")


def _weight_warnings(definition: Definition) -> Iterator[Finding]:
    for place, rule in enumerate(definition.rules):
        path: Path = ("rules", place)
        if rule.outcome.is_hit and rule.weight is Weight.DETERMINATE and rule.manner is not Manner.EXPLICIT:
            message = f"{quoted(rule.id)} proves censorship by one answer (determinate), but its manner is not explicit."
            hint = "If the platform says so itself, write manner: explicit; if not, weight: ambiguous."
            yield Finding(path=path, message=message, hint=hint)
        cut = any(_is_on_failure(when) for _, when in alternatives(rule.when, ()))
        fresh = definition.request.connection is Connection.FRESH
        if rule.outcome is Outcome.BLOCKED and cut and not fresh:
            message = (
                f"{quoted(rule.id)} takes a failed connection for a block, and connections are kept open."
            )
            hint = "Write request.connection: fresh, so that an old connection's end is not taken for one."
            yield Finding(path=path, message=message, hint=hint)


def _proof_warnings(definition: Definition) -> Iterator[Finding]:
    outcomes = [example.outcome for example in definition.examples]
    if Outcome.SERVED not in outcomes:
        yield Finding(path=("examples",), message="no example shows a served answer.")
    if not any(outcome.is_hit for outcome in outcomes):
        yield Finding(path=("examples",), message="no example shows a censored answer.")
    if definition.stability is Stability.SUPPORTED and definition.last_verified is None:
        message = "supported, but last_verified is null: has nobody seen it work?"
        yield Finding(path=("stability",), message=message)
    # Where strangers may read, they may write.
    if definition.risk.sends and not definition.risk.account and not definition.risk.public:
        message = "sends is true and account is false: who is it that posts?"
        yield Finding(path=("risk",), message=message)
