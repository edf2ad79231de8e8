"""Pages about endpoints for people: the list of them, and everything that somebody should know before asking one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from probe.cli.asking_lines import asking_lines, known_hosts, need_lines, unset
from probe.inputs.definitions.slots import secret_names
from probe.judging.rates import Rates
from probe.model.definition import Definition, Example, Origin, Reckoned, Stability
from probe.model.observation import Outcome
from probe.model.rule import Notice, Rule
from probe.planning.estimate import clearing
from probe.showing.page import Block, Page, Span, fold
from probe.showing.quantity import write_count, write_duration

_SURENESS = {
    Stability.SUPPORTED: "supported: kept working by its maintainers",
    Stability.UNVERIFIED: "unverified: written from documents, nobody has recorded that it works live",
    Stability.UNSUPPORTED: "unsupported: it is not asked, or nobody mends it",
    Stability.RETIRED: "retired: the service is gone or has changed",
}
_GONE = "Cannot be asked; `probe endpoints show NAME` says why, and what comes nearest:"
_PRACTICE = "For practice, while `probe lab` runs:"
_LABEL = 10
"""Cells of the words at the left of a page."""


def summarise(definition: Definition) -> dict[str, object]:
    """What programs want to know to choose endpoints; fields are added, never renamed."""
    risk = definition.risk
    return {
        "name": definition.name,
        "title": definition.title,
        "kind": definition.kind.value,
        "platform": definition.platform,
        "country": definition.country,
        "stability": definition.stability.value,
        "askable": definition.is_askable,
        "why_not": definition.why_not,
        "last_verified": definition.last_verified,
        "hosts": known_hosts(definition),
        "reference": definition.controls.reference,
        "variables": [*definition.variables],
        "secrets": [*secret_names(definition)],
        "risk": {"reads": risk.reads, "sends": risk.sends, "account": risk.account},
    }


def print_list(page: Page, definitions: Sequence[Definition]) -> None:
    """A table: name, title with the hosts below it, kind, country, state; in groups."""
    name = min(max((len(one.name) for one in definitions), default=4), 24)
    state, kind, country = 11, 10, 2
    widths = (name, max(page.width - name - state - kind - country - 8, 16), kind, country, state)
    heads = ("NAME", "WHAT IT IS, AND WHOM IT ASKS", "KIND", "IN", "STATE")
    page.row((_block(page, [head], width) for head, width in zip(heads, widths, strict=True)), widths)
    groups = _grouped(definitions)
    for number, (head, members) in enumerate(groups):
        if number or head:
            page.line()
        if head:
            page.paragraph(head)
        for one in members:
            what = [one.title, *([_whom(one)] if one.is_askable else [])]
            texts = ([one.name], what, [one.kind.value], [one.country or ""], [one.stability.value])
            page.row((_block(page, text, width) for text, width in zip(texts, widths, strict=True)), widths)
    if any(one.stability is Stability.UNVERIFIED for one in definitions):
        page.line()
        page.paragraph(_SURENESS[Stability.UNVERIFIED])


def _grouped(definitions: Sequence[Definition]) -> list[tuple[str, list[Definition]]]:
    """What can be asked, then what cannot, then what is for practice; each with its head, and none empty."""
    groups = {"": list[Definition](), _GONE: list[Definition](), _PRACTICE: list[Definition]()}
    for one in definitions:
        groups[_PRACTICE if one.platform == "lab" else "" if one.is_askable else _GONE].append(one)
    return [(head, members) for head, members in groups.items() if members]


def _whom(definition: Definition) -> str:
    if definition.local is not None:
        return f"(a file: --set {unset(definition)}=...)"
    hosts = ", ".join(known_hosts(definition)) or f"(yours: --set {unset(definition)}=...)"
    needs = write_count(len(secret_names(definition)), "secret") if secret_names(definition) else ""
    return f"{hosts}; needs {needs}" if needs else hosts


def print_definition(
    page: Page,
    definition: Definition,
    place: str,
    reference: Definition | None = None,
    parents: Sequence[str] = (),
) -> None:
    """Everything that somebody should know before asking this endpoint, and its reference with it.

    `parents` are the files that it extends, the nearest first.
    """
    page.paragraph(f"{definition.name}: {page.say(definition.title)}")
    page.paragraph(", which extends ".join([f"from {page.say(place)}", *map(page.say, parents)]))
    sections = (
        ("Kind", _kind_lines(definition)),
        ("Asks", asking_lines(definition)),
        ("Needs", need_lines(definition)),
        ("Sure", _sure_lines(definition)),
        *(_judging_sections(definition, reference) if definition.is_askable else ()),
        ("Notes", iter((definition.notes or "").splitlines())),
    )
    for label, lines in sections:
        texts = [page.say(line, 2000) for line in lines]
        if texts:
            page.line()
        for number, text in enumerate(texts):
            head = label if number == 0 else ""
            for part, piece in enumerate(fold(text, page.width - _LABEL - 2)):
                page.line(f"{head if part == 0 else '':{_LABEL}}{'  ' if part else ''}{piece}")


def print_notices(page: Page, notices: Mapping[str, Notice]) -> None:
    """Each notice with its versions, what it means, and who saw it."""
    for name, notice in notices.items():
        where = f", {', '.join(notice.platforms)}" if notice.platforms else ""
        page.paragraph(f"{name}: {notice.kind}, {notice.language}{where}")
        for text in (notice.text,) if isinstance(notice.text, str) else notice.text:
            page.paragraph(page.say(text, 500), indent=2, hang=4)
        when = f", {notice.date}" if notice.date else ""
        page.paragraph(page.say(f"{notice.meaning} ({notice.source}{when})", 500), indent=2, hang=4)


def _judging_sections(
    definition: Definition, reference: Definition | None
) -> tuple[tuple[str, Iterator[str]], ...]:
    return (
        ("Risk", _risk_lines(definition)),
        ("Limits", _limit_lines(definition)),
        ("Rules", _rule_lines(definition.rules)),
        ("Notices", _notice_lines(definition)),
        ("Controls", _control_lines(definition, reference)),
        ("Decides", _deciding_lines(definition)),
        ("Examples", _example_lines(definition.examples)),
    )


def _block(page: Page, texts: Sequence[str], width: int) -> Block:
    return [[Span(piece)] for text in texts for piece in fold(page.say(text), width)]


def _kind_lines(definition: Definition) -> Iterator[str]:
    where = [one for one in (definition.platform, definition.country) if one]
    yield definition.kind.value + (f", {', '.join(where)}" if where else "")


def _sure_lines(definition: Definition) -> Iterator[str]:
    yield _SURENESS[definition.stability]
    yield f"last seen to work: {definition.last_verified or 'never'}"
    if definition.docs:
        yield f"documents: {definition.docs}"
    for source in definition.sources:
        yield f"source: {source}"


def _risk_lines(definition: Definition) -> Iterator[str]:
    risk = definition.risk
    parts = ["it reads: whoever runs or watches it sees that you ask, and what"] if risk.reads else []
    if risk.sends:
        parts.append("it sends: what you ask is posted where others may see it")
    if risk.account:
        parts.append("it needs an account, which can be banned")
    if risk.hit_cost:
        noun = "question" if risk.hit_cost == 1 else "questions"
        parts.append(f"a hit costs as much as {risk.hit_cost:g} {noun}")
    yield from parts


def _limit_lines(definition: Definition) -> Iterator[str]:
    limits = definition.limits
    rate = "no limit" if limits.rate is None else f"{_write_rate(limits.rate)} to one host"
    yield f"{rate}, {limits.concurrency} in flight; {write_duration(limits.deadline)} for an answer"
    yield f"texts of at most {limits.max_text:,} characters; a control after {write_count(limits.block, 'question')}"
    yield f"{write_duration(limits.residual_wait)} of silence after a cut connection"
    yield f"waits {write_duration(limits.longest_wait)} at most where the service asks for a rest"
    if limits.per_day is not None:
        yield f"{write_count(limits.per_day, 'question')} a day to one host"


def _write_rate(rate: float) -> str:
    return f"{rate:g} questions a second" if rate >= 1 else f"a question every {write_duration(1 / rate)}"


def _rule_lines(rules: Sequence[Rule]) -> Iterator[str]:
    yield "tried in this order; the first that fits decides"
    for number, rule in enumerate(rules, 1):
        facts = [rule.outcome.value, rule.weight.value]
        facts += [one.value for one in (rule.mechanism, rule.manner) if one is not None]
        yield f"{number:>2} {rule.id}: {', '.join(facts)}" + (f" ({rule.reason})" if rule.reason else "")


def _notice_lines(definition: Definition) -> Iterator[str]:
    for name, notice in definition.notices.items():
        text = notice.text if isinstance(notice.text, str) else notice.text[0]
        when = f", {notice.date}" if notice.date else ""
        yield f"{name} ({notice.kind}): «{text}» {notice.meaning} (seen by {notice.source}{when})"


def _control_lines(definition: Definition, reference: Definition | None) -> Iterator[str]:
    controls = definition.controls
    if controls.benign:
        words = write_count(len(controls.benign), "benign word")
        yield f"{words}, always served: {', '.join(controls.benign)}"
    else:
        yield "always served: the bundled benign list"
    if controls.canaries:
        words = "1 canary" if len(controls.canaries) == 1 else f"{len(controls.canaries):,} canaries"
        yield f"{words}, known to be censored: {', '.join(controls.canaries)}"
    if controls.truism is not None:
        yield f"truism, which has results unless the keyword is censored: {controls.truism}"
    if controls.reference is not None:
        hosts = known_hosts(reference) if reference is not None else []
        asks = f", which asks {', '.join(hosts)}" if hosts else ""
        yield f"reference, which does not censor: {controls.reference}{asks}"
    if controls.share is not None:
        whose = "reference" if controls.reference is not None else "truism"
        yield f"filtered where fewer than {controls.share * 100:.4g} % of the {whose}'s results come"
    if controls.authorised:
        yield f"authorised hosts: {', '.join(controls.authorised)}"
    if controls.authorised_authors:
        yield f"authorised authors: {', '.join(controls.authorised_authors)}"
    empty = any(rule.outcome is Outcome.EMPTY for rule in definition.rules)
    if empty and controls.truism is None and controls.reference is None:
        yield "neither truism nor reference: zero results stay inconclusive"


def _deciding_lines(definition: Definition) -> Iterator[str]:
    deciding = definition.deciding
    rate = Rates(definition).trigger
    yield f"a censor is taken to act {rate * 100:.4g} % of the time ({_why_rate(definition)})"
    answers = clearing(rate, deciding.error_rate)
    clear = "1 normal answer clears" if answers == 1 else f"{answers:,} normal answers in a row clear"
    yield f"so {clear} a keyword, unless canaries show another rate"
    yield f"error rate {deciding.error_rate:.4g}; at most {write_count(deciding.attempts, 'asking')} of one keyword"
    if deciding.mechanisms is Reckoned.SEEN:
        yield "only ways of censoring that the run has seen are reckoned with"


def _why_rate(definition: Definition) -> str:
    if definition.deciding.trigger_rate is not None:
        return "trigger rate of the definition"
    cuts = definition.reads_cuts and definition.deciding.mechanisms is Reckoned.DECLARED
    return "usual where rules read cut connections" if cuts else "usual where no rule reads cut connections"


def _example_lines(examples: Sequence[Example]) -> Iterator[str]:
    for example in examples:
        origin = "captured" if example.origin is Origin.CAPTURED else "from documents"
        yield f"{example.name}: {example.outcome.value} ({origin})"
