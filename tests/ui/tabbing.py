"""Where the Tab key stops in a window, and whether the eye reads it in that order."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import permutations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

CELLS = {"Targets of teams and reps by KPI"}
"""Grids in which Tab goes from cell to cell, as in a spreadsheet."""


def called(widget: QWidget) -> str:
    """What a control is called in a report."""
    text = getattr(widget, "text", None)
    return widget.accessibleName() or (text() if callable(text) else "") or type(widget).__name__


def places(window: QWidget) -> dict[QWidget, QRect]:
    """Where everything is that is seen, before Tab scrolls any of it."""
    seen = [one for one in window.findChildren(QWidget) if one.isVisible()]
    return {one: QRect(one.mapTo(window, QPoint(0, 0)), one.size()) for one in seen}


def stops(window: QWidget) -> list[QWidget]:
    """Where Tab stops, once around a window from its beginning on."""
    found: list[QWidget] = []
    window.setFocus()
    for _ in range(300):
        at = window.focusWidget() or window
        if at in found:
            return [one for one in found if one is not window]
        found.append(at)
        if called(at) in CELLS:
            at.focusNextPrevChild(True)
        else:
            QTest.keyClick(at, Qt.Key.Key_Tab)
    raise AssertionError(f"Tab does not come around from {called(at)}")


def against_the_eye(stopped: list[QWidget], at: Mapping[QWidget, QRect]) -> list[tuple[str, str]]:
    """Pairs of which the second is read before the first: above it in its column, or at its left in its row.

    Tab goes around, so where it begins is free. What only comes into view on the way counts for nothing.
    """
    found = [one for one in stopped if one in at]
    pairs = permutations(range(len(found)), 2)
    wrong = [(one, later) for one, later in pairs if _is_before(found[later], found[one], at)]
    rounds = ([pair for pair in wrong if (pair[0] - first) % len(found) < (pair[1] - first) % len(found)]
              for first in range(len(found)))  # fmt: skip
    return [(called(found[one]), called(found[later])) for one, later in min(rounds, key=len, default=[])]


def _is_before(later: QWidget, one: QWidget, at: Mapping[QWidget, QRect]) -> bool:
    here, there = at[_alone(one, later)], at[_alone(later, one)]
    beside = min(here.right(), there.right()) - max(here.left(), there.left()) > 8
    shared = min(here.bottom(), there.bottom()) - max(here.top(), there.top())
    level = one.parent() is later.parent() and shared > min(here.height(), there.height()) / 2
    return (beside and there.bottom() <= here.top()) or (level and there.right() <= here.left())


def _alone(one: QWidget, other: QWidget) -> QWidget:
    """The widget, or what it scrolls in where the other does not: it can only be seen there."""
    holder, found = one.parentWidget(), one
    while holder is not None and not holder.isAncestorOf(other):
        if isinstance(holder, QAbstractScrollArea):
            found = holder
        holder = holder.parentWidget()
    return found
