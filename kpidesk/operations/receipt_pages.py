"""The rows of a receipt page by page, for a window that shows a million of them: some rows, an order, a file."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from datetime import date
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from kpidesk import engine, store
from kpidesk.core.errors import UserError
from kpidesk.core.kpis import Kpi
from kpidesk.core.progress import Progress, telling
from kpidesk.core.receipts import ROW_FORMS, Order, Receipt, ReceiptRow
from kpidesk.core.scorecards import Question
from kpidesk.language import Formula, narrowed
from kpidesk.operations.evaluators import as_known, evaluator
from kpidesk.operations.formulas import definition_in_force, formula_of
from kpidesk.operations.page_numbers import find_number
from kpidesk.operations.receipt_rows import SHOWN, listing, rows_of
from kpidesk.operations.receipt_texts import FREE_TEXT, ranks_by_value, row_texts, rows_with_text
from kpidesk.operations.receipts import behind_of, receipt_of
from kpidesk.operations.workspace import Workspace

PAGE = 100
AT_ONCE = 3_000
"""So many rows are read at once; of more only the first page."""
AT_A_TIME = 10_000
"""So many rows are read in one step of an export."""
WRITTEN_AT_A_TIME = 250
"""So many are written in one: to write a row of a workbook takes longer than to read it."""
Places = NDArray[np.int64]
_MOST_OF_KEY = 2**62
_OF_ROWS = {"weight", "value", "in_numerator", "reason"}
_OF_FILES = {"import_id": 0, "line": 1, "valid_from": 2}


def receipt_head(ws: Workspace, kpi_id: str, question: Question) -> Receipt:
    """A receipt with every row, or of very many with the first page of them and the rest counted.

    Raises:
        UserError: as `rows` does.
    """
    ws = as_known(ws, question.as_of, question.teams)
    kpi, formula = _defined(ws, kpi_id, question)
    found = None if kpi.is_manual else behind_of(ws, kpi, formula, question)
    is_large = found is not None and len(found.value_ids) > AT_ONCE
    return receipt_of(ws, kpi, question, first=PAGE if is_large else None)


def receipt_rows(ws: Workspace, kpi_id: str, question: Question, places: Sequence[int]) -> tuple[ReceiptRow, ...]:
    """The rows at these places among all behind a number, counted from 0 in the order of the receipt.

    Raises:
        UserError: as `rows` does.
    """
    ws = as_known(ws, question.as_of, question.teams)
    found = _found(ws, kpi_id, question)
    return listing(ws, engine.rows_at(found, np.asarray(places, dtype=np.int64)), question.as_of).rows


def receipt_order(ws: Workspace, kpi_id: str, question: Question, order: Order) -> Places:
    """The places of the rows that are wanted, in the order in which they are wanted; equal rows keep theirs.

    Raises:
        UserError: as `rows` does.
    """
    ws = as_known(ws, question.as_of, question.teams)
    found = _found(ws, kpi_id, question)
    places = np.arange(len(found.value_ids))
    if order.column:
        places = _in_order(_keys(ws, found, question, order.column), down=order.down)
    if order.above is not None:
        places = places[found.in_numerator[places] == order.above]
    if order.text.strip():
        places = places[_hits(ws, found, question, order)[places]]
    return places


def _in_order(keys: NDArray[np.float64], *, down: bool) -> Places:
    """The places of keys in order, empty ones last; equal keys keep their order.

    Whole numbers, as days, ranks and cents are, are sorted together with their places: many times as fast as keeping
    the order of equal ones by comparing.
    """
    known = ~np.isnan(keys)
    signed = np.where(known, -keys if down else keys, 0.0)
    low, high = (float(signed[known].min()), float(signed[known].max())) if known.any() else (0.0, 0.0)
    span = high - low + 2
    if span * len(keys) >= _MOST_OF_KEY or np.any(signed % 1):
        return np.argsort(np.where(known, signed, np.inf), kind="stable")
    beside = np.where(known, signed - low, span - 1).astype(np.int64) * len(keys) + np.arange(len(keys))
    beside.sort()
    return beside % max(len(keys), 1)


def receipt_read_ahead(ws: Workspace, kpi_id: str, question: Question, columns: Sequence[str]) -> bool:
    """Read some of the texts by which rows will be sorted or found; says whether there are others left to read.

    Sorting by a name reads the names of all records: read while somebody looks at the first page, they are there
    when they are asked for.

    Raises:
        UserError: as `rows` does.
    """
    ws = as_known(ws, question.as_of, question.teams)
    found = _found(ws, kpi_id, question)
    if any(found.labels.different()):
        return False
    for column in (one for one in columns if one in FREE_TEXT):
        for kind in found.kinds.different():
            if row_texts(ws, kind, column).read_on():
                return True
        ranks_by_value(ws, found.kinds.different(), column)
    return False


def _found(ws: Workspace, kpi_id: str, question: Question) -> engine.Behind:
    found = behind_of(ws, *_defined(ws, kpi_id, question), question)
    if found is None:
        raise UserError("This number rests on no records that could be listed.", "Open the number again.")
    return found


def _defined(ws: Workspace, kpi_id: str, question: Question) -> tuple[Kpi, Formula | None]:
    kpi = definition_in_force(ws, find_number(ws, kpi_id), question.defined_in)
    formula = formula_of(ws, kpi, question.defined_in)
    return kpi, None if formula is None else narrowed(formula, question.where)


def _keys(ws: Workspace, found: engine.Behind, question: Question, column: str) -> NDArray[np.float64]:
    """A number for every row by which a column sorts, NaN where it is empty."""
    if column in _OF_ROWS:
        return _own_keys(found, column)
    if column in _OF_FILES or column == "file":
        return _file_keys(ws, found, question.as_of, column)
    keys = engine.sort_keys(evaluator(ws, question.as_of, question.teams).facts, found, column)
    return keys if keys is not None else _text_keys(ws, found, column)


def _own_keys(found: engine.Behind, column: str) -> NDArray[np.float64]:
    if column == "weight":
        return found.weights
    if column == "value":
        return found.values if found.values is not None else np.full(len(found.value_ids), np.nan)
    if column == "in_numerator":
        return found.in_numerator.astype(np.float64)
    return engine.text_ranks(found.reasons.values)[found.reasons.which]


def _file_keys(ws: Workspace, found: engine.Behind, as_of: date | None, column: str) -> NDArray[np.float64]:
    keys = np.full(len(found.value_ids), np.nan)
    for kind, here in found.stored():
        keys[here] = store.value_places(ws.db, kind, found.value_ids[here], as_of)[_OF_FILES.get(column, 0)]
    if column == "valid_from" and found.stood is not None:
        told = found.stood.changes() > 0
        keys[told] = found.stood.since()[told]
    if column == "file":
        names = {float(one.import_id): one.file for one in store.import_history(ws.db)}
        ids = np.nan_to_num(keys).astype(np.int64)  # there are few files, and very many rows
        ranks = engine.text_ranks([names.get(float(one), "") for one in range(int(ids.max(initial=0)) + 1)])
        return np.asarray(ranks[ids], dtype=np.float64)
    return keys


def _text_keys(ws: Workspace, found: engine.Behind, column: str) -> NDArray[np.float64]:
    """A number for every row by which free text sorts; of stored rows kept, for all texts are read for it."""
    if any(found.labels.different()):
        return engine.text_ranks(_texts(ws, found, column))
    kinds, keys = found.kinds.different(), np.full(len(found.value_ids), np.nan)
    known = ranks_by_value(ws, kinds, column)
    for kind, here in found.stored():
        keys[here] = known[kind][found.value_ids[here]]
    return keys


def _texts(ws: Workspace, found: engine.Behind, column: str) -> list[str]:
    """A field of free text of every row; where a record has no name its id, as the table shows it."""
    texts = np.array(found.labels.values, dtype=np.object_)[found.labels.which]
    for kind, here in found.stored():
        ids, known = store.value_texts(ws.db, kind, column)
        by_value = np.full(int(ids.max(initial=0)) + 1, "", dtype=np.object_)
        by_value[ids] = known
        texts[here] = by_value[found.value_ids[here]]
    return cast("list[str]", texts.tolist())


def _hits(ws: Workspace, found: engine.Behind, question: Question, order: Order) -> NDArray[np.bool_]:
    """Which rows hold the text that is looked for."""
    facts = evaluator(ws, question.as_of, question.teams).facts
    hit = np.zeros(len(found.value_ids), dtype=np.bool_)
    for column in (order.within,) if order.within else SHOWN:
        part = engine.rows_with(facts, found, column, order.text.strip())
        if part is None and column in FREE_TEXT:
            part = rows_with_text(ws, found, column, order.text.strip())
        if part is not None:
            hit |= part
    return hit


def export_rows(
    ws: Workspace, kpi_id: str, question: Question, to: Path, places: Sequence[int] | None = None
) -> Generator[Progress, None, int]:
    """Write the rows behind a number (those at some places, or all) as CSV or XLSX, page by page; gives how many.

    Broken off, what stood in the place of the file before still stands there.

    Raises:
        UserError: the name ends otherwise, the file cannot be written, or a workbook cannot hold so many rows.
    """
    _check_place(ws, to, len(places) if places is not None else 0)
    yield Progress(0, 0, "Looking for the rows")
    ws = as_known(ws, question.as_of, question.teams)
    head, found = _head_and_found(ws, kpi_id, question)
    which = np.arange(head.count) if places is None else np.asarray(places, dtype=np.int64)
    return (
        yield from _written(head, len(which), to, lambda page: _page(ws, head, found, which[page.start : page.stop]))
    )


def export_receipt(ws: Workspace, receipt: Receipt, to: Path) -> Generator[Progress, None, int]:
    """Write every row behind the number of a receipt as `export_rows` does; those that it lists are not read again.

    Raises:
        UserError: as `export_rows` does.
    """
    if receipt.more:
        return (yield from export_rows(ws, receipt.kpi.id, receipt.question, to))
    _check_place(ws, to, receipt.count)
    return (yield from _written(receipt, receipt.count, to, lambda page: receipt.rows[page.start : page.stop]))


def _check_place(ws: Workspace, to: Path, count: int) -> None:
    from kpidesk.exporting.rows_form import check_count
    from kpidesk.operations.exports import check_export_path

    check_export_path(ws, to, ROW_FORMS)
    check_count(count, to)


def _written(
    head: Receipt, count: int, to: Path, read: Callable[[range], Sequence[ReceiptRow]]
) -> Generator[Progress, None, int]:
    """Write so many rows, of which `read` gives those of a page."""
    from kpidesk.exporting.rows_form import writing_rows

    with writing_rows(head, count, to) as file:
        for at in range(0, count, AT_A_TIME):
            yield Progress(at, count, f"Writing {to.name}")
            page = read(range(at, min(at + AT_A_TIME, count)))
            for part in range(0, len(page), WRITTEN_AT_A_TIME):
                yield Progress(at + part, count, f"Writing {to.name}")
                file.put(page[part : part + WRITTEN_AT_A_TIME])
        yield from telling(store.in_steps(file.finish, file.stop), Progress(count, count, f"Finishing {to.name}"))
    return count


def _head_and_found(ws: Workspace, kpi_id: str, question: Question) -> tuple[Receipt, engine.Behind | None]:
    """A receipt with its first rows, and where all are stored what to read them from."""
    kpi, formula = _defined(ws, kpi_id, question)
    found = None if kpi.is_manual else behind_of(ws, kpi, formula, question)
    return receipt_of(ws, kpi, question, first=PAGE), found


def _page(ws: Workspace, head: Receipt, found: engine.Behind | None, places: Places) -> Sequence[ReceiptRow]:
    if found is None:
        return [head.rows[at] for at in places.tolist()]
    return rows_of(ws, engine.rows_at(found, places), head.question.as_of)


def export_listed(ws: Workspace, receipt: Receipt, rows: Sequence[ReceiptRow], to: Path) -> int:
    """Write rows that are on show as CSV or XLSX; gives how many.

    Raises:
        UserError: the name ends otherwise, the file cannot be written, or a workbook cannot hold so many rows.
    """
    from kpidesk.exporting.rows_form import write_rows

    _check_place(ws, to, len(rows))
    write_rows(receipt, rows, to)
    return len(rows)
