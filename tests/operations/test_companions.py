"""What a file of deals holds beside its deals comes in with them, and goes with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.errors import UserError
from kpidesk.core.imports import ImportOptions, UndoEffect
from kpidesk.core.progress import finish
from tests.flow import ask, run
from tests.operations.support import TODAY

STAGES = ImportOptions(stages={"Demo": "open", "Closed won": "won"})
HEADER = "Record ID,Deal Name,Deal Stage,Deal owner,Create Date,"
HEADER += '"Date entered ""Demo (Sales)""","Date entered ""Closed won"""'
DEALS = """1,A,Closed won,Ann,2026-01-01,2026-01-02 09:30,2026-02-01 10:00
2,B,Demo,Ann,2026-01-03,2026-01-03,
3,C,Demo,Ann,2026-01-03,2026-01-33,
"""


@pytest.fixture
def ws(tmp_path: Path) -> operations.Workspace:
    return operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=TODAY)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "deals.csv"
    path.write_text(f"{HEADER}\n{DEALS}", encoding="utf-8")
    return path


def test_stage_changes_come_in_with_their_deals(ws: operations.Workspace, export: Path) -> None:
    report = finish(operations.import_file(ws, export, STAGES))
    (other,) = report.with_it
    assert (report.kind, report.added, other.kind, other.added, other.rejected) == ("deals", 3, "stage-history", 3, 1)
    assert "Of the 4 stage changes in the same file 3 are new" in report.notices[-1]
    assert [one.kind for one in operations.imports(ws)] == ["deals", "stage-history"]
    again = finish(operations.import_file(ws, export, STAGES))
    assert (again.unchanged, again.with_it[0].unchanged, again.with_it[0].added) == (3, 3, 0)


def test_a_dry_run_of_both_leaves_nothing(ws: operations.Workspace, export: Path) -> None:
    report = finish(operations.import_file(ws, export, STAGES, dry_run=True))
    assert [one.added for one in (report, *report.with_it)] == [3, 3]
    assert operations.imports(ws) == ()


def test_stopping_between_the_two_takes_the_deals_back(ws: operations.Workspace, export: Path) -> None:
    work = operations.import_file(ws, export, STAGES)
    while not operations.imports(ws):
        next(work)
    work.close()
    assert operations.imports(ws) == ()


def test_a_later_file_that_fails_takes_both_back(ws: operations.Workspace, export: Path, tmp_path: Path) -> None:
    operations.close(ws)
    broken = tmp_path / "broken.csv"
    broken.write_text("nothing,to,see\n1,2,3\n", encoding="utf-8")
    with pytest.raises(UserError):
        finish(operations.import_into(ws.path, [export, broken], STAGES, today=TODAY))
    assert operations.imports(operations.open_workspace(ws.path, today=TODAY)) == ()


@pytest.mark.parametrize("named", [None, 1, 2])
def test_both_go_whichever_of_the_two_is_undone(ws: operations.Workspace, export: Path, named: int | None) -> None:
    finish(operations.import_file(ws, export, STAGES))
    done = finish(operations.undo(ws, named))
    assert {done.import_id, done.with_it} == {1, 2}
    assert operations.imports(ws) == ()


def test_an_undo_that_is_stopped_between_the_two_keeps_both(ws: operations.Workspace, export: Path) -> None:
    finish(operations.import_file(ws, export, STAGES))
    work = operations.undo(ws, 1)
    assert any(step.done == 1 for step in work)  # the stage history is gone by now
    work.close()
    assert [one.kind for one in operations.imports(ws)] == ["deals", "stage-history"]


def test_the_import_of_the_same_file_before_stays(ws: operations.Workspace, export: Path) -> None:
    finish(operations.import_file(ws, export, STAGES))
    finish(operations.import_file(ws, export, STAGES))
    finish(operations.undo(ws, 3))
    assert [one.import_id for one in operations.imports(ws)] == [1, 2]


def test_the_effect_of_an_undo_names_what_goes_with_it(ws: operations.Workspace, export: Path) -> None:
    finish(operations.import_file(ws, export, STAGES))
    for number, rows, other in ((1, 3, "stage-history"), (2, 3, "deals")):
        assert operations.undo_effect(ws, number).with_it == (other, UndoEffect(3 - number, rows, records_gone=rows))


def test_the_command_says_that_one_file_brought_both(ws: operations.Workspace, export: Path) -> None:
    finish(operations.import_file(ws, export, STAGES))
    operations.close(ws)
    answer = ask("undo", ws.path, "1")
    assert (answer["import_id"], answer["with_it"]) == (1, 2)


def test_the_answer_in_words_names_both(ws: operations.Workspace, export: Path) -> None:
    finish(operations.import_file(ws, export, STAGES))
    operations.close(ws)
    told = " ".join(run("undo", ws.path).stdout.split())
    assert told.startswith("Imports 1 and 2 (deals.csv, data as of")
    assert "because one file brought both" in told
