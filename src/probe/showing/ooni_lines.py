"""OONI lines (`ooni`): one measurement a line for each verdict, in the base data format of OONI (df-000), for its tools.

Source: ooni/spec, data-formats (README, df-000 to df-007), and model/measurement.go of ooni/probe-cli for the values that
mean "not known". docs/ooni.md says what is OONI's and what is ours: ours begins with `x_`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, TextIO

import msgspec

from probe import __version__
from probe.model.exchange import Exchange
from probe.model.record import Answer
from probe.model.run import Run, Vantage
from probe.model.verdict import Verdict
from probe.showing.heard import Heard
from probe.showing.json_text import write_json
from probe.showing.ooni_transaction import follows_redirects, write_transactions

TEST_NAME = "keyword_probe"
TEST_VERSION = "0.1.0"
DATA_FORMAT_VERSION = "0.2.0"
WITHHELD = {
    "probe_ip": "127.0.0.1",
    "report_id": "",
    "resolver_asn": "AS0",
    "resolver_ip": "127.0.0.2",
    "resolver_network_name": "",
}
"""What OONI's own probes write where they do not know it or do not say it. Here it is never looked up."""
_NETWORK = re.compile(r"(AS[0-9]{1,10})\b[\s,:;-]*(.*)", re.IGNORECASE | re.DOTALL)
_COUNTRY = re.compile("[A-Za-z]{2}")


class OoniWriter:
    """Writes each line whole and flushes it. There is no line for the run: OONI has none."""

    def __init__(self, stream: TextIO, heard: Heard) -> None:
        self._stream = stream
        self._heard = heard
        self._encoding = getattr(stream, "encoding", None) or "utf-8"

    def start(self) -> None:
        """There is no head."""

    def verdict(self, verdict: Verdict) -> None:
        measurement = write_measurement(verdict, self._heard)
        self._stream.write(write_json(measurement, encoding=self._encoding) + "\n")
        self._stream.flush()

    def finish(self, run: Run) -> None:
        self._stream.flush()


def write_measurement(verdict: Verdict, heard: Heard) -> dict[str, Any]:
    """One verdict as a measurement."""
    answers = heard.answers(verdict)
    begin = _seconds(verdict.first_asked, heard.started)
    end = max([_seconds(verdict.last_asked, begin), *(answer.observation.ended for answer, _ in answers)])
    zero = float(int(begin))  # the start is written in whole seconds, and times count from there
    return {
        "annotations": {},
        "data_format_version": DATA_FORMAT_VERSION,
        "extensions": {"httpt": 0},
        "input": verdict.keyword,
        "measurement_start_time": _moment(begin),
        "options": [f"endpoint={verdict.endpoint}", f"definition={verdict.definition}"],
        **_place(heard.vantage),
        **WITHHELD,
        "software_name": "keyword-probe",
        "software_version": __version__,
        "test_keys": _test_keys(verdict, answers, zero),
        "test_name": TEST_NAME,
        "test_runtime": round(max(end - begin, 0.0), 6),
        "test_start_time": _moment(begin if heard.started is None else heard.started),
        "test_version": TEST_VERSION,
    }


def _test_keys(
    verdict: Verdict, answers: Sequence[tuple[Answer, Exchange | None]], zero: float
) -> dict[str, Any]:
    requests: list[dict[str, Any]] = []
    told: list[dict[str, Any]] = []
    for answer, exchange in answers:
        ours = [] if exchange is None else write_transactions(exchange, zero=zero, first=len(requests) + 1)
        requests += ours
        told.append(_answer(answer, exchange, [one["transaction_id"] for one in ours]))
    kept = [exchange for _, exchange in answers if exchange is not None]
    return {
        "agent": "redirect" if follows_redirects(kept) else "agent",
        "failure": verdict.failure,
        "requests": requests,
        "socksproxy": None,
        "x_answers": told,
        "x_verdict": msgspec.to_builtins(verdict),
    }


def _answer(answer: Answer, exchange: Exchange | None, transactions: list[int]) -> dict[str, Any]:
    """What one asking showed when it was asked."""
    question, seen = answer.question, answer.observation
    return {
        "question": question.id,
        "purpose": question.purpose,
        "attempt": question.attempt,
        "text": question.text,
        "outcome": seen.outcome,
        "rule": seen.rule,
        "mechanism": seen.mechanism,
        "failure": seen.failure,
        "stage": seen.stage,
        "reason": seen.reason,
        "void": answer.void,
        "status": seen.facts.status,
        "length": seen.facts.length,
        "count": seen.facts.count,
        "exchange_kept": exchange is not None,
        "transaction_ids": transactions,
    }


def _place(vantage: Vantage) -> dict[str, str]:
    """What the user said of where they are; nothing is looked up."""
    network = (vantage.network or "").strip()
    found = _NETWORK.fullmatch(network)
    is_country = vantage.country is not None and _COUNTRY.fullmatch(vantage.country) is not None
    return {
        "probe_asn": "AS0" if found is None else found[1].upper(),
        "probe_cc": (vantage.country or "").upper() if is_country else "ZZ",
        "probe_network_name": network if found is None else found[2].strip(),
    }


def _seconds(text: str | None, otherwise: float | None) -> float:
    if text is None:
        return otherwise or 0.0
    return datetime.fromisoformat(text).timestamp()


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%d %H:%M:%S")
