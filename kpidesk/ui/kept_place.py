"""Focus and scrolled place of a page, kept while what it shows is loaded anew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QWidget
from shiboken6 import isValid

Place = tuple[QAbstractScrollArea, int, int]

OWN_PLACE = "own_place"
"""The property of what scrolls by itself to what it is to show."""


@contextmanager
def kept_place(root: QWidget) -> Iterator[None]:
    """Keep focus and scrolled place below `root` while it is filled anew.

    Qt moves the focus to whatever comes next when its widget is hidden or deleted. It goes back to the widget, else
    to the one that now bears the same name, else to `root` itself, where keys change nothing.
    """
    areas = (one for one in root.findChildren(QAbstractScrollArea) if not one.property(OWN_PLACE))
    places = [_place(one) for one in areas if one.isVisibleTo(root)]
    used = root.window().focusWidget()
    inside = used is not None and root.isAncestorOf(used)
    name = _name(used) if used is not None else ""
    yield
    is_lost = inside and used is not None and not _can_have_focus(used, root)
    if is_lost:
        (_of_name(root, name) or root).setFocus()
    _go_back(places)

    def settle() -> None:
        """What was just made can have the focus, and the room to scroll in is known, once all is laid out."""
        if is_lost and root.window().focusWidget() is root and (found := _of_name(root, name)) is not None:
            found.setFocus()
        _go_back(places)

    QTimer.singleShot(0, root, settle)


def _place(area: QAbstractScrollArea) -> Place:
    return area, area.horizontalScrollBar().value(), area.verticalScrollBar().value()


def _go_back(places: list[Place]) -> None:
    for area, across, down in places:
        if isValid(area):
            area.horizontalScrollBar().setValue(across)
            area.verticalScrollBar().setValue(down)


def _can_have_focus(widget: QWidget, root: QWidget) -> bool:
    return isValid(widget) and widget.isVisibleTo(root) and widget.isEnabled()


def _name(widget: QWidget) -> str:
    """What tells a widget from others; empty where nothing does."""
    return widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")


def _of_name(root: QWidget, name: str) -> QWidget | None:
    """The one widget with a name that can have the focus; None when there is none or several."""
    found = [one for one in root.findChildren(QWidget) if name and _name(one) == name and _can_have_focus(one, root)]
    return found[0] if len(found) == 1 else None
