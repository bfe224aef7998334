"""The groups of a comparison in words, beside the plot."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from kpidesk.core.luck_words import FOR_LUCK
from kpidesk.core.peers import Comparison, PeerGroup
from kpidesk.core.term_words import term_words
from kpidesk.core.wording import listed
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.compare_text import READING, READING_RANGES, alike_words, head_of
from kpidesk.ui.widgets.controls import clear, line

WIDTH = 300


class CompareWords(QScrollArea):
    """Who cannot be told apart, group by group; a class because it is a widget."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Who differs and who does not")
        inner = QWidget()
        inner.setProperty("role", "surface")
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(18, 4, 18, 14)
        self._column.setSpacing(6)
        self.setWidget(inner)
        self.viewport().setAutoFillBackground(False)
        theme.changed.connect(self._refit)
        self._refit()

    def _refit(self) -> None:
        self.setMinimumWidth(self._theme.px(WIDTH))

    def sizeHint(self) -> QSize:
        """As narrow as it may be: what room there is goes to the plot."""
        return QSize(self.minimumWidth(), super().sizeHint().height())

    def show_comparison(self, found: Comparison) -> None:
        """Show every group, those who are ramping, and how to read the plot."""
        clear(self._column)
        said = {found.sentence}
        for group in found.groups:
            self._add_group(group, said)
            said.add(group.words)
        if found.ramping:
            names = listed((one.name for one in found.ramping), 8)
            self._add("Still ramping", "subheading")
            self._add(f"{names}: compared with nobody until the ramp is over.", "small")
            self._column.addWidget(line())
        if any(group.common is not None for group in found.groups):
            self._add("How to read it", "subheading")
            self._add(READING if any(group.limits for group in found.groups) else READING_RANGES, "small")
            has_guess = any(one.fair_text for one in found.peers)
            self._add(term_words(found.kpi.name, FOR_LUCK, "best guess" if has_guess else ""), "small")
        self._column.addStretch(1)

    def _add_group(self, group: PeerGroup, said: set[str]) -> None:
        """What a group comes to, unless it has been said already, and who is in it where nobody is told apart."""
        self._add(head_of(group), "subheading")
        if group.words not in said:
            self._add(group.words, "")
        if group.common is None and len(group.peers) > 1:
            self._add(listed((one.name for one in group.peers), 8), "small")
        for names in alike_words(group):
            self._add(f"Alike: {names}", "small")
        self._column.addSpacing(2)
        self._column.addWidget(line())
        self._column.addSpacing(2)

    def _add(self, text: str, role: str) -> None:
        self._column.addWidget(PlainLabel(text, role, wrap=True))
