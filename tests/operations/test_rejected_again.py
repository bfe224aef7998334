"""Refused rows are saved, corrected as a person would in a spreadsheet, and imported again."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from kpidesk import operations
from kpidesk.core.imports import REJECT_HEADERS, ImportOptions
from kpidesk.core.progress import finish
from tests.operations.support import looked_into
from tests.operations.test_duplicates import HEADER, bring_in, in_file, written, ws

__all__ = ["ws"]

DAY = date(2026, 7, 1)
ROWS = (
    "D1,Alpha,Acme Inc,Ann,Closed Won,1000,2026-03-14,2026-01-02",
    "D4,-- Delta,Cyan,Cy,Closed Won,12k5,2026-04-16,2026-02-02",
    "D5,Epsilon,Cyan,Cy,Closed Won,-500,2026-14-16,2026-02-02",
)


def corrected(path: Path, **cells: tuple[str, str]) -> None:
    """Change a cell of each row, found by its id."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        column, text = cells[row["Deal ID"]]
        row[column] = text
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


def test_corrected_rows_are_taken_in_and_nothing_else_changes(ws: operations.Workspace, tmp_path: Path) -> None:
    first = bring_in(ws, written(tmp_path, "deals.csv", ROWS), DAY)
    assert (first.rejected, first.updated, first.unchanged) == (2, 0, 1)
    saved = tmp_path / "rejected.csv"
    assert operations.save_rejected(ws, first.import_id, saved) == 2
    with saved.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == [*REJECT_HEADERS, *HEADER.split(",")]
    assert rows[0][:3] == ["3", "Amount '12k5': This is not an amount.", "2026-07-01"]

    corrected(saved, D4=("Amount", "12500"), D5=("Close Date", "2026-04-16"))
    preview = looked_into(saved, ImportOptions(), ws, ws.today)
    assert (preview.kind, preview.questions, preview.is_partial) == ("deals", (), True)
    assert preview.data_date == DAY
    assert [one.header for one in preview.columns] == HEADER.split(",")
    report = finish(operations.import_file(ws, saved, ImportOptions()))
    assert (report.read, report.added, report.rejected, report.skipped) == (2, 2, 0, 0)
    # as if they had stood in the file at once; D2 and D3, which it did not hold, are missing from it as before
    sql = """SELECT d.key, v.name, v.amount, d.first_seen, d.missing_from FROM deals d
             JOIN deal_versions n ON n.deal_id = d.id AND n.valid_to = '9999-12-31'
             JOIN deal_values v ON v.id = n.value_id ORDER BY d.key"""
    assert in_file(ws, sql) == [
        ("D1", "Alpha", 100000, "2026-06-01", None),
        ("D2", "Beta", 200000, "2026-06-01", "2026-07-01"),
        ("D3", "Gamma", 300000, "2026-06-01", "2026-07-01"),
        ("D4", "-- Delta", 1250000, "2026-07-01", None),
        ("D5", "Epsilon", -50000, "2026-07-01", None),
    ]


def test_rows_that_are_still_wrong_are_refused_again(ws: operations.Workspace, tmp_path: Path) -> None:
    first = bring_in(ws, written(tmp_path, "deals.csv", ROWS), DAY)
    saved = tmp_path / "rejected.csv"
    operations.save_rejected(ws, first.import_id, saved)
    corrected(saved, D4=("Amount", "12500"), D5=("Close Date", "soon"))
    report = finish(operations.import_file(ws, saved, ImportOptions()))
    assert (report.read, report.added, report.rejected) == (2, 1, 1)
    again = tmp_path / "again.csv"
    operations.save_rejected(ws, report.import_id, again)
    with again.open(encoding="utf-8-sig", newline="") as file:
        assert next(csv.reader(file)) == [*REJECT_HEADERS, *HEADER.split(",")]


def test_a_file_with_some_of_the_columns_is_any_file(ws: operations.Workspace, tmp_path: Path) -> None:
    header = f"{REJECT_HEADERS[0]},{HEADER}"
    path = written(tmp_path, "deals.csv", tuple(f"1,{row}" for row in ROWS), header)
    preview = looked_into(path, ImportOptions(), ws, ws.today)
    assert not preview.is_partial
    assert preview.columns[0].header == REJECT_HEADERS[0]
