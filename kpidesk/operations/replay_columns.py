"""Whether the rows that a number was counted from still say in the file what their imports said."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from kpidesk import engine, store
from kpidesk.core.fields import FIELD_BY_NAME, KIND_OF_RECORD, Kind
from kpidesk.core.receipts import Receipt
from kpidesk.core.wording import counted, listed
from kpidesk.language import narrowed
from kpidesk.operations.evaluators import as_known
from kpidesk.operations.formulas import formula_of
from kpidesk.operations.receipts import behind_of
from kpidesk.operations.workspace import Workspace

MOST = 20_000
"""So many rows behind a number are compared, of more those that stand first: a proof is not to take much longer."""
NAMED = 3


def changed_in_file(ws: Workspace, receipt: Receipt) -> tuple[str, ...]:
    """Which rows behind a number were changed in the file by another program, of which no import and no log tells.

    A number counts what the imports said, as kept beside the rows for speed; whoever reads the rows reads another one.
    """
    kpi, asked = receipt.kpi, receipt.question
    if kpi.is_manual:
        return ()
    then = as_known(ws, asked.as_of, asked.teams)
    formula = formula_of(then, kpi, asked.defined_in)
    found = behind_of(then, kpi, None if formula is None else narrowed(formula, asked.where), asked)
    return () if found is None else tuple(_told(ws, found))


def not_compared(receipt: Receipt) -> tuple[str, ...]:
    """That a number rests on more rows than are compared."""
    if receipt.count <= MOST:
        return ()
    return (
        f"The first {MOST:,} of the {receipt.count:,} rows were compared with the imports; kpidesk check does all.",
    )


def _told(ws: Workspace, found: engine.Behind) -> Iterator[str]:
    for kind, places in found.stored():
        yield from _of_kind(ws, kind, np.unique(found.value_ids[places[:MOST]]))
    if found.stood is not None:
        changes = np.unique(found.stood.changes()[:MOST])
        yield from _of_kind(ws, "stage-history", changes[changes > 0])


def _of_kind(ws: Workspace, kind: Kind, values: NDArray[np.int64]) -> Iterator[str]:
    unlike = store.unlike_columns(ws.db, kind, values)
    if not unlike:
        return
    wrong = np.unique(np.concatenate(list(unlike.values())))
    noun, known = KIND_OF_RECORD[kind], FIELD_BY_NAME[kind]
    fields = listed([known[name].label for name in unlike if name in known]) or "texts"
    rows = store.rows_by_id(ws.db, kind, wrong[:NAMED].tolist())
    names = listed([store.called(row.get("name", ""), row["key"]) for row in rows])
    more = f" and {len(wrong) - NAMED:,} more" if len(wrong) > NAMED else ""
    count = counted(len(wrong), noun.one, noun.many)
    yield (
        f"{count} behind it {'was' if len(wrong) == 1 else 'were'} changed in the file by another program ({fields}):"
        f" {names}{more}. The number counts what was imported."
    )
