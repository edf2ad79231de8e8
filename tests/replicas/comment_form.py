"""A site of nobody's own: a page with comments below it, and a form that is written into by whoever comes by.

The form is as Django's comments app makes it: a token against forged requests that belongs to a cookie, a hash of what is
commented on, and a field that people do not see and must leave empty.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape

from tests.replicas.posts import Board, Place, Post
from tests.replicas.replica import Answer, Asked, html_answer

SHOWN = 200
"""Comments on the page at most, the newest first."""
LIFETIME = 7200
"""Seconds for which a form is good."""
HEAD = '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title></head><body>\n'
FORM = """<form action="/comments/post/" method="post">
<input type="hidden" name="csrfmiddlewaretoken" value="{token}">
<div><input type="hidden" name="content_type" value="sites.site" id="id_content_type"></div>
<div><input type="hidden" name="object_pk" value="1" id="id_object_pk"></div>
<div><input type="hidden" name="timestamp" value="{stamp}" id="id_timestamp"></div>
<div><input type="hidden" name="security_hash" value="{hash}" maxlength="40" id="id_security_hash"></div>
{fields}
<p style="display:none;"><label for="id_honeypot">此处请留空:</label>
<input type="text" name="honeypot" id="id_honeypot"></p>{captcha}
<p class="submit"><input type="submit" name="post" value="发表"><input type="submit" name="preview" value="预览"></p>
</form>
"""
FIELDS = {
    "name": '<input type="text" name="name" maxlength="50" required id="id_name">',
    "email": '<input type="email" name="email" maxlength="320" required id="id_email">',
    "url": '<input type="url" name="url" maxlength="200" id="id_url">',
    "comment": '<textarea name="comment" cols="40" rows="10" maxlength="3000" required id="id_comment"></textarea>',
}
CAPTCHA = '\n<p><img src="/captcha/image/1/" alt="captcha"><input type="text" name="captcha_1" required></p>'
COMMENT = '<li class="comment" id="c{id}"><b class="name">{name}</b>\n<div class="text">{text}</div></li>'
FORBIDDEN = (
    HEAD.format(title="403 Forbidden")
    + "<h1>禁止访问 (403)</h1><p>CSRF验证失败. 请求被中断.</p></body></html>"
)


@dataclass(kw_only=True)
class CommentForm(Board):
    """`GET /page/`, `POST /comments/post/`: 302 where a comment was taken, 200 with the form and its errors where not.

    Nothing can be taken away again. Whoever says the same twice in a day is led to what he said.
    """

    troubles = ("captcha", "login", "closed", "limiter", "maintenance")

    moderated: bool = False
    """Whether every comment waits until it is approved."""
    clock: Callable[[], float] = time.time
    key: bytes = field(default_factory=lambda: secrets.token_bytes(16), repr=False)

    def answer(self, asked: Asked) -> Answer | None:
        if self.trouble == "limiter":
            return html_answer("<h1>429 Too Many Requests</h1>", status=429, headers=(("retry-after", "5"),))
        if self.trouble == "maintenance":
            return html_answer("<h1>503 Service Unavailable</h1>", status=503)
        match (asked.path, asked.method):
            case ("/page/", "GET"):
                return self._page(asked)
            case ("/page", "GET"):
                return Answer(status=301, headers=(("location", "/page/"),))
            case ("/comments/post/", "POST"):
                return self._post(asked)
            case ("/comments/post/", _):
                return Answer(status=405, headers=(("allow", "POST"),))
            case ("/comments/posted/", "GET"):
                return html_answer(HEAD.format(title="谢谢") + "<h1>感谢您的评论。</h1></body></html>")
        return html_answer("<h1>Not Found</h1>", status=404)

    def _page(self, asked: Asked) -> Answer:
        shown = [one for one in self.kept() if one.place == "shown"][::-1][:SHOWN]
        comments = "\n".join(_told(one) for one in shown)
        below = f'{self._form(asked, {}, {})}<ol id="comments">{comments}</ol></body></html>'
        return self._with_cookie(asked, HEAD.format(title="天气和公园") + "<h1>天气和公园</h1>\n" + below)

    def _form(self, asked: Asked, errors: Mapping[str, str], sent: Mapping[str, str]) -> str:
        """The form, with a token that is another each time; a site that is closed has none."""
        if self.trouble == "closed":
            return "<p>评论已关闭。</p>"
        if self.trouble == "login":
            return '<p><a href="/accounts/login/?next=/page/">登录</a>后才能评论。</p>'
        stamp = sent.get("timestamp") or str(int(self.clock()))
        rows = []
        for name, one in FIELDS.items():
            listed = f'<ul class="errorlist"><li>{escape(errors[name])}</li></ul>' if name in errors else ""
            given = escape(sent.get(name, ""))
            filled = (
                one.replace("></", f">{given}</") if name == "comment" else one[:-1] + f' value="{given}">'
            )
            rows.append(f'{listed}<p><label for="id_{name}">{name}:</label>\n{filled}</p>')
        return FORM.format(
            token=self._token(self._secret(asked)),
            stamp=stamp,
            hash=self._hash("sites.site", "1", stamp),
            fields="\n".join(rows),
            captcha=CAPTCHA if self.trouble == "captcha" else "",
        )

    def _with_cookie(self, asked: Asked, text: str) -> Answer:
        cookie = f"csrftoken={self._secret(asked)}; Max-Age=31449600; Path=/; SameSite=Lax"
        headers = (("set-cookie", cookie), ("vary", "Cookie"))
        return html_answer(text, headers=headers if "csrfmiddlewaretoken" in text else ())

    def _secret(self, asked: Asked) -> str:
        """What the cookie holds: what it held before, or a new one that this request's answer sets."""
        held = asked.cookies.get("csrftoken", "")
        if re.fullmatch(r"[A-Za-z0-9]{32}", held):
            return held
        drawn = hmac.new(self.key, str(len(self.asked)).encode(), hashlib.sha256).hexdigest()
        return drawn[:32]

    def _token(self, secret: str, salt: str | None = None) -> str:
        salt = salt or secrets.token_hex(16)
        return salt + hmac.new(self.key, (salt + secret).encode(), hashlib.sha256).hexdigest()[:32]

    def _hash(self, *parts: str) -> str:
        return hmac.new(self.key, "-".join(parts).encode(), hashlib.sha1).hexdigest()

    def _post(self, asked: Asked) -> Answer:
        kind = asked.headers.get("content-type", "").partition(";")[0].strip()
        is_form = kind == "application/x-www-form-urlencoded" and asked.body.isascii()
        sent = asked.form() if is_form else {}
        if not self._is_own(asked, sent.get("csrfmiddlewaretoken", "")):
            return html_answer(FORBIDDEN, status=403)
        if self.trouble == "login":
            return Answer(status=302, headers=(("location", "/accounts/login/?next=/comments/post/"),))
        if self.trouble == "closed" or not self._is_secure(sent):
            return Answer(status=400)
        errors = self._errors(sent)
        if errors or "preview" in sent:
            head = HEAD.format(title="预览评论") + f"<h1>{'请更正下列错误' if errors else '预览评论'}</h1>\n"
            return self._with_cookie(asked, head + self._form(asked, errors, sent) + "</body></html>")
        post = self._repeated(sent) or self._taken(sent)
        place = sent.get("next", "") if sent.get("next", "").startswith("/") else "/comments/posted/"
        where = f"{place}{'&' if '?' in place else '?'}c={post.id}"
        return Answer(status=302, headers=(("location", where),))

    def _is_own(self, asked: Asked, token: str) -> bool:
        """Whether the request comes from a form of this site: by the cookie, and by `Origin` where a browser sends one."""
        origin, held = asked.headers.get("origin"), asked.cookies.get("csrftoken", "")
        if origin is not None and origin.partition("://")[2] != asked.headers.get("host"):
            return False
        return len(token) == 64 and bool(held) and hmac.compare_digest(token, self._token(held, token[:32]))

    def _is_secure(self, sent: Mapping[str, str]) -> bool:
        parts = [sent.get(name, "") for name in ("content_type", "object_pk", "timestamp")]
        if parts[:2] != ["sites.site", "1"] or not re.fullmatch(r"\d{1,12}", parts[2]):
            return False
        is_fresh = self.clock() - int(parts[2]) <= LIFETIME
        return is_fresh and not sent.get("honeypot") and sent.get("security_hash") == self._hash(*parts)

    def _errors(self, sent: Mapping[str, str]) -> dict[str, str]:
        """What is wrong, by field."""
        errors = {
            name: "这个字段是必填项。"
            for name in ("name", "email", "comment")
            if not sent.get(name, "").strip()
        }
        if "email" not in errors and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", sent["email"]):
            errors["email"] = "输入一个有效的 Email 地址。"
        for name, most in (("name", 50), ("comment", 3000)):
            if len(sent.get(name, "")) > most:
                errors[name] = f"确保该变量包含不超过 {most} 字符 (目前字符数 {len(sent[name])})。"
        words = [word for word in sorted(self.hard) if word in sent.get("comment", "").lower()]
        if "comment" not in errors and words:
            named = "、".join(f'"{word[0]}{"-" * (len(word) - 2)}{word[-1]}"' for word in words)
            errors["comment"] = f"请注意用语！这里不允许使用 {named}。"
        if self.trouble == "captcha":
            errors.setdefault("comment", "请输入验证码。")
        return errors

    def _repeated(self, sent: Mapping[str, str]) -> Post | None:
        told = {name: sent.get(name, "") for name in ("name", "email", "url")}
        same = [one for one in self.kept() if one.about == told and one.text == sent["comment"].strip()]
        return next((one for one in same if int(one.at // 86400) == int(self.clock() // 86400)), None)

    def _taken(self, sent: Mapping[str, str]) -> Post:
        text = sent["comment"].strip()
        place: Place = "held" if self.moderated and not self.is_dropped(text) else self.place(text)
        told = {name: sent.get(name, "") for name in ("name", "email", "url")}
        return self.put(text, at=self.clock(), place=place, **told)


def _told(post: Post) -> str:
    return COMMENT.format(id=post.id, name=escape(post.about["name"]), text=escape(post.shown))
