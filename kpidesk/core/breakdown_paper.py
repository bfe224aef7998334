"""A breakdown as a paper: every part with its number, its share and what it rests on, and the whole as a total."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kpidesk.core.breakdowns import LUCK, Cell, PivotTable, changes_title, receipts_of, remarks_of
from kpidesk.core.formats import period_text
from kpidesk.core.kpis import Kpi, full_bar
from kpidesk.core.papers import (
    Paper,
    PaperCell,
    PaperColumn,
    PaperPart,
    PaperRow,
    PaperSection,
    PaperTable,
    PaperWords,
    receipt_sections,
    unit_of,
)
from kpidesk.core.side_by_side import SideBySide
from kpidesk.core.wording import capital

TOTAL = "All"


def breakdown_paper(found: PivotTable) -> Paper:
    """The table of a breakdown with what must be known to read it."""
    remarks = remarks_of(found)
    words: tuple[PaperPart, ...] = (PaperWords(remarks, listed=True),) if remarks else ()
    section = PaperSection(f"By {found.rows_label}", (_matrix(found) if found.columns else _single(found), *words))
    name = found.title.partition(" · ")[0]
    filters = (f"only where {found.view.where}",) if found.view.where else ()
    names = tuple(part.label for part in found.rows) if found.view.rows_by in ("rep", "owner") else ()
    sections = (section, *receipt_sections(receipts_of(found)))
    return Paper("breakdown", name, _about(found), found.as_of, sections, found.currency, filters,
                 definitions=found.definitions, names=names)  # fmt: skip


def side_by_side_paper(found: SideBySide) -> Paper:
    """Several KPIs by one field: for each part what it comes to in each KPI, and what that rests on."""
    first = found.first
    columns = [PaperColumn("part", capital(first.rows_label), share=1.5)]
    for at, one in enumerate(found.tables):
        columns.append(_bars(f"value{at}", one.kpi, 1.2))
        columns.append(PaperColumn(f"rests{at}", "From", "text" if one.kpi.is_rate else "count"))
    rows = [PaperRow((PaperCell(one.label), *_side_cells(one.cells))) for one in found.parts]
    totals = tuple(one.total for one in found.tables)
    rows.append(PaperRow((PaperCell(TOTAL), *_side_cells(totals)), strong=True))
    words: tuple[PaperPart, ...] = (PaperWords(found.remarks, listed=True),) if found.remarks else ()
    table = PaperTable(tuple(columns), tuple(rows), empty="Nothing in this period.")
    filters = (f"only where {first.view.where}",) if first.view.where else ()
    names = tuple(part.label for part in found.parts) if first.view.rows_by in ("rep", "owner") else ()
    sections = (PaperSection(f"By {first.rows_label}", (table, *words)), *receipt_sections(found.receipts))
    return Paper("breakdown", found.names, _about(first), first.as_of, sections, first.currency, filters,
                 definitions=found.definitions, names=names)  # fmt: skip


def _side_cells(cells: Sequence[Cell | None]) -> Iterator[PaperCell]:
    for cell in cells:
        yield PaperCell(cell.text, cell.result.value) if cell else PaperCell("")
        yield PaperCell(cell.sample, cell.result.n) if cell else PaperCell("")


def _about(found: PivotTable) -> str:
    """Whose numbers they are, and of which days."""
    rest = found.title.partition(" · ")[2]
    return f"{rest.rpartition(' · ')[0]} · {period_text(found.question.period)}"


def _single(found: PivotTable) -> PaperTable:
    columns = [
        PaperColumn("part", capital(found.rows_label), share=1.5),
        _bars("value", found.kpi, 1.4),
    ]
    columns += [PaperColumn("share", "Share", "percent")] if found.has_shares else []
    columns += [PaperColumn("rests", "From", "text" if found.kpi.is_rate else "count"), *_change_columns(found)]
    cells = [line[0] for line in found.cells]
    labels = [part.label for part in found.rows]
    rows = [_single_row(found, at, label, cell) for at, (label, cell) in enumerate(zip(labels, cells, strict=True))]
    rows.append(_single_row(found, -1, TOTAL, found.total, of=cells))
    return PaperTable(tuple(columns), tuple(rows), empty="Nothing in this period.")


def _bars(key: str, kpi: Kpi, share: float) -> PaperColumn:
    return PaperColumn(key, kpi.name, unit_of(kpi.unit), share, bar=True, full=full_bar(kpi, ()))


def _change_columns(found: PivotTable) -> list[PaperColumn]:
    """How far each row lies from the period before, and the words whether that is more than luck."""
    made = [PaperColumn("change", changes_title(found), unit_of(found.kpi.unit)), PaperColumn("luck", LUCK, share=1.2)]
    return made[: 1 + bool(found.verdicts)] if found.changes else []


def _change_cells(found: PivotTable, at: int) -> list[PaperCell]:
    cell = found.changes[at] if found.changes else None
    words = [PaperCell(found.verdict(at))] if found.verdicts else []
    return [PaperCell(cell.text, cell.result.value), *words] if cell is not None else []


def _single_row(found: PivotTable, at: int, label: str, cell: Cell, of: Sequence[Cell] = ()) -> PaperRow:
    share = (PaperCell(cell.share_text, cell.share, "{value}/SUM({value:all})"),) if found.has_shares else ()
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
    columns = [PaperColumn("part", capital(found.rows_label), share=1.4)]
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
