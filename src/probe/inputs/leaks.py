"""Leaks: secrets that stand in a file which others will read. They belong into the environment."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from probe.inputs.definitions.yaml_nodes import Finding, Path

SHORTEST = 6
"""Characters of a secret of the environment that is looked for in other texts: a shorter one stands anywhere by chance."""
_NAMED = re.compile(
    r"(?:.* )?(?:api ?key|access key|private key|secrets?|token|auth|authorization|bearer"
    r"|password|passwd|passphrase|pwd|cookie|credentials?)(?: .*)?"
)
_USER = re.compile(r"//[^/?#@\s]*:[^/?#@\s]+@")
_PARAMETER = re.compile(r"[?&;]([^=&;#\s]+)=[^&;#\s{]")
_VARIABLE = re.compile(r"\bPROBE_SECRET_[A-Za-z0-9_]")
_INTO_ENVIRONMENT = (
    "Secrets stay in the environment: export PROBE_SECRET_NAME=..., with {secret:NAME} in the definition."
)


def find_leaks(value: Any, secrets: Mapping[str, str], known: Collection[str]) -> Iterator[Finding]:
    """Every place of a file where a secret seems to stand. Findings never show it.

    `secrets` are those that are set, by name; `known` the fields that the file may have, which are no secrets.
    """
    named: set[Path] = set()
    for path, text in _texts(value):
        for end, step in enumerate(path, 1):
            if isinstance(step, str) and (end > 1 or step not in known) and is_secret_name(step):
                if path[:end] not in named:
                    named.add(path[:end])
                    yield Finding(path=path[:end], message="looks like a secret.", hint=_INTO_ENVIRONMENT)
                break
        else:
            if text is not None and (found := _find_secret(text, secrets)) is not None:
                message, hint = found
                yield Finding(path=path, message=message, hint=hint)


def is_secret_name(name: str) -> bool:
    """Whether people call a secret so.

    >>> [is_secret_name(name) for name in ("apiKey", "matrix.access_token", "PROBE_SECRET_X", "keyword", "max_tokens")]
    [True, True, True, False, False]
    """
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name[:200])
    return _NAMED.fullmatch(re.sub(r"[^a-z]+", " ", parted.lower()).strip()) is not None


def _find_secret(text: str, secrets: Mapping[str, str]) -> tuple[str, str] | None:
    for name, secret in secrets.items():
        if len(secret) >= SHORTEST and secret in text:
            return f"holds the value of PROBE_SECRET_{name}.", _INTO_ENVIRONMENT
    if _VARIABLE.search(text):
        return "sets a secret.", _INTO_ENVIRONMENT
    if _USER.search(text):
        return (
            "holds a password.",
            "Take it out of the address: for a proxy, set PROBE_PROXY in the environment.",
        )
    if any(is_secret_name(parameter) for parameter in _PARAMETER.findall(text)):
        return (
            "holds what looks like a secret.",
            "Write a definition with {secret:NAME} in it, and set PROBE_SECRET_NAME.",
        )
    return None


def _texts(value: Any) -> Iterator[tuple[Path, str | None]]:
    """All texts with their paths; None for what is no text. No recursion: nesting is the writer's choice."""
    left: list[tuple[Path, Any]] = [((), value)]
    while left:
        path, one = left.pop()
        if isinstance(one, dict):
            left += [((*path, key), inner) for key, inner in reversed(one.items())]
        elif isinstance(one, list):
            left += [((*path, place), inner) for place, inner in reversed(list(enumerate(one)))]
        else:
            yield path, one if isinstance(one, str) else None
