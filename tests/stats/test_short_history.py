"""What comes next in a short series, against a regression by another route and by how often its range holds."""

from __future__ import annotations

import math
from statistics import fmean, stdev

import numpy as np
import pytest
from scipy.optimize import minimize

from kpidesk.stats.projecting import further
from kpidesk.stats.short_history import unseasoned
from tests.simulate import short_histories

VALUES = [12.0, 9.0, 15.0, 20.0, 17.0, 31.0]


def test_it_lies_between_the_mean_and_where_the_growth_leads() -> None:
    """The growth by searching for the least quasi-deviance of a log-linear line with variance level ** 1.5."""
    at, values = np.arange(6.0), np.array(VALUES)

    def deviance(line: np.ndarray) -> float:
        fits = np.exp(line[0] + line[1] * at)
        return float(np.sum(2 * values / np.sqrt(fits) + 2 * np.sqrt(fits)))

    height, slope = minimize(deviance, (2.0, 0.1), method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12}).x
    for steps in (1, 3, 6):
        found, grown = unseasoned(VALUES, steps), math.exp(height + slope * (5 + steps))
        assert found is not None
        assert found[0] == pytest.approx((fmean(VALUES) + grown) / 2, rel=1e-6)
        assert found[1] > (grown - fmean(VALUES)) / 2
    assert unseasoned(VALUES, 7) == unseasoned(VALUES, 6), "growth goes on for no longer than the past is long"


def test_what_tells_no_growth_is_the_mean() -> None:
    assert unseasoned([5.0]) is None
    assert unseasoned([4.0, 8.0]) == pytest.approx((6.0, stdev([4, 8]) * math.sqrt(1.5) * further(1)))
    assert unseasoned([0.0, 0.0, 0.0]) == (0.0, 0.0)
    assert unseasoned([7.0, 7.0, 7.0]) == pytest.approx((7.0, 0.0))
    ended = unseasoned([10.0, 5.0, 1.0, 0.0, 0.0, 0.0])
    assert ended is not None
    assert 0 <= ended[0] < fmean([10, 5, 1, 0, 0, 0])


@pytest.mark.parametrize("season", [0.0, 0.3])
@pytest.mark.parametrize(("growth", "known"), [(-0.3, 8), (0.0, 12), (1.86, 4), (1.86, 8), (1.86, 12)])
def test_its_range_holds_four_fifths_whether_it_was_growth_or_a_season(
    growth: float, known: int, season: float
) -> None:
    """At 30 % growth a quarter (1.86 a year) the range round the mean of twelve months held 37 %."""
    assert 0.7 <= short_histories(growth, season, known, 20, 200) <= 0.95
