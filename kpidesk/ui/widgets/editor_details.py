"""What makes a number a KPI: name, objective, decision, owner, what kind it is, and what foretells it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from kpidesk.core.choices import Choice
from kpidesk.core.kpis import DIMENSIONS, FUNCTION_WORDS, Indicator, Influence, Kpi
from kpidesk.core.wording import listed
from kpidesk.ui.messages import PlainLabel, restyle, tip
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.choice_box import ChoiceBox
from kpidesk.ui.widgets.controls import ListBox, icon_button, row
from kpidesk.ui.widgets.editor_measure import ask, folded, question_grid, question_label
from kpidesk.ui.widgets.editor_parts import Flow
from kpidesk.ui.widgets.pick_button import PickButton
from kpidesk.ui.widgets.type_ahead import Choice as Line
from kpidesk.ui.widgets.wrapped_field import WrappedField, signals_of

TEXTS: tuple[tuple[str, str, str], ...] = (
    ("name", "Name", "Win rate"),
    ("sentence", "In a sentence", ""),
    ("objective", "Objective", "What it is there to reach"),
    ("decision", "Decision", "What you do when it is off track"),
    ("owner", "Owner", "Who answers for it"),
    ("note", "Note", "For which customers and prices it is meant, and what else should be known"),
)
"""Field of a KPI, its label, and what stands in it while it is empty."""
SHORT = ("name", "owner")
"""The fields whose words fit on a line."""
LONGEST = 400
INDICATOR_WORDS: dict[Indicator, str] = {
    "leading": "Leading: moves before the result", "lagging": "Lagging: is the result",
}  # fmt: skip
CLASSES = (
    Choice("kpi", "KPI: judged against a target"),
    Choice("coaching", "Coaching metric: talked about, never judged"),
)
INFLUENCE_WORDS: dict[Influence, str] = {"rep": "The rep", "manager": "The manager", "company": "The company"}
MOST_WEEKS = 104
MISSING_WORDS = {"name": "a name", "objective": "an objective", "decision": "a decision", "owner": "an owner"}
"""What a KPI needs before it can be in use, in the order of the fields."""
NEEDED = {
    "name": "A name is needed, as it is to stand on the scorecards.",
    "objective": "An objective is needed: what the KPI is there to reach.",
    "decision": "A decision is needed: what you do when it is off track.",
    "owner": "An owner is needed: who answers for it.",
}
"""What stands below a field that was left out."""
Kpis = Sequence[tuple[str, str]]


class LeadingLine(QWidget):
    """One KPI that foretells this one, and by how many weeks; a class because it is a widget."""

    changed = Signal()
    removed = Signal(object)

    def __init__(self, theme: Theme, kpi_id: str, name: str, weeks: int) -> None:
        super().__init__()
        self.kpi_id = kpi_id
        self.weeks = QLineEdit(str(weeks) if weeks else "", placeholderText="?")
        self.weeks.setValidator(QIntValidator(0, MOST_WEEKS, self.weeks))
        self.weeks.setFixedWidth(theme.px(52))
        self.weeks.setAccessibleName(f"{name}: weeks before, empty when not known")
        remove = icon_button(theme, "x", f"{name} does not foretell it", lambda: self.removed.emit(self))
        line = row(PlainLabel(name, elide=True), self.weeks, PlainLabel("weeks before", "muted"), remove)
        line.setStretch(0, 1)
        self.setLayout(line)
        self.weeks.textEdited.connect(lambda _text: self.changed.emit())


class DetailsCard(QWidget):
    """The fields about a KPI; a class because it is a widget. `changed` says that the user changed something."""

    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._names: dict[str, str] = {}
        self._said = ""
        self.fields: dict[str, QLineEdit | WrappedField] = {}
        self.needs: dict[str, PlainLabel] = {}
        self.leading: list[LeadingLine] = []
        self.kind, self.indicator = ChoiceBox("Kind", fills=True), ChoiceBox("Leading or lagging", fills=True)
        self.kind.offer(CLASSES, "kpi")
        self.indicator.offer([Choice(one, words) for one, words in INDICATOR_WORDS.items()], "lagging")
        self.dimension = ListBox()
        self.dimension.setEditable(True)
        self.dimension.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.dimension.setMinimumContentsLength(10)
        self.dimension.setAccessibleName("Dimension")
        self.cluster = QLineEdit(placeholderText="A family of KPIs, for example retention")
        self.functions = {one: QCheckBox(words) for one, words in FUNCTION_WORDS.items()}
        self.influence = {one: QCheckBox(words) for one, words in INFLUENCE_WORDS.items()}
        self.reason = QLineEdit(placeholderText="Why this version was made")
        self.add_leading = PickButton(theme, "KPI that foretells it", "plus")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        needed, more = question_grid(), question_grid()
        column.addLayout(needed)
        self.more = folded(theme, "More about it", "All of it is preset or may stay empty", more)
        column.addWidget(self.more)
        for name, words, hint in TEXTS:
            field = _text(words, hint) if name in SHORT else _wrapped(self._theme, words, hint)
            self.fields[name] = field
            label = question_label(self._theme, words)
            if name in MISSING_WORDS:
                ask(needed, label, self._with_need(name, field))
            else:
                ask(more, label, field)
        self._build(more)
        self._connect()

    def _with_need(self, name: str, field: QWidget) -> QVBoxLayout:
        """A field with room below it for what is needed there."""
        self.needs[name] = PlainLabel("", "problem", wrap=True)
        self.needs[name].hide()
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(field)
        column.addWidget(self.needs[name])
        return column

    def _build(self, grid: QGridLayout) -> None:
        ask(grid, question_label(self._theme, "Kind"), self.kind)
        ask(grid, question_label(self._theme, "Early or late"), self.indicator)
        self.cluster.setAccessibleName("Cluster")
        self.reason.setAccessibleName("Reason for this version")
        pair = row(self.dimension, PlainLabel("Cluster", "caption"), self.cluster, spacing=12)
        pair.setStretch(0, 1)
        pair.setStretch(2, 2)
        ask(grid, question_label(self._theme, "Dimension"), pair)
        for words, checks in (("Watched by", self.functions), ("Who moves it", self.influence)):
            holder, flow = QWidget(), Flow(14)
            holder.setLayout(flow)
            for check in checks.values():
                flow.addWidget(check)
            flow.setContentsMargins(0, 7, 0, 0)
            ask(grid, question_label(self._theme, words), holder)
        self._leading_column = QVBoxLayout()
        self._leading_column.setSpacing(6)
        self._leading_column.addLayout(row(self.add_leading, None))
        ask(grid, question_label(self._theme, "Foretold by"), self._leading_column)
        ask(grid, question_label(self._theme, "Reason"), self.reason)

    def _connect(self) -> None:
        for field in (*self.fields.values(), self.cluster, self.reason):
            field.setMaxLength(LONGEST)
            signals_of(field)[0].connect(lambda _text: self.changed.emit())
        for name in self.needs:
            signals_of(self.fields[name])[0].connect(lambda _text, name=name: self._mark(name, wrong=False))
        for check in (*self.functions.values(), *self.influence.values()):
            check.clicked.connect(self.changed)
        self.kind.picked.connect(self.changed)
        self.indicator.picked.connect(self.changed)
        self.dimension.editTextChanged.connect(lambda _text: self.changed.emit())
        self.add_leading.chosen.connect(lambda value: self._add(str(value)))

    def show_kpi(self, kpi: Kpi, kpis: Kpis, dimensions: Sequence[str] = (), reason: str = "") -> None:
        """Show what is known about a KPI; `kpis` are those that may foretell it, as (id, name).

        `reason` is why the next version is made, not the reason of the one that is kept.
        """
        blocked = self.blockSignals(True)
        self._names = dict(kpis)
        self.more.set_open(bool(kpi.id))
        for name, field in self.fields.items():
            field.setText(getattr(kpi, name))
            if isinstance(field, QLineEdit):
                field.setCursorPosition(0)
                tip(field, field.text())
            self._mark(name, wrong=False)
        self.kind.choose("coaching" if kpi.coaching else "kpi")
        self.indicator.choose(kpi.indicator)
        self.dimension.clear()
        self.dimension.addItems(list(dict.fromkeys((*DIMENSIONS, *dimensions, kpi.dimension))))
        self.dimension.setCurrentText(kpi.dimension)
        self.cluster.setText(kpi.cluster)
        for one, check in self.functions.items():
            check.setChecked(one in kpi.functions)
        for who, check in self.influence.items():
            check.setChecked(who in kpi.influenced_by)
        self.reason.setText(reason)
        self._show_leading(kpi)
        self.blockSignals(blocked)

    def offer_sentence(self, words: str) -> None:
        """Show the formula in words where no sentence was typed."""
        self._said = f"{words[:1].upper()}{words[1:]}." if words else ""
        self.fields["sentence"].setPlaceholderText(self._said or "What it tells, in words of your own")

    def applied(self, kpi: Kpi) -> Kpi:
        """A KPI with what stands in the fields; without a sentence it gets that of its formula, or its name."""
        words = {name: " ".join(field.text().split()) for name, field in self.fields.items()}
        words["sentence"] = words["sentence"] or self._said or words["name"]
        return replace(
            kpi,
            **words,  # type: ignore[arg-type]  # the names of text fields
            coaching=self.kind.value() == "coaching",
            indicator=next(one for one in get_args(Indicator) if one == self.indicator.value()),
            dimension=" ".join(self.dimension.currentText().casefold().split()) or DIMENSIONS[0],
            cluster=" ".join(self.cluster.text().split()),
            functions=tuple(one for one, check in self.functions.items() if check.isChecked()),
            influenced_by=tuple(one for one, check in self.influence.items() if check.isChecked()),
            leading=tuple(one.kpi_id for one in self.leading),
            lag_weeks=tuple(int(one.weeks.text() or 0) for one in self.leading),
            reason=self.reason.text().strip(),
        )

    def missing(self) -> tuple[str, ...]:
        """The fields without which the KPI cannot be in use."""
        return tuple(name for name in MISSING_WORDS if not self.fields[name].text().strip())

    def mark(self, names: Sequence[str]) -> None:
        """Mark fields that are missing, each with what is needed there."""
        for name in self.fields:
            self._mark(name, wrong=name in names)

    def _mark(self, name: str, *, wrong: bool) -> None:
        restyle(self.fields[name], "wrong", wrong)
        if name in self.needs:
            self.needs[name].setText(NEEDED[name] if wrong else "")
            self.needs[name].setVisible(wrong)

    def _show_leading(self, kpi: Kpi) -> None:
        for line in list(self.leading):
            self._drop(line)
        weeks = kpi.lag_weeks or (0,) * len(kpi.leading)
        for kpi_id, lag in zip(kpi.leading, weeks, strict=True):
            self._add_line(kpi_id, lag)
        self._offer_leading()

    def _add(self, kpi_id: str) -> None:
        self._add_line(kpi_id, 0)
        self._offer_leading()
        self.leading[-1].weeks.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()

    def _add_line(self, kpi_id: str, weeks: int) -> None:
        line = LeadingLine(self._theme, kpi_id, self._names.get(kpi_id, kpi_id), weeks)
        line.changed.connect(self.changed)
        line.removed.connect(self._remove)
        self.leading.append(line)
        self._leading_column.insertWidget(self._leading_column.count() - 1, line)

    def _remove(self, line: LeadingLine) -> None:
        self._drop(line)
        self._offer_leading()
        self.changed.emit()

    def _drop(self, line: LeadingLine) -> None:
        self.leading.remove(line)
        self._leading_column.removeWidget(line)
        line.hide()
        line.deleteLater()

    def _offer_leading(self) -> None:
        taken = {one.kpi_id for one in self.leading}
        lines = [Line(name, one, one) for one, name in self._names.items() if one not in taken]
        self.add_leading.offer(lines, None, "Add a KPI")


def _text(words: str, hint: str) -> QLineEdit:
    made = QLineEdit(placeholderText=hint)
    made.setAccessibleName(words)
    return made


def _wrapped(theme: Theme, words: str, hint: str) -> WrappedField:
    made = WrappedField(theme, hint)
    made.setAccessibleName(words)
    return made


def missing_words(names: Sequence[str], problem: str = "") -> str:
    """What is still missing before a KPI can be used: `Still missing: an owner and a decision.`"""
    words = [MISSING_WORDS[one] for one in names]
    if problem:
        words.insert(0, problem)
    if not words:
        return ""
    return f"Still missing: {listed(words)}."
