"""Each stage pinned to a file: exchanges, what they show, what that means.

`tests/cases/NAME/exchange.json` is written by hand; `observation.json` and `verdict.json` by `make cases`. Each is judged as
after many controls that were served.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from probe.inputs.endpoints import open_endpoints
from probe.judging.observation import Observer
from probe.judging.verdict import Circumstances, conclude
from probe.model.definition import Endpoint
from probe.model.exchange import Exchange, Failure, Purpose, Question, Request, Response, Stage, Step
from probe.model.keyword import Keyword, read_line
from probe.model.observation import Observation
from probe.model.verdict import Verdict
from tests.builders import make_grounds

CASES = Path(__file__).parent / "cases"
NAMES = sorted(path.name for path in CASES.iterdir() if path.is_dir())


@pytest.mark.parametrize("name", NAMES)
def test_a_case_is_judged_as_it_was(name: str) -> None:
    """A change of rules or judging shows as a difference in these files."""
    for file, text in judge_case(CASES / name).items():
        assert (CASES / name / file).read_text(encoding="utf-8") == text


def rewrite() -> None:
    """Write what the code says now."""
    for name in NAMES:
        for file, text in judge_case(CASES / name).items():
            (CASES / name / file).write_text(text, encoding="utf-8")


def judge_case(folder: Path) -> dict[str, str]:
    """The files that follow from the exchanges of a case, by name."""
    case = json.loads((folder / "exchange.json").read_text(encoding="utf-8"))
    (endpoint,) = open_endpoints([case["endpoint"]])
    observer = Observer(endpoint.definition)
    elsewhere = None if endpoint.reference is None else Observer(endpoint.reference.definition)
    keyword = Keyword(components=read_line(case["keyword"]))
    seen: list[Observation] = []
    for number, step in enumerate(case["exchanges"]):
        question = read_question(endpoint, keyword, Purpose(step.get("purpose", "keyword")), number + 1)
        started = 1_800_000_000.0 + number
        exchange = Exchange(steps=(read_step(step),), started=started, ended=started + 0.5)
        looks = elsewhere if question.purpose is Purpose.REFERENCE else observer
        assert looks is not None
        seen.append(looks.observe(question, exchange))
    given = make_grounds(endpoint.definition)
    verdict = conclude(keyword, endpoint, seen, given, Circumstances(), run="case")
    return {"observation.json": show(seen), "verdict.json": show(without_digest(verdict))}


def read_question(endpoint: Endpoint, keyword: Keyword, purpose: Purpose, attempt: int) -> Question:
    """The question that an exchange answers: exchange.json names its purpose where it is not `keyword`."""
    text = " ".join(keyword.components)
    if purpose is Purpose.TRUISM:
        text = (endpoint.definition.controls.truism or "").replace("{keyword}", text)
    return Question(
        endpoint=endpoint.name, purpose=purpose, components=keyword.components, text=text, attempt=attempt
    )


def read_step(step: dict[str, Any]) -> Step:
    """A step as exchange.json writes it: a failure with its stage, or an answer."""
    request = Request(method="GET", url="http://127.0.0.1:8765/search")
    if "failure" in step:
        return Step(request=request, failure=Failure(step["failure"]), stage=Stage(step["stage"]))
    body = base64.b64decode(step["base64"]) if "base64" in step else step.get("body", "").encode()
    headers = tuple(step.get("headers", {"content-type": "text/html; charset=utf-8"}).items())
    return Step(request=request, response=Response(status=step["status"], headers=headers, body=body))


def without_digest(verdict: Verdict) -> Verdict:
    """A comment in a definition must not change every case."""
    return msgspec.structs.replace(verdict, definition="")


def show(value: Any) -> str:
    return json.dumps(json.loads(msgspec.json.encode(value)), indent=2, ensure_ascii=False) + "\n"
