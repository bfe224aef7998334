"""The pipeline in a team review: its stages, what moved, and the deals that are long in their stage."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Signal

from kpidesk.core.meeting_sheets import MeetingSheet, MovedLine
from kpidesk.core.meeting_words import NO_MOVES, NO_STALLED, stalled_words
from kpidesk.core.meetings import STALLED_SHOWN
from kpidesk.core.pipeline import Pick
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import button, row
from kpidesk.ui.widgets.meeting_sections import TableCard
from kpidesk.ui.widgets.meeting_tables import MOVED, SEVERAL, STAGES, STALLED, SheetTable, TableSection
from kpidesk.ui.widgets.meeting_text import moved_note
from kpidesk.ui.widgets.review_parts import Fold


class PipelineCard(TableSection):
    """The stages with what they cover; `opened` sends the Pick of the deals behind a number."""

    opened = Signal(object, str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "Pipeline")
        self.note.setText("Enter or a double click shows the deals")
        self.sentence = PlainLabel("", wrap=True)
        self.table = SheetTable(theme, "Stages of the open pipeline", STAGES)
        self.table.activated.connect(self._open)
        self.answer = PlainLabel("", wrap=True)
        self.how = Fold(theme, "how the coverage is worked out")
        self.how.line.addWidget(PlainLabel("How that is worked out", "muted"), 1)
        self.lines = PlainLabel("", "muted", wrap=True)
        self.how.inner.addWidget(self.lines)
        self.add_words(self.sentence)
        self.column.addWidget(self.table)
        self.column.addSpacing(6)
        self.add_words(self.answer)
        self.foot.addWidget(self.how)

    def show_sheet(self, sheet: MeetingSheet) -> None:
        """Show the pipeline of a sheet."""
        part = sheet.pipeline
        self.setVisible(part is not None)
        if part is None:
            return
        answer, *lines = part.coverage or ("",)
        self.sentence.setText(part.total_text)
        self.answer.setText(answer)
        self.lines.setText("\n".join(lines))
        self.how.setVisible(bool(lines))
        self.table.show_rows(part.stages, SEVERAL if any(one.pipeline for one in part.stages) else STAGES)

    def _open(self, index: QModelIndex) -> None:
        line = self.table.records.record(index.row())
        if line.pick is not None:
            self.opened.emit(line.pick, line.name)


class MovedDeals(TableCard):
    """What moved since the last review; `opened` sends the Pick of the deals that moved in one way."""

    opened = Signal(object, str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "What moved", MOVED, NO_MOVES, stretch=(3,))
        self.table.activated.connect(self._open)

    def show_sheet(self, sheet: MeetingSheet) -> None:
        """Show what moved up to the data of a sheet."""
        part = sheet.pipeline or sheet.forecast
        self.setVisible(part is not None)
        self.note.setText(moved_note(sheet))
        if part is not None:
            self.show_rows(part.moved, part.moved_words)

    def _open(self, index: QModelIndex) -> None:
        line: MovedLine = self.table.records.record(index.row())
        pick: Pick | None = line.pick
        if pick is not None:
            self.opened.emit(pick, line.label)


class StalledDeals(TableCard):
    """The deals that are stuck, with the rule; `deal_opened` sends the number of one whose history is wanted.

    `opened` sends the Pick of all of them.
    """

    deal_opened = Signal(int)
    opened = Signal(object, str)

    def __init__(self, theme: Theme) -> None:
        # where there is little room the stage is cut, not the name of the deal
        super().__init__(theme, "Long in their stage", STALLED, NO_STALLED, stretch=(3,))
        self.every = button("All of them", self._open_all, kind="link", hint="Enter on a deal shows its history")
        self.foot.addLayout(row(self.every, None))
        self.table.activated.connect(self._open)

    def show_sheet(self, sheet: MeetingSheet) -> None:
        """Show the deals of a sheet that are long in their stage."""
        self.setVisible(sheet.pipeline is not None)
        part = sheet.pipeline
        if part is not None:
            self.show_rows(part.stalled[:STALLED_SHOWN], stalled_words(part, STALLED_SHOWN))
            self.every.setVisible(len(part.stalled) >= STALLED_SHOWN)

    def _open_all(self) -> None:
        self.opened.emit(Pick("stalled"), "")

    def _open(self, index: QModelIndex) -> None:
        deal_id = self.table.records.record(index.row()).deal_id
        if deal_id:
            self.deal_opened.emit(deal_id)
