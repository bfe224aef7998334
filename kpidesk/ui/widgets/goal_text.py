"""Baselines and targets in words: what history says, what a tier adds to it, what one period can tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kpidesk.core.amounts import amount_typed
from kpidesk.core.errors import UserError
from kpidesk.core.formats import between_words, count_text, format_change, format_difference, format_value, full_value
from kpidesk.core.goals import (
    Baseline,
    BaselineMethod,
    Proposal,
    Target,
    check_target,
    method_words,
    rounded_tiers,
    tiers_from,
    weakness,
)
from kpidesk.core.kpis import LEVEL_WORDS, Direction, Kpi, KpiStatus, Level, Unit
from kpidesk.core.luck_words import FOR_LUCK
from kpidesk.core.packs import Pack
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.core.wording import capital, listed

TIER_NAMES = ("Minimum", "Target", "Stretch")
STATUS_WORDS: dict[KpiStatus, str] = {"active": "Active", "draft": "Not in use", "retired": "Retired"}
UNIT_WORDS: dict[Unit, str] = {
    "count": "count", "money": "money", "percent": "percent", "multiple": "multiple", "days": "days",
    "months": "months", "hours": "hours", "points": "points", "score": "score", "count_per": "count per person",
    "money_per_day": "money per day",
}  # fmt: skip
DIRECTION_WORDS: dict[Direction, str] = {
    "higher": "higher is better", "lower": "lower is better", "range": "inside a range", "none": "for information",
}  # fmt: skip
POOLED: tuple[BaselineMethod, ...] = ("trailing_4", "same_period_last_year")
"""The methods whose value is x of n rows; the others reckon further from there."""
SOLID = "Solid: enough rows and periods."


@dataclass(frozen=True, slots=True)
class Tiers:
    """Minimum, target and stretch as they stand in the editor."""

    minimum: float
    target: float
    stretch: float

    def values(self) -> tuple[float, float, float]:
        """The three in their order."""
        return self.minimum, self.target, self.stretch


def scope_words(scope: Scope, organisation: str = "") -> str:
    """A scope as a person reads it."""
    if scope.kind == "org":
        return organisation or "Organisation"
    if scope.kind == "role":
        return f"Every {scope.name}"
    return "Unassigned" if scope.kind == "unassigned" else scope.name


def baseline_value(kpi: Kpi, baseline: Baseline, currency: str) -> str:
    """The baseline's value as a card shows it."""
    return format_value(baseline.value, kpi.display, currency, baseline.n or None)


def baseline_sample(kpi: Kpi, baseline: Baseline) -> str:
    """What the baseline rests on: `412 of 1,873` where it is that share, else `14 rows`; empty when it was typed."""
    if not baseline.n:
        return ""
    rows = count_text(round(baseline.n))
    if kpi.is_rate and baseline.method in POOLED:
        return f"{count_text(round(baseline.value * baseline.n))} of {rows}"
    noun = "value" if baseline.method == "comparable" else "row"
    return f"{rows} {noun}" if rows == "1" else f"{rows} {noun}s"


def baseline_reason(kpi: Kpi, baseline: Baseline, currency: str) -> str:
    """The periods, the interval and the reason for the method, in one line."""
    parts = [baseline.window]
    if baseline.interval is not None and baseline.method != "comparable":  # there it is the middle half of all values
        ends = between_words(baseline.interval, kpi.display, currency, baseline.n or None)
        parts.append(f"{FOR_LUCK.lower()} {ends}")
    parts.insert(0 if baseline.method == "benchmark" else len(parts), baseline.why)
    return " · ".join(part for part in parts if part)


def baseline_strength(kpi: Kpi, baseline: Baseline) -> str:
    """Whether to lean on a baseline, and why not."""
    return f"Weak: {weakness(baseline, kpi)}. Lean on it with care." if baseline.weak else SOLID


def history_now(kpi: Kpi, kept: Baseline, offered: Baseline | None, currency: str) -> str:
    """What history says today where it is no longer the baseline that is kept; empty where it is the same."""
    if offered is None or is_same(kept, offered):
        return ""
    words = method_words(offered) if offered.method != kept.method else ""
    return f"Today your history says {baseline_value(kpi, offered, currency)}{f' ({words})' if words else ''}."


def is_same(kept: Baseline, offered: Baseline) -> bool:
    """Whether two baselines of one KPI, scope and period say the same."""
    return kept.method == offered.method and abs(kept.value - offered.value) <= 1e-9 * max(1.0, abs(kept.value))


def baseline_head(baseline: Baseline) -> str:
    """What the baseline is, as the start of a sentence."""
    words = method_words(baseline)
    return capital(words)


def tier_note(kpi: Kpi, value: float, baseline: Baseline, currency: str) -> str:
    """What a tier adds to the baseline: `+2.2 pp, +10.0% relative`; points never pass for percent."""
    difference = format_difference(value - baseline.value, kpi.display, currency)
    if not any(digit in "123456789" for digit in difference):
        return "the baseline"
    if baseline.value == 0:
        return difference
    return f"{difference}, {format_change((value - baseline.value) / abs(baseline.value))} relative"


def typed_tiers(texts: Sequence[str], baseline: Baseline, kpi: Kpi, exact: Sequence[float] = ()) -> Tiers:
    """Read the three fields; a bare number in a KPI of percent means percent when no share fits it.

    A field that still shows one of the `exact` values as the app wrote it stands for that value unrounded.

    An empty minimum is the baseline, or the target where that asks for less; an empty stretch goes as far beyond
    the target as the target beyond the baseline.

    Raises:
        UserError: a field is no number, or the three are out of order.
    """
    minimum, target, stretch = (text.strip() for text in texts)
    if not target:
        raise UserError("The target is empty.", "Write for example 120000, 25%, +10% or +3pp.")
    written = {field_text(kpi, value): value for value in exact}

    def read(text: str) -> float:
        return written[text] if text in written else read_amount(text, baseline, kpi)

    goal = read(target)
    worse, better = (max, min) if kpi.direction == "lower" else (min, max)
    low = read(minimum) if minimum else worse(goal, baseline.value)
    high = read(stretch) if stretch else better(goal, goal + (goal - baseline.value))
    if kpi.unit == "percent" and kpi.is_rate and not stretch:
        high = max(goal, min(high, 1.0)) if kpi.direction != "lower" else max(high, 0.0)
    tiers = Tiers(low, goal, high)
    check_target(as_target(tiers, baseline), baseline, kpi)
    return tiers


def read_amount(text: str, baseline: Baseline, kpi: Kpi) -> float:
    """A number as typed; `25` for a rate is 25 %, because a share of 25 cannot be meant."""
    return amount_typed(text, kpi, "", baseline.value)


def out_of_order(tiers: Tiers, kpi: Kpi) -> tuple[bool, bool, bool]:
    """Which of the three tiers lies on the wrong side of the target."""
    sign = -1 if kpi.direction == "lower" else 1
    return sign * tiers.minimum > sign * tiers.target, False, sign * tiers.stretch < sign * tiers.target


def as_target(tiers: Tiers, baseline: Baseline, reason: str = "") -> Target:
    """Tiers as a target of the baseline's KPI, scope and period."""
    return Target(baseline.kpi_id, baseline.scope, baseline.period, *tiers.values(), reason=reason)


def stepped_tiers(baseline: Baseline, uplift: float, kpi: Kpi) -> Tiers:
    """Minimum, target and stretch by a relative uplift, rounded as they are proposed."""
    return Tiers(*rounded_tiers(tiers_from(baseline.value, uplift, kpi.direction), kpi, baseline.value))


def exactly(value: float, kpi: Kpi, currency: str) -> str:
    """A value before it is rounded: "Exactly $55,860.24"."""
    return f"Exactly {full_value(value, kpi.unit, currency)}"


def exact_words(baseline: Baseline, uplift: float, kpi: Kpi, currency: str) -> tuple[str, ...]:
    """What minimum, target and stretch by an uplift come to before they are rounded: "Exactly $55,860.24"."""
    exact = tiers_from(baseline.value, uplift, kpi.direction)
    return tuple(exactly(value, kpi, currency) for value in exact)


def noticeable_note(kpi: Kpi, tiers: Tiers, proposal: Proposal, currency: str) -> str:
    """Whether one period can tell the target from luck; empty when that cannot be said."""
    words = proposal.noticeable_words
    if proposal.noticeable is None:
        return words
    beyond = tiers.target <= proposal.noticeable if kpi.direction == "lower" else tiers.target >= proposal.noticeable
    goal = format_value(tiers.target, kpi.display, currency)
    if beyond:
        verdict = f"A target of {goal} is far enough away to be seen in one period."
    else:
        verdict = f"A target of {goal} cannot be told from luck in one period: look at several."
    return f"{words} {verdict}".strip()


def field_text(kpi: Kpi, value: float) -> str:
    """A value as it stands in a field: `24.2%`, `1,324,730`, `51.3`."""
    if kpi.unit == "percent":
        return f"{_short(value * 100, 1 if abs(value) >= 0.1 else 2)}%"
    return _short(value, 2 if abs(value) >= 1 else 3)


def _short(value: float, decimals: int) -> str:
    shown = f"{value:,.{decimals}f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def period_note(period: Period, scope: Scope, organisation: str = "") -> str:
    """For whom and when: `North · Q4 2026`."""
    return f"{scope_words(scope, organisation)} · {period.label}"


def levels_words(levels: Sequence[Level]) -> str:
    """For whom a KPI is: "the organisation, teams and reps"."""
    return listed(LEVEL_WORDS[one] for one in LEVEL_WORDS if one in levels)


def saved_words(kpi: Kpi) -> str:
    """What became of a KPI that was saved."""
    words = {
        "active": f"is in use for {levels_words(kpi.levels)}",
        "retired": "is retired; old periods keep it",
        "draft": "is not in use",
    }
    return f"{kpi.name} {words[kpi.status]}."


def pack_words(pack: Pack, activated: int, drafts: int, waiting: int) -> str:
    """What starting from a pack did, and why these KPIs."""
    done = f"{activated} more in use" if activated else "all of them were in use" if not drafts else "none in use"
    parts = [done, f"{drafts} to fill in first" if drafts else "", f"{waiting} without data yet" if waiting else ""]
    return f"{pack.name}: {', '.join(part for part in parts if part)}. {pack.why}"
