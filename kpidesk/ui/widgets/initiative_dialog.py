"""The dialog in which an initiative is written down: what, when, for whom, and which KPIs it is to move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from kpidesk import operations
from kpidesk.core.errors import UserError
from kpidesk.core.formats import day_text, plain_number
from kpidesk.core.initiatives import Expected, Initiative
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import ORG, Scope
from kpidesk.core.periods import parse_day
from kpidesk.core.settings import Settings
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.widgets.controls import ListBox, row
from kpidesk.ui.widgets.people_dialogs import AskDialog
from kpidesk.ui.widgets.pickers import scope_name

LONGEST = 300
KPIS = 3
NONE, NO_KPI = "Nothing", "Choose a KPI"


@dataclass(frozen=True, slots=True)
class Offered:
    """What the dialog offers: the KPIs that can be computed, and whom an initiative may be for."""

    kpis: tuple[Kpi, ...]
    scopes: tuple[Scope, ...]


def _box(words: str) -> QComboBox:
    made = ListBox()
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(8)
    made.setAccessibleName(words)
    return made


def _field(words: str, hint: str = "") -> QLineEdit:
    made = QLineEdit()
    made.setMaxLength(LONGEST)
    made.setAccessibleName(words)
    made.setPlaceholderText(hint)
    return made


def _place_of(box: QComboBox, scope: Scope | None) -> int:
    """Where a scope stands in a choice, the first place where it does not; Qt itself compares only the object."""
    return next((at for at in range(box.count()) if box.itemData(at) == scope), 0)


class InitiativeDialog(AskDialog):
    """Everything about an initiative; `wanted` sends the Initiative as it is to be kept."""

    wanted = Signal(object)

    def __init__(
        self, one: Initiative | None, offered: Offered, scope: Scope, today: date, settings: Settings,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        title = "New initiative" if one is None else f"Change {one.name}"
        text = "Write it down before it begins: what is expected beforehand cannot be fitted afterwards."
        super().__init__(title, text, "Save", parent)
        self._one = one or Initiative(0, "", today, scope=scope)
        self._settings = settings
        self.name = _field("What is begun?", "for example: a second call within a day")
        self.start, self.end = _field("First day"), _field("Last day", "goes on")
        self.whom, self.control = _box("For whom"), _box("Compare with")
        self.leaders = _field("How it is told to leaders", "optional")
        self.reps = _field("How it is told to reps", "optional")
        self.kpis: list[tuple[QComboBox, QLineEdit]] = []
        self.add("What is begun?", self.name)
        self.add_beside(("First day", self.start), ("Last day (optional)", self.end))
        self.add_beside(("For whom", self.whom), ("Compare with", self.control))
        self._add_kpis(offered)
        self.add_beside(("For leaders", self.leaders), ("For reps", self.reps))
        self._offer(offered.scopes)
        self._show(self._one)
        for field in (self.name, self.start):
            field.textChanged.connect(self._check)
        self._check()
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _add_kpis(self, offered: Offered) -> None:
        box = QVBoxLayout()
        box.setSpacing(8)
        box.addWidget(PlainLabel("Which KPIs is it to move, and by how much?", "small"))
        for at in range(KPIS):
            kpi, change = _box(f"KPI {at + 1}"), _field(f"Expected change of KPI {at + 1}", "+10%")
            kpi.addItem(NO_KPI, "")
            for one in offered.kpis:
                kpi.addItem(one.name, one.id)
            change.setMaximumWidth(96)
            kpi.currentIndexChanged.connect(self._check)
            self.kpis.append((kpi, change))
            line = row(kpi, change)
            line.setStretch(0, 1)
            box.addLayout(line)
        self.form.addLayout(box)

    def _offer(self, scopes: Sequence[Scope]) -> None:
        self.control.addItem(NONE, None)
        for one in scopes:
            self.whom.addItem(scope_name(one, self._settings), one)
            if one != ORG:
                self.control.addItem(scope_name(one, self._settings), one)

    def _show(self, one: Initiative) -> None:
        self.name.setText(one.name)
        self.start.setText(day_text(one.start))
        self.end.setText(day_text(one.end - timedelta(days=1)) if one.end is not None else "")
        self.whom.setCurrentIndex(_place_of(self.whom, one.scope))
        self.control.setCurrentIndex(_place_of(self.control, one.control))
        self.leaders.setText(one.for_leaders)
        self.reps.setText(one.for_reps)
        for (kpi, change), expected in zip(self.kpis, one.kpis, strict=False):
            kpi.setCurrentIndex(max(0, kpi.findData(expected.kpi_id)))
            share = expected.change
            change.setText("" if share is None else f"{'+' if share > 0 else ''}{plain_number(100 * share)}%")

    def _check(self) -> None:
        """A name, a first day and a KPI are needed."""
        has_kpi = any(kpi.currentData() for kpi, _ in self.kpis)
        self.yes.setEnabled(bool(self.name.text().strip() and self.start.text().strip() and has_kpi))

    def take(self) -> None:
        """Send what was written down; it stays until it is kept."""
        try:
            last = parse_day(self.end.text()) if self.end.text().strip() else None
            made = replace(
                self._one, name=self.name.text(), start=parse_day(self.start.text()),
                end=last + timedelta(days=1) if last is not None else None, scope=self.whom.currentData(),
                control=self.control.currentData(), kpis=self._expected(), for_leaders=self.leaders.text(),
                for_reps=self.reps.text(),
            )  # fmt: skip
        except UserError as error:
            self.show_error(error)
            return
        self.wanted.emit(made)

    def _expected(self) -> tuple[Expected, ...]:
        beyond = self._one.kpis[KPIS:]
        typed = (
            Expected(kpi.currentData(), operations.read_change(change.text()) if change.text().strip() else None)
            for kpi, change in self.kpis
            if kpi.currentData()
        )
        return (*typed, *beyond)
