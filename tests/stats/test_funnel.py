"""The lines of a funnel: always on the right side of every point, and where the exact quantiles are."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpidesk.stats.funnel import count_limits, rate_limits
from kpidesk.stats.grouping import count_place, rate_place
from tests.often import often
from tests.stats.vectors import cases


@settings(max_examples=often(14))
@given(st.floats(0.02, 0.98), st.integers(1, 60))
def test_a_rate_lies_outside_a_line_just_where_it_is_called_outside(common: float, rows: int) -> None:
    lines = rate_limits(common, rows)
    for hits in range(rows + 1):
        place = rate_place(hits, rows, common)
        assert place is not None
        value, slack = hits / rows, 1e-9
        assert (value > lines.inner[1] + slack) == (place.place in ("above", "far above"))
        assert (value < lines.inner[0] - slack) == (place.place in ("below", "far below"))
        assert (value > lines.outer[1] + slack) == (place.place == "far above")


@settings(max_examples=often(14))
@given(st.floats(0.05, 5), st.floats(1, 60))
def test_a_count_lies_outside_a_line_just_where_it_is_called_outside(common: float, weeks: float) -> None:
    lines = count_limits(common, weeks)
    for count in range(0, int(3 * common * weeks) + 5, 1 + int(common * weeks) // 20):
        place = count_place(count, weeks, common)
        assert place is not None
        slack = 1e-9
        assert (count / weeks > lines.inner[1] + slack) == (place.place in ("above", "far above"))
        assert (count / weeks < lines.outer[0] - slack) == (place.place == "far below")


def test_the_lines_are_within_a_row_of_the_published_limits() -> None:
    for case in cases("V-FUNNEL"):
        lines = rate_limits(case["target"], case["n"])
        for ends, exact in ((lines.inner, case["exact_95"]), (lines.outer, case["exact_99.8"])):
            assert ends == pytest.approx(exact, abs=1 / case["n"] + 1e-9)


def test_the_lines_run_together_as_rows_grow() -> None:
    few, many = rate_limits(0.3, 20), rate_limits(0.3, 2000)
    assert few.inner[1] - few.inner[0] > 5 * (many.inner[1] - many.inner[0])
    assert many.outer[0] < many.inner[0] < 0.3 < many.inner[1] < many.outer[1]
