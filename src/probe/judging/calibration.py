"""Calibration: what this run's controls look like, learnt from them, and which of them an answer is like.

Benign answers are the measure of what is normal: the first two that agree, as a measure must not drift. Nonsense shows what
stays of a page that has no results, canaries what censorship looks like. An answer that is none of these is not judged,
unless it is plainly poorer than the benign ones.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from probe.judging.look import Look
from probe.judging.repeats import Items, choose_items, count_items
from probe.judging.telling import Constants, read_constants, read_words
from probe.model.rule import Pick
from probe.reading.shape import likeness, size

ENOUGH = 2
"""Benign answers that must agree before anything is compared with them, and nonsense that is asked beside them."""
REMEMBERED = 8
"""Answers of each kind that are kept, without their pages."""
SAME_SHAPE = 0.8
"""Least share of structure that two answers of one kind have in common. Advertisements and boxes beside the results change
less than a fifth of it; a message in place of the results may change as little as a quarter."""
LOOSE_SHAPE = 0.5
"""The same where a stronger sign says that they are of one kind: the results themselves, which nonsense does not get."""
SAME_LENGTH = 0.5
"""Least ratio of lengths where no results explain the difference. OONI's web_connectivity takes 0.7 for one page seen from
two places."""
POORER = 0.7
"""Length below which, as a share of the shortest benign answer, a page lacks something: a difference of 30.19 % told 95 %
of block pages, and blamed 1.4 % of others (Jones et al. 2014)."""
LEAST_LACK = 100
"""Characters that must be missing too: of a short answer, a shorter number is a third."""
FEW_MENTIONS = 2
"""How often a page may repeat the keyword and still say nothing about it: in its title and in one sentence. More, and it
may be an article."""
SHARED = 0.5
"""Least share of what only canaries say that an answer like theirs says too."""

_BLOCK_PATH = re.compile("(?i)block|forbid|denied|illegal|sensitive|violat|prohibit|censor|restrict|451")


class Calibration:
    """The controls of one endpoint in one run. `learn_...` and `refute` change it; everything else only looks."""

    def __init__(self, count: Pick | None = None) -> None:
        """`count` is how the definition counts results, where it does."""
        self._given = count
        self._normal: list[Look] = []
        """The measure: empty until two agree."""
        self._candidates: list[Look] = []
        self._constants = Constants()
        self._telling: list[tuple[Look, set[str] | None]] = []
        """Canaries that are unlike benign answers, each with what only it says; None where it says nothing of its own."""
        self._shared: set[str] = set()
        """What all canaries say, and no control, where they look like benign answers."""
        self._zero: list[Look] = []
        """Nonsense that is unlike benign answers."""
        self._zero_words: set[str] = set()
        """What all of it says, and no benign answer: that nothing was found."""
        self.benign: list[Look] = []
        self.failed: list[Look] = []
        """Benign controls that were not served."""
        self.nonsense: list[Look] = []
        self.canaries: list[Look] = []
        self.items: Items | None = None
        """What is taken for results."""
        self._first: Look | None = None
        """The first benign answer or nonsense, with which all others are compared."""
        self._varies = False
        """Whether any of them was not the very same page."""

    @property
    def is_ready(self) -> bool:
        return len(self._normal) >= ENOUGH

    def learn_benign(self, look: Look) -> None:
        """Take a benign answer that was served. The first two that agree are the measure, and stay it."""
        _remember(self.benign, look)
        self._compare(look)
        if self.is_ready:
            return
        partner = next((one for one in self._candidates if self._agree(one, look)), None)
        if partner is None:
            _remember(self._candidates, look)
            return
        self._normal = [partner, look]
        self._constants = read_constants(self._normal)
        self._choose()

    def learn_failed(self, look: Look) -> None:
        """Take a benign answer that was not served. It may become the measure if others agree with it rather than with the
        first; but not if it is poorer than that, as an unknown captcha would be."""
        _remember(self.failed, look)
        status = look.facts.status or 0
        if not self.is_ready and 200 <= status < 300 and not _is_poorer(look, self._candidates, None):
            _remember(self._candidates, look)

    def learn_nonsense(self, look: Look) -> None:
        """Take an answer to nonsense, whatever it looks like, unless it is a captcha or the like."""
        _remember(self.nonsense, look)
        self._compare(look)
        if len(self.nonsense) <= ENOUGH:
            self._choose()
        self._zero = [one for one in self.nonsense if not self.is_like_benign(one)]
        if self._zero:
            common = set.intersection(*map(read_words, self._zero))
            self._zero_words = common.difference(*map(read_words, self.benign))

    def learn_canary(self, look: Look) -> None:
        """Take a canary's answer; controls must have been learnt before."""
        _remember(self.canaries, look)
        said = set[str]().union(*map(read_words, self._controls()))
        self._telling = []
        for canary in self.canaries:
            if not self.is_like_benign(canary):
                self._telling.append((canary, (read_words(canary) - said) or None))
        alike = [read_words(one) for one in self.canaries if self.is_like_benign(one)]
        # One served canary shares results with its kindred; of two, a sentence on both pages and on no other is a notice.
        self._shared = set.intersection(*alike) - said if len(alike) > 1 else set()
        self._shared = {one for one in self._shared if len(one) >= 8}

    def refute(self, look: Look) -> None:
        """A control says it too, so canaries are not told by it."""
        if self._shared or self._telling:
            words = read_words(look)
            self._shared -= words
            for _, own in self._telling:
                if own is not None:
                    own -= words

    def is_like_benign(self, look: Look) -> bool:
        """Whether an answer is one of the normal ones.

        While there is no benign answer yet, every one is: the first control has nothing to be compared with, and the second
        one must be like it, so nothing rests on the first alone.
        """
        if not self.is_ready:
            return not self._candidates or any(self._agree(look, one) for one in self._candidates)
        return any(self._is_alike(look, one) for one in self._normal) and not self._constants.differ(look)

    def is_like_nonsense(self, look: Look) -> bool:
        """Whether it is as answers to nonsense are, and not as benign ones.

        Generous, as a doubt here costs a claim and makes no false one.
        """
        if not self._zero or self.is_like_benign(look):
            return False
        alike = [one for one in self._zero if _resembles(look, one, LOOSE_SHAPE)]
        if not alike or (self.items is not None and self._count(look) > self.items.floor):
            return False
        if (look.facts.status or 0) >= 500 and len(alike) < ENOUGH:
            return False  # one broken answer is no habit of the endpoint
        return not read_constants(self._zero, leaves_only=True).differ(look)

    def is_like_canary(self, look: Look) -> bool:
        """Whether it is as a canary's answer, and neither benign nor nonsense gets such a one."""
        if not self._telling and not self._shared:
            return False
        if self.is_like_benign(look):
            return _says(look, self._shared)
        like_nonsense = self.is_like_nonsense(look)
        if like_nonsense and _says(look, self._zero_words):
            return False
        for canary, own in self._telling:
            if not _resembles(look, canary, SAME_SHAPE):
                continue
            if _says(look, own) if own is not None else not like_nonsense:
                return True
        return False

    def is_unlike(self, look: Look) -> bool:
        """Whether it is like no control, and poorer than benign answers; or sent where none of them is sent."""
        status = look.facts.status or 0
        if not self.is_ready or not 200 <= status < 400:
            return False
        if look.target is not None:
            return self._leads_away(look)
        if self.is_like_benign(look) or self.is_like_nonsense(look):
            return False
        return look.mentions <= FEW_MENTIONS and _is_poorer(look, self._normal, self.items, self._given)

    @property
    def ignores_keyword(self) -> bool:
        """Whether nonsense gets what benign words get, and no canary gets anything else."""
        asked = self.is_ready and len(self.nonsense) >= ENOUGH
        return asked and not self._zero and not self._telling and not self._shared

    @property
    def never_varies(self) -> bool:
        """Whether that is the very same page for every word, such as that of a site under repair."""
        return self.ignores_keyword and not self._varies

    @property
    def hides_in_zero(self) -> bool:
        """Whether canaries get what nonsense gets, so that zero results and censorship look the same."""
        return any(self.is_like_nonsense(one) and not self.is_like_canary(one) for one, _ in self._telling)

    def _controls(self) -> list[Look]:
        return [*self.benign, *self.failed, *self.nonsense]

    def _compare(self, look: Look) -> None:
        if self._first is None:
            self._first = look.keep()
        self._varies = self._varies or not _is_same_page(look, self._first)

    def _choose(self) -> None:
        self.items = choose_items(self._normal, self.nonsense[:ENOUGH], self._given)

    def _count(self, look: Look) -> int:
        return 0 if self.items is None else count_items(look, self.items.pick, self._given)

    def _agree(self, one: Look, other: Look) -> bool:
        """Whether two benign answers are of one kind: results that make up most of both, else all of their structure."""
        if _same_kind(one, other) and choose_items([one, other], given=self._given) is not None:
            return likeness(one.facts.shape, other.facts.shape) >= LOOSE_SHAPE
        return _resembles(one, other, SAME_SHAPE)

    def _is_alike(self, look: Look, normal: Look) -> bool:
        if self.items is None:
            return _resembles(look, normal, SAME_SHAPE)
        if not _same_kind(look, normal) or self._count(look) <= self.items.floor:
            return False
        least = LOOSE_SHAPE if self.items.proven else SAME_SHAPE
        return likeness(look.facts.shape, normal.facts.shape) >= least

    def _leads_away(self, look: Look) -> bool:
        """Whether a redirect does what search pages have no reason for: they send to the article or product of that name."""
        target = look.target
        if target is None or target.names_keyword or any(_same_target(look, one) for one in self._controls()):
            return False
        return not target.same_site or target.is_start or bool(_BLOCK_PATH.search(target.path))


def _remember(looks: list[Look], look: Look) -> None:
    if len(looks) < REMEMBERED:
        looks.append(look.keep())


def _same_target(one: Look, other: Look) -> bool:
    if one.target is None or other.target is None:
        return one.target is other.target
    return (one.target.host, one.target.path) == (other.target.host, other.target.path)


def _is_same_page(one: Look, other: Look) -> bool:
    """Whether two answers say and show the same, and nothing in either comes from its keyword. A keyword that both hold as
    they are is no echo; ids and times that nobody sees make no difference."""
    if not _same_kind(one, other) or one.said != other.said:
        return False
    if one.body == other.body:
        return True
    return one.features.kinds == other.features.kinds and not (one.echoes or other.echoes)


def _same_kind(one: Look, other: Look) -> bool:
    same = one.facts.status == other.facts.status and one.facts.media_type == other.facts.media_type
    return same and _same_target(one, other)


def _resembles(one: Look, other: Look, least: float) -> bool:
    if not _same_kind(one, other):
        return False
    shorter, longer = sorted((one.length, other.length))
    if longer and shorter / longer < SAME_LENGTH:
        return False
    return likeness(one.facts.shape, other.facts.shape) >= least


def _is_poorer(look: Look, normal: Sequence[Look], items: Items | None, given: Pick | None = None) -> bool:
    """Whether a page lacks what all of these have, and is built of fewer parts: one with parts of its own may be richer."""
    if not normal or size(look.facts.shape) > min(size(one.facts.shape) for one in normal):
        return False
    shortest = min(one.length for one in normal)
    if look.length < min(POORER * shortest, shortest - LEAST_LACK):
        return True
    bare = items is not None and count_items(look, items.pick, given) <= items.floor
    return bare and look.length <= max(one.length for one in normal)


def _says(look: Look, words: set[str]) -> bool:
    return bool(words) and len(words & read_words(look)) >= SHARED * len(words)
