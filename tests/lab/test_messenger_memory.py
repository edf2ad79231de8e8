from probe.lab.messenger_memory import DAY, Latest, User


def test_the_oldest_is_forgotten_first() -> None:
    """What is written again counts as new."""
    latest: Latest[str, int] = Latest(2)
    latest["a"] = 1
    latest["b"] = 1
    latest["a"] = 2
    latest["c"] = 1
    assert dict(latest) == {"a": 2, "c": 1}


def test_turns_come_back_one_by_one() -> None:
    """The wait is until the oldest request no longer counts; without a limit there is none."""
    user = User()
    assert [user.wait_for_turn((2, 10.0), at) for at in (0.0, 4.0, 5.0)] == [None, None, 5.0]
    assert [user.wait_for_turn((2, 10.0), at) for at in (10.0, 10.0, 14.0)] == [None, 4.0, None]
    assert all(User().wait_for_turn(None, 0.0) is None for _ in range(100))


def test_a_day_begins_with_the_first_message() -> None:
    """And ends 86,400 seconds later, whatever came in between."""
    user = User()
    assert user.wait_for_day(2, 50.0) is None
    for at in (100.0, 200.0):
        user.count_post(at)
    assert user.wait_for_day(2, 300.0) == DAY - 200.0
    assert user.wait_for_day(3, 300.0) is None
    assert user.wait_for_day(None, 300.0) is None
    assert user.wait_for_day(2, 100.0 + DAY) is None
    user.count_post(100.0 + DAY)
    assert user.wait_for_day(1, 100.0 + DAY) == DAY


def test_hits_are_counted_anew_after_an_escalation() -> None:
    """The second one needs as many as the first."""
    user = User()
    user.count_hit(2, 10.0, 0.0)
    assert user.escalated_until < 0
    user.count_hit(2, 10.0, 1.0)
    assert user.escalated_until == 11.0
    user.count_hit(2, 10.0, 20.0)
    assert user.escalated_until == 11.0
    user.count_hit(2, 10.0, 21.0)
    assert user.escalated_until == 31.0
