"""What is printed besides scorecards, trends and one-on-ones: a title, sections and tables, the same on every paper.

A paper is a value; the screen, PDF, PNG, HTML, XLSX and CSV each show it whole, with the same texts.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, get_args

from kpidesk.core.formats import count_text, day_text, format_value
from kpidesk.core.receipt_codes import PROVEN
from kpidesk.core.scorecards import Question, Row, Scorecard

CellUnit = Literal["text", "count", "money", "percent", "days", "multiple", "date"]
PaperSize = Literal["A4", "Letter"]
WORDY: frozenset[CellUnit] = frozenset(("text", "date"))
"""Units whose texts stand at the left; numbers stand at the right."""
MIDDLE = "Middle"
"""The name of the point in a range: it ends as often above it as below."""


@dataclass(frozen=True, slots=True)
class PaperColumn:
    """A column of a table; `key` names it in formulas, `bar` draws its values as bars from a common zero.

    `share` is how wide it is beside the others; a bar of full length stands for `full` at least. A `private` column
    leaves on no copy for others.
    """

    key: str
    title: str
    unit: CellUnit = "text"
    share: float = 1.0
    bar: bool = False
    private: bool = False
    full: float = 0.0


@dataclass(frozen=True, slots=True)
class PaperCell:
    """A cell: its text as shown, and what a workbook keeps (a fraction for a percent, major units for money).

    `formula` lets a reader re-check the value in a workbook: `{key}` is the cell of that column in the same row,
    `{key:all}` those of all rows that are not `strong` ("SUM({amount:all})", "{won}/{closed}").
    """

    text: str
    value: float | date | None = None
    formula: str = ""


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One row of a table; `strong` for a total."""

    cells: tuple[PaperCell, ...]
    strong: bool = False


@dataclass(frozen=True, slots=True)
class PaperTable:
    """A table with what it says in one sentence; `empty` stands in its place where it has no rows."""

    columns: tuple[PaperColumn, ...]
    rows: tuple[PaperRow, ...]
    sentence: str = ""
    empty: str = "Nothing to show."


@dataclass(frozen=True, slots=True)
class PaperWords:
    """Sentences one under the other, as a list with marks when `listed`."""

    lines: tuple[str, ...]
    listed: bool = False


@dataclass(frozen=True, slots=True)
class PaperCard:
    """Rows of a scorecard, drawn as on a scorecard."""

    rows: tuple[Row, ...]
    by: str = ""


@dataclass(frozen=True, slots=True)
class PaperMark:
    """A place on a range or an axis, with its name: a target, what is won so far."""

    name: str
    value: float
    text: str


@dataclass(frozen=True, slots=True)
class PaperRange:
    """A forecast as a range: the middle 80 % from `low` to `high`, the point in it, and what it is held against."""

    sentence: str
    low: float
    point: float
    high: float
    low_text: str
    point_text: str
    high_text: str
    marks: tuple[PaperMark, ...] = ()
    unit: CellUnit = "money"


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One line of a chart by position along its axis; `style` tells what it is besides its colour.

    It is named where it ends: at the right end of the chart, or beside its last point where that lies further left.
    "named" points are named beside them, and faint lines only where they are few.
    """

    name: str
    points: tuple[tuple[float, float], ...]
    style: Literal["solid", "dashed", "dotted", "faint", "dots", "named"] = "solid"


@dataclass(frozen=True, slots=True)
class PaperChart:
    """Lines over one axis with what they say in one sentence and as a table.

    `places` and `heights` are the texts along the two axes by position.
    """

    sentence: str
    lines: tuple[PaperLine, ...]
    places: tuple[tuple[float, str], ...]
    heights: tuple[tuple[float, str], ...]
    table: PaperTable


PaperPart = PaperTable | PaperWords | PaperCard | PaperRange | PaperChart


@dataclass(frozen=True, slots=True)
class PaperSection:
    """A heading, quiet words beside it, and what stands under it; a `private` one is the manager's alone."""

    heading: str
    parts: tuple[PaperPart, ...]
    aside: str = ""
    private: bool = False


ABOUT_TELLS_WHOSE = ("breakdown", "why", "compare")
"""The kinds of paper whose title is a KPI alone."""


RECEIPTS = "Receipts"
"""The section with the codes of the numbers, which no copy without names or amounts has."""


@dataclass(frozen=True, slots=True)
class Paper:
    """Something to take along: what it is about, the data and filters behind it, and its sections.

    `kind` is its name in a file name ("pipeline"), `filters` what restricts it ("team Atlas", "new business only"),
    `definitions` the code of how its KPIs are defined, `names` all people it names, for copies without names.
    """

    kind: str
    title: str
    about: str
    as_of: date | None
    sections: tuple[PaperSection, ...]
    currency: str
    filters: tuple[str, ...] = ()
    definitions: str = ""
    sources: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    code: str = ""


# --- cells and units ------------------------------------------------------------------------------------------------


def unit_of(unit: str) -> CellUnit:
    """The unit of a KPI as far as a paper knows it; any other is a number without one."""
    return next((one for one in get_args(CellUnit) if one == unit), "count")


def count_cell(value: float, formula: str = "") -> PaperCell:
    """A number of rows, deals or days."""
    return PaperCell(count_text(value), value, formula)


def money_cell(value: float | None, currency: str, formula: str = "") -> PaperCell:
    """An amount in major units."""
    return PaperCell(format_value(value, "money", currency), value, formula)


def receipt_sections(codes: Sequence[tuple[str, str]], what: str = "Number") -> tuple[PaperSection, ...]:
    """The codes by which the numbers of a paper are proven again; nothing where none has one."""
    columns = (PaperColumn(what.casefold(), what, share=1.2), PaperColumn("code", "Code", share=2.0))
    rows = tuple(PaperRow((PaperCell(name), PaperCell(code))) for name, code in codes)
    return (PaperSection(RECEIPTS, (PaperTable(columns, rows, PROVEN),)),) if rows else ()


# --- copies for others ----------------------------------------------------------------------------------------------


def to_share(paper: Paper) -> Paper:
    """The paper as others may have it: without private sections and private columns."""
    return replace(paper, sections=tuple(_shared(one) for one in paper.sections if not one.private))


def _shared(section: PaperSection) -> PaperSection:
    return replace(section, parts=tuple(_open_part(one) for one in section.parts))


def _open_part(part: PaperPart) -> PaperPart:
    if isinstance(part, PaperChart):
        return replace(part, table=_open_table(part.table))
    return _open_table(part) if isinstance(part, PaperTable) else part


def _open_table(table: PaperTable) -> PaperTable:
    kept = [at for at, column in enumerate(table.columns) if not column.private]
    rows = tuple(replace(row, cells=tuple(row.cells[at] for at in kept)) for row in table.rows)
    return replace(table, columns=tuple(table.columns[at] for at in kept), rows=rows)


# --- what every paper says of itself --------------------------------------------------------------------------------


def known_text(paper: Paper) -> str:
    """How far the data reaches and what restricts it: "Data as of 14 Sep 2026 · team Atlas"."""
    known = f"Data as of {day_text(paper.as_of)}" if paper.as_of is not None else "No data"
    return " · ".join((known, *paper.filters))


def foot_texts(paper: Paper) -> tuple[str, ...]:
    """What stands at the foot: of what, how old, what restricts it, by which definitions, from which files."""
    known = f"data as of {day_text(paper.as_of)}" if paper.as_of is not None else "no data"
    code = (f"code {paper.code}",) if paper.code else ()
    defined = (f"definitions {paper.definitions}",) if paper.definitions else ()
    whose = (paper.about,) if paper.kind in ABOUT_TELLS_WHOSE else ()
    return ("KPI Desk", "confidential", paper.title, *whose, *code, known, *paper.filters, *defined, *paper.sources)


def texts_of(paper: Paper) -> Iterator[str]:
    """What a paper says: headings, sentences, and the titles and cells of its tables."""
    yield paper.title
    for section in paper.sections:
        yield from (section.heading, section.aside)
        for part in section.parts:
            if isinstance(part, PaperWords):
                yield from part.lines
            elif isinstance(part, PaperCard):
                yield from (text for row in part.rows for text in (row.kpi.name, row.status_words))
            else:
                yield part.sentence
        for _, table in tables_of(replace(paper, sections=(section,))):
            if isinstance(table, PaperTable):
                yield from (column.title for column in table.columns)
                yield from (cell.text for row in table.rows for cell in row.cells)


def tables_of(paper: Paper) -> Iterator[tuple[str, PaperTable | PaperCard]]:
    """Everything that can stand in a table, each with the heading of its section; ranges as three numbers and marks."""
    for section in paper.sections:
        for part in section.parts:
            if isinstance(part, PaperChart):
                yield section.heading, replace(part.table, sentence=part.table.sentence or part.sentence)
            elif isinstance(part, PaperRange):
                yield section.heading, range_table(part)
            elif not isinstance(part, PaperWords):
                yield section.heading, part


def range_table(part: PaperRange) -> PaperTable:
    """A range as a table: its ends, the point in it, and the marks."""
    ends = (("Low", part.low, part.low_text), (MIDDLE, part.point, part.point_text),
            ("High", part.high, part.high_text))  # fmt: skip
    marks = ((mark.name, mark.value, mark.text) for mark in part.marks)
    rows = tuple(PaperRow((PaperCell(name), PaperCell(text, value))) for name, value, text in (*ends, *marks))
    return PaperTable((PaperColumn("what", ""), PaperColumn("value", "Value", part.unit)), rows, part.sentence)


def card_of(paper: Paper, part: PaperCard) -> Scorecard | None:
    """The rows of a paper as a scorecard of their own; None without any."""
    if not part.rows:
        return None
    question = Question(part.rows[0].period, by=part.by)
    return Scorecard(question, paper.as_of, False, part.rows, title=paper.title, currency=paper.currency)


MOST_FAINT = 4
"""Up to how many faint lines are named at the right end of a chart; the names of more would only be noise."""
_BEFORE_END = 0.02
"""From which share of the width on a line counts as one that ends before the chart does."""


# --- where things lie -----------------------------------------------------------------------------------------------


def bar_scale(table: PaperTable, at: int) -> tuple[float, float]:
    """Lowest and highest value that the bars of a column show, from zero; totals have no bar."""
    values = [cell.value for row in table.rows if not row.strong for cell in row.cells[at : at + 1]]
    numbers = [float(value) for value in values if isinstance(value, (int, float))]
    return min([0.0, *numbers]), max([table.columns[at].full, *numbers])


NEAR_ZERO = 0.5
"""A range whose low end is below this share of its high end is drawn from zero."""


def range_scale(part: PaperRange) -> tuple[float, float]:
    """Lowest and highest value that a range shows, with a little room at both ends."""
    values = [part.low, part.point, part.high, *(mark.value for mark in part.marks)]
    low, high = min(values), max(values)
    room = 0.06 * (high - low) or abs(high) * 0.1 or 1.0
    return (0.0 if 0 <= low < NEAR_ZERO * high else low - room), high + room


_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_MOST_MARKS = 5


def axis_marks(low: float, high: float) -> tuple[float, ...]:
    """Round marks of an axis, at most seven, that hold the lowest and the highest value, and zero."""
    low, high = min(low, 0.0), max(high, 0.0)
    span = high - low or 1.0
    size = 10.0 ** math.floor(math.log10(span / _MOST_MARKS))
    step = next(one * size for one in _STEPS if one * size * _MOST_MARKS >= span * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return tuple(at * step for at in range(first, max(last, first + 1) + 1))


def chart_scale(chart: PaperChart) -> tuple[float, float, float, float]:
    """Left, right, lowest and highest of everything that a chart shows; never an empty span."""
    points = [point for line in chart.lines for point in line.points]
    across = [x for x, _ in (*points, *chart.places)]
    up = [*(y for _, y in points), *(y for y, _ in chart.heights)]
    left, right = min(across, default=0.0), max(across, default=1.0)
    low, high = min(up, default=0.0), max(up, default=1.0)
    return left, right if right > left else left + 1, low, high if high > low else low + 1


def end_names(chart: PaperChart) -> tuple[tuple[PaperLine, ...], tuple[PaperLine, ...]]:
    """The lines named at the right end of a chart, and those that end before it and are named beside their last point.

    A name at the right end would stand beside another line that comes to about there.
    """
    left, right, _, _ = chart_scale(chart)
    faint = sum(line.style == "faint" for line in chart.lines)
    unnamed = ("named",) if faint <= MOST_FAINT else ("named", "faint")
    named = [line for line in chart.lines if line.points and line.name and line.style not in unnamed]
    early = [line for line in named if line.points[-1][0] < right - _BEFORE_END * (right - left)]
    return tuple(line for line in named if line not in early), tuple(early)


def side_by_side(wanted: Sequence[float], widths: Sequence[float], low: float, high: float) -> tuple[float, ...]:
    """Centres of labels as near as can be to where they are wanted, none over another, between two bounds.

    Where they do not fit between the bounds the last ones stay inside and the first ones give way.
    """
    order = sorted(range(len(wanted)), key=lambda at: wanted[at])
    places = [0.0] * len(wanted)
    edge = low
    for at in order:
        places[at] = max(wanted[at], edge + widths[at] / 2)
        edge = places[at] + widths[at] / 2
    edge = high
    for at in reversed(order):
        places[at] = min(places[at], edge - widths[at] / 2)
        edge = places[at] - widths[at] / 2
    return tuple(places)


def without_overlap(centres: Sequence[float], widths: Sequence[float]) -> tuple[int, ...]:
    """Which labels along an axis are shown: from the last one back, those that no shown one covers."""
    shown: list[int] = []
    edge = float("inf")
    for at in sorted(range(len(centres)), key=lambda one: -centres[one]):
        if centres[at] + widths[at] / 2 <= edge:
            shown.append(at)
            edge = centres[at] - widths[at] / 2
    return tuple(reversed(shown))
