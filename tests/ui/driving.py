"""Helpers that drive the real window as a person does: dropped files, dialogs, exports."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QMessageBox, QWidget

HEADER = "Opportunity ID,Opportunity Name,Opportunity Owner,Stage,Amount,Close Date,Created Date"
OWNERS = ("Ann Lee", "Bo Dahl", "Cy Ortiz")


def write_export(path: Path, deals: int, *, won_every: int = 3) -> Path:
    """An export of closed deals of the year before September 2026, one of `won_every` won."""
    first = date(2025, 10, 1)
    lines = [HEADER]
    for number in range(deals):
        closed = first + timedelta(days=number % 340)
        stage = "Closed Won" if number % won_every == 0 else "Closed Lost"
        owner = OWNERS[number % 3]
        created = closed - timedelta(days=30 + number % 60)
        lines.append(f"D{number:06d},Deal {number},{owner},{stage},{1000 + number % 500}.00,{closed},{created}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def drop(target: QWidget, *paths: Path) -> bool:
    """Drag files over a widget and let them go; gives whether it would take them."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    middle = QPointF(target.rect().center())
    held = (Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(middle.toPoint(), *held)
    QApplication.sendEvent(target, enter)
    if enter.isAccepted():
        QApplication.sendEvent(target, QDropEvent(middle, *held))
    return enter.isAccepted()


def answer(*words: str) -> list[str]:
    """Press a button with these words in each of the next dialogs; their texts are in the list given back."""
    seen: list[str] = []
    left = list(words)

    def press(box: QDialog) -> None:
        seen.append(_text_of(box))
        wanted = left.pop(0)
        if left:
            with_dialog(press)
        found = [one for one in box.findChildren(QAbstractButton) if one.text().replace("&", "") == wanted]
        found[0].click() if found else box.reject()

    with_dialog(press)
    return seen


def with_dialog(act: Callable[[QDialog], None], *, tries: int = 400) -> None:
    """Do something to the next modal dialog, as soon as it is there."""
    left = [tries]

    def look() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QDialog) and box.isVisible():
            act(box)
        elif left[0]:
            left[0] -= 1
            QTimer.singleShot(10, look)

    QTimer.singleShot(0, look)


def _text_of(box: QDialog) -> str:
    return f"{box.text()} {box.informativeText()}" if isinstance(box, QMessageBox) else box.windowTitle()
