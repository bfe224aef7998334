"""The rows of a number that a history of stages tells: each as it stood when it counted, and where that is read."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median

import openpyxl  # type: ignore[import-untyped]  # it has no type hints
import pytest

from kpidesk import operations
from kpidesk.core.progress import finish
from kpidesk.core.receipts import STATE_FROM, Order, Receipt, ReceiptRow
from kpidesk.exporting.receipt_forms import receipt_json, receipt_text
from tests.operations.support import bring_in, made

LAST_YEAR = date(2025, 12, 31)
THEN = """
SELECT t.value, c.amount, c.probability, c.close_date FROM stage_change_values c
JOIN stage_change_versions n ON n.value_id = c.id AND n.valid_to > '9998' JOIN terms t ON t.id = c.stage
WHERE c.deal IN (SELECT id FROM terms WHERE field = 'deal' AND value = ?) AND substr(c.entered_at, 1, 10) <= ?
ORDER BY c.entered_at DESC, n.record_id DESC LIMIT 1
"""
"""What the newest change of a deal up to a day says, whatever the app makes of it."""


def of(ws: operations.Workspace, kpi: str, period: str, scope: str = "org", where: str = "") -> Receipt:
    return operations.rows(ws, kpi, replace(operations.question(ws, scope=scope, period=period), where=where))


def number(row: ReceiptRow, name: str) -> float:
    """A printed cell as a number, 1 for 100%."""
    text = row.cells.get(name, "")
    return float(text.removesuffix("%") or 0) / (100 if text.endswith("%") else 1)


def by_history(ws: operations.Workspace, row: ReceiptRow, day: date) -> tuple[str, float, float, str]:
    with closing(sqlite3.connect(f"file:{ws.path}?mode=ro&immutable=1", uri=True)) as db:
        stage, amount, likely, closing_on = db.execute(THEN, (row.key, day.isoformat())).fetchone()
    return stage, (amount or 0) / 100, (likely or 0) / 1_000_000, closing_on or ""


def printed(row: ReceiptRow) -> tuple[str, float, float, str]:
    cells = row.cells
    return cells["stage"], number(row, "amount"), number(row, "probability"), cells.get("close_date", "")


# --- the sample company, whose first import is of later than the numbers ---------------------------------------------


@pytest.mark.parametrize(
    ("scope", "where"),
    [("org", ""), ("team:Commercial", ""), ("team:Europe", ""), ("org", "stage = 'Qualification'"),
     ("org", "probability >= 50%")],
)  # fmt: skip
def test_the_weighted_pipeline_of_last_year_is_what_its_printed_cells_come_to(
    sample: operations.Workspace, scope: str, where: str
) -> None:
    found = of(sample, "weighted_pipeline", "2025", scope, where)
    assert found.rows
    assert found.reproduces
    by_pen = sum(number(row, "amount") * number(row, "probability") * row.weight for row in found.rows)
    assert by_pen == pytest.approx(found.result.value, abs=0.005)
    assert {"stage", "amount", "close_date", "probability"} <= set(found.columns)
    for row in found.rows:
        assert printed(row) == by_history(sample, row, LAST_YEAR)
        assert "2025-01-01" <= row.cells["close_date"] <= "2025-12-31"
        assert "closed_at" not in row.cells  # it was open
        assert where != "stage = 'Qualification'" or row.cells["stage"] == "Qualification"


def test_coverage_at_the_start_of_a_period_adds_up_the_amounts_of_that_day(sample: operations.Workspace) -> None:
    found = of(sample, "pipeline_coverage", "2026-Q1")
    target = found.parts[-1][1]
    assert target
    assert sum(number(row, "amount") for row in found.rows) / target == pytest.approx(found.result.value)
    for row in found.rows[:40]:
        assert printed(row) == by_history(sample, row, LAST_YEAR)


def test_a_stay_in_a_stage_shows_that_stage_and_its_days(sample: operations.Workspace) -> None:
    found = of(sample, "stage_duration", "2026-02", "team:Europe")
    days = [
        (date.fromisoformat(row.cells["exited_at"]) - date.fromisoformat(row.cells["stage_entered_at"])).days
        for row in found.rows if row.value is not None
    ]  # fmt: skip
    assert days == [row.value for row in found.rows if row.value is not None]
    assert median(days) == found.result.value
    assert {"stage", "stage_entered_at", "exited_at"} <= set(found.columns)
    part = replace(operations.question(sample, scope="team:Europe", period="2026-02"), where="stage = 'Angebot'")
    assert {row.cells["stage"] for row in operations.rows(sample, "stage_duration", part).rows} == {"Angebot"}


def test_each_row_says_where_it_is_read(sample: operations.Workspace, sample_folder: Path) -> None:
    found = of(sample, "weighted_pipeline", "2025")
    files = {one.import_id: (one.file, one.kind) for one in operations.imports(sample)}
    for row in found.rows:
        assert row.history is not None
        assert files[row.history.import_id] == (row.history.file, "stage-history")
        assert row.history.import_id in found.import_ids
        assert {"stage", "probability"} <= set(row.history.fields)
        [place] = sample_folder.rglob(row.history.file)
        line = place.read_text(encoding="utf-8-sig").splitlines()[row.history.line - 1]
        assert row.key[:15] in line
        assert row.cells["stage"] in line
        assert row.valid_from <= LAST_YEAR.isoformat()


def test_the_forms_of_a_receipt_say_it_too(sample: operations.Workspace, tmp_path: Path) -> None:
    found = of(sample, "weighted_pipeline", "2025")
    first = found.rows[0]
    assert first.history is not None
    text = receipt_text(found)
    assert STATE_FROM in text
    assert "Probability" in text
    assert f"{first.history.file}:{first.history.line}" in text
    told = json.loads(json.dumps(receipt_json(found)))["rows"][0]
    assert told["cells"]["probability"] == first.cells["probability"]
    assert told["history"] == {
        "import_id": first.history.import_id, "file": first.history.file, "line": first.history.line,
        "fields": list(first.history.fields),
    }  # fmt: skip
    finish(operations.export_receipt(sample, found, tmp_path / "rows.csv"))
    with (tmp_path / "rows.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    by_pen = sum(float(one["Amount"]) * float(one["Probability"].removesuffix("%")) / 100 for one in lines)
    assert by_pen == pytest.approx(found.result.value)
    assert (lines[0][STATE_FROM], lines[0]["State line"]) == (first.history.file, str(first.history.line))
    finish(operations.export_receipt(sample, found, tmp_path / "rows.xlsx"))
    sheet = openpyxl.load_workbook(tmp_path / "rows.xlsx")["Rows"]
    titles = [cell.value for cell in sheet[4]]
    assert titles[-4:] == ["State of then in", STATE_FROM, "State line", "State import"]
    assert sheet.cell(5, len(titles) - 1).value == first.history.line


def test_rows_are_sorted_and_found_by_what_they_show(sample: operations.Workspace) -> None:
    asked = operations.question(sample, period="2025")
    rows = operations.rows(sample, "weighted_pipeline", asked).rows
    for column, read in (("probability", number), ("amount", number), ("close_date", text), ("stage", text),
                         ("stage_entered_at", text)):  # fmt: skip
        places = operations.receipt_order(sample, "weighted_pipeline", asked, Order(column))
        shown = [read(rows[at], column) for at in places]
        assert all(one <= other for one, other in pairwise(shown)), column  # type: ignore[operator]  # alike each
    hits = operations.receipt_order(sample, "weighted_pipeline", asked, Order(text="Qualification", within="stage"))
    assert [rows[at].cells["stage"] for at in hits] == ["Qualification"] * len(hits)
    assert len(hits)
    assert not len(operations.receipt_order(sample, "weighted_pipeline", asked, Order(text="Lost", within="stage")))


def text(row: ReceiptRow, name: str) -> str:
    return row.cells.get(name, "").casefold()


def test_rows_that_are_left_out_stand_as_they_did(sample: operations.Workspace, tmp_path: Path) -> None:
    asked = replace(operations.question(sample, period="2025"), where="stage = 'Qualification'")
    groups = operations.left_out(sample, "weighted_pipeline", asked, with_rows=True)
    due = next(one for one in groups if "stage" in one.reason.casefold())
    assert due.listing is not None
    for row in due.listing.rows:
        assert printed(row) == by_history(sample, row, LAST_YEAR)
        assert row.cells["stage"] != "Qualification"
        assert row.history is not None
    found = replace(operations.rows(sample, "weighted_pipeline", asked), tells_history=False)
    operations.export_listed(sample, found, due.listing.rows, tmp_path / "left.csv")
    assert STATE_FROM in (tmp_path / "left.csv").read_text(encoding="utf-8-sig").splitlines()[0]


# --- a deal in two states ---------------------------------------------------------------------------------------------

DEALS = ("Id,StageName,Amount,Probability,CloseDate,IsClosed,IsWon,OwnerId,CreatedDate,LastStageChangeDate",
         "0065e00000AAA01A1,Closed Lost,900,0,2026-03-09,1,0,U1,2025-06-02,2026-03-09")  # fmt: skip
MOVES = (
    "Id,OpportunityId,CreatedDate,StageName,Amount,CloseDate,Probability,FromOpportunityStageName,IsDeleted",
    "H1,0065e00000AAA01A1,2025-06-02,Prospecting,500,2025-12-20,10,,0",
    "H2,0065e00000AAA01A1,2025-10-06,Negotiation,700,2025-12-29,60,Prospecting,0",
    "H3,0065e00000AAA01A1,2026-03-09,Closed Lost,900,2026-03-09,0,Negotiation,0",
)
STAGES = {"Prospecting": "open", "Negotiation": "open", "Closed Lost": "lost"}


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[operations.Workspace]:
    """One deal that went on and was lost before the first import."""
    folder = tmp_path_factory.mktemp("moved")
    with made(folder, date(2026, 4, 1)) as ws:
        for kind, rows in (("deals", DEALS), ("stage-history", MOVES)):
            path = folder / f"{kind}.csv"
            path.write_text("\n".join(rows), encoding="utf-8")
            bring_in(ws, path, date(2026, 4, 1), stages=STAGES, kind=kind)
        yield ws


def test_a_deal_that_stood_in_two_ways_is_two_rows(moved: operations.Workspace) -> None:
    text = "sum(deals.amount where open as of end) - sum(deals.amount where open as of start)"
    operations.add_kpi(moved, "growth", formula=text, draft=True)
    found = of(moved, "growth", "2025-Q4")
    assert found.result.value == 200
    assert [(row.value, printed(row)[0], row.valid_from) for row in found.rows] == [
        (700.0, "Negotiation", "2025-10-06"), (500.0, "Prospecting", "2025-06-02"),
    ]  # fmt: skip
    assert [row.history.line for row in found.rows if row.history] == [3, 2]


def test_a_day_between_two_changes_shows_the_first(moved: operations.Workspace) -> None:
    day, end = date(2025, 7, 1), date(2025, 9, 30)
    while day <= end:
        asked = operations.question(moved, period=f"{day.isoformat()}..{day.isoformat()}")
        [row] = operations.rows(moved, "open_pipeline", asked).rows
        assert printed(row) == ("Prospecting", 500, 0.1, "2025-12-20")
        day += timedelta(days=30)


def test_a_number_of_a_day_that_an_import_shows_reads_its_line(moved: operations.Workspace) -> None:
    operations.add_kpi(moved, "lost_deals", formula="count(deals where lost on closed_at)", draft=True)
    found = of(moved, "lost_deals", "2026-Q1").rows
    assert [(row.history, row.cells["stage"], row.line) for row in found] == [(None, "Closed Lost", 2)]
