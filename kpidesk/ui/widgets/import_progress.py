"""How far a file has come: a bar, the rate, what is left, and Cancel."""

from __future__ import annotations

import time

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from kpidesk.core.progress import TAKING_BACK, Progress
from kpidesk.core.wording import counted
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.widgets.controls import card, row
from kpidesk.ui.widgets.page_parts import button, say_on

WIDEST = 640


def pace_words(done: int, total: int, seconds: float) -> str:
    """Rows done, rows per second and what is left: `40,000 of 100,000 rows · 20,000 rows/s · 3 s left`."""

    parts = [f"{done:,} of {counted(total, 'row')}" if total else counted(done, "row")]
    rate = done / seconds if seconds > 0.2 else 0.0
    if rate >= 1:
        parts.append(f"{_rounded(rate):,} rows/s")
        if total > done:
            parts.append(f"{_left((total - done) / rate)} left")
    return " · ".join(parts)


def _rounded(rate: float) -> int:
    step = int(10 ** max(0, len(str(int(rate))) - 2))
    return int(round(rate / step) * step)


def _left(seconds: float) -> str:
    return f"{max(1, round(seconds))} s" if seconds < 90 else f"{round(seconds / 60)} min"


class ProgressCard(QWidget):
    """A running import or undo in the place of its result; a class because it is a widget with a signal."""

    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        frame, column = card(margins=(24, 22, 24, 20), spacing=10)
        self.heading = PlainLabel("", "heading", elide=True)
        self.detail = PlainLabel("", "muted", elide=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress")
        self.cancel = button("&Cancel", self._cancel)
        self.promise = PlainLabel("", "small")
        column.addWidget(self.heading)
        column.addWidget(self.bar)
        column.addWidget(self.detail)
        column.addSpacing(4)
        column.addLayout(row(self.promise, None, self.cancel))
        frame.setMaximumWidth(WIDEST)
        outer.addStretch(1)
        outer.addLayout(row(frame))
        outer.addStretch(2)
        self._since = 0.0
        self._phase = ""

    def start(self, heading: str, promise: str = "") -> None:
        """Begin anew: nothing done yet."""
        self.heading.setText(heading)
        self.promise.setText(promise)
        self.detail.setText("")
        self.cancel.setEnabled(True)
        say_on(self.cancel, "Cancel")
        self.bar.setRange(0, 0)
        self._since = time.monotonic()
        self._phase = ""

    def show_step(self, step: Progress) -> None:
        """Show how far the work has come; what has become certain cannot be cancelled."""
        counts_rows = "row" in step.text or not step.text
        phase = f"{step.total}" if counts_rows else step.text
        if phase != self._phase:
            self._phase, self._since = phase, time.monotonic()
        self.bar.setRange(0, 1000 if step.total else 0)
        if step.total:
            self.bar.setValue(min(1000, step.done * 1000 // step.total))
        words = pace_words(step.done, step.total, time.monotonic() - self._since)
        self.detail.setText(words if counts_rows else step.text)
        if step.certain:
            self.cancel.setEnabled(False)

    def _cancel(self) -> None:
        self.cancel.setEnabled(False)
        say_on(self.cancel, "Cancelling…")
        self.bar.setRange(0, 0)
        self.detail.setText(TAKING_BACK)
        self.cancelled.emit()
