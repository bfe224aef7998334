"""A part of a page whose own parts stand beside each other, or below each other where it is narrow."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame

from kpidesk.ui.theme import Theme


class NarrowFrame(QFrame):
    """The base of such parts; a class because it is a widget.

    A part says in `narrow` below which width (before text scaling) it is narrow, and puts its own parts in their
    places in `lay_out`; it calls `refit` once they are built.
    """

    narrow: ClassVar[int] = 0

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._was_narrow: bool | None = None

    def lay_out(self, *, is_narrow: bool) -> None:
        """Put everything in its place."""
        raise NotImplementedError

    def refit(self, *, anew: bool = False) -> None:
        """Lay it out if it has become narrow or wide; `anew` also where it has not."""
        is_narrow = self.width() < self._theme.px(self.narrow)
        if anew or is_narrow != self._was_narrow:
            self._was_narrow = is_narrow
            self.lay_out(is_narrow=is_narrow)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay it out for the width."""
        super().resizeEvent(event)
        self.refit()
