"""What replicas have in common on which something is posted: what was sent, what of it readers see, what is left."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from tests.replicas.replica import Replica

Place = Literal["shown", "held", "dropped"]
"""Where a post is: readers see it; it waits for a moderator; it was taken and nobody but its author ever sees it."""


@dataclass(kw_only=True)
class Post:
    """One text that was taken."""

    id: str
    text: str
    """As it was sent."""
    shown: str
    """As readers get it, where they get it."""
    place: Place
    at: float
    """Seconds since 1970."""
    about: dict[str, Any] = field(default_factory=dict)
    """What else the platform keeps of it."""


@dataclass(kw_only=True)
class Board(Replica):
    """A platform that keeps what is posted. `hard` words are refused; how, the platform knows."""

    first: ClassVar[int] = 1
    """The number of the first post."""

    dropped: frozenset[str] = frozenset()
    """Words whose posts are taken like any others and never shown."""
    masks: bool = False
    """Whether `soft` words are shown as asterisks at once; otherwise their posts are held."""
    posts: dict[str, Post] = field(default_factory=dict)
    """By id, in the order in which they came."""
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False)
    """Held while `posts` is read or changed: a test looks on while the server answers."""
    taken: int = 0
    """How many posts were ever taken: an id is never given twice."""

    def is_dropped(self, text: str) -> bool:
        return any(word in text for word in self.dropped)

    def place(self, text: str) -> Place:
        """Where a text goes that is not refused."""
        if self.is_dropped(text):
            return "dropped"
        return "held" if self.is_soft(text) and not self.masks else "shown"

    def masked(self, text: str) -> str:
        """A text with as many asterisks as the soft words in it have characters, where this platform masks."""
        for word in sorted(self.soft, key=len, reverse=True) if self.masks else ():
            text = text.replace(word, "*" * len(word))
        return text

    def put(self, text: str, *, at: float, place: Place | None = None, **about: Any) -> Post:
        """Keep a text."""
        with self.lock:
            number = str(self.first + self.taken)
            self.taken += 1
            shown, where = self.masked(text), place or self.place(text)
            post = Post(id=number, text=text, shown=shown, place=where, at=at, about=about)
            self.posts[number] = post
            return post

    def kept(self) -> list[Post]:
        """All posts, the oldest first."""
        with self.lock:
            return list(self.posts.values())

    def take_away(self, number: str) -> Post | None:
        """Erase a post; None where there is none of this id."""
        with self.lock:
            return self.posts.pop(number, None)

    def release(self) -> None:
        """A moderator lets through all that is held."""
        for post in self.kept():
            post.place = "shown" if post.place == "held" else post.place

    def left(self) -> list[str]:
        """The texts that are still there, shown or not, as they were sent."""
        return [post.text for post in self.kept()]
