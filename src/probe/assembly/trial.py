"""Trial: asks an address a few questions whose answers are known, and writes a definition from what it saw."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from probe.assembly.job import Job
from probe.assembly.replay import Replayed, replay_examples
from probe.assembly.whole import assemble
from probe.errors import CouldNotRun, ExitCode, Stopped
from probe.inputs.definitions.one_off import general_definition
from probe.inputs.definitions.yaml_nodes import is_writable
from probe.judging.observation import Observer, says_left_out
from probe.keeping.keeper import Unkept
from probe.model.definition import Controls, Deciding, Definition, Endpoint, Example, ExampleAnswer, Origin
from probe.model.exchange import Exchange, Purpose, Question
from probe.model.observation import Observation, Outcome, Weight
from probe.model.rule import Rule, When
from probe.model.run import Run
from probe.reading.body import decode
from probe.run import run

MOST_BODY = 20_000
"""Characters of a page that is put into a definition as an example."""
_PATIENCE = 2
_ATTEMPTS = 3
_EARLY = frozenset({Outcome.CHALLENGED, Outcome.LOGIN, Outcome.THROTTLED})
_SHOWN = (Purpose.BENIGN, Purpose.NONSENSE, Purpose.CANARY)
_KEPT_HEADERS = ("content-type", "location", "retry-after")
_Seen = tuple[Question, Exchange, Observation]
"""One answer."""


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What came of it."""

    definition: Definition
    examples_left_out: int
    """Answers that are too long for a definition, or mean something only beside others."""
    seen: Sequence[tuple[Question, Observation]]
    """All answers, in order."""
    run: Run


@dataclass
class _Recorder(Unkept):
    """Keeps all answers in memory: there are few."""

    seen: list[_Seen] = field(default_factory=list)

    def keep(
        self,
        endpoint: Endpoint,
        question: Question,
        exchange: Exchange,
        observation: Observation,
        *,
        host: str | None = None,
    ) -> None:
        self.seen.append((question, exchange, observation))


async def try_out(job: Job, *, name: str, title: str) -> Trial:
    """Ask the one endpoint of the job, and draw up a definition.

    Raises CouldNotRun where nothing can be learnt of it, Stopped after Ctrl-C.
    """
    recorder = _Recorder()
    parts = assemble(
        dataclasses.replace(job, keeper=recorder, endpoints=[_hasty(one) for one in job.endpoints])
    )
    document = await run(parts)
    if document.exit_code == ExitCode.STOPPED:
        raise Stopped("stopped: too little was asked for a definition, so none was written")
    (lane,) = parts.lanes
    rules, results, _ = lane.inferred()
    if not rules:
        (use,) = document.endpoints
        why = (
            use.reason
            or "its answers to benign and nonsense words do not differ in a way that a rule could tell"
        )
        raise CouldNotRun(
            f"no rule could be learnt: {why}",
            hint="Look at a page in a browser, then write the file by hand: docs/endpoints.md.",
        )
    endpoint = lane.lane.place.endpoint
    definition = msgspec.structs.replace(
        endpoint.definition,
        name=name,
        title=title,
        last_verified=document.started[:10],
        rules=_complete(rules, lane.notes()),
        results=results,
        limits=job.endpoints[0].definition.limits,
        controls=_controls(endpoint.definition.controls, recorder.seen),
        deciding=Deciding(),
        notes="Drawn up by `probe endpoints new` from a few answers. Look at each rule before you rely on it.",
    )
    definition = _narrowed(definition, recorder.seen)
    examples = _examples(recorder.seen, definition)
    sound = _sound_examples(definition, examples)
    return Trial(
        definition=msgspec.structs.replace(definition, examples=sound),
        examples_left_out=len(examples) - len(sound),
        seen=[(question, observation) for question, _, observation in recorder.seen],
        run=document,
    )


def _controls(given: Controls, answers: Sequence[_Seen]) -> Controls:
    """The controls of the trial without words that turned out to be none: canaries that were served; and where some of the
    bundled benign words are not served there, those that were."""
    hits = {question.text for question, _, seen in answers if seen.outcome.is_hit}
    served = [
        question.text
        for question, _, seen in answers
        if question.purpose is Purpose.BENIGN and seen.outcome is Outcome.SERVED
    ]
    some_fail = len(served) < sum(question.purpose is Purpose.BENIGN for question, _, _ in answers)
    benign = given.benign or (tuple(dict.fromkeys(served)) if some_fail and len(served) >= 3 else ())
    canaries = tuple(word for word in given.canaries if word in hits)
    return msgspec.structs.replace(given, benign=benign, canaries=canaries)


def _narrowed(definition: Definition, answers: Sequence[_Seen]) -> Definition:
    """The definition whose rules for texts fit only pages without results, where that loses no hit: a result may quote a
    notice."""
    if definition.results.count is None:
        return definition
    narrow = msgspec.structs.replace(definition, rules=tuple(map(_without_results, definition.rules)))
    then, now = Observer(definition), Observer(narrow)
    for question, exchange, _ in answers:
        if then.observe(question, exchange).outcome is not now.observe(question, exchange).outcome:
            return definition
    return narrow


def _without_results(rule: Rule) -> Rule:
    if not rule.outcome.is_hit:
        return rule
    return _with_conditions(
        rule,
        [when if when.text is None else msgspec.structs.replace(when, count=0) for when in rule.conditions],
    )


def _hasty(endpoint: Endpoint) -> Endpoint:
    """The endpoint, given up and made up its mind about sooner than in a run: somebody waits."""
    definition = endpoint.definition
    return msgspec.structs.replace(
        endpoint,
        definition=msgspec.structs.replace(
            definition,
            limits=msgspec.structs.replace(definition.limits, patience=_PATIENCE),
            deciding=msgspec.structs.replace(definition.deciding, attempts=_ATTEMPTS),
        ),
    )


def _complete(inferred: Sequence[Rule], notes: Sequence[str]) -> tuple[Rule, ...]:
    """What was inferred, between general rules that need no controls to compare with: captcha, login and limits before it,
    notices of law too, unless the notes say that innocent words got them; cut connections after it."""
    general = [
        plain
        for rule in general_definition().rules
        if not says_left_out(notes, rule.id) and (plain := _without_likeness(rule)) is not None
    ]
    ids = {rule.id for rule in inferred}
    first = [
        rule
        for rule in general
        if rule.id not in ids
        and (rule.outcome in _EARLY or (rule.weight is Weight.DETERMINATE and rule.outcome.is_hit))
    ]
    last = [rule for rule in general if all(when.failure is not None for when in rule.conditions)]
    return (*first, *inferred, *(rule for rule in last if rule.id not in ids))


def _without_likeness(rule: Rule) -> Rule | None:
    """The rule with those of its conditions that look at one answer alone, or None where there are none."""
    kept = [when for when in rule.conditions if when.like is None and when.not_ is None]
    return _with_conditions(rule, kept) if kept else None


def _with_conditions(rule: Rule, conditions: Sequence[When]) -> Rule:
    """The rule with other conditions; a single one stands by itself, as people write it."""
    when = tuple(conditions) if len(conditions) > 1 else conditions[0]
    return msgspec.structs.replace(rule, when=when)


def _examples(answers: Sequence[_Seen], definition: Definition) -> list[Example]:
    """One answer of each kind of control."""
    found: dict[Purpose, Example] = {}
    for question, exchange, observation in answers:
        purpose = question.purpose
        if purpose not in _SHOWN or purpose in found:
            continue
        example = Example(
            name=f"an answer to a {purpose} word",
            origin=Origin.CAPTURED,
            keyword=question.text,
            outcome=observation.outcome,
            answer=_answer(exchange, definition),
            failure=exchange.last.failure,
            stage=exchange.last.stage,
        )
        if not (purpose is Purpose.BENIGN and observation.outcome is not Outcome.SERVED):
            found[purpose] = example
    return list(found.values())


def _answer(exchange: Exchange, definition: Definition) -> ExampleAnswer | None:
    response = exchange.last.response
    if response is None:
        return None
    headers = {name: value for name, value in response.headers if name in _KEPT_HEADERS}
    body = decode(response.body, response.header("content-type"), definition.encoding)
    if "content-type" in headers:  # examples are UTF-8, whatever the answer was
        headers["content-type"] = headers["content-type"].partition(";")[0].strip() + "; charset=utf-8"
    return ExampleAnswer(status=response.status, headers=headers, body=body.replace("\r\n", "\n"))


def _sound_examples(definition: Definition, examples: Sequence[Example]) -> tuple[Example, ...]:
    """Those that are short enough, each with what the definition's own rules make of it, where that is no surprise."""
    short = [
        one
        for one in examples
        if one.answer is None
        or (len(one.answer.body or "") <= MOST_BODY and is_writable(one.answer.body or ""))
    ]
    endpoint = Endpoint(
        definition=msgspec.structs.replace(definition, examples=tuple(short)), digest="", place="", values={}
    )
    replayed = replay_examples(endpoint)
    return tuple(
        msgspec.structs.replace(one, outcome=Outcome(found.got), rule=found.rule_got)
        for one, found in zip(short, replayed, strict=True)
        if _agrees(one, found)
    )


def _agrees(example: Example, found: Replayed) -> bool:
    """Whether the definition says of the answer what the trial said of it, block or not."""
    got = Outcome(found.got)
    return found.rule_got is not None and got.is_hit == example.outcome.is_hit
