"""The window in which one rep's rate may be spoken of."""

from __future__ import annotations

from kpidesk.stats.windows import fair_window


def test_four_quarters_at_most() -> None:
    found = fair_window([9, 5, 8, 9, 9], [80, 20, 26, 25, 25])
    assert found is not None
    assert (found.x, found.n, found.periods, found.months, found.fair) == (31, 96, 4, 12, True)
    assert found.rate == 31 / 96


def test_quarters_before_the_rep_was_there_are_left_out_and_empty_ones_between_are_not() -> None:
    new = fair_window([0, 0, 4, 5], [0, 0, 15, 16])
    assert new is not None
    assert (new.periods, new.fair) == (2, True)
    pause = fair_window([4, 0, 5], [15, 0, 14], least=30)
    assert pause is not None
    assert (pause.x, pause.n, pause.months, pause.fair) == (9, 29, 9, False)
    lower = fair_window([4, 0, 5], [15, 0, 14], least=20, months=1)
    assert lower is not None
    assert (lower.months, lower.fair) == (3, True)
    assert fair_window([0, 0], [0, 0]) is None
