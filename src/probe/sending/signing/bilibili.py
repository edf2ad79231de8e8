"""Bilibili's web API: the WBI signature, whose key is made of two that its navigation page gives and changes daily.

Source: SocialSisterYi/bilibili-API-collect, docs/misc/sign/wbi.md, and its worked example.
"""

from __future__ import annotations

import hashlib

from probe.sending.signing.draft import Draft, Given, Moment, query_text

_ORDER = (
    46, 47, 18, 2, 53, 8, 23, 32, 15, 50, 10, 31, 58, 3, 45, 35,
    27, 43, 5, 49, 33, 9, 42, 19, 29, 28, 14, 39, 12, 38, 41, 13,
)  # fmt: skip
"""Places of the two keys, one behind the other, from which the key of the signature is read (the first 32 of 64)."""


def mixin_key(img_key: str, sub_key: str) -> str:
    """The key of the signature; each of the two keys is a file's name of 32 hexadecimal digits."""
    both = img_key + sub_key
    return "".join(both[place] for place in _ORDER if place < len(both))


def sign_wbi(draft: Draft, given: Given, moment: Moment) -> None:
    """Add wts and w_rid to the query, sorted, and without !'()* in its values. Needs `img_key` and `sub_key`."""
    pairs = [*draft.query, ("wts", str(int(moment.now)).encode())]
    draft.query = sorted((name, value.translate(None, b"!'()*")) for name, value in pairs)
    text = query_text(draft.query) + mixin_key(given["img_key"], given["sub_key"])
    digest = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
    draft.query.append(("w_rid", digest.encode()))
