"""The pages of the window: each is made when it is first shown and loaded anew only when it has to be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from kpidesk.ui.page import Page, Shell
from kpidesk.ui.pages import INNER, PAGES, RECEIPT, WELCOME
from kpidesk.ui.widgets.current_stack import CurrentStack
from kpidesk.ui.widgets.import_progress import ProgressCard

if TYPE_CHECKING:
    from kpidesk.core.changes import Change
    from kpidesk.core.scorecards import Question

_TRIES = 3
"""How often a page is given the height it lacks: what is added is shared out among its parts."""
ENTRIES = {entry.page_id: entry for entry in (*PAGES, *INNER, RECEIPT, WELCOME)}


class PageStack(CurrentStack):
    """One page at a time; a class because it owns the pages and knows which of them are out of date."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self.setObjectName("page-host")
        self._shell = shell
        self._pages: dict[str, Page] = {}
        self._stale: set[str] = set()
        self.addWidget(QWidget())  # what is seen until the first page is there
        self.progress = ProgressCard()
        self._work = QWidget()
        QVBoxLayout(self._work).addWidget(self.progress)
        self.addWidget(self._work)

    @property
    def page(self) -> Page | None:
        """The page on show."""
        shown = self.currentWidget()
        return shown if isinstance(shown, Page) else None

    @property
    def page_id(self) -> str:
        """The id of the page on show, empty when it is none."""
        return self.page.page_id if self.page is not None else ""

    def page_of(self, page_id: str) -> Page | None:
        """A page by its id, made when it is not there yet; None when there is no such page."""
        entry = ENTRIES.get(page_id)
        if page_id not in self._pages and entry is not None:
            made = entry.load()(self._shell, self)  # in its place at once: Qt styles every part anew at each move
            self._pages[page_id] = made
            self._stale.add(page_id)
            self.addWidget(made)
        return self._pages.get(page_id)

    def show_page(self, page: Page, question: Question | None) -> None:
        """Put a page in front and load it when it is out of date or was asked something else."""
        self.setCurrentWidget(page)
        asked_another = page.asks and page.page_id != RECEIPT.page_id and page.question != question
        asked_another |= page.only_now and _day(page.question) != _day(question)
        if page.page_id in self._stale or asked_another:
            self._stale.discard(page.page_id)
            page.ask(question)

    def show_receipt(self, page: Page) -> None:
        """Put the rows in front; they have been asked for already."""
        self._stale.discard(page.page_id)
        self.setCurrentWidget(page)

    def short(self) -> int:
        """How much height the page on show lacks, so that nothing that it keeps whole is squeezed."""
        kept = self.page.kept_whole if self.page is not None else ()
        return sum(max(0, _least(one) - one.height()) for one in kept if one.isVisible())

    def show_work(self) -> None:
        """Show the progress of long work in place of a page."""
        self.setCurrentWidget(self._work)

    def spoil(self, change: Change) -> None:
        """Something was changed: what depends on it must be loaded anew before it is next seen."""
        self._stale |= {page_id for page_id, page in self._pages.items() if page.depends & change}

    def refresh(self, question: Question | None) -> None:
        """Load the page on show anew when it is out of date or was asked something else."""
        if self.page is not None:
            self.show_page(self.page, question)

    def keep(self) -> None:
        """Keep what was typed on a page that saves by itself and is not kept yet."""
        for page in self._pages.values():
            page.keep()

    def unset(self) -> str:
        """What was typed and is lost with the pages, in words; empty when nothing is."""
        return " ".join(filter(None, (page.unset() for page in self._pages.values())))

    def drop_pages(self) -> None:
        """Take every page away, because another workspace is opened."""
        self.setCurrentIndex(0)
        for page in self._pages.values():
            self.removeWidget(page)
            page.deleteLater()
        self._pages.clear()
        self._stale.clear()


def _least(widget: QWidget) -> int:
    """The least height of a widget at its width; words that wrap have all their lines."""
    layout = widget.layout()
    if layout is not None and layout.hasHeightForWidth():
        return layout.minimumHeightForWidth(widget.width())
    if widget.hasHeightForWidth():
        return widget.heightForWidth(widget.width())
    return widget.minimumSizeHint().expandedTo(widget.minimumSize()).height()


def _day(question: Question | None) -> date | None:
    """Of which earlier day the data are to be; None for the newest."""
    return question.as_of if question is not None else None


class Frame(QScrollArea):
    """The pages, with bars to scroll by where a window is too small even for the least a page needs.

    A class because Qt's own way of fitting would give a page the height of all its text, which pages scroll themselves.
    """

    def __init__(self, stack: PageStack) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._stack = stack
        self.setWidget(stack)
        stack.currentChanged.connect(self._fit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the page the new room."""
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Give the page more room when it needs more."""
        if event.type() == QEvent.Type.LayoutRequest and watched is self._stack:
            self._fit()
        return super().eventFilter(watched, event)

    def minimumSizeHint(self) -> QSize:
        """Anything, because it scrolls."""
        return QSize(0, 0)

    def _fit(self) -> None:
        self._stack.resize(self._stack.minimumSizeHint().expandedTo(self.maximumViewportSize()))
        missing = self._stack.size() - self.maximumViewportSize()
        if missing.width() > 0 or missing.height() > 0:
            self._stack.resize(self._stack.minimumSizeHint().expandedTo(self.viewport().size()))
        for _ in range(_TRIES):
            short = self._stack.short()
            if short <= 0:
                break
            height = self._stack.height() + short
            self._stack.resize(self._stack.width(), height)  # the bar comes, and leaves less width
            self._stack.resize(max(self._stack.minimumSizeHint().width(), self.viewport().width()), height)


def framed(pages: PageStack, rail: QWidget, above: Sequence[QWidget], below: QWidget) -> QWidget:
    """The whole of a window: the rail at the left, at its right the pages with what stands above and below them."""
    made = QWidget()
    made.setObjectName("page-host")
    across, column = QHBoxLayout(made), QVBoxLayout()
    for layout in (across, column):
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
    for widget in above:
        column.addWidget(widget)
    column.addWidget(Frame(pages), 1)
    column.addWidget(below)
    across.addWidget(rail)
    across.addLayout(column, 1)
    return made
