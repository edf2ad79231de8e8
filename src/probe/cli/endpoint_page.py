"""Pages about endpoints for people: the list of them, and everything that somebody should know before asking one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from probe.inputs.definitions.addresses import find_authority
from probe.inputs.definitions.slots import request_texts, secret_names
from probe.model.definition import Connection, Definition, Example, Origin, Rule, Stability
from probe.reading.slots import find_slots
from probe.showing.page import Block, Page, Span, fold
from probe.showing.quantity import write_count, write_duration

_SURENESS = {
    Stability.SUPPORTED: "supported: kept working by its maintainers",
    Stability.UNVERIFIED: "unverified: written from documents, nobody has recorded that it works live",
    Stability.UNSUPPORTED: "unsupported: it may work, and nobody mends it",
    Stability.RETIRED: "retired: the service is gone or has changed",
}
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
        "last_verified": definition.last_verified,
        "hosts": known_hosts(definition),
        "variables": [*definition.variables],
        "secrets": [*secret_names(definition)],
        "risk": {"reads": risk.reads, "sends": risk.sends, "account": risk.account},
    }


def known_hosts(definition: Definition) -> list[str]:
    """The hosts that are asked, as far as they are known before variables are set."""
    defaults = {name: one.default for name, one in definition.variables.items() if one.default is not None}
    authority = find_authority(definition.request.url, defaults)
    return [] if authority is None else [f"{authority[0]}:{authority[1]}"]


def print_list(page: Page, definitions: Sequence[Definition]) -> None:
    """A table: name, title with the hosts below it, kind, country, state."""
    name = min(max((len(one.name) for one in definitions), default=4), 24)
    state, kind, country = 11, 10, 2
    widths = (name, max(page.width - name - state - kind - country - 8, 16), kind, country, state)
    heads = ("NAME", "WHAT IT IS, AND WHOM IT ASKS", "KIND", "IN", "STATE")
    page.row((_block(page, [head], width) for head, width in zip(heads, widths, strict=True)), widths)
    for one in definitions:
        what = [one.title, ", ".join(known_hosts(one)) or f"(yours: --set {_unset(one)}=...)"]
        texts = ([one.name], what, [one.kind.value], [one.country or ""], [one.stability.value])
        page.row((_block(page, text, width) for text, width in zip(texts, widths, strict=True)), widths)
    if any(one.stability is Stability.UNVERIFIED for one in definitions):
        page.line()
        page.paragraph(_SURENESS[Stability.UNVERIFIED])


def print_definition(page: Page, definition: Definition, place: str) -> None:
    """Everything that somebody should know before asking this endpoint."""
    page.paragraph(f"{definition.name}: {page.say(definition.title)}")
    page.paragraph(f"from {page.say(place)}")
    sections = (
        ("Kind", _kind_lines(definition)),
        ("Asks", _request_lines(definition)),
        ("Needs", _need_lines(definition)),
        ("Sure", _sure_lines(definition)),
        ("Risk", _risk_lines(definition)),
        ("Limits", _limit_lines(definition)),
        ("Rules", _rule_lines(definition.rules)),
        ("Controls", _control_lines(definition)),
        ("Examples", _example_lines(definition.examples)),
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


def _block(page: Page, texts: Sequence[str], width: int) -> Block:
    return [[Span(piece)] for text in texts for piece in fold(page.say(text), width)]


def _unset(definition: Definition) -> str:
    return next((name for name, one in definition.variables.items() if one.default is None), "NAME")


def _kind_lines(definition: Definition) -> Iterator[str]:
    where = [one for one in (definition.platform, definition.country) if one]
    yield definition.kind.value + (f", {', '.join(where)}" if where else "")


def _request_lines(definition: Definition) -> Iterator[str]:
    request = definition.request
    yield f"{request.method} {request.url}"
    for path, text in request_texts(request):
        if path[1] != "url" and find_slots(text):
            yield f"{'.'.join(map(str, path[1:]))}: {text}"
    hosts = known_hosts(definition)
    yield f"host: {', '.join(hosts)}" if hosts else f"host: yours, with --set {_unset(definition)}=..."
    if request.connection is Connection.FRESH:
        yield "a fresh connection for each question"


def _need_lines(definition: Definition) -> Iterator[str]:
    for name, variable in definition.variables.items():
        help_ = f" ({variable.help})" if variable.help else ""
        default = "must be set" if variable.default is None else f"else {variable.default}"
        yield f"--set {name}=VALUE{help_}; {default}"
    for name in secret_names(definition):
        yield f"the secret {name}, in the environment as PROBE_SECRET_{name}"
    if definition.risk.account:
        yield "an account"


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
        parts.append(f"a hit costs as much as {risk.hit_cost:g} questions")
    yield from parts


def _limit_lines(definition: Definition) -> Iterator[str]:
    limits = definition.limits
    rate = "no limit" if limits.rate is None else f"{limits.rate:g} questions a second to one host"
    yield f"{rate}, {limits.concurrency} in flight; {write_duration(limits.deadline)} for an answer"
    yield f"texts of at most {limits.max_text:,} characters; a control after {write_count(limits.block, 'question')}"
    yield f"{write_duration(limits.residual_wait)} of silence after a cut connection"


def _rule_lines(rules: Sequence[Rule]) -> Iterator[str]:
    yield "tried in this order; the first that fits decides"
    for number, rule in enumerate(rules, 1):
        facts = [rule.outcome.value, rule.weight.value]
        facts += [one.value for one in (rule.mechanism, rule.manner) if one is not None]
        yield f"{number:>2} {rule.id}: {', '.join(facts)}" + (f" ({rule.reason})" if rule.reason else "")


def _control_lines(definition: Definition) -> Iterator[str]:
    benign = definition.controls.benign
    yield f"always served: {', '.join(benign)}" if benign else "always served: the bundled benign list"
    if definition.controls.authorised:
        yield f"authorised hosts: {', '.join(definition.controls.authorised)}"


def _example_lines(examples: Sequence[Example]) -> Iterator[str]:
    for example in examples:
        origin = "captured" if example.origin is Origin.CAPTURED else "from documents"
        yield f"{example.name}: {example.outcome.value} ({origin})"
