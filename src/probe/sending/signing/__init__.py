"""Signing: how platforms want requests signed, one function a scheme. No definition holds code: these are all there are."""

from __future__ import annotations

from collections.abc import Callable

from probe.model.asking import Scheme
from probe.sending.signing.aliyun import sign_aliyun_rpc
from probe.sending.signing.basic import sign_basic
from probe.sending.signing.bilibili import sign_wbi
from probe.sending.signing.draft import Draft, Given, Moment, header_text
from probe.sending.signing.netease import sign_yidun, sign_yunxin
from probe.sending.signing.tencent import sign_tc3

__all__ = ["SIGNERS", "Draft", "Moment", "header_text"]

SIGNERS: dict[Scheme, Callable[[Draft, Given, Moment], None]] = {
    Scheme.TC3: sign_tc3,
    Scheme.ALIYUN: sign_aliyun_rpc,
    Scheme.YIDUN: sign_yidun,
    Scheme.YUNXIN: sign_yunxin,
    Scheme.WBI: sign_wbi,
    Scheme.BASIC: sign_basic,
}
"""What signs a draft, in place."""
