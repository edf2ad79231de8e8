"""Each verdict is a measurement as OONI's pages describe it, and what is ours begins with x_."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from probe.model.exchange import Exchange
from probe.model.record import Answer
from probe.model.run import Vantage
from probe.model.verdict import Verdict
from probe.showing import Look, open_writer
from probe.showing.heard import Heard
from probe.showing.ooni_lines import OoniWriter
from tests.builders import make_answer, make_observation, make_question

from .ooni_shapes import faults
from .samples import a_run, a_verdict, made_up_verdicts


def measure(verdict: Verdict, heard: Heard | None = None) -> dict[str, Any]:
    """One line, read back, as OONI's pages say."""
    out = io.StringIO()
    writer = OoniWriter(out, Heard() if heard is None else heard)
    writer.start()
    writer.verdict(verdict)
    (line,) = out.getvalue().splitlines()
    measurement: dict[str, Any] = json.loads(line)
    assert faults(measurement) == []
    return measurement


def heard_of(*answers: tuple[Answer, Exchange | None], **changes: Any) -> Heard:
    def find(verdict: Verdict) -> Sequence[tuple[Answer, Exchange | None]]:
        return answers

    return Heard(answers=find, **changes)


def answer(attempt: int = 1, *, void: bool = False) -> Answer:
    return Answer(question=make_question(attempt=attempt), observation=make_observation(), void=void)


def test_all_verdicts_agree_with_the_published_shapes() -> None:
    """Also those of which nothing was asked, and whatever is in the texts."""
    for verdict in list(made_up_verdicts())[:60]:
        measure(verdict)
    measure(msgspec.structs.replace(a_verdict(), first_asked=None, last_asked=None))


def test_the_shapes_are_no_rubber_stamp() -> None:
    """What is missing, of another kind, or nobody's is found."""
    good = measure(a_verdict(), heard_of((answer(), make_answer("a"))))
    for change in (
        {"probe_asn": 1234},
        {"probe_cc": "zz"},
        {"measurement_start_time": "2026-11-30T07:46:08Z"},
        {"ours": 1},
    ):
        assert faults(good | change) != []
    for name in good:
        if name not in ("annotations", "extensions", "options"):
            assert faults({key: value for key, value in good.items() if key != name}) != [], name
    transaction = good["test_keys"]["requests"][0]
    wrong: list[dict[str, Any]] = [{"failure": "reset"}, {"t": "1"}, {"request": {}}, {"address": "h:1"}]
    for broken in wrong:
        keys = {**good["test_keys"], "requests": [{**transaction, **broken}]}
        assert faults(good | {"test_keys": keys}) != [], broken


def test_nothing_says_where_it_was_asked_unless_the_user_did() -> None:
    """The values are those that OONI's own probes write where they do not say it."""
    measurement = measure(a_verdict())
    known = {name: measurement[name] for name in ("probe_ip", "probe_asn", "probe_cc", "probe_network_name")}
    assert known == {
        "probe_ip": "127.0.0.1",
        "probe_asn": "AS0",
        "probe_cc": "ZZ",
        "probe_network_name": "",
    }
    assert (measurement["resolver_asn"], measurement["report_id"]) == ("AS0", "")


@pytest.mark.parametrize(
    ("vantage", "asn", "country", "network"),
    [
        (Vantage(country="ch", network="AS30722 Vodafone"), "AS30722", "CH", "Vodafone"),
        (Vantage(country="CH", network="as1"), "AS1", "CH", ""),
        (Vantage(country="Switzerland", network="my network"), "AS0", "ZZ", "my network"),
        (Vantage(label="desk in AS1, ch"), "AS0", "ZZ", ""),
    ],
)
def test_country_and_network_are_those_of_the_vantage(
    vantage: Vantage, asn: str, country: str, network: str
) -> None:
    """The address never is."""
    measurement = measure(a_verdict(), heard_of(vantage=vantage))
    assert (measurement["probe_asn"], measurement["probe_cc"]) == (asn, country)
    assert (measurement["probe_network_name"], measurement["probe_ip"]) == (network, "127.0.0.1")


def test_every_answer_is_told_with_its_transactions() -> None:
    """Those whose exchange was not kept, too: with what they showed."""
    heard = heard_of(
        (answer(1), make_answer("one")), (answer(2, void=True), None), (answer(3), make_answer("two"))
    )
    verdict = msgspec.structs.replace(
        a_verdict(), first_asked="1970-01-01T00:16:39.750Z", last_asked="1970-01-01T00:16:41.000Z"
    )
    measurement = measure(verdict, heard)
    keys = measurement["test_keys"]
    assert measurement["measurement_start_time"] == "1970-01-01 00:16:39"
    assert measurement["test_runtime"] == 1.25  # from the first question to the last, or to the last answer
    assert [one["response"]["body"] for one in keys["requests"]] == ["one", "two"]
    assert [one["t0"] for one in keys["requests"]] == [1.0, 1.0]  # after the start as it is written
    told = [
        (one["attempt"], one["void"], one["exchange_kept"], one["transaction_ids"])
        for one in keys["x_answers"]
    ]
    assert told == [(1, False, True, [1]), (2, True, False, []), (3, False, True, [2])]
    assert keys["x_verdict"] == json.loads(msgspec.json.encode(verdict))


def test_it_took_until_the_last_answer_came() -> None:
    """Also where there was one question only."""
    verdict = msgspec.structs.replace(
        a_verdict(), first_asked="1970-01-01T00:16:40.000Z", last_asked="1970-01-01T00:16:40.000Z"
    )
    assert measure(verdict, heard_of((answer(), None)))["test_runtime"] == 0.1


def test_the_start_of_the_test_is_that_of_the_run() -> None:
    """OONI has it for all measurements of a report alike."""
    assert measure(a_verdict(), heard_of(started=1000.9))["test_start_time"] == "1970-01-01 00:16:40"


def test_half_a_character_does_not_break_a_line() -> None:
    """Whatever a list or a page holds."""
    verdict = msgspec.structs.replace(a_verdict(), keyword="a\ud800b", reason="\u202e\x9b")
    assert measure(verdict)["input"] == "a\ufffdb"


def test_it_is_a_format_as_others_are() -> None:
    """By its name; the run is no line, as OONI has none."""
    out = io.StringIO()
    writer = open_writer("ooni", out, look=Look(heard=heard_of((answer(), make_answer("page")))))
    writer.start()
    writer.verdict(a_verdict())
    writer.finish(a_run([a_verdict()]))
    (line,) = out.getvalue().splitlines()
    assert json.loads(line)["test_keys"]["requests"][0]["response"]["body"] == "page"
