"""The dialog with the manager's own rules: those in force, and a line to add one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QDialog, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from kpidesk.core.errors import UserError
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Scope
from kpidesk.core.settings import Settings
from kpidesk.core.signals import AlertRule, RuleKind
from kpidesk.ui import window_size
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import ListBox, button, card, clear, line, row
from kpidesk.ui.widgets.page_parts import Column, fill
from kpidesk.ui.widgets.pickers import scope_name

SIZE = (620, 520)
KINDS: tuple[tuple[str, RuleKind, str], ...] = (
    ("falls below", "below", "for example 3 or 20%"),
    ("rises above", "above", "for example 3 or 20%"),
    ("reaches or leaves a tier", "tier", "its minimum, target, stretch"),
    ("leaves its usual value by", "change", "for example 20%"),
)
EACH = (("Each team by itself", "teams"), ("Each rep by themselves", "reps"))
GRAINS = (("in a month", "month"), ("in a week", "week"), ("in a quarter", "quarter"), ("in a year", "year"))
TEXT = "Reported after each import and above the scorecard, whatever luck explains."
NONE = "No rule yet."


@dataclass(frozen=True, slots=True)
class RulesView:
    """What the dialog shows: each rule with its words, and what a new one may be about."""

    rules: tuple[tuple[AlertRule, str], ...]
    kpis: tuple[Kpi, ...]
    scopes: tuple[Scope, ...]


@dataclass(frozen=True, slots=True)
class RuleInput:
    """A rule as chosen and typed."""

    kpi_id: str
    kind: str
    level: str
    scope: str
    grain: str


def _box(words: str) -> QComboBox:
    made = ListBox()
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(8)
    made.setAccessibleName(words)
    return made


class RulesDialog(QDialog):
    """The rules and a form; `wanted` sends a RuleInput, `retired` the number of a rule. A class: a dialog."""

    wanted = Signal(object)
    retired = Signal(int)

    def __init__(self, theme: Theme, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._numbers: set[int] | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Your rules")
        window_size.fit(self, QSize(theme.px(SIZE[0]), theme.px(SIZE[1])))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 20, 24, 18)
        outer.setSpacing(10)
        self.list = Column(margins=(0, 2, 6, 8))
        self.problem = PlainLabel("", "problem", wrap=True)
        self.problem.hide()
        self.add = button("Add", self._add, kind="primary")
        fill(outer, PlainLabel("Your rules", "heading"), PlainLabel(TEXT, "muted", wrap=True))
        outer.addWidget(self.list, 1)
        fill(outer, PlainLabel("Tell me when", "small"), self._form(), self.problem)
        outer.addLayout(row(None, button("Close", self.accept), self.add, spacing=10))
        self._kind_changed()

    def _form(self) -> QGridLayout:
        self.kpi, self.whom = _box("KPI"), _box("For whom")
        self.kind, self.grain = _box("What happens"), _box("In which period")
        self.level = QLineEdit()
        self.level.setAccessibleName("Level")
        self.level.setMaxLength(40)
        for words, kind, _ in KINDS:
            self.kind.addItem(words, kind)
        for words, grain in GRAINS:
            self.grain.addItem(words, grain)
        self.kind.currentIndexChanged.connect(self._kind_changed)
        self.level.textChanged.connect(self._check)
        self.level.returnPressed.connect(self._add)
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(8)
        for at, field in enumerate((self.kpi, self.whom, self.kind, self.level, self.grain)):
            grid.addWidget(field, *divmod(at, 2))
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        return grid

    def show_view(self, view: RulesView) -> None:
        """Show the rules in force; what is being chosen stays."""
        clear(self.list.column)
        self.list.column.addWidget(self._rules(view) if view.rules else PlainLabel(NONE, "muted"))
        self.list.column.addStretch(1)
        if not self.kpi.count():
            for one in view.kpis:
                self.kpi.addItem(one.name, one.id)
            self._offer(view.scopes)
        numbers = {rule.id for rule, _ in view.rules}
        if self._numbers is not None and numbers - self._numbers:
            self.level.clear()  # what was typed is a rule now
        self._numbers = numbers
        self.problem.hide()
        self._check()

    def _offer(self, scopes: tuple[Scope, ...]) -> None:
        first = [(scope_name(one, self._settings), one.key) for one in scopes]
        for words, key in (*first[:1], *EACH, *first[1:]):
            self.whom.addItem(words, key)

    def _rules(self, view: RulesView) -> QWidget:
        frame, column = card(margins=(14, 8, 14, 8), spacing=6)
        for at, (rule, words) in enumerate(view.rules):
            if at:
                column.addWidget(line())
            retire = button("Retire", partial(self.retired.emit, rule.id), kind="link")
            retire.setAccessibleName(f"Retire: {words}")
            entry = row(PlainLabel(words, wrap=True), retire)
            entry.setStretch(0, 1)
            column.addLayout(entry)
        return frame

    def _kind_changed(self) -> None:
        hint = KINDS[self.kind.currentIndex()][2]
        self.level.setPlaceholderText(hint)
        self.level.setEnabled(self.kind.currentData() != "tier")
        if self.kind.currentData() == "tier":  # a tier is one of a target, and targets are mostly of a quarter
            self.grain.setCurrentIndex(self.grain.findData("quarter"))
        self._check()

    def _check(self) -> None:
        has_level = bool(self.level.text().strip()) or self.kind.currentData() == "tier"
        self.add.setEnabled(has_level and self.kpi.count() > 0)

    def _add(self) -> None:
        if self.add.isEnabled():
            level = "" if self.kind.currentData() == "tier" else self.level.text()
            self.wanted.emit(
                RuleInput(self.kpi.currentData(), self.kind.currentData(), level, self.whom.currentData(),
                          self.grain.currentData())
            )  # fmt: skip

    def show_error(self, error: UserError) -> None:
        """Say why a rule cannot be added."""
        self.problem.setText(str(error))
        self.problem.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in the level adds the rule and does not close the dialog."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
