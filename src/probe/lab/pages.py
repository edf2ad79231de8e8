"""The bodies the platforms answer with: HTML for people, JSON for programs.

They are as treacherous as real ones: the query is echoed in titles and the search box, and words that sound
like censorship stand at the foot of every page.
"""

import json
from html import escape

from probe.lab.results import Found, Result

HARD_NOTICE = "根据相关法律法规和政策，部分搜索结果未予显示"
SOFT_NOTICE = "根据相关法律法规和政策，部分结果未予显示"

_FOOTER = "依法经营 · 违法和不良信息举报电话：12377 · 没有找到您要的结果？请反馈"


def write_json(value: object) -> str:
    """JSON as Chinese platforms write it, with the characters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def page(title: str, body: str) -> str:
    """The frame around every HTML page; `body` is HTML, `title` is text."""
    return (
        '<!doctype html>\n<html lang="zh-CN">\n<head><meta charset="utf-8">'
        f"<title>{escape(title)}</title></head>\n<body>\n{body}\n<footer>{_FOOTER}</footer>\n</body>\n</html>\n"
    )


def results_page(action: str, text: str, found: Found | None, notice: str | None) -> str:
    """A results page; `found` None: results were withheld, and not even a count is given."""
    parts = [
        f'<form class="search" action="{action}"><input name="q" value="{escape(text)}">'
        "<button>搜索</button></form>"
    ]
    if notice is not None:
        parts.append(f'<div class="notice">{notice}</div>')
    if found is not None:
        parts.append(f'<p class="count">约 {found.total} 条结果</p>')
        if found.results:
            parts.append(f'<ol id="results">\n{"".join(map(_list_item, found.results))}</ol>')
        else:
            parts.append(f'<p class="none">没有找到与“{escape(text)}”相关的结果</p>')
    return page(f"{text} - 搜索", "\n".join(parts))


def _list_item(result: Result) -> str:
    return (
        f'<li class="result"><h3><a href="{escape(result.url)}">{escape(result.title)}</a></h3>'
        f"<cite>{result.host}</cite></li>\n"
    )


def redesigned_results_page(action: str, text: str, found: Found | None, notice: str | None) -> str:
    """The same after a redesign: no class, id or element by which the old page was known is left."""
    parts = [f'<header data-action="{action}"><textarea>{escape(text)}</textarea></header>']
    if notice is not None:
        parts.append(f"<aside>{notice}</aside>")
    cards = "".join(
        f'<div class="card" data-link="{escape(result.url)}"><b>{escape(result.title)}</b>'
        f"<small>{result.host}</small></div>\n"
        for result in (found.results if found is not None else ())
    )
    parts.append(f'<main class="cards">\n{cards}</main>')
    return page(f"{text} | 新版搜索", "\n".join(parts))


def results_json(found: Found, notice: str | None) -> str:
    """Results for programs; the notice, if any, is one more field."""
    items = [{"title": item.title, "url": item.url, "author": item.author} for item in found.results]
    answer: dict[str, object] = {"total": found.total, "items": items}
    if notice is not None:
        answer["notice"] = notice
    return write_json(answer)


def redesigned_results_json(found: Found, notice: str | None) -> str:
    """The same with other names at other depths."""
    cards = [{"name": item.title, "link": item.url} for item in found.results]
    return write_json({"data": {"count": found.total, "tip": notice, "list": cards}})


def moderation_json(suggestion: str, label: int, score: int) -> str:
    """A moderation service's opinion."""
    opinion = {"suggestion": suggestion, "label": label, "score": score}
    return write_json({"code": 0, "message": "ok", "result": opinion})


def redesigned_moderation_json(suggestion: str, score: int) -> str:
    """The same in the service's next version."""
    return write_json({"status": "success", "data": {"action": suggestion, "confidence": score / 100}})


def moderation_error_json(code: int, message: str) -> str:
    """How a moderation service refuses a request, with HTTP 200 all the same."""
    return write_json({"code": code, "message": message})


def disguised_json(voucher: str) -> str:
    """A captcha that looks like zero results; only the voucher tells."""
    return write_json({"total": 0, "items": [], "v_voucher": f"voucher_{voucher}"})


def challenge_page() -> str:
    """Where a captcha's redirect leads."""
    body = (
        '<form id="captcha" method="post"><p>请完成安全验证</p>'
        '<input name="code"><button>提交</button></form>'
    )
    return page("安全验证", body)


def login_page() -> str:
    """Where a login wall's redirect leads."""
    body = (
        '<form id="login" method="post"><p>请登录后继续</p><input name="username">'
        '<input name="password" type="password"><button>登录</button></form>'
    )
    return page("登录", body)


def status_page(status: int, phrase: str, explanation: str = "") -> str:
    """A bare page for a status that is no answer."""
    body = f"<h1>{status} {escape(phrase)}</h1>"
    if explanation:
        body += f"\n<p>{escape(explanation)}</p>"
    return page(f"{status} {phrase}", body)
