"""The cells of rows as they stood when they counted, where a history of stages tells it and their line does not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np

from kpidesk import engine, store
from kpidesk.core.receipts import FromHistory
from kpidesk.operations.workspace import Workspace


def as_stood(
    ws: Workspace, stood: engine.Stood | None, details: list[dict[str, str]], as_of: date | None
) -> dict[int, FromHistory]:
    """Make the cells of rows what they were when these counted; gives by place what a history of stages tells."""
    if stood is None:
        return {}
    places = stood.places().tolist()
    told = store.cells_of(ws.db, "deals", {name: stood.raw(name) for name in stood.fields()}) if places else []
    changed = {}
    for place, cells in zip(places, told, strict=True):
        row = details[place]
        changed[place] = tuple(name for name, text in cells.items() if text != row.get(name, ""))
        details[place] = {name: text for name, text in {**row, **cells}.items() if text or name not in cells}
    return dict(_told(ws, stood, details, changed, as_of))


def _told(
    ws: Workspace, stood: engine.Stood, details: list[dict[str, str]], changed: Mapping[int, tuple[str, ...]],
    as_of: date | None,
) -> dict[int, FromHistory]:  # fmt: skip
    """Where the change is read that tells of each row, which is in force from the day of the change."""
    changes, since = stood.changes(), stood.since()
    here = np.flatnonzero(changes > 0)
    if not len(here):
        return {}
    imports, lines, _ = store.value_places(ws.db, "stage-history", changes[here], as_of)
    files = {one.import_id: one.file for one in store.import_history(ws.db)}
    found = {}
    for place, number, line in zip(here.tolist(), imports.tolist(), lines.tolist(), strict=True):
        details[place]["valid_from"] = engine.day_of(int(since[place])).isoformat()
        found[place] = FromHistory(number, files.get(number, ""), line, changed[place])
    return found


def history_imports(ws: Workspace, stood: engine.Stood | None, as_of: date | None) -> tuple[int, ...]:
    """The imports of a history of stages that tell how any of the rows stood."""
    changes = np.zeros(0, dtype=np.int64) if stood is None else stood.changes()
    changes = changes[changes > 0]
    return store.imports_showing(ws.db, "stage-history", changes, as_of) if len(changes) else ()


def tells_history(found: engine.Behind) -> bool:
    """Whether a history of stages tells how any of the rows stood."""
    return found.stood is not None and bool((found.stood.changes() > 0).any())


def says_then(stood: engine.Stood | None, name: str) -> bool:
    """Whether a field says something in any row that stood otherwise than its line says."""
    return stood is not None and name in stood.fields() and not bool(np.isnan(stood.column(name).data).all())
