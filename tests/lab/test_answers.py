import json

import pytest

from probe.lab.answers import answer_question
from probe.lab.censor import Act, Cause, Form, Policy
from probe.lab.pages import HARD_NOTICE
from probe.lab.platform import Treatment

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
