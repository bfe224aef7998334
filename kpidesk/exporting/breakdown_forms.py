"""A breakdown as text for a terminal and as plain values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import get_args

from kpidesk.core.breakdowns import LUCK, Cell, PivotTable, SavedView, changes_title, heavy_words, together_words
from kpidesk.core.formats import period_text
from kpidesk.core.parts import PartKind
from kpidesk.exporting.json_form import Json, number_json, period_json
from kpidesk.exporting.text_table import Column, line_width, paragraph, paragraphs, sections, table, table_width
from kpidesk.exporting.words import known_words

TOTAL = "All"


def breakdown_text(found: PivotTable) -> str:
    """A breakdown as a table; one that is too wide for a terminal line is written part by part."""
    head = f"{found.title}\n{paragraph(known_words(found.as_of, definitions=found.definitions))}"
    body = _matrix(found) if found.columns else _single(found)
    remarks = (*together_words(found), *heavy_words(found), *found.notices)
    return sections((head, body, paragraphs(remarks, indent="  ", first="• ")))


def beside_text(found: PivotTable, others: Sequence[PivotTable]) -> str:
    """A breakdown with those of other KPIs by the same field beside it, each part with what it comes to in each."""
    every = (found, *others)
    parts = []
    for kind in get_args(PartKind):
        parts += merged([[part.label for part in one.rows if part.kind == kind] for one in every])
    columns = [Column(found.rows_label.capitalize(), (*parts, TOTAL))]
    for one in every:
        known = {part.label: one.told(line[0]) for part, line in zip(one.rows, one.cells, strict=True)}
        cells = (*(known.get(label, "") for label in parts), one.told(one.total))
        columns.append(Column(one.kpi.name, cells, right=True))
    about = f"{', '.join(one.kpi.name for one in every)} by {found.rows_label} · {period_text(found.question.period)}"
    remarks = dict.fromkeys(words for one in every for words in (*together_words(one), *one.notices))
    known_then = paragraph(known_words(found.as_of, definitions=found.definitions))
    return sections((f"{about}\n{known_then}", table(columns), paragraphs(remarks, indent="  ", first="• ")))


def merged(lists: Iterable[Sequence[str]]) -> list[str]:
    """Several lists as one: each label once, after the one before it in the list that it comes from."""
    found: list[str] = []
    for labels in lists:
        at = 0
        for label in labels:
            if label not in found:
                found.insert(at, label)
            at = found.index(label) + 1
    return found


def _single(found: PivotTable) -> str:
    every = [*(line[0] for line in found.cells), found.total]
    return table((
        Column(found.rows_label.capitalize(), (*(part.label for part in found.rows), TOTAL)),
        Column(found.kpi.name, tuple(cell.text for cell in every), right=True),
        Column("Share", tuple(cell.share_text for cell in every), right=True),
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
    names = Column(found.rows_label.capitalize(), (*(part.label for part in found.rows), TOTAL))
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
    }


def views_text(found: Sequence[SavedView]) -> str:
    """The breakdowns that have a name."""
    if not found:
        return "No breakdown has been saved yet: kpidesk pivot WORKSPACE KPI --rows FIELD --save NAME"
    return table((
        Column("Name", tuple(one.name for one in found)),
        Column("KPI", tuple(one.view.kpi_id for one in found)),
        Column("Rows", tuple(one.view.rows_by for one in found)),
        Column("Columns", tuple(one.view.columns_by for one in found)),
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
        "where": view.where, "top": view.top, "periods": view.periods, "saved_on": saved.saved_on,
    }  # fmt: skip


def under(found: PivotTable) -> str:
    """Whose numbers a breakdown shows and for which days, and the condition they meet."""
    text = f"{found.title.rpartition(' · ')[0].rpartition(' · ')[2]} · {period_text(found.question.period)}"
    return f"{text} · only where {found.view.where}" if found.view.where else text
