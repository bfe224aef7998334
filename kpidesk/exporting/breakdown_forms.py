"""A breakdown as text for a terminal and as plain values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kpidesk.core.breakdowns import (
    LUCK,
    Cell,
    PivotTable,
    SavedView,
    changes_title,
    receipts_of,
    remarks_of,
)
from kpidesk.core.formats import period_text
from kpidesk.core.side_by_side import SideBySide
from kpidesk.core.wording import capital
from kpidesk.exporting.json_form import Json, number_json, period_json
from kpidesk.exporting.text_table import (
    Column,
    explained,
    line_width,
    paragraph,
    paragraphs,
    receipts_text,
    sections,
    table,
    table_width,
)
from kpidesk.exporting.words import definitions_meaning, known_words

TOTAL = "All"


def any_breakdown_text(found: PivotTable | SideBySide, *, receipts: bool = True) -> str:
    """A breakdown, or several side by side, as a table. Without `receipts` no codes stand below."""
    if isinstance(found, SideBySide):
        return beside_text(found, receipts=receipts)
    return breakdown_text(found, receipts=receipts)


def any_breakdown_json(found: PivotTable | SideBySide) -> Json:
    """A breakdown, or several side by side, with every cell."""
    return beside_json(found) if isinstance(found, SideBySide) else breakdown_json(found)


def breakdown_text(found: PivotTable, *, receipts: bool = True) -> str:
    """A breakdown as a table; one that is too wide for a terminal line is written part by part."""
    head = f"{found.title}\n{paragraph(known_words(found.as_of))}"
    body = _matrix(found) if found.columns else _single(found)
    remarks = remarks_of(found)
    codes = receipts_text(receipts_of(found)) if receipts else ""
    counted_by = paragraph(definitions_meaning(found.definitions))
    return explained((head, body, paragraphs(remarks, indent="  ", first="• ")), counted_by, codes)


def beside_text(found: SideBySide, *, receipts: bool = True) -> str:
    """Breakdowns of several KPIs by one field, each part with what it comes to in each."""
    columns = [Column(capital(found.first.rows_label), (*(part.label for part in found.parts), TOTAL))]
    for at, one in enumerate(found.tables):
        told = [one.told(cell) if (cell := part.cells[at]) else "" for part in found.parts]
        columns.append(Column(one.kpi.name, (*told, one.told(one.total)), right=True))
    head = f"{found.title}\n{paragraph(known_words(found.first.as_of))}"
    remarks = paragraphs(found.remarks, indent="  ", first="• ")
    codes = receipts_text(found.receipts) if receipts else ""
    return explained((head, table(columns), remarks), paragraph(definitions_meaning(found.definitions)), codes)


def _single(found: PivotTable) -> str:
    every = [*(line[0] for line in found.cells), found.total]
    return table((
        Column(capital(found.rows_label), (*(part.label for part in found.rows), TOTAL)),
        Column(found.kpi.name, tuple(cell.text for cell in every), right=True),
        *((Column("Share", tuple(cell.share_text for cell in every), right=True),) if found.has_shares else ()),
        Column("From", tuple(cell.sample for cell in every), right=True),
        *_changes(found),
        Column("", tuple(cell.result.reason for cell in every)),
    ))  # fmt: skip


def _changes(found: PivotTable) -> list[Column]:
    """How far each row lies from the period before, and whether that is more than luck."""
    if not found.changes:
        return []
    words = tuple(found.verdict(at) for at in range(len(found.changes)))
    return [Column(changes_title(found), tuple(cell.text for cell in found.changes), right=True), Column(LUCK, words)]


def _matrix(found: PivotTable) -> str:
    names = Column(capital(found.rows_label), (*(part.label for part in found.rows), TOTAL))
    columns = [
        Column(
            label, (*(found.told(line[at]) for line in found.cells), found.told(found.column_totals[at])), right=True
        )
        for at, label in enumerate(found.columns)
    ]
    if found.row_totals:
        columns.append(Column(TOTAL, tuple(map(found.told, (*found.row_totals, found.total))), right=True))
    columns += _changes(found)
    pages: list[list[Column]] = []
    for column in columns:
        if pages and table_width((names, *pages[-1], column)) <= line_width():
            pages[-1].append(column)
        else:
            pages.append([column])
    return sections([table((names, *page)) for page in pages]) if pages else "Nothing in this period."


def breakdown_json(found: PivotTable) -> Json:
    """A breakdown with every cell, its totals and what stands together."""
    question = found.question
    return {
        "kpi": found.kpi.id,
        "scope": question.scope.key,
        "period": period_json(question.period),
        "as_of": found.as_of.isoformat() if found.as_of else None,
        "unit": found.kpi.unit,
        "currency": found.currency,
        "rows_by": found.view.rows_by,
        "columns_by": found.view.columns_by,
        "where": found.view.where,
        "adds_up": found.adds_up,
        "columns": list(found.columns),
        "rows": [
            {"label": part.label, "kind": part.kind, "cells": [_cell(cell) for cell in line],
             "total": _cell(found.row_totals[at]) if found.row_totals else None,
             "change": number_json(found.changes[at].result.value) if found.changes else None,
             "verdict": _verdict_json(found, at)}
            for at, (part, line) in enumerate(zip(found.rows, found.cells, strict=True))
        ],
        "column_totals": [_cell(cell) for cell in found.column_totals],
        "total": _cell(found.total),
        "change": number_json(found.changes[-1].result.value) if found.changes else None,
        "verdict": _verdict_json(found, -1),
        "against": found.against,
        "together": {"rows": found.rows_together, "columns": found.columns_together},
        "notices": list(found.notices),
    }  # fmt: skip


def beside_json(found: SideBySide) -> Json:
    """The first breakdown, and under `beside` those that stand beside it."""
    return {**breakdown_json(found.first), "beside": [breakdown_json(one) for one in found.tables[1:]]}


def _verdict_json(found: PivotTable, at: int) -> Json | None:
    """Whether a row really changed, with what it was before."""
    told = found.verdicts[at] if found.verdicts else None
    return {"finding": told.finding, "words": told.words, "before": number_json(told.before)} if told else None


def _cell(cell: Cell) -> Json:
    result = cell.result
    return {
        "value": number_json(result.value),
        "numerator": number_json(result.numerator),
        "denominator": number_json(result.denominator),
        "n": number_json(result.n),
        "share": number_json(cell.share),
        "largest_record": number_json(cell.heaviest),
        "reason": result.reason,
        "receipt": cell.receipt,
    }


def views_text(found: Sequence[SavedView]) -> str:
    """The breakdowns that have a name."""
    if not found:
        return "No breakdown has been saved yet: kpidesk pivot WORKSPACE KPI --rows FIELD --save NAME"
    return table((
        Column("Name", tuple(one.name for one in found)),
        Column("KPI", tuple(one.view.kpi_id for one in found)),
        Column("Rows", tuple(one.rows_label for one in found)),
        Column("Columns", tuple(one.columns_label for one in found)),
        Column("Only where", tuple(one.view.where for one in found)),
        Column("Saved", tuple(one.saved_on for one in found)),
    ))  # fmt: skip


def views_json(found: Iterable[SavedView]) -> Json:
    """The breakdowns that have a name."""
    return {"views": [view_json(one) for one in found]}


def view_json(saved: SavedView) -> Json:
    """One breakdown with a name."""
    view = saved.view
    return {
        "name": saved.name, "kpi": view.kpi_id, "rows_by": view.rows_by, "columns_by": view.columns_by,
        "where": view.where, "top": view.top, "periods": view.periods,
        "beside": list(view.beside), "saved_on": saved.saved_on,
    }  # fmt: skip


def under(found: PivotTable) -> str:
    """Whose numbers a breakdown shows and for which days, and the condition they meet."""
    text = f"{found.title.rpartition(' · ')[0].rpartition(' · ')[2]} · {period_text(found.question.period)}"
    return f"{text} · only where {found.view.where}" if found.view.where else text
