"""What a breakdown shows in each place of its table, and the sentences about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from kpidesk.core.breakdowns import (
    Cell,
    PivotTable,
    change_titles,
    heavy_sentence,
    remarks_of,
)
from kpidesk.core.formats import NOTHING, count_text
from kpidesk.core.kpis import full_bar
from kpidesk.core.side_by_side import SideBySide
from kpidesk.core.term_words import terms_unsaid

Show = Literal["value", "share", "rows"]
TOTAL = "All"
ROOM = "\u2003" * 7
"""As wide as the words of a change."""


@dataclass(frozen=True, slots=True)
class Face:
    """One place of the table: its text, a smaller line below, and how long a bar it has.

    `bar` is a fraction of a full one, which is 100% of a rate and else the largest value, below zero for what runs
    against the others, None for no bar; `cell` is the number behind it, `only_bar` says that the bar is all there is;
    `is_sum` stands for totals, `is_thin` for numbers that rest on too few rows to mean much; `is_words` stand at the
    left, `is_said` are words that matter.
    """

    text: str
    below: str = ""
    bar: float | None = None
    cell: Cell | None = None
    only_bar: bool = False
    is_sum: bool = False
    is_thin: bool = False
    is_words: bool = False
    is_said: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: its name, its places, and whether it is a value, the rest, the unknown or the total."""

    name: str
    kind: str
    faces: tuple[Face, ...]


@dataclass(frozen=True, slots=True)
class Laid:
    """A breakdown laid out: the titles above the columns and the lines, the total last. `wide` is the bar's column."""

    titles: tuple[str, ...]
    lines: tuple[Line, ...]
    wide: int = -1


def laid_out(table: PivotTable, show: Show, least: int = 0, *, waits: bool = False) -> Laid:
    """A breakdown as it stands in the table; without a second field values, bars, shares and samples side by side.

    What does not add up and rests on fewer than `least` rows has no bar. `waits` keeps room for changes to come.
    """
    made = _matrix(table, show, least) if table.columns else _single(table, least)
    return _with_room(made, 1 if table.changes else 2) if waits and not table.verdicts else made


def _with_room(made: Laid, columns: int) -> Laid:
    """Empty columns at the right, about as wide as what will stand there."""
    room = (Face(ROOM, is_words=True),) * columns
    return Laid((*made.titles, *("",) * columns), tuple(replace(one, faces=one.faces + room) for one in made.lines),
                made.wide)  # fmt: skip


def _single(table: PivotTable, least: int) -> Laid:
    longest = _longest(table, [line[0] for line in table.cells])
    lines = [
        Line(part.label, part.kind, (*_single_faces(table, line[0], longest, least), *_changes(table, at)))
        for at, (part, line) in enumerate(zip(table.rows, table.cells, strict=True))
    ]
    lines.append(Line(TOTAL, "total", (*_single_faces(table, table.total, 0.0, least), *_changes(table, -1))))
    share = ("Share",) if table.has_shares else ()
    return Laid((table.kpi.name, "", *share, "Rests on", *change_titles(table)), tuple(lines), 1)


def _single_faces(table: PivotTable, cell: Cell, longest: float, least: int) -> tuple[Face, ...]:
    share = (Face(cell.share_text or NOTHING, cell=cell),) if table.has_shares else ()
    is_thin = not table.adds_up and cell.result.n < least
    bar = None if is_thin else _fraction(cell, longest)
    value = Face(cell.text, cell=cell, is_thin=is_thin)
    return value, Face("", bar=bar, cell=cell, only_bar=True), *share, Face(cell.sample, cell=cell)


def _matrix(table: PivotTable, show: Show, least: int) -> Laid:
    longest = _longest(table, table.every_cell)
    lines = []
    for at, (part, cells) in enumerate(zip(table.rows, table.cells, strict=True)):
        faces = [_face(table, cell, show, longest, least) for cell in cells]
        faces += [_total(table, table.row_totals[at], show)] if table.row_totals else []
        faces += _changes(table, at)
        lines.append(Line(part.label, part.kind, tuple(faces)))
    totals = (*table.column_totals, *((table.total,) if table.row_totals else ()))
    last = [*(_total(table, cell, show) for cell in totals), *_changes(table, -1)]
    lines.append(Line(TOTAL, "total", tuple(last)))
    more = (*((TOTAL,) if table.row_totals else ()), *change_titles(table))
    return Laid((*table.columns, *more), tuple(lines))


def _changes(table: PivotTable, at: int) -> list[Face]:
    """How far a row, or at last the whole, lies from the period before, and whether that is more than luck."""
    if not table.changes:
        return []
    cell, found = table.changes[at], table.verdicts[at] if table.verdicts else None
    is_real = found is not None and found.finding == "real"
    made = [Face(cell.text, cell=cell, is_sum=not table.verdicts, is_thin=bool(table.verdicts) and not is_real)]
    words = Face(table.verdict(at), cell=cell, is_words=True, is_said=is_real)
    return [*made, words] if table.verdicts else made


def _total(table: PivotTable, cell: Cell, show: Show) -> Face:
    return replace(_face(table, cell, show, 0.0, 0), is_sum=True)


def _face(table: PivotTable, cell: Cell, show: Show, longest: float, least: int) -> Face:
    is_thin = not table.adds_up and cell.result.n < least
    bar = None if is_thin else _fraction(cell, longest)
    if show == "share":
        return Face(cell.share_text or NOTHING, bar=bar, cell=cell)
    if show == "rows":
        return Face(count_text(cell.result.n) if cell.result.n else NOTHING, bar=bar, cell=cell)
    below = cell.sample if not table.adds_up and cell.result.n else ""
    nothing = not cell.result.n and not cell.result.value
    return Face(NOTHING if nothing else cell.text, below, bar, cell, is_thin=is_thin)


def laid_beside(found: SideBySide, least: int = 0) -> Laid:
    """Several KPIs by one field: each part with its number and bar in each, what it rests on below."""
    longest = [_longest(one, [line[0] for line in one.cells]) for one in found.tables]
    lines = []
    for part in found.parts:
        places = zip(found.tables, part.cells, longest, strict=True)
        faces = (_face(one, cell, "value", long, least) if cell else Face(NOTHING) for one, cell, long in places)
        lines.append(Line(part.label, part.kind, tuple(faces)))
    totals = tuple(_total(one, one.total, "value") for one in found.tables)
    lines.append(Line(TOTAL, "total", totals))
    return Laid(tuple(one.kpi.name for one in found.tables), tuple(lines))


def _longest(table: PivotTable, cells: Sequence[Cell]) -> float:
    return full_bar(table.kpi, (cell.result.value for cell in cells))


def _fraction(cell: Cell, longest: float) -> float | None:
    return None if cell.result.value is None or not longest else cell.result.value / longest


def cell_sentence(table: PivotTable, cell: Cell) -> str:
    """One number in a sentence: "Inbound: $831K from 21 deals, 45.2% of all. One deal is 51% of this value."."""
    if cell in table.changes:
        return _change_sentence(table, table.changes.index(cell))
    parts = [one.label for one in cell.question.parts] or [TOTAL]
    if not table.columns or table.row_totals:
        name = ", ".join(parts)
    else:
        name = ", ".join((*parts, cell.question.period.label))
    if cell.result.value is None:
        return f"{name}: {cell.result.reason.rstrip('.')}."
    if not cell.result.n and not cell.result.value:
        return f"{name}: nothing."
    share = f", {cell.share_text} of all" if cell.share_text and cell.question.parts else ""
    heavy = heavy_sentence(cell, table.noun)
    return f"{name}: {cell.text} from {cell.sample}{share}.{f' {heavy[:1].upper()}{heavy[1:]}' if heavy else ''}"


def _change_sentence(table: PivotTable, at: int) -> str:
    name, cell = (*(part.label for part in table.rows), TOTAL)[at], table.changes[at]
    if cell.result.value is None:
        return f"{name}: {cell.result.reason.rstrip('.')}."
    told = table.verdicts[at] if table.verdicts else None
    if told is None:
        return f"{name}: {cell.text} against {table.against or table.columns[-2]}."
    return f"{name}: {cell.text} against {told.against} ({told.before_text}). {told.words}"


def summary(table: PivotTable, least: float = 0) -> str:
    """The breakdown in a sentence or two: which part is the largest, or how far the parts lie apart.

    Parts that do not add up are held against each other only from `least` rows on: fewer put one at an end by luck.
    """
    if not table.rows:
        return f"Nothing to break down: {table.total.result.reason.rstrip('.') or 'no rows in this period'}."
    named = [
        (part.label, cell)
        for part, cell in zip(table.rows, table.row_totals or [line[-1] for line in table.cells], strict=True)
        if cell.result.value is not None and part.kind == "value"
    ]
    if not named:
        return f"{table.total.text} in all."
    best = max(named, key=lambda one: one[1].result.value or 0.0)
    if table.adds_up and best[1].share_text:
        return f"{best[0]} is the largest part: {best[1].text}, {best[1].share_text} of {table.total.text}."
    named = [one for one in named if table.adds_up or one[1].result.n >= least]
    ends = [end(named, key=lambda one: one[1].result.value or 0.0) for end in (min, max)] if len(named) > 1 else []
    if not ends or ends[0][1].text == ends[1][1].text:
        return f"{table.total.text} in all."
    low, high = (f"{cell.text} ({name}, {cell.sample})" for name, cell in ends)
    return f"From {low} to {high}; {table.total.text} in all."


def remarks(table: PivotTable | SideBySide) -> tuple[str, ...]:
    """What is to be said below the table: values taken together, parts that rest on one record, notices, terms."""
    if isinstance(table, SideBySide):
        told, shown = table.remarks, [table.title]
    else:
        told = remarks_of(table)
        shown = [
            table.title,
            *change_titles(table),
            *(one.text for one in table.changes),
            *map(table.verdict, range(len(table.verdicts))),
        ]
    terms = terms_unsaid((*shown, *told))
    return (*told, terms) if terms else told
