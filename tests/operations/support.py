"""A small company as a CSV export and a workspace made from it."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from kpidesk import operations
from kpidesk.core.imports import ImportOptions, ImportReport, Preview
from kpidesk.core.progress import finish

TODAY = date(2026, 2, 20)
HEADER = ("Deal ID", "Deal name", "Owner", "Account", "Stage", "Amount", "Created", "Close date", "Lead source")
STAGES = {"Open": "open", "Won": "won", "Lost": "lost"}
NAME = "w.kpidesk"
Line = tuple[str, str, str, str, str, str]
"""Id, owner, stage, amount, created, close date."""


def write(path: Path, lines: Sequence[Line], header: Sequence[str] = HEADER) -> Path:
    """An export with these deals."""
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = [(key, f"Deal {key}", owner, f"Firm {key[-1]}", stage, amount, created, closed, "Inbound")
                for key, owner, stage, amount, created, closed in lines]  # fmt: skip
        csv.writer(file).writerows([header, *rows])
    return path


def options(day: date = TODAY, **more: object) -> ImportOptions:
    """The answers that the export needs."""
    known = {"stages": STAGES, "date_order": "ymd", "as_of": day, "source": "crm", **more}
    return ImportOptions(**known)  # type: ignore[arg-type]  # fields by name


def bring_in(ws: operations.Workspace, path: Path, day: date = TODAY, **more: object) -> ImportReport:
    """Import an export to its end, on the day of its data where that is yet to come."""
    today, ws.today = ws.today, max(ws.today, day)
    try:
        return finish(operations.import_file(ws, path, options(day, **more)))
    finally:
        ws.today = today


def looked_into(
    path: Path, options: ImportOptions, ws: operations.Workspace | None = None, today: date = TODAY
) -> Preview:
    """What a file of one table is taken for, before it is imported."""
    found = finish(operations.look_into(path, options, today=today, ws=ws))
    assert isinstance(found, Preview)
    return found


@contextmanager
def made(folder: Path, today: date = TODAY) -> Iterator[operations.Workspace]:
    """A new workspace in a folder, open meanwhile."""
    ws = operations.open_workspace(folder / NAME, create=True, today=today)
    try:
        yield ws
    finally:
        operations.close(ws)


@contextmanager
def copied(source: Path, folder: Path, today: date = TODAY) -> Iterator[operations.Workspace]:
    """A copy of the workspace that was made in another folder, open meanwhile; making one takes ten times as long."""
    shutil.copy(source / NAME, folder)
    with made(folder, today) as ws:
        yield ws


def history(years: Sequence[int] = (2024, 2025), per_quarter: int = 12) -> list[Line]:
    """Deals closed evenly over past years, every fourth one won, each for 1,000 times its place in the quarter."""
    lines: list[Line] = []
    for year in years:
        for quarter in range(4):
            for place in range(per_quarter):
                month, day = quarter * 3 + 1 + place % 3, 1 + place
                lines.append(
                    (f"H{year}{quarter}{place:02d}", ("Ann Lee", "Bo Dahl", "Cy Oh")[place % 3],
                     "Won" if place % 4 == 0 else "Lost", str(1000 * (place + 1)), f"{year}-{month:02d}-01",
                     f"{year}-{month:02d}-{day:02d}")
                )  # fmt: skip
    return lines
