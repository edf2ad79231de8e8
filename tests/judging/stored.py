"""Answers as they come and conditions as definitions have them, by chance, for tests of what is stored of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from hypothesis import strategies as st

from probe.model.definition import Definition
from probe.model.exchange import Exchange, Failure, Stage
from probe.model.rule import When
from tests.builders import make_answer, make_definition, make_failure

KEYWORD = "谣言"
_TEXTS = ["captcha", "notice", KEYWORD, "results", "x"]
_RESULT = '<li class="result"><a href="http://{}/1">{}</a></li>'
_AUTHOR = "<b>{}</b>"
_APPROVED = [f"社{number}" for number in range(120)]
_AUTHORS = [[], ["社1"], ["社1", "网友"], _APPROVED[:99], _APPROVED[:100], _APPROVED, [*_APPROVED, "网友"]]
"""Few, and more than facts keep, with and without one who is not authorised."""


def definition_of(rules: Sequence[dict[str, Any]], **changes: Any) -> Definition:
    """A definition that counts results and reads their hosts and authors."""
    return make_definition(
        **{
            "results": {
                "count": {"css": "li.result"},
                "hosts": {"css": "li.result a", "attribute": "href"},
                "authors": {"css": "b"},
            },
            "controls": {"authorised": ["people.example"], "authorised_authors": _APPROVED},
            **changes,
            "rules": rules,
        }
    )


def _tests() -> st.SearchStrategy[Any]:
    return st.sampled_from([*_TEXTS, ["captcha", "notice"], {"pattern": "ca.tcha|no.ice"}, {"contains": "x"}])


def _parts() -> dict[str, st.SearchStrategy[Any]]:
    return {
        "failure": st.sampled_from(["connection_reset", ["eof_error", "generic_timeout_error"]]),
        "stage": st.sampled_from(["read", ["dial", "tls"]]),
        "status": st.sampled_from([200, 302, 404, "4xx", "300-599", [200, "5xx"]]),
        "redirect": _tests(),
        "header": st.sampled_from([{"Server": "x"}, {"x-missing": "x"}]),
        "json": st.sampled_from([{"code": 0}, {"code": {"exists": False}}, {"list": {"exists": True}}]),
        "css": st.sampled_from(["li.result", "p.none", ["div.notice", "p.none"]]),
        "title": _tests(),
        "text": _tests(),
        "body": _tests(),
        "count": st.sampled_from([0, ">=1", "2-3"]),
        "length": st.sampled_from([0, ">100", "<50"]),
        "hosts": st.just("authorised"),
        "authors": st.just("authorised"),
    }


@st.composite
def plain_conditions(draw: st.DrawFn) -> dict[str, Any]:
    """A condition as YAML says it, without `not`; sometimes an empty one."""
    parts = _parts()
    names = draw(st.lists(st.sampled_from([*parts]), unique=True, max_size=3))
    return {name: draw(parts[name]) for name in names}


def conditions() -> st.SearchStrategy[When]:
    """Any condition that needs no other answers to be compared with."""
    return nested_conditions().map(lambda parts: msgspec.convert(parts, When))


def nested_conditions() -> st.SearchStrategy[dict[str, Any]]:
    """The same as YAML says it."""
    return st.recursive(
        plain_conditions(),
        lambda inner: st.builds(lambda parts, no: {**parts, "not": no}, plain_conditions(), inner),
        max_leaves=3,
    )


def answers() -> st.SearchStrategy[Exchange]:
    """Pages, redirects, JSON, failures."""
    hosts = st.lists(st.sampled_from(["people.example", "www.people.example", "blog.example"]), max_size=4)
    pages = st.builds(
        lambda hosts, authors, text, title, status: make_answer(
            f"<html><title>{title}</title><body><p>{text}</p>"
            + "".join(_RESULT.format(host, KEYWORD) for host in hosts)
            + "".join(map(_AUTHOR.format, authors)),
            status=status,
            headers={"server": "x"},
        ),
        hosts,
        st.sampled_from(_AUTHORS),
        st.sampled_from(_TEXTS),
        st.sampled_from(_TEXTS),
        st.sampled_from([200, 403, 404, 503]),
    )
    redirects = st.builds(
        lambda path, status: make_answer("", status=status, headers={"location": path}),
        st.sampled_from(
            ["/captcha", f"/?q={KEYWORD}", "http://x.example/notice", "//[", "/a b", "/" + "x" * 200]
        ),
        st.sampled_from([200, 301, 302]),
    )
    documents = st.builds(
        lambda body: make_answer(body, headers={"content-type": "application/json"}),
        st.sampled_from(['{"code": 0}', '{"code": 1, "list": []}', "[", "null"]),
    )
    failures = st.builds(make_failure, st.sampled_from([*Failure]), st.sampled_from([*Stage]))
    return st.one_of(pages, redirects, documents, failures)
