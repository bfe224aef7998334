"""Write scorecards, trends and one-on-ones to files that others can open."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kpidesk.core.errors import UserError
from kpidesk.core.papers import Paper, to_share

if TYPE_CHECKING:
    from kpidesk.core.reviews import Sheet
    from kpidesk.core.scorecards import Scorecard
    from kpidesk.core.trends import Trend
    from kpidesk.operations.workspace import Workspace

FORMS = (".pdf", ".xlsx", ".html", ".csv", ".png")


def check_export_path(ws: Workspace, to: Path, forms: Sequence[str] = FORMS) -> None:
    """Refuse a path that would overwrite the workspace, a folder, or a form that is not known.

    Raises:
        UserError: saying which.
    """
    from kpidesk.exporting import writing_to

    if to.suffix.lower() not in forms:
        ending = f"one of {', '.join(forms)}" if len(forms) > 1 else forms[0]
        raise UserError(f"'{to.name}' has no known form.", f"End the name with {ending}.")
    with writing_to(to):
        _check_place(ws, to)


def _check_place(ws: Workspace, to: Path) -> None:
    if to.is_dir() or (to.exists() and not to.is_file()):
        raise UserError(f"{to} is not a file.", "Choose a file name.")
    if to.exists() and to.samefile(ws.path):
        raise UserError(f"{to} is the open workspace.", "Choose another file name.")
    if not to.absolute().parent.is_dir():
        raise UserError(f"The folder {to.absolute().parent} does not exist.", "Make it, or choose another.")


def write_file(to: Path, content: bytes) -> None:
    """Write a finished file, such as a painted page: the whole of it, or nothing.

    Raises:
        UserError: it cannot be written there; what stood there before is kept.
    """
    from kpidesk.exporting import write_whole

    write_whole(to, content)


def export_scorecard(card: Scorecard, to: Path) -> None:
    """Write a scorecard as XLSX, HTML or CSV, by the ending of the name."""
    from kpidesk.exporting import write_scorecard

    write_scorecard(card, to)


def export_trend(trend: Trend, to: Path) -> None:
    """Write a trend as XLSX, HTML or CSV, by the ending of the name."""
    from kpidesk.exporting import write_trend

    write_trend(trend, to)


def export_one_on_one(sheet: Sheet, to: Path, *, manager: bool = False) -> None:
    """Write a one-on-one as HTML: the rep's copy, or the manager's with the private notes.

    Raises:
        UserError: the name ends otherwise, or it cannot be written there; what stood there before is kept.
    """
    from kpidesk.exporting import write_one_on_one

    write_one_on_one(sheet, to, manager=manager)


def export_paper(paper: Paper, to: Path, *, private: bool = False) -> None:
    """Write a paper (a pipeline, a forecast, a review) as XLSX, HTML or CSV, by the ending of the name.

    What is the manager's alone stays out of it unless `private`.

    Raises:
        UserError: the name ends otherwise, or it cannot be written there; what stood there before is kept.
    """
    from kpidesk.exporting import write_paper

    write_paper(paper if private else to_share(paper), to)
