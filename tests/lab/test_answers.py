import json
from email.utils import parsedate_to_datetime

import pytest

from probe.lab.answers import answer_question, put_off
from probe.lab.censor import Cause
from probe.lab.pages import HARD_NOTICE, SOFT_NOTICE
from probe.lab.platform import Treatment
from probe.lab.policy import Act, Form, Policy, ThrottleForm
from probe.lab.wire import encode_response

HTML = Policy(name="html")
JSON = Policy(name="json", form=Form.JSON)
MODERATION = Policy(name="moderation", form=Form.MODERATION, hard_act=Act.BLOCK)


def treatment(act: Act, *, new_layout: bool = False) -> Treatment:
    return Treatment(act=act, cause=Cause.KEYWORD, status=502, retry_after=3, new_layout=new_layout)


@pytest.mark.parametrize("policy", [HTML, JSON, MODERATION])
@pytest.mark.parametrize("act", [act for act in Act if act not in (Act.REFUSE, Act.PAGE)])
def test_every_act_has_an_answer(policy: Policy, act: Act) -> None:
    """No act is forgotten, and exactly those on the wire send nothing."""
    response = answer_question(policy, "谣言", treatment(act), "/x/search?q=1")
    assert (response is None) == (act in (Act.CUT, Act.CLOSE, Act.HANG))


@pytest.mark.parametrize(
    ("act", "status"),
    [
        (Act.FORBID, 403),
        (Act.ERROR, 502),
        (Act.THROTTLE, 429),
        (Act.CAPTCHA, 302),
        (Act.LOGIN, 302),
        (Act.DISGUISED, 200),
        (Act.NOTICE, 200),
        (Act.EMPTY, 200),
    ],
)
def test_the_status_of_an_act(act: Act, status: int) -> None:
    """Censorship hides behind 200, ordinary trouble mostly does not."""
    response = answer_question(HTML, "谣言", treatment(act), "/html/search?q=1")
    assert response is not None
    assert response.status == status


def test_a_json_platform_can_give_notice() -> None:
    """The notice is one more field beside an empty list."""
    response = answer_question(JSON, "谣言", treatment(Act.NOTICE), "/json/search?q=1")
    assert response is not None
    assert json.loads(response.body) == {"total": 0, "items": [], "notice": HARD_NOTICE}


@pytest.mark.parametrize("policy", [HTML, JSON, MODERATION])
def test_every_platform_can_change_its_layout(policy: Policy) -> None:
    """The new layout is another body for the same answer."""
    old = answer_question(policy, "天气", treatment(Act.SERVE), "/x")
    new = answer_question(policy, "天气", treatment(Act.SERVE, new_layout=True), "/x")
    assert old is not None
    assert new is not None
    assert (old.status, old.content_type) == (new.status, new.content_type)
    assert old.body != new.body


@pytest.mark.parametrize(
    ("form", "status", "header", "value"),
    [
        (ThrottleForm.HEADER, 429, "Retry-After", "2"),
        (ThrottleForm.RESET, 429, "x-rate-limit-reset", "1700000002"),
        (ThrottleForm.RESET_MS, 429, "X-RateLimit-Reset", "1700000001750"),
        (ThrottleForm.UNAVAILABLE, 503, "Retry-After", "2"),
    ],
)
def test_how_long_to_wait_stands_in_a_header(
    form: ThrottleForm, status: int, header: str, value: str
) -> None:
    """Whole seconds are rounded up, so that whoever obeys does not come too early."""
    response = put_off(form, 1.25, 1_700_000_000.5)
    assert (response.status, response.headers) == (status, {header: value})


def test_the_moment_to_come_back_can_be_a_date() -> None:
    """An HTTP date is in GMT, and never before the moment that is meant."""
    (date,) = put_off(ThrottleForm.DATE, 1.25, 1_700_000_000.5).headers.values()
    assert date.endswith(" GMT")
    assert parsedate_to_datetime(date).timestamp() == 1_700_000_002


@pytest.mark.parametrize(
    ("form", "field", "value"),
    [(ThrottleForm.JSON, "retry_after", 1.251), (ThrottleForm.JSON_MS, "retry_after_ms", 1251)],
)
def test_how_long_to_wait_stands_in_the_body(form: ThrottleForm, field: str, value: float) -> None:
    """In seconds or in milliseconds, and then in no header."""
    response = put_off(form, 1.2504, 1_700_000_000.5)
    assert (response.status, response.headers) == (429, {})
    assert json.loads(response.body)[field] == value


def test_a_status_of_its_own_says_nothing_of_how_long() -> None:
    """432 is no registered status, and goes out all the same."""
    response = put_off(ThrottleForm.ODD_STATUS, 1.25, 0.0)
    assert (response.status, response.headers) == (432, {})
    assert encode_response(response, keep_alive=True).startswith(b"HTTP/1.1 432 Odd\r\n")


@pytest.mark.parametrize("act", [Act.NAG, Act.SOURCES_NOTICE, Act.NOTICE])
def test_a_nagging_platform_has_one_notice_for_everything(act: Act) -> None:
    """Its wording tells nothing; what stands beside it does."""
    nagging = Policy(name="nagging", nag_rate=0.5)
    response = answer_question(nagging, "天气", treatment(act), "/x")
    assert response is not None
    assert HARD_NOTICE in response.body
    assert SOFT_NOTICE not in response.body
    assert ('<li class="result">' in response.body) is (act is not Act.NOTICE)
    assert ("blog1.example" in response.body) is (act is Act.NAG)
