"""The place to drop an export on, with a button for those who would rather choose."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QStandardPaths, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from kpidesk import paths
from kpidesk.ui.messages import PlainLabel, restyle
from kpidesk.ui.preferences import FILE_NAME, Preferences
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.page_parts import Mark, button

HINT = "From any CRM, one file or many: CSV, Excel, ODS or a zip of several."
FILTER = "CRM exports (*.csv *.tsv *.txt *.xlsx *.xlsm *.xlsb *.xls *.ods *.zip);;All files (*)"


def files_in(mime: QMimeData) -> tuple[Path, ...]:
    """The local files that are being dropped."""
    return tuple(Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile())


def choose_files(parent: QWidget, title: str = "Choose an export") -> tuple[Path, ...]:
    """Let the user pick files, beginning where the last ones lay; none when cancelled."""
    kept = Preferences(paths.data_folder() / FILE_NAME)
    names, _ = QFileDialog.getOpenFileNames(parent, title, str(kept.exports or downloads()), FILTER)
    if names:
        kept.exports = Path(names[0]).parent
    return tuple(Path(name) for name in names)


def downloads() -> Path:
    """The folder of downloads, where a browser puts exports; that of the user when there is none."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation)
    return Path(folder) if folder and Path(folder).is_dir() else Path.home()


class DropZone(QFrame):
    """Takes files that are dropped or chosen; a class because it is a widget with a signal.

    `files` carries a tuple of paths. `compact` is one line, for a page that shows more than this.
    """

    files = Signal(object)

    def __init__(self, theme: Theme, *, title: str, hint: str, compact: bool = False) -> None:
        super().__init__()
        self.setProperty("role", "drop")
        self.setAcceptDrops(True)
        self.setAccessibleName(title)
        self.choose = button("&Choose a file…", self._choose, "" if compact else "primary")
        self._title = PlainLabel(title, "subheading" if compact else "heading", wrap=not compact)
        self._hint = PlainLabel(hint, "muted", wrap=True)
        mark = Mark(theme, "upload", "accent", 22 if compact else 34)
        if compact:
            self._lay_out_line(mark)
        else:
            self._lay_out_tall(mark)

    def _lay_out_line(self, mark: Mark) -> None:
        line = QHBoxLayout(self)
        line.setContentsMargins(20, 16, 16, 16)
        line.setSpacing(16)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._hint)
        line.addWidget(mark)
        line.addLayout(words, 1)
        line.addWidget(self.choose)

    def _lay_out_tall(self, mark: Mark) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 36, 32, 36)
        column.setSpacing(8)
        column.addStretch(1)
        center = Qt.AlignmentFlag.AlignHCenter
        column.addWidget(mark, 0, center)
        column.addSpacing(4)
        for label in (self._title, self._hint):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addSpacing(8)
        column.addWidget(self.choose, 0, center)
        column.addStretch(1)

    def _choose(self) -> None:
        self._hand_over(choose_files(self))

    def _hand_over(self, paths: Sequence[Path]) -> None:
        if paths:
            self.files.emit(tuple(paths))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Light up for local files."""
        if files_in(event.mimeData()):
            restyle(self, "active", "true")
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Go dark again."""
        restyle(self, "active", "false")
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand the dropped files over."""
        restyle(self, "active", "false")
        event.acceptProposedAction()
        self._hand_over(files_in(event.mimeData()))
