"""Open search: a wiki of MediaWiki, and the meta search SearXNG."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any, ClassVar

from tests.replicas.replica import Answer, Asked, Replica, html_answer, json_answer

QUOTED = "百度贴吧称“抱歉，根据相关法律法规和政策，本吧暂不开放。”"
"""What pages write about another platform: it says nothing about this one."""
TITLES = ("{}", "History of {}", "{} (disambiguation)", "List of works about {}")
ERRORS = {
    "ratelimited": "You've exceeded your rate limit. Please wait some time and try again.",
    "maxlag": "Waiting for a database server: 6.2 seconds lagged.",
    "missingparam": 'The "srsearch" parameter must be set.',
    "badvalue": 'Unrecognized value for parameter "{}".',
}


def _said(text: str) -> list[str]:
    """A piece of each page; for words of even length one quotes another platform."""
    said = [f"{text} is described here, with sources ({number})." for number in range(len(TITLES))]
    return said if len(text) % 2 else [said[0] + " " + QUOTED, *said[1:]]


@dataclass(kw_only=True)
class MediaWiki(Replica):
    """A wiki at /w/: its errors stand in answers with status 200, and it wants to know who asks."""

    troubles: ClassVar[tuple[str, ...]] = ("ratelimited", "http-429", "maxlag")

    def answer(self, asked: Asked) -> Answer | None:
        if asked.path != "/w/api.php":
            return Answer(status=404)
        if asked.method != "GET" or not asked.target.isascii():
            return Answer(status=400)
        # the name of a library does not say who asks
        if asked.headers.get("user-agent", "python").lower().startswith(("python", "curl")):
            return Answer(status=403, body="Please set a user-agent and respect our policy on robots.")
        if self.trouble == "http-429":
            return Answer(status=429, headers=(("retry-after", "5"),), body="Too many requests")
        try:
            query = asked.query()
        except UnicodeDecodeError:
            return Answer(status=400)
        if query.get("format") != "json":  # then a page in HTML that shows the JSON
            return html_answer("<html><title>MediaWiki API result</title></html>")
        error = self.trouble or _fault(query)
        if error:
            return json_answer({"error": {"code": error, "info": ERRORS[error]}, "servedby": "mw1"})
        return json_answer(self._found(query))

    def _found(self, query: dict[str, str]) -> dict[str, Any]:
        """What a wiki that censors its search would say is not known: it says that it has nothing."""
        text = query["srsearch"]
        has_results = self.has_results(text) and not self.is_hard(text)
        pages = _pages(text, query.get("srprop", "size|wordcount|timestamp|snippet")) if has_results else []
        found = {"searchinfo": {"totalhits": 57 if pages else 0}, "search": pages}
        is_old = query.get("formatversion", "1") == "1"
        more = {"continue": {"sroffset": 10, "continue": "-||"}} if pages else {}
        return {"batchcomplete": "" if is_old else True, **more, "query": found}


def _fault(query: dict[str, str]) -> str | None:
    """The code of what is wrong with the parameters."""
    if not query.get("srsearch"):
        return "missingparam"
    numbers = query.get("srlimit", "10") + query.get("sroffset", "0")
    is_search = query.get("action") == "query" and query.get("list") == "search"
    is_where = query.get("srwhat", "text") in {"text", "title", "nearmatch"}
    return None if is_search and is_where and numbers.isdigit() else "badvalue"


def _pages(text: str, wanted: str) -> list[dict[str, Any]]:
    """The pages, a redirect behind them; each with those properties that are wanted."""
    mark = f'<span class="searchmatch">{escape(text)}</span>'
    snippets = [*(said.replace(text, mark) for said in _said(text)), f"#REDIRECT [[{escape(text)}]]"]
    pages = []
    for number, (title, snippet) in enumerate(zip((*TITLES, "{} (history)"), snippets, strict=True)):
        about = {"size": 5120, "wordcount": 640, "snippet": snippet, "timestamp": "2026-11-02T08:15:30Z"}
        kept = {name: value for name, value in about.items() if name in wanted.split("|")}
        pages.append({"ns": 0, "title": title.format(text), "pageid": 4200 + number, **kept})
    return pages


@dataclass(kw_only=True)
class SearXNG(Replica):
    """An instance that has JSON switched on; it asks other engines, some of which may not answer."""

    troubles: ClassVar[tuple[str, ...]] = ("json-off", "limiter", "unresponsive")

    def answer(self, asked: Asked) -> Answer | None:
        if asked.path != "/search":
            return Answer(status=404)
        if asked.method not in {"GET", "POST"} or not asked.target.isascii():
            return Answer(status=400)
        try:
            query = asked.query() if asked.method == "GET" else asked.form()
        except UnicodeDecodeError:
            return Answer(status=400)
        if not query.get("q") or query.get("format") != "json" or not _fits(query):
            return Answer(status=400)
        if self.trouble == "limiter":
            return html_answer("<html><title>429 Too Many Requests</title></html>", status=429)
        if self.trouble == "json-off":
            return html_answer("<html><title>403 Forbidden</title></html>", status=403)
        return json_answer(self._found(query["q"]))

    def _found(self, text: str) -> dict[str, Any]:
        """Engines that do not answer leave nothing, or leave less; SearXNG itself knows no censored search."""
        silent: list[list[str]] = []
        results: list[dict[str, Any]] = []
        if self.trouble == "unresponsive":
            silent = [["bing", "timeout"], ["duckduckgo", "CAPTCHA"], ["google", "Suspended: access denied"]]
        elif self.has_results(text) and not self.is_hard(text):
            silent = [["duckduckgo", "CAPTCHA"]]
            results = _results(text)
        return {
            "query": text,
            # engines seldom tell how much there is
            "number_of_results": 12400 if results and len(text) % 2 else 0,
            "results": results,
            "answers": [],
            "corrections": [],
            "infoboxes": [],
            "suggestions": [f"{text} meaning"] if results else [],
            "unresponsive_engines": silent,
        }


def _fits(query: dict[str, str]) -> bool:
    """Whether the other parameters have values that there are."""
    return (
        query.get("safesearch", "") in {"", "0", "1", "2"}
        and query.get("time_range", "") in {"", "day", "week", "month", "year"}
        and query.get("pageno", "1").isdigit()
    )


def _results(text: str) -> list[dict[str, Any]]:
    return [
        {
            "url": f"https://www.example.org/articles/{number}",
            "title": title.format(text),
            "content": said,
            "engine": "bing",
            "engines": ["bing", "google"],
            "category": "general",
            "score": 2.0 / (number + 1),
        }
        for number, (title, said) in enumerate(zip(TITLES, _said(text), strict=True))
    ]
