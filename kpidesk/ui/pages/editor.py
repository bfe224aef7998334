"""The formula page: write a KPI as a form or as text, see at once what it comes to, and keep it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any, ClassVar

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QVBoxLayout

from kpidesk import operations
from kpidesk.core.changes import Change
from kpidesk.core.drafts import KpiChange
from kpidesk.core.errors import UserError
from kpidesk.core.kpis import Kpi
from kpidesk.core.lint_facts import crowded
from kpidesk.core.receipts import Receipt
from kpidesk.core.scorecards import Question
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.kept_place import kept_place
from kpidesk.ui.messages import ask_reason
from kpidesk.ui.page import Page
from kpidesk.ui.widgets.editor_desk import EditorDesk
from kpidesk.ui.widgets.editor_details import missing_words
from kpidesk.ui.widgets.editor_formula import TEXT, TYPED
from kpidesk.ui.widgets.editor_kept import PutBy, check_name, save_kpi, saved_words
from kpidesk.ui.widgets.editor_live import old_definition_words
from kpidesk.ui.widgets.editor_rows import RowsDialog
from kpidesk.ui.widgets.editor_state import NEW, Unfinished, first_kpi, id_of, read_unfinished
from kpidesk.ui.widgets.goal_text import scope_words

TYPING_MS = 150
"""After this rest what the formula comes to is asked for."""


@dataclass(frozen=True, slots=True)
class EditorView:
    """What the page needs to know: the question above it, every KPI, and what was left unfinished."""

    question: Question
    kpis: tuple[Kpi, ...]
    organisation: str
    unfinished: tuple[Unfinished, ...] = ()


class EditorPage(Page):
    """The formula and the fields of one KPI; a class because pages are widgets.

    What is typed and not kept stays with its KPI, also when the window is closed.
    """

    page_id: ClassVar[str] = "editor"
    title: ClassVar[str] = "Formula"
    past_words: ClassVar[str] = "Definitions are those of today."
    depends: ClassVar[Change] = Change.DATA | Change.PEOPLE | Change.KPIS | Change.SETTINGS
    keeps_place: ClassVar[bool] = True

    def build(self) -> None:
        """The desk with its cards; nothing is shown before the KPIs are known."""
        self._view: EditorView | None = None
        self._workspace: Workspace = None
        self._wanted: str | None = None  # the KPI to open as soon as the page is loaded; NEW for a new one
        self.stored: Kpi | None = None
        self._start = first_kpi()
        self._dirty = False
        self._begun_on: date | None = None
        self._check: operations.Check | None = None
        self._values: dict[tuple[str, str], tuple[str, ...]] = {}
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self._ask_draft)
        self._put_by = PutBy(self.shell, self._unfinished, self)
        self.desk = EditorDesk(self.theme)
        self.formula, self.shown, self.details = self.desk.formula, self.desk.shown, self.desk.details
        self.live, self.foot = self.desk.live, self.desk.foot
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.desk)
        self._connect()

    def _connect(self) -> None:
        self.desk.pick.chosen.connect(lambda kpi_id: self.open_kpi(str(kpi_id)))
        self.desk.new.clicked.connect(self.new_kpi)
        self.desk.back.clicked.connect(self._back)
        self.desk.begun.afresh.connect(self.start_afresh)
        self.formula.changed.connect(self._text_changed)
        self.formula.view_chosen.connect(self.show_view)
        self.formula.values_wanted.connect(self._ask_values)
        self.formula.text.completion_wanted.connect(self._complete)
        self.shown.changed.connect(self._edited)
        self.details.changed.connect(self._edited)
        self.live.rows_wanted.connect(self.show_rows)
        self.foot.kept.connect(lambda: self.save("draft"))
        self.foot.used.connect(lambda: self.save("active"))
        self.foot.undone.connect(self.begin_again)

    # --- what is loaded -----------------------------------------------------------------------------------------

    def load(self, workspace: Workspace, question: Question | None) -> Any:
        """Every KPI and what was left unfinished; what the formula comes to is asked for on its own."""
        self._workspace = workspace
        return EditorView(
            question or operations.opening(workspace),
            tuple(entry.kpi for entry in operations.kpis(workspace)),
            operations.settings(workspace).organisation,
            tuple(filter(None, map(read_unfinished, operations.unfinished_kpis(workspace)))),
        )

    def show_value(self, value: Any) -> None:
        """Show the KPI in view, or the one that is to be opened; what is being written stays."""
        view: EditorView = value
        is_first, self._view = self._view is None, view
        if is_first:
            self._put_by.begin(self._workspace, view.unfinished)
            self.shell.jobs.ask("editor:values", operations.values_by_field, self._know_values, self._failed)
        self.shell.jobs.ask("editor:columns", operations.own_columns, self.formula.know_columns, self._failed)
        self.formula.know_kpis(self._other_kpis())
        wanted = self._wanted if self._wanted is not None else NEW if is_first else None
        self._wanted = None
        known = self._known(self.stored.id) if self.stored is not None else None
        if wanted is not None:
            self._open(wanted)
        elif known is not None and known != self.stored and not self._dirty:
            self._open(known.id)
        else:
            # what was changed elsewhere meanwhile, such as the status, must not be undone by keeping what is written
            self.stored, self._start = known, known or self._start
            self._show_head()
            self._ask_check(self.text)

    def _known(self, kpi_id: str) -> Kpi | None:
        kpis = self._view.kpis if self._view is not None else ()
        return next((one for one in kpis if one.id == kpi_id), None)

    def _other_kpis(self) -> tuple[tuple[str, str], ...]:
        """The KPIs that a formula can refer to, by name."""
        kpis = self._view.kpis if self._view is not None else ()
        own = self.stored.id if self.stored is not None else ""
        return tuple(sorted(((one.id, one.name) for one in kpis if one.id != own), key=lambda one: one[1].casefold()))

    def _asked(self) -> Question | None:
        """Scope and period that values are shown for."""
        return self.question or (self._view.question if self._view is not None else None)

    # --- which KPI ----------------------------------------------------------------------------------------------

    @property
    def text(self) -> str:
        """The formula as written."""
        return self.desk.text

    def open_kpi(self, kpi_id: str) -> None:
        """Edit a KPI, also from another page; remembered while the page is still loading."""
        if self._known(kpi_id) is None:
            self._wanted = kpi_id
        elif self.stored is None or self.stored.id != kpi_id:
            self._open(kpi_id)

    def new_kpi(self) -> None:
        """Write a new KPI; one that was begun is taken up again."""
        if self._view is None:
            self._wanted = NEW
        elif self.stored is not None:
            self._open(NEW)

    def begin_again(self) -> None:
        """Forget what was changed and show the KPI as it is kept."""
        if self.stored is not None:
            self._dirty = False
            with kept_place(self):
                self._open(self.stored.id)

    def start_afresh(self) -> None:
        """Put away the new KPI that was begun and show empty fields; the message at the foot brings it back."""
        begun = self._unfinished()
        if begun is None or self.stored is not None:
            return
        self._dirty = False
        self._open(NEW)
        self._put_by.write()
        self.shell.toast("The KPI that you began is put away.", button="Undo", act=lambda: self._take_up(begun))

    def _take_up(self, begun: Unfinished) -> None:
        if (self.stored is None and self._dirty) or self._put_by.has(NEW):
            self.foot.say("Another KPI was begun since. Keep it first, or start afresh.")
            return
        self._put_by.put(begun)
        self._open(NEW)
        self._put_by.write()

    def _open(self, key: str) -> None:
        if (now := self._unfinished()) is not None:
            self._put_by.put(now)
        left = self._put_by.take(key)
        self.stored = self._known(key)
        self._start = self.stored or first_kpi()
        self._dirty = left is not None
        self._begun_on = left.begun_on if left is not None else None
        self._check = None
        dimensions = [one.dimension for one in self._view.kpis] if self._view is not None else []
        self.desk.begin(self.stored, self._start, left, self._other_kpis(), dimensions)
        self._show_head()
        self._ask_check(self.text, rest=0)

    def _show_head(self) -> None:
        self.desk.show_head(self._view.kpis if self._view is not None else (), self.stored)
        self._show_state()

    def _show_state(self) -> None:
        self.desk.show_state(self.stored, dirty=self._dirty)
        missing = missing_words(self.details.missing(), self.desk.formula_lacks(self._check))
        stored, effect = self.stored, ""
        if stored is not None and stored.status != "draft" and self._is_changed():
            effect = old_definition_words(self.shell.today())
        self.foot.show_state(stored, missing, effect, dirty=self._dirty)

    def _is_changed(self) -> bool:
        """Whether the formula is another one than that of the KPI as it is."""
        return self.stored is not None and self._is_counted() and self.stored.formula.strip() != self.text.strip()

    def _is_counted(self) -> bool:
        """Whether a formula is written: the value is neither typed in nor worked out by the program."""
        return self.formula.view != TYPED and not (self._start.builtin and not self._start.is_manual)

    def _back(self) -> None:
        page: Any = self.shell.show_page("goals")
        if page is not None and self.stored is not None:
            page.open_kpi(self.stored.id)

    # --- writing ------------------------------------------------------------------------------------------------

    def show_view(self, view: str) -> None:
        """Turn to the form, the text, or values that are typed in; nothing that was written is lost."""
        if self.desk.turn_to(view, self._start):
            self._edited()
        self._ask_check(self.text)

    def _text_changed(self, text: str) -> None:
        self._edited()
        self._ask_check(text)

    def _edited(self) -> None:
        self._begun_on = self._begun_on if self._dirty else self.shell.today()
        self._dirty = True
        self._put_by.write_soon()
        self.foot.say("")
        self._show_state()

    def _ask_check(self, text: str, rest: int = TYPING_MS) -> None:
        """Check the formula at once, and ask what it comes to as soon as the typing rests."""
        if not self._is_counted():
            self._typing.stop()
            self._check = None
            self.desk.show_uncounted(self._start.sentence)
            self._show_state()
            return
        kpi_id = self._start.id
        self.shell.jobs.ask(
            "editor:check", lambda ws: operations.check_text(ws, text, kpi_id), self._checked, self._failed
        )
        self._typing.start(rest)

    def _checked(self, check: operations.Check) -> None:
        if self._is_about_now(check):
            self._check = check
            self.desk.show_check(check)
            self._show_state()

    def _ask_draft(self) -> None:
        text, question, kpi_id = self.text, self._asked(), self._start.id
        if question is not None:
            self.shell.jobs.ask(
                "editor:draft", lambda ws: operations.draft(ws, text, question, kpi_id), self._drafted, self._failed
            )

    def _drafted(self, draft: operations.Draft) -> None:
        asked = self._asked()
        if self._view is not None and asked is not None and self._is_about_now(draft.check):
            scope = scope_words(asked.scope, self._view.organisation)
            was_other = self.stored is not None and self.stored.version > 1
            self.desk.show_draft(draft, scope, changed=self._is_changed(), recounted=was_other)

    def _is_about_now(self, check: operations.Check) -> bool:
        return self._is_counted() and check.text.strip() == self.text.strip()

    def _failed(self, error: UserError) -> None:
        self.foot.say(str(error))

    # --- what may come next, and the values seen in the data ----------------------------------------------------

    def _complete(self, text: str, position: int) -> None:
        self.formula.text.offer(operations.completions(text, position, dict(self._other_kpis()), self._values))

    def _know_values(self, values: dict[tuple[str, str], tuple[str, ...]]) -> None:
        self._values = values

    def _ask_values(self, table: str, field: str) -> None:
        self.shell.jobs.ask(
            f"editor:values:{table}.{field}",
            lambda ws: operations.values_of(ws, table, field),
            lambda seen: self.formula.form.show_values(table, field, [one.text for one in seen]),
            self._failed,
        )

    # --- the rows -----------------------------------------------------------------------------------------------

    def show_rows(self) -> None:
        """Show the rows behind the newest value: those of the KPI as it is, or of the formula as written."""
        asked, check = self._asked(), self._check
        if asked is None or check is None:
            return
        if self.stored is not None and not self._is_changed():
            self.shell.open_receipt(self.stored.id, asked)
            return
        unit, kind = check.unit or self._start.unit, check.kpi_class or self._start.kpi_class
        kpi = replace(self._start, formula=self.text, builtin="", unit=unit, kpi_class=kind)
        self.shell.jobs.ask(
            "editor:rows", lambda ws: operations.receipt_of(ws, kpi, asked), self._show_receipt, self._failed
        )

    def _show_receipt(self, receipt: Receipt) -> None:
        organisation = self._view.organisation if self._view is not None else ""
        RowsDialog(self.theme, receipt, organisation, self).open()

    # --- keeping ------------------------------------------------------------------------------------------------

    def save(self, status: str) -> None:
        """Keep the KPI as a draft, or take it into use; what is missing is named and marked."""
        missing = [one for one in self.details.missing() if status == "active" or one == "name"]
        lacking = self.desk.formula_lacks(None)
        self.details.mark(missing)
        if missing or lacking:
            self.foot.say(missing_words(missing, lacking))
            self.desk.go_to_missing(missing)
            return
        try:
            kpi = self._to_save(status)
        except UserError as error:
            self._failed(error)
            return
        known = self._view.kpis if self._view is not None else ()
        reason = kpi.reason or ask_reason(self, crowded(known, (kpi,)))
        if reason is None:
            return
        kpi, before = replace(kpi, reason=reason), self.stored
        self.shell.jobs.ask(
            "editor:save",
            lambda ws: save_kpi(ws, kpi, before),
            lambda done: self._saved(done[0], done[1], before),
            self._refused,
            certain=True,
        )

    def _to_save(self, status: str) -> Kpi:
        """The KPI to keep; one that is retired and not taken into use stays retired.

        Raises:
            UserError: a field cannot be read, or there is a KPI of that name.
        """
        kpi = self.desk.written(self._start)
        if self.stored is None:
            kpi = replace(kpi, id=id_of(kpi.name))
        if self.stored is None or self.stored.name != kpi.name:
            check_name(kpi, (one for one in self._view.kpis if one != self.stored) if self._view is not None else ())
        return replace(kpi, status="active" if status == "active" else kpi.status)

    def _refused(self, error: UserError) -> None:
        self._failed(error)
        if self.formula.view == TEXT and self.formula.text.error_place is not None:
            self.formula.text.go_to_error()
        elif self.formula.view != TEXT:
            self.desk.to_top()

    def _saved(self, kpi: Kpi, advice: str, before: Kpi | None) -> None:
        self._dirty = False
        self.desk.begun.hide()
        self.stored = self._start = kpi
        self.formula.allow_typing(can_type=kpi.is_manual)
        self._put_by.write()
        words = f"{saved_words(kpi)} {advice}".rstrip()
        if before is not None and before.status != "draft" and before.formula != kpi.formula:
            words = f"{words} {old_definition_words(self.shell.today())}"
        asked = self._asked()
        if before is not None and before.status != "draft" and asked is not None:
            self.shell.toast(words, button="Undo", act=partial(self._take_back, before, asked))
        elif kpi.status == "active" and asked is not None:
            self.shell.toast(words, button="Set its target", act=lambda: self.shell.open_goal(kpi.id, asked))
        else:
            self.shell.toast(words)
        self.shell.announce(Change.KPIS)

    def _take_back(self, before: Kpi, asked: Question) -> None:
        """Define a KPI as it was before it was changed; what is being written about it meanwhile stays."""
        version = before.version
        self.shell.jobs.ask("editor:back", lambda ws: operations.change_back(ws, before.id, asked, version=version),
                            self._taken_back, self._failed, certain=True)  # fmt: skip

    def _taken_back(self, change: KpiChange) -> None:
        self.shell.toast(f"{change.after.name} is defined as it was.")
        self.shell.announce(Change.KPIS)

    def _unfinished(self) -> Unfinished | None:
        """The KPI as far as it is written and not kept."""
        if not self._dirty:
            return None
        key = self.stored.id if self.stored is not None else NEW
        return Unfinished(key, self.desk.roughly_written(self._start), self.formula.view, self._begun_on)

    def keep(self) -> None:
        """Write down in the workspace what is not kept yet, so that it is there when it is opened again."""
        self._put_by.write()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Undo and redo what was written, also from the form; Ctrl+S keeps it."""
        if event.matches(QKeySequence.StandardKey.Undo):
            self.formula.text.undo()
        elif event.matches(QKeySequence.StandardKey.Redo):
            self.formula.text.redo()
        elif event.matches(QKeySequence.StandardKey.Save):
            self.save("active" if self.stored is not None and self.stored.status == "active" else "draft")
        else:
            super().keyPressEvent(event)
