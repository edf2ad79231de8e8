"""The messages that a pretended messenger stores, by room."""

from probe.lab.message import Message

STORED = 20_000
"""Messages that one messenger stores; beyond them it takes no more, so that none is ever lost from sight."""


class MessageStore:
    """Keeps messages in the order in which they came, until they are deleted."""

    def __init__(self) -> None:
        self._all: dict[str, Message] = {}
        self._rooms: dict[str, dict[str, Message]] = {}

    @property
    def messages(self) -> list[Message]:
        """All of them, oldest first, whoever may see them."""
        return list(self._all.values())

    @property
    def full(self) -> bool:
        """Whether no more can be taken."""
        return len(self._all) >= STORED

    def add(self, message: Message) -> None:
        """Keep a message; ValueError: the store is full."""
        if self.full:
            raise ValueError(f"more than {STORED} messages")
        self._all[message.id] = message
        self._rooms.setdefault(message.room, {})[message.id] = message

    def latest(self, room: str, limit: int, *, user: str, at: float) -> list[Message]:
        """What a user can see in a room at this time, newest first, at most so many."""
        found: list[Message] = []
        for message in reversed(self._rooms.get(room, {}).values()):
            if len(found) >= limit:
                break
            if message.visible_to(user, at):
                found.append(message)
        return found

    def find(self, room: str, message_id: str, *, user: str, at: float) -> Message | None:
        """One message, if it is in this room and the user can see it at this time."""
        message = self._rooms.get(room, {}).get(message_id)
        return message if message is not None and message.visible_to(user, at) else None

    def delete(self, message: Message) -> None:
        """Forget a message; KeyError: it is not stored."""
        del self._all[message.id]
        room = self._rooms[message.room]
        del room[message.id]
        if not room:
            del self._rooms[message.room]
