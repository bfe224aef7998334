"""The rows of a receipt: those that count and, on tabs, those compared with or left out, with filters and copies."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QTabBar, QVBoxLayout

from kpidesk.core.formats import plain_number
from kpidesk.core.receipts import (
    COMPARED,
    LeftOut,
    Listing,
    Order,
    Receipt,
    ReceiptRow,
    in_reading_order,
    reading_order_words,
)
from kpidesk.core.wording import counted
from kpidesk.ui.messages import PlainLabel, tip
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import ListBox, Segments, row
from kpidesk.ui.widgets.deal_rows import ONE_TIP, two_deals
from kpidesk.ui.widgets.page_parts import button
from kpidesk.ui.widgets.receipt_lazy import LazyModel
from kpidesk.ui.widgets.receipt_model import Column
from kpidesk.ui.widgets.receipt_text import columns_compared, columns_left_out, columns_of, is_quotient
from kpidesk.ui.widgets.whole_columns import WholeColumns

ALL, ABOVE, BELOW = "all", "above", "below"
WHICH_TIPS = (
    "Every row behind the number",
    "The rows that count, for example the deals won",
    "The rows that are only counted against, for example the deals not won",
)
TYPING_MS = 150
LONGEST_TAB = 46
NO_ROW = "No row. Nothing happened in this period, or the filter hides it."
NONE_COUNTS = "No row counts. The tabs above hold the rows that come near, each with the reason."


@dataclass(frozen=True, slots=True)
class Group:
    """What a tab shows: the rows that count (no reason), those compared with, or those left out for a reason."""

    reason: str
    count: int
    listing: Listing | None = None


class RowTable(WholeColumns):
    """The table of rows: Ctrl+C copies those selected and leaves the key to others where none is; Enter opens one."""

    opened = Signal(object)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the number that a row stands for."""
        if event.matches(QKeySequence.StandardKey.Copy) and not self.selectionModel().hasSelection():
            event.ignore()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.records.record(self.currentIndex().row()))
        else:
            super().keyPressEvent(event)


class RowsPanel(QFrame):
    """Tabs, filters, the table and its foot; a class because it is a widget.

    `order_wanted` sends the Order that is wanted where not all rows are there, `rows_wanted` the first row and the
    places of a page of them, `group_wanted` the reason of the rows to be shown; `copy_wanted` a delimiter,
    `export_wanted` nothing; `opened` the row that was opened, `one_wanted` the numbers of two deals to be made one.
    """

    order_wanted = Signal(object)
    rows_wanted = Signal(int, object)
    group_wanted = Signal(str)
    copy_wanted = Signal(str)
    export_wanted = Signal()
    opened = Signal(object)
    one_wanted = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.theme = theme
        self.receipt: Receipt | None = None
        self.groups: tuple[Group, ...] = ()
        self.model = LazyModel(())
        self._order_words = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 6, 1, 4)
        column.setSpacing(8)
        self._build_tabs()
        above = row(self.tabs, None)
        above.setContentsMargins(14, 0, 14, 0)
        column.addLayout(above)
        column.addLayout(self._build_head())
        self.table = RowTable(
            self.model, theme, name="Rows behind the number", stretch=(0,), least=220, empty=NO_ROW
        )  # fmt: skip
        column.addWidget(self.table, 1)
        column.addLayout(self._build_foot())
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._typing.timeout.connect(self._filter)
        self.table.horizontalHeader().sortIndicatorChanged.connect(lambda *_: self._show_count())
        self.model.order_wanted.connect(self._want_order)
        self.model.rows_wanted.connect(self.rows_wanted)
        self.table.opened.connect(self.opened)
        self.table.doubleClicked.connect(lambda at: self.opened.emit(self.model.record(at.row())))
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._show_sums())
        self.table.selectionModel().currentChanged.connect(lambda *_: self._show_sums())

    def _build_tabs(self) -> None:
        self.tabs = QTabBar()
        self.tabs.setAccessibleName("Rows that count, rows compared with, rows left out")
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setUsesScrollButtons(True)
        self.tabs.setContentsMargins(15, 0, 15, 0)
        self.tabs.currentChanged.connect(self._turn)
        self.tabs.hide()

    def _build_head(self) -> QHBoxLayout:
        self.which = Segments((("All", ALL), ("In the numerator", ABOVE), ("Only in the denominator", BELOW)), "Show")
        for made, words in zip(self.which.buttons(), WHICH_TIPS, strict=True):
            tip(made, words)
        self.which.set_value(ALL)
        self.which.chosen.connect(lambda _value: self._filter())
        self.within = ListBox()
        self.within.setAccessibleName("Column to filter by")
        self.within.setFixedWidth(self.theme.px(136))
        self.within.currentIndexChanged.connect(lambda _at: self._filter())
        self.search = QLineEdit(placeholderText="Filter rows")
        self.search.setAccessibleName("Filter rows")
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(self.theme.px(110))
        self.search.setMaximumWidth(self.theme.px(220))
        self.search.textChanged.connect(lambda _text: self._typing.start())
        head = row(self.which, self.within, self.search, None, spacing=10)
        head.setStretch(2, 8)
        head.setContentsMargins(15, 0, 12, 0)
        return head

    def _build_foot(self) -> QHBoxLayout:
        self.count, self.sums = PlainLabel("", "small"), PlainLabel("", "small", elide=True)
        copy = button(
            "&Copy", lambda: self.copy_wanted.emit("\t"), "quiet", "For a spreadsheet; only the rows selected"
        )
        copy_csv = button("Copy CS&V", lambda: self.copy_wanted.emit(","), "quiet")
        export = button("&Export…", self.export_wanted.emit, "", "All rows shown, as CSV or workbook")
        self.one_button = button("Make them &one…", self._make_one, "quiet", ONE_TIP)
        self.one_button.hide()
        foot = row(self.count, self.sums, self.one_button, copy_csv, copy, export, spacing=12)
        foot.setContentsMargins(18, 2, 12, 4)
        foot.setStretch(1, 1)
        return foot

    # --- what is shown ---------------------------------------------------------------------------------------------

    def show_receipt(self, receipt: Receipt) -> None:
        """Show the rows that count; filters and tabs of before are gone."""
        self.receipt = receipt
        self.show_groups(())
        self._show_counted()

    def show_groups(self, found: Sequence[LeftOut]) -> None:
        """Show a tab for what the number is compared with, and one for each reason for which rows are left out."""
        counts = self.receipt.count if self.receipt is not None else 0
        against = self.receipt.against if self.receipt is not None else None
        compared = (Group(COMPARED, len(against.rows), against),) if against is not None else ()
        self.groups = (Group("", counts), *compared, *(Group(one.reason, one.count) for one in found))
        with QSignalBlocker(self.tabs):
            while self.tabs.count():
                self.tabs.removeTab(0)
            for group in self.groups:
                words = _cut(group.reason) or "Counted"
                self.tabs.setTabToolTip(self.tabs.addTab(f"{words}  {group.count:,}"), group.reason)
        self.tabs.setVisible(len(self.groups) > 1)
        self.table.empty = NO_ROW if counts or not found else NONE_COUNTS

    def show_listing(self, reason: str, listing: Listing) -> None:
        """Show the rows that are left out for a reason, where its tab is still in front."""
        if self.receipt is not None and self.group.reason == reason:
            self._show_others(listing, columns_left_out(self.receipt, listing))

    def _show_others(self, listing: Listing, columns: Sequence[Column[ReceiptRow]]) -> None:
        self._lift_filters(quotient=False, columns=columns)
        self._show_all(listing.rows, columns)

    def _show_all(self, rows: Sequence[ReceiptRow], columns: Sequence[Column[ReceiptRow]]) -> None:
        """Show rows that are all there, in the order that the foot names until another is chosen."""
        self.model.show_rows(in_reading_order(rows), columns)
        self._order_words = reading_order_words(rows)
        self._show_count()

    def show_order(self, order: Order, places: object) -> None:
        """Show the rows in the order that was wanted, unless another is wanted by now."""
        if order == self.wanted():
            self.model.show_order(places)  # type: ignore[arg-type]  # an array, which signals do not know
            self._show_count()

    @property
    def group(self) -> Group:
        """What the tab in front shows."""
        at = self.tabs.currentIndex()
        return self.groups[at] if 0 <= at < len(self.groups) else Group("", 0)

    def _show_counted(self) -> None:
        receipt = self.receipt
        if receipt is None:
            return
        columns = columns_of(receipt)
        self._lift_filters(quotient=is_quotient(receipt), columns=columns)
        if receipt.more:
            self.model.show_first(receipt.rows, columns, receipt.count)
            self._order_words = ""
            self._show_count()
        else:
            self._show_all(receipt.rows, columns)

    def _lift_filters(self, *, quotient: bool, columns: Sequence[Column[ReceiptRow]]) -> None:
        self._typing.stop()
        with QSignalBlocker(self.search), QSignalBlocker(self.within):
            self.search.clear()
            self.within.clear()
            self.within.addItem("Any column")
            for one in columns:
                self.within.addItem(one.title)
        self.which.set_value(ALL)
        self.which.setVisible(quotient)

    def _turn(self, _at: int) -> None:
        if self.group.listing is not None:
            self._show_others(self.group.listing, columns_compared(self.group.listing))
        elif self.group.reason:
            self.group_wanted.emit(self.group.reason)
        else:
            self._show_counted()

    # --- filters ---------------------------------------------------------------------------------------------------

    def wanted(self) -> Order:
        """Which rows are wanted, in what order."""
        which, at = self.which.value(), self.within.currentIndex() - 1
        column, down = self.model.wanted_column()
        within = self.model.columns[at].name if 0 <= at < len(self.model.columns) else ""
        above = None if which == ALL else which == ABOVE
        return Order(column, down, above, self.search.text(), within)

    def _want_order(self) -> None:
        self.order_wanted.emit(self.wanted())

    def _filter(self) -> None:
        if self.model.is_lazy:
            self._want_order()
            return
        which, at = self.which.value(), self.within.currentIndex() - 1
        mask = None if which == ALL else [one.in_numerator == (which == ABOVE) for one in self.model.rows]
        self.model.keep(mask, self.search.text(), at if at >= 0 else None)
        self._show_count()

    # --- the foot ---------------------------------------------------------------------------------------------------

    def _show_count(self) -> None:
        shown, total = self.model.rowCount(), self.group.count
        is_sorted = self.table.horizontalHeader().sortIndicatorSection() >= 0
        order = "" if is_sorted else self._order_words
        whole = ", ".join(filter(None, (counted(total, "row"), order)))
        self.count.setText(whole if shown == total else f"{shown:,} of {counted(total, 'row')}")
        self._show_sums()

    def _show_sums(self) -> None:
        """How many rows are selected, with sum and mean of a column of numbers."""
        chosen = [index.row() for index in self.table.selectionModel().selectedRows()]
        column = self._summed()
        numbers = [column.key(self.model.record(at)) for at in chosen if column.key and self.model.is_read(at)]
        known = [float(one) for one in numbers if not isinstance(one, str) and not math.isnan(one)]
        words = f"{len(chosen):,} selected" if chosen else self._hint()
        if len(chosen) > 1 and known and len(numbers) == len(chosen):
            total = math.fsum(known)
            mean = plain_number(round(total / len(known), 2))
            words += f" · {column.title}: sum {plain_number(round(total, 2))}, mean {mean}"
        self.sums.setText(words)
        self.one_button.setVisible(bool(self._two()))

    def _two(self) -> tuple[int, ...]:
        chosen = [index.row() for index in self.table.selectionModel().selectedRows()]
        if len(chosen) != 2 or not all(map(self.model.is_read, chosen)):
            return ()
        rows = [self.model.record(at) for at in chosen]
        return two_deals(one.deal_id for one in rows) if all(one.kind == "deals" for one in rows) else ()

    def _make_one(self) -> None:
        if two := self._two():
            self.one_wanted.emit(two)

    def _hint(self) -> str:
        """What Enter does, where the rows stand for numbers."""
        has_numbers = any(one.opens is not None for one in self.model.rows[:1])
        return "Enter or a double click opens the number behind a row" if has_numbers else ""

    def _summed(self) -> Column[ReceiptRow]:
        """The column to add up: that of the cursor where it holds numbers, else what the rows add, else the amount."""
        columns = self.model.columns
        at = self.table.currentIndex().column()
        wanted = [columns[at]] if 0 <= at < len(columns) and columns[at].right else []
        by_name = {one.name: one for one in columns if one.right}
        wanted += [by_name[name] for name in ("value", "amount") if name in by_name]
        usable = [one for one in wanted if one.name not in ("line", "import_id", "weight")]
        return usable[0] if usable else Column("", lambda _row: "")


def _cut(text: str) -> str:
    text = f"{text[:1].upper()}{text[1:]}"
    return text if len(text) <= LONGEST_TAB else f"{text[: LONGEST_TAB - 1]}…"
