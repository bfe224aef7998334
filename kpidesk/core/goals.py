"""Baselines and targets: baseline first, target second, cadence third."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Literal

from kpidesk.core.amount_text import with_point
from kpidesk.core.errors import UserError
from kpidesk.core.formats import count_text, day_text, format_value, full_value
from kpidesk.core.kpis import Direction, Kpi, KpiClass
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period

BaselineMethod = Literal["same_period_last_year", "sply_growth", "trailing_4", "trailing_4_median", "seasonal",
                         "comparable", "benchmark", "manual"]  # fmt: skip
BASELINE_WORDS: dict[BaselineMethod, str] = {
    "same_period_last_year": "the same period last year",
    "sply_growth": "the same period last year, grown as the last four quarters did",
    "trailing_4": "your last whole periods, taken together",
    "trailing_4_median": "the middle of your last four whole periods",
    "seasonal": "your season and present level",
    "comparable": "the middle of what comparable reps came to in their last four periods",
    "benchmark": "a published benchmark, not your data",
    "manual": "typed by hand",
}
LEAST_ROWS: dict[KpiClass, int] = {
    "ratio": 30, "cohort": 30, "money_ratio": 30, "median": 20, "mean_time": 20,
}  # fmt: skip
"""From how many rows on a baseline is not weak; other classes need only enough periods."""
NO_BASELINE = "A target needs a baseline first."
NO_BASELINE_ADVICE = "Set the baseline of this KPI for this scope and period, then the target."
BASELINE_FIRST = "'{kpi}' has no baseline yet: set that first, then its target, then how often it is looked at."
NO_REASON = "A baseline typed by hand needs a reason."
NO_REASON_ADVICE = "Say where the number comes from."
LARGEST = 1e15
"""Beyond it cents are lost."""
Tier = Literal["minimum", "target", "stretch"]


@dataclass(frozen=True, slots=True)
class Baseline:
    """From where improvement is counted; frozen with its inputs.

    `value` in the KPI's own measure (rates as fractions, money in major units). `window` names the periods it
    rests on, `n` the rows, `why` the reason for the method. `weak`: too few rows to lean on. `inputs` are the receipt
    codes of the numbers it was worked out from, oldest first; none for one that was typed, published, or set before
    they were kept.
    """

    kpi_id: str
    scope: Scope
    period: Period
    value: float
    method: BaselineMethod
    window: str
    n: float
    interval: tuple[float, float] | None = None
    weak: bool = False
    why: str = ""
    frozen_at: str = ""
    inputs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """Minimum, target and stretch of a KPI for one scope and one period, as of one version.

    For lower-is-better the order is reversed. For range KPIs `minimum` and `stretch` are the two ends and
    `target` is a point inside. A target that was taken away stays readable as `withdrawn`.
    `version` 0 is a quota from a file, which was not set here.
    """

    kpi_id: str
    scope: Scope
    period: Period
    minimum: float
    target: float
    stretch: float
    version: int = 1
    effective_from: str = ""
    reason: str = ""
    set_by: str = ""
    withdrawn: bool = False

    @property
    def tiers(self) -> tuple[float, float, float]:
        """Minimum, target and stretch."""
        return self.minimum, self.target, self.stretch

    @property
    def is_plain(self) -> bool:
        """Whether there is one number to reach and nothing below or above it, as with a quota from a file."""
        return self.minimum == self.target == self.stretch

    @property
    def is_to_reach(self) -> bool:
        """Whether there is something to reach: any bookings reach a target of 0, so nothing is said of its chance."""
        return self.target > 0


@dataclass(frozen=True, slots=True)
class Proposal:
    """A baseline found in the data and the target that follows from it, for the manager to keep or change.

    `noticeable` is the smallest value at or above which one period could tell a change from luck (None when
    that cannot be said); `warnings` say what is implausible about it.
    """

    baseline: Baseline
    minimum: float
    target: float
    stretch: float
    uplift: float
    noticeable: float | None
    noticeable_words: str
    warnings: tuple[str, ...] = ()


def method_words(baseline: Baseline) -> str:
    """How a baseline was found, in the terms of its periods: "your last whole quarters, taken together"."""
    words, grain = BASELINE_WORDS[baseline.method], baseline.period.grain
    if grain == "span":
        return words
    return words.replace("periods", f"{grain}s").replace("period", grain)


FAR = 10
"""From how many times the baseline on a target is more likely a slip of the hand than a plan."""


def far_words(target: Target, baseline: Baseline | None, kpi: Kpi, whose: str, currency: str = "") -> str:
    """That a target is ten times its baseline and more, to be asked about; empty where it is not."""
    if baseline is None or baseline.value <= 0 or target.target < FAR * baseline.value:
        return ""
    aim, base = (format_value(one, kpi.display, currency) for one in (target.target, baseline.value))
    return f"{kpi.name}, {whose}: {aim} is {target.target / baseline.value:,.0f} times the baseline of {base}."


def weakness(baseline: Baseline, kpi: Kpi) -> str:
    """Why a baseline is weak, to be put after a colon; empty for one that is not."""
    if not baseline.weak:
        return ""
    if baseline.method in ("benchmark", "manual"):
        return {"benchmark": "a published figure, not your data", "manual": "typed by hand"}[baseline.method]
    rows = count_text(baseline.n)
    few = baseline.n < LEAST_ROWS.get(kpi.kpi_class, 0)
    parts = [f"it rests on {rows} {'row' if rows == '1' else 'rows'} only"] if few else []
    return "; ".join([*parts, *([baseline.why] if baseline.why.startswith("only ") or not few else [])])


def set_late(what: str, day: str, period: Period) -> str:
    """That a goal ("target", "baseline") was set on a `day` (ISO) when its period was over; empty when in time."""
    late = bool(day) and date.fromisoformat(day) >= period.end
    return f"Its {what} was set on {day_text(date.fromisoformat(day))}, after the period was over." if late else ""


def check_baseline(baseline: Baseline, kpi: Kpi) -> None:
    """Refuse a baseline that no such KPI can come to.

    Raises:
        UserError: it is no number, or a share above 1.
    """
    if not math.isfinite(baseline.value):
        raise UserError("A baseline must be a number.", "Leave out signs and words.")
    _refuse_beyond_whole(baseline.value, kpi)


def _refuse_beyond_whole(value: float, kpi: Kpi) -> None:
    if kpi.unit == "percent" and kpi.is_rate and value > 1:
        raise UserError(f"'{kpi.name}' cannot pass 100%.", "Give a share between 0 and 1, or with a % sign.")


def check_target(target: Target, baseline: Baseline | None, kpi: Kpi) -> None:
    """Refuse a target without a baseline or with its tiers in the wrong order.

    The same words are used in the window, on the command line and for definition files.

    Raises:
        UserError: saying which and what to do.
    """
    if baseline is None:
        raise UserError(NO_BASELINE, NO_BASELINE_ADVICE)
    tiers = (target.minimum, target.target, target.stretch)
    if not all(math.isfinite(tier) for tier in tiers):
        raise UserError("Minimum, target and stretch must be numbers.", "Leave out signs and words.")
    low, goal, high = (full_value(tier, kpi.unit) for tier in tiers)
    if kpi.direction == "lower" and not tiers[0] >= tiers[1] >= tiers[2]:
        raise UserError(
            f"For '{kpi.name}' lower is better: minimum {low}, target {goal} and stretch {high} must not rise.",
            "Put the largest number into minimum and the smallest into stretch.",
        )
    if kpi.direction != "lower" and not tiers[0] <= tiers[1] <= tiers[2]:
        raise UserError(
            f"Minimum {low}, target {goal} and stretch {high} of '{kpi.name}' are out of order.",
            "Put the smallest number into minimum and the largest into stretch.",
        )
    _refuse_beyond_whole(max(tiers), kpi)
    _refuse_below_nothing(target, baseline, kpi)


def _refuse_below_nothing(target: Target, baseline: Baseline, kpi: Kpi) -> None:
    """A count or a share of rows is never below 0; an amount may be (new less lost), where its baseline is."""
    if min(target.tiers) >= 0 or not (kpi.prorated or (kpi.is_rate and kpi.unit == "percent")):
        return
    if kpi.kpi_class == "flow_money" and baseline.value < 0:
        return
    what = f"the baseline of '{kpi.name}' is not" if kpi.kpi_class == "flow_money" else f"'{kpi.name}' never is"
    raise UserError(
        f"{full_value(min(target.tiers), kpi.unit)} is below 0, and {what}.", "Give 0 or more, or take the target away."
    )


def tiers_from(baseline: float, uplift: float, direction: Direction) -> tuple[float, float, float]:
    """Minimum, target and stretch from a baseline and a relative uplift (0.10 for 10 %).

    minimum = baseline, target = baseline × (1 + u), stretch = baseline × (1 + 2u); signs reversed for
    lower-is-better.
    """
    sign = -1 if direction == "lower" else 1
    step = abs(baseline) * uplift * sign
    return baseline, baseline + step, baseline + 2 * step


DIGITS = 3
"""How many significant digits a tier that is proposed has."""


def rounded_tiers(
    tiers: tuple[float, float, float], kpi: Kpi, baseline: float | None = None
) -> tuple[float, float, float]:
    """Tiers to propose: to three significant digits, towards the better side; a share stays within the whole.

    So none asks for less than the rule it comes from: 50,782.04 becomes 50,800, where lower is better 50,700. A minimum
    that is the `baseline` reads as that does. The two ends of a range stay as they are.
    """
    if kpi.direction == "range":
        return tiers
    is_lower = kpi.direction == "lower"
    minimum, target, stretch = (_rounded(tier, ROUND_FLOOR if is_lower else ROUND_CEILING) for tier in tiers)
    if tiers[0] == baseline:
        minimum = max(as_read(baseline, kpi), target) if is_lower else min(as_read(baseline, kpi), target)
    if kpi.unit == "percent" and kpi.is_rate:
        whole = max(1.0, tiers[0])
        return min(minimum, whole), min(target, whole), min(stretch, whole)
    return minimum, target, stretch


def as_read(value: float, kpi: Kpi) -> float:
    """The roundest number that reads as a value of a KPI does: 0.282 for 0.28244, which is shown as 28.2%."""
    clean, text = Decimal(f"{value:.12g}"), format_value(value, kpi.display)
    digits = (Decimal(1).scaleb(clean.adjusted() - place) for place in range(clean.adjusted() + 12))
    found = (float(clean.quantize(one, ROUND_HALF_UP)) for one in digits)
    return next((one for one in found if format_value(one, kpi.display) == text), value)


def is_baseline(minimum: float, baseline: float, kpi: Kpi) -> bool:
    """Whether a minimum is the baseline itself, but for how it was rounded when it was proposed."""
    if format_value(minimum, kpi.display) == format_value(baseline, kpi.display):
        return True
    return minimum in (_rounded(baseline, ROUND_FLOOR), _rounded(baseline, ROUND_CEILING))


def _rounded(value: float, way: str) -> float:
    """A number to three significant digits; what arithmetic in binary left behind the twelfth is no reason to move."""
    clean = Decimal(f"{value:.12g}")
    return float(clean.quantize(Decimal(1).scaleb(clean.adjusted() - DIGITS + 1), way)) if clean else 0.0


def ladder(start: float, uplift: float, steps: int = 4) -> tuple[float, ...]:
    """What a relative uplift comes to when it is repeated at every refresh."""
    return tuple(start * (1 + uplift) ** step for step in range(1, steps + 1))


def in_points(text: str) -> bool:
    """Whether a target was typed as percentage points: "+3pp"."""
    return text.strip().casefold().endswith("pp")


def parse_amount(text: str, baseline: float | None = None) -> float:
    """Read a target as typed: `120000`, `25%`, `+10%` (of the baseline) or `+3pp` (percentage points).

    Raises:
        UserError: the text is no number, or relative without a baseline.
    """
    cleaned = text.strip().replace(" ", "").replace("\N{MINUS SIGN}", "-").replace("×", "")
    lower = cleaned.lower()
    relative = cleaned[:1] in "+-" and (lower.endswith("%") or lower.endswith("pp"))
    body = lower.removesuffix("pp").removesuffix("%").removesuffix("x")
    factor = 1.0
    if body[-1:] in "km" and body[:-1]:
        factor = {"k": 1e3, "m": 1e6}[body[-1]]
        body = body[:-1]
    try:
        number = float(with_point(body)) * factor
    except ValueError:
        raise UserError(f"'{text}' is not a number.", "Write for example 120000, 25%, +10% or +3pp.") from None
    if not math.isfinite(number):
        raise UserError(f"'{text}' is not a number.", "Write for example 120000, 25%, +10% or +3pp.")
    if abs(number) > LARGEST:
        raise UserError(f"'{text}' is larger than anything that is counted.", "Look whether the digits are right.")
    if relative and baseline is None:
        raise UserError(f"'{text}' is relative to a baseline.", NO_BASELINE_ADVICE)
    if relative and baseline is not None:
        return baseline + number / 100 if lower.endswith("pp") else baseline * (1 + number / 100)
    return number / 100 if lower.endswith(("%", "pp")) else number


Key = tuple[str, Scope, date, date]


@dataclass(frozen=True, slots=True)
class GoalBook:
    """All baselines and targets of a workspace, and which are in force.

    The target of a period is the one set for exactly that scope and period, in the version in force: the
    newest, unless it was taken away. What a period is judged by is the official one: the version in force on its first
    day, else the newest. Nothing is ever interpolated.
    """

    baselines: tuple[Baseline, ...] = ()
    targets: tuple[Target, ...] = ()
    _targets: dict[Key, Target] = field(init=False, repr=False, compare=False)
    _official: dict[Key, Target] = field(init=False, repr=False, compare=False)
    _baselines: dict[Key, Baseline] = field(init=False, repr=False, compare=False)
    _roles: dict[tuple[str, date, date], tuple[Target, ...]] = field(init=False, repr=False, compare=False)
    _aimed: frozenset[tuple[str, date, date]] = field(init=False, repr=False, compare=False)
    _versions: dict[Key, int] = field(init=False, repr=False, compare=False)

    def known_on(self, day: date, gone: Mapping[Target, date]) -> GoalBook:
        """The same without the goals that were set later than a day; one that does not say since when stays.

        `gone` says when targets were taken away, as far as that is known: until then they were in force.
        """
        until = day.isoformat()
        targets = (
            replace(one, withdrawn=gone[one] <= day) if one in gone else one
            for one in self.targets
            if one.effective_from[:10] <= until
        )
        return GoalBook(tuple(one for one in self.baselines if one.frozen_at[:10] <= until), tuple(targets))

    def __post_init__(self) -> None:
        """Look up by scope and period what would else be searched for with every number shown."""
        newest: dict[Key, Target] = {}
        first: dict[Key, Target] = {}
        for one in sorted(self.targets, key=lambda one: one.version):
            newest[key := _key(one)] = one
            if one.effective_from and one.effective_from[:10] <= one.period.start.isoformat():
                first[key] = one
        in_force = {key: one for key, one in newest.items() if not one.withdrawn}
        official = {key: first.get(key, one) for key, one in in_force.items()}
        roles: dict[tuple[str, date, date], tuple[Target, ...]] = {}
        for (kpi_id, scope, start, end), one in official.items():
            if scope.kind == "role":
                roles[kpi_id, start, end] = (*roles.get((kpi_id, start, end), ()), one)
        object.__setattr__(self, "_targets", in_force)
        object.__setattr__(self, "_official", official)
        object.__setattr__(self, "_baselines", {_key(one): one for one in self.baselines})
        object.__setattr__(self, "_versions", {key: one.version for key, one in newest.items()})
        object.__setattr__(self, "_roles", roles)
        object.__setattr__(self, "_aimed", frozenset((kpi_id, *days) for kpi_id, _, *days in in_force))

    def target(self, kpi_id: str, scope: Scope, period: Period) -> Target | None:
        """The target that was set for exactly this scope and period and is in force."""
        return self._targets.get((kpi_id, scope, period.start, period.end))

    def official(self, kpi_id: str, scope: Scope, period: Period) -> Target | None:
        """The target that exactly this scope is judged by in this period: as it was on the first day of it."""
        return self._official.get((kpi_id, scope, period.start, period.end))

    def baseline(self, kpi_id: str, scope: Scope, period: Period) -> Baseline | None:
        """The baseline for this scope and period."""
        return self._baselines.get((kpi_id, scope, period.start, period.end))

    def roles(self, kpi_id: str, period: Period) -> tuple[Target, ...]:
        """The official targets that were set for everybody with a role."""
        return self._roles.get((kpi_id, period.start, period.end), ())

    def is_aimed(self, kpi_id: str, period: Period) -> bool:
        """Whether anybody has a target of this KPI in this period."""
        return (kpi_id, period.start, period.end) in self._aimed

    def in_force(self) -> tuple[Target, ...]:
        """Every target in force."""
        return tuple(self._targets.values())

    def of(self, kpi_id: str, scope: Scope) -> tuple[Target, ...]:
        """Every target in force of a KPI for a scope, by period."""
        found = (one for one in self._targets.values() if one.kpi_id == kpi_id and one.scope == scope)
        return tuple(sorted(found, key=lambda one: (one.period.start, one.period.end)))

    def next_version(self, kpi_id: str, scope: Scope, period: Period) -> int:
        """The number of the version that a new target would be."""
        return 1 + self._versions.get((kpi_id, scope, period.start, period.end), 0)


def _key(goal: Baseline | Target) -> Key:
    return goal.kpi_id, goal.scope, goal.period.start, goal.period.end


def one_for_all(kpi: Kpi) -> bool:
    """Whether a KPI has a value that a whole and its parts can share: a rate, a median, a time, a score.

    Counts and money are not, nor are distinct counts: the number of a whole is none of its parts.
    """
    if kpi.per_rep_per_week:
        return True
    if kpi.kpi_class == "derived":
        return kpi.unit not in ("count", "money", "money_per_day")
    return kpi.kpi_class in ("ratio", "cohort", "money_ratio", "median", "mean_time", "score")
