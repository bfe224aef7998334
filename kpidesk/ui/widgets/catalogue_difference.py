"""What a file of definitions would change, KPI by KPI and field by field, before anything is changed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QListWidget, QListWidgetItem, QSplitter, QVBoxLayout, QWidget

from kpidesk.core.pack_files import ChangeKind, DefinitionChange
from kpidesk.core.wording import counted, listed
from kpidesk.operations import PackDifference
from kpidesk.ui import window_size
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import card, clear
from kpidesk.ui.widgets.page_parts import Column
from kpidesk.ui.widgets.people_dialogs import AskDialog

SIZE, ROW_HEIGHT = (820, 560), 48
KIND_WORDS: dict[ChangeKind, str] = {"new": "New", "changed": "Changed", "same": "The same"}
FIELD_WORDS = {
    "formula": "How it is counted", "per_rep_per_week": "Per rep and week", "builtin": "Counted by",
    "kpi_class": "Class",
    "sentence": "In a sentence", "leading": "Foretold by", "lag_weeks": "Weeks ahead", "influenced_by": "Influenced by",
    "minimum_n": "Status from so many rows", "pace": "Target due by",
    "range_low": "Range from", "range_high": "Range to", "scale_low": "Scale from", "scale_high": "Scale to",
}  # fmt: skip
NEW_WORDS = "New. It comes as a draft, so no scorecard changes until you take it into use."
SAME_WORDS = "Defined in the file as it is here."


def difference_words(changes: Sequence[DefinitionChange]) -> str:
    """How many KPIs are new, changed and the same: "2 new, 1 changed, 4 the same"."""
    counts = {kind: sum(one.kind == kind for one in changes) for kind in KIND_WORDS}
    return listed([f"{count} {KIND_WORDS[kind].lower()}" for kind, count in counts.items() if count])


def field_words(field: str) -> str:
    """The name of a field as a person reads it."""
    return FIELD_WORDS.get(field, field.replace("_", " ").capitalize())


class DifferenceDialog(AskDialog):
    """The KPIs of the file at the left, what changes at the right.

    `wanted` sends whether what counts otherwise is taken in too, and whether the same set is to be in use.
    """

    wanted = Signal(bool, bool)

    def __init__(self, theme: Theme, name: str, found: PackDifference, parent: QWidget | None = None) -> None:
        count = sum(one.kind != "same" for one in found.changes)
        yes = f"Take in {counted(count, 'KPI')}" if count else "Nothing to take in"
        text = f"{difference_words(found.changes)}. Definitions {found.pack.code}. Nothing has changed yet."
        super().__init__(f"What {name} would change", text, yes, parent)
        self.theme, self.changes = theme, found.changes
        window_size.fit(self, QSize(*SIZE))
        other = [one.kpi.name for one in found.changes if one.kind == "changed" and one.counts_otherwise]
        self._count, self._other, self.crowd = count, other, found.crowd
        self.agree = QCheckBox("Count as the file does what counts otherwise here")
        into, out = len(found.into_use), len(found.out_of_use)
        self.same_set = QCheckBox(f"Use the same set here ({into} in, {out} out)")
        self.left = PlainLabel("", "small", wrap=True)
        for box in (self.agree, self.same_set):
            box.toggled.connect(self._check)
        self.form.addWidget(self._parts(), 1)
        for part in (self.agree, self.left, self.same_set):
            self.form.addWidget(part)
        self.agree.setVisible(bool(other))
        self.same_set.setVisible(bool(into or out))
        self._fill()
        self._check()

    def _parts(self) -> QSplitter:
        self.list = QListWidget()
        self.list.setAccessibleName("KPIs in the file")
        self.list.setMinimumWidth(self.theme.px(240))
        self.detail = Column(margins=(16, 12, 16, 12))
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        for part in (self.list, self.detail):
            frame, column = card(margins=(1, 1, 1, 1))
            column.addWidget(part)
            split.addWidget(frame)
        split.setStretchFactor(1, 1)
        return split

    def _fill(self) -> None:
        for one in self.changes:
            item = QListWidgetItem(f"{one.kpi.name}\n{_note(one)}", self.list)
            item.setSizeHint(QSize(0, self.theme.px(ROW_HEIGHT)))
        self.list.currentRowChanged.connect(self._show)
        first = next((at for at, one in enumerate(self.changes) if one.kind == "changed"), 0)
        self.list.setCurrentRow(first)

    def _check(self) -> None:
        """What counts otherwise needs a yes of its own and is left out without it."""
        left = 0 if self.agree.isChecked() else len(self._other)
        count = self._count - left
        stay = f"{_named(self._other)} {'stays' if left == 1 else 'stay'} as here unless ticked."
        self.left.setText(stay if left else f"{_named(self._other)}: the numbers change from today on.")
        self.left.setVisible(bool(self._other))
        sets = self.same_set.isChecked()
        self.yes.setText(f"Take in {counted(count, 'KPI')}" if count else "Use the same set" if sets
                         else "Nothing to take in")  # fmt: skip
        self.yes.setEnabled(bool(count) or sets)

    def _show(self, at: int) -> None:
        clear(self.detail.column)
        if not 0 <= at < len(self.changes):
            return
        one = self.changes[at]
        self.detail.column.addWidget(PlainLabel(one.kpi.name, "heading", wrap=True))
        if one.kind == "changed":
            self.detail.column.addLayout(_fields(one))
        else:
            self.detail.column.addWidget(PlainLabel(NEW_WORDS if one.kind == "new" else SAME_WORDS, "muted", wrap=True))
            self.detail.column.addWidget(PlainLabel(one.kpi.sentence, wrap=True))
            self.detail.column.addWidget(PlainLabel(one.kpi.formula, "small", wrap=True))
        self.detail.column.addStretch(1)

    def take(self) -> None:
        """Take the definitions in; the dialog stays until it is done."""
        if self.yes.isEnabled():
            self.yes.setEnabled(False)
            self.wanted.emit(self.agree.isChecked(), self.same_set.isChecked())


def _named(names: Sequence[str]) -> str:
    return f"'{names[0]}'" if len(names) == 1 else counted(len(names), "KPI")


def _note(one: DefinitionChange) -> str:
    if one.kind != "changed":
        return KIND_WORDS[one.kind]
    return f"Changed: {'counts otherwise' if one.counts_otherwise else counted(len(one.fields), 'field')}"


def _fields(one: DefinitionChange) -> QVBoxLayout:
    """Each field that changes, as it is here and as it is in the file."""
    column = QVBoxLayout()
    column.setSpacing(12)
    for each in one.fields:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        grid.addWidget(PlainLabel(field_words(each.field), "strong"), 0, 0, 1, 2)
        for at, (words, text, role) in enumerate((("Here", each.before, "muted"), ("In the file", each.after, "")), 1):
            grid.addWidget(PlainLabel(words, "small"), at, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(PlainLabel(text or "empty", role, wrap=True), at, 1)
        column.addLayout(grid)
    return column


def taken_in_words(file: str, found: PackDifference) -> str:
    """What was taken in, and whether it is in use: "2 definitions taken in from ours.kpipack: 1 in use, 1 draft."."""
    taken = [one.kpi for one in found.changes if one.kind != "same"]
    used = sum(kpi.status == "active" or kpi.id in found.into_use for kpi in taken)
    states = [f"{used} in use"] * bool(used) + [f"{len(taken) - used} not in use"] * (used < len(taken))
    told = f"{counted(len(taken), 'definition')} taken in from {file}{': ' if states else ''}{', '.join(states)}."
    if not (found.into_use or found.out_of_use):
        return told
    return f"{told} The same set is in use: {len(found.into_use)} taken into use, {len(found.out_of_use)} retired."
