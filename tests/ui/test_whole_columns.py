"""A table whose view ends with a whole column where not all of them have room."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpidesk.ui.widgets.whole_columns import GIVES, whole_widths


@pytest.mark.parametrize(
    ("widths", "room", "found"),
    [
        ([100, 50, 50], 200, [100, 50, 50]),  # all have room
        ([200, 50, 60], 290, [180, 50, 60]),  # the widest gives the little that the last one lacks
        ([100, 100, 100, 100], 250, [125, 125, 100, 100]),  # what is left is shared among those seen whole
        ([300, 100], 200, [300, 100]),  # not even one has room
        ([100, 300], 150, [100, 300]),  # one alone does not grow
        ([], 100, []),
    ],
)
def test_columns_end_at_the_edge(widths: list[int], room: int, found: list[int]) -> None:
    assert whole_widths(widths, room) == found


@given(st.lists(st.integers(40, 320), min_size=2, max_size=12), st.integers(100, 1500))
def test_no_column_is_cut_and_none_gives_much(widths: list[int], room: int) -> None:
    found = whole_widths(widths, room)
    ends = [sum(found[: at + 1]) for at in range(len(found))]
    if widths[0] + widths[1] <= room < sum(widths):
        assert room in ends
    assert all(after >= (1 - GIVES) * before for before, after in zip(widths, found, strict=True))
