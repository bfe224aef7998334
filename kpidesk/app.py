"""Start the window, in order: log, crash hook, application, appearance, window; data only after the first paint."""

from __future__ import annotations

import faulthandler
import logging
import signal
import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from kpidesk import __version__, paths
from kpidesk.ui import fonts, icons, opening, second_start
from kpidesk.ui.appearance import Appearance
from kpidesk.ui.crash import CrashHook
from kpidesk.ui.first_paint import after_first_paint
from kpidesk.ui.focus import FocusRing
from kpidesk.ui.main_window import MainWindow
from kpidesk.ui.preferences import FILE_NAME, Preferences
from kpidesk.ui.theme import Theme

LOG_BYTES = 500_000
log = logging.getLogger("kpidesk")


def run(workspace: Path | None) -> int:
    """Open the window and stay until it is closed; gives the exit code of the process.

    `workspace` may also be an export: then the workspace of last time is opened and the export handed to it.
    """
    start_log(paths.log_file())
    hook = CrashHook()
    hook.install()
    app = make_application()
    theme, preferences = Theme(parent=app), Preferences(paths.data_folder() / FILE_NAME)
    appearance = Appearance(app, theme, preferences)
    with theme.bare():
        appearance.apply()
        window = MainWindow(theme, appearance, preferences)
    hook.window = window
    second_start.Calls(window)
    after_first_paint(window, lambda: opening.start(window, workspace))
    window.show()
    QTimer.singleShot(opening.REST_AFTER, window, lambda: opening.search_for_garbage(window))
    code = app.exec()
    hook.remove()
    log.info("ended with code %d", code)
    return code


def make_application() -> QApplication:
    """The one application object, with our style, typeface and icon."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl+C in the terminal it was started from ends it
    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName(paths.APP_NAME)
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("kpidesk")
    app.setStyle("Fusion")
    app.setWindowIcon(icons.app_icon())
    fonts.load_fonts()
    FocusRing(app)
    return app


def start_log(file: Path) -> None:
    """Write counts and errors to a file of limited size; a disk that cannot be written to is no reason to stop."""
    log.setLevel(logging.INFO)
    log.propagate = False
    try:
        if file.exists() and file.stat().st_size > LOG_BYTES:
            file.replace(file.with_suffix(".before.log"))
        handler = logging.FileHandler(file, encoding="utf-8")
        crashes = file.with_suffix(".crash").open("a", encoding="utf-8")
    except OSError:
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log.addHandler(handler)
    faulthandler.enable(crashes)
    log.info("KPI Desk %s starts", __version__)
