"""Definition: the description of one endpoint, as its YAML file says it. No code, no defaults that hide elsewhere.

The JSON Schema that editors use is made from these classes, so their field names are a promise to users.
"""

from __future__ import annotations

import enum
from typing import Any, Literal

import msgspec

from probe.model.exchange import Failure, Stage
from probe.model.observation import Manner, Mechanism, Outcome, Weight

USER_AGENT = "Mozilla/5.0 (compatible; probe)"
"""Sent where a definition names no User-Agent: honest enough to be found, plain enough to be served."""


class _Node(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A mapping of the YAML file; a key that is not listed is a fault."""


class Kind(enum.StrEnum):
    SEARCH = "search"
    MESSAGE = "message"
    MODERATION = "moderation"
    CHAT = "chat"
    NETWORK = "network"
    LOCAL = "local"


class Stability(enum.StrEnum):
    SUPPORTED = "supported"
    UNVERIFIED = "unverified"
    UNSUPPORTED = "unsupported"
    RETIRED = "retired"


class Risk(_Node, frozen=True, kw_only=True):
    """What asking may cost the person who asks."""

    reads: bool = True
    """Asks a service, which sees that you ask, and what."""
    sends: bool = False
    """Posts something that others may see."""
    account: bool = False
    """Needs an account, which can be banned."""
    hit_cost: float = 0
    """What one hit costs, in questions."""


class Limits(_Node, frozen=True, kw_only=True):
    """How politely and how patiently to ask."""

    rate: float | None = 1.0
    """Questions a second to one host; null for no limit."""
    jitter: float = 0.2
    """Share of the interval between two questions by which it varies."""
    concurrency: int = 1
    """Questions in flight at a time."""
    deadline: float = 20.0
    """Seconds for one exchange, from its first byte to its last."""
    max_body: int = 2_000_000
    """Bytes of a body, before and after decompression."""
    residual_wait: float = 120.0
    """Seconds to leave host and port alone after a cut connection (Quack, VanderSloot et al. 2018: 120 s cover 99.9 %)."""
    max_text: int = 200
    """Characters of the longest text to send."""
    block: int = 20
    """Questions after which a control is asked."""
    control_wait: float = 5.0
    """Seconds to wait after a control that failed; doubled each time."""
    patience: int = 5
    """Controls that may fail in a row before the endpoint is given up."""
    retries: int = 2
    """Further tries after an answer that says nothing of the keyword (a 429, an outage, an unknown page)."""
    longest_wait: float = 900.0
    """Seconds to wait at most where the service says how long; if it asks for more, the rest is left for another day."""
    per_day: int | None = None
    """Questions a day (UTC) to one host, over all runs in the store; null for no limit."""


class Reckoned(enum.StrEnum):
    DECLARED = "declared"
    """All that the rules name: for a definition that was written for one service."""
    SEEN = "seen"
    """Only those by which this run found a keyword blocked: for general rules, which name everything."""


class Deciding(_Node, frozen=True, kw_only=True):
    """How much evidence a verdict takes."""

    trigger_rate: float | None = None
    """How often the service acts on a censored text; null for 0.75 where rules read cut connections as hits (the Great
    Firewall resets about three of four, Rambert et al. 2021), and 0.9995 elsewhere. The canaries of each run correct it."""
    error_rate: float = 0.001
    """How often chance alone may look like censorship, and censorship like none."""
    attempts: int = 20
    """Askings of one keyword after which it is left undecided."""
    mechanisms: Reckoned = Reckoned.DECLARED
    """Which ways of censoring are reckoned with when an answer is normal."""


class Variable(_Node, frozen=True, kw_only=True):
    """A value that the user can set (`--set NAME=VALUE`), such as the address of an own server."""

    default: str | None = None
    """Null where the user must set it."""
    help: str = ""


class Connection(enum.StrEnum):
    KEEP = "keep"
    """Connections are kept open between questions."""
    FRESH = "fresh"
    """One connection a question: where a cut connection is the signal."""


class RequestTemplate(_Node, frozen=True, kw_only=True, rename={"json_body": "json"}):
    """What to send.

    Slots in any text: `{keyword}`, `{keyword:gbk}`, `{keyword:base64}`, `{nonce}`, `{secret:NAME}`, `{VARIABLE}`.
    """

    url: str
    """Absolute, http or https; a variable may be its beginning."""
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"] = "GET"
    """The HTTP method."""
    query: dict[str, str] = {}
    """Appended to the URL, percent-encoded."""
    headers: dict[str, str] = {}
    """Header fields; a User-Agent here replaces the usual one."""
    json_body: Any = None
    """Sent as raw UTF-8, so that filters which look at bytes see the keyword."""
    form: dict[str, str] | None = None
    """Fields of a form, percent-encoded."""
    body: str | None = None
    """A body as it stands; its Content-Type is text/plain unless headers say otherwise."""
    redirects: int = 0
    """How many redirects to follow."""
    connection: Connection = Connection.KEEP


class Pick(_Node, frozen=True, kw_only=True):
    """Where in an answer a value stands; exactly one of css, json and pattern."""

    css: str | None = None
    """Every node that this selector finds."""
    attribute: str | None = None
    """Of those nodes, this attribute; their text where it is not given."""
    json: str | None = None
    """A JMESPath expression."""
    pattern: str | None = None
    """A regular expression on the visible text; its first group."""


class Results(_Node, frozen=True, kw_only=True):
    """How to read a list of results."""

    count: Pick | None = None
    """A number as it stands, or the number of things found."""
    hosts: Pick | None = None
    """URLs or host names of the results."""
    authors: Pick | None = None
    """Names of the authors of the results."""


class TextMatch(_Node, frozen=True, kw_only=True):
    """A test on a text. All parts that are given must hold."""

    contains: str | tuple[str, ...] | None = None
    """One of these stands in it."""
    pattern: str | None = None
    """This regular expression is found in it."""


class ValueMatch(_Node, frozen=True, kw_only=True):
    """A test on a value inside a JSON answer. All parts that are given must hold."""

    exists: bool | None = None
    """Whether there is a value at all; null counts as none."""
    equals: str | int | float | bool | tuple[str | int | float | bool | None, ...] | None = ()
    """The value, or one of several."""
    contains: str | tuple[str, ...] | None = None
    """The value is a text, and one of these stands in it."""
    pattern: str | None = None
    """The value is a text, and this regular expression is found in it."""
    above: float | None = None
    """The value is a number above this."""
    below: float | None = None
    """The value is a number below this."""


TextTest = str | tuple[str, ...] | TextMatch
"""A text, or one of several, that must stand in it; or a mapping for more."""
ValueTest = str | int | float | bool | None | tuple[str | int | float | bool | None, ...] | ValueMatch
"""A value, or one of several, that it must equal; or a mapping for more."""
NumberTest = int | str
"""`0`, `">=1"`, `"<10"`, `"3-5"`."""


class When(_Node, frozen=True, kw_only=True, rename={"not_": "not"}):
    """A condition: all parts that are given must hold."""

    failure: Failure | tuple[Failure, ...] | None = None
    stage: Stage | tuple[Stage, ...] | None = None
    status: int | str | tuple[int | str, ...] | None = None
    """`200`, `4xx`, `500-599`, or several of them."""
    redirect: TextTest | None = None
    """On the target of a redirect; the status must be 3xx."""
    header: dict[str, TextTest] | None = None
    json: dict[str, ValueTest] | None = None
    """JMESPath expression: test."""
    css: str | tuple[str, ...] | None = None
    """One of these selectors finds something."""
    title: TextTest | None = None
    text: TextTest | None = None
    """On what a reader sees; the echoed keyword does not count."""
    body: TextTest | None = None
    """On the body as it came; the echoed keyword does not count."""
    count: NumberTest | None = None
    """On the number of results; does not hold where they could not be counted."""
    length: NumberTest | None = None
    """On the bytes of the body."""
    hosts: Literal["authorised"] | None = None
    """There are results, and all are of authorised hosts."""
    authors: Literal["authorised"] | None = None
    """There are results with authors, and all are authorised."""
    like: Literal["benign", "not-benign", "nonsense", "canary", "unlike"] | None = None
    """How it compares with this run's controls. `benign`, `not-benign`: as the benign ones, or not; `nonsense`, `canary`: as
    those, and not as the benign ones; `unlike`: as none of them, and poorer than the benign ones, or sent elsewhere."""
    not_: When | None = None


class Rule(_Node, frozen=True, kw_only=True):
    """If this is seen, it means that. Rules are tried in order; the first that fits decides."""

    id: str
    """Lasting: output names it, and other programs rely on it."""
    when: When | tuple[When, ...]
    """A condition, or several of which one must hold."""
    outcome: Outcome
    """What the answer then looks like."""
    weight: Weight = Weight.AMBIGUOUS
    """Whether that proves itself, or has innocent causes too."""
    mechanism: Mechanism | None = None
    """By what the platform does it."""
    manner: Manner | None = None
    """Whether the platform admits it."""
    reason: str | None = None
    """One sentence for people."""

    @property
    def conditions(self) -> tuple[When, ...]:
        """The conditions of which one must hold."""
        return self.when if isinstance(self.when, tuple) else (self.when,)


class Controls(_Node, frozen=True, kw_only=True):
    """Questions whose answer is known."""

    benign: tuple[str, ...] = ()
    """Words that are always served; the bundled benign list where none are given."""
    canaries: tuple[str, ...] = ()
    """Words that are known to be censored. One that is served means that this file is out of date, or that the vantage is
    not censored."""
    truism: str | None = None
    """A query with `{keyword}` in it that always has results unless the keyword is censored, such as `天气 OR {keyword}`:
    proves that zero results are no accident."""
    reference: str | None = None
    """Another definition (a built-in name, or a path beside this file) of a service that finds the same, uncensored."""
    share: float | None = None
    """Filtered where fewer results come than this share of what the reference, or the truism with a nonsense word, has."""
    authorised: tuple[str, ...] = ()
    """Hosts (with all below them) that soft filtering leaves in place."""
    authorised_authors: tuple[str, ...] = ()
    """Authors that soft filtering leaves in place, by their exact names."""


class Origin(enum.StrEnum):
    DOCUMENTED = "documented"
    CAPTURED = "captured"


class ExampleAnswer(_Node, frozen=True, kw_only=True, rename={"json_body": "json"}):
    """An answer as it was documented or captured."""

    status: int = 200
    """HTTP status."""
    headers: dict[str, str] = {}
    """Header fields."""
    body: str | None = None
    """The body as text."""
    json_body: Any = None
    """The body as JSON values, instead of body."""


class Example(_Node, frozen=True, kw_only=True):
    """One exchange that shows what a rule is for; `probe endpoints check` replays it."""

    name: str
    """What it shows, in a few words."""
    origin: Origin
    """Where the answer comes from: somebody saw it, or documentation shows it."""
    keyword: str
    """What was asked."""
    outcome: Outcome
    """What the rules must make of it."""
    rule: str | None = None
    """Id of the rule that must decide."""
    answer: ExampleAnswer | None = None
    """The answer; exactly one of answer and failure is given."""
    failure: Failure | None = None
    """The failure, instead of an answer."""
    stage: Stage | None = None
    """Where the failure struck."""


class Definition(_Node, frozen=True, kw_only=True):
    """One endpoint."""

    name: str
    """How commands and output call it: lower case letters, digits and hyphens."""
    title: str
    """What it is, in a few words."""
    kind: Kind
    """What sort of service it is."""
    platform: str | None = None
    """The service or company behind it; several endpoints may share one."""
    country: str | None = None
    """ISO 3166 code, lower case, of where it is served from."""
    docs: str | None = None
    """Where the service documents what is used here."""
    sources: tuple[str, ...] = ()
    """Where the facts in this file come from."""
    last_verified: str | None = None
    """The date on which somebody saw it work live, or null."""
    stability: Stability = Stability.UNVERIFIED
    """How far it can be relied on; the table marks unverified ones."""
    notes: str | None = None
    """For people: what it asks, what is odd, what it does not allow."""
    risk: Risk = Risk()
    """What asking may cost."""
    limits: Limits = Limits()
    """How politely and how patiently to ask."""
    variables: dict[str, Variable] = {}
    """Values that the user can set."""
    join: str = " "
    """Put between the components of a keyword."""
    encoding: str = "auto"
    """Of the answers: auto, or a name such as utf-8 or gb18030."""
    request: RequestTemplate
    """What to send."""
    results: Results = Results()
    """How to read a list of results."""
    rules: tuple[Rule, ...]
    """What answers mean; tried in order, the first that fits decides."""
    controls: Controls = Controls()
    """Questions whose answer is known."""
    deciding: Deciding = Deciding()
    """How much evidence a verdict takes."""
    examples: tuple[Example, ...] = ()
    """Answers that show what the rules are for."""

    @property
    def reads_cuts(self) -> bool:
        """Whether a rule takes a failure of the transport for a hit."""
        return any(
            rule.outcome.is_hit and (when.failure is not None or when.stage is not None)
            for rule in self.rules
            for when in rule.conditions
        )


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """A definition that was read, with what is needed to use and to name it."""

    definition: Definition
    digest: str
    """SHA-256 of the definition's text."""
    place: str
    """The file it was read from."""
    values: dict[str, str] = {}
    """Its variables, all set."""
    text: str = ""
    """The definition as it stands in its file."""
    reference: Endpoint | None = None
    """The service that `controls.reference` names."""

    @property
    def name(self) -> str:
        return self.definition.name
