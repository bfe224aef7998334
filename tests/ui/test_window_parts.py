"""The window's parts that need no workspace: trail, remembered choices, following a question, crash details, start."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QByteArray, QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kpidesk import __version__
from kpidesk.core.errors import UserError
from kpidesk.core.import_history import ImportEntry
from kpidesk.core.people import ORG, Scope, Team
from kpidesk.core.periods import quarter_period, span_period, year_period
from kpidesk.core.scorecards import Question
from kpidesk.ui import crash, icons, upkeep
from kpidesk.ui.appearance import Appearance
from kpidesk.ui.crash import CrashHook, details_of
from kpidesk.ui.messages import CrashDialog
from kpidesk.ui.places import Place, Trail
from kpidesk.ui.preferences import Preferences
from kpidesk.ui.surroundings import Surroundings, age_of, followed
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import button, set_icon
from tests.ui.driving import answer
from tests.ui.samples import AS_OF, QUESTION, SETTINGS, organisation

EAST = Scope("team", "East", 1)


def test_the_trail_goes_back_and_forth_and_forgets_what_was_ahead() -> None:
    one, two, three = (Place(page, QUESTION) for page in ("scorecard", "trends", "goals"))
    trail = Trail().visit(one).visit(two).visit(two)
    assert trail.places == (one, two)
    assert trail.step(-1).here == one
    assert trail.step(-1).step(-1).here == one
    assert trail.step(-1).step(1).here == two
    assert trail.step(1).here == two
    assert trail.step(-1).visit(three).places == (one, three)
    assert Trail().step(-1).here is None


def test_the_trail_does_not_grow_for_ever() -> None:
    trail = Trail()
    for number in range(200):
        trail = trail.visit(Place(str(number), QUESTION))
    assert len(trail.places) == 50
    assert trail.here == Place("199", QUESTION)


def test_choices_are_kept_for_the_next_start(tmp_path: Path, qapp: QApplication) -> None:
    files = [tmp_path / name for name in ("a b.kpidesk", "ä,ö.kpidesk", "gone.kpidesk")]
    for file in files:
        file.touch()
    first = Preferences(tmp_path / "window.ini")
    assert (first.appearance, first.scale, first.recent, first.last) == ("system", 1.0, (), None)
    first.appearance, first.scale, first.geometry = "dark", 1.2, QByteArray(b"\x01\x00\xff")
    for file in files:
        first.remember(file)
    first.remember(files[0])
    files[2].unlink()
    del first
    again = Preferences(tmp_path / "window.ini")
    assert (again.appearance, again.scale, bytes(again.geometry.data())) == ("dark", 1.2, b"\x01\x00\xff")
    assert list(again.recent) == [files[0], files[1]]
    assert again.last == files[0]
    again.forget(files[0])
    assert list(again.recent) == [files[1]]
    assert not again.last


def test_exports_are_looked_for_where_the_last_ones_lay(tmp_path: Path, qapp: QApplication) -> None:
    watched, chosen = tmp_path / "watched", tmp_path / "chosen"
    watched.mkdir()
    chosen.mkdir()
    kept = Preferences(tmp_path / "window.ini")
    assert not kept.exports
    kept.watched = watched
    assert kept.exports == watched
    kept.exports = chosen
    assert Preferences(tmp_path / "window.ini").exports == chosen
    chosen.rmdir()
    assert kept.exports == watched, "a folder that is gone is not offered"


@pytest.mark.parametrize("text", ["appearance=pink\nscale=big\nrecent={broken\ngeometry=3", 'recent="[1, null]"'])
def test_a_spoilt_file_of_choices_is_as_good_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "window.ini").write_text(f"[General]\n{text}\n")
    found = Preferences(tmp_path / "window.ini")
    assert (found.appearance, found.scale, found.recent, found.geometry.size()) == ("system", 1.0, (), 0)


ENTRY = ImportEntry(1, "deals", "deals.csv", "crm", AS_OF, "2026-09-14", 3, 3, 0, 0, 0, 0)


def around(question: Question = QUESTION, **changed: Any) -> Surroundings:
    return replace(Surroundings(SETTINGS, organisation(), question, AS_OF, last_import=ENTRY), **changed)


def test_the_period_follows_new_data_only_from_where_the_window_opens() -> None:
    later = Question(quarter_period(2026, 4, SETTINGS))
    east = replace(QUESTION, scope=EAST)
    past = replace(QUESTION, period=quarter_period(2025, 1, SETTINGS))
    assert followed(None, None, around()) == QUESTION
    assert followed(QUESTION, around(), around(later)) == later
    assert followed(east, around(), around(later)) == replace(later, scope=EAST)
    assert followed(past, around(), around(later)) == past


def test_the_grain_on_show_is_kept_unless_there_was_nothing_to_show() -> None:
    year = Question(year_period(2026, SETTINGS))
    assert followed(QUESTION, around(), around(year)) == QUESTION
    assert followed(QUESTION, around(last_import=None), around(year)) == year


def test_a_scope_follows_its_name_and_gives_way_when_it_is_gone() -> None:
    teams = organisation().teams
    renamed = replace(organisation(), teams=(Team(1, "North-East"), *teams[1:]))
    chosen = replace(QUESTION, scope=EAST)
    assert followed(chosen, around(), around(organisation=renamed)).scope == Scope("team", "North-East", 1)
    without = replace(organisation(), teams=teams[1:])
    assert followed(chosen, around(), around(organisation=without)).scope == ORG


def test_a_period_follows_the_fiscal_year() -> None:
    fiscal = replace(SETTINGS, fiscal_start_month=2)
    chosen = replace(QUESTION, period=quarter_period(2026, 1, SETTINGS))
    found = followed(chosen, around(), around(settings=fiscal)).period
    assert (found.start, found.end) == (date(2026, 2, 1), date(2026, 5, 1))
    span = replace(chosen, period=span_period(date(2026, 1, 5), date(2026, 2, 6)))
    assert followed(span, around(), around(settings=fiscal)).period == span.period


def test_age_of_the_data() -> None:
    assert age_of(date(2026, 9, 5), date(2026, 9, 14)) == 9
    assert age_of(None, date(2026, 9, 14)) is None


def test_appearance_is_remembered_and_follows_the_system_again(qapp: QApplication, tmp_path: Path) -> None:
    theme, kept = Theme(), Preferences(tmp_path / "window.ini")
    appearance = Appearance(qapp, theme, kept)
    appearance.apply()
    assert not theme.dark  # no display, no system colours
    appearance.choose_dark(True)
    appearance.change_text_size(1)
    again = Theme()
    second = Appearance(qapp, again, Preferences(tmp_path / "window.ini"))
    second.apply()
    assert (again.dark, again.scale) == (True, 1.1)
    second.follow_system()
    second.change_text_size(0)
    assert (again.dark, again.scale, kept.appearance) == (False, 1.0, "system")
    for one in (appearance, second):
        one.deleteLater()


@pytest.mark.parametrize("how", ["another screen", "another scaling"])
def test_icons_are_drawn_for_the_screens_there_are_and_anew_when_one_is_sharper(
    how: str, qapp: QApplication, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theme, screen = Theme(), qapp.primaryScreen()
    appearance = Appearance(qapp, theme, Preferences(tmp_path / "window.ini"))
    shown = button("Back")
    qtbot.addWidget(shown)
    set_icon(shown, theme, "chevron-left", size=20)

    def heights() -> list[int]:
        return [size.height() for size in shown.icon().availableSizes()]

    told = qapp.screenAdded if how == "another screen" else screen.geometryChanged
    given = screen if how == "another screen" else screen.geometry()
    assert heights() == [20]
    with qtbot.assertNotEmitted(theme.changed):
        told.emit(given)
    monkeypatch.setattr(icons, "densities", lambda: (1.0, 2.5))
    told.emit(given)
    assert heights() == [20, 50]
    appearance.deleteLater()


def _fall(secret: str) -> None:
    try:
        int(secret)
    except ValueError as error:
        raise KeyError(secret) from error


def test_details_of_a_bug_name_places_and_no_data() -> None:
    with pytest.raises(KeyError) as met:
        _fall("Acme Ltd, $12,400")
    details = details_of(met.value)
    assert "Acme" not in details
    assert "12,400" not in details
    assert details.index("ValueError") < details.index("KeyError")
    assert "ui/test_window_parts.py:" in details
    assert " in _fall" in details
    assert str(Path.home()) not in details


def test_each_bug_gets_one_dialog_and_a_users_error_is_shown_as_written(qtbot: QtBot, qapp: QApplication) -> None:
    hook = CrashHook()

    def bug() -> BaseException:
        try:
            raise LookupError("Acme")
        except LookupError as error:
            return error

    for error in (bug(), bug()):
        hook._on_exception(type(error), error, None)
    qtbot.waitUntil(lambda: bool(_dialogs()))
    qtbot.wait(20)
    (dialog,) = _dialogs()
    assert "LookupError" in dialog.details.toPlainText()
    dialog.close()
    dialog.deleteLater()
    told = answer("OK")
    error = UserError("It is locked.", "Close it there.")
    hook._on_exception(UserError, error, None)
    qtbot.waitUntil(lambda: bool(told))
    assert "It is locked." in told[0]


def _dialogs() -> list[CrashDialog]:
    return [one for one in QApplication.topLevelWidgets() if isinstance(one, CrashDialog) and one.isVisible()]


def test_a_bug_on_another_thread_comes_to_the_window(
    qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []

    class StandIn(QObject):
        def __init__(self, details: str, _window: object) -> None:
            super().__init__()
            shown.append(details)

        def open(self) -> None:
            """Nothing to show."""

    monkeypatch.setattr(crash, "CrashDialog", StandIn)
    hook = CrashHook()
    monkeypatch.setattr(threading, "excepthook", hook._on_thread)
    thread = threading.Thread(target=_fall, args=("Acme",))
    thread.start()
    thread.join()
    assert not shown
    qtbot.waitUntil(lambda: bool(shown))
    assert "KeyError" in shown[0]


HEAVY = ("pandas", "numpy", "scipy", "lark", "sqlite_utils", "sqlite3", "pyqtgraph", "xlsxwriter", "babel")
IMPORTS = """
import inspect
read = []
getsource = inspect.getsource
inspect.getsource = lambda module: read.append(module.__name__) or getsource(module)
import kpidesk.ui; read.clear()
import kpidesk.core.periods, colorsys
from PySide6.QtGui import *
from PySide6.QtWidgets import QTreeView
print(read, QTreeView.__name__, QPainter.__name__)
"""


def test_pyside_reads_no_source_of_what_is_imported_and_still_gives_every_class() -> None:
    done = subprocess.run([sys.executable, "-c", IMPORTS], capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout.split("\n")[0] == "[] QTreeView QPainter", done.stderr[-800:]


LATER = ("scipy", "kpidesk.core.breakdowns", "kpidesk.core.causes", "kpidesk.core.forecasts",
         "kpidesk.core.formula_form", "kpidesk.core.imports", "kpidesk.core.lint", "kpidesk.core.pipeline",
         "kpidesk.core.reviews", "kpidesk.core.sdr", "kpidesk.core.sensitivity", "kpidesk.core.signals",
         "kpidesk.core.timeline", "kpidesk.core.trends", "kpidesk.engine.hygiene", "kpidesk.engine.quotas",
         "kpidesk.engine.splitting", "kpidesk.stats.process", "kpidesk.store.sightings",
         "kpidesk.ui.painting.trend_chart", "kpidesk.ui.widgets.signal_dialog")  # fmt: skip
"""What a first scorecard has no use for and takes long to load."""
START = f"""
import gc, sys
gc.disable()  # as the command line does
from kpidesk import app
from kpidesk.ui.pages import PAGES
def loaded(names):
    return [name for name in names if name in sys.modules]
def first_paint(window, argument):
    print(argument, loaded({HEAVY}), window.isVisible(), gc.isenabled())
    window.close()
    app.opening._load_opening()
    app.opening._load(app.opening.FIRST)
    PAGES[0].load()
    app.opening.search_for_garbage(window)
    print(loaded({LATER}), gc.isenabled())
app.opening.start = first_paint
sys.exit(app.run(None))
"""


def test_nothing_heavy_is_imported_before_the_window_is_seen_nor_what_no_scorecard_needs(tmp_path: Path) -> None:
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path)}
    command = [sys.executable, "-c", START]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr[-800:]
    assert done.stdout.splitlines() == ["None [] True False", "[] True"]
    (log,) = tmp_path.rglob("kpidesk.log")
    lines = log.read_text(encoding="utf-8").splitlines()
    assert [line.split(" INFO ")[1] for line in lines] == [f"KPI Desk {__version__} starts", "ended with code 0"]


@pytest.mark.parametrize("running", ["import:1", "undo:2"])
def test_the_file_is_not_checked_behind_work_that_writes_it(running: str) -> None:
    told: list[UserError] = []
    window: Any = SimpleNamespace(jobs=SimpleNamespace(running=frozenset({running, "check"})), show_error=told.append)
    upkeep.check(window)
    assert [(one.problem, one.advice) for one in told] == [
        ("The file cannot be checked yet: something is still being written.", "Wait for it, or cancel it first.")
    ]
