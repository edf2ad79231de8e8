"""Asking: the parts of a definition that say what to send, what to fetch beforehand, and how to sign it.

The JSON Schema that editors use is made from these classes, so their field names are a promise to users.
"""

from __future__ import annotations

import enum
from typing import Any, Literal

import msgspec

USER_AGENT = "Mozilla/5.0 (compatible; probe)"
"""Sent where a definition names no User-Agent: honest enough to be found, plain enough to be served."""


class Node(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A mapping of the YAML file; a key that is not listed is a fault."""


class Variable(Node, frozen=True, kw_only=True):
    """A value that the user can set (`--set NAME=VALUE`), such as the address of an own server."""

    default: str | None = None
    """Null where the user must set it."""
    help: str = ""


class Connection(enum.StrEnum):
    KEEP = "keep"
    """Connections are kept open between questions."""
    FRESH = "fresh"
    """One connection a question: where a cut connection is the signal."""


class Scheme(enum.StrEnum):
    """How a platform wants its requests signed."""

    TC3 = "tc3-hmac-sha256"
    """Tencent Cloud, API 3.0. Adds X-TC-Timestamp and Authorization."""
    ALIYUN = "aliyun-rpc-hmac-sha1"
    """Alibaba Cloud, RPC style, version 1.0. Adds AccessKeyId, Timestamp, SignatureNonce and Signature to the query."""
    YIDUN = "yidun-md5"
    """NetEase Yidun. Adds timestamp, nonce and signature to the form."""
    YUNXIN = "yunxin-sha1"
    """NetEase Yunxin. Adds the headers AppKey, Nonce, CurTime and CheckSum."""
    WBI = "bilibili-wbi"
    """Bilibili's web API. Adds wts and w_rid to the query."""
    BASIC = "basic"
    """A name and a password, as RFC 7617 writes them. Adds the header Authorization."""


PARAMETERS: dict[Scheme, tuple[str, ...]] = {
    Scheme.TC3: ("id", "key", "service"),
    Scheme.ALIYUN: ("id", "key"),
    Scheme.YIDUN: ("key",),
    Scheme.YUNXIN: ("id", "key"),
    Scheme.WBI: ("img_key", "sub_key"),
    Scheme.BASIC: ("id", "key"),
}
"""What each scheme must be given."""


class Signature(Node, frozen=True, kw_only=True, rename={"given": "with"}):
    """How requests are signed."""

    scheme: Scheme
    """The platform's way of signing."""
    given: dict[str, str] = {}
    """What the scheme needs, such as `key: "{secret:KEY}"`."""


class RequestTemplate(Node, frozen=True, kw_only=True, rename={"json_body": "json"}):
    """What to send.

    Slots in any text: `{keyword}`, `{keyword:gbk}`, `{keyword:base64}`, `{nonce}`, `{time}`, `{secret:NAME}`, `{NAME}` of a
    variable or of a value that the session took.
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
    sign: Signature | None = None
    """How the request is signed, where the platform wants that."""
    redirects: int = 0
    """How many redirects to follow."""
    connection: Connection = Connection.KEEP


class Take(Node, frozen=True, kw_only=True):
    """A value out of the answer of a session step; from one of json, css, header and cookie, else from the body."""

    json: str | None = None
    """A JMESPath expression."""
    css: str | None = None
    """The first node that this selector finds."""
    attribute: str | None = None
    """Of that node, this attribute; its text where it is not given."""
    header: str | None = None
    """A header field of the answer."""
    cookie: str | None = None
    """A cookie that the answer sets; `*` for all, as a Cookie header wants them."""
    pattern: str | None = None
    """A regular expression on that value; its first group is taken."""
    map: dict[str, str] = {}
    """What to use instead of some values, such as `{"true": "3", "false": "2"}`."""
    digits: int | None = None
    """Filled up with zeros in front to so many digits."""


class SessionStep(Node, frozen=True, kw_only=True):
    """A request that is sent before the first question, and whose answer gives values for the questions."""

    id: str
    """Messages name it."""
    request: RequestTemplate
    """What to send; its slots may be values that earlier steps took, and no keyword."""
    take: dict[str, Take]
    """Slot: where its value stands. A step whose answer lacks one has failed, and nothing is asked."""
    cache_for: float = 3600.0
    """Seconds for which the values are good; then this step and those after it are done again."""
    refresh_when: tuple[str, ...] = ()
    """Ids of rules: after an answer that fits one of these the values are fetched anew."""


class LocalList(Node, frozen=True, kw_only=True):
    """A list of censored words in a file: nothing is asked, the text is looked for there as the client did."""

    file: str
    """The file; a variable may be its name."""
    column: str | None = None
    """For CSV: the column of the words; each line of the file is a word where it is not given."""
    match: Literal["contains", "equals"] = "contains"
    """Whether a text is censored that contains a word, or only one that equals it."""
    ignore_case: bool = True
    encoding: str = "utf-8"
    """Of the file."""
