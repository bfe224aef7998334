"""Breakdown: one KPI by any field, by two, or by a field over time; one step from every number to its rows."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QInputDialog, QLineEdit, QVBoxLayout, QWidget

from kpidesk import operations
from kpidesk.core.breakdown_paper import breakdown_paper, side_by_side_paper
from kpidesk.core.breakdowns import BY_PERIOD, MOST_ROWS, Cell, PivotTable, SavedView, View
from kpidesk.core.changes import Change
from kpidesk.core.papers import Paper
from kpidesk.core.scorecards import Question
from kpidesk.core.side_by_side import SideBySide
from kpidesk.core.status import least_rows
from kpidesk.core.wording import capital
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.messages import Banner, PlainLabel
from kpidesk.ui.page import Page
from kpidesk.ui.surroundings import single
from kpidesk.ui.widgets.breakdown_beside import BesideButton
from kpidesk.ui.widgets.breakdown_loading import FORMS, BreakdownAnswer, breakdown_answer, write_shown
from kpidesk.ui.widgets.breakdown_table import BreakdownTable
from kpidesk.ui.widgets.breakdown_text import Show, cell_sentence, remarks, summary
from kpidesk.ui.widgets.controls import Segments, button, card, icon_button, row
from kpidesk.ui.widgets.export_dialog import ask_where
from kpidesk.ui.widgets.pick_button import PickButton
from kpidesk.ui.widgets.type_ahead import Choice, kpi_choices

TOPS = (10, MOST_ROWS, 100)
HINT = "Enter or a click on a number shows its rows. Ctrl+C copies the table."


class BreakdownPage(Page):
    """One KPI in parts; a class because pages are widgets. `open_kpi` says which."""

    page_id: ClassVar[str] = "breakdown"
    title: ClassVar[str] = "Breakdown"
    depends: ClassVar[Change] = Change.EVERYTHING

    def build(self) -> None:
        """Choices above; the sentence, the table, what the cursor is on below."""
        self.answer: BreakdownAnswer | None = None
        self.view = View("", "")
        self.show_as: Show = "value"
        self._numbers = itertools.count(1)
        outer = QVBoxLayout(self.body)
        outer.setContentsMargins(24, 4, 24, 20)
        outer.setSpacing(12)
        outer.addLayout(self._build_choices())
        outer.addLayout(self._build_filter())
        self.problem = Banner()
        outer.addWidget(self.problem)
        self.panel = self._build_card()
        outer.addWidget(self.panel, 1000)
        outer.addStretch(1)
        self._connect()

    def _build_choices(self) -> QHBoxLayout:
        self.kpi = PickButton(self.theme, "KPI", "target", "K")
        self.rows_by = PickButton(self.theme, "rows", "table-properties", "R")
        self.columns_by = PickButton(self.theme, "columns", "table-2", "C")
        self.beside_by = BesideButton(self.theme)
        self.saved = PickButton(self.theme, "saved breakdown", "folder-open", "V")
        self.save = button("Save…", self.ask_name, hint="Keep this breakdown under a name · S")
        self.forget = icon_button(self.theme, "trash-2", "Delete the saved breakdown that is on show", self.delete_view)
        return row(
            self.kpi,
            self.rows_by,
            self.columns_by,
            self.beside_by,
            None,
            self.saved,
            self.forget,
            self.save,
            spacing=10,
        )

    def _build_filter(self) -> QHBoxLayout:
        self.where = QLineEdit(placeholderText="Only where … for example  amount > 10000 and type = 'new'")
        self.where.setAccessibleName("Only where")
        self.where.setClearButtonEnabled(True)
        self.shows = Segments((("Values", "value"), ("Shares", "share"), ("Number", "rows")), "Show")
        self.shows.set_value("value")
        self.tops = Segments([(f"Top {count}", count) for count in TOPS], "Rows")
        self.tops.set_value(MOST_ROWS)
        made = row(self.where, self.tops, self.shows, spacing=10)
        made.setStretch(0, 1)
        return made

    def _build_card(self) -> QWidget:
        frame, column = card(margins=(1, 14, 1, 12), spacing=6)
        self.heading = PlainLabel("", "heading", elide=True)
        self.sentence = PlainLabel("", "muted", wrap=True)
        self.table = BreakdownTable(self.theme)
        self.remarks = PlainLabel("", "small", wrap=True)
        self.reading = PlainLabel("", "small", elide=True)
        self.rows_button = button("Show the rows", self._open_here, kind="link")
        self.copy_button = button("Copy", lambda: self._copied(self.table.copy()), kind="link")
        foot = row(self.reading, self.copy_button, self.rows_button, spacing=12)
        foot.setStretch(0, 1)
        foot.setContentsMargins(17, 0, 17, 0)
        for label in (self.heading, self.sentence, self.remarks):
            label.setContentsMargins(17, 0, 17, 0)
        for widget in (self.heading, self.sentence):
            column.addWidget(widget)
        column.addWidget(self.table, 1000)
        column.addWidget(self.remarks)
        column.addStretch(1)
        column.addLayout(foot)
        return frame

    def _connect(self) -> None:
        self.kpi.chosen.connect(self.open_kpi)
        self.rows_by.chosen.connect(lambda name: self.change(rows_by=name))
        self.columns_by.chosen.connect(lambda name: self.change(columns_by=name))
        self.beside_by.changed.connect(lambda ids: self.change(beside=ids, columns_by=""))
        self.saved.chosen.connect(self.open_view)
        self.where.editingFinished.connect(self._on_where)
        self.tops.chosen.connect(lambda count: self.change(top=count))
        self.shows.chosen.connect(self.show_in)
        self.table.picked.connect(self._on_picked)
        self.table.opened.connect(self.open_rows)
        self.table.copied.connect(self._copied)

    # --- loading ------------------------------------------------------------------------------------------------

    def load(self, workspace: Workspace, question: Question | None) -> Any:
        """The breakdown chosen, of the first KPI and by its most usual field where nothing was chosen yet."""
        return breakdown_answer(workspace, self.view, single(workspace, question))

    def show_value(self, value: Any) -> None:
        """Show a breakdown, or say why there is none."""
        if value is None:
            self.show_state(self._no_kpi("then they can be broken down"))
            return
        answer: BreakdownAnswer = value
        self.answer, self.view = answer, answer.view
        if answer.table is not None and answer.table.as_of is None:
            self.show_state(self._no_deals("its numbers can be broken down"))
            return
        self._show_choices(answer)
        problem = answer.problem
        self.problem.say(f"{problem.problem} {problem.advice}".strip() if problem else "", "watch")
        self.panel.setVisible(answer.table is not None)
        self.table.setVisible(answer.table is not None and bool(answer.table.rows))
        self._show_table(answer.table, waits=True)
        self._ask_changes(answer)

    def _ask_changes(self, answer: BreakdownAnswer) -> None:
        """Find out which parts really changed, after the numbers themselves are on show."""
        table = answer.table
        if table is not None and table.rows and not table.verdicts and answer.side is None:
            self.shell.jobs.ask(
                "breakdown:changes", lambda ws: (answer, operations.with_changes(ws, table)), self._show_changes,
                self.shell.show_error,
            )  # fmt: skip

    def _show_changes(self, found: tuple[BreakdownAnswer, PivotTable]) -> None:
        answer, table = found
        if answer is self.answer:
            self.answer = replace(answer, table=table)
            self._show_table(table, stay=True)

    def _show_choices(self, answer: BreakdownAnswer) -> None:
        view = answer.view
        labels = {one.name: one.label for one in answer.fields}
        kpis = kpi_choices(answer.kpis)
        named = {kpi.id: kpi.name for kpi in answer.kpis}
        self.kpi.offer(kpis, view.kpi_id, named.get(view.kpi_id, view.kpi_id.replace("_", " ").capitalize()))
        fields = [Choice(capital(one.label), one.name, keywords=one.name) for one in answer.fields]
        self.rows_by.offer(fields, view.rows_by, f"By {labels.get(view.rows_by, view.rows_by)}")
        nothing = Choice("No columns", "", "one value for each row", "x")
        over_time = Choice("Over time", BY_PERIOD, f"the last {view.periods} periods", keywords="period trend")
        others = [one for one in fields if one.value != view.rows_by]
        across = {"": "No columns", BY_PERIOD: "Over time"}
        name = across.get(view.columns_by, f"And {labels.get(view.columns_by, view.columns_by)}")
        self.columns_by.offer([nothing, over_time, *others], view.columns_by, name)
        self.beside_by.show_beside(answer.kpis, view.kpi_id, view.beside)
        self._show_saved(answer)
        if self.where.text() != view.where:
            self.where.setText(view.where)
        self.tops.set_value(view.top)

    def _show_saved(self, answer: BreakdownAnswer) -> None:
        choices = [Choice(one.name, one.view, _made_of(one)) for one in answer.saved]
        here = self._saved_here()
        self.saved.offer(choices, here.view if here else None, here.name if here else "Saved")
        self.saved.setVisible(bool(choices))
        self.forget.setVisible(here is not None)

    def _saved_here(self) -> SavedView | None:
        """The saved breakdown that is on show."""
        answer = self.answer
        return next((one for one in answer.saved if one.view == answer.view), None) if answer is not None else None

    def _show_table(self, table: PivotTable | None, *, stay: bool = False, waits: bool = False) -> None:
        side = self.answer.side if self.answer is not None else None
        told = side or table
        listed = remarks(told) if told is not None else ()
        self.heading.setText(told.title if told else "")
        least = least_rows(table.kpi, self.shell.settings) if table else 0
        self.sentence.setText(summary(table, least) if table else "")
        self.remarks.setText("\n".join(f"•  {text}" for text in listed))
        self.remarks.setVisible(bool(listed))
        self.copy_button.setVisible(table is not None and bool(table.rows))
        self.shows.setVisible(table is not None and bool(table.columns))
        many = table is not None and (len(table.rows) > TOPS[0] or table.rows_together > 0)
        self.tops.setVisible(many)
        self.shows.buttons()[1].setVisible(table is not None and table.has_shares)
        if side is not None:
            self.table.show_beside(side, self.shell.settings.minimum_n)
        elif table is not None:
            if self.show_as == "share" and not table.has_shares:
                self.show_as = "value"
                self.shows.set_value("value")
            self.table.show_table(table, self.show_as, least, stay=stay, waits=waits)
        self._on_picked(self.table.current_cell() if table is not None and table.rows else None)

    # --- choices ------------------------------------------------------------------------------------------------

    def open_kpi(self, kpi_id: str) -> None:
        """Break down another KPI, also from another page; remembered while nothing is asked yet."""
        self.change(kpi_id=kpi_id)

    def open_view(self, view: View) -> None:
        """Show a breakdown that was saved."""
        self.view = view
        self.reload()

    def change(self, **parts: Any) -> None:
        """Change what is broken down by what."""
        view = replace(self.view, **parts)
        if view.columns_by == view.rows_by:
            view = replace(view, columns_by="")
        self.view = view
        if self.question is not None:
            self.reload()

    def _on_where(self) -> None:
        if self.where.text().strip() != self.view.where:
            self.change(where=self.where.text().strip())

    def show_in(self, show: Show) -> None:
        """Show values, shares of the whole, or numbers of rows."""
        self.show_as = show
        self.shows.set_value(show)
        if self.answer is not None:
            self._show_table(self.answer.table)

    # --- saved breakdowns ---------------------------------------------------------------------------------------

    def ask_name(self) -> None:
        """Ask under which name this breakdown is to be kept."""
        here = self._saved_here()
        name, agreed = QInputDialog.getText(self, "Save this breakdown", "Name", text=here.name if here else "")
        if agreed and name.strip():
            self.save_as(name)

    def save_as(self, name: str) -> None:
        """Keep this breakdown under a name."""
        asked, view = self.question, self.view
        if asked is not None:
            self._do(lambda ws: operations.save_view(ws, name, view, replace(asked, by="", periods=1)), self._saved)

    def _saved(self, saved: SavedView) -> None:
        self.shell.toast(f"Saved as {saved.name}.")
        self.view = saved.view
        self.reload()

    def delete_view(self) -> None:
        """Forget the saved breakdown that is on show; it can be taken back."""
        here = self._saved_here()
        if here is not None:
            self._do(lambda ws: operations.delete_view(ws, here.name), self._deleted)

    def _deleted(self, gone: SavedView) -> None:
        self.shell.toast(f"{gone.name} deleted.", button="Undo", act=lambda: self.save_as(gone.name))
        self.reload()

    def _do(self, act: Any, done: Any) -> None:
        self.shell.jobs.ask(f"breakdown:{next(self._numbers)}", act, done, self.shell.show_error)

    # --- the number in hand -------------------------------------------------------------------------------------

    def _on_picked(self, cell: Cell | None) -> None:
        table = self.table.table_here() if self.answer is not None and self.answer.table is not None else None
        has_rows = cell is not None and cell.result.value is not None
        hint = HINT if table is not None and table.rows else ""
        self.reading.setText(cell_sentence(table, cell) if cell is not None and table is not None else hint)
        self.rows_button.setVisible(has_rows)

    def _open_here(self) -> None:
        cell = self.table.current_cell()
        if cell is not None:
            self.open_rows(cell)

    def open_rows(self, cell: Cell) -> None:
        """Show the rows behind a number."""
        table = self.table.table_here()
        if table is not None and cell.result.value is not None:
            self.shell.open_receipt(table.kpi.id, cell.question)

    # --- export and keys ----------------------------------------------------------------------------------------

    def to_hand_over(self) -> tuple[str, Paper] | None:
        """What a copy for others is of, by name."""
        shown = self.answer.shown if self.answer is not None and self.shows_body else None
        if isinstance(shown, SideBySide):
            return "this breakdown", side_by_side_paper(shown)
        return ("this breakdown", breakdown_paper(shown)) if shown is not None else None

    def picture(self) -> QWidget:
        """What is copied as a picture: the table with its bars."""
        return self.table

    def export(self) -> None:
        """Ask for a file and write the breakdown to it."""
        shown = self.answer.shown if self.answer is not None else None
        to = ask_where(self, shown.title, FORMS) if shown is not None else None
        if to is not None:
            self.export_to(to)

    def export_to(self, to: Path) -> None:
        """Write the breakdown to a file, in the form that its ending names."""
        shown = self.answer.shown if self.answer is not None else None
        if shown is not None:
            self._write_file(lambda ws: write_shown(ws, shown, to))

    def _copied(self, rows: int) -> None:
        self.shell.toast(f"{rows} rows copied.")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """K, R, C and B open the lists of KPIs, rows, columns and KPIs beside, V the saved ones; S saves, F finds."""
        opened = {Qt.Key.Key_K: self.kpi, Qt.Key.Key_R: self.rows_by, Qt.Key.Key_C: self.columns_by,
                  Qt.Key.Key_B: self.beside_by, Qt.Key.Key_V: self.saved}.get(Qt.Key(event.key()))  # fmt: skip
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if event.matches(QKeySequence.StandardKey.Copy):
            self._copied(self.table.copy())
        elif opened is not None and plain and opened.isVisible():
            opened.open_list()
        elif event.key() == Qt.Key.Key_S and plain:
            self.ask_name()
        elif event.matches(QKeySequence.StandardKey.Find) or (event.key() == Qt.Key.Key_F and plain):
            self.where.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            super().keyPressEvent(event)


def _made_of(saved: SavedView) -> str:
    """A saved breakdown in a few words: "Bookings by lead source"."""
    across = f", {saved.columns_label}" if saved.columns_label else ""
    return f"{saved.kpi_name} by {saved.rows_label}{across}"
