"""Reading a workbook against openpyxl in read-only mode."""

from __future__ import annotations

import csv
from pathlib import Path

from kpidesk.core.imports import ImportOptions
from kpidesk.core.progress import finish
from tests.benchmarks.company import STAGES, TODAY, Files
from tests.benchmarks.timing import rounds, table

ROWS = 20_000


def test_reading(files: Files, tmp_path: Path) -> None:
    import openpyxl  # type: ignore[import-untyped]  # it has no type hints
    import xlsxwriter

    from kpidesk import importing
    from kpidesk.core.settings import Settings

    book = tmp_path / "deals.xlsx"
    with xlsxwriter.Workbook(book) as workbook, files.deals.open(newline="") as file:
        sheet = workbook.add_worksheet()
        for at, (row, _) in enumerate(zip(csv.reader(file), range(ROWS + 1), strict=False)):
            sheet.write_row(at, 0, row)
    options = ImportOptions(kind="deals", stages=STAGES, date_order="ymd", as_of=TODAY)  # type: ignore[arg-type]  # outcomes by stage

    def ours() -> None:
        plan = finish(
            importing.inspect(book, options, settings=Settings(), known_stages={}, today=TODAY, header_profiles={})
        )
        assert sum(len(part.rows) for part in importing.chunks(plan)) == ROWS

    def peer() -> None:
        found = openpyxl.load_workbook(book, read_only=True)
        assert sum(1 for _ in found.worksheets[0].iter_rows(values_only=True)) == ROWS + 1
        found.close()

    taken = rounds({"openpyxl read-only": peer, "inspect and read": ours}, 3)
    table(f"A workbook of {ROWS:,} rows × 20 columns", taken, "openpyxl read-only", {"inspect and read": "goal ≤ 0.2"})
