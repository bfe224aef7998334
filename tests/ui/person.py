"""A person at the window: presses what can be read, types where the words say, and counts what that took."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QScrollArea,
    QTableView,
    QWidget,
)

from kpidesk.ui.messages import PlainLabel
from tests.ui.driving import with_dialog

PATIENCE = 120
"""Seconds that a test waits for the window to come to rest, however busy the machine is."""
SECONDS = {"click": 1.5, "key": 0.28, "scroll": 1.0, "look": 4.0}
"""What a hand and an eye take for each: the keystroke-level model (Card, Moran and Newell 1983: a key of an average
typist 0.28, pointing and pressing 1.3), with a longer look at a screen than that of somebody who knows it."""
KeyboardModifier = Qt.KeyboardModifier
Kind = TypeVar("Kind", bound=QWidget)


@dataclass(slots=True)
class Person:
    """Somebody at the window; not frozen because it counts. With `to` each look leaves a picture there."""

    window: QWidget
    is_busy: Callable[[], bool]
    to: Path | None = None
    done: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SECONDS, 0))

    @property
    def minutes(self) -> float:
        """How long all of it takes a person."""
        return sum(SECONDS[what] * times for what, times in self.done.items()) / 60

    # --- looking -----------------------------------------------------------------------------------------------------

    def wait(self) -> None:
        """Until everything that is under way has arrived."""
        end, quiet = time.monotonic() + PATIENCE, 0
        while quiet < 2:
            QApplication.processEvents()
            quiet = 0 if self.is_busy() else quiet + 1
            if not quiet:
                time.sleep(0.002)
            assert time.monotonic() < end, "the window never came to rest"

    def look(self, name: str) -> None:
        """Read what is there."""
        self.wait()
        self._count("look")
        if self.to is not None:
            QTest.qWait(300)
            picture = QApplication.primaryScreen().grabWindow(0)
            picture.save(str(self.to / f"{len(list(self.to.glob('*.png'))) + 1:02} {name}.png"))

    def reads(self, words: str) -> bool:
        """Whether these words stand somewhere."""
        self.wait()
        return any(words in one.whole_text() for one in self._shown(PlainLabel))

    def _top(self) -> QWidget:
        """What the mouse can reach: a list that dropped down, a dialog, else the window."""
        return QApplication.activePopupWidget() or QApplication.activeModalWidget() or self.window

    def _shown(self, kind: type[Kind]) -> Iterator[Kind]:
        top = self._top()
        return (one for one in top.findChildren(kind) if one.isVisible() and one.window() is top.window())

    def _named(self, kind: type[Kind], words: str) -> Kind:
        """What bears these words, or is called so for a screen reader."""
        self.wait()
        known = [(said_by(one), one) for one in self._shown(kind)]
        found = next((one for said, one in known if words in said), None)
        assert found is not None, f"{words!r} is not there, but {sorted({'/'.join(said) for said, _ in known})}"
        return found

    # --- hands -------------------------------------------------------------------------------------------------------

    def press(self, words: str, *, answer: str = "") -> None:
        """Press the button with these words, and with an answer that of the question which follows."""
        button = self._named(QAbstractButton, words)
        assert button.isEnabled(), f"{words!r} cannot be pressed"
        if answer:
            with_dialog(lambda _dialog: self.press(answer))
        self._click(button)

    def field(self, words: str, text: str) -> None:
        """Click into the field with these words and type over what is in it."""
        names = {said for one in self._shown(QLineEdit) for said in said_by(one)}
        target: QWidget = self._named(QLineEdit if words in names else QPlainTextEdit, words)
        self._click(target)
        QTest.keyClick(target, Qt.Key.Key_A, KeyboardModifier.ControlModifier)
        self.type(text, target)

    def type(self, text: str, target: QWidget | None = None) -> None:
        """Type where the cursor is; without a window manager the window may not know that it is used."""
        for letter in text:
            QTest.keyClicks(target or self._focused(), letter)
        self._count("key", len(text))
        self.wait()

    def key(self, key: Qt.Key) -> None:
        """Press a key that is no letter."""
        QTest.keyClick(self._focused(), key)
        self._count("key")
        self.wait()

    def choose(self, words: str, choice: str) -> None:
        """Open the list with these words and click a line of it."""
        box = self._named(QComboBox, words)
        self._click(box, QPoint(box.width() - 12, box.height() // 2))
        lines = [box.itemText(at) for at in range(box.count())]
        assert choice in lines, f"no {choice!r} in {words!r}: {lines}"
        view = box.view()
        for _ in range(3):  # a release soon after the list dropped down still belongs to the click that opened it
            QTest.qWait(QApplication.doubleClickInterval() + 20)
            self._click_at(view, view.model().index(lines.index(choice), 0))
            if not view.isVisible():
                break
        assert box.currentText() == choice, f"{words!r} stayed {box.currentText()!r}"

    def line(self, words: str) -> None:
        """Click the line of a list that begins with these words."""
        self.wait()
        for view in self._shown(QListView):
            rows = range(view.model().rowCount())
            found = next((at for at in rows if str(view.model().index(at, 0).data()).startswith(words)), None)
            if found is not None:
                self._click_at(view, view.model().index(found, 0))
                return
        raise AssertionError(f"no line {words!r}")

    def cell(self, row: str, column: str) -> None:
        """Click the cell of a table beside and below these words."""
        self.wait()
        view = next(iter(self._shown(QTableView)))
        model = view.model()
        rows = [str(model.headerData(at, Qt.Orientation.Vertical)) for at in range(model.rowCount())]
        columns = [str(model.headerData(at, Qt.Orientation.Horizontal)) for at in range(model.columnCount())]
        assert row in rows, f"no {row!r} among {rows}"
        assert column in columns, f"no {column!r} among {columns}"
        self._click_at(view, model.index(rows.index(row), columns.index(column)))

    def _focused(self) -> QWidget:
        """Where the keys go; without a window manager nobody gives the focus back when a dialog closes."""
        top = self._top()
        if QApplication.focusWidget() is None:
            top.activateWindow()
            QApplication.processEvents()
        return QApplication.focusWidget() or top.focusWidget() or top

    def _click_at(self, view: QAbstractItemView, index: QModelIndex) -> None:
        view.scrollTo(index)
        place = view.visualRect(index).center()
        QTest.mouseMove(view.viewport(), place)
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
        self._count("click")
        self.wait()

    def _click(self, widget: QWidget, place: QPoint | None = None) -> None:
        """Click a widget, in the middle unless said otherwise, scrolled to where it is in reach."""
        place = place or widget.rect().center()
        if not _reached(widget, place):
            self._scroll_to(widget)
        assert _reached(widget, place), f"{said_by(widget)} is out of reach"
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=place)
        self._count("click")
        self.wait()

    def _scroll_to(self, widget: QWidget) -> None:
        above = widget.parentWidget()
        while above is not None:
            content = above.widget() if isinstance(above, QScrollArea) else None
            if isinstance(above, QScrollArea) and content is not None and content.isAncestorOf(widget):
                bar, top = above.verticalScrollBar(), widget.mapTo(above.viewport(), QPoint(0, 0)).y()
                bar.setValue(bar.value() + top - above.viewport().height() // 3)
                self._count("scroll")
            above = above.parentWidget()
        QApplication.processEvents()

    def _count(self, what: str, times: int = 1) -> None:
        self.done[what] += times


def said_by(widget: QWidget) -> tuple[str, str]:
    """What stands on a widget, and what a screen reader calls it."""
    return widget.text().replace("&", "") if isinstance(widget, QAbstractButton) else "", widget.accessibleName()


def _reached(widget: QWidget, place: QPoint) -> bool:
    top = widget.window()
    hit = top.childAt(widget.mapTo(top, place))
    return hit is widget or (hit is not None and widget.isAncestorOf(hit))
