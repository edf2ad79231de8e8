"""Plan text: what a run will ask and what that will cost, in plain words, before anything is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from probe.events import Planned, PlannedEndpoint, PooledEstimate
from probe.showing.quantity import write_count, write_duration
from probe.showing.safe_text import plain

CONSTANT = 0.99
"""From this trigger rate on it is not for the censor's inconstancy that a keyword is asked more than once."""
NOTHING_LEFT = "nothing is left to ask"
_MOST_HOSTS = 4
"""Hosts named for one endpoint; the others are counted."""


def plan_text(planned: Planned, left: Mapping[str, int] | None = None) -> str:
    """The plan in full: what each endpoint is asked, then the sums.

    `left` says for a run that goes on how many keywords are left to ask, by endpoint.
    """
    if left is not None and not any(left.values()):
        return NOTHING_LEFT
    lines: list[str] = []
    for endpoint in planned.endpoints:
        unverified = ", unverified definition" if endpoint.unverified else ""
        lines += [
            f"{plain(endpoint.name)} ({plain(endpoint.title)}){unverified}",
            f"  asks {_write_hosts(endpoint)}",
            *_describe_left(planned, endpoint, left),
            f"  {_write_questions(endpoint.questions, endpoint.most_questions)}"
            f" in {_write_range(endpoint.seconds, endpoint.most_seconds, write_duration)}",
        ]
        if endpoint.pooled is not None:
            lines += _describe_pools(endpoint.pooled)
        if endpoint.session:
            requests = write_count(endpoint.session, "request")
            again = write_duration(endpoint.session_seconds)
            lines.append(f"  and {requests} to open a session, again after {again} at the soonest")
        if endpoint.isolating is not None:
            number, characters = endpoint.isolating
            more = write_count(number, "question")
            lines.append(
                f"  about {more} more, and controls, to find what triggers in {characters:,} characters"
            )
        if endpoint.askings > 1:
            lines.append(
                f"  a censor that acts {endpoint.trigger:.0%} of the time: {endpoint.askings} normal answers clear a keyword"
                if endpoint.trigger < CONSTANT
                else f"  a verdict takes {endpoint.askings} answers at least"
            )
    return "\n".join([*lines, "", plan_line(planned, left), *_explain(planned)]).lstrip("\n")


def plan_line(planned: Planned, left: Mapping[str, int] | None = None) -> str:
    """The plan in one line. Endpoints are asked side by side, so the slowest one tells how long it takes."""
    ends = planned.endpoints
    keywords = write_count(planned.keywords, "keyword")
    questions = _write_questions(sum(one.questions for one in ends), sum(one.most_questions for one in ends))
    least = max((one.seconds for one in ends), default=0.0)
    most = max((one.most_seconds for one in ends), default=0.0)
    time = _write_range(least, most, write_duration)
    if left is not None:
        noun = "keyword" if len(ends) == 1 else "pair"
        keywords = f"{sum(left.values()):,} of {write_count(planned.keywords * len(ends), noun)} left"
    return f"{keywords} at {write_count(len(ends), 'endpoint')}: {questions} in {time}"


def _describe_left(planned: Planned, endpoint: PlannedEndpoint, left: Mapping[str, int] | None) -> list[str]:
    if left is None:
        return []
    return [f"  {left[endpoint.name]:,} of {write_count(planned.keywords, 'keyword')} left"]


def _describe_pools(pooled: PooledEstimate) -> list[str]:
    """Both ways, as hits may cost more than questions."""
    hits = write_count(pooled.hits, "hit")
    return [
        f"  in pools about {write_count(pooled.questions, 'question')} and {hits} in {write_duration(pooled.seconds)},"
        f" if 1 keyword in {pooled.censored} is censored;",
        f"  one by one {write_count(pooled.one_by_one_hits, 'hit')} and the questions above",
    ]


def _explain(planned: Planned) -> list[str]:
    if all(
        one.questions == one.most_questions and one.seconds == one.most_seconds for one in planned.endpoints
    ):
        return ["The time follows from the pace that the definitions allow."]
    return [
        "The lower numbers hold if nothing is censored, the upper ones if each keyword",
        "is asked as often as may be, with a rest after every connection that is cut.",
        "The time follows from the pace that the definitions allow.",
    ]


def _write_questions(least: int, most: int) -> str:
    return f"{least:,} to {write_count(most, 'question')}" if least < most else write_count(least, "question")


def _write_range(least: float, most: float, write: Callable[[float], str]) -> str:
    low, high = write(least), write(max(least, most))
    return low if low == high else f"{low} to {high}"


def _write_hosts(endpoint: PlannedEndpoint) -> str:
    named = [plain(host) for host in endpoint.hosts[:_MOST_HOSTS]]
    rest = len(endpoint.hosts) - len(named)
    return ", ".join([*named, *([write_count(rest, "other host")] if rest else [])]) or "no host"
