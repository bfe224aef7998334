"""A process of its own that opens a window and says when it was seen, when its scorecard was, and what it weighs.

    python window_child.py bare
    python window_child.py ours WORKSPACE [EXPORT]

With an export it is imported meanwhile, and how late a 10 ms timer of the window fired is told. Times are seconds
since 1970, so that the process that started this one can subtract.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
TOLD: dict[str, float] = {}


def memory() -> float:
    """Megabytes of memory in use."""
    pages = int(Path("/proc/self/statm").read_text().split()[1]) if Path("/proc/self/statm").exists() else 0
    return pages * 4096 / 2**20


def bare() -> None:
    """The least that a Qt program with a table does."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication, QMainWindow, QTableWidget

    app = QApplication([])
    window = QMainWindow()
    window.setCentralWidget(QTableWidget(20, 6))
    window.resize(1280, 820)
    window.show()
    QTimer.singleShot(0, lambda: (TOLD.update(window=time.time(), memory=memory()), app.quit()))
    app.exec()


def ours(workspace: Path, export: Path | None) -> None:
    """The app as it starts, until the scorecard is there (and, with an export, imported)."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from kpidesk import app, paths
    from kpidesk.ui import opening
    from kpidesk.ui.appearance import Appearance
    from kpidesk.ui.first_paint import after_first_paint
    from kpidesk.ui.main_window import MainWindow
    from kpidesk.ui.preferences import FILE_NAME, Preferences
    from kpidesk.ui.theme import Theme

    application = app.make_application()
    theme = Theme(parent=application)
    preferences = Preferences(paths.data_folder() / FILE_NAME)
    appearance = Appearance(application, theme, preferences)
    appearance.apply()
    window = MainWindow(theme, appearance, preferences)

    def seen() -> None:
        TOLD["window"] = time.time()
        opening.start(window, workspace)

    after_first_paint(window, seen)
    window.show()
    when(lambda: _scorecard_is_there(window), lambda: _then(window, workspace, export))
    application.exec()
    window.close()
    QTimer.singleShot(0, QApplication.quit)


def _scorecard_is_there(window: object) -> bool:
    page = window.pages.page  # type: ignore[attr-defined]  # the type of the window would be imported for the bare case too
    return page is not None and page.page_id == "scorecard" and page.shows_body


def when(ready: Callable[[], bool], act: Callable[[], None]) -> None:
    """Look every 2 ms whether something is so, then act."""
    from PySide6.QtCore import QTimer

    timer = QTimer()

    def look() -> None:
        if ready():
            timer.stop()
            act()

    timer.timeout.connect(look)
    timer.start(2)
    when.__dict__.setdefault("kept", []).append(timer)


def _then(window: object, workspace: Path, export: Path | None) -> None:
    from PySide6.QtWidgets import QApplication

    TOLD.update(scorecard=time.time(), memory=memory())
    if export is None:
        QApplication.quit()
        return
    _import_and_watch(window, export)


def _import_and_watch(window: object, export: Path) -> None:
    from PySide6.QtCore import Qt, QTimer
    from PySide6.QtWidgets import QApplication

    from kpidesk import operations
    from tests.benchmarks.conftest import LATER

    late: list[float] = []
    last = [time.perf_counter()]
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)

    def tick() -> None:
        now = time.perf_counter()
        late.append(max(0.0, (now - last[0]) * 1000 - 10))
        last[0] = now

    timer.timeout.connect(tick)
    timer.start(10)
    when.__dict__["watch"] = timer

    def done(_report: object) -> None:
        timer.stop()
        late.sort()
        TOLD.update(late_median=statistics.median(late), late_p95=late[int(len(late) * 0.95)], late_max=late[-1])
        QApplication.quit()

    jobs = window.jobs  # type: ignore[attr-defined]  # see above
    jobs.run(
        "import",
        lambda ws: operations.import_file(ws, export, LATER),
        lambda _step: None,
        done,
        done,
    )


if __name__ == "__main__":
    if sys.argv[1] == "bare":
        bare()
    else:
        ours(Path(sys.argv[2]), Path(sys.argv[3]) if len(sys.argv) > 3 else None)
    print(json.dumps(TOLD))
