"""A trend begins with the first value that anybody has."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kpidesk.core.trends import Trend, begun
from tests.ui.samples import CASES, trend

WHOLE = trend(CASES[0])


def with_values(*given: bool) -> Trend:
    """The first points of the sample, those not given emptied."""
    points = WHOLE.points[-len(given) :]
    return replace(
        WHOLE,
        points=tuple(
            replace(point, result=replace(point.result, value=1.0 if has else None))
            for point, has in zip(points, given, strict=True)
        ),
    )


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ((False, False, True, False, True, True, True), 5),
        ((False, False, False, False, False, False, True), 4),
        ((False, False, False, False, False, False), 6),
        ((True, False, True), 3),
    ],
    ids=["empty start", "at least four", "no value at all", "begins at once"],
)
def test_the_empty_start_is_left_out(given: tuple[bool, ...], left: int) -> None:
    whole = with_values(*given)
    assert begun([whole])[0].points == whole.points[-left:]


def test_trends_beside_each_other_keep_the_same_periods() -> None:
    late, early = with_values(*[False] * 5, True), with_values(False, *[True] * 5)
    assert [len(one.points) for one in begun([late, early])] == [5, 5]
