"""Which targets and baselines fall on no period once fiscal years or weeks begin on another day."""

from __future__ import annotations

from collections.abc import Iterable

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


def _unfit(periods: Iterable[Period], now: Settings, new: Settings) -> list[Period]:
    return [one for one in periods if _is_period(one, now) and not _is_period(one, new)]


def _is_period(period: Period, settings: Settings) -> bool:
    """Whether there is a period of these days; any days make a span."""
    if period.grain == "span":
        return True
    found = period_of(period.start, period.grain, settings)
    return (found.start, found.end) == (period.start, period.end)
