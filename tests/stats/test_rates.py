from __future__ import annotations

from kpidesk.stats.rates import compounded, velocity, win_rates
from tests.stats.vectors import cases, near


def test_monthly_churn_compounds_as_published() -> None:
    for case in cases("V-CHURN"):
        assert compounded(case["monthly"], 12) == near(case["annual"])


def test_velocity_as_published() -> None:
    for case in cases("V-VEL"):
        assert velocity(case["n"], case["win"], case["size"], case["days"]) == near(case["per_day"])
    assert velocity(40, 0.25, 45_000, 75) == near(6000.0)
    assert velocity(40, 0.25, 45_000, 0) is None


def test_one_pipeline_has_several_win_rates() -> None:
    guide, derailed = cases("V-WINDEF")
    rates = win_rates(guide["won"], guide["lost"], still_open=guide["open"])
    assert rates.of_created == near(guide["created_basis"])
    assert rates.of_decided == near(guide["closed_basis"])
    rates = win_rates(derailed["won"], derailed["lost"], derailed["derailed"])
    assert rates.of_decided == near(derailed["narrow"])
    assert rates.of_ended == near(derailed["broad"])


def test_no_deals_have_no_win_rate() -> None:
    assert win_rates(0, 0).of_decided is None
