"""From an exchange to an observation: one outcome, the rule that said so, and the measured facts."""

from __future__ import annotations

import unicodedata

from probe.judging.calibration import Calibration
from probe.judging.rules import Fit, View, first_fit
from probe.model.definition import Definition
from probe.model.exchange import Exchange, Failure, Purpose, Question, Step
from probe.model.observation import Facts, Mechanism, Observation, Outcome
from probe.reading import shape
from probe.reading.extract import count_results, find_hosts, read_retry_after
from probe.reading.match import Echoes, PatternTooSlow
from probe.reading.page import Page

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


class Observer:
    """Looks at the exchanges of one endpoint in one run; what it learns from benign controls is its only memory."""

    def __init__(self, definition: Definition, calibration: Calibration | None = None) -> None:
        self._definition = definition
        self._calibration = calibration if calibration is not None else Calibration()

    def observe(self, question: Question, exchange: Exchange) -> Observation:
        """What one exchange shows. Never raises on what the network sent."""
        step = exchange.last
        page = None if step.response is None else Page(step.request, step.response, self._definition.encoding)
        try:
            facts = Facts() if page is None else self._measure(page, exchange)
            fit = first_fit(self._definition.rules, self._view(question, step, page, facts))
        except PatternTooSlow as slow:
            # Half of the rules were not tried, so none may decide.
            return _observation(
                question, exchange, facts=Facts(), reason=f"the pattern {slow} ran out of time"
            )
        if question.purpose is Purpose.BENIGN and fit is not None and fit.rule.outcome is Outcome.SERVED:
            self._calibration.learn(facts)
        return _observation(question, exchange, facts=facts, fit=fit)

    def _view(self, question: Question, step: Step, page: Page | None, facts: Facts) -> View:
        return View(
            step=step,
            page=page,
            facts=facts,
            echoes=Echoes((question.text, *question.components)),
            authorised=self._definition.controls.authorised,
            calibration=self._calibration,
        )

    def _measure(self, page: Page, exchange: Exchange) -> Facts:
        results = self._definition.results
        return Facts(
            status=page.response.status,
            length=len(page.response.body),
            count=None if results.count is None else count_results(page, results.count),
            hosts=() if results.hosts is None else find_hosts(page, results.hosts),
            location=None if page.location is None else clean(page.location),
            media_type=page.media_type,
            shape=shape.sketch(page),
            retry_after=read_retry_after(page.response.header("retry-after"), exchange.ended),
        )


def clean(text: str, most: int = 160) -> str:
    """Foreign text for a sentence: control and format characters become spaces, and it is cut to `most` characters."""
    kept = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in text[: most * 2])
    kept = " ".join(kept.split())
    return kept if len(kept) <= most else kept[: most - 1] + "…"


def _observation(
    question: Question, exchange: Exchange, *, facts: Facts, fit: Fit | None = None, reason: str | None = None
) -> Observation:
    step = exchange.last
    if fit is None:
        outcome = Outcome.UNRECOGNISED if step.failure is None else Outcome.FAILED
        return Observation(
            question=question.id,
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
