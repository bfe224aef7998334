"""What can be taken back on the page of KPIs & targets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtGui import QUndoCommand

from kpidesk.core.goals import Target


class ChangeTarget(QUndoCommand):
    """A changed target that can be taken back: it holds values, never widgets. A class because Qt wants one."""

    def __init__(self, before: Target, after: Target, write: Callable[[Target], None]) -> None:
        super().__init__("target")
        self._before, self._after, self._write = before, after, write

    def redo(self) -> None:
        """Set the new target."""
        self._write(self._after)

    def undo(self) -> None:
        """Set the target that was in force before, as a version of its own."""
        self._write(replace(self._before, reason=f"Back to version {self._before.version}"))
