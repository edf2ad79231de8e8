"""Every value of every verdict field of the moderation services comes to the right status; what is not known is never ok."""

from __future__ import annotations

from typing import Any

import pytest

from probe.model.verdict import Status
from tests.replicas.asking import SERVED, ask_replica
from tests.replicas.catalogue import CASES
from tests.replicas.wechat import MISSING, UNFORCED, Moderator

BLOCKED, FILTERED, OK, UNMEASURED = Status.BLOCKED, Status.FILTERED, Status.OK, Status.UNMEASURED

MAPS: dict[str, dict[Any, Status]] = {
    "wechat-msgsec": {"pass": OK, "review": FILTERED, "risky": BLOCKED},
    "wechat-msgsec-v1": {0: OK, 87014: BLOCKED},
    "yidun-text": {0: OK, 1: FILTERED, 2: BLOCKED},
    "baidu-censor": {1: OK, 2: BLOCKED, 3: FILTERED, 4: UNMEASURED},
    "tencent-tms": {"Pass": OK, "Review": FILTERED, "Block": BLOCKED},
    "aliyun-text-plus": {"none": OK, "low": OK, "medium": FILTERED, "high": BLOCKED},
    "openai-moderation": {False: OK, True: BLOCKED},
    "azure-content-safety": {0: OK, 2: FILTERED, 4: BLOCKED, 6: BLOCKED},
}
"""What the platforms document."""

UNKNOWN: tuple[Any, ...] = (MISSING, None, "", "PASS", "unknown", -7, 3.5, "0", [], {})
"""What they do not: nothing can be said of it. Some may be a value of one of them; those are left out for it."""


def _verdict(name: str, value: Any) -> Status:
    """The status of one word for which the field holds this value; for all others it is as it should be."""
    case, word = CASES[name], SERVED[0]
    replica = case.replica()
    assert isinstance(replica, Moderator)

    class Forced(type(replica)):  # type: ignore[misc]
        def is_hard(self, text: str) -> bool:
            self.forced = value if word in text else UNFORCED
            return False

        def verdict(self, text: str) -> Any:
            self.is_hard(text)  # some read what is forced before they ask
            return super().verdict(text)

    replica.__class__ = Forced
    asked = ask_replica(name, replica, [word], secrets=case.secrets, variables=case.variables)
    return asked.verdicts[word].status


def test_every_moderation_service_is_among_them() -> None:
    """A new one needs its values here."""
    moderators = [name for name, case in CASES.items() if isinstance(case.replica(), Moderator)]
    assert sorted(MAPS) == sorted(moderators)


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [(name, value, status) for name, values in MAPS.items() for value, status in values.items()],
)
def test_a_documented_value_has_its_status(name: str, value: Any, status: Status) -> None:
    """As the platform means it."""
    assert _verdict(name, value) is status


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (name, value)
        for name, values in MAPS.items()
        for value in UNKNOWN
        if not any(value == one and type(value) is type(one) for one in values)
    ],
    ids=str,
)
def test_what_is_not_documented_says_nothing(name: str, value: Any) -> None:
    """A field that is missing, null, empty, of another type or case, or new: unmeasured, never ok."""
    assert _verdict(name, value) is UNMEASURED
