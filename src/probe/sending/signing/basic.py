"""Basic: a name and a password in a header (RFC 7617), so that nobody needs to write base64 by hand."""

from __future__ import annotations

import base64

from probe.sending.signing.draft import Draft, Given, Moment


def sign_basic(draft: Draft, given: Given, moment: Moment) -> None:
    """Add the header Authorization. Needs `id`, the name, and `key`, the password."""
    pair = f"{given['id']}:{given['key']}"
    draft.headers["authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
