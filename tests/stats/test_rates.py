from __future__ import annotations

from kpidesk.stats.rates import compounded
from tests.stats.vectors import cases, near


def test_monthly_churn_compounds_as_published() -> None:
    for case in cases("V-CHURN"):
        assert compounded(case["monthly"], 12) == near(case["annual"])
