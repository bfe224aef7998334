"""A KPI: a formula with the objective, decision, owner and rules that make it more than a number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args

from kpidesk.core.errors import UserError
from kpidesk.core.wording import listed

Unit = Literal["count", "money", "percent", "multiple", "days", "months", "hours", "points", "score", "count_per",
               "money_per_day"]  # fmt: skip
MONEY_UNITS: tuple[Unit, ...] = ("money", "money_per_day")
"""In which a number is an amount of a currency."""
Direction = Literal["higher", "lower", "range", "none"]
Indicator = Literal["leading", "lagging"]
Function = Literal["sales", "marketing", "customer_success", "finance", "operations"]
FUNCTION_WORDS: dict[Function, str] = {
    "sales": "Sales", "marketing": "Marketing", "customer_success": "Customer success", "finance": "Finance",
    "operations": "Operations",
}  # fmt: skip
Influence = Literal["rep", "manager", "company"]
KpiClass = Literal["flow_count", "flow_money", "ratio", "cohort", "money_ratio", "stock", "median", "mean_time",
                   "distinct", "derived", "score"]  # fmt: skip
Cadence = Literal["live", "daily", "weekly", "biweekly", "monthly", "quarterly", "annual"]
KpiStatus = Literal["draft", "active", "retired"]
Level = Literal["org", "team", "rep"]
LEVEL_WORDS: dict[str, str] = {"org": "the organisation", "team": "teams", "rep": "reps"}
"""For whom a KPI of each level is, within a sentence."""
Size = Literal["", "small", "mid-market", "enterprise"]
PaceBasis = Literal["business", "calendar", "history"]
PaceRule = Literal["", "business", "calendar", "history"]
"""How much of a target is due within a running period: by business days, by calendar days, as past periods filled up;
empty as past periods did where four are known, else by business days."""
MOST_DECIMALS = 4
MOST_ROWS_ASKED = 10_000
MANUAL = "manual"
"""The builtin of a KPI whose values are typed in, each with its evidence."""
BUILTINS = (MANUAL, "forecast_wape", "hygiene_share", "ramp_time", "reps_at_quota")
"""What is measured without a formula."""
CLUSTERS = ("pipeline generation", "conversion", "growth", "retention", "cost of growth", "forecasting", "productivity")
"""What the shipped KPIs are about, in the words by which they are grouped; a KPI of one's own may use others."""
DIMENSIONS = ("activity", "pipeline", "outcome", "quality", "cost", "forecast")
"""The sides of the business on which the shipped KPIs look; a KPI of one's own may name another."""
LONGEST_NAME = 200
DAYS_OF_A_WEEK = 5
"""How many working days make a week worked."""
WEEK_MINUTES = DAYS_OF_A_WEEK * 8 * 60


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A published figure, with who says so, when and for whom it holds; never a target by itself.

    `year` is that of the figure, or "read 2026" for a page that bears no date. `size` is the size of deals or customers
    that it holds for (empty: any), `from_amount` and `to_amount` the contract amounts by which its source bounds that.
    """

    text: str
    source: str
    grade: str = ""
    year: str = ""
    segment: str = ""
    low: float | None = None
    high: float | None = None
    size: Size = ""
    from_amount: float | None = None
    to_amount: float | None = None


@dataclass(frozen=True, slots=True)
class Display:
    """A unit with the number of decimals in which its numbers are shown."""

    unit: Unit
    decimals: int


@dataclass(frozen=True, slots=True)
class Kpi:
    """One KPI, as shipped or as the manager defined it.

    `formula` is empty only for a `builtin`. `leading` names the KPIs that foretell this one, `lag_weeks` by how many
    weeks, in the same order (0: not known). `breakdown` is the field by which it is usually read. `note` says what else
    should be known of it, such as for which customers and prices it is meant. `first_day` KPIs are active in a new
    workspace, in this order (0: not). `cadence` "live" means after each import. A `coaching` metric is for one-on-ones:
    it is never judged as a KPI and does not count as one. `per_rep_per_week` shows a count divided by the weeks that
    its people worked. `scale_low` and `scale_high` bound what may be typed into a manual KPI. Below
    `minimum_n` rows (of a count: expected by now) it gets no status, instead of the number in the settings; `decimals`
    are those with which it is shown, `pace` how much of its target is due within a running period. `reason` says why
    this version was made, `retired_on` since when it is out of use (ISO day).
    """

    id: str
    name: str
    formula: str
    sentence: str
    unit: Unit
    direction: Direction
    indicator: Indicator
    dimension: str
    kpi_class: KpiClass
    levels: tuple[Level, ...] = ("org", "team", "rep")
    cadence: Cadence = "monthly"
    objective: str = ""
    decision: str = ""
    owner: str = ""
    leading: tuple[str, ...] = ()
    lag_weeks: tuple[int, ...] = ()
    coaching: bool = False
    cluster: str = ""
    functions: tuple[Function, ...] = ()
    influenced_by: tuple[Influence, ...] = ()
    per_rep_per_week: bool = False
    breakdown: str = ""
    note: str = ""
    builtin: str = ""
    scale_low: float | None = None
    scale_high: float | None = None
    range_low: float | None = None
    range_high: float | None = None
    minimum_n: int | None = None
    decimals: int | None = None
    pace: PaceRule = ""
    mistakes: tuple[str, ...] = ()
    benchmarks: tuple[Benchmark, ...] = ()
    first_day: int = 0
    status: KpiStatus = "draft"
    version: int = 1
    valid_from: str = ""
    retired_on: str = ""
    reason: str = ""

    @property
    def display(self) -> Unit | Display:
        """In what its numbers are shown: the unit, with decimals where the KPI names them."""
        return self.unit if self.decimals is None else Display(self.unit, self.decimals)

    @property
    def is_manual(self) -> bool:
        """Whether its values are typed in instead of counted."""
        return self.builtin == MANUAL

    @property
    def measured(self) -> str:
        """The formula as it is evaluated: a KPI per rep and week is its count by the full weeks its people worked.

        Full weeks are the working days of the people of the scope, without absences and holidays, each with the share
        of full time of its person, by five.
        """
        if not (self.per_rep_per_week and self.formula):
            return self.formula
        return f"({self.formula}) / (sum(capacity.working_min on day_at) / {WEEK_MINUTES})"

    @property
    def counted(self) -> tuple[object, ...]:
        """What decides the number that a period shows and how it is judged: of this old periods keep what they had."""
        return (self.measured, self.builtin, self.unit, self.direction, self.kpi_class, self.range_low, self.range_high,
                self.minimum_n, self.pace)  # fmt: skip

    @property
    def prorated(self) -> bool:
        """Whether a running period is judged against a share of the target: only counts and money flow."""
        return self.kpi_class in ("flow_count", "flow_money", "distinct")

    @property
    def asks_for_rows(self) -> bool:
        """Whether its status rests on a number of rows: an amount, a stock and what is derived are judged with any."""
        return self.kpi_class not in ("flow_money", "stock", "derived")

    @property
    def counts_rows(self) -> bool:
        """Whether the value says itself how many rows it rests on: a number of deals, not of their seats."""
        return self.unit == "count" and self.kpi_class in ("flow_count", "distinct", "stock", "derived")

    @property
    def is_rate(self) -> bool:
        """Whether the value is x of n rows, so that an interval for a proportion applies."""
        return self.kpi_class in ("ratio", "cohort")


_REQUIRED_TO_PUBLISH = (("objective", "an objective"), ("decision", "the decision it triggers"), ("owner", "an owner"))


def normalised(kpi: Kpi) -> Kpi:
    """The KPI with what follows from its other fields: a count per rep and week is no count, and is not prorated.

    Raises:
        UserError: it is to be shown per rep and week and is no count.
    """
    if not kpi.per_rep_per_week:
        return kpi
    if not kpi.formula or kpi.unit not in ("count", "count_per"):
        raise UserError(f"'{kpi.name}' is no count: it has no value per rep and week.", "Leave per_rep_per_week out.")
    return replace(kpi, unit="count_per", kpi_class="money_ratio")


def check_shape(kpi: Kpi) -> None:
    """Refuse a KPI whose name fills no line or more than one, whose bounds are none, or that is counted in two ways.

    Raises:
        UserError: naming the field.
    """
    if len(kpi.name) > LONGEST_NAME or not kpi.name.isprintable():
        raise UserError(f"'{kpi.name[:40]}…' cannot be a name.", f"Use one line of at most {LONGEST_NAME} characters.")
    if kpi.builtin and kpi.formula:
        raise UserError(f"'{kpi.name}' has a formula and the built-in '{kpi.builtin}'.", "Leave one of them out.")
    if kpi.builtin and kpi.builtin not in BUILTINS:
        raise UserError(f"There is no built-in measure '{kpi.builtin}'.", f"There are {', '.join(BUILTINS)}.")
    if kpi.minimum_n is not None and not kpi.asks_for_rows:
        raise UserError(f"'{kpi.name}' is judged however few rows it has.", "Leave minimum_n out.")
    if kpi.pace and not kpi.prorated:
        raise UserError(
            f"'{kpi.name}' is held to its whole target all the time: only counts and money fill up.", "Leave pace out."
        )
    for what in ("range", "scale"):
        low, high = (getattr(kpi, f"{what}_{end}") for end in ("low", "high"))
        if low is not None and high is not None and low > high:
            raise UserError(
                f"The {what} of '{kpi.name}' runs from {low} to {high}.", f"Put the smaller one into {what}_low."
            )


_TOLD_LATER = ("cluster", "functions", "influenced_by")
"""What shipped KPIs said nothing of in earlier versions of the app."""


def completed(kpi: Kpi, shipped: Kpi) -> Kpi:
    """A KPI kept by an earlier version of the app, with what the shipped one of its id now says where it said nothing.

    No number rests on it.
    """
    new = {name: getattr(shipped, name) for name in _TOLD_LATER if not getattr(kpi, name)}
    if not kpi.lag_weeks and kpi.leading == shipped.leading:
        new["lag_weeks"] = shipped.lag_weeks
    return replace(kpi, **new) if new else kpi


def unfilled(kpi: Kpi) -> tuple[str, ...]:
    """The fields that are empty and without which a KPI cannot be active."""
    return tuple(name for name, _ in _REQUIRED_TO_PUBLISH if not getattr(kpi, name).strip())


def check_said(name: str, said: Mapping[str, object]) -> None:
    """Refuse a KPI of which nobody said whether it foretells a result, and which side of the business it shows.

    Raises:
        UserError: naming each field that is missing, and its choices.
    """
    fields = {"indicator": get_args(Indicator), "dimension": DIMENSIONS}
    unsaid = {field: choices for field, choices in fields.items() if not str(said.get(field) or "").strip()}
    if unsaid:
        ways = (f"--{field} {listed(choices, last='or')}" for field, choices in unsaid.items())
        raise UserError(
            f"'{name}' cannot be active without its {' and its '.join(unsaid)}.",
            f"Say {', and '.join(ways)}; or keep it as a draft.",
        )


def check_publishable(kpi: Kpi) -> None:
    """Refuse to activate a KPI that lacks what makes it one.

    Raises:
        UserError: naming the missing field; a metric without objective, decision or owner is no KPI.
    """
    for name, words in _REQUIRED_TO_PUBLISH:
        if not getattr(kpi, name).strip():
            raise UserError(
                f"'{kpi.name}' cannot be active without {words}.",
                f"Give the field '{name}': a number without it is a metric, not a KPI.",
            )


def full_bar(kpi: Kpi, values: Iterable[float | None]) -> float:
    """What a bar of full length stands for: 100% of a rate, so that 25% fills a quarter; else the largest value."""
    known = (abs(value) for value in values if value is not None)
    return max(1.0 if kpi.is_rate else 0.0, *known, 0.0)
