"""The columns by value id once more, from the rows that they repeat."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from kpidesk.core.fields import FieldKind, Kind
from kpidesk.store.columns import Ints, day_number, stamp_number, view
from kpidesk.store.content import text_sums
from kpidesk.store.database import Database
from kpidesk.store.shapes import SHAPES, TEXT_SUM, Shape


def value_columns(db: Database, shape: Shape, begin: int, end: int) -> dict[str, Ints]:
    """The columns by value id from `begin` to before `end`, as the rows say."""
    written = _written(shape)
    sql = f"SELECT {', '.join(('id', *written))} FROM {shape.values} WHERE id >= ? AND id < ?"
    return _filled(shape, db.rows(sql, (begin, end)), np.arange(begin, end))


def unlike_columns(db: Database, kind: Kind, values: Ints) -> dict[str, Ints]:
    """By column those of some values whose row it does not repeat; columns that repeat all of them are left out.

    `values` are in rising order, each once. An app that writes both keeps them alike: another program changed the row.
    """
    shape = SHAPES[kind]
    sql = (
        f"SELECT x.id, {', '.join(f'x.{name}' for name in _written(shape))} FROM json_each(?) j"
        f" CROSS JOIN {shape.values} x ON x.id = j.value"
    )
    told = _filled(shape, db.rows(sql, (json.dumps(values.tolist()),)), values)
    unlike = {name: values[view(db, shape, name)[values] != column] for name, column in told.items()}
    return {name: wrong for name, wrong in unlike.items() if len(wrong)}


def _written(shape: Shape) -> tuple[str, ...]:
    """What of a row the columns repeat: texts first, as a sum, then its record and its other fields."""
    return (*shape.texts, "custom", shape.record, *shape.field_columns)


def _filled(shape: Shape, rows: Sequence[tuple[Any, ...]], values: Ints) -> dict[str, Ints]:
    """The columns of some values, in rising order, by their rows: id, texts, record, fields."""
    names = ("of", *shape.field_columns)
    columns = {name: np.full(len(values), shape.columns[name][1], shape.columns[name][0]) for name in names}
    columns[TEXT_SUM] = np.zeros(len(values), np.uint32)
    if not rows:
        return columns
    ids, *cells = zip(*rows, strict=True)
    at, texts = np.searchsorted(values, np.asarray(ids, np.int64)), (*shape.texts, "custom")
    columns[TEXT_SUM][at] = text_sums(shape, dict(zip(texts, cells, strict=False)), len(ids))
    kinds = {one.name: one.kind for one in shape.fields}
    for name, column in zip(names, cells[len(texts) :], strict=True):
        columns[name][at] = _numbers(column, kinds.get(name, "number"), shape.columns[name][1])
    return columns


def _numbers(column: tuple[Any, ...], kind: FieldKind, empty: int) -> list[int]:
    if kind in ("date", "stamp"):
        number = stamp_number if kind == "stamp" else day_number
        return [number(cell) for cell in column]
    return [empty if cell is None else cell for cell in column]
