"""The help in a window of its own: its pages at the left, the chosen one beside them, a search over all."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import (
    QKeySequence,
    QShortcut,
    QTextBlock,
    QTextBlockFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
)
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from kpidesk.ui import window_size
from kpidesk.ui.help_pages import HelpPage, help_pages, matching
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import button, row

SIZE = QSize(980, 640)
LIST_WIDTH = 280
NOTHING = "No page of the help says that."
_NAME = Qt.ItemDataRole.UserRole


class HelpWindow(QDialog):
    """Reads the pages that ship with the app and nothing else; a class because it is a widget.

    It stays open beside the window, so that what it says can be done at once.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Help")
        self.theme = theme
        self._pages = {page.name: page for page in help_pages()}
        self._past: list[str] = []
        self.name = ""
        self._build()
        QShortcut(QKeySequence(QKeySequence.StandardKey.Back), self, self.go_back)
        self._fit()
        self._list(help_pages())
        theme.changed.connect(self._show_text)

    def _build(self) -> None:
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search the help")
        self.search.setAccessibleName("Search the help")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._narrow)
        self.search.returnPressed.connect(self._take_first)
        self.pages = QListWidget()
        self.pages.setAccessibleName("Pages of the help")
        self.pages.setWordWrap(True)
        self.pages.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.pages.currentItemChanged.connect(self._chosen)
        self.nothing = PlainLabel(NOTHING, "muted", wrap=True)
        self.text = QTextBrowser()
        self.text.setAccessibleName("The page of the help")
        self.text.setOpenLinks(False)  # links lead to other pages, never out of the app
        self.text.anchorClicked.connect(self._follow)
        self.back = button("Back", self.go_back, hint="The page before · Alt+Left")
        self.back.setEnabled(False)
        close = button("Close", self.close)
        for made in (self.back, close):
            made.setAutoDefault(False)
        side = QVBoxLayout()
        for widget in (self.search, self.nothing, self.pages):
            side.addWidget(widget)
        across = QHBoxLayout()
        across.setSpacing(14)
        across.addLayout(side)
        across.addWidget(self.text, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(18, 18, 18, 14)
        outer.setSpacing(12)
        outer.addLayout(across, 1)
        outer.addLayout(row(self.back, None, close))

    def _fit(self) -> None:
        """As large as the text size asks for, and no larger than the screen."""
        window_size.fit(self, QSize(self.theme.px(SIZE.width()), self.theme.px(SIZE.height())))
        for widget in (self.search, self.pages, self.nothing):
            widget.setFixedWidth(self.theme.px(LIST_WIDTH))

    # --- which page ------------------------------------------------------------------------------------------------

    def open_page(self, name: str) -> None:
        """Show a page by its name; an unknown one leaves all as it is."""
        if name not in self._pages or name == self.name:
            return
        if self.name:
            self._past.append(self.name)
        self._turn_to(name)

    def go_back(self) -> None:
        """Show the page before."""
        if self._past:
            self._turn_to(self._past.pop())

    def _turn_to(self, name: str) -> None:
        self.name = name
        self.back.setEnabled(bool(self._past))
        self._mark()
        self._show_text()

    def _follow(self, link: QUrl) -> None:
        if link.isRelative() and link.path().endswith(".md"):
            self.open_page(link.path().removesuffix(".md"))

    def _chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.open_page(item.data(_NAME))

    # --- the list --------------------------------------------------------------------------------------------------

    def _narrow(self) -> None:
        self._list(matching(help_pages(), self.search.text()))

    def _take_first(self) -> None:
        if self.pages.count():
            self.pages.setCurrentRow(0)
            self._find()

    def _list(self, pages: list[HelpPage] | tuple[HelpPage, ...]) -> None:
        self.pages.blockSignals(True)
        self.pages.clear()
        for page in pages:
            item = QListWidgetItem(page.title, self.pages)
            item.setData(_NAME, page.name)
        self.pages.blockSignals(False)
        self.nothing.setVisible(not pages)
        self._mark()

    def _mark(self) -> None:
        """Mark the page on show in the list, where it is listed."""
        self.pages.blockSignals(True)
        names = [self.pages.item(at).data(_NAME) for at in range(self.pages.count())]
        self.pages.setCurrentRow(names.index(self.name) if self.name in names else -1)
        self.pages.blockSignals(False)

    # --- the text --------------------------------------------------------------------------------------------------

    def _show_text(self) -> None:
        if not self.name:
            return
        document = self.text.document()
        document.setDefaultFont(self.theme.font(14))
        document.setDocumentMargin(self.theme.px(14))
        features = QTextDocument.MarkdownFeature
        document.setMarkdown(
            self._pages[self.name].text,
            QTextDocument.MarkdownFeature(features.MarkdownDialectGitHub.value | features.MarkdownNoHTML.value),
        )
        for frame in document.rootFrame().childFrames():
            if isinstance(frame, QTextTable):
                self._set_table(frame)
        block = document.begin()
        while block.isValid():
            self._set_paragraph(block)
            block = block.next()
        self._find()

    def _set_paragraph(self, block: QTextBlock) -> None:
        """Air between paragraphs and above headings; code on a ground of its own."""
        cursor, now, form = QTextCursor(block), block.blockFormat(), QTextBlockFormat()
        if now.hasProperty(QTextFormat.Property.BlockCodeFence):
            form.setBackground(self.theme.color("hover"))
        elif cursor.currentTable() is None:
            form.setTopMargin(self.theme.px(14 if now.headingLevel() else 0))
            form.setBottomMargin(self.theme.px(4 if block.textList() is not None else 10))
            form.setLineHeight(128, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        cursor.mergeBlockFormat(form)

    def _set_table(self, table: QTextTable) -> None:
        """Hairlines and air, over the whole width."""
        form = table.format()
        form.setBorder(1)
        form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        form.setBorderBrush(self.theme.color("border"))
        form.setBorderCollapse(True)
        form.setCellPadding(self.theme.px(6))
        form.setTopMargin(self.theme.px(4))
        form.setBottomMargin(self.theme.px(12))
        form.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
        table.setFormat(form)

    def _find(self) -> None:
        """Select the first searched word in the page."""
        words = self.search.text().split()
        self.text.moveCursor(self.text.textCursor().MoveOperation.Start)
        if words:
            self.text.find(words[0])
