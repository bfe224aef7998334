"""Forecasts made up for pictures and tests: any names, with and without a range, a target and a past."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from kpidesk.core.forecast_misses import ForecastAccuracy, HorizonMisses, Miss, PeriodMisses, ScopeMisses
from kpidesk.core.forecasts import (
    METHODS,
    MOMENTS,
    Backtest,
    BacktestLine,
    CategoryTotal,
    Chance,
    CurveLine,
    DueDeal,
    ForecastView,
    Method,
    Pacing,
    Range,
    RepShare,
    StageChance,
    ToCreate,
    Track,
    Weighted,
)
from kpidesk.core.pay_plans import Accelerator, PayCurve, PayNow, PayPlan, points_of
from kpidesk.core.people import Scope
from kpidesk.core.periods import run_of, shift
from kpidesk.core.scorecards import Question, Row
from kpidesk.core.sdr import SdrReturn, SourcedMonth
from kpidesk.core.submissions import Known, Submission
from kpidesk.core.what_ifs import DriverChange, Effect, WhatIf
from kpidesk.ui.widgets.forecast_loading import Given, Pay
from tests.ui.samples import AS_OF, QUESTION, SETTINGS
from tests.ui.samples_data import BOOKINGS

REP = Scope("rep", "Ann Lee", 1)
RANGE = Range(600_000.0, 500_000.0, 700_000.0, "$600K", "$500K to $700K")


def track(moment: str = "now", method: str = "share") -> Track:
    return Track(method, moment, 8, 0.07, 5, 6, 8, "missed by 7% on median in your last 8 quarters.")  # type: ignore[arg-type]


def method(
    name: str = "Pace of past quarters", chance: float | None = 0.7, *, found: Range | None = RANGE,
    checked: bool = True,
) -> Method:  # fmt: skip
    """A method with a chance of each tier, or one that cannot tell."""
    chances = tuple(
        Chance(tier, value, f"${value / 1000:.0f}K", chance, f"{100 * (chance or 0):.0f}%")  # type: ignore[arg-type]
        for tier, value in (("minimum", 480_000.0), ("target", 560_000.0), ("stretch", 640_000.0))
    )
    return Method(
        "share", name, "What is booked, divided by what past quarters had booked by now.", found,
        "" if found else f"{name} needs 4 closed quarters.", "8 quarters", 8, chances if found and chance else (),
        track() if checked and found else None,
    )  # fmt: skip


def due_deal(name: str = "Big one", number: int = 1) -> DueDeal:
    return DueDeal(number, name, name, name, name, 1_200.0, "$1.20K", date(2026, 9, 20), None, 0.25, "$300")


def view(name: str = "Negotiation", *, leading: tuple[Row, ...] = (), **changed: object) -> ForecastView:
    """A running forecast in which everything that has a name has this one."""
    stages = (StageChance(name, 3.0, 90_000.0, "$90.0K", 2.0, 5.0, 0.3, "30%", (0.1, 0.7), 27_000.0, "$27.0K", name),)
    categories = (CategoryTotal("commit", name, 3.0, 90_000.0, "$90.0K", 350_000.0, "$350K"),)
    points = ((0.0, 0.0), (0.5, 130_000.0), (0.82, 260_000.0))
    pacing = Pacing(
        54, 12, 0.6, 0.82, 336_000.0, "$336K", 459_000.0, "$459K", 25_000.0, "$25.0K", (name, name),
        (CurveLine(name, "past", ((0.0, 0.0), (1.0, 500_000.0))), CurveLine(name, "now", points)), name,
    )  # fmt: skip
    created = ToCreate(120_000.0, "$120K", (), (name, name), "equal", name,
                       (RepShare(REP, name, 120_000.0, "$120K", name),), (name,))  # fmt: skip
    made = ForecastView(
        QUESTION, BOOKINGS, f"Forecast · {name}", AS_OF, True, "USD", 260_000.0, "$260K", 11.0, 3.0, 90_000.0, "$90.0K",
        560_000.0, "$560K", (method(name), replace(method(name, found=None), id="pipeline")), "share", name,
        (Weighted(name, 40_000.0, "$40.0K", 3.0, name),), stages, name, (due_deal(name),), categories, pacing, created,
        leading, "" if leading else "No leading KPI is in use here.",
    )  # fmt: skip
    return replace(made, **changed)  # type: ignore[arg-type]  # as the caller names them


def backtest(name: str = "Note", question: Question = QUESTION) -> Backtest:
    """Every method said the same at every moment of eight quarters; half a quarter too high in each."""
    periods = run_of(shift(question.period, -1, SETTINGS), 8, SETTINGS)
    lines = tuple(
        BacktestLine(one, moment, period, period.start, "exports", RANGE, 400_000.0, "$400K", 0.5, "+50.0%", False)
        for one in METHODS for moment in MOMENTS for period in periods
    )  # fmt: skip
    tracks = tuple(track(moment, one) for one in METHODS for moment in MOMENTS)
    return Backtest(question, name, AS_OF, "USD", periods, lines, tracks, (name,), (name,))


def submission(name: str = "A good week", scope: Scope = REP, number: int = 1, commit: float = 500_000.0) -> Submission:
    known = Known(AS_OF, won=260_000.0, low=500_000.0, point=600_000.0, high=700_000.0)
    return Submission(number, scope, QUESTION.period, commit, 600_000.0, 90_000.0, "USD", name, AS_OF, "", known)


def misses(name: str = "Ann Lee") -> ScopeMisses:
    """A scope whose commit was 12 % too high five weeks out, 4 % in the last."""
    found = tuple(
        Miss(left, AS_OF, 448_000.0, 48_000.0, share, "outside", "$448K", "+$48.0K", f"+{share:.0%}")
        for left, share in ((None, 0.2), (5, 0.12), (0, 0.04))
    )
    horizons = tuple(HorizonMisses(one.weeks_left, name, 4, one.share, 0.1, 0.12, 0.9, 4, 1, 2) for one in found)
    periods = tuple(PeriodMisses(one, 400_000.0, "$400K", "", found, name) for one in backtest().periods[-4:])
    return ScopeMisses(REP, name, "own", periods, horizons, name)


def given(name: str = "A good week") -> Given:
    accuracy = ForecastAccuracy(QUESTION, AS_OF, "USD", name, (replace(misses(name), whose="reps"), misses(name)), name,
                                (name,))  # fmt: skip
    return Given(QUESTION, (submission(name), replace(submission(name, number=2), is_undone=True)), accuracy)


def what_if(name: str = "Win rate") -> WhatIf:
    driver = DriverChange("win_rate", name, "percent", 0.2, "20%", 0.22, "22%", name, 0.1)
    effect = Effect(name, "money", 100.0, "$100", 110.0, "$110", "+$10", (name, name))
    return WhatIf(QUESTION, name, "USD", name, (driver,), (effect,), None, name, (name,))


def pay(name: str = "Ann Lee") -> Pay:
    plan = PayPlan(1, Scope("rep", name, 1), 61_234.0, 58_765.0, "USD",
                   PayCurve(minimum=0.5, accelerators=(Accelerator(1.0, 1.5),)), date(2026, 7, 1))  # fmt: skip
    now = PayNow(plan, QUESTION.period, points_of(plan, 0.8), 1.0, 2.0, 0.8, 0.8, 14_691.0, 11_753.0, "", name, True)
    return Pay(plan.scope, now, (plan, replace(plan, id=0)))


def sdr(name: str = "the role SDR") -> SdrReturn:
    months = tuple(
        SourcedMonth(one, 10_000.0, 1.0, 5_000.0, 10_000.0 * at, 5_000.0 * at)
        for at, one in enumerate(run_of(QUESTION.period, 4, SETTINGS), 1)
    )
    return SdrReturn(name, (name,), "role", months, 4.0, 40_000.0, 20_000.0, 2.0, (1.0, 3.0), 2, 5_000.0, 1, AS_OF,
                     False, AS_OF, "USD", (name, name), name, name, (name,))  # fmt: skip
