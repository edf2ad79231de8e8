"""Tencent Cloud, API 3.0: TC3-HMAC-SHA256.

Source: cloud.tencent.com/document/api/213/30654 and its worked example.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime

from probe.sending.signing.draft import Draft, Given, Moment, percent

_ALGORITHM = "TC3-HMAC-SHA256"
_SIGNED = "content-type;host"


def sign_tc3(draft: Draft, given: Given, moment: Moment) -> None:
    """Add X-TC-Timestamp and Authorization. Needs `id`, `key` and `service`."""
    seconds = int(moment.now)
    day = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")
    scope = f"{day}/{given['service']}/tc3_request"
    canonical = "\n".join(
        [
            draft.method,
            "/",
            "&".join(f"{percent(name)}={percent(value)}" for name, value in draft.query),
            f"content-type:{draft.headers.get('content-type', '')}\nhost:{draft.authority.lower()}\n",
            _SIGNED,
            hashlib.sha256(draft.body or b"").hexdigest(),
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
