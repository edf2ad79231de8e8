"""Opening: the endpoints that a command line names, with names that differ and the limits that it sets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from probe.errors import WrongUse
from probe.inputs.definitions.one_off import one_off
from probe.inputs.definitions.writing import write_definition
from probe.inputs.endpoints import definition_digest, host_of, open_endpoints
from probe.model.definition import Endpoint
from probe.model.record import Command

_LONGEST_NAME = 40


def open_all(command: Command, limits: Mapping[str, float | int | None]) -> list[Endpoint]:
    """The endpoints of a command. `limits` that are not None take the place of the definitions'. Raises WrongUse."""
    if not command.urls:
        for option, given in (("--benign", command.benign), ("--canary", command.canaries)):
            if given:
                raise WrongUse(f"{option} is for -u: a definition names its own words")
    if not command.endpoints and not command.urls:
        raise WrongUse(
            "no endpoint: name one with -e, or give an address with -u",
            hint="For example -e lab-notice (with `probe lab` running), -e my-endpoint.yaml,\n"
            "       or -u 'https://example.org/search?q={keyword}'. To see it work without any: probe demo",
        )
    twice = [url for url, count in Counter(command.urls).items() if count > 1]
    if twice:
        raise WrongUse(f"-u {twice[0]!r} is given twice", hint="Give it once.")
    described = open_endpoints(command.endpoints, command.settings)
    addresses = [one_off(url, benign=command.benign, canaries=command.canaries) for url in command.urls]
    changes = {name: value for name, value in limits.items() if value is not None}
    return [
        _with_limits(one, changes)
        for one in (*described, *tell_apart(addresses, {one.name for one in described}))
    ]


def tell_apart(addresses: Sequence[Endpoint], taken: set[str]) -> list[Endpoint]:
    """The addresses under names that differ, also from those `taken`: with their ports, then with numbers.

    A name does not change as long as no other address has the same host.
    """
    shared = Counter(one.name for one in addresses)
    used = set(taken)
    named = []
    for one in addresses:
        is_shared = shared[one.name] > 1 or one.name in taken
        ends = [host_of(one)[0].rpartition(":")[2]] if is_shared else []
        name, number = _joined(one.name, ends), 1
        while name in used:
            number += 1
            name = _joined(one.name, [*ends, str(number)])
        used.add(name)
        named.append(one if name == one.name else _rename(one, name))
    return named


def _joined(name: str, ends: Sequence[str]) -> str:
    end = "".join(f"-{one}" for one in ends)
    return name[: _LONGEST_NAME - len(end)].rstrip("-") + end


def _rename(one: Endpoint, name: str) -> Endpoint:
    """The name stands in the text that is kept, and the digest is of that."""
    definition = msgspec.structs.replace(one.definition, name=name)
    text = write_definition(definition)
    return msgspec.structs.replace(
        one, definition=definition, text=text, digest=definition_digest(text, definition)
    )


def _with_limits(endpoint: Endpoint, changes: Mapping[str, float | int]) -> Endpoint:
    if not changes:
        return endpoint
    limits = msgspec.structs.replace(endpoint.definition.limits, **changes)
    return msgspec.structs.replace(
        endpoint, definition=msgspec.structs.replace(endpoint.definition, limits=limits)
    )
