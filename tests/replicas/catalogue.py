"""The catalogue: for each shipped definition its replica, and what a run must say of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from probe.model.verdict import Status
from tests.replicas.aliyun import Aliyun
from tests.replicas.baidu import BaiduHtml, BaiduJson, Zhidao
from tests.replicas.baidu_censor import BaiduCensor
from tests.replicas.bilibili import Bilibili
from tests.replicas.bing import Bing
from tests.replicas.douban import Douban
from tests.replicas.firewall import Firewall
from tests.replicas.netease import Yidun
from tests.replicas.replica import Replica
from tests.replicas.so import So
from tests.replicas.sogou import Sogou, SogouWeixin
from tests.replicas.tencent import Tencent
from tests.replicas.wechat import MsgSecCheck
from tests.replicas.weibo import WeiboMobile, WeiboSearch, WeiboTopic
from tests.replicas.western import Azure, OpenAI
from tests.replicas.wiki import MediaWiki, SearXNG
from tests.replicas.x import XSearch


@dataclass(frozen=True, kw_only=True)
class Case:
    """One definition and its platform."""

    replica: Callable[[], Replica]
    hard: tuple[Status, ...] = (Status.BLOCKED,)
    """What words may be that the platform keeps back altogether; no admission of not knowing where it shows that it does."""
    soft: Status | None = Status.FILTERED
    """What words are of which it shows only some; None where it knows no such thing."""
    searches: bool = True
    """Whether there can be zero results at all."""
    secrets: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    """Where they are not just the replica's address, which `BASE` stands for."""


UNPROVEN = (Status.INCONCLUSIVE, Status.UNMEASURED)
"""Where an empty answer is all that a platform gives, and nothing proves what it means."""

CASES: dict[str, Case] = {
    "wechat-search": Case(replica=SogouWeixin),
    "sogou-search": Case(replica=Sogou),
    "so-search": Case(replica=So),
    "baidu-json": Case(replica=BaiduJson),
    "baidu-search": Case(replica=BaiduHtml),
    "baidu-zhidao": Case(replica=Zhidao, soft=None),
    "douban-search": Case(replica=Douban, soft=None),
    "bing-cn": Case(replica=Bing),
    "bing-market": Case(replica=Bing),
    "mediawiki-search": Case(replica=MediaWiki, soft=None, variables={"base": "BASE/w"}),
    "searxng-search": Case(replica=SearXNG, soft=None),
    "wechat-msgsec": Case(
        replica=MsgSecCheck,
        searches=False,
        secrets={
            "WECHAT_APPID": "wx0123456789abcdef",
            "WECHAT_SECRET": "replica-secret",
            "WECHAT_OPENID": "o-replica-user",
        },
    ),
    "wechat-msgsec-v1": Case(
        replica=MsgSecCheck,
        searches=False,
        soft=None,
        secrets={"WECHAT_APPID": "wx0123456789abcdef", "WECHAT_SECRET": "replica-secret"},
    ),
    "yidun-text": Case(
        replica=Yidun,
        searches=False,
        secrets={
            "YIDUN_ID": "replica-id",
            "YIDUN_KEY": "replica-key",
            "YIDUN_BUSINESS": "replica-business",
        },
    ),
    "baidu-censor": Case(
        replica=BaiduCensor,
        searches=False,
        secrets={"BAIDU_API_KEY": "replica-id", "BAIDU_SECRET_KEY": "replica-secret"},
    ),
    "tencent-tms": Case(
        replica=Tencent,
        searches=False,
        secrets={"TENCENT_ID": "AKIDreplica", "TENCENT_KEY": "replica-key"},
    ),
    "aliyun-text-plus": Case(
        replica=Aliyun,
        searches=False,
        secrets={"ALIYUN_ID": "replica-id", "ALIYUN_KEY": "replica-secret"},
    ),
    "openai-moderation": Case(
        replica=OpenAI, searches=False, soft=None, secrets={"OPENAI_KEY": "sk-replica"}
    ),
    "azure-content-safety": Case(
        replica=Azure, searches=False, secrets={"AZURE_CONTENT_SAFETY_KEY": "replica-key"}
    ),
    "weibo-search": Case(replica=WeiboSearch, secrets={"WEIBO_SUB": "_2A25replica"}),
    "weibo-mobile": Case(replica=WeiboMobile, soft=None, hard=UNPROVEN),
    "weibo-mobile-old": Case(replica=WeiboMobile, soft=None, hard=UNPROVEN),
    "weibo-topic": Case(replica=WeiboTopic, soft=None),
    "bilibili-search": Case(replica=Bilibili, soft=None, hard=UNPROVEN),
    "x-search": Case(replica=XSearch, soft=None, secrets={"X_BEARER": "replica"}),
    **{
        name: Case(replica=lambda: Firewall(residual=0.01), soft=None, searches=False)
        for name in ("gfw-http", "gfw-http-gb18030", "gfw-http-path", "gfw-http-host")
    },
}
