from __future__ import annotations

import pytest

from kpidesk.core.goals import Target
from kpidesk.core.kpis import Display, Unit
from kpidesk.core.people import ORG
from kpidesk.core.periods import quarter_period
from kpidesk.core.settings import Settings
from kpidesk.core.value_beside import value_beside

Q4 = quarter_period(2026, 4, Settings())


@pytest.mark.parametrize(("value", "n", "tiers", "unit", "shown"), [
    (0.284, 95, (0.23, 0.253, 0.276), "percent", "28%"),  # 28 reads as above 27.6, which it is
    (0.2755, 95, (0.23, 0.253, 0.276), "percent", "27.55%"),  # 28 and 27.6 would read as reached
    (0.2742, 95, (0.23, 0.253, 0.2738), "percent", "27.42%"),  # 27 reads as missed and 27.4 as no different
    (0.276, 95, (0.23, 0.253, 0.276), "percent", "27.6%"),  # exactly reached
    (0.2534, 250, (0.23, 0.253, 0.276), "percent", "25.34%"),
    (0.2534, 250, (0.2534, 0.2534, 0.2534), "percent", "25.3%"),
    (2_384_000.0, None, (2.0e6, 2.38e6, 2.6e6), "money", "$2.384M"),
    (1_500_000.0, None, (2.0e6, 2.38e6, 2.6e6), "money", "$1.50M"),
    (-1_499.0, None, (-1_501.0, 0.0, 5.0), "money", "−$1.499K"),
    (55.4, 27, (58.0, 55.0, 46.0), "days", "55.4 days"),
    (0.2534, None, (0.2531, 0.3, 0.4), Display("percent", 2), "25.34%"),
    (0.2534, None, (0.25338, 0.3, 0.4), Display("percent", 2), "25.34%"),  # a third digit would be a nought
])  # fmt: skip
def test_a_value_reads_to_its_thresholds_as_it_lies(
    value: float, n: float | None, tiers: tuple[float, float, float], unit: Unit | Display, shown: str
) -> None:
    assert value_beside(value, Target("k", ORG, Q4, *tiers), unit, "USD", n) == shown


def test_without_thresholds_or_a_value_nothing_changes() -> None:
    assert value_beside(0.2755, None, "percent", n=95) == "28%"
    assert value_beside(None, Target("k", ORG, Q4, 0.1, 0.2, 0.3), "percent") == "—"


def test_what_no_two_digits_tell_apart_stays_short() -> None:
    goal = Target("k", ORG, Q4, 0.1, 0.30000001, 0.4)
    assert value_beside(0.30000002, goal, "percent", n=95) == "30%"
