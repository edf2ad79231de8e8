"""Each chat definition against a server that answers as its vendor is documented to, streaming and in one piece."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from probe.inputs.endpoints import builtin_endpoints, read_endpoint
from probe.model.verdict import Certainty, Status, Verdict
from tests.replicas.asking import SERVED, Asked, ask_replica
from tests.replicas.chat import ChatReplica, Stage
from tests.replicas.chat_ark import Ark
from tests.replicas.chat_codes import MiniMax, Spark
from tests.replicas.chat_deepseek_web import DeepSeekWeb
from tests.replicas.chat_ernie import Ernie
from tests.replicas.chat_local import Local
from tests.replicas.chat_moonshot import Moonshot
from tests.replicas.chat_qwen import Qwen
from tests.replicas.chat_vendors import DeepSeek, Zhipu

MODEL = "replica-chat"
WORDS = {
    "甲字一号": Stage.INPUT,
    "乙字二号案": Stage.OUTPUT,
    "丙字三号": Stage.CANNED,
    "丁字四号案": Stage.PROSE,
    "戊字五号": Stage.WORDING,
    "己字六号案": Stage.RETRACTED,
}
EXPECTED = {
    Stage.INPUT: (Status.BLOCKED, {"input"}),
    Stage.OUTPUT: (Status.BLOCKED, {"output"}),
    Stage.CANNED: (Status.BLOCKED, {"canned"}),
    Stage.PROSE: (Status.FILTERED, {"prose"}),
    Stage.WORDING: (Status.BLOCKED, {"input"}),
    Stage.RETRACTED: (Status.BLOCKED, {"retracted"}),
}
FEW = SERVED[:12]
ALWAYS_STREAM = {"deepseek-web"}


BY_PROSE = {Stage.WORDING: (Status.FILTERED, {"prose"})}
"""Where no service stands in between, the weights decline."""
EITHER = {
    Stage.INPUT: (Status.BLOCKED, {"input", "output"}),
    Stage.OUTPUT: (Status.BLOCKED, {"input", "output"}),
}
"""Where one error stands for both."""


@dataclass(frozen=True, kw_only=True)
class Vendor:
    """A vendor's replica, and what its definition needs."""

    replica: Callable[..., ChatReplica]
    secrets: Mapping[str, str] = field(default_factory=dict)
    path: str | None = ""
    """Behind the host."""
    model: str | None = MODEL
    expected: Mapping[Stage, tuple[Status, set[str]]] = field(default_factory=dict)
    """What differs from EXPECTED."""
    plain: Mapping[Stage, tuple[Status, set[str]]] = field(default_factory=dict)
    """The same for answers in one piece."""


def _keyed(name: str) -> dict[str, str]:
    return {name: "sk-replica-0001"}


VENDORS = {
    "openai-chat": Vendor(replica=Local, secrets=_keyed("OPENAI_KEY"), path="/v1", expected=BY_PROSE),
    "deepseek-chat": Vendor(replica=DeepSeek, secrets=_keyed("DEEPSEEK_KEY")),
    "deepseek-web": Vendor(
        replica=DeepSeekWeb,
        secrets={"DEEPSEEK_WEB_TOKEN": "replica-user-token"},
        model=None,
        expected={Stage.WORDING: (Status.BLOCKED, {"retracted"})},
    ),
    "qwen-chat": Vendor(replica=Qwen, secrets=_keyed("DASHSCOPE_KEY"), path="/compatible-mode/v1"),
    "zhipu-chat": Vendor(replica=Zhipu, secrets=_keyed("ZHIPU_KEY"), path="/api/paas/v4"),
    "kimi-chat": Vendor(replica=Moonshot, secrets=_keyed("MOONSHOT_KEY"), path="/v1", plain=EITHER),
    "doubao-chat": Vendor(replica=Ark, secrets=_keyed("ARK_KEY"), path="/api/v3"),
    "minimax-chat": Vendor(replica=MiniMax, secrets=_keyed("MINIMAX_KEY"), path="/v1"),
    "spark-chat": Vendor(replica=Spark, secrets=_keyed("SPARK_PASSWORD"), path="/v1"),
    "ernie-chat": Vendor(
        replica=Ernie, secrets={"BAIDU_API_KEY": "replica-id", "BAIDU_SECRET_KEY": "replica-secret"}
    ),
    "local-chat": Vendor(
        replica=Local,
        path="/v1",
        expected={**BY_PROSE, Stage.CANNED: (Status.FILTERED, {"canned"})},
    ),
}
ALWAYS_STREAM = {"deepseek-web"}
STREAMS = [(name, True) for name in VENDORS] + [
    (name, False) for name in VENDORS if name not in ALWAYS_STREAM
]


def definition_of(name: str, folder: Path, *, stream: bool) -> str:
    """The shipped definition, or one that asks for the answer in one piece."""
    if stream:
        return name
    place = folder / f"{name}-plain.yaml"
    place.write_text(
        f"extends: {name}\nname: {name}-plain\ntitle: In one piece\nrequest: {{json: {{stream: false}}}}\n",
        encoding="utf-8",
    )
    return str(place)


def ask(name: str, replica: ChatReplica, words: list[str], folder: Path, *, stream: bool = True) -> Asked:
    vendor = VENDORS[name]
    place = definition_of(name, folder, stream=stream)
    variables = {"base": f"BASE{vendor.path}"}
    if vendor.model is not None:
        variables["model"] = vendor.model
    return ask_replica(place, replica, words, secrets=vendor.secrets, variables=variables)


def make(name: str, **options: object) -> ChatReplica:
    """A replica with the words that its service can censor."""
    kind = VENDORS[name].replica
    does = kind.does  # type: ignore[attr-defined]
    stages = {word: stage for word, stage in WORDS.items() if stage in does}
    return kind(**{"models": frozenset({MODEL}), "stages": stages, **options})


def test_every_chat_definition_that_can_be_asked_has_a_replica() -> None:
    askable = []
    for name in builtin_endpoints():
        definition = read_endpoint(name).definition
        assert definition is not None
        if definition.is_askable and definition.kind == "chat":
            askable.append(name)
    assert sorted(askable) == sorted(VENDORS)


@pytest.mark.parametrize(("name", "stream"), STREAMS)
def test_stage_and_code_are_right(name: str, stream: bool, tmp_path: Path) -> None:
    """Streaming and not: each word at the stage where the replica stops it; all others are ok, whatever is said of them."""
    replica = make(name)
    asked = ask(name, replica, [*FEW, *replica.stages], tmp_path, stream=stream)
    assert asked.unlike(FEW, Status.OK) == []
    vendor = VENDORS[name]
    expected = {**EXPECTED, **vendor.expected, **({} if stream else vendor.plain)}
    for word, stage in replica.stages.items():
        verdict = asked.verdicts[word]
        status, mechanisms = expected[Stage(stage)]
        assert verdict.status is status, (stage, verdict.reason)
        assert verdict.mechanism in mechanisms, (stage, verdict.rule, verdict.reason)
        assert verdict.certainty is (
            Certainty.CONFIRMED if stage in (Stage.INPUT, Stage.OUTPUT) else verdict.certainty
        )
        assert verdict.counts.asked >= 5
    prose = [word for word, stage in replica.stages.items() if stage is Stage.PROSE]
    assert all(asked.verdicts[word].certainty is Certainty.LIKELY for word in prose)


def test_the_wording_is_told_from_the_topic(tmp_path: Path) -> None:
    replica = make("deepseek-chat")
    asked = ask("deepseek-chat", replica, ["甲字一号", "戊字五号"], tmp_path)
    assert _languages(asked.verdicts["甲字一号"]) == {"zh-hans": True, "zh-hant": True, "en": True}
    assert _languages(asked.verdicts["戊字五号"])["en"] is False
    assert ": in every form" in asked.verdicts["甲字一号"].reason
    assert ", not in " in asked.verdicts["戊字五号"].reason


def _languages(verdict: Verdict) -> dict[str, bool]:
    """By language of the form: whether it was censored."""
    assert verdict.forms is not None
    found: dict[str, bool] = {}
    for name, counts in verdict.forms.items():
        language = name.rsplit("-", 1)[0]
        found[language] = found.get(language, False) or counts.agreeing > 0
    return found


@pytest.mark.parametrize(
    ("name", "trouble"), [(name, one) for name in VENDORS for one in make(name).troubles]
)
def test_no_error_is_a_refusal(name: str, trouble: str, tmp_path: Path) -> None:
    """A wrong key, no money, too many questions, no such model, a stream that breaks off: nothing is measured."""
    asked = ask(name, make(name, trouble=trouble), [*FEW[:2], "甲字一号"], tmp_path)
    for verdict in asked.verdicts.values():
        assert verdict.status in (Status.UNMEASURED, Status.INCONCLUSIVE), verdict.reason
