"""A forecast: what will be booked by the end of a period, as ranges by several methods, with what each rests on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from kpidesk.core.goals import Tier
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.core.scorecards import Question, Row

MethodId = Literal["share", "pipeline", "season"]
METHODS: tuple[MethodId, ...] = ("share", "pipeline", "season")
"""By the pace of past periods, by the open deals, by what such periods came to: the order in which one is the default
as long as none has been checked against the past."""
METHOD_NAMES: dict[MethodId, str] = {
    "share": "Pace of past periods", "pipeline": "Open deals", "season": "The usual period",
}  # fmt: skip
Moment = Literal["now", "day one", "25%", "50%", "75%"]
MOMENTS: tuple[Moment, ...] = ("now", "day one", "25%", "50%", "75%")
"""At which part of its period a forecast is checked: the same as today, the first day, a quarter of it …"""
Basis = Literal["exports", "history", "dates"]
"""What was known on a past day: the exports of that day, or the stage history and else the closing dates that the first
later export comes with."""
Allocation = Literal["equal", "target", "history"]
ALLOCATIONS: tuple[Allocation, ...] = ("equal", "target", "history")
ALLOCATION_WORDS: dict[Allocation, str] = {
    "equal": "the same to each",
    "target": "by the target of each",
    "history": "by what each booked in the last four whole periods",
}
LineKind = Literal["past", "now", "expected"]
ALL = "All stages"
RANGE = "range:"
"""How the name of the number begins that is the range of a method; the method follows."""
UNCHECKED = "Not checked against your past yet."
LIKELY = 0.8
"""The part of outcomes that a range is to hold: from P10 to P90."""


@dataclass(frozen=True, slots=True)
class Range:
    """What a period comes to, in major units: its median, and the middle 80 % (None where none can be given)."""

    point: float
    low: float | None
    high: float | None
    point_text: str
    text: str


@dataclass(frozen=True, slots=True)
class Chance:
    """How likely a tier of the target is (0 to 1; None where there is no range)."""

    tier: Tier
    value: float
    value_text: str
    chance: float | None
    text: str


@dataclass(frozen=True, slots=True)
class Track:
    """How a method did in past periods, at one moment of them.

    `missed` is the median of its relative errors without their sign, `too_high` of its `periods` forecasts were above
    what was booked. Of `ranged` ranges, `inside` held the result. `words` say it in one sentence.
    """

    method: MethodId
    moment: Moment
    periods: int
    missed: float | None
    too_high: int
    inside: int
    ranged: int
    words: str


@dataclass(frozen=True, slots=True)
class Method:
    """One way to forecast: its range, or why it has none, and what it rests on ("8 past quarters").

    `receipt` is the code that proves the range again; empty where there is none.
    """

    id: MethodId
    name: str
    how: str
    found: Range | None
    reason: str
    basis: str
    periods: int
    chances: tuple[Chance, ...] = ()
    track: Track | None = None
    receipt: str = field(default="", compare=False)

    @property
    def number(self) -> str:
        """The name of its range among the numbers that have receipts."""
        return f"{RANGE}{self.id}"


@dataclass(frozen=True, slots=True)
class Weighted:
    """Open deals due in the period, each worth its amount times a chance; `deals` have both."""

    name: str
    value: float
    text: str
    deals: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class StageChance:
    """The open deals of one stage due in the period, and how such deals did in past periods with as much time left.

    `won` of `n` deals were won by the end of their period, which the code `receipt` proves (empty where the win rate
    stands in); `chance` leans on all stages where `n` is small, which `note` says. `interval` (95 %) is that of `won`
    of `n`. `expected` is amount times chance.
    """

    stage: str
    deals: float
    amount: float
    amount_text: str
    won: float
    n: float
    chance: float
    chance_text: str
    interval: tuple[float, float] | None
    expected: float
    expected_text: str
    note: str = ""
    receipt: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class DueDeal:
    """An open deal due in the period: the scope's share of its amount, and the chances by the CRM and the own past."""

    deal_id: int
    name: str
    owner: str
    stage: str
    category: str
    amount: float | None
    amount_text: str
    close_date: date | None
    crm_chance: float | None
    own_chance: float
    expected_text: str


@dataclass(frozen=True, slots=True)
class CategoryTotal:
    """The open deals due of one forecast category; `together` is what is won with it and all surer categories."""

    category: str
    label: str
    deals: float
    amount: float
    amount_text: str
    together: float | None
    together_text: str


@dataclass(frozen=True, slots=True)
class CurveLine:
    """What one period had booked by each part of its working days: points of part (0 to 1) and amount."""

    name: str
    kind: LineKind
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Pacing:
    """Where the period should be by now and what is still needed.

    `share` of a period was booked by this part of its working days in the past (None below four past periods),
    `business_share` of its working days are over; `due` and `business_due` are those parts of the target. `required`
    is what each of the `days_left` working days must bring.
    """

    days_gone: int
    days_left: int
    share: float | None
    business_share: float
    due: float | None
    due_text: str
    business_due: float | None
    business_due_text: str
    required: float | None
    required_text: str
    words: tuple[str, ...]
    curve: tuple[CurveLine, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a sum written out, with what it rests on ("31 of 96 deals, between 22% and 34%")."""

    name: str
    value: float
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class RepShare:
    """What one rep is to create of the pipeline still missing, and why so much."""

    scope: Scope
    name: str
    amount: float
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class ToCreate:
    """How much pipeline must still be created for the target, written out, and split over the reps.

    The shares add up to `amount` exactly. `lines` are the sum, step by step.
    """

    amount: float
    text: str
    terms: tuple[Term, ...]
    lines: tuple[str, ...]
    how: Allocation
    how_words: str
    shares: tuple[RepShare, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LateWins:
    """What the last closed `periods` won in their last `days`, as many as are left now, and `new`, which part of it
    was of deals created in these days."""

    periods: int
    days: int
    won: float
    new: float


@dataclass(frozen=True, slots=True)
class ForecastView:
    """The forecast of a scope for a period, as of a day.

    `kpi` is the bookings KPI that is forecast; `won` what it came to so far from `won_deals`. `due` and `due_amount`
    are the open deals due in the period. `default` is the method that stands for the forecast, `default_words` say why.
    `leading` are the leading KPIs behind it as they stand; `leading_warning` is set where there are none. `missing`
    tells why a part is empty, by its name ("won", "categories", "to_create"). `late` tells what such a rest of a period
    brought in the past. `receipt` is the code that proves what was won so far again.
    """

    question: Question
    kpi: Kpi
    title: str
    as_of: date | None
    running: bool
    currency: str
    won: float
    won_text: str
    won_deals: float
    due: float
    due_amount: float
    due_text: str
    target: float | None
    target_text: str
    methods: tuple[Method, ...]
    default: MethodId | None
    default_words: str
    weighted: tuple[Weighted, ...] = ()
    stages: tuple[StageChance, ...] = ()
    stages_words: str = ""
    deals: tuple[DueDeal, ...] = ()
    categories: tuple[CategoryTotal, ...] = ()
    pacing: Pacing | None = None
    to_create: ToCreate | None = None
    leading: tuple[Row, ...] = ()
    leading_warning: str = ""
    missing: tuple[tuple[str, str], ...] = ()
    notices: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    definitions: str = ""
    receipt: str = field(default="", compare=False)
    late: LateWins | None = None

    def method(self, wanted: MethodId) -> Method | None:
        """One of the methods; None where the view has not got it."""
        return next((one for one in self.methods if one.id == wanted), None)

    @property
    def forecast(self) -> Method | None:
        """The method that stands for the forecast."""
        return None if self.default is None else self.method(self.default)

    def why_missing(self, part: str) -> str:
        """Why a part of the view is empty; "" where nothing is said."""
        return dict(self.missing).get(part, "")


@dataclass(frozen=True, slots=True)
class BacktestLine:
    """What a method would have said on a day of a past period, with only what was known then, and what came of it.

    `error` is (forecast − booked) ÷ booked; None without a forecast or with nothing booked. `inside`: the range held
    what was booked. `reason` says why there is no forecast.
    """

    method: MethodId
    moment: Moment
    period: Period
    day: date
    basis: Basis
    found: Range | None
    booked: float
    booked_text: str
    error: float | None
    error_text: str
    inside: bool | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Backtest:
    """Every method checked against the last closed periods of a scope; `missing` says what it still lacks.

    `receipts` are the codes by which what was booked in each period is proven again; empty where it was not asked for.
    """

    question: Question
    title: str
    as_of: date | None
    currency: str
    periods: tuple[Period, ...]
    lines: tuple[BacktestLine, ...]
    tracks: tuple[Track, ...]
    missing: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    receipts: tuple[str, ...] = field(default=(), compare=False)

    @property
    def names(self) -> dict[MethodId, str]:
        """What each method is called for periods of this kind."""
        return {one: method_name(one, self.question.period) for one in METHODS}

    def track(self, method: MethodId, moment: Moment = "now") -> Track | None:
        """How a method did at a moment; None where it made no forecast."""
        return next((one for one in self.tracks if (one.method, one.moment) == (method, moment)), None)


@dataclass(frozen=True, slots=True)
class WinCell:
    """How open deals due of one stage did with so many weeks left: `won` of `n` in time, and the chance that gives.

    `receipt` is the code that proves `won` of `n` by their deals; empty where there are none.
    """

    stage: str
    weeks_left: int
    won: float
    n: float
    chance: float
    text: str
    interval: tuple[float, float] | None
    receipt: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class WinChances:
    """The chances of open deals by stage and weeks left, of the whole organisation; one row of cells per stage.

    `weeks` are the columns, the most weeks first. The last row, `ALL`, is that of all stages. Without rows `reason`
    says why.
    """

    question: Question
    title: str
    as_of: date | None
    weeks: tuple[int, ...]
    rows: tuple[tuple[WinCell, ...], ...]
    words: str
    reason: str = ""


def method_name(one: MethodId, period: Period) -> str:
    """What a method is called for periods of this kind: "Pace of past quarters"."""
    return METHOD_NAMES[one] if period.grain == "span" else METHOD_NAMES[one].replace("period", period.grain)
