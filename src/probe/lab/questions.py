"""Reading the text in question out of a request, or saying why it cannot be read."""

import json

from probe.lab.answers import refuse, refuse_moderation, refuse_request
from probe.lab.policy import Form, Policy
from probe.lab.wire import BadRequestError, Request, Response, decode_query


def read_question(policy: Policy, request: Request) -> str | Response:
    """The text that a request asks about, or the response that refuses the request."""
    methods = ("POST",) if policy.form is Form.MODERATION else ("GET", "HEAD")
    if request.method not in methods:
        return refuse(405, headers={"Allow": ", ".join(methods)})
    if policy.form is Form.MODERATION:
        return _read_json_text(request.body)
    try:
        text = decode_query(request.query, "q")
    except BadRequestError as error:
        return refuse_request(error)
    if text is None or not text.strip():
        return refuse(400, "ask with ?q=TEXT")
    return text


def _read_json_text(body: bytes) -> str | Response:
    """The value of `text`, however it was escaped."""
    try:
        sent = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        return refuse_moderation("参数错误：请求体不是 UTF-8 编码的 JSON")
    text = sent.get("text") if isinstance(sent, dict) else None
    if not isinstance(text, str) or not text.strip():
        return refuse_moderation("参数错误：缺少 text")
    if any("\ud800" <= character <= "\udfff" for character in text):
        return refuse_moderation("参数错误：text 含有不成对的代理项")
    return text
