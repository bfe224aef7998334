"""Where a page's numbers are to be written, and in which form."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from kpidesk import paths
from kpidesk.core.file_names import file_name
from kpidesk.ui.preferences import FILE_NAME, Preferences

if TYPE_CHECKING:
    from kpidesk.core.papers import PaperSize

FORMS: tuple[tuple[str, str], ...] = (
    (".pdf", "PDF to print or send"),
    (".png", "Picture"),
    (".xlsx", "Excel workbook"),
    (".html", "Web page"),
    (".csv", "Table"),
)
REVIEW_FORMS: tuple[tuple[str, str], ...] = ((".pdf", "PDF to print or send"), (".html", "Web page"))
"""The forms in which a one-on-one leaves."""
PLOT_FORMS: tuple[tuple[str, str], ...] = (*FORMS, (".svg", "Drawing"))
"""The forms in which reps compared leave."""
LIST_FORMS: tuple[tuple[str, str], ...] = ((".xlsx", "Excel workbook"), (".csv", "Table"))
"""The forms in which a list of deals leaves."""


PAPERS: dict[PaperSize, str] = {"A4": "A4", "Letter": "US Letter"}


def ask_where(parent: QWidget, title: str, forms: tuple[tuple[str, str], ...] = FORMS) -> Path | None:
    """Ask for a file in one of some forms, proposing the first of them named after the page; None when left."""
    first = forms[0][0]
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    filters = {name: ending for ending, words in forms for name in _filters(ending, words)}
    at = Path(folder) if folder and Path(folder).is_dir() else Path.home()
    proposed = str(at / file_name(title, first))
    chosen, taken = QFileDialog.getSaveFileName(parent, f"Save {title}", proposed, ";;".join(filters))
    if not chosen:
        return None
    _remember_paper(taken)
    to, ending = Path(chosen), filters.get(taken, first)
    given = to.suffix.lower()
    if given not in dict(forms):
        return to.with_name(to.name + ending)
    # the proposed ending stays in the name when another form is picked in the dialog
    return to.with_suffix(ending) if given == first else to


def _filters(ending: str, words: str) -> list[str]:
    """What a form is called in the dialog; a PDF once for each paper, the usual one first."""
    if ending != ".pdf":
        return [f"{words} (*{ending})"]
    from kpidesk.ui.painting.paper_size import usual_paper  # no first scorecard waits for it

    usual = usual_paper()
    return [_printed(words, size) for size in sorted(PAPERS, key=lambda one: one != usual)]


def _printed(words: str, size: PaperSize) -> str:
    return f"{words}, {PAPERS[size]} (*.pdf)"


def _remember_paper(taken: str) -> None:
    """Print on the paper that was picked, from now on."""
    picked = next((size for size, name in PAPERS.items() if taken.endswith(f", {name} (*.pdf)")), None)
    if picked is not None:
        Preferences(paths.data_folder() / FILE_NAME).paper = picked
