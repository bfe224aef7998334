"""The first run: an export or the sample, then three steps that each have a default."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from kpidesk import operations
from kpidesk.core.changes import Change
from kpidesk.core.goals import GoalBook, Target
from kpidesk.core.imports import ImportOptions
from kpidesk.core.people import ORG, Organisation, Person
from kpidesk.core.progress import finish
from kpidesk.core.settings import Settings
from kpidesk.ui.pages.data import DataPage
from kpidesk.ui.pages.welcome import TEAM, StepsView, WelcomePage
from kpidesk.ui.widgets.goal_first import PLAN_LATER, FirstGoal
from tests.ui.history import DATA_OF, NEXT, TODAY
from tests.ui.samples_data import BOOKINGS, HOSTILE, LONG, MEETINGS, PROPOSAL, WIN_RATE
from tests.ui.shell import FakeShell, fake_shell

pytestmark = pytest.mark.unstyled

PATIENCE = 20_000


@pytest.fixture
def workspace(history_file: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(history_file, tmp_path / "history.kpidesk"))


@pytest.fixture
def shell(qtbot: QtBot, workspace: Path) -> Iterator[FakeShell]:
    with fake_shell(lambda: operations.open_workspace(workspace, today=TODAY), close=operations.close) as made_shell:
        yield made_shell


@pytest.fixture
def page(qtbot: QtBot, shell: FakeShell) -> WelcomePage:
    made_page = WelcomePage(shell)
    qtbot.addWidget(made_page)
    made_page.resize(1068, 730)
    made_page.show()
    made_page.activateWindow()
    until(qtbot, made_page.isActiveWindow)
    return made_page


@pytest.fixture
def steps(qtbot: QtBot, page: WelcomePage) -> WelcomePage:
    """The page at the first of its three steps."""
    page.start_steps()
    until(qtbot, lambda: page.stack.currentWidget() is page.steps)
    return page


def until(qtbot: QtBot, is_so: Callable[[], bool]) -> None:
    qtbot.waitUntil(is_so, timeout=PATIENCE)


def press(button: QWidget) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def type_into(field: QLineEdit, text: str) -> None:
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    if text:
        QTest.keyClicks(field, text)
    else:
        QTest.keyClick(field, Qt.Key.Key_Delete)


def inside(workspace: Path) -> tuple[GoalBook, Organisation]:
    """The goals and people in the file, read by nobody else."""
    ws = operations.open_workspace(workspace, today=TODAY)
    try:
        return operations.goals(ws), operations.scopes(ws)
    finally:
        operations.close(ws)


def target(book: GoalBook, kpi_id: str) -> Target | None:
    return book.target(kpi_id, ORG, NEXT.period)


# --- the two choices --------------------------------------------------------------------------------------------


def test_an_export_is_chosen(
    page: WelcomePage, shell: FakeShell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(tmp_path / "deals.csv")], ""))
    press(page.drop.choose)
    assert shell.calls == [("import_files", (tmp_path / "deals.csv",))]
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([], ""))
    press(page.drop.choose)
    assert len(shell.calls) == 1


def test_an_export_is_dropped(page: WelcomePage, shell: FakeShell, tmp_path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "deals.csv"))])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(9, 9), Qt.DropAction.CopyAction, mime, left, none)
    QApplication.sendEvent(page.drop, enter)
    assert enter.isAccepted()
    assert page.drop.property("active") == "true"
    QApplication.sendEvent(page.drop, QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, mime, left, none))
    assert page.drop.property("active") != "true"
    assert shell.calls == [("import_files", (tmp_path / "deals.csv",))]


def test_text_is_not_taken_for_a_file(page: WelcomePage) -> None:
    mime = QMimeData()
    mime.setText("deals.csv")
    enter = QDragEnterEvent(
        QPoint(9, 9), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    enter.setAccepted(False)
    QApplication.sendEvent(page.drop, enter)
    assert not enter.isAccepted()


def test_the_sample_is_one_key_away(qtbot: QtBot, page: WelcomePage) -> None:
    with qtbot.waitSignal(page.sample_wanted):
        QTest.keyClick(page, Qt.Key.Key_E, Qt.KeyboardModifier.AltModifier)


def test_recent_workspaces_are_offered(qtbot: QtBot, page: WelcomePage) -> None:
    page.show_recent([Path("/home/ann/North & West.kpidesk"), Path(f"/home/ann/{LONG}.kpidesk")])
    assert page.recent_title.isVisible()
    first = next(one for one in page.findChildren(QPushButton) if "North" in one.accessibleName())
    assert first.accessibleName() == "Open North & West.kpidesk in /home/ann"
    assert first.text() == "North && West"
    with qtbot.waitSignal(page.open_wanted) as told:
        press(first)
    assert told.args == [Path("/home/ann/North & West.kpidesk")]
    page.show_recent([])
    assert not page.recent_title.isVisible()


def test_another_workspace_is_chosen(qtbot: QtBot, page: WelcomePage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("/home/ann/x.kpidesk", ""))
    with qtbot.waitSignal(page.open_wanted) as told:
        press(page.open_button)
    assert told.args == [Path("/home/ann/x.kpidesk")]


# --- the three steps --------------------------------------------------------------------------------------------


def test_three_times_enter_sets_everything_from_the_defaults(
    qtbot: QtBot, steps: WelcomePage, shell: FakeShell, workspace: Path
) -> None:
    assert steps.where.text() == "Step 1 of 3"
    assert steps.team.count.whole_text() == "2 people in 1 team"
    QTest.keyClick(steps.next, Qt.Key.Key_Space)
    assert steps.where.text() == "Step 2 of 3"
    assert steps.plan_label.text() == "Bookings in Q3 2026, in USD"
    # 10,000 a quarter in the last four, and a tenth on top
    assert steps.plan.text() == "11,000"
    QTest.keyClick(steps.plan, Qt.Key.Key_Return)
    assert steps.where.text() == "Step 3 of 3"
    assert [line.kpi.id for line in steps.goals.lines[:2]] == ["bookings", "win_rate"]
    assert steps.goals.lines[1].history.whole_text() == "Your last whole quarters, taken together: 25.0% (40 of 160)"
    with qtbot.waitSignal(steps.finished, timeout=PATIENCE):
        QTest.keyClick(steps.next, Qt.Key.Key_Space)
    assert ("announce", Change.PEOPLE | Change.GOALS) in shell.calls
    assert shell.calls[-2] == ("show_page", "scorecard")
    assert shell.calls[-1][1].period.label == "Q3 2026", "the targets just set are in view"
    assert "targets set" in shell.toasts[0]
    shell.jobs.shutdown()
    book, organisation = inside(workspace)
    bookings, rate = target(book, "bookings"), target(book, "win_rate")
    assert bookings is not None
    assert rate is not None
    assert (bookings.minimum, bookings.target, bookings.stretch) == pytest.approx((10_000, 11_000, 12_000))
    assert (rate.minimum, rate.target, rate.stretch) == pytest.approx((0.25, 0.275, 0.30))
    assert [team.name for team in organisation.teams] == ["Sales"]
    assert {person.name for person in organisation.people} == {"Ann", "Bob"}


def test_teams_that_stay_as_they_are_make_no_import(
    qtbot: QtBot, workspace: Path, request: pytest.FixtureRequest
) -> None:
    ws = operations.open_workspace(workspace, today=TODAY)
    operations.apply_teams(ws, {"Ann": "East", "Bob": "West"})
    before = [one.import_id for one in operations.imports(ws)]
    operations.close(ws)
    page: WelcomePage = request.getfixturevalue("steps")
    press(page.next)
    press(page.next)
    with qtbot.waitSignal(page.finished, timeout=PATIENCE):
        press(page.next)
    page.shell.jobs.shutdown()
    ws = operations.open_workspace(workspace, today=TODAY)
    assert [one.import_id for one in operations.imports(ws)] == before
    operations.close(ws)


def test_people_are_put_into_teams_by_selecting_and_typing(
    qtbot: QtBot, steps: WelcomePage, shell: FakeShell, workspace: Path
) -> None:
    table = steps.team.table
    table.selectRow(1)
    type_into(steps.team.team, "West")
    QTest.keyClick(steps.team.team, Qt.Key.Key_Return)
    assert steps.team.count.whole_text() == "2 people in 2 teams"
    table.setFocus()
    table.setCurrentIndex(table.records.index(0, 0))
    QTest.keyClick(table, Qt.Key.Key_Return)  # the cell itself can be typed into, too
    editor = table.findChild(QLineEdit)
    assert editor is not None
    type_into(editor, "East")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    until(qtbot, lambda: steps.team.model.assignment() == {"Ann": "East", "Bob": "West"})
    press(steps.next)
    press(steps.next)
    with qtbot.waitSignal(steps.finished, timeout=PATIENCE):
        press(steps.next)
    shell.jobs.shutdown()
    _, organisation = inside(workspace)
    teams = {team.id: team.name for team in organisation.teams}
    people = {person.id: person.name for person in organisation.people}
    placed = {people[spell.person_id]: teams[spell.team_id] for spell in organisation.memberships}
    assert placed == {"Ann": "East", "Bob": "West"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("lots", "'lots' is not a number."),
        ("-5", "A plan of -5 asks for nothing."),
        ("110%", "'Bookings' is not measured in percent"),
        ("0", "A plan of 0 asks"),
    ],
)
def test_a_plan_that_is_none_is_refused_beside_its_field(steps: WelcomePage, text: str, words: str) -> None:
    press(steps.next)
    type_into(steps.plan, text)
    QTest.keyClick(steps.plan, Qt.Key.Key_Return)
    assert steps.where.text() == "Step 2 of 3"
    assert steps.plan_problem.isVisible()
    assert words in steps.plan_problem.text()
    assert steps.plan.property("wrong") is True
    type_into(steps.plan, "12.000")
    QTest.keyClick(steps.plan, Qt.Key.Key_Return)
    assert steps.where.text() == "Step 3 of 3"
    assert steps.goals.lines[0].typed.text() == "12,000"
    assert steps.goals.lines[0].effect.whole_text().startswith("Minimum $10.0K, target $12.0K, stretch $14.0K")


def test_a_plan_below_history_is_taken_as_it_is(
    qtbot: QtBot, steps: WelcomePage, shell: FakeShell, workspace: Path
) -> None:
    press(steps.next)
    type_into(steps.plan, "9000")
    QTest.keyClick(steps.plan, Qt.Key.Key_Return)
    with qtbot.waitSignal(steps.finished, timeout=PATIENCE):
        press(steps.next)
    shell.jobs.shutdown()
    book, _ = inside(workspace)
    bookings = target(book, "bookings")
    assert bookings is not None
    assert (bookings.minimum, bookings.target, bookings.stretch) == (9000, 9000, 9000)


@pytest.mark.styled
def test_each_target_is_kept_raised_typed_or_skipped(
    qtbot: QtBot, steps: WelcomePage, shell: FakeShell, workspace: Path
) -> None:
    press(steps.next)
    press(steps.next)
    bookings, rate, *others = steps.goals.lines
    press(bookings.mode.buttons()[0])
    assert "target $10.0K" in bookings.effect.whole_text()
    press(rate.mode.buttons()[2])
    assert rate.typed.hasFocus()
    QTest.keyClicks(rate.typed, "rather more")
    assert rate.effect.whole_text() == "'rather more' is not a number."
    press(steps.next)
    assert steps.problem.text().startswith(f"{rate.kpi.name}: 'rather more' is not a number.")
    type_into(rate.typed, "+3pp")
    assert "target 28%" in rate.effect.whole_text()
    for line in others:
        press(line.mode.buttons()[3])
    with qtbot.waitSignal(steps.finished, timeout=PATIENCE):
        press(steps.next)
    assert shell.toasts[0].startswith("2 targets set")
    shell.jobs.shutdown()
    book, _ = inside(workspace)
    assert {one.kpi_id for one in book.targets} == {"bookings", "win_rate"}
    kept = target(book, "win_rate")
    assert kept is not None
    assert kept.target == pytest.approx(0.28)


# --- targets that hold already ----------------------------------------------------------------------------------

QUOTAS = "Person,Quarter,Quota\nAnn,Q3 2026,12000\nBob,Q3 2026,8000.50\n"


def bring_quotas(workspace: Path, text: str = QUOTAS) -> None:
    path = workspace.parent / "quotas.csv"
    path.write_text(text, encoding="utf-8")
    ws = operations.open_workspace(workspace, today=TODAY)
    try:
        finish(operations.import_file(ws, path, ImportOptions(kind="quotas", as_of=DATA_OF)))
    finally:
        operations.close(ws)


@pytest.fixture
def quotas(qtbot: QtBot, workspace: Path, request: pytest.FixtureRequest) -> WelcomePage:
    """The steps in a workspace whose reps have quotas, at the second one."""
    bring_quotas(workspace)
    steps: WelcomePage = request.getfixturevalue("steps")
    press(steps.next)
    return steps


def test_a_quota_is_named_and_stays_the_target(
    qtbot: QtBot, quotas: WelcomePage, shell: FakeShell, workspace: Path
) -> None:
    assert quotas.plan.text() == "20,000.5"
    assert quotas.hint.text() == "The plan for Q3 2026. It is the target of your bookings."
    assert quotas.plan_note.text() == (
        "The quota from quotas.csv ($20.0K) stays in force unless you write another number. "
        "Your history with 10% on top would be $11.0K."
    )
    press(quotas.next)
    bookings = quotas.goals.lines[0]
    assert bookings.mode.buttons()[3].text() == "Leave"
    assert bookings.effect.whole_text() == "The quota from quotas.csv ($20.0K) stays in force."
    with qtbot.waitSignal(quotas.finished, timeout=PATIENCE):
        press(quotas.next)
    shell.jobs.shutdown()
    book, _ = inside(workspace)
    assert target(book, "win_rate") is not None
    assert target(book, "bookings") is None


def test_another_number_takes_the_place_of_a_quota_until_it_is_taken_back(
    qtbot: QtBot, quotas: WelcomePage, shell: FakeShell, workspace: Path
) -> None:
    type_into(quotas.plan, "15000")
    press(quotas.next)
    bookings = quotas.goals.lines[0]
    assert bookings.effect.whole_text().endswith(", in place of the quota from quotas.csv ($20.0K)")
    press(quotas.back)
    type_into(quotas.plan, "20,000.5")
    press(quotas.next)
    assert bookings.goal() is None
    press(quotas.back)
    type_into(quotas.plan, "11000")  # what history says is a choice too
    press(quotas.next)
    with qtbot.waitSignal(quotas.finished, timeout=PATIENCE):
        press(quotas.next)
    shell.jobs.shutdown()
    book, _ = inside(workspace)
    bookings_target = target(book, "bookings")
    assert bookings_target is not None
    assert bookings_target.target == 11_000


def test_quotas_that_make_no_target_of_the_whole_are_told(
    qtbot: QtBot, workspace: Path, request: pytest.FixtureRequest
) -> None:
    bring_quotas(workspace, "Person,Month,Quota\nAnn,2026-07-01,4000\nAnn,2026-08-01,4000\n")
    steps: WelcomePage = request.getfixturevalue("steps")
    assert steps.plan.text() == "11,000"
    assert steps.plan_note.text().endswith(
        " The quotas in your files make no target of the whole: a quota of the whole period is known for 0 of 1 reps."
    )


def test_a_target_that_was_set_is_left_in_force_when_the_steps_come_again(
    qtbot: QtBot, workspace: Path, request: pytest.FixtureRequest
) -> None:
    ws = operations.open_workspace(workspace, today=TODAY)
    try:
        asked: dict[str, str] = {"scope": "org", "period": "2026-Q3"}
        operations.set_baseline_from(ws, "bookings", **asked)
        operations.set_target_from(ws, "bookings", minimum="12000", target="14000", stretch="16000", **asked)
    finally:
        operations.close(ws)
    steps: WelcomePage = request.getfixturevalue("steps")
    assert steps.plan.text() == "14,000"
    assert steps.plan_note.text().startswith("The target set for the whole organisation ($14.0K) stays in force unless")
    assert steps.goals.lines[0].goal() is None


def test_back_keeps_what_was_said(steps: WelcomePage) -> None:
    assert not steps.back.isEnabled()
    press(steps.next)
    type_into(steps.plan, "12500")
    press(steps.back)
    assert steps.where.text() == "Step 1 of 3"
    press(steps.next)
    assert steps.plan.text() == "12500"


@pytest.mark.parametrize("presses", [0, 1, 2])
def test_escape_skips_from_every_step_and_sets_nothing(
    qtbot: QtBot, steps: WelcomePage, shell: FakeShell, workspace: Path, presses: int
) -> None:
    for _ in range(presses):
        press(steps.next)
    focused = QApplication.focusWidget()
    assert focused is not None
    with qtbot.waitSignal(steps.finished):
        QTest.keyClick(focused, Qt.Key.Key_Escape)
    assert shell.calls == [("show_page", "scorecard")]
    shell.jobs.shutdown()
    book, _ = inside(workspace)
    assert book == GoalBook()


def test_without_a_baseline_of_bookings_no_plan_is_asked_for(qtbot: QtBot, page: WelcomePage) -> None:
    first = operations.FirstSteps(
        (Person(1, HOSTILE),), {}, NEXT.period, None,
        (("bookings", None), ("win_rate", PROPOSAL), ("meetings_held", None)),
    )  # fmt: skip
    page.show_steps(StepsView(first, {one.id: one for one in (BOOKINGS, WIN_RATE, MEETINGS)}, Settings()))
    press(page.next)
    assert not page.plan.isEnabled()
    assert page.plan_note.text() == PLAN_LATER
    press(page.next)
    skipped = page.goals.lines[0]
    assert not skipped.mode.isVisible()
    assert skipped.history.whole_text().startswith("Your history does not carry a baseline yet.")
    assert [goal.target.kpi_id for goal in page.goals.goals()] == ["win_rate"]


def test_after_a_file_of_teams_the_steps_go_on_with_them(
    qtbot: QtBot, steps: WelcomePage, shell: FakeShell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "teams.csv"
    path.write_text("Name,Team\nAnn,East\nBob,West\n", encoding="utf-8")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(path)], ""))
    data = DataPage(shell)
    qtbot.addWidget(data)
    shell.pages["data"], shell.pages["welcome"] = data, steps
    steps.team.file_wanted.emit()
    until(qtbot, lambda: data.steps.currentWidget() is data.preview)
    data.preview.accepted.emit(data.preview.options)
    until(qtbot, lambda: shell.calls[-1] == ("show_page", "welcome") and not shell.jobs.is_busy)
    assert steps.inner.currentIndex() == TEAM
    assert steps.team.model.assignment() == {"Ann": "East", "Bob": "West"}


def test_a_file_of_teams_that_is_left_out_leads_back_too(
    qtbot: QtBot, steps: WelcomePage, shell: FakeShell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "teams.csv"
    path.write_text("Name,Team\nAnn,East\n", encoding="utf-8")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(path)], ""))
    data = DataPage(shell)
    qtbot.addWidget(data)
    shell.pages["data"], shell.pages["welcome"] = data, steps
    steps.team.file_wanted.emit()
    until(qtbot, lambda: data.steps.currentWidget() is data.preview)
    press(data.preview.cancel_button)
    until(qtbot, lambda: shell.calls[-1] == ("show_page", "welcome") and not shell.jobs.is_busy)


def test_a_first_target_is_told_in_its_unit_and_rounded_as_its_history(qtbot: QtBot) -> None:
    kpi = replace(WIN_RATE, unit="days", direction="lower", formula="median(deals.age on closed_at)")
    line = FirstGoal(kpi, replace(PROPOSAL, baseline=replace(PROPOSAL.baseline, value=58.5)), "USD")
    qtbot.addWidget(line)
    assert "59 days" in line.history.whole_text()
    assert line.effect.whole_text().startswith("Minimum 59 days, target 53 days, stretch 47 days")
    assert line.effect.accessibleDescription().splitlines()[1] == "Target: Exactly 52.65 days"


def test_what_a_first_target_comes_to_is_told_in_full(qtbot: QtBot) -> None:
    line = FirstGoal(BOOKINGS, replace(PROPOSAL, baseline=replace(PROPOSAL.baseline, value=2_724_500)), "USD")
    qtbot.addWidget(line)
    line.type_target("2,498,765")
    line.resize(640, line.heightForWidth(640))
    line.show()
    assert line.effect.text().endswith("relative)")
    assert line.effect.height() >= line.effect.heightForWidth(line.effect.width()) > 0
