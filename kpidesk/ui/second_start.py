"""A second start on a workspace that a window has open: that window comes to the front and takes the files given.

The later start leaves a note in a folder of the user, and the window that has the workspace takes it away.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QFileSystemWatcher, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from kpidesk import paths

if TYPE_CHECKING:
    from kpidesk.ui.main_window import MainWindow

FOLDER, ENDING = "calls", ".json"
EVERY, PATIENCE = 50, 2000
"""Milliseconds between two looks whether a note was taken, and until nobody is thought to take it."""
OLD = 10
"""Seconds after which a note is of a start that was ended before it could take it back."""


class Calls(QObject):
    """Takes the notes that are for the workspace of a window; a class because it watches a folder."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(self.answer)
        with contextlib.suppress(OSError):  # without the folder a second start says that the workspace is in use
            self._watcher.addPath(str(_folder()))

    def answer(self) -> None:
        """Take the notes for this window's workspace: come to the front, and import what they name."""
        for note in sorted(_folder().glob(f"*{ENDING}")):
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                workspace, files = _read(note)
                if time.time() - note.stat().st_mtime > OLD:
                    note.unlink()
                elif self._window.path is not None and workspace.samefile(self._window.path):
                    note.unlink()
                    come_forward(self._window)
                    self._window.import_files(files)


def come_forward(window: MainWindow) -> None:
    """Show a window before all others, also one that is minimised; where that is not allowed it asks for attention."""
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.raise_()
    window.activateWindow()
    QApplication.alert(window)


def call(window: MainWindow, workspace: Path, files: Sequence[Path], otherwise: Callable[[], None]) -> None:
    """Leave what this start is for to the window that has a workspace open, and close this one.

    Where no window answers, such as when a command has the workspace open, go on with `otherwise`.
    """
    try:
        note = _leave(workspace, files)
    except OSError:
        otherwise()
        return
    since, look = QElapsedTimer(), QTimer(window)
    since.start()

    def wait() -> None:
        if not note.exists():
            look.stop()
            window.close()
        elif since.elapsed() > PATIENCE:
            look.stop()
            note.unlink(missing_ok=True)
            otherwise()

    look.timeout.connect(wait)
    look.start(EVERY)


def _folder() -> Path:
    folder = paths.data_folder() / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _leave(workspace: Path, files: Sequence[Path]) -> Path:
    """A note of what a start was given, whole from the moment on in which it is seen."""
    note = _folder() / f"{os.getpid()}{ENDING}"
    part = note.with_suffix(".part")
    told = {"workspace": str(workspace), "files": [str(one.absolute()) for one in files]}
    part.write_text(json.dumps(told), encoding="utf-8")
    return part.replace(note)


def _read(note: Path) -> tuple[Path, tuple[Path, ...]]:
    """The workspace and the files of a note.

    Raises:
        OSError, ValueError, KeyError, TypeError: it cannot be read, or is none of ours.
    """
    told = json.loads(note.read_text(encoding="utf-8"))
    return Path(told["workspace"]), tuple(map(Path, told["files"]))
