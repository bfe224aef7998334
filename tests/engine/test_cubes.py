"""Cubes keep whole sums as small as they fit, and give them back to calculate with exactly."""

from __future__ import annotations

import numpy as np
import pytest

from kpidesk.engine.credit import Entries
from kpidesk.engine.cubes import Cube, dated_cube
from kpidesk.engine.scan import Prepared
from kpidesk.engine.values import Column

LARGEST = 2**31 - 1
DAYS, PEOPLE = np.array([3, 3, 4, 7]), 3


def cube_of(person: list[int], amounts: list[float] | None) -> Cube:
    """The cube of four entries."""
    nothing = np.zeros(0, dtype=np.int64)
    entries = Entries(
        np.arange(4), np.array(person), np.ones(4, dtype=np.int64), DAYS, lambda: nothing, nothing, nothing
    )
    values = np.array(amounts or [1.0] * 4)
    prepared = Prepared(entries, Column(values), (), is_late=False, start=nothing, end=nothing)
    found = dated_cube(prepared, PEOPLE, None if amounts is None else values)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("amounts", "kept"),
    [
        (None, np.int32),
        ([5.0, -7.0, 0.0, 12.0], np.int32),
        ([LARGEST - 1.0, 1.0, 0.0, -1.0], np.int32),
        ([-float(LARGEST), 1.0, 1.0, 1.0], np.int32),
        ([LARGEST - 1.0, 2.0, -2.0, 1.0], np.float64),
        ([-LARGEST - 2.0, 1.0, 1.0, 1.0], np.float64),
        ([2.0**52, 1.0, 2.0, 3.0], np.float64),
    ],
)
def test_sums_are_exact_however_they_are_kept(amounts: list[float] | None, kept: type) -> None:
    person = [1, 1, 1, 2]
    cube = cube_of(person, amounts)
    assert cube.sums.dtype == kept
    for day in range(2, 10):
        row = cube.row_at(np.array([day]))
        expected = [0] * PEOPLE
        for at, owner in enumerate(person):
            expected[owner] += (1 if amounts is None else int(amounts[at])) if DAYS[at] < day else 0
        assert cube.at(row).tolist() == [expected]
        assert cube.at(row, np.array([1])).tolist() == [expected[1]]
        assert cube.at(row).dtype == np.float64
