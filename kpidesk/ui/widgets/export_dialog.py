"""Where a page's numbers are to be written, and in which form."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

FORMS: tuple[tuple[str, str], ...] = (
    (".pdf", "PDF to print or send"),
    (".png", "Picture"),
    (".xlsx", "Excel workbook"),
    (".html", "Web page"),
    (".csv", "Table"),
)
REVIEW_FORMS: tuple[tuple[str, str], ...] = ((".pdf", "PDF to print or send"), (".html", "Web page"))
"""The forms in which a one-on-one leaves."""
LIST_FORMS: tuple[tuple[str, str], ...] = ((".xlsx", "Excel workbook"), (".csv", "Table"))
"""The forms in which a list of deals leaves."""


def file_name(title: str, ending: str) -> str:
    """A file name that every system takes, from a title: `Northwind Sales Q3 2026.pdf`."""
    words = " ".join(re.sub(r"[^\w .-]+", " ", title).split())
    return f"{words[:120].strip('. ') or 'scorecard'}{ending}"


def ask_where(parent: QWidget, title: str, forms: tuple[tuple[str, str], ...] = FORMS) -> Path | None:
    """Ask for a file in one of some forms, proposing the first of them named after the page; None when left."""
    first = forms[0][0]
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    filters = {f"{words} (*{ending})": ending for ending, words in forms}
    at = Path(folder) if folder and Path(folder).is_dir() else Path.home()
    proposed = str(at / file_name(title, first))
    chosen, taken = QFileDialog.getSaveFileName(parent, f"Save {title}", proposed, ";;".join(filters))
    if not chosen:
        return None
    to, ending = Path(chosen), filters.get(taken, first)
    given = to.suffix.lower()
    if given not in dict(forms):
        return to.with_name(to.name + ending)
    # the proposed ending stays in the name when another form is picked in the dialog
    return to.with_suffix(ending) if given == first else to
