"""NetEase Yunxin: messages between accounts of one app, sent and read by its server."""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tests.replicas.posts import Board, Place, Post
from tests.replicas.replica import Answer, Asked, json_answer

DEMANDED = {
    "/nimserver/msg/sendMsg.action": ("from", "ope", "to", "type", "body"),
    "/nimserver/history/querySessionMsg.action": ("from", "to", "begintime", "endtime", "limit"),
    "/nimserver/msg/recall.action": ("deleteMsgid", "timetag", "type", "from", "to"),
    "/nimserver/msg/delMsg.action": ("deleteMsgid", "timetag", "type", "from", "to"),
}
"""By path, the fields without which nothing is done."""
TROUBLES = {
    "checksum": (414, "checksum"),
    "expired": (414, "CurTime is expired"),
    "rate-limit": (416, "frequently"),
    "forbidden": (403, "not allow!"),
    "server-busy": (503, "server busy"),
    "error": (500, "server error"),
}
RECALLED_WITHIN = 120
"""Seconds after which a message can no longer be recalled, unless that is to be ignored."""


class Refused(Exception):
    """What the API says of a request that it does not carry out: a code inside HTTP 200."""

    def __init__(self, code: int, desc: str) -> None:
        super().__init__(desc)
        self.answer = json_answer({"desc": desc, "code": code})


def sign(secret: str, nonce: str, now: str) -> str:
    """The checksum of a request."""
    return hashlib.sha1((secret + nonce + now).encode()).hexdigest()


@dataclass(kw_only=True)
class Yunxin(Board):
    """`POST /nimserver/...action` with a form, under four signed headers.

    A message with a `hard` word is answered like any other but for `antispam`, is in no history, and cannot be recalled.
    One with a `soft` word is told to be suspect and arrives, or arrives with asterisks.
    """

    troubles = tuple(TROUBLES)
    first = 1_200_510_468_189

    app_key: str = "replica-app-key"
    app_secret: str = "replica-app-secret"
    accounts: frozenset[str] = frozenset({"probe-a", "probe-b"})
    refuses_by: Literal["antispam", "forbidden"] = "antispam"
    """By what a `hard` word shows: by a field of a good answer, or by the code 403 of the app's own callback."""
    verdicts: bool = True
    """Whether `yidunAntiSpamRes` is told, which only apps with Yidun's full service get."""
    clock: Callable[[], float] = time.time

    def answer(self, asked: Asked) -> Answer | None:
        if asked.path not in DEMANDED:
            return Answer(status=404)
        if asked.method != "POST":
            return Answer(status=405)
        try:
            self._check_headers(asked.headers)
            if self.trouble is not None:
                raise Refused(*TROUBLES[self.trouble])
            fields = _fields(asked)
            match asked.path.rpartition("/")[2]:
                case "sendMsg.action":
                    return self._send(fields)
                case "querySessionMsg.action":
                    return self._history(fields)
                case action:
                    return self._take_back(fields, is_recall=action == "recall.action")
        except Refused as refused:
            return refused.answer

    def _check_headers(self, headers: Mapping[str, str]) -> None:
        nonce, now = headers.get("nonce", ""), headers.get("curtime", "")
        if headers.get("appkey") != self.app_key:
            raise Refused(414, "appkey")
        if not 1 <= len(nonce) <= 128:
            raise Refused(414, "nonce")
        if not re.fullmatch(r"\d{1,12}", now) or abs(self.clock() - int(now)) > 300:
            raise Refused(414, "CurTime is expired")
        if headers.get("checksum") != sign(self.app_secret, nonce, now):
            raise Refused(414, "checksum")

    def _check_accounts(self, fields: Mapping[str, str]) -> None:
        unknown = [fields[name] for name in ("from", "to") if fields[name] not in self.accounts]
        if unknown:
            raise Refused(414, f"{unknown[0]} not register")

    def _send(self, fields: Mapping[str, str]) -> Answer:
        if fields["ope"] not in {"0", "1"} or fields["type"] != "0":
            raise Refused(414, "ope or type is wrong")
        if fields["ope"] == "1":
            raise Refused(404, "team not exist")
        self._check_accounts(fields)
        text, option = _text(fields["body"]), _object(fields.get("option", "{}"))
        if self.is_hard(text) and self.refuses_by == "forbidden":
            raise Refused(403, "not allow!")
        is_spam, about = self.is_hard(text), {name: fields[name] for name in ("from", "to")}
        data: dict[str, Any] = {"timetag": int(self.clock() * 1000), "antispam": is_spam}
        rank = 2 if is_spam else int(self.is_soft(text) and not self.masks)
        if rank and self.verdicts:
            about["verdict"] = data["yidunAntiSpamRes"] = _verdict(rank)
        place: Place = "dropped" if self.is_dropped(text) else "shown"
        is_kept = option.get("history", True) not in {False, "false"}
        post = self.put(text, at=data["timetag"] / 1000, place=place, **about, kept=is_kept)
        if is_spam:  # it has a number, and is nowhere
            self.take_away(post.id)
        return json_answer({"code": 200, "data": {"msgid": int(post.id), **data}})

    def _history(self, fields: Mapping[str, str]) -> Answer:
        """Both directions of one talk. What is not to be stored, or is kept from all, is not in it."""
        begin, end, limit = (_number(fields, name) for name in ("begintime", "endtime", "limit"))
        if begin >= end:
            raise Refused(414, "bad time")
        if not 1 <= limit <= 100 or fields.get("reverse", "2") not in {"1", "2"}:
            raise Refused(414, "limit or reverse is wrong")
        self._check_accounts(fields)
        talk = {fields["from"], fields["to"]}
        found = [one for one in self.kept() if {one.about["from"], one.about["to"]} == talk]
        found = [one for one in found if one.place == "shown" and one.about["kept"]]
        found = [one for one in found if begin <= round(one.at * 1000) <= end]
        found = [] if "0" not in fields.get("type", "0").split(",") else found
        found = found if fields.get("reverse") == "1" else found[::-1]
        told = [_told(one) for one in found[:limit]]
        return json_answer({"code": 200, "size": len(told), "msgs": told})

    def _take_back(self, fields: Mapping[str, str], *, is_recall: bool) -> Answer:
        """For both, or from the history: which only a recall tells the other."""
        if fields["type"] not in {"7", "8"}:
            raise Refused(414, "illegal type!")
        if fields.get("ignoreTime", "1") != "1":
            raise Refused(414, "ignoreTime")
        post = self.posts.get(fields["deleteMsgid"])
        told = (fields["from"], fields["to"], _number(fields, "timetag"), fields["type"])
        if post is None or told != (post.about["from"], post.about["to"], round(post.at * 1000), "7"):
            raise Refused(414, "msg not exist")
        if is_recall and "ignoreTime" not in fields and self.clock() - post.at > RECALLED_WITHIN:
            raise Refused(508, "time is over")
        self.take_away(post.id)
        return json_answer({"code": 200})


def _fields(asked: Asked) -> dict[str, str]:
    kind = asked.headers.get("content-type", "").partition(";")[0].strip()
    if kind != "application/x-www-form-urlencoded" or not asked.body.isascii():
        raise Refused(414, "content type")
    try:
        fields = asked.form()
    except UnicodeDecodeError:
        raise Refused(414, "charset") from None
    missing = [name for name in DEMANDED[asked.path] if not fields.get(name)]
    if missing:
        raise Refused(414, f"{missing[0]} is empty")
    return fields


def _number(fields: Mapping[str, str], name: str) -> int:
    if not re.fullmatch(r"\d{1,16}", fields[name]):
        raise Refused(414, f"{name} is not a number")
    return int(fields[name])


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise Refused(414, "body is not json")
    return value


def _text(body: str) -> str:
    text = _object(body).get("msg")
    if not isinstance(text, str) or not text or len(body) > 5000:
        raise Refused(414, "body")
    return text


def _verdict(rank: int) -> str:
    """What Yidun said of a text, in JSON that stands as a text in the answer."""
    labels = [{"label": 500, "level": rank, "subLabels": []}]
    antispam = {"suggestion": rank, "censorType": 0, "resultType": 1, "isRelatedHit": False, "labels": labels}
    return json.dumps({"code": 200, "type": "text", "version": "v5", "ext": {"antispam": antispam}})


def _told(post: Post) -> dict[str, Any]:
    about = post.about
    told = {
        "from": about["from"],
        "msgid": int(post.id),
        "msgidclient": f"replica-{post.id}",
        "sendtime": round(post.at * 1000),
        "type": 0,
        "fromclienttype": 32,
        "body": {"msg": post.shown},
    }
    return told | ({"yidunAntiSpamRes": about["verdict"]} if "verdict" in about else {})
