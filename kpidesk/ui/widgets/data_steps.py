"""What the Data page holds: the step a file is at, what was said of it, the files of the round, and the step itself."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from kpidesk.ui.messages import Banner, PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.current_stack import CurrentStack
from kpidesk.ui.widgets.data_home import HomeView
from kpidesk.ui.widgets.import_list import FileList, has_doubtful_day, waiting_words
from kpidesk.ui.widgets.import_preview import PreviewView
from kpidesk.ui.widgets.import_progress import ProgressCard
from kpidesk.ui.widgets.import_queue import WaitingFile
from kpidesk.ui.widgets.import_report import ReportView


class DataSteps(QWidget):
    """Home, progress, check and report in one place, below what belongs to all of them; a class: a widget."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 4, 24, 20)
        column.setSpacing(12)
        self._words = ""
        self.step, self.banner = PlainLabel("", "muted", elide=True), Banner()
        self.list, self.stack = FileList(theme), CurrentStack()
        for part in (self.step, self.banner, self.list):
            column.addWidget(part)
        column.addWidget(self.stack, 1)
        self.home, self.progress = HomeView(theme), ProgressCard()
        self.preview, self.report = PreviewView(theme), ReportView(theme)
        for widget in (self.home, self.progress, self.preview, self.report):
            self.stack.addWidget(widget)

    def go_home(self) -> None:
        """Show where to drop a file, and the imports."""
        self.step.hide()
        self.stack.setCurrentWidget(self.home)

    def show_step(self, widget: QWidget, words: str) -> None:
        """Show a step, with the words for it above."""
        self._words = words
        self.step.show()
        self.stack.setCurrentWidget(widget)

    def show_waiting(
        self, pending: Sequence[WaitingFile], files: Sequence[WaitingFile], now: WaitingFile | None
    ) -> None:
        """Say beside the step what waits, and list the files of the round where there are several."""
        self.step.setText(f"{self._words}{waiting_words(pending)}")
        was_alone = self.list.isHidden()
        self.list.show_files(files, now)
        if was_alone and not self.list.isHidden():
            self.preview.head.fold(now is None or not has_doubtful_day(now, files))
