"""What follows from a target that is being set: whether it can be reached, whether it would show, where it leads."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from kpidesk.core.ladders import Ladder, LadderStep
from kpidesk.core.wording import capital
from kpidesk.ui.messages import PlainLabel, plain_button_text
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import button, clear, row, set_icon
from kpidesk.ui.widgets.page_parts import Mark

MORE = "Where this leads"
STEP_WIDTH = 108


class Outlook(QWidget):
    """Sentences about a target, the longer ones behind a button; a class because it is a widget with a signal.

    `add_wanted` sends the id of a KPI that moves sooner, to be taken into use.
    """

    add_wanted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._suggest = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.capability, capability = self._sentence("triangle-alert", "watch")
        self.add = button("", lambda: self.add_wanted.emit(self._suggest))
        self.visibility, visibility = self._sentence("eye", "muted", self.add)
        self._lines = {self.capability: capability, self.visibility: visibility}
        self.more = button(MORE, self._toggle, kind="link")
        self.more.setCheckable(True)
        set_icon(self.more, theme, "chevron-right", color="accent_ink", size=14)
        self.details = QWidget()
        inside = QVBoxLayout(self.details)
        inside.setContentsMargins(0, 2, 0, 0)
        inside.setSpacing(6)
        self.steps = QGridLayout()
        self.steps.setHorizontalSpacing(12)
        self.steps.setVerticalSpacing(1)
        self.words = PlainLabel("", "small", wrap=True)
        inside.addLayout(self.steps)
        inside.addWidget(self.words)
        self.details.hide()
        for part in (capability, visibility):
            column.addWidget(part)
        column.addLayout(row(self.more, None))
        column.addWidget(self.details)
        self.show_ladder(None)

    def _sentence(self, sign: str, color: str, *after: QWidget) -> tuple[PlainLabel, QWidget]:
        label, line = PlainLabel("", wrap=True), QWidget()
        mark = Mark(self.theme, sign, color, 16)
        made = row(mark, label, *after)
        made.setStretch(1, 1)
        made.setAlignment(mark, Qt.AlignmentFlag.AlignTop)
        line.setLayout(made)
        return label, line

    def show_ladder(self, ladder: Ladder | None, note: str = "") -> None:
        """Show what follows from the target; nothing while that is not known. `note` is one sentence more."""
        self._say(self.capability, ladder.capability if ladder is not None else "")
        self._say(self.visibility, ladder.visibility.words if ladder is not None else "")
        self._suggest = ladder.visibility.suggest if ladder is not None else ""
        self.add.setText(plain_button_text(f"Add {ladder.visibility.suggest_name}") if ladder is not None else "")
        self.add.setVisible(bool(self._suggest))
        self.more.setVisible(ladder is not None and bool(ladder.steps))
        self.details.setVisible(self.more.isChecked() and ladder is not None)
        if ladder is None:
            return
        self._show_steps(ladder)
        comparable = ladder.comparable.words if ladder.comparable is not None else ""
        band = ladder.band.words if ladder.band is not None else ""
        # what a step says below its own number is not said again
        odd = [one.warning for one in ladder.steps if one.warning]
        warnings = [words for words in ladder.warnings if not any(one in words for one in odd)]
        told = [words for words in (*warnings, note, comparable, band) if words]
        self.words.setText("\n".join(capital(words) for words in told))
        self.words.setVisible(bool(told))

    def _say(self, label: PlainLabel, words: str) -> None:
        label.setText(words)
        self._lines[label].setVisible(bool(words))

    def _show_steps(self, ladder: Ladder) -> None:
        """The baseline and the next periods side by side, as if the step were made each time."""
        clear(self.steps)
        self._column(0, "Baseline", ladder.start_text, "")
        for at, step in enumerate(ladder.steps, 1):
            self._column(at, step.period.label, step.text, step.warning)
        self.steps.setColumnStretch(len(ladder.steps) + 1, 1)
        for at in range(len(ladder.steps) + 1):
            self.steps.setColumnMinimumWidth(at, self.theme.px(STEP_WIDTH))
        self.details.setAccessibleName(f"Repeated at each refresh: {', '.join(map(step_words, ladder.steps))}")

    def _column(self, at: int, name: str, value: str, warning: str) -> None:
        self.steps.addWidget(PlainLabel(name, "small"), 0, at)
        self.steps.addWidget(PlainLabel(value, "strong" if at else "muted"), 1, at)
        if warning:
            self.steps.addWidget(PlainLabel(f"▲ {warning}", "watch", wrap=True), 2, at, Qt.AlignmentFlag.AlignTop)

    def _toggle(self) -> None:
        is_open = self.more.isChecked()
        set_icon(self.more, self.theme, "chevron-down" if is_open else "chevron-right", color="accent_ink", size=14)
        self.details.setVisible(is_open)


def step_words(step: LadderStep) -> str:
    """A step for a screen reader."""
    return f"{step.period.label} {step.text}{f' ({step.warning})' if step.warning else ''}"
