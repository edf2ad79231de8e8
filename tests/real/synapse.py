"""Synapse: a Matrix server on SQLite with a private room, which lets a policy server refuse messages."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import itertools
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from tests.real.environments import in_environment
from tests.real.policy import Policy, running_policy
from tests.real.software import free_ports, started
from tests.real.visitor import Answer, Visitor, wait_until_ready

CLIENT = "/_matrix/client/v3"
ADMIN = "/_synapse/admin/v1"
SECRET = "only-on-the-loopback"
PAGE = 50
"""Events that are asked for at a time."""
_FAST = {"per_second": 10_000, "burst_count": 10_000}
NO_LIMITS = {
    "rc_message": _FAST,
    "rc_login": {"address": _FAST, "account": _FAST, "failed_attempts": _FAST},
    "rc_admin_redaction": _FAST,
}
"""Settings beside which the rate limits do not count. By default ten messages pass, then one every five seconds."""


@dataclass(frozen=True, kw_only=True)
class User:
    """Somebody in the room."""

    name: str
    """As @sender:localhost."""
    token: str
    """What goes after `Bearer`."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """A message as the reader sees it."""

    id: str
    sender: str
    body: str | None
    """None where nothing is left of it."""
    redacted: bool


@dataclass(frozen=True, kw_only=True)
class Homeserver:
    """A Matrix server, as long as it runs."""

    base: str
    """Its address, without a slash at the end."""
    sender: User
    reader: User
    moderator: User
    """Made the room, and is an administrator of the server."""
    room: str
    """The id of the private room that all three are in."""
    policy: Policy
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def ask(self, user: User, method: str, path: str, value: Any = None) -> Answer:
        """Any question as this user, with `value` as JSON."""
        return _ask(self.base, method, path, value, token=user.token)

    def send(self, text: str, *, user: User | None = None, transaction: str | None = None) -> Answer:
        """A message to the room, by the sender and as a new one unless said otherwise."""
        transaction = transaction or f"by-hand-{next(self._numbers)}"
        path = f"{self._room}/send/m.room.message/{quote(transaction, safe='')}"
        return self.ask(user or self.sender, "PUT", path, {"msgtype": "m.text", "body": text})

    def messages(self, user: User | None = None) -> list[Message]:
        """What the reader, or somebody else, sees of the room: the newest first."""
        found: list[Message] = []
        start: str | None = ""
        while start is not None:  # a page may be empty though it is not the last
            query = {"dir": "b", "limit": str(PAGE), **({"from": start} if start else {})}
            page = self.ask(user or self.reader, "GET", f"{self._room}/messages?{urlencode(query)}")
            _expect(page)
            found += [_message(event) for event in page.json["chunk"] if event["type"] == "m.room.message"]
            start = page.json.get("end")
        return found

    def redact(self, event: str) -> None:
        """Take a message back, as the moderator."""
        number = next(self._numbers)
        path = f"{self._room}/redact/{quote(event, safe='')}/by-hand-{number}"
        _expect(self.ask(self.moderator, "PUT", path, {}))

    @contextlib.contextmanager
    def shadow_banned(self, user: User) -> Iterator[None]:
        """Until the block ends, nobody sees what this user sends, who is told of success after one to ten seconds."""
        path = f"{ADMIN}/users/{quote(user.name, safe='')}/shadow_ban"
        _expect(self.ask(self.moderator, "POST", path, {}))
        try:
            yield
        finally:
            _expect(self.ask(self.moderator, "DELETE", path, {}))

    @property
    def _room(self) -> str:
        return f"{CLIENT}/rooms/{quote(self.room, safe='')}"


@contextlib.contextmanager
def running_synapse(folder: Path, *, blocked: Sequence[str], limited: bool = False) -> Iterator[Homeserver]:
    """A server that refuses messages with a blocked word; `limited` leaves it the rate limits that it comes with."""
    python = in_environment("synapse", "bin/python")
    (port,) = free_ports(1)
    base = f"http://127.0.0.1:{port}"
    log = folder / "synapse.log"
    with running_policy(blocked) as policy:
        settings = _settings(folder, port, policy) | ({} if limited else NO_LIMITS)
        (folder / "homeserver.yaml").write_text(json.dumps(settings, indent=1))
        (folder / "signing.key").write_text(_signing_key())
        command = [str(python), "-m", "synapse.app.homeserver", "-c", str(folder / "homeserver.yaml")]
        with started(command, log=log) as process:
            wait_until_ready(process, f"{base}/_matrix/client/versions", log)
            yield _furnished(base, policy)


def _settings(folder: Path, port: int, policy: Policy) -> dict[str, Any]:
    listener = {
        "port": port,
        "bind_addresses": ["127.0.0.1"],
        "type": "http",
        "resources": [{"names": ["client"]}],
    }
    asks = {
        "base_url": policy.base,
        "enabled_callbacks": ["check_event_for_spam"],
        # Without its answer nothing passes: a policy server that is down must not look like an innocent word.
        "fail_open": {"check_event_for_spam": False},
    }
    return {
        "server_name": "localhost",
        "listeners": [listener],
        "database": {"name": "sqlite3", "args": {"database": str(folder / "homeserver.db")}},
        "media_store_path": str(folder / "media"),
        "signing_key_path": str(folder / "signing.key"),
        "pid_file": str(folder / "homeserver.pid"),
        "registration_shared_secret": SECRET,
        "macaroon_secret_key": SECRET,
        "form_secret": SECRET,
        "bcrypt_rounds": 4,
        "report_stats": False,
        "trusted_key_servers": [],
        "presence": {"enabled": False},
        "modules": [{"module": "synapse_http_antispam.HTTPAntispam", "config": asks}],
    }


def _signing_key() -> str:
    seed = base64.b64encode(os.urandom(32)).decode().rstrip("=")
    return f"ed25519 a_real {seed}\n"


def _furnished(base: str, policy: Policy) -> Homeserver:
    """Three users, and the room that they are in."""
    moderator = _register(base, "moderator", admin=True)
    sender, reader = _register(base, "sender"), _register(base, "reader")
    wishes = {"preset": "private_chat", "invite": [sender.name, reader.name]}
    made = _expect(_ask(base, "POST", f"{CLIENT}/createRoom", wishes, token=moderator.token))
    room = made.json["room_id"]
    for user in (sender, reader):
        _expect(_ask(base, "POST", f"{CLIENT}/rooms/{quote(room, safe='')}/join", {}, token=user.token))
    return Homeserver(base=base, sender=sender, reader=reader, moderator=moderator, room=room, policy=policy)


def _register(base: str, name: str, *, admin: bool = False) -> User:
    """A new user, as whoever knows the shared secret may make one."""
    nonce = _expect(_ask(base, "GET", f"{ADMIN}/register")).json["nonce"]
    signed = "\0".join([nonce, name, SECRET, "admin" if admin else "notadmin"])
    mac = hmac.new(SECRET.encode(), signed.encode(), hashlib.sha1).hexdigest()
    wishes = {"nonce": nonce, "username": name, "password": SECRET, "admin": admin, "mac": mac}
    made = _expect(_ask(base, "POST", f"{ADMIN}/register", wishes)).json
    return User(name=made["user_id"], token=made["access_token"])


def _ask(base: str, method: str, path: str, value: Any = None, *, token: str | None = None) -> Answer:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    data = None if value is None else json.dumps(value).encode()
    return Visitor().ask(base + path, method=method, data=data, headers=headers)


def _expect(answer: Answer) -> Answer:
    if answer.status != 200:
        raise RuntimeError(f"Synapse answers with HTTP {answer.status}: {answer.text[:500]!r}")
    return answer


def _message(event: dict[str, Any]) -> Message:
    return Message(
        id=event["event_id"],
        sender=event["sender"],
        body=event["content"].get("body"),
        redacted="redacted_because" in event.get("unsigned", {}),
    )
