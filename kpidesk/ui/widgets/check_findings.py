"""What is to be mended in a set of KPIs: three things first, each with what follows from it and a button."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from kpidesk.core.lint import SHOWN_AT_ONCE, Fix, LintFinding, most_urgent
from kpidesk.core.lint_words import grouped, mend_words
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets import controls
from kpidesk.ui.widgets.check_parts import FittedButton
from kpidesk.ui.widgets.check_text import AGREED, ASKED, SEVERITY_SIGNS
from kpidesk.ui.widgets.controls import card, clear, line, row
from kpidesk.ui.widgets.flow_row import FlowRow
from kpidesk.ui.widgets.page_parts import Mark, button, fill, say_on
from kpidesk.ui.widgets.people_dialogs import AskDialog

CLEAN_WORDS = "Few KPIs, each with an owner and a purpose, some that foretell and some that confirm. Keep it so."
LONGEST = 500
STAY = "Leave it so…"
WHY = "Why does it stay?"


class FindingCards(QWidget):
    """The findings; a class because it is a widget with signals.

    `fix_wanted` sends a Fix, `stay_wanted` the LintFinding that is to stay as it is, `opened` the id of a KPI,
    `each_wanted` asks to look at every target by itself.
    """

    fix_wanted = Signal(object)
    stay_wanted = Signal(object)
    opened = Signal(str)
    each_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        frame, column = card(margins=(20, 16, 20, 14), spacing=10)
        self.sign = Mark(theme, "check", "good", 20)
        self.heading = PlainLabel("", "heading", wrap=True)
        head = row(self.sign, self.heading, spacing=10)
        head.setStretch(1, 1)
        self.clean = PlainLabel(CLEAN_WORDS, "muted", wrap=True)
        self.first, self.rest = QWidget(), QWidget()
        for part in (self.first, self.rest):
            part.setLayout(QVBoxLayout())
            _of(part).setContentsMargins(0, 0, 0, 0)
            _of(part).setSpacing(12)
        self.more = button("&More", self._toggle, "link")
        fill(column, head, self.clean, self.first, self.rest, row(self.more, None))
        outer.addWidget(frame)
        self.rest.hide()
        self._hidden = 0

    def show_findings(self, findings: Sequence[LintFinding], names: Mapping[str, str]) -> None:
        """Show findings, the most urgent first; `names` are the KPIs that can be gone to."""
        every = grouped(findings)
        first = most_urgent(every)
        rest = [one for one in every if one not in first]
        self._hidden = len(rest)
        for part, shown in ((self.first, first), (self.rest, rest)):
            clear(_of(part))
            for at, one in enumerate(shown):
                if at or part is self.rest:
                    _of(part).addWidget(line())
                _of(part).addLayout(self._finding(one, is_kpi=one.where in names))
        self.heading.setText(mend_words(every, SHOWN_AT_ONCE))
        word = every[0].severity if every else None
        self.sign.show_icon(*(SEVERITY_SIGNS[word][1:] if word else ("check", "good")))
        self.clean.setVisible(not every)
        self.first.setVisible(bool(first))
        self.rest.setVisible(self.rest.isVisibleTo(self) and bool(rest))
        self.more.setVisible(bool(rest))
        self._say_more()

    def _finding(self, one: LintFinding, *, is_kpi: bool) -> QVBoxLayout:
        word, icon, color = SEVERITY_SIGNS[one.severity]
        sign = Mark(self.theme, icon, color, 16)
        problem = PlainLabel(one.problem, "subheading", wrap=True)
        parts = (sign, PlainLabel(word, "caption"), problem)
        head = row(*parts, spacing=8)
        head.setStretch(2, 1)
        for part in parts:
            head.setAlignment(part, Qt.AlignmentFlag.AlignTop)
        under = QVBoxLayout()
        under.setContentsMargins(self.theme.px(24), 0, 0, 0)
        under.setSpacing(3)
        fill(under, PlainLabel(one.consequence, wrap=True), PlainLabel(one.advice, "muted", wrap=True))
        if (acts := self._acts(one, is_kpi=is_kpi)) is not None:
            fill(under, 3, acts)
        words = QVBoxLayout()
        words.setSpacing(4)
        fill(words, head, under)
        return words

    def _acts(self, one: LintFinding, *, is_kpi: bool) -> QWidget | None:
        """The buttons of a finding; None where there is nothing to press."""
        links: list[QWidget] = []
        fix = one.fix
        if fix is not None and fix.action == "refresh":
            links.append(controls.button("Look at each", self.each_wanted.emit, kind="link"))
        if is_kpi:
            links.append(controls.button("Go to the KPI", partial(self.opened.emit, one.where), kind="link"))
            links[-1].setAccessibleName(f"Go to the KPI: {one.problem}")
        if one.can_stay:
            links.append(controls.button(STAY, partial(self.stay_wanted.emit, one), kind="link"))
            links[-1].setAccessibleName(f"{STAY} {one.problem}")
        parts = [self._fix_button(fix, one.problem)] if fix is not None else []
        if links:
            parts.append(QWidget())
            parts[-1].setLayout(row(*links, None, spacing=12))
        if not parts:
            return None
        made = QWidget()
        made.setLayout(FlowRow(*parts, spacing=8, squeeze=1))
        return made

    def _fix_button(self, fix: Fix, problem: str) -> QWidget:
        words = f"{fix.words}…" if fix.asks else fix.words
        made = FittedButton(words, partial(self.fix_wanted.emit, fix))
        made.setAccessibleName(f"{words}: {problem}")
        return made

    def _toggle(self) -> None:
        self.rest.setVisible(not self.rest.isVisibleTo(self))
        self._say_more()

    def _say_more(self) -> None:
        say_on(self.more, "Show less" if self.rest.isVisibleTo(self) else f"{self._hidden} more")


def _of(part: QWidget) -> QVBoxLayout:
    layout = part.layout()
    if not isinstance(layout, QVBoxLayout):
        raise TypeError("the part has no column")
    return layout


def _needed(dialog: AskDialog, words: str) -> QLineEdit:
    """A line of a dialog that must be filled in before it can be answered with yes."""
    line = QLineEdit(dialog)
    line.setMaxLength(LONGEST)
    line.setAccessibleName(words)
    dialog.add(words, line)
    line.textChanged.connect(lambda text: dialog.yes.setEnabled(bool(text.strip())))
    dialog.yes.setEnabled(False)
    line.setFocus(Qt.FocusReason.OtherFocusReason)
    return line


class StayDialog(AskDialog):
    """Why a finding stays as it is; `wanted` sends the reason."""

    wanted = Signal(str)

    def __init__(self, problem: str, parent: QWidget | None = None) -> None:
        words = "It is then not told again, unless it says something else. You can look at it again below."
        super().__init__("Leave it so", f"{problem} {words}", "Leave it so", parent)
        self.value = _needed(self, WHY)

    def take(self) -> None:
        """Send it; the dialog stays until it is done."""
        if self.yes.isEnabled():
            self.yes.setEnabled(False)
            self.wanted.emit(self.value.text().strip())


class FixDialog(AskDialog):
    """A fix that needs words first, or a yes; `wanted` sends the Fix as it is to be done."""

    wanted = Signal(object)

    def __init__(self, fix: Fix, problem: str, before: str, parent: QWidget | None = None) -> None:
        yes = "Save" if fix.asks else AGREED.get(fix.action, fix.words)
        super().__init__(fix.words, f"{problem} {before}".strip(), yes, parent)
        self._fix = fix
        self.value = _needed(self, ASKED[fix.action]) if fix.asks else QLineEdit(self)
        self.value.setVisible(fix.asks)

    def take(self) -> None:
        """Send it; the dialog stays until it is done."""
        if self.yes.isEnabled():
            self.yes.setEnabled(False)
            self.wanted.emit(replace(self._fix, value=self.value.text().strip() or self._fix.value))
