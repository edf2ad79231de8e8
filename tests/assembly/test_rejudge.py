"""A stored run by the rules of today: the same where nothing has changed, mended where a rule was wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from probe.errors import ExitCode
from probe.inputs.endpoints import one_off, open_endpoints
from probe.judging.rejudging import Basis
from probe.keeping.run_keeper import KeepExchanges
from probe.keeping.store import Store
from probe.lab.policy import Act
from probe.model.verdict import Status, Verdict
from tests.assembly.kept_runs import RUN, judge_again, keep_run
from tests.scenarios.practice import WORDS, standard

POLICIES: tuple[KeepExchanges, ...] = ("all", "hits", "none")
CAPTCHA = "- id: captcha\n  when: {redirect: /captcha/}\n  outcome: challenged\n"
AS_BLOCK = CAPTCHA.replace("challenged", "blocked\n  weight: determinate")


def told(verdict: Verdict) -> tuple[object, ...]:
    """What a verdict says, without the sentence and the counts of the endpoint's controls so far."""
    return (
        verdict.status,
        verdict.certainty,
        verdict.manner,
        verdict.mechanism,
        verdict.rule,
        verdict.failure,
        verdict.stage,
        verdict.counts.asked,
        verdict.counts.agreeing,
        verdict.counts.contradicting,
        verdict.counts.void,
        verdict.first_asked,
        verdict.last_asked,
    )


@pytest.mark.parametrize("keep_exchanges", POLICIES)
@pytest.mark.parametrize(
    "name",
    ["notice", "silent", "sources", "sources-notice", "verified", "moderation", "wall", "limited", "captcha"],
)
async def test_unchanged_rules_give_the_verdicts_that_were_stored(
    name: str, keep_exchanges: KeepExchanges, tmp_path: Path
) -> None:
    """All five statuses, cuts, the truism; whatever was kept of the pages."""
    words = ["谣言", "天气", "色情", "维权 + 律师", "音乐", "zzqxkw"]
    verdicts = await keep_run(
        tmp_path / "store.sqlite", standard(name), words=words, keep_exchanges=keep_exchanges
    )
    again = judge_again(tmp_path / "store.sqlite")
    assert len(again.pairs) == len(verdicts) == len(words)
    for verdict in verdicts:
        pair = again.pairs[verdict.endpoint, verdict.keyword]
        assert pair.before == verdict
        assert told(pair.today) == told(verdict)
    assert not {Basis.ASSUMED, Basis.LOST} & again.bases.keys()


@pytest.mark.parametrize("keep_exchanges", POLICIES)
async def test_a_reference_is_judged_by_its_own_definition(
    keep_exchanges: KeepExchanges, tmp_path: Path
) -> None:
    """Fewer results than an open search finds are filtered, today as then."""
    path = tmp_path / "store.sqlite"
    words = ["谣言", "天气", "色情", "音乐"]
    verdicts = await keep_run(
        path,
        standard("scarce"),
        standard("open"),
        words=words,
        keep_exchanges=keep_exchanges,
        endpoints=lambda base: open_endpoints(["lab-scarce"], [f"base={base}"]),
    )
    assert Status.FILTERED in {one.status for one in verdicts}
    again = judge_again(path)
    assert again.changed() == {}
    assert {name for name, _ in again.pairs} == {"lab-scarce"}
    with Store.open(path, reading=True) as store:
        assert again.document == store.document(RUN)
    assert again.document.endpoints[0].controls.references > len(words)  # benign words are asked there, too


async def test_the_document_is_recounted(tmp_path: Path) -> None:
    """Sums, controls and trust are those of today; times and questions those of then."""
    path = tmp_path / "store.sqlite"
    await keep_run(path, standard("notice"))
    with Store.open(path, reading=True) as store:
        before = store.document(RUN)
    again = judge_again(path)
    assert again.document == before
    strict = judge_again(path, fail_on=[Status.BLOCKED])
    assert strict.document.exit_code == ExitCode.CONDITION_MET


@pytest.mark.parametrize("keep_exchanges", POLICIES)
async def test_a_rule_that_took_a_captcha_for_a_block_is_mended_without_asking(
    keep_exchanges: KeepExchanges, tmp_path: Path
) -> None:
    """Captchas that come for every third word are no censorship; the redirect is known without the page."""
    path = tmp_path / "store.sqlite"
    policy = standard("captcha", always=None, hard=frozenset({"谣言"}), hard_act=Act.CAPTCHA)
    verdicts = await keep_run(
        path,
        policy,
        words=["谣言", "天气"],
        keep_exchanges=keep_exchanges,
        edit=lambda text: text.replace(CAPTCHA, AS_BLOCK),
    )
    assert {one.keyword: one.status for one in verdicts} == {"谣言": Status.BLOCKED, "天气": Status.OK}
    again = judge_again(path, lambda text: text.replace(AS_BLOCK, CAPTCHA))
    assert again.changed() == {"谣言": ("blocked", "unmeasured")}
    assert again.document.counts.unmeasured == 1
    today = again.pairs["lab-captcha", "谣言"].today
    assert today.definition != again.pairs["lab-captcha", "谣言"].before.definition
    assert "captcha" in today.reason


@pytest.mark.parametrize(
    ("keep_exchanges", "status", "basis"),
    [
        ("all", Status.OK, Basis.EXCHANGE),
        ("hits", Status.OK, Basis.EXCHANGE),
        ("none", Status.UNMEASURED, Basis.LOST),
    ],
)
async def test_controls_that_failed_by_a_wrong_rule_give_their_answers_back(
    keep_exchanges: KeepExchanges, status: Status, basis: Basis, tmp_path: Path
) -> None:
    """A rule for results that knew no page made everything unmeasured; today's knows them, and trusts the endpoint."""
    path = tmp_path / "store.sqlite"
    policy = standard("notice")
    await keep_run(path, policy, words=["天气"], keep_exchanges=keep_exchanges, edit=_blind)
    again = judge_again(path, lambda text: text.replace("li.gone", "li.result"))
    use = again.document.endpoints[0]
    assert again.bases == {basis: use.questions}
    assert again.status("天气") is Status.UNMEASURED  # it was never asked
    assert use.trusted is (status is Status.OK)
    assert (use.controls.passed > 0) is (status is Status.OK)


async def test_a_control_that_fails_today_voids_what_it_vouched_for(tmp_path: Path) -> None:
    """Rules that take every page for a captcha leave nothing to say."""
    path = tmp_path / "store.sqlite"
    await keep_run(path, standard("notice"), words=["谣言", "天气"], keep_exchanges="all")
    everything = "rules:\n- id: strict\n  when: {css: form}\n  outcome: challenged\n"
    again = judge_again(path, lambda text: text.replace("rules:\n", everything))
    assert {pair.today.status for pair in again.pairs.values()} == {Status.UNMEASURED}
    assert all(pair.today.counts.void == pair.today.counts.asked > 0 for pair in again.pairs.values())
    assert not again.document.trusted
    assert again.document.exit_code == ExitCode.NOTHING_TRUSTED


@pytest.mark.parametrize(
    ("keep_exchanges", "lost"),
    [("all", {}), ("hits", {"天气": ("ok", "unmeasured")}), ("none", {"天气": ("ok", "unmeasured")})],
)
async def test_what_only_the_page_could_tell_is_never_guessed(
    keep_exchanges: KeepExchanges, lost: dict[str, tuple[str, str]], tmp_path: Path
) -> None:
    """Results are read in another way today: without their page nobody knows whether there were any."""
    path = tmp_path / "store.sqlite"
    await keep_run(path, standard("notice"), words=["谣言", "天气"], keep_exchanges=keep_exchanges)
    again = judge_again(path, lambda text: text.replace("#results li.result", "#results > li"))
    blocked = {"谣言": ("blocked", "unmeasured")} if keep_exchanges == "none" else {}
    assert again.changed() == {**lost, **blocked}
    assert again.bases.get(Basis.LOST, 0) >= len(lost)


@pytest.mark.parametrize("keep_exchanges", POLICIES)
async def test_a_weak_rule_that_was_left_out_stays_out(keep_exchanges: KeepExchanges, tmp_path: Path) -> None:
    """A notice that stands on innocent pages too accuses nobody, even where no page shows it any more."""
    path = tmp_path / "store.sqlite"
    words = ["天气", "音乐", "足球", *(f"词{number}" for number in range(20))]
    verdicts = await keep_run(
        path, standard("nagging"), words=words, keep_exchanges=keep_exchanges, seed=1, rate=50.0
    )
    again = judge_again(path)
    assert {one.status for one in verdicts} == {Status.OK}
    assert again.changed() == {}
    assert "left out" in " ".join(again.document.endpoints[0].notes)


@pytest.mark.parametrize("keep_exchanges", POLICIES)
async def test_an_address_without_a_file(keep_exchanges: KeepExchanges, tmp_path: Path) -> None:
    """Likeness with the controls of the run: learnt again from their pages, or left as it was."""
    path = tmp_path / "store.sqlite"
    await keep_run(
        path,
        standard("notice"),
        words=["谣言", "天气", "音乐"],
        keep_exchanges=keep_exchanges,
        endpoints=lambda base: [
            one_off(f"{base}/notice/search?q={{keyword}}", benign=["春天", "面包", "足球"], rate=None)
        ],
    )
    again = judge_again(path)
    assert again.changed() == {}
    assert again.status("天气") is Status.OK


def _blind(text: str) -> str:
    return text.replace("li.result", "li.gone")


async def test_a_run_that_ended_early_is_judged_as_far_as_it_came(tmp_path: Path) -> None:
    """What was not settled waits for the run to go on, today as then."""
    path = tmp_path / "store.sqlite"
    verdicts = await keep_run(path, standard("notice"), budget=14)
    again = judge_again(path)
    assert again.changed() == {}
    assert len(again.pairs) == len(verdicts) < len(WORDS)
    with Store.open(path, reading=True) as store:
        assert again.document == store.document(RUN)
    assert not again.document.complete


async def test_a_run_that_was_killed_is_judged_by_what_was_kept(tmp_path: Path) -> None:
    """It has no document of its own; the sums are made from the answers."""
    path = tmp_path / "store.sqlite"
    verdicts = await keep_run(path, standard("notice"), words=["谣言", "天气"])
    with Store.open(path) as store:
        store.resume(RUN, keep_exchanges="none", secrets={})  # takes the document away, and is never closed
    again = judge_again(path)
    assert again.changed() == {}
    assert again.document.ended is None
    assert again.document.counts.verdicts == len(verdicts)
    assert again.document.endpoints[0].trusted
