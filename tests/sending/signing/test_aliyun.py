"""Alibaba Cloud's signature: the vendor's worked example, and what a server would make of our requests."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given

from probe.model.exchange import Request
from probe.sending.signing.aliyun import sign_aliyun_rpc
from probe.sending.signing.draft import Draft, Moment
from tests.sending.signing.wire import TEXTS, fields_of, query_of, written

GIVEN = {"id": "testid", "key": "testsecret"}


def signature_of(request: Request, key: str) -> str:
    """The signature that a server works out from what came."""
    fields = sorted((name, value) for name, value in fields_of(request).items() if name != "Signature")
    text = "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in fields)
    to_sign = f"{request.method}&%2F&{quote(text, safe='~')}"
    return base64.b64encode(hmac.new(f"{key}&".encode(), to_sign.encode(), hashlib.sha1).digest()).decode()


def test_the_vendors_example() -> None:
    """DescribeRegions, of the documentation; what the definition names already is not named again."""
    draft = Draft(
        method="GET",
        url="https://ecs.aliyuncs.com/",
        query=[("Action", b"DescribeRegions"), ("Version", b"2014-05-26"), ("Format", b"XML")],
        headers={},
        is_signed=True,
    )
    now = datetime(2016, 2, 23, 12, 46, 24, tzinfo=UTC).timestamp()
    sign_aliyun_rpc(draft, GIVEN, Moment(now=now, nonce="3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf"))
    fields = fields_of(draft.finish())
    assert fields["Signature"] == "OLeaidS1JvxuMvnyHOwuJ+uX5qY="
    assert (fields["Format"], fields["Timestamp"]) == ("XML", "2016-02-23T12:46:24Z")


@pytest.mark.parametrize(
    "parts",
    [
        {"query": {"q": "{keyword}", "Action": "A"}},
        {"method": "POST", "query": {"Action": "A"}, "form": {"q": "[{keyword}]", "Format": "XML"}},
        {"method": "POST", "form": {"ServiceParameters": '{"content": "{keyword:json}"}'}},
    ],
)
@given(text=TEXTS)
def test_what_is_signed_is_what_goes_over_the_wire(parts: dict[str, Any], text: str) -> None:
    """The query and the form alike, whatever stands in them."""
    request = written(text, "aliyun-rpc-hmac-sha1", GIVEN, **parts)
    fields = fields_of(request)
    assert fields["Signature"] == signature_of(request, "testsecret")
    assert fields["AccessKeyId"] == "testid"
    assert fields["SignatureNonce"] == "n1"
    assert fields["Timestamp"] == "2023-12-10T10:29:29Z"
    assert text in (fields.get("q") or text)
    assert "+" not in query_of(request)
