"""What the Data page does beside importing: rejected rows, changes and undo of past imports, and exchange rates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from kpidesk import operations
from kpidesk.core.changes import Change
from kpidesk.core.deal_changes import DealMove
from kpidesk.core.import_history import ImportEntry
from kpidesk.core.imports import UndoEffect
from kpidesk.core.rate_words import added_words
from kpidesk.core.rates import CurrencyInUse, Rate, closed_moved
from kpidesk.core.wording import counted
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.messages import confirm
from kpidesk.ui.page import Shell
from kpidesk.ui.widgets.currencies import CurrenciesCard, TypedRate
from kpidesk.ui.widgets.import_drop import choose_files
from kpidesk.ui.widgets.import_history import HistoryView, undo_question
from kpidesk.ui.widgets.import_report import ReportView


class PastImports(QObject):
    """Answers what is asked of an import in the list; a class because it answers signals.

    `undo_wanted` sends the number and the file of an import that is to be taken back, after the user said so.
    """

    undo_wanted = Signal(int, str)

    def __init__(self, shell: Shell, history: HistoryView, report: ReportView, parent: QWidget) -> None:
        super().__init__(parent)
        self._shell, self._history, self._page = shell, history, parent
        history.rejects_wanted.connect(self.load_rejected)
        for view in (history, report):
            view.undo.connect(self.ask_undo)
            view.save_wanted.connect(self.save_rejected)
            view.changes_wanted.connect(self.show_changes)

    def load_rejected(self, import_id: int) -> None:
        """Show the rows that an import refused."""
        self._shell.jobs.ask(
            "rejects",
            lambda workspace: (import_id, operations.rejected(workspace, import_id)),
            self._show,
            self._shell.show_error,
        )

    def _show(self, answer: tuple[int, Any]) -> None:
        self._history.choose(answer[0])
        self._history.show_rejects(*answer)

    def save_rejected(self, import_id: int) -> None:
        """Write the rows that an import refused to a file of the user's choice."""
        entry = next((one for one in self._history.table.records.rows if one.import_id == import_id), None)
        save_refused(self._shell, self._page, import_id, entry.file if entry is not None else "")

    def show_changes(self, import_id: int, kind: DealMove | None = None) -> None:
        """Go to what an import changed."""
        page: Any = self._shell.show_page("changes")
        if page is not None:
            page.open_import(import_id, kind)

    def ask_undo(self, import_id: int) -> None:
        """Ask whether an import is to be taken back, with what would go."""
        entry = next((one for one in self._history.table.records.rows if one.import_id == import_id), None)
        if entry is not None:
            self._shell.jobs.ask(
                "undo-effect",
                lambda workspace: operations.undo_effect(workspace, import_id),
                partial(self._confirm_undo, entry),
                self._shell.show_error,
            )

    def _confirm_undo(self, entry: ImportEntry, effect: UndoEffect) -> None:
        question, follows = undo_question(entry, effect)
        if confirm(self._page, "Undo an import", question, follows, yes="Undo the import"):
            self.undo_wanted.emit(entry.import_id, entry.file)


def ask_undo_all(page: QWidget, count: int) -> bool:
    """Ask whether all files of a round are to be taken back."""
    what = "both files" if count == 2 else f"all {count:,} files"
    follows = "The workspace is then as it was before them; what other imports showed stays."
    return confirm(page, "Undo imports", f"Undo the import of {what}?", follows, yes="Undo the imports")


class ExchangeRates(QObject):
    """Fills the card of currencies and keeps what is typed there; a class because it answers signals.

    The card is hidden as long as all amounts are in the currency of the workspace.
    """

    def __init__(
        self, shell: Shell, view: CurrenciesCard, parent: QWidget, take_in: Callable[[Sequence[Path]], None]
    ) -> None:
        super().__init__(parent)
        self._shell, self._view = shell, view
        self._about: str | None = None
        view.wanted.connect(self._add)
        view.file_wanted.connect(lambda: take_in(choose_files(parent, "Import exchange rates")))
        view.hide()

    def reload(self, *, is_empty: bool = False) -> None:
        """Look the currencies up again; an empty workspace has none."""
        if is_empty:
            self._view.hide()
            return
        self._shell.jobs.ask("currencies", _currencies, self._show, self._shell.show_error)

    def ask(self, about: str) -> None:
        """Take up the currency that a text names, as soon as the currencies are known."""
        self._about = about
        self.reload()

    def _show(self, answer: tuple[tuple[CurrencyInUse, ...], str]) -> None:
        self._view.show_currencies(*answer)
        self._view.setVisible(bool(answer[0]))
        about, self._about = self._about, None
        if about is not None:
            self._view.ask_rate(about)

    def _add(self, typed: TypedRate) -> None:
        self._shell.jobs.ask("add-rate", lambda workspace: _add(workspace, typed), self._added, self._view.show_error)

    def _added(self, answer: tuple[Rate, str, tuple[date, date] | None]) -> None:
        self._shell.toast(added_words(*answer))
        self._shell.announce(Change.DATA)


def _currencies(workspace: Workspace) -> tuple[tuple[CurrencyInUse, ...], str]:
    return operations.currencies(workspace), operations.settings(workspace).currency


def _add(workspace: Workspace, typed: TypedRate) -> tuple[Rate, str, tuple[date, date] | None]:
    """The new rate, the currency of the workspace, and the days with closed books whose amounts change."""
    before = operations.rates(workspace)
    rate = operations.add_rate(workspace, typed.currency, typed.rate, typed.day, into=typed.into, restate=typed.restate)
    moved = closed_moved(before, operations.rates(workspace))
    return rate, operations.settings(workspace).currency, moved


def save_refused(shell: Shell, parent: QWidget, import_id: int, file: str) -> None:
    """Write the rows of a file that an import refused to a file of the user's choice, to be corrected and imported."""
    proposed = f"{Path(file).stem} rejected.csv" if file else "rejected.csv"
    name, _ = QFileDialog.getSaveFileName(parent, "Save the rejected rows", proposed, "CSV (*.csv)")
    if not name:
        return
    to = Path(name) if Path(name).suffix else Path(f"{name}.csv")
    shell.jobs.ask(
        "save-rejects",
        lambda workspace: operations.save_rejected(workspace, import_id, to),
        lambda count: shell.toast(f"{counted(count, 'rejected row')} saved in {to.name}: correct and import it."),
        shell.show_error,
    )
