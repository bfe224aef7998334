"""Every form that leaves the program says by which definitions its numbers were counted."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication

from kpidesk.core.breakdown_paper import breakdown_paper
from kpidesk.core.breakdowns import PivotTable
from kpidesk.core.papers import foot_texts
from kpidesk.core.scorecards import Scorecard
from kpidesk.core.trends import Break, Trend
from kpidesk.exporting.breakdown_files import breakdown_html, breakdown_xlsx
from kpidesk.exporting.breakdown_forms import breakdown_text
from kpidesk.exporting.csv_form import scorecard_csv, trend_csv
from kpidesk.exporting.html_form import scorecard_html, trend_html
from kpidesk.exporting.json_form import scorecard_json, trend_json
from kpidesk.exporting.text_form import scorecard_text, trend_text
from kpidesk.exporting.xlsx_form import scorecard_xlsx, trend_xlsx
from kpidesk.ui.painting.comparison_page import build_comparison
from kpidesk.ui.painting.look import Look
from kpidesk.ui.painting.scorecard_page import build_document
from kpidesk.ui.painting.trend_page import build_trend_document
from tests.ui import samples
from tests.ui.samples_breakdown import made_up
from tests.ui.samples_causes import made_up_comparison

CODE = "0123456789ab"


def in_workbook(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return book.read("xl/sharedStrings.xml").decode()


CARDS: dict[str, Callable[[Scorecard], object]] = {
    "csv": scorecard_csv, "html": scorecard_html, "json": scorecard_json, "text": scorecard_text,
    "xlsx": lambda card: in_workbook(scorecard_xlsx(card)),
    "page": lambda card: build_document(card, (), 1000, Look()).footer,
}  # fmt: skip
TRENDS: dict[str, Callable[[Trend], object]] = {
    "csv": trend_csv, "html": trend_html, "json": trend_json, "text": trend_text,
    "xlsx": lambda trend: in_workbook(trend_xlsx(trend)),
    "page": lambda trend: build_trend_document(trend, 1000, Look()).footer,
}  # fmt: skip


@pytest.mark.parametrize("form", CARDS)
def test_a_scorecard_names_its_definitions(qapp: QApplication, form: str) -> None:
    assert qapp
    card = samples.scorecard()
    assert CODE in str(CARDS[form](replace(card, definitions=CODE)))
    assert "efinitions 0" not in str(CARDS[form](card))


@pytest.mark.parametrize("form", TRENDS)
def test_a_trend_names_its_definition(qapp: QApplication, form: str) -> None:
    assert qapp
    assert CODE in str(TRENDS[form](replace(samples.trend(), definitions=CODE)))


BREAKDOWNS: dict[str, Callable[[PivotTable], object]] = {
    "html": breakdown_html, "text": breakdown_text, "xlsx": lambda table: in_workbook(breakdown_xlsx(table)),
    "page": lambda table: foot_texts(breakdown_paper(table)),
}  # fmt: skip


@pytest.mark.parametrize("form", BREAKDOWNS)
def test_a_breakdown_names_its_definition(form: str) -> None:
    assert CODE in str(BREAKDOWNS[form](replace(made_up({"Web": 60.0, "Phone": 40.0}), definitions=CODE)))


def test_reps_compared_on_paper_name_the_definition(qapp: QApplication) -> None:
    assert qapp
    found = replace(made_up_comparison(("Ann Lee", "Bo Dahl"), "apart"), definitions=CODE)
    assert CODE in build_comparison(found, 1000, Look()).footer


def test_a_web_page_shows_where_the_definition_changed() -> None:
    trend = samples.trend()
    whole, parted = (trend_html(replace(trend, breaks=breaks)).decode() for breaks in ((), (Break(5, "Definition 2"),)))
    assert "Definition 2" not in whole
    assert ">Definition 2<" in parted
    assert parted.count('<polyline class="line"') == whole.count('<polyline class="line"') + 1


@pytest.mark.parametrize("form", ["html", "text"])
def test_coaching_metrics_stand_under_a_heading_of_their_own(form: str) -> None:
    card = samples.scorecard()
    last = replace(card.rows[-1], kpi=replace(card.rows[-1].kpi, coaching=True))
    told = str(CARDS[form](replace(card, rows=(*card.rows[:-1], last))))
    assert told.index(card.rows[-2].kpi.name) < told.index("Coaching") < told.rindex(last.kpi.name)
    assert "Coaching" not in str(CARDS[form](card))
