"""Waiting: how long an answer asks to be left alone, in whichever of its ways a service says so.

Looked for in this order, and the first that says something sensible counts:

- `Retry-After`: seconds or a date (RFC 9110, 10.2.3). Fractions are not in the RFC, and are sent all the same.
- `X-RateLimit-Reset-After` (Discord, docs.discord.com/developers/topics/rate-limits), `X-Rate-Limit-Reset-After`: seconds.
- `X-Rate-Limit-Reset` (X, docs.x.com/fundamentals/rate-limits) and `X-RateLimit-Reset` (GitHub, docs.github.com/rest):
  seconds since 1970; some services count milliseconds, or the seconds still to wait; Mastodon writes an ISO date
  (docs.joinmastodon.org/api/rate-limits). `RateLimit-Reset`: seconds to wait (draft-ietf-httpapi-ratelimit-headers-05),
  though GitLab sends seconds since 1970 (docs.gitlab.com, "Rate limits"). They are told apart by their size.
- JSON: `retry_after` in seconds (Discord, as above), `retry_after_ms` (Matrix, client-server API, M_LIMIT_EXCEEDED),
  `parameters.retry_after` in seconds (Telegram, core.telegram.org/bots/api#responseparameters), `retry_after` within
  `error`, and `Retry-After` as a name in JSON, with seconds or a date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from probe.reading.page import Page

LONGEST_WAIT = 86_400.0
"""Seconds of waiting that a service can ask for at most: one day."""
ASKING = frozenset({420, 429, 432, 503})
"""Statuses that go with such a wish: Twitter's "enhance your calm", the standard's, Weibo's, an overloaded server's."""

_LONGEST_TEXT = 100
"""Characters of a time; dates have about thirty."""
_EPOCH, _EPOCH_MS = 1e8, 1e11
"""From here on a number is a moment, in seconds (1973) or milliseconds (the same year), and no time to wait."""
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_AFTER = ("x-rate-limit-reset-after", "x-ratelimit-reset-after")
_RESET = ("x-rate-limit-reset", "x-ratelimit-reset", "ratelimit-reset")


def read_wait(page: Page, now: float, *, anyway: bool = False) -> float | None:
    """Seconds for which an answer asks to be left alone, 0 to LONGEST_WAIT; None where it does not say.

    `now` is in seconds since 1970. Only answers with a status of ASKING are read, or all with `anyway`: many services send
    such headers with every answer. Never raises on what the network sent.
    """
    if page.response.status not in ASKING and not anyway:
        return None
    waits = (*_header_waits(page, now), *_json_waits(page, now))
    return next((wait for wait in waits if wait is not None), None)


def read_retry_after(value: str | None, now: float) -> float | None:
    """Seconds that a Retry-After header asks for: a number, or a date; `now` in seconds since 1970. At most a day."""
    if value is None:
        return None
    seconds = _read_number(value)
    return _read_date(value, now) if seconds is None else _bound(seconds)


def _header_waits(page: Page, now: float) -> Iterator[float | None]:
    header = page.response.header
    yield read_retry_after(header("retry-after"), now)
    for name in _AFTER:
        yield _bound(_read_number(header(name)))
    for name in _RESET:
        yield _read_reset(header(name), now)


def _json_waits(page: Page, now: float) -> Iterator[float | None]:
    answer = page.json
    if not isinstance(answer, dict):
        return
    yield _read_value(answer.get("retry_after"), now)
    milliseconds = _read_number(answer.get("retry_after_ms"))
    yield None if milliseconds is None else _bound(milliseconds / 1000)
    for around in ("parameters", "error"):
        inner = answer.get(around)
        if isinstance(inner, dict):
            yield _read_value(inner.get("retry_after"), now)
    yield from (_read_value(answer.get(name), now) for name in ("Retry-After", "retry-after"))


def _read_value(value: Any, now: float) -> float | None:
    """A value of JSON: a number of seconds, the same as a text, or a date."""
    seconds = _read_number(value)
    return _read_date(value, now) if seconds is None else _bound(seconds)


def _read_reset(value: str | None, now: float) -> float | None:
    """The moment at which a limit ends, or the seconds until then."""
    number = _read_number(value)
    if number is None:
        return _read_date(value, now)
    if number >= _EPOCH_MS:
        number = number / 1000 - now
    elif number >= _EPOCH:
        number -= now
    return _bound(max(number, 0.0))


def _read_number(value: Any) -> float | None:
    """A number that is not negative, however large; None for all else."""
    if isinstance(value, str):
        value = value.strip()
        return float(value) if _NUMBER.fullmatch(value) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:  # a whole number of more than 308 digits
        return None
    return number if number >= 0 else None  # not a number is not at least 0


def _read_date(value: Any, now: float) -> float | None:
    """Seconds until an HTTP or ISO date; one without a zone is UTC, one in the past means now."""
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
        return None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            date = read(value.strip())
            date = date if date.tzinfo is not None else date.replace(tzinfo=UTC)
            return _bound(max(date.timestamp() - now, 0.0))
        except (ValueError, OverflowError, TypeError, IndexError):
            continue  # hostile dates end the standard library's reader in all these ways
    return None


def _bound(seconds: float | None) -> float | None:
    return None if seconds is None else min(seconds, LONGEST_WAIT)
