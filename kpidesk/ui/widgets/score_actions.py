"""What can be done with one KPI of the scorecard besides looking at it: put it in focus, type its value in."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QMenu, QWidget

from kpidesk import operations
from kpidesk.core.changes import Change
from kpidesk.core.entries import Entry
from kpidesk.core.objectives import MOST_FOCUS, Focus
from kpidesk.core.people import Scope
from kpidesk.core.periods import shift
from kpidesk.core.scorecards import Question, Row
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.messages import plain_button_text
from kpidesk.ui.page import Shell
from kpidesk.ui.widgets.pickers import scope_name

if TYPE_CHECKING:
    from kpidesk.ui.widgets.value_dialog import ValueDialog, ValueInput

FOCUS_ON, NO_FOCUS = "Focus on this", "No longer in focus"
TYPE_VALUE = "Type a value…"


def focus_first(rows: Sequence[Row], focus: Focus) -> tuple[Row, ...]:
    """The rows of a scorecard in their order, those in focus before all others."""
    order = {kpi_id: at for at, kpi_id in enumerate(focus.kpi_ids)}
    return tuple(sorted(rows, key=lambda row: order.get(row.kpi.id, len(order))))


class ScoreActions(QObject):
    """Carries out what is asked for a row; a class because it keeps the dialog and the menu that are open.

    `menu_wanted` asks the page to fill in its own lines before the menu is shown.
    """

    menu_wanted = Signal(object, object)

    def __init__(self, shell: Shell, parent: QWidget) -> None:
        super().__init__(parent)
        self._shell, self._page = shell, parent
        self._numbers = itertools.count(1)
        self.focus = Focus()
        self.scope = Scope("org")
        self.names: dict[str, str] = {}
        self.dialog: ValueDialog | None = None
        self.menu: QMenu | None = None

    def know(self, focus: Focus, scope: Scope, rows: Sequence[Row]) -> None:
        """What is in focus, for which scope, and the KPIs there are."""
        self.focus, self.scope = focus, scope
        self.names = {row.kpi.id: row.kpi.name for row in rows}

    # --- focus ---------------------------------------------------------------------------------------------------

    def toggle_focus(self, about: Row, at: QPoint) -> None:
        """Put a KPI in focus or out of it; with two in focus ask, at a place, which one gives way."""
        chosen = self.focus.kpi_ids
        if about.kpi.id in chosen:
            self._set_focus(tuple(one for one in chosen if one != about.kpi.id))
        elif len(chosen) < MOST_FOCUS:
            self._set_focus((*chosen, about.kpi.id))
        else:
            self._open(self._replacing(about), at)

    def _replacing(self, about: Row) -> QMenu:
        menu = QMenu(self._page)
        menu.setTitle(f"{FOCUS_ON} instead of")
        for old in self.focus.kpi_ids:
            words = f"{FOCUS_ON} instead of {self.names.get(old, old)}"
            menu.addAction(plain_button_text(words), partial(self._replace, old, about.kpi.id))
        return menu

    def _replace(self, old: str, new: str) -> None:
        self._set_focus(tuple(new if one == old else one for one in self.focus.kpi_ids))

    def _set_focus(self, kpi_ids: tuple[str, ...]) -> None:
        scope = self.scope
        self._do(lambda workspace: operations.set_focus(workspace, scope, kpi_ids), self._focused)

    def _focused(self, focus: Focus) -> None:
        whose = scope_name(self.scope, self._shell.settings)
        named = " and ".join(self.names.get(one, one) for one in focus.kpi_ids)
        above = focus.words(self.scope, scope_name(focus.chosen_for, self._shell.settings))
        words = f"{whose} looks at {named} first" if named else f"{whose} has no KPI in focus"
        self._shell.toast(f"{words}, {above}." if above else f"{words}.")
        self._shell.announce(Change.KPIS)

    # --- a longer time -------------------------------------------------------------------------------------------

    def open_longer(self, about: Row, asked: Question) -> None:
        """Show the rows behind the number over a longer time that stands beside one."""
        longer = about.long_question(asked)
        if longer is not None:
            self._shell.open_receipt(about.kpi.id, longer)

    def open_before(self, about: Row, asked: Question) -> None:
        """Show the rows behind the number of the period before."""
        period = shift(about.period, -1, self._shell.settings)
        self._shell.open_receipt(about.kpi.id, replace(asked, period=period))

    # --- values typed in -----------------------------------------------------------------------------------------

    def ask_value(self, about: Row) -> None:
        """Ask for the value of a KPI that is typed in."""
        from kpidesk.ui.widgets.value_dialog import ValueDialog  # no first scorecard waits for it

        dialog = ValueDialog(about, scope_name(about.scope, self._shell.settings), self._page)
        dialog.wanted.connect(self._keep)
        dialog.destroyed.connect(self._forget)
        self.dialog = dialog
        dialog.open()

    def _forget(self) -> None:
        self.dialog = None

    def _keep(self, typed: ValueInput) -> None:
        dialog = self.dialog
        if dialog is None:
            return
        dialog.yes.setEnabled(False)
        self._do(partial(_keep_value, typed=typed), self._kept, dialog.show_error)

    def _kept(self, _entry: Entry) -> None:
        if self.dialog is not None:
            self.dialog.accept()
        self._shell.announce(Change.DATA)

    # --- the menu of a row ---------------------------------------------------------------------------------------

    def open_menu(self, about: Row, at: QPoint) -> None:
        """The menu of a row: what the page itself does with it, then focus and value."""
        menu = QMenu(self._page)
        self.menu_wanted.emit(menu, about)
        menu.addSeparator()
        chosen = self.focus.kpi_ids
        if about.kpi.id in chosen or len(chosen) < MOST_FOCUS:
            words = NO_FOCUS if about.kpi.id in chosen else FOCUS_ON
            menu.addAction(f"{words}\tF", partial(self.toggle_focus, about, at))
        else:
            menu.addMenu(self._replacing(about))
        if about.kpi.is_manual:
            menu.addAction(TYPE_VALUE, partial(self.ask_value, about))
        self._open(menu, at)

    def _open(self, menu: QMenu, at: QPoint) -> None:
        self.menu = menu
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def _do(self, act: Any, done: Any, on_error: Any = None) -> None:
        self._shell.jobs.ask(f"score:{next(self._numbers)}", act, done, on_error or self._shell.show_error)


def _keep_value(workspace: Workspace, *, typed: ValueInput) -> Entry:
    """Read what was typed and keep it; on the database thread."""
    kpi = typed.kpi
    value, answers = operations.read_value(workspace, kpi, typed.value), operations.read_answers(typed.answers)
    return operations.add_entry(workspace, Entry(kpi.id, typed.scope, typed.period, value, typed.evidence, answers))
