"""From an exchange to an observation: one outcome, the rule that said so, and the measured facts."""

from __future__ import annotations

import unicodedata

import msgspec

from probe.judging.calibration import Calibration
from probe.judging.inference import MOST_HITS, REMEMBERED_EACH, Hit, infer_rules
from probe.judging.look import Look
from probe.judging.rules import Fit, View, first_fit
from probe.model.definition import Definition
from probe.model.exchange import Exchange, Failure, Purpose, Question, Request, Response, Step
from probe.model.observation import Facts, Mechanism, Observation, Outcome, Weight
from probe.model.rule import Results, Rule, When
from probe.reading import shape
from probe.reading.extract import MOST_AUTHORS, count_results, find_authors, find_hosts
from probe.reading.features import plain_length
from probe.reading.match import Echoes, PatternTooSlow
from probe.reading.page import Page
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

    def __init__(self, definition: Definition, calibration: Calibration | None = None) -> None:
        self._definition = definition
        self._calibration = calibration if calibration is not None else Calibration(definition.results.count)
        self._rules = definition.rules
        self._compares = any(_compares(when) for rule in definition.rules for when in rule.conditions)
        self._hits: list[Hit] = []
        self.answers = 0
        """Exchanges that were looked at."""
        self.discredited: frozenset[str] = frozenset()
        """Ids of weak rules that a benign control fired, and that are therefore left out."""

    def observe(self, question: Question, exchange: Exchange) -> Observation:
        """What one exchange shows. Never raises on what the network sent."""
        self.answers += 1
        try:
            view = self._view(question, exchange)
            if question.purpose in (Purpose.BENIGN, Purpose.NONSENSE) and view.look is not None:
                self._calibration.refute(view.look)
            fit = first_fit(self._rules, view)
            while question.purpose is Purpose.BENIGN and fit is not None and _is_refuted(fit.rule):
                self.discredit(fit.rule.id)
                fit = first_fit(self._rules, view)
            if self._learn(question, view, fit):
                view = self._view(question, exchange)
                fit = first_fit(self._rules, view)
        except PatternTooSlow as slow:
            # Half of the rules were not tried, so none may decide.
            return describe(question, exchange, facts=Facts(), reason=f"the pattern {slow} ran out of time")
        if question.purpose is Purpose.KEYWORD and fit is not None and fit.rule.outcome.is_hit:
            self._remember(view, fit.rule)
        return describe(question, exchange, facts=_wait_as_told(view, fit, exchange.ended), fit=fit)

    def notes(self) -> tuple[str, ...]:
        """What a reader of the verdicts must know, each in one sentence."""
        notes = [
            f"the rule {name} was left out: benign words get it too" for name in sorted(self.discredited)
        ]
        if self._calibration.ignores_keyword:
            notes.append(
                "benign and nonsense words get the same answer: nothing shows that the address looks at the keyword; "
                "--canary WORD would"
            )
        if self._calibration.hides_in_zero:
            notes.append(
                "a canary gets the answer that nonsense words get: censorship and zero results look the same here"
            )
        return tuple(notes)

    def inferred(self) -> tuple[Rule, ...]:
        """Rules for a definition of this endpoint, from what the run saw; none where it saw too little."""
        return infer_rules(self._calibration, self._hits)

    def inferred_results(self) -> Results:
        """How to count the results, from what the run saw."""
        items = self._calibration.items
        return Results(count=None if items is None else items.pick)

    def _view(self, question: Question, exchange: Exchange) -> View:
        step = exchange.last
        texts = (question.text, *question.components)
        # Pages mark each word of a question by itself; of what is compared, none of them may be left.
        words = Echoes(tuple(dict.fromkeys((*texts, *question.text.split()))) if self._compares else ())
        page = None if step.response is None else read_page(self._definition, step.request, step.response)
        pick = self._definition.results.authors
        authors = () if page is None or pick is None else find_authors(page, pick)
        facts = Facts() if page is None else self._measure(page, exchange, words, authors)
        return View(
            step=step,
            page=page,
            facts=facts,
            echoes=Echoes(texts),
            authorised=self._definition.controls.authorised,
            authors=authors,
            authorised_authors=self._definition.controls.authorised_authors,
            calibration=self._calibration,
            asked=texts,
            notices=self._definition.notices,
            results=self._definition.results.count,
            look=Look(facts, page, words) if self._compares and page is not None else None,
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

    def discredit(self, rule_id: str) -> None:
        """Leave a weak rule out from now on."""
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
            case Purpose.NONSENSE if question.text in question.components:
                self._calibration.learn_nonsense(view.look)
                return True
            case Purpose.CANARY:
                self._calibration.learn_canary(view.look)
                return True
            case _:
                pass  # nonsense inside a truism has results; keywords teach nothing
        return False

    def _remember(self, view: View, rule: Rule) -> None:
        if not self._compares or len(self._hits) >= MOST_HITS:
            return
        hit = Hit(look=view.look, failure=view.step.failure, rule=rule)
        if sum(one.is_kind_of(hit) for one in self._hits) < REMEMBERED_EACH:
            if view.look is not None:
                view.look.keep()
            self._hits.append(hit)


def read_page(definition: Definition, request: Request, response: Response) -> Page:
    """An answer, to be read as the definition says."""
    return Page(
        request,
        response,
        definition.encoding,
        island=definition.island,
        documents=definition.documents,
    )


def _wait_as_told(view: View, fit: Fit | None, now: float) -> Facts:
    """The facts, with the time to wait where a rule says that there is one, whatever the status of the answer."""
    is_throttled = fit is not None and fit.rule.outcome is Outcome.THROTTLED
    if not is_throttled or view.page is None or view.facts.retry_after is not None:
        return view.facts
    return msgspec.structs.replace(view.facts, retry_after=read_wait(view.page, now, anyway=True))


def _compares(when: When) -> bool:
    return when.like is not None or (when.not_ is not None and _compares(when.not_))


def _is_refuted(rule: Rule) -> bool:
    """Whether a benign control that fires it shows that it means nothing here."""
    return rule.weight is Weight.WEAK and rule.outcome is not Outcome.SERVED


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
    if facts.status is not None and fit.rule.outcome is not Outcome.SERVED:
        target = f", to {facts.location}" if facts.location else ""
        return f"{reason} (HTTP {facts.status}{target})"
    return reason


def failure_words(step: Step) -> str:
    """A failure in plain words, with where it struck."""
    if step.failure is Failure.SESSION and step.detail is not None:
        return clean(step.detail)
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
