"""From a request to a messenger to the answer that goes out, all in JSON."""

import math
from dataclasses import asdict, dataclass

from probe.lab.censor import Cause
from probe.lab.messenger import Messenger
from probe.lab.messenger_policy import MessageAct
from probe.lab.messenger_requests import Place, read_draft, read_limit, read_place, read_user
from probe.lab.messenger_result import NOT_FOUND, Accepted, Refusal, Shown
from probe.lab.pages import write_json
from probe.lab.policy import Act
from probe.lab.wire import JSON, BadRequestError, Request, Response

_LOGIN = Refusal(status=401, code="login", act=Act.LOGIN, cause=Cause.REQUEST)
_WRONG_METHOD = Refusal(status=405, code="wrong_method", act=Act.REFUSE, cause=Cause.REQUEST)
_MESSAGES = {
    "login": "请先登录",
    "wrong_method": "不支持此操作",
    "not_found": "消息不存在",
    "not_yours": "无权删除他人的消息",
    "deletion_refused": "消息暂时无法删除",
    "text_refused": "内容不符合社区规范，请修改后再发送",
    "muted": "你已被禁言",
    "duplicate": "请勿重复发送相同内容",
    "slow_down": "操作过于频繁，请稍后再试",
    "daily_limit": "今日发送次数已达上限",
    "unavailable": "服务暂时不可用",
    "full": "存储空间已满",
}


@dataclass(frozen=True, kw_only=True)
class Answered:
    """The answer to one request, and what the record is to say of it."""

    response: Response
    act: Act | MessageAct
    cause: Cause
    text: str = ""
    """What was to be posted."""


def answer_messenger(messenger: Messenger, request: Request, *, at: float, wall: float) -> Answered:
    """Carry out one request; `at` by the lab's clock, `wall` in seconds since 1970."""
    try:
        place = read_place(request.path)
        if place is None:
            return _refuse(NOT_FOUND)
        user = read_user(request.headers)
        if user is None:
            return _refuse(_LOGIN, {"WWW-Authenticate": "Bearer"})
        if request.method not in place.methods:
            return _refuse(_WRONG_METHOD, {"Allow": ", ".join(place.methods)})
        if request.method == "POST":
            return _post(messenger, user, place, request.body, at, wall)
        return _look(messenger, user, place, request, at)
    except BadRequestError as error:
        return _refuse_request(error)


def _post(messenger: Messenger, user: str, place: Place, body: bytes, at: float, wall: float) -> Answered:
    draft = read_draft(user, place.room, body)
    result = messenger.post(draft, at=at, wall=wall)
    if isinstance(result, Refusal):
        return _refuse(result, text=draft.text)
    response = _json(_status_of(result), {"id": result.id, "state": result.state})
    return Answered(response=response, act=result.act, cause=result.cause, text=draft.text)


def _status_of(result: Accepted) -> int:
    if result.again:
        return 200
    return 202 if result.state == "review" else 201


def _look(messenger: Messenger, user: str, place: Place, request: Request, at: float) -> Answered:
    """Read the room, or read or delete one message."""
    result: list[Shown] | Shown | Refusal | None
    if place.message_id is None:
        result = messenger.read(user, place.room, read_limit(request), at=at)
    elif request.method == "DELETE":
        result = messenger.delete(user, place.room, place.message_id, at=at)
    else:
        result = messenger.read_one(user, place.room, place.message_id, at=at)
    match result:
        case Refusal():
            return _refuse(result)
        case None:
            response = Response(status=204, body="", content_type=JSON)
        case Shown():
            response = _json(200, asdict(result))
        case list():
            response = _json(200, {"messages": [asdict(shown) for shown in result]})
    return Answered(response=response, act=Act.SERVE, cause=Cause.NOTHING)


def _refuse(refusal: Refusal, headers: dict[str, str] | None = None, text: str = "") -> Answered:
    answer: dict[str, object] = {"code": refusal.code, "message": _MESSAGES[refusal.code]}
    added = dict(headers or {})
    if refusal.retry_after is not None:
        if refusal.status == 429:
            added["Retry-After"] = str(max(1, math.ceil(refusal.retry_after)))
        else:
            answer["retry_after"] = math.ceil(refusal.retry_after * 1000) / 1000
    response = _json(refusal.status, answer, added)
    return Answered(response=response, act=refusal.act, cause=refusal.cause, text=text)


def _refuse_request(error: BadRequestError) -> Answered:
    code = "too_long" if error.status == 413 else "bad_request"
    response = _json(error.status, {"code": code, "message": error.explanation})
    return Answered(response=response, act=Act.REFUSE, cause=Cause.REQUEST)


def _json(status: int, value: object, headers: dict[str, str] | None = None) -> Response:
    return Response(status=status, body=write_json(value), content_type=JSON, headers=headers or {})
