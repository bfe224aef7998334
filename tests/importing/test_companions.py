"""A file of deals with the day of every stage in a column of its own holds a stage history as well."""

from __future__ import annotations

from pathlib import Path

from kpidesk.core.imports import ImportOptions
from kpidesk.importing import Plan, chunks, companions, parse
from tests.importing.support import look, write

HEADER = 'Record ID,Deal Name,Deal Stage,Deal owner,Create Date,"Date entered ""Demo (Sales)""",'
HEADER += '"Date entered ""Closed won (Sales)""",Date entered current stage'
DEALS = """1,A,Closed won,Ann,2026-01-01,2026-01-02 09:30,2026-02-01 10:00,2026-02-01
2,B,Demo,Ann,2026-01-03,2026-01-03,,2026-01-03
3,C,Demo,Ann,2026-01-03,2026-01-33,-,2026-01-03
"""
STAGES = ImportOptions(stages={"Demo": "open", "Closed won": "won"})


def export(folder: Path, rows: str = DEALS) -> Path:
    return write(folder, f"{HEADER}\n{rows}", "deals.csv")


def history(plan: Plan) -> tuple[list[list[object]], list[str]]:
    """Deal, stage and time of every stage change of a plan, and what is wrong with the others."""
    found: list[list[object]] = []
    wrong: list[str] = []
    for block in chunks(plan):
        parsed = parse(plan, block)
        found += map(list, zip(*(parsed.columns[name] for name in ("deal", "stage", "entered_at")), strict=True))
        wrong += [f"{one.line} {one.column}: {one.value}" for one in parsed.rejected.values()]
    return found, wrong


def test_every_filled_day_is_a_stage_change(tmp_path: Path) -> None:
    plan = look(export(tmp_path), STAGES)
    (other,) = companions(plan)
    assert (plan.kind, other.kind, other.total_rows) == ("deals", "stage-history", 5)
    assert (other.source, other.preview.data_date) == (plan.source, plan.preview.data_date)
    assert history(other) == (
        [
            ["1", "Demo", "2026-01-02T09:30"],
            ["1", "Closed won", "2026-02-01T10:00"],
            ["2", "Demo", "2026-01-03"],
        ],
        ["4 Date entered: 2026-01-33"],
    )
    assert other.preview.columns[1].samples == ("Demo", "Closed won")
    told = "2 columns with the day on which a stage was entered: imported as stage history as well."
    assert told in plan.preview.notices


def test_the_order_of_the_days_is_decided_over_all_of_these_columns(tmp_path: Path) -> None:
    rows = "1,A,Demo,Ann,2026-01-01,05/02/2026,,\n2,B,Demo,Ann,2026-01-01,,13/02/2026 8:05,\n"
    (other,) = companions(look(export(tmp_path, rows), STAGES))
    assert history(other)[0] == [["1", "Demo", "2026-02-05"], ["2", "Closed won", "2026-02-13T08:05"]]
    (question,) = look(export(tmp_path, rows.splitlines()[0] + "\n"), STAGES).preview.questions
    assert "'Date entered \"Demo (Sales)\"'" in question.about


def test_other_files_have_no_companion(tmp_path: Path) -> None:
    assert companions(look(write(tmp_path, "id,stage,amount\n1,Won,1\n"))) == ()
