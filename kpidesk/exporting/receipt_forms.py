"""Receipts and their replay as text and as JSON."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from kpidesk.core.fields import DEAL_FIELDS, FIELDS, OF_DAYS, OF_VISITS
from kpidesk.core.forecast_words import range_again
from kpidesk.core.formats import (
    NOTHING,
    between_words,
    format_value,
    full_value,
    period_text,
    plain_number,
    sample_text,
    stored_day_text,
)
from kpidesk.core.luck_words import FOR_LUCK
from kpidesk.core.parts import part_words
from kpidesk.core.receipts import (
    COMPARED,
    STATE_FROM,
    FromHistory,
    LeftOut,
    Listing,
    Receipt,
    ReceiptRow,
    Replay,
    in_reading_order,
    reading_order_words,
    stand_in_order,
)
from kpidesk.core.term_words import terms_unsaid
from kpidesk.core.wording import counted
from kpidesk.exporting.json_form import Json, day_json, interval_json, number_json, period_json, result_json
from kpidesk.exporting.text_table import (
    Column,
    paragraph,
    paragraphs,
    sections,
    table,
    table_width,
    terminal_width,
)
from kpidesk.exporting.words import known_words, scope_name

ALL_FIELDS = (*(one for fields in FIELDS.values() for one in fields), *DEAL_FIELDS, *OF_VISITS)
LABELS = {one.name: one.label for one in ALL_FIELDS}
RIGHT_ALIGNED = frozenset(one.name for one in ALL_FIELDS if one.kind in ("money", "ratio", "number"))
DAY_COUNTED = re.compile(r"\bon (\w+)")
FIELD_COUNTED = re.compile(r"\bdeals\.(\w+)")
TO_FILE = ", --to FILE writes every row"
CLOSED = "closed_at"
CLOSED_FIELDS = (CLOSED, "close_date")
"""Where the day a deal closed stands: many exports have a close date only."""
TOLD_FIELDS = ("owner", "account", "stage", "amount", "currency", "created_at", *CLOSED_FIELDS)


def receipt_text(receipt: Receipt, left_out: Sequence[LeftOut] = ()) -> str:
    """A number, what was counted, the proof, every row behind it, and which rows are left out for which reason."""
    asked, found = receipt.question, receipt.result
    rests = (
        [sample_text(found.n, found.numerator if receipt.kpi.is_rate else None, receipt.noun)]
        if found.value is not None and (found.n or not receipt.kpi.is_manual)
        else []
    )
    if found.interval is not None:
        ends = between_words(found.interval, receipt.kpi.display, receipt.currency, found.n)
        rests.append(f"{FOR_LUCK.lower()} {ends}")
    number = f"{receipt.kpi.name} {receipt.value_text}" + (f" ({', '.join(rests)})" if rests else "")
    about = " · ".join((scope_name(asked.scope, "Organisation"), *(one.label for one in asked.parts)))
    said = (
        _lines([f"{about} · {period_text(asked.period)}", number]),
        paragraph(receipt.words),
        _lines([proof(receipt), *_parts(receipt), *receipt.notices]),
        _lines([*_held_against(receipt), receipt.credit, _origin(receipt)]),
    )
    return sections((
        *said,
        f"Receipt {receipt.code}" if receipt.code else "",
        _rows(receipt),
        _compared(receipt),
        _left_out(receipt, left_out),
        paragraph(terms_unsaid(said)),
    ))  # fmt: skip


def rows_listed(most: int) -> int | None:
    """How many rows are listed: on a terminal so many, into a file or to another program all."""
    return None if terminal_width() is None else most


def with_first(receipt: Receipt, most: int | None) -> Receipt:
    """The receipt with so many of its rows at most, and the rest counted."""
    more = 0 if most is None else max(len(receipt.rows) - most, 0)
    return replace(receipt, rows=receipt.rows[:most], more=receipt.more + more) if more else receipt


def _with_rest(listed: str, more: int, others: str = "") -> str:
    """A table of rows, and below it how many there are besides."""
    rest = f"… and {counted(more, 'more row')}: --all lists every row{others}."
    return f"{listed}\n{paragraph(rest)}" if more else listed


def _rows(receipt: Receipt) -> str:
    """The rows behind the number as a person reads them, and in which order that is; of too many as they are kept."""
    if receipt.more or len(receipt.rows) < 2 or stand_in_order(receipt.rows):
        listed = table(_receipt_columns(receipt, Listing(receipt.rows, receipt.columns))) if receipt.rows else ""
        return _with_rest(listed, receipt.more, TO_FILE)
    rows = in_reading_order(receipt.rows)
    shown = table(_receipt_columns(replace(receipt, rows=rows), Listing(rows, receipt.columns)))
    return f"{counted(len(rows), 'row')}, {reading_order_words(rows)}:\n{shown}"


def _held_against(receipt: Receipt) -> list[str]:
    """The target of the number, in which version and why it holds."""
    goal, unit, money = receipt.target, receipt.kpi.display, receipt.currency
    if goal is None:
        return []
    version = f", version {goal.version}" if goal.version else ""
    why = f", {receipt.target_why}" if receipt.target_why else ""
    return [f"Target {format_value(goal.target, unit, money)}{version}{why}."]


def _compared(receipt: Receipt) -> str:
    """The rows of quota files in the target, below what they come to."""
    listing = receipt.against
    if listing is None:
        return ""
    total = plain_number(math.fsum(row.value or 0.0 for row in listing.rows))
    return f"{COMPARED}, {total} in all:\n{table(_receipt_columns(receipt, listing)[1:])}"


def _left_out(receipt: Receipt, groups: Sequence[LeftOut]) -> str:
    """How many rows do not count for which reason; those that are listed below each other."""
    if not groups:
        return ""
    counts = table((
        Column("Not counted", tuple(group.reason for group in groups)),
        Column("Rows", tuple(f"{group.count:,}" for group in groups), right=True),
    ))  # fmt: skip
    listed = (
        _with_rest(f"{group.reason}:\n{table(_receipt_columns(receipt, group.listing))}", _unlisted(group))
        for group in groups
        if group.listing
    )
    return sections((counts, *listed))


def _unlisted(group: LeftOut) -> int:
    return group.count - len(group.listing.rows) if group.listing is not None else 0


def proof(receipt: Receipt) -> str:
    """Whether the rows come to the number shown, with the division written out for a quotient."""
    found = receipt.result
    if found.value is None:
        return f"There is no number: {found.reason.rstrip('.') or 'no rows'}."
    rows = counted(receipt.count, "row")
    again = full_value(receipt.reproduced, receipt.kpi.unit, receipt.currency)
    if told := range_again(receipt):
        verb = "give" if receipt.reproduces else "do NOT give"
        return f"{rows} {verb} the same range again: {told}."
    if found.numerator is not None and found.denominator is not None:
        again = f"{plain_number(found.numerator)} ÷ {plain_number(found.denominator)} = {again}"
    if receipt.reproduces:
        return f"{rows} {'gives' if receipt.count == 1 else 'give'} the same number again: {again}."
    return f"{rows} do NOT come to {receipt.value_text}: they give {again}."


def _parts(receipt: Receipt) -> list[str]:
    if len(receipt.parts) < 2:
        return []
    told = (f"{words}: {NOTHING if value is None else plain_number(value)}" for words, value in receipt.parts)
    return [f"Made of {'; '.join(told)}."]


def _origin(receipt: Receipt) -> str:
    imports = ", ".join(str(number) for number in receipt.import_ids)
    number = "Import no." if len(receipt.import_ids) == 1 else "Imports no."
    from_imports = f" {number} {imports}." if imports else ""
    version = f" Definition version {receipt.definition_version}."
    known = known_words(receipt.as_of, receipt.age_days)
    return f"{known}{version}{from_imports}"


_NAMED = {"deal": "Deal", "answer": "Evidence"}
"""What the column of names is called, by what a row is."""


def _receipt_columns(receipt: Receipt, listing: Listing) -> tuple[Column, ...]:
    """Key, the fields that fit, what a row counts for, and the line it was read from."""
    rows = listing.rows
    first = [
        _column("Key", rows, lambda row: row.key),
        _column(_NAMED.get(receipt.noun, "Name"), rows, lambda row: row.cells.get("name", "")),
    ]
    last = [
        *_counting_columns(receipt, rows),
        _column("Receipt", rows, lambda row: row.opens.receipt if row.opens is not None else ""),
        _column("Read from", rows, _read_from),
    ]
    if any(row.history for row in rows):
        last.append(_column(STATE_FROM, rows, lambda row: row.history.place if row.history else ""))
    fields: dict[str, Column] = {}
    known = _field_columns(receipt, listing)
    room, counted = terminal_width(), (*_counted_by(receipt.kpi.formula), *receipt.read)
    made = tuple(name for name in known if name not in LABELS)
    told = (*made, *TOLD_FIELDS, *receipt.read) if all(row.kind == "deals" for row in rows) else tuple(known)
    for name in dict.fromkeys((*counted, *made, *told)):
        if name not in known:
            continue
        more = known[name]
        if room is None or name in counted or table_width([*first, *fields.values(), more, *last]) <= room:
            fields[name] = more
    return (*first, *(fields[name] for name in dict.fromkeys(told) if name in fields), *last)


def _counting_columns(receipt: Receipt, rows: Sequence[ReceiptRow]) -> Iterator[Column]:
    """The columns that say what a row counts for: its share, rate and amount, each where it says anything."""
    kpi = receipt.kpi
    if any(row.weight != 1 for row in rows):
        yield _column("Share", rows, lambda row: f"{plain_number(row.weight * 100)}%", right=True)
    has_rates = any(row.rate for row in rows)
    if has_rates:
        yield _column("Rate", rows, lambda row: row.rate)
    is_made_of = stand_in_order(rows) and any(row.value for row in rows)
    if has_rates or is_made_of or (kpi.kpi_class == "flow_money" and kpi.unit != "money"):  # no amount tells it
        yield _column("Adds", rows, lambda row: "" if row.value is None else plain_number(row.value), right=True)
    if rows is receipt.rows and any(row.reason or not row.in_numerator for row in rows):
        yield _column("Counts", rows, lambda row: "yes" if row.in_numerator else row.reason or "no")
    if kpi.is_manual:
        yield _column("Value", rows, lambda row: full_value(row.value, kpi.unit, receipt.currency), right=True)


def _read_from(row: ReceiptRow) -> str:
    """The file that a row was read from, with the line where it is known."""
    return f"{row.file}:{row.line}" if row.line else row.file


def _counted_by(formula: str) -> tuple[str, ...]:
    """The fields by which a KPI counts, day first and then amounts: they must not be lost for want of room."""
    days = (CLOSED if name in CLOSED_FIELDS else name for name in DAY_COUNTED.findall(formula))
    return (*days, *FIELD_COUNTED.findall(formula))


def _field_columns(receipt: Receipt, listing: Listing) -> dict[str, Column]:
    """The columns of the fields that have a value.

    For a KPI that counts by the day deals closed that day is one column: the one stated, else the close date.
    """
    rows = listing.rows
    found = {name: _field_column(name, rows) for name in listing.columns if name != "name"}
    if CLOSED in _counted_by(receipt.kpi.formula) and "close_date" in found:
        title = LABELS[CLOSED if CLOSED in found else "close_date"]
        found.pop("close_date")
        found[CLOSED] = _column(title, rows, _closed)
    return found


def _closed(row: ReceiptRow) -> str:
    return next((stored_day_text(row.cells[name]) for name in CLOSED_FIELDS if row.cells.get(name)), "")


def _column(
    title: str, rows: Sequence[ReceiptRow], text: Callable[[ReceiptRow], str], *, right: bool = False
) -> Column:
    return Column(title, tuple(text(row) for row in rows), right)


def _field_column(name: str, rows: Sequence[ReceiptRow]) -> Column:
    text = _grouped if name in RIGHT_ALIGNED else stored_day_text if name in OF_DAYS else str
    return _column(LABELS.get(name, name), rows, lambda row: text(row.cells.get(name, "")), right=name in RIGHT_ALIGNED)


def _grouped(text: str) -> str:
    """A number as it is written elsewhere, 13410 as 13,410; what is none stays as it is."""
    try:
        value = float(text)
    except ValueError:
        return text
    return plain_number(value) if math.isfinite(value) else text


def replay_text(replay: Replay, left_out: Sequence[LeftOut] = ()) -> str:
    """Whether the number of a printed receipt is still the same, what was changed since, and the receipt of today."""
    sign = "●" if replay.is_same else "▲"
    return sections((
        paragraph(f"{sign} {replay.verdict}"),
        _lines([f"- {one}" for one in replay.changes]),
        _lines(replay.asides),
        receipt_text(replay.receipt, left_out),
    ))  # fmt: skip


def _lines(texts: Iterable[str]) -> str:
    return paragraphs(text for text in texts if text)


def receipt_json(receipt: Receipt, left_out: Sequence[LeftOut] = ()) -> Json:
    """A number with every row behind it, the proof that they give it, and what is left out."""
    goal = receipt.target
    return {
        "kpi": receipt.kpi.id,
        "name": receipt.kpi.name,
        "unit": receipt.kpi.unit,
        "currency": receipt.currency,
        "scope": receipt.question.scope.key,
        "part": part_words(receipt.question.parts),
        "period": period_json(receipt.question.period),
        "as_of": day_json(receipt.as_of),
        **result_json(receipt.result),
        "likely": interval_json(receipt.result.likely),
        "reason": receipt.result.reason,
        "words": receipt.words,
        "credit": receipt.credit,
        "reproduced": number_json(receipt.reproduced),
        "reproduces": receipt.reproduces,
        "parts": [{"words": words, "value": number_json(value)} for words, value in receipt.parts],
        "definition_version": receipt.definition_version,
        "target": number_json(goal.target) if goal else None,
        "target_version": goal.version if goal else None,
        "target_why": receipt.target_why,
        "import_ids": list(receipt.import_ids),
        "sources": list(receipt.sources),
        "age_days": receipt.age_days,
        "code": receipt.code,
        "notices": list(receipt.notices),
        "count": receipt.count,
        "rows": [_row_json(row) for row in receipt.rows],
        "against": [_row_json(row) for row in receipt.against.rows] if receipt.against else [],
        "left_out": [_group_json(one) for one in left_out],
    }


def _row_json(row: ReceiptRow) -> Json:
    opens = row.opens
    return {
        "key": row.key,
        "in_numerator": row.in_numerator,
        "weight": number_json(row.weight),
        "value": number_json(row.value),
        "rate": row.rate,
        "reason": row.reason,
        "file": row.file,
        "line": row.line,
        "import_id": row.import_id,
        "valid_from": row.valid_from,
        "cells": dict(row.cells),
        "history": _history_json(row.history) if row.history else None,
        "opens": {
            "kpi": opens.kpi_id,
            "scope": opens.question.scope.key,
            "period": opens.question.period.key,
            "receipt": opens.receipt,
        }
        if opens
        else None,
    }


def _history_json(told: FromHistory) -> Json:
    return {"import_id": told.import_id, "file": told.file, "line": told.line, "fields": list(told.fields)}


def _group_json(group: LeftOut) -> Json:
    rows = [_row_json(row) for row in group.listing.rows] if group.listing is not None else None
    return {"reason": group.reason, "count": group.count, "rows": rows}


def replay_json(replay: Replay, left_out: Sequence[LeftOut] = ()) -> Json:
    """A receipt read again from its code."""
    return {
        "code": replay.code,
        "same": replay.is_same,
        "verdict": replay.verdict,
        "changes": list(replay.changes),
        "notices": list(replay.asides),
        "receipt": receipt_json(replay.receipt, left_out),
    }
