"""Made-up run: a store with a run of any size in it, as a real one would leave it: verdicts, answers, pages of the hits."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from urllib.parse import quote

import msgspec

from probe.inputs.definitions.files import BUILTIN
from probe.inputs.endpoints import check_definition
from probe.keeping.store import Store
from probe.model.definition import Endpoint
from probe.model.exchange import Exchange, Purpose, Question, digest
from probe.model.observation import Manner, Mechanism, Outcome, Weight
from probe.model.record import Command, DefinitionRecord, RunRecord
from probe.model.run import ControlCounts, EndpointUse, ListUse, Run, RunCounts, Software, Vantage
from probe.model.verdict import Certainty, Counts, Status, Verdict, write_time
from tests.builders import make_answer, make_observation

NOTICE = "根据相关法律法规和政策，部分搜索结果未予显示"
STARTED = 1_790_000_000.0
_CATEGORIES = ("politics", "religion", "protest", "rumor", "names", "places")
_PAGE = (
    '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{word} - 搜索</title></head><body>'
    '<form class="search" action="/notice/search"><input name="q" value="{word}"><button>搜索</button></form>'
    '<div class="notice">{notice}</div><p class="ad">{word}：相关推荐，第 {number} 页，{noise}</p>'
    '<p class="foot">关于 · 帮助 · 隐私 · 条款</p></body></html>'
)


def make_words(number: int) -> list[str]:
    """Different words of two to four Chinese characters."""
    first, many = 0x4E00, 20_000
    return [
        "".join(chr(first + (place * step) % many) for step in (7, 1_237, 11_003, 4_409)[: 2 + place % 3])
        for place in range(1, number + 1)
    ]


def keep_run(
    path: Path,
    words: Sequence[str],
    *,
    endpoints: int,
    name: str = "feed0123beef4567",
    day: int = 0,
    notice: str = "",
) -> Run:
    """Keep a run that is complete: a fifth of the pairs censored, some not measured; each hit with its page.

    `notice` is what the pages say beside the notice that is known.
    """
    places = [_endpoint(f"platform-{number + 1}") for number in range(endpoints)]
    started = STARTED + 86_400 * day
    record = RunRecord(
        id=name,
        started=started,
        version="0.1.0",
        vantage=Vantage(label="a made-up place"),
        command=Command(),
        keywords=len(words),
        lists=(ListUse(name="made-up", sha256="ab" * 32, keywords=len(words)),),
        definitions=tuple(
            DefinitionRecord(name=one.name, sha256=one.digest, place=one.place, text=one.text)
            for one in places
        ),
    )
    verdicts = []
    with Store.open(path) as store:
        keeper = store.begin(record, keep_exchanges="hits", secrets={})
        for place, endpoint in enumerate(places):
            for number, word in enumerate(words):
                verdict = _verdict(name, word, number, place, endpoint, started, day)
                if verdict.status is Status.BLOCKED:
                    question = Question(
                        endpoint=endpoint.name, purpose=Purpose.KEYWORD, components=(word,), text=word
                    )
                    seen = make_observation(
                        Outcome.BLOCKED, weight=Weight.DETERMINATE, rule="legal-notice", started=started
                    )
                    observation = msgspec.structs.replace(seen, question=question.id)
                    keeper.keep(
                        endpoint, question, _exchange(word, number, endpoint.name, notice), observation
                    )
                keeper.settle(verdict)
                verdicts.append(verdict)
        document = _document(name, started, words, places, verdicts)
        keeper.close(document)
        keeper.release()
    return document


def _endpoint(name: str) -> Endpoint:
    text = (
        (BUILTIN / "lab-notice.yaml").read_text(encoding="utf-8").replace("name: lab-notice", f"name: {name}")
    )
    definition, faults, _ = check_definition(text, f"{name}.yaml")
    assert definition is not None, faults
    return Endpoint(definition=definition, digest=digest(name) * 4, place=f"{name}.yaml", text=text)


def _verdict(
    run: str, word: str, number: int, place: int, endpoint: Endpoint, started: float, day: int
) -> Verdict:
    turn = (number * 7 + place * 3 + day * (number % 5 == 0)) % 20
    kind = Status.BLOCKED if turn < 4 else Status.UNMEASURED if turn == 4 else Status.OK
    reasons = {
        Status.BLOCKED: f"a legal notice stands instead of results: «{NOTICE}»",
        Status.UNMEASURED: "a captcha stood in the way: «/captcha/»",
        Status.OK: f"{number % 40 + 1} results of {number % 7 + 1} hosts",
    }
    is_blocked = kind is Status.BLOCKED
    asked = write_time(started + number * 0.5 + place)
    return Verdict(
        run=run,
        id=digest(endpoint.name, word),
        keyword=word,
        components=(word,),
        lists=("made-up",),
        category=_CATEGORIES[number % len(_CATEGORIES)],
        gloss=f"made-up word number {number}",
        language="zh-Hans",
        endpoint=endpoint.name,
        definition=endpoint.digest,
        status=kind,
        certainty=Certainty.CONFIRMED if is_blocked else None,
        manner=Manner.EXPLICIT if is_blocked else None,
        mechanism=Mechanism.NOTICE if is_blocked else None,
        rule={Status.BLOCKED: "legal-notice", Status.OK: "results"}.get(kind),
        failure=None,
        stage=None,
        reason=reasons[kind],
        counts=Counts(asked=1 + number % 3, agreeing=1, controls_passed=number // 10),
        first_asked=asked,
        last_asked=asked,
    )


def _exchange(word: str, number: int, name: str, notice: str) -> Exchange:
    noise = "、".join(f"第{number * 31 + step}条" for step in range(30))
    said = NOTICE + escape(notice)
    page = _PAGE.format(word=escape(word), notice=said, number=number, noise=noise)
    url = f"https://{name}.example/search?q={quote(word)}&page=1&source=web&number={number}"
    return make_answer(page, url=url)


def _document(
    name: str, started: float, words: Sequence[str], places: Sequence[Endpoint], verdicts: Sequence[Verdict]
) -> Run:
    statuses = {status.value: sum(one.status is status for one in verdicts) for status in Status}
    return Run(
        id=name,
        started=write_time(started),
        ended=write_time(started + 4000),
        complete=True,
        trusted=True,
        exit_code=0,
        software=Software(version="0.1.0"),
        vantage=Vantage(label="a made-up place"),
        lists=(ListUse(name="made-up", sha256="ab" * 32, keywords=len(words)),),
        endpoints=tuple(map(_use, places)),
        counts=RunCounts(keywords=len(words), verdicts=len(verdicts), questions=9, controls=3, **statuses),
    )


def _use(endpoint: Endpoint) -> EndpointUse:
    return EndpointUse(
        name=endpoint.name,
        definition=endpoint.digest,
        trusted=True,
        reason=None,
        controls=ControlCounts(passed=40, canaries_hit=4, nonsense=2),
        questions=900,
    )
