"""KPIs & targets with a real workspace: baseline first, target second, every refusal at its field."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QStyleOptionViewItem, QWidget
from pytestqt.qtbot import QtBot

from kpidesk import operations
from kpidesk.core.errors import UserError
from kpidesk.core.goals import NO_BASELINE, NO_BASELINE_ADVICE, Baseline, GoalBook, Proposal, Target
from kpidesk.core.ladders import Ladder, Visibility
from kpidesk.core.lint import LintFacts, LintFinding, lint
from kpidesk.core.lint_words import grouped
from kpidesk.core.people import ORG, Scope
from kpidesk.core.roster import PersonEdit
from kpidesk.core.settings import Settings
from kpidesk.core.timeline import Event
from kpidesk.operations import catalogue, linting, mending
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.pages.goals import GoalsPage
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.check_findings import FixDialog
from kpidesk.ui.widgets.goal_back import BackDialog
from kpidesk.ui.widgets.goal_baseline import BaselineCard
from kpidesk.ui.widgets.goal_findings import Findings
from kpidesk.ui.widgets.goal_history import KpiHistory
from kpidesk.ui.widgets.goal_list import second_line
from kpidesk.ui.widgets.goal_loading import GoalsView
from kpidesk.ui.widgets.goal_outlook import Outlook
from kpidesk.ui.widgets.goal_text import (
    Tiers,
    baseline_sample,
    field_text,
    noticeable_note,
    out_of_order,
    tier_note,
    typed_tiers,
)
from tests.ui.driving import answer
from tests.ui.history import LAST, NEXT, TODAY
from tests.ui.samples_data import (
    BASELINE,
    BOOKINGS,
    BOOKINGS_PROPOSAL,
    CYCLE,
    CYCLE_PROPOSAL,
    HOSTILE,
    MEETINGS,
    PROPOSAL,
    WIN_RATE,
)
from tests.ui.shell import FakeShell, settle, told, until, workspace_shell

pytestmark = pytest.mark.unstyled


@pytest.fixture
def workspace(history_file: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(history_file, tmp_path / "history.kpidesk"))


@pytest.fixture
def shell(qtbot: QtBot, workspace: Path) -> Iterator[FakeShell]:
    with workspace_shell(workspace, NEXT) as made_shell:
        yield made_shell


@pytest.fixture
def page(qtbot: QtBot, shell: FakeShell) -> GoalsPage:
    made_page = GoalsPage(shell)
    qtbot.addWidget(made_page)
    shell.pages["goals"] = made_page
    made_page.resize(1068, 900)
    made_page.show()
    made_page.activateWindow()
    until(qtbot, made_page.isActiveWindow)
    made_page.open_kpi("win_rate")
    made_page.ask(NEXT)
    settle(qtbot, made_page)
    return made_page


def press(button: QWidget) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def type_into(field: QWidget, text: str) -> None:
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    if text:
        QTest.keyClicks(field, text)
    else:
        QTest.keyClick(field, Qt.Key.Key_Delete)


def keep(qtbot: QtBot, page: GoalsPage) -> None:
    press(page.baseline.keep)
    until(qtbot, lambda: page.kept_baseline() is not None)
    settle(qtbot, page)


def target_in(workspace: Path, kpi_id: str = "win_rate") -> Target | None:
    """The target in the file, read by nobody else."""
    ws = operations.open_workspace(workspace, today=TODAY)
    try:
        return operations.goals(ws).target(kpi_id, ORG, NEXT.period)
    finally:
        operations.close(ws)


def choose_method(page: GoalsPage, words: str) -> None:
    """Walk to a method with the arrow keys."""
    box = page.baseline.method
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Home)
    for _ in range(box.findText(words, Qt.MatchFlag.MatchStartsWith)):
        QTest.keyClick(box, Qt.Key.Key_Down)


# --- baseline first ---------------------------------------------------------------------------------------------


def test_history_proposes_a_baseline_and_says_on_what_it_rests(page: GoalsPage) -> None:
    card = page.baseline
    # 40 won of 160 closed in the four quarters before Q3 2026
    assert card.value.text() == "25.0%"
    assert card.sample.whole_text() == "40 of 160"
    assert card.head.whole_text() == "Your last whole quarters, taken together"
    assert card.reason.text().startswith("Q3 2025 – Q2 2026 · allowing for luck between 18.9% and 32.2%")
    assert card.strength.text() == "Solid: enough rows and periods."
    assert card.keep.text() == "Keep this baseline"
    methods = [card.method.itemText(at) for at in range(card.method.count())]
    assert methods[:2] == ["The best your history supports", "The same period last year"]
    assert methods[-1] == "Typed by hand"


def test_the_terms_in_the_name_of_a_kpi_are_explained(qtbot: QtBot, page: GoalsPage) -> None:
    assert "Median:" not in page.definition.sentence.text()
    page.open_kpi("sales_cycle_length")
    settle(qtbot, page)
    assert page.definition.name.text() == "Sales cycle length (median)"
    assert page.definition.sentence.text().endswith("Median: the middle one; half lie below it, half above.")


def test_a_target_is_refused_without_a_baseline_in_the_words_used_everywhere(
    qtbot: QtBot, page: GoalsPage, workspace: Path, shell: FakeShell
) -> None:
    assert page.target.refusal.isVisible()
    assert page.target.refusal.text() == f"{NO_BASELINE} {NO_BASELINE_ADVICE}"
    assert not page.target.save.isVisible()
    page.set_target(Target("win_rate", ORG, NEXT.period, 0.25, 0.3, 0.35))
    assert page.target.problem.text() == f"{NO_BASELINE} {NO_BASELINE_ADVICE}"
    shell.jobs.shutdown()
    assert target_in(workspace) is None


def test_another_method_is_tried_and_a_refusal_says_why(qtbot: QtBot, page: GoalsPage) -> None:
    choose_method(page, "The same period last year")
    until(qtbot, lambda: page.baseline.sample.whole_text() == "10 of 40")
    choose_method(page, "Your season")
    until(qtbot, page.baseline.problem.isVisible)
    assert "does not carry a baseline" in page.baseline.problem.text()


def test_a_baseline_typed_by_hand_needs_a_number_and_a_reason(qtbot: QtBot, page: GoalsPage) -> None:
    card = page.baseline
    choose_method(page, "Typed by hand")
    assert card.typed.hasFocus()
    type_into(card.typed, "a lot")
    QTest.keyClick(card.typed, Qt.Key.Key_Return)
    assert card.typed.property("wrong") is True
    assert "'a lot' is not a number." in card.problem.text()
    type_into(card.typed, "22")  # of a rate: 22 %
    QTest.keyClick(card.typed, Qt.Key.Key_Return)
    assert (card.typed.property("wrong"), card.why.property("wrong")) == (False, True)
    assert "needs a reason" in card.problem.text()
    type_into(card.why, "Last year's report")
    QTest.keyClick(card.why, Qt.Key.Key_Return)
    until(qtbot, lambda: page.kept_baseline() is not None)
    kept = page.kept_baseline()
    assert kept is not None
    assert (kept.value, kept.method, kept.why, kept.weak) == (0.22, "manual", "Last year's report", True)


def test_no_history_is_a_hint_and_silent_once_a_baseline_is_kept(qtbot: QtBot) -> None:
    card = BaselineCard(Theme())
    qtbot.addWidget(card)
    error = UserError("The history does not carry a baseline.", "Type one.")
    card.show_about(WIN_RATE, ORG, NEXT.period, "")
    card.show_problem(error, None, "USD")
    assert (card.problem.text(), card.problem.property("role")) == (f"{error.problem} {error.advice}", "muted")
    kept = Baseline("win_rate", ORG, NEXT.period, 0.25, "manual", "A report", 0.0, weak=True)
    card.show_problem(error, kept, "USD")
    assert card.problem.isHidden()
    card.method.setCurrentIndex(2)
    card.show_problem(error, kept, "USD")
    assert card.problem.property("role") == "problem"


# --- target second ----------------------------------------------------------------------------------------------


def test_keeping_a_baseline_opens_the_target_ten_percent_above_it(
    qtbot: QtBot, page: GoalsPage, workspace: Path, shell: FakeShell
) -> None:
    keep(qtbot, page)
    assert page.baseline.strength.text().startswith("Kept on 6 Jul 2026.")
    assert (page.baseline.keep.text(), page.baseline.keep.isEnabled()) == ("Kept", False)
    assert page.target.mode.value() == "ten"
    # 25 % and a tenth of it: 27.5 %, twice that step: 30 %
    assert [field.text() for field in page.target.fields] == ["25%", "27.5%", "30%"]
    assert "Exactly 27.5%" in page.target.fields[1].toolTip()
    assert page.target.effects[1].whole_text() == "+2.5 pp, +10.0% relative"
    assert page.target.scale.accessibleDescription().endswith("minimum 25.0%, target 27.5%, stretch 30.0%")
    QTest.keyClick(page.target.fields[1], Qt.Key.Key_Return)
    until(qtbot, lambda: shell.toasts != [])
    settle(qtbot, page)
    assert page.history.isVisible()
    assert page.history.table.records.index(0, 4).data() == "27.5%"
    assert "Exactly 27.5%" in page.history.table.records.index(0, 4).data(Qt.ItemDataRole.ToolTipRole)
    shell.jobs.shutdown()
    stored = target_in(workspace)
    assert stored is not None
    assert (stored.minimum, stored.target, stored.stretch) == pytest.approx((0.25, 0.275, 0.30))


@pytest.mark.styled
def test_the_kept_baseline_stays_large_with_what_history_says_today_beside_it(qtbot: QtBot, page: GoalsPage) -> None:
    keep(qtbot, page)
    kept = page.kept_baseline()
    assert kept is not None
    now = Proposal(kept, 0.25, 0.275, 0.3, 0.1, None, "")
    page.baseline.show_baseline(replace(kept, value=0.2), now, "USD")
    assert page.baseline.value.text() == "20.0%"
    assert page.baseline.strength.text().endswith("Today your history says 25.0%.")
    assert (page.baseline.keep.text(), page.baseline.keep.isEnabled()) == ("Replace the baseline", True)


@pytest.mark.parametrize(
    ("place", "text", "wrong"),
    [
        (0, "40%", [True, False, False]),
        (2, "26%", [False, False, True]),
        (1, "soon", [False, True, False]),
        (1, "130%", [False, False, True]),
    ],
)
def test_tiers_out_of_order_are_refused_at_the_field(
    qtbot: QtBot, page: GoalsPage, place: int, text: str, wrong: list[bool]
) -> None:
    keep(qtbot, page)
    type_into(page.target.fields[place], text)
    assert [bool(field.property("wrong")) for field in page.target.fields] == wrong
    assert page.target.problem.isVisible()
    assert not page.target.save.isEnabled()
    type_into(page.target.fields[0], "20%")
    type_into(page.target.fields[1], "30%")
    type_into(page.target.fields[2], "35%")
    assert page.target.save.isEnabled()
    assert not page.target.problem.isVisible()


def test_what_is_being_typed_outlives_an_answer_on_its_way(qtbot: QtBot, page: GoalsPage) -> None:
    keep(qtbot, page)
    type_into(page.target.fields[1], "29%")
    words = page.definition.fields["objective"]
    type_into(words, "Win what we work on")
    page.reload()
    settle(qtbot, page)
    assert page.target.fields[1].text() == "29%"
    assert words.text() == "Win what we work on"


def set_first_target(qtbot: QtBot, page: GoalsPage, shell: FakeShell) -> None:
    keep(qtbot, page)
    press(page.target.save)
    until(qtbot, lambda: len(shell.toasts) == 2)
    settle(qtbot, page)


def test_a_change_needs_a_reason_and_can_be_taken_back_and_done_again(
    qtbot: QtBot, page: GoalsPage, workspace: Path, shell: FakeShell
) -> None:
    set_first_target(qtbot, page, shell)
    type_into(page.target.fields[1], "29%")
    press(page.target.save)
    assert "needs a reason" in page.target.problem.text()
    assert page.target.reason.hasFocus()
    type_into(page.target.reason, "New pricing")
    QTest.keyClick(page.target.reason, Qt.Key.Key_Return)
    until(qtbot, lambda: len(shell.toasts) == 3)
    settle(qtbot, page)
    assert page.target.fields[1].text() == "29%"

    page.list.view.setFocus()
    QTest.keyClick(page, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    until(qtbot, lambda: page.target.fields[1].text() == "27.5%")
    QTest.keyClick(page, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    until(qtbot, lambda: page.target.fields[1].text() == "29%")
    settle(qtbot, page)
    history = page.history.table.records
    assert [history.index(at, 1).data() for at in range(history.rowCount())] == ["4", "3", "2", "1"]
    assert [history.index(at, 6).data() for at in range(3)] == ["New pricing", "Back to version 1", "New pricing"]
    shell.jobs.shutdown()
    stored = target_in(workspace)
    assert stored is not None
    assert stored.target == pytest.approx(0.29)


def test_the_toast_takes_a_change_the_first_target_and_the_baseline_back(
    qtbot: QtBot, page: GoalsPage, workspace: Path, shell: FakeShell
) -> None:
    set_first_target(qtbot, page, shell)
    type_into(page.target.fields[1], "29%")
    type_into(page.target.reason, "New pricing")
    press(page.target.save)
    until(qtbot, lambda: len(shell.toasts) == 3)
    settle(qtbot, page)
    assert shell.undo_last is not None
    shell.undo_last()
    until(qtbot, lambda: page.target.fields[1].text() == "27.5%")
    settle(qtbot, page)
    shell.undo_last()
    until(qtbot, lambda: shell.toasts[-1] == "Target of Q3 2026 taken back.")
    settle(qtbot, page)
    shell.undo_last()
    until(qtbot, lambda: page.kept_baseline() is None)
    settle(qtbot, page)
    assert not page.keeping.stack.canUndo()
    QTest.keyClick(page, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    until(qtbot, lambda: page.kept_baseline() is not None)
    shell.jobs.shutdown()
    assert target_in(workspace) is None


def test_a_target_of_many_times_the_baseline_is_asked_about(qtbot: QtBot, page: GoalsPage, shell: FakeShell) -> None:
    page.open_kpi("bookings")
    settle(qtbot, page)
    keep(qtbot, page)
    told = answer("Cancel")
    page.set_target(Target("bookings", ORG, NEXT.period, 10_000, 900_000, 950_000))
    settle(qtbot, page)
    assert "$900K is 90 times the baseline of $10.0K." in told[0]  # every quarter came to 10,000
    assert shell.toasts == ["Baseline kept for Q3 2026."]
    answer("Set it")
    page.set_target(Target("bookings", ORG, NEXT.period, 10_000, 900_000, 950_000))
    settle(qtbot, page)
    assert shell.toasts[-1].startswith("Target set for Q3 2026.")


def test_keeping_the_baseline_as_target_is_one_click(qtbot: QtBot, page: GoalsPage) -> None:
    keep(qtbot, page)
    press(page.target.mode.buttons()[0])
    assert [field.text() for field in page.target.fields] == ["25%", "25%", "25%"]
    press(page.target.mode.buttons()[2])
    assert page.target.fields[1].hasFocus()
    assert page.target.fields[1].selectedText() == "25%"


def test_a_closed_period_keeps_what_was_agreed(qtbot: QtBot, page: GoalsPage, shell: FakeShell) -> None:
    page.ask(LAST)
    settle(qtbot, page)
    keep(qtbot, page)
    press(page.target.save)
    until(qtbot, lambda: len(shell.toasts) == 2)
    until(qtbot, page.target.closed.isVisible)
    assert page.target.closed.text() == "Q2 2026 is closed: its targets are read-only."
    parts = (*page.target.fields, page.target.reason, page.target.save, page.target.mode, page.baseline.keep)
    assert not any(part.isEnabled() for part in (*parts, page.baseline.method))
    page.set_target(Target("win_rate", ORG, LAST.period, 0.2, 0.29, 0.3), "Too late")
    until(qtbot, page.target.problem.isVisible)
    assert "Q2 2026 is closed: its targets are read-only." in page.target.problem.text()
    assert not page.keeping.stack.canUndo()
    page.ask(NEXT)
    settle(qtbot, page)
    until(qtbot, lambda: not page.target.closed.isVisible())
    assert all(part.isEnabled() for part in (page.baseline.keep, page.baseline.method))


# --- the set of KPIs --------------------------------------------------------------------------------------------


def test_the_list_is_searched_and_walked_by_keys(qtbot: QtBot, page: GoalsPage) -> None:
    page.list.search.setFocus()
    QTest.keyClicks(page.list.search, "deals won")
    assert page.list.count.whole_text().endswith("found")
    first = page.list.model.shown[0].kpi
    until(qtbot, lambda: page.definition.name.text() == first.name)
    QTest.keyClick(page.list.search, Qt.Key.Key_Down)
    assert page.list.view.hasFocus()
    QTest.keyClick(page.list.search, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(page.list.search, Qt.Key.Key_Delete)
    page.open_kpi("bookings")
    settle(qtbot, page)
    QTest.keyClick(page.list.view, Qt.Key.Key_Down)
    settle(qtbot, page)
    assert page.list.model.shown[1].kpi.name == page.definition.name.text()


def test_a_kpi_without_an_objective_is_refused_and_the_field_named(qtbot: QtBot, page: GoalsPage) -> None:
    page.open_kpi("deals_won")
    settle(qtbot, page)
    field = page.definition.fields["objective"]
    type_into(field, "")
    press(page.definition.activate)
    assert "cannot be active without an objective" in page.definition.problem.text()
    assert field.property("wrong") is True
    assert field.hasFocus()
    assert page.definition.fields["owner"].property("wrong") is False


def test_a_kpi_is_taken_into_use_and_retired_and_the_set_is_watched(
    qtbot: QtBot, page: GoalsPage, shell: FakeShell, workspace: Path
) -> None:
    assert not page.findings.isVisible()  # five KPIs, leading and lagging: nothing to mend
    page.open_kpi("deals_won")
    settle(qtbot, page)
    type_into(page.definition.fields["objective"], "Count them")
    type_into(page.definition.fields["decision"], "Look at the pipeline")
    type_into(page.definition.fields["owner"], "Sales manager")
    press(page.definition.activate)
    until(qtbot, page.definition.retire.isVisible)
    settle(qtbot, page)
    assert shell.toasts[-1] == "Deals won is in use for the organisation, teams and reps."
    assert page.findings.words.whole_text().startswith("1 thing to mend in your set of KPIs. 6 KPIs are active for")
    press(page.findings.toggle)
    words = {label.text() for label in page.findings.details.findChildren(PlainLabel)}
    assert any("Retire all but three to five." in one for one in words)
    page.definition.retire.setFocus()
    press(page.definition.retire)
    until(qtbot, lambda: not page.findings.isVisible())
    settle(qtbot, page)
    assert page.window().focusWidget() is page  # not in a field, nor on a button that does something else
    assert shell.toasts[-1].endswith("is retired; old periods keep it.")
    assert shell.undo_last is not None
    shell.undo_last()
    until(qtbot, page.definition.retire.isVisible)
    settle(qtbot, page)
    press(page.definition.retire)
    until(qtbot, page.definition.activate.isVisible)
    settle(qtbot, page)
    shell.jobs.shutdown()
    ws = operations.open_workspace(workspace, today=TODAY)
    assert operations.find_kpi(ws, "deals_won").status == "retired"
    operations.close(ws)


def test_a_pack_takes_its_kpis_into_use_and_leads_to_the_first(qtbot: QtBot, page: GoalsPage, shell: FakeShell) -> None:
    offered = {choice.text: choice.value for choice in page.list.packs.choices}
    assert {"Whole organisation", "SDR", "Weekly team review", "Outbound launch"} <= set(offered)
    page.list.packs.chosen.emit(offered["First customers"])
    until(qtbot, lambda: bool(shell.toasts))
    settle(qtbot, page)
    assert "First customers: 2 more in use, 1 without data yet." in shell.toasts[-1]
    assert page.definition.name.text() == "Deals won"

    def active() -> set[str]:
        found: set[str] = told(
            qtbot, shell, lambda ws: {one.kpi.id for one in operations.kpis(ws) if one.kpi.status == "active"}
        )
        return found

    new = {"deals_won", "qualified_opps_created"}
    assert active() >= {*new, "win_rate", "sales_cycle_length", "bookings"}
    assert shell.undo_last is not None
    shell.undo_last()
    until(qtbot, lambda: not active() & new)
    assert active() >= {"win_rate", "sales_cycle_length", "bookings"}


def test_words_are_saved_with_enter(qtbot: QtBot, page: GoalsPage, shell: FakeShell, workspace: Path) -> None:
    field = page.definition.fields["owner"]
    type_into(field, "Ann Lee")
    assert page.definition.save.isVisible()
    QTest.keyClick(field, Qt.Key.Key_Return)
    until(qtbot, lambda: not page.definition.save.isVisible())
    settle(qtbot, page)
    shell.jobs.shutdown()
    ws = operations.open_workspace(workspace, today=TODAY)
    assert operations.find_kpi(ws, "win_rate").owner == "Ann Lee"
    operations.close(ws)


def test_what_the_data_cannot_compute_says_what_it_needs(page: GoalsPage) -> None:
    entry = operations.KpiEntry(MEETINGS, False, "an export of activities")
    page.show_value(GoalsView(NEXT, (entry,), GoalBook(), Settings()))
    assert page.definition.needs.text() == "Your data cannot compute it yet: it needs an export of activities."
    assert second_line(entry) == "Leading · needs an export of activities · not in use"
    assert not page.baseline.isVisible()
    assert not page.target.isVisible()


def test_what_holds_for_several_levels_is_said_once() -> None:
    kpis = tuple(replace(CYCLE, id=f"kpi_{at}", formula=f"{at}", dimension=f"{at}") for at in range(6))
    found = lint(LintFacts(kpis))
    assert [one.problem for one in grouped(found)] == [
        "6 KPIs are active for the organisation, teams and reps.",
        "No leading KPI is active for the organisation, teams and reps.",
    ]


def test_a_finding_about_a_kpi_leads_to_it(qtbot: QtBot) -> None:
    findings = Findings(Theme())
    qtbot.addWidget(findings)
    warning = LintFinding("balance", "warning", "org", "No leading KPI.", "A miss shows late.", "Add one.")
    error = LintFinding("owner", "error", "win_rate", f"'{HOSTILE}' has no owner.", "Nobody acts.", "Fill it in.")
    findings.show_findings((warning, error), ("win_rate",))
    findings.show()
    assert findings.words.whole_text().startswith("2 things to mend in your set of KPIs. '<b>x</b>")
    press(findings.toggle)
    (leads,) = findings.details.findChildren(QPushButton)
    with qtbot.waitSignal(findings.chosen) as told:
        press(leads)
    assert told.args == ["win_rate"]
    with qtbot.waitSignal(findings.check_wanted):
        press(findings.all)
    findings.show_findings((), ())
    assert not findings.isVisible()


def test_a_newer_definition_of_the_catalogue_is_taken_on_the_page_of_the_kpi(
    qtbot: QtBot, page: GoalsPage, shell: FakeShell, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not page.definition.newer.isVisible()
    kept = "new_business on closed_at)"
    newer = f"count(deals where won and {kept} / count(deals where closed and {kept}"
    shipped = tuple(
        replace(one, formula=newer, sentence="Won of closed.") if one.id == "win_rate" else one
        for one in catalogue.shipped_kpis()
    )
    for module in (linting, mending):
        monkeypatch.setattr(module, "shipped_kpis", lambda: shipped)
    page.ask(NEXT)
    until(qtbot, page.definition.newer.isVisible)
    assert page.definition.newer_words.text().endswith("(closed deals)' otherwise. Now: Won of closed.")
    page.open_kpi("bookings")
    assert not page.definition.newer.isVisible()
    page.open_kpi("win_rate")
    for wanted in (False, True):
        press(page.definition.take_newer)
        dialog = page.findChildren(FixDialog)[-1]
        assert "Periods that have begun keep the definition they had" in dialog.text.text()
        if wanted:
            press(dialog.yes)
        else:
            dialog.reject()
            assert not shell.toasts
    until(qtbot, lambda: not page.definition.newer.isVisible())
    settle(qtbot, page)
    assert shell.toasts == ["'Win rate (closed deals)' is counted as the catalogue counts it."]
    assert page.definition.formula.text() == newer
    shell.jobs.shutdown()
    ws = operations.open_workspace(workspace, today=TODAY)
    assert operations.find_kpi(ws, "win_rate").formula == newer
    operations.close(ws)


# --- what follows from a target, and for whom it is ---------------------------------------------------------------


def test_the_target_in_the_fields_is_put_to_the_test(qtbot: QtBot, page: GoalsPage) -> None:
    keep(qtbot, page)
    outlook = page.target.outlook
    until(qtbot, outlook.more.isVisible)
    assert not outlook.details.isVisible()  # calm until asked for
    press(outlook.more)
    texts = [one.text() for one in outlook.details.findChildren(PlainLabel)]
    # 25 % raised by a tenth at each of four quarters: 27.5, 30.25, 33.3, 36.6 %
    assert {"Q3 2026", "27.5%", "Q4 2026", "33.3%", "36.6%"} <= set(texts)
    assert outlook.visibility.text().startswith("Fine as a goal. The organisation alone cannot show it")
    type_into(page.target.fields[1], "60%")
    until(qtbot, outlook.capability.isVisible)
    assert outlook.capability.text() == "The present process will not reach this without a change."
    settle(qtbot, page)
    type_into(page.target.fields[1], "+3pp")
    until(
        qtbot, lambda: "37.0%" in {one.text() for one in outlook.details.findChildren(PlainLabel)}
    )  # 28, 31, 34, 37 %
    settle(qtbot, page)


def test_a_kpi_that_moves_sooner_is_offered(qtbot: QtBot) -> None:
    outlook = Outlook(Theme())
    qtbot.addWidget(outlook)
    outlook.show()
    seen = Visibility("Fine as a goal. Coach meetings held.", 100.0, "meetings_held", "Meetings held")
    ladder = Ladder("win_rate", ORG, NEXT.period, 0.25, "25%", 0.1, (), (), "", seen)
    outlook.show_ladder(ladder)
    assert outlook.add.text() == "Add Meetings held"
    with qtbot.waitSignal(outlook.add_wanted) as told:
        press(outlook.add)
    assert told.args == ["meetings_held"]
    outlook.show_ladder(replace(ladder, visibility=Visibility("One quarter is enough to show it.", 1.0)))
    assert not outlook.add.isVisible()


def test_what_holds_for_a_rep_is_said_with_where_it_comes_from(qtbot: QtBot, page: GoalsPage, shell: FakeShell) -> None:
    keep(qtbot, page)
    page.set_target(Target("win_rate", ORG, NEXT.period, 0.25, 0.3, 0.35))
    settle(qtbot, page)
    ann = next(one for one in told(qtbot, shell, operations.scopes).people if one.name == "Ann")
    page.ask(replace(NEXT, scope=Scope("rep", "Ann", ann.id)))
    settle(qtbot, page)
    assert page.target.held.text() == "In force: 30.0%, that of the whole organisation: this KPI has one value for all."
    assert not page.whom.isVisible()  # she has no role


def test_a_target_is_set_for_everybody_with_a_role(
    qtbot: QtBot, page: GoalsPage, shell: FakeShell, workspace: Path
) -> None:
    ann = next(one for one in told(qtbot, shell, operations.scopes).people if one.name == "Ann")
    told(qtbot, shell, lambda ws: operations.save_person(ws, ann.id, PersonEdit(role="AE")))
    page.open_kpi("bookings")
    page.ask(replace(NEXT, scope=Scope("rep", "Ann", ann.id)))
    settle(qtbot, page)
    alone, every = page.whom.choice.buttons()
    assert (alone.text(), every.text()) == ("For Ann", "For every AE")
    press(every)
    settle(qtbot, page)
    assert "Every AE · Q3 2026" in page.baseline.title.whole_text()
    keep(qtbot, page)
    type_into(page.target.fields[1], "6000")
    QTest.keyClick(page.target.fields[1], Qt.Key.Key_Return)
    settle(qtbot, page)
    assert shell.toasts[-1] == "Target set for Q3 2026."
    press(page.whom.choice.buttons()[0])
    settle(qtbot, page)
    assert page.target.held.text() == "In force: $6.00K, the target of every AE."


# --- words and numbers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("", "25%", ""), (412 / 1873, 0.25, 0.25 + (0.25 - 412 / 1873))),
        (("20", "25", "30"), (0.20, 0.25, 0.30)),
        (("", "+10%", "+3pp"), (412 / 1873, 412 / 1873 * 1.1, 412 / 1873 + 0.03)),
        (("", "95%", ""), (412 / 1873, 0.95, 1.0)),  # a share never passes the whole
        (("", "20%", ""), (0.20, 0.20, 0.20)),  # a modest target is its own minimum
    ],
)
def test_tiers_are_read_as_a_person_writes_them(texts: tuple[str, str, str], expected: tuple[float, ...]) -> None:
    assert typed_tiers(texts, BASELINE, WIN_RATE).values() == pytest.approx(expected)


@pytest.mark.styled
def test_a_part_of_more_than_the_whole_is_read_once() -> None:
    growth = replace(WIN_RATE, kpi_class="money_ratio")
    assert typed_tiers(("150", "200", "300"), BASELINE, growth).values() == (1.5, 2.0, 3.0)


def test_lower_is_better_turns_everything_around() -> None:
    assert typed_tiers(("", "50", ""), CYCLE_PROPOSAL.baseline, CYCLE).values() == (57.0, 50.0, 43.0)
    assert typed_tiers(("", "60", ""), CYCLE_PROPOSAL.baseline, CYCLE).values() == (60.0, 60.0, 60.0)
    assert out_of_order(Tiers(45, 50, 40), CYCLE) == (True, False, False)
    assert out_of_order(Tiers(60, 50, 55), CYCLE) == (False, False, True)


def test_a_value_the_app_wrote_itself_is_kept_unrounded() -> None:
    shown = field_text(WIN_RATE, BASELINE.value)
    assert shown == "22%"
    tiers = typed_tiers((shown, "25%", ""), BASELINE, WIN_RATE, (BASELINE.value,))
    assert tiers.minimum == BASELINE.value


def test_a_share_is_broken_down_only_where_it_is_one() -> None:
    assert baseline_sample(WIN_RATE, BASELINE) == "412 of 1,873"
    assert baseline_sample(WIN_RATE, replace(BASELINE, method="seasonal")) == "1,873 rows"
    assert baseline_sample(BOOKINGS, replace(BOOKINGS_PROPOSAL.baseline, n=1.0)) == "1 row"
    assert baseline_sample(WIN_RATE, replace(BASELINE, method="manual", n=0.0)) == ""


def test_points_never_pass_for_percent() -> None:
    half = replace(BASELINE, value=0.5)
    assert tier_note(WIN_RATE, 0.55, half, "USD") == "+5.0 pp, +10.0% relative"
    assert tier_note(WIN_RATE, 0.5, half, "USD") == "the baseline"
    assert tier_note(BOOKINGS, 1_324_730, BOOKINGS_PROPOSAL.baseline, "USD") == "+$120K, +10.0% relative"
    nothing = Baseline("bookings", ORG, NEXT.period, 0.0, "manual", "", 0.0)
    assert tier_note(BOOKINGS, 50_000, nothing, "USD") == "+$50.0K"


def test_a_target_within_luck_is_called_so() -> None:
    near, far = Tiers(0.22, 0.24, 0.26), Tiers(0.22, 0.40, 0.50)
    assert "cannot be told from luck in one period" in noticeable_note(WIN_RATE, near, PROPOSAL, "USD")
    assert "far enough away to be seen in one period" in noticeable_note(WIN_RATE, far, PROPOSAL, "USD")


def test_an_earlier_version_is_taken_back_from_the_history_with_its_reason(qtbot: QtBot, page: GoalsPage) -> None:
    entry = page.entry()
    assert entry is not None
    assert not page.timeline.back.isVisible()
    page.save_kpi(replace(entry.kpi, objective="Something else " * 40))
    settle(qtbot, page)
    until(qtbot, page.timeline.back.isVisible)
    [earlier] = page.timeline.back.choices
    assert earlier.text == f"Version 1: Objective: {entry.kpi.objective.rstrip('.')}.", "not what holds now"
    page.timeline.back.chosen.emit(earlier.value)
    [dialog] = page.findChildren(BackDialog)
    assert f"→ {entry.kpi.objective.rstrip('.')}." in dialog.text.text()
    assert dialog.text.wordWrap()
    assert dialog.width() < 800, "a long text wraps"
    dialog.take()
    assert "needs a reason" in dialog.problem.text()
    dialog.reason.setText("It was better")
    dialog.take()
    settle(qtbot, page)
    assert page.definition.fields["objective"].text() == entry.kpi.objective
    assert "It was better" in {page.timeline.table.records.index(row, 3).data() for row in range(2)}
    assert page.findChildren(BackDialog) == []


@pytest.mark.styled
def test_a_kpi_taken_into_use_is_selected_where_it_stands_now(qtbot: QtBot, page: GoalsPage) -> None:
    drafts = [one.kpi for one in page.list.model.shown if one.kpi.status == "draft" and one.computable]
    view = page.list.view
    page.open_kpi(drafts[-1].id)
    assert view.verticalScrollBar().value() > 0
    page.save_kpi(replace(drafts[-1], status="active"))
    settle(qtbot, page)
    assert page.list.model.shown[view.currentIndex().row()].kpi.id == drafts[-1].id
    assert view.viewport().rect().contains(view.visualRect(view.currentIndex()))


def test_what_changed_is_whole_where_the_reason_can_give_way(qtbot: QtBot) -> None:
    told = "Baseline $2.85M, your last whole quarters, taken together"
    event = Event(LAST.period.start, "baseline", WIN_RATE.id, WIN_RATE.name, told, reason="It was so. " * 9, scope=ORG)
    history = KpiHistory(Theme())
    qtbot.addWidget(history)
    history.resize(820, 300)
    history.show()
    history.show_events([event], WIN_RATE, ORG)
    table = history.table
    needed = table.itemDelegate().sizeHint(QStyleOptionViewItem(), table.records.index(0, 1)).width()
    assert needed <= table.columnWidth(1) < needed + 40
    assert sum(map(table.columnWidth, range(4))) <= table.viewport().width()
