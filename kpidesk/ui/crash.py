"""What happens when the app itself is wrong: one dialog and one entry in the log, without the customer's data."""

from __future__ import annotations

import logging
import platform
import sys
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QObject, Qt, QtMsgType, Signal, Slot, qInstallMessageHandler, qVersion
from PySide6.QtWidgets import QApplication, QWidget

from kpidesk import __version__, paths
from kpidesk.core.errors import UserError
from kpidesk.ui.messages import CrashDialog, show_error

log = logging.getLogger("kpidesk")
_LEVELS = {QtMsgType.QtWarningMsg: logging.WARNING, QtMsgType.QtCriticalMsg: logging.ERROR,
           QtMsgType.QtFatalMsg: logging.CRITICAL}  # fmt: skip


class CrashHook(QObject):
    """Catches what nothing else caught, on any thread; a class because a signal brings it to the window's thread.

    Each distinct error gets one dialog, however often it happens.
    """

    _met = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.window: QWidget | None = None
        self._seen: set[str] = set()
        self._dialog: CrashDialog | None = None
        self._met.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Take the place of Python's and Qt's own reports."""
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread
        qInstallMessageHandler(_on_message)

    def remove(self) -> None:
        """Give Python and Qt their own reports back."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        qInstallMessageHandler(None)

    def _on_exception(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            self._met.emit(error)

    def _on_thread(self, found: threading.ExceptHookArgs) -> None:
        if found.exc_value is not None:
            self._met.emit(found.exc_value)

    @Slot(object)
    def _show(self, error: BaseException) -> None:
        if isinstance(error, UserError):
            show_error(self.window, error)
            return
        details = details_of(error)
        log.error("%s", details)
        if details not in self._seen and QApplication.instance() is not None:
            self._seen.add(details)
            self._dialog = CrashDialog(details, self.window)
            self._dialog.open()


def details_of(error: BaseException) -> str:
    """Where an error happened, innermost cause first, without the texts of errors, which may quote a file."""
    system = (
        f"{paths.APP_NAME} {__version__}, Python {platform.python_version()}, Qt {qVersion()}, {platform.platform()}"
    )
    return "\n".join([system, *(line for one in _causes(error) for line in _lines(one))])


def _causes(error: BaseException) -> list[BaseException]:
    found = [error]
    while (before := found[-1].__cause__ or found[-1].__context__) is not None and before not in found:
        found.append(before)
    return found[::-1]


def _lines(error: BaseException) -> Iterator[str]:
    yield type(error).__name__
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"  {_short(Path(frame.filename))}:{frame.lineno} in {frame.name}"


def _short(file: Path) -> str:
    """A file without the folders that tell whose computer this is."""
    if file.is_relative_to(paths.PACKAGE):
        return f"{paths.PACKAGE.name}/{file.relative_to(paths.PACKAGE).as_posix()}"
    return "/".join(file.parts[-2:])


def _on_message(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
    if kind in _LEVELS:
        log.log(_LEVELS[kind], "Qt: %s", text)
        print(text, file=sys.stderr)  # noqa: T201  # Qt's own habit, for who started it in a terminal
