"""A list to pick one answer from."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QSizePolicy

from kpidesk.core.choices import Choice
from kpidesk.ui.messages import plain_tip
from kpidesk.ui.widgets.controls import ListBox


class ChoiceBox(ListBox):
    """A drop-down list of choices with words; a class because `picked` says that the user chose."""

    picked = Signal()

    def __init__(self, words: str, least: int = 8, *, fills: bool = False) -> None:
        super().__init__()
        self.setAccessibleName(words)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(least)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMaxVisibleItems(16)
        if fills:
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._shown: tuple[Choice, ...] = ()
        self.activated.connect(lambda _number: self.picked.emit())
        self.currentTextChanged.connect(lambda _text: self.updateGeometry())

    def offer(self, choices: Sequence[Choice], value: str) -> None:
        """Offer choices with one of them on; one that is not among them is added so that nothing is lost."""
        if value not in (one.value for one in choices):
            choices = (*choices, Choice(value, value))
        if tuple(choices) != self._shown:
            self._shown = tuple(choices)
            self.clear()
            for number, one in enumerate(self._shown):
                self.addItem(one.words)
                if one.help:
                    self.setItemData(number, plain_tip(one.help), Qt.ItemDataRole.ToolTipRole)
            self._widen()
        self.setCurrentIndex([one.value for one in self._shown].index(value))

    def sizeHint(self) -> QSize:
        """Wide enough for the words that are on; the layout makes it narrower where there is no room."""
        hint, letters = super().sizeHint(), self.fontMetrics()
        least = letters.horizontalAdvance("X") * self.minimumContentsLength()
        return QSize(hint.width() + max(0, letters.horizontalAdvance(self.currentText()) - least), hint.height())

    def value(self) -> str:
        """The value of the choice that is on."""
        at = self.currentIndex()
        return self._shown[at].value if 0 <= at < len(self._shown) else ""

    def choose(self, value: str) -> None:
        """Choose as the user does."""
        self.setCurrentIndex([one.value for one in self._shown].index(value))
        self.picked.emit()

    def _widen(self) -> None:
        """The open list shows long words whole."""
        widest = max((self.fontMetrics().horizontalAdvance(one.words) for one in self._shown), default=0)
        self.view().setMinimumWidth(min(460, widest + 48))
