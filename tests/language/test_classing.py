"""The class of KPI that a formula makes: it decides on intervals, pace and thresholds."""

from __future__ import annotations

import tomllib

import pytest

from kpidesk.language import class_of, compile_formula, suits
from kpidesk.paths import resources
from tests.language.definitions import KPIS
from tests.language.test_forming import TEXTS


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("count(deals where won on closed_at)", "flow_count"),
        ("sum(deals.amount where won on closed_at)", "flow_money"),
        ("-sum(movements.amount where churn on effective_at)", "flow_money"),
        # of seats a few large deals make the number, as of amounts; it is no count of what happened
        ("sum(number(deals.`Seats`) where won on closed_at)", "flow_money"),
        ("[deals_won] + sum(number(deals.`Seats`) where won on closed_at)", "flow_money"),
        ("count(deals where open as of end)", "stock"),
        ("[open_pipeline] * 2", "stock"),
        ("count_distinct(deals.account where won on closed_at)", "distinct"),
        ("median(deals.amount where won on closed_at)", "median"),
        ("[cycle]", "mean_time"),
        ("avg(surveys.score on responded_at)", "score"),
        ("[win_rate]", "ratio"),
        ("rolling([win_rate], 90d)", "ratio"),
        # an interval of a proportion would be wrong for all of these
        ("sum(deals.amount where won on closed_at) / sum(deals.amount where closed on closed_at)", "money_ratio"),
        ("count(activities where held on occurred_at) / count(deals where won on closed_at)", "money_ratio"),
        ("count(deals where won on closed_at) / count(deals on created_at)", "money_ratio"),
        ("[bookings] / [deals_won]", "money_ratio"),
        ("[bookings] / target([bookings])", "derived"),
        ("[win_rate] - previous([win_rate])", "derived"),
    ],
)
def test_the_class_of_a_formula(text: str, kind: str) -> None:
    assert class_of(compile_formula(text, KPIS)) == kind


def test_the_guess_agrees_with_what_is_shipped_but_for_cohorts() -> None:
    shipped = [tomllib.loads(path.read_text(encoding="utf-8")) for path in (resources() / "kpis").glob("*.toml")]
    known = {one["id"]: one["kpi_class"] for one in shipped if one.get("formula") and one["kpi_class"] != "cohort"}
    wrong = {one for one, kind in known.items() if class_of(compile_formula(TEXTS[one], TEXTS)) != kind}
    assert wrong == {"cac_payback", "nps", "pipeline_created_per_rep", "revenue_by_source"}


def test_a_sum_of_numbers_that_was_written_as_a_count_may_stay_one() -> None:
    seats = compile_formula("sum(number(deals.`Seats`) where won on closed_at)")
    assert suits(seats, "flow_count")
    assert not suits(seats, "ratio")
    assert not suits(compile_formula(KPIS["bookings"], KPIS), "flow_count")
