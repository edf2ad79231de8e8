"""Pooled runs that are kept: stopped, killed, gone on with, judged again, repeated after the censor changed its mind.

The whole program asks the practice platform; what arrives there is counted there.
"""

from __future__ import annotations

import json
import random
import signal
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

import probe.builtin
from probe.cli import start
from probe.cli.practice import practice_platform
from probe.errors import ExitCode
from probe.keeping.store import Store
from probe.lab.server import Lab
from probe.model.exchange import Purpose
from tests.real.program import CENSORED, Watched, prepared, sample_words
from tests.scenarios.pooling import HARD, WORDS, mix, moderating

ENDPOINT = "lab-moderation"
REVIEWED = "诈骗"
"""Held for review by the practice platform."""
Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing is taken from, or written to, the home of whoever runs the tests."""
    for name in ("PROBE_CONSENT", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Watched]:
    with prepared(tmp_path, [*sample_words(400), REVIEWED]) as watched:
        yield watched


def first(program: Watched, *more: str) -> list[str]:
    """What to ask in the first session."""
    words = str(program.folder / "words.txt")
    return ["-k", words, "--set", f"base={program.base}", "-e", ENDPOINT, *more]


def statuses(document: dict[str, Any]) -> dict[str, str]:
    return {one["keyword"]: one["status"] for one in document["verdicts"]}


def pooled(document: dict[str, Any]) -> dict[str, int]:
    return {one["keyword"]: one["counts"]["pooled"] for one in document["verdicts"]}


def find_wrong(document: dict[str, Any], lab: Lab) -> dict[str, str]:
    """Verdicts that are not the truth."""
    return {
        word: status for word, status in statuses(document).items() if status != lab.truth("moderation", word)
    }


def passed_pools(store: Path) -> set[str]:
    """The texts of the pools that passed, as the store has them, void ones apart."""
    with Store.open(store, reading=True) as opened:
        return {
            answer.question.text
            for _, answer, _ in opened.answers(opened.find("last").id)
            if answer.question.purpose is Purpose.POOL
            and answer.observation.outcome == "served"
            and not answer.void
        }


def strike(program: Watched, more: Sequence[str], number: int, after: int) -> int:
    """End a session by a signal after so many more questions; the exit code."""
    seen = len(program.lab.received)
    process = program.start(*more)
    try:
        program.wait_for_questions(seen + after, process)
        process.send_signal(number)
        return process.wait(60)
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_is_ended_again_and_again_loses_no_answer_and_asks_no_passed_pool_again(
    program: Watched, number: int
) -> None:
    """By kill -9 and by Ctrl-C, four times each; what was only under way may be asked again."""
    chance = random.Random(7)
    under_way = 0
    more = first(program)
    for _ in range(4):
        code = strike(program, more, number, chance.randrange(5, 14))
        assert code == (ExitCode.STOPPED if number == signal.SIGINT else -signal.SIGKILL)
        under_way += 4
        more = ["--resume"]
        known, begun = passed_pools(program.store), len(program.lab.received)
    document = program.finish("--resume")
    assert document["complete"]
    assert find_wrong(document, program.lab) == {}
    assert len(document["verdicts"]) == len(sample_words(400)) + 1
    pools = {
        text for text in known if "词" in text
    }  # the others only prove that there may be pools, in each session anew
    assert pools
    assert pools.isdisjoint(one.text for one in program.lab.received[begun:])
    asked, kept = program.asked(), program.answered()
    assert (asked - kept).total() <= under_way
    assert asked.total() < 200


def test_what_was_decided_by_pools_is_told_again_and_not_asked_again(program: Watched) -> None:
    """A complete run that goes on asks no keyword, and its verdicts are the same, pools counted."""
    whole = program.finish(*first(program))
    begun = len(program.lab.received)
    again = program.finish("--resume")
    assert again["verdicts"] == whole["verdicts"]
    assert {one.text for one in program.lab.received[begun:]}.isdisjoint(sample_words(400))


def test_a_pooled_run_is_judged_again_from_its_pools(
    program: Watched, capsys: Captured, tmp_path: Path
) -> None:
    """By today's rules nothing changes; where a review is no censorship any more, only what was reviewed does."""
    whole = program.finish(*first(program, "--keep-exchanges", "all"))
    store = ["--store", str(program.store)]
    assert start(["rejudge", "last", *store, "--all", "-f", "json"]) == ExitCode.DONE
    retold = json.loads(capsys.readouterr().out)
    assert statuses(retold) == statuses(whole)
    assert pooled(retold) == pooled(whole)
    text = (Path(next(iter(probe.builtin.__path__))) / f"{ENDPOINT}.yaml").read_text(encoding="utf-8")
    head, _, tail = text[: text.index("examples:")].partition("- id: review\n")
    rule, _, rest = tail.partition("- id: pass\n")
    assert "outcome: held" in rule
    mine = tmp_path / "mine.yaml"
    served = "- id: review\n  when: {json: {result.suggestion: review}}\n  outcome: served\n  weight: determinate\n"
    mine.write_text(f"{head}{served}- id: pass\n{rest}", encoding="utf-8")
    start(["rejudge", "last", *store, "-e", str(mine), "--all", "-f", "json"])
    lenient = json.loads(capsys.readouterr().out)
    expected = {word: "ok" if was == "filtered" else was for word, was in statuses(whole).items()}
    assert statuses(lenient) == expected


@pytest.mark.parametrize("more", [[], ["--monitor"]], ids=["from what is known", "monitor"])
def test_what_changed_is_found_with_few_questions(
    more: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A keyword more is censored, one less: the next run finds both, and watching takes fewer questions than the first."""
    (tmp_path / "words.txt").write_text("\n".join(WORDS) + "\n", encoding="utf-8")
    newly, lifted = "词250号", HARD[1]
    policies = [moderating(), moderating(hard=frozenset({*HARD, newly}) - {lifted})]
    documents, asked = [], []
    for number, policy in enumerate(policies):
        with practice_platform(0, policies=[policy]) as lab:
            program = Watched(lab=lab, base=lab.base, folder=tmp_path)
            documents.append(program.finish(*first(program, *(more if number else []))))
            asked.append(len(lab.received))
    before, after = map(statuses, documents)
    assert {word for word in before if before[word] != after[word]} == {newly, lifted}
    assert (after[newly], after[lifted]) == ("blocked", "ok")
    assert max(asked) * 3 < len(WORDS)
    assert asked[1] < asked[0] or not more


def test_text_and_document_say_the_same_cost(program: Watched, capsys: Captured) -> None:
    """The sums at the end of the table are those of the document, and beside what arrived at the service."""
    document = program.finish(*first(program))
    (use,) = document["endpoints"]
    cost = use["cost"]
    assert use["questions"] == len(program.lab.received) == document["counts"]["questions"]
    assert cost["questions"] + sum(use["controls"].values()) >= use["questions"]
    assert cost["one_by_one"] == len(document["verdicts"])
    assert cost["ratio"] == pytest.approx(cost["questions"] / cost["limit"], abs=0.005)
    censored = [one for one in document["verdicts"] if one["status"] != "ok"]
    assert {one["keyword"] for one in censored} == {*CENSORED, REVIEWED}
    assert start(["runs", "show", "last", "--store", str(program.store)]) == ExitCode.DONE
    said = " ".join(capsys.readouterr().out.split())
    assert (
        f"In pools {ENDPOINT}: {cost['questions']} questions about keywords, {cost['ratio']:.2f} times"
        in said
    )
    assert f"one by one {cost['one_by_one']:,}; {cost['hits']} hits" in said
    assert start(["run", *first(program), "--store", "none", "-q", "--pool", "off"]) == ExitCode.DONE
    assert "In pools" not in capsys.readouterr().out


def test_combinations_are_named_in_every_output(tmp_path: Path, capsys: Captured) -> None:
    """A line of the table, and a field of the document: `A + B`."""
    pair = ("词150号", "词158号")
    (tmp_path / "words.txt").write_text("\n".join(mix(censored=())) + "\n", encoding="utf-8")
    policy = moderating(hard=frozenset(), soft=frozenset(), combos=frozenset({pair}))
    with practice_platform(0, policies=[policy]) as lab:
        program = Watched(lab=lab, base=lab.base, folder=tmp_path)
        document = program.finish(*first(program, "--combinations"))
        assert [set(one) for one in document["endpoints"][0]["cost"]["combinations"]] == [set(pair)]
        assert statuses(document)[pair[0]] == statuses(document)[pair[1]] == "ok"
        start(["run", *first(program, "--combinations"), "--store", "none", "-q"])
        assert f"censored only together: {pair[0]} + {pair[1]}" in capsys.readouterr().out
        start(["run", *first(program), "--store", "none", "-q"])
        assert "--combinations finds them" in " ".join(capsys.readouterr().out.split())
        counted = Counter(one.text for one in lab.received)
        assert counted[" ".join(pair)] + counted[" ".join(reversed(pair))] >= 1
