"""The replicas of moderation services answer as the platforms' documents say."""

from __future__ import annotations

import base64
import hashlib
import json
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from tests.replicas import aliyun, netease, tencent
from tests.replicas.aliyun import Aliyun
from tests.replicas.baidu_censor import CHECK, BaiduCensor
from tests.replicas.firewall import QUOTED, Firewall
from tests.replicas.netease import Yidun
from tests.replicas.replica import Asked, served
from tests.replicas.tencent import Tencent
from tests.replicas.wechat import MISSING, SAMPLES, Moderator, MsgSecCheck
from tests.replicas.western import Azure, OpenAI

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
WORDS: dict[str, Any] = {"hard": frozenset({"坏词"}), "soft": frozenset({"疑词"})}
WHERE: dict[type[Moderator], str] = {
    MsgSecCheck: "result.suggest",
    Yidun: "result.antispam.suggestion",
    BaiduCensor: "conclusionType",
    Tencent: "Response.Suggestion",
    Aliyun: "Data.RiskLevel",
    OpenAI: "results.0.flagged",
    Azure: "categoriesAnalysis.3.severity",
}

REPLICAS = tuple(WHERE)
Reply = tuple[int, Any]
"""Status and body: from JSON where it is JSON."""
Send = Callable[..., Reply]


@contextmanager
def asking(replica: Any) -> Iterator[Send]:
    """Send requests to a replica, each on a connection of its own."""
    with served(replica) as base:

        def send(
            target: str,
            body: str | bytes | None = None,
            headers: dict[str, str] | None = None,
            method: str = "POST",
        ) -> Reply:
            connection = HTTPConnection(base.removeprefix("http://"), timeout=5)
            sent = body.encode() if isinstance(body, str) else body
            connection.request(method, target, sent, headers or {})
            answer = connection.getresponse()
            content = answer.read().decode()
            connection.close()
            return answer.status, json.loads(content) if content.startswith("{") else content

        yield send


def ask_wechat(send: Send, text: str, **changed: Any) -> Reply:
    given = "grant_type=client_credential&appid=wx0123456789abcdef&secret=replica-secret"
    token = send(f"/cgi-bin/token?{given}", method="GET")[1]["access_token"]
    body = {"version": 2, "openid": "o-replica-user", "scene": 2, "content": text} | changed
    sent = json.dumps({name: value for name, value in body.items() if value is not None}, ensure_ascii=False)
    return send(f"/wxa/msg_sec_check?access_token={token}", sent, JSON)


def ask_yidun(send: Send, text: str, key: str = "replica-key", **changed: str) -> Reply:
    fields = {"secretId": "replica-id", "businessId": "replica-business", "version": "v5.2", "content": text}
    fields |= {"timestamp": str(int(time.time() * 1000)), "nonce": uuid.uuid4().hex, "dataId": "1"} | changed
    return send("/v5/text/check", urlencode(fields | {"signature": netease.sign(fields, key)}), FORM)


def ask_baidu(send: Send, text: str, **changed: str) -> Reply:
    given = {"grant_type": "client_credentials", "client_id": "replica-id", "client_secret": "replica-secret"}
    status, told = send(f"/oauth/2.0/token?{urlencode(given | changed)}")
    if status != 200:
        return status, told
    return send(f"{CHECK}?access_token={told['access_token']}", urlencode({"text": text}), FORM)


def ask_tencent(send: Send, text: str, key: str = "replica-key", **changed: str) -> Reply:
    headers = {"content-type": "application/json", "host": "tms.tencentcloudapi.com"}
    headers |= {"x-tc-action": "TextModeration", "x-tc-version": "2020-12-29", "x-tc-region": "ap-guangzhou"}
    headers |= {"x-tc-timestamp": str(int(time.time()))}
    headers |= {name.replace("_", "-"): value for name, value in changed.items()}
    body = json.dumps({"Content": base64.b64encode(text.encode()).decode()}).encode()
    asked = Asked(method="POST", target="/", headers=headers, body=body)
    signature = tencent.sign(asked, key=key, service="tms", signed=["content-type", "host"])
    date = time.strftime("%Y-%m-%d", time.gmtime(int(headers["x-tc-timestamp"])))
    scope = f"Credential=AKIDreplica/{date}/tms/tc3_request, SignedHeaders=content-type;host"
    return send("/", body, headers | {"authorization": f"TC3-HMAC-SHA256 {scope}, Signature={signature}"})


def ask_aliyun(send: Send, text: str, secret: str = "replica-secret", **changed: str) -> Reply:
    fields = {"Action": "TextModerationPlus", "Version": "2022-03-02", "AccessKeyId": "replica-id"}
    fields |= {"SignatureMethod": "HMAC-SHA1", "SignatureVersion": "1.0", "SignatureNonce": uuid.uuid4().hex}
    fields |= {"Timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
    fields |= {"Service": "llm_query_moderation", "Format": "JSON"}
    fields |= {"ServiceParameters": json.dumps({"content": text})} | changed
    return send("/", urlencode(fields | {"Signature": aliyun.sign("POST", fields, secret)}), FORM)


def ask_openai(send: Send, text: str, key: str = "sk-replica") -> Reply:
    body = json.dumps({"model": "omni-moderation-latest", "input": text})
    return send("/v1/moderations", body, JSON | {"Authorization": f"Bearer {key}"})


def ask_azure(
    send: Send, text: str, key: str = "replica-key", version: str = "2024-09-01", **more: Any
) -> Reply:
    target = f"/contentsafety/text:analyze?api-version={version}"
    return send(target, json.dumps({"text": text} | more), JSON | {"Ocp-Apim-Subscription-Key": key})


ASK: dict[type[Moderator], Callable[..., Reply]] = {
    MsgSecCheck: ask_wechat,
    Yidun: ask_yidun,
    BaiduCensor: ask_baidu,
    Tencent: ask_tencent,
    Aliyun: ask_aliyun,
    OpenAI: ask_openai,
    Azure: ask_azure,
}


def find(told: Any, path: str) -> Any:
    """What stands at a dotted path; MISSING where nothing does."""
    for step in path.split("."):
        try:
            told = told[int(step) if isinstance(told, list) else step]
        except (KeyError, IndexError, TypeError):
            return MISSING
    return told


@pytest.mark.parametrize("kind", REPLICAS)
@pytest.mark.parametrize(
    ("text", "rank"), [("今天天气好", 0), ("今天天气", 0), ("说疑词", 1), ("坏词和疑词", 2)]
)
def test_a_verdict_stands_in_its_field(kind: type[Moderator], text: str, rank: int) -> None:
    """Pass, review and refusal, each as documented, in HTTP 200."""
    with asking(kind(**WORDS)) as send:
        status, told = ASK[kind](send, text)
    assert status == 200
    assert find(told, WHERE[kind]) == kind.verdicts[rank]


@pytest.mark.parametrize("kind", REPLICAS)
@pytest.mark.parametrize("forced", ["unheard of", None, 7, [], {}, MISSING])
def test_a_verdict_can_be_forced(kind: type[Moderator], forced: Any) -> None:
    """Any value for every question, or none at all."""
    with asking(kind(forced=forced, **WORDS)) as send:
        assert find(ASK[kind](send, "今天天气好")[1], WHERE[kind]) == forced


@pytest.mark.parametrize("kind", REPLICAS)
def test_other_fields_can_be_put_in_place(kind: type[Moderator]) -> None:
    """By path: a value, or nothing."""
    whole = WHERE[kind].split(".")[0]
    with asking(kind(overrides={"extra": [1, 2], "extra.*": 3, whole: MISSING})) as send:
        told = ASK[kind](send, "今天天气好")[1]
    assert find(told, whole) is MISSING
    assert told["extra"] == [3, 3]


WECHAT = {"token-error": 40001, "rate-limit": 45009, "too-frequent": 45011, "server-busy": -1}
AZURE = {"token-error": 401, "rate-limit": 429, "server-busy": 503}
TROUBLES: list[tuple[type[Moderator], str, int, str, Any]] = [
    *((MsgSecCheck, name, 200, "errcode", code) for name, code in WECHAT.items()),
    (MsgSecCheck, "openid-expired", 200, "errcode", 61010),
    (MsgSecCheck, "openid-mismatch", 200, "errcode", 43104),
    (Yidun, "token-error", 200, "code", 410),
    (Yidun, "rate-limit", 200, "code", 429),
    (Yidun, "server-busy", 200, "code", 503),
    (BaiduCensor, "token-error", 200, "error_code", 110),
    (BaiduCensor, "rate-limit", 200, "error_code", 18),
    (BaiduCensor, "server-busy", 200, "error_code", 282000),
    (BaiduCensor, "audit-failed", 200, "conclusionType", 4),
    (Tencent, "token-error", 200, "Response.Error.Code", "AuthFailure.TokenFailure"),
    (Tencent, "rate-limit", 200, "Response.Error.Code", "RequestLimitExceeded"),
    (Tencent, "server-busy", 200, "Response.Error.Code", "FailedOperation"),
    (Aliyun, "token-error", 404, "Code", "InvalidAccessKeyId.NotFound"),
    (Aliyun, "rate-limit", 400, "Code", "Throttling.User"),
    (Aliyun, "server-busy", 503, "Code", "ServiceUnavailable"),
    (Aliyun, "quota", 200, "Code", 588),
    (OpenAI, "token-error", 401, "error.code", "invalid_api_key"),
    (OpenAI, "rate-limit", 429, "error.code", "rate_limit_exceeded"),
    (OpenAI, "quota", 429, "error.code", "insufficient_quota"),
    (OpenAI, "server-busy", 503, "error.type", "server_error"),
    *((Azure, name, status, "error.code", str(status)) for name, status in AZURE.items()),
    (Azure, "empty-analysis", 200, "categoriesAnalysis", []),
]


def test_every_trouble_is_tried() -> None:
    """The list above is whole."""
    listed = {(kind, trouble) for kind, trouble, *_ in TROUBLES}
    assert listed == {(kind, trouble) for kind in REPLICAS for trouble in kind.troubles}


@pytest.mark.parametrize(("kind", "trouble", "status", "path", "value"), TROUBLES)
def test_a_trouble_is_shown_for_every_question(
    kind: type[Moderator], trouble: str, status: int, path: str, value: Any
) -> None:
    """With its own code, and without a verdict that could be taken for one."""
    with asking(kind(trouble=trouble, **WORDS)) as send:
        got, told = ASK[kind](send, "坏词")
    assert (got, find(told, path)) == (status, value)
    assert find(told, WHERE[kind]) in (MISSING, 4)


@pytest.mark.parametrize(
    ("kind", "changed", "path", "value"),
    [
        (MsgSecCheck, {"openid": None}, "errcode", 40003),
        (MsgSecCheck, {"openid": "o-gone"}, "errcode", 61010),
        (MsgSecCheck, {"scene": 5}, "errcode", 40129),
        (MsgSecCheck, {"scene": "2"}, "errcode", 40129),
        (MsgSecCheck, {"version": "2"}, "errcode", 47001),
        (MsgSecCheck, {"access_token": "1_replica-token"}, "errcode", 47001),
        (MsgSecCheck, {"content": ""}, "errcode", 44002),
        (Yidun, {"key": "wrong"}, "code", 410),
        (Yidun, {"secretId": "other"}, "code", 401),
        (Yidun, {"nonce": ""}, "code", 400),
        (Yidun, {"version": "v4"}, "code", 405),
        (Yidun, {"timestamp": "1551113065000"}, "code", 420),
        (Yidun, {"timestamp": "1551113065"}, "code", 420),
        (BaiduCensor, {"client_secret": "wrong"}, "error", "invalid_client"),
        (Tencent, {"key": "wrong"}, "Response.Error.Code", "AuthFailure.SignatureFailure"),
        (Tencent, {"x_tc_timestamp": "1551113065"}, "Response.Error.Code", "AuthFailure.SignatureExpire"),
        (Tencent, {"x_tc_action": "ImageModeration"}, "Response.Error.Code", "InvalidAction"),
        (Tencent, {"x_tc_version": "2019-01-01"}, "Response.Error.Code", "NoSuchVersion"),
        (Aliyun, {"secret": "wrong"}, "Code", "SignatureDoesNotMatch"),
        (Aliyun, {"Timestamp": "2020-01-01T00:00:00Z"}, "Code", "InvalidTimeStamp.Expired"),
        (Aliyun, {"Service": "unheard_of"}, "Code", 400),
        (Aliyun, {"ServiceParameters": "今天"}, "Code", 400),
        (Aliyun, {"Version": "2018-05-09"}, "Code", "InvalidVersion"),
        (OpenAI, {"key": "wrong"}, "error.code", "invalid_api_key"),
        (Azure, {"key": "wrong"}, "error.code", "401"),
        (Azure, {"version": "2020-01-01"}, "error.code", "404"),
        (Azure, {"outputType": "Two"}, "error.code", "InvalidRequestBody"),
    ],
)
def test_what_is_demanded_is_verified(
    kind: type[Moderator], changed: dict[str, Any], path: str, value: Any
) -> None:
    """Each with the error of the platform."""
    gone: dict[str, Any] = {"gone": frozenset({"o-gone"})} if kind is MsgSecCheck else {}
    with asking(kind(**WORDS, **gone)) as send:
        assert find(ASK[kind](send, "坏词", **changed)[1], path) == value


@pytest.mark.parametrize("kind", REPLICAS)
def test_a_wrong_path_is_refused(kind: type[Moderator]) -> None:
    """So that a wrong definition is seen."""
    with asking(kind()) as send:
        assert send("/wrong", "{}", JSON)[0] == 404


@pytest.mark.parametrize(
    ("kind", "field", "code"), [(MsgSecCheck, "errcode", 40001), (BaiduCensor, "error_code", 111)]
)
def test_a_token_becomes_stale(kind: Any, field: str, code: int) -> None:
    """After as many checks as it is good for; a new one works."""
    replica = kind(token_uses=1)
    with asking(replica) as send:
        verdict = ASK[kind](send, "今天")
        last = replica.asked[-1]
        told = send(last.target, last.body, {"Content-Type": last.headers["content-type"]})[1]
        assert told[field] == code
        assert ASK[kind](send, "今天") == verdict


def test_wechats_first_version_tells_by_its_code() -> None:
    """Also for the two texts of its own page; it knows no review."""
    with asking(MsgSecCheck(**WORDS)) as send:
        codes = [
            ask_wechat(send, text, version=None, openid=None)[1]["errcode"]
            for text in (*SAMPLES, "坏词", "疑词")
        ]
    assert codes == [87014, 87014, 87014, 0]


def test_wechat_passes_an_escaped_text() -> None:
    """As is reported of it; an escape that JSON demands is none."""
    body = '{"version": 2, "openid": "o-replica-user", "scene": 1, "content": "%s"}'
    with asking(MsgSecCheck(**WORDS)) as send:
        ask_wechat(send, "")
        target = "/wxa/msg_sec_check?access_token=1_replica-token"
        texts = [r"\u574f\u8bcd", r"坏词\u000a", r"坏词\\u574f", r"\\\u574f\u8bcd"]
        verdicts = [send(target, body % text, JSON)[1]["result"]["suggest"] for text in texts]
        assert send("/wxa/msg_sec_check", body % "坏词", JSON)[1]["errcode"] == 41001
        assert send(target, (body % "坏词").encode("gb18030"), JSON)[1]["errcode"] == 47001
    assert verdicts == ["pass", "risky", "risky", "pass"]


def test_baidu_has_no_findings_for_a_compliant_text() -> None:
    """The field is absent, and a form in another encoding is refused."""
    with asking(BaiduCensor(**WORDS)) as send:
        assert "data" not in ask_baidu(send, "今天")[1]
        assert ask_baidu(send, "坏词")[1]["data"][0]["hits"][0]["words"] == ["坏词"]
        gbk = "text=" + quote("坏词", encoding="gb18030")
        assert send(f"{CHECK}?access_token=24.replica.1", gbk, FORM)[1]["error_code"] == 282002


@pytest.mark.parametrize(("kind", "code"), [(Yidun, 430), (Aliyun, "SignatureNonceUsed")])
def test_a_signed_request_is_good_once(kind: type[Moderator], code: Any) -> None:
    """The same nonce again is refused."""
    replica = kind()
    with asking(replica) as send:
        ASK[kind](send, "今天")
        once = replica.asked[0]
        told = send(once.target, once.body, FORM)[1]
    assert told.get("code", told.get("Code")) == code


def test_azure_uses_lists_that_are_named() -> None:
    """A hit there may leave the analysis empty."""
    replica = Azure(blocklists={"mine": frozenset({"自家词"})})
    with asking(replica) as send:
        told = ask_azure(send, "有自家词", blocklistNames=["mine"], haltOnBlocklistHit=True)[1]
        assert ask_azure(send, "有自家词")[1]["blocklistsMatch"] == []
    assert told["blocklistsMatch"][0]["blocklistItemText"] == "自家词"
    assert told["categoriesAnalysis"] == []


def test_azures_severity_is_forced_in_all_categories() -> None:
    """Otherwise one of them finds what there is to find."""
    with asking(Azure(forced=4)) as send:
        assert [one["severity"] for one in ask_azure(send, "今天")[1]["categoriesAnalysis"]] == [4] * 4


def test_the_signature_of_yidun() -> None:
    """Names and values in the order of names, then the key; the signature itself is left out."""
    told = hashlib.md5("a1b坏词key".encode()).hexdigest()
    assert netease.sign({"b": "坏词", "signature": "x", "a": "1"}, "key") == told


def test_the_signature_of_tencents_own_example() -> None:
    """From the page that describes the recipe."""
    body = rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'
    headers = {"content-type": "application/json; charset=utf-8", "host": "cvm.tencentcloudapi.com"}
    asked = Asked(method="POST", target="/", headers=headers | {"x-tc-timestamp": "1551113065"}, body=body)
    key, signed = "Gu5t9xGARNpq86cd98joQYCN3*******", ["content-type", "host"]
    told = "2230eefd229f582d8b1b891af7107b91597240707d778ab3738f756258d7652c"
    assert tencent.sign(asked, key=key, service="cvm", signed=signed) == told


def test_the_signature_of_aliyuns_own_example() -> None:
    """From the page that describes the recipe."""
    given = {
        "Timestamp": "2016-02-23T12:46:24Z",
        "Format": "XML",
        "AccessKeyId": "testid",
        "Version": "2014-05-26",
    }
    given |= {"Action": "DescribeRegions", "SignatureMethod": "HMAC-SHA1", "SignatureVersion": "1.0"}
    given |= {"SignatureNonce": "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf"}
    assert aliyun.sign("GET", given, "testsecret") == "OLeaidS1JvxuMvnyHOwuJ+uX5qY="


GB = quote("坏词", encoding="gb18030")
UTF = quote("坏词")


@pytest.mark.parametrize(
    ("target", "headers", "is_cut"),
    [
        (f"/?q={UTF}", {}, True),
        (f"/?q={UTF.lower()}", {}, True),
        (f"/?q={GB}", {}, True),
        (f"/{UTF}/x", {}, True),
        ("/?q=%61b", {}, True),
        ("/?q=ultrasurf", {}, True),
        ("/", {"Host": "ultrasurf.example"}, True),
        ("/", {"Host": "坏词.example".encode().decode("latin-1")}, True),
        ("/", {"Host": f"{UTF}.example"}, True),
        ("/", {"Cookie": "a=ultrasurf", "Referer": "http://ultrasurf.example/"}, False),
        (f"/?q={quote('两面')}", {}, False),
        (f"/search?q={quote('两面')}", {}, True),
        (f"/search?q={quote('天气')}", {}, False),
    ],
)
def test_the_firewall_looks_at_the_request_line_and_the_host(
    target: str, headers: dict[str, str], is_cut: bool
) -> None:
    """In both encodings; at nothing else."""
    replica = Firewall(hard=frozenset({"坏词", "ultrasurf", "%61b"}), searched=frozenset({"两面"}))
    with asking(replica) as send:
        if is_cut:
            with pytest.raises(ConnectionResetError):
                send(target, None, headers, "GET")
        else:
            assert send(target, "ultrasurf", headers)[0] == 200


def test_the_firewall_punishes_after_a_hit() -> None:
    """Every request, until its time is over."""
    now = [0.0]
    replica = Firewall(hard=frozenset({"ultrasurf"}), clock=lambda: now[0])
    with asking(replica) as send:
        for at, target in ((0, "/?q=ultrasurf"), (89, "/?q=a")):
            now[0] = at
            with pytest.raises(ConnectionResetError):
                send(target, method="GET")
        now[0] = 90
        assert send("/?q=a", method="GET")[0] == 200


def test_the_firewall_misses_some() -> None:
    """What it misses it does not punish either."""
    with asking(Firewall(hard=frozenset({"ultrasurf"}), share=0.75, chance=lambda: 0.8)) as send:
        assert send("/?q=ultrasurf", method="GET")[0] == 200


def test_the_site_behind_the_firewall_is_an_ordinary_one() -> None:
    """It quotes a notice now and then, lacks pages, and may be in trouble of its own."""
    replica = Firewall()
    with asking(replica) as send:
        assert QUOTED in send(f"/?q={quote('天气')}", method="GET")[1]
        assert QUOTED not in send("/?q=abc", method="GET")[1]
        assert send("/nothing", method="GET")[0] == 404
        replica.trouble = "server-busy"
        assert send("/", method="GET")[0] == 503
        replica.trouble = "reset"
        with pytest.raises(ConnectionResetError):
            send("/", method="GET")
