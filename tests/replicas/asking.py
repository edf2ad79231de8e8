"""Asking a replica through the definition that probe ships for its platform: the whole engine, nothing left out."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from probe.assembly import Job, assemble
from probe.events import Event, Judged
from probe.inputs.endpoints import open_endpoints, read_endpoint
from probe.inputs.keywords import benign_words
from probe.model.definition import Endpoint
from probe.model.run import Run
from probe.model.verdict import Status, Verdict
from probe.run import run
from probe.sending.pacing import Clock
from tests.replicas.chat import ChatReplica
from tests.replicas.chat_stream import served_in_pieces
from tests.replicas.replica import Replica, served
from tests.scenarios.practice import Words, limited

_SERVED = """
牛奶 面包 苹果 橙子 西瓜 葡萄 茶叶 咖啡豆 米粉 豆腐 自行车 火车 飞机 轮船 地铁 汽车 雨伞 帽子 手套 围巾
书包 铅笔 橡皮 台灯 窗帘 沙滩 森林 河流 山谷 草原 猫咪 小狗 兔子 金鱼 松鼠
"""
SERVED = tuple(_SERVED.split())
"""35 words that are served."""
UNKNOWN = ("空谷幽兰草", "石破云惊录", "木鱼水心集", "竹影扫阶图", "梅雪争春谱")
"""5 words of which there are no documents."""
HARD = ("甲字一号", "乙字二号案", "丙字三号", "丁字四号案", "戊字五号")
"""5 words that the platform keeps back altogether."""
SOFT = ("子时旧闻", "丑时旧闻录", "寅时旧闻", "卯时旧闻录", "辰时旧闻")
"""5 words of which it shows only some results."""

QUICK = {
    "rate": None,
    "jitter": 0.0,
    "control_wait": 0.01,
    "residual_wait": 0.02,
    "longest_wait": 0.05,
    "patience": 2,
    "deadline": 5.0,
    "retries": 1,
    "per_day": None,
}
"""Limits for a server of this machine's own: what was waited for elsewhere is tested elsewhere."""


@dataclass
class Asked:
    """What came of asking."""

    verdicts: dict[str, Verdict] = field(default_factory=dict)
    document: Run | None = None

    def status(self, words: Sequence[str]) -> dict[str, Status]:
        return {word: self.verdicts[word].status for word in words}

    def unlike(self, words: Sequence[str], *statuses: Status) -> list[str]:
        """What is wrong where all these words should have one of these statuses."""
        found = (self.verdicts[word] for word in words)
        return [f"{one.keyword}: {one.status}, {one.reason}" for one in found if one.status not in statuses]


def open_at(name: str, base: str, variables: Mapping[str, str]) -> Endpoint:
    """A definition, shipped or in a file, whose addresses lead to one replica."""
    settings = [f"{variable}={base}" for variable in addresses(name) if variable not in variables]
    settings += [f"{variable}={value.replace('BASE', base)}" for variable, value in variables.items()]
    (endpoint,) = open_endpoints([name], settings)
    return limited(endpoint, QUICK)


def addresses(name: str) -> list[str]:
    """The variables of a definition that are addresses."""
    definition = read_endpoint(name).definition
    assert definition is not None
    variables = definition.variables.items()
    return [key for key, one in variables if (one.default or "http").startswith("http")]


def ask_replica(
    name: str,
    replica: Replica,
    words: Sequence[str],
    *,
    secrets: Mapping[str, str],
    variables: Mapping[str, str],
    clock: Clock | None = None,
    limits: Mapping[str, Any] | None = None,
) -> Asked:
    """Ask a replica about words. What its definition's controls are made of is known to it, or censored there.

    `limits` differ from QUICK; with a quicker `clock` what takes long takes less.
    """
    serve = served_in_pieces if isinstance(replica, ChatReplica) else served
    with serve(replica) as base:
        endpoint = limited(open_at(name, base, variables), dict(limits or {}))
        controls = endpoint.definition.controls
        benign = controls.benign or benign_words()
        truism = (controls.truism or "").replace("{keyword}", " ").split()
        replica.known |= {*SERVED, *SOFT, *benign, *truism}
        replica.hard |= {*controls.canaries}
        asked = Asked()

        def listen(event: Event) -> None:
            if isinstance(event, Judged):
                asked.verdicts[event.verdict.keyword] = event.verdict

        job = Job(
            endpoints=[endpoint],
            keywords=Words(words),
            secrets=secrets,
            chance=random.Random(7),
            results=[listen],
            clock=Clock() if clock is None else clock,
        )
        asked.document = asyncio.run(run(assemble(job)))
        return asked


def ask_file(
    name: str, replica: Replica, words: Sequence[str], variables: Mapping[str, str] | None = None
) -> Asked:
    """Ask a replica by a definition that needs no secrets."""
    return ask_replica(name, replica, words, secrets={}, variables=variables or {})
