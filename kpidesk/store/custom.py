"""The columns of files that are mapped to no field, so that they can be filtered and broken down by."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from kpidesk.core.fields import Kind
from kpidesk.store.columns import Ints, load
from kpidesk.store.database import Database
from kpidesk.store.shapes import SHAPES

_SPECIAL = ('"', "\\")


def custom_headers(db: Database, kind: Kind) -> tuple[str, ...]:
    """The headers of all unmapped columns of a kind that hold anything, in alphabetical order."""
    sql = f"SELECT DISTINCT j.key FROM {SHAPES[kind].values} x, json_each(x.custom) j WHERE x.custom IS NOT NULL"
    return tuple(sorted((str(header) for (header,) in db.rows(sql)), key=lambda text: (text.casefold(), text)))


def custom_column(db: Database, kind: Kind, header: str) -> tuple[tuple[str, ...], Ints]:
    """The texts of an unmapped column, and by value id which of them a value has.

    The first text stands for an empty cell; the array is int32, its entry 0 unused.
    """
    shape = SHAPES[kind]
    numbers = {"": 0}
    found = np.zeros(len(load(db, shape, "of")), np.int32)
    values, codes = [], []
    for value, text in _cells(db, shape.values, header):
        values.append(value)
        codes.append(numbers.setdefault(text, len(numbers)))
    found[values] = codes
    return tuple(numbers), found


def custom_samples(db: Database, kind: Kind, count: int = 300) -> dict[str, list[str]]:
    """What some records hold in the unmapped columns of a kind, by header; empty cells left out."""
    table, found = SHAPES[kind].values, dict[str, list[str]]()
    some = f"SELECT custom FROM {table} WHERE custom IS NOT NULL ORDER BY id DESC LIMIT {count:d}"
    for header, text in db.rows(f"SELECT j.key, j.value FROM ({some}) x, json_each(x.custom) j"):
        if text is not None and str(text).strip():
            found.setdefault(str(header), []).append(str(text))
    return found


def _cells(db: Database, table: str, header: str) -> Iterator[tuple[int, str]]:
    """Value id and text of every cell that is not empty."""
    if any(special in header for special in _SPECIAL):
        sql = f"SELECT x.id, j.value FROM {table} x, json_each(x.custom) j WHERE x.custom IS NOT NULL AND j.key=?"
        name = header
    else:
        # asked for once a row and not again in the WHERE: taking a cell out of its text is most of the work
        sql = f"SELECT id, json_extract(custom, ?) FROM {table} WHERE custom IS NOT NULL"
        name = f'$."{header}"'
    for value, text in db.connection.execute(sql, (name,)):
        if text is not None:
            yield value, str(text)
