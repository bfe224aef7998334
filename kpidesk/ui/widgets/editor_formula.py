"""The formula card of the editor: form and text as two views of one formula, with what is wrong in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from kpidesk import operations
from kpidesk.core.formula_form import FormulaForm, MeasureChoices, MeasureForm, OwnColumn
from kpidesk.ui.messages import PlainLabel, restyle
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import Segments, card, row
from kpidesk.ui.widgets.editor_conditions import ConditionLine
from kpidesk.ui.widgets.editor_form import FormulaFormView, ReadOnlyNote
from kpidesk.ui.widgets.editor_text import FormulaText
from kpidesk.ui.widgets.page_parts import Mark, button

View = Literal["form", "text", "manual"]
FORM: View = "form"
TEXT: View = "text"
TYPED: View = "manual"
MORE_THAN_FORM = "The text says more than the six questions can. Change it there; nothing of it is lost."
MISTAKE = "The text has a mistake. The form follows as soon as it is put right."
MANUAL_WORDS = (
    "Nothing is counted: somebody types a value for each scope and period, with its evidence. "
    "Say below in which unit, and between which numbers."
)
BUILT_IN = "The program works this KPI out itself; it has no formula to edit. Its words below can be changed."


class FormulaCard(QWidget):
    """One formula in two views; a class because it is a widget.

    The text is the one truth: an answer in the form changes it at once, and the form shows what it says.
    `changed` carries the new text, `view_chosen` the view, `values_wanted` table and field of a condition.
    """

    changed = Signal(str)
    view_chosen = Signal(str)
    values_wanted = Signal(str, str)

    def __init__(self, theme: Theme, host: QWidget) -> None:
        super().__init__()
        self._view: View = FORM
        self._form: FormulaForm | None = None
        self._shown: FormulaForm | None = None  # what the form was last filled with
        self._formed = ""
        self._why = ""
        self._built_in = False
        self._columns: Mapping[str, Sequence[OwnColumn]] | None = None  # not known before the data were looked at
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        frame, self._column = card(spacing=12)
        outer.addWidget(frame)
        self.switch = Segments((("Form", FORM), ("Text", TEXT), ("Typed in", TYPED)), "Write as")
        self.form = FormulaFormView(theme, self._choices, operations.operators_for)
        self.text = FormulaText(theme, host)
        self.note = ReadOnlyNote()
        self.problem = self._build_problem(theme)
        head = row(PlainLabel("Formula", "heading"), None, self.switch)
        self.typed_words = PlainLabel(MANUAL_WORDS, "muted", wrap=True)
        self._column.addLayout(head)
        for widget in (self.note, self.form, self.text, self.problem, self.typed_words):
            self._column.addWidget(widget)
        self.text.colours.know_tables(frozenset(one.value for one in operations.form_choices(MeasureForm()).tables))
        self.switch.chosen.connect(lambda view: self.view_chosen.emit(str(view)))
        self.form.changed.connect(self._form_changed)
        self.form.values_wanted.connect(self.values_wanted)
        self.text.changed.connect(self.changed)
        self.say("", "")

    def _build_problem(self, theme: Theme) -> QFrame:
        made = QFrame()
        made.setProperty("role", "banner")
        self._sign = Mark(theme, "circle-alert", "bad_ink", 18)
        self.what, self.advice = PlainLabel("", wrap=True), PlainLabel("", wrap=True)
        self.go = button("&Go to it", self.text.go_to_error, "link", "Put the cursor where it is")
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.what)
        words.addWidget(self.advice)
        whole = row(self._sign, self.go, spacing=10)
        whole.insertLayout(1, words, 1)
        whole.setContentsMargins(12, 9, 12, 9)
        made.setLayout(whole)
        restyle(made, "tone", "bad")
        return made

    # --- what is shown ------------------------------------------------------------------------------------------

    @property
    def view(self) -> View:
        """The view in front."""
        return self._view

    def begin(self, text: str, view: View, *, can_type: bool, built_in: bool) -> None:
        """Show another KPI's formula; `can_type`: whether its values may be typed in instead."""
        self._form, self._formed, self._why, self._built_in = None, "", "", built_in
        self.text.begin(text)
        self.say("", "")
        self.switch.setVisible(not built_in)
        self.show_view(view)
        self.allow_typing(can_type=can_type)

    def show_view(self, view: View) -> None:
        """Bring a view to the front; what was typed in the other one stays."""
        self._view = view
        self.switch.set_value(view)
        self.typed_words.setText(BUILT_IN if self._built_in else MANUAL_WORDS)
        self.typed_words.setVisible(view == TYPED or self._built_in)
        self.text.setVisible(view == TEXT and not self._built_in)
        if view == FORM:
            self.text.list.hide()
        self._show_note()
        self._show_problem()

    def allow_typing(self, *, can_type: bool) -> None:
        """Whether values may be typed in instead of counted."""
        self.switch.buttons()[2].setVisible(can_type)
        for made in self.switch.buttons()[:2]:
            made.setVisible(self._view != TYPED or can_type)

    def show_check(self, text: str, form: FormulaForm | None, *, works: bool) -> None:
        """What the form says about a text that was checked; a text that the form made leaves it as it is."""
        if text != self.text.toPlainText() or (text == self._formed and self._form is not None):
            return
        self._form, self._formed = form, text
        self._why = "" if form is not None else MORE_THAN_FORM if works else MISTAKE
        self._show_note()

    def _show_note(self) -> None:
        """The form shows what the text says; where it cannot, the formula and why stand in its place."""
        is_form = self._view == FORM and not self._built_in
        if is_form and self._form is not None and self._form is not self._shown:
            self._shown = self._form
            self.form.show_form(self._form)
        self.form.setVisible(is_form and not self._why)
        self.note.say(self._why if is_form else "", self.text.toPlainText())

    def know_kpis(self, kpis: Sequence[tuple[str, str]]) -> None:
        """The KPIs that can be referred to, as (id, name)."""
        self.form.know_kpis(kpis)

    def know_columns(self, columns: Mapping[str, Sequence[OwnColumn]]) -> None:
        """The columns of the files that no field stands for, by table, which the form offers too."""
        self._columns = columns
        self.form.offer_again()

    def _choices(self, form: MeasureForm) -> MeasureChoices:
        columns = self._columns
        return operations.form_choices(form, None if columns is None else columns.get(form.table, ()))

    def say(self, problem: str, advice: str, place: tuple[int, int] | None = None) -> None:
        """Say what is wrong and mark the place in the text; nothing when all is right."""
        self.what.setText(problem)
        self.advice.setText(advice)
        self.advice.setVisible(bool(advice))
        self._show_problem()
        if place is None:
            self.text.clear_error()
        else:
            self.text.show_error(*place)

    def _show_problem(self) -> None:
        """Below the text; in the form the panel beside it says what is wrong, so that nothing jumps."""
        self.problem.setVisible(bool(self.what.text()) and self._view == TEXT and not self._built_in)

    def unfilled(self) -> ConditionLine | None:
        """The first condition of the form whose value is still to be typed: the formula is not complete."""
        return self.form.unfilled() if self._view == FORM and not self.form.isHidden() else None

    def _form_changed(self, form: FormulaForm) -> None:
        text = operations.text_of(form)
        self._form = self._shown = form
        self._formed = text
        self.text.show_text(text)
        self.changed.emit(text)
