"""The sheet "About" of a workbook: what it shows, how old it is, what restricts it, and how it is counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kpidesk.core.formats import day_text
from kpidesk.core.kpis import Kpi
from kpidesk.core.papers import Paper
from kpidesk.core.scorecards import Scorecard
from kpidesk.core.trends import Trend
from kpidesk.exporting.words import heading
from kpidesk.exporting.xlsx_book import MUTED, Book

Fact = tuple[str, str]
CHECKED = "Cells with a formula can be checked: click one to see which other cells it is worked out from."


def paper_facts(paper: Paper) -> tuple[Fact, ...]:
    """What a paper says of itself."""
    return (
        ("What", paper.title), ("About", paper.about),
        ("Data as of", day_text(paper.as_of) if paper.as_of is not None else "no data"),
        *(("Only", text) for text in paper.filters), ("Currency", paper.currency), ("Code", paper.code),
        ("Definitions", paper.definitions), *(("Source", text) for text in paper.sources),
    )  # fmt: skip


def card_facts(card: Scorecard) -> tuple[Fact, ...]:
    """What a scorecard says of itself, with how each of its KPIs is counted."""
    return (
        ("What", "Sales scorecard"), ("About", heading(card)),
        ("Data as of", day_text(card.as_of) if card.as_of is not None else "no data"),
        ("Currency", card.currency), ("Definitions", card.definitions), *(("Source", text) for text in card.sources),
        *_kpis(row.kpi for row in card.rows),
    )  # fmt: skip


def trend_facts(trend: Trend) -> tuple[Fact, ...]:
    """What a trend says of itself, with how its KPI is counted."""
    return (
        ("What", trend.title), ("About", trend.sentence),
        ("Data as of", day_text(trend.as_of) if trend.as_of is not None else "no data"),
        ("Currency", trend.currency), ("Definitions", trend.definitions), *_kpis((trend.kpi,)),
    )  # fmt: skip


def _kpis(kpis: Iterable[Kpi]) -> Iterable[Fact]:
    """Each KPI once: in words, and the formula it is counted by."""
    for kpi in {kpi.id: kpi for kpi in kpis}.values():
        yield kpi.name, f"{kpi.sentence} · {kpi.formula}" if kpi.formula else kpi.sentence


def add_about(book: Book, facts: Sequence[Fact]) -> None:
    """Add the sheet, the last of the workbook."""
    sheet = book.add_sheet("About")
    shown = [(name, text) for name, text in facts if text]
    for at, (name, text) in enumerate(shown):
        book.put(sheet, at, 0, name, book.style(bold=True, font_color=MUTED, valign="top"))
        book.put(sheet, at, 1, text, book.style(text_wrap=True, valign="top"))
    book.put(sheet, len(shown) + 1, 0, CHECKED, book.style(font_color=MUTED, italic=True))
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 90)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
