"""The hygiene page: how much of the CRM's data is in order, what is not, and the deals to put right."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from kpidesk import operations
from kpidesk.core.changes import Change
from kpidesk.core.file_names import file_name
from kpidesk.core.formats import day_text
from kpidesk.core.hygiene import Hygiene, Refused
from kpidesk.core.people import ORG, UNASSIGNED, Scope
from kpidesk.core.scorecards import Question
from kpidesk.core.wording import counted
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.page import Page, PageState
from kpidesk.ui.widgets.controls import Segments, card, row
from kpidesk.ui.widgets.data_past import save_refused
from kpidesk.ui.widgets.deal_history import DealHistoryView
from kpidesk.ui.widgets.deal_joining import ask_one, say_two
from kpidesk.ui.widgets.export_dialog import LIST_FORMS, ask_where
from kpidesk.ui.widgets.flow_row import Panes
from kpidesk.ui.widgets.hygiene_deals import DealsCard
from kpidesk.ui.widgets.hygiene_list import LOOKED_AT, Part, PartList, parts_by_rep, parts_by_rule
from kpidesk.ui.widgets.hygiene_refused import RefusedCard
from kpidesk.ui.widgets.page_parts import button

By = Literal["rule", "rep"]


class HygienePage(Page):
    """The fix list by rule and by rep; a class because pages are widgets."""

    page_id: ClassVar[str] = "hygiene"
    title: ClassVar[str] = "Data hygiene"
    depends: ClassVar[Change] = Change.DATA | Change.PEOPLE | Change.SETTINGS
    periods: ClassVar[bool] = False

    def build(self) -> None:
        """Head with the score; below it the parts at the left and their deals at the right."""
        self.found: Hygiene | None = None
        self._begins = True
        column = QVBoxLayout(self.body)
        column.setContentsMargins(24, 4, 24, 20)
        column.setSpacing(12)
        self.history = DealHistoryView(self.theme)
        self.history.closed.connect(self._back_to_deals)
        self.refused = RefusedCard(self.theme)
        self.refused.rows_wanted.connect(self._show_refused)
        self.refused.save_wanted.connect(lambda one: save_refused(self.shell, self, one.import_id, one.file))
        column.addWidget(self._build_head())
        column.addWidget(self.refused)
        self.split = Panes(self.theme, 680)
        self.deals = DealsCard(self.theme)
        self.deals.opened.connect(self.open_deal)
        self.deals.copied.connect(lambda count: self.shell.toast(f"{counted(count, 'deal')} copied."))
        self.deals.left.connect(self._back_to_list)
        self.deals.alone_wanted.connect(self._look_at_rep)
        self.deals.one_wanted.connect(partial(ask_one, self.shell, self))
        self.deals.two_wanted.connect(partial(say_two, self.shell))
        self.split.addWidget(self._build_list())
        self.split.addWidget(self.deals)
        self.split.setStretchFactor(1, 1)
        self.split.setSizes([self.theme.px(285), self.theme.px(735)])
        column.addWidget(self.split, 3)
        column.addWidget(self.history, 2)

    def _build_head(self) -> QWidget:
        frame, column = card(spacing=2)
        self.score = PlainLabel("", "heading", wrap=True)
        self.about = PlainLabel("", "muted", elide=True)
        self.each = button("One file per &rep…", self.export_each, "", "A fix list for each rep to work through")
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.score)
        words.addWidget(self.about)
        head = row(self.each)
        head.insertLayout(0, words, 1)
        column.addLayout(head)
        return frame

    def _build_list(self) -> QWidget:
        frame, column = card(margins=(1, 12, 1, 8), spacing=10)
        frame.setMinimumWidth(self.theme.px(285))
        self.by = Segments((("By problem", "rule"), ("By rep", "rep")), "List")
        self.by.set_value("rule")
        self.by.chosen.connect(lambda _value: self._show_parts(None))
        head = row(self.by, None)
        head.setContentsMargins(15, 0, 12, 0)
        self.list = PartList(self.theme)
        self.list.selectionModel().currentRowChanged.connect(lambda _now, _before: self._show_deals())
        self.list.activated.connect(lambda _index: self.deals.begin())
        column.addLayout(head)
        column.addWidget(self.list, 1)
        return frame

    # --- what is shown ---------------------------------------------------------------------------------------------

    def load(self, workspace: Workspace, question: Question | None) -> Any:
        """The fix list of the scope above the page, on the day of the data chosen there."""
        scope, day = (question.scope, question.as_of) if question is not None else (ORG, None)
        return operations.hygiene(workspace, scope, day)

    def entered(self) -> None:
        """The arrow keys go through the parts from the start."""
        self._begins = True
        if self.found is not None and self.shows_body:
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_value(self, value: Any) -> None:
        """Show the fix list, or in words why there is none."""
        found: Hygiene = value
        self.found = found
        self.history.hide()
        if not found.deals:
            self.show_state(self._nothing(found))
            return
        self.score.setText(found.sentence)
        day = f" Data of {day_text(found.as_of)}." if found.as_of is not None else ""
        self.about.setText(LOOKED_AT + day)
        self.refused.show_refused(found.refused)
        self.each.setVisible(len(found.reps) > 1)
        self.each.setEnabled(bool(found.findings))
        self._show_parts(self.list.part)
        if self._begins:
            self._begins = False
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_refused(self, one: Refused) -> None:
        """Go to the rows that an import refused, where they are saved, corrected and imported."""
        page: Any = self.shell.show_page("data")
        if page is not None:
            page.show_refused(one.import_id)

    def _nothing(self, found: Hygiene) -> PageState:
        if found.as_of is None:
            return self._no_deals("what is missing or wrong in it appears")
        if found.scope == ORG:
            return PageState(found.sentence, LOOKED_AT)
        text = f"{LOOKED_AT} None of them belongs to what is chosen above."
        return PageState(found.sentence, text, "All deals", lambda: self.shell.set_scope(ORG))

    def _show_parts(self, chosen: Part | None) -> None:
        if self.found is not None:
            parts = parts_by_rule if self.by.value() == "rule" else parts_by_rep
            self.list.show_parts(parts(self.found), chosen)
            self._show_deals()

    def _show_deals(self) -> None:
        if self.found is not None and self.list.part is not None:
            self.deals.show_part(self.list.part, self.found.findings)

    def _look_at_rep(self) -> None:
        """Choose the rep above the page and list the rules."""
        part = self.list.part
        if part is not None and part.person_id:
            self.by.set_value("rule")
            self.shell.set_scope(scope_of(part))

    # --- the history of a deal -------------------------------------------------------------------------------------

    def open_deal(self, deal_id: int) -> None:
        """Show every version of a deal below the list."""
        day = self.question.as_of if self.question is not None else None
        self.shell.jobs.ask(
            "deal-history",
            lambda workspace: operations.deal_history(workspace, deal_id, day),
            self._show_history,
            self.shell.show_error,
        )

    def _show_history(self, found: Any) -> None:
        self.history.show_history(found)
        self.history.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _back_to_deals(self) -> None:
        self.deals.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _back_to_list(self) -> None:
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- export and keys -------------------------------------------------------------------------------------------

    def export(self) -> None:
        """Ask for a file and write the fix list to it: of the rep that is chosen, else of everybody."""
        if self.found is None or not self.shows_body:
            return
        part = self.list.part
        whose = part.title if part is not None and part.person_id is not None else ""
        to = ask_where(self, f"Fix list · {whose}" if whose else self.found.title, LIST_FORMS)
        if to is not None:
            self.export_to(to)

    def export_to(self, to: Path) -> None:
        """Write the fix list to a file, in the form that its ending names."""
        if self.found is not None:
            part = self.list.part
            scope = self.found.scope if part is None or part.person_id is None else scope_of(part)
            self._write([(scope, to)], f"in {to.name}")

    def export_each(self) -> None:
        """Ask for a folder and write the fix list of each rep to a file of its own there."""
        folder = QFileDialog.getExistingDirectory(self, "A fix list for each rep")
        if folder:
            self.export_each_to(Path(folder))

    def export_each_to(self, folder: Path) -> None:
        """Write a workbook for each rep who has something to fix."""
        if self.found is not None:
            targets = files_of(self.found, folder)
            self._write(targets, f"in {counted(len(targets), 'file')} in {folder.name}")

    def _write(self, targets: Sequence[tuple[Scope, Path]], where: str) -> None:
        day = self.question.as_of if self.question is not None else None

        def write(workspace: Workspace) -> int:
            return sum(
                operations.export_hygiene(workspace, operations.hygiene(workspace, scope, day), to)
                for scope, to in targets
            )

        self.shell.jobs.ask(
            "export",
            write,
            lambda count: self.shell.toast(f"{counted(count, 'deal')} to fix written {where}."),
            self.shell.show_error,
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes the history of a deal, Ctrl+F finds a deal."""
        if event.matches(QKeySequence.StandardKey.Cancel) and self.history.isVisible():
            self.history.close_view()
        elif event.matches(QKeySequence.StandardKey.Find):
            self.deals.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            super().keyPressEvent(event)


def scope_of(part: Part) -> Scope:
    """Whose deals the part of a rep holds."""
    return Scope("rep", part.title, part.person_id) if part.person_id else UNASSIGNED


def files_of(found: Hygiene, folder: Path) -> list[tuple[Scope, Path]]:
    """A file for every rep with something to fix; reps of one name get files of different names."""
    day = f" {found.as_of.isoformat()}" if found.as_of is not None else ""
    taken: set[str] = set()
    targets = []
    for part in parts_by_rep(found)[1:]:
        if part.state == "broken":
            name = file_name(f"Fix list {part.title}{day}", ".xlsx")
            if name.casefold() in taken:
                name = file_name(f"Fix list {part.title} {part.person_id}{day}", ".xlsx")
            taken.add(name.casefold())
            targets.append((scope_of(part), folder / name))
    return targets
