"""Answers as plain text for a terminal, at most 110 columns wide."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from kpidesk.core.fields import DEAL_FIELDS, FIELDS
from kpidesk.core.formats import (
    NOTHING,
    day_text,
    format_interval,
    format_value,
    full_value,
    period_text,
    plain_number,
    sample_text,
)
from kpidesk.core.imports import ImportEntry, ImportReport, change_amount, link_words
from kpidesk.core.receipts import Receipt, ReceiptRow
from kpidesk.core.scorecards import Scorecard
from kpidesk.core.status import status_symbol
from kpidesk.core.trends import Trend, TrendPoint
from kpidesk.exporting.text_table import WIDTH, Column, cut, paragraph, sections, table, table_width
from kpidesk.exporting.words import (
    goal_texts,
    heading,
    interval_text,
    key_cells,
    key_lines,
    known_words,
    notes,
    point_goals,
    point_interval,
    row_names,
    scope_name,
)

INTERVAL = "95% interval"
BAR = 16
LABEL = 13
PLAIN_DIALECTS = ("", "generic", "people")
UNTOLD: tuple[object, ...] = ("", None, [], ())
ISSUES_SHOWN = 20
PARTS = ("added", "updated", "unchanged", "rejected", "skipped")
ALL_FIELDS = (*(one for fields in FIELDS.values() for one in fields), *DEAL_FIELDS)
LABELS = {one.name: one.label for one in ALL_FIELDS}
RIGHT_ALIGNED = frozenset(one.name for one in ALL_FIELDS if one.kind in ("money", "ratio", "number"))
DAY_COUNTED = re.compile(r"\bon (\w+)")
FIELD_COUNTED = re.compile(r"\bdeals\.(\w+)")
CLOSED = "closed_at"
CLOSED_FIELDS = (CLOSED, "close_date")
"""Where the day a deal closed stands: many exports have a close date only."""
TOLD_FIELDS = ("owner", "account", "stage", "amount", "currency", "created_at", *CLOSED_FIELDS)


def scorecard_text(card: Scorecard) -> str:
    """A scorecard as a table: each KPI with what it rests on, its goals and its standing.

    A breakdown gets a table for each KPI.
    """
    files = f" From {', '.join(card.sources)}." if card.sources else ""
    known = known_words(card.as_of, card.age_days, running=card.running) + files
    return sections((
        _lines([heading(card), known]),
        *_tables(card),
        _lines(notes(card)),
    ))  # fmt: skip


def _tables(card: Scorecard) -> Iterator[str]:
    if not card.rows:
        yield "No KPI is active at this level."
    elif not card.question.by:
        yield from _table(card)
    else:
        for kpi in dict.fromkeys(row.kpi for row in card.rows):
            part = replace(card, rows=tuple(row for row in card.rows if row.kpi == kpi))
            yield sections((paragraph(kpi.name), *_table(part)))


def _table(card: Scorecard) -> Iterator[str]:
    """The rows of a card as one table; the intervals stand below it when it has no room for them."""
    columns = _card_columns(card)
    if table_width(columns) <= WIDTH:
        yield table(columns)
    else:
        yield table([column for column in columns if column.title != INTERVAL])
        yield _intervals(card)


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(paragraph(text) for text in texts)


def _card_columns(card: Scorecard) -> tuple[Column, ...]:
    rows, money = card.rows, card.currency
    goals = [goal_texts(row, money) for row in rows]
    judged = [row.kpi.direction != "none" for row in rows]
    return (
        Column("", tuple(status_symbol(row.status) if has else "" for row, has in zip(rows, judged, strict=True))),
        *(Column(title, cells) for title, cells in _stepped(card)),
        Column("Actual", tuple(row.value_text for row in rows), right=True),
        Column("From", tuple(row.sample_text for row in rows)),
        Column(INTERVAL, tuple(interval_text(row, money) for row in rows)),
        Column("Baseline", tuple(one.baseline for one in goals), right=True),
        Column("Minimum", tuple(one.minimum for one in goals), right=True),
        Column("Target", tuple(one.target for one in goals), right=True),
        Column("Stretch", tuple(one.stretch for one in goals), right=True),
        Column("Status", tuple(row.status_words if has else "" for row, has in zip(rows, judged, strict=True))),
    )


def _stepped(card: Scorecard) -> list[tuple[str, tuple[str, ...]]]:
    """The key columns; a name that goes on from the line above is not written again."""
    lines = key_lines(card)
    found = []
    for at, (title, cells) in enumerate(key_cells(card).items()):
        goes_on = [i > 0 and lines[i][: at + 1] == lines[i - 1][: at + 1] for i in range(len(lines))]
        found.append((title, tuple("" if same else cell for same, cell in zip(goes_on, cells, strict=True))))
    return found


def _intervals(card: Scorecard) -> str:
    """The intervals as a sentence, for a table that has no room for them."""
    told = zip(row_names(card), (interval_text(row, card.currency) for row in card.rows), strict=True)
    found = [f"{name} {text}" for name, text in told if text]
    return paragraph(f"95% intervals: {'; '.join(found)}.") if found else ""


def trend_text(trend: Trend) -> str:
    """A trend as a table with a bar for each period, oldest first."""
    points = trend.points
    goals = [point_goals(trend, point) for point in points]
    low, aim, high = zip(*goals, strict=True) if goals else ((), (), ())
    columns = (
        Column("Period", tuple(f"{point.period.label}{' *' if point.partial else ''}" for point in points)),
        Column("Actual", tuple(point.value_text for point in points), right=True),
        Column("", _bars(points)),
        Column("From", tuple(point.sample_text for point in points)),
        Column(INTERVAL, tuple(point_interval(trend, point) for point in points)),
        Column("Minimum", low, right=True),
        Column("Target", aim, right=True),
        Column("Stretch", high, right=True),
    )
    return sections((
        _lines([trend.title, known_words(trend.as_of)]),
        table(columns),
        _lines([*_marks(trend), *trend.notices]),
        paragraph(trend.sentence),
    ))  # fmt: skip


def _marks(trend: Trend) -> list[str]:
    """What a star means, and the baseline, which is the same in every period."""
    told = ["* The period is not over."] if any(point.partial for point in trend.points) else []
    base = trend.baseline
    if base is None:
        return told
    return [*told, f"Baseline {format_value(base.value, trend.kpi.unit, trend.currency, base.n or None)}."]


def _bars(points: Sequence[TrendPoint]) -> tuple[str, ...]:
    """Bars from zero, a light one for a period that is not over; none where a value is below zero."""
    values = [point.result.value or 0.0 for point in points]
    if not values or min(values) < 0 or max(values) <= 0:
        return ("",) * len(points)
    return tuple(
        ("░" if point.partial else "█") * max(round(BAR * value / max(values)), 1 if value else 0)
        for value, point in zip(values, points, strict=True)
    )


def receipt_text(receipt: Receipt) -> str:
    """A number, what was counted, the proof, and every row behind it."""
    asked, found = receipt.question, receipt.result
    rests = (
        [sample_text(found.n, found.numerator if receipt.kpi.is_rate else None, receipt.noun)]
        if found.value is not None
        else []
    )
    if found.interval is not None:
        rests.append(f"95% interval {format_interval(found.interval, receipt.kpi.unit, receipt.currency, found.n)}")
    number = f"{receipt.kpi.name} {receipt.value_text}" + (f" ({', '.join(rests)})" if rests else "")
    return sections((
        _lines([f"{scope_name(asked.scope, 'Organisation')} · {period_text(asked.period)}", number]),
        paragraph(receipt.words),
        _lines([proof(receipt), *_parts(receipt), *receipt.notices, _origin(receipt)]),
        table(_receipt_columns(receipt)) if receipt.rows else "",
    ))  # fmt: skip


def proof(receipt: Receipt) -> str:
    """Whether the rows come to the number shown, with the division written out for a quotient."""
    found = receipt.result
    if found.value is None:
        return f"There is no number: {found.reason.rstrip('.') or 'no rows'}."
    rows = f"{len(receipt.rows):,} row{'' if len(receipt.rows) == 1 else 's'}"
    again = full_value(receipt.reproduced, receipt.kpi.unit, receipt.currency)
    if found.numerator is not None and found.denominator is not None:
        again = f"{plain_number(found.numerator)} ÷ {plain_number(found.denominator)} = {again}"
    if receipt.reproduces:
        return f"{rows} {'gives' if len(receipt.rows) == 1 else 'give'} the same number again: {again}."
    return f"{rows} do NOT come to {receipt.value_text}: they give {again}."


def _parts(receipt: Receipt) -> list[str]:
    if len(receipt.parts) < 2:
        return []
    told = (f"{words}: {NOTHING if value is None else plain_number(value)}" for words, value in receipt.parts)
    return [f"Made of {'; '.join(told)}."]


def _origin(receipt: Receipt) -> str:
    imports = ", ".join(str(number) for number in receipt.import_ids)
    from_imports = f" Imports {imports}." if imports else ""
    version = f" Definition version {receipt.definition_version}."
    return f"{known_words(receipt.as_of)}{version}{from_imports}{f' Code {receipt.code}.' if receipt.code else ''}"


def _receipt_columns(receipt: Receipt) -> tuple[Column, ...]:
    """Key, the fields that fit, what a row counts for, and the line it was read from."""
    rows = receipt.rows
    first = [
        _column("Key", rows, lambda row: row.key),
        _column("Deal" if receipt.noun == "deal" else "Name", rows, lambda row: row.cells.get("name", "")),
    ]
    last = [_column("Read from", rows, lambda row: f"{row.file}:{row.line}" if row.line else row.file)]
    if receipt.result.denominator is not None and not all(row.in_numerator for row in rows):
        last.insert(0, _column("Counts", rows, lambda row: "yes" if row.in_numerator else "no"))
    if any(row.rate for row in rows):
        last[:0] = [
            _column("Rate", rows, lambda row: row.rate),
            _column("Adds", rows, lambda row: "" if row.value is None else plain_number(row.value), right=True),
        ]
    if any(row.weight != 1 for row in rows):
        last.insert(0, _column("Share", rows, lambda row: f"{plain_number(row.weight * 100)}%", right=True))
    fields: dict[str, Column] = {}
    known = _field_columns(receipt)
    told = TOLD_FIELDS if all(row.kind == "deals" for row in rows) else tuple(known)
    for name in dict.fromkeys((*_counted_by(receipt.kpi.formula), *told)):
        if name not in known:
            continue
        more = known[name]
        if table_width([*first, *fields.values(), more, *last]) <= WIDTH:
            fields[name] = more
    return (*first, *(fields[name] for name in told if name in fields), *last)


def _counted_by(formula: str) -> tuple[str, ...]:
    """The fields by which a KPI counts, day first and then amounts: they must not be lost for want of room."""
    days = (CLOSED if name in CLOSED_FIELDS else name for name in DAY_COUNTED.findall(formula))
    return (*days, *FIELD_COUNTED.findall(formula))


def _field_columns(receipt: Receipt) -> dict[str, Column]:
    """The columns of the fields that have a value.

    For a KPI that counts by the day deals closed that day is one column: the one stated, else the close date.
    """
    found = {name: _field_column(name, receipt.rows) for name in receipt.columns if name in LABELS}
    if CLOSED in _counted_by(receipt.kpi.formula) and "close_date" in found:
        title = LABELS[CLOSED if CLOSED in found else "close_date"]
        found.pop("close_date")
        found[CLOSED] = _column(title, receipt.rows, _closed)
    return found


def _closed(row: ReceiptRow) -> str:
    return next((row.cells[name] for name in CLOSED_FIELDS if row.cells.get(name)), "")


def _column(
    title: str, rows: Sequence[ReceiptRow], text: Callable[[ReceiptRow], str], *, right: bool = False
) -> Column:
    return Column(title, tuple(cut(text(row), 32) for row in rows), right)


def _field_column(name: str, rows: Sequence[ReceiptRow]) -> Column:
    return _column(LABELS[name], rows, lambda row: row.cells.get(name, ""), right=name in RIGHT_ALIGNED)


def kpi_text(shown: Mapping[str, object]) -> str:
    """Everything about one KPI, a line for each field that is filled in; lists have an item on each line."""
    lines = []
    for name, value in shown.items():
        if value in UNTOLD or name == "first_day":
            continue
        items = value if isinstance(value, list | tuple) else (value,)
        together = ", ".join(str(one) for one in items)
        texts = [together] if name in ("levels", "leading") else [_item_text(one) for one in items]
        for at, text in enumerate(texts):
            label = name.replace("_", " ").capitalize() if not at else ""
            lines.append(paragraph(text, indent=" " * LABEL, first=f"{label:{LABEL}}"))
    return "\n".join(lines)


def _item_text(item: object) -> str:
    """A plain value as it is; a benchmark as its text with who says so and for whom."""
    if not isinstance(item, Mapping):
        return str(item)
    about = ", ".join(str(item[name]) for name in ("source", "grade", "segment") if item.get(name))
    return f"{item['text']} ({about})" if about else str(item["text"])


def import_text(report: ImportReport) -> str:
    """What an import did: the rows accounted for, what changed, and the rows it refused."""
    did = "would be imported (nothing was changed)" if report.dry_run else f"imported, number {report.import_id}"
    by = "" if report.dialect in PLAIN_DIALECTS else f" from {report.dialect}"
    sums = " + ".join(f"{getattr(report, part):,} {part}" for part in PARTS)
    return sections((
        _lines([
            f"{report.file}: {did}. {report.kind.capitalize()}{by}, data as of {day_text(report.data_date)}.",
            f"{report.read:,} rows read = {sums}",
        ]),
        _changes(report),
        _issues(report),
        _lines((*map(link_words, report.linked), *report.notices)),
    ))  # fmt: skip


def _changes(report: ImportReport) -> str:
    if not report.changes:
        return ""
    told = (
        f"{one.deals:,} {one.what} ({change_amount(format_value(one.amount, 'money', report.currency), one)})"
        for one in report.changes
    )
    return paragraph(f"Since the import before: {', '.join(told)}.")


def _issues(report: ImportReport) -> str:
    if not report.issues:
        return ""
    shown = report.issues[:ISSUES_SHOWN]
    listed = table((
        Column("Line", tuple(f"{one.line:,}" for one in shown), right=True),
        Column("Column", tuple(cut(one.column, 24) for one in shown)),
        Column("Value", tuple(cut(one.value, 24) or "(empty)" for one in shown)),
        Column("Problem", tuple(one.problem for one in shown)),
    ))  # fmt: skip
    rest = len(report.issues) - len(shown)
    return f"Rejected:\n{listed}" + (f"\n… and {rest:,} more; --json lists all." if rest else "")


def undo_text(import_id: int, file: str, data_date: date, known: date | None, with_it: int | None = None) -> str:
    """That an import was taken back, with that of the same file which went with it, and how far the data reach now."""
    what = f"{file}, data as of {day_text(data_date)}"
    if with_it is None:
        return f"Import {import_id} ({what}) is undone. {known_words(known)}"
    first, last = sorted((import_id, with_it))
    return f"Imports {first} and {last} ({what}) are undone, because one file brought both. {known_words(known)}"


def imports_text(entries: Iterable[ImportEntry]) -> str:
    """The history of imports as a table, oldest first."""
    known = tuple(entries)
    if not known:
        return "Nothing has been imported yet."

    def counts(name: str) -> Column:
        return Column(name.capitalize(), tuple(f"{getattr(one, name):,}" for one in known), right=True)

    return table((
        Column("No.", tuple(str(one.import_id) for one in known), right=True),
        Column("Data as of", tuple(one.data_date.isoformat() for one in known)),
        Column("Kind", tuple(one.kind for one in known)),
        Column("File", tuple(one.file for one in known)),
        *(counts(name) for name in ("read", *PARTS)),
    ))  # fmt: skip
