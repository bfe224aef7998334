"""What a window shows first is what would come out anew, and goes with anything that is written."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kpidesk import operations, paths, store
from kpidesk.core.people import ORG
from kpidesk.core.progress import finish
from kpidesk.core.settings import Settings
from kpidesk.operations import first_views
from kpidesk.ui import first_paint, opening
from kpidesk.ui.first_view import FirstView, keep_view, look
from kpidesk.ui.main_window import MainWindow
from kpidesk.ui.surroundings import KeptPeriod, load_surroundings
from kpidesk.ui.widgets import score_loading
from tests.architecture.documents import PROGRAM
from tests.conftest import SAMPLE_DAY
from tests.operations.private_company import LINES, company_in, scope_of
from tests.operations.support import TODAY, bring_in, made, options, write
from tests.ui.shell import PATIENCE

pytestmark = [pytest.mark.unstyled, pytest.mark.usefixtures("qapp")]

Start = Callable[..., MainWindow]
Write = Callable[[operations.Workspace, Path], object]
NEWEST = partial(look, period=None)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return company_in(tmp_path_factory.getbasetemp())


@pytest.fixture
def ws(company: Path, tmp_path: Path) -> Iterator[operations.Workspace]:
    shutil.copy(company, tmp_path)
    with made(tmp_path) as opened:
        yield opened


def shown(ws: operations.Workspace) -> FirstView | None:
    return operations.first_view(ws, FirstView)


def marks(ws: operations.Workspace) -> list[str]:
    return [str(name) for (name,) in ws.db.rows("SELECT name FROM meta WHERE name GLOB 'first_view*' ORDER BY name")]


# --- what is kept is what would come out anew -------------------------------------------------------------------------


@pytest.mark.parametrize("period", [None, ("quarter", ""), ("quarter", "2026-Q2"), ("month", ""), ("year", "2025")])
def test_it_is_what_would_come_out_anew_on_each_of_the_days(sample: Path, period: KeptPeriod | None) -> None:
    ws = operations.open_workspace(sample, today=SAMPLE_DAY)
    kept = [operations.keep_first_view(ws, partial(look, period=period), ahead) for ahead in (0, 1, 2, 3)]
    operations.close(ws)
    assert kept == [True] * 4
    for ahead in (0, 1, 3):
        later = operations.open_workspace(sample, today=SAMPLE_DAY + timedelta(days=ahead))
        found, anew = shown(later), look(later, period)
        assert found == anew
        assert found is not None
        assert found.surroundings == load_surroundings(later)
        assert found.scorecard.card.age_days == anew.scorecard.card.age_days
        operations.close(later)
    assert len({one.value_text for one in anew.scorecard.card.rows}) > 3


def test_of_another_day_nothing_is_known_and_days_gone_by_are_dropped(ws: operations.Workspace) -> None:
    operations.keep_first_view(ws, NEWEST)
    operations.keep_first_view(ws, NEWEST, 2)
    ws.today += timedelta(days=1)
    assert shown(ws) is None
    operations.keep_first_view(ws, NEWEST)
    assert marks(ws) == [f"first_view {TODAY + timedelta(days=ahead)}" for ahead in (1, 2)]


# --- what is written takes it away ------------------------------------------------------------------------------------


def _people(ws: operations.Workspace, _folder: Path) -> object:
    return operations.move_people(ws, [operations.find_person(ws, "Cy Oh").id], "North")


def _import(ws: operations.Workspace, folder: Path) -> object:
    return bring_in(
        ws, write(folder / "more.csv", [*LINES, ("N3", "Bo Dahl", "Won", "70", "2026-01-10", "2026-02-01")])
    )


WRITES: dict[str, Write] = {
    "settings": lambda ws, _: operations.save_settings(ws, Settings(organisation="Velomark")),
    "import": _import,
    "undo": lambda ws, _: finish(operations.undo(ws, 1)),
    "people": _people,
    "team": lambda ws, _: operations.rename_team(ws, operations.find_team(ws, "North").id, "Nord"),
    "person deleted": lambda ws, _: operations.delete_person(ws, operations.find_person(ws, "Ann Lee").id),
    "kpi": lambda ws, _: operations.add_kpi(ws, "win_rate"),
    "focus": lambda ws, _: operations.set_focus(ws, ORG, ("bookings",)),
    "rate": lambda ws, _: operations.add_rate(ws, "EUR", "1.1"),
    "note": lambda ws, _: operations.add_note(ws, TODAY, "A fair", ORG),
    "one-on-one": lambda ws, _: operations.open_review(ws, scope_of(ws, "Bo Dahl"), load_surroundings(ws).opening),
    "pay plan": lambda ws, _: operations.set_pay_plan_text(ws, scope_of(ws, "Bo Dahl"), "50000", "20000"),
    "kpi put by": lambda ws, _: operations.keep_unfinished_kpis(ws, ("win_",)),
}
"""Writings of every kind: with and without a new data version."""


@pytest.mark.parametrize("kind", WRITES)
def test_it_goes_with_whatever_is_written(ws: operations.Workspace, tmp_path: Path, kind: str) -> None:
    for ahead in (0, 1):
        operations.keep_first_view(ws, NEWEST, ahead)
    assert len(marks(ws)) == 2
    WRITES[kind](ws, tmp_path)
    assert (marks(ws), shown(ws)) == ([], None)
    operations.keep_first_view(ws, NEWEST)
    assert shown(ws) == look(ws, None)


def test_nothing_of_a_deleted_person_is_left_in_it(ws: operations.Workspace) -> None:
    operations.keep_first_view(ws, NEWEST)
    (before,) = store.first_views(ws.db, first_views._maker()).values()
    assert "Ann Lee" in str(store.unpacked_view(FirstView, before))
    operations.delete_person(ws, operations.find_person(ws, "Ann Lee").id)
    operations.keep_first_view(ws, NEWEST)
    (after,) = store.first_views(ws.db, first_views._maker()).values()
    assert "Ann Lee" not in str(store.unpacked_view(FirstView, after))
    assert operations.first_view(ws, FirstView) is not None


def test_what_is_written_and_undone_leaves_it(ws: operations.Workspace, tmp_path: Path) -> None:
    operations.keep_first_view(ws, NEWEST)
    finish(operations.foresee(ws, write(tmp_path / "again.csv", LINES), options()))
    with pytest.raises(ZeroDivisionError), ws.db.writing("nothing"):
        raise ZeroDivisionError
    assert shown(ws) == look(ws, None)


def test_no_writing_begins_but_where_it_is_dropped() -> None:
    """Whatever is written is so within a transaction: these begin in one place, but for opening and reading."""
    begins = {
        path.relative_to(PROGRAM).as_posix()
        for path in PROGRAM.rglob("*.py")
        if any(f'execute("BEGIN{kind}' in path.read_text(encoding="utf-8") for kind in ('"', " "))
    }
    assert begins == {"store/database.py", "store/migrations.py", "store/opening.py", "store/reading.py"}


# --- what cannot be trusted is passed over ----------------------------------------------------------------------------


def test_what_another_program_made_is_passed_over(ws: operations.Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    operations.keep_first_view(ws, NEWEST)
    assert shown(ws) is not None
    monkeypatch.setattr(first_views, "_maker", lambda: "another")
    assert shown(ws) is None


def test_the_name_of_the_program_follows_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "a.py").write_text("x = 1", encoding="utf-8")
    monkeypatch.setattr(paths, "PACKAGE", tmp_path)
    before = first_views._maker()
    (tmp_path / "code" / "__pycache__").mkdir()
    (tmp_path / "code" / "__pycache__" / "a.pyc").write_bytes(b"compiled")
    assert first_views._maker() == before
    (tmp_path / "code" / "a.py").write_text("x = 10", encoding="utf-8")
    assert first_views._maker() != before


@pytest.mark.parametrize(
    "harm", ["substr(value, 1, length(value) - 1)", "'x'", "replace(value, ' ', '')", "replace(value, 'a', 'b')"]
)
def test_what_is_damaged_is_passed_over(ws: operations.Workspace, harm: str) -> None:
    operations.keep_first_view(ws, NEWEST)
    ws.db.run(f"UPDATE meta SET value = {harm} WHERE name GLOB 'first_view*'")
    assert shown(ws) is None
    assert operations.keep_first_view(ws, NEWEST)
    assert shown(ws) == look(ws, None)


def test_what_is_sound_but_no_such_view_is_passed_over(ws: operations.Workspace) -> None:
    store.keep_first_views(ws.db, first_views._maker(), {ws.today: store.packed_view(("something", "else"))})
    assert shown(ws) is None


def test_a_workspace_that_is_read_only_keeps_nothing(company: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(company, tmp_path))
    path.chmod(0o400)
    ws = operations.open_workspace(path, today=TODAY)
    assert operations.keep_first_view(ws, NEWEST)
    assert marks(ws) == []
    operations.close(ws)


def test_a_backup_and_the_check_take_it_as_part_of_the_file(ws: operations.Workspace, tmp_path: Path) -> None:
    operations.keep_first_view(ws, NEWEST)
    operations.backup(ws, tmp_path / "b.kpidesk")
    assert finish(operations.check(ws)).problems == ()


# --- in the window ----------------------------------------------------------------------------------------------------


def _rests(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    """Let the window work out and keep what it shows first, as it does when it rests."""
    done: list[bool] = []
    window.jobs.ask("kept", lambda ws: operations.keep_first_view(ws, NEWEST), done.append, window.show_error)
    qtbot.waitUntil(lambda: bool(done), timeout=PATIENCE)
    window.close()


def test_a_second_start_shows_it_without_working_anything_out(
    make_window: Start, sample: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = make_window(sample)
    page: Any = first.pages.page
    texts = [(one.kpi.name, one.value_text, one.status) for one in page.view.card.rows]
    around = first.surroundings
    _rests(qtbot, first, sample)
    asked: list[object] = []
    monkeypatch.setattr(score_loading, "view_of", lambda *given: asked.append(given))
    monkeypatch.setattr(opening, "load_surroundings", asked.append)
    second = make_window(sample)
    page = second.pages.page
    assert page.shows_body
    assert [(one.kpi.name, one.value_text, one.status) for one in page.view.card.rows] == texts
    assert (second.surroundings, asked) == (around, [])
    assert page.preview.trend is not None  # what is asked beside it is answered


def test_what_was_shown_and_is_not_so_is_shown_anew(make_window: Start, sample: Path, qtbot: QtBot) -> None:
    first = make_window(sample)
    _rests(qtbot, first, sample)
    ws = operations.open_workspace(sample, today=SAMPLE_DAY)
    found = shown(ws)
    assert found is not None
    wrong = {ws.today: store.packed_view(_with_a_wrong_number(found))}
    store.keep_first_views(ws.db, first_views._maker(), wrong)
    operations.close(ws)
    window = make_window(sample)
    page: Any = window.pages.page
    assert page.view.card.rows[0].value_text == "wrong"
    keep_view(window, sample, None)
    qtbot.waitUntil(lambda: page.view.card.rows[0].value_text != "wrong", timeout=PATIENCE)


def _with_a_wrong_number(found: FirstView) -> FirstView:
    card = found.scorecard.card
    rows = (replace(card.rows[0], value_text="wrong"), *card.rows[1:])
    return replace(found, scorecard=replace(found.scorecard, card=replace(card, rows=rows)))


def test_the_window_can_be_closed_while_what_answers_is_still_loaded(
    make_window: Start, sample: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    _rests(qtbot, make_window(sample), sample)
    monkeypatch.setattr(opening, "_load_slowly", lambda _window, _verbs: None)
    monkeypatch.setattr("tests.ui.conftest.settled", lambda window: window.pages.page is not None)
    window = make_window(sample)
    assert window.jobs.is_busy
    assert window.close()


def test_what_answers_is_loaded_once_the_scorecard_was_painted(make_window: Start, sample: Path, qtbot: QtBot,
                                                               monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    _rests(qtbot, make_window(sample), sample)
    painted: list[bool] = []
    slowly = opening._load_slowly

    def load(window: MainWindow, verbs: Iterator[str]) -> None:
        painted.append(window.updatesEnabled() and window.pages.page is not None)
        slowly(window, verbs)

    monkeypatch.setattr(opening, "_load_slowly", load)
    window = make_window(sample)
    assert painted
    assert all(painted)
    assert window.updatesEnabled()


def test_a_window_that_is_not_seen_is_not_waited_for(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_paint, "UNSEEN", 1)
    unseen, done = QWidget(), list[int]()
    qtbot.addWidget(unseen)
    first_paint.after_next_paint(unseen, lambda: done.append(1))
    qtbot.waitUntil(lambda: bool(done), timeout=PATIENCE)
    unseen.show()
    qtbot.waitExposed(unseen)
    assert done == [1]
