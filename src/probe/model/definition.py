"""Definition: the description of one endpoint, as its YAML file says it. No code, no defaults that hide elsewhere.

The JSON Schema that editors use is made from these classes, so their field names are a promise to users.
"""

from __future__ import annotations

import enum
from typing import Any, Literal

import msgspec

from probe.model.asking import LocalList, Node, RequestTemplate, SessionStep, Variable
from probe.model.exchange import Failure, Stage
from probe.model.message import Message
from probe.model.observation import Outcome
from probe.model.rule import Notice, Pick, Results, Rule


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


class Risk(Node, frozen=True, kw_only=True):
    """What asking may cost the person who asks."""

    reads: bool = True
    """Asks a service, which sees that you ask, and what."""
    sends: bool = False
    """Posts something that others may see."""
    account: bool = False
    """Needs an account, which can be banned."""
    public: bool | dict[str, tuple[str, ...]] = False
    """Whether strangers can see what is sent: yes, no, or with these values of these variables. Needs `--public`."""
    hit_cost: float = 0
    """What one hit costs, in questions."""


class Limits(Node, frozen=True, kw_only=True):
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
    """Further tries in a row while answers say nothing of the keyword (a 429, an outage, an unknown page)."""
    longest_wait: float = 900.0
    """Seconds to wait at most where the service says how long; if it asks for more, the rest is left for another day."""
    per_day: int | None = None
    """Questions a day (UTC) to one host, over all runs in the store; null for no limit."""


class Reckoned(enum.StrEnum):
    DECLARED = "declared"
    """All that the rules name: for a definition that was written for one service."""
    SEEN = "seen"
    """Only those by which this run found a keyword blocked: for general rules, which name everything."""


class Deciding(Node, frozen=True, kw_only=True):
    """How much evidence a verdict takes."""

    trigger_rate: float | None = None
    """How often the service acts on a censored text; null for 0.75 where rules read cut connections as hits (the Great
    Firewall resets about three of four, Rambert et al. 2021), and 0.9995 elsewhere. The canaries of each run correct it."""
    error_rate: float = 0.001
    """How often chance alone may look like censorship, and censorship like none."""
    attempts: int = 20
    """Askings of one keyword after which it is left undecided."""
    least: int = 1
    """Answers that a verdict takes at least, proofs included: five where what is asked answers by chance."""
    mechanisms: Reckoned = Reckoned.DECLARED
    """Which ways of censoring are reckoned with when an answer is normal."""


class PooledTexts(Node, frozen=True, kw_only=True):
    """That several keywords may stand in one text, and how."""

    separator: str = " "
    """Put between two keywords."""
    max_text: int | None = None
    """Characters of the longest such text; `limits.max_text` where it is not given."""
    max_bytes: int | None = None
    """Bytes of it, in `encoding`, where the service counts those."""
    encoding: str = "utf-8"
    """In which the bytes are counted."""
    most: int = 600
    """Keywords in one text at most."""
    outcomes: tuple[Outcome, ...] = ()
    """Hits that say the same of a text as of one keyword in it; all but zero results where none are given."""


class Controls(Node, frozen=True, kw_only=True):
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


class ExampleAnswer(Node, frozen=True, kw_only=True, rename={"json_body": "json"}):
    """An answer as it was documented or captured."""

    status: int = 200
    """HTTP status."""
    headers: dict[str, str] = {}
    """Header fields."""
    body: str | None = None
    """The body as text."""
    json_body: Any = None
    """The body as JSON values, instead of body."""


class Example(Node, frozen=True, kw_only=True):
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
    """The answer; exactly one of answer and failure is given. Of a message, that to its sending."""
    read_back: ExampleAnswer | None = None
    """For messages: the answer to the last reading, where it was accepted."""
    nonce: str = "kavozuloka"
    """For messages: the nonce that stands in these answers."""
    failure: Failure | None = None
    """The failure, instead of an answer."""
    stage: Stage | None = None
    """Where the failure struck."""


class Definition(Node, frozen=True, kw_only=True):
    """One endpoint."""

    name: str
    """How commands and output call it: lower case letters, digits and hyphens."""
    title: str
    """What it is, in a few words."""
    extends: str | None = None
    """Another definition (a built-in name, or a path beside this file) whose fields hold where this file has none."""
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
    why_not: str | None = None
    """Why it cannot be asked, where it is retired or unsupported; it then has neither request nor rules."""
    since: str | None = None
    """Since when that is so: a date, or a part of one."""
    instead: tuple[str, ...] = ()
    """Endpoints that come nearest to it."""
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
    island: str | None = None
    """CSS selector of the element of a page that holds its data as JSON; conditions on JSON then look there."""
    forms: dict[str, str] = {}
    """Name: a text with `{keyword}` in it, in which the keyword is put where a request has the slot `{text}`; `{nonce}` may
    stand in it too. Of several, the askings of a keyword take turns."""
    answer: Pick | None = None
    """Where the text of a model's answer stands; several pieces are put together."""
    documents: Literal["one", "many", "events"] = "one"
    """Many: the body is several JSON documents, one after another, and is read as a list of them. Events: it is a stream of
    server-sent events, and is read as a list of the JSON documents in them."""
    session: tuple[SessionStep, ...] = ()
    """What to fetch before asking, such as a token or a visitor's cookie."""
    request: RequestTemplate = RequestTemplate(url="")
    """What to send."""
    message: Message | None = None
    """What becomes of the text after the request posted it: how it is read back, and taken away."""
    local: LocalList | None = None
    """A list to look in, instead of a request."""
    results: Results = Results()
    """How to read a list of results."""
    notices: dict[str, Notice] = {}
    """Notices of this file's own, beside those that come with probe."""
    pool: PooledTexts | None = None
    """Whether several keywords may stand in one text; null where each must be asked alone."""
    rules: tuple[Rule, ...] = ()
    """What answers mean; tried in order, the first that fits decides."""
    controls: Controls = Controls()
    """Questions whose answer is known."""
    deciding: Deciding = Deciding()
    """How much evidence a verdict takes."""
    examples: tuple[Example, ...] = ()
    """Answers that show what the rules are for."""

    def form_at(self, turn: int) -> str | None:
        """The name of the form whose turn it is, counted from 0; None where there are no forms."""
        return tuple(self.forms)[turn % len(self.forms)] if self.forms else None

    @property
    def is_unverified(self) -> bool:
        """Whether nobody has recorded that it works live."""
        return self.stability is Stability.UNVERIFIED and self.last_verified is None

    @property
    def is_askable(self) -> bool:
        """Whether there is anything to ask: not so where a service is gone, or lets nobody ask."""
        return bool(self.request.url) or self.local is not None

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
    words: tuple[str, ...] = ()
    """The words of its local list."""
    reference: Endpoint | None = None
    """The service that `controls.reference` names."""

    @property
    def name(self) -> str:
        return self.definition.name
