"""Rows that did not come in stay on the fix list until a later file brings them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from kpidesk import operations
from kpidesk.exporting.fix_list import fix_list_text
from tests.operations.support import bring_in, made, write

DAY, NEXT = date(2026, 2, 20), date(2026, 2, 27)


def deal(key: str, amount: str) -> tuple[str, str, str, str, str, str]:
    return key, "Ann", "Open", amount, "2026-02-01", "2026-04-01"


FINE = [deal(str(number), "100") for number in range(10, 16)]


def refused(ws: operations.Workspace, day: date | None = None) -> list[tuple[str, int, str]]:
    return [(one.file, one.rows, one.key) for one in operations.hygiene(ws, as_of=day).refused]


def test_a_row_that_did_not_come_in_is_told_until_a_file_with_its_id_brings_it(tmp_path: Path) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    with made(tmp_path) as ws:
        bring_in(ws, write(first, [*FINE, deal("2", "tbd"), deal("3", "soon")]), DAY, complete=False)
        assert refused(ws) == [("first.csv", 2, "2")]
        found = operations.hygiene(ws)
        assert found.refused[0].words.startswith(
            "2 rows of first.csv did not come in and are in no count here: the first on line 8 (deal 2), Amount 'tbd'."
        )
        assert found.deals == len(FINE)  # they are counted apart
        assert found.refused[0].words in " ".join(fix_list_text(found).split())
        bring_in(ws, write(second, [deal("2", "200")]), NEXT, complete=False)
        assert refused(ws) == [("first.csv", 1, "3")]
        assert refused(ws, DAY) == [("first.csv", 2, "2")]  # as it was known then
        bring_in(ws, write(tmp_path / "old.csv", [deal("3", "300")]), date(2026, 2, 10), complete=False)
        assert refused(ws) == [("first.csv", 1, "3")]  # older data do not make newer ones good


def test_a_row_refused_twice_is_told_once_and_a_whole_export_speaks_for_the_older_ones(tmp_path: Path) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    with made(tmp_path) as ws:
        bring_in(ws, write(first, [*FINE, deal("2", "tbd"), deal("5", "soon")]), DAY, complete=False)
        bring_in(ws, write(second, [*FINE, deal("2", "tbd")]), NEXT, complete=False)
        assert refused(ws) == [("second.csv", 1, "2"), ("first.csv", 1, "5")]
        bring_in(ws, write(tmp_path / "whole.csv", FINE), NEXT, complete=True)
        assert refused(ws) == []


def test_the_saved_rows_corrected_and_imported_are_told_no_more(tmp_path: Path) -> None:
    saved = tmp_path / "saved.csv"
    with made(tmp_path) as ws:
        report = bring_in(ws, write(tmp_path / "d.csv", [*FINE, deal("2", "tbd")]), DAY, complete=True)
        operations.save_rejected(ws, report.import_id, saved)
        saved.write_text(saved.read_text(encoding="utf-8-sig").replace("tbd,", "250,", 1), encoding="utf-8")
        bring_in(ws, saved, DAY)
        assert refused(ws) == []
        assert operations.hygiene(ws).deals == len(FINE) + 1
