"""Alibaba Cloud, RPC style: HMAC-SHA1 over all sorted parameters.

Source: help.aliyun.com, "RPC request signature", signature version 1.0, and its worked example.
"""

from __future__ import annotations

import base64
import hmac
from datetime import UTC, datetime

from probe.sending.signing.draft import Draft, Given, Moment, percent, query_text


def sign_aliyun_rpc(draft: Draft, given: Given, moment: Moment) -> None:
    """Add the parameters that every call has, and Signature, to the query. Needs `id` and `key`."""
    stamp = datetime.fromtimestamp(int(moment.now), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    common = {
        "Format": "JSON",
        "AccessKeyId": given["id"],
        "SignatureMethod": "HMAC-SHA1",
        "SignatureVersion": "1.0",
        "SignatureNonce": moment.nonce,
        "Timestamp": stamp,
    }
    there = {name for name, _ in [*draft.query, *(draft.form or [])]}
    draft.query += [(name, value.encode()) for name, value in common.items() if name not in there]
    signed = sorted([*draft.query, *(draft.form or [])])
    to_sign = f"{draft.method}&{percent('/')}&{percent(query_text(signed))}"
    digest = hmac.digest(f"{given['key']}&".encode(), to_sign.encode(), "sha1")
    draft.query.append(("Signature", base64.b64encode(digest)))
