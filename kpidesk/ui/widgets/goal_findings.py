"""What sales practice would change about the set of KPIs: one line that opens into a list."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kpidesk.core.lint import LintFinding
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import card, clear, row
from kpidesk.ui.widgets.import_answers import counted
from kpidesk.ui.widgets.import_parts import Mark, button, fill, say_on


def summary(findings: Sequence[LintFinding]) -> str:
    """How many there are, and the first of them: `3 things to mend in your set of KPIs. …`."""
    if not findings:
        return ""
    return f"{counted(len(findings), 'thing')} to mend in your set of KPIs. {findings[0].problem}"


def grouped(findings: Sequence[LintFinding]) -> tuple[LintFinding, ...]:
    """The findings, the gravest first; what holds alike for several levels is said once."""
    groups: dict[tuple[str, str], list[LintFinding]] = {}
    for one in sorted(findings, key=lambda one: one.severity != "error"):
        groups.setdefault((one.severity, one.problem.replace(one.where, "\0")), []).append(one)
    return tuple(
        replace(each[0], problem=problem.replace("\0", _listed([one.where for one in each])))
        for (_, problem), each in groups.items()
    )


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


class Findings(QWidget):
    """The findings about the active KPIs, hidden while there is none; a class because it is a widget with a signal.

    `chosen` carries the id of the KPI that a finding is about.
    """

    chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        frame, column = card(margins=(18, 8, 12, 8), spacing=4)
        self.sign = Mark(theme, "triangle-alert", "watch", 16)
        self.words = PlainLabel("", elide=True)
        self.toggle = button("Show &what", self._toggle, "link")
        head = row(self.sign, self.words, self.toggle, spacing=10)
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
        """Show findings, the gravest first; one about a KPI leads to it."""
        clear(self._list)
        shown = grouped(findings)
        for one in shown:
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
