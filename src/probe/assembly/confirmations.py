"""Confirmations: which keywords of an endpoint are asked once more before their run ends, as a change would rest on them."""

from __future__ import annotations

from probe.assembly.comparing import Comparing
from probe.assembly.judge import Judge
from probe.model.verdict import Status, Verdict
from probe.planning.confirming import ConfirmingPlanner
from probe.planning.inner import InnerPlanner
from probe.planning.plan import Case, KeywordPlanner


class Confirmations:
    """Asks on about keywords whose verdict differs from before, until it is firm or taken back."""

    def __init__(self, judge: Judge, keywords: InnerPlanner, comparing: Comparing) -> None:
        self.planner = ConfirmingPlanner(keywords, KeywordPlanner(judge.endpoint, (), judge.decide_firmly))
        self._comparing = comparing

    def begin(self, case: Case, verdict: Verdict, doubt: str | None) -> bool:
        """Ask on about a settled case, if that could make news of it, or take news back; whether that will be done.

        `verdict` is what it would be now; `doubt` is why nothing may be called `ok` at the endpoint.
        """
        if verdict.status is Status.INCONCLUSIVE and doubt is not None:
            return False  # more answers would not take the doubt away
        return self._comparing.is_worth_asking_again(verdict) and self.planner.confirm(case)
