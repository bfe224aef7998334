"""Frozen scorecards, trends and people as the operations give them, without a workspace."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date

from kpidesk.core.goals import Baseline, Target
from kpidesk.core.kpis import Direction, Kpi, KpiClass, Unit
from kpidesk.core.people import ORG, UNASSIGNED, Membership, Organisation, Person, Scope, Team
from kpidesk.core.periods import Period, quarter_period, run_of, shift
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Matrix, Question, Row, Scorecard, SparkPoint
from kpidesk.core.settings import Settings
from kpidesk.core.status import STATUS_WORDS, Confidence, Status
from kpidesk.core.trends import Trend, TrendPoint

SETTINGS = Settings(organisation="Northwind Sales")
QUARTER = quarter_period(2026, 3, SETTINGS)
AS_OF = date(2026, 9, 14)
QUESTION = Question(QUARTER)
HOSTILE = ("<b>x</b>", "<img src='file:///etc/hostname'>", "R&D <i>North</i>")


@dataclass(frozen=True, slots=True)
class Case:
    """One line of the sample: what a KPI came to and what it was to come to."""

    kpi_id: str
    name: str
    unit: Unit
    kpi_class: KpiClass
    direction: Direction
    value: float | None
    goals: tuple[float, float, float] | None
    baseline: float | None
    status: Status
    confidence: Confidence
    value_text: str
    target_text: str
    sample_text: str
    sentence: str
    prior_text: str = ""
    n: float = 96
    interval: tuple[float, float] | None = None
    reason: str = ""
    expected: float | None = None
    attainment: float | None = None
    notices: tuple[str, ...] = ()
    words: str = ""


CASES = (
    Case("bookings", "Bookings", "money", "flow_money", "higher", 1_284_500, (900_000, 1_200_000, 1_400_000), 1_050_000,
         "on_track", "solid", "$1.28M", "$1.20M", "31 deals", "$1.28M of $1.20M, ahead of the pace for 14 Sep.",
         "$1.31M", 31, None, "", 1_010_000, 1.07),
    Case("win_rate", "Win rate", "percent", "ratio", "higher", 0.271, (0.25, 0.30, 0.34), 0.22,
         "at_risk", "hollow", "27%", "30%", "26 of 96", "27% of 96 closed deals were won; probably at risk.",
         "25%", 96, (0.19, 0.367), "", None, 0.90),
    Case("sales_cycle", "Sales cycle", "days", "median", "lower", 63, (60, 55, 50), 69,
         "off_track", "solid", "63 days", "55 days", "26 deals", "Half of the deals won took longer than 63 days.",
         "69 days", 26, (60, 71), "", None, 0.85),
    Case("pipeline_coverage", "Pipeline coverage", "multiple", "stock", "higher", 3.4, (2.5, 3.0, 4.0), 2.8,
         "on_track", "solid", "3.4×", "3.0×", "184 deals", "Open pipeline is 3.4 times what is left to book.",
         "3.1×", 184, None, "", None, 1.13),
    Case("average_deal", "Average deal size", "money", "money_ratio", "higher",
         38_200, (40_000, 45_000, 50_000), 41_000,
         "off_track", "hollow", "$38.2K", "$45.0K", "31 deals", "Below the minimum, but 31 deals leave room for luck.",
         "$42.0K", 31, (29_800, 47_400), "", None, 0.85),
    Case("new_deals", "New deals created", "count", "flow_count", "higher", 142, (120, 150, 180), 128,
         "on_track", "hollow", "142", "150", "142 deals", "142 of 150, ahead of the pace for 14 Sep.",
         "131", 142, (119.6, 167.4), "", 126, 0.95),
    Case("stage_conversion", "Discovery to proposal", "percent", "cohort", "higher", 0.41, (0.35, 0.40, 0.45), 0.37,
         "maturing", "none", "41%", "40%", "18 of 44", "Only 58% of this quarter's deals are decided.",
         "38%", 44, (0.277, 0.556), "", None, 1.02),
    Case("push_rate", "Deals pushed out", "percent", "ratio", "lower", 0.43, None, None,
         "no_target", "none", "43%", "", "79 of 184", "43% of open deals moved their close date; no target is set.",
         "40%", 184, (0.36, 0.50)),
    Case("self_sourced", "Self-sourced win rate", "percent", "ratio", "higher", 3 / 7, (0.2, 0.25, 0.3), 0.22,
         "too_few", "none", "43%", "25%", "3 of 7", "3 of 7, too early to tell.",
         "", 7, (0.158, 0.75), "", None, None),
    Case("nrr", "Net revenue retention", "percent", "money_ratio", "higher", 1.082, (1.0, 1.1, 1.2), 1.05,
         "at_risk", "solid", "108.2%", "110.0%", "212 accounts", "108.2% against 110.0%, above the minimum.",
         "106.5%", 212, None, "", None, 0.98),
    Case("response", "Lead response time", "hours", "median", "lower", None, (8, 4, 2), None,
         "no_data", "none", "–", "4 h", "", "No lead has been imported yet.", "", 0, None,
         "no rows: nothing of kind 'leads' has been imported"),
)  # fmt: skip


def kpi(case: Case) -> Kpi:
    return Kpi(
        id=case.kpi_id, name=case.name, formula="count(deals where won on closed_at)",
        sentence=f"{case.name}, by the day deals closed.", unit=case.unit, direction=case.direction,
        indicator="lagging", dimension="outcome", kpi_class=case.kpi_class, status="active",
        objective="Make the plan", decision="Coach", owner="Sales manager",
    )  # fmt: skip


def history(case: Case, periods: int = 13) -> tuple[float | None, ...]:
    """A wave that ends on the case's value, with one gap; None throughout when there is no value."""
    if case.value is None:
        return (None,) * periods
    seed = sum(map(ord, case.kpi_id))
    shape = [
        1 - 0.014 * (periods - 1 - i) + 0.075 * math.sin(i * 1.9 + seed) + 0.04 * math.sin(i * 0.7 + seed)
        for i in range(periods)
    ]
    values: list[float | None] = [case.value * one / shape[-1] for one in shape]
    if case.kpi_id == "stage_conversion":
        values[4] = None
    return tuple(values)


def row(case: Case, scope: Scope = ORG, period: Period = QUARTER) -> Row:
    past = history(case)
    labels = [one.label for one in run_of(period, len(past), SETTINGS)]
    goal = None if case.goals is None else Target(case.kpi_id, scope, period, *case.goals)
    base = None
    if case.baseline is not None:
        base = Baseline(case.kpi_id, scope, period, case.baseline, "trailing_4", "Q3 2025 – Q2 2026", 210)
    spark = tuple(
        SparkPoint(label, value, partial=i == len(past) - 1)
        for i, (label, value) in enumerate(zip(labels, past, strict=True))
    )
    return Row(
        kpi=kpi(case), member=scope.key, scope=scope, period=period,
        result=Result(case.value, case.n, interval=case.interval, reason=case.reason, notices=case.notices),
        baseline=base, target=goal, expected=case.expected, attainment=case.attainment, status=case.status, tier=None,
        confidence=case.confidence, reason=case.reason, age_days=9, sources=("deals.csv",), prior=None, spark=spark,
        value_text=case.value_text, sample_text=case.sample_text, target_text=case.target_text,
        prior_text=case.prior_text, status_words=case.words or STATUS_WORDS[case.status],
        sentence=f"{case.name}: {case.sentence}",
    )  # fmt: skip


def scorecard(cases: tuple[Case, ...] = CASES, question: Question = QUESTION) -> Scorecard:
    title = f"{question.scope.name or SETTINGS.organisation} · {question.period.label}"
    rows = tuple(row(case, question.scope, question.period) for case in cases)
    return Scorecard(question, AS_OF, True, rows, (), title, 9, ("deals-2026-09-14.csv",))


def trend(case: Case = CASES[0], question: Question = QUESTION, periods: int = 13) -> Trend:
    values = history(case, periods)
    spans = run_of(question.period, periods, SETTINGS)
    points = tuple(
        TrendPoint(
            span,
            Result(value, 0 if value is None else case.n, reason="" if value is not None else "no rows"),
            *_goals_at(case, i, periods),
            partial=i == periods - 1,
            starts_inside=i == 0,
            value_text="–" if value is None else _text(case, value),
            sample_text="" if value is None else case.sample_text,
        )
        for i, (span, value) in enumerate(zip(spans, values, strict=True))
    )
    found = row(case, question.scope, question.period)
    sentence = f"{case.name} {case.value_text}; 13 quarters up to {question.period.label}, target {case.target_text}."
    return Trend(question, found.kpi, points, found.baseline, AS_OF, sentence, f"{case.name} · Northwind Sales")


def _goals_at(case: Case, i: int, periods: int) -> tuple[float | None, float | None, float | None]:
    if case.goals is None or i < 5:
        return (None, None, None)
    factor = 0.9 if i < periods - 4 else 1.0
    low, mid, high = (one * factor for one in case.goals)
    return (low, mid, high)


def _text(case: Case, value: float) -> str:
    if case.unit == "money":
        return f"${value / 1e6:.2f}M" if value >= 1e6 else f"${value / 1e3:.1f}K"
    if case.unit == "percent":
        return f"{value:.0%}"
    if case.unit == "multiple":
        return f"{value:.1f}×"
    return f"{value:.0f} days" if case.unit == "days" else f"{value:.0f}"


REPS = (
    "Anna Sellwood",
    "Boris Fay",
    "Cecily Lambton",
    "Darius Schumann",
    "Elise Glenn",
    "Kamil Bickerton",
    "Moses Frame",
)


def organisation(reps: tuple[str, ...] = REPS) -> Organisation:
    teams = (Team(1, "East"), Team(2, "West"), Team(3, "West Coast", 2))
    people = tuple(Person(10 + i, name) for i, name in enumerate(reps))
    memberships = tuple(Membership(person.id, 1 + i % 3) for i, person in enumerate(people))
    return Organisation(people, teams, memberships)


def many_reps(count: int = 40) -> tuple[str, ...]:
    return tuple(f"{REPS[i % 7].split()[0]} {REPS[i % 5].split()[1]} {i + 1:02d}" for i in range(count))


def matrix(question: Question = QUESTION, reps: tuple[str, ...] = REPS, cases: tuple[Case, ...] = CASES[:8]) -> Matrix:
    members = (*(Scope("rep", name, 10 + i) for i, name in enumerate(reps)), UNASSIGNED, ORG)
    turns: tuple[Status, ...] = ("on_track", "at_risk", "off_track", "too_few", "on_track")
    cells = tuple(
        tuple(
            row(replace(case, status=turns[(i * 3 + j) % 5] if case.value is not None else case.status), member)
            for j, case in enumerate(cases)
        )
        for i, member in enumerate(members)
    )
    return Matrix(replace(question, by="rep"), tuple(kpi(case) for case in cases), members, cells)


def previous(question: Question) -> Question:
    return replace(question, period=shift(question.period, -1, SETTINGS))
