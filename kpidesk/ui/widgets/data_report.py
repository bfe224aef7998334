"""The report of an import on the Data page: tried or done, with what is new by it and what belongs together."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from kpidesk.core.imports import ImportReport
from kpidesk.ui.page import Shell
from kpidesk.ui.widgets.data_after import AfterImport
from kpidesk.ui.widgets.import_queue import FileQueue
from kpidesk.ui.widgets.import_report import ReportView
from kpidesk.ui.widgets.signal_watch import SignalWatch


class Reporting(QObject):
    """Shows reports; a class because it holds what is looked up beside them.

    `show` brings the report up with the words for the step.
    """

    def __init__(
        self, shell: Shell, view: ReportView, queue: FileQueue, show: Callable[[str], None], page: QWidget
    ) -> None:
        super().__init__(page)
        self._shell, self._view, self._queue, self._show = shell, view, queue, show
        self._digest = SignalWatch(shell, page)
        self._after = AfterImport(shell, view.links, page)
        view.put_first(self._digest.banner)

    def show_tried(self, report: ImportReport) -> None:
        """Show what an import would do."""
        self._digest.hide()
        self._fill(report)
        self._show("Step 2 of 3: tried, nothing was written")
        self._view.back_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_done(self, report: ImportReport) -> None:
        """Show what an import did, and look up what that leads to."""
        self._fill(report)
        self._view.show_round(len(self._queue), len(self._queue.files), self._queue.unsaid(report))
        self._show("Done")
        self._after.show_kind(report.kind)
        self._digest.ask_digest(report.import_id)
        self._view.scorecard.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fill(self, report: ImportReport) -> None:
        self._view.show_report(report, report.currency or self._shell.settings.currency)
