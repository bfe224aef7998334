"""The Changes page: what changed in the deals between two days of data, and the history of any of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from kpidesk import operations
from kpidesk.core.changes import Change
from kpidesk.core.deal_changes import MOVES, ChangeList, ChangeRow, DealMove, OtherImport
from kpidesk.core.errors import UserError
from kpidesk.core.fields import KIND_OF_RECORD
from kpidesk.core.formats import day_text
from kpidesk.core.import_history import DataDay
from kpidesk.core.imports import crm_name
from kpidesk.core.people import ORG
from kpidesk.core.scorecards import Question
from kpidesk.core.wording import counted, listed
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.page import Page, PageState
from kpidesk.ui.widgets.change_tiles import ChangeTiles, unrated_words
from kpidesk.ui.widgets.controls import card, row
from kpidesk.ui.widgets.deal_history import DealHistoryView
from kpidesk.ui.widgets.page_parts import button
from kpidesk.ui.widgets.pick_button import PickButton
from kpidesk.ui.widgets.receipt_model import Column, RecordModel
from kpidesk.ui.widgets.receipt_table import TWO_LINES
from kpidesk.ui.widgets.signal_watch import SignalWatch
from kpidesk.ui.widgets.type_ahead import Choice
from kpidesk.ui.widgets.whole_columns import WholeColumns

TYPING_MS = 150
SIDE_WIDTH, PLACE_WIDTH = 160, 170
"""Pixels for what was and is, and for the file and line of a change, so that on a small screen these stand beside what
they prove."""
NO_NUMBER = float("nan")


def _number(value: float | None) -> float:
    return NO_NUMBER if value is None else value


def _sortable(value: str | float | None, text: str) -> str:
    """A value before or after, so that days sort as days: every kind of value as text."""
    return value if isinstance(value, str) else text


def _file(one: ChangeRow) -> str:
    proof = one.proof_after
    return proof.file if proof.line else f"not in {proof.file}"


def _line(one: ChangeRow) -> str:
    return f"line {one.proof_after.line:,}" if one.proof_after.line else ""


DAYS_HINT = (
    "Pushed or pulled in: by how many days. A stage: how long the deal was in the one that it left. Won or lost: how "
    "old the deal was."
)
DAYS_OF: dict[DealMove, tuple[str, str]] = {
    "pushed": ("Days later", "later"), "pulled_in": ("Days earlier", "earlier"),
    "stage_forward": ("Days in stage", "in the stage that it left"),
    "stage_back": ("Days in stage", "in the stage that it left"),
    "won": ("Age in days", "old"), "lost": ("Age in days", "old"),
    "won_lost": ("Age in days", "old"),
}  # fmt: skip
"""What the days of a kind of change are: the title of their column where it lists that kind alone, and of one row."""


def _days(one: ChangeRow) -> str:
    return "" if one.days is None else f"{one.days:,}"


def _days_in_words(one: ChangeRow) -> str:
    """What the days of a row are: "49 days in the stage that it left"."""
    known = DAYS_OF.get(one.kind)
    return "" if one.days is None or known is None else f"{counted(one.days, 'day')} {known[1]}"


COLUMNS: tuple[Column[ChangeRow], ...] = (
    Column("Deal", lambda one: one.name, strong=True, under=Column("Account", lambda one: one.account)),
    Column("Change", lambda one: MOVES[one.kind].label, lambda one: float(list(MOVES).index(one.kind))),
    Column("Before", lambda one: one.before, lambda one: _sortable(one.was, one.before), most=SIDE_WIDTH),
    Column("Now", lambda one: one.after, lambda one: _sortable(one.now, one.after), most=SIDE_WIDTH),
    Column(
        "Amount",
        lambda one: "" if one.amount is None else one.amount_text,
        lambda one: _number(one.amount),
        right=True,
    ),
    Column("Owner", lambda one: one.owner, under=Column("Team", lambda one: one.team)),
    Column("Shown in", _file, most=PLACE_WIDTH, under=Column("Line", _line)),
    Column("Days", _days, lambda one: _number(one.days), right=True, hint=DAYS_HINT, full=_days_in_words),
)


def columns_of(rows: Sequence[ChangeRow], *, one_kind: bool) -> tuple[Column[ChangeRow], ...]:
    """The columns that say something: in a list of one kind its name is left out, and what is empty in every row.

    What is about the same thing stands in one column: a deal over its account, its owner over the team, a file over the
    line, so that all are seen side by side.
    """
    title = DAYS_OF.get(rows[0].kind, ("Days", ""))[0] if one_kind and rows else "Days"
    return tuple(
        replace(column, title=title) if column.title == "Days" else column
        for column in COLUMNS
        if not (one_kind and column.title == "Change") and (not rows or any(column.text(row) for row in rows))
    )


def others_words(others: Sequence[OtherImport]) -> str:
    """What else was imported between the two days, by kind: "Also imported: leads (900 added, 2 changed)"."""
    counts: dict[str, tuple[int, int]] = {}
    for one in others:
        added, updated = counts.get(KIND_OF_RECORD[one.kind].many, (0, 0))
        counts[KIND_OF_RECORD[one.kind].many] = (added + one.added, updated + one.updated)
    told = (f"{many} ({_counts(*count)})" for many, count in counts.items())
    return f"Also imported: {', '.join(told)}" if others else ""


def _counts(added: int, updated: int) -> str:
    told = [f"{count:,} {what}" for count, what in ((added, "added"), (updated, "changed")) if count]
    return ", ".join(told) or "nothing new"


@dataclass(frozen=True, slots=True)
class ChangesView:
    """What the page shows: the changes, or why there are none to tell, and the days to choose from."""

    found: ChangeList | None
    problem: UserError | None
    days: tuple[DataDay, ...]
    newest_import: int = 0


class ChangesPage(Page):
    """Changes between two days of data; a class because pages are widgets. `open_import` says of which import."""

    page_id: ClassVar[str] = "changes"
    title: ClassVar[str] = "Changes"
    depends: ClassVar[Change] = Change.DATA | Change.PEOPLE | Change.SETTINGS
    periods: ClassVar[bool] = False

    def build(self) -> None:
        """Head with the days and the tiles, then the list, then the history of a deal."""
        self._start, self._end = "", ""
        self._kind: DealMove | None = None
        self.view: ChangesView | None = None
        column = QVBoxLayout(self.body)
        column.setContentsMargins(24, 4, 24, 20)
        column.setSpacing(12)
        self.history = DealHistoryView(self.theme)
        self.history.closed.connect(self._back_to_list)
        self.digest = SignalWatch(self.shell, self)
        column.addWidget(self.digest.banner)
        column.addWidget(self._build_head())
        column.addWidget(self._build_list(), 3)
        column.addWidget(self.history, 3)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._typing.timeout.connect(self._filter)

    def _build_head(self) -> QWidget:
        frame, column = card(spacing=12)
        self.days = PlainLabel("", "heading", elide=True)
        self.files = PlainLabel("", "muted", elide=True)
        titles = QVBoxLayout()
        titles.setSpacing(2)
        titles.addWidget(self.days)
        titles.addWidget(self.files)
        self.start = PickButton(self.theme, "Compare with", "calendar")
        self.end = PickButton(self.theme, "What is compared", "calendar")
        self.start.chosen.connect(lambda day: self._compare(start=day))
        self.end.chosen.connect(lambda day: self._compare(end=day))
        self.newest = button("&Newest", self._open_newest, "quiet", "The newest data with those of the day before them")
        head = row(PlainLabel("From", "muted"), self.start, PlainLabel("to", "muted"), self.end, self.newest)
        head.insertLayout(0, titles, 1)
        self.tiles = ChangeTiles(self.theme)
        self.tiles.chosen.connect(self._choose_kind)
        self.others = PlainLabel("", "small", wrap=True)
        column.addLayout(head)
        column.addWidget(self.tiles)
        column.addWidget(self.others)
        return frame

    def _build_list(self) -> QWidget:
        frame, column = card(margins=(1, 12, 1, 8), spacing=10)
        self.search = QLineEdit(placeholderText="Filter changes")
        self.search.setAccessibleName("Filter changes")
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(self.theme.px(260))
        self.search.textChanged.connect(lambda _text: self._typing.start())
        self.count = PlainLabel("", "small")
        self.open_button = button("&History of the deal", self._open_selected, "", "Enter")
        copy = button("&Copy", self._copy, "quiet", "For a spreadsheet")
        head = row(self.search, self.count, None, copy, self.open_button, spacing=10)
        head.setStretch(0, 2)
        head.setContentsMargins(15, 0, 12, 0)
        self.table = WholeColumns(
            RecordModel(COLUMNS), self.theme, name="Changes", stretch=(0,), least=190, height=TWO_LINES,
            empty="No change of this kind here.",
        )  # fmt: skip
        self.table.activated.connect(self._open)
        column.addLayout(head)
        column.addWidget(self.table, 1)
        return frame

    # --- what is asked ---------------------------------------------------------------------------------------------

    def open_import(self, import_id: int, kind: DealMove | None = None) -> None:
        """Show what an import changed, of one kind where one is named."""
        self._start, self._end, self._kind = "", str(import_id), kind
        self.reload()

    def _open_newest(self) -> None:
        self._start, self._end = "", ""
        self.reload()

    def _compare(self, *, start: str = "", end: str = "") -> None:
        """Compare other days; the one that was not chosen stays where it can."""
        found = self.view.found if self.view else None
        if found is None:
            return
        first, last = start or found.start.isoformat(), end or found.end.isoformat()
        self._start, self._end = (first, last) if first < last else (first, "") if start else ("", last)
        self.reload()

    def load(self, workspace: Workspace, question: Question | None) -> Any:
        """The changes of the scope above the page."""
        scope, day = (question.scope, question.as_of) if question is not None else (ORG, None)
        days = tuple(one for one in operations.data_days(workspace) if day is None or one.day <= day)
        try:
            found = operations.changes_between(workspace, self._start, self._end, scope, as_of=day)
        except UserError as error:
            return ChangesView(None, error, days)
        shown = [one.import_id for one in operations.imports(workspace) if one.data_date == found.end]
        return ChangesView(found, None, days, max(shown, default=0))

    # --- what is shown ---------------------------------------------------------------------------------------------

    def show_value(self, value: Any) -> None:
        """Show the changes, or in words why there are none."""
        view: ChangesView = value
        self.view = view
        self.history.hide()
        if view.found is None:
            self._show_problem(view.problem or UserError("Nothing to compare."))
            return
        found = view.found
        self.digest.ask_digest(view.newest_import, self.question)
        self.days.setText(f"{day_text(found.start)} → {day_text(found.end)}")
        crm = crm_name(found.source)
        source = f"{crm}: " if crm else ""
        before, after = (listed(files, 1) for files in (found.start_files, found.end_files))
        self.files.setText(f"{source}{before or 'nothing before'} compared with {after}")
        self._offer_days(view, found)
        kinds = {one.kind for one in found.totals}
        self._kind = self._kind if self._kind in kinds else None
        self.tiles.show_totals(found.totals, self._kind)
        self.tiles.setVisible(bool(found.totals))
        self.others.setText("\n".join(filter(None, (unrated_words(found.totals), others_words(found.others)))))
        self.others.setVisible(bool(self.others.text()))
        self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(False)
        self._filter()

    def _show_problem(self, problem: UserError) -> None:
        can_reset = bool(self._start or self._end)
        if can_reset:
            self.show_state(PageState(problem.problem, problem.advice, "The newest data", self._open_newest))
        else:
            self.show_state(PageState(problem.problem, problem.advice, "Import an export", self._go_to_data))

    def _offer_days(self, view: ChangesView, found: ChangeList) -> None:
        for picker, day in ((self.start, found.start), (self.end, found.end)):
            choices = [Choice(day_text(one.day), one.day.isoformat(), ", ".join(one.files)) for one in view.days]
            picker.offer(choices, day.isoformat(), day_text(day))
        self.newest.setVisible(bool(self._start or self._end))

    def _choose_kind(self, kind: DealMove | None) -> None:
        self._kind = kind
        self._filter()

    def _filter(self) -> None:
        if self.view is None or self.view.found is None:
            return
        every = self.view.found.rows
        rows = every if self._kind is None else tuple(one for one in every if one.kind == self._kind)
        if rows != self.table.records.rows:
            self.table.records.show_rows(rows, columns_of(rows, one_kind=self._kind is not None))
        self.table.records.keep(None, self.search.text())
        shown = self.table.records.rowCount()
        total = counted(len(every), "change")
        words = total if shown == len(every) else f"{shown:,} of {total}"
        self.count.setText(words)
        self.open_button.setEnabled(shown > 0)

    def _copy(self) -> None:
        self.shell.toast(f"{counted(self.table.copy(), 'change')} copied.")

    # --- the history of a deal -------------------------------------------------------------------------------------

    def _open(self, index: QModelIndex) -> None:
        self.open_deal(self.table.records.record(index.row()).deal_id)

    def _open_selected(self) -> None:
        row_number = max(0, self.table.currentIndex().row())
        if row_number < self.table.records.rowCount():
            self.open_deal(self.table.records.record(row_number).deal_id)

    def open_deal(self, deal_id: int) -> None:
        """Show every version of a deal below the list."""
        day = self.question.as_of if self.question is not None else None
        self.shell.jobs.ask(
            "deal-history",
            lambda workspace: operations.deal_history(workspace, deal_id, day),
            self.show_history,
            self.shell.show_error,
        )

    def show_history(self, found: Any) -> None:
        """Show every version of a deal that was asked for; the list and it need the room of the tiles."""
        self.history.show_history(found)
        for widget in (self.tiles, self.others):
            widget.hide()
        self.history.table.setFocus(Qt.FocusReason.OtherFocusReason)
        QTimer.singleShot(0, self, self._scroll_to_deal)  # once the list has the height that is left to it

    def _scroll_to_deal(self) -> None:
        self.table.scrollTo(self.table.currentIndex())

    def _back_to_list(self) -> None:
        found = self.view.found if self.view else None
        self.tiles.setVisible(bool(found and found.totals))
        self.others.setVisible(bool(found and self.others.text()))
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes the history of a deal, Ctrl+F filters."""
        if event.matches(QKeySequence.StandardKey.Cancel) and self.history.isVisible():
            self.history.close_view()
        elif event.matches(QKeySequence.StandardKey.Find):
            self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            super().keyPressEvent(event)
