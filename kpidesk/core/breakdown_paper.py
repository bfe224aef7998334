"""A breakdown as a paper: every part with its number, its share and what it rests on, and the whole as a total."""

from __future__ import annotations

from collections.abc import Sequence

from kpidesk.core.breakdowns import LUCK, Cell, PivotTable, changes_title, heavy_words, together_words
from kpidesk.core.formats import period_text
from kpidesk.core.papers import (
    Paper,
    PaperCell,
    PaperColumn,
    PaperPart,
    PaperRow,
    PaperSection,
    PaperTable,
    PaperWords,
    unit_of,
)

TOTAL = "All"


def breakdown_paper(found: PivotTable) -> Paper:
    """The table of a breakdown with what must be known to read it."""
    remarks = (*together_words(found), *heavy_words(found), *found.notices)
    words: tuple[PaperPart, ...] = (PaperWords(remarks, listed=True),) if remarks else ()
    section = PaperSection(f"By {found.rows_label}", (_matrix(found) if found.columns else _single(found), *words))
    name, _, rest = found.title.partition(" · ")
    about = f"{rest.rpartition(' · ')[0]} · {period_text(found.question.period)}"
    filters = (f"only where {found.view.where}",) if found.view.where else ()
    names = tuple(part.label for part in found.rows) if found.view.rows_by in ("rep", "owner") else ()
    return Paper("breakdown", name, about, found.as_of, (section,), found.currency, filters,
                 definitions=found.definitions, names=names)  # fmt: skip


def _single(found: PivotTable) -> PaperTable:
    columns = [
        PaperColumn("part", found.rows_label.capitalize(), share=1.5),
        PaperColumn("value", found.kpi.name, unit_of(found.kpi.unit), share=1.4, bar=True),
    ]
    columns += [PaperColumn("share", "Share", "percent")] if found.adds_up else []
    columns += [PaperColumn("rests", "From", "text" if found.kpi.is_rate else "count"), *_change_columns(found)]
    cells = [line[0] for line in found.cells]
    labels = [part.label for part in found.rows]
    rows = [_single_row(found, at, label, cell) for at, (label, cell) in enumerate(zip(labels, cells, strict=True))]
    rows.append(_single_row(found, -1, TOTAL, found.total, of=cells))
    return PaperTable(tuple(columns), tuple(rows), empty="Nothing in this period.")


def _change_columns(found: PivotTable) -> list[PaperColumn]:
    """How far each row lies from the period before, and the words whether that is more than luck."""
    made = [PaperColumn("change", changes_title(found), unit_of(found.kpi.unit)), PaperColumn("luck", LUCK, share=1.2)]
    return made[: 1 + bool(found.verdicts)] if found.changes else []


def _change_cells(found: PivotTable, at: int) -> list[PaperCell]:
    cell = found.changes[at] if found.changes else None
    words = [PaperCell(found.verdict(at))] if found.verdicts else []
    return [PaperCell(cell.text, cell.result.value), *words] if cell is not None else []


def _single_row(found: PivotTable, at: int, label: str, cell: Cell, of: Sequence[Cell] = ()) -> PaperRow:
    share = (PaperCell(cell.share_text, cell.share, "{value}/SUM({value:all})"),) if found.adds_up else ()
    value = PaperCell(cell.text, cell.result.value, _sum_of("value", cell, of))
    cells = (PaperCell(label), value, *share, PaperCell(cell.sample, cell.result.n), *_change_cells(found, at))
    return PaperRow(cells, strong=bool(of))


def _sum_of(key: str, total: Cell, parts: Sequence[Cell]) -> str:
    """The formula of a total that its parts add up to."""
    values = [part.result.value for part in parts if part.result.value is not None]
    whole = total.result.value
    adds_up = bool(values) and whole is not None and abs(sum(values) - whole) <= 1e-12 * max(1.0, abs(whole))
    return f"SUM({{{key}:all}})" if adds_up else ""


def _matrix(found: PivotTable) -> PaperTable:
    unit = unit_of(found.kpi.unit)
    titles = [*found.columns, *([TOTAL] if found.row_totals else [])]
    columns = [PaperColumn("part", found.rows_label.capitalize(), share=1.4)]
    columns += [PaperColumn(f"at{at}", title, unit) for at, title in enumerate(titles)]
    columns += _change_columns(found)
    lines = [(*line, *found.row_totals[at : at + 1]) for at, line in enumerate(found.cells)]
    whole = (*found.column_totals, *((found.total,) if found.row_totals else ()))
    rows = [
        PaperRow((PaperCell(part.label), *(_cell(found, cell) for cell in line), *_change_cells(found, at)))
        for at, (part, line) in enumerate(zip(found.rows, lines, strict=True))
    ]
    totals = [PaperCell(found.told(cell), cell.result.value, _sum_of(f"at{at}", cell, [line[at] for line in lines]))
              for at, cell in enumerate(whole)]  # fmt: skip
    rows.append(PaperRow((PaperCell(TOTAL), *totals, *_change_cells(found, -1)), strong=True))
    return PaperTable(tuple(columns), tuple(rows), empty="Nothing in this period.")


def _cell(found: PivotTable, cell: Cell) -> PaperCell:
    return PaperCell(found.told(cell), cell.result.value)
