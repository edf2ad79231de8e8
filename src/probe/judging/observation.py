"""From an exchange to an observation: one outcome, the rule that said so, and the measured facts."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace

import msgspec

from probe.judging.arrival import read_arrival
from probe.judging.calibration import Calibration
from probe.judging.hits import Hit, remember
from probe.judging.inference import infer_rules
from probe.judging.knowledge import nested
from probe.judging.look import Look
from probe.judging.rules import Fit, View, first_fit
from probe.model.definition import Definition
from probe.model.exchange import Exchange, Failure, Part, Purpose, Question, Step
from probe.model.observation import Facts, Mechanism, Observation, Outcome, Weight
from probe.model.refusal import Refusals
from probe.model.rule import Results, Rule, When
from probe.reading import shape
from probe.reading.extract import MOST_AUTHORS, count_results, find_authors, find_hosts, read_answer
from probe.reading.features import plain_length
from probe.reading.match import Echoes, PatternTooSlow
from probe.reading.page import Page, read_page
from probe.reading.waiting import read_wait

_MEANINGS = {
    Outcome.SERVED: "a normal answer",
    Outcome.EMPTY: "zero results",
    Outcome.FILTERED: "only some results, or altered ones",
    Outcome.BLOCKED: "no answer is given to this text",
    Outcome.ALTERED: "the text was changed",
    Outcome.ABSENT: "the text did not arrive",
    Outcome.REFUSED: "the text was refused",
    Outcome.HELD: "held for review",
    Outcome.CHALLENGED: "a captcha stood in the way",
    Outcome.LOGIN: "a login was demanded",
    Outcome.THROTTLED: "asked to come back later",
    Outcome.UNRECOGNISED: "an answer that no rule knows",
}


_SILENT = frozenset({Outcome.CHALLENGED, Outcome.LOGIN, Outcome.THROTTLED, Outcome.FAILED})
"""Outcomes of which nothing can be learnt."""


class Observer:
    """Looks at the exchanges of one endpoint in one run. Its memory is what the controls showed: what is normal, and which
    weak rules innocent answers fire."""

    def __init__(
        self,
        definition: Definition,
        calibration: Calibration | None = None,
        *,
        refusals: Refusals | None = None,
    ) -> None:
        """`refusals` are the words by which models decline; needed where a rule asks for them."""
        self._definition = definition
        self._refusals = refusals
        self._calibration = calibration if calibration is not None else Calibration(definition.results.count)
        self._rules = definition.rules
        self._compares = any(_compares(when) for rule in definition.rules for when in rule.conditions)
        self._looks_at_parts = any(
            one.part is not None
            for rule in definition.rules
            for when in rule.conditions
            for one in nested(when)
        )
        self._hits: list[Hit] = []
        self.answers = 0
        """Exchanges that were looked at."""
        self.discredited: frozenset[str] = frozenset()
        """Ids of rules that a control showed to mean nothing here, and that are therefore left out."""
        self._refuted_by: dict[str, Purpose] = {}
        """By those ids, which words fired them."""

    def observe(self, question: Question, exchange: Exchange) -> Observation:
        """What one exchange shows. Never raises on what the network sent."""
        self.answers += 1
        seen = self._look(question, exchange)
        return seen if question.form is None else msgspec.structs.replace(seen, form=question.form)

    def _look(self, question: Question, exchange: Exchange) -> Observation:
        if exchange.last.failure is Failure.SESSION:
            # The question was never sent, so no rule may read anything into that.
            return describe(question, exchange, facts=Facts())
        try:
            view = self._view(question, exchange)
            if question.purpose in (Purpose.BENIGN, Purpose.NONSENSE) and view.look is not None:
                self._calibration.refute(view.look)
            fit = self._fit(question, view)
            if self._learn(question, view, fit):
                view = self._view(question, exchange)
                fit = self._fit(question, view)
        except PatternTooSlow as slow:
            # Half of the rules were not tried, so none may decide.
            return describe(question, exchange, facts=Facts(), reason=f"the pattern {slow} ran out of time")
        if fit is not None and fit.rule.outcome.is_hit:
            self._remember(question, view, fit)
        return describe(question, exchange, facts=_wait_as_told(view, fit, exchange.ended), fit=fit)

    def notes(self, *, censored: bool = False) -> tuple[str, ...]:
        """What a reader of the verdicts must know, each in one sentence; `censored` where something was seen to be."""
        notes = [
            f"{_left_out(name)}: {self._refuted_by.get(name, Purpose.BENIGN)} words get it too"
            for name in sorted(self.discredited)
        ]
        if self._calibration.ignores_keyword and not censored:
            notes.append(
                "benign and nonsense words get the same answer: nothing shows that the address looks at the keyword; "
                "--canary WORD would"
            )
        if self._calibration.hides_in_zero:
            notes.append(
                "a canary gets the answer that nonsense words get: censorship and zero results look the same here"
            )
        return tuple(notes)

    @property
    def doubt(self) -> str | None:
        """Why a normal answer says nothing of a keyword as long as nothing is seen to be censored, or None."""
        if not self._calibration.never_varies:
            return None
        return "benign and nonsense words get the very same page"

    def inferred(self) -> tuple[Rule, ...]:
        """Rules for a definition of this endpoint, from what the run saw; none where it saw too little."""
        hits = [one for one in self._hits if one.rule is None or one.rule.id not in self.discredited]
        return infer_rules(self._calibration, hits)

    def inferred_results(self) -> Results:
        """How to count the results, from what the run saw."""
        items = self._calibration.items
        return Results(count=None if items is None else items.pick)

    def _view(self, question: Question, exchange: Exchange) -> View:
        view = self._view_step(question, exchange, exchange.last)
        if not self._looks_at_parts:
            return view
        parts: dict[Part, View] = {}
        for step in exchange.steps:  # the last of each part
            if step.part is not None:
                is_last = step is exchange.last
                parts[step.part] = view if is_last else self._view_step(question, exchange, step)
        return replace(view, parts=parts)

    def _view_step(self, question: Question, exchange: Exchange, step: Step) -> View:
        definition = self._definition
        texts = question.echoed
        # Pages mark each word of a question by itself; of what is compared, none of them may be left.
        words = Echoes(tuple(dict.fromkeys((*texts, *question.text.split()))) if self._compares else ())
        page = None if step.response is None else read_page(definition, step.request, step.response)
        pick = definition.results.authors
        authors = () if page is None or pick is None else find_authors(page, pick)
        facts = Facts() if page is None else self._measure(page, exchange, words, authors)
        arrival = None
        if exchange.sent is not None and definition.message is not None and step is exchange.last:
            arrival = read_arrival(definition, exchange)
            arrived = None if arrival is None else arrival.kind
            facts = msgspec.structs.replace(facts, arrived=arrived, delivery=exchange.sent.delivery)
        return View(
            step=step,
            page=page,
            facts=facts,
            echoes=Echoes(texts),
            authorised=definition.controls.authorised,
            authors=authors,
            authorised_authors=definition.controls.authorised_authors,
            calibration=self._calibration,
            asked=texts,
            notices=definition.notices,
            refusals=self._refusals,
            results=definition.results.count,
            look=Look(facts, page, words) if self._compares and page is not None else None,
            change="" if arrival is None else arrival.change,
            answer=None
            if page is None or definition.answer is None
            else read_answer(page, definition.answer),
        )

    def _measure(self, page: Page, exchange: Exchange, words: Echoes, authors: tuple[str, ...]) -> Facts:
        results = self._definition.results
        items = self._calibration.items
        return Facts(
            status=page.response.status,
            length=len(page.response.body),
            count=None if results.count is None else count_results(page, results.count),
            hosts=() if results.hosts is None else find_hosts(page, results.hosts),
            authors=authors[:MOST_AUTHORS],
            location=None if page.location is None else clean(page.location),
            media_type=page.media_type,
            shape=shape.sketch(page, words),
            retry_after=read_wait(page, exchange.ended),
            items=None if items is None else count_results(page, items.pick),
            plain=plain_length(page, words) if self._compares else None,
        )

    def _fit(self, question: Question, view: View) -> Fit | None:
        """The first rule that fits, without those that this very answer shows to mean nothing here."""
        fit = first_fit(self._rules, view)
        while fit is not None and _is_refuted(fit.rule, question, view):
            self._refuted_by[fit.rule.id] = question.purpose
            self.discredit(fit.rule.id)
            fit = first_fit(self._rules, view)
        return fit

    def discredit(self, rule_id: str) -> None:
        """Leave a rule out from now on."""
        self.discredited |= {rule_id}
        self._rules = tuple(rule for rule in self._rules if rule.id != rule_id)

    def _learn(self, question: Question, view: View, fit: Fit | None) -> bool:
        """Learn from a control. Returns whether it must be looked at again, as it is now among what is known."""
        outcome = Outcome.UNRECOGNISED if fit is None else fit.rule.outcome
        if view.look is None or outcome in _SILENT:
            return False
        match question.purpose:
            case Purpose.BENIGN if outcome is Outcome.SERVED:
                self._calibration.learn_benign(view.look)
            case Purpose.BENIGN:
                self._calibration.learn_failed(view.look)
            case Purpose.NONSENSE if _is_alone(question):
                self._calibration.learn_nonsense(view.look)
                return True
            case Purpose.CANARY:
                self._calibration.learn_canary(view.look)
                return True
            case _:
                pass  # nonsense inside a truism has results; keywords teach nothing
        return False

    def _remember(self, question: Question, view: View, fit: Fit) -> None:
        """Keep a hit for `inferred`. What canaries get is remembered anyway, but not that it proved itself."""
        hit = Hit(look=view.look, failure=view.step.failure, rule=fit.rule, found=fit.found)
        is_wanted = question.purpose is Purpose.KEYWORD or (
            question.purpose is Purpose.CANARY and hit.is_proof
        )
        if self._compares and is_wanted:
            remember(self._hits, hit)


def says_left_out(notes: Sequence[str], rule_id: str) -> bool:
    """Whether one of an observer's notes says that it left this rule out."""
    return any(note.startswith(f"{_left_out(rule_id)}:") for note in notes)


def _left_out(rule_id: str) -> str:
    return f"the rule {rule_id} was left out"


def _wait_as_told(view: View, fit: Fit | None, now: float) -> Facts:
    """The facts, with the time to wait where a rule says that there is one, whatever the status of the answer."""
    is_throttled = fit is not None and fit.rule.outcome is Outcome.THROTTLED
    if not is_throttled or view.page is None or view.facts.retry_after is not None:
        return view.facts
    return msgspec.structs.replace(view.facts, retry_after=read_wait(view.page, now, anyway=True))


def _compares(when: When) -> bool:
    return when.like is not None or (when.not_ is not None and _compares(when.not_))


def _is_refuted(rule: Rule, question: Question, view: View) -> bool:
    """Whether a control that fires a rule shows that it means nothing here: a benign word for a weak one; for one that would
    prove itself a made-up word, too, as nobody censors that. Zero results are what made-up words are asked for."""
    if rule.outcome is Outcome.SERVED:
        return False
    if question.purpose is Purpose.BENIGN:
        return rule.weight is Weight.WEAK
    return (
        _is_alone(question)
        and view.page is not None
        and rule.outcome.is_hit
        and rule.outcome is not Outcome.EMPTY
        and rule.weight is not Weight.AMBIGUOUS
    )


def _is_alone(question: Question) -> bool:
    """Whether this is a made-up word that is not asked inside the truism, where it has results."""
    return question.purpose is Purpose.NONSENSE and question.text in question.components


def clean(text: str, most: int = 160) -> str:
    """Foreign text for a sentence: control and format characters become spaces, and it is cut to `most` characters."""
    kept = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in text[: most * 2])
    kept = " ".join(kept.split())
    return kept if len(kept) <= most else kept[: most - 1] + "…"


def describe(
    question: Question, exchange: Exchange, *, facts: Facts, fit: Fit | None = None, reason: str | None = None
) -> Observation:
    """The observation that a rule, or none, makes of an exchange; `reason` says why no rule was tried to the end."""
    step = exchange.last
    if fit is None:
        outcome = Outcome.UNRECOGNISED if step.failure is None else Outcome.FAILED
        return Observation(
            question=question.id,
            purpose=question.purpose,
            outcome=outcome,
            failure=step.failure,
            stage=step.stage,
            reason=reason or _plain_reason(step, facts),
            facts=facts,
            started=exchange.started,
            ended=exchange.ended,
        )
    rule = fit.rule
    return Observation(
        question=question.id,
        purpose=question.purpose,
        outcome=rule.outcome,
        rule=rule.id,
        weight=rule.weight,
        mechanism=rule.mechanism if rule.mechanism is not None else _mechanism(step, rule.outcome),
        manner=rule.manner,
        failure=step.failure,
        stage=step.stage,
        reason=_rule_reason(fit, step, facts),
        facts=facts,
        started=exchange.started,
        ended=exchange.ended,
    )


def _plain_reason(step: Step, facts: Facts) -> str:
    if step.failure is not None:
        return failure_words(step)
    redirect = f" that redirects to {facts.location}" if facts.location else ""
    return f"{_MEANINGS[Outcome.UNRECOGNISED]} (HTTP {facts.status}, {facts.length:,} bytes{redirect})"


def _rule_reason(fit: Fit, step: Step, facts: Facts) -> str:
    reason = fit.rule.reason or (
        failure_words(step) if step.failure is not None else _MEANINGS.get(fit.rule.outcome, fit.rule.outcome)
    )
    if fit.found:
        return f"{reason}: «{clean(fit.found)}»"
    if facts.arrived is not None and fit.rule.outcome.is_hit:
        return reason
    is_local = step.request.url.startswith("local:")
    if facts.status is not None and fit.rule.outcome is not Outcome.SERVED and not is_local:
        target = f", to {facts.location}" if facts.location else ""
        return f"{reason} (HTTP {facts.status}{target})"
    return reason


def failure_words(step: Step) -> str:
    """A failure in plain words, with where it struck."""
    if step.failure is Failure.SESSION:
        return clean(step.detail or _FAILURES[step.failure])
    where = {
        "dns": "at the name look-up",
        "dial": "while connecting",
        "tls": "during the TLS handshake",
        "write": "while sending",
        "read": "before an answer came",
        "body": "in the middle of the answer",
    }[step.stage or "read"]
    return f"{_FAILURES.get(step.failure or Failure.OTHER, 'the exchange failed')} {where}"


_FAILURES = {
    Failure.CONNECTION_REFUSED: "connection refused",
    Failure.CONNECTION_RESET: "connection reset",
    Failure.CONNECTION_ABORTED: "connection aborted",
    Failure.EOF: "connection closed",
    Failure.TIMEOUT: "time ran out",
    Failure.HOST_UNREACHABLE: "host unreachable",
    Failure.NETWORK_UNREACHABLE: "network unreachable",
    Failure.DNS_NXDOMAIN: "no such name",
    Failure.HTTP: "something that is not HTTP came back",
    Failure.PROXY: "the proxy failed",
    Failure.BODY_TOO_LARGE: "more came than the definition allows (max_body)",
    Failure.BODY_UNDECODABLE: "a body that cannot be decompressed",
    Failure.REDIRECT_LOOP: "redirects that do not end",
    Failure.SESSION: "the session could not be opened",
}


def _mechanism(step: Step, outcome: Outcome) -> Mechanism | None:
    """The mechanism where the rule names none, but the failure tells it."""
    if step.failure is None or not outcome.is_hit:
        return None
    return {
        Failure.CONNECTION_RESET: Mechanism.RESET,
        Failure.CONNECTION_ABORTED: Mechanism.RESET,
        Failure.TIMEOUT: Mechanism.TIMEOUT,
        Failure.EOF: Mechanism.CLOSED,
        Failure.CONNECTION_REFUSED: Mechanism.REFUSED,
    }.get(step.failure)
