"""Real exports in four spellings: every row is read, and sums agree with csv and strptime alone."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from kpidesk.core.imports import ImportOptions
from tests.importing.support import SHARED, look, read

VARIANTS = SHARED / "data" / "maven-crm-variants"
MAVEN = SHARED / "data" / "maven-crm"
pytestmark = pytest.mark.skipif(not MAVEN.is_dir(), reason="the shared CRM data are not on this machine")
OPEN_STAGES = ImportOptions(stages={"Engaging": "open", "Prospecting": "open"})

PLAIN = "every date can be read in one way only"
FILES = [
    (MAVEN / "sales_pipeline.csv", "%Y-%m-%d", 8800, PLAIN),
    (VARIANTS / "sales_pipeline.ikebude_iso_lf.csv", "%Y-%m-%d", 8800, PLAIN),
    (VARIANTS / "sales_pipeline.Shreif7_iso_float_crlf.csv", "%Y-%m-%d", 6711, PLAIN),
    (VARIANTS / "sales_pipeline.ThomasKieny_ddmmyy.csv", "%d-%m-%y", 8800, "rows prove day first; 0 contradict"),
    (VARIANTS / "sales_pipeline.kisaraF_mdy.csv", "%m/%d/%Y", 8800, "rows prove month first; 0 contradict"),
]  # fmt: skip


def plainly(path: Path, pattern: str) -> tuple[dict[str, tuple[str | None, str | None]], int]:
    """Dates by id and the sum of all values in cents, with csv and strptime alone."""

    def day(text: str) -> str | None:
        return datetime.strptime(text, pattern).date().isoformat() if text else None

    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    dates = {row["opportunity_id"]: (day(row["engage_date"]), day(row["close_date"])) for row in rows}
    return dates, sum(round(float(row["close_value"]) * 100) for row in rows if row["close_value"])


@pytest.mark.parametrize(("path", "pattern", "count", "evidence"), FILES, ids=lambda value: getattr(value, "stem", ""))
def test_every_variant_gives_the_dates_and_the_sum_of_a_plain_reading(
    path: Path, pattern: str, count: int, evidence: str
) -> None:
    imported = read(path, OPEN_STAGES)
    dates, cents = plainly(path, pattern)
    created, closed, amounts = (imported.column(name) for name in ("created_at", "close_date", "amount"))
    assert dict(zip(imported.keys, zip(created, closed, strict=True), strict=True)) == dates
    assert sum(amount for amount in amounts if isinstance(amount, int)) == cents
    assert len(imported.rows) == imported.plan.total_rows == count
    assert imported.issues == []
    assert imported.plan.preview.questions == ()
    closing = next(one for one in imported.plan.preview.columns if one.field == "close_date")
    assert closing.evidence.endswith(evidence)


def test_the_number_of_deciding_rows_is_that_of_a_plain_count() -> None:
    path = VARIANTS / "sales_pipeline.ThomasKieny_ddmmyy.csv"
    with path.open(newline="") as file:
        deciding = sum(int(row["close_date"][:2]) > 12 for row in csv.DictReader(file) if row["close_date"])
    columns = look(path).preview.columns
    assert columns[6].evidence == f"{deciding:,} rows prove day first; 0 contradict"


def test_every_column_is_mapped_without_help() -> None:
    columns = look(MAVEN / "sales_pipeline.csv").preview.columns
    assert {one.header: one.field for one in columns} == {
        "opportunity_id": "id",
        "sales_agent": "owner",
        "product": "product_line",
        "account": "account",
        "deal_stage": "stage",
        "engage_date": "created_at",
        "close_date": "close_date",
        "close_value": "amount",
    }


def test_stages_nobody_knows_are_one_question_with_counts() -> None:
    plan = look(MAVEN / "sales_pipeline.csv")
    (question,) = plan.preview.questions
    assert question.option == "--stage VALUE=open|won|lost|ignore"
    assert question.evidence == (
        "'Engaging': 1,589 rows, none with a close date; usually open\n"
        "'Prospecting': 500 rows, none with a close date; usually open"
    )
    assert question.answers == (("--stage", "Engaging=open"), ("--stage", "Prospecting=open"))
    assert plan.outcomes == {("stage", "Won"): "won", ("stage", "Lost"): "lost"}


def test_a_list_of_teams_is_recognised_as_people() -> None:
    imported = read(MAVEN / "sales_teams.csv")
    assert imported.plan.kind == "people"
    assert len(imported.rows) == 35
    assert imported.keys[0] == "Anna Snelling"
    assert imported.rows[0] == {"person": "Anna Snelling", "team": "Dustin Brinkmann", "parent_team": "Central"}


@pytest.mark.parametrize("name", ["products.csv", "data_dictionary.csv"])
def test_tables_of_something_else_are_refused(name: str, refused: Callable[..., str]) -> None:
    assert "not those of deals, people or any other kind" in refused(MAVEN / name)
