import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.lab.censor import Act, Form, Policy
from probe.lab.questions import read_question
from probe.lab.wire import Request, Response

SEARCH = Policy(name="search")
MODERATION = Policy(name="moderation", form=Form.MODERATION, hard_act=Act.BLOCK)


def request(method: str, target: str, body: bytes = b"") -> Request:
    return Request(method=method, target=target, headers={}, body=body, keep_alive=True)


def post(body: bytes) -> str | Response:
    return read_question(MODERATION, request("POST", "/moderation/check", body))


@given(st.text(min_size=1).filter(str.strip))
def test_escaped_and_raw_json_are_the_same_text(text: str) -> None:
    """An application filter sees through an escape that a filter on the wire would miss."""
    escaped = json.dumps({"text": text}).encode()
    raw = json.dumps({"text": text}, ensure_ascii=False).encode()
    assert post(escaped) == post(raw) == text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"text": 1}',
        b'{"text": " "}',
        b'{"text": "\\ud800"}',
        '{"text": "天气"}'.encode("gbk"),
        b"[" * 60_000,
    ],
)
def test_malformed_moderation_requests_are_refused_with_200(body: bytes) -> None:
    """The code in the body is the only sign, as with real services."""
    refused = post(body)
    assert isinstance(refused, Response)
    assert refused.status == 200
    assert json.loads(refused.body)["code"] == 40001


@pytest.mark.parametrize("target", ["/x/search", "/x/search?q=", "/x/search?q=+", "/x/search?q=%CC%EC"])
def test_a_search_for_nothing_is_refused(target: str) -> None:
    """An empty or undecodable question is a mistake, not a text without results."""
    refused = read_question(SEARCH, request("GET", target))
    assert isinstance(refused, Response)
    assert refused.status == 400


@pytest.mark.parametrize(
    ("policy", "method", "allowed"), [(SEARCH, "POST", "GET, HEAD"), (MODERATION, "GET", "POST")]
)
def test_the_wrong_method_is_refused(policy: Policy, method: str, allowed: str) -> None:
    """And the right one is named."""
    refused = read_question(policy, request(method, f"{policy.path}?q=1"))
    assert isinstance(refused, Response)
    assert (refused.status, refused.headers) == (405, {"Allow": allowed})
