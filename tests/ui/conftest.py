"""Rules for every test of the window: our application, nothing left over, and ready-made workspaces."""

from __future__ import annotations

import gc
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSize, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from kpidesk import operations, paths
from kpidesk.app import make_application
from kpidesk.ui import opening, theme, window_size
from kpidesk.ui.appearance import Appearance
from kpidesk.ui.main_window import MainWindow
from kpidesk.ui.preferences import FILE_NAME, Preferences
from kpidesk.ui.theme import Theme
from tests.conftest import SAMPLE_DAY
from tests.ui.history import make_history
from tests.ui.prompt_bot import PromptBot
from tests.ui.shell import PATIENCE, FakeShell, fake_shell
from tests.ui.team_history import make_team_history

TODAY = SAMPLE_DAY
LONGEST_DIALOG = 15_000
SEEN_WAITING = "seen waiting"


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    """The application as the program makes it; pytest-qt uses it for every test."""
    app = make_application()
    Theme(parent=app).apply()
    return app


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """What drives the widgets of a test, in place of the one that pytest-qt gives."""
    return PromptBot(request)


@pytest.fixture(autouse=True)
def _look(qapp: QApplication, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Style what the test shows; not where a module asks what its pages say and do (`unstyled`), not how they look.

    Matching every widget against every rule of the style sheet takes a third of the time of such a page.
    """
    is_plain = bool(request.node.get_closest_marker("unstyled")) and not request.node.get_closest_marker("styled")
    if is_plain:
        monkeypatch.setattr(theme, "style_sheet", lambda *_tokens_and_scale: "")
    if is_plain == bool(qapp.styleSheet()):
        Theme().apply()


@pytest.fixture(autouse=True)
def _nothing_left(qapp: QApplication) -> Iterator[None]:
    """Fail a test after which a window or a database thread is still there, or whose dialog nobody answers."""
    before = set(map(id, QApplication.topLevelWidgets()))
    held = _database_threads()  # by what many tests share
    blocking: list[str] = []
    watch = QTimer(interval=LONGEST_DIALOG)
    watch.timeout.connect(lambda: close_dialog(blocking))
    watch.start()
    yield
    watch.stop()
    assert not blocking, f"nobody answered: {', '.join(blocking)}"
    left = _left_since(before)
    if left:
        left.clear()
        gc.collect()  # menus of a plot are held by a circle of references until then
        left = _left_since(before)
    names = [f"{type(one).__name__} {one.windowTitle()}".strip() for one in left]
    for one in left:
        one.hide()
        one.deleteLater()
    _delete_deferred()
    assert not names, f"still there after the test: {', '.join(names)}"
    assert _ended(held), "a Jobs object was not shut down"


def close_dialog(blocking: list[str]) -> None:
    """A dialog that nobody answers would hold the test up for ever; one that came since the last look has time yet."""
    dialog = QApplication.activeModalWidget()
    if not isinstance(dialog, QDialog):
        return
    if not dialog.property(SEEN_WAITING):
        dialog.setProperty(SEEN_WAITING, True)
    else:
        blocking.append(f"{dialog.windowTitle()} {dialog.text() if isinstance(dialog, QMessageBox) else ''}".strip())
        dialog.reject()


def _left_since(before: set[int]) -> list[QWidget]:
    _delete_deferred()
    return [one for one in QApplication.topLevelWidgets() if id(one) not in before and not _belongs_to_qt(one)]


def _belongs_to_qt(widget: QWidget) -> bool:
    """Tool tips are shared by the whole application; Qt keeps the last one."""
    return widget.inherits("QTipLabel")


def _delete_deferred() -> None:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.processEvents()


def _database_threads() -> set[int | None]:
    return {one.ident for one in threading.enumerate() if one.name.startswith("database")}


def _ended(held: set[int | None]) -> bool:
    end = time.monotonic() + 5
    while _database_threads() - held:
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of the test's own."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setattr(paths, "data_folder", lambda: folder)
    return folder


@pytest.fixture
def sample(sample_folder: Path, tmp_path: Path) -> Path:
    """A copy of the sample workspace."""
    return Path(shutil.copy(sample_folder / "sample.kpidesk", tmp_path / "sample.kpidesk"))


@pytest.fixture(scope="session")
def held_sample(
    qapp: QApplication, sample_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FakeShell]:
    """The sample company, opened once for `shared_shell`: what is worked out for one test is known in the next."""
    path = Path(shutil.copy(sample_folder / "sample.kpidesk", tmp_path_factory.mktemp("held")))
    with fake_shell(lambda: operations.open_workspace(path, today=SAMPLE_DAY), close=operations.close) as made:
        yield made


@pytest.fixture(scope="session")
def history_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace of `tests.ui.history`, closed. Not to be written to."""
    return make_history(tmp_path_factory.mktemp("history"))


@pytest.fixture(scope="session")
def team_history_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace of `tests.ui.team_history`, closed. Not to be written to."""
    return make_team_history(tmp_path_factory.mktemp("team"))


@pytest.fixture
def make_window(
    qtbot: QtBot, qapp: QApplication, home: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., MainWindow]]:
    """Start the real window on a large screen, with a workspace, an export or nothing, as often as the test likes."""
    monkeypatch.setattr(window_size, "room", lambda: QSize(1904, 1000))
    made: list[MainWindow] = []

    def start(argument: Path | None = None, *, today: date = TODAY) -> MainWindow:
        theme, preferences = Theme(), Preferences(home / FILE_NAME)
        appearance = Appearance(qapp, theme, preferences)
        appearance.apply()
        window = MainWindow(theme, appearance, preferences, today=today)
        appearance.setParent(window)
        made.append(window)
        qtbot.addWidget(window)
        window.show()
        opening.start(window, argument)
        qtbot.waitUntil(lambda: settled(window), timeout=PATIENCE)
        window.activateWindow()
        return window

    yield start
    for window in made:
        window.watch.stop()
        window.jobs.shutdown()
    made.clear()
    Theme(parent=qapp).apply()


def settled(window: MainWindow) -> bool:
    """Whether the window has nothing left to ask the workspace."""
    return not (window.jobs.is_busy or window.watch.is_busy)
