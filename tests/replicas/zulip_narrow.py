"""Which messages a Zulip narrow lets through: a list of terms, each an operator with an operand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.replicas.messenger import Message


@dataclass(frozen=True, kw_only=True)
class Narrow:
    """What terms are compared with, for one who asks."""

    user: str
    channels: tuple[str | int, ...]
    """Name and number of the one channel."""
    accounts: Mapping[str | int, str]
    """Addresses by address and by number."""

    def choose(self, messages: list[Message], terms: Any) -> list[Message]:
        """The messages that fit all terms. Raises ValueError for terms that are none."""
        if not isinstance(terms, list):
            raise ValueError("narrow is no list")
        for term in terms:
            name, operand, is_negated = _parts(term)
            messages = [one for one in messages if self._fits(one, name, operand) != is_negated]
        return messages

    def _fits(self, message: Message, name: str, operand: Any) -> bool:
        topic = message.more["topic"]
        match name:
            case "channel" | "stream":
                return message.place == self.channels[0] and operand in self.channels
            case "topic":
                return bool(topic) and topic.lower() == str(operand).lower()
            case "dm" | "pm-with":
                others = operand if isinstance(operand, list) else str(operand).split(",")
                both = {self.user} | {self.accounts.get(one, "") for one in others}
                return not topic and both == {message.sender, message.place}
            case "sender":
                return message.sender == self.accounts.get(operand)
            case "id":
                return message.id == str(operand)
            case "search":
                # by whole words, of which a language without spaces has few
                words = set(message.text.lower().split())
                return words.issuperset(str(operand).lower().split())
        raise ValueError(f"unknown '{name}' operator")


def _parts(term: Any) -> tuple[str, Any, bool]:
    if isinstance(term, dict) and {"operator", "operand"} <= set(term):
        return str(term["operator"]), term["operand"], bool(term.get("negated", False))
    if isinstance(term, list) and len(term) == 2:
        return str(term[0]), term[1], False
    raise ValueError("dict or list required")
