"""The page Check driven as a person does: what to mend first, mended with a button, taken back; how late it tells."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from kpidesk import operations
from kpidesk.core.drafts import Through
from kpidesk.core.formats import day_text
from kpidesk.core.kpis import Kpi, Level
from kpidesk.core.lint import Fix, Lateness, LintFinding, Severity
from kpidesk.core.lint_words import CLEAN
from kpidesk.core.people import ORG
from kpidesk.exporting.lint_forms import lint_text
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.pages.check import CheckPage, CheckView
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.check_balance import BalanceMeter
from kpidesk.ui.widgets.check_findings import FindingCards
from kpidesk.ui.widgets.check_text import alone_words, balances, days_words, earlier_words, resting
from tests.ui.history import NEXT, TODAY
from tests.ui.leaks import rich_text_leaks
from tests.ui.samples_data import BOOKINGS, CYCLE, HOSTILE, WIN_RATE
from tests.ui.shell import FakeShell, told, until, workspace_shell

pytestmark = pytest.mark.unstyled

MORE = ("deals_won", "win_rate_value", "open_pipeline")
"""With the five of the first day these are eight: more than the seven of which nobody keeps track."""


@pytest.fixture
def shell(qtbot: QtBot, history_file: Path, tmp_path: Path) -> Iterator[FakeShell]:
    del qtbot
    path = Path(shutil.copy(history_file, tmp_path / "history.kpidesk"))
    with workspace_shell(path, NEXT) as made_shell:
        yield made_shell


@pytest.fixture
def page(qtbot: QtBot, shell: FakeShell) -> CheckPage:
    made = CheckPage(shell)
    qtbot.addWidget(made)
    shell.pages[made.page_id] = made
    made.resize(1068, 900)
    made.show()
    made.ask(NEXT)
    until(qtbot, lambda: made.view is not None)
    return made


def status(qtbot: QtBot, shell: FakeShell, kpi_id: str) -> str:
    return str(told(qtbot, shell, lambda ws: operations.find_kpi(ws, kpi_id)).status)


def words(widget: QWidget) -> list[str]:
    QApplication.processEvents()  # what was just added becomes visible
    return [one.whole_text() for one in widget.findChildren(PlainLabel) if one.isVisibleTo(widget)]


def buttons(widget: QWidget) -> dict[str, QPushButton]:
    QApplication.processEvents()
    return {one.text(): one for one in widget.findChildren(QPushButton) if one.isVisibleTo(widget)}


def press(made: QAbstractButton) -> None:
    QTest.mouseClick(made, Qt.MouseButton.LeftButton)


def crowded(ws: operations.Workspace) -> None:
    for one in MORE:
        taken(ws, one)


def taken(ws: operations.Workspace, kpi_id: str) -> Kpi:
    found = replace(operations.find_kpi(ws, kpi_id), objective="Grow", decision="Look at it", owner="Ann Lee")
    return operations.save_kpi(ws, replace(found, status="active", reason="All are needed"))


def test_it_says_how_late_each_result_tells_and_what_rests_on_what(
    qtbot: QtBot, page: CheckPage, shell: FakeShell
) -> None:
    late = words(page.late)
    assert late.count("60 days") == 4  # every deal of the history took 60 days; four of the five hear of closed ones
    assert "Nothing in use tells earlier" in late
    assert page.rests.alone.text() == "Each is counted from your data alone; none rests on another."
    told(qtbot, shell, lambda ws: taken(ws, "pipeline_coverage"))
    page.reload()
    until(qtbot, lambda: page.rests.alone.text() == "5 others are counted from your data alone.")
    assert {"Pipeline coverage (period start)", "Bookings"} <= set(buttons(page.rests))
    assert "on the target of" in words(page.rests)
    assert "Pipeline velocity" not in buttons(page.rests)
    press(page.rests.toggle)
    QApplication.processEvents()
    shown = [one.accessibleName() for one in page.rests.findChildren(QPushButton) if one.isVisible()]
    assert "Pipeline velocity not in use" in shown
    assert "on Sales cycle (mean) not in use" in shown
    press(buttons(page.rests)["Bookings"])
    assert shell.calls[-1] == ("open_goal", "bookings", NEXT)


@pytest.mark.styled
def test_the_balance_of_each_level_is_drawn_and_said(page: CheckPage) -> None:
    said = [one.accessibleName() for one in page.balance.findChildren(BalanceMeter)]
    assert said[0] == "Organisation: 5 in use, a good number; 1 leading, 4 lagging (20% leading); "\
                      "2 of 6 sides of the business: outcome and pipeline"  # fmt: skip
    assert "5 in use, a good number" in words(page.balance)
    meter = page.balance.findChildren(BalanceMeter)[0]
    picture, side = meter.grab().toImage(), meter.height() * 14 // 26
    accent = page.theme.tokens.accent.lower()
    middles = [picture.pixelColor(18 * at + 8, side // 2 + 1).name() for at in range(5)]
    assert [one == accent for one in middles] == [True, False, False, False, False], "one foretells, four confirm"


def test_a_retirement_is_confirmed_done_and_taken_back(qtbot: QtBot, page: CheckPage, shell: FakeShell) -> None:
    told(qtbot, shell, crowded)
    page.reload()
    until(qtbot, lambda: any("8 KPIs are active" in one for one in words(page.findings)))
    fix = page.view.findings[0].fix if page.view else None
    assert fix is not None
    press(buttons(page.findings)[fix.words])
    assert page.dialog is not None
    assert "Old periods keep it" in page.dialog.text.text()
    assert (page.dialog.windowTitle(), page.dialog.yes.text()) == (fix.words, "Retire"), "names stand once, and whole"
    page.dialog.reject()
    assert status(qtbot, shell, fix.kpi_ids[0]) == "active"
    until(qtbot, lambda: page.dialog is None)
    page.ask_fix(fix)
    press(page.dialog.yes)
    until(qtbot, lambda: page.dialog is None)
    assert status(qtbot, shell, fix.kpi_ids[0]) == "retired"
    until(qtbot, lambda: not any("8 KPIs are active" in one for one in words(page.findings)))
    assert shell.undo_last is not None
    shell.undo_last()
    until(qtbot, lambda: any("8 KPIs are active" in one for one in words(page.findings)))
    assert status(qtbot, shell, fix.kpi_ids[0]) == "active"


@pytest.mark.styled
def test_what_harms_nobody_is_done_at_once(qtbot: QtBot, page: CheckPage, shell: FakeShell) -> None:
    assert "No KPI is in focus." in words(page.findings)
    fix = next(one.fix for one in page.view.findings if one.rule == "focus") if page.view else None
    assert fix is not None
    page.resize(1068, 420)
    pressed, bar = buttons(page.findings)[fix.words], page.column.verticalScrollBar()
    pressed.setFocus()
    QApplication.processEvents()
    bar.setValue(bar.maximum() // 2)
    at = bar.value()
    pressed.click()
    until(qtbot, lambda: "No KPI is in focus." not in words(page.findings))
    QApplication.processEvents()
    assert at
    assert (page.window().focusWidget(), bar.value()) == (page, at)  # its button is gone
    assert page.dialog is None
    assert told(qtbot, shell, lambda ws: operations.focus(ws, ORG)).kpi_ids == fix.kpi_ids


def test_a_missing_word_is_typed_before_it_is_kept(qtbot: QtBot, page: CheckPage, shell: FakeShell) -> None:
    page.ask_fix(Fix("set_owner", ("bookings",), "Name an owner"))
    assert page.dialog is not None
    assert not page.dialog.yes.isEnabled()
    page.dialog.value.setText("  ")
    assert not page.dialog.yes.isEnabled()
    page.dialog.value.setText(HOSTILE)
    press(page.dialog.yes)
    until(qtbot, lambda: page.dialog is None)
    assert told(qtbot, shell, lambda ws: operations.find_kpi(ws, "bookings")).owner == HOSTILE


def test_a_fix_that_cannot_be_done_says_why_and_stays(qtbot: QtBot, page: CheckPage, shell: FakeShell) -> None:
    page.ask_fix(Fix("choose_focus", ("nowhere",), "Focus"))
    until(qtbot, lambda: bool(shell.errors))
    assert shell.errors[0].problem == "There is no KPI 'nowhere'."
    page.ask_fix(Fix("retire", ("nowhere",), "Retire 'nowhere'"))
    assert page.dialog is not None
    press(page.dialog.yes)
    until(qtbot, lambda: page.dialog is not None and page.dialog.problem.isVisible())
    assert page.dialog.yes.isEnabled()
    page.dialog.reject()


def test_targets_can_be_looked_at_one_by_one(page: CheckPage, shell: FakeShell) -> None:
    old = LintFinding("stale", "warning", "bookings", "Old.", "No longer fits.", "Look.",
                      Fix("refresh", ("bookings",), "Refresh"))  # fmt: skip
    page.findings.show_findings((old,), {"bookings": "Bookings"})
    press(buttons(page.findings)["Look at each"])
    assert shell.calls[-1] == ("show_page", "refresh")
    press(buttons(page.findings)["Go to the KPI"])
    assert shell.calls[-1][:2] == ("open_goal", "bookings")


def finding(at: int, severity: Severity) -> LintFinding:
    return LintFinding(f"rule{at}", severity, f"kpi{at}", f"{HOSTILE} {at}", f"Then {at}", f"Do {at}")


def test_three_stand_first_the_gravest_on_top_and_the_rest_is_folded(page: CheckPage) -> None:
    levels: tuple[Severity, ...] = ("notice", "warning", "notice", "error", "notice")
    level = [replace(finding(5, "warning"), where=one, problem=f"None at {one} level.") for one in ("team", "rep")]
    found = [*(finding(at, one) for at, one in enumerate(levels)), *level]
    page.findings.show_findings(found, {})
    assert words(page.findings)[0] == "3 things to mend, 3 could be better"
    told = lint_text(found, ()).splitlines()
    assert told[-1] == "3 things to mend, 3 could be better."
    assert sum(one.startswith(("error:", "warning:", "notice:")) for one in told) == 6
    page.findings.show_findings(found[: len(levels)], {})
    first = [one for one in words(page.findings) if one.startswith(HOSTILE)]
    assert first == [f"{HOSTILE} {at}" for at in (3, 1, 0)]
    assert words(page.findings)[0] == "2 things to mend, 3 could be better"
    named = ["Error", "Warning", "Notice"]
    assert [one for one in words(page.findings) if one in named] == named
    assert page.findings.more.text() == "2 more"
    press(page.findings.more)
    assert len([one for one in words(page.findings) if one.startswith(HOSTILE)]) == 5
    press(page.findings.more)
    assert len([one for one in words(page.findings) if one.startswith(HOSTILE)]) == 3
    assert rich_text_leaks(page) == []


def test_a_clean_set_is_praised(qtbot: QtBot, page: CheckPage) -> None:
    cards: FindingCards = page.findings
    cards.show_findings((), {})
    assert words(cards)[0] == CLEAN
    assert cards.clean.isVisible()
    assert not cards.more.isVisible()
    page.show_value(CheckView((), (), (), (), (), ()))
    assert "No result is in use, so nothing is heard late." in words(page.late)
    assert "No KPI is in use." in words(page.rests)
    assert words(page.balance).count("None in use") == 3


def test_balance_counts_each_level_and_no_coaching() -> None:
    kpis = (
        replace(BOOKINGS, status="active", indicator="lagging", dimension="outcome", levels=("org",)),
        replace(WIN_RATE, status="active", indicator="leading", dimension="quality", levels=("org", "rep")),
        replace(CYCLE, status="active", indicator="leading", dimension="activity", coaching=True),
        replace(CYCLE, id="draft", status="draft", dimension="cost"),
    )
    found = {one.level: (one.leading, one.lagging, one.sides, one.of_sides, one.enough) for one in balances(kpis)}
    assert found == {
        "org": (1, 1, ("outcome", "quality"), 4, "too few"),
        "team": (0, 0, (), 4, "none in use"),
        "rep": (1, 0, ("quality",), 4, "too few"),
    }


def kpi(name: str, levels: tuple[Level, ...] = ("org",)) -> Kpi:
    return replace(BOOKINGS, id=name, name=name, levels=levels)


def test_what_rests_on_what_goes_down_through_values_and_stops_at_targets() -> None:
    kpis = tuple(map(kpi, "abcd"))
    reads: dict[str, tuple[tuple[str, Through], ...]] = {
        "a": (("b", "value"), ("c", "goal")), "b": (("c", "value"), ("a", "value")), "c": (("d", "value"),),
    }  # fmt: skip
    found = [(one.kpi.id, one.depth, one.through) for one in resting(kpis, reads)]
    assert found[:5] == [("a", 0, None), ("b", 1, "value"), ("c", 2, "value"), ("d", 3, "value"), ("c", 1, "goal")]
    assert found[5:10] == [("b", 0, None), ("c", 1, "value"), ("d", 2, "value"), ("a", 1, "value"), ("c", 2, "goal")]
    assert alone_words(kpis, resting(kpis, reads)) == "1 other is counted from your data alone."
    typed = replace(kpis[0], id="typed", formula="", builtin="manual")
    assert alone_words((*kpis, typed), resting(kpis, reads)) == "1 other is counted from your data alone."
    assert alone_words(kpis, ()) == "Each is counted from your data alone; none rests on another."


@pytest.mark.styled
@pytest.mark.parametrize(
    ("days", "wanted"), [(None, "not known yet"), (1.0, "1 day"), (63.6, "64 days"), (58.5, "59 days")]
)
def test_days_are_said_whole(days: float | None, wanted: str) -> None:
    one = Lateness(BOOKINGS, days, ("Win rate", "Coverage"), "")
    assert (days_words(one), earlier_words(one)) == (wanted, "Earlier: Win rate and Coverage")


def test_what_is_meant_to_be_so_is_left_with_a_reason_and_looked_at_again(
    qtbot: QtBot, page: CheckPage, shell: FakeShell
) -> None:
    problem = "No KPI is in focus."
    assert not page.left.isVisible()
    press(next(one for one in page.findings.findChildren(QPushButton)
               if one.accessibleName() == f"Leave it so… {problem}"))  # fmt: skip
    dialog = page.dialog
    assert dialog is not None
    assert not dialog.yes.isEnabled(), "no reason is given yet"
    QTest.keyClicks(dialog.value, "We choose them on Friday")
    QTest.keyClick(dialog.value, Qt.Key.Key_Return)
    until(qtbot, page.left.isVisible)
    assert problem not in words(page.findings)
    assert words(page.left) == ["Left as it is", problem, f"Since {day_text(TODAY)}: We choose them on Friday"]
    press(buttons(page.left)["Look at it again"])
    until(qtbot, lambda: not page.left.isVisible())
    assert problem in words(page.findings)


def test_what_several_levels_say_alike_is_left_at_once(qtbot: QtBot, page: CheckPage, shell: FakeShell) -> None:
    told(qtbot, shell, lambda ws: operations.retire_kpi(ws, "pipeline_created"))
    page.reload()
    said = "No leading KPI is active for the organisation, teams and reps."
    until(qtbot, lambda: said in words(page.findings))
    press(next(one for one in page.findings.findChildren(QPushButton)
               if one.accessibleName() == f"Leave it so… {said}"))  # fmt: skip
    assert page.dialog is not None
    QTest.keyClicks(page.dialog.value, "For a week")
    press(page.dialog.yes)
    until(qtbot, page.left.isVisible)
    assert len(told(qtbot, shell, operations.left_findings)) == 3
    assert said not in words(page.findings)


@pytest.mark.parametrize("width", [684, 560])
def test_a_button_with_two_names_is_whole_and_the_links_go_on_below(qtbot: QtBot, width: int) -> None:
    swap = "Put 'Stalled share of pipeline' in place of 'Sales cycle length (median)'"
    finding = LintFinding("R09", "notice", "bookings", "Nothing tells early.", "It shows late.", "Look.",
                          Fix("swap", ("stalled_value_share",), swap, other="sales_cycle_length"))  # fmt: skip
    cards = FindingCards(Theme())
    qtbot.addWidget(cards)
    cards.resize(width, 400)
    cards.show_findings([finding], {"bookings": "Bookings"})
    cards.show()
    found = buttons(cards)
    tops = [found[one].mapTo(cards, QPoint()).y() for one in (swap, "Go to the KPI", "Leave it so…")]
    assert tops[0] < tops[1] == tops[2]
    assert found[swap].mapTo(cards, found[swap].rect().topRight()).x() < width


def test_what_no_button_can_do_alone_leads_to_its_page(page: CheckPage, shell: FakeShell) -> None:
    for action, page_id in (("look_up", "catalogue"), ("set_sizes", "numbers")):
        page.ask_fix(Fix(action, (), "Go"))  # type: ignore[arg-type]  # an action
        assert shell.calls[-1] == ("show_page", page_id)
