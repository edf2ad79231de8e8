"""From a question to what goes over the wire: the slots of the definition are filled, each in its own encoding."""

from __future__ import annotations

import base64
import re
import secrets as random_source
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import msgspec

from probe.model.asking import USER_AGENT, RequestTemplate
from probe.model.definition import Endpoint
from probe.model.exchange import Request
from probe.reading.slots import SLOT
from probe.sending.signing import SIGNERS, Draft, Moment, header_text

KEYWORD = "{keyword}"
"""The form of a text that is sent as it is."""


class CannotRender(Exception):
    """This text cannot be put into this request; says why."""


class RequestWriter:
    """Writes the requests of one endpoint: those of its questions, or of a step of its session.

    Secrets are looked up once, when it is made.
    """

    def __init__(
        self, endpoint: Endpoint, secrets: Mapping[str, str], template: RequestTemplate | None = None
    ) -> None:
        self._template = endpoint.definition.request if template is None else template
        self._values = endpoint.values
        self._secrets = secrets
        self._fixed = {"user-agent": USER_AGENT, "accept": "*/*", "accept-encoding": "gzip, deflate"}
        slots = SLOT.findall(msgspec.json.encode(self._template).decode())
        self._encodings = {encoding or "utf-8" for name, encoding in slots if name in ("keyword", "text")}

    def refusal(self, text: str) -> str | None:
        """Why this text cannot be sent at all, or None. Costs less than writing the request."""
        try:
            for encoding in self._encodings:
                encode_keyword(text, encoding)
        except CannotRender as error:
            return f"cannot be sent: {error}"
        return None

    def write(
        self,
        text: str,
        *,
        now: float,
        session: Mapping[str, str] | None = None,
        nonce: str | None = None,
        form: str | None = None,
    ) -> Request:
        """The request for one text at a moment, in seconds since 1970. Raises CannotRender.

        `session` are the values that the session, or an earlier step, took. `nonce` is fresh for each asking; one is made
        where none is given. `form` is the text into which a keyword is put.
        """
        moment = Moment(now=now, nonce=nonce or random_source.token_hex(8))
        fill = _Filler(text, moment, {**self._values, **(session or {})}, self._secrets, form or KEYWORD)
        template = self._template
        draft = Draft(
            method=template.method,
            url=fill.url(template.url, self._values),
            query=[(name, fill.raw(value)) for name, value in template.query.items()],
            headers={
                **self._fixed,
                **{name.lower(): header_text(fill.raw(value)) for name, value in template.headers.items()},
            },
            is_signed=template.sign is not None,
        )
        self._add_body(draft, fill)
        if template.sign is not None:
            given = {name: fill.text(value) for name, value in template.sign.given.items()}
            SIGNERS[template.sign.scheme](draft, given, moment)
        return draft.finish()

    def _add_body(self, draft: Draft, fill: _Filler) -> None:
        template, media_type = self._template, None
        if template.json_body is not None:
            # Raw UTF-8, never \uXXXX: filters on the way look at bytes.
            draft.body, media_type = msgspec.json.encode(fill.json(template.json_body)), "application/json"
        elif template.form is not None:
            draft.form = [(name, fill.raw(value)) for name, value in template.form.items()]
            media_type = "application/x-www-form-urlencoded"
        elif template.body is not None:
            draft.body, media_type = fill.raw(template.body), "text/plain; charset=utf-8"
        if media_type is not None:
            draft.headers.setdefault("content-type", media_type)


class _Filler:
    """Puts the values of one question into texts."""

    def __init__(
        self,
        text: str,
        moment: Moment,
        values: Mapping[str, str],
        secrets: Mapping[str, str],
        form: str,
    ) -> None:
        self._keyword = text
        self._text = put_into(form, text, moment.nonce)
        self._moment = moment
        self._values = values
        self._secrets = secrets

    def url(self, template: str, plain: Mapping[str, str]) -> str:
        """A URL: the template and the `plain` variables stand as they are, what is asked is percent-encoded."""

        def put(slot: re.Match[str]) -> str:
            name, encoding = slot.group(1), slot.group(2)
            if encoding is None and name in plain:
                return plain[name]
            value = self._value(name, encoding)
            # A colon may stand in a path as it is, and tokens with one in the path are written so.
            safe = "" if name in ("keyword", "text") else ":"
            return slot.group() if value is None else quote(value, safe=safe)

        return quote(SLOT.sub(put, template), safe="%/:?#[]@!$&'()*+,;=~-._")

    def raw(self, template: str) -> bytes:
        """A text with every slot in the bytes of its own encoding."""
        parts: list[bytes] = []
        end = 0
        for slot in SLOT.finditer(template):
            value = self._value(slot.group(1), slot.group(2))
            if value is not None:  # braces that are no slot stand for themselves
                parts += [template[end : slot.start()].encode(), value]
                end = slot.end()
        return b"".join([*parts, template[end:].encode()])

    def text(self, template: str) -> str:
        """A text whose slots are all UTF-8."""
        return self.raw(template).decode("utf-8")

    def json(self, template: Any) -> Any:
        """A JSON value with the slots in its texts filled; keys are left alone."""
        if isinstance(template, str):
            return self.text(template)
        if isinstance(template, list | tuple):
            return [self.json(item) for item in template]
        if isinstance(template, dict):
            return {key: self.json(value) for key, value in template.items()}
        return template

    def _value(self, name: str, argument: str | None) -> bytes | None:
        """The bytes for a slot, or None where these braces are no slot."""
        match name:
            case "keyword":
                return encode_keyword(self._keyword, argument or "utf-8")
            case "text":
                return encode_keyword(self._text, argument or "utf-8")
            case "secret" if argument is not None:
                if argument not in self._secrets:
                    raise CannotRender(
                        f"the secret {argument} is not set: export PROBE_SECRET_{argument}=..."
                    )
                return self._secrets[argument].encode()
            case "time" if argument in (None, "ms"):
                return str(int(self._moment.now * (1000 if argument else 1))).encode()
            case "nonce" if argument is None:
                return self._moment.nonce.encode()
            case _ if argument is None and name in self._values:
                return self._values[name].encode()
        return None


def put_into(form: str, text: str, nonce: str) -> str:
    """What is sent of a text: the form with the text and the nonce in their slots."""
    values = {"keyword": text, "nonce": nonce}
    return SLOT.sub(lambda slot: values.get(slot[1], slot[0]) if slot[2] is None else slot[0], form)


def encode_keyword(text: str, form: str) -> bytes:
    """A keyword in the bytes of an encoding, or as part of something: `base64` and `percent` of its UTF-8, `json` as it
    stands within the quotes of a JSON text. Raises CannotRender."""
    encoding = "utf-8" if form in ("base64", "percent", "json") else form
    try:
        value = text.encode(encoding)
    except UnicodeEncodeError as error:
        raise CannotRender(f"{text[error.start]!r} does not exist in {encoding}") from None
    match form:
        case "base64":
            return base64.b64encode(value)
        case "percent":
            return quote(value, safe="").encode()
        case "json":
            return msgspec.json.encode(text)[1:-1]
    return value
