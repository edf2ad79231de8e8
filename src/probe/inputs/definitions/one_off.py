"""One-off endpoints: a URL with `{keyword}` in it, and the general rules in place of a definition's own."""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from probe.errors import BadInput, Fault, WrongUse
from probe.inputs.definitions.addresses import find_authority, is_loopback
from probe.inputs.definitions.check import find_definition_faults
from probe.inputs.definitions.files import BUILTIN, builtin_place, read_file
from probe.inputs.definitions.slots import request_texts
from probe.inputs.definitions.writing import write_definition
from probe.inputs.definitions.yaml_nodes import field_name, quoted, read_tree
from probe.model.definition import Definition, Endpoint
from probe.reading.slots import find_slots

GENERAL = "_general"
ONE_OFF = "-u"
"""What stands for the file of an endpoint without one."""
LOOPBACK_RATE = 20.0
"""Questions a second that this machine is asked: nobody else pays for them."""


def one_off(
    url: str,
    *,
    benign: Sequence[str] = (),
    canaries: Sequence[str] = (),
    rate: float | msgspec.UnsetType | None = msgspec.UNSET,
    request: Mapping[str, object] | None = None,
) -> Endpoint:
    """An endpoint without a file: `url` holds the slot `{keyword}`; what answers mean is read from the general rules.

    `benign` words are always served there, `canaries` are known to be censored. `rate` is in questions a second, None for no
    limit. `request` has further fields of a request, such as `method` and `form`, in which the slot may stand instead.
    Raises WrongUse for a URL or a word that cannot be used.
    """
    if isinstance(rate, int | float) and not 0 < rate <= 100_000:
        raise WrongUse(f"a rate must be above 0 and at most 100,000 questions a second, not {rate}")
    before, _, fragment = url.partition("#")
    if not find_slots(fragment):
        url = before  # as copied from a browser: never sent, and no harm
    general = _read_general()
    authority = find_authority(url, {})
    general["name"] = _name_of(authority[0] if authority else "")
    general["request"] |= {"url": url, **(request or {})}
    general.pop("variables", None)
    for name, words in (("benign", benign), ("canaries", canaries)):
        if words:
            general.setdefault("controls", {})[name] = list(dict.fromkeys(words))
    limits = general.setdefault("limits", {})
    if not isinstance(rate, msgspec.UnsetType):
        limits["rate"] = rate
    elif authority is not None and is_loopback(authority[0]):
        limits |= {"rate": LOOPBACK_RATE, "concurrency": 1}
    definition = msgspec.convert(general, Definition)
    _refuse_one_off(definition, url)
    text = write_definition(definition)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Endpoint(definition=definition, digest=digest, place=ONE_OFF, text=text)


def general_definition() -> Definition:
    """The rules for an address without a definition, around an address that leads nowhere."""
    return msgspec.convert(_read_general(), Definition)


def _read_general() -> Any:
    return read_tree(read_file(BUILTIN / f"{GENERAL}.yaml", builtin_place(GENERAL))).value


def _name_of(host: str) -> str:
    """A host made to fit the pattern of names: `example.org` becomes `example-org`."""
    with contextlib.suppress(UnicodeError):
        host = host.encode("idna").decode()
    return re.sub("[^a-z0-9]+", "-", host.lower()).strip("-")[:40].strip("-") or "endpoint"


def _refuse_one_off(definition: Definition, url: str) -> None:
    texts = [text for _, text in request_texts(definition.request)]
    if not any(slot.name == "keyword" for text in texts for slot in find_slots(text)):
        hint = "Write {keyword} where the keyword goes, such as 'https://example.org/search?q={keyword}'"
        raise WrongUse(f"-u {quoted(url)}: it sends no keyword", hint=hint)
    for finding in find_definition_faults(definition):
        if finding.path[0] == "request":
            raise WrongUse(f"-u {quoted(url)}: {finding.message}", hint=finding.hint)
        for name, option in (("benign", "--benign"), ("canaries", "--canary")):
            if finding.path[:2] == ("controls", name):
                raise WrongUse(f"{option}: {finding.message}", hint=finding.hint)
        field = field_name(finding.path)
        raise BadInput([Fault(file=builtin_place(GENERAL), field=field, message=finding.message)])
