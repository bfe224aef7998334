"""The newest day on which, by a file, something had happened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, tzinfo

from kpidesk.importing.dates import FIRST_YEAR, read_day
from kpidesk.importing.evidence import Evidence
from kpidesk.importing.rules import Reading
from kpidesk.importing.settling import Settled

PAST = ("created_at", "occurred_at", "responded_at", "effective_at", "entered_at", "submitted_at")
"""Fields that tell when something happened, in kinds that are not deals."""
PAST_OF_DEALS = ("created_at", "stage_entered_at")
"""Those of deals, beside the close date of those that are closed."""


def newest_day(evidence: Evidence, settled: Settled, zone: tzinfo) -> date | None:
    """The newest day on which a record was made, a deal closed or changed its stage, or a survey was answered.

    None where no such day can be read.

    The close date of an open deal is a forecast and does not count, nor does that of a closed one where another column
    tells when it closed: there it is the day that was expected.
    """
    rules = settled.rules
    if rules.kind != "deals":
        past = [reading for name in PAST if (reading := rules.reading(name)) is not None]
        return max((day for one in past for day in _days(one, evidence.dates[one.field].memo, zone)), default=None)
    told = (rules.reading(name) for name in PAST_OF_DEALS)
    expected, closed = rules.reading("close_date"), rules.reading("closed_at")
    has_both = expected is not None and closed is not None
    sure = (*told, closed if has_both else None)
    days = [day for one in sure if one is not None for day in _days(one, evidence.dates[one.field].memo, zone)]
    if not has_both and (only := expected or closed) is not None:
        days += _days(only, _closes(evidence, settled), zone)
    return max(days, default=None)


def _days(reading: Reading, cells: Iterable[str], zone: tzinfo) -> Iterator[date]:
    texts = {read_day(cell, reading.order, zone, serials=reading.serials) for cell in cells}
    for text in filter(None, texts):
        if (day := date.fromisoformat(text)).year >= FIRST_YEAR:
            yield day


def _closes(evidence: Evidence, settled: Settled) -> Iterator[str]:
    """The different close dates of deals that are closed: their status decides, else their stage."""
    outcomes = settled.meanings.outcomes
    for status, stage, cell in evidence.stages.closes:
        outcome = outcomes.get(("status", str(status)), outcomes.get(("stage", str(stage))))
        if cell is not None and outcome in ("won", "lost"):
            yield cell
