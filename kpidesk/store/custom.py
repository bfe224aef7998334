"""The columns of files that are mapped to no field, so that they can be filtered and broken down by."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from kpidesk.core.fields import Kind
from kpidesk.store.columns import Ints, view
from kpidesk.store.database import Database
from kpidesk.store.shapes import SHAPES

_SPECIAL = ('"', "\\")
_BLOCK = 10_000


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
    found = np.zeros(len(view(db, shape, "of")), np.int32)
    for values, texts in _blocks(db, shape.values, header):
        for text in dict.fromkeys(texts):
            numbers.setdefault(text, len(numbers))
        found[values] = np.fromiter(map(numbers.__getitem__, texts), np.int32, len(texts))
    return tuple(numbers), found


def custom_samples(db: Database, kind: Kind, count: int = 300) -> dict[str, list[str]]:
    """What some records hold in the unmapped columns of a kind, by header; empty cells left out."""
    table, found = SHAPES[kind].values, dict[str, list[str]]()
    some = f"SELECT custom FROM {table} WHERE custom IS NOT NULL ORDER BY id DESC LIMIT {count:d}"
    for header, text in db.rows(f"SELECT j.key, j.value FROM ({some}) x, json_each(x.custom) j"):
        if text is not None and str(text).strip():
            found.setdefault(str(header), []).append(str(text))
    return found


def _blocks(db: Database, table: str, header: str) -> Iterator[tuple[Ints, list[str]]]:
    """Value ids and texts of the cells of all records that have any unmapped column, a block at a time; '' for none.

    A block comes as one string, which is read in a third of the time that its rows take.
    """
    if any(special in header for special in _SPECIAL):
        cell, name = "(SELECT j.value FROM json_each(custom) j WHERE j.key = ?)", header
    else:
        cell, name = "json_extract(custom, ?)", f'$."{header}"'
    rows = f"SELECT id, coalesce({cell}, '') AS text FROM {table} WHERE id >= ? AND id < ? AND custom IS NOT NULL"
    joined = f"SELECT count(*), group_concat(id), group_concat(text, char(31)) FROM ({rows})"
    for first in range(0, db.one(f"SELECT coalesce(max(id), 0) FROM {table}") + 1, _BLOCK):
        asked = (name, first, first + _BLOCK)
        count, ids, text = db.rows(joined, asked)[0]
        if count:
            numbers, texts = np.array(ids.split(","), np.int64), text.split("\x1f")
            if len(texts) != count:  # a text has the sign in it that parts them
                texts = [str(one) for _, one in db.rows(f"{rows} ORDER BY id", asked)]
                numbers = np.sort(numbers)
            yield numbers, texts
