"""A card that folds: its title and what it says in one line are always seen, the rest once it is wanted."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.page_parts import Mark
from kpidesk.ui.widgets.review_parts import Fold, bring_up


class FoldCard(Fold):
    """The card; `opened` says that it was opened, by a person or the program. A class because it is a widget.

    It takes its place in the window while it is still empty: Qt styles all that is moved into another widget anew.
    """

    opened = Signal()

    def __init__(self, theme: Theme, title: str, parent: QWidget, icon: str = "") -> None:
        super().__init__(theme, title)
        self.setParent(parent)
        self.setProperty("role", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(title)
        outer = self.layout()
        if outer is not None:
            outer.setContentsMargins(8, 7, 18, 7)
        self.title = PlainLabel(title, "subheading")
        self.summary = PlainLabel("", "small", elide=True)
        if icon:
            self.line.addWidget(Mark(theme, icon, size=15), 0, Qt.AlignmentFlag.AlignVCenter)
        self.line.addWidget(self.title, 0, Qt.AlignmentFlag.AlignVCenter)
        self.line.addSpacing(6)
        self.line.addWidget(self.summary, 1, Qt.AlignmentFlag.AlignVCenter)
        self.line.addStretch(0)  # where the line is hidden, the title stays at its place
        self.inner.setContentsMargins(10, 6, 0, 10)
        self.inner.setSpacing(10)
        self.body.setCursor(Qt.CursorShape.ArrowCursor)

    def say(self, summary: str) -> None:
        """Say in one line what stands inside."""
        self.summary.setText(summary)

    def set_open(self, shown: bool) -> None:
        """Show or hide what stands inside."""
        was = self.is_open
        super().set_open(shown)
        self.summary.setVisible(not self.is_open)  # what stands inside says it at length
        if shown and not was:
            self.opened.emit()

    def go_to(self) -> None:
        """Open it, scroll to it, and put the cursor on it."""
        self.set_open(True)
        self.arrow.setFocus(Qt.FocusReason.OtherFocusReason)
        bring_up(self)
