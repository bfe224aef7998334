"""Random companies and questions for properties that must hold whatever the data."""

from __future__ import annotations

from random import Random

from hypothesis import strategies as st

from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Scope
from kpidesk.engine.crew import UnassignedLevel
from kpidesk.language import Formula
from tests.engine.support import Company, asked, made_up, period, scopes_of, shipped

companies = st.builds(
    lambda seed, deals, imports: made_up(Random(seed), deals, imports),
    st.integers(0, 2**32), st.integers(0, 14), st.integers(1, 4),
)  # fmt: skip
spans = st.sampled_from(
    [period(text) for text in ("2024-Q4", "2025-Q1", "2025-Q2", "2025-03", "2025-08", "2025", "2025-W20",
                               "2025-02-10..2025-05-20", "2025-Q4")]
)  # fmt: skip
OTHER_FORMULAS = (
    "count_distinct(deals.account where won on closed_at)",
    "percentile(deals.amount, 80% where open as of end)",
    "max(days(deals.created_at, end) where open as of end)",
    "sum(deals.amount where won on closed_at credit creator)",
    "sum(deals.amount where won on closed_at credit opener)",
    "sum(deals.amount where open as of end credit current)",
    "count(deals where open as of start) - count(deals where open as of end)",
    "[bookings] / previous([bookings]) - 1",
    "previous(rolling([win_rate], 90d), 1 year)",
    "to_date([bookings], year) / max_of([bookings], at_start([open_pipeline]))",
    "abs([win_rate] - org([win_rate])) / team([win_rate])",
    "if_empty([win_rate], 50%)",
    "count(stage_visits where first_visit on entered_at)",
    "sum(stage_visits.deal.amount where days_in_stage > 10 or exit_to = 'won' on exited_at)",
    "count(stage_visits where stage = 'Proposal' and owner_at_exit is not empty on deal.closed_at)",
    "sum(deals.amount where open and amount > 10000 and last_activity_at is empty as of now)",
    "median(deals.amount where closed and lead_source = 'inbound' on final_closed_at)",
)


def scopes(company: Company) -> list[tuple[Scope, UnassignedLevel]]:
    """Every scope with the level at which Unassigned is meant."""
    team: list[tuple[Scope, UnassignedLevel]] = [(one, "team") for one in scopes_of(company, "team")]
    return team + [(one, "rep") for one in scopes_of(company, "rep")[1:]]


def formulas() -> list[tuple[Kpi, Formula]]:
    """Every shipped formula and those that try what no shipped one does."""
    known = [(kpi, formula) for kpi, formula in shipped().values() if formula is not None]
    return known + [asked(text) for text in OTHER_FORMULAS]
