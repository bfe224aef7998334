"""The sheet of a review, or in its place the deals behind a number of it, or that it is on its way."""

from __future__ import annotations

from functools import cached_property

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from kpidesk import operations
from kpidesk.core.deal_changes import DealHistory
from kpidesk.core.meeting_sheets import MeetingSheet
from kpidesk.core.pipeline import Pick
from kpidesk.core.receipts import Listing
from kpidesk.core.wording import counted
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.page import Shell
from kpidesk.ui.widgets.meeting_asking import load_deals
from kpidesk.ui.widgets.pipeline_rows import PipelineRows

ON_ITS_WAY = "Reading the numbers…"


class Waiting(QWidget):
    """The name of a sheet that is on its way, with nothing to press; a class because it is a widget."""

    def __init__(self) -> None:
        super().__init__()
        self.name, self.words = PlainLabel("", "title", wrap=True), PlainLabel(ON_ITS_WAY, "muted", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 0, 24, 0)
        column.setSpacing(4)
        column.addWidget(self.name)
        column.addWidget(self.words)
        column.addStretch(1)

    def show_name(self, name: str) -> None:
        """Show the name of another sheet."""
        self.name.setText(name)
        self.setAccessibleName(f"{name}: {ON_ITS_WAY}")


class SheetOrDeals(QStackedWidget):
    """One in front of the other; a class because it is a widget. Escape goes back from the deals to the sheet.

    Until the first sheet is shown, and while another one is on its way, it says so.
    """

    def __init__(self, shell: Shell, sheet: QWidget) -> None:
        super().__init__()
        self._shell = shell
        self._came_from: QWidget | None = None
        self._sheet, self.waiting = sheet, Waiting()
        for part in (self.waiting, sheet):
            self.addWidget(part)

    @cached_property
    def rows(self) -> PipelineRows:
        """The deals; made when they are first wanted, because the page must not wait for them."""
        made, shell = PipelineRows(self._shell.theme), self._shell
        self.addWidget(made)
        made.deal_opened.connect(self.open_deal)
        made.closed.connect(self.close_deals)
        made.copied.connect(lambda count: shell.toast(f"{counted(count, 'row')} copied."))
        return made

    @property
    def shows_deals(self) -> bool:
        """Whether deals are shown in place of the sheet."""
        return self.currentWidget() not in (self._sheet, self.waiting)

    @property
    def waits(self) -> bool:
        """Whether a sheet is on its way."""
        return self.currentWidget() is self.waiting

    def wait(self, name: str) -> None:
        """Show that the sheet of this name is on its way."""
        self.waiting.show_name(name)
        self.setCurrentWidget(self.waiting)

    def show_sheet(self) -> None:
        """Show the sheet that has come; deals that are looked at stay in front of it."""
        if self.waits:
            self.setCurrentWidget(self._sheet)

    def open_deals(self, sheet: MeetingSheet, pick: Pick, label: str) -> None:
        """Show the deals behind a number of the pipeline."""

        def show(found: Listing) -> None:
            self._leave_sheet()
            self.rows.show_rows(found, pick, label, sheet.currency)

        self._shell.jobs.ask("review:deals", lambda ws: load_deals(ws, sheet, pick), show, self._shell.show_error)

    def open_deal(self, deal_id: int, *, alone: bool = False) -> None:
        """Show every version of a deal: below the list on show, or `alone`."""

        def show(found: DealHistory) -> None:
            self._leave_sheet()
            self.rows.show_history(found, alone=alone)

        self._shell.jobs.ask(
            "deal-history", lambda ws: operations.deal_history(ws, deal_id), show, self._shell.show_error
        )

    def _leave_sheet(self) -> None:
        """Show deals in place of the sheet, and remember where the cursor was."""
        if not self.shows_deals:
            self._came_from = self.focusWidget()
            self.setCurrentWidget(self.rows)

    def close_deals(self) -> None:
        """Go back to the sheet from the deals behind a number; the cursor is where it was."""
        if self.shows_deals:
            self.setCurrentWidget(self._sheet)
            if self._came_from is not None:
                self._came_from.setFocus(Qt.FocusReason.OtherFocusReason)
