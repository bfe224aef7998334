"""The SQL of a cell of a breakdown and of rows that meet a condition, run on the workspace: the numbers shown."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace

import pytest

from kpidesk import operations
from kpidesk.core.errors import UserError
from kpidesk.core.formula_form import Between, Condition, FormulaForm, MeasureForm, OwnColumn
from kpidesk.core.parts import Part
from kpidesk.core.progress import finish
from kpidesk.core.scorecards import Question
from tests.operations.support import bring_in, made

PLAY = 'Sales "play" (2)'
ROWS = [
    ("D1", "Ann", "Won", "1000", "2026-01-20", "Blitz", "3", "2026-01-10"),
    ("D2", "Ann", "Lost", "2000", "2026-01-25", "blitz", "8", "2026-01-10"),
    ("D3", "Ben", "Won", "4000", "2026-02-01", "Ürban", "7", "2026-02-05"),
    ("D4", "Ben", "Won", "300", "2026-02-02", "ürban", "10.5", "2026-01-30 10:00"),
    ("D5", "Ben", "Won", "20", "2026-02-03", "O'Neil", "", "2026-01-30"),
    ("D6", "Ben", "Won", "5", "2026-02-04", "", "12", ""),
]  # fmt: skip


@pytest.fixture(scope="module")
def plays(tmp_path_factory: pytest.TempPathFactory) -> Iterator[operations.Workspace]:
    folder = tmp_path_factory.mktemp("plays")
    path = folder / "deals.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(
            [("Deal ID", "Owner", "Stage", "Amount", "Closed", PLAY, "Seats", "Kick-off"), *ROWS]
        )
    with made(folder) as opened:
        bring_in(opened, path)
        yield opened


def told(ws: operations.Workspace, kpi: str, asked: Question) -> float | None:
    [row] = finish(operations.sql(ws, operations.kpi_sql(ws, kpi, asked))).rows
    return None if row[0] is None else float(row[0])


def parted(asked: Question, field: str, member: str) -> Question:
    part = Part(field, "Unknown", "unknown") if member == "(empty)" else Part(field, member)
    return replace(asked, by="", parts=(part,))


@pytest.mark.parametrize("kpi", ["bookings", "win_rate", "opps_created", "median_deal_size"])
def test_every_cell_of_a_breakdown_is_the_number_of_its_statement(sample: operations.Workspace, kpi: str) -> None:
    asked = operations.question(sample, period="2026-Q2", by="lead_source")
    rows = operations.scorecard(sample, asked, (kpi,)).rows
    assert len(rows) > 2
    found = {row.member: told(sample, kpi, parted(asked, "lead_source", row.member)) for row in rows}
    assert found == {row.member: pytest.approx(row.result.value) for row in rows}


@pytest.mark.parametrize(
    ("member", "booked"), [("Blitz", 1000.0), ("Ürban", 4300.0), ("O'Neil", 20.0), ("(empty)", 5.0)]
)
def test_a_column_mapped_to_no_field_is_read_as_the_app_reads_it(
    plays: operations.Workspace, member: str, booked: float
) -> None:
    asked = operations.question(plays, period="2026-Q1")
    assert told(plays, "bookings", parted(asked, f"custom:{PLAY}", member)) == booked


def test_a_condition_narrows_the_statement_as_it_narrows_the_number(plays: operations.Workspace) -> None:
    asked = replace(operations.question(plays, period="2026-Q1"), where=f"amount < 2500 and `{PLAY}` = 'BLITZ'")
    assert (told(plays, "win_rate", asked), told(plays, "bookings", asked)) == (0.5, 1000.0)


@pytest.mark.parametrize(
    ("where", "booked"),
    [
        ("number(`Seats`) > 7", 300.0 + 5.0),
        ("date(`Kick-off`) < '2026-02-01' and number(`Seats`) + 1 <= 11.5", 1000.0 + 300.0),
        ("not number(`Seats`) > 7", 1000.0 + 4000.0 + 20.0),
        ("days(date(`Kick-off`), closed_at) = 3", 300.0),
    ],
)
def test_numbers_and_dates_in_columns_of_the_users_own_are_those_of_the_app(
    plays: operations.Workspace, where: str, booked: float
) -> None:
    """By hand from the rows above: a text of ten is more than one of seven, and an empty cell meets nothing."""
    asked = operations.question(plays, period="2026-Q1")
    assert told(plays, "bookings", replace(asked, where=where)) == booked
    formula = f"sum(deals.amount where won and ({where}) on closed_at)"
    assert operations.evaluate(plays, formula, asked).rows[0].result.value == booked


@pytest.mark.parametrize(
    ("form", "value"),
    [
        (MeasureForm("sum", "deals", "number(`Seats`)", filters=("won",), dated_by="closed_at"), 3 + 7 + 10.5 + 12),
        (MeasureForm("avg", "deals", "number(`Seats`)", filters=("won",), dated_by="closed_at"), 32.5 / 4),
        (MeasureForm(conditions=(Condition("number(`Seats`)", "is empty"),), dated_by="closed_at"), 1),
        (MeasureForm(conditions=(Condition("`Seats`", "=", "8"),), dated_by="closed_at"), 1),
        (MeasureForm("sum", "deals", "amount", filters=("won",), dated_by="date(`Kick-off`)"), 1000 + 4000 + 300 + 20),
        (MeasureForm("max", "deals", Between("date(`Kick-off`)", "closed_at"), dated_by="closed_at"), 15),
    ],
)
def test_what_the_form_says_of_the_users_own_columns_is_what_the_rows_come_to(
    plays: operations.Workspace, form: MeasureForm, value: float
) -> None:
    text = operations.text_of(FormulaForm(form))
    asked = operations.question(plays, period="2026-Q1")
    drafted = operations.draft(plays, text, asked)
    assert drafted.values[-1].value == pytest.approx(value), text
    assert drafted.check.form is not None
    assert drafted.check.form.what == form


def test_the_columns_are_offered_as_what_they_hold(plays: operations.Workspace) -> None:
    found = operations.own_columns(plays)
    assert found == {"deals": (OwnColumn("Kick-off", "date"), OwnColumn(PLAY), OwnColumn("Seats", "number"))}
    assert "Blitz" in [one.text for one in operations.values_of(plays, "deals", f"`{PLAY}`")]


def test_a_text_that_is_no_number_is_named(plays: operations.Workspace) -> None:
    asked = operations.question(plays, period="2026-Q1")
    [row] = operations.evaluate(plays, f"count(deals where number(`{PLAY}`) > 7 on closed_at)", asked).rows
    assert row.result.value is None
    assert row.result.reason == f"the column '{PLAY}' holds 'Blitz', which is no number such as 1234.5"


def test_what_no_condition_tells_apart_is_refused(plays: operations.Workspace) -> None:
    asked = operations.question(plays, period="2026-Q1")
    for part in (Part("amount:band", "1K–2K"), Part("owner", "Everything else", "rest", ("Ann",))):
        with pytest.raises(UserError, match=part.label):
            operations.kpi_sql(plays, "bookings", replace(asked, parts=(part,)))
