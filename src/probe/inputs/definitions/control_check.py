"""What is wrong with the controls of a definition: words and queries that could not do what they are there for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from probe.inputs.definitions.slots import stray_braces
from probe.inputs.definitions.yaml_nodes import Finding, Path, quoted
from probe.model.definition import Definition
from probe.model.keyword import tidy
from probe.model.observation import Outcome
from probe.reading.slots import SLOT, find_slots

_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+|\w+")


def find_control_faults(definition: Definition) -> Iterator[Finding]:
    """Everything that makes a control of no use, as far as it shows without reading another definition."""
    yield from _word_faults(definition)
    yield from _truism_faults(definition)
    yield from _reference_faults(definition)
    yield from _share_faults(definition)
    for place, host in enumerate(definition.controls.authorised):
        if not _HOST.fullmatch(host) or host != host.lower():
            message = f"must be a host name in small letters, such as gov.cn, not {quoted(host)}."
            yield Finding(path=("controls", "authorised", place), message=message)
    yield from _author_faults(definition.controls.authorised_authors)


def _word_faults(definition: Definition) -> Iterator[Finding]:
    """Of words that are always served, and of words that never are."""
    seen: dict[str, Path] = {}
    for part, words in (("benign", definition.controls.benign), ("canaries", definition.controls.canaries)):
        for place, word in enumerate(words):
            path: Path = ("controls", part, place)
            form = tidy(word)
            if not form:
                yield Finding(path=path, message="is blank.")
            elif form in seen and seen[form][1] == part:
                yield Finding(path=path, message=f"{quoted(word)} is given twice.")
            elif form in seen:
                message = f"{quoted(word)} is among the benign words too: no word is always served and always censored."
                yield Finding(path=path, message=message, depends=(seen[form],))
            elif len(word) > definition.limits.max_text:
                yield Finding(path=path, message="is longer than limits.max_text.", depends=(("limits",),))
            seen.setdefault(form, path)


def _author_faults(authors: Sequence[str]) -> Iterator[Finding]:
    seen: set[str] = set()
    for place, author in enumerate(authors):
        path: Path = ("controls", "authorised_authors", place)
        form = tidy(author)
        if not form:
            yield Finding(path=path, message="is blank.")
        elif form in seen:
            yield Finding(path=path, message=f"{quoted(author)} is given twice.")
        seen.add(form)


def _truism_faults(definition: Definition) -> Iterator[Finding]:
    truism = definition.controls.truism
    if truism is None:
        return
    path: Path = ("controls", "truism")
    slots = find_slots(truism)
    strange = [*(str(slot) for slot in slots if str(slot) != "{keyword}"), *stray_braces(truism)]
    rest = SLOT.sub("", truism)
    if strange:
        message = f"holds {quoted(strange[0])}: only {{keyword}} can be filled here, and it is sent as the request says."
        yield Finding(path=path, message=message)
    elif not slots:
        message = "holds no {keyword}, so that it would say nothing of any keyword."
        yield Finding(path=path, message=message, hint="Write, for example, '天气 OR {keyword}'.")
    elif not re.search(r"\w", rest) and len(slots) == 1:
        message = "is the keyword alone: something must stand beside it that always has results."
        yield Finding(path=path, message=message, hint="Write, for example, '天气 OR {keyword}'.")
    elif len(rest) >= definition.limits.max_text:
        message = "leaves no room for a keyword within limits.max_text."
        yield Finding(path=path, message=message, depends=(("limits",),))
    yield from _use_faults(path, definition)


def _reference_faults(definition: Definition) -> Iterator[Finding]:
    reference = definition.controls.reference
    if reference is None:
        return
    path: Path = ("controls", "reference")
    if not reference.strip():
        yield Finding(path=path, message="is blank.")
    elif reference == definition.name:
        message = "names this definition itself, which is the one in doubt."
        yield Finding(path=path, message=message, hint="Name a service that does not censor.")
    yield from _use_faults(path, definition)


def _use_faults(path: Path, definition: Definition) -> Iterator[Finding]:
    """Of what proves that zero or few results are no accident, where there is nothing to prove."""
    empty = any(rule.outcome is Outcome.EMPTY for rule in definition.rules)
    few = definition.controls.share is not None and definition.results.count is not None
    if not (empty or few):
        message = "is of no use here: no rule has the outcome empty, and results are not compared either."
        hint = "Add a rule for empty, or both results.count and controls.share, or leave it out."
        yield Finding(path=path, message=message, hint=hint, depends=(("rules",), ("results",)))


def _share_faults(definition: Definition) -> Iterator[Finding]:
    controls = definition.controls
    if controls.share is None:
        return
    path: Path = ("controls", "share")
    if controls.truism is None and controls.reference is None:
        message = "is a share of nothing: it needs a truism or a reference to compare with."
        proofs: tuple[Path, ...] = (("controls", "truism"), ("controls", "reference"))
        yield Finding(path=path, message=message, depends=proofs)
    if definition.results.count is None:
        message = "needs results.count, which says how to count."
        yield Finding(path=path, message=message, depends=(("results",),))
