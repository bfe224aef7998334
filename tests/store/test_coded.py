"""Columns that keep a cell once are stored as the columns that they stand for."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kpidesk.core.records import Coded
from kpidesk.store.coded import cells_of, entries_of, in_rows, picked, unless_same
from kpidesk.store.database import ROWS_TOGETHER, Database

CELLS = st.lists(st.sampled_from(["a", "b", "c", None]), min_size=1, max_size=12)


def coded(cells: list[str | None]) -> Coded[str | None]:
    """The cells once each, in another order than that of the rows and with one that no row has."""
    values = sorted({"z", *cells}, key=str)
    return Coded(values, np.array([values.index(cell) for cell in cells], np.int32).data)


@given(CELLS, st.data())
def test_the_picked_rows_are_left(cells: list[str | None], data: st.DataObject) -> None:
    pick = data.draw(st.none() | st.lists(st.sampled_from(range(len(cells))), unique=True).map(sorted))
    found = picked(coded(cells), None if pick is None else np.array(pick, np.int64))
    expected = cells if pick is None else [cells[at] for at in pick]
    assert list(found) == list(cells_of(found)) == list(picked(cells, None if pick is None else np.array(pick, int)))
    assert list(found) == expected
    assert isinstance(found, Coded)
    assert list(found.values) == list(dict.fromkeys(expected))
    assert list(in_rows(found, [str(one) for one in found.values])) == [str(one) for one in expected]
    lengths = np.array([len(str(one)) for one in found.values], np.int32)
    assert entries_of(found, lengths).tolist() == [len(str(one)) for one in expected]


def test_rows_with_cells_that_are_the_same_in_all_are_inserted_like_others(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "x")
    connection.execute("CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b INTEGER, c TEXT, d TEXT)")
    db = Database(connection, tmp_path / "x", read_only=False, workspace_id="", identity=(0, 0))
    for count in (0, 1, ROWS_TOGETHER - 1, ROWS_TOGETHER, 3 * ROWS_TOGETHER + 5):
        numbers, texts = range(count), [f"n{at}" for at in range(count)]
        same = [Coded([one], np.zeros(count, np.int32).data) for one in ("s", 7)]
        none = unless_same(picked(coded([None] * (count + 1)), np.arange(count)))
        db.insert("t(id, a, b, c, d)", numbers, same[0], same[1], texts, none)
        rows = connection.execute("SELECT * FROM t ORDER BY id").fetchall()
        assert rows == [(at, "s", 7, f"n{at}", None) for at in numbers]
        connection.execute("DELETE FROM t")
    connection.close()
