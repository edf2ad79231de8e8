"""NetEase's two signatures, worked out again from what goes over the wire."""

from __future__ import annotations

import hashlib
from urllib.parse import parse_qsl

from hypothesis import given

from tests.sending.signing.wire import TEXTS, fields_of, written


@given(TEXTS)
def test_yidun_signs_the_form_that_is_sent(text: str) -> None:
    """Names and values in the order of the names, without anything between them, then the key; in UTF-8."""
    request = written(
        text,
        "yidun-md5",
        {"key": "the-key"},
        method="POST",
        form={"version": "v5", "content": "{keyword}", "texts": '[{"content": "{keyword:json}"}]'},
    )
    fields = fields_of(request)
    signature = fields.pop("signature")
    joined = "".join(name + fields[name] for name in sorted(fields)) + "the-key"
    assert signature == hashlib.md5(joined.encode(), usedforsecurity=False).hexdigest()
    assert (fields["timestamp"], fields["nonce"]) == ("1702204169250", "n1")
    assert fields["content"] == text


def test_yidun_signs_bytes_where_the_keyword_is_no_utf8() -> None:
    """What is signed is what is sent, in whatever encoding."""
    request = written("谣", "yidun-md5", {"key": "k"}, method="POST", form={"a": "{keyword:gbk}"})
    assert request.body is not None
    pairs = dict(parse_qsl(request.body.decode("ascii"), encoding="latin-1"))
    joined = b"a\xd2\xa5noncen1timestamp1702204169250k"
    assert pairs["signature"] == hashlib.md5(joined, usedforsecurity=False).hexdigest()
    assert pairs["a"].encode("latin-1") == b"\xd2\xa5"


@given(TEXTS)
def test_yunxin_signs_the_moment_and_not_the_text(text: str) -> None:
    """Four headers; seconds, not milliseconds; the form is left alone."""
    request = written(
        text, "yunxin-sha1", {"id": "app", "key": "the-key"}, method="POST", form={"body": "{keyword}"}
    )
    headers = dict(request.headers)
    assert {name: headers[name] for name in ("appkey", "nonce", "curtime", "checksum")} == {
        "appkey": "app",
        "nonce": "n1",
        "curtime": "1702204169",
        "checksum": hashlib.sha1(b"the-keyn11702204169", usedforsecurity=False).hexdigest(),
    }
    assert fields_of(request) == {"body": text}


def test_an_id_that_no_header_can_hold_is_escaped() -> None:
    """A user's secret may be anything, and must neither end the run nor make two headers of one."""
    given = {"id": "é\r\nx-evil: 1", "key": "k"}
    headers = written("x", "yunxin-sha1", given, method="POST", form={"a": "{keyword}"}).headers
    assert dict(headers)["appkey"] == "%C3%A9%0D%0Ax-evil: 1"
    assert "x-evil" not in dict(headers)
