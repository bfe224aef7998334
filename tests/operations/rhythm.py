"""A company of two teams with two exports of its deals, calls of two weeks and days off, for reviews and calendars."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path

from kpidesk import operations
from kpidesk.core.people import Scope
from tests.operations.support import Line, bring_in, history, made, write

STAGES = {"Demo": "open", "Proposal": "open", "Won": "won", "Lost": "lost"}
JAN, FEB, MAR = date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)
MONDAY = date(2026, 3, 2)
"""The day on which it is: two days after the newest export."""
OPEN_JANUARY: list[Line] = [
    ("A1", "Ann Lee", "Demo", "10000", "2026-01-05", "2026-03-15"),
    ("A2", "Ann Lee", "Demo", "20000", "2026-01-06", "2026-03-01"),
    ("A3", "Ann Lee", "Proposal", "5000", "2026-01-07", "2026-02-20"),
    ("B1", "Bo Dahl", "Demo", "9000", "2026-01-08", "2026-04-20"),
    ("C1", "Cy Oh", "Demo", "4000", "2026-01-09", "2026-03-20"),
]
OPEN_FEBRUARY: list[Line] = [
    ("A1", "Ann Lee", "Proposal", "10000", "2026-01-05", "2026-03-15"),
    ("A2", "Ann Lee", "Demo", "24000", "2026-01-06", "2026-04-15"),
    ("A3", "Ann Lee", "Won", "5000", "2026-01-07", "2026-02-18"),
    ("B1", "Bo Dahl", "Demo", "9000", "2026-01-08", "2026-04-20"),
    ("C1", "Cy Oh", "Demo", "4000", "2026-01-09", "2026-03-20"),
]
CLOSED_MARCH: list[Line] = [
    ("A1", "Ann Lee", "Won", "10000", "2026-01-05", "2026-03-20"),
    ("A2", "Ann Lee", "Lost", "24000", "2026-01-06", "2026-03-25"),
    *OPEN_FEBRUARY[2:],
]
PEOPLE = (("Ann Lee", "North", "", ""), ("Bo Dahl", "North", "2026-02-16", ""), ("Cy Oh", "South", "", ""),
          ("Dan Old", "North", "2024-01-01", "2026-01-15"))  # fmt: skip
AWAY = (("Bo Dahl", "2026-03-02", "2026-03-06"),)
CALL = ("Activity ID", "Type", "Direction", "Status", "Done by", "Date")
HOLIDAYS = ("2026-03-16",)
CALLS = (("Ann Lee", "2026-02-17"), ("Ann Lee", "2026-02-18"), ("Ann Lee", "2026-02-24"), ("Ann Lee", "2026-02-25"),
         ("Ann Lee", "2026-02-26"), ("Bo Dahl", "2026-02-27"), ("Cy Oh", "2026-02-23"))  # fmt: skip


def table(path: Path, header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def build(folder: Path) -> Path:
    """The workspace of the company on the Monday, with everything imported."""
    with made(folder, MONDAY) as ws:
        bring_in(ws, table(folder / "people.csv", ("Name", "Team", "Hire date", "End date"), PEOPLE), JAN,
                 kind="people", stages={})  # fmt: skip
        show(ws, folder, "jan.csv", [*history((2025,)), *OPEN_JANUARY], JAN)
        show(ws, folder, "feb.csv", [*history((2025,)), *OPEN_FEBRUARY], FEB)
        calls = [(str(at), "call", "out", "held", *one) for at, one in enumerate(CALLS, 1)]
        bring_in(ws, table(folder / "calls.csv", CALL, calls), FEB,
                 kind="activities", stages={})  # fmt: skip
        bring_in(ws, table(folder / "away.csv", ("Person", "First day", "Last day"), AWAY), FEB,
                 kind="absences", stages={})  # fmt: skip
        days = [(day, "Spring") for day in HOLIDAYS]
        bring_in(ws, table(folder / "free.csv", ("Date", "Holiday"), days), FEB, kind="holidays", stages={})
        imported_on(ws, JAN)
    return folder


def show(ws: operations.Workspace, folder: Path, name: str, lines: list[Line], day: date) -> None:
    """Import an export of the deals."""
    bring_in(ws, write(folder / name, lines), day, stages=STAGES)


def imported_on(ws: operations.Workspace, day: date) -> None:
    """Let the files have been imported on a day, at noon of this machine's clock."""
    moment = datetime.combine(day, time(12)).astimezone(UTC)
    ws.db.run("UPDATE imports SET imported_at=?", (moment.isoformat(timespec="seconds"),))


def scope(ws: operations.Workspace, name: str) -> Scope:
    """A team or rep by name."""
    return operations.scopes(ws).find_scope(name)
