"""Every version of one deal: when it came, what changed in it, and the line of the file that shows it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QVBoxLayout

from kpidesk.core.deal_changes import MOVES, DealHistory, DealVersion
from kpidesk.core.formats import NOTHING, day_text
from kpidesk.core.imports import crm_name
from kpidesk.core.wording import counted
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import card, icon_button, row
from kpidesk.ui.widgets.receipt_model import Column, RecordModel
from kpidesk.ui.widgets.receipt_table import RecordTable

MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One field that changed in one version; the first line of a version names its day, kinds and place."""

    day: str
    what: str
    field: str
    before: str
    after: str
    place: str
    since: str


def history_lines(found: DealHistory) -> list[HistoryLine]:
    """The versions of a deal as the lines of a table, newest first."""
    lines = []
    for version in found.versions:
        for place, change in enumerate(version.changes):
            head = (day_text(version.since), kinds_words(version), place_words(version)) if not place else ("", "", "")
            lines.append(
                HistoryLine(head[0], head[1], change.label, change.before or NOTHING, change.after or NOTHING, head[2],
                            version.since.isoformat())
            )  # fmt: skip
    return lines


def kinds_words(version: DealVersion) -> str:
    """The kinds of change that brought a version, of many the first two: "Pushed, amount up and 3 more"."""
    kinds = [MOVES[kind].label.lower() for kind in version.what]
    if len(kinds) > MOST_NAMED:
        kinds[1:] = [f"{kinds[1]} and {len(kinds) - 2} more"]
    return (", ".join(kinds) or "other fields").capitalize()


def place_words(version: DealVersion) -> str:
    """Import, line and file that show a version; the name of a file can be long, so it comes last."""
    proof = version.proof
    return f"Import {proof.import_id}, line {proof.line:,} · {proof.file}" if proof.line else proof.file


COLUMNS: tuple[Column[HistoryLine], ...] = (
    Column("Data of", lambda one: one.day, strong=True),
    Column("What", lambda one: one.what),
    Column("Field", lambda one: one.field),
    Column("Before", lambda one: one.before),
    Column("Now", lambda one: one.after),
    Column("Shown in", lambda one: one.place),
)


class DealHistoryView(QFrame):
    """The history of the deal that was opened; hidden until there is one. `closed` tells that it was closed.

    A class because it is a widget with a signal.
    """

    closed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.found: DealHistory | None = None
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        frame, column = card(margins=(1, 12, 1, 8), spacing=8)
        outer.addWidget(frame)
        self.heading = PlainLabel("", "subheading", elide=True)
        self.about = PlainLabel("", "muted", elide=True)
        titles = QVBoxLayout()
        titles.setSpacing(2)
        titles.addWidget(self.heading)
        titles.addWidget(self.about)
        close = icon_button(theme, "x", "Close the history of the deal (Escape)", self.close_view)
        head = row(close)
        head.insertLayout(0, titles, 1)
        head.setContentsMargins(17, 0, 12, 0)
        self.table: RecordTable = RecordTable(
            RecordModel(COLUMNS), theme, name="Versions of the deal, newest first", stretch=(5,), sortable=False,
            height=32,
        )  # fmt: skip
        column.addLayout(head)
        column.addWidget(self.table, 1)
        self.hide()

    def show_history(self, found: DealHistory) -> None:
        """Show every version of a deal."""
        self.found = found
        self.heading.setText(f"{found.name} · {counted(len(found.versions), 'version')}")
        gone = f"no longer in the file since {day_text(found.missing_from)}" if found.missing_from else ""
        key = f"{crm_name(found.source)} {found.key}".strip()
        self.about.setText(" · ".join(filter(None, (found.account, found.owner, key, gone))))
        self.table.records.show_rows(history_lines(found))
        self.show()

    def close_view(self) -> None:
        """Hide the history."""
        self.found = None
        self.hide()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes it."""
        if event.matches(QKeySequence.StandardKey.Cancel):
            self.close_view()
        else:
            super().keyPressEvent(event)
