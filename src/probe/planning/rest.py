"""Rest: how long to leave an endpoint alone after an answer."""

from __future__ import annotations

from dataclasses import dataclass

from probe.model.definition import Limits
from probe.model.observation import Observation, Outcome


@dataclass(frozen=True, kw_only=True)
class Rest:
    """How long to leave an endpoint alone after an answer."""

    seconds: float
    reason: str
    whole_host: bool
    """Whether all endpoints on this host and port must rest, as residual blocks do not tell them apart."""
    reference: bool = False
    """Whether it is the reference that must rest."""


def rest_after_cut(observation: Observation, limits: Limits) -> Rest:
    """The residual wait: asking earlier may renew the block."""
    return Rest(seconds=limits.residual_wait, reason=observation.reason, whole_host=True)


def rest_after_trouble(
    observation: Observation, limits: Limits, failures: int, *, residual: bool = True
) -> Rest:
    """After a captcha, a limit or a control that failed; `failures` are the controls that failed in a row.

    `residual` says whether a cut may leave a residual block: not where the host has never served anything.
    """
    is_block = residual and observation.is_cut
    return Rest(
        seconds=_wait(observation, limits, failures, residual=residual),
        reason=observation.reason,
        whole_host=is_block or observation.outcome is Outcome.THROTTLED,
    )


def rest_of_reference(observation: Observation, limits: Limits) -> Rest | None:
    """What the reference needs after its answer, at most the longest wait: it is missed by nobody else. None for nothing."""
    if observation.outcome.is_evidence and not observation.is_cut:
        return None
    seconds = min(_wait(observation, limits, 0), limits.longest_wait)
    return Rest(seconds=seconds, reason=observation.reason, whole_host=True, reference=True)


def is_too_long(rest: Rest, limits: Limits) -> bool:
    """Whether what is left had better be asked on another day."""
    return rest.seconds > max(limits.longest_wait, limits.residual_wait)


def _wait(observation: Observation, limits: Limits, failures: int, *, residual: bool = True) -> float:
    """Seconds to wait: what the service asks for, else twice as long each time, up to the longest wait."""
    asked_for = observation.facts.retry_after
    if asked_for is not None:
        return max(asked_for, 0.01)
    wait = min(
        limits.control_wait * 2.0 ** max(failures - 1, 0), max(limits.longest_wait, limits.control_wait)
    )
    return max(wait, limits.residual_wait) if residual and observation.is_cut else wait
