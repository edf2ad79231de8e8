"""The servers that other tests lean on do what they are said to do: asked by hand, without the program."""

from __future__ import annotations

import base64
import html
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import pytest

from tests.real.comments import Site, running_comments
from tests.real.mitmproxy import MASK, rules, running_mitmproxy
from tests.real.policy import NOTICE
from tests.real.synapse import PAGE, Homeserver, running_synapse
from tests.real.visitor import Visitor

pytestmark = pytest.mark.real

BLOCKED = ("谣言", "forbiddenword")
HAN = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def homeserver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Homeserver]:
    """A Matrix server without rate limits."""
    with running_synapse(tmp_path_factory.mktemp("synapse"), blocked=BLOCKED) as running:
        yield running


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A page with comments and the real list."""
    with running_comments(tmp_path_factory.mktemp("comments"), words=None) as running:
        yield running


@pytest.fixture(scope="module")
def masking(origin: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a masking proxy before httpbin."""
    with running_mitmproxy(tmp_path_factory.mktemp("mitmproxy"), origin, masked=BLOCKED) as port:
        yield f"http://127.0.0.1:{port}"


def test_an_allowed_message_reaches_the_reader(homeserver: Homeserver) -> None:
    """The newest message is the one just sent."""
    answer = homeserver.send("今天天气很好")

    seen = homeserver.messages()[0]
    assert answer.status == 200
    assert (seen.id, seen.sender, seen.body) == (
        answer.json["event_id"],
        homeserver.sender.name,
        "今天天气很好",
    )
    assert not seen.redacted


@pytest.mark.parametrize("text", ["有人说谣言", "a ForbiddenWord here"])
def test_a_blocked_message_is_refused_and_reaches_nobody(homeserver: Homeserver, text: str) -> None:
    """403 with the policy server's own words, and the room is as it was."""
    before = homeserver.messages()
    answer = homeserver.send(text)

    assert answer.status == 403
    assert answer.json == {"errcode": "M_FORBIDDEN", "error": NOTICE}
    assert homeserver.policy.seen[-1] == text
    assert homeserver.messages() == before


def test_a_transaction_that_was_used_is_answered_from_memory(homeserver: Homeserver) -> None:
    """The same event, and nobody looks at the second text: a blocked word seems to pass."""
    first = homeserver.send("公园", transaction="used")
    second = homeserver.send("谣言在公园", transaction="used")

    assert second.status == 200
    assert second.json == first.json
    assert "谣言在公园" not in homeserver.policy.seen


def test_a_message_taken_back_is_empty_for_the_reader(homeserver: Homeserver) -> None:
    """It still stands in the room, without a text."""
    event = homeserver.send("早餐吃面包").json["event_id"]
    homeserver.redact(event)

    (seen,) = [message for message in homeserver.messages() if message.id == event]
    assert seen.redacted
    assert seen.body is None


def test_a_shadow_banned_sender_is_told_of_success_and_nobody_sees_it(homeserver: Homeserver) -> None:
    """The sender gets an id as ever. Not even the policy server is asked. Afterwards messages arrive again."""
    with homeserver.shadow_banned(homeserver.sender):
        answer = homeserver.send("没有人看见")
    homeserver.send("又看见了")

    texts = [message.body for message in homeserver.messages()]
    assert answer.status == 200
    assert answer.json["event_id"].startswith("$")
    assert "没有人看见" not in [*texts, *homeserver.policy.seen]
    assert texts[0] == "又看见了"


def test_the_reader_sees_more_than_a_page(homeserver: Homeserver) -> None:
    """All of them, the newest first."""
    sent = [f"第{number}句" for number in range(PAGE + 1)]
    for text in sent:
        assert homeserver.send(text).status == 200

    assert [message.body for message in homeserver.messages()][: len(sent)] == sent[::-1]


def test_the_limits_that_synapse_comes_with_strike_after_some_messages(tmp_path: Path) -> None:
    """No more than ten pass, and the refusal names the wait twice."""
    with running_synapse(tmp_path, blocked=BLOCKED, limited=True) as homeserver:
        answers = [homeserver.send(f"第{number}句") for number in range(12)]

    passed = [answer.status for answer in answers].index(429)
    refusal = answers[passed]
    assert 5 <= passed <= 10
    assert refusal.json["errcode"] == "M_LIMIT_EXCEEDED"
    assert 0 < refusal.json["retry_after_ms"] <= 5000
    assert int(refusal.headers["Retry-After"]) >= 1


def test_allowed_comments_stand_on_the_page_the_newest_first(site: Site) -> None:
    """Each is answered with a redirect to a page of thanks."""
    answers = [site.comment("今天天气很好"), site.comment("公园里有花")]

    for answer in answers:
        assert answer.status == 302
        assert answer.headers["Location"].startswith("/comments/posted/?c=")
    assert site.comments()[:2] == ["公园里有花", "今天天气很好"]


@pytest.mark.parametrize(
    ("words", "shown"),
    [(["六四"], '"六四"'), (["08宪章"], '"0--章"'), (["六四", "08宪章"], '"0--章" 和 "六四"')],
    ids=["short", "longer", "both"],
)
def test_a_blocked_comment_is_refused_with_a_notice(site: Site, words: list[str], shown: str) -> None:
    """A page with 200, which shows the form again, and all words that it found without their middle."""
    before = site.comments()
    answer = site.comment("与".join(words))

    assert set(words) <= set(site.words)
    assert answer.status == 200
    assert f"注意言论！{shown} 不允许在这里出现。" in html.unescape(answer.text)
    assert site.comments() == before


def test_a_comment_written_twice_is_taken_once_without_a_word(site: Site) -> None:
    """The second answer looks like the first; only the number says that it is the old one."""
    first, between, second = (site.comment(text) for text in ("一支足球队", "别的话", "一支足球队"))

    assert second.status == first.status == 302
    assert second.headers["Location"] == first.headers["Location"] != between.headers["Location"]
    assert site.comments().count("一支足球队") == 1


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"honeypot": "x"}, id="honeypot"),
        pytest.param({"security_hash": "0" * 40}, id="hash"),
        pytest.param({"timestamp": "1"}, id="old"),
    ],
)
def test_a_form_that_was_tampered_with_is_a_bad_request(site: Site, changed: dict[str, str]) -> None:
    """400, whatever the comment says."""
    assert site.comment("一杯绿茶", **changed).status == 400
    assert "一杯绿茶" not in site.comments()


def test_a_comment_without_the_cookie_of_the_form_is_forbidden(site: Site) -> None:
    """403 from Django's guard against forged forms: it looks like a block, and is none."""
    answer = Visitor().ask(f"{site.base}/comments/post/", data=urlencode({"comment": "一杯茶"}).encode())

    assert answer.status == 403
    assert "CSRF" in answer.text


def test_the_real_list_is_whole(site: Site) -> None:
    """As long as it was when it was published; some words in it have capitals, and so never strike."""
    assert len(site.words) == len(set(site.words)) == 6170
    assert sum(bool(HAN.search(word)) for word in site.words) == 6067
    assert sum(word != word.lower() for word in site.words) == 31


def test_words_in_json_are_masked_in_every_spelling(masking: str, origin: int) -> None:
    """httpbin writes JSON in ASCII and repeats the address; the uncensored answer holds the word."""
    path = f"/get?{urlencode({'q': '天气 谣言 ForbiddenWord'})}"
    plain, masked = Visitor().ask(f"http://127.0.0.1:{origin}{path}"), Visitor().ask(masking + path)

    assert plain.json["args"] == {"q": "天气 谣言 ForbiddenWord"}
    assert masked.json["args"] == {"q": f"天气 {MASK} {MASK}"}
    assert "谣言" not in masked.json["url"]


def test_words_in_a_page_are_masked_in_every_spelling(masking: str, origin: int) -> None:
    """As text, and in the address of a link in small letters and in capitals."""
    page = f"<p>谣言和天气</p><a href='/?q={quote('谣言')}'>1</a><a href='/?q={quote('谣言').lower()}'>2</a>"
    path = f"/base64/{base64.urlsafe_b64encode(page.encode()).decode()}"
    plain, masked = Visitor().ask(f"http://127.0.0.1:{origin}{path}"), Visitor().ask(masking + path)

    assert plain.text == page
    assert masked.text == (f"<p>{MASK}和天气</p><a href='/?q={MASK}'>1</a><a href='/?q={MASK}'>2</a>")


def test_what_is_asked_is_not_masked(masking: str) -> None:
    """A question reaches the server as it was written, so that only its answer changes."""
    answer = Visitor().ask(f"{masking}/post", data="谣言".encode(), headers={"Content-Type": "text/plain"})

    assert answer.status == 200
    assert int(answer.json["headers"]["Content-Length"]) == len("谣言".encode())
    assert answer.json["data"] == MASK


def test_without_words_nothing_is_masked() -> None:
    """A pattern of no words would stand between every two characters."""
    assert rules([]) == []


STARTS: dict[str, Callable[[Path], AbstractContextManager[Homeserver | Site | int]]] = {
    "synapse": lambda folder: running_synapse(folder, blocked=[]),
    "comments": lambda folder: running_comments(folder, words=["面包"]),
    "mitmproxy": lambda folder: running_mitmproxy(folder, 9, masked=[]),
}


@pytest.mark.parametrize("name", STARTS)
def test_a_server_is_gone_after_its_block(name: str, tmp_path: Path) -> None:
    """Nobody listens any more, and what it said stands in its folder."""
    with STARTS[name](tmp_path) as running:
        port = running if isinstance(running, int) else urlsplit(running.base).port
        socket.create_connection(("127.0.0.1", port or 0), timeout=5).close()

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port or 0), timeout=5)
    assert list(tmp_path.glob("*.log"))
