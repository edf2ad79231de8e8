"""The sums of a run."""

from __future__ import annotations

from typing import Any

from probe.judging.verdict import Circumstances, conclude
from probe.keeping.ledger import EndpointEnd, Ledger, end_of, is_trusted
from probe.model.observation import Observation, Outcome, Weight
from probe.model.run import ControlCounts, ListUse, Vantage
from tests.builders import make_endpoint, make_grounds, make_keyword, make_observation

SERVED = make_observation(Outcome.SERVED)
NOTICE = make_observation(Outcome.BLOCKED, weight=Weight.DETERMINATE)


def end(*, passed: int = 3, failed: int = 1, given_up: str | None = None, **more: Any) -> EndpointEnd:
    controls = ControlCounts(passed=passed, failed=failed)
    return EndpointEnd(
        name="example", definition="d", controls=controls, questions=9, given_up=given_up, **more
    )


def ledger(*courses: list[Observation]) -> Ledger:
    made = Ledger(
        run="r1",
        started=1000.0,
        vantage=Vantage(label="desk"),
        lists=[ListUse(name="l", sha256=None, keywords=2)],
    )
    for course in courses:
        made.add(conclude(make_keyword(), make_endpoint(), course, make_grounds(), Circumstances(), run="r1"))
    return made


def test_the_sums_agree_with_the_verdicts() -> None:
    """Each verdict is counted once, under its status."""
    run = ledger([SERVED], [NOTICE]).close(ended=1060.0, keywords=2, ends=[end()], stopped=False, exit_code=0)
    counts = run.counts
    assert (counts.verdicts, counts.ok, counts.blocked, counts.unmeasured) == (2, 1, 1, 0)
    assert (counts.keywords, counts.questions, counts.controls) == (2, 9, 4)
    assert (run.started, run.ended) == ("1970-01-01T00:16:40.000Z", "1970-01-01T00:17:40.000Z")
    assert (run.complete, run.trusted) == (True, True)
    assert run.endpoints[0].reason is None


def test_a_run_is_complete_only_with_every_pair() -> None:
    """A missing verdict or a stop leaves it incomplete."""
    one = ledger([SERVED])
    assert not one.close(ended=0, keywords=2, ends=[end()], stopped=False, exit_code=0).complete
    assert not one.close(ended=0, keywords=1, ends=[end()], stopped=True, exit_code=130).complete
    assert one.close(ended=0, keywords=1, ends=[end()], stopped=False, exit_code=0).complete


def test_trust_needs_a_passing_control_and_an_endpoint_that_was_not_given_up() -> None:
    """And where there is no trust, the reason stands beside it."""
    assert is_trusted(end())
    assert not is_trusted(end(given_up="a captcha"))
    assert not is_trusted(end(passed=0))
    reasons = {}
    for stopped in (True, False):
        run = ledger().close(ended=0, keywords=0, ends=[end(passed=0)], stopped=stopped, exit_code=0)
        reasons[stopped] = run.endpoints[0].reason
        assert not run.trusted
    assert reasons == {True: "stopped before a control was served", False: "no control was served"}
    run = ledger().close(ended=0, keywords=0, ends=[end(given_up="a captcha")], stopped=False, exit_code=3)
    assert (run.endpoints[0].trusted, run.endpoints[0].reason) == (False, "a captcha")


def test_controls_of_all_kinds_are_counted() -> None:
    """Every question that is about no keyword alone, as the run's sum of controls."""
    counts = ControlCounts(
        passed=1, failed=2, nonsense=3, canaries_hit=4, canaries_served=5, truisms=6, references=7
    )
    one = EndpointEnd(name="example", definition="d", controls=counts, questions=40, given_up=None)
    run = ledger().close(ended=0, keywords=0, ends=[one, end()], stopped=False, exit_code=0)
    assert run.counts.controls == 28 + 4
    assert run.endpoints[0].controls == counts


def test_a_doubt_takes_the_trust_and_giving_up_goes_before_it() -> None:
    """A served canary is the reason that is given, unless the endpoint was given up."""
    doubtful = end(doubt="the canary was served")
    assert not is_trusted(doubtful)
    both = end(doubt="the canary was served", given_up="a captcha")
    run = ledger().close(ended=0, keywords=0, ends=[doubtful, both], stopped=False, exit_code=3)
    assert [(use.trusted, use.reason) for use in run.endpoints] == [
        (False, "the canary was served"),
        (False, "a captcha"),
    ]
    assert not run.trusted


def test_notes_and_an_early_end_are_written_down() -> None:
    """An endpoint that ended early is trusted as far as it came; the run tells the first reason there is."""
    early = end(ended_early="the budget is spent", notes=("a canary was served",))
    run = ledger().close(ended=0, keywords=2, ends=[end(), early], stopped=False, exit_code=0)
    assert run.ended_early == "the budget is spent"
    assert not run.complete
    assert run.endpoints[1].notes == ("a canary was served",)
    assert run.endpoints[1].trusted
    assert ledger().close(ended=0, keywords=0, ends=[end()], stopped=False, exit_code=0).ended_early is None


def test_what_was_written_down_of_an_endpoint_is_written_down_again() -> None:
    """An endpoint that is asked no more is trusted as it was, for the same reason."""
    ends = [
        end(),
        end(given_up="a captcha"),
        end(doubt="a canary was served"),
        end(passed=0),
        end(notes=("x",)),
    ]
    first = ledger().close(ended=0, keywords=0, ends=ends, stopped=False, exit_code=0).endpoints
    again = ledger().close(ended=0, keywords=0, ends=[*map(end_of, first)], stopped=True, exit_code=0)
    assert again.endpoints == first
