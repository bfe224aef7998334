"""A rep's page can be read aloud: nothing on it is said in the words of statistics without being explained."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget
from pytestqt.qtbot import QtBot

from kpidesk import operations
from kpidesk.core.breakdown_paper import breakdown_paper
from kpidesk.core.breakdowns import LUCK, View
from kpidesk.core.cause_words import NO_MORE
from kpidesk.core.luck_words import FOR_LUCK, LUCK_MEANS
from kpidesk.core.people import Scope
from kpidesk.core.scorecards import Question, Row
from kpidesk.core.term_words import LUCK_ALONE, LUCK_AMONG_PARTS, TERMS, terms_unsaid
from kpidesk.core.why_paper import why_paper
from kpidesk.exporting.breakdown_files import breakdown_html
from kpidesk.exporting.breakdown_forms import any_breakdown_text
from kpidesk.exporting.cause_forms import comparison_text, why_text
from kpidesk.exporting.html_form import scorecard_html, trend_html
from kpidesk.exporting.one_on_one_html import one_on_one_html
from kpidesk.exporting.paper_html import paper_html
from kpidesk.exporting.receipt_forms import receipt_text
from kpidesk.exporting.text_form import scorecard_text, trend_text
from kpidesk.ui.pages.breakdown import BreakdownPage
from kpidesk.ui.pages.compare import ComparePage
from kpidesk.ui.pages.pipeline import PipelinePage
from kpidesk.ui.pages.scorecard import ScorecardPage
from kpidesk.ui.pages.trends import TrendsPage
from kpidesk.ui.pages.why import WhyPage
from kpidesk.ui.painting.cells import matrix_lines, second_line
from kpidesk.ui.painting.document import export_comparison, export_paper, export_pdf, export_trend_pdf
from kpidesk.ui.widgets.facts_text import CONFIDENCE_WORDS, change_words, facts_of, luck_of
from tests.conftest import SAMPLE_DAY
from tests.printed import close_up, words_of
from tests.ui.shell import FakeShell, settle, shared_shell, told

pytestmark = pytest.mark.unstyled
STATISTICS = re.compile(
    r"interval|p-value|significan|wilson|newcombe|poisson|95 ?% \w|σ|sigma|\bn ?=|confidence|deviation|variance|"
    r"hypothes|quantile|percentile|standard error|null",
    re.IGNORECASE,
)


def spoken(shown: Row) -> Iterable[str]:
    yield from (shown.sentence, shown.status_words, second_line(shown), change_words(shown), *matrix_lines(shown))
    for pairs in (facts_of(shown, "USD"), luck_of(shown, "USD")):
        yield from (text for pair in pairs for text in pair)


def words_of_page(page: bytes) -> str:
    """What a web page shows, without its style."""
    return html.unescape(re.sub(r"<[^>]*>", " ", page.decode().partition("</style>")[2]))


@pytest.fixture(scope="module")
def ws(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[operations.Workspace]:
    """The sample, which no test changes: what is worked out for one is known in the next."""
    path = Path(shutil.copy(sample_folder / "sample.kpidesk", tmp_path_factory.mktemp("aloud")))
    opened = operations.open_workspace(path, today=SAMPLE_DAY)
    yield opened
    operations.close(opened)


def test_a_reps_page_is_said_without_the_words_of_statistics(ws: operations.Workspace) -> None:
    asked = operations.question(ws, period="2026-Q3", by="rep")
    card = operations.with_luck(ws, operations.scorecard(ws, asked))
    texts = [text for one in card.rows for text in spoken(one)]
    reps = [one.scope for one in card.rows if one.scope.kind == "rep"]
    for rep in reps[:3]:
        sheet = operations.sheet_for(ws, rep, asked.period)
        texts += [sheet.header, *(line.words for line in sheet.lines), *(line.row.sentence for line in sheet.lines)]
        texts += re.sub(r"<(?:style.*?</style|[^>]*)>", " ", one_on_one_html(sheet).decode(), flags=re.S).split("  ")
        texts += [receipt_text(replace(operations.rows(ws, one.row.kpi.id, replace(asked, scope=rep)), rows=()))
                  for one in sheet.lines]  # fmt: skip
    texts += [LUCK_MEANS, *CONFIDENCE_WORDS.values()]
    assert len(texts) > 300
    assert [text for text in texts if STATISTICS.search(text)] == []


@pytest.mark.parametrize("form", ["text", "html", "pdf"])
def test_what_is_printed_explains_its_terms_at_its_foot(ws: operations.Workspace, tmp_path: Path, form: str) -> None:
    """Those of scorecards, trends, breakdowns, comparisons, changes, receipts and one-on-ones, each once."""
    for name, text in printed(ws, form, tmp_path).items():
        whole = close_up(text).casefold()
        luck = LUCK_AMONG_PARTS if close_up(LUCK).casefold() in whole else LUCK_ALONE
        luck = NO_MORE if close_up(NO_MORE).casefold() in whole else luck
        for term, said in (*MEANT.items(), ("Could be luck", luck)):
            has = close_up(term).casefold() in whole.replace(close_up(said).casefold(), "")
            assert whole.count(close_up(said).casefold()) == has, (form, name, term)


MEANT = {
    FOR_LUCK: LUCK_MEANS,
    **{term.capitalize(): said for term, said in TERMS if term in ("too early", "usual range")},
}


def printed(ws: operations.Workspace, form: str, folder: Path) -> dict[str, str]:
    """The words of what can be taken along of a rep's numbers, by what it is."""
    asked = operations.question(ws, period="2026-Q3", by="rep")
    rep = next(one for one in operations.scopes(ws).people if one.name == "Jonah Whitfield")
    own = replace(asked, by="", scope=Scope("rep", rep.name, rep.id))
    card = operations.with_luck(ws, operations.scorecard(ws, own))
    trend = operations.explain_trend(ws, operations.trend(ws, "win_rate", own, 8))
    side_by_side = operations.compare(ws, "win_rate", replace(asked, by=""))
    why = operations.why(ws, "win_rate", own)
    parts = operations.with_changes(ws, operations.pivot(ws, View("win_rate", "lead_source"), own))
    if form == "text":
        receipt = operations.rows(ws, "win_rate", own)
        beside = operations.pivots(ws, View("sales_cycle_length", "lead_source", beside=("win_rate",)), own)
        return {"card": scorecard_text(card), "trend": trend_text(trend), "compared": comparison_text(side_by_side),
                "why": why_text(why), "receipt": receipt_text(receipt), "parts": any_breakdown_text(parts),
                "beside": any_breakdown_text(beside)}  # fmt: skip
    if form == "html":
        sheet = operations.sheet_for(ws, own.scope, own.period)
        pages = {"card": scorecard_html(card), "trend": trend_html(trend), "why": paper_html(why_paper(why)),
                 "sheet": one_on_one_html(sheet), "parts": breakdown_html(parts)}  # fmt: skip
        return {name: words_of_page(page) for name, page in pages.items()}
    export_pdf(card, (), folder / "card.pdf")
    export_trend_pdf(trend, folder / "trend.pdf")
    export_comparison(side_by_side, folder / "compared.pdf")
    export_paper(why_paper(why), folder / "why.pdf")
    export_paper(breakdown_paper(parts), folder / "parts.pdf")
    return {file.stem: words_of(file) for file in folder.glob("*.pdf")}


@pytest.mark.parametrize("kpi_id", ["win_rate", "sales_cycle_length", "bookings"])
def test_what_a_page_shows_of_a_rep_explains_its_terms(held_sample: FakeShell, qtbot: QtBot, kpi_id: str) -> None:
    with shared_shell(held_sample, qtbot) as shell:
        asked = told(qtbot, shell, own_question)
        seen = {}
        for make in (BreakdownPage, WhyPage, TrendsPage, ScorecardPage, PipelinePage, ComparePage):
            page = make(shell)
            qtbot.addWidget(page)
            page.resize(1068, 714)
            page.show()
            if hasattr(page, "open_kpi"):
                page.open_kpi(kpi_id)
            page.ask(asked)
            settle(qtbot, page)
            seen[make.__name__] = " ".join(shown_words(page))
    assert all(seen.values())
    assert [(name, unsaid) for name, text in seen.items() if (unsaid := terms_unsaid((text,)))] == []


def own_question(ws: operations.Workspace) -> Question:
    """What a rep with few deals and many terms is looked at by."""
    rep = next(one for one in operations.scopes(ws).people if one.name == "Jonah Whitfield")
    return replace(operations.question(ws, period="2026-Q3"), scope=Scope("rep", rep.name, rep.id))


def shown_words(page: QWidget) -> Iterable[str]:
    """Every word on a page, in its tables and in what their titles and buttons say when one points at them."""
    for widget in page.findChildren(QWidget):
        if not widget.isVisible():
            continue
        text = getattr(widget, "text", None)
        yield from (text() if callable(text) else "", widget.toolTip())
        if isinstance(widget, QAbstractItemView):
            yield from words_in(widget)


def words_in(view: QAbstractItemView) -> Iterable[str]:
    """What stands in a list or a table, and above its columns."""
    model = view.model()
    columns = range(model.columnCount()) if isinstance(view, QTableView) else range(1)
    for column in columns:
        for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            yield str(model.headerData(column, Qt.Orientation.Horizontal, role) or "")
            yield from (str(model.index(row, column).data(role) or "") for row in range(model.rowCount()))
