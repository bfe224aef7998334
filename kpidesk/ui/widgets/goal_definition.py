"""What a KPI is: its sentence, and the objective, decision and owner without which it is only a metric."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from kpidesk.core.errors import UserError
from kpidesk.core.kpis import Kpi, check_publishable
from kpidesk.core.lint import LintFinding
from kpidesk.core.term_words import terms_unsaid
from kpidesk.core.wording import capital
from kpidesk.ui.messages import PlainLabel, restyle, tip
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import card, row
from kpidesk.ui.widgets.goal_filters import Entry
from kpidesk.ui.widgets.goal_text import DIRECTION_WORDS, STATUS_WORDS, UNIT_WORDS
from kpidesk.ui.widgets.page_parts import Mark, button
from kpidesk.ui.widgets.wrapped_field import WrappedField, signals_of

FIELDS = (
    ("objective", "Objective", "What it is there to reach", 0, 0, 1),
    ("owner", "Owner", "Who answers for it", 0, 1, 1),
    ("decision", "Decision", "What you do when it is off track", 2, 0, 2),
)
"""Field of a KPI, its label, what stands in it while it is empty, and its line, column and columns in the grid."""
LONGEST = 400


class DefinitionCard(QWidget):
    """The KPI with the fields that make it one; a class because it is a widget with a signal.

    `saved` carries the KPI to keep: with other words, active, or retired; `edit_wanted` the id of the KPI whose
    formula is to be edited, `value_wanted` that of one whose value is to be typed in; `newer_wanted` the finding that
    the catalogue counts the KPI otherwise by now.
    """

    saved = Signal(object)
    edit_wanted = Signal(str)
    value_wanted = Signal(str)
    newer_wanted = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.entry: Entry | None = None
        self.fields: dict[str, QLineEdit | WrappedField] = {}
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        frame, column = card(spacing=10)
        self.name = PlainLabel("", "heading", wrap=True)
        self.badge = PlainLabel("", "small", elide=True)
        self.activate = button("Use &this KPI", self._activate, "primary")
        self.retire = button("&Retire", self._retire, "quiet", "It leaves the scorecards and stays in old periods")
        self.save = button("&Save words", self._save)
        self.edit = button("&Edit the formula", self._edit, "", "See at once what a change does")
        self.type_value = button("Type a &value…", self._type_value, "primary")
        head = row(self.name, self.save, self.retire, self.edit, self.type_value, self.activate)
        head.setStretch(0, 1)
        self.sentence = PlainLabel("", "muted", wrap=True)
        self.needs = PlainLabel("", wrap=True)
        self.words = PlainLabel("", wrap=True)
        self.words.setAccessibleName("The formula in words")
        self.formula = PlainLabel("", "code", wrap=True)
        self.formula.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.formula.setAccessibleName("Formula")
        self.problem = PlainLabel("", "problem", wrap=True)
        column.addLayout(head)
        for widget in (self.badge, self.sentence, self._build_formula(), self._build_newer(), self.needs):
            column.addWidget(widget)
        column.addLayout(self._build_fields())
        column.addWidget(self.problem)
        outer.addWidget(frame)

    def _build_formula(self) -> QFrame:
        self.well = QFrame()
        self.well.setProperty("role", "well")
        column = QVBoxLayout(self.well)
        column.setContentsMargins(12, 9, 12, 9)
        column.setSpacing(3)
        column.addWidget(self.words)
        column.addWidget(self.formula)
        return self.well

    def _build_newer(self) -> QWidget:
        self.newer = QWidget()
        self._finding: LintFinding | None = None
        self.newer_words = PlainLabel("", wrap=True)
        self.take_newer = button("Take &it…", self._take_newer, "link", "It counts from the next period on")
        line = row(Mark(self.theme, "info", "muted", 16), self.newer_words, self.take_newer, spacing=10)
        line.setContentsMargins(0, 0, 0, 0)
        line.setStretch(1, 1)
        self.newer.setLayout(line)
        return self.newer

    def _take_newer(self) -> None:
        self.newer_wanted.emit(self._finding)

    def show_newer(self, finding: LintFinding | None) -> None:
        """Offer the definition by which the catalogue counts the KPI now; None where it is counted so already."""
        self._finding = finding
        self.newer.setVisible(finding is not None)
        if finding is not None:
            self.newer_words.setText(f"{finding.problem} {finding.consequence}")
            self.take_newer.setAccessibleName(f"Take the new definition of {self.name.text()}")

    def show_words(self, kpi_id: str, words: str) -> None:
        """Show the formula of the KPI in view in words."""
        if self.entry is not None and self.entry.kpi.id == kpi_id and self.entry.kpi.formula:
            self.words.setText(capital(words))
            self.words.setVisible(bool(words))

    def _edit(self) -> None:
        if self.entry is not None:
            self.edit_wanted.emit(self.entry.kpi.id)

    def _type_value(self) -> None:
        if self.entry is not None:
            self.value_wanted.emit(self.entry.kpi.id)

    def _build_fields(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        for name, words, hint, line, place, across in FIELDS:
            label = PlainLabel(words, "small")
            field = QLineEdit(placeholderText=hint) if name == "owner" else WrappedField(self.theme, hint)
            field.setAccessibleName(words)
            field.setMaxLength(LONGEST)
            label.setBuddy(field)
            edited, entered = signals_of(field)
            edited.connect(self._edited)
            entered.connect(self._save)
            self.fields[name] = field
            grid.addWidget(label, line, place, 1, across)
            grid.addWidget(field, line + 1, place, 1, across, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 1)
        return grid

    def show_entry(self, entry: Entry) -> None:
        """Show a KPI; words being typed about the one in view stay."""
        is_same = self.entry is not None and self.entry.kpi == entry.kpi and self.entry.computable == entry.computable
        if is_same and self.edited_kpi() != entry.kpi:
            return
        self.entry = entry
        kpi = entry.kpi
        self.name.setText(kpi.name)
        kind = f"{kpi.indicator} · {kpi.dimension} · {UNIT_WORDS[kpi.unit]} · {DIRECTION_WORDS[kpi.direction]}"
        self.badge.setText(f"{STATUS_WORDS[kpi.status]} · {kind} · definition version {kpi.version}")
        self.sentence.setText(f"{kpi.sentence} {terms_unsaid((kpi.name, kpi.sentence))}".strip())
        self.formula.setText(kpi.formula)
        self.words.hide()
        self.well.setVisible(bool(kpi.formula))
        needs = f"Your data cannot compute it yet: it needs {entry.needs}. {entry.how}".rstrip()
        self.needs.setText("" if entry.computable else needs)
        self.needs.setVisible(not entry.computable)
        for name, field in self.fields.items():
            field.setText(getattr(kpi, name))
            if isinstance(field, QLineEdit):
                field.setCursorPosition(0)
                tip(field, field.text())
            restyle(field, "wrong", False)
        self.activate.setVisible(kpi.status != "active")
        self.retire.setVisible(kpi.status == "active")
        self.type_value.setVisible(kpi.is_manual and kpi.status == "active")
        self.save.hide()
        self.say("")

    def say(self, text: str) -> None:
        """Show what is missing, or nothing."""
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    def edited_kpi(self) -> Kpi | None:
        """The KPI with the words in the fields."""
        if self.entry is None:
            return None
        words = {name: field.text().strip() for name, field in self.fields.items()}
        return replace(self.entry.kpi, **words)  # type: ignore[arg-type]  # three text fields

    def _edited(self) -> None:
        self.save.setVisible(self.edited_kpi() != (self.entry.kpi if self.entry else None))
        for field in self.fields.values():
            restyle(field, "wrong", False)

    def _save(self) -> None:
        kpi = self.edited_kpi()
        if kpi is not None and self.entry is not None and kpi != self.entry.kpi and self._may(kpi):
            self.saved.emit(kpi)

    def _activate(self) -> None:
        kpi = self.edited_kpi()
        if kpi is not None and self._may(replace(kpi, status="active")):
            self.saved.emit(replace(kpi, status="active"))

    def _retire(self) -> None:
        kpi = self.edited_kpi()
        if kpi is not None:
            self.saved.emit(replace(kpi, status="retired"))

    def _may(self, kpi: Kpi) -> bool:
        """Refuse an active KPI that lacks a word, in the words used everywhere, and lead to the empty field."""
        if kpi.status != "active":
            return True
        try:
            check_publishable(kpi)
        except UserError as error:
            self.say(str(error))
            empty = [field for name, field in self.fields.items() if not getattr(kpi, name)]
            for field in empty:
                restyle(field, "wrong", True)
            empty[0].setFocus()
            return False
        self.say("")
        return True
