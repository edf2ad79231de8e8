"""Look: one answer as it is compared with others. It can be remembered without its page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from probe.model.observation import Facts
from probe.reading.features import Features, count_echoes, plain_length, read_features
from probe.reading.page import Page
from probe.reading.target import Target, read_target


class Look:
    """The facts of an answer at once, and what takes longer when somebody asks for it."""

    def __init__(self, facts: Facts, page: Page | None = None, echoes: Sequence[str] = ()) -> None:
        self.facts = facts
        self._page = page
        self._echoes = echoes

    @cached_property
    def features(self) -> Features:
        """What the page is made of."""
        return Features() if self._page is None else read_features(self._page, self._echoes)

    @cached_property
    def mentions(self) -> int:
        """How often it repeats the keyword to its readers."""
        return 0 if self._page is None else count_echoes(self._page, self._echoes)

    @cached_property
    def target(self) -> Target | None:
        """Where it redirects to."""
        return None if self._page is None else read_target(self._page, self._echoes)

    @cached_property
    def said(self) -> int:
        """A digest of what it says: what its readers see, and of anything but HTML all that came."""
        if self._page is None:
            return 0
        return hash(self._page.text if self._page.is_html else self._page.raw)

    @cached_property
    def body(self) -> int:
        """A digest of all that came."""
        return 0 if self._page is None else hash(self._page.raw)

    @cached_property
    def echoes(self) -> bool:
        """Whether the keyword stands anywhere in it, seen by its readers or not."""
        page = self._page
        return page is not None and plain_length(page, self._echoes) != len(page.raw)

    @property
    def length(self) -> int:
        """Characters of its body without echoes; bytes of the whole where those were not counted."""
        return (self.facts.plain if self.facts.plain is not None else self.facts.length) or 0

    @property
    def is_fresh(self) -> bool:
        """Whether the page is still there, so that its facts are of now."""
        return self._page is not None

    def keep(self) -> Look:
        """Look at everything now, so that the page can be forgotten. Returns itself."""
        _ = (self.features, self.mentions, self.target, self.said, self.body, self.echoes)
        self._page = None
        return self
