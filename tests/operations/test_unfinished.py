"""What was begun in the editor and not kept is found again, and no number is computed anew because of it."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

from kpidesk import operations

TODAY = date(2026, 7, 6)


def test_what_was_begun_is_found_again(tmp_path: Path) -> None:
    path = tmp_path / "w.kpidesk"
    ws = operations.open_workspace(path, create=True, today=TODAY)
    made: list[int] = ws.remember("answer", lambda: [7])
    operations.keep_unfinished_kpis(ws, ("one", "größer"))
    assert ws.remember("answer", lambda: [7]) is made
    operations.close(ws)
    ws = operations.open_workspace(path, today=TODAY)
    assert operations.unfinished_kpis(ws) == ("one", "größer")
    operations.keep_unfinished_kpis(ws, ())
    assert operations.unfinished_kpis(ws) == ()
    operations.close(ws)


def test_what_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "w.kpidesk"
    operations.close(operations.open_workspace(path, create=True, today=TODAY))
    for odd in ("{", '{"a": 1}', '["kept", 7]'):
        with sqlite3.connect(path) as file:
            file.execute("INSERT OR REPLACE INTO meta VALUES ('unfinished_kpis', ?)", (odd,))
        file.close()
        ws = operations.open_workspace(path, today=TODAY)
        assert operations.unfinished_kpis(ws) == (("kept",) if "kept" in odd else ())
        operations.close(ws)
