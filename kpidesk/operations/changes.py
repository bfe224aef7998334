"""What changed since the import before."""

from __future__ import annotations

from dataclasses import replace

from kpidesk import store
from kpidesk.core.imports import ChangeCount
from kpidesk.core.records import minor_digits
from kpidesk.engine.changes import count_changes
from kpidesk.operations.workspace import Workspace, settings


def changes_of(ws: Workspace, import_id: int, touched: int) -> tuple[ChangeCount, ...]:
    """How the deals of one import differ from what was known before its data date, in major units.

    The first import of all has nothing to differ from; nor has one that `touched` no deal which an import of the
    same day and source had not shown already.
    """
    history = [entry for entry in store.import_history(ws.db) if entry.kind == "deals"]
    mine = next(entry for entry in history if entry.import_id == import_id)
    day = mine.data_date
    again = any((one.source, one.data_date) == (mine.source, day) for one in history if one is not mine)
    if min(entry.data_date for entry in history) == day or (again and not touched):
        return ()
    currency, columns = settings(ws).currency, store.load_columns(ws.db)
    if max(entry.data_date for entry in history) > day:
        columns["missing_from"] = store.missing_on(ws.db, day)
    unit = 10 ** minor_digits(currency)
    counted = count_changes(columns, store.load_curation(ws.db), day, currency)
    return tuple(replace(one, amount=one.amount / unit) for one in counted)
