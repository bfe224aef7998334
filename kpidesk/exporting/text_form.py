"""Answers as plain text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from kpidesk.core.deal_changes import SIGNED, kind_of
from kpidesk.core.fields import FIELD_BY_NAME, KIND_OF_RECORD
from kpidesk.core.formats import (
    day_text,
    format_difference,
    format_value,
)
from kpidesk.core.import_history import ImportEntry, counted_when
from kpidesk.core.imports import ChangeCount, ImportReport, LookAlike, change_amount, form_crm, id_text, link_words
from kpidesk.core.rate_words import with_command
from kpidesk.core.scorecards import COACHING, NOT_OVER, Scorecard
from kpidesk.core.status import status_symbol
from kpidesk.core.trend_words import explanations
from kpidesk.core.trends import Trend, TrendPoint
from kpidesk.core.wording import listed
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
from kpidesk.exporting.trend_forms import note_texts, part_texts, part_titles
from kpidesk.exporting.words import (
    LUCK,
    card_receipts,
    change_text,
    definitions_meaning,
    goal_texts,
    heading,
    interval_text,
    key_cells,
    key_lines,
    known_words,
    long_run_text,
    notes,
    point_goals,
    point_interval,
    point_rests,
    signs_words,
)

BAR = 16
LABEL = 13
UNTOLD: tuple[object, ...] = ("", None, [], ())
ISSUES_SHOWN = 20
COLUMNS_SHOWN = 12
PARTS = ("added", "updated", "unchanged", "rejected", "skipped")


def scorecard_text(card: Scorecard, *, receipts: bool = True) -> str:
    """A scorecard as a table: each KPI with what it rests on, its goals and its standing.

    A breakdown gets a table for each KPI. Without `receipts` no codes stand below.
    """
    files = f" From {', '.join(card.sources)}." if card.sources else ""
    known = known_words(card.as_of, card.age_days, running=card.running_words) + files
    signs = filter(None, (signs_words(card.rows),))
    return explained(
        (paragraphs([heading(card), known]), *_tables(card), paragraphs([*signs, *notes(card)])),
        paragraph(definitions_meaning(card.definitions)),
        receipts_text(card_receipts(card)) if receipts else "",
    )


def _tables(card: Scorecard) -> Iterator[str]:
    if not card.rows:
        yield "No KPI is active at this level."
    elif not card.question.by:
        judged = [row for row in card.rows if not row.kpi.coaching]
        yield from _table(replace(card, rows=tuple(judged))) if judged else ()
        if coached := [row for row in card.rows if row.kpi.coaching]:
            yield sections((paragraph(COACHING), *_table(replace(card, rows=tuple(coached)))))
    else:
        for kpi in dict.fromkeys(row.kpi for row in card.rows):
            part = replace(card, rows=tuple(row for row in card.rows if row.kpi == kpi))
            yield sections((paragraph(kpi.name), *_table(part)))


def _table(card: Scorecard) -> Iterator[str]:
    """The rows of a card as one table; what it has no room for stands below it."""
    columns, extra = list(_card_columns(card)), list(_luck_columns(card))
    below: list[Column] = []
    while extra and table_width([*columns, *extra]) > line_width():
        below.append(extra.pop(0))
    yield table([*columns, *extra])
    if any(cell for column in below for cell in column.cells):
        told = [any(cells) for cells in zip(*(column.cells for column in below), strict=True)]
        names = [Column(title, cells) for title, cells in key_cells(card).items()]
        yield from _side_by_side([_only(one, told) for one in names], [_only(one, told) for one in below])


def _only(column: Column, kept: Sequence[bool]) -> Column:
    """A column with some of its lines."""
    return replace(column, cells=tuple(cell for cell, keep in zip(column.cells, kept, strict=True) if keep))


def _side_by_side(names: Sequence[Column], columns: Sequence[Column]) -> Iterator[str]:
    """Columns beside the names of the rows, in as many tables as it takes to cut none."""
    shown: list[Column] = []
    for column in columns:
        if shown and table_width([*names, *shown, column]) > line_width():
            yield table([*names, *shown])
            shown = []
        shown.append(column)
    yield table([*names, *shown])


def _card_columns(card: Scorecard) -> tuple[Column, ...]:
    rows, money = card.rows, card.currency
    goals = [goal_texts(row, money) for row in rows]
    judged = [row.kpi.direction != "none" for row in rows]
    return (
        Column("", tuple(status_symbol(row.status) if has else "" for row, has in zip(rows, judged, strict=True))),
        *(Column(title, cells) for title, cells in _stepped(card)),
        Column("Actual", tuple(row.value_text for row in rows), right=True),
        Column("From", tuple(row.sample_text for row in rows)),
        Column("Baseline", tuple(one.baseline for one in goals), right=True),
        Column("Minimum", tuple(one.minimum for one in goals), right=True),
        Column("Target", tuple(one.target for one in goals), right=True),
        Column("Stretch", tuple(one.stretch for one in goals), right=True),
        Column("Status", tuple(row.status_words if has else "" for row, has in zip(rows, judged, strict=True))),
    )


def _luck_columns(card: Scorecard) -> tuple[Column, ...]:
    """What luck leaves open, those columns first that give way first where a table is too wide."""
    rows = card.rows
    against = dict.fromkeys(row.change.against for row in rows if row.change is not None)
    title = f"Against {next(iter(against))}" if len(against) == 1 else "Change"
    return (
        Column(LUCK, tuple(interval_text(row, card.currency) for row in rows)),
        Column("Over a longer time", tuple(long_run_text(row) for row in rows)),
        Column(title, tuple(change_text(row, against=len(against) > 1) for row in rows)),
    )


def _stepped(card: Scorecard) -> list[tuple[str, tuple[str, ...]]]:
    """The key columns; a name that goes on from the line above is not written again."""
    lines = key_lines(card)
    found = []
    for at, (title, cells) in enumerate(key_cells(card).items()):
        goes_on = [i > 0 and lines[i][: at + 1] == lines[i - 1][: at + 1] for i in range(len(lines))]
        found.append((title, tuple("" if same else cell for same, cell in zip(goes_on, cells, strict=True))))
    return found


def trend_text(trend: Trend, *, receipts: bool = True) -> str:
    """A trend as a table with a bar for each period, oldest first."""
    points = trend.points
    goals = [point_goals(trend, point) for point in points]
    low, aim, high = zip(*goals, strict=True) if goals else ((), (), ())
    columns = (
        Column("Period", tuple(f"{point.period.label}{' *' if point.partial else ''}" for point in points)),
        Column("Actual", tuple(point.value_text for point in points), right=True),
        Column("", _bars(points)),
        Column("From", tuple(point_rests(point) for point in points)),
        Column(LUCK, tuple(point_interval(trend, point) for point in points)),
        Column("Minimum", low, right=True),
        Column("Target", aim, right=True),
        Column("Stretch", high, right=True),
        *(Column(title, tuple(part_texts(trend, at)[place] for at in range(len(points))), right=True)
          for place, title in enumerate(part_titles(trend))),
    )  # fmt: skip
    return explained(
        (
            paragraphs([trend.title, known_words(trend.as_of)]),
            table(columns),
            paragraphs([*_marks(trend), *trend.notices]),
            paragraph(" ".join((trend.sentence, *explanations(trend)))),
            paragraphs([f"Note {one}" for one in note_texts(trend)]),
            _ahead(trend),
        ),
        paragraph(definitions_meaning(trend.definitions)),
        receipts_text(trend.receipts) if receipts else "",
    )


def _ahead(trend: Trend) -> str:
    """The leading KPI beside a trend, a line for each of its values with the period in which it shows."""
    if trend.ahead is None:
        return ""
    shows = [_shown_in(trend, point.x) for point in trend.ahead.points]
    columns = (
        Column("Measured in", tuple(f"{one.label}{' *' if one.partial else ''}" for one in trend.ahead.points)),
        Column(trend.ahead.kpi.name, tuple(one.value_text for one in trend.ahead.points), right=True),
        Column("Shows in", tuple(shows)),
    )
    return f"{trend.ahead.words}:\n{table(columns)}"


def _shown_in(trend: Trend, x: float) -> str:
    """The period of a trend at a place; what lies past the newest is still to come."""
    at = round(x)
    return trend.points[max(0, at)].period.label if at < len(trend.points) else "what is to come"


def _marks(trend: Trend) -> list[str]:
    """What a star means, and the baseline, which is the same in every period."""
    told = [f"* {point.not_over or NOT_OVER}" for point in trend.points if point.partial][-1:]
    base = trend.baseline
    if base is None:
        return told
    return [*told, f"Baseline {format_value(base.value, trend.kpi.display, trend.currency, base.n or None)}."]


def _bars(points: Sequence[TrendPoint]) -> tuple[str, ...]:
    """Bars from zero, a light one for a period that is not over; none where a value is below zero."""
    values = [point.result.value or 0.0 for point in points]
    if not values or min(values) < 0 or max(values) <= 0:
        return ("",) * len(points)
    return tuple(
        ("░" if point.partial else "█") * max(round(BAR * value / max(values)), 1 if value else 0)
        for value, point in zip(values, points, strict=True)
    )


LISTED = ("levels", "leading", "lag_weeks", "functions", "influenced_by")
KPI_LABELS = {
    "applies": "Benchmarks",
    "computable": "Your data",
    "influenced_by": "Moved by",
    "lag_weeks": "Weeks ahead",
    "minimum_n": "Judged from",
    "pace": "Target due by",
    "per_rep_per_week": "Per rep and week",
}


def kpi_text(shown: Mapping[str, object]) -> str:
    """Everything about one KPI, a line for each field that is filled in; lists have an item on each line."""
    lines = []
    told = {**shown, "computable": _data_words(shown), "needs": "", "how": ""}
    for name, value in told.items():
        if value in UNTOLD or value is False or name in ("first_day", "benchmarks"):
            continue
        items = value if isinstance(value, list | tuple) else (value,)
        together = ", ".join(str(one) for one in items)
        texts = [together] if name in LISTED else [_item_text(one) for one in items]
        for at, text in enumerate(texts):
            label = KPI_LABELS.get(name, name.replace("_", " ").capitalize()) if not at else ""
            lines.append(paragraph(text, indent=" " * LABEL, first=f"{label:{LABEL}}"))
    return explained(("\n".join(lines),))


def _data_words(shown: Mapping[str, object]) -> str:
    """Whether the data can compute a KPI, else what they lack and where to get that."""
    if "computable" not in shown:
        return ""
    return "can compute it" if shown["computable"] else f"lack {shown['needs']}. {shown['how']}".rstrip()


def _item_text(item: object) -> str:
    """A plain value as it is, a benchmark that applies in its words."""
    if item is True:
        return "yes"
    return str(item["words"]) if isinstance(item, Mapping) else str(item)


def import_text(report: ImportReport) -> str:
    """What an import did: the rows accounted for, what changed, and the rows it refused."""
    did = "would be imported (nothing was changed)" if report.dry_run else f"imported, number {report.import_id}"
    crm = form_crm(report.dialect)
    by = f" from {crm}" if crm else ""
    sums = " + ".join(f"{getattr(report, part):,} {part}" for part in PARTS)
    return sections((
        paragraphs([
            f"{report.file}: {did}. {report.kind.capitalize()}{by}, data as of {day_text(report.data_date)}.",
            f"{report.read:,} rows read = {sums}",
        ]),
        _changes(report),
        _issues(report),
        _look_alikes(report),
        paragraphs(_columns(report)),
        paragraphs((*map(link_words, report.linked), *map(with_command, report.notices))),
    ))  # fmt: skip


def _columns(report: ImportReport) -> Iterator[str]:
    """Which column was taken for what, and which for nothing."""
    fields = {name: one.label.lower() for name, one in FIELD_BY_NAME[report.kind].items()}
    if taken := [f"{one.header} as {fields.get(one.field, one.field)}" for one in report.columns if one.field]:
        yield f"Columns: {', '.join(taken)}."
    others = [one for one in report.columns if not one.field]
    for why in dict.fromkeys(one.why for one in others):
        named = [one.header for one in others if one.why == why]
        yield f"Not taken, {why}: {listed(named, COLUMNS_SHOWN)}."


def _changes(report: ImportReport) -> str:
    if not report.changes:
        return ""
    told = (f"{one.deals:,} {one.what} ({change_amount(_worth(one, report.currency), one)})" for one in report.changes)
    return paragraph(f"This import changed: {', '.join(told)}.")


def _worth(change: ChangeCount, currency: str) -> str:
    """The value of what changed; by how much an amount changed has a sign."""
    return (format_difference if kind_of(change.what) in SIGNED else format_value)(change.amount, "money", currency)


def _issues(report: ImportReport) -> str:
    if not report.issues:
        return ""
    shown = report.issues[:ISSUES_SHOWN]
    listed = table((
        Column("Line", tuple(f"{one.line:,}" for one in shown), right=True),
        Column("Column", tuple(one.column for one in shown)),
        Column("Value", tuple(one.value or "(empty)" for one in shown)),
        Column("Problem", tuple(one.problem for one in shown)),
    ))  # fmt: skip
    return f"Rejected:\n{listed}{_more(len(report.issues) - len(shown))}"


def _more(rest: int) -> str:
    return f"\n… and {rest:,} more; --json lists all." if rest else ""


def _look_alikes(report: ImportReport) -> str:
    """The rows that look like other records, where there are several: of one alone the notice says all."""
    if len(report.look_alikes) < 2:
        return ""
    shown = report.look_alikes[:ISSUES_SHOWN]
    listed = table((
        Column("Line", tuple(f"{one.line:,}" for one in shown), right=True),
        Column("Id", tuple(id_text(one.key) for one in shown)),
        Column("Name", tuple(one.name for one in shown)),
        Column("Like", tuple(_other(one) for one in shown)),
        Column("Why", tuple(one.why for one in shown)),
    ))  # fmt: skip
    return f"Looks like another record:\n{listed}{_more(len(report.look_alikes) - len(shown))}"


def _other(one: LookAlike) -> str:
    """What a row looks like: its id, else its name, and where it is known from."""
    where = f"line {one.other_line:,}" if one.other_line else "" if one.is_own else one.source
    named = id_text(one.other) or one.other_name
    return f"{named} ({where})" if where else named


def undo_words(taken: Sequence[ImportEntry], *, dry_run: bool = False) -> str:
    """Which imports an undo takes back, before it does; `dry_run` says that nothing is changed."""
    told = listed(f"{one.import_id} ({one.file}, {KIND_OF_RECORD[one.kind].many}, data as of {day_text(one.data_date)})"
                  for one in sorted(taken, key=lambda one: one.import_id))  # fmt: skip
    numbers = f"{'import' if len(taken) == 1 else 'imports'} {told}"
    if dry_run:
        return paragraph(f"Would take back {numbers}. Nothing was changed.")
    return paragraph(f"Taking back the newest: {numbers}.")


def undo_text(import_id: int, file: str, data_date: date, known: date | None, with_it: int | None = None) -> str:
    """That an import was taken back, with that of the same file which went with it, and how far the data reach now."""
    what = f"{file}, data as of {day_text(data_date)}"
    if with_it is None:
        return f"Import {import_id} ({what}) is undone. {known_words(known)}"
    first, last = sorted((import_id, with_it))
    return f"Imports {first} and {last} ({what}) are undone, because one file brought both. {known_words(known)}"


def imports_text(entries: Iterable[ImportEntry]) -> str:
    """The history of imports as a table, oldest first."""
    known = tuple(entries)
    if not known:
        return "Nothing has been imported yet."

    def counts(name: str) -> Column:
        return Column(name.capitalize(), tuple(f"{getattr(one, name):,}" for one in known), right=True)

    listed = table((
        Column("No.", tuple(str(one.import_id) for one in known), right=True),
        Column("Data as of", tuple(one.data_date.isoformat() for one in known)),
        Column("Kind", tuple(one.kind for one in known)),
        Column("File", tuple(one.file for one in known)),
        *(counts(name) for name in ("read", *PARTS)),
    ))  # fmt: skip
    return sections((listed, paragraph(counted_when(known)))) if len(known) > 1 else listed
