"""A column mapped to no field that the newest file has no more is named wherever a number needs it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.breakdowns import View
from kpidesk.core.progress import finish
from kpidesk.core.scorecards import Question
from kpidesk.exporting.breakdown_forms import views_text
from kpidesk.ui.widgets.breakdown_loading import breakdown_answer
from tests.operations.support import bring_in, made

JANUARY, FEBRUARY, MARCH = date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)
GONE = (
    "Since feb.csv (28 Feb 2026) no file of deals has a column 'Segment X': of the deals told since it is unknown. Use "
    "the column that has taken its place (new there: 'Segment Y'), or import a file that has it."
)


def export(ws: operations.Workspace, name: str, day: date, *columns: str, source: str = "crm", keys: str = "DE") -> int:
    """Import two won deals with some columns more, of the values A and B; gives the number of the import."""
    path = ws.path.parent / name
    with path.open("w", newline="") as file:
        rows = [(f"{keys}{at}", "Ann", "Won", 1000 * (at + 1), "2026-01-02", "2026-01-20", *[value] * len(columns))
                for at, value in enumerate("AB")]  # fmt: skip
        head = ("Deal ID", "Owner", "Stage", "Amount", "Created", "Close date")
        csv.writer(file).writerows([(*head, *columns), *rows])
    return bring_in(ws, path, day, source=source).import_id or 0


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[operations.Workspace]:
    with made(tmp_path, MARCH) as opened:
        export(opened, "jan.csv", JANUARY, "Segment X", "Region")
        operations.save_view(opened, "By X", View("bookings", "Segment X"), asked(opened))
        yield opened


def asked(ws: operations.Workspace, **more: date) -> Question:
    return replace(operations.question(ws, period="2026-Q1"), **more)  # type: ignore[arg-type]  # as_of alone


def ended(ws: operations.Workspace, view: View, **more: date) -> list[str]:
    return [one for one in operations.pivot(ws, view, asked(ws, **more)).notices if "Segment X" in one]


def test_a_breakdown_by_a_column_that_is_gone_says_since_when_and_what_is_new(ws: operations.Workspace) -> None:
    view = operations.find_view(ws, "By X").view
    assert ended(ws, view) == []
    feb = export(ws, "feb.csv", FEBRUARY, "Segment Y", "Region")
    export(ws, "mar.csv", MARCH, "Segment Y", "Region")
    assert ended(ws, view) == [GONE]
    assert ended(ws, View("bookings", "Region", "Segment X")) == [GONE]
    assert ended(ws, View("bookings", "Region", where="`Segment X` = 'A'")) == [GONE]
    assert ended(ws, View("bookings", "Region")) == []
    assert ended(ws, view, as_of=JANUARY) == [], "it was there then"
    finish(operations.undo(ws, feb))
    assert ended(ws, view) == [GONE.replace("feb.csv (28 Feb 2026)", "mar.csv (31 Mar 2026)")]
    export(ws, "again.csv", MARCH, "Segment X", "Region")
    assert ended(ws, view) == []


def test_a_column_that_another_source_goes_on_to_have_is_not_gone(ws: operations.Workspace) -> None:
    export(ws, "other.csv", JANUARY, "Segment X", source="other", keys="OT")
    export(ws, "feb.csv", FEBRUARY, "Segment Y")
    assert ended(ws, View("bookings", "Segment X")) == []


def test_a_column_that_is_read_as_a_field_now_names_it(ws: operations.Workspace) -> None:
    path = ws.path.parent / "feb.csv"
    path.write_bytes((ws.path.parent / "jan.csv").read_bytes())
    bring_in(ws, path, FEBRUARY, columns={"segment": "Segment X"})
    told = "Since feb.csv (28 Feb 2026) the column 'Segment X' is read as Segment: use that instead."
    assert ended(ws, View("bookings", "Segment X")) == [told]


def test_a_kpi_that_counts_by_a_column_that_is_gone_says_so_on_the_scorecard(ws: operations.Workspace) -> None:
    kpi = operations.find_kpi(ws, "bookings")
    changed = replace(kpi, id="bookings_a", name="Bookings of A", formula=(
        "sum(deals.amount where won and `Segment X` = 'A' on closed_at)"))  # fmt: skip
    operations.save_kpi(ws, replace(changed, version=1))
    assert GONE not in operations.scorecard(ws, asked(ws), ("bookings_a",)).notices
    export(ws, "feb.csv", FEBRUARY, "Segment Y", "Region")
    assert GONE in operations.scorecard(ws, asked(ws), ("bookings_a",)).notices
    assert GONE not in operations.scorecard(ws, asked(ws), ("bookings",)).notices
    assert GONE in operations.scorecard(ws, replace(asked(ws), by="Segment X"), ("bookings",)).notices
    assert GONE in operations.matrix(ws, asked(ws), ("bookings_a",)).notices


def test_saved_breakdowns_are_listed_by_the_names_of_their_fields(ws: operations.Workspace) -> None:
    operations.save_view(ws, "Over", View("bookings", "created_at:month", "period"), asked(ws))
    assert "custom:" not in views_text(operations.views(ws))
    assert [(one.kpi_name, one.rows_label, one.columns_label) for one in operations.views(ws)] == [
        ("Bookings", "Segment X", ""), ("Bookings", "month created", "over time")
    ]  # fmt: skip
    export(ws, "feb.csv", FEBRUARY, "Segment Y", "Region")
    finish(operations.undo(ws, 1))
    shown = breakdown_answer(ws, operations.find_view(ws, "By X").view, asked(ws))
    assert shown is not None
    assert shown.problem is not None
    assert shown.problem.problem == "'By X' is by Segment X, of which the data know nothing any more."
