"""A KPI: a formula with the objective, decision, owner and rules that make it more than a number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Literal, get_args

from kpidesk.core.errors import UserError
from kpidesk.core.wording import listed

Unit = Literal["count", "money", "percent", "multiple", "days", "months", "hours", "points", "score", "count_per",
               "money_per_day"]  # fmt: skip
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
LARGEST = 1.7976931348623157e308
"""The largest number that a bound can be; NaN and infinity are not below it."""
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
    weeks, in the same order (0: not known). `breakdown` is the field by which it is usually read. `first_day` KPIs are
    active in a new workspace, in this order (0: not). `cadence` "live" means after each import. A `coaching` metric is
    for one-on-ones: it is never judged as a KPI and does not count as one. `per_rep_per_week` shows a count divided by
    the weeks that its people worked. `scale_low` and `scale_high` bound what may be typed into a manual KPI. Below
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
    def is_rate(self) -> bool:
        """Whether the value is x of n rows, so that an interval for a proportion applies."""
        return self.kpi_class in ("ratio", "cohort")


_CHOICES: dict[str, tuple[str, ...]] = {
    "unit": get_args(Unit),
    "direction": get_args(Direction),
    "indicator": get_args(Indicator),
    "kpi_class": get_args(KpiClass),
    "cadence": get_args(Cadence),
    "pace": get_args(PaceRule),
    "status": get_args(KpiStatus),
}
_NUMBERS = ("range_low", "range_high", "scale_low", "scale_high")
_WHOLE = {"minimum_n": (1, MOST_ROWS_ASKED), "decimals": (0, MOST_DECIMALS)}
"""The whole numbers that may be left out, with the smallest and the largest."""
_MARKED = ("low", "high", "from_amount", "to_amount")
_FLAGS = ("coaching", "per_rep_per_week")
_TEXTS = ("id", "name", "formula", "sentence", "dimension", "objective", "decision", "owner", "cluster", "breakdown",
          "builtin", "valid_from", "retired_on", "reason")  # fmt: skip
_LISTS: dict[str, tuple[str, ...]] = {
    "levels": get_args(Level), "functions": get_args(Function), "influenced_by": get_args(Influence),
    "leading": (), "mistakes": (),
}  # fmt: skip
"""The fields that hold several words, with those that may be (none: any)."""
_REQUIRED_TO_PUBLISH = (("objective", "an objective"), ("decision", "the decision it triggers"), ("owner", "an owner"))


def kpi_from_mapping(table: Mapping[str, object], place: str) -> Kpi:
    """Build a KPI from the table of a definition file or a stored row; `place` is named in messages.

    Raises:
        UserError: a field is missing, unknown or of the wrong kind.
    """
    values: dict[str, object] = dict(table)
    _check_fields(values, place)
    leading = _words(values.get("leading", ()), (), "leading", place)
    for name, allowed in _LISTS.items():
        values[name] = _words(values.get(name, ()), allowed, name, place)
    values["lag_weeks"] = _weeks(values.get("lag_weeks", ()), len(leading), place)
    if not values["levels"]:
        values["levels"] = get_args(Level)
    marks = _items(values.get("benchmarks", ()), "benchmarks", place)
    values["benchmarks"] = tuple(_benchmark(one, place) for one in marks)
    if not str(values.get("formula", "")).strip() and not values.get("builtin"):
        raise UserError(
            f"{place}: the formula is missing.",
            'For example count(deals where won on closed_at). A KPI whose values are typed in has builtin = "manual".',
        )
    values.setdefault("formula", "")
    values |= _as_floats(values, _NUMBERS)
    return normalised(Kpi(**values))  # type: ignore[arg-type]  # every field was checked above


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


def _benchmark(value: object, place: str) -> Benchmark:
    if isinstance(value, Benchmark):
        return value
    known = [one.name for one in fields(Benchmark)]
    if not isinstance(value, Mapping) or not value.get("text") or not value.get("source"):
        raise UserError(f"{place}: a benchmark needs a text and a source.", f"It has {', '.join(known)}.")
    for name, one in value.items():
        if name not in known:
            raise UserError(f"{place}: a benchmark has no field '{name}'.", f"It has {', '.join(known)}.")
        is_right = (one is None or _is_number(one)) if name in _MARKED else isinstance(one, str)
        if not is_right:
            raise UserError(f"{place}: {name} of a benchmark cannot be '{one}'.", "")
    if value.get("size", "") not in get_args(Size):
        raise UserError(f"{place}: size cannot be '{value['size']}'.", "Choose small, mid-market or enterprise.")
    return Benchmark(**{**value, **_as_floats(value, _MARKED)})


def _check_fields(values: Mapping[str, object], place: str) -> None:
    """That no field is unknown, missing or of the wrong kind, but for those that are lists."""
    known = {one.name for one in fields(Kpi)}
    for name in values:
        if name not in known:
            raise UserError(f"{place}: a KPI has no field '{name}'.", f"Fields: {', '.join(sorted(known))}.")
    _check_kinds(values, place)
    for name in ("id", "name", "sentence", "unit", "direction", "indicator", "dimension", "kpi_class"):
        if not str(values.get(name, "")).strip():
            raise UserError(f"{place}: the field '{name}' is missing.", "Every KPI needs it.")
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", str(values["id"])):
        raise UserError(f"{place}: '{values['id']}' cannot be an id.", "Use small letters, digits and underscores.")
    for name, choices in _CHOICES.items():
        if name in values and values[name] not in choices:
            offered = ", ".join(filter(None, choices))
            raise UserError(f"{place}: {name} cannot be '{values[name]}'.", f"Choose one of {offered}.")


def _check_kinds(values: Mapping[str, object], place: str) -> None:
    """That what is to be a text, a number or a flag is one."""
    for name in _TEXTS:
        if not isinstance(values.get(name, ""), str):
            raise UserError(f"{place}: {name} must be a text, not '{values[name]}'.", "Put it in quotes.")
    for name in ("first_day", "version"):
        if type(values.get(name, 0)) is not int:
            raise UserError(f"{place}: {name} must be a whole number, not '{values[name]}'.", "")
    for name, (least, most) in _WHOLE.items():
        value = values.get(name)
        if value is not None and (type(value) is not int or not least <= value <= most):
            raise UserError(f"{place}: {name} cannot be '{value}'.", f"Give a whole number from {least} to {most}.")
    for name in _NUMBERS:
        value = values.get(name)
        if value is not None and not _is_number(value):
            raise UserError(f"{place}: {name} must be a number, not '{value}'.", "")
    for name in _FLAGS:
        if not isinstance(values.get(name, False), bool):
            raise UserError(f"{place}: {name} must be true or false, not '{values[name]}'.", "")


def _is_number(value: object) -> bool:
    return not isinstance(value, bool) and isinstance(value, int | float) and abs(value) <= LARGEST


def _as_floats(values: Mapping[str, object], names: tuple[str, ...]) -> dict[str, object]:
    """Numbers in one form: 3 and 3.0 are the same bound and give the same code."""
    return {name: float(value) for name in names if isinstance(value := values.get(name), int | float)}


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


def _words(value: object, allowed: tuple[str, ...], name: str, place: str) -> tuple[str, ...]:
    found = tuple(str(item) for item in _items(value, name, place))
    for one in found:
        if allowed and one not in allowed:
            raise UserError(f"{place}: {name} cannot be '{one}'.", f"Choose from {', '.join(allowed)}.")
    return found


def _weeks(value: object, leading: int, place: str) -> tuple[int, ...]:
    """By how many weeks each leading KPI runs ahead; none given means not known."""
    found = _items(value, "lag_weeks", place)
    if not all(isinstance(one, int) and not isinstance(one, bool) and 0 <= one <= 104 for one in found):
        raise UserError(f"{place}: lag_weeks must be whole weeks from 0 to 104.", "Name one for each leading KPI.")
    if found and len(found) != leading:
        raise UserError(f"{place}: lag_weeks names {len(found)} and leading {leading} KPIs.", "Name one for each.")
    return tuple(one for one in found if isinstance(one, int))


def _items(value: object, name: str, place: str) -> tuple[object, ...]:
    if isinstance(value, list | tuple):
        return tuple(value)
    raise UserError(f"{place}: {name} must be a list.", "")


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


def kpi_to_mapping(kpi: Kpi) -> dict[str, object]:
    """The KPI as plain values, the inverse of `kpi_from_mapping`."""
    return asdict(kpi)


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
