"""Addresses: which hosts a definition's URL leads to, whatever its slots are filled with.

Consent and limits go by the host, so no keyword, secret or value of a variable may change it unseen. No names are looked up.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Iterator, Mapping

from probe.inputs.definitions.slots import RESERVED, fill, stray_braces
from probe.inputs.definitions.yaml_nodes import quoted
from probe.reading.slots import find_slots

_ABSOLUTE = re.compile(r"(https?)://([^/?#]*)(.*)", re.IGNORECASE | re.DOTALL)
_BASE = re.compile(r"\{([A-Za-z][A-Za-z0-9_]*)\}(.*)", re.DOTALL)
_AUTHORITY = re.compile(r"([\w.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::([0-9]{1,5}))?")
_PORT = re.compile(r"(?:[^\[\]]*|\[[^\]]*\]):([0-9]+)")
_HIGHEST_PORT = 65_535
_PORT_HINT = "Write the port on which the service listens, or none for the usual one."
_UNSAFE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\\]")
_PORTS = {"http": 80, "https": 443}

Trouble = tuple[str, str | None]
"""What is wrong, and what to do about it."""


def find_url_troubles(url: str, variables: Collection[str]) -> Iterator[Trouble]:
    """What is wrong with the URL of a request, before its slots are filled."""
    if stray := stray_braces(url):
        braces = ", ".join(quoted(one) for one in dict.fromkeys(stray))
        yield f"holds {braces}, which is no slot.", "Write %7B for { and %7D for }."
    if found := _UNSAFE.search(re.sub(r"\{[^{}]*\}", "", url)):
        yield f"holds {quoted(found.group())}, which no URL may hold.", "Percent-encode it: a space is %20."
    base = _BASE.fullmatch(url)
    if base is not None and base[1] not in RESERVED:
        if base[1] not in variables:
            return  # said of the slot already
        if base[2][:1] not in ("", "/", "?"):
            yield f"must go on with / or ? after {{{base[1]}}}, so that the host cannot change.", None
        yield from _rest_troubles(base[2])
        return
    absolute = _ABSOLUTE.fullmatch(url)
    if absolute is None:
        hint = None if "://" in url or url.startswith("{") else f"Write {quoted('https://' + url)}."
        yield "must be an absolute address that starts with http:// or https://.", hint
        return
    yield from _authority_troubles(absolute[2], variables)
    yield from _rest_troubles(absolute[3])


def find_value_trouble(url: str, name: str, value: str) -> Trouble | None:
    """What is wrong with the value of a variable, given the URL that may hold it."""
    if re.search(r"[\x00-\x1f\x7f-\x9f]", value):
        return "must not hold control characters.", None
    if name not in {slot.name for slot in find_slots(url)}:
        return None
    base = _BASE.fullmatch(url)
    if base is not None and base[1] == name:
        return _base_trouble(value)
    absolute = _ABSOLUTE.fullmatch(url)
    if absolute is not None and name in {slot.name for slot in find_slots(absolute[2])}:
        if absolute[2].endswith(f":{{{name}}}"):
            digits = re.fullmatch("[0-9]+", value)
            return _port_trouble(f":{value}") if digits else ("must be a port, such as 8080.", None)
        if _AUTHORITY.fullmatch(value) is None:
            return "must be a host, a port or both, such as 127.0.0.1:8080.", None
        return _port_trouble(value)
    if found := re.search(r"[\s{}#?\\]", value):
        return f"must not hold {quoted(found.group())}, which would break the URL.", "Percent-encode it."
    return None


def find_authority(url: str, values: Mapping[str, str]) -> tuple[str, int] | None:
    """Host and port that a URL leads to with these values; None where that is not known or not sound."""
    absolute = _ABSOLUTE.fullmatch(fill(url, dict(values)))
    authority = _AUTHORITY.fullmatch(absolute[2]) if absolute is not None else None
    if absolute is None or authority is None:
        return None
    port = int(authority[2]) if authority[2] else _PORTS[absolute[1].lower()]
    if not 0 < port <= _HIGHEST_PORT or not _is_sound_host(authority[1]):
        return None
    return authority[1].lower(), port


def is_loopback(host: str) -> bool:
    """Whether a host, with or without a port, is this machine for certain: 127.0.0.0/8, ::1, localhost.

    >>> [is_loopback(host) for host in ("127.0.0.1:8080", "[::1]:80", "localhost", "localhost.example.org", "127.1")]
    [True, True, True, False, False]
    """
    if found := _AUTHORITY.fullmatch(host):
        host = found[1].removeprefix("[").removesuffix("]")
    if host.lower() == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return address in ipaddress.IPv4Network("127.0.0.0/8")
    return address == ipaddress.IPv6Address("::1")


def _authority_troubles(authority: str, variables: Collection[str]) -> Iterator[Trouble]:
    if "@" in authority:
        yield (
            "holds a user name or password before the host.",
            "Send credentials as a header with a {secret:NAME} slot.",
        )
        return
    foreign = [str(slot) for slot in find_slots(authority) if slot.name not in variables]
    if foreign:
        yield f"has {foreign[0]} in its host: only a variable may stand there.", None
        return
    if not find_slots(authority) and (trouble := _port_trouble(authority)):
        yield trouble
    elif find_authority(f"http://{authority}", dict.fromkeys(variables, "1")) is None:
        yield f"has no sound host: {quoted(authority)}.", None


def _rest_troubles(rest: str) -> Iterator[Trouble]:
    if "#" in rest:
        yield "has a part after #, which is never sent.", "Write %23 for a # that is to be sent."


def _port_trouble(authority: str) -> Trouble | None:
    """What is wrong with the port of a `host:port`, where there is one."""
    found = _PORT.fullmatch(authority)
    if found is None or (len(found[1]) <= 5 and 0 < int(found[1]) <= _HIGHEST_PORT):
        return None
    return f"has the port {quoted(found[1])[1:-1]}, and ports go from 1 to {_HIGHEST_PORT}.", _PORT_HINT


def _base_trouble(value: str) -> Trouble | None:
    absolute = _ABSOLUTE.fullmatch(value)
    if absolute is not None and (trouble := _port_trouble(absolute[2])):
        return trouble
    if _UNSAFE.search(value) or re.search(r"[{}?#@]", value) or find_authority(value, {}) is None:
        hint = "No user name, no ? and no # may stand in it."
        return "must be the start of a URL, such as http://127.0.0.1:8080.", hint
    return None


def _is_sound_host(host: str) -> bool:
    if host.startswith("["):
        try:
            ipaddress.IPv6Address(host[1:-1])
        except ValueError:
            return False
        return True
    return not host.startswith((".", "-")) and ".." not in host
