"""How many rows of a file will be taken is told before the import, as the import itself counts them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.imports import ImportOptions
from kpidesk.core.progress import finish
from tests.operations.support import made

SAMPLES = Path(__file__).resolve().parents[1] / "data" / "dialects"
DIRTY = ("dynamics-accounts", "dynamics-leads", "pipedrive-activities", "salesforce-rates", "zoho-calls")
HEAD = "id,owner,stage,amount,close date\n"
OPEN = ImportOptions(stages={"Open": "open", "Test": "ignore"})


@pytest.fixture(scope="module")
def ws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[operations.Workspace]:
    with made(tmp_path_factory.mktemp("foreseen")) as opened:
        yield opened


def both(ws: operations.Workspace, path: Path, options: ImportOptions) -> tuple[int, int, int]:
    """How many rows are foreseen to be taken, how many the import takes, and how many there are."""
    report = finish(operations.import_file(ws, path, options, dry_run=True))
    foreseen = finish(operations.foresee(ws, path, options))
    return foreseen.taken, report.added + report.updated + report.unchanged, report.read


@pytest.mark.parametrize(
    ("rows", "same", "taken"),
    [
        ("D1,Ann,Open,1,2026-02-01\nD2,Ann,Won,2,2026-02-02\n", {}, 2),
        ("D1,Ann,Open,much,2026-02-30\nD2,Ann,Won,2,2026-02-02\n", {}, 1),  # two cells of one row cannot be read
        ("D1,Ann,Open,1,2026-02-01\nD1,Ann,Open,1,2026-02-01\nD1,Ann,Open,9,2026-02-01\n", {}, 1),
        ("D1,Ann,Open,1,2026-02-01\nD2,Ann,Test,2,2026-02-02\nD3,Ann,Won\n,Ann,Won,3,2026-02-03\n", {}, 1),
        ("D1,Ann,Open,1,2026-02-01\nD2,Ann,Won,2,2026-02-02\n", {"D2": "-"}, 1),
    ],
)
def test_the_rows_that_are_taken_are_those_of_the_import(
    rows: str, same: dict[str, str], taken: int, ws: operations.Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "deals.csv"
    path.write_text(HEAD + rows)
    foreseen, imported, _ = both(ws, path, ImportOptions(stages=OPEN.stages, same=same))
    assert (foreseen, imported) == (taken, taken)


@pytest.mark.parametrize("name", DIRTY)
def test_of_dirty_exports_as_many_rows_are_foreseen_as_come_in(name: str, ws: operations.Workspace) -> None:
    foreseen, imported, read = both(ws, SAMPLES / f"{name}.csv", ImportOptions())
    assert foreseen == imported < read
