"""The columns by value id once more, from the rows that they repeat."""

from __future__ import annotations

from typing import Any

import numpy as np

from kpidesk.core.fields import FieldKind
from kpidesk.store.columns import Ints, day_number, stamp_number
from kpidesk.store.content import text_sums
from kpidesk.store.database import Database
from kpidesk.store.shapes import TEXT_SUM, Shape


def value_columns(db: Database, shape: Shape, begin: int, end: int) -> dict[str, Ints]:
    """The columns by value id from `begin` to before `end`, as the rows say."""
    names = ("of", *shape.field_columns)
    columns = {name: np.full(end - begin, shape.columns[name][1], shape.columns[name][0]) for name in names}
    columns[TEXT_SUM] = np.zeros(end - begin, np.uint32)
    written = (*shape.texts, "custom")
    wanted = ", ".join(("id", *written, shape.record, *shape.field_columns))
    rows = db.rows(f"SELECT {wanted} FROM {shape.values} WHERE id >= ? AND id < ?", (begin, end))
    if not rows:
        return columns
    ids, *cells = zip(*rows, strict=True)
    at = np.asarray(ids, np.int64) - begin
    columns[TEXT_SUM][at] = text_sums(shape, dict(zip(written, cells, strict=False)), len(ids))
    kinds = {one.name: one.kind for one in shape.fields}
    for name, column in zip(names, cells[len(written) :], strict=True):
        columns[name][at] = _numbers(column, kinds.get(name, "number"), shape.columns[name][1])
    return columns


def _numbers(column: tuple[Any, ...], kind: FieldKind, empty: int) -> list[int]:
    if kind in ("date", "stamp"):
        number = stamp_number if kind == "stamp" else day_number
        return [number(cell) for cell in column]
    return [empty if cell is None else cell for cell in column]
