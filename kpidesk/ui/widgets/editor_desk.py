"""The cards of the editor: formula, how it is shown, what makes it a KPI, what it comes to, and the foot."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kpidesk import operations
from kpidesk.core.errors import UserError
from kpidesk.core.kpis import MANUAL, Kpi, Unit
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import card, row
from kpidesk.ui.widgets.editor_answers import FIRST_FORM
from kpidesk.ui.widgets.editor_begun import BegunNote
from kpidesk.ui.widgets.editor_details import DetailsCard
from kpidesk.ui.widgets.editor_foot import Foot
from kpidesk.ui.widgets.editor_formula import FORM, TEXT, TYPED, FormulaCard, View
from kpidesk.ui.widgets.editor_live import LivePanel, unfilled_words
from kpidesk.ui.widgets.editor_shown import ShownCard
from kpidesk.ui.widgets.editor_state import Unfinished
from kpidesk.ui.widgets.goal_text import STATUS_WORDS
from kpidesk.ui.widgets.page_parts import Column, button, fill
from kpidesk.ui.widgets.pick_button import PickButton
from kpidesk.ui.widgets.type_ahead import Choice

LIVE_WIDTH = 344
NARROW = 960
"""Below this width the live panel moves under the formula."""
AROUND = 24
"""Pixels that are to be seen above and below a field to which the page goes."""
UNBOUNDED = 16_777_215
Kpis = Sequence[tuple[str, str]]


class EditorDesk(QWidget):
    """Everything the editor shows, and the KPI as it stands in its fields; a class because it is a widget."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._chose_unit = self._chose_direction = False
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 4, 24, 16)
        column.setSpacing(12)
        column.addLayout(self._build_head())
        self.begun = BegunNote()
        column.addWidget(self.begun)
        self._middle = QHBoxLayout()
        self._middle.setSpacing(12)
        self._middle.addWidget(self._build_left(), 1)
        self._middle.addWidget(self._build_right())
        column.addLayout(self._middle, 1)
        self.foot = Foot()
        column.addWidget(self.foot)
        self.shown.unit.picked.connect(self._unit_chosen)
        self.shown.direction.picked.connect(self._direction_chosen)

    def _build_head(self) -> QHBoxLayout:
        self.pick = PickButton(self.theme, "KPI to edit", "target")
        self.state = PlainLabel("", "muted", elide=True)
        self.new, self.back = button("&New KPI"), button("&Back to KPIs", None, "quiet")
        line = row(self.pick, self.state, self.back, self.new)
        line.setStretch(1, 1)
        return line

    def _build_left(self) -> QWidget:
        self.left = Column(margins=(0, 0, 8, 8), centred=False)
        self.formula = FormulaCard(self.theme, self)
        self.shown, self.details = ShownCard(self.theme), DetailsCard(self.theme)
        self.left.column.addWidget(self.formula)
        for title, inner in (("How it is shown", self.shown), ("What makes it a KPI", self.details)):
            frame, column = card(spacing=10)
            fill(column, PlainLabel(title, "heading"), inner)
            self.left.column.addWidget(frame)
        self.left.column.addStretch(1)
        return self.left

    def _build_right(self) -> QWidget:
        self._live_card, self._live_column = card()
        self.live = LivePanel(self.theme)
        self._live_scroll = Column(margins=(0, 0, 6, 0), centred=False)
        for part in (self._live_scroll.widget(), self._live_scroll.viewport()):
            if part is not None:
                part.setProperty("role", "surface")
        fill(self._live_scroll.column, self.live)
        self._live_column.addWidget(self._live_scroll)
        self._live_card.setFixedWidth(self.theme.px(LIVE_WIDTH))
        return self._live_card

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room, what the formula comes to stands below it instead of beside it."""
        super().resizeEvent(event)
        is_narrow = self.width() < self.theme.px(NARROW)
        if is_narrow == (self._live_card.parentWidget() is self.left.widget()):
            return
        self._live_scroll.setVisible(not is_narrow)
        if is_narrow:
            self._live_card.setMinimumWidth(0)
            self._live_card.setMaximumWidth(UNBOUNDED)
            self._live_column.addWidget(self.live)
            self.left.column.insertWidget(1, self._live_card)
        else:
            self._live_scroll.column.addWidget(self.live)
            self._live_card.setFixedWidth(self.theme.px(LIVE_WIDTH))
            self._middle.addWidget(self._live_card)

    # --- one KPI ------------------------------------------------------------------------------------------------

    @property
    def text(self) -> str:
        """The formula as written."""
        return self.formula.text.toPlainText()

    def begin(
        self, stored: Kpi | None, start: Kpi, left: Unfinished | None, kpis: Kpis, dimensions: Sequence[str]
    ) -> None:
        """Show a KPI from its start, or as far as it was written; `kpis` are the others, as (id, name)."""
        kpi = left.kpi if left is not None else start
        self._chose_unit = left is not None
        self._chose_direction = bool(left or stored or start.formula or start.builtin)
        view: View = TYPED if kpi.is_manual else left.view if left is not None else FORM
        text = kpi.formula or ("" if kpi.builtin else operations.text_of(FIRST_FORM))
        built_in = bool(kpi.builtin) and not kpi.is_manual
        self.formula.begin(text, view, can_type=stored is None or kpi.is_manual, built_in=built_in)
        self.formula.know_kpis(kpis)
        self.shown.show_kpi(kpi)
        self.details.show_kpi(kpi, kpis, dimensions, kpi.reason if left is not None else "")
        self.foot.say("")
        self.begun.hide()
        if left is not None and stored is None:
            self.begun.say(left.kpi.name, left.begun_on)
        self.live.wait()
        self.to_top()

    def to_top(self) -> None:
        """Show the formula."""
        self.left.verticalScrollBar().setValue(0)

    def show_head(self, kpis: Sequence[Kpi], stored: Kpi | None) -> None:
        """Offer every KPI, with the one in view chosen."""
        choices = [Choice(one.name, one.id, STATUS_WORDS[one.status], keywords=one.id) for one in kpis]
        self.pick.offer(choices, stored.id if stored else None, stored.name if stored else "New KPI")

    def show_state(self, stored: Kpi | None, *, dirty: bool) -> None:
        """Say whether the KPI is in use, and whether it was changed."""
        about = f"{STATUS_WORDS[stored.status]} · definition version {stored.version}" if stored else "Not kept yet"
        self.state.setText(f"{about} · changed" if stored and dirty else about)

    def turn_to(self, view: str, start: Kpi) -> bool:
        """Bring a view to the front; whether that changes what the KPI is (counted or typed in)."""
        before = self.formula.view
        chosen: View = TYPED if view == TYPED else TEXT if view == TEXT else FORM
        self.formula.show_view(chosen)
        self.to_top()
        if chosen == TEXT:
            self.formula.text.setFocus()
        if before == chosen or TYPED not in (before, chosen):
            return False
        if chosen == TYPED:
            self.shown.show_kpi(replace(start, builtin=MANUAL, formula=""))
        self.shown.set_manual(manual=chosen == TYPED)
        return True

    def written(self, start: Kpi) -> Kpi:
        """The KPI with what stands in its fields.

        Raises:
            UserError: a field cannot be read.
        """
        return self.details.applied(self.shown.applied(self._with_formula(start)))

    def roughly_written(self, start: Kpi) -> Kpi:
        """The KPI with what stands in its fields, as far as they can be read."""
        kpi = self._with_formula(start)
        with suppress(UserError):
            kpi = self.shown.applied(kpi)
        kpi = replace(self.details.applied(kpi), sentence=self.details.fields["sentence"].text())
        return kpi if kpi.builtin else replace(kpi, formula=self.text)

    def _with_formula(self, start: Kpi) -> Kpi:
        if self.formula.view == TYPED:
            return replace(start, builtin=MANUAL, formula="", kpi_class="derived")
        if start.builtin and not start.is_manual:
            return start
        return replace(start, builtin="", formula=self.text.strip())

    # --- what the formula says and comes to ---------------------------------------------------------------------

    def show_check(self, check: operations.Check) -> None:
        """Show what the formula says, or what is wrong with it."""
        self.formula.show_check(self.text, check.form, works=check.works)
        wrong = check.problem
        if wrong is None:
            self.formula.say("", "")
            if not self._waits_for_a_value():
                self.live.show_sentence(check.sentence)
            self.details.offer_sentence(check.sentence)
            self._offer_units(check.units, check.unit)
            if not self._chose_direction:
                self.shown.offer_direction(check.fewer)
        else:
            self.formula.say(wrong.problem, wrong.advice, (wrong.start, wrong.end))
            whole = f"{wrong.problem} {wrong.advice}".strip()
            if not self._waits_for_a_value():
                self.live.show_problem("The formula has a mistake." if self.formula.view == TEXT else whole)
        self.live.show_notices(check.notices)

    def formula_lacks(self, check: operations.Check | None) -> str:
        """What the formula still needs, by its check where there is one; empty where it is complete and right."""
        if (line := self.formula.unfilled()) is not None:
            return f"a value in the condition on {line.unfilled}"
        return "a formula without a mistake" if check is not None and not check.works else ""

    def go_to_missing(self, names: Sequence[str]) -> None:
        """Go to the first answer that is missing: a value of a condition, which is marked, or one of these fields."""
        line = self.formula.unfilled()
        if line is not None:
            line.mark(unfilled_words(line.unfilled, can_be_empty=line.can_be_empty))
            self._go_to(line.value, line.need)
        elif names:
            self._go_to(self.details.fields[names[0]], self.details.needs[names[0]])

    def _go_to(self, field: QWidget, need: QWidget) -> None:
        """Put the cursor into a field, in view with what stands below it."""
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)  # so that the words have their room
        for widget in (field, need):
            self.left.ensureWidgetVisible(widget, 0, self.theme.px(AROUND))

    def _waits_for_a_value(self) -> bool:
        """Show that a condition has no value yet, where that is so: it is not taken for an empty one."""
        line = self.formula.unfilled()
        if line is not None:
            self.live.show_problem(unfilled_words(line.unfilled, can_be_empty=line.can_be_empty))
            self.live.wait()
        return line is not None

    def _unit_chosen(self) -> None:
        self._chose_unit = True

    def _direction_chosen(self) -> None:
        self._chose_direction = True
        self.shown.why.setText("")

    def _offer_units(self, units: Sequence[Unit], likeliest: Unit | None) -> None:
        """A unit that was chosen stays while it suits the formula; otherwise the formula decides."""
        chosen = next((one for one in units if self._chose_unit and one == self.shown.unit.value()), likeliest)
        if chosen is not None:
            self.shown.offer_units(units, chosen)

    def show_draft(self, draft: operations.Draft, scope: str, *, changed: bool, recounted: bool = False) -> None:
        """Show what the formula comes to, and whom it affects; `recounted` where it was another one before."""
        if draft.values and self.formula.unfilled() is None:
            self.live.show_values(draft.values, draft.before, scope, changed=changed, recounted=recounted)
            self.live.show_count(draft.rows, draft.values[-1].period.label, can_open=True)
        else:
            self.live.wait()
        self.live.show_links(draft.reads, draft.affected)

    def show_uncounted(self, sentence: str) -> None:
        """Nothing is counted by a formula here."""
        self.formula.say("", "")
        self.live.show_sentence("Its values are typed in." if self.formula.view == TYPED else sentence)
        self.live.show_values((), (), "", changed=False)
        self.live.show_count(0, "", can_open=False)
        self.live.show_notices(())
        self.live.show_links((), ())
        self.details.offer_sentence("")
