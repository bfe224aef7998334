"""The Forecast page, used with keys and the mouse on the sample company, and with made-up forecasts of any shape."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from kpidesk import operations
from kpidesk.core.changes import Change
from kpidesk.core.errors import UserError
from kpidesk.core.forecast_paper import categories_table, stages_table
from kpidesk.core.forecast_words import known_words
from kpidesk.core.forecasts import UNCHECKED, Backtest, ForecastView, LateWins, Weighted
from kpidesk.core.people import Scope
from kpidesk.core.periods import parse_period, shift
from kpidesk.core.progress import Progress
from kpidesk.core.scorecards import Question
from kpidesk.ui.pages.forecast import ForecastPage, Loaded
from kpidesk.ui.tab_order import put_in_order
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.forecast_across import Across
from kpidesk.ui.widgets.forecast_drivers import PercentBox
from kpidesk.ui.widgets.forecast_fold import FoldCard
from kpidesk.ui.widgets.forecast_given import SubmitDialog, given_line, given_table
from kpidesk.ui.widgets.forecast_loading import WantedReturn, belongs
from kpidesk.ui.widgets.forecast_methods import MethodLine
from kpidesk.ui.widgets.forecast_pay import pay_table
from kpidesk.ui.widgets.forecast_text import CHECKING, answer_of, record_table, said_table, sentence_of
from tests.conftest import SAMPLE_DAY
from tests.ui import samples_forecast as made_up
from tests.ui.samples import QUESTION, SETTINGS
from tests.ui.shell import FakeShell, fake_shell, settle, shared_shell, told

pytestmark = pytest.mark.unstyled

Opened = Callable[[Question], ForecastPage]


@pytest.fixture
def shell(held_sample: FakeShell, qtbot: QtBot) -> Iterator[FakeShell]:
    """The sample company for a test that only reads."""
    with shared_shell(held_sample, qtbot) as made:
        yield made


@pytest.fixture
def own(sample: Path) -> Iterator[FakeShell]:
    """The sample company for a test that writes."""
    with fake_shell(lambda: operations.open_workspace(sample, today=SAMPLE_DAY), close=operations.close) as made:
        yield made


@pytest.fixture
def bare() -> Iterator[FakeShell]:
    """A shell without a workspace, for what is made up."""
    with fake_shell() as made:
        yield made


def opened(qtbot: QtBot, shell: FakeShell, question: Question = QUESTION) -> ForecastPage:
    page = ForecastPage(shell)
    qtbot.addWidget(page)
    page.resize(1068, 714)
    page.show()
    page.ask(question)
    settle(qtbot, page)
    return page


@pytest.fixture
def page(qtbot: QtBot, shell: FakeShell, monkeypatch: pytest.MonkeyPatch) -> ForecastPage:
    """The page of the sample company, without the check against the past, which takes as long as all else."""
    monkeypatch.setattr(operations, "backtest", _refuse)
    return opened(qtbot, shell)


def _refuse(*_: object) -> None:
    raise UserError("Not now.", "")


def press(page: ForecastPage, qtbot: QtBot, widget: QWidget, key: Qt.Key) -> None:
    QTest.keyClick(widget, key)
    settle(qtbot, page)


def folds(page: ForecastPage) -> list[FoldCard]:
    return [one for one in page.cards.findChildren(FoldCard) if one.isVisibleTo(page.cards)]


# --- the answer -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chance", "verdict"),
    [(0.97, "on track"), (0.9, "on track"), (0.7, "probably on track"), (0.5, "could go either way"),
     (0.2, "probably short of it"), (0.04, "hardly within reach")],
)  # fmt: skip
def test_the_answer_says_what_the_range_means_for_the_target(chance: float, verdict: str) -> None:
    view = made_up.view(methods=(made_up.method(chance=chance),))
    assert sentence_of(view) == (
        f"$260K booked; $500K to $700K likely by the end of Q3 2026, target $560K: {verdict}."
    )  # fmt: skip


def test_the_answer_of_odd_periods() -> None:
    reached = made_up.view(won=600_000.0, won_text="$600K")
    assert sentence_of(reached).endswith("target $560K: reached already.")
    assert [one.text for one in answer_of(reached).figures[1:4]] == ["Reached", "Reached", "70%"]
    aimless = made_up.view(target=None, target_text="")
    assert sentence_of(aimless).endswith("likely by the end of Q3 2026. No target is set.")
    untold = made_up.view(methods=(made_up.method("Pace", found=None),), default=None)
    assert sentence_of(untold) == "$260K booked of the $560K target; no forecast yet: pace needs 4 closed quarters."
    known = replace(
        untold, due=3.0, due_text="$100K", weighted=(Weighted("By your own past", 40_000.0, "$40.0K", 3.0),)
    )
    assert known_words(known) == (
        "What is known: $260K is booked, and 3 open deals, $100K, are due; by your own past they bring $40.0K, $300K "
        "together."
    )
    assert (answer_of(known).known, answer_of(known).details) == (known_words(known), ())
    assert known_words(replace(known, due=0.0)) == known_words(replace(known, running=False)) == ""
    assert answer_of(untold).shown is None
    over = made_up.view(running=False)
    assert sentence_of(over) == "$260K was booked in Q3 2026, 46.4% of the $560K target."
    untold = made_up.view(running=False, missing=(("won", "What is booked is not known: no file says."),))
    assert sentence_of(untold) == "Q3 2026 is over. What is booked is not known: no file says."
    over = made_up.view(running=False, won=560_000.0, won_text="$560K")
    assert sentence_of(over) == "$560K was booked in Q3 2026, the target of $560K was reached."


def test_the_middle_is_explained_by_what_is_won_what_is_due_and_what_nobody_knows_of_yet() -> None:
    due = (Weighted("By your own past", 40_000.0, "$40.0K", 3.0),)
    view = made_up.view(due=3.0, due_text="$100K", weighted=due, late=LateWins(8, 30, 2_000_000.0, 500_000.0))
    start = "$260K is won; 3 open deals due, $100K, should bring $40.0K by your own past"
    rest = f"{start}. The other $300K of the middle would be from elsewhere, such as deals due later or not created yet"
    assert known_words(view) == (
        f"{rest}; the last 8 quarters won $250K on average in their last 30 days, 25% of it from deals created then."
    )
    assert known_words(replace(view, late=None)) == f"{rest}."
    assert known_words(replace(view, late=LateWins(1, 1, 9_000.0, 0.0))) == (
        f"{rest}; the last quarter won $9.00K in its last day, none of it from deals created then."
    )
    much = Weighted("By your own past", 400_000.0, "$400K", 3.0)
    assert known_words(replace(view, weighted=(much,))).endswith("past: together $60.0K more than the middle, $600K.")
    fits = Weighted("By your own past", 340_100.0, "$340K", 3.0)
    assert known_words(replace(view, weighted=(fits,))).endswith("past, which makes the middle, $600K.")
    assert known_words(replace(view, due=0.0)).startswith("$260K is won; no open deal is due. The other $300K")
    assert not known_words(replace(view, as_of=view.question.period.last_day)), "what is booked is what it comes to"
    answer = answer_of(view)
    assert f"{answer.known} {answer.details[0]}" == known_words(view)
    assert answer.details[1] == view.default_words


def test_the_range_shows_what_is_won_and_every_tier() -> None:
    shown = answer_of(made_up.view()).shown
    assert shown is not None
    assert [(one.name, one.value) for one in shown.marks] == [
        ("Won", 260_000.0), ("Minimum", 480_000.0), ("Target", 560_000.0), ("Stretch", 640_000.0)
    ]  # fmt: skip
    assert (shown.low, shown.point, shown.high) == (500_000.0, 600_000.0, 700_000.0)


@pytest.mark.styled
def test_the_first_screen_has_the_answer_and_the_check_follows(qtbot: QtBot, shell: FakeShell) -> None:
    page = opened(qtbot, shell)
    assert page.view is not None
    assert page.view.forecast is not None
    card = told(qtbot, shell, lambda ws: operations.scorecard(ws, QUESTION, ("bookings",)))
    assert page.answer.sentence.text().startswith(f"{card.rows[0].value_text} booked; ")
    track = page.view.forecast.track
    assert track is not None
    assert page.methods.why.text().endswith(page.view.default_words)
    assert f"missed by {100 * (track.missed or 0):.0f}%" in page.methods.why.text()
    assert not page.methods.why.isVisible(), "it is one click away"
    found = page.backtest
    assert found is not None
    lines = [one for one in found.lines if (one.method, one.moment) == (page.view.default, "now") and one.found]
    errors = sorted(abs(one.found.point / one.booked - 1) for one in lines if one.found is not None)
    half = len(errors) // 2
    assert track.missed == pytest.approx(errors[half] if len(errors) % 2 else (errors[half - 1] + errors[half]) / 2)
    assert page.methods.table.grid.records.rowCount() == len(found.periods)


def test_nothing_of_the_check_is_shown_while_it_is_on_its_way(qtbot: QtBot, bare: FakeShell) -> None:
    page = ForecastPage(bare)
    qtbot.addWidget(page)
    page.show_forecast(made_up.view(methods=(made_up.method(checked=False),)), None, waiting=True)
    assert page.methods.why.text().endswith(CHECKING)
    page.show_forecast(made_up.view(methods=(made_up.method(checked=False),)), None)
    assert page.methods.why.text().endswith("\nNegotiation")
    assert not page.methods.past.isVisibleTo(page.methods)


def test_a_number_of_the_answer_opens_its_rows_or_its_sum_that_is_split(
    page: ForecastPage, shell: FakeShell, qtbot: QtBot
) -> None:
    page.answer.figures[0].figure.click()
    assert shell.calls[-1] == ("open_receipt", "bookings", QUESTION)
    assert page.create_part not in [one for one in folds(page) if one.is_open]
    page.answer.figures[5].figure.click()
    assert page.create_part.is_open
    page.set_target.click()
    assert shell.calls[-1] == ("open_goal", "bookings", QUESTION)
    assert page.view is not None
    assert page.view.to_create is not None
    equal = [row.cells[1].value for row in page.create_part.table.grid.records.rows]
    page.create_part.allocation.buttons()[1].click()
    settle(qtbot, page)
    shares = [row.cells[1].value for row in page.create_part.table.grid.records.rows]
    assert page.create_part.how.text() == "Split: by the target of each."
    assert shares != equal
    for found in (equal, shares):
        assert math.isclose(math.fsum(found[:-1]), found[-1])
        assert math.isclose(found[-1], page.view.to_create.amount)


# --- what it rests on -----------------------------------------------------------------------------------------------


def test_behind_every_number_stand_its_deals_and_their_history(page: ForecastPage, qtbot: QtBot) -> None:
    assert page.view is not None
    for part, table, amounts in (
        (page.categories, page.categories.table, [one.amount for one in page.view.categories]),
        (page.deals, page.deals.stages, [one.amount for one in page.view.stages]),
    ):
        part.set_open(True)
        for at in (0, len(amounts) - 1):
            table.grid.setFocus()
            table.grid.setCurrentIndex(table.grid.records.index(at, 0))
            press(page, qtbot, table.grid, Qt.Key.Key_Return)
            assert page.pile.currentWidget() is page.rows
            deals = page.rows.table.records.rows
            assert math.isclose(math.fsum(one.amount or 0 for one in deals), amounts[at])
            press(page, qtbot, page.rows.table, Qt.Key.Key_Escape)
            assert page.pile.currentWidget() is page.cards
            assert page.focusWidget() is table.grid

    page.deals.set_open(True)
    page.deals.every.click()
    settle(qtbot, page)
    assert page.view is not None
    assert page.rows.table.records.rowCount() == round(page.view.due)
    press(page, qtbot, page.rows.table, Qt.Key.Key_Return)
    page.rows.open_button.click()
    settle(qtbot, page)
    assert page.rows.history.isVisible()
    press(page, qtbot, page.rows.history, Qt.Key.Key_Escape)
    assert not page.rows.history.isVisible()
    page.rows.copied.emit(2)
    assert page.shell.toasts[-1] == "2 rows copied."  # type: ignore[attr-defined]  # the shell of the test


def test_chances_come_when_asked_for_and_misses_with_both_bands(page: ForecastPage, qtbot: QtBot) -> None:
    page.deals.set_open(True)
    assert not page.deals.chances.isVisible()
    page.deals.chances_button.click()
    settle(qtbot, page)
    found = told(qtbot, page.shell, lambda ws: operations.win_chances(ws, QUESTION))  # type: ignore[arg-type]
    assert page.deals.chances.isVisible()
    assert page.deals.chances.sentence.text() == (found.words if found.rows else found.reason) or found.rows
    page.deals.chances.grid.activated.emit(page.deals.chances.grid.records.index(0, 2))
    if found.rows:
        assert page.shell.calls[-1] == ("open_code", found.rows[0][1].receipt)  # type: ignore[attr-defined]
    page.deals.chances_button.click()
    assert not page.deals.chances.isVisible()
    _opens_ranges(page)

    assert page.view is not None
    codes = [one.receipt for one in page.view.stages]
    assert page.deals.past.isVisible() == any(codes)
    if any(codes):
        page.deals.stages.grid.setCurrentIndex(page.deals.stages.grid.records.index(1, 0))
        page.deals.past.click()
        assert page.shell.calls[-1] == ("open_code", codes[1])  # type: ignore[attr-defined]

    part = page.later.accuracy
    part.set_open(True)
    settle(qtbot, page)
    found = told(qtbot, page.shell, lambda ws: operations.forecast_accuracy(ws, QUESTION))  # type: ignore[arg-type]
    assert part.sentence.text() == found.sentence
    chart = part.chart.chart.chart
    assert chart is not None
    names = [one.name for one in chart.lines]
    assert {"+5.0%", "−5.0%", "+10.0%", "−10.0%"} <= set(names)
    part.chart.as_table.click()
    assert part.chart.table.isVisible()
    part.chart.copy.click()
    copied = QApplication.clipboard().text().splitlines()
    assert len(copied) - 1 == len(chart.table.rows)
    assert part.reps.isVisible()


def _opens_ranges(page: ForecastPage) -> None:
    """A click on the range of a method asks for what it is made of, as one on the chance of a tier does."""
    assert page.view is not None
    calls = page.shell.calls  # type: ignore[attr-defined]
    codes = {one.receipt for one in page.view.methods if one.receipt}
    page.methods.set_open(True)
    opened = set()
    for line in page.methods.findChildren(MethodLine):
        if line.text.isEnabled():
            line.text.click()
            opened.add(calls[-1][1])
    assert opened == codes
    chances = [one for one in page.answer.figures if one.isVisible() and one.cell and "chance" in one.cell.note]
    method = page.view.forecast
    assert bool(chances) == (method is not None and bool(method.chances))
    for figure in chances:
        figure.figure.click()
        assert method is not None
        assert calls[-1] == ("open_receipt", method.number, page.view.question)


def test_on_the_last_day_only_moments_that_were_looked_back_at_are_offered(qtbot: QtBot, bare: FakeShell) -> None:
    page = ForecastPage(bare)
    qtbot.addWidget(page)
    whole = made_up.backtest()
    page.show_forecast(made_up.view(), whole)
    box = page.methods.moment
    box.setCurrentIndex(box.findData("50%"))
    last = replace(whole, lines=tuple(one for one in whole.lines if one.moment != "now"))
    page.show_forecast(made_up.view(), last)
    assert [box.itemData(at) for at in range(box.count())] == ["day one", "25%", "50%", "75%"]
    assert box.currentData() == "50%"
    assert page.methods.table.grid.records.rowCount() == len(whole.periods)
    page.methods.table.activated.emit(1)
    assert bare.calls[-1] == ("open_receipt", "bookings", replace(QUESTION, period=whole.periods[1]))


def test_without_a_leading_kpi_the_page_warns(qtbot: QtBot, bare: FakeShell) -> None:
    page = ForecastPage(bare)
    qtbot.addWidget(page)
    page.show_forecast(made_up.view(), None)
    assert page.leading.summary.whole_text() == "▲ none in use"
    assert page.leading.warning.text() == "▲ No leading KPI is in use here."


# --- what if --------------------------------------------------------------------------------------------------------


def test_a_tenth_more_of_a_driver_brings_a_tenth_more_and_too_much_is_refused(page: ForecastPage, qtbot: QtBot) -> None:
    drivers = page.later.drivers
    page.setFocus()
    press(page, qtbot, page, Qt.Key.Key_W)
    assert drivers.is_open
    box = drivers.fields["win_rate"]
    box.setFocus()
    for _ in range(2):
        press(page, qtbot, box, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: not drivers._typing.isActive())
    settle(qtbot, page)
    bookings = drivers.effects.grid.records.rows[0].cells
    assert bookings[2].value == pytest.approx(bookings[1].value * 1.1)
    assert box.text() == "+10%"
    drivers.reset.click()
    qtbot.waitUntil(lambda: not drivers._typing.isActive())
    settle(qtbot, page)
    bookings = drivers.effects.grid.records.rows[0].cells
    assert bookings[2].value == bookings[1].value
    assert not drivers.reset.isEnabled()

    page.later.drivers.set_open(True)
    settle(qtbot, page)
    page.later.try_drivers({"win_rate": 6.0})
    settle(qtbot, page)
    assert "would pass 100%" in page.later.drivers.problem.text()
    page.later.try_drivers({})
    settle(qtbot, page)
    assert not page.later.drivers.problem.isVisible()


def test_a_change_is_read_however_it_is_typed(qtbot: QtBot) -> None:
    for typed, value, shown in (
        ("10", 0.1, "+10%"), ("-15%", -0.15, "−15%"), ("−2,5", -0.025, "−2.5%"), ("+0", 0.0, "0%"),
        ("x", 0.0, "0%"), ("900", 0.9, "+90%"), ("", 0.0, "0%"),
    ):  # fmt: skip
        box = PercentBox(Theme(), "Win rate")
        qtbot.addWidget(box)
        box.selectAll()
        box.del_()
        for letter in typed:
            event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_unknown, Qt.KeyboardModifier.NoModifier, letter)
            QApplication.sendEvent(box, event)
        QTest.keyClick(box, Qt.Key.Key_Return)
        assert math.isclose(box.value(), value), typed
        assert box.text() == shown
        QTest.keyClick(box, Qt.Key.Key_Down)
        assert math.isclose(box.value(), value - 0.05)


# --- forecasts that people give -------------------------------------------------------------------------------------


def test_a_forecast_is_given_and_stays_as_it_was_said(
    qtbot: QtBot, own: FakeShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "backtest", _refuse)
    page = own.pages["forecast"] = opened(qtbot, own)
    page.setFocus()
    press(page, qtbot, page, Qt.Key.Key_S)
    dialog = page.later.dialog
    assert isinstance(dialog, SubmitDialog)
    assert "never changes" in dialog.text.text()
    dialog.commit.setText("3.2m")
    dialog.best.setText("3m")
    dialog.take()
    settle(qtbot, page)
    assert "below the commit" in dialog.problem.text()
    dialog.best.setText("3.9m")
    dialog.note.setText("Two renewals")
    dialog.take()
    settle(qtbot, page)
    assert ("announce", Change.DATA) in own.calls
    first = page.later.given.table.grid.records.rows
    assert [cell.value for cell in first[0].cells[2:4]] == [3_200_000.0, 3_900_000.0]
    assert first[0].cells[7].text == "Two renewals"
    told(qtbot, own, lambda ws: operations.submit(ws, QUESTION.scope, QUESTION.period, 2_900_000.0))
    page.reload()
    settle(qtbot, page)
    rows = page.later.given.table.grid.records.rows
    assert [row.cells[2].value for row in rows] == [2_900_000.0, 3_200_000.0]
    assert rows[1] == first[0]


def test_given_forecasts_say_whose_they_are_and_that_one_was_taken_back() -> None:
    found = made_up.given("A good week")
    assert [row.cells[7].text for row in given_table(found, SETTINGS).rows] == ["A good week",
                                                                              "Taken back. A good week"]  # fmt: skip
    assert [row.cells[6].text for row in given_table(found, SETTINGS).rows] == ["$500K to $700K"] * 2
    assert given_line(found, SETTINGS) == "2 of reps and teams"
    mine = replace(found, submissions=(made_up.submission(scope=QUESTION.scope), *found.submissions))
    assert given_line(mine, SETTINGS) == "commit $500K on 14 Sep 2026 · 2 of single reps and teams"
    assert given_line(replace(found, submissions=()), SETTINGS) == "none yet for Northwind Sales"


# --- private, and the return of a group -----------------------------------------------------------------------------


def test_pay_is_shown_to_nobody_who_did_not_open_it(
    qtbot: QtBot, own: FakeShell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(operations, "backtest", _refuse)
    page = opened(qtbot, own)
    part = page.later.pay
    part.set_open(True)
    settle(qtbot, page)
    assert part.whom.count() > 1
    for name, text in (("base", "61234"), ("variable", "58765"), ("minimum", "50%"), ("accelerators", "100%=2")):
        part.fields[name].setText(text)
    part.keep.click()
    settle(qtbot, page)
    shares = {row.cells[0].text: row.cells[1].value for row in part.table.grid.records.rows}
    assert (shares["0%"], shares["50%"], shares["100%"]) == (0.0, 0.5, 1.0)
    assert shares["120%"] == pytest.approx(1 + 2 * 0.2)
    page.export_to(tmp_path / "forecast.html")
    settle(qtbot, page)
    written = (tmp_path / "forecast.html").read_text("utf-8")
    assert "Forecast" in written
    assert not re.search(r"61[,.]?234|58[,.]?765|61\.2K|58\.8K", written)
    assert not page.picture().isAncestorOf(part)
    page.hide()
    assert not part.is_open
    assert part.fields["base"].text() == part.sentence.text() == ""
    assert part.table.grid.records.rowCount() == part.whom.count() == 0


def test_the_curve_marks_where_the_rep_stands() -> None:
    now = made_up.pay().now
    assert now is not None
    notes = {row.cells[0].text: row.cells[3].text for row in pay_table(now).rows}
    assert (notes["80%"], notes["100%"], notes["90%"]) == ("now", "at target", "")


def test_what_is_typed_is_used_or_refused_and_a_late_answer_dropped(page: ForecastPage, qtbot: QtBot) -> None:
    part = page.later.returns
    part.set_open(True)
    settle(qtbot, page)
    part.group.setCurrentIndex(part.group.findData("role:AE"))
    part.cost.setText("80k")
    part.work_out.click()
    settle(qtbot, page)
    found = told(qtbot, page.shell, lambda ws: operations.sdr_return(ws, "role:AE", monthly_cost=80_000.0))  # type: ignore[arg-type]
    assert (part.sentence.text(), part.even.text()) == (found.sentence, found.even_words)
    assert "no norm" in part.inputs.text()
    page.later._ask_return(WantedReturn("role:AE", "many", ""))
    settle(qtbot, page)
    assert part.problem.isVisible()
    assert not part.sentence.isVisible()

    pay = page.later.pay
    pay.set_open(True)
    settle(qtbot, page)
    pay.fields["base"].setText("much")
    pay.keep.click()
    settle(qtbot, page)
    assert pay.problem.text()
    page.ask(replace(QUESTION, period=shift(QUESTION.period, 1, SETTINGS)))
    settle(qtbot, page)
    assert not pay.is_open
    view = page.view
    assert isinstance(view, ForecastView)
    shown: list[str] = []
    page.later.ask("late", lambda _ws, _asked: "late", shown.append)
    other = replace(view, question=replace(QUESTION, period=shift(QUESTION.period, 2, SETTINGS)))
    page.later.show_view(other, can_submit=False)
    settle(qtbot, page)
    assert shown == []
    page.show_value(Loaded(view, can_submit=True))
    settle(qtbot, page)


# --- other periods and scopes ---------------------------------------------------------------------------------------


def test_of_a_period_that_is_over_it_shows_what_was_said_and_what_came(qtbot: QtBot, shell: FakeShell) -> None:
    before = replace(QUESTION, period=shift(QUESTION.period, -1, SETTINGS))
    page = opened(qtbot, shell, before)
    assert page.view is not None
    assert page.answer.sentence.text().startswith(f"{page.view.won_text} was booked in Q2 2026")
    shown = {part.title.text() for part in folds(page)}
    assert "How sure is that?" not in shown
    assert "Pipeline still to create" not in shown
    assert not page.submit.isVisible()
    assert page.said_card.isVisible()
    for row in page.said.grid.records.rows:
        for text, error in zip(row.cells[1::2], row.cells[2::2], strict=True):
            assert (error.value is None) == (text.text == "—")
    QTest.keyClick(page, Qt.Key.Key_S)
    assert page.later.dialog is None


def test_what_was_said_of_a_period_is_only_what_was_said_of_that_one() -> None:
    found = made_up.backtest(question=replace(QUESTION, period=shift(QUESTION.period, 1, SETTINGS)))
    over = made_up.view(running=False)
    table = said_table(over, found)
    assert [row.cells[0].text for row in table.rows] == ["On day one", "After 25%", "After 50%", "After 75%"]
    assert all(row.cells[1].text == "$600K ($500K to $700K)" for row in table.rows)
    assert not said_table(over, None).rows
    far = replace(QUESTION, period=parse_period("2019-Q1", SETTINGS, SAMPLE_DAY))
    assert not said_table(made_up.view(running=False, question=far), found).rows
    assert len(record_table(found).rows) == len(found.tracks)


def test_any_period_a_rep_and_a_team_have_an_answer(page: ForecastPage, shell: FakeShell, qtbot: QtBot) -> None:
    people = told(qtbot, shell, operations.scopes)
    rep = Scope("rep", people.people[0].name, people.people[0].id)
    for period in ("2026-Q4", "2026-09", "2026"):
        page.ask(Question(parse_period(period, SETTINGS, SAMPLE_DAY), rep))
        settle(qtbot, page)
        assert page.shows_body
        assert " booked" in page.answer.sentence.text()
        assert page.view is not None
        assert (page.view.question.scope, page.view.question.period.key) == (rep, period)
        assert page.submit.isVisible()
    page.ask(replace(QUESTION, as_of=SAMPLE_DAY))
    settle(qtbot, page)
    assert not page.submit.isVisible()  # nothing is said today about an earlier day
    spell = people.memberships[0]
    team = Scope("team", "", spell.team_id)
    asked = replace(QUESTION, scope=team)
    members = {one.person_id for one in people.memberships
               if one.team_id == spell.team_id and one.start <= QUESTION.period.start < one.end}  # fmt: skip
    assert members
    found = {one.id for one in people.people if belongs(Scope("rep", one.name, one.id), asked, people)}
    assert found == members
    assert not belongs(Scope("team", "", spell.team_id + 99), asked, people)


def test_without_deals_it_leads_to_the_import(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "empty.kpidesk"
    with fake_shell(lambda: operations.open_workspace(path, today=SAMPLE_DAY, create=True),
                    close=operations.close) as shell:  # fmt: skip
        page = ForecastPage(shell)
        qtbot.addWidget(page)
        page.ask(QUESTION)
        settle(qtbot, page)
        assert page.state_text().startswith("No deals have been imported yet")


def test_a_paper_written_before_the_check_is_done_has_the_check(
    page: ForecastPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def steps(_workspace: object, asked: Question) -> Generator[Progress, None, Backtest]:
        yield Progress(0, 1, "one")
        return replace(made_up.backtest(), question=asked, tracks=(made_up.track(),))

    assert page.backtest is None
    monkeypatch.setattr(operations, "backtest", steps)
    page.export_to(tmp_path / "forecast.html")
    settle(qtbot, page)
    written = (tmp_path / "forecast.html").read_text("utf-8")
    assert "missed by 7% on median" in written
    assert "6 of 8" in written  # the range held
    assert UNCHECKED not in written


def test_categories_say_that_what_is_won_is_not_in_them(page: ForecastPage) -> None:
    assert page.view is not None
    assert page.categories.summary.text().startswith("Open deals only: Commit $")
    table = categories_table(page.view)
    assert [one.title for one in table.columns] == [
        "Category", "Open deals", "Open only", "With what is won and surer",
    ]  # fmt: skip
    together = table.rows[0].cells[3].value
    assert together == pytest.approx(page.view.won + page.view.categories[0].amount)


def test_a_chance_that_leans_on_all_stages_stands_beside_what_was_won_in_time() -> None:
    view = made_up.view("Offer")
    cells = {one.title: cell.text for one, cell in zip(stages_table(view).columns, stages_table(view).rows[0].cells,
                                                      strict=True)}  # fmt: skip
    assert (cells["Won in time"], cells["Chance used"]) == ("2 of 5", "30%")


# --- by keyboard ----------------------------------------------------------------------------------------------------


@pytest.mark.styled
def test_every_part_is_reached_by_keyboard_and_all_is_written_as_a_paper(
    page: ForecastPage, qtbot: QtBot, tmp_path: Path
) -> None:
    put_in_order(page)
    page.back.setFocus()
    reached: list[QWidget] = []
    for _ in range(24):
        QTest.keyClick(page.focusWidget() or page, Qt.Key.Key_Tab)
        reached.append(page.focusWidget())
    assert reached[:2] == [page.to_pipeline, page.submit]
    arrows = [one for one in dict.fromkeys(reached) if one in [part.arrow for part in folds(page)]]
    assert arrows == [part.arrow for part in sorted(folds(page), key=lambda one: one.mapTo(page.cards, QPoint()).y())]
    for part in folds(page):
        press(page, qtbot, part.arrow, Qt.Key.Key_Right)
        assert part.is_open
        assert not part.summary.isVisible()
        press(page, qtbot, part.arrow, Qt.Key.Key_Left)
        assert not part.is_open

    for name in ("forecast.pdf", "forecast.xlsx"):
        page.export_to(tmp_path / name)
        settle(qtbot, page)
        assert (tmp_path / name).stat().st_size > 1_000
    assert page.shell.toasts[-1] == "Written to forecast.xlsx."  # type: ignore[attr-defined]  # the shell of the test


@pytest.mark.styled
def test_a_wide_row_becomes_narrow_again(qtbot: QtBot) -> None:
    across = Across(Theme(), 200, spread=False)
    across.show_widgets([QWidget() for _ in range(4)])
    around = QScrollArea(widgetResizable=True)
    around.setWidget(across)
    qtbot.addWidget(around)
    for width in (1200, 300):
        around.resize(width, 200)
        around.show()
        QApplication.processEvents()
        assert across.width() == around.viewport().width()
