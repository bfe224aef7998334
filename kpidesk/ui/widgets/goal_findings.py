"""What sales practice would change about the set of KPIs: one line that opens into the first three things."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kpidesk.core.lint import LintFinding, most_urgent
from kpidesk.core.lint_words import grouped, mend_words
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import card, clear, row
from kpidesk.ui.widgets.page_parts import Mark, button, fill, say_on


def summary(findings: Sequence[LintFinding]) -> str:
    """How many there are, and the first of them: `3 things to mend in your set of KPIs. …`."""
    if not findings:
        return ""
    return f"{mend_words(findings)} in your set of KPIs. {findings[0].problem}"


class Findings(QWidget):
    """The findings about the active KPIs, hidden while there is none; a class because it is a widget with a signal.

    `chosen` carries the id of the KPI that a finding is about, `check_wanted` asks for the page that mends them all.
    """

    chosen = Signal(str)
    check_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        frame, column = card(margins=(18, 8, 12, 8), spacing=4)
        self.sign = Mark(theme, "triangle-alert", "watch", 16)
        self.words = PlainLabel("", elide=True)
        self.toggle = button("Show &what", self._toggle, "link")
        self.all = button("Go to the &check", self.check_wanted.emit, "link", "Every finding, with what mends it")
        head = row(self.sign, self.words, self.toggle, self.all, spacing=10)
        head.setStretch(1, 1)
        self.details = QWidget()
        self._list = QVBoxLayout(self.details)
        self._list.setContentsMargins(0, 4, 0, 8)
        self._list.setSpacing(10)
        fill(column, head)
        column.addWidget(self.details)
        outer.addWidget(frame)
        self.details.hide()
        self.hide()

    def show_findings(self, findings: Sequence[LintFinding], kpi_ids: Collection[str]) -> None:
        """Show the three most urgent findings; one about a KPI leads to it."""
        clear(self._list)
        shown = grouped(findings)
        for one in most_urgent(shown):
            self._list.addLayout(self._line(one, is_kpi=one.where in kpi_ids))
        grave = any(one.severity == "error" for one in shown)
        self.sign.show_icon(*(("circle-alert", "bad") if grave else ("triangle-alert", "watch")))
        self.words.setText(summary(shown))
        self.setVisible(bool(findings))

    def _line(self, one: LintFinding, *, is_kpi: bool) -> QVBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(1)
        problem = PlainLabel(one.problem, "subheading", wrap=True)
        head = row(problem)
        head.setStretch(0, 1)
        if is_kpi:
            head.addWidget(button("Go to it", self._leads_to(one.where), "link"))
        fill(words, head, PlainLabel(f"{one.consequence} {one.advice}", "small", wrap=True))
        return words

    def _leads_to(self, kpi_id: str) -> Callable[[], None]:
        return lambda: self.chosen.emit(kpi_id)

    def _toggle(self) -> None:
        shown = not self.details.isVisibleTo(self)
        self.details.setVisible(shown)
        say_on(self.toggle, "Hide" if shown else "Show what")
