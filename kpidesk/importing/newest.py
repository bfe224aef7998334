"""The newest day on which, by a file, something had happened to its deals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, tzinfo

from kpidesk.importing.dates import FIRST_YEAR, read_day
from kpidesk.importing.evidence import Evidence
from kpidesk.importing.rules import Reading
from kpidesk.importing.settling import Settled


def newest_day(evidence: Evidence, settled: Settled, zone: tzinfo) -> date | None:
    """The newest day on which a deal was created or closed; None where none can be read.

    The close date of an open deal is a forecast and does not count.
    """
    rules = settled.rules
    created, closed = rules.reading("created_at"), rules.reading("close_date") or rules.reading("closed_at")
    days = [
        *(_days(created, evidence.dates[created.field].memo, zone) if created is not None else ()),
        *(_days(closed, _closes(evidence, settled), zone) if closed is not None else ()),
    ]
    return max(days, default=None)


def _days(reading: Reading, cells: Iterable[str], zone: tzinfo) -> Iterator[date]:
    for cell in cells:
        text = read_day(cell.strip(), reading.order, zone, serials=reading.serials)
        if text is not None and (day := date.fromisoformat(text)).year >= FIRST_YEAR:
            yield day


def _closes(evidence: Evidence, settled: Settled) -> Iterator[str]:
    """The different close dates of deals that are closed: their status decides, else their stage."""
    outcomes = settled.meanings.outcomes
    for status, stage, cell in evidence.closes:
        if outcomes.get(("status", str(status)), outcomes.get(("stage", str(stage)))) in ("won", "lost"):
            yield cell
