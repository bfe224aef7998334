"""A workspace with two years of even history, so that every baseline can be worked out in the head.

Eight quarters up to Q2 2026, each with 40 closed deals of which 10 were won: a win rate of 25 %, bookings of
10,000 USD, and 60 days from creation to close.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from kpidesk import operations
from kpidesk.core.imports import ImportOptions
from kpidesk.core.periods import quarter_period
from kpidesk.core.progress import finish
from kpidesk.core.scorecards import Question
from kpidesk.core.settings import Settings

TODAY = date(2026, 7, 6)
DATA_OF = date(2026, 7, 5)
STARTS = tuple(date(2024 + (6 + 3 * at) // 12, (6 + 3 * at) % 12 + 1, 1) for at in range(8))
CLOSED, WON, AMOUNT, DAYS = 40, 10, 1000, 60
NEXT = Question(quarter_period(2026, 3, Settings()))
"""The quarter that has just begun: the one targets are set for."""
LAST = Question(quarter_period(2026, 2, Settings()))


def write_history(folder: Path) -> Path:
    lines = ["Deal ID,Deal Name,Owner,Stage,Created Date,Closed Date,Amount"]
    for quarter, start in enumerate(STARTS):
        for at in range(CLOSED):
            closed = start + timedelta(days=2 * at)
            stage = "Won" if at < WON else "Lost"
            owner = "Ann" if at % 2 else "Bob"
            opened = closed - timedelta(days=DAYS)
            lines.append(f"Q{quarter}D{at},Deal {quarter}-{at:02d},{owner},{stage},{opened},{closed},{AMOUNT}")
    path = folder / "history.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def make_history(folder: Path) -> Path:
    """The workspace file, closed."""
    path = folder / "history.kpidesk"
    ws = operations.open_workspace(path, create=True, today=TODAY)
    try:
        finish(operations.import_file(ws, write_history(folder), ImportOptions(as_of=DATA_OF)))
    finally:
        operations.close(ws)
    return path
