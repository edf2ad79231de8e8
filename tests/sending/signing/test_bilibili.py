"""Bilibili's signature: the worked example, and what a server would make of our requests."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given

from probe.sending.signing.bilibili import mixin_key, sign_wbi
from probe.sending.signing.draft import Draft, Moment
from tests.sending.signing.wire import NOW, TEXTS, fields_of, query_of, written

GIVEN = {"img_key": "7cd084941338484aae1ad9425b84077c", "sub_key": "4932caff0ff746eab6f01bf08b70ac45"}
MIXED = "ea1db124af3c7062474693fa704f4ff8"


def test_the_worked_example() -> None:
    """Key and signature of the documentation, from parameters in another order."""
    assert mixin_key(GIVEN["img_key"], GIVEN["sub_key"]) == MIXED
    draft = Draft(
        method="GET",
        url="https://api.bilibili.com/x",
        query=[("zab", b"1919810"), ("foo", b"114"), ("bar", b"514")],
        headers={},
        is_signed=True,
    )
    sign_wbi(draft, GIVEN, Moment(now=NOW, nonce=""))
    assert draft.finish().url == (
        "https://api.bilibili.com/x?bar=514&foo=114&wts=1702204169&zab=1919810&w_rid=8f6f2b5b3d485fe1886cec6a0be8c5d4"
    )


@given(TEXTS)
def test_what_is_signed_is_what_goes_over_the_wire(text: str) -> None:
    """The server signs the query as it comes, in which a + would be another text than %20; some signs are left out."""
    request = written(text, "bilibili-wbi", GIVEN, query={"z": "1", "keyword": "{keyword}"})
    signed, _, signature = query_of(request).rpartition("&w_rid=")
    assert signature == hashlib.md5((signed + MIXED).encode(), usedforsecurity=False).hexdigest()
    assert "+" not in signed
    fields = fields_of(request)
    assert list(fields) == ["keyword", "wts", "z", "w_rid"]
    assert fields["keyword"] == text.translate(dict.fromkeys(map(ord, "!'()*")))
    assert fields["wts"] == "1702204169"


@pytest.mark.parametrize(
    ("text", "sent"), [("one one", "one%20one"), ("五一四", "%E4%BA%94%E4%B8%80%E5%9B%9B")]
)
def test_values_are_escaped_as_the_documentation_says(text: str, sent: str) -> None:
    """A space is %20, and digits are in upper case."""
    assert f"&q={sent}&" in written(text, "bilibili-wbi", GIVEN, query={"a": "1", "q": "{keyword}"}).url


def test_keys_that_are_none_make_no_error() -> None:
    """What the page gave may be anything: the platform then refuses the signature, and says so."""
    assert mixin_key("", "") == ""
    assert len(mixin_key("a" * 10, "b" * 10)) < 32
