"""Everything that is known about one number, as names and words: first the facts, on demand what luck leaves open."""

from __future__ import annotations

from kpidesk.core.formats import (
    MINUS,
    between_words,
    chance_text,
    count_text,
    format_difference,
    format_value,
    full_value,
    months_text,
    whole_percent,
)
from kpidesk.core.goals import method_words
from kpidesk.core.kpis import Display, Kpi, Unit
from kpidesk.core.luck_words import FOR_LUCK, LUCK_MEANS
from kpidesk.core.scorecards import Row
from kpidesk.core.status import Confidence
from kpidesk.core.term_words import terms_unsaid

CONFIDENCE_WORDS: dict[Confidence, str] = {
    "solid": "Certain: even allowing for luck the verdict stays the same.",
    "hollow": "Not certain: allowing for luck it could be on either side of a threshold.",
    "none": "No verdict yet.",
}
BOOKINGS = "bookings"
"""The KPI that the forecast is about."""
NO_BREAK = "\u2060"
"""A sign of no width at which no line ends."""
LONGER_ROWS = "Show the rows of "
LUCK_TITLE = "How sure is this?"
Facts = tuple[tuple[str, str], ...]


def facts_of(row: Row, currency: str) -> Facts:
    """The number's surroundings as (name, words), in reading order; what does not exist is left out."""
    unit, result = row.kpi.display, row.result

    def shown(value: float | None) -> str:
        return format_value(value, unit, currency) if value is not None else ""

    return _told(
        ("Exactly", _exact(row, currency)),
        ("Rests on", row.sample_text or (count_text(result.n) if result.n else "")),
        ("Longer time", _longer(row)),
        ("Period before", _prior(row, currency)),
        ("Minimum", shown(row.target.minimum) if row.target and not row.target.is_plain else ""),
        ("Target", row.target_text),
        ("Stretch", shown(row.target.stretch) if row.target and not row.target.is_plain else ""),
        ("Why this target" if row.target else "Why no target", row.target_why),
        ("Expected by now", f"{shown(row.expected)}, {row.due.words}" if row.due else shown(row.expected)),
        ("Chance", _chance(row)),
        ("Of target", f"{whole_percent(row.attainment)}%" if row.attainment is not None else ""),
        ("Baseline", _baseline(row, currency)),
    )


def heading_words(row: Row) -> str:
    """Where the forecast sees a running period end, by which its status goes; empty where it is too early for one."""
    return f"Heading for {row.heading}." if row.heading else ""


def heading_hint(row: Row) -> str:
    """That the verdict goes by the chance in the heading; empty where it does not, or there is no verdict."""
    landed = row.landing
    if landed is None or row.expected is None or landed.chance is None or landed.method != "pipeline":
        return ""
    return "The verdict goes by this chance: what is won, and what the open deals may bring."


def is_forecast(row: Row) -> bool:
    """Whether the forecast says where this number will end: that of bookings, while its period runs."""
    is_running = row.landing is not None or (bool(row.spark) and row.spark[-1].partial)
    return row.kpi.id == BOOKINGS and row.result.value is not None and is_running


def basis_words(row: Row) -> str:
    """That the verdict on a running number is of closed deals alone; empty without one, and where open ones count.

    Then the heading above says by what the chance is, and its tooltip (`heading_hint`) that the verdict goes by it.
    """
    if not is_forecast(row) or row.expected is None or row.status == "too_few" or heading_hint(row):
        return ""
    return "The verdict goes by the pace of what is won. Open deals count in the forecast, not here."


def _between(interval: tuple[float, float], unit: Unit | Display, currency: str, n: float) -> str:
    """Both ends of an interval, where no line ends between a minus and its number."""
    return between_words(interval, unit, currency, n).replace(MINUS, f"{MINUS}{NO_BREAK}")


def luck_of(row: Row, currency: str) -> Facts:
    """What luck leaves open about a number as (name, words); empty where nothing can be said."""
    unit, over, result = row.kpi.display, row.long_run, row.result
    return _told(
        (FOR_LUCK, _between(result.interval, unit, currency, result.n) if result.interval else ""),
        (_months(row), _between(over.interval, unit, currency, over.n) if over and over.interval else ""),
        ("Most likely", _outlook(row)),
        ("What would show", row.noticeable),
    )


def change_words(row: Row) -> str:
    """Whether the number really changed, in a sentence: "▲ Really higher: 32% instead of 22% (Q2 2026)."."""
    found = row.change
    if found is None:
        return ""
    return f"{found.mark} {found.words.rstrip('.')} (against {found.against}).".strip()


def terms_of(row: Row, currency: str) -> str:
    """What the terms mean that are said of a number; what luck leaves open is explained where it stands."""
    facts = (text for pair in facts_of(row, currency) for text in pair)
    return terms_unsaid((LUCK_MEANS, row.kpi.name, row.sentence, row.status_words, change_words(row), *facts))


def _told(*pairs: tuple[str, str]) -> Facts:
    return tuple((name, words) for name, words in pairs if words)


def _longer(row: Row) -> str:
    over = row.long_run
    if over is None:
        return ""
    value = f"{over.value_text}: " if over.numerator is not None else ""
    few = "" if over.fair else ", still few" if over.told else ", still too few to judge by"
    return f"{value}{over.words}{few}"


def longer_rows_words(row: Row) -> str:
    """What leads to the rows of the longer time: "Show the rows of 12 months"; empty where none is known."""
    over = row.long_run
    return f"{LONGER_ROWS}{months_text(over.months)}" if over is not None and over.period is not None else ""


def before_rows_words(row: Row) -> str:
    """What leads to the rows of the period before: "Show the rows of Q2 2026"; empty where it has no value."""
    is_told = bool(row.prior_text) and row.prior is not None and row.prior.value is not None
    return f"{LONGER_ROWS}{row.spark[-2].label}" if is_told and len(row.spark) > 1 else ""


def _months(row: Row) -> str:
    return f"In {months_text(row.long_run.months)}" if row.long_run is not None else ""


def _outlook(row: Row) -> str:
    over = row.long_run
    return f"{over.outlook}, going by {months_text(over.months)}" if over is not None and over.outlook else ""


def _chance(row: Row) -> str:
    if row.chance is None or not row.chance_by:
        return ""
    return f"{chance_text(row.chance)} to reach the target, {row.chance_by}"


def _exact(row: Row, currency: str) -> str:
    exact = full_value(row.result.value, row.kpi.unit, currency) if row.result.value is not None else ""
    return "" if exact == row.value_text else exact


def _prior(row: Row, currency: str) -> str:
    if not row.prior_text or row.prior is None or row.prior.value is None or row.result.value is None:
        return row.prior_text
    if row.prior.begins is not None:
        return f"{row.prior_text}, where the data begin"  # a part of a period is no match either
    if row.spark and row.spark[-1].partial:
        whole = "period" if row.period.grain == "span" else row.period.grain
        return f"{row.prior_text}, a whole {whole}"  # what runs is no match for it, so no difference
    change = format_difference(row.result.value - row.prior.value, row.kpi.display, currency)
    mark = f"{row.change.mark} " if row.change is not None and row.change.mark else ""
    return f"{row.prior_text} ({mark}{change})"


def _baseline(row: Row, currency: str) -> str:
    if row.baseline is None:
        return ""
    value = format_value(row.baseline.value, row.kpi.display, currency, row.baseline.n or None)
    return f"{value}, {method_words(row.baseline)}"


def kind_words(kpi: Kpi) -> str:
    """Whether a KPI foretells or confirms, or is for coaching."""
    return "Coaching" if kpi.coaching else kpi.indicator.capitalize()


def kind_icon(kpi: Kpi) -> str:
    """The icon of what foretells, of what confirms, or of what is for coaching."""
    return "users" if kpi.coaching else "trending-up" if kpi.indicator == "leading" else "history"
