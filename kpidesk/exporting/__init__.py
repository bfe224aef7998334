"""Answers for others: scorecards and trends as workbook, web page and CSV, JSON and text; the sample company."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from kpidesk.core.errors import UserError
from kpidesk.exporting.files import write_whole, writing_to

if TYPE_CHECKING:  # no answer waits for what its signatures alone name
    from kpidesk.core.papers import Paper
    from kpidesk.core.preparations import PrepForm
    from kpidesk.core.reviews import Sheet
    from kpidesk.core.scorecards import Scorecard
    from kpidesk.core.trends import Trend

__all__ = [
    "write_one_on_one",
    "write_paper",
    "write_preparation",
    "write_scorecard",
    "write_trend",
    "write_whole",
    "writing_to",
]
T = TypeVar("T")
NO_FORM = "End the name with .xlsx, .html or .csv."


def write_scorecard(card: Scorecard, to: Path) -> None:
    """Write a scorecard as XLSX, HTML or CSV, by the ending of the name.

    Raises:
        UserError: the ending is another, or the file cannot be written; what stood there before is kept.
    """
    from kpidesk.exporting.csv_form import scorecard_csv
    from kpidesk.exporting.html_form import scorecard_html
    from kpidesk.exporting.xlsx_form import scorecard_xlsx

    _write(card, to, {".xlsx": scorecard_xlsx, ".html": scorecard_html, ".csv": scorecard_csv})


def write_trend(trend: Trend, to: Path) -> None:
    """Write a trend as XLSX, HTML or CSV, by the ending of the name.

    Raises:
        UserError: the ending is another, or the file cannot be written; what stood there before is kept.
    """
    from kpidesk.exporting.csv_form import trend_csv
    from kpidesk.exporting.html_form import trend_html
    from kpidesk.exporting.xlsx_form import trend_xlsx

    _write(trend, to, {".xlsx": trend_xlsx, ".html": trend_html, ".csv": trend_csv})


def write_paper(paper: Paper, to: Path) -> None:
    """Write a paper as XLSX, HTML or CSV, by the ending of the name.

    Raises:
        UserError: the ending is another, or the file cannot be written; what stood there before is kept.
    """
    from kpidesk.exporting.paper_csv import paper_csv
    from kpidesk.exporting.paper_html import paper_html
    from kpidesk.exporting.paper_xlsx import paper_xlsx

    _write(paper, to, {".xlsx": paper_xlsx, ".html": paper_html, ".csv": paper_csv})


def write_one_on_one(sheet: Sheet, to: Path, *, manager: bool = False) -> None:
    """Write a one-on-one as HTML: the rep's copy, or the manager's with the private notes.

    Raises:
        UserError: the ending is another, or the file cannot be written; what stood there before is kept.
    """
    from kpidesk.exporting.one_on_one_html import one_on_one_html

    if to.suffix.lower() != ".html":
        raise UserError(f"'{to.name}' is no form of a one-on-one.", "End the name with .pdf or .html.")
    write_whole(to, one_on_one_html(sheet, manager=manager))


def write_preparation(form: PrepForm, to: Path) -> None:
    """Write a preparation form as HTML or text, by the ending of the name.

    Raises:
        UserError: the ending is another, or the file cannot be written; what stood there before is kept.
    """
    from kpidesk.exporting.preparation_forms import preparation_html, preparation_text

    make = {".html": preparation_html, ".txt": preparation_text}.get(to.suffix.lower())
    if make is None:
        raise UserError(f"'{to.name}' is no form of a preparation.", "End the name with .html or .txt.")
    write_whole(to, make(form))


def _write(answer: T, to: Path, forms: Mapping[str, Callable[[T], bytes]]) -> None:
    """Write an answer in the form of its ending."""
    make = forms.get(to.suffix.lower())
    if make is None:
        raise UserError(f"'{to.name}' has no known form.", NO_FORM)
    write_whole(to, make(answer))
