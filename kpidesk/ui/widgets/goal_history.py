"""How a KPI came to be as it is: every target it has had for a scope, and every definition and baseline."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kpidesk.core.formats import day_text, format_value
from kpidesk.core.goals import GoalBook, Target
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Scope
from kpidesk.core.timeline import EarlierVersion, Event
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import card, row
from kpidesk.ui.widgets.goal_text import exactly
from kpidesk.ui.widgets.pick_button import PickButton
from kpidesk.ui.widgets.receipt_model import Column, RecordModel
from kpidesk.ui.widgets.receipt_table import SHORTEST, RecordTable
from kpidesk.ui.widgets.table_header import EDGE, PAD
from kpidesk.ui.widgets.type_ahead import Choice


def history_columns(kpi: Kpi, currency: str) -> tuple[Column[Target], ...]:
    """The columns of the table for one KPI."""

    def tier(title: str, value: Callable[[Target], float]) -> Column[Target]:
        return Column(title, lambda one: format_value(value(one), kpi.display, currency), value, right=True,
                      full=lambda one: exactly(value(one), kpi, currency))  # fmt: skip

    return (
        Column("Period", lambda one: one.period.label, lambda one: one.period.start.isoformat(), strong=True),
        Column("Version", lambda one: f"{one.version}", lambda one: float(one.version), right=True),
        Column("Since", lambda one: _day(one.effective_from), lambda one: one.effective_from),
        tier("Minimum", lambda one: one.minimum),
        tier("Target", lambda one: one.target),
        tier("Stretch", lambda one: one.stretch),
        Column("Reason", lambda one: one.reason),
    )


class TargetHistory(QWidget):
    """The table of targets as they were set; a class because it is a widget. Hidden while there is none."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        frame, column = card(margins=(1, 14, 1, 8), spacing=8)
        title = PlainLabel("Targets as they were set", "subheading")
        title.setContentsMargins(17, 0, 0, 0)
        self.table = RecordTable(RecordModel(()), theme, name="Targets as they were set", stretch=(6,))
        column.addWidget(title)
        column.addWidget(self.table)
        outer.addWidget(frame)

    def show_history(self, book: GoalBook, kpi: Kpi, scope: Scope, currency: str) -> None:
        """Show every version of every target of a KPI for a scope."""
        found = [one for one in book.targets if one.kpi_id == kpi.id and one.scope == scope]
        found.sort(key=lambda one: (one.period.start, one.version), reverse=True)
        self.table.records.show_rows(found, history_columns(kpi, currency))
        self.table.setFixedHeight(self.table.height_of(min(6, max(1, len(found)))))
        self.setVisible(bool(found))


def _day(text: str) -> str:
    return day_text(date.fromisoformat(text[:10])) if text else ""


WHAT, REASON = 1, 3
"""Columns of the table of events."""
EVENT_COLUMNS: tuple[Column[Event], ...] = (
    Column("Day", lambda one: day_text(one.day), lambda one: one.day.isoformat()),
    Column("What changed", lambda one: one.words, strong=True),
    Column("Period", lambda one: one.about.rpartition(", ")[2]),
    Column("Reason", lambda one: one.reason),
)


class _EventTable(RecordTable):
    """The table; a class because what changed is shown whole before the reason, as far as there is room for both."""

    def fit(self) -> None:
        """The reason gives way, down to some words, until nothing of what changed is cut."""
        super().fit()
        letters = QFontMetricsF(self.theme.font(13, QFont.Weight.DemiBold))
        widest = max((letters.horizontalAdvance(one.words) for one in self.records.records()), default=0.0)
        missing = round(widest) + self.theme.px(PAD + EDGE) + 2 - self.columnWidth(WHAT)
        taken = min(missing, self.columnWidth(REASON) - self.theme.px(2 * SHORTEST))
        if taken > 0:
            self.setColumnWidth(WHAT, self.columnWidth(WHAT) + taken)
            self.setColumnWidth(REASON, self.columnWidth(REASON) - taken)


class KpiHistory(QWidget):
    """The table of what happened to a KPI, the newest first; a class because it is a widget. Hidden while empty.

    `back_wanted` sends the EarlierVersion that is to hold again.
    """

    back_wanted = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        frame, column = card(margins=(1, 14, 1, 8), spacing=8)
        title = PlainLabel("History", "subheading")
        self.back = PickButton(theme, "an earlier version", "history")
        self.back.chosen.connect(self.back_wanted)
        self.back.hide()
        self._kpi_id = ""
        head = row(title, None, self.back)
        head.setContentsMargins(17, 0, 17, 0)
        self.table = _EventTable(RecordModel(EVENT_COLUMNS), theme, name="History of the KPI", stretch=(REASON,))
        column.addLayout(head)
        column.addWidget(self.table)
        outer.addWidget(frame)

    def show_events(self, events: Iterable[Event], kpi: Kpi, scope: Scope) -> None:
        """Show what happened to a KPI: its definitions and use, and the baselines of a scope."""
        found = [one for one in events if one.kpi_id == kpi.id and one.kind != "target" and one.scope in (None, scope)]
        if kpi.id != self._kpi_id:
            self._kpi_id = kpi.id
            self.back.hide()
        self.table.records.show_rows(found)
        self.table.setFixedHeight(self.table.height_of(min(6, max(1, len(found)))))
        self.setVisible(bool(found))

    def show_versions(self, kpi_id: str, found: Sequence[EarlierVersion]) -> None:
        """Offer the earlier versions of the KPI in view, each with the day it was kept and what it would change."""
        if kpi_id == self._kpi_id:
            choices = [Choice(_told(one), one, day_text(one.day)) for one in found]
            self.back.offer(choices, None, "Back to an earlier version…")
            self.back.setVisible(bool(found))


def _told(one: EarlierVersion) -> str:
    return f"Version {one.kpi.version}: {' '.join(one.holds)}"
