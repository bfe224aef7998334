"""Which targets and baselines would be left without a period, or count in another currency, by other settings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kpidesk.core.entries import Entry, EntryBook
from kpidesk.core.goals import Baseline, GoalBook, Target
from kpidesk.core.people import ORG
from kpidesk.core.periods import Period, quarter_period, span_period, week_period
from kpidesk.core.settings import Settings
from kpidesk.core.unfit_goals import renamed_words, unfit_words

NOW = Settings()


def book(*periods: Period) -> GoalBook:
    """A target in each period, and a baseline in the first."""
    targets = tuple(Target("bookings", ORG, one, 1.0, 2.0, 3.0) for one in periods)
    return GoalBook((Baseline("bookings", ORG, periods[0], 1.0, "manual", "", 0.0),), targets)


QUARTERS = [quarter_period(2026, number, NOW) for number in (1, 2, 3, 4)]
REST = "would fall on no period. Nothing is judged by them then."


@pytest.mark.parametrize(
    ("periods", "change", "told"),
    [
        (QUARTERS[2:], {"fiscal_start_month": 2}, f"2 targets and 1 baseline, of Q3 2026 and Q4 2026, {REST}"),
        (
            [*QUARTERS, quarter_period(2027, 1, NOW)],
            {"fiscal_start_month": 3},
            f"5 targets and 1 baseline, of Q1 2026, Q2 2026, Q3 2026 and 2 more, {REST}",
        ),
        (QUARTERS, {"fiscal_start_month": 4}, ""),  # its quarters are of the same days
        ([span_period(date(2026, 7, 1), date(2026, 7, 9))], {"fiscal_start_month": 2, "week_start": 6}, ""),
        ([week_period(date(2026, 7, 1), NOW)], {"week_start": 6}, f"1 target and 1 baseline, of W27 2026, {REST}"),
        (QUARTERS, {"currency": "EUR"}, ""),
    ],
)
def test_what_falls_on_no_period_is_counted_and_named(
    periods: list[Period], change: dict[str, object], told: str
) -> None:
    assert unfit_words(book(*periods), NOW, replace(NOW, **change)) == told  # type: ignore[arg-type]  # any field


def test_the_way_back_leaves_nothing_without_a_period() -> None:
    february = replace(NOW, fiscal_start_month=2)
    assert unfit_words(book(*QUARTERS), february, NOW) == ""


def test_goals_of_amounts_are_counted_once_the_currency_is_another() -> None:
    typed = EntryBook(tuple(Entry("bookings", ORG, QUARTERS[0], value, "") for value in (5.0, 6.0)))
    assert renamed_words(book(*QUARTERS), typed, {"bookings"}, "USD", "EUR") == (
        "4 targets, 1 baseline and 1 typed value are amounts in USD: nothing converts them, they would count as EUR "
        "with the same number."
    )
    one = GoalBook((), (Target("bookings", ORG, QUARTERS[0], 1.0, 2.0, 3.0),))
    assert renamed_words(one, EntryBook(), {"bookings"}, "USD", "EUR") == (
        "1 target is an amount in USD: nothing converts it, it would count as EUR with the same number."
    )
    assert renamed_words(book(*QUARTERS), typed, {"spend"}, "USD", "EUR") == ""
