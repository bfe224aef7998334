"""The guide to a new objective in three steps: what for, which KPIs tell, whose it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDialog,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from kpidesk.core.choices import Choice
from kpidesk.core.errors import UserError
from kpidesk.core.guide import AIMS, LEAST, Aim, Proposed, aim_of
from kpidesk.core.kpis import Kpi, Level
from kpidesk.core.lint import LintFacts, least_needed
from kpidesk.core.objectives import MOST_KPIS, Objective, Objectives
from kpidesk.core.wording import capital, counted
from kpidesk.ui import window_size
from kpidesk.ui.messages import PlainLabel, plain_button_text
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.choice_box import ChoiceBox
from kpidesk.ui.widgets.controls import Segments, button, card, row, under_name
from kpidesk.ui.widgets.objective_form import LONGEST_NAME, owner_box, place_box
from kpidesk.ui.widgets.page_parts import Column, fill

SIZE = (660, 620)
INDENT = 24
HEADS = (
    ("What do you want to reach?", "Choose what comes closest, or say it in your own words."),
    ("Which KPIs tell whether you get there?", "Three to five: results, and what moves before them."),
    ("Whose is it?", "An objective without an owner is nobody's."),
)
LEVELS: tuple[tuple[str, Level], ...] = (("Organisation", "org"), ("A team", "team"), ("A rep", "rep"))
SIGNS = {"leading": "Early sign", "lagging": "Result"}


@dataclass(frozen=True, slots=True)
class GuideAnswer:
    """The objective as it is to be kept, and the KPIs chosen for it."""

    objective: Objective
    kpi_ids: tuple[str, ...]


class AimStep(QWidget):
    """The common aims, and a field for one's own words; `changed` tells that another one is chosen."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.choices: list[QRadioButton] = []
        for at, aim in enumerate(AIMS):
            made = QRadioButton(plain_button_text(aim.name))
            made.setAccessibleDescription(aim.why)
            self._group.addButton(made, at)
            self.choices.append(made)
            why = PlainLabel(aim.why, "small")
            why.setIndent(INDENT)
            fill(column, made, why, 2)
        self.own = QRadioButton("In your own words")
        self.words = QLineEdit()
        self.words.setMaxLength(LONGEST_NAME)
        self.words.setAccessibleName("In your own words")
        self.words.setPlaceholderText("for example: answer leads faster")
        self._group.addButton(self.own, len(AIMS))
        inner = row(INDENT, self.words, spacing=0)
        fill(column, self.own, inner)
        column.addStretch(1)
        self.words.textEdited.connect(self._typed)
        self._group.idToggled.connect(lambda *_: self.changed.emit())

    def _typed(self) -> None:
        self.own.setChecked(True)
        self.changed.emit()

    def text(self) -> str:
        """What was chosen or typed; empty while nothing is."""
        at = self._group.checkedId()
        return AIMS[at].name if 0 <= at < len(AIMS) else self.words.text().strip() if self.own.isChecked() else ""


class KpiStep(QWidget):
    """The KPIs proposed for a level, each with why and a box to check; `changed` tells that the choice is another."""

    changed = Signal()

    def __init__(self, theme: Theme, level: Level) -> None:
        super().__init__()
        self.theme = theme
        self._proposed: tuple[Proposed, ...] = ()
        self._in_use: tuple[Kpi, ...] = ()
        self._wanted: dict[str, bool] = {}
        self.boxes: dict[str, QCheckBox] = {}
        self.levels = Segments(LEVELS, "Read for")
        self.levels.set_value(level)
        self.levels.chosen.connect(self._show_level)
        self.add = ChoiceBox("Add a KPI", 14)
        self.add.picked.connect(self._add)
        self._known: tuple[Kpi, ...] = ()
        self.list = Column(margins=(0, 4, 0, 8))
        self.list.column.setSpacing(4)
        self.count = PlainLabel("", "muted", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(row(self.levels, None))
        column.addWidget(self.list, 1)
        fill(column, row(self.add, None), self.count)

    def show_proposed(self, proposed: Sequence[Proposed], in_use: Sequence[Kpi] = ()) -> None:
        """Show what is proposed, all that the data can compute chosen; `in_use` is what counts beside it."""
        self._proposed, self._in_use = tuple(proposed), tuple(in_use)
        self._wanted = {}
        self._show_level(self.levels.value())

    def know(self, kpis: Sequence[Kpi]) -> None:
        """The KPIs that can be added to what is proposed."""
        self._known = tuple(sorted(kpis, key=lambda kpi: kpi.name.casefold()))

    def _offer(self, level: object) -> None:
        """Offer those of the level that are not in the list, each with what it would be."""
        here = [kpi for kpi in self._known if level in kpi.levels and kpi.id not in self.boxes]
        lines = (Choice(kpi.id, f"{kpi.name} · {SIGNS[kpi.indicator].lower()}") for kpi in here)
        self.add.offer((Choice("", "Add a KPI…"), *lines), "")
        self.add.setVisible(bool(here))

    def _add(self) -> None:
        found = next((kpi for kpi in self._known if kpi.id == self.add.value()), None)
        level = next((one for _, one in LEVELS if one == self.levels.value()), None)
        if found is not None and level is not None:
            self._proposed = (*self._proposed, Proposed(found, level, found.sentence))
            self._show_level(level)
            self.boxes[found.id].setFocus(Qt.FocusReason.OtherFocusReason)

    def chosen(self) -> tuple[str, ...]:
        """The KPIs that are checked, in the order shown."""
        return tuple(kpi_id for kpi_id, box in self.boxes.items() if box.isChecked())

    def _show_level(self, level: object) -> None:
        here = [one for one in self._proposed if one.level == level]
        column = self.list.column
        while (item := column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.boxes = {}
        for one in (one for one in here if one.computable):
            column.addWidget(self._line(one))
        needing = [one for one in here if not one.computable]
        if needing:
            column.addSpacing(8)
            column.addWidget(PlainLabel("Would need more data", "caption"))
            for one in needing:
                column.addWidget(PlainLabel(f"{one.kpi.name}: {one.needs}", "small", wrap=True))
        if not here:
            words = "No KPI speaks of that for this level. Add one, or go back and say it in other words."
            column.addWidget(PlainLabel(words, "muted", wrap=True))
        column.addStretch(1)
        self._offer(level)
        self._tell()

    def _line(self, one: Proposed) -> QWidget:
        frame, column = card(margins=(14, 10, 14, 10), spacing=2)
        box = QCheckBox(plain_button_text(one.kpi.name))
        box.setFont(self.theme.font(14))
        box.setChecked(self._wanted.get(one.kpi.id, True))
        box.setAccessibleDescription(f"{SIGNS[one.kpi.indicator]}. {one.why}")
        box.toggled.connect(lambda on, kpi_id=one.kpi.id: self._toggled(kpi_id, on))
        self.boxes[one.kpi.id] = box
        sign = PlainLabel(SIGNS[one.kpi.indicator], "small")
        why = PlainLabel(one.why, "muted", wrap=True)
        why.setIndent(INDENT)
        fill(column, row(box, None, sign), why)
        return frame

    def _toggled(self, kpi_id: str, on: bool) -> None:
        self._wanted[kpi_id] = on
        self._tell()

    def _tell(self) -> None:
        kinds = [one.kpi.indicator for one in self._proposed
                 if one.level == self.levels.value() and one.kpi.id in self.chosen()]  # fmt: skip
        early, results = kinds.count("leading"), kinds.count("lagging")
        advice = ""
        if len(kinds) > MOST_KPIS:
            advice = f" Keep the {MOST_KPIS} that lead to decisions."
        elif kinds and not early:
            advice = " Nothing of it moves early: add an early sign."
        elif kinds and not results:
            advice = " Nothing of it tells the result: add one."
        elif 0 < len(kinds) < LEAST:
            advice = f" {LEAST} to {MOST_KPIS} are a good number."
        words = f"{counted(early, 'early sign')}, {counted(results, 'result')}"
        self.count.setText(f"{words}.{advice}{self._together()}" if self.boxes else "")
        self.changed.emit()

    def _together(self) -> str:
        """What the chosen ones make with those in use at the level, where that is too many, and what may go."""
        chosen, level = self.chosen(), self.levels.value()
        here = {kpi.id: kpi for kpi in self._in_use if level in kpi.levels}
        new = {one.kpi.id: one.kpi for one in self._proposed if one.kpi.id in chosen and one.kpi.id not in here}
        both = (*here.values(), *new.values())
        if not new or len(both) <= MOST_KPIS:
            return ""
        told = f" With the {len(here)} in use that makes {len(both)}, more than {MOST_KPIS}."
        spare = least_needed(both, LintFacts(both), kept=chosen)
        swap = "" if spare.id in chosen else f" Retire one for each new one, '{spare.name}' first, or leave some out."
        return f"{told}{swap or ' Leave some out.'}"


class OwnerStep(QWidget):
    """Name, why, owner and place of the objective; `changed` tells that the name is another."""

    changed = Signal()

    def __init__(self, theme: Theme, people: Sequence[str], known: Objectives) -> None:
        super().__init__()
        self.name, self.why = QLineEdit(), QPlainTextEdit()
        self.name.setMaxLength(LONGEST_NAME)
        self.name.setAccessibleName("Objective")
        self.why.setAccessibleName("Why")
        self.why.setTabChangesFocus(True)
        self.why.setFixedHeight(theme.px(72))
        self.owner, self.under = owner_box(people), place_box(known)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        fill(column, under_name("Objective", self.name), under_name("Why does it matter?", self.why),
             under_name("Owner", self.owner), under_name("Lies under", self.under))  # fmt: skip
        column.addStretch(1)
        self.name.textChanged.connect(self.changed)

    def suggest(self, text: str, aim: Aim | None) -> None:
        """Fill in what follows from the first step, unless something was typed."""
        if not self.name.isModified():
            self.name.setText(capital(text))
        if aim is not None and not self.why.document().isModified():
            self.why.setPlainText(aim.why)
            self.why.document().setModified(False)


class GuideDialog(QDialog):
    """Three steps; `asked_for` sends the words of the first, `finished_well` a GuideAnswer. A class: it is a widget.

    With an `objective` that is known only KPIs are asked for: the first two steps. `kpis` can be added to those
    proposed.
    """

    asked_for = Signal(str)
    finished_well = Signal(object)

    def __init__(
        self, theme: Theme, people: Sequence[str], known: Objectives, level: Level, parent: QWidget | None = None,
        objective: Objective | None = None, kpis: Sequence[Kpi] = (),
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.theme, self._objective = theme, objective
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("New objective" if objective is None else f"KPIs for {objective.name}")
        window_size.fit(self, QSize(theme.px(SIZE[0]), theme.px(SIZE[1])))
        self.step_words = PlainLabel("", "caption")
        self.heading, self.about = PlainLabel("", "heading", wrap=True), PlainLabel("", "muted", wrap=True)
        self.aim, self.kpis = AimStep(), KpiStep(theme, level)
        self.kpis.know([kpi for kpi in kpis if objective is None or kpi.id not in objective.kpi_ids])
        self.owner = OwnerStep(theme, people, known)
        self.steps = QStackedWidget()
        for step in (self.aim, self.kpis, self.owner):
            self.steps.addWidget(step)
        self.problem = PlainLabel("", "problem", wrap=True)
        self.problem.hide()
        self.back = button("Back", self._back)
        self.next = button("Next", self.go_on, kind="primary")
        self.next.setDefault(True)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(28, 22, 28, 20)
        outer.setSpacing(4)
        fill(outer, self.step_words, self.heading, self.about, 12)
        outer.addWidget(self.steps, 1)
        fill(outer, 6, self.problem, row(self.back, None, button("Cancel", self.reject), self.next, spacing=10))
        for part in (self.aim, self.kpis, self.owner):
            part.changed.connect(self._check)
        if objective is not None:
            self.aim.words.setText(objective.name)
            self.aim.own.setChecked(True)
        self._show(0)

    def _show(self, at: int) -> None:
        self.steps.setCurrentIndex(at)
        self.heading.setText(HEADS[at][0])
        self.about.setText(HEADS[at][1])
        self.step_words.setText(f"Step {at + 1} of {self._last + 1}")
        self.back.setEnabled(at > 0)
        self.next.setText("Next" if at < self._last else "Done")
        self.problem.hide()
        self._check()
        first = (self.aim.words if self.aim.own.isChecked() else self.aim.choices[0], self.kpis.levels.buttons()[0],
                 self.owner.name)[at]  # fmt: skip
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def _last(self) -> int:
        return 1 if self._objective is not None else 2

    def _check(self) -> None:
        at = self.steps.currentIndex()
        ready = (bool(self.aim.text()), True, bool(self.owner.name.text().strip()))
        self.next.setEnabled(ready[at])

    def _back(self) -> None:
        self._show(max(0, self.steps.currentIndex() - 1))

    def go_on(self) -> None:
        """Go to the next step, or send the answer from the last."""
        at = self.steps.currentIndex()
        if not self.next.isEnabled():
            return
        if at == 0:
            self.next.setEnabled(False)
            self.asked_for.emit(self.aim.text())
        elif at < self._last:
            self.owner.suggest(self.aim.text(), aim_of(self.aim.text()))
            self._show(at + 1)
        else:
            self.next.setEnabled(False)
            self.finished_well.emit(self.answer())

    def answer(self) -> GuideAnswer:
        """What was answered so far."""
        owner = self.owner
        made = Objective(0, owner.name.text(), owner.why.toPlainText(), owner.owner.currentText(),
                         int(owner.under.currentData() or 0))  # fmt: skip
        return GuideAnswer(replace(self._objective) if self._objective is not None else made, self.kpis.chosen())

    def show_proposed(self, proposed: Sequence[Proposed], in_use: Sequence[Kpi] = ()) -> None:
        """Show the KPIs that were asked for, and count those `in_use` beside them."""
        self.kpis.show_proposed(proposed, in_use)
        self._show(1)

    def show_error(self, error: UserError) -> None:
        """Say why it cannot be done; everything typed stays."""
        self.problem.setText(str(error))
        self.problem.show()
        self._check()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt and Left goes a step back."""
        if event.key() == Qt.Key.Key_Left and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._back()
        else:
            super().keyPressEvent(event)
