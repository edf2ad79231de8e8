"""Signed requests as they leave, and what stands in them: for tests that sign again what came over the wire."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from hypothesis import strategies as st

from probe.model.exchange import Request
from probe.sending.request import RequestWriter
from tests.builders import make_endpoint

NOW = 1702204169.25
"""Seconds since 1970; what is signed has whole ones."""
AWKWARD = ("谣言", "a b", "a+b", "a&b=c", "100%", "“a”/?#", "~-._", "!'()*", "tank man 坦克人", "\u00e9\n")
"""Texts that each way of escaping writes in its own way."""
TEXTS = st.sampled_from(AWKWARD) | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)


def written(text: str, scheme: str, given: dict[str, str], **template: object) -> Request:
    """The request for a text of a definition that is signed so."""
    sign = {"scheme": scheme, "with": given}
    made = make_endpoint(request={"url": "https://h.example/", **template, "sign": sign})
    return RequestWriter(made, {}).write(text, now=NOW, nonce="n1")


def query_of(request: Request) -> str:
    """The query as it stands in the URL."""
    return urlsplit(request.url).query


def fields_of(request: Request) -> dict[str, str]:
    """What a server reads in the query and in the form together."""
    texts = [query_of(request)]
    if ("content-type", "application/x-www-form-urlencoded") in request.headers and request.body is not None:
        texts.append(request.body.decode("ascii"))
    pairs = [pair for text in texts for pair in parse_qsl(text, keep_blank_values=True, strict_parsing=True)]
    assert len({name for name, _ in pairs}) == len(pairs)
    return dict(pairs)
