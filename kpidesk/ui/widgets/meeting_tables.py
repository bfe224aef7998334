"""The tables of a review: as high as their rows, copied with Ctrl+C, and opened to what lies behind a number."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, TypeVar

from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QTableView

from kpidesk.core.coaching_goals import VerdictCount
from kpidesk.core.formats import day_text
from kpidesk.core.meeting_sheets import (
    Amount,
    InitiativeLine,
    MemberRow,
    MemberTable,
    MovedLine,
    SignalLine,
    StageLine,
    StalledLine,
    TargetChange,
)
from kpidesk.core.meeting_words import target_words
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.receipt_model import Column, RecordModel
from kpidesk.ui.widgets.receipt_table import RecordTable
from kpidesk.ui.widgets.review_parts import Section
from kpidesk.ui.widgets.score_table import is_letter

T = TypeVar("T")
NO_NUMBER = float("nan")
HEIGHT = 32
STEP = "; next step: "
"""What stands between how long a deal has been stuck and its next step."""


class SheetTable(RecordTable):
    """A table in a card of a review; a class because it is a widget.

    It is as high as its rows: the page scrolls, not the table. With `by_cell` the cursor goes from number to number.
    """

    def __init__(
        self, theme: Theme, name: str, columns: Sequence[Column[Any]], *, stretch: tuple[int, ...] = (0,),
        by_cell: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(RecordModel(tuple(columns)), theme, name=name, stretch=stretch, least=150, height=HEIGHT)
        if by_cell:
            self.setSelectionBehavior(QTableView.SelectionBehavior.SelectItems)
        self.horizontalScrollBar().rangeChanged.connect(self._refit)
        theme.changed.connect(self._refit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Letters are the page's."""
        if is_letter(event):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def show_rows(self, rows: Sequence[Any], columns: Sequence[Column[Any]] | None = None) -> None:
        """Show other rows; without any there is no table."""
        self.records.show_rows(rows, columns)
        self.setVisible(bool(rows))
        self._refit(0, self.horizontalScrollBar().maximum())

    def _refit(self, _least: int = 0, most: int = 0) -> None:
        """As high as its rows, and its scroll bar where the columns need one."""
        bar = self.horizontalScrollBar().sizeHint().height() if most else 0
        self.setFixedHeight(self.height_of(max(1, self.records.rowCount())) + bar)


INSET = 17
"""How far the words of a card with a table stand from its edge, so that they begin where those of the table do."""


class TableSection(Section):
    """A card with a table from edge to edge; a class because it is a widget. Its words are put in with `add_words`."""

    def __init__(self, theme: Theme, title: str) -> None:
        super().__init__(theme, title)
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(1, 14, 1, 14)
        for part in (self.head, self.foot):
            part.setContentsMargins(INSET, 0, INSET, 0)

    def add_words(self, *labels: PlainLabel) -> None:
        """Put words below what is there."""
        for label in labels:
            label.setContentsMargins(INSET, 0, INSET, 0)
            self.column.addWidget(label)


def number(amount: Amount | None) -> float:
    """What an amount is sorted by; one that is not known comes last."""
    return NO_NUMBER if amount is None or amount.value is None else amount.value


def member_columns(table: MemberTable, who: str) -> tuple[Column[MemberRow], ...]:
    """Reps or teams by name against KPIs, with what to know of somebody at the end."""

    def text(at: int, one: MemberRow) -> str:
        return one.cells[at].told(table.units[at]) or one.cells[at].sample

    def key(at: int, one: MemberRow) -> float:
        value = one.cells[at].value
        return NO_NUMBER if value is None else value

    kpis = (Column(name, partial(text, at), partial(key, at), right=True) for at, name in enumerate(table.names))
    notes = (Column("Note", _note),) if any(one.note for one in table.rows) else ()
    return (Column(who, lambda one: one.name, strong=True), *kpis, *notes)


def _note(one: MemberRow) -> str:
    return one.note


def turned_columns(table: MemberTable) -> tuple[Column[int], ...]:
    """The same table on its side, KPIs below each other: for few teams and many KPIs. A row is the place of a KPI."""

    def text(row: MemberRow, at: int) -> str:
        return row.cells[at].told(table.units[at]) or row.cells[at].sample

    members = (Column(row.name, partial(text, row), right=True) for row in table.rows)
    return (Column("KPI", lambda at: table.names[at], strong=True), *members)


STAGES: tuple[Column[StageLine], ...] = (
    Column("Stage", lambda one: one.name, strong=True),
    Column("Deals", lambda one: f"{one.count:,}", lambda one: one.count, right=True),
    Column("Amount", lambda one: one.amount.text, lambda one: number(one.amount), right=True),
    Column("Go on to the next stage", lambda one: one.conversion_text),
    Column("Median days this quarter", lambda one: one.days_text),
)
SEVERAL: tuple[Column[StageLine], ...] = (Column("Pipeline", lambda one: one.pipeline), *STAGES)
"""The same where there are open deals in several pipelines."""
MOVED: tuple[Column[MovedLine], ...] = (
    Column("What", lambda one: one.label, strong=True),
    Column("Deals", lambda one: f"{one.count:,}", lambda one: one.count, right=True),
    Column("Amount", lambda one: one.amount.text, lambda one: number(one.amount), right=True),
    Column("The largest", lambda one: ", ".join(f"{deal.name} {deal.amount.text}".strip() for deal in one.deals)),
)
STALLED: tuple[Column[StalledLine], ...] = (
    Column("Deal", lambda one: one.name, strong=True),
    Column("Amount", lambda one: one.amount.text, lambda one: number(one.amount), right=True),
    Column("Owner", lambda one: one.owner),
    Column("Stage", lambda one: one.stage),
    Column("Days in it", lambda one: one.words.partition(STEP)[0].replace(" days", "")),  # leaves room for the name
    Column("Next step", lambda one: one.words.partition(STEP)[2] or "none"),
)
SIGNALS: tuple[Column[SignalLine], ...] = (
    Column("KPI", lambda one: one.kpi, strong=True),
    Column("Whose", lambda one: one.whose),
    Column("What stands out", lambda one: one.words),
)
INITIATIVES: tuple[Column[InitiativeLine], ...] = (
    Column("Initiative", lambda one: one.name, strong=True),
    Column("For", lambda one: one.whose),
    Column("Since", lambda one: day_text(one.since), lambda one: one.since.isoformat()),
    Column("What the data say", lambda one: one.words),
)
VERDICTS: tuple[Column[VerdictCount], ...] = (
    Column("Verdict", lambda one: one.verdict, strong=True),
    Column("Goals", lambda one: f"{one.count:,}", lambda one: one.count, right=True),
)
TARGETS: tuple[Column[TargetChange], ...] = (
    Column("KPI", lambda one: one.kpi, strong=True),
    Column("For", lambda one: one.whose),
    Column("Period", lambda one: one.period),
    Column("Target", target_words),
    Column("Why", lambda one: one.reason or "no reason given"),
    Column("On", lambda one: day_text(one.on), lambda one: one.on.isoformat()),
)
