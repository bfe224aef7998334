"""The ranges of forecasts by their plainer way are those of the first, whatever they are made of."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from scipy import stats

from kpidesk.stats.plain_ranges import Ends, by_deals, by_rest, by_shares
from kpidesk.stats.projecting import MOST_EXACT, pipeline_projection, share_range


@pytest.mark.parametrize("count", [0, 1, 12, MOST_EXACT, 2 * MOST_EXACT])
@pytest.mark.parametrize("past", [0, 1, 8])
def test_open_deals_come_to_the_same_by_a_generating_function(count: int, past: int) -> None:
    draw = Random(100 * count + past)
    for spread in (1.0, 1.4):
        deals = [(draw.choice((0.0, draw.uniform(10, 1e5), 1000.0 * draw.randrange(1, 50))), draw.random())
                 for _ in range(count)]  # fmt: skip
        turn = [draw.choice((0.0, draw.uniform(0, 3e5))) for _ in range(past)]
        amounts, chances = (np.array([one[at] for one in deals]) for at in (0, 1))
        wanted = pipeline_projection(12_345.0, amounts, chances, turn=turn, spread=spread)
        again = by_deals(12_345.0, deals, turn, spread)
        assert (again.low, again.middle, again.high) == pytest.approx((wanted.low, wanted.middle, wanted.high))


def test_shares_come_to_the_same_by_sorting() -> None:
    draw = Random(7)
    for count in range(4, 9):
        shares = [draw.uniform(0.2, 1.0) for _ in range(count)]
        wanted = share_range(1e5, shares)
        assert wanted is not None
        again = by_shares(1e5, shares)
        assert (again.low, again.middle, again.high) == pytest.approx((wanted.low, wanted.middle, wanted.high))


def test_what_is_still_to_come_is_normal_and_never_less_than_nothing() -> None:
    wanted = stats.norm(150, 20).ppf((0.1, 0.9))
    again = by_rest(100.0, 50.0, 20.0)
    assert (again.low, again.middle, again.high) == pytest.approx((wanted[0], 150.0, wanted[1]))
    assert by_rest(100.0, 10.0, 20.0).low == 100.0
    assert by_rest(100.0, 10.0, 0.0) == Ends(110.0, 110.0, 110.0)
