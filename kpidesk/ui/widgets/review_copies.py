"""Copies of a one-on-one: what they are called, and how they are written."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from PySide6.QtWidgets import QWidget

from kpidesk import operations
from kpidesk.core.review_words import meeting_day
from kpidesk.core.reviews import Sheet
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.widgets.export_dialog import REVIEW_FORMS, ask_where


def ask_copy(parent: QWidget, sheet: Sheet, today: date, *, manager: bool) -> Path | None:
    """Ask for the file of a copy, proposing one named after the meeting; None when left."""
    return ask_where(parent, copy_title(sheet, today, manager=manager), REVIEW_FORMS)


def copy_title(sheet: Sheet, today: date, *, manager: bool) -> str:
    """What a copy is called: "one-on-one Ann Lee 2026-10-03", by the day of the meeting."""
    day = meeting_day(sheet.review) or today
    return f"one-on-one {sheet.rep} {day.isoformat()}{' private' if manager else ''}"


def write_copy(workspace: Workspace, sheet: Sheet, to: Path, *, manager: bool) -> Path:
    """Write the rep's copy of a sheet, or the manager's own; runs on the database thread.

    Raises:
        UserError: the file cannot be written there.
    """
    from kpidesk.ui.painting.document import export_one_on_one_pdf
    from kpidesk.ui.painting.paper_size import usual_paper

    operations.check_export_path(workspace, to)
    if to.suffix.lower() == ".pdf":
        export_one_on_one_pdf(sheet, to, manager=manager, paper=usual_paper())
    else:
        operations.export_one_on_one(sheet, to, manager=manager)
    return to
