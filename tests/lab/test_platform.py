from collections import defaultdict
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from probe.lab.censor import Cause
from probe.lab.platform import Platform, Treatment
from probe.lab.policy import Act, Policy

HARD = frozenset({"谣言"})


def platform(**policy: Any) -> Platform:
    return Platform(Policy(name="here", hard=HARD, **policy), seed=0)


def acts(subject: Platform, *asked: tuple[str, float], client: str = "127.0.0.1") -> list[Act]:
    return [subject.treat(text, client=client, at=at).act for text, at in asked]


@given(st.data(), st.lists(st.sampled_from(["谣言", "天气", "音乐", "zzqx"]), max_size=30))
def test_noise_does_not_depend_on_the_order(data: st.DataObject, texts: list[str]) -> None:
    """Each text meets the same answers in the same sequence, whatever was asked in between."""

    def answers(order: list[str]) -> dict[str, list[Treatment]]:
        subject = platform(
            error_rate=0.3, empty_rate=0.2, cut_rate=0.2, trigger_rate=0.5, backends=2, delay=(0.0, 1.0)
        )
        seen: defaultdict[str, list[Treatment]] = defaultdict(list)
        for text in order:
            seen[text].append(subject.treat(text, client="127.0.0.1", at=0.0))
        return seen

    assert answers(texts) == answers(data.draw(st.permutations(texts)))


def test_residual_blocking_hits_the_innocent_and_ends() -> None:
    """After a cut every question of that client is cut until the time is over; other clients are not."""
    subject = platform(hard_act=Act.CUT, residual=10.0)
    assert acts(subject, ("谣言", 0.0), ("天气", 9.9)) == [Act.CUT, Act.CUT]
    assert acts(subject, ("天气", 5.0), client="127.0.0.2") == [Act.SERVE]
    assert acts(subject, ("天气", 10.0)) == [Act.SERVE]


def test_asking_too_early_renews_residual_blocking() -> None:
    """Where the policy says so, each request during the time starts it anew."""
    subject = platform(hard_act=Act.CUT, residual=10.0, renews=True)
    asked = [("谣言", 0.0), ("天气", 9.0), ("天气", 18.0), ("天气", 28.0)]
    assert acts(subject, *asked) == [Act.CUT, Act.CUT, Act.CUT, Act.SERVE]


def test_a_random_cut_bears_no_grudge() -> None:
    """Residual blocking follows the keyword, not the network's own faults."""
    subject = platform(hard_act=Act.CUT, residual=10.0, cut_rate=0.5)
    causes = {subject.treat("天气", client="127.0.0.1", at=0.0).cause for _ in range(50)}
    assert causes == {Cause.NOISE, Cause.NOTHING}


def test_the_limit_throttles_and_recovers() -> None:
    """The request too many is told how long to wait, and waiting so long is enough."""
    subject = platform(throttle=(2, 10.0))
    assert acts(subject, ("天气", 0.0), ("天气", 4.0)) == [Act.SERVE, Act.SERVE]
    refused = subject.treat("天气", client="127.0.0.1", at=5.5)
    assert (refused.act, refused.retry_after) == (Act.THROTTLE, 4.5)
    assert acts(subject, ("天气", 10.5), ("天气", 11.0), ("天气", 14.0)) == [
        Act.SERVE,
        Act.THROTTLE,
        Act.SERVE,
    ]


def test_a_refused_question_does_not_move_the_noise() -> None:
    """What is seen of a text is the same whether or not the rate limit struck in between."""
    free, limited = platform(error_rate=0.5), platform(error_rate=0.5, throttle=(1, 10.0))
    expected = acts(free, *[("天气", 0.0)] * 20)
    seen = acts(limited, *[("天气", at * 5.0) for at in range(40)])
    assert seen[1::2] == [Act.THROTTLE] * 20
    assert seen[::2] == expected


def test_a_captcha_comes_after_so_many_answers_and_goes() -> None:
    """The pause is counted from the captcha's first showing, and the count starts again after it."""
    subject = platform(captcha_every=2, captcha_for=10.0)
    asked = [("天气", 0.0), ("谣言", 1.0), ("天气", 50.0), ("天气", 59.0), ("天气", 60.0), ("天气", 61.0)]
    assert acts(subject, *asked, ("天气", 62.0)) == [
        Act.SERVE,
        Act.NOTICE,
        Act.CAPTCHA,
        Act.CAPTCHA,
        Act.SERVE,
        Act.SERVE,
        Act.CAPTCHA,
    ]


def test_an_outage_begins_and_ends_by_number() -> None:
    """Requests in the outage get 503 whatever they ask, and those around it do not."""
    subject = platform(outage=(1, 3))
    treated = [subject.treat(text, client="127.0.0.1", at=0.0) for text in ("天气", "天气", "谣言", "谣言")]
    assert [treatment.act for treatment in treated] == [Act.SERVE, Act.ERROR, Act.ERROR, Act.NOTICE]
    assert {treatment.status for treatment in treated[1:3]} == {503}


def test_an_outage_begins_and_ends_by_the_clock() -> None:
    """Counted from the platform's own first request, and blind to how much is asked."""
    subject = platform(outage_between=(10.0, 20.0))
    asked = [("天气", at) for at in (1000.0, 1009.9, 1010.0, 1010.1, 1019.9, 1020.0, 1030.0)]
    assert acts(subject, *asked) == [
        Act.SERVE,
        Act.SERVE,
        Act.ERROR,
        Act.ERROR,
        Act.ERROR,
        Act.SERVE,
        Act.SERVE,
    ]


def test_the_wall_stands_before_an_outage() -> None:
    """What the box on the wire cuts never reaches the platform that is down."""
    assert acts(platform(hard_act=Act.CUT, outage=(0, 9)), ("谣言", 0.0)) == [Act.CUT]


def test_the_layout_changes_after_so_many_answers() -> None:
    """Exactly the declared number of answers has the old layout."""
    subject = platform(layout_after=2)
    layouts = [subject.treat("天气", client="127.0.0.1", at=0.0).new_layout for _ in range(4)]
    assert layouts == [False, False, True, True]


def test_errors_are_of_both_kinds() -> None:
    """Random errors are sometimes 502 and sometimes 503."""
    subject = platform(error_rate=1.0)
    assert {subject.treat("天气", client="127.0.0.1", at=0.0).status for _ in range(50)} == {502, 503}


def test_delays_stay_between_their_bounds() -> None:
    """Each answer takes its own time, from the declared range."""
    subject = platform(delay=(0.1, 0.4))
    delays = [subject.treat("天气", client="127.0.0.1", at=0.0).delay for _ in range(200)]
    assert 0.1 <= min(delays) < 0.15
    assert 0.35 < max(delays) <= 0.4
