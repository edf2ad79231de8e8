"""Concluding: from the cases of one endpoint that are settled to verdicts that are kept and told."""

from __future__ import annotations

from dataclasses import dataclass

from probe.assembly.confirmations import Confirmations
from probe.assembly.isolations import Isolations
from probe.assembly.judge import CENSORED, Judge
from probe.assembly.late import Late
from probe.events import Listener
from probe.judging.verdict import Circumstances
from probe.keeping.keeper import Keeper
from probe.keeping.ledger import Ledger
from probe.model.verdict import Verdict
from probe.planning.controls import ControlledPlanner
from probe.planning.plan import Case
from probe.run import tell_verdict


@dataclass(kw_only=True)
class Concluding:
    """From cases that are settled to verdicts that are told."""

    judge: Judge
    planner: ControlledPlanner
    keeper: Keeper
    ledger: Ledger
    announce: Listener
    late: Late
    isolations: Isolations | None
    confirmations: Confirmations | None = None
    unfinished: int = 0
    """Censored keywords of which it could be found out yet what triggers, but for a budget, a time, or a stop."""

    def settle(self, case: Case) -> None:
        if self.isolations is not None and self.isolations.keep_early(case):
            return
        if self.planner.reopen(case):
            return
        if self._confirm(case):
            return
        if self.late.waits(case):
            if self.isolations is not None:
                self.isolations.begin(case, self._preview(case), is_early=True)
            return
        self._conclude(case)

    def settle_late(self) -> None:
        for case in self.late.take():
            self._conclude(case)

    def break_off(self) -> None:
        """Tell the verdicts that only wait for their parts, or for more answers, where a run ends at once."""
        if self.isolations is not None:
            for case in self.isolations.break_off("it was broken off"):
                self.settle(case)
        if self.confirmations is not None:
            for case in self.confirmations.planner.break_off():
                self.settle(case)

    def _confirm(self, case: Case) -> bool:
        """Whether a case is asked on about at the end, as a change would rest on it. What it seems to show counts for others
        meanwhile, as it would if it were told now."""
        if self.confirmations is None or not self.confirmations.planner.may_confirm(case):
            return False
        verdict = self._preview(case)
        if not self.confirmations.begin(case, verdict, self.planner.doubt):
            return False
        self._see(verdict)
        return True

    def _see(self, verdict: Verdict) -> None:
        """Censorship can be seen here, and this is how it acts."""
        if verdict.status in CENSORED:
            self.judge.recall(verdict)
            self.planner.saw_censorship()

    def _conclude(self, case: Case) -> None:
        verdict, isolations = case.verdict, self.isolations
        if verdict is None:
            verdict = self.judge.conclude(
                case.keyword, case.observations, self._around(case), run=self.ledger.run
            )
            self.keeper.settle(verdict)
        else:
            self.judge.recall(verdict)
        if verdict.status in CENSORED:
            self.planner.saw_censorship()
        is_earlier = case.verdict is not None and case.isolation is None
        if isolations is not None:
            if case.isolation is None and isolations.begin(case, verdict):
                return
            completed = isolations.complete(verdict, case.isolation, self.planner.ended_early)
            if completed is not verdict:
                verdict = completed
                self.keeper.settle(verdict)
            if self.planner.given_up is None:
                self.unfinished += isolations.is_unfinished(verdict)
        tell_verdict(verdict, self.ledger, self.announce, earlier=is_earlier)

    def _preview(self, case: Case) -> Verdict:
        return self.judge.preview(case.keyword, case.observations, self._around(case), run=self.ledger.run)

    def _around(self, case: Case) -> Circumstances:
        planner = self.planner
        return Circumstances(
            void=case.void, why_not=case.why_not, controls=planner.controls, doubt=planner.doubt
        )
