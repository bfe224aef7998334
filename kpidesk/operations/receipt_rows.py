"""The rows of a receipt as text, with the file and line that showed each, or the number that each stands for."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from kpidesk import engine, store
from kpidesk.core.fields import FIELDS, Kind
from kpidesk.core.formats import day_text, full_value
from kpidesk.core.rate_words import rate_note
from kpidesk.core.receipts import FromHistory, Listing, Opens, ReceiptRow
from kpidesk.core.scorecards import Question
from kpidesk.operations.receipt_stood import as_stood, history_imports, says_then
from kpidesk.operations.workspace import Workspace, settings

SHOWN = (
    "name",
    "owner",
    "account",
    "stage",
    "amount",
    "currency",
    "created_at",
    "close_date",
    "closed_at",
    "lead_source",
    "type",
)
Ints = NDArray[np.int64]
_PLACE = ("deal_id", "key", "import_id", "file", "line", "valid_from")


def listing(ws: Workspace, found: engine.Behind, as_of: date | None) -> Listing:
    """The rows behind a number."""
    return _with_columns(rows_of(ws, found, as_of), found.kinds.different(), settings(ws).currency, found.read)


def rows_of(ws: Workspace, found: engine.Behind, as_of: date | None) -> tuple[ReceiptRow, ...]:
    """The rows behind a number, without a look at which columns say something."""
    money, kinds = settings(ws).currency, tuple(found.kinds)
    details = _details(ws, found.value_ids.tolist(), kinds, tuple(found.labels), as_of)
    told = as_stood(ws, found.stood, details, as_of)
    notes = [rate_note(one, money) if one is not None else "" for one in found.rates.values]
    values = found.values.tolist() if found.values is not None else repeat(math.nan, len(kinds))
    rates = map(notes.__getitem__, found.rates.which.tolist())
    columns = (details, kinds, found.weights.tolist(), values, found.in_numerator.tolist(), rates, found.reasons)
    return tuple(
        _row(detail, kind, weight, _number(value), in_numerator=above, rate=note, reason=reason, history=told.get(at))
        for at, (detail, kind, weight, value, above, note, reason) in enumerate(zip(*columns, strict=True))
    )


def columns_behind(ws: Workspace, found: engine.Behind, known: Collection[str]) -> tuple[str, ...]:
    """The columns in which any row behind a number says something, where a part of the rows does in those `known`."""
    kinds, money = found.kinds.different(), settings(ws).currency
    stored = {kind: found.value_ids[places] for kind, places in found.stored()}
    stood = found.stood

    def says(name: str) -> bool:
        if stood is not None and name in stood.fields() and name != "currency":
            ids = found.value_ids[(stood.version < 0) & (found.value_ids > 0) & found.kinds.are("deals")]
            return says_then(stood, name) or store.says_something(ws.db, "deals", name, ids, ("",))
        silent = ("", money) if name == "currency" else ("",)
        return any(store.says_something(ws.db, kind, name, ids, silent) for kind, ids in stored.items())

    return tuple(name for name in _shown(kinds, found.read) if name in known or says(name))


def imports_behind(ws: Workspace, found: engine.Behind, as_of: date | None) -> tuple[int, ...]:
    """The imports that showed any of the rows behind a number last."""
    numbers: set[int] = set()
    for kind, places in found.stored():
        numbers.update(store.imports_showing(ws.db, kind, found.value_ids[places], as_of))
    return tuple(sorted(numbers.union(history_imports(ws, found.stood, as_of))))


def listing_left_out(
    ws: Workspace, found: engine.LeftOut, as_of: date | None, first: int | None = None, read: Sequence[str] = ()
) -> Listing:
    """The rows that a number leaves out for one reason; with `first` only so many, with the fields it has `read`."""
    ids, kinds = found.value_ids[:first].tolist(), tuple(found.kinds)[:first]
    details = _details(ws, ids, kinds, ("",) * len(ids), as_of)
    told = as_stood(ws, found.stood and found.stood.at(np.arange(len(ids))), details, as_of)
    rows = tuple(
        _row(detail, kind, in_numerator=False, reason=found.reason, history=told.get(at))
        for at, (detail, kind) in enumerate(zip(details, kinds, strict=True))
    )
    return _with_columns(rows, kinds, settings(ws).currency, read)


def listing_of(ws: Workspace, ids: Ints, kind: Kind, as_of: date | None) -> Listing:
    """Rows of one kind by their stored values, each for itself."""
    kinds = (kind,) * len(ids)
    details = _details(ws, ids.tolist(), kinds, ("",) * len(ids), as_of)
    return _with_columns(tuple(_row(detail, kind) for detail in details), kinds, settings(ws).currency)


def listing_people(ws: Workspace, found: engine.PeopleBehind, asked: Question) -> Listing:
    """The people behind a number, each with the numbers it is made of; behind each stand its bookings."""
    money = settings(ws).currency
    rows = tuple(
        ReceiptRow(
            deal_id=0, key="", weight=1.0, value=one.value, in_numerator=one.in_numerator,
            cells=_cells(one, money),
            import_id=0, file="", line=0, valid_from="", kind="people",
            reason="" if one.in_numerator else "not at quota",
            opens=Opens(engine.QUOTA, replace(asked, scope=one.person, period=one.period, by="", periods=1)),
        )
        for one in found.people
    )  # fmt: skip
    names = dict.fromkeys(name for one in found.people for name, _ in one.numbers)
    return Listing(rows, ("name", *(name for name in names if any(name in row.cells for row in rows))))


def _cells(one: engine.PersonBehind, money: str) -> dict[str, str]:
    texts = {name: _text(value, money) for name, value in one.numbers}
    return {"name": one.person.name, **{name: text for name, text in texts.items() if text}}


def _text(value: engine.Number, money: str) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return day_text(value) if isinstance(value, date) else full_value(value, "money", money).removesuffix(".00")


def _row(
    detail: dict[str, str], kind: Kind, weight: float = 1.0, value: float | None = None, *,
    in_numerator: bool = True, rate: str = "", reason: str = "", history: FromHistory | None = None,
) -> ReceiptRow:  # fmt: skip
    """A row of what `_details` gives; what is left of it then are the cells."""
    number, key, import_id, file, line, since = (detail.pop(name) for name in _PLACE)
    return ReceiptRow(
        int(number), key, weight, value, in_numerator, detail, int(import_id or 0), file, int(line or 0), since,
        rate, kind, reason, history=history,
    )  # fmt: skip


def _details(
    ws: Workspace, ids: Sequence[int], kinds: Sequence[Kind], labels: Sequence[str], as_of: date | None
) -> list[dict[str, str]]:
    """Every row as text with the file it came from, whatever kind of record it is."""
    details: list[dict[str, str]] = [
        {"deal_id": "0", "key": "", "name": label, "import_id": "", "file": "", "line": "", "valid_from": ""}
        for label in labels
    ]
    for kind in sorted(set(kinds)):
        at = [n for n, one in enumerate(kinds) if one == kind and ids[n] > 0]
        if at:
            rows = store.rows_by_id(ws.db, kind, [ids[n] for n in at], as_of)
            for n, row in zip(at, rows, strict=True):
                if "record_id" in row:
                    row["deal_id"] = row.pop("record_id")
                details[n] = row
    return details


def _with_columns(rows: tuple[ReceiptRow, ...], kinds: Sequence[Kind], money: str, read: Sequence[str] = ()) -> Listing:
    return Listing(rows, tuple(name for name in _shown(kinds, read) if _is_shown(name, rows, money)))


def _shown(kinds: Sequence[Kind], read: Sequence[str] = ()) -> tuple[str, ...]:
    """The columns of a receipt: of deals the chosen ones and those by which they count, all fields of other kinds."""
    own = [one.name for kind in sorted(set(kinds) - {"deals"}) for one in FIELDS[kind]]
    if "deals" not in kinds and kinds:
        return tuple(dict.fromkeys(("name", *own)))
    at = SHOWN.index("created_at")
    more = (one for one in read if one not in SHOWN)  # beside the amount, where they are seen
    return tuple(dict.fromkeys((*SHOWN[:at], *more, *SHOWN[at:], *own)))


def _is_shown(name: str, listed: Sequence[ReceiptRow], money: str) -> bool:
    """Whether a field says something: its currency only where that is another than the workspace's."""
    texts = {row.cells.get(name, "") for row in listed} - {""}
    return bool(texts - {money}) if name == "currency" else bool(texts)


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
