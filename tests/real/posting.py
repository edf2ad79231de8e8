"""Posting: the whole program in a process of its own, ended by a signal just when a service looks at a message of it.

The service is the lab in this process, or one that tells of its messages itself.
"""

from __future__ import annotations

import random
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from probe.cli.practice import practice_platform
from probe.errors import ExitCode
from probe.keeping.store import Store
from probe.lab.messenger_policy import MessageAct, MessengerPolicy
from probe.lab.server import Lab
from probe.model.post import PostState
from tests.real.program import LONGEST, Program
from tests.scenarios.messaging import EXPECTED

MESSENGER = "messenger"
_QUICK = """\
name: quick-messenger
title: "Lab: a messenger, read back sooner"
extends: lab-messenger
limits: {concurrency: 2, control_wait: 0.2}
message:
  read_back: {after: 0.05, within: 1, latest: 1.5, again_after: 0.2}
"""
SOON = 0.6
"""Seconds after a message at the end of which it was read back, and is taken away or the next one is under way."""
SEEN_SECONDS = 20.0
"""In which a service shows a message that it has looked at."""


@dataclass(kw_only=True)
class _Aim:
    process: subprocess.Popen[str]
    number: signal.Signals
    at: int
    delay: float | None
    again: float | None
    word: str


class Ambush:
    """Hears of each message while a service looks at it, before it has answered, and strikes when it was told to."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._aim: _Aim | None = None
        self._heard = 0
        self.text = ""
        """The message at which it struck last."""

    def aim(
        self,
        process: subprocess.Popen[str],
        number: signal.Signals,
        *,
        at: int,
        delay: float | None = None,
        again: float | None = None,
        word: str = "",
    ) -> None:
        """Send this signal at the message `at`, counted from now: so many seconds later, or where `delay` is None at once,
        so that the answer finds nobody any more who has asked. Once more `again` seconds after that, where it is given.
        Only messages with this `word` are counted."""
        with self._lock:
            self._heard = 0
            self._aim = _Aim(process=process, number=number, at=at, delay=delay, again=again, word=word)

    def hear(self, text: str) -> None:
        """A message is being looked at, and will be accepted."""
        with self._lock:
            aim = self._aim
            if aim is None or aim.word not in text:
                return
            self._heard += 1
            if self._heard != aim.at:
                return
            self._aim, self.text = None, text
        send = aim.process.send_signal
        if aim.delay is not None:
            threading.Timer(aim.delay, send, [aim.number]).start()
            return
        send(aim.number)
        if aim.again is not None:
            threading.Timer(aim.again, send, [aim.number]).start()
        if aim.number is signal.SIGKILL:
            aim.process.wait()


@dataclass(frozen=True, kw_only=True)
class Struck:
    """What a session left behind that a signal ended."""

    code: int
    err: str
    left: list[str]
    """Texts of messages that the service still has."""
    unsure: list[str]
    """Those of them of which the store does not know whether they were accepted."""


@dataclass(kw_only=True)
class Posting(Program):
    """One run of the program that posts messages, in as many sessions as it takes."""

    definition: str
    """A name or a path."""
    settings: Sequence[str]
    words: Sequence[str]
    left: Callable[[], list[str]]
    """The texts of all messages that the service still has."""
    ambush: Ambush = field(default_factory=Ambush)

    @property
    def first(self) -> list[str]:
        settings = [part for setting in self.settings for part in ("--set", setting)]
        return [*self.words, "-e", self.definition, *settings]

    def strike(
        self,
        *more: str,
        number: signal.Signals,
        at: int,
        delay: float | None = None,
        again: float | None = None,
        word: str = "",
    ) -> Struck:
        """A session, ended as `Ambush.aim` says."""
        process = self.start(*more)
        self.ambush.aim(process, number, at=at, delay=delay, again=again, word=word)
        _, err = process.communicate(timeout=LONGEST)
        assert process.returncode in (-number, ExitCode.STOPPED), f"it ended by itself: {err}"
        if number is signal.SIGKILL and delay is None:
            self._wait_for(self.ambush.text.split()[-1])
        left = self.left()
        with Store.open(self.store, reading=True) as store:
            kept = [post for _, post in store.posts("last")]
        unsure = [
            text
            for text in left
            if any(post.state is PostState.WRITTEN and post.nonce in text for post in kept)
        ]
        return Struck(code=process.returncode, err=err, left=left, unsure=unsure)

    def kill_often(
        self, kills: int, chance: random.Random, *, word: str = ""
    ) -> tuple[dict[str, Any], list[Struck]]:
        """Begin, be killed and go on, so many times, then come to an end; every second time before an answer was there, and
        the first time before that to the message with this `word`."""
        struck: list[Struck] = []
        for number in range(kills):
            more = ["--resume"] if number else self.first
            delay = chance.uniform(0.0, SOON) if number % 2 else None
            if word and not number:
                one = self.strike(*more, number=signal.SIGKILL, at=1, word=word)
            else:
                one = self.strike(*more, number=signal.SIGKILL, at=chance.randint(1, 3), delay=delay)
            struck.append(one)
        return self.finish("--resume"), struck

    def _wait_for(self, nonce: str) -> None:
        until = time.monotonic() + SEEN_SECONDS
        while not any(nonce in text for text in self.left()):
            assert time.monotonic() < until, "the service does not show what it accepted"
            time.sleep(0.02)


@contextmanager
def posting_to_lab(
    folder: Path, words: Sequence[str], patch: pytest.MonkeyPatch
) -> Iterator[tuple[Posting, Lab]]:
    """The program, and a lab that tells of each message that it is about to accept."""
    folder.mkdir()
    definition = folder / "quick-messenger.yaml"
    definition.write_text(_QUICK, encoding="utf-8")
    with practice_platform(0) as lab:
        program = Posting(
            folder=folder,
            base=lab.base,
            definition=str(definition),
            settings=[f"base={lab.base}"],
            words=words,
            left=lambda: [one.text for one in lab.messages(MESSENGER)],
        )
        rule = MessengerPolicy.act_on

        def act_on(policy: MessengerPolicy, text: str) -> MessageAct | None:
            act = rule(policy, text)
            if act is not MessageAct.REJECT:
                program.ambush.hear(text)
            return act

        with patch.context() as patched:
            patched.setattr(MessengerPolicy, "act_on", act_on)
            yield program, lab


def find_wrong(document: dict[str, Any], lab: Lab) -> list[str]:
    """Verdicts of a run document that are not what the lab did, or by another rule."""
    return [
        f"{one['keyword']}: {one['status']} by {one['rule']}"
        for one in document["verdicts"]
        if (one["status"], one["rule"]) != _truth(lab.messenger_truth(MESSENGER, one["keyword"]))
    ]


def _truth(act: MessageAct | None) -> tuple[str, str]:
    status, rule = EXPECTED[act]
    return status, rule or "arrived"
