"""Question and exchange: what is asked, and everything that was sent and came back. Nothing is judged here."""

from __future__ import annotations

import enum
import hashlib

import msgspec


class Purpose(enum.StrEnum):
    """Why a question is asked: to test a keyword, or to learn whether answers can be trusted at all."""

    KEYWORD = "keyword"
    BENIGN = "benign"
    """Must be served."""
    NONSENSE = "nonsense"
    """Shows what an honest "no results" looks like."""
    CANARY = "canary"
    """Must be censored."""
    TRUISM = "truism"
    """A keyword inside a query that always has results unless the keyword is censored."""
    REFERENCE = "reference"
    """A keyword asked of a service that does not censor it."""
    POOL = "pool"
    """Several keywords in one text."""

    @property
    def is_about_keyword(self) -> bool:
        """Whether its answer belongs to keywords, and not to the endpoint."""
        return self in (Purpose.KEYWORD, Purpose.TRUISM, Purpose.REFERENCE, Purpose.POOL)


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One text asked once at one endpoint."""

    endpoint: str
    purpose: Purpose
    components: tuple[str, ...]
    """Of a pool one text: its keywords as lists write them, each in a line of its own."""
    text: str
    """What is sent: the components joined as the definition says."""
    attempt: int = 1
    """Counted from 1; each asking of the same text has its own number, void ones included."""
    form: str | None = None
    """The form in which it is put, by its name; None where the definition has none."""
    is_part: bool = False
    """Whether it asks about pieces of a keyword, to find those that trigger: its answer does not count for a keyword."""

    @property
    def pooled(self) -> tuple[str, ...]:
        """The keywords of a pool, as lists write them; none of any other question."""
        return tuple(self.components[0].split("\n")) if self.purpose is Purpose.POOL else ()

    @property
    def echoed(self) -> tuple[str, ...]:
        """What an answer may repeat of the question: all of it, and each piece."""
        return (self.text, *(self.pooled or self.components))

    @property
    def id(self) -> str:
        """Lasting name of this asking: the same in every run that asks the same thing the same time round."""
        part = ("part",) if self.is_part else ()
        return digest(self.endpoint, self.purpose, *self.components, str(self.attempt), *part)


def digest(*parts: str) -> str:
    """16 hexadecimal digits that stand for these texts in this order."""
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=8).hexdigest()


class Failure(enum.StrEnum):
    """How an exchange failed below HTTP, in the strings of OONI's df-007.

    Source: ooni/spec, data-formats/df-007-errors.md. What df-007 has no word for starts with `unknown_failure`,
    as that page demands.
    """

    CONNECTION_REFUSED = "connection_refused"
    CONNECTION_RESET = "connection_reset"
    CONNECTION_ABORTED = "connection_aborted"
    EOF = "eof_error"
    TIMEOUT = "generic_timeout_error"
    HOST_UNREACHABLE = "host_unreachable"
    NETWORK_UNREACHABLE = "network_unreachable"
    DNS_NXDOMAIN = "dns_nxdomain_error"
    DNS_NO_ANSWER = "dns_no_answer"
    DNS_TEMPORARY = "dns_temporary_failure"
    DNS_NON_RECOVERABLE = "dns_non_recoverable_failure"
    TLS_HOSTNAME = "ssl_invalid_hostname"
    TLS_AUTHORITY = "ssl_unknown_authority"
    TLS_CERTIFICATE = "ssl_invalid_certificate"
    TLS_HANDSHAKE = "ssl_failed_handshake"
    HTTP = "http_request_failed"
    """What came back is not HTTP."""
    PROXY = "unknown_failure proxy_error"
    """The proxy failed, so nothing is known of the endpoint."""
    BODY_TOO_LARGE = "unknown_failure body_too_large"
    BODY_UNDECODABLE = "unknown_failure body_undecodable"
    REDIRECT_LOOP = "unknown_failure redirect_loop"
    SESSION = "unknown_failure session_failed"
    """A step before the question failed (a token, a cookie), so the question was never sent."""
    OTHER = "unknown_failure"


class Stage(enum.StrEnum):
    """Where in an exchange a failure struck."""

    DNS = "dns"
    DIAL = "dial"
    TLS = "tls"
    WRITE = "write"
    READ = "read"
    """Waiting for the status line and headers."""
    BODY = "body"


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What is sent, ready for the wire."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    is_cut: bool = False
    """Whether only the beginning of the body is here, as it was kept."""


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """What came back: the body is already decompressed, within the definition's limit."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    """In the order of the wire; names in lower case."""
    body: bytes = b""
    is_cut: bool = False
    """Whether only the beginning of the body is here, as it was kept."""

    def header(self, name: str) -> str | None:
        """The first header of this name (lower case), or None."""
        return next((value for key, value in self.headers if key == name), None)


class Part(enum.StrEnum):
    """Which part of a message's way a step belongs to."""

    SEND = "send"
    READ_BACK = "read-back"


class Wire(msgspec.Struct, frozen=True, kw_only=True):
    """What a step was on the wire: its heads byte by byte, when, and with whom. For evidence; never judged."""

    started: float
    """Seconds since 1970-01-01 UTC."""
    ended: float
    """Seconds since 1970-01-01 UTC."""
    request: bytes = b""
    """Request line and headers as they were sent, or as a proxy was to pass them on; nothing where it never came to that."""
    response: bytes = b""
    """Status line and headers as they came, also where the body failed; nothing where none came."""
    sent: int = 0
    """Bytes of the request's body, however many of them are kept."""
    received: int = 0
    """Bytes that came of the response's body, decompressed, however many of them are kept."""
    address: str | None = None
    """Address and port of the server; None where there was no connection, or somebody else's (a proxy's)."""
    proxied: bool = False


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One request with its response or its failure."""

    request: Request
    response: Response | None = None
    failure: Failure | None = None
    stage: Stage | None = None
    """Set where `failure` is."""
    detail: str | None = None
    """The failure in the words of the library below, for people; never judged."""
    part: Part | None = None
    """Set for the steps of a message."""
    wire: Wire | None = None
    """None where nothing was ever tried, and in what was kept before it was recorded."""


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """A message as it was sent, so that what is read back can be compared with it."""

    text: str
    nonce: str
    values: dict[str, str] = {}
    """What was taken from the answer to its sending; nothing where it was not accepted."""
    delivery: float | None = None
    """Seconds from its sending until it was first read back."""


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """All steps of one question. The last step is the one that is judged."""

    steps: tuple[Step, ...]
    started: float
    """Seconds since 1970-01-01 UTC."""
    ended: float
    """Seconds since 1970-01-01 UTC."""
    sent: Sent | None = None
    """For messages: what was posted."""

    @property
    def last(self) -> Step:
        return self.steps[-1]
