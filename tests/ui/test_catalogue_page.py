"""The catalogue driven as a person does: found, ticked, taken into use; variants, figures; files of definitions."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QInputDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from kpidesk import operations, paths
from kpidesk.core.kpis import Benchmark
from kpidesk.core.pack_files import pack_file
from kpidesk.exporting.pack_form import pack_toml
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.pages.catalogue import CataloguePage
from kpidesk.ui.widgets.catalogue_bands import BandStrip
from kpidesk.ui.widgets.catalogue_difference import DifferenceDialog, difference_words
from kpidesk.ui.widgets.catalogue_text import FAMILIES, after_words, axis_of, lacking, taken_words
from tests.ui.history import LAST
from tests.ui.leaks import rich_text_leaks
from tests.ui.samples_data import BOOKINGS, HOSTILE, WIN_RATE
from tests.ui.shell import FakeShell, told, until, workspace_shell

pytestmark = pytest.mark.unstyled

FIRST_FIVE = {"bookings", "win_rate", "avg_deal_size", "sales_cycle_length", "pipeline_created"}
OTHERWISE = "count(deals where won on created_at) / count(deals on created_at)"


@pytest.fixture
def shell(qtbot: QtBot, history_file: Path, tmp_path: Path) -> Iterator[FakeShell]:
    del qtbot
    path = Path(shutil.copy(history_file, tmp_path / "history.kpidesk"))
    with workspace_shell(path, LAST) as made_shell:
        yield made_shell


@pytest.fixture
def page(qtbot: QtBot, shell: FakeShell) -> CataloguePage:
    made = CataloguePage(shell)
    qtbot.addWidget(made)
    shell.pages[made.page_id] = made
    made.resize(1068, 800)
    made.show()
    made.ask(LAST)
    until(qtbot, lambda: made.view is not None)
    return made


def active(qtbot: QtBot, shell: FakeShell) -> set[str]:
    entries = told(qtbot, shell, operations.kpis)
    return {one.kpi.id for one in entries if one.kpi.status == "active"}


def shown(page: CataloguePage) -> list[str]:
    return [one.kpi.id for one in page.cards.cards.shown]


def words(widget: QWidget) -> list[str]:
    QApplication.processEvents()  # what was just added becomes visible
    return [one.whole_text() for one in widget.findChildren(PlainLabel) if one.isVisibleTo(widget)]


def shipped(folder: str) -> dict[str, dict[str, Any]]:
    files = sorted((paths.resources() / folder).glob("*.toml"))
    tables = [tomllib.loads(path.read_text(encoding="utf-8")) for path in files]
    return {table["id"]: table for table in tables}


def test_every_kpi_is_a_card_and_none_of_them_a_widget(page: CataloguePage) -> None:
    known = shipped("kpis")
    assert sorted(shown(page)) == sorted(known)
    assert page.about.text() == f"{len(known)} KPIs"
    assert not page.cards.viewport().findChildren(QWidget)
    assert known[shown(page)[0]]["cluster"] == "pipeline generation"


@pytest.mark.styled
def test_packs_and_filters_narrow_the_cards(page: CataloguePage) -> None:
    known, packs = shipped("kpis"), shipped("packs")
    page.packs.choose("early-company")
    assert shown(page) == packs["early-company"]["kpis"], "in the order of the pack"
    assert page.about.text() == f"{packs['early-company']['why']} 4 KPIs."
    page.packs.setCurrentRow(0)
    page.cluster.choose("retention")
    page.function.choose("finance")
    page.level.choose("team")
    wanted = [one for one, table in known.items() if table["cluster"] == "retention" and "finance" in table["functions"]
              and "team" in table.get("levels", ("team",))]  # fmt: skip
    assert wanted
    assert sorted(shown(page)) == sorted(wanted)
    for box in page.boxes:
        box.choose("")
    page.kind.choose("leading")
    assert sorted(shown(page)) == sorted(
        one for one, table in known.items() if table["indicator"] == "leading" and not table.get("coaching")
    )
    page.kind.choose("")
    page.search.setText("CYCLE percentile")
    assert shown(page) == ["sales_cycle_p80"]
    assert page.detail.name.text() == "Sales cycle length (80th percentile)"
    page.search.setText("nothing is called so")
    assert (shown(page), page.about.text()) == ([], "0 KPIs")


def test_ticked_kpis_are_taken_into_use_together_and_taken_back(
    qtbot: QtBot, page: CataloguePage, shell: FakeShell
) -> None:
    assert not page.take.isEnabled()
    page.packs.choose("early-company")
    place = page.cards.visualRect(page.cards.cards.index(0, 0))
    QTest.mouseClick(page.cards.viewport(), Qt.MouseButton.LeftButton, pos=place.topLeft() + QPoint(20, 20))
    assert page.cards.cards.ticked == {"deals_won"}
    QTest.mouseClick(page.cards.viewport(), Qt.MouseButton.LeftButton, pos=place.topLeft() + QPoint(120, 20))
    assert page.cards.cards.ticked == {"deals_won"}, "a click beside the box only chooses"
    page.cards.select("qualified_opps_created")
    QTest.keyClick(page.cards, Qt.Key.Key_Space)
    page.cards.select("win_rate")
    QTest.keyClick(page.cards, Qt.Key.Key_Space)
    assert page.cards.cards.ticked == {"deals_won", "qualified_opps_created"}, "what is in use cannot be ticked"
    assert page.take.text() == "Take 2 into use"
    assert page.after.text().startswith("That makes 7 for the organisation")
    QTest.mouseClick(page.take, Qt.MouseButton.LeftButton)
    until(qtbot, lambda: bool(shell.toasts))
    assert shell.toasts[-1] == "'Deals won', 'Qualified opportunities created' taken into use."
    assert active(qtbot, shell) == FIRST_FIVE | {"deals_won", "qualified_opps_created"}
    until(qtbot, lambda: not page.cards.cards.ticked)
    assert shell.undo_last is not None
    shell.undo_last()
    until(qtbot, lambda: len(shell.toasts) == 2)
    assert active(qtbot, shell) == FIRST_FIVE


def test_a_kpi_without_an_owner_is_named_and_left_out(qtbot: QtBot, page: CataloguePage, shell: FakeShell) -> None:
    mrr = told(qtbot, shell, lambda ws: operations.find_kpi(ws, "mrr"))
    told(qtbot, shell, lambda ws: operations.save_kpi(ws, replace(mrr, owner="", decision="")))
    page.reload()
    until(qtbot, lambda: any(one.kpi.id == "mrr" and not one.kpi.owner for one in page.cards.cards.entries))
    page.tick(("mrr", "deals_won"))
    page.take_ticked()
    until(qtbot, lambda: bool(shell.toasts))
    assert shell.toasts[-1] == "'Deals won' taken into use. Fill in first: 'MRR' needs a decision and an owner."
    assert active(qtbot, shell) == FIRST_FIVE | {"deals_won"}


def test_the_variants_of_win_rate_stand_side_by_side_with_their_numbers(qtbot: QtBot, page: CataloguePage) -> None:
    page.open_kpi("win_rate")
    until(qtbot, page.detail.family.isVisible)
    assert page.detail.own.text() == "25% in Q2 2026"  # 10 of 40
    assert page.detail.family.text() == "4 numbers go by the name win rate"
    names = [shipped("kpis")[one]["name"] for one in dict(FAMILIES)["Win rate"]]
    assert [one for one in words(page.detail) if one in names[1:]] == names[1:]
    assert "Counted as: deals won ÷ deals won or lost, by the day they closed" in words(page.detail)
    strips = page.detail.findChildren(BandStrip)
    texts = [mark["text"] for mark in shipped("kpis")["win_rate"]["benchmarks"] if "size" not in mark]
    assert strips
    assert set(texts) <= set(words(page.detail))
    assert any("vendor page" in one for one in words(page.detail))
    page.packs.choose("sdr")
    page.search.setText("meeting")
    page.open_kpi("win_rate")
    assert (page.packs.pack, page.search.text()) == (None, ""), "what hides the KPI is lifted"
    assert page.cards.currentIndex().data() == names[0]
    until(qtbot, page.detail.family.isVisible)
    look = next(one for one in page.detail.findChildren(QPushButton) if one.accessibleName() == f"Look at {names[1]}")
    look.click()
    assert page.detail.name.text() == names[1]


def test_what_the_data_cannot_compute_says_what_it_needs_and_how_to_get_it(qtbot: QtBot, page: CataloguePage) -> None:
    page.open_kpi("nps")
    until(qtbot, lambda: not page.shell.jobs.is_busy)
    assert page.detail.data.text().startswith("Needs ")
    assert page.detail.how.isVisible()
    assert not page.detail.own.isVisible()
    assert set(shipped("kpis")["nps"]["mistakes"]) <= set(words(page.detail))
    page.cards.setFocus()
    QTest.keyClick(page, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert page.search.hasFocus()


def test_more_than_seven_at_a_level_are_taken_with_a_reason_only(
    qtbot: QtBot, page: CataloguePage, shell: FakeShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    answers = [("", True), ("The board asks for it", True)]

    def answer(_parent: QWidget, _title: str, text: str) -> tuple[str, bool]:
        asked.append(text)
        return answers.pop(0)

    monkeypatch.setattr(QInputDialog, "getText", answer)
    page.tick(("deals_won", "nrr", "grr"))
    page.take_ticked()
    assert asked[0].startswith("8 KPIs would be in use at org level: with more than five nobody knows which ")
    assert page.cards.cards.ticked == {"deals_won", "nrr", "grr"}, "without a reason nothing happens"
    page.take_ticked()
    until(qtbot, lambda: bool(shell.toasts))
    taken = told(qtbot, shell, lambda ws: operations.find_kpi(ws, "nrr"))
    assert (taken.status, taken.reason, answers) == ("active", "The board asks for it", [])


@pytest.mark.parametrize(("ticked", "wanted"), [((), FIRST_FIVE), (("mrr", "arr"), {"mrr", "arr"})])
def test_definitions_are_saved_for_those_in_use_or_those_ticked(
    qtbot: QtBot, page: CataloguePage, shell: FakeShell, tmp_path: Path, ticked: tuple[str, ...], wanted: set[str]
) -> None:
    page.tick(ticked)
    page.save_to(tmp_path / "ours.kpipack")
    until(qtbot, lambda: bool(shell.toasts))
    table = tomllib.loads((tmp_path / "ours.kpipack").read_text(encoding="utf-8"))
    assert {one["id"] for one in table["kpis"]} == wanted
    assert shell.toasts == [f"{len(wanted)} definitions written to ours.kpipack. Definitions {table['code']}."]


@pytest.fixture
def theirs(qtbot: QtBot, shell: FakeShell, tmp_path: Path) -> Path:
    """A file in which win rate is counted otherwise, bookings is the same and one KPI is new."""
    rate = told(qtbot, shell, lambda ws: operations.find_kpi(ws, "win_rate"))
    same = told(qtbot, shell, lambda ws: operations.find_kpi(ws, "bookings"))
    new = replace(rate, id="north_rate", name=f"North {HOSTILE}")
    path = tmp_path / "theirs.kpipack"
    given = (replace(rate, formula=OTHERWISE, owner="Head of sales"), same, new)
    path.write_text(pack_toml(pack_file(given)), encoding="utf-8")
    return path


def test_a_file_is_shown_field_by_field_and_taken_in_only_with_a_yes(
    qtbot: QtBot, page: CataloguePage, shell: FakeShell, theirs: Path
) -> None:
    page.read_from(theirs)
    until(qtbot, lambda: page.dialog is not None)
    dialog = page.dialog
    assert isinstance(dialog, DifferenceDialog)
    assert difference_words(dialog.changes) == "1 new, 1 changed and 1 the same"
    assert {"How it is counted", OTHERWISE, "Owner", "Head of sales"} <= set(words(dialog))
    assert (dialog.yes.text(), dialog.yes.isEnabled()) == ("Take in 1 KPI", True)
    assert "'Win rate (closed deals)' stays as here unless ticked." in words(dialog)
    assert not dialog.same_set.isVisible()
    assert rich_text_leaks(dialog) == []
    dialog.list.setCurrentRow(next(at for at, one in enumerate(dialog.changes) if one.kind == "new"))
    assert any(one.startswith("New. It comes as a draft") for one in words(dialog))
    dialog.reject()
    until(qtbot, lambda: page.dialog is None)
    assert told(qtbot, shell, lambda ws: operations.find_kpi(ws, "win_rate")).formula != OTHERWISE
    page.read_from(theirs)
    until(qtbot, lambda: page.dialog is not None)
    assert page.dialog is not None
    page.dialog.agree.setChecked(True)
    assert page.dialog.yes.text() == "Take in 2 KPIs"
    QTest.mouseClick(page.dialog.yes, Qt.MouseButton.LeftButton)
    until(qtbot, lambda: page.dialog is None)
    assert shell.toasts[-1] == "2 definitions taken in from theirs.kpipack: 1 in use, 1 not in use."
    taken = told(qtbot, shell, lambda ws: operations.find_kpi(ws, "win_rate"))
    assert (taken.formula, taken.owner, taken.status) == (OTHERWISE, "Head of sales", "active")
    assert told(qtbot, shell, lambda ws: operations.find_kpi(ws, "north_rate")).status == "draft"


@pytest.mark.parametrize(
    ("was", "now", "problem"),
    [("format = 1", "format = 2", "theirs.kpipack was written by a newer version of KPI Desk."),
     ('unit = "percent"', 'unit = "percent"\ncolour = "red"', "no field 'colour'"),
     ("deals where won", "deals where nowhere", "is wrong")],
)  # fmt: skip
def test_a_wrong_file_is_refused_before_anything_is_shown(
    qtbot: QtBot, page: CataloguePage, shell: FakeShell, theirs: Path, was: str, now: str, problem: str
) -> None:
    lines = [one for one in theirs.read_text(encoding="utf-8").splitlines() if not one.startswith("code")]
    theirs.write_text("\n".join(lines).replace(was, now), encoding="utf-8")
    page.read_from(theirs)
    until(qtbot, lambda: bool(shell.errors))
    assert problem in shell.errors[0].problem
    assert page.dialog is None


@pytest.mark.styled
def test_bands_share_one_scale_with_room_at_its_end() -> None:
    marks = (Benchmark("a", "s", low=0.2, high=0.3), Benchmark("b", "s", low=0.25), Benchmark("c", "s"))
    assert axis_of(marks, None) == pytest.approx((0.0, 0.345))
    assert axis_of(marks, 0.4) == pytest.approx((0.0, 0.46))
    assert axis_of((Benchmark("d", "s", low=-20.0, high=10.0),), None) == pytest.approx((-20.0, 14.5))
    assert axis_of(marks[2:], 0.4) is None


@pytest.mark.styled
def test_words_say_when_a_set_grows_too_large_and_what_is_missing() -> None:
    kpis = [replace(BOOKINGS, id=f"kpi{at}", status="active", levels=("org",)) for at in range(5)]
    more = replace(WIN_RATE, id="more", status="draft", levels=("org", "rep"))
    assert after_words([*kpis, more], ()) == ""
    assert after_words([*kpis[:4], more], ("more",)) == ""
    assert after_words([*kpis, more], ("more",)).startswith("That makes 6 for the organisation:")
    assert after_words([*kpis, replace(more, coaching=True)], ("more",)) == ""
    bare = replace(BOOKINGS, objective="", decision="Act", owner=" ")
    assert lacking(bare) == f"'{bare.name}' needs what it is for and an owner"
    assert taken_words("", (bare,)) == f"Fill in first: '{bare.name}' needs what it is for and an owner."
