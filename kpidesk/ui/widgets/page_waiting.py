"""What a page says while its answer to another question takes longer than a moment."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer

from kpidesk.ui.page import Page, PageState

MOMENT = 250
"""Milliseconds after which a page says that it is working; what comes sooner would only flicker."""


def say_if_slow(page: Page, words: str, is_wanted: Callable[[], bool]) -> None:
    """Show in words what is being worked out, in place of the numbers of another question, while it `is_wanted`."""

    def say() -> None:
        if is_wanted():
            page.show_state(PageState(words, "This takes a few seconds."))

    QTimer.singleShot(MOMENT, page, say)
