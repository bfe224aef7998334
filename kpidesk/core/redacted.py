"""What is exported, without names or exact amounts: papers, scorecards, trends and one-on-ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kpidesk.core.card_papers import card_table
from kpidesk.core.goals import Target
from kpidesk.core.kpis import MONEY_UNITS
from kpidesk.core.papers import (
    MIDDLE,
    RECEIPTS,
    CellUnit,
    Paper,
    PaperCard,
    PaperCell,
    PaperChart,
    PaperPart,
    PaperRange,
    PaperSection,
    PaperTable,
    PaperWords,
)
from kpidesk.core.redaction import Redactor, band_middle, with_bands
from kpidesk.core.redactions import HIDDEN
from kpidesk.core.reviews import Line, Sheet, for_the_rep
from kpidesk.core.scorecards import Landing, Row


def redacted_paper(paper: Paper, redactor: Redactor) -> Paper:
    """A paper as the redactor lets it go: no formula is left, and no number that a band is to hide."""
    sections = tuple(_section(paper, one, redactor) for one in paper.sections if one.heading != RECEIPTS)
    changed = redactor.within(replace(paper, sections=(), names=()))
    return replace(changed, sections=sections, filters=(*changed.filters, HIDDEN[redactor.how]), kind=paper.kind,
                   definitions=paper.definitions, code=paper.code, currency=paper.currency)  # fmt: skip


def _section(paper: Paper, section: PaperSection, redactor: Redactor) -> PaperSection:
    parts = tuple(kept for part in section.parts for kept in _part(paper, part, redactor))
    return replace(redactor.within(replace(section, parts=())), parts=parts)


def _part(paper: Paper, part: PaperPart, redactor: Redactor) -> Iterator[PaperPart]:
    """A part that can be shown; drawings whose heights tell amounts become words or tables."""
    if isinstance(part, PaperTable):
        yield _table(part, redactor)
    elif isinstance(part, PaperCard):
        card = _card(paper, part, redactor)
        yield _table(card, redactor) if isinstance(card, PaperTable) else redactor.within(card)
    elif isinstance(part, PaperRange) and redactor.hides_amounts and part.unit == "money":
        yield redactor.within(PaperWords((part.sentence, _range_words(part))))
    elif isinstance(part, PaperChart):
        told = _tells_amounts(part) and redactor.hides_amounts
        table = _table(part.table, redactor)
        sentence = redactor.text(part.sentence)
        shown = redactor.within(replace(part, table=PaperTable((), ())), counts=True)
        yield replace(table, sentence=sentence) if told else replace(shown, sentence=sentence, table=table)
    else:
        yield redactor.within(part)


def _tells_amounts(part: PaperChart) -> bool:
    texts = [text for _, text in part.heights]
    return any(with_bands(text, typed=False) != text for text in texts) or any(
        c.unit == "money" for c in part.table.columns
    )


def _range_words(part: PaperRange) -> str:
    marks = "".join(f"; {mark.name} {mark.text}" for mark in part.marks)
    return f"Low {part.low_text}; {MIDDLE.lower()} {part.point_text}; high {part.high_text}{marks}."


def _table(table: PaperTable, redactor: Redactor) -> PaperTable:
    units = [column.unit for column in table.columns]
    rows = tuple(
        replace(row, cells=tuple(_cell(cell, unit, redactor) for cell, unit in zip(row.cells, units, strict=True)))
        for row in table.rows
    )
    return replace(redactor.within(replace(table, rows=())), rows=rows)


def _cell(cell: PaperCell, unit: CellUnit, redactor: Redactor) -> PaperCell:
    """A cell without its formula; in a column of numbers only what names its currency is money."""
    told = redactor.within(replace(cell, formula=""), counts=unit not in ("text", "money"))
    return replace(told, value=None) if redactor.hides_amounts and unit == "money" else told


def _card(paper: Paper, part: PaperCard, redactor: Redactor) -> PaperPart:
    """The rows of a scorecard; without exact amounts as a table of what they say."""
    rows = tuple(replace(row.without_receipts(), kpi=replace(row.kpi, owner="")) for row in part.rows)
    return card_table(rows, part.by, paper.currency) if redactor.hides_amounts else replace(part, rows=rows)


# --- one-on-ones ----------------------------------------------------------------------------------------------------


def redacted_sheet(sheet: Sheet, redactor: Redactor) -> Sheet:
    """The rep's copy of a one-on-one as the redactor lets it go, without what is the rep's own."""
    shared = for_the_rep(sheet)
    shared = replace(shared, review=replace(shared.review, wellbeing=""))
    lines = tuple(_line(line, redactor) for line in shared.lines)
    changed = redactor.within(replace(shared, lines=()))
    header = " · ".join(part for part in (changed.header, HIDDEN[redactor.how]) if part)
    return replace(changed, header=header, lines=lines, code=sheet.code, definitions=sheet.definitions,
                   currency=sheet.currency)  # fmt: skip


def _line(line: Line, redactor: Redactor) -> Line:
    shown = replace(line, row=banded_row(line.row), receipt=None) if redactor.hides_amounts else line
    row = redactor.within(shown.row, counts=shown.row.kpi.unit not in MONEY_UNITS)
    return replace(redactor.within(shown), row=row)


def banded_row(row: Row) -> Row:
    """A row of money with the middle of its band in the place of each amount; another row as it is."""
    if row.kpi.unit not in MONEY_UNITS:
        return row
    value = row.result.value
    result = replace(
        row.result, value=_middle(value), numerator=None, denominator=None, interval=None
    )  # fmt: skip
    target = _target(row.target) if row.target is not None else None
    spark = tuple(replace(point, value=_middle(point.value)) for point in row.spark)
    base = replace(row.baseline, value=band_middle(row.baseline.value), interval=None) if row.baseline else None
    return replace(row, result=result, target=target, baseline=base, spark=spark, expected=_middle(row.expected),
                   attainment=None, prior=None, long_run=None, change=None, receipt="",
                   landing=_banded_landing(row.landing))  # fmt: skip


def _banded_landing(found: Landing | None) -> Landing | None:
    """By which method the chance goes, without the words that tell amounts."""
    if found is None:
        return None
    return replace(found, words="", point=band_middle(found.point), low=_middle(found.low), high=_middle(found.high))


def _middle(value: float | None) -> float | None:
    return None if value is None else band_middle(value)


def _target(target: Target) -> Target:
    low, aim, high = (band_middle(tier) for tier in target.tiers)
    return replace(target, minimum=low, target=aim, stretch=high)
