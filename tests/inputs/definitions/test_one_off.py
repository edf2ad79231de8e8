"""One-off endpoints: a URL is all that the user gives."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from probe.errors import BadInput, WrongUse
from probe.inputs.definitions import one_off as module
from probe.inputs.definitions.one_off import one_off
from probe.inputs.endpoints import check_definition, host_of

_URL = "https://www.example.org/search?q={keyword}"


def test_a_url_becomes_an_endpoint() -> None:
    """Named after its host, judged by the general rules, and asked slowly."""
    endpoint = one_off(_URL)
    assert endpoint.name == "www-example-org"
    assert endpoint.place == "-u"
    assert endpoint.values == {}
    assert endpoint.definition.request.url == _URL
    assert endpoint.definition.variables == {}
    assert endpoint.definition.limits.concurrency == 1
    assert endpoint.definition.limits.rate == 1
    assert host_of(endpoint) == ("www.example.org:443",)


def test_this_machine_may_be_asked_faster() -> None:
    """Nobody else pays for it; but still one at a time."""
    for host in ("127.0.0.1:8080", "localhost", "[::1]:81"):
        limits = one_off(f"http://{host}/?q={{keyword}}").definition.limits
        assert (limits.rate, limits.concurrency) == (20, 1)


def test_the_rate_is_the_users_where_given() -> None:
    """None is no limit."""
    assert one_off("http://127.0.0.1/{keyword}", rate=3).definition.limits.rate == 3
    assert one_off(_URL, rate=None).definition.limits.rate is None
    for rate in (0, -1, float("nan"), float("inf")):
        with pytest.raises(WrongUse, match="a rate must be above 0"):
            one_off(_URL, rate=rate)


def test_benign_words_are_the_users_each_once() -> None:
    """Typed twice is no fault on a command line."""
    assert one_off(_URL, benign=["天气", "音乐", "天气"]).definition.controls.benign == ("天气", "音乐")
    with pytest.raises(WrongUse, match="--benign: is blank"):
        one_off(_URL, benign=[" "])


def test_canaries_are_the_users_each_once() -> None:
    """What is wrong with one is said of the option."""
    endpoint = one_off(_URL, benign=["天气"], canaries=["六四", "法轮功", "六四"])
    assert endpoint.definition.controls.canaries == ("六四", "法轮功")
    for canaries, said in (
        (["天气"], "benign words too"),
        ([" "], "is blank"),
        (["x" * 201], "is longer than"),
    ):
        with pytest.raises(WrongUse, match=f"--canary: .*{said}"):
            one_off(_URL, benign=["天气"], canaries=canaries)


def test_only_ways_that_were_seen_are_reckoned_with() -> None:
    """The general rules name every way there is."""
    assert one_off(_URL).definition.deciding.mechanisms == "seen"


def test_its_text_is_a_definition() -> None:
    """So that the store can keep it, and it can be read again; the digest is of that text."""
    endpoint = one_off(_URL, benign=["天气", "音乐", "电影"], canaries=["六四"], rate=3)
    definition, faults, _ = check_definition(endpoint.text, "x.yaml")
    assert (definition, faults) == (endpoint.definition, [])
    assert endpoint.digest == hashlib.sha256(endpoint.text.encode()).hexdigest()


def test_no_limit_is_written_too() -> None:
    """As null, which is not the same as nothing."""
    definition, _, _ = check_definition(one_off(_URL, rate=None).text, "x.yaml")
    assert definition is not None
    assert definition.limits.rate is None


def test_the_digest_goes_by_what_is_asked() -> None:
    """The same options give the same digest, others another one."""
    assert one_off(_URL).digest == one_off(_URL).digest
    assert one_off(_URL, benign=["天气"]).digest != one_off(_URL).digest
    assert len(one_off(_URL).digest) == 64


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("例子.中国", "xn-fsqu00a-xn-fiqs8s"),
        ("[::1]:80", "1"),
        ("a_b.example", "a-b-example"),
        ("a" * 70 + ".example", "a" * 40),
        ("_", "endpoint"),
    ],
)
def test_the_name_is_the_host_made_to_fit(host: str, name: str) -> None:
    """Small letters, digits and hyphens, at most 40."""
    assert one_off(f"http://{host}/{{keyword}}").name == name


def test_a_part_after_the_hash_is_left_out() -> None:
    """Copied from a browser it does no harm, as it is never sent."""
    assert one_off(_URL + "#results").definition.request.url == _URL


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://a.example/search?q=", "it sends no keyword"),
        ("a.example/?q={keyword}", "must be an absolute address that starts with http:// or https://."),
        ("https://a.example/#{keyword}", "has a part after #, which is never sent."),
        ("https://u:p@a.example/{keyword}", "holds a user name or password before the host."),
        ("https://a.example/{keyword}/{x y}/}", "holds '{x y}', '}', which is no slot."),
        ("https://a.example/{keyword}/{target}", "{target} is not a known slot."),
        ("https://a.example/{keyword:raw}", "{keyword:raw}: a keyword is never sent raw."),
        ("https://{keyword}.example/", "has {keyword} in its host"),
        ("https://a.example/\x1b[31m{keyword}", "holds '\\x1b', which no URL may hold."),
    ],
)
def test_a_url_that_cannot_be_used_is_wrong_use(url: str, said: str) -> None:
    """With what is wrong, and nothing that a terminal obeys."""
    with pytest.raises(WrongUse) as caught:
        one_off(url)
    assert caught.value.message.startswith("-u '")
    assert said in caught.value.message
    assert "\x1b" not in caught.value.message


def test_a_missing_keyword_and_scheme_have_remedies() -> None:
    """The hint shows how it is written."""
    with pytest.raises(WrongUse) as caught:
        one_off("https://a.example/")
    assert "{keyword}" in str(caught.value.hint)
    with pytest.raises(WrongUse) as caught:
        one_off("a.example/{keyword}")
    assert caught.value.hint == "Write 'https://a.example/{keyword}'."


def test_a_fault_of_the_general_rules_is_no_fault_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It names the file that comes with probe."""
    rules = "rules: [{id: a, when: {}, outcome: served}]\n"
    text = "name: general\ntitle: x\nkind: search\nrequest: {url: '{target}'}\n" + rules
    (tmp_path / "_general.yaml").write_text(text)
    monkeypatch.setattr(module, "BUILTIN", tmp_path)
    with pytest.raises(BadInput) as caught:
        one_off(_URL)
    assert str(caught.value.faults[0]).startswith("builtin/_general.yaml: rules[0].when: has no condition")
