"""The pages that say why a number changed and compare reps, used with keys on the sample company."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QTableView, QWidget
from pytestqt.qtbot import QtBot

from kpidesk import operations
from kpidesk.core.breakdowns import Field
from kpidesk.core.cause_words import NO_MORE
from kpidesk.core.peers import Peer, PeerGroup
from kpidesk.core.people import ORG, Scope
from kpidesk.core.periods import year_period
from kpidesk.core.term_words import LUCK_ALONE
from kpidesk.ui.main_window import MainWindow
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.pages.compare import ComparePage
from kpidesk.ui.pages.scorecard import ScorecardPage
from kpidesk.ui.pages.trends import TrendsPage
from kpidesk.ui.pages.why import WhyPage
from kpidesk.ui.painting import funnel_plot
from kpidesk.ui.painting.look import look_of
from kpidesk.ui.painting.why_bars import side_of, under_text
from kpidesk.ui.widgets.page_kpi import KpiPage
from tests.conftest import SAMPLE_DAY
from tests.ui.conftest import settled
from tests.ui.leaks import rich_text_leaks
from tests.ui.samples import QUESTION, SETTINGS
from tests.ui.shell import FakeShell, fake_shell

pytestmark = pytest.mark.unstyled

PATIENCE = 20_000


@pytest.fixture
def shell(sample: Path) -> Iterator[FakeShell]:
    with fake_shell(lambda: operations.open_workspace(sample, today=SAMPLE_DAY), close=operations.close) as made:
        yield made


def settle(qtbot: QtBot, shell: FakeShell) -> None:
    qtbot.waitUntil(lambda: not shell.jobs.is_busy, timeout=PATIENCE)


@pytest.fixture
def why(qtbot: QtBot, shell: FakeShell) -> WhyPage:
    made = WhyPage(shell)
    qtbot.addWidget(made)
    made.resize(1068, 714)
    made.show()
    made.open_kpi("win_rate")
    made.ask(replace(QUESTION, period=year_period(2025, SETTINGS)))
    settle(qtbot, shell)
    return made


@pytest.fixture
def compare(qtbot: QtBot, shell: FakeShell) -> ComparePage:
    made = ComparePage(shell)
    qtbot.addWidget(made)
    made.resize(1068, 714)
    made.show()
    made.ask(QUESTION)
    settle(qtbot, shell)
    return made


def test_a_change_stands_in_parts_with_their_sum_and_enter_shows_the_rows(why: WhyPage, shell: FakeShell) -> None:
    assert why.answer is not None
    found = why.answer.found
    assert found.certainty == "real"
    assert why.verdict.text() == found.verdict
    first = why.cards[0].list
    assert first.count() == len(found.splits[0].parts) + 1
    assert first.item(first.count() - 1).text() == f"Together {found.splits[0].total_text}"
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QApplication.clipboard().text().splitlines()
    assert [line.split("\t")[0] for line in copied] == ["Part", *(part.label for part in found.splits[0].parts)]
    QTest.keyClick(first, Qt.Key.Key_Down)
    QTest.keyClick(first, Qt.Key.Key_Return)
    part = first.part()
    assert part is not None
    assert shell.calls[-1] == ("open_receipt", "win_rate", part.question)
    QTest.keyClick(first, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert shell.calls[-1] == ("open_receipt", "win_rate", part.question_before)
    QTest.keyClick(why, Qt.Key.Key_R)
    assert shell.calls[-1] == ("open_receipt", "win_rate", found.question)
    QTest.keyClick(why, Qt.Key.Key_R, Qt.KeyboardModifier.ShiftModifier)
    assert shell.calls[-1] == ("open_receipt", "win_rate", found.question_before)
    assert why.rows_before.text() == f"Those of {found.sides[0]}"
    assert part.text in first.currentItem().text()
    assert rich_text_leaks(why) == []


def test_what_the_page_says_is_written_to_a_file(why: WhyPage, shell: FakeShell, qtbot: QtBot, tmp_path: Path) -> None:
    assert why.answer is not None
    why.export_to(tmp_path / "why.html")
    settle(qtbot, shell)
    assert shell.toasts == ["Written to why.html."]
    found, page = why.answer.found, (tmp_path / "why.html").read_text(encoding="utf-8")
    for split in found.splits:
        assert split.total_text in page
        assert all(text in page for part in split.parts for text in (part.label, part.text, part.now_text))
    assert all(reason.label in page for reason in found.lost)
    assert found.verdict in page


def test_that_it_is_too_early_is_said_once_with_a_button_for_the_parts(why: WhyPage) -> None:
    assert why.answer is not None
    verdict = "Not to be judged yet. Only 1 deal before: too few to tell a change."
    found = replace(why.answer.found, certainty="too early", verdict=verdict, splits=(), bridge=None, whole=False)
    why.show_value(replace(why.answer, found=found))
    shown = " ".join(label.text() for label in (why.verdict, why.after, why.remarks) if label.isVisibleTo(why))
    assert shown.startswith(f"{verdict} What it is made of is shown as soon as")
    assert shown.count("oo few") == 1
    assert "rows" not in shown
    assert (why.parts.text(), why.parts.property("kind")) == ("Show the parts anyway", None)


def held(why: WhyPage) -> tuple[Scope, Scope | None, object]:
    """Whose number is explained, against whose, and which of the other choices is on."""
    assert why.answer is not None
    return why.answer.found.question.scope, why.answer.found.other, why.against.value()


def test_what_luck_explains_has_no_parts_and_the_target_is_one_choice(
    why: WhyPage, shell: FakeShell, qtbot: QtBot
) -> None:
    why.ask(QUESTION)
    settle(qtbot, shell)
    assert why.cards == []
    assert "Within usual variation" in why.verdict.text()
    assert why.after.text() == NO_MORE
    assert LUCK_ALONE not in why.remarks.text(), "it is said once"
    QTest.keyClick(why, Qt.Key.Key_P)
    settle(qtbot, shell)
    assert [card.split.kind for card in why.cards] == ["rate and mix"] * len(why.cards) != []
    assert "no part of it is told apart from luck" in why.after.text()
    assert why.parts.text() == "Hide the parts"
    rep = next(one.value for one in why.others.choices if isinstance(one.value, Scope) and one.value.kind == "rep")
    why.others.chosen.emit(rep)
    settle(qtbot, shell)
    assert why.answer is not None
    assert why.answer.found.other == rep
    assert (why.others.current, why.against.value()) == (rep, None)
    why.open_kpi("win_rate", ORG)
    why.ask(replace(QUESTION, scope=rep))
    settle(qtbot, shell)
    assert (why.answer.found.other, why.answer.found.question.scope) == (ORG, rep)
    why.open_kpi("win_rate", rep)
    settle(qtbot, shell)
    assert held(why) == (rep, None, "previous")  # nobody is held against himself
    why.ask(QUESTION)
    settle(qtbot, shell)
    assert held(why) == (ORG, rep, None)
    why.open_kpi("bookings")
    why.hold_against("target")
    settle(qtbot, shell)
    assert why.answer is not None
    assert why.answer.found.against == "target"
    assert why.against.value() == "target"


def test_a_field_is_chosen_by_a_key_and_stays_chosen_on_other_numbers(
    why: WhyPage, shell: FakeShell, qtbot: QtBot
) -> None:
    assert why.answer is not None
    usual = why.answer.found
    QTest.keyClick(why, Qt.Key.Key_F)
    assert why.by.popup.isVisible()
    typed = QApplication.focusWidget()
    assert typed is not None
    QTest.keyClicks(typed, "forecast cat")
    QTest.keyClick(typed, Qt.Key.Key_Return)
    settle(qtbot, shell)
    found = why.answer.found
    assert found.by is not None
    assert (found.by.name, why.by.accessibleName()) == ("forecast_category", "field to split by: By forecast category")
    assert [card.split.field for card in why.cards[: len(found.splits)]] == [split.field for split in found.splits]
    assert found.splits[0].field == "forecast_category"
    assert {split.field for split in usual.splits} <= {split.field for split in found.splits}
    why.open_kpi("opps_created")
    settle(qtbot, shell)
    assert why.by.accessibleName() == "field to split by: By forecast category"
    assert why.answer.found.kpi.id == "opps_created"
    why.open_kpi("calls_made")  # of activities, which reach the same field by their deal or not at all
    settle(qtbot, shell)
    assert why.answer.found.by is None or why.answer.found.by.name.endswith("forecast_category")
    why.open_kpi("win_rate")
    settle(qtbot, shell)
    assert why.by.accessibleName() == "field to split by: By forecast category"
    why.by.chosen.emit(None)
    settle(qtbot, shell)
    assert (why.by.accessibleName(), why.answer.found) == ("field to split by: By any field", usual)


def test_a_field_that_the_data_lack_gives_way_and_is_named(why: WhyPage, shell: FakeShell, qtbot: QtBot) -> None:
    why.split_by(Field("custom:Tier", "Tier"))
    settle(qtbot, shell)
    assert why.answer is not None
    assert why.answer.found.by is None
    assert f"{why.answer.found.kpi.name} has no Tier to be split by." in why.remarks.text()
    assert why.by.accessibleName() == "field to split by: By any field"


def test_choosing_a_field_shows_the_parts_of_what_may_be_luck_here_alone(
    why: WhyPage, shell: FakeShell, qtbot: QtBot
) -> None:
    why.ask(QUESTION)
    settle(qtbot, shell)
    assert why.answer is not None
    assert why.cards == []
    why.by.chosen.emit(next(one for one in why.answer.found.fields if one.name == "lead_source"))
    settle(qtbot, shell)
    assert why.cards[0].split.field == "lead_source"
    assert why.parts.text() == "Hide the parts"
    why.open_kpi("avg_deal_size")
    settle(qtbot, shell)
    assert (why.cards == []) == (why.answer.found.certainty != "real")
    assert why.by.accessibleName() == "field to split by: By lead source"


def test_from_the_reasons_to_the_deals_and_from_the_page_to_others(why: WhyPage, shell: FakeShell) -> None:
    assert why.answer is not None
    reason = why.answer.found.lost[0]
    why.open_lost(reason)
    assert shell.calls[-1] == ("open_receipt", "win_rate", reason.question)
    QTest.keyClick(why, Qt.Key.Key_C)
    QTest.keyClick(why, Qt.Key.Key_B)
    assert [call for call in shell.calls if call[0] in ("open_compare", "open_breakdown")] == [
        ("open_compare", "win_rate"), ("open_breakdown", "win_rate"),
    ]  # fmt: skip


def test_an_amount_keeps_its_minus_where_a_line_breaks(why: WhyPage) -> None:
    said = [
        label.text() for card in why.cards for label in card.findChildren(PlainLabel) if "offset by" in label.text()
    ]
    assert said != []
    assert not any(re.search("−[^\u2060]", text) for text in said)


def test_a_bar_has_the_side_of_its_direction_and_says_what_was_due(why: WhyPage) -> None:
    assert why.answer is not None
    kpi = why.answer.found.kpi
    assert (side_of(0.1, kpi), side_of(-0.1, kpi), side_of(0, kpi)) == ("good", "bad", "none")
    assert side_of(0.1, replace(kpi, direction="lower")) == "bad"
    assert side_of(0.1, replace(kpi, direction="none")) == "none"
    part = why.answer.found.splits[0].parts[0]
    assert under_text(replace(part, before_text="due $2K", now_text="$1K", rate_text="")) == "$1K, due $2K"


def test_reps_stand_side_by_side_and_the_arrows_go_from_one_to_the_next(compare: ComparePage, shell: FakeShell) -> None:
    assert compare.answer is not None
    found = compare.answer.found
    assert found is not None
    assert compare.sentence.text() == found.sentence
    compare.plot.setFocus()
    passed = []
    for _ in range(3):
        QTest.keyClick(compare.plot, Qt.Key.Key_Right)
        here = compare.plot.peer()
        assert here is not None
        passed.append(here)
    assert [one.size for one in passed] == sorted(one.size for one in passed)
    peer = passed[-1]
    assert compare.reading.text().startswith(f"{peer.name}: {peer.value_text}")
    QTest.keyClick(compare.plot, Qt.Key.Key_Return)
    assert shell.calls[-1] == ("open_receipt", found.kpi.id, peer.question)
    QTest.keyClick(compare.plot, Qt.Key.Key_W)
    asked = ("open_why", found.kpi.id, peer.question, found.question.scope)
    assert shell.calls[-1:] == [asked]
    assert rich_text_leaks(compare) == []


@pytest.mark.styled
def test_the_table_has_everybody_by_name_and_the_picture_is_written(
    compare: ComparePage, shell: FakeShell, qtbot: QtBot, tmp_path: Path
) -> None:
    assert compare.answer is not None
    found = compare.answer.found
    assert found is not None
    QTest.keyClick(compare, Qt.Key.Key_T)
    rows = [peer.name for _, peer in compare.table.records.rows]
    assert rows == [peer.name for peer in found.peers]
    compare.export_to(tmp_path / "reps.svg")
    settle(qtbot, shell)
    assert shell.toasts == ["Written to reps.svg."]
    assert found.groups[0].peers[0].name in (tmp_path / "reps.svg").read_text(encoding="utf-8")


def test_teams_and_one_rep(compare: ComparePage, shell: FakeShell, qtbot: QtBot) -> None:
    compare.compare_by("team")
    settle(qtbot, shell)
    assert compare.answer is not None
    assert compare.answer.found is not None
    assert {peer.scope.kind for peer in compare.answer.found.peers} == {"team"}
    compare.ask(replace(QUESTION, scope=Scope("rep", "Amara Okonkwo", 1)))
    settle(qtbot, shell)
    assert not compare.shows_body
    assert "One rep alone cannot be compared" in compare.state_text()
    team = compare.answer.team
    assert team is not None
    next(one for one in compare.findChildren(QPushButton) if one.text() == f"The team {team.name}").click()
    assert shell.question is not None
    assert shell.question.scope == team


def test_from_the_scorecard_one_key_leads_to_the_reasons_and_on_to_the_reps(
    make_window: Callable[..., MainWindow], sample: Path, qtbot: QtBot
) -> None:
    window = make_window(sample)
    scorecard = window.show_page("scorecard")
    qtbot.waitUntil(lambda: settled(window), timeout=PATIENCE)
    assert isinstance(scorecard, ScorecardPage)
    scorecard.pane.table.setFocus()
    QTest.keyClick(scorecard.pane.table, Qt.Key.Key_Down)
    QTest.keyClick(scorecard.pane.table, Qt.Key.Key_W)
    qtbot.waitUntil(lambda: settled(window), timeout=PATIENCE)
    page = window.pages.page
    assert isinstance(page, WhyPage)
    assert page.answer is not None
    assert page.answer.found.kpi.id == "win_rate"
    page.look_at_year()
    qtbot.waitUntil(lambda: settled(window), timeout=PATIENCE)
    assert page.answer.found.question.period.grain == "year"
    window.open_compare("win_rate")
    qtbot.waitUntil(lambda: settled(window), timeout=PATIENCE)
    assert isinstance(window.pages.page, ComparePage)
    window.pages.page.plot.setFocus()
    QTest.keyClick(window.pages.page.plot, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: settled(window), timeout=PATIENCE)
    assert window.pages.page_id == "why"
    QTest.mouseClick(page.back, Qt.MouseButton.LeftButton)  # the year was asked on the way
    qtbot.waitUntil(lambda: settled(window), timeout=PATIENCE)
    assert window.question is not None
    assert window.question.period.grain == "quarter"
    QTest.mouseClick(page.back, Qt.MouseButton.LeftButton)
    assert window.pages.page_id == "scorecard"
    qtbot.waitUntil(lambda: settled(window), timeout=PATIENCE)


def test_without_any_deals_both_pages_lead_to_the_import(why: WhyPage, compare: ComparePage, shell: FakeShell) -> None:
    assert why.answer is not None
    assert compare.answer is not None
    assert compare.answer.found is not None
    why.show_value(replace(why.answer, found=replace(why.answer.found, as_of=None)))
    compare.show_value(replace(compare.answer, found=replace(compare.answer.found, as_of=None)))
    for page in (why, compare):
        assert not page.shows_body
        assert "No deals have been imported yet" in page.state_text()
        [opens] = [one for one in page.findChildren(QPushButton) if one.text() == "Import an export"]
        QTest.mouseClick(opens, Qt.MouseButton.LeftButton)
        assert shell.calls[-1] == ("show_page", "data")


def group(label: str, names: tuple[str, ...], words: str) -> PeerGroup:
    about: dict[str, Any] = {
        "low": None,
        "high": None,
        "interval_text": "",
        "fair": None,
        "fair_text": "",
        "place_words": "",
    }
    made = [
        Peer(scope=Scope("rep", name, at), name=name, value=0.5, value_text="50%", size=10 + at, sample_text="5 of 10",
             place="inside", question=QUESTION, **about)
        for at, name in enumerate(names, 1)
    ]  # fmt: skip
    return PeerGroup(label, tuple(made), None, "", (), words)


def test_what_holds_for_every_group_is_said_once_and_each_group_names_its_people(compare: ComparePage) -> None:
    assert compare.answer is not None
    assert compare.answer.found is not None
    groups = (group("Closer", ("Ann", "Bo"), "Amounts."), group("Setter", ("Cy", "Di"), "Amounts."),
              group("No role known", ("Zoe",), "Zoe has nobody to compare with."))  # fmt: skip
    compare.words.show_comparison(replace(compare.answer.found, groups=groups, ramping=(), sentence="Amounts."))
    QApplication.processEvents()
    texts = [one.text() for one in compare.words.findChildren(PlainLabel) if not one.isHidden()]
    assert texts.count("Amounts.") == 0  # the sentence above the plot says it
    assert {"Ann and Bo", "Cy and Di", "Zoe has nobody to compare with."} <= set(texts)


@pytest.mark.styled
def test_every_point_of_a_small_group_has_its_name(compare: ComparePage, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    monkeypatch.setattr(funnel_plot, "draw_text", lambda _painter, _rect, text, *_more: written.append(text))
    names = tuple(f"Somebody {number}" for number in range(4))
    crowd = group("Closer", names, "")
    close = tuple(replace(peer, size=100.0 + at, value=0.5) for at, peer in enumerate(crowd.peers))
    assert compare.answer is not None
    assert compare.answer.found is not None
    picture = QImage(700, 400, QImage.Format.Format_ARGB32)
    painter = QPainter(picture)
    around = replace(crowd, peers=close, common=0.5, common_text="50%")
    funnel_plot.paint_funnel(painter, QRectF(0, 0, 700, 400), compare.answer.found, around, look_of(compare.theme))
    painter.end()
    assert set(names) <= set(written)


STATISTICS = re.compile(
    r"\b(percentiles?|standard deviations?|sigma|variances?|intervals?|confidence|significan\w+|Wilson|Poisson|"
    r"Bayes\w*|shr[iu]nk\w*|regress\w*|funnel|quartiles?|distributions?|outliers?|probabilit\w+|hypothes\w+|correlat\w+|"
    r"Kaplan|survival|skew\w*|WAPE|null)\b", re.IGNORECASE,
)  # fmt: skip
EXPLAINED = {
    "median": "half lie below it", "pp": "percentage points", "mix": "it became a larger or smaller share",
    "allowing for luck": "In 95 of 100 cases", "best guess": "the nearer it is taken to that of all",
}  # fmt: skip
"""Terms that a page may have, each with what must then stand on it."""


def said_on(page: QWidget) -> str:
    """Everything that a page says in words."""
    QApplication.processEvents()  # what was just put into a list is shown by then
    labels = (one.text() for one in page.findChildren(QLabel) if one.isVisibleTo(page))
    tables = (one.model() for one in page.findChildren(QTableView) if one.isVisibleTo(page))
    heads = (
        str(model.headerData(at, Qt.Orientation.Horizontal)) for model in tables for at in range(model.columnCount())
    )
    return "\n".join((*labels, *heads))


def fail(error: Exception) -> None:
    raise error


@pytest.mark.parametrize(
    ("kind", "kpi_id"),
    [(WhyPage, "win_rate"), (ComparePage, "sales_cycle_length"), (TrendsPage, "sales_cycle_length")],
)
def test_a_page_about_a_rep_explains_every_term_that_it_has(
    qtbot: QtBot, shell: FakeShell, kind: type[KpiPage] | type[TrendsPage], kpi_id: str
) -> None:
    page = kind(shell)
    qtbot.addWidget(page)
    page.resize(1068, 714)
    page.show()
    page.open_kpi(kpi_id)
    known: list[Any] = []
    shell.jobs.ask("scopes", lambda ws: operations.scopes(ws).find_scope("rep:Leila Haddad"), known.append, fail)
    settle(qtbot, shell)
    page.ask(replace(QUESTION, scope=ORG if kind is ComparePage else known[0]))
    settle(qtbot, shell)
    if isinstance(page, WhyPage):
        page.turn_parts()
        settle(qtbot, shell)
    told = said_on(page)
    assert STATISTICS.findall(told) == []
    assert [term for term, meaning in EXPLAINED.items()
            if re.search(rf"\b{term}\b", told, re.IGNORECASE) and meaning not in told] == []  # fmt: skip
