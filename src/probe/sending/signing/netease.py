"""NetEase: the content check Yidun, and the messenger Yunxin.

Sources: the vendor's own yidun/antispam-python-demo (2024-07); the Yunxin server guide as republished 2016 to 2024.
"""

from __future__ import annotations

import hashlib

from probe.sending.signing.draft import Draft, Given, Moment


def sign_yidun(draft: Draft, given: Given, moment: Moment) -> None:
    """Add timestamp, nonce and signature to the form: MD5 of all names and values in order, with the key behind them.

    Needs `key`.
    """
    form = draft.form if draft.form is not None else []
    form += [("timestamp", str(int(moment.now * 1000)).encode()), ("nonce", moment.nonce.encode())]
    text = b"".join(name.encode() + value for name, value in sorted(form))
    # MD5 is what the platform asks for; nothing here relies on it.
    digest = hashlib.md5(text + given["key"].encode(), usedforsecurity=False).hexdigest()
    form.append(("signature", digest.encode()))
    draft.form = form


def sign_yunxin(draft: Draft, given: Given, moment: Moment) -> None:
    """Add the headers AppKey, Nonce, CurTime and CheckSum: SHA1 of key, nonce and seconds. Needs `id` and `key`."""
    seconds = str(int(moment.now))
    text = f"{given['key']}{moment.nonce}{seconds}"
    draft.headers |= {
        "appkey": given["id"],
        "nonce": moment.nonce,
        "curtime": seconds,
        "checksum": hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest(),
    }
