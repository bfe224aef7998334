"""The free texts of the rows behind a number, kept whatever their case: very many rows sort and are found by them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kpidesk import engine, store
from kpidesk.core.fields import Kind
from kpidesk.operations.workspace import Workspace

Floats = NDArray[np.float64]
FREE_TEXT = ("name", "key", "subject")
"""The fields of rows that hold free text."""
AT_A_TIME = 3
"""So many blocks are read at a time ahead of need, so that no other question waits long."""


class RowTexts:
    """The texts of one field by the number of the value, as far as they are read; a class because it fills up."""

    def __init__(self, db: store.Database, kind: Kind, field: str) -> None:
        self._db, self._kind, self._field = db, kind, field
        self._blocks = list(store.text_blocks(db, kind))
        self._ids: list[NDArray[np.int64]] = [np.zeros(0, np.int64)]
        self._folded: list[bytes] = []

    def read_on(self, blocks: int = AT_A_TIME) -> bool:
        """Read some blocks more; says whether there are others left."""
        for first in self._blocks[:blocks]:
            ids, texts = store.texts_of_block(self._db, self._kind, self._field, first)
            self._ids.append(ids)
            self._folded.append(engine.folded_texts(texts))
        del self._blocks[:blocks]
        return bool(self._blocks)

    def whole(self) -> tuple[NDArray[np.int64], bytes]:
        """The numbers of all values and their texts, as `engine.folded_texts` has them."""
        self.read_on(len(self._blocks))
        if len(self._ids) > 1:
            self._ids, self._folded = [np.concatenate(self._ids)], [b"".join(self._folded)]
        return self._ids[0], self._folded[0] if self._folded else b""


def row_texts(ws: Workspace, kind: Kind, field: str) -> RowTexts:
    """The texts of a field, kept until the workspace changes."""
    return ws.remember(("row texts", kind, field), lambda: RowTexts(ws.db, kind, field))


def ranks_by_value(ws: Workspace, kinds: Sequence[Kind], column: str) -> dict[Kind, Floats]:
    """Where the text of each value stands among the texts of all of these kinds, by the number of the value."""
    return ws.remember(("text ranks", tuple(kinds), column), lambda: _ranks(ws, kinds, column))


def _ranks(ws: Workspace, kinds: Sequence[Kind], column: str) -> dict[Kind, Floats]:
    read = [row_texts(ws, kind, column).whole() for kind in kinds]
    ranks = engine.ranks_of_folded(b"".join(texts for _, texts in read))
    ends = np.cumsum([len(ids) for ids, _ in read])
    found = {}
    for kind, (ids, _), end in zip(kinds, read, ends.tolist(), strict=True):
        found[kind] = np.full(int(ids.max(initial=0)) + 1, np.nan)
        found[kind][ids] = ranks[end - len(ids) : end]
    return found


def rows_with_text(ws: Workspace, found: engine.Behind, column: str, text: str) -> NDArray[np.bool_]:
    """Which rows behind a number hold a text in a field of free text, or in what they are called."""
    called = np.array([text.casefold() in one.casefold() for one in found.labels.values], dtype=np.bool_)
    hit = called[found.labels.which]
    for kind, here in found.stored():
        ids, texts = row_texts(ws, kind, column).whole()
        by_value = np.zeros(int(ids.max(initial=0)) + 1, dtype=np.bool_)
        by_value[ids] = engine.folded_with(texts, text)
        hit[here] = by_value[found.value_ids[here]]
    return hit
