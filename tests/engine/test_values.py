"""Arrays that rows are laid out in: days put in order, and one number for every row kept as one."""

from __future__ import annotations

import numpy as np
import pytest

from kpidesk.engine.values import order_of_days, same, widened

DAYS = {
    "none": [],
    "with ties": [20_100, 20_098, 20_100, 20_098, 20_099],
    "two bytes apart": [65_535, 0, 65_535, 1],
    "further apart than two bytes": [65_536, 0, 65_535, 1, 65_536],
    "no day among them": [20_100, np.iinfo(np.int32).min, 20_099],
    "parts of days": [20_100.75, 20_100.25, 20_100.5],
}


@pytest.mark.parametrize("days", DAYS.values(), ids=DAYS)
def test_days_come_in_order_and_rows_of_one_day_as_they_were(days: list[float]) -> None:
    assert order_of_days(np.array(days)).tolist() == sorted(range(len(days)), key=days.__getitem__)


def test_one_number_for_every_row_takes_the_memory_of_one() -> None:
    many, one = np.array([3, 1, 2], dtype=np.int16), same(20_100, 1_000_000)
    assert widened(many).tolist() == [3, 1, 2]
    assert widened(many).dtype == np.int64
    assert widened(one).strides == (0,)
    assert len(widened(one)) == 1_000_000
    assert widened(one[:3]).tolist() == [20_100] * 3
