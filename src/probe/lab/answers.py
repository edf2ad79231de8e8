"""From what a platform decided to the answer that goes out."""

import math
from email.utils import formatdate
from hashlib import blake2b
from typing import assert_never
from urllib.parse import quote

from probe.lab import pages
from probe.lab.platform import Treatment
from probe.lab.policy import Act, Form, Policy, ThrottleForm
from probe.lab.results import NOTHING_FOUND, Found, find_results, withhold_most
from probe.lab.wire import JSON, BadRequestError, Response, phrase_of

CHALLENGE_PATH = "/captcha/challenge"
LOGIN_PATH = "/login/signin"


def answer_question(
    policy: Policy, text: str, treatment: Treatment, target: str, wall: float = 0.0
) -> Response | None:
    """The response to a question; None: none is sent, the connection is dealt with instead.

    `wall` is the present in seconds since 1970, from which moments in answers are counted.
    """
    match treatment.act:
        case Act.CUT | Act.CLOSE | Act.HANG:
            return None
        case Act.CAPTCHA:
            return _redirect(f"{CHALLENGE_PATH}?token={_token(text)}&next={quote(target, safe='')}")
        case Act.LOGIN:
            return _redirect(f"{LOGIN_PATH}?next={quote(target, safe='')}")
        case Act.DISGUISED:
            return Response(status=200, body=pages.disguised_json(_token(text)), content_type=JSON)
        case Act.FORBID:
            return refuse(403)
        case Act.ERROR:
            return refuse(treatment.status)
        case Act.THROTTLE:
            return put_off(policy.throttle_form, treatment.retry_after, wall)
        case Act.REVIEW | Act.BLOCK:
            return _moderate(text, treatment)
        case Act.SERVE if policy.form is Form.MODERATION:
            return _moderate(text, treatment)
        case Act.SERVE | Act.NAG | Act.NOTICE | Act.EMPTY | Act.SCARCE:
            return _show_results(policy, text, treatment)
        case Act.SOURCES | Act.SOURCES_NOTICE | Act.AUTHORS:
            return _show_results(policy, text, treatment)
        case Act.REFUSE | Act.PAGE:
            raise ValueError(f"no platform can {treatment.act} a question")
        case _:
            assert_never(treatment.act)


def refuse(status: int, explanation: str = "", headers: dict[str, str] | None = None) -> Response:
    """A bare page with a status that is no answer."""
    body = pages.status_page(status, phrase_of(status), explanation)
    return Response(status=status, body=body, headers=headers or {})


def put_off(form: ThrottleForm, seconds: float, wall: float) -> Response:
    """The answer to a request too many; `seconds` until the next may come, `wall` the present in seconds since 1970."""
    whole = str(max(1, math.ceil(seconds)))
    moment = wall + seconds
    match form:
        case ThrottleForm.HEADER:
            return _put_off(429, {"Retry-After": whole})
        case ThrottleForm.DATE:
            return _put_off(429, {"Retry-After": formatdate(math.ceil(moment), usegmt=True)})
        case ThrottleForm.RESET:
            return _put_off(429, {"x-rate-limit-reset": str(math.ceil(moment))})
        case ThrottleForm.RESET_MS:
            return _put_off(429, {"X-RateLimit-Reset": str(math.ceil(moment * 1000))})
        case ThrottleForm.JSON:
            return _put_off_json({"message": "slow down", "retry_after": math.ceil(seconds * 1000) / 1000})
        case ThrottleForm.JSON_MS:
            return _put_off_json({"error": "slow down", "retry_after_ms": math.ceil(seconds * 1000)})
        case ThrottleForm.ODD_STATUS:
            return _put_off(432, {})
        case ThrottleForm.UNAVAILABLE:
            return _put_off(503, {"Retry-After": whole})
        case _:
            assert_never(form)


def _put_off(status: int, headers: dict[str, str]) -> Response:
    return refuse(status, "请求过于频繁，请稍后再试", headers=headers)


def _put_off_json(answer: dict[str, object]) -> Response:
    return Response(status=429, body=pages.write_json(answer), content_type=JSON)


def refuse_request(error: BadRequestError) -> Response:
    """The answer to a request that is wrong in itself."""
    return refuse(error.status, error.explanation)


def refuse_moderation(message: str) -> Response:
    """The answer to a malformed moderation request: HTTP 200, as its kind does."""
    return Response(status=200, body=pages.moderation_error_json(40001, message), content_type=JSON)


def _redirect(location: str) -> Response:
    return Response(status=302, body="", headers={"Location": location})


def _token(text: str) -> str:
    return blake2b(text.encode(), digest_size=8).hexdigest()


def _moderate(text: str, treatment: Treatment) -> Response:
    suggestion, label, least = {
        Act.SERVE: ("pass", 100, 0),
        Act.REVIEW: ("review", 500, 60),
        Act.BLOCK: ("block", 500, 90),
    }[treatment.act]
    score = least + int(_token(text), 16) % 10
    if treatment.new_layout:
        body = pages.redesigned_moderation_json(suggestion, score)
    else:
        body = pages.moderation_json(suggestion, label, score)
    return Response(status=200, body=body, content_type=JSON)


def _show_results(policy: Policy, text: str, treatment: Treatment) -> Response:
    found = _find(text, treatment.act)
    notice = _notice(policy, treatment.act)
    if policy.form is Form.JSON:
        write_json = pages.redesigned_results_json if treatment.new_layout else pages.results_json
        return Response(status=200, body=write_json(found or NOTHING_FOUND, notice), content_type=JSON)
    write_html = pages.redesigned_results_page if treatment.new_layout else pages.results_page
    return Response(status=200, body=write_html(policy.path, text, found, notice))


def _notice(policy: Policy, act: Act) -> str | None:
    if act is Act.SOURCES_NOTICE and not policy.nag_rate:
        return pages.SOFT_NOTICE
    return pages.HARD_NOTICE if act in (Act.NOTICE, Act.NAG, Act.SOURCES_NOTICE) else None


def _find(text: str, act: Act) -> Found | None:
    if act is Act.NOTICE:
        return None
    if act is Act.EMPTY:
        return NOTHING_FOUND
    sources_only = act in (Act.SOURCES, Act.SOURCES_NOTICE)
    found = find_results(text, authorised_only=sources_only, verified_only=act is Act.AUTHORS)
    return withhold_most(found) if act is Act.SCARCE else found
