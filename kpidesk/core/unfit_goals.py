"""Which targets and baselines other settings upset: no period is theirs any more, or their amounts change currency."""

from __future__ import annotations

from collections.abc import Container, Iterable

from kpidesk.core.entries import EntryBook
from kpidesk.core.formats import sample_text
from kpidesk.core.goals import GoalBook
from kpidesk.core.periods import Period, period_of
from kpidesk.core.settings import Settings
from kpidesk.core.wording import listed

NAMED = 4
"""So many of the periods are named."""
UNFIT_ADVICE = "They stay in the file: with the settings of now they count again."


def unfit_words(book: GoalBook, now: Settings, new: Settings) -> str:
    """How many targets and baselines would fall on no period by the new settings, and of which; empty for none.

    "24 targets and 18 baselines, of Q3 2026 and Q4 2026, would fall on no period. Nothing is judged by them then."
    """
    targets = _unfit((one.period for one in book.in_force()), now, new)
    baselines = _unfit((one.period for one in book.baselines), now, new)
    if not targets and not baselines:
        return ""
    counts = [
        sample_text(len(found), None, noun) for found, noun in ((targets, "target"), (baselines, "baseline")) if found
    ]
    every = sorted({*targets, *baselines}, key=lambda one: (one.start, one.end))
    labels = list(dict.fromkeys(one.label for one in every))
    named = listed(labels, NAMED - 1 if len(labels) > NAMED else None)
    return f"{' and '.join(counts)}, of {named}, would fall on no period. Nothing is judged by them then."


def renamed_words(book: GoalBook, typed: EntryBook, money: Container[str], old: str, new: str) -> str:
    """How many goals and typed values of KPIs of `money` (ids) would keep their number in another currency.

    "3 targets and 1 baseline are amounts in USD: nothing converts them, they would count as EUR with the same number."
    """
    amounts = (
        (sum(one.kpi_id in money for one in book.in_force()), "target"),
        (sum(one.kpi_id in money for one in book.baselines), "baseline"),
        (sum(one.kpi_id in money for one in typed.in_force()), "typed value"),
    )
    counts = [sample_text(count, None, noun) for count, noun in amounts if count]
    if not counts:
        return ""
    one = sum(count for count, _ in amounts) == 1
    them = "is an amount" if one else "are amounts"
    it, they = ("it", "it") if one else ("them", "they")
    return f"{listed(counts)} {them} in {old}: nothing converts {it}, {they} would count as {new} with the same number."


def _unfit(periods: Iterable[Period], now: Settings, new: Settings) -> list[Period]:
    return [one for one in periods if _is_period(one, now) and not _is_period(one, new)]


def _is_period(period: Period, settings: Settings) -> bool:
    """Whether there is a period of these days; any days make a span."""
    if period.grain == "span":
        return True
    found = period_of(period.start, period.grain, settings)
    return (found.start, found.end) == (period.start, period.end)
