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
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the bare window imports none of it
    from kpidesk.ui.main_window import MainWindow

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
    """The app as a double click starts it, until the scorecard is there (and, with an export, imported)."""
    from kpidesk.cli import main
    from kpidesk.core.progress import collector_off

    with collector_off():  # as the command does that imports them
        from kpidesk.ui import opening
    start = opening.start

    def seen(window: MainWindow, argument: Path | None) -> None:
        TOLD["window"] = time.time()
        start(window, argument)
        when(lambda: _scorecard_is_there(window), lambda: _then(window, export))

    opening.start = seen
    with suppress(SystemExit):
        main(["open", str(workspace)])


def _scorecard_is_there(window: MainWindow) -> bool:
    page = window.pages.page
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


def _then(window: MainWindow, export: Path | None) -> None:
    TOLD.update(scorecard=time.time(), memory=memory())
    if export is None:
        window.close()
    else:
        _import_and_watch(window, export)


def _import_and_watch(window: MainWindow, export: Path) -> None:
    from PySide6.QtCore import Qt, QTimer

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
        window.close()

    window.jobs.run(
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
