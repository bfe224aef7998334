"""Taking rows away: those with some numbers, and the values of records with what repeats them in the columns."""

from __future__ import annotations

import numpy as np

from kpidesk.store.columns import Ints, patch, truncate
from kpidesk.store.database import Database
from kpidesk.store.shapes import Shape


def delete_rows(db: Database, table: str, column: str, numbers: Ints, where: str = "1") -> None:
    """Delete the rows with these numbers, as far as there are any, a run of neighbours at a time."""
    db.connection.executemany(f"DELETE FROM {table} WHERE {column} BETWEEN ? AND ? AND {where}", runs_of(numbers))


def runs_of(numbers: Ints) -> list[tuple[int, int]]:
    """The first and the last of each run of neighbours among some numbers."""
    if not len(numbers):
        return []
    known = np.unique(numbers)
    last = np.append(np.diff(known) != 1, True)
    first = np.append(True, last[:-1])
    return list(zip(known[first].tolist(), known[last].tolist(), strict=True))


def cut_values(db: Database, shape: Shape, alive: Ints, dead: Ints) -> None:
    """Free the end of the columns by value id and empty the holes that `dead` values leave in between."""
    if not len(dead):
        return
    length = int(np.flatnonzero(alive).max(initial=0)) + 1
    holes = dead[dead < length]
    for name, (_, empty) in shape.value_columns.items():
        if length < len(alive):
            truncate(db, shape, name, length)
        patch(db, shape, name, holes, empty)
