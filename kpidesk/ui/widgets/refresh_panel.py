"""One target that is due: old and new side by side, what to know about it, and the three things to do."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from kpidesk.core.periods import Period
from kpidesk.core.refreshing import Choice, Decision, RefreshLine
from kpidesk.core.wording import capital
from kpidesk.ui.messages import PlainLabel, restyle, tip
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import Segments, clear, row
from kpidesk.ui.widgets.page_parts import Column, Mark, button, say_on
from kpidesk.ui.widgets.refresh_text import CHOICES, compared, exact_words

KEEP_REASON = "Keeping an old target needs a reason."


class RefreshPanel(Column):
    """The panel; a class because it is a widget with signals.

    `decided` sends a Decision; one that was typed is still to be looked at, and `show_problem` says what is wrong.
    """

    decided = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__(margins=(18, 16, 18, 16))
        self.theme = theme
        self.line: RefreshLine | None = None
        column = self.column
        column.setSpacing(10)
        self.title = PlainLabel("", "heading", wrap=True)
        self.age = PlainLabel("", "small", wrap=True)
        column.addWidget(self.title)
        column.addWidget(self.age)
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(16)
        self.grid.setVerticalSpacing(6)
        column.addLayout(self.grid)
        self.method = PlainLabel("", "small", wrap=True)
        column.addWidget(self.method)
        self.noticeable = PlainLabel("", wrap=True)
        column.addWidget(self.noticeable)
        self.notes = QWidget()
        self._notes = QGridLayout(self.notes)
        self._notes.setContentsMargins(0, 0, 0, 0)
        self._notes.setHorizontalSpacing(8)
        self._notes.setVerticalSpacing(6)
        self._notes.setColumnStretch(1, 1)
        column.addWidget(self.notes)
        column.addStretch(1)
        self._build_choice()

    def _build_choice(self) -> None:
        self.choice = Segments(CHOICES, "Decision")
        self.choice.chosen.connect(self.choose)
        for made, key in zip(self.choice.buttons(), "AEK", strict=True):
            tip(made, f"{key} in the list")
        self.typed = QLineEdit(placeholderText="Target, or minimum/target/stretch")
        self.typed.setAccessibleName("New target")
        self.reason = QLineEdit(placeholderText="Why does it still hold?")
        self.reason.setAccessibleName("Reason")
        self.reason.setMaxLength(200)
        for field in (self.typed, self.reason):
            field.returnPressed.connect(self._confirm)
        self.confirm = button("&Take it", self._confirm)
        self.problem = PlainLabel("", "problem", wrap=True)
        self.column.addLayout(row(self.choice, None))
        self.column.addWidget(self.typed)
        line = row(self.reason, self.confirm)
        line.setStretch(0, 1)
        self.column.addLayout(line)
        self.column.addWidget(self.problem)

    def show_line(self, line: RefreshLine, period: Period, decision: Decision | None, currency: str) -> None:
        """Show a target that is due, with what was decided about it."""
        self.line = line
        self.title.setText(f"{line.kpi.name} · {line.name}")
        self.age.setText(f"The old target was {line.age}.")
        self._compare(line, period, currency)
        self.method.setText(capital(line.method))
        self.method.setVisible(bool(line.method))
        self.noticeable.setText(line.noticeable)
        self.noticeable.setVisible(bool(line.noticeable))
        self._note(line)
        self.choice.buttons()[0].setEnabled(line.proposed is not None)
        self.typed.setText(decision.text if decision is not None else "")
        self.reason.setText(decision.reason if decision is not None else "")
        self.show_problem("")
        self._show_fields(decision.choice if decision is not None else None)

    def _compare(self, line: RefreshLine, period: Period, currency: str) -> None:
        clear(self.grid)
        right = Qt.AlignmentFlag.AlignRight
        for at, words in enumerate(("", line.old.period.label, period.label)):
            self.grid.addWidget(PlainLabel(words, "caption"), 0, at, right if at else Qt.AlignmentFlag.AlignLeft)
        exact = ("", *exact_words(line, currency), "", "", "")
        for place, (name, before, after) in enumerate(compared(line, currency), 1):
            strong = name == "Target"
            self.grid.addWidget(PlainLabel(name, "strong" if strong else "muted"), place, 0)
            self.grid.addWidget(PlainLabel(before, "muted"), place, 1, right)
            new = PlainLabel(after, "strong" if strong else "")
            tip(new, exact[place - 1])
            new.setAccessibleDescription(exact[place - 1])
            self.grid.addWidget(new, place, 2, right)
        self.grid.setColumnStretch(0, 1)

    def _note(self, line: RefreshLine) -> None:
        clear(self._notes)
        told = [("triangle-alert", "watch", words) for words in (line.hindrance, *line.warnings) if words]
        if line.is_stale:
            told.append(("history", "muted", "The target is older than the period before."))
        if line.capability:
            told.append(("info", "muted", line.capability))
        for at, (sign, color, words) in enumerate(told):
            mark = Mark(self.theme, sign, color, 16)
            self._notes.addWidget(mark, at, 0, Qt.AlignmentFlag.AlignTop)
            self._notes.addWidget(PlainLabel(words, wrap=True), at, 1)
        self.notes.setVisible(bool(told))

    def choose(self, choice: object) -> None:
        """Accept at once; editing and keeping ask for a number or a reason first."""
        made: Choice = next(value for _, value in CHOICES if value == choice)
        line = self.line
        if line is None or (made == "accept" and line.proposed is None):
            return
        self._show_fields(made)
        self.show_problem("")
        if made == "accept":
            self.decided.emit(Decision(line.kpi.id, line.scope, "accept"))
        else:
            (self.typed if made == "edit" else self.reason).setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_fields(self, choice: Choice | None) -> None:
        self.choice.set_value(choice)
        self.typed.setVisible(choice == "edit")
        self.reason.setVisible(choice in ("edit", "keep"))
        self.confirm.setVisible(choice in ("edit", "keep"))
        say_on(self.confirm, "Keep it" if choice == "keep" else "Take it")
        self.reason.setPlaceholderText("Why does it still hold?" if choice == "keep" else "Why? If there is a reason")

    def _confirm(self) -> None:
        line, choice = self.line, self.choice.value()
        if line is None or choice not in ("edit", "keep"):
            return
        text, reason = self.typed.text().strip(), " ".join(self.reason.text().split())
        if choice == "keep" and not reason:
            self.show_problem(KEEP_REASON, self.reason)
        elif choice == "edit" and not text:
            self.show_problem("Write the new target.", self.typed)
        else:
            made: Choice = "edit" if choice == "edit" else "keep"
            self.show_problem("")
            self.decided.emit(Decision(line.kpi.id, line.scope, made, text if made == "edit" else "", reason))

    def show_problem(self, text: str, field: QLineEdit | None = None) -> None:
        """Say what is wrong at a field, or nothing."""
        self.problem.setText(text)
        self.problem.setVisible(bool(text))
        for one in (self.typed, self.reason):
            restyle(one, "wrong", one is field)
        if field is not None:
            field.setFocus(Qt.FocusReason.OtherFocusReason)
