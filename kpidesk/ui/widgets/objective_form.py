"""The panel about one objective: what, why, whose, below which, and the KPIs that tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from kpidesk.core.errors import UserError
from kpidesk.core.kpis import Kpi
from kpidesk.core.objectives import Objective, Objectives, flag_of
from kpidesk.ui.messages import PlainLabel, plain_button_text
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import ListBox, button, clear, icon_button, line, row, under_name
from kpidesk.ui.widgets.page_parts import fill

LONGEST_NAME = 120
NAME_WIDTH = 172
AT_TOP = "At the top"


def owner_box(people: Sequence[str], text: str = "") -> QComboBox:
    """A field for whose an objective is: typing finds a person, and any other name is as good."""
    made = ListBox()
    made.setEditable(True)
    made.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(5)
    made.addItems(list(people))
    made.setCurrentText(text)
    made.setAccessibleName("Owner")
    completer = QCompleter(list(people), made)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    made.setCompleter(completer)
    if (field := made.lineEdit()) is not None:
        field.setMaxLength(LONGEST_NAME)
        field.setAccessibleName("Owner")
    return made


def place_box(found: Objectives, own: int = 0, parent: int = 0) -> QComboBox:
    """A choice of the objective above: those in use, but for one's own and what lies below it."""
    made = ListBox()
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(5)
    made.setAccessibleName("Lies under")
    made.addItem(AT_TOP, 0)
    for depth, one in found.in_order(retired=False):
        if not own or not _is_below(found, one.id, own):
            made.addItem(f"{'    ' * depth}{one.name}", one.id)
    made.setCurrentIndex(max(0, made.findData(parent)))
    return made


def _is_below(found: Objectives, number: int, above: int) -> bool:
    while number and number != above:
        one = found.get(number)
        number = one.parent_id if one is not None else 0
    return number == above


class ObjectiveForm(QWidget):
    """The panel; `saved` sends the Objective as it now stands, `retired` and `back` the one shown, `more` asks for
    more KPIs by the guide, `opened` sends the id of a KPI. A class because it is a widget.
    """

    saved = Signal(object)
    retired = Signal(object)
    back = Signal(object)
    more = Signal(object)
    opened = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.objective: Objective | None = None
        self._kpis: Mapping[str, Kpi] = {}
        self._known = Objectives()
        self.name = QLineEdit()
        self.name.setMaxLength(LONGEST_NAME)
        self.name.setAccessibleName("Objective")
        self.why = QPlainTextEdit()
        self.why.setAccessibleName("Why")
        self.why.setTabChangesFocus(True)
        self.why.setFixedHeight(theme.px(62))
        self.owner, self.under = owner_box(()), place_box(Objectives())
        self._owner_place, self._under_place = QVBoxLayout(), QVBoxLayout()
        self._owner_place.addLayout(under_name("Owner", self.owner))
        self._under_place.addLayout(under_name("Lies under", self.under))
        self.flag = PlainLabel("", "problem", wrap=True)
        self.attached = QVBoxLayout()
        self.attached.setSpacing(2)
        self.more_button = button("Find KPIs…", self._more, hint="Let the guide propose KPIs for this objective")
        self.add = ListBox()
        self.add.setAccessibleName("Attach a KPI")
        self.add.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.add.setMinimumContentsLength(5)
        self.add.activated.connect(self._attach)
        self.problem = PlainLabel("", "problem", wrap=True)
        self.save = button("Save", self._save, kind="primary")
        self.retire = button("Retire", self._retire, kind="quiet", hint="Out of use, and readable")
        self._lay_out()
        self.name.textEdited.connect(self._check)
        self.why.textChanged.connect(self._check)
        self.problem.hide()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        pick = row(self.add, self.more_button)
        pick.setStretch(0, 1)
        fill(column, under_name("What is to be reached?", self.name), under_name("Why?", self.why), self._owner_place,
             self._under_place, line(), PlainLabel("KPIs that tell", "small"), self.attached)  # fmt: skip
        fill(column, self.flag, pick)
        column.addStretch(1)
        fill(column, self.problem, row(self.retire, None, self.save))

    def show_objective(self, one: Objective, known: Objectives, kpis: Mapping[str, Kpi], people: Sequence[str]) -> None:
        """Show an objective; what was typed and not saved of another one is forgotten."""
        self.objective, self._kpis, self._known = one, kpis, known
        self.name.setText(one.name)
        self.why.setPlainText(one.why)
        clear(self._owner_place)
        clear(self._under_place)
        self.owner, self.under = owner_box(people, one.owner), place_box(known, one.id, one.parent_id)
        self._owner_place.addLayout(under_name("Owner", self.owner))
        self._under_place.addLayout(under_name("Lies under", self.under))
        self.owner.editTextChanged.connect(self._check)
        self.under.activated.connect(self._check)
        self.retire.setText("Take into use again" if one.is_retired else "Retire")
        self._show_kpis(one)
        self.problem.hide()
        self._check()

    def _show_kpis(self, one: Objective) -> None:
        clear(self.attached)
        for at, kpi_id in enumerate(one.kpi_ids):
            kpi = self._kpis.get(kpi_id)
            name = kpi.name if kpi is not None else kpi_id
            up = icon_button(self.theme, "chevron-up", f"{name} one place up", partial(self._move, at, -1))
            up.setEnabled(at > 0)
            away = icon_button(self.theme, "x", f"{name} no longer tells", partial(self._detach, kpi_id))
            shown = button("", partial(self.opened.emit, kpi_id), kind="link", hint=f"{name}: target and definition")
            shown.setText(plain_button_text(self._shortened(name)))
            shown.setAccessibleName(name)
            self.attached.addLayout(row(shown, None, up, away, spacing=2))
        self.flag.setText(flag_of(one))
        self.flag.setVisible(bool(flag_of(one)))
        self.add.clear()
        self.add.addItem("Attach a KPI…", "")
        for kpi in sorted(self._kpis.values(), key=lambda kpi: (kpi.status != "active", kpi.name.casefold())):
            if kpi.id not in one.kpi_ids and kpi.status != "retired":
                self.add.addItem(kpi.name if kpi.status == "active" else f"{kpi.name} (not in use)", kpi.id)

    def _shortened(self, name: str) -> str:
        """A name that fits beside its two buttons."""
        metrics = QFontMetrics(self.theme.font(13, QFont.Weight.DemiBold))
        return metrics.elidedText(name, Qt.TextElideMode.ElideRight, self.theme.px(NAME_WIDTH))

    def typed(self) -> Objective | None:
        """The objective as it now stands in the fields."""
        if self.objective is None:
            return None
        return replace(
            self.objective, name=self.name.text(), why=self.why.toPlainText(), owner=self.owner.currentText(),
            parent_id=int(self.under.currentData() or 0),
        )  # fmt: skip

    def show_error(self, error: UserError) -> None:
        """Say why it cannot be kept."""
        self.problem.setText(str(error))
        self.problem.show()

    def _check(self, *_changed: object) -> None:
        one = self.typed()
        self.save.setEnabled(one is not None and one != self.objective and bool(one.name.strip()))

    def _save(self) -> None:
        if (one := self.typed()) is not None:
            self.saved.emit(one)

    def _retire(self) -> None:
        if self.objective is not None:
            (self.back if self.objective.is_retired else self.retired).emit(self.objective)

    def _more(self) -> None:
        if self.objective is not None:
            self.more.emit(self.objective)

    def _attach(self, at: int) -> None:
        one, kpi_id = self.typed(), str(self.add.itemData(at) or "")
        if one is not None and kpi_id:
            self.saved.emit(replace(one, kpi_ids=(*one.kpi_ids, kpi_id)))

    def _detach(self, kpi_id: str) -> None:
        if (one := self.typed()) is not None:
            self.saved.emit(replace(one, kpi_ids=tuple(known for known in one.kpi_ids if known != kpi_id)))

    def _move(self, at: int, step: int) -> None:
        if (one := self.typed()) is not None:
            kpi_ids = list(one.kpi_ids)
            kpi_ids.insert(at + step, kpi_ids.pop(at))
            self.saved.emit(replace(one, kpi_ids=tuple(kpi_ids)))
