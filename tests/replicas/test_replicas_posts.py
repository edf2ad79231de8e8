"""The replicas that are posted to answer as the platforms' documents and public clients say."""

from __future__ import annotations

import json
import threading
import time
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.replicas import wechat_custom, yunxin
from tests.replicas.plain import FORM, JSON, WORDS, Clock, Reply, Send, asking
from tests.replicas.posts import Board
from tests.replicas.wechat_custom import CustomMessage
from tests.replicas.weibo_open import WeiboOpen
from tests.replicas.weibo_post import WeiboPost
from tests.replicas.yunxin import Yunxin


def test_what_is_kept_is_counted_while_it_is_looked_at() -> None:
    """A test may ask what is left while the server takes more."""
    board = Board()
    takers = [
        threading.Thread(target=lambda: [board.put("文", at=0.0) for _ in range(200)]) for _ in range(4)
    ]
    for taker in takers:
        taker.start()
    seen = [len(board.left()) for _ in range(50)]
    for taker in takers:
        taker.join()
    assert seen == sorted(seen)
    assert len(board.left()) == 800
    assert len({post.id for post in board.kept()}) == 800


def test_ids_are_never_given_twice() -> None:
    """A message that was taken away leaves a gap."""
    board = Board()
    first = board.put("一", at=0.0)
    board.take_away(first.id)
    assert board.put("二", at=0.0).id != first.id
    assert board.left() == ["二"]


# WeChat


def token_of(send: Send, **changed: str) -> Reply:
    given = {"grant_type": "client_credential", "appid": "wx0123456789abcdef", "secret": "replica-secret"}
    return send("/cgi-bin/token?" + urlencode(given | changed))


def write_to(send: Send, said: Any, token: str | None = None, **changed: Any) -> Any:
    token = token or token_of(send)[1]["access_token"]
    body = {"touser": "o-replica-user", "msgtype": "text", "text": {"content": said}} | changed
    sent = json.dumps(body, ensure_ascii=False)
    status, told, _ = send(f"/cgi-bin/message/custom/send?access_token={token}", sent, JSON)
    assert status == 200
    return told["errcode"]


def test_wechat_says_that_it_sent_what_nobody_gets() -> None:
    """Only a refused word is told; and nothing can be read back."""
    replica = CustomMessage(**WORDS)
    with asking(replica) as send:
        assert [write_to(send, one) for one in ("好文", "坏词一号", "疑词", "静词")] == [0, 87014, 0, 0]
        assert send("/cgi-bin/message/custom/get")[0] == 404
    assert replica.delivered("o-replica-user") == ["好文"]
    assert replica.left() == ["好文", "疑词", "静词"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"touser": "o-stranger"}, 40003),
        ({"msgtype": "words"}, 40008),
        ({"text": "好文"}, 47001),
        ({"text": {"content": ""}}, 44004),
        ({"text": {"content": "文" * 700}}, 45002),
    ],
)
def test_wechat_refuses(changed: dict[str, Any], code: int) -> None:
    """By a number inside HTTP 200."""
    with asking(CustomMessage()) as send:
        assert write_to(send, "好文", **changed) == code


def test_wechat_wants_a_token_in_the_address() -> None:
    """It is good for two hours, and for five minutes after the next was given out."""
    clock = Clock()
    with asking(CustomMessage(clock=clock)) as send:
        assert token_of(send, secret="x")[1]["errcode"] == 40125
        assert token_of(send, appid="x")[1]["errcode"] == 40013
        assert send("/cgi-bin/message/custom/send", "{}", JSON)[1]["errcode"] == 41001
        assert write_to(send, "文", token="x") == 40001
        old = token_of(send)[1]["access_token"]
        assert send(f"/cgi-bin/message/custom/send?access_token={old}")[1]["errcode"] == 43002
        assert send(f"/cgi-bin/message/custom/send?access_token={old}", "[", JSON)[1]["errcode"] == 47001
        new = token_of(send)[1]["access_token"]
        assert write_to(send, "文", token=old) == 0
        clock.now += 301
        assert [write_to(send, "文", token=one) for one in (old, new)] == [40001, 0]
        clock.now += 7000
        assert write_to(send, "文", token=new) == 42001
    with asking(CustomMessage(token_uses=1)) as send:
        one = token_of(send)[1]["access_token"]
        assert [write_to(send, "文", token=one) for _ in range(2)] == [0, 40001]


def test_wechat_lets_an_account_write_a_few_times_and_two_days() -> None:
    """Until the user writes again."""
    clock = Clock()
    replica = CustomMessage(clock=clock, replies=2)
    with asking(replica) as send:
        assert [write_to(send, "文") for _ in range(3)] == [0, 0, 45047]
        replica.write("o-replica-user")
        assert write_to(send, "文") == 0
        clock.now += wechat_custom.WINDOW + 1
        assert write_to(send, "文") == 45015
        replica.write("o-replica-user")
        assert write_to(send, "文") == 0


def test_wechat_shows_what_is_escaped_as_it_was_written() -> None:
    """So the text must be sent in UTF-8, as it is."""
    replica = CustomMessage(**WORDS)
    with asking(replica) as send:
        token = token_of(send)[1]["access_token"]
        body = json.dumps({"touser": "o-replica-user", "msgtype": "text", "text": {"content": "坏词一号"}})
        assert send(f"/cgi-bin/message/custom/send?access_token={token}", body, JSON)[1]["errcode"] == 0
    assert replica.delivered("o-replica-user") == [r"\u574f\u8bcd\u4e00\u53f7"]


@pytest.mark.parametrize("trouble", CustomMessage.troubles)
def test_the_troubles_of_wechat(trouble: str) -> None:
    """Each is a number of its own."""
    with asking(CustomMessage(trouble=trouble)) as send:
        assert write_to(send, "好文") == wechat_custom.TROUBLES[trouble] != 0


# Weibo


SUB = {"Cookie": "SUB=_2A25replica-m; SUBP=x"}
COMPOSE = SUB | FORM | {"Referer": "https://m.weibo.cn/compose/"}


def post(send: Send, text: str, headers: dict[str, str] = COMPOSE, **changed: str) -> Reply:
    config = send("/api/config", None, SUB)[1]["data"]
    fields = {
        "content": text,
        "st": config.get("st", ""),
        "visible": "0",
        "_spr": "screen:1920x1080",
    } | changed
    return send("/api/statuses/update", urlencode(fields), headers)


def erase(send: Send, mid: str, **changed: str) -> Reply:
    st = send("/api/config", None, SUB)[1]["data"]["st"]
    fields = {"mid": mid, "st": st} | changed
    return send("/profile/delMyblog", urlencode(fields), COMPOSE | {"Referer": "https://m.weibo.cn/profile/"})


def test_a_post_on_weibo_is_written_read_and_erased() -> None:
    """By anybody, where everybody may read."""
    replica = WeiboPost(**WORDS)
    with asking(replica) as send:
        told = post(send, "好文 <b>")[1]
        assert (told["ok"], told["data"]["text"]) == (1, "好文 &lt;b&gt;")
        where = f"/statuses/show?id={told['data']['id']}"
        assert send(where)[1]["data"]["text"] == "好文 &lt;b&gt;"
        assert replica.public() == ["好文 <b>"]
        assert erase(send, "1")[1]["errno"] == "20101"
        assert erase(send, told["data"]["id"])[1]["ok"] == 1
        assert send(where)[1]["errno"] == "20101"
    assert replica.left() == []


def test_what_is_for_the_author_alone_cannot_be_read_by_others() -> None:
    """`visible=1`: only his own cookie shows it, and that shows what is kept from all others too."""
    replica = WeiboPost(**WORDS)
    with asking(replica) as send:
        own = post(send, "好文", visible="1")[1]["data"]
        silent = post(send, "静词")[1]["data"]
        assert own["visible"]["type"] == 1
        assert send(f"/statuses/show?id={own['id']}")[1]["errno"] == "20112"
        assert send(f"/statuses/show?id={silent['id']}")[1]["errno"] == "20101"
        for one in (own, silent):
            assert send(f"/statuses/show?id={one['id']}", None, SUB)[1]["ok"] == 1
    assert replica.public() == []


def test_weibo_names_what_it_refuses() -> None:
    """By a number as text, inside HTTP 200. What is held has no number to be erased by, unless it is held in silence."""
    replica = WeiboPost(**WORDS)
    with asking(replica) as send:
        refused = [post(send, one)[1] for one in ("坏词一号", "疑词", "", "文" * 2001)]
        assert [one["errno"] for one in refused] == ["20021", "20032", "20008", "20012"]
        assert refused[0]["msg"] == "抱歉，根据相关法律法规的要求，此内容无法发布。"
        assert all(one["ok"] == 0 and "data" not in one for one in refused)
        assert post(send, "好文", visible="x")[1]["errno"] == "20121"
    assert replica.left() == ["疑词"]
    with asking(WeiboPost(quiet=True, **WORDS)) as send:
        held = post(send, "疑词")[1]["data"]["id"]
        assert send(f"/statuses/show?id={held}")[1]["errno"] == "20101"


def test_weibo_refuses_repetition_for_ten_minutes_and_too_many() -> None:
    """And takes the same again after that."""
    clock = Clock()
    with asking(WeiboPost(clock=clock, limit=2)) as send:
        assert [post(send, "好文")[1].get("errno") for _ in range(2)] == [None, "20019"]
        clock.now += 601
        assert [post(send, "好文")[1].get("errno") for _ in range(2)] == [None, "20016"]


@pytest.mark.parametrize(
    "changed",
    [
        {"st": "000000"},
        {"headers": SUB | FORM},
        {"headers": COMPOSE | {"Referer": "https://weibo.com/compose/"}},
        {"headers": COMPOSE | {"Referer": "https://m.weibo.cn/profile/"}},
        {"headers": COMPOSE | {"Content-Type": "application/json"}},
    ],
)
def test_weibo_takes_forms_from_its_own_page_only(changed: dict[str, Any]) -> None:
    """With the token of the login."""
    replica = WeiboPost()
    with asking(replica) as send:
        status, told, _ = post(send, "好文", **changed)
    assert (status, told["errno"], told["msg"]) == (403, "100006", "请求非法")
    assert replica.left() == []


def test_weibo_shows_who_is_logged_in() -> None:
    """Another site's cookie is none."""
    with asking(WeiboPost(open_to_all=False)) as send:
        assert send("/api/config")[1]["data"] == {"login": False}
        told = send("/api/config", None, SUB)[1]["data"]
        assert told["login"]
        assert len(told["st"]) == 6
        refused = post(send, "好文", COMPOSE | {"Cookie": "SUB=_2A25replica-com"})[1]
        assert refused["ok"] == -100
        assert refused["url"].startswith("https://passport.weibo.com/sso/signin?")
        assert send("/statuses/show?id=1")[0] == 302


def test_the_troubles_of_weibo() -> None:
    """As the site shows them."""
    shown: dict[str, Any] = {}
    for trouble in WeiboPost.troubles:
        with asking(WeiboPost(trouble=trouble)) as send:
            status, told, _ = send("/api/config", None, SUB)
            if isinstance(told, dict) and told["data"]["login"]:
                status, told, _ = post(send, "好文")
            shown[trouble] = (status, told.get("errno", told.get("data")) if isinstance(told, dict) else None)
    assert shown == {
        "login": (200, {"login": False}),
        "http-432": (432, None),
        "captcha": (200, "20031"),
        "too-frequent": (200, "20016"),
        "requests": (403, "100005"),
        "locked": (200, "20034"),
        "wall": (302, None),
    }


def share(send: Send, text: str, **changed: str) -> Reply:
    fields = {"access_token": "2.00replica", "status": f"{text} https://probe.example/"} | changed
    return send("/2/statuses/share.json", urlencode(fields), FORM)


def test_the_open_api_names_what_it_refuses() -> None:
    """In an envelope, with 400 or 403."""
    replica = WeiboOpen(**WORDS)
    with asking(replica) as send:
        status, told, _ = share(send, "好文")
        assert (status, told["text"]) == (200, "好文 https://probe.example/")
        refused = [share(send, one)[:2] for one in ("坏词一号", "疑词", "好文")]
        assert [(code, one["error_code"]) for code, one in refused] == [
            (400, 20021),
            (400, 20032),
            (400, 20019),
        ]
        assert refused[0][1]["request"] == "/2/statuses/share.json"
        assert share(send, "", status="别文")[1]["error_code"] == 10017
        assert share(send, "别文", access_token="x")[1]["error_code"] == 21332
        old = urlencode({"access_token": "2.00replica", "status": "别文"})
        assert send("/2/statuses/update.json", old, FORM)[:1] == (403,)
        one = f"access_token=2.00replica&id={told['id']}"
        assert send(f"/2/statuses/show.json?{one}")[1]["idstr"] == str(told["id"])
        assert send("/2/statuses/destroy.json", one, FORM)[0] == 200
        assert send(f"/2/statuses/show.json?{one}")[1]["error_code"] == 20101
    assert replica.left() == ["疑词 https://probe.example/"]


def test_the_troubles_of_the_open_api() -> None:
    """By their numbers."""
    codes = {}
    for trouble in WeiboOpen.troubles:
        with asking(WeiboOpen(trouble=trouble)) as send:
            codes[trouble] = share(send, "好文")[1]["error_code"]
    expected = {
        "login": 21327,
        "captcha": 20031,
        "too-frequent": 20016,
        "user-limit": 10023,
        "permission": 10014,
    }
    assert codes == expected


# Yunxin


def signed(now: float | None = None, nonce: str = "n1", **changed: Any) -> dict[str, str]:
    when = str(int(time.time() if now is None else now))
    checksum = yunxin.sign("replica-app-secret", nonce, when)
    given = {"AppKey": "replica-app-key", "Nonce": nonce, "CurTime": when, "CheckSum": checksum}
    return FORM | given | changed


def send_message(send: Send, text: str, headers: dict[str, str] | None = None, **changed: Any) -> Any:
    body = json.dumps({"msg": text}, ensure_ascii=False)
    fields = {"from": "probe-a", "ope": "0", "to": "probe-b", "type": "0", "body": body} | changed
    status, told, _ = send("/nimserver/msg/sendMsg.action", urlencode(fields), headers or signed())
    assert status == 200
    return told


def history(send: Send, **changed: str) -> Any:
    now = int(time.time() * 1000)
    fields = {"from": "probe-a", "to": "probe-b", "begintime": str(now - 60000), "endtime": str(now + 60000)}
    fields |= {"limit": "100", "reverse": "1"} | changed
    return send("/nimserver/history/querySessionMsg.action", urlencode(fields), signed())[1]


def recall(send: Send, data: dict[str, Any], action: str = "recall", **changed: str) -> int:
    fields = {"deleteMsgid": str(data["msgid"]), "timetag": str(data["timetag"]), "type": "7"}
    fields |= {"from": "probe-a", "to": "probe-b"} | changed
    code: int = send(f"/nimserver/msg/{action}.action", urlencode(fields), signed())[1]["code"]
    return code


def test_a_message_arrives_and_is_recalled() -> None:
    """In the history of both, whoever asks."""
    replica = Yunxin(**WORDS)
    with asking(replica) as send:
        told = send_message(send, "好文")
        assert (told["code"], told["data"]["antispam"]) == (200, False)
        found = history(send, **{"from": "probe-b", "to": "probe-a"})
        assert (found["code"], found["size"]) == (200, 1)
        assert found["msgs"][0]["body"] == {"msg": "好文"}
        assert found["msgs"][0]["msgid"] == told["data"]["msgid"]
        wrong = [
            {"type": "0"},
            {"timetag": "1"},
            {"to": "probe-c"},
            {"deleteMsgid": "1"},
            {"ignoreTime": "0"},
        ]
        assert [recall(send, told["data"], **one) for one in wrong] == [414] * 5
        assert recall(send, told["data"]) == 200
        assert history(send)["msgs"] == []
        assert recall(send, send_message(send, "又")["data"], "delMsg") == 200
    assert replica.left() == []


def test_a_refused_message_is_answered_like_any_other_but_for_one_field() -> None:
    """It is in no history and cannot be recalled; a suspect one arrives, and is told to be suspect."""
    replica = Yunxin(**WORDS)
    with asking(replica) as send:
        spam = send_message(send, "坏词一号")
        assert (spam["code"], spam["data"]["antispam"]) == (200, True)
        assert json.loads(spam["data"]["yidunAntiSpamRes"])["ext"]["antispam"]["suggestion"] == 2
        assert recall(send, spam["data"]) == 414
        suspect, silent = send_message(send, "疑词")["data"], send_message(send, "静词")["data"]
        assert json.loads(suspect["yidunAntiSpamRes"])["ext"]["antispam"]["suggestion"] == 1
        assert (silent["antispam"], "yidunAntiSpamRes" in silent) == (False, False)
        assert [one["body"]["msg"] for one in history(send)["msgs"]] == ["疑词"]
    assert replica.left() == ["疑词", "静词"]


def test_other_ways_to_refuse_and_to_mask() -> None:
    """The app's own callback, its asterisks, and an app without Yidun's full service."""
    with asking(Yunxin(refuses_by="forbidden", masks=True, verdicts=False, **WORDS)) as send:
        assert send_message(send, "坏词一号") == {"desc": "not allow!", "code": 403}
        assert set(send_message(send, "含疑词")["data"]) == {"msgid", "timetag", "antispam"}
        assert [one["body"]["msg"] for one in history(send)["msgs"]] == ["含**"]


@pytest.mark.parametrize(
    ("changed", "desc"),
    [
        ({"AppKey": "x"}, "appkey"),
        ({"Nonce": ""}, "nonce"),
        ({"Nonce": "x" * 129}, "nonce"),
        ({"Nonce": "x"}, "checksum"),
        ({"CurTime": "1"}, "CurTime is expired"),
        ({"CheckSum": yunxin.sign("other", "n1", "1")}, "checksum"),
        ({"Content-Type": "application/json"}, "content type"),
    ],
)
def test_yunxin_wants_signed_headers(changed: dict[str, Any], desc: str) -> None:
    """Each fault has its word, all the same number."""
    with asking(Yunxin()) as send:
        assert send_message(send, "好文", signed(**changed)) == {"desc": desc, "code": 414}


def test_a_checksum_is_good_for_five_minutes_and_in_small_letters() -> None:
    """Later it is expired, whoever signed it."""
    with asking(Yunxin()) as send:
        assert send_message(send, "好文", signed(time.time() - 290))["code"] == 200
        assert send_message(send, "好文", signed(time.time() - 310))["code"] == 414
        large = signed()
        assert send_message(send, "好文", large | {"CheckSum": large["CheckSum"].upper()})["code"] == 414


@pytest.mark.parametrize(
    "changed",
    [
        {"from": "probe-c"},
        {"to": ""},
        {"ope": "2"},
        {"type": "1"},
        {"body": "好文"},
        {"body": '{"text": "好文"}'},
        {"body": json.dumps({"msg": "x" * 5000})},
        {"option": "x"},
    ],
)
def test_yunxin_refuses(changed: dict[str, Any]) -> None:
    """What its guide calls a wrong parameter."""
    replica = Yunxin()
    with asking(replica) as send:
        assert send_message(send, "好文", **changed)["code"] == 414
    assert replica.left() == []


def test_a_history_has_its_limits() -> None:
    """The latest first, where nothing else is asked for; what is not to be stored is not in it."""
    with asking(Yunxin()) as send:
        for text in ("一", "二"):
            send_message(send, text)
        send_message(send, "三", option='{"history": false}')
        told = [[one["body"]["msg"] for one in history(send, reverse=way)["msgs"]] for way in ("1", "2")]
        assert told == [["一", "二"], ["二", "一"]]
        assert history(send, limit="1", reverse="2")["size"] == 1
        assert history(send, endtime="1") == {"desc": "bad time", "code": 414}
        assert [
            history(send, **one)["code"] for one in ({"limit": "101"}, {"limit": "0"}, {"reverse": "3"})
        ] == [414] * 3


def test_a_message_can_be_recalled_for_two_minutes() -> None:
    """Unless the time is to be ignored."""
    clock = Clock()
    with asking(Yunxin(clock=clock)) as send:
        data = send_message(send, "好文", signed(clock.now))["data"]
        clock.now += 121
        fields = {"deleteMsgid": str(data["msgid"]), "timetag": str(data["timetag"]), "type": "7"}
        fields |= {"from": "probe-a", "to": "probe-b"}
        late = [fields, fields | {"ignoreTime": "1"}]
        told = [send("/nimserver/msg/recall.action", urlencode(one), signed(clock.now))[1] for one in late]
        assert [one["code"] for one in told] == [508, 200]


@pytest.mark.parametrize("trouble", Yunxin.troubles)
def test_the_troubles_of_yunxin(trouble: str) -> None:
    """By code, inside HTTP 200."""
    with asking(Yunxin(trouble=trouble)) as send:
        code, desc = yunxin.TROUBLES[trouble]
        assert send_message(send, "好文") == {"desc": desc, "code": code}
