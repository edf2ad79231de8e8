"""What does a normal answer look like?"""

from __future__ import annotations

from probe.judging.calibration import Calibration
from probe.model.observation import Facts

PAGE = Facts(status=200, length=4000, media_type="text/html", shape=tuple(range(0, 640, 10)))


def changed(**changes: object) -> Facts:
    return Facts(**{**{name: getattr(PAGE, name) for name in PAGE.__struct_fields__}, **changes})


def test_anything_is_normal_before_the_first_control() -> None:
    """The first control has nothing to be compared with."""
    assert Calibration().is_like_benign(PAGE)


def test_a_page_like_the_controls_is_normal() -> None:
    """Same status, type and structure, about the same length."""
    calibration = Calibration()
    calibration.learn(PAGE)
    assert calibration.is_like_benign(changed(length=3000))


def test_each_difference_is_enough_to_be_unlike() -> None:
    """Another status, another type, another structure or a much shorter page is not normal."""
    calibration = Calibration()
    calibration.learn(PAGE)
    for other in (
        changed(status=403),
        changed(media_type="application/json"),
        changed(length=1000),
        changed(shape=tuple(range(5, 645, 10))),
        changed(shape=()),
    ):
        assert not calibration.is_like_benign(other)


def test_the_measure_does_not_drift() -> None:
    """Only the first two controls are a measure; what is learnt later changes nothing."""
    calibration = Calibration()
    calibration.learn(PAGE)
    assert not calibration.is_ready
    calibration.learn(PAGE)
    assert calibration.is_ready
    calibration.learn(changed(status=403))
    assert not calibration.is_like_benign(changed(status=403))


def test_empty_bodies_are_alike() -> None:
    """Two answers without a body have the same length and the same, empty, structure."""
    calibration = Calibration()
    calibration.learn(changed(length=0, shape=()))
    assert calibration.is_like_benign(changed(length=0, shape=()))
