"""Each message definition against a server that answers as its platform is documented to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from probe.inputs.endpoints import builtin_endpoints, read_endpoint
from probe.model.verdict import Status
from probe.sending.pacing import Clock
from tests.replicas.asking import HARD, SERVED, SOFT, Asked, ask_replica
from tests.replicas.comment_form import CommentForm
from tests.replicas.discord import Discord
from tests.replicas.mastodon import Mastodon
from tests.replicas.matrix import Matrix
from tests.replicas.mattermost import Mattermost
from tests.replicas.rocketchat import RocketChat
from tests.replicas.slack import Slack
from tests.replicas.telegram import Telegram
from tests.replicas.wechat_custom import CustomMessage
from tests.replicas.weibo_post import WeiboPost
from tests.replicas.wordpress import WordPress
from tests.replicas.yunxin import Yunxin
from tests.replicas.zulip import Zulip

FEW = SERVED[:8]
DROPPED = ("巳时旧闻", "午时旧闻录")
"""Words whose messages are taken and never shown."""
RATE = 60.0
LIMITS: dict[str, Any] = {"deadline": 600.0, "control_wait": 0.5, "block": 3}


@dataclass(frozen=True, kw_only=True)
class Case:
    """A replica, what its definition needs, and what of its censorship can be seen."""

    replica: Callable[..., Any]
    secrets: Mapping[str, str]
    variables: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    hard: Status = Status.BLOCKED
    soft: Status = Status.FILTERED
    dropped: Status = Status.BLOCKED
    keeps: bool = False
    """Whether nothing can be taken away."""
    loses_held: bool = False
    """Whether what is held has no id, so that it cannot be found again."""
    untested: tuple[str, ...] = ()
    """Troubles that strike only some requests, and so are no trouble to a run."""


CASES = {
    "matrix": Case(
        replica=Matrix,
        secrets={"MATRIX_TOKEN": "syt_replica_sender", "MATRIX_READER_TOKEN": "syt_replica_reader"},
        variables={"room": "!replica:replica.example"},
        soft=Status.BLOCKED,  # a moderator takes the text away
    ),
    "mastodon": Case(
        replica=Mastodon,
        secrets={"MASTODON_TOKEN": "replica-sender-token", "MASTODON_READER_TOKEN": "replica-reader-token"},
        variables={"reader": "reader"},
        untested=("shadow-ban",),  # who is limited is still read by who asks for the post itself
    ),
    # No text is known to be refused.
    "telegram-bots": Case(
        replica=Telegram,
        secrets={
            "TELEGRAM_TOKEN": "110201543:AAreplica-sender-bot-token-000000000",
            "TELEGRAM_READER_TOKEN": "220301544:AAreplica-reader-bot-token-000000000",
        },
        variables={"chat": "-1001234567890"},
        soft=Status.OK,
    ),
    "discord-webhook": Case(
        replica=Discord,
        secrets={"DISCORD_WEBHOOK_TOKEN": Discord.webhook_token, "DISCORD_BOT_TOKEN": Discord.bot_token},
        variables={"webhook": Discord.webhook, "channel": Discord.channel},
        soft=Status.OK,
    ),
    "slack": Case(
        replica=Slack,
        secrets={"SLACK_TOKEN": "xoxb-replica-sender", "SLACK_READER_TOKEN": "xoxb-replica-reader"},
        variables={"base": "BASE/api", "channel": "C0REPLICA1"},
    ),
    "zulip": Case(
        replica=Zulip,
        secrets={
            "ZULIP_SENDER": "sender-bot@replica.example",
            "ZULIP_SENDER_KEY": "SenderKeyOfTheReplica0123456789A",
            "ZULIP_READER": "reader@replica.example",
            "ZULIP_READER_KEY": "ReaderKeyOfTheReplica0123456789A",
        },
        variables={"to": "[12]", "sender": "11"},
        options={"masks": True},
    ),
    # Of masked words it finds those that stand alone.
    "rocket-chat": Case(
        replica=RocketChat,
        secrets={
            "ROCKETCHAT_USER": "SenderOfReplica01",
            "ROCKETCHAT_TOKEN": "sender-token-of-the-replica-0123456789abcde",
            "ROCKETCHAT_READER_USER": "ReaderOfReplica01",
            "ROCKETCHAT_READER_TOKEN": "reader-token-of-the-replica-0123456789abcde",
        },
        variables={"room": "RoomOfReplica0001"},
    ),
    "mattermost": Case(
        replica=Mattermost,
        secrets={
            "MATTERMOST_TOKEN": "sendertokenofthereplica001",
            "MATTERMOST_READER_TOKEN": "readertokenofthereplica001",
        },
        variables={"channel": "channelofthereplica0000001"},
    ),
    "wordpress-comments": Case(
        replica=WordPress,
        secrets={
            "WORDPRESS_AUTHOR": "probe-writer",
            "WORDPRESS_AUTHOR_PASSWORD": "abcd EFGH 1234 ijkl MNOP 5678",
            "WORDPRESS_MODERATOR": "probe-editor",
            "WORDPRESS_MODERATOR_PASSWORD": "wxyz STUV 8765 qrst IJKL 4321",
        },
        variables={"base": "BASE/wp-json", "post": "1"},
    ),
    # Whether it arrives cannot be seen.
    "wechat-custom-message": Case(
        replica=CustomMessage,
        secrets={
            "WECHAT_APPID": "wx0123456789abcdef",
            "WECHAT_SECRET": "replica-secret",
            "WECHAT_OPENID": "o-replica-user",
        },
        soft=Status.OK,
        dropped=Status.OK,
        keeps=True,
    ),
    # Its author sees all.
    "weibo-private-post": Case(
        replica=WeiboPost,
        secrets={"WEIBO_M_COOKIE": "SUB=_2A25replica-m"},
        dropped=Status.OK,
        loses_held=True,
    ),
    "yunxin-im": Case(
        replica=Yunxin,
        secrets={"YUNXIN_KEY": "replica-app-key", "YUNXIN_SECRET": "replica-app-secret"},
        variables={"sender": "probe-a", "receiver": "probe-b"},
        options={"masks": True},
    ),
    # Its refusals are worded as no rule knows them; what they look like tells.
    "comment-form": Case(
        replica=CommentForm,
        secrets={},
        variables={"site": "BASE", "page": "page/"},
        options={"masks": True},
        keeps=True,
    ),
}
TROUBLES = [
    (name, trouble)
    for name, case in CASES.items()
    for trouble in case.replica(**case.options).troubles
    if trouble not in case.untested
]


def ask(name: str, replica: Any, words: list[str]) -> Asked:
    case = CASES[name]
    return ask_replica(
        name,
        replica,
        words,
        secrets=case.secrets,
        variables=case.variables,
        clock=Clock(RATE),
        limits=LIMITS,
    )


def test_every_message_definition_that_can_be_asked_has_a_replica() -> None:
    """The practice platform is one itself."""
    askable = []
    for name in builtin_endpoints():
        definition = read_endpoint(name).definition
        assert definition is not None
        if definition.is_askable and definition.kind == "message" and not name.startswith("lab-"):
            askable.append(name)
    assert sorted(askable) == sorted(CASES)


@pytest.mark.parametrize("name", CASES)
def test_all_fates_are_right_and_nothing_is_left(name: str) -> None:
    case = CASES[name]
    replica = case.replica(
        hard=frozenset(HARD), soft=frozenset(SOFT), dropped=frozenset(DROPPED), **case.options
    )
    asked = ask(name, replica, [*FEW, *HARD, *SOFT, *DROPPED])
    assert asked.unlike(FEW, Status.OK) == []
    assert asked.unlike(HARD, case.hard) == []
    assert asked.unlike(SOFT, case.soft) == []
    assert asked.unlike(DROPPED, case.dropped) == []
    assert asked.document is not None
    (use,) = asked.document.endpoints
    lost = [text for text in replica.left() if case.loses_held and text.startswith(SOFT)]
    if case.keeps or lost:
        assert any("still there" in note for note in use.notes)
    else:
        assert use.notes == ()
    assert case.keeps or replica.left() == lost


@pytest.mark.parametrize(("name", "trouble"), TROUBLES)
def test_no_trouble_is_censorship_or_its_absence(name: str, trouble: str) -> None:
    case = CASES[name]
    replica = case.replica(hard=frozenset(HARD), trouble=trouble, **case.options)
    words = [*FEW[:3], *HARD[:2]]
    asked = ask(name, replica, words)
    assert asked.unlike(words, Status.UNMEASURED) == []


def test_where_all_comments_wait_for_approval_nothing_is_said_of_any_word() -> None:
    """The controls are missing too."""
    replica = CommentForm(moderated=True, hard=frozenset(HARD))
    words = [*FEW[:3], *HARD[:2]]
    assert ask("comment-form", replica, words).unlike(words, Status.UNMEASURED) == []
