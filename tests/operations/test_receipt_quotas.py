"""The rows of quota files behind a target: what a number is compared with, in its receipt and when it is proven."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kpidesk import operations
from kpidesk.core.people import ORG
from kpidesk.core.progress import finish
from kpidesk.core.receipts import Replay
from kpidesk.exporting.receipt_forms import receipt_json, receipt_text
from kpidesk.exporting.rows_form import write_rows
from tests.exporting.sheets import opened as book_of
from tests.operations.support import bring_in, copied, made, write

DEALS = [
    ("D1", "Ann", "Won", "1000", "2026-01-02", "2026-01-20"),
    ("D2", "Ben", "Won", "2000", "2026-01-02", "2026-01-21"),
    ("D3", "Cy", "Won", "4000", "2026-01-02", "2026-01-22"),
]
PEOPLE = "Name,Team,From\nAnn,North,2025-01-01\nBen,North,2025-01-01\nCy,South,2025-01-01\n"
QUOTAS = """Person,Team,Month,Quota
Ann,,2026-01-01,800
Ann,,2026-02-01,700
Ann,,2026-03-01,500
Ann,,2026-04-01,9999
Ben,,2026-01-01,300
Ben,,2026-02-01,300
Ben,,2026-03-01,300
Cy,,2026-01-01,200
Cy,,2026-02-01,200
Cy,,2026-03-01,100
,South,2026-01-01,2000
,South,2026-02-01,2000
,South,2026-03-01,3000
"""
ANN, BEN, CY, SOUTH = [2, 3, 4], [6, 7, 8], [9, 10, 11], [12, 13, 14]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("quotas")
    with made(folder) as ws:
        for kind, text in (("people", PEOPLE), ("quotas", QUOTAS)):
            (folder / f"{kind}.csv").write_text(text)
        bring_in(ws, folder / "people.csv", kind="people", stages={})
        bring_in(ws, write(folder / "deals.csv", DEALS))
        bring_in(ws, folder / "quotas.csv", kind="quotas", stages={})
    return folder


@pytest.fixture
def ws(built: Path, tmp_path: Path) -> Iterator[operations.Workspace]:
    with copied(built, tmp_path) as opened:
        yield opened


def lines(ws: operations.Workspace, kpi: str, scope: str, period: str = "2026-Q1") -> list[int]:
    """The lines of the quota file that a receipt shows; what they come to is the target."""
    found = operations.rows(ws, kpi, operations.question(ws, scope=scope, period=period))
    if found.against is None:
        return []
    assert {(row.file, row.import_id) for row in found.against.rows} == {("quotas.csv", 3)}
    total = sum(row.value or 0 for row in found.against.rows)
    assert total == sum(float(row.cells["amount"]) for row in found.against.rows)
    if kpi == "bookings":
        assert found.target is not None
        assert total == found.target.target
    else:
        assert found.result.denominator == total
    assert {row.kind for row in found.rows} == {"deals"}
    return [row.line for row in found.against.rows]


@pytest.mark.parametrize(
    ("scope", "wanted"),
    [("rep:Ann", ANN), ("rep:Ben", BEN), ("team:North", ANN + BEN), ("team:South", SOUTH), ("org", ANN + BEN + CY)],
)
def test_a_target_shows_the_lines_it_is_made_of(ws: operations.Workspace, scope: str, wanted: list[int]) -> None:
    for kpi in ("quota_attainment", "bookings"):
        assert lines(ws, kpi, scope) == wanted
    assert lines(ws, "win_rate", scope) == []
    assert lines(ws, "quota_attainment", scope, "2025-Q4") == []


def test_a_target_set_in_the_app_rests_on_no_line(ws: operations.Workspace) -> None:
    operations.set_baseline_from(ws, "bookings", scope="rep:Ann", period="2026-Q1", value="1000", reason="agreed")
    operations.set_target_from(
        ws, "bookings", minimum="1000", target="1500", stretch="1600", scope="rep:Ann", period="2026-Q1", reason="so"
    )
    assert lines(ws, "quota_attainment", "rep:Ann") == []
    assert lines(ws, "quota_attainment", "rep:Ben") == BEN


def test_they_stand_in_the_text_the_json_and_the_workbook(ws: operations.Workspace, tmp_path: Path) -> None:
    found = operations.rows(ws, "quota_attainment", operations.question(ws, scope="rep:Ann", period="2026-Q1"))
    text = receipt_text(found)
    assert "What it is compared with, 2,000 in all:" in text
    assert [line.split()[-1] for line in text.splitlines() if "quotas.csv" in line] == [
        "quotas.csv:2", "quotas.csv:3", "quotas.csv:4"
    ]  # fmt: skip
    told: Any = receipt_json(found)
    assert (told["count"], [row["line"] for row in told["against"]]) == (1, ANN)
    write_rows(found, found.rows, tmp_path / "rows.xlsx")
    book = book_of((tmp_path / "rows.xlsx").read_bytes())
    assert book.sheetnames == ["Rows", "Compared with"]
    sheet = book["Compared with"]
    amount = [cell.value for cell in sheet[4]].index("Amount")
    assert [row[amount].value for row in sheet.iter_rows(min_row=5)] == [800, 700, 500]


def test_quotas_are_replaced_only_knowingly(ws: operations.Workspace) -> None:
    for period in ("2025-Q4", "2026-Q1"):
        asked = {"scope": "org", "period": period}
        operations.set_baseline_from(ws, "bookings", value="1000", reason="agreed", **asked)
        if period == "2025-Q4":
            operations.set_target_from(ws, "bookings", minimum="1", target="2", stretch="3", reason="so", **asked)
    quarter = operations.question(ws, period="2026-Q1").period
    due = operations.refresh(ws, quarter)
    assert (due.lines, due.done) == ((), 1), "the quotas of the reps follow"
    assert "Bookings" not in due.bare
    plan = operations.cascade(ws, "bookings", ORG, quarter)
    assert [line.before_text for line in plan.lines] == ["$2.90K", "$7.00K"]
    assert plan.notes[-1] == "Takes the place of the quota from quotas.csv: North ($2.90K) and South ($7.00K)."
    operations.apply_cascade(ws, plan)
    assert not any("quota" in one for one in operations.cascade(ws, "bookings", ORG, quarter).notes)


def proven(ws: operations.Workspace, kpi: str) -> Replay:
    """A receipt of Ann, proven after another file says more for February."""
    code = operations.rows(ws, kpi, operations.question(ws, scope="rep:Ann", period="2026-Q1")).code
    assert operations.replay(ws, code).verdict == "The same number from the same 1 row."
    path = ws.path.parent / "later.csv"
    path.write_text("Person,Month,Quota\nAnn,2026-02-01,1200\n")
    bring_in(ws, path, kind="quotas", stages={})
    return operations.replay(ws, code)


def test_a_quota_changed_since_is_named(ws: operations.Workspace) -> None:
    found = proven(ws, "quota_attainment")
    assert found.verdict == "The number is another one today: 40% from 1 row. It was 50% from 1 row."
    assert found.changes[0] == "1 quota row was changed, from import 4 (later.csv): Ann, 1 Feb 2026."
    bookings = proven(ws, "bookings")
    assert (bookings.is_same, bookings.changes) == (True, ())


def test_bookings_rest_on_no_quota(ws: operations.Workspace) -> None:
    found = proven(ws, "bookings")
    assert (found.verdict, found.changes) == ("The same number from the same 1 row.", ())
    assert found.asides[:-1] == ("1 quota row was changed, from import 4 (later.csv): Ann, 1 Feb 2026.",)


def test_quotas_taken_back_are_named(ws: operations.Workspace) -> None:
    code = operations.rows(ws, "quota_attainment", operations.question(ws, scope="rep:Ann", period="2026-Q1")).code
    finish(operations.undo(ws, 3))
    found = operations.replay(ws, code)
    assert found.receipt.against is None
    assert any(one.startswith("Import 3 (quotas.csv) was undone") for one in found.changes)


def test_a_quota_of_some_months_is_none_of_the_quarter(tmp_path: Path) -> None:
    """Ann's is told for January alone; Ben was hired in February, so that two months are all of his; Cy has all."""
    rows = ["Ann,2026-01-01,800", "Ben,2026-02-01,300", "Ben,2026-03-01,300"]
    rows += [f"Cy,2026-{month:02d}-01,100" for month in range(1, 13)]
    (tmp_path / "q.csv").write_text("\n".join(("Person,Month,Quota", *rows)))
    (tmp_path / "p.csv").write_text(
        "Name,Team,Hired\nAnn,North,2025-01-01\nBen,North,2026-02-01\nCy,South,2025-01-01\n"
    )
    with made(tmp_path) as ws:
        bring_in(ws, tmp_path / "p.csv", kind="people", stages={})
        bring_in(ws, write(tmp_path / "deals.csv", DEALS))
        bring_in(ws, tmp_path / "q.csv", kind="quotas", stages={})

        def told(scope: str, period: str) -> float | str:
            (one,) = operations.scorecard(ws, operations.question(ws, scope=scope, period=period), ("bookings",)).rows
            (attained,) = operations.scorecard(
                ws, operations.question(ws, scope=scope, period=period), ("quota_attainment",)
            ).rows
            if one.target is None:
                assert attained.result.value is None
                assert attained.result.reason == one.target_why
                return one.target_why
            return one.target.target

        assert told("rep:Ann", "2026-01") == 800
        assert told("rep:Ann", "2026-Q1") == "a quota is known for 1 of 3 months"
        assert told("rep:Ann", "2026") == "a quota is known for 1 of 12 months"
        assert told("rep:Ben", "2026-Q1") == 600
        assert told("rep:Ben", "2026") == "a quota is known for 2 of 11 months"
        assert (told("rep:Cy", "2026-Q1"), told("rep:Cy", "2026")) == (300, 1200)
        assert told("team:North", "2026-Q1") == "a quota of the whole period is known for 1 of 2 reps"
        assert told("team:South", "2026") == 1200
        assert told("org", "2026-Q1") == "a quota of the whole period is known for 2 of 3 reps"
        months = operations.trend(ws, "bookings", operations.question(ws, scope="rep:Ann", period="2026-Q1"), 2)
        assert [point.no_target for point in months.points] == ["", "a quota is known for 1 of 3 months"]
        assert months.notices[-1] == "No target in Q1 2026: a quota is known for 1 of 3 months."
