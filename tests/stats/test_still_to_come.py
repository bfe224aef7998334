"""What a running period has still to bring: by hand, and by how often its range holds on made-up quarters."""

from __future__ import annotations

import math

import pytest

from kpidesk.stats.projecting import further
from kpidesk.stats.still_to_come import Rest, StillToCome, still_to_come
from tests.simulate import late_in_a_quarter


def test_it_is_the_part_that_past_periods_brought_so_late() -> None:
    """A third of 300 came late, but 40 of the first 100: so far they lay from bringing just a third."""
    found = still_to_come(120.0, 30.0, [Rest(40, 100), Rest(60, 200)])
    apart = ((40 - 100 / 3) ** 2 / 100**1.5 + (60 - 200 / 3) ** 2 / 200**1.5) * 1.5 * 120**1.5
    assert (found.point, found.part) == pytest.approx((40.0, 1 / 3))
    assert found.spread == pytest.approx(math.sqrt(10**2 + apart * further(1) ** 2))


def test_what_tells_no_part_leaves_all_of_it() -> None:
    whole = StillToCome(120.0, 30.0, 1.0)
    assert still_to_come(120.0, 30.0, []) == whole
    assert still_to_come(120.0, 30.0, [Rest(0, 0), Rest(5, -5)]) == whole
    assert still_to_come(120.0, 30.0, [Rest(70.1, 70.1), Rest(0.3, 0.3)]) == whole, "nothing is over yet"
    assert still_to_come(120.0, 30.0, [Rest(0, 70), Rest(0, 80)]) == StillToCome(0.0, 0.0, 0.0)
    assert still_to_come(120.0, 30.0, [Rest(0, 70), Rest(-1, 80)]).part == 0, "what was taken back is no part"
    assert still_to_come(120.0, 30.0, [Rest(25, 100)]) == StillToCome(30.0, 15.0, 0.25)


@pytest.mark.parametrize(("deals", "gone", "uneven"), [
    (6, 0.85, 0.0), (20, 0.3, 0.0), (20, 0.5, 0.0), (20, 0.85, 0.0), (60, 0.5, 0.04), (60, 0.85, 0.04),
])  # fmt: skip
def test_its_range_holds_four_fifths_on_every_day(deals: float, gone: float, uneven: float) -> None:
    """With twenty deals a quarter that of a whole period, cut off at what is booked, held 57 % ten days
    before the end.
    """
    assert 0.75 <= late_in_a_quarter(deals, gone, 400, uneven=uneven) <= 0.9
