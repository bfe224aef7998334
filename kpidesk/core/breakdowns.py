"""A breakdown: one KPI by one field or two, every cell with what it rests on and how to see its rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from math import floor

from kpidesk.core.formats import whole_percent
from kpidesk.core.kpis import Kpi
from kpidesk.core.parts import CUSTOM, Part
from kpidesk.core.periods import Period
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Change, Question
from kpidesk.core.wording import plural

BY_PERIOD = "period"
"""What a breakdown has as columns where they are the periods that end with the one asked for."""
MOST_ROWS, MOST_COLUMNS = 25, 12
"""How many values stand by themselves unless asked otherwise; the others are taken together."""
MOST_HEAVY = 5
"""Of how many parts it is said below a breakdown that one record makes them up."""
WORTH_SAYING = 0.05
"""How large a part of the whole must be for it to be said."""
HEAVY = 0.5
"""From which share of a sum on one record is said to make it up."""
TAKEN_AWAY = "as others take away from it"


@dataclass(frozen=True, slots=True)
class View:
    """What is broken down by what; scope and period are those one looks at.

    `rows_by` and `columns_by` name fields (`lead_source`, `created_at:month`, `rep`); `columns_by` may be empty or
    `period`, then over `periods` of them. `where` is one more condition, `top` how many rows stand by themselves.
    `beside` are further KPIs (by id) by the same field, where there are no columns.
    """

    kpi_id: str
    rows_by: str
    columns_by: str = ""
    where: str = ""
    top: int = MOST_ROWS
    periods: int = 6
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SavedView:
    """A breakdown with a name, and the day it was last saved; its KPI and fields as they read, where they are known."""

    name: str
    view: View
    saved_on: str = ""
    kpi_name: str = ""
    rows_label: str = ""
    columns_label: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A field by which a KPI can be broken down: its name, and how it reads."""

    name: str
    label: str


def in_short(fields: Sequence[Field], nouns: Iterable[str]) -> tuple[Field, ...]:
    """Fields in which a header goes without the record that it is of: "Deal - Segment" is called "Segment".

    `nouns` are what such a record is called. A header stays whole where its rest would be called as another field is.
    """
    own = re.compile(rf"(?:{'|'.join(map(re.escape, nouns))})(?:\s+[-–]\s+|:\s+)(?P<rest>\S.*)", re.IGNORECASE)
    headers = {one.name.removeprefix(CUSTOM) for one in fields if one.name.startswith(CUSTOM)}
    rests = {header: found["rest"] for header in headers if (found := own.fullmatch(header))}
    called = Counter(text.casefold() for text in (*(one.label for one in fields), *rests.values()))
    short = {header: rest for header, rest in rests.items() if called[rest.casefold()] == 1}

    def named(one: Field) -> Field:
        header = one.name.partition(CUSTOM)[2]
        return replace(one, label=one.label.replace(header, short[header], 1)) if header in short else one

    return tuple(map(named, fields))


def same_field(fields: Sequence[Field], chosen: Field) -> Field | None:
    """The field of another KPI that is the one chosen: of the same name, of the same label, or at another record.

    The segment of an account is `account.segment` where deals are counted and `segment` where accounts are. A column
    that is mapped to no field is the same by its header alone.
    """

    def bare(name: str) -> str:
        return name if CUSTOM in name else name.rpartition(".")[2]

    def label(one: Field) -> str:
        return one.name if CUSTOM in one.name else one.label

    for told in (lambda one: one.name, label, lambda one: bare(one.name)):
        for one in fields:
            if told(one).casefold() == told(chosen).casefold():
                return one
    return None


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of a breakdown: the raw result, the texts as shown, and its part of the whole.

    `share` is a fraction of the whole scope in the same period, None where parts do not add up. `heaviest` is the share
    of the value that one record makes up, where that is more than half of it and there are others, above 1 where others
    take away from it. `question` asks for the rows behind it, `receipt` is the code that proves it again, empty where
    there is no number and under a condition.
    """

    result: Result
    text: str
    sample: str
    question: Question
    share: float | None = None
    share_text: str = ""
    heaviest: float | None = None
    receipt: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class PivotTable:
    """A KPI by the values of a field (`rows`) and, where asked, of another or by period (`columns`).

    `cells[r][c]` is row r in column c; without columns each row has one. `row_totals` are the rows over all columns
    (none where columns are periods), `column_totals` the columns over all rows, `total` is the whole. `changes` say by
    how much each row, and at last the whole, differs from the period before, where columns are periods or it was asked
    for. `verdicts` say whether that is more than luck brings (None where there is nothing to compare with), `against`
    names the period before, or as many days of it while this one runs. `adds_up` tells that parts come to the whole,
    and their changes to its change. `rows_together` and `columns_together` say how many values "everything else" holds,
    `definitions` is the code of how the KPI is defined.
    """

    view: View
    question: Question
    kpi: Kpi
    title: str
    rows_label: str
    columns_label: str
    rows: tuple[Part, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[Cell, ...], ...]
    row_totals: tuple[Cell, ...]
    column_totals: tuple[Cell, ...]
    total: Cell
    adds_up: bool
    currency: str
    noun: str
    rows_together: int = 0
    columns_together: int = 0
    as_of: date | None = None
    notices: tuple[str, ...] = ()
    changes: tuple[Cell, ...] = ()
    verdicts: tuple[Change | None, ...] = ()
    against: str = ""
    definitions: str = ""

    def verdict(self, at: int) -> str:
        """Whether a row, or at last the whole, really changed, in two or three words; empty where that is not known."""
        found = self.verdicts[at] if self.verdicts else None
        return change_words(found) if found is not None else ""

    def told(self, cell: Cell) -> str:
        """A number with what it rests on where that is not told by the parts themselves: "20% (7 of 35)"."""
        rests = "" if self.adds_up or cell.result.value is None or not cell.result.n else cell.sample
        return f"{cell.text} ({rests})" if rests else cell.text

    @property
    def has_shares(self) -> bool:
        """Whether any number is shown as a share of the whole."""
        return self.total.share is not None

    @property
    def every_cell(self) -> tuple[Cell, ...]:
        """All cells but the totals, row by row."""
        return tuple(cell for line in self.cells for cell in line)


def receipts_of(table: PivotTable) -> tuple[tuple[str, str], ...]:
    """What each number of a breakdown is, with the code by which it is proven again; those without one left out."""
    named = [
        (", ".join((part.label, *table.columns[at : at + 1])), cell)
        for part, line in zip(table.rows, table.cells, strict=True)
        for at, cell in enumerate(line)
    ]
    named += [(part.label, cell) for part, cell in zip(table.rows, table.row_totals, strict=False)]
    named += [(f"All, {label}", cell) for label, cell in zip(table.columns, table.column_totals, strict=False)]
    known = {cell.receipt: name for name, cell in (*named, ("All", table.total)) if cell.receipt}
    return tuple((name, code) for code, name in known.items())


def shares(values: Sequence[float | None], whole: float | None) -> tuple[float | None, ...]:
    """Each value as a fraction of the whole; None for all where some run against the whole or there is none."""
    known = [value for value in values if value is not None]
    if not whole or len(known) < len(values) or any(value * whole < 0 for value in known):
        return (None,) * len(values)
    return tuple(value / whole for value in known)


def percent_texts(fractions: Sequence[float | None]) -> tuple[str, ...]:
    """Fractions of one whole as percentages with one decimal that together are 100.0 %.

    Each is rounded down and the tenths that are missing go to those that lost most, so none is off by a tenth or more.
    """
    if any(one is None for one in fractions):
        return ("",) * len(fractions)
    exact = [1000 * one for one in fractions if one is not None]
    tenths = [floor(one + 1e-9) for one in exact]
    missing = round(sum(exact)) - sum(tenths)
    most_lost = sorted(range(len(exact)), key=lambda at: tenths[at] - exact[at])
    for at in most_lost[: max(missing, 0)]:
        tenths[at] += 1
    return tuple(f"{one / 10:.1f}%" for one in tenths)


def question_of(asked: Question, period: Period, parts: Sequence[Part], where: str) -> Question:
    """The question for the rows behind one cell."""
    return replace(asked, by="", periods=1, period=period, parts=tuple(parts), where=where)


def remarks_of(table: PivotTable) -> tuple[str, ...]:
    """All that is to be said below a breakdown: the order of the parts, what stands together, what rests on one."""
    return (*order_words(table), *together_words(table), *heavy_words(table), *table.notices)


def order_words(table: PivotTable) -> tuple[str, ...]:
    """In which order parts stand that do not add up, where it is by what they rest on and not by their values."""
    lines = [line for part, line in zip(table.rows, table.cells, strict=True) if part.kind == "value"]
    rests = [sum(cell.result.n for cell in line) for line in lines]
    values = [line[-1].result.value or 0.0 for line in lines]
    if table.adds_up or len(set(rests)) < 2 or rests != sorted(rests, reverse=True):
        return ()
    if values == sorted(values, reverse=True):
        return ()
    return (f"Ordered by how many {plural(table.noun)} each rests on, not by value, which few make jump.",)


def together_words(table: PivotTable) -> tuple[str, ...]:
    """What is to be said of values that are taken together: "Everything else: 4,975 values of account"."""
    pairs = ((table.rows_together, table.rows_label), (table.columns_together, table.columns_label))
    return tuple(f"Everything else holds {count:,} more values of {label}." for count, label in pairs if count)


def heavy_words(table: PivotTable) -> tuple[str, ...]:
    """Which of the largest parts rest mostly on one record: "Web: one deal is 71% of this value"."""
    found = []
    for part, line in zip(table.rows, table.cells, strict=True):
        for at, cell in enumerate(line):
            if cell.heaviest is not None and (cell.share is None or cell.share >= WORTH_SAYING):
                where = f"{part.label}, {table.columns[at]}" if table.columns else part.label
                found.append((abs(cell.result.value or 0.0), f"{where}: {heavy_sentence(cell, table.noun)}"))
    most = sorted(found, key=lambda one: -one[0])[:MOST_HEAVY]
    return (*whole_words(table), *(text for _, text in most))


def whole_words(table: PivotTable) -> tuple[str, ...]:
    """That one record makes up most of the whole: "One deal is 71% of it all"."""
    share = table.total.heaviest
    if share is None:
        return ()
    return (f"One {table.noun} is {most_words(share, 'it all' if share <= 1 else 'it together')}.",)


def most_words(share: float, whole: str) -> str:
    """How much of a whole one record is: "71% of the value", or more than all of it where others take away."""
    return f"{whole_percent(share)}% of {whole}" if share <= 1 else f"more than all of {whole}, {TAKEN_AWAY}"


def takes_away_words(table: PivotTable) -> tuple[str, ...]:
    """Why parts that add up have no shares: some take away from the whole, as credit notes do."""
    over_time = len(table.columns) > 0 and not table.row_totals
    against = [
        (-abs(cell.result.value), f"{part.label} ({cell.text})")
        for part, line in zip(table.rows, table.cells, strict=True)
        for cell, whole in zip(line, table.column_totals if over_time else (table.total,) * len(line), strict=True)
        if table.adds_up
        and cell.result.value
        and whole.result.value is not None
        and cell.result.value * (whole.result.value or -cell.result.value) < 0
    ]
    if not against:
        return ()
    more = f" and {len(against) - 1} more" if len(against) > 1 else ""
    return (f"No shares where a part takes away from the whole: {min(against)[1]}{more}.",)


def change_words(found: Change) -> str:
    """Whether a part really changed, in two or three words with its arrow: "▲ Really higher"."""
    return f"{found.mark} {found.brief}".strip()


LUCK = "Is it luck?"
"""What stands above the words whether a change is more than luck."""


def changes_title(table: PivotTable) -> str:
    """What stands above the changes."""
    return f"Against {table.against.removeprefix('the first ')}" if table.against else "Change"


def change_titles(table: PivotTable) -> tuple[str, ...]:
    """What stands above the changes and above the words whether they are more than luck; nothing without changes."""
    return (changes_title(table), LUCK)[: 1 + bool(table.verdicts)] if table.changes else ()


def heavy_sentence(cell: Cell, noun: str) -> str:
    """That one record makes up most of a value; empty where none does."""
    return f"one {noun} is {most_words(cell.heaviest, 'this value')}." if cell.heaviest is not None else ""
