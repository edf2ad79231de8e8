"""The replicas of chat services answer, refuse and fail as the vendors' documents say, in streams and without."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.client import IncompleteRead
from itertools import pairwise
from typing import Any

import pytest

from tests.replicas.chat import ChatReplica, Stage
from tests.replicas.chat_deepseek_web import COMPLETION, RETRACTED, SESSION, DeepSeekWeb
from tests.replicas.chat_ernie import CHAT
from tests.replicas.chat_moonshot import RISK, Moonshot
from tests.replicas.chat_prose import REFUSALS, answer_to
from tests.replicas.chat_stream import served_in_pieces
from tests.replicas.chat_vendors import SENSITIVE, VENDORS, DeepSeek
from tests.replicas.replica import served

MILD = "今天的天气怎么样？"
WORDS = {
    "禁词样本": Stage.INPUT,
    "出词样本": Stage.OUTPUT,
    "撤词样本": Stage.RETRACTED,
    "套词样本": Stage.CANNED,
    "婉词样本": Stage.PROSE,
    "看词样本": Stage.WORDING,
}
WHOLE = [name for name in VENDORS if name != "deepseek-web"]
OPEN = "/v1/chat/completions"
PATHS = {
    "deepseek": "/chat/completions",
    "deepseek-web": COMPLETION,
    "qwen": "/compatible-mode/v1/chat/completions",
    "qwen-native": "/api/v1/services/aigc/text-generation/generation",
    "zhipu": "/api/paas/v4/chat/completions",
    "minimax": "/v1/text/chatcompletion_v2",
    "ark": "/api/v3/chat/completions",
}
Reply = tuple[int, str]


def replica_of(name: str, **changed: Any) -> ChatReplica:
    """A vendor's replica that censors the sample words where it can."""
    kind = VENDORS[name]
    stages = {word: stage for word, stage in WORDS.items() if stage in kind.does}
    return kind(**{"stages": stages, **changed})


def ask(base: str, path: str, body: Any, headers: Mapping[str, str] | None = None) -> Reply:
    """Status and body of one POST."""
    content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    sent = {"Content-Type": "application/json", **(headers or {})}
    request = urllib.request.Request(base + path, content, sent, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, answer.read().decode(errors="replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def question(base: str, name: str, text: str, *, stream: bool, **changed: Any) -> Reply:
    """One question in a vendor's own form."""
    kind = VENDORS[name]
    model = max(kind().models)
    head = {} if name in ("ernie", "local") else {"Authorization": f"Bearer {kind().api_key}"}
    body: dict[str, Any] = {"messages": [{"role": "user", "content": text}], "stream": stream}
    body |= {"model": model, "temperature": 0.5}
    path = PATHS.get(name, OPEN)
    if name == "deepseek-web":
        opened = json.loads(ask(base, SESSION, {}, head)[1])["data"]
        body = {"prompt": text, "parent_message_id": None, "ref_file_ids": []}
        body |= {"chat_session_id": opened["biz_data"]["id"]} if opened else {"chat_session_id": "none"}
        body |= {"thinking_enabled": False, "search_enabled": False}
    elif name == "qwen-native":
        body = {"model": body["model"], "input": {"messages": body["messages"]}}
        body["parameters"] = {"result_format": "message", "incremental_output": True}
        head |= {"X-DashScope-SSE": "enable"} if stream else {}
    elif name == "ernie":
        given = "grant_type=client_credentials&client_id=replica-id&client_secret=replica-secret"
        token = json.loads(ask(base, f"/oauth/2.0/token?{given}", b"")[1])["access_token"]
        path = f"{CHAT}{body.pop('model')}?access_token={token}"
    return ask(base, path, body | changed, head)


@contextmanager
def asking(name: str, **changed: Any) -> Iterator[Callable[..., Reply]]:
    with served_in_pieces(replica_of(name, **changed)) as base:
        yield lambda text, **more: question(base, name, text, **more)


def events(body: str) -> list[Any]:
    """The values of a stream, without comments."""
    lines = [line for line in body.splitlines() if line.startswith("data:")]
    told = [line.removeprefix("data:").strip() for line in lines]
    return [one if one == "[DONE]" else json.loads(one) for one in told]


def text_in(name: str, body: str, *, stream: bool) -> str:
    """The answer in a body, put together as a client would."""
    if name == "deepseek-web":
        return shown(events(body))[0]
    values = [one for one in events(body) if one != "[DONE]"] if stream else [json.loads(body)]
    if name == "ernie":
        return "".join(one["result"] for one in values)
    if name == "qwen-native":
        return "".join(one["output"]["choices"][0]["message"]["content"] for one in values if "output" in one)
    choices = [one["choices"][0] for one in values if one.get("choices")]
    return "".join(
        (one["delta"] if stream else one["message"]).get("content") or ""
        for one in choices
        if not stream or "delta" in one
    )


def shown(changes: list[Any]) -> tuple[str, str]:
    """The text and the status that the web app ends with: changes are carried out on the message."""
    message: dict[str, Any] = {}
    path = ""

    def change(place: str, new: Any, how: str) -> None:
        *steps, last = place.split("/")
        inside: Any = message
        for step in steps:
            inside = inside[int(step)] if step.isdigit() else inside[step]
        if how == "BATCH":
            for one in new:
                change(f"{place}/{one['p']}", one["v"], one.get("o", "SET"))
        elif how == "APPEND":
            inside[last] += new
        else:
            inside[last] = new

    for one in changes:
        if isinstance(one.get("v"), dict):
            message.update(one["v"])
        elif "v" in one:
            how = one.get("o", "APPEND") if path == one.get("p", path) else one.get("o", "SET")
            path = one.get("p", path)
            change(path, one["v"], how)
    response = message["response"]
    return "".join(one["content"] for one in response["fragments"]), response["status"]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("name", VENDORS)
def test_a_harmless_question_is_answered(name: str, stream: bool) -> None:
    """And the answer is the same whole and in pieces."""
    with asking(name) as send:
        status, body = send(MILD, stream=stream)
    assert status == 200
    assert text_in(name, body, stream=stream or name == "deepseek-web") == answer_to(MILD)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("name", VENDORS)
def test_a_canned_text_and_prose_come_as_answers(name: str, stream: bool) -> None:
    replica = replica_of(name)
    with asking(name) as send:
        canned, declined = (send(f"请介绍{word}。", stream=stream) for word in ("套词样本", "婉词样本"))
    reads = stream or name == "deepseek-web"
    assert (canned[0], declined[0]) == (200, 200)
    assert text_in(name, canned[1], stream=reads) == replica.canned
    assert text_in(name, declined[1], stream=reads) in REFUSALS["zh"]


REFUSED = {
    "deepseek": (400, "error.message", "Content Exists Risk"),
    "qwen": (400, "error.code", "data_inspection_failed"),
    "qwen-native": (400, "code", "DataInspectionFailed"),
    "zhipu": (400, "error.code", "1301"),
    "moonshot": (400, "error.type", "content_filter"),
    "minimax": (200, "base_resp.status_code", 1026),
    "spark": (200, "code", 10013),
    "ernie": (200, "need_clear_history", True),
    "ark": (400, "error.code", "SensitiveContentDetected"),
}


def at(value: Any, path: str) -> Any:
    for step in path.split("."):
        value = value[step]
    return value


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("name", REFUSED)
def test_input_is_refused_in_the_vendors_form(name: str, stream: bool) -> None:
    """Where the status is not 200 there is no stream, only DashScope frames its error like one."""
    status, path, wanted = REFUSED[name]
    with asking(name) as send:
        found, body = send("什么是禁词样本？", stream=stream)
    framed = stream and (status == 200 or name.startswith("qwen"))
    assert found == status
    assert at(events(body)[-1] if framed else json.loads(body), path) == wanted
    assert answer_to("什么是禁词样本？")[:10] not in body


def test_the_refusals_are_told_word_for_word() -> None:
    """The envelopes as a whole."""
    with asking("deepseek") as send:
        kind = "invalid_request_error"
        told = {"message": "Content Exists Risk", "type": kind, "param": None, "code": kind}
        assert json.loads(send("禁词样本", stream=False)[1]) == {"error": told}
    with asking("zhipu") as send:
        found = [{"level": 1, "role": "user"}]
        wanted = {"contentFilter": found, "error": {"code": "1301", "message": SENSITIVE}}
        assert json.loads(send("禁词样本", stream=False)[1]) == wanted
        refused = json.loads(send("出词样本", stream=False)[1])
        assert refused == {**wanted, "contentFilter": [{"level": 1, "role": "assistant"}]}
    with asking("moonshot") as send:
        told = {"message": RISK, "type": "content_filter"}
        assert json.loads(send("禁词样本", stream=False)[1]) == {"error": told}
    with asking("qwen") as send:
        error = json.loads(send("禁词样本", stream=False)[1])["error"]
        assert error["message"] == "Input data may contain inappropriate content."
        assert error["type"] == error["code"] == "data_inspection_failed"


BROKEN_OFF = {
    "deepseek": ("choices.0.finish_reason", "content_filter", True),
    "qwen": ("error.message", "Output data may contain inappropriate content.", False),
    "qwen-native": ("code", "DataInspectionFailed", False),
    "zhipu": ("choices.0.finish_reason", "sensitive", True),
    "moonshot": ("error.type", "content_filter", False),
    "minimax": ("base_resp.status_code", 1027, False),
    "spark": ("code", 10014, False),
    "ernie": ("finish_reason", "content_filter", False),
    "ark": ("choices.0.finish_reason", "content_filter", True),
}


@pytest.mark.parametrize("name", BROKEN_OFF)
def test_a_streamed_answer_is_broken_off(name: str) -> None:
    """Under HTTP 200, after a part of the answer; `[DONE]` comes only where the end has a reason."""
    path, wanted, done = BROKEN_OFF[name]
    asked = "请介绍出词样本。"
    with asking(name) as send:
        status, body = send(asked, stream=True)
    told = events(body)
    assert status == 200
    assert (told[-1] == "[DONE]") is done
    last = told[-2] if done else told[-1]
    first = {**last, "choices": {"0": last["choices"][0]}} if last.get("choices") else last
    assert at(first, path) == wanted
    begun = text_in(name, body, stream=True)
    assert 0 < len(begun) < len(answer_to(asked))
    assert answer_to(asked).startswith(begun)


@pytest.mark.parametrize("name", BROKEN_OFF)
def test_a_whole_answer_is_refused_for_its_output(name: str) -> None:
    """As an error, or as part of an answer with the reason why it ends."""
    with asking(name) as send:
        status, body = send("请介绍出词样本。", stream=False)
    value = json.loads(body)
    if name == "deepseek":
        assert (status, value["choices"][0]["finish_reason"]) == (200, "content_filter")
    elif name == "ernie":
        assert (status, value["finish_reason"]) == (200, "content_filter")
    elif name == "ark":
        assert (status, value["error"]["code"]) == (400, "OutputTextSensitiveContentDetected")
    else:
        path, wanted, _ = BROKEN_OFF[name] if name != "zhipu" else ("error.code", "1301", False)
        assert status == (200 if name in ("minimax", "spark") else 400)
        assert at(value, path) == wanted


@pytest.mark.parametrize("older", [False, True])
def test_the_web_app_takes_an_answer_back(older: bool) -> None:
    """What was streamed is an answer; what remains is the fixed text."""
    asked = "请介绍撤词样本。"
    with asking("deepseek-web", older=older) as send:
        status, body = send(asked, stream=True)
    assert status == 200
    assert answer_to(asked)[:4] in body
    if older:
        *_, status_change, text_change = [one for one in events(body) if "p" in one]
        assert (status_change["p"], status_change["v"]) == ("response/status", "CONTENT_FILTER")
        assert text_change == {"p": "response/content", "v": f"CONTENT_FILTER{RETRACTED}"}
    else:
        assert shown(events(body)) == (RETRACTED, "CONTENT_FILTER")
        assert '"type":"TEMPLATE_RESPONSE"' in body


def test_the_web_app_opens_a_conversation_first() -> None:
    """A question to none is refused, and so is one without a proof of work where it is demanded."""
    head = {"Authorization": "Bearer replica-user-token"}
    body: dict[str, Any] = {"chat_session_id": "x", "prompt": MILD, "ref_file_ids": []}
    body |= {"thinking_enabled": False, "search_enabled": False}
    with served(DeepSeekWeb()) as base:
        assert ask(base, COMPLETION, body, head)[0] == 422
        assert json.loads(ask(base, COMPLETION, body)[1])["code"] == 40002
    with served(DeepSeekWeb(proof=True)) as base:
        assert json.loads(ask(base, COMPLETION, body, head)[1])["code"] == 40301


def test_wording_decides_in_some_languages_only() -> None:
    """The language is that of the question around the word."""
    with asking("deepseek") as send:
        assert send("什么是看词样本？", stream=False)[0] == 400
        assert send("What is 看词样本 about?", stream=False)[0] == 200
    with asking("local", wording_languages=frozenset({"en"})) as send:
        status, body = send("What is 看词样本 about?", stream=False)
        assert (status, text_in("local", body, stream=False) in REFUSALS["en"]) == (200, True)
        assert text_in("local", send("什么是看词样本？", stream=False)[1], stream=False) in [
            answer_to("什么是看词样本？")
        ]


def test_a_proxy_tells_a_refusal_as_an_answer() -> None:
    """With HTTP 200 and the reason to end of any answer."""
    with asking("moonshot", stages={}, hard=frozenset({"禁词样本"}), hard_stage=Stage.CANNED) as send:
        status, body = send("禁词样本", stream=False)
    assert status == 200
    assert json.loads(body)["choices"][0] == {
        "index": 0,
        "message": {"role": "assistant", "content": RISK},
        "logprobs": None,
        "finish_reason": "stop",
    }


TROUBLED = {
    "deepseek": {
        "login": 401,
        "out-of-money": 402,
        "rate-limit": 429,
        "overloaded": 503,
        "server-error": 500,
    },
    "deepseek-web": {"login": 200, "rate-limit": 429, "overloaded": 503},
    "qwen": {"login": 401, "out-of-money": 400, "rate-limit": 429, "overloaded": 503},
    "qwen-native": {"login": 401, "out-of-money": 400, "rate-limit": 429, "overloaded": 503},
    "zhipu": {"login": 401, "out-of-money": 429, "rate-limit": 429, "overloaded": 500, "too-frequent": 429},
    "moonshot": {
        "login": 401,
        "out-of-money": 429,
        "rate-limit": 429,
        "overloaded": 429,
        "server-error": 500,
    },
    "minimax": {"login": 200, "out-of-money": 200, "rate-limit": 200, "overloaded": 200},
    "spark": {"login": 401, "out-of-money": 200, "rate-limit": 200, "overloaded": 503},
    "ernie": {"login": 200, "out-of-money": 200, "rate-limit": 200, "overloaded": 200, "stale-token": 200},
    "ark": {"login": 401, "out-of-money": 403, "rate-limit": 429, "overloaded": 503},
    "local": {"login": 401, "overloaded": 503},
}
ASKED = {"deepseek": {"bad-model": 400, "context": 400}, "qwen": {"bad-model": 404, "context": 400}}
ASKED |= {"zhipu": {"bad-model": 400, "context": 400}, "moonshot": {"bad-model": 404, "context": 400}}
ASKED |= {"ark": {"bad-model": 404, "context": 400}, "local": {"bad-model": 404, "context": 400}}
ASKED |= {"qwen-native": {"bad-model": 404, "context": 400}, "spark": {"bad-model": 200, "context": 200}}
ASKED |= {"minimax": {"bad-model": 200, "context": 200}, "ernie": {"bad-model": 200, "context": 200}}
ALL_TROUBLES = [
    (name, trouble, status)
    for name in VENDORS
    for trouble, status in (TROUBLED[name] | ASKED.get(name, {})).items()
]


REFUSING = ("Content Exists Risk", "1301", "nspection", "high risk", "ensitive", "10013", "clear_history")


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("name", "trouble", "status"), ALL_TROUBLES)
def test_a_trouble_is_an_error_and_no_refusal(name: str, trouble: str, status: int, stream: bool) -> None:
    """For a harmless question and for a censored one alike, and with none of the words of a refusal."""
    with asking(name) as send, asking(name, trouble=trouble) as troubled:
        refusal = send("禁词样本", stream=stream)[1]
        told = [troubled(text, stream=stream) for text in (MILD, "禁词样本")]
    for found, body in told:
        assert found == status
        assert body != refusal
        assert events(body) if body.startswith(("data:", "id:1")) else json.loads(body)
        assert not any(mark in body for mark in REFUSING)


def test_every_trouble_is_tried() -> None:
    for name, kind in VENDORS.items():
        tried = {trouble for of, trouble, _ in ALL_TROUBLES if of == name}
        assert set(kind.troubles) - tried <= {"cut", "traffic-limit", "daily-limit"}
        with pytest.raises(ValueError, match="no trouble"):
            kind(trouble="earthquake")


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("name", VENDORS)
def test_an_answer_is_cut_in_its_middle(name: str, stream: bool) -> None:
    """No end, no [DONE], but a part of the answer: with pieces the connection breaks, without only the rest is missing."""
    replica = replica_of(name, trouble="cut", keep_alives=0)
    with served_in_pieces(replica) as base, pytest.raises(IncompleteRead) as cut:
        question(base, name, MILD, stream=stream)
    partial = cut.value.partial.decode(errors="replace")
    with served(replica) as base:
        status, body = question(base, name, MILD, stream=stream)
    assert status == 200
    assert body == partial
    assert "[DONE]" not in body
    assert not body.endswith(("\n\n", "}"))


def test_what_the_request_lacks_is_refused() -> None:
    """In the API's own error form: nothing of it may look like a censored word."""
    good: dict[str, Any] = {"model": "deepseek-chat", "messages": [{"role": "user", "content": MILD}]}
    head = {"Authorization": "Bearer sk-replica-0001"}
    bad: list[tuple[Any, int]] = [
        ({**good, "model": None}, 400),
        ({**good, "messages": []}, 400),
        ({**good, "messages": [{"role": "user"}]}, 400),
        ({**good, "messages": [{"role": "robot", "content": MILD}]}, 400),
        ({**good, "stream": "true"}, 400),
        ({**good, "temperature": "0"}, 400),
        ({**good, "temperature": 3}, 422),
        ({**good, "max_tokens": 0}, 400),
        (b"{", 400),
        ({**good, "model": "other"}, 400),
        ({**good, "messages": [{"role": "user", "content": "茶" * 9_000}]}, 400),
    ]
    with served(DeepSeek()) as base:
        assert ask(base, OPEN, good, head)[0] == 200
        for body, status in bad:
            found, told = ask(base, OPEN, body, head)
            assert (found, list(json.loads(told))) == (status, ["error"])
        assert ask(base, OPEN, good)[0] == 401
        assert ask(base, OPEN, good, {"Authorization": "Bearer sk-other"})[0] == 401
        assert ask(base, OPEN, good, head | {"Content-Type": "text/plain"})[0] == 400
        assert ask(base, "/v2/chat", good, head)[0] == 404
        with pytest.raises(urllib.error.HTTPError, match="405"):
            urllib.request.urlopen(f"{base}{OPEN}", timeout=5)


def test_ernie_wants_turns_and_some_warmth() -> None:
    """A system message among the others, an even number of them or a temperature of 0 is an error."""
    user = {"role": "user", "content": MILD}
    with asking("ernie") as send:
        for changed in (
            {"messages": [{"role": "system", "content": "说话简短。"}, user]},
            {"messages": [user, user]},
            {"temperature": 0},
        ):
            assert json.loads(send(MILD, stream=False, **changed)[1])["error_code"] == 336003
        assert "result" in json.loads(send(MILD, stream=False, system="说话简短。")[1])


def test_a_stream_has_the_usage_that_was_asked_for() -> None:
    """In an event without choices before the last; other events say that they have none."""
    with asking("deepseek") as send:
        told = events(send(MILD, stream=True, stream_options={"include_usage": True})[1])
        bare = events(send(MILD, stream=True)[1])
    assert told[-1] == bare[-1] == "[DONE]"
    assert told[-2]["choices"] == []
    assert told[-2]["usage"]["completion_tokens"] == len(answer_to(MILD))
    assert all(one["usage"] is None for one in told[:-2])
    assert told[0]["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    assert bare[-2]["usage"]["completion_tokens"] == len(answer_to(MILD))


def test_silence_is_filled_with_comments_and_empty_lines() -> None:
    with asking("deepseek", keep_alives=3) as send:
        assert send(MILD, stream=True)[1].startswith(": keep-alive\n\n" * 3 + "data: ")
        assert send(MILD, stream=False)[1].startswith("\n\n\n{")


def test_pieces_of_one_byte_are_the_same_stream() -> None:
    with asking("deepseek", piece_size=1) as torn_up, asking("deepseek") as send:
        assert torn_up(MILD, stream=True) == send(MILD, stream=True)


def test_qwen_inspects_on_a_header_where_it_is_opted_in() -> None:
    body = {"model": "qwen-plus", "messages": [{"role": "user", "content": "禁词样本"}]}
    head = {"Authorization": "Bearer sk-replica-0001"}
    inspected = head | {"X-DashScope-DataInspection": '{"input":"cip","output":"cip"}'}
    with served(replica_of("qwen", opt_in=True)) as base:
        assert ask(base, PATHS["qwen"], body, head)[0] == 200
        assert ask(base, PATHS["qwen"], body, inspected)[0] == 400


def test_qwens_own_form_tells_all_so_far_unless_it_is_asked_for_parts() -> None:
    """And its answer is a text, unless messages are asked for."""
    body = {"model": "qwen-plus", "input": {"messages": [{"role": "user", "content": MILD}]}}
    head = {"Authorization": "Bearer sk-replica-0001", "X-DashScope-SSE": "enable"}
    with served(replica_of("qwen-native")) as base:
        status, told = ask(base, PATHS["qwen-native"], body, head)
    assert status == 200
    assert told.startswith("id:1\nevent:result\n:HTTP_STATUS/200\ndata:{")
    texts = [one["output"]["text"] for one in events(told)]
    assert texts[-1] == answer_to(MILD)
    assert all(later.startswith(earlier) for earlier, later in pairwise(texts))
    assert {one["output"]["finish_reason"] for one in events(told)[:-1]} == {"null"}


def test_a_gateway_tells_minimaxs_refusal_as_422() -> None:
    with asking("minimax", gateway=True) as send:
        status, body = send("禁词样本", stream=False)
    assert (status, json.loads(body)["error"]["message"]) == (422, "input new_sensitive (1026)")


def test_spark_warns_of_a_conversation() -> None:
    with asking("spark", soft=frozenset({"疑词样本"})) as send:
        told = json.loads(send("请介绍疑词样本。", stream=False)[1])
    assert told["code"] == 10019
    assert told["choices"][0]["message"]["content"] == answer_to("请介绍疑词样本。")


@pytest.mark.parametrize("flavour", ["ollama", "llama.cpp", "vllm"])
def test_a_server_of_ones_own_needs_no_key(flavour: str) -> None:
    """And knows no filter: a stage that it has not cannot be asked of it."""
    with asking("local", flavour=flavour) as send:
        assert send(MILD, stream=False)[0] == 200
        assert send(MILD, stream=False, model="other")[0] == (200 if flavour == "llama.cpp" else 404)
    with pytest.raises(ValueError, match="knows no"):
        VENDORS["local"](stages={"禁词样本": "input"})


def test_kimi_code_names_a_refusal_otherwise() -> None:
    with asking("moonshot", refusal_kind="invalid_request_error") as send:
        told = json.loads(send("禁词样本", stream=False)[1])["error"]
    assert told == {"message": RISK, "type": "invalid_request_error"}


def test_kimis_newer_models_take_one_temperature() -> None:
    """Another one is an error of the request."""
    with asking("moonshot") as send:
        assert send(MILD, stream=False, model="kimi-k2.6", temperature=0)[0] == 400
        assert send(MILD, stream=False, model="kimi-k2.6", temperature=1)[0] == 200


@pytest.mark.parametrize("stream", [False, True])
def test_a_model_that_thinks_tells_it_apart(stream: bool) -> None:
    """What it thinks is not in the answer, and in a stream the answer is null meanwhile."""
    with asking("deepseek") as send:
        body = send(MILD, stream=stream, model="deepseek-reasoner")[1]
    assert text_in("deepseek", body, stream=stream) == answer_to(MILD)
    assert '"reasoning_content":"' in body
    assert ('"content":null' in body) is stream


def test_a_refusal_may_come_in_the_other_forms_that_were_seen() -> None:
    """GLM's by the reason to end, DashScope's as plain JSON for a stream, ERNIE's with the round that is to blame."""
    with asking("zhipu", output_as_error=False) as send:
        status, body = send("出词样本", stream=False)
        assert (status, json.loads(body)["choices"][0]["finish_reason"]) == (200, "sensitive")
    with asking("qwen", framed=False) as send:
        assert json.loads(send("禁词样本", stream=True)[1])["error"]["code"] == "data_inspection_failed"
    with asking("ernie") as send:
        assert json.loads(send("禁词样本", stream=False)[1])["ban_round"] == -1


def test_the_longest_word_decides() -> None:
    replica = Moonshot(stages={"词": Stage.PROSE, "禁词": Stage.INPUT})
    with served(replica) as base:
        assert question(base, "moonshot", "禁词", stream=False)[0] == 400
        assert question(base, "moonshot", "词", stream=False)[0] == 200
