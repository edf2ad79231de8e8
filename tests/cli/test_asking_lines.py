"""What an endpoint asks and needs, in lines for its page."""

from __future__ import annotations

from typing import Any

from probe.cli.asking_lines import asking_lines, known_hosts, need_lines, unset
from tests.builders import make_definition

SESSION = [
    {
        "id": "visitor",
        "request": {"url": "https://pass.example/v", "method": "POST", "form": {"a": "{secret:APP}"}},
        "take": {"sub": {"cookie": "SUB"}, "subp": {"cookie": "SUBP"}},
    },
    {
        "id": "token",
        "request": {"url": "{base}/token?s={sub}"},
        "take": {"token": {"json": "t"}},
        "cache_for": 7000,
    },
]


def lines(**parts: Any) -> list[str]:
    return list(asking_lines(make_definition(**parts)))


def test_a_request_is_told_with_its_slots_and_its_host() -> None:
    """What never changes is left out; what the keyword stands in is not."""
    request = {
        "url": "https://s.example/x",
        "method": "POST",
        "query": {"page": "1", "n": "{nonce}"},
        "json": {"a": [{"t": "{keyword}"}]},
    }
    assert lines(request=request) == [
        "POST https://s.example/x",
        "query.n: {nonce}",
        "json.a.0.t: {keyword}",
        "host: s.example:443",
    ]
    assert lines(request={"url": "http://s.example/{keyword}", "connection": "fresh"}) == [
        "GET http://s.example/{keyword}",
        "host: s.example:80",
        "a fresh connection for each question",
    ]


def test_a_session_is_told_before_the_request() -> None:
    """Each step with what it is for and how long that is good; all hosts that are asked are named."""
    variables = {"base": {"default": "https://api.example:8443"}}
    request = {"url": "{base}/check?q={keyword}&t={token}"}
    assert lines(session=SESSION, variables=variables, request=request) == [
        "first visitor: POST https://pass.example/v, for sub, subp",
        "  again after 1 h 00 min",
        "first token: GET {base}/token?s={sub}, for token",
        "  again after 1 h 57 min",
        "GET {base}/check?q={keyword}&t={token}",
        "host: api.example:8443, pass.example:443",
    ]


def test_a_signature_is_named_and_its_secrets_are_needed() -> None:
    """The scheme alone: what it is given stands among what the user must set."""
    sign = {"scheme": "yunxin-sha1", "with": {"id": "{secret:ID}", "key": "{secret:KEY}"}}
    definition = make_definition(
        request={"url": "http://s.example/", "method": "POST", "form": {"b": "{keyword}"}, "sign": sign}
    )
    said = list(asking_lines(definition))
    assert "signed: yunxin-sha1" in said
    assert not [line for line in said if "secret" in line]
    assert list(need_lines(definition)) == [
        "the secret ID, in the environment as PROBE_SECRET_ID",
        "the secret KEY, in the environment as PROBE_SECRET_KEY",
    ]


def test_secrets_of_a_session_are_needed_too() -> None:
    """And variables with what they are, and what is taken where they are not set."""
    variables = {"base": {"help": "your server"}, "lang": {"default": "zh"}}
    definition = make_definition(session=SESSION, variables=variables, risk={"account": True})
    assert list(need_lines(definition)) == [
        "--set base=VALUE (your server); must be set",
        "--set lang=VALUE; else zh",
        "the secret APP, in the environment as PROBE_SECRET_APP",
        "an account",
    ]


def test_a_host_that_is_the_users_to_name_is_said_so() -> None:
    """With the option that names it."""
    parts = {"variables": {"base": {}}, "request": {"url": "{base}/?q={keyword}"}}
    assert lines(**parts)[-1] == "host: yours, with --set base=..."
    assert known_hosts(make_definition(**parts)) == []
    assert unset(make_definition()) == "NAME"


def test_what_cannot_be_asked_says_why() -> None:
    """Since when, and what comes nearest, where that is known."""
    gone = {"request": {"url": ""}, "rules": [], "stability": "retired", "why_not": "it was closed"}
    assert lines(**gone) == ["nothing: it cannot be asked", "it was closed"]
    assert lines(**gone, since="2021-02", instead=["a", "b"]) == [
        "nothing: it cannot be asked, since 2021-02",
        "it was closed",
        "nearest to it: a, b",
    ]
    assert known_hosts(make_definition(**gone)) == []


def test_a_list_asks_nobody() -> None:
    """A file, which of its columns, and what makes a text censored."""
    local = {"file": "{list}", "column": "keyword"}
    parts = {"kind": "local", "request": {"url": ""}, "variables": {"list": {}}}
    assert lines(**parts, local=local) == [
        "nobody: a text that holds a word of the file {list}, column keyword is censored"
    ]
    assert lines(**parts, local={"file": "a.txt", "match": "equals"}) == [
        "nobody: a text that is a word of the file a.txt is censored"
    ]
