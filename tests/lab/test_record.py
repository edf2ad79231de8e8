from probe.lab.censor import Cause
from probe.lab.policy import Act
from probe.lab.record import REMEMBERED, Received, Record


def test_the_record_is_bounded_and_the_counts_are_not() -> None:
    """A long run does not fill the memory, and is counted to the end."""
    record = Record()
    for number in range(REMEMBERED + 5):
        record.add(
            Received(
                at=float(number),
                platform="notice",
                method="GET",
                path="/notice/search",
                text="天气",
                headers={},
                act=Act.SERVE,
                cause=Cause.NOTHING,
            )
        )
    assert len(record.latest) == REMEMBERED
    assert record.latest[0].at == 5.0
    assert record.counts == {("notice", Act.SERVE): REMEMBERED + 5}
