"""Tencent Cloud, API 3.0: TC3-HMAC-SHA256.

Source: cloud.tencent.com/document/api/213/30654 and its worked example.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime

from probe.sending.signing.draft import Draft, Given, Moment, query_text

_ALGORITHM = "TC3-HMAC-SHA256"
_SIGNED = "content-type;host"
_WITHOUT_BODY = "application/x-www-form-urlencoded"
"""The only Content-Type that the platform takes with a GET; it demands one, as it is signed."""


def sign_tc3(draft: Draft, given: Given, moment: Moment) -> None:
    """Add X-TC-Timestamp and Authorization. Needs `id`, `key` and `service`."""
    seconds = int(moment.now)
    day = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")
    scope = f"{day}/{given['service']}/tc3_request"
    media_type = draft.headers.setdefault("content-type", _WITHOUT_BODY)
    canonical = "\n".join(
        [
            draft.method,
            "/",
            query_text(draft.query),
            f"content-type:{media_type}\nhost:{draft.authority.lower()}\n",
            _SIGNED,
            hashlib.sha256(draft.finish().body or b"").hexdigest(),
        ]
    )
    to_sign = "\n".join([_ALGORITHM, str(seconds), scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = f"TC3{given['key']}".encode()
    for part in (day, given["service"], "tc3_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.new(key, to_sign.encode(), "sha256").hexdigest()
    draft.headers["x-tc-timestamp"] = str(seconds)
    draft.headers["authorization"] = (
        f"{_ALGORITHM} Credential={given['id']}/{scope}, SignedHeaders={_SIGNED}, Signature={signature}"
    )
