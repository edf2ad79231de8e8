"""Method: how verdicts come about, in words for readers of reports who never saw the program."""

from __future__ import annotations

from collections.abc import Iterator

from probe.model.keyword import write_line
from probe.model.run import ControlCounts, EndpointUse, Run
from probe.showing.quantity import write_count, write_duration
from probe.showing.summary import measure_seconds

METHOD = (
    "Each keyword was sent to each endpoint as a user would send it, and the answer was compared with rules that say"
    " what a normal answer, a notice, a refusal or a captcha looks like there. Harmless words (controls) were asked"
    " before, between and after. An answer counts only if a control that was asked after it was served; where a control"
    " failed, the answers since the last good one are void and were asked again.",
    "Every answer that counts makes censorship more or less likely, by how often this endpoint censors what it is known"
    " to censor, and how often it fails for harmless words. A keyword is asked until one in a thousand such decisions"
    " would be wrong, or until a platform's own notice or code proves it. 'Blocked' is hard: nothing is shown or"
    " delivered. 'Filtered' is soft: only some results, altered text, or held for review. 'Confirmed' rests on such a"
    " proof; 'likely' is inferred from evidence that has innocent causes too, and that repeats while controls are served.",
    "'Ok' means that the keyword was positively seen to be treated like the controls. 'Inconclusive' means that the"
    " evidence does not decide. 'Unmeasured' (a captcha, a login, a rate limit, an outage, an unknown page) says nothing"
    " about censorship, neither that there is any nor that there is none.",
)
"""The same for every run, in paragraphs."""


def describe_run(run: Run) -> Iterator[tuple[str, str]]:
    """The facts of a run, each with its label."""
    yield "run", run.id
    yield "started", write_moment(run.started)
    seconds = measure_seconds(run)
    if run.ended is not None:
        yield "ended", write_moment(run.ended) + (f", after {write_duration(seconds)}" if seconds else "")
    vantage = (run.vantage.label, run.vantage.country, run.vantage.network)
    yield "asked from", ", ".join(one for one in vantage if one) or "not declared"
    for one in run.lists:
        digest = f", SHA-256 {one.sha256}" if one.sha256 else ""
        yield "list", f"{one.name}, {write_count(one.keywords, 'keyword')}{digest}"
    questions, controls = write_count(run.counts.questions, "question"), run.counts.controls
    yield "asked", f"{questions}, {controls:,} of them controls"
    yield "software", f"{run.software.name} {run.software.version}"


def describe_controls(controls: ControlCounts) -> str:
    """How the controls of one endpoint fared, in a sentence."""
    asked = controls.passed + controls.failed
    parts = [f"{controls.passed:,} of {write_count(asked, 'benign control')} served"]
    canaries = controls.canaries_hit + controls.canaries_served
    if canaries:
        parts.append(
            f"{controls.canaries_hit:,} of {write_count(canaries, 'answer')} about words known to be censored were hits"
        )
    for number, noun in (
        (controls.nonsense, "nonsense word"),
        (controls.truisms, "question inside a truism"),
        (controls.references, "question to a reference"),
    ):
        if number:
            parts.append(
                write_count(number, noun)
                if noun == "nonsense word"
                else f"{number:,} {_plural(noun, number)}"
            )
    return ", ".join(parts)


def describe_pools(use: EndpointUse) -> Iterator[str]:
    """What was asked many keywords at a time, and what that showed, each in a sentence; nothing where nothing was."""
    if use.cost is None:
        return
    asked = write_count(use.cost.questions, "question")
    yield f"several keywords were asked in one text: {asked} about them, one by one {use.cost.one_by_one:,}"
    for words in use.cost.combinations:
        yield f"censored together, and none of them alone: {write_line(words)}"


def write_moment(time: str) -> str:
    """An RFC 3339 time as people read it."""
    day, _, clock = time.partition("T")
    return f"{day} {clock.removesuffix('Z').partition('.')[0]} UTC" if clock else time


def _plural(noun: str, number: int) -> str:
    return noun if number == 1 else noun.replace("question", "questions", 1)
