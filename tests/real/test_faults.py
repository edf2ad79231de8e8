"""Faults that are not censorship, on real servers: each strikes every answer, and nothing is blamed for it."""

from __future__ import annotations

import asyncio

import pytest

from tests.real.asking import MIXED, Found, ask, explain, opened
from tests.real.nginx import SLOW_BYTES, SLOW_RATE

pytestmark = pytest.mark.real

REASONS = {
    "redirect-loop": "sent elsewhere by a redirect (HTTP 302, to http://127.0.0.1:",
    "redirect-loop-followed": "redirects that do not end",
    "empty-reply": "connection closed before an answer came",
    "slow-body": "time ran out in the middle of the answer",
    "bomb": "more came than the definition allows",
    "too-many": "come back later",
    "error-500": "an error of the server (HTTP 500)",
    "error-502": "an error of the server (HTTP 502)",
    "error-503": "asked to come back later (HTTP 503)",
    "delay": "time ran out before an answer came",
    "truncated-chunks": "connection closed in the middle of the answer",
    "short-body": "connection closed in the middle of the answer",
    "garbage": "not HTTP",
    "slow-headers": "time ran out before an answer came",
    "endless-headers": "not HTTP",
    "endless-body": "more came than the definition allows",
    "refused": "connection refused while connecting",
}
"""Endpoint: words that the reason of every verdict must hold."""


@pytest.fixture(scope="module")
def found(faults: dict[str, str]) -> Found:
    """All faults asked at once, with one good endpoint among them."""
    endpoints = [
        opened("plain-search.yaml", name, faults[name], redirects=5 if name.endswith("-followed") else None)
        for name in (*REASONS, "served")
    ]
    endpoints.append(opened("gb18030-page.yaml", "gb18030", faults["gb18030"]))
    return asyncio.run(ask(endpoints, MIXED))


@pytest.mark.parametrize("fault", REASONS)
def test_a_fault_leaves_every_word_unmeasured_and_is_named(found: Found, fault: str) -> None:
    """Neither `ok` nor `blocked`: the controls fail, and the reason says how."""
    assert set(found.verdicts[fault]) == set(MIXED)
    for verdict in found.verdicts[fault].values():
        assert verdict.status == "unmeasured", explain(found, fault)
        assert REASONS[fault] in verdict.reason
        assert verdict.certainty is None


@pytest.mark.parametrize("fault", REASONS)
def test_an_endpoint_with_a_fault_is_not_trusted(found: Found, fault: str) -> None:
    """The run document names it, with the reason."""
    endpoint = next(one for one in found.run.endpoints if one.name == fault)

    assert not endpoint.trusted
    assert REASONS[fault] in (endpoint.reason or "")
    assert endpoint.controls.passed == 0


@pytest.mark.parametrize("name", ["served", "gb18030"])
def test_a_good_answer_among_them_is_ok(found: Found, name: str) -> None:
    """The same rules on a good answer give `ok`; a page that says gb2312 and writes GB18030 is read right."""
    assert found.status(name) == dict.fromkeys(MIXED, "ok"), explain(found, name)


async def test_a_body_that_drips_ends_at_the_deadline(faults: dict[str, str]) -> None:
    """The deadline is for the whole exchange: 2 s, not the 54 s until the last byte."""
    deadline = 2.0
    endpoint = opened("plain-search.yaml", "slow-body", faults["slow-body"], deadline=deadline, patience=1)
    found = await ask([endpoint], ["天气"])

    whole = SLOW_BYTES / SLOW_RATE
    print(f"slow body: given up after {found.seconds:.2f} s; it takes {whole:.0f} s")  # noqa: T201 - a figure to see
    assert found.status("slow-body") == {"天气": "unmeasured"}
    assert found.seconds < 3 * deadline


async def test_a_rate_limit_in_mid_run_keeps_what_was_measured_before(faults: dict[str, str]) -> None:
    """nginx lets ten requests through, then answers 429: the first words are `ok`, the others unmeasured."""
    words = [f"词{number}" for number in range(20)]
    endpoint = opened("plain-search.yaml", "limited", faults["limited"], trigger_rate=0.9995, block=3)
    found = await ask([endpoint], words)

    status = found.status("limited")
    good = list(status.values()).count("ok")
    assert good >= 3, explain(found, "limited")
    assert [status[word] for word in words] == ["ok"] * good + ["unmeasured"] * (len(words) - good)
    assert "come back later" in found.verdicts["limited"][words[-1]].reason
