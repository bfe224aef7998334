"""Scorecards and trends as workbooks: real numbers under number formats, and text that is never run."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from kpidesk.core.scorecards import NOT_OVER, Scorecard
from kpidesk.core.trend_words import explanations
from kpidesk.core.trends import Trend, TrendPoint
from kpidesk.exporting.safe_text import printable
from kpidesk.exporting.trend_forms import note_texts
from kpidesk.exporting.words import (
    change_text,
    family_of,
    heading,
    key_cells,
    key_lines,
    known_words,
    long_run_text,
    notes,
)
from kpidesk.exporting.xlsx_about import add_about, card_facts, trend_facts
from kpidesk.exporting.xlsx_book import MUTED, Book, cell_name, count_format, number_format, workbook
from kpidesk.exporting.xlsx_formulas import Counted, quotient, total

INK = {"good": ("#DFF5F0", "#0A5A50"), "watch": ("#FFF2CC", "#6A4700"), "bad": ("#FDE4EA", "#8C1032"),
       "none": ("#EEF0F4", "#475467")}  # fmt: skip
NUMBERS = ("Actual", "Numerator", "Denominator", "From", "Low", "High", "Baseline", "Minimum", "Target", "Stretch",
           "Of target")  # fmt: skip
TREND_TITLES = ("Period", "Actual", "Numerator", "Denominator", "From", "Low", "High", "Minimum", "Target", "Stretch",
                "Baseline", "Remark", "Receipt")  # fmt: skip
CARD_MORE = ("Trend", "Status", "Over a longer time", "Change", "Reason", "Why this target", "Receipt",
             "Receipt of the longer time", "Receipt of the period before")  # fmt: skip
HISTORY = "Past"
FIRST = 4


def scorecard_xlsx(card: Scorecard) -> bytes:
    """A scorecard as a workbook: one line per row with a sparkline, and the values behind those on a second sheet."""
    out = io.BytesIO()
    with workbook(card.title, out) as book:
        sheet = book.add_sheet("Scorecard")
        known = known_words(card.as_of, card.age_days, running=card.running_words, definitions=card.definitions)
        keys = key_cells(card)
        _head(book, sheet, ("Sales scorecard", heading(card), known))
        card_table(book, sheet, FIRST, card)
        length = max((len(row.spark) for row in card.rows), default=0)
        if length > 1:
            _history(book, sheet, card, len(keys) + len(NUMBERS), length)
        _notes(book, sheet, FIRST + 2 + len(card.rows), (*notes(card), *card.sources))
        _finish(sheet, (*keys, *NUMBERS, *CARD_MORE), len(keys), len(card.rows))
        add_about(book, card_facts(card))
    return out.getvalue()


def trend_xlsx(trend: Trend) -> bytes:
    """A trend as a workbook: one line per period, and a chart of them."""
    out = io.BytesIO()
    with workbook(trend.title, out) as book:
        sheet = book.add_sheet("Trend")
        titles = TREND_TITLES
        _head(book, sheet, (trend.title, trend.sentence, known_words(trend.as_of, definitions=trend.definitions)))
        _titles(book, sheet, FIRST, titles)
        for at, point in enumerate(trend.points):
            _trend_line(book, sheet, FIRST + 1 + at, trend, point)
        told = (*explanations(trend), *note_texts(trend), *trend.notices)
        _notes(book, sheet, FIRST + 2 + len(trend.points), told)
        _finish(sheet, titles, 1, len(trend.points))
        if trend.points:
            sheet.insert_chart(FIRST, len(titles) + 1, _chart(book, trend))
        add_about(book, trend_facts(trend))
    return out.getvalue()


def card_table(book: Book, sheet: Any, first: int, card: Scorecard) -> tuple[str, ...]:
    """Write the rows of a scorecard from a line of a sheet on, under their titles; gives the titles."""
    titles = (*key_cells(card), *NUMBERS, *CARD_MORE)
    _titles(book, sheet, first, titles)
    for at, names in enumerate(key_lines(card)):
        _card_line(book, sheet, first + 1 + at, card, at, names)
    return titles


def _head(book: Book, sheet: Any, lines: tuple[str, str, str]) -> None:
    looks: tuple[dict[str, object], ...] = ({"bold": True, "font_size": 16}, {"font_size": 11}, {"font_color": MUTED})
    for at, (text, look) in enumerate(zip(lines, looks, strict=True)):
        book.put(sheet, at, 0, text, book.style(**look))


def _titles(book: Book, sheet: Any, line: int, titles: Sequence[str]) -> None:
    for column, title in enumerate(titles):
        align = "right" if title in NUMBERS else "left"
        style = book.style(bold=True, font_color=MUTED, align=align, bottom=1, bottom_color="#C9CFD9")
        book.put(sheet, line, column, title, style)


def _card_line(book: Book, sheet: Any, line: int, card: Scorecard, at: int, names: Sequence[str]) -> None:
    row = card.rows[at]
    shape, goal = number_format(row.kpi, card.currency, row.result.value), row.target
    low, high = row.result.interval or (None, None)
    value, share = book.style(num_format=shape), book.style(num_format="0%")
    actual, upper, lower, attained = _counted(card, at, line, len(names))
    quiet = [book.style(num_format=count_format(one), font_color=MUTED) for one in (upper.value, lower.value)]
    numbers = (
        (actual, book.style(num_format=shape, bold=True)),
        (upper, quiet[0]),
        (lower, quiet[1]),
        (row.result.n or None, book.style(num_format=count_format(row.result.n), font_color=MUTED)),
        (low, value),
        (high, value),
        (row.baseline.value if row.baseline else None, value),
        *((tier, value) for tier in ((goal.minimum, goal.target, goal.stretch) if goal else (None, None, None))),
        (attained, share),
    )
    cells = (*((name, book.style(bold=not at)) for at, name in enumerate(names)), *numbers)
    for column, (cell, style) in enumerate(cells):
        book.put(sheet, line, column, cell, style)
    soft, ink = INK[family_of(row)]
    badge = book.style(bold=True, bg_color=soft, font_color=ink)
    book.put(sheet, line, len(cells) + 1, row.status_words, badge)
    why = row.target_why if goal else ""
    longer = row.long_run.receipt if row.long_run is not None else ""
    before = row.change.receipt if row.change is not None else ""
    more = (long_run_text(row), change_text(row), row.reason, why, row.receipt, longer, before)
    for column, text in enumerate(more, len(cells) + 2):
        book.put(sheet, line, column, text, book.style(font_color=MUTED))


def _counted(card: Scorecard, at: int, line: int, first: int) -> tuple[Counted, Counted, Counted, Counted]:
    """Actual, numerator, denominator and attainment of a row, with the formulas by which a reader checks them."""
    row, result = card.rows[at], card.rows[at].result
    names = {title: cell_name(line, first + place) for place, title in enumerate(NUMBERS)}
    actual = quotient(result.value, result.numerator, result.denominator, (names["Numerator"], names["Denominator"]))
    sums = {"Actual": actual, "Numerator": Counted(result.numerator), "Denominator": Counted(result.denominator)}
    members = _members(card, at)
    if members:
        under = [card.rows[one].result for one in members]
        parts = ([one.value for one in under], [one.numerator for one in under], [one.denominator for one in under])
        for (title, known), values in zip(sums.items(), parts, strict=True):
            if not known.formula:
                place = first + NUMBERS.index(title)
                ends = cell_name(line + members[0] - at, place), cell_name(line + members[-1] - at, place)
                sums[title] = total(known.value, values, ":".join(ends))
    target = row.target.target if row.target else None
    share = (result.value, target) if row.kpi.direction != "lower" else (target, result.value)
    cells = (names["Actual"], names["Target"]) if row.kpi.direction != "lower" else (names["Target"], names["Actual"])
    return sums["Actual"], sums["Numerator"], sums["Denominator"], quotient(row.attainment, *share, cells)


def _members(card: Scorecard, at: int) -> tuple[int, ...]:
    """The rows next to a total that are its parts, where there are such rows and nothing else lies between."""
    row, asked = card.rows[at], card.question
    if asked.by not in ("team", "rep") or row.scope != asked.scope or row.scope.kind not in ("team", "org"):
        return ()
    found = [one for one, other in enumerate(card.rows)
             if one != at and other.kpi == row.kpi and other.period == row.period]  # fmt: skip
    together = found and found[-1] - found[0] == len(found) - 1 and not found[0] < at < found[-1]
    return tuple(found) if together else ()


def _history(book: Book, sheet: Any, card: Scorecard, column: int, length: int) -> None:
    """The values of the sparklines on a sheet of their own, and the sparklines that show them."""
    past = book.add_sheet(HISTORY)
    longest = max(card.rows, key=lambda row: len(row.spark)).spark
    title = book.style(bold=True, font_color=MUTED)
    for at, point in enumerate(longest):
        book.put(past, 0, at + 1, point.label, title)
    past.set_column(0, 0, 30)
    for at, row in enumerate(card.rows):
        book.put(past, at + 1, 0, row.kpi.name, book.style(bold=True))
        style = book.style(num_format=number_format(row.kpi, card.currency))
        first = length - len(row.spark) + 1
        for step, point in enumerate(row.spark):
            book.put(past, at + 1, first + step, point.value, style)
        reach = f"{HISTORY}!{cell_name(at + 1, 1)}:{cell_name(at + 1, length)}"
        sheet.add_sparkline(
            FIRST + 1 + at, column, {"range": reach, "last_point": True, "series_color": "#566075", "show_hidden": True}
        )


def _trend_line(book: Book, sheet: Any, line: int, trend: Trend, point: TrendPoint) -> None:
    result = point.result
    value = book.style(num_format=number_format(trend.kpi, trend.currency, result.value))
    low, high = result.interval or (None, None)
    upper, lower = (cell_name(line, TREND_TITLES.index(title)) for title in ("Numerator", "Denominator"))
    quiet = book.style(font_color=MUTED)
    counts = (result.numerator, result.denominator, result.n or None)
    cells: tuple[tuple[str | float | Counted | None, Any], ...] = (
        (point.period.label, book.style(bold=True)),
        (quotient(result.value, result.numerator, result.denominator, (upper, lower)), value),
        *((one, book.style(num_format=count_format(one), font_color=MUTED)) for one in counts),
        *((number, value) for number in (low, high, point.minimum, point.target, point.stretch)),
        (trend.baseline.value if trend.baseline else None, value),
        ((point.not_over or NOT_OVER) if point.partial else result.reason, quiet),
        (point.receipt, quiet),
    )
    for column, (cell, style) in enumerate(cells):
        book.put(sheet, line, column, cell, style)


def _chart(book: Book, trend: Trend) -> Any:
    """Actual as a line with points, target and minimum as thin lines, read from the cells of the sheet."""
    made = book.book.add_chart({"type": "line"})
    last = FIRST + len(trend.points)
    for name, color, width in (("Actual", "#2F55D4", 2.25), ("Target", "#0E8C7C", 1.5), ("Minimum", "#6B7488", 1.0)):
        column = TREND_TITLES.index(name)
        series = {
            "name": name,
            "categories": ["Trend", FIRST + 1, 0, last, 0],
            "values": ["Trend", FIRST + 1, column, last, column],
            "line": {"color": color, "width": width},
        }
        if name == "Actual":
            series["marker"] = {"type": "circle", "size": 5, "fill": {"color": color}, "border": {"color": color}}
        made.add_series(series)
    made.set_title({"name": printable(trend.title), "name_font": {"size": 12}})
    made.set_legend({"position": "bottom"})
    made.set_y_axis({"major_gridlines": {"visible": True, "line": {"color": "#E9ECF1"}}, "line": {"none": True}})
    made.set_size({"width": 760, "height": 380})
    made.show_blanks_as("gap")
    return made


def _notes(book: Book, sheet: Any, line: int, texts: Sequence[str]) -> None:
    for at, text in enumerate(texts):
        book.put(sheet, line + at, 0, text, book.style(font_color=MUTED, italic=True))


def _finish(sheet: Any, titles: Sequence[str], keys: int, count: int) -> None:
    """Widths, a frozen head, and a page that fits its width."""
    wide = {"Trend": 16, "Status": 22, "Over a longer time": 44, "Change": 36, "Reason": 40, "Remark": 28,
            "Receipt": 44, "Receipt of the longer time": 48, "Receipt of the period before": 48}  # fmt: skip
    for column, title in enumerate(titles):
        sheet.set_column(column, column, 26 if column < keys else wide.get(title, 12))
    sheet.freeze_panes(FIRST + 1, keys)
    if count:
        sheet.autofilter(FIRST, 0, FIRST + count, len(titles) - 1)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
