"""Is it on track: status while a period runs, tier once it is closed, and how sure that is."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

from kpidesk.core.formats import count_text, whole_percent
from kpidesk.core.goals import Target
from kpidesk.core.kpis import Kpi, KpiClass, PaceBasis
from kpidesk.core.periods import Grain
from kpidesk.core.results import Result
from kpidesk.core.settings import Settings
from kpidesk.core.wording import plural

Status = Literal["on_track", "at_risk", "off_track", "no_target", "too_few", "maturing", "stale", "no_data",
                 "coaching"]  # fmt: skip
TierReached = Literal["below_minimum", "minimum_met", "target_met", "stretch_met"]
Confidence = Literal["solid", "hollow", "none"]

STATUS_WORDS: dict[Status, str] = {
    "on_track": "On track",
    "at_risk": "At risk",
    "off_track": "Off track",
    "no_target": "No target",
    "too_few": "Too few",
    "maturing": "Maturing",
    "stale": "Stale",
    "no_data": "No data",
    "coaching": "For coaching",
}
TIER_WORDS: dict[TierReached, str] = {
    "below_minimum": "Below minimum",
    "minimum_met": "Minimum met",
    "target_met": "Target met",
    "stretch_met": "Stretch met",
}
BELOW_PLAIN = "Below target"
"""What is below a target that has no minimum apart, such as a quota."""
RANGE_WORDS: dict[Status, str] = {
    "on_track": "Inside the range",
    "at_risk": "Near the range",
    "off_track": "Outside the range",
}
STATUS_SYMBOLS: dict[Status, str] = {"on_track": "●", "at_risk": "▲", "off_track": "◆"}
NO_SYMBOL = "–"
TOO_EARLY = "too early"
TIER_STATUS: dict[TierReached, Status] = {
    "below_minimum": "off_track",
    "minimum_met": "at_risk",
    "target_met": "on_track",
    "stretch_met": "on_track",
}
_RANGE_TIERS: dict[Status, TierReached] = {
    "on_track": "target_met",
    "at_risk": "minimum_met",
    "off_track": "below_minimum",
}
LEAST_EXPECTED = 5
LEAST_IN_MEDIAN = 5
LEAST_SUMMED = 3
"""So many rows of an amount are due before it is judged: where three are, luck alone brings none one time in twenty."""
ON_TRACK_FROM, AT_RISK_FROM = 0.6, 0.3
"""How likely the target must be."""
RESOLVED_FROM = 0.8
_LEAST_COMPARED: dict[KpiClass, int] = {"flow_money": 10, "money_ratio": 10, "mean_time": 10, "score": 10,
                                       "median": 6}  # fmt: skip
"""The fewest amounts, times or answers whose sum, mean or median has an interval that can be relied on."""
BY_ROWS = ("ratio", "cohort", "money_ratio", "score", "median", "mean_time")
"""The classes whose status asks for so many rows, and whose change does, however long their past is."""
WON_VALUE_ALONE = "No lost deal has an amount: this counts what was won alone, so it is always 100%."
"""The notice of a win rate by value that says nothing; such a number gets no status."""
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Due:
    """How much of a target is due by now (0 to 1), and by what.

    `periods` past ones of a `grain` filled up so, where it goes by history, and `shares` are what each of them had of
    its total by now; `few` is how many that would have taken, where history was asked for and there are fewer. `each`
    is what one row brought in the past; None where that is not known. `is_over`: no day is left.
    """

    share: float
    basis: PaceBasis
    periods: int = 0
    grain: Grain = "span"
    few: int = 0
    shares: tuple[float, ...] = ()
    each: float | None = None
    is_over: bool = False

    @property
    def words(self) -> str:
        """By what, to be put behind what is due: "by how your last 8 quarters filled up"."""
        many = "such periods" if self.grain == "span" else f"{self.grain}s"
        if self.basis == "history":
            return f"by how your last {self.periods} {many} filled up"
        if self.basis == "calendar":
            return "by calendar days"
        return f"by working days: fewer than {self.few} past {many} are known" if self.few else "by working days"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a value is worth against its target.

    `words` is what a badge says: pace words while the period runs, the tier once it is closed, and why there
    is no status where there is none. `expected` is the target due by now, for flows in a running period, and `chance`
    how likely the period ends on its target, where the status goes by that.
    """

    status: Status
    tier: TierReached | None
    confidence: Confidence
    words: str
    reason: str = ""
    expected: float | None = None
    chance: float | None = None

    @property
    def hedged_words(self) -> str:
        """The words, with "Probably" before them where luck could have made the difference."""
        if self.confidence != "hollow" or self.tier is not None:
            return self.words
        return f"Probably {self.words[0].lower()}{self.words[1:]}"


NOTHING_TO_REACH = "Target is 0"
"""What is said of an amount or a count that any result would reach."""


def status_symbol(status: Status) -> str:
    """The shape that goes with a status, so that colour is never alone."""
    return STATUS_SYMBOLS.get(status, NO_SYMBOL)


def too_few_words(x: float | None, n: float) -> str:
    """Why so few rows get no status: "3 of 7, too early", "Only 7, too early"."""
    return f"Only {count_text(n)}, {TOO_EARLY}" if x is None else f"{count_text(x)} of {count_text(n)}, {TOO_EARLY}"


def status_of(
    kpi: Kpi,
    result: Result,
    target: Target | None,
    *,
    running: bool = False,
    share: float = 1.0,
    settings: Settings | None = None,
    stale: bool = False,
    resolved: float = 1.0,
    chance: float | None = None,
    each: float | None = None,
    noun: str = "row",
) -> Verdict:
    """Judge a value against the target of its period.

    `running`: the data do not yet cover the whole period; then counts and money go by the `chance` that it ends on
    its target. Without one they are held against `share` of the target, everything else against all of it. `each` is
    what a row of an amount brought in the past, `noun` what one is called. `resolved` is the part of a cohort whose
    outcome is known. A coaching metric is never judged.
    """
    if kpi.coaching:
        return _without("coaching", result.reason)
    if target is None or kpi.direction == "none":
        return _without("no_target", result.reason)
    if result.value is None or not math.isfinite(result.value):
        return _without("no_data", result.reason)
    if _asks_for_nothing(kpi, target):
        return Verdict("no_target", None, "none", NOTHING_TO_REACH, "")
    is_paced, known = running and kpi.prorated, settings or Settings()
    part = share if is_paced else 1.0
    expected = target.target * part if is_paced else None
    tier = None if running else tier_of(kpi, result.value, target)
    hindrance = _hindrance(kpi, result, target, part, known, stale=stale, resolved=resolved, noun=noun)
    if hindrance is None and running and kpi.kpi_class == "flow_money":
        hindrance = _few_summed(result, target.target, part, each, noun)
    if hindrance is not None:
        return replace(_with_tier(hindrance, kpi, tier, target), expected=expected)
    sure = _confidence(kpi, result, target, part, known, running=running)
    if tier is not None:
        return Verdict(TIER_STATUS[tier], tier, sure, _tier_words(kpi, tier, target), "", expected)
    likely = chance if is_paced and not _ranged(kpi) else None
    status = by_chance(likely) if likely is not None else pace_of(kpi, result.value, target, part)
    words = RANGE_WORDS[status] if _ranged(kpi) else STATUS_WORDS[status]
    return Verdict(status, None, sure, words, "", expected, likely)


def _asks_for_nothing(kpi: Kpi, target: Target) -> bool:
    """Whether any count or amount would reach a target; one of money may be below zero, as a net change can be."""
    if not kpi.prorated or kpi.direction != "higher":
        return False
    return not target.target if kpi.kpi_class == "flow_money" else target.target <= 0


def _with_tier(hindrance: Verdict, kpi: Kpi, tier: TierReached | None, target: Target) -> Verdict:
    """Why there is no status; of counts and amounts from too few rows with the tier that was reached all the same."""
    if tier is None or hindrance.status != "too_few" or not kpi.prorated:
        return hindrance
    return replace(hindrance, tier=tier, words=_tier_words(kpi, tier, target))


def by_chance(chance: float) -> Status:
    """On track where a target is as good as six in ten to be reached, at risk from three in ten on."""
    return "on_track" if chance >= ON_TRACK_FROM else "at_risk" if chance >= AT_RISK_FROM else "off_track"


def _without(status: Status, reason: str) -> Verdict:
    return Verdict(status, None, "none", STATUS_WORDS[status], reason)


def _ranged(kpi: Kpi) -> bool:
    return kpi.direction == "range"


def _tier_words(kpi: Kpi, tier: TierReached, target: Target) -> str:
    if target.is_plain and tier == "below_minimum" and not _ranged(kpi):
        return BELOW_PLAIN
    return RANGE_WORDS[TIER_STATUS[tier]] if _ranged(kpi) else TIER_WORDS[tier]


def _hindrance(
    kpi: Kpi,
    result: Result,
    target: Target,
    part: float,
    settings: Settings,
    *,
    stale: bool,
    resolved: float,
    noun: str,
) -> Verdict | None:
    """What stands in the way of a status: old data, too few rows, outcomes that are still open."""
    if stale:
        return _without("stale", "The data are older than this KPI is read.")
    if WON_VALUE_ALONE in result.notices:
        return Verdict("too_few", None, "none", "Lost deals lack amounts", WON_VALUE_ALONE)
    least = least_rows(kpi, settings)
    if rests_on_too_few(kpi, result, settings):
        words = too_few_words(result.numerator if kpi.is_rate else None, result.n)
        return Verdict("too_few", None, "none", words, f"Fewer than {least} rows.")
    if kpi.prorated and part <= 0:
        return Verdict("too_few", None, "none", "Just begun", "Nothing is due yet in this period.")
    if kpi.kpi_class in ("flow_count", "distinct") and abs(target.target) * part < least:
        return _asks_for_few(least, noun)
    if kpi.kpi_class == "cohort" and resolved < RESOLVED_FROM:
        return _without("maturing", f"{whole_percent(resolved)}% of these have an outcome.")
    return None


def _few_summed(result: Result, target: float, part: float, each: float | None, noun: str) -> Verdict | None:
    """That too few rows of an amount are due by now, by what a row brings; not once it is past its target anyway."""
    value = result.value or 0.0
    one = each or (value / result.n if result.n else 0.0)
    if not one or meets(value, target) or abs(target * part / one) >= LEAST_SUMMED:
        return None
    return _asks_for_few(LEAST_SUMMED, noun)


def _asks_for_few(least: int, noun: str) -> Verdict:
    """That what a target asks for by now are too few rows to be judged by."""
    reason = f"By now the target asks for fewer than {least} {plural(noun)}: too few for a verdict."
    return Verdict("too_few", None, "none", "Too early", reason)


def rests_on_too_few(kpi: Kpi, result: Result, settings: Settings) -> bool:
    """Whether a rate, an average or a median rests on too few rows for anything to be said of it."""
    is_untold = kpi.is_manual and not result.n  # nobody said how many answers it rests on
    return kpi.kpi_class in BY_ROWS and result.n < least_rows(kpi, settings) and not is_untold


def least_rows(kpi: Kpi, settings: Settings) -> int:
    """From how many rows on a KPI gets a status: its own number, else that of its class (of a count: expected rows).

    0 where a status rests on no number of rows.
    """
    if kpi.minimum_n is not None:
        return kpi.minimum_n
    if kpi.kpi_class == "median":
        return LEAST_IN_MEDIAN
    if kpi.kpi_class in ("flow_count", "distinct"):
        return LEAST_EXPECTED
    return settings.minimum_n if kpi.kpi_class in BY_ROWS else 0


def least_compared(kpi: Kpi, settings: Settings) -> int:
    """From how many rows on either side on a change is judged: as for a status, and never fewer than the test can tell.

    0 for a count, of which the test itself says whether so few could show a change at all.
    """
    of_status = least_rows(kpi, settings) if kpi.kpi_class in BY_ROWS else 0
    return max(of_status, _LEAST_COMPARED.get(kpi.kpi_class, 0))


def meets(value: float, threshold: float, *, lower: bool = False) -> bool:
    """Whether a value reaches a threshold; noise in the last digits of a computed number does not decide."""
    slack = _ROUNDING * max(abs(value), abs(threshold))
    return value <= threshold + slack if lower else value >= threshold - slack


def tier_of(kpi: Kpi, value: float, target: Target) -> TierReached:
    """Which of minimum, target and stretch a value reached at the end of its period."""
    if _ranged(kpi):
        return _RANGE_TIERS[_range_status(value, target)]
    lower = kpi.direction == "lower"
    steps: tuple[tuple[TierReached, float], ...] = (
        *((("stretch_met", target.stretch),) if target.stretch != target.target else ()),  # a plain quota has none
        ("target_met", target.target),
        ("minimum_met", target.minimum),
    )
    return next((tier for tier, step in steps if meets(value, step, lower=lower)), "below_minimum")


def pace_of(kpi: Kpi, value: float, target: Target, part: float = 1.0) -> Status:
    """On track from the part of the target that is due, at risk from that of the minimum, off track below."""
    if _ranged(kpi):
        return _range_status(value, target, part)
    lower = kpi.direction == "lower"
    if meets(value, target.target * part, lower=lower):
        return "on_track"
    return "at_risk" if meets(value, target.minimum * part, lower=lower) else "off_track"


def _range_status(value: float, target: Target, part: float = 1.0) -> Status:
    """Inside the two ends is on track, up to half the range beyond them at risk."""
    low, high = target.minimum * part, target.stretch * part
    if meets(value, low) and meets(value, high, lower=True):
        return "on_track"
    tolerance = (high - low) / 2
    return "at_risk" if low - tolerance < value < high + tolerance else "off_track"


def _confidence(
    kpi: Kpi, result: Result, target: Target, part: float, settings: Settings, *, running: bool
) -> Confidence:
    """Whether luck could have made the difference; `none` where a value has no interval to tell by.

    Solid asks for enough rows and for an interval that no threshold cuts.
    """
    if result.interval is None:
        return "none"
    low, high = result.interval
    steps = [target.minimum * part, target.target * part]
    if _ranged(kpi) or not running:
        steps = [target.minimum * part, target.stretch * part] if _ranged(kpi) else [*steps, target.stretch]
    lower = kpi.direction == "lower"
    cut = any(meets(low, step, lower=lower) != meets(high, step, lower=lower) for step in steps)
    return "hollow" if cut or result.n < settings.solid_n else "solid"
