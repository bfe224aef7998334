"""The number over a longer time, "31 of 96 in 12 months", has its own receipt: its rows, by the same definition."""

from __future__ import annotations

import csv
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from kpidesk import operations
from kpidesk.core.scorecards import Question, Row
from kpidesk.exporting.csv_form import scorecard_csv
from kpidesk.exporting.html_form import scorecard_html
from kpidesk.exporting.json_form import scorecard_json
from kpidesk.exporting.text_form import scorecard_text
from kpidesk.operations.long_run import POOLED
from tests.conftest import SAMPLE_DAY
from tests.operations.support import Line, bring_in, copied, made, write
from tests.operations.test_row_luck import DAY, closed
from tests.receipts import scopes_of, wrong_longer

QUARTER = "2025-Q4"
LINES: list[Line] = [
    *closed("Ann", 1, 10, 20), *closed("Ann", 2, 9, 20), *closed("Ann", 3, 9, 21), *closed("Ann", 4, 3, 4),
]  # fmt: skip


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ann with 31 of 96 in a year, 3 of 7 of them in the last quarter."""
    folder = tmp_path_factory.mktemp("longer")
    with made(folder, DAY) as ws:
        bring_in(ws, write(folder / "deals.csv", LINES), DAY)
    return folder


@pytest.fixture
def ws(imported: Path, tmp_path: Path) -> Iterator[operations.Workspace]:
    with copied(imported, tmp_path, DAY) as opened:
        yield opened


def shown(ws: operations.Workspace, kpi: str = "win_rate") -> tuple[Question, Row, Question]:
    """A question, its row, and the question of the longer time beside it."""
    asked = operations.question(ws, scope="rep:Ann", period=QUARTER)
    (row,) = operations.scorecard(ws, asked, (kpi,)).rows
    longer = row.long_question(asked)
    assert longer is not None
    return asked, row, longer


def test_a_year_ends_with_the_data_where_the_period_begins_after_them(ws: operations.Workspace) -> None:
    """Of a quarter of which nothing is known yet the last twelve months that are known stand beside it."""
    known = operations.data_date(ws)
    assert known is not None
    asked = operations.question(ws, scope="rep:Ann", period="2026-Q3")
    (row,) = operations.scorecard(ws, asked, ("win_rate",)).rows
    assert row.long_run is not None
    assert row.long_run.period is not None
    assert (row.long_run.period.last_day, row.long_run.months) == (known, 12)
    year = row.long_run.period
    days = [date.fromisoformat(line[5]) for line in LINES]
    assert row.long_run.n == sum(day in year for day in days)


def test_a_year_is_proven_and_shows_its_rows(ws: operations.Workspace) -> None:
    _, row, longer = shown(ws)
    assert row.long_run is not None
    assert longer.period.start == date(2025, 1, 1)
    told = operations.replay(ws, row.long_run.receipt)
    assert told.verdict == "The same number from the same 96 rows."
    assert sum(one.in_numerator for one in told.receipt.rows) == 31
    assert operations.rows(ws, "win_rate", longer).code == row.long_run.receipt
    assert told.receipt.code != row.receipt


def test_a_later_definition_counts_the_whole_of_a_longer_time(ws: operations.Workspace) -> None:
    """The year beside the last quarter is counted as the KPI is defined then, and so are its rows and its receipt."""
    before = shown(ws)[1]
    kpi = operations.find_kpi(ws, "win_rate")
    today, ws.today = ws.today, date(2025, 10, 1)
    operations.save_kpi(ws, replace(kpi, formula=kpi.formula.replace("won on", "lost on")))
    ws.today = today
    _, row, longer = shown(ws)
    assert row.long_run is not None
    assert row.long_run.numerator == 65
    found = operations.rows(ws, "win_rate", longer)
    assert (found.result.value, found.definition_version) == (65 / 96, 2)
    told = operations.replay(ws, row.long_run.receipt)
    assert told.verdict == "The same number from the same 96 rows."
    was = operations.replay(ws, before.long_run.receipt if before.long_run else "")
    assert was.receipt.definition_version == 1, "what was printed before stays what it was, and says so"


def test_every_form_has_the_code(ws: operations.Workspace) -> None:
    asked, row, _ = shown(ws)
    card = operations.scorecard(ws, asked, ("win_rate",))
    code = row.long_run.receipt if row.long_run else ""
    assert code
    told: Any = scorecard_json(card)["rows"]
    assert told[0]["long_run"]["receipt"] == code
    (line,) = csv.DictReader(scorecard_csv(card).decode("utf-8-sig").splitlines())
    assert (line["long_run_receipt"], line["long_run_start"]) == (code, "2025-01-01")
    assert "Win rate (closed deals), over 12 months" in scorecard_text(card)
    for text in (scorecard_text(card), scorecard_html(card).decode()):
        assert code in text


def test_a_longer_time_that_later_data_change_says_so(ws: operations.Workspace, tmp_path: Path) -> None:
    _, row, _ = shown(ws)
    late = [("Late", "Ann", "Won", "1000", "2025-01-01", "2025-02-10")]
    bring_in(ws, write(tmp_path / "late.csv", late), DAY + timedelta(days=5), complete=False)
    told = operations.replay(ws, row.long_run.receipt if row.long_run else "")
    assert told.is_same, "it is shown with what was known then"
    assert "Newer data came in since (" in " ".join(told.asides)


def test_rows_and_sql_give_the_longer_times_of_the_sample(sample_folder: Path, tmp_path: Path) -> None:
    """For every rep a part of the KPIs, each of them for some."""
    source = sample_folder / "sample.kpidesk"
    ws = operations.open_workspace(Path(shutil.copy(source, tmp_path / "s.kpidesk")), today=SAMPLE_DAY)
    looked_at = 0
    try:
        pooled = [one.kpi.id for one in operations.kpis(ws) if one.computable and one.kpi.kpi_class in POOLED]
        with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as db:
            for at, scope in enumerate([one for one in scopes_of(ws) if one.kind == "rep"][::2]):
                asked = operations.question(ws, scope=scope.key, period=("2026-Q2", "2026-08")[at % 2])
                for kpi in pooled[at % 12 :: 12]:
                    assert list(wrong_longer(ws, db, kpi, asked)) == []
                    looked_at += operations.scorecard(ws, asked, (kpi,)).rows[0].long_run is not None
    finally:
        operations.close(ws)
    assert looked_at > 10
