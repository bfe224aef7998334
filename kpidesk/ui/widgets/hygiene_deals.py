"""The deals of one part of the fix list: what is wrong with each, what to do, and the line of the file to look at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, QTimer, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout

from kpidesk.core.formats import day_text
from kpidesk.core.hygiene import RULE_BY_ID, Finding, RuleId
from kpidesk.core.imports import id_text
from kpidesk.core.texts import folded
from kpidesk.core.wording import counted
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import card, row
from kpidesk.ui.widgets.flow_row import FlowRow
from kpidesk.ui.widgets.hygiene_list import Part
from kpidesk.ui.widgets.page_parts import Mark, button
from kpidesk.ui.widgets.receipt_model import Column, RecordModel
from kpidesk.ui.widgets.whole_columns import WholeColumns

TYPING_MS = 150
NO_NUMBER = float("nan")
TWINS: tuple[RuleId, ...] = ("duplicate", "won_twice")
"""The rules about two deals of one account and name."""
CLEAN_WORDS, NOT_LOOKED = "Nothing to fix here.", "This was not looked for."


def wrong_words(one: Finding, part: Part | None) -> str:
    """What is wrong with a deal; what the part is about comes first and without its name, which stands above."""
    if part is None or part.rule is None:
        said = sorted(zip(one.rules, one.detail, strict=True), key=lambda told: told[0] not in TWINS)
        return "; ".join(detail for _, detail in said)  # the id of the other deal is not what is cut
    at = one.rules.index(part.rule)
    own = one.detail[at].removeprefix(RULE_BY_ID[part.rule].name).removeprefix(":").strip()
    others = (*one.detail[:at], *one.detail[at + 1 :])
    also = f"also: {'; '.join(others)}" if others else ""
    return " · ".join(filter(None, (own, also)))


def place_words(one: Finding) -> str:
    """The file and line that show a deal."""
    return f"{one.file}, line {one.line:,}" if one.line else one.file


def _close_day(one: Finding) -> str:
    return day_text(date.fromisoformat(one.close_date)) if one.close_date else ""


DEAL: Column[Finding] = Column("Deal", lambda one: one.name, strong=True)
OWNER: Column[Finding] = Column("Owner", lambda one: one.owner)
AMOUNT: Column[Finding] = Column(
    "Amount",
    lambda one: one.amount,
    lambda one: NO_NUMBER if one.amount_value is None else one.amount_value,
    right=True,
)
CLOSE_DATE: Column[Finding] = Column("Close date", _close_day, lambda one: one.close_date)
STAGE: Column[Finding] = Column("Stage", lambda one: one.stage)
ID: Column[Finding] = Column("Id", lambda one: id_text(one.key))
ACCOUNT: Column[Finding] = Column("Account", lambda one: one.account)
PLACE: Column[Finding] = Column("Shown in", place_words)


def columns_of(part: Part, rows: Sequence[Finding]) -> tuple[Column[Finding], ...]:
    """The columns that say something about these deals, what tells most about the part first."""
    if not rows:
        return DEAL, OWNER, AMOUNT
    wrong: Column[Finding] = Column("Details" if part.rule else "What is wrong", lambda one: wrong_words(one, part))
    columns: tuple[Column[Finding], ...]
    if part.rule in TWINS:
        columns = (DEAL, ID, wrong, ACCOUNT, AMOUNT, CLOSE_DATE, OWNER, STAGE, PLACE)
    elif part.rule is not None:
        told = sum(bool(wrong.text(one)) for one in rows) * 2 >= len(rows)  # else it would be a gap in most of them
        columns = (DEAL, OWNER, AMOUNT, CLOSE_DATE, *((wrong, STAGE) if told else (STAGE, wrong)), ACCOUNT, PLACE)
    elif part.person_id is not None:
        columns = (DEAL, wrong, AMOUNT, CLOSE_DATE, STAGE, ACCOUNT, ID, PLACE)
    else:
        columns = (DEAL, wrong, OWNER, AMOUNT, CLOSE_DATE, STAGE, ACCOUNT, ID, PLACE)
    return tuple(column for column in columns if any(column.text(one) for one in rows))


def deals_of(part: Part, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The deals of a part, the largest first; duplicates side by side, where the largest of them stands."""
    rows = [one for one in findings if part.has(one)]
    if part.rule in TWINS:
        rows.sort(key=lambda one: (one.account.casefold(), one.name.casefold()))
        return tuple(rows)
    alike: dict[object, list[Finding]] = {}
    for one in rows:
        twins = tuple(rule for rule in one.rules if rule in TWINS)
        alike.setdefault((folded(one.account), twins) if twins else one.deal_id, []).append(one)
    return tuple(one for group in alike.values() for one in _names_together(group))


def _names_together(group: Sequence[Finding]) -> list[Finding]:
    """Deals of one account, those of one name beside each other, in the order of the first of each name."""
    first = {name: at for at, name in reversed(list(enumerate(folded(one.name) for one in group)))}
    return sorted(group, key=lambda one: first[folded(one.name)])


def is_like(one: Finding, other: Finding) -> bool:
    """Whether two deals have one account and name, as a rule about two such deals has it."""
    same = folded(one.name) == folded(other.name) and folded(one.account) == folded(other.account)
    return same and one.deal_id != other.deal_id


class DealsCard(QFrame):
    """The deals of a part under what it means and what to do; a class because it is a widget with signals.

    `opened` sends the number of the deal whose history is wanted, `copied` how many deals went to the clipboard,
    `left` that the list of parts is wanted back, `alone_wanted` that only this rep's deals are. `one_wanted` and
    `two_wanted` send the numbers of two deals that are to be made one, or are two.
    """

    opened = Signal(int)
    copied = Signal(int)
    left = Signal()
    alone_wanted = Signal()
    one_wanted = Signal(object)
    two_wanted = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        frame, column = card(margins=(1, 14, 1, 8), spacing=8)
        outer.addWidget(frame)
        self.heading = PlainLabel("", "heading", elide=True)
        self.means = PlainLabel("", "muted", wrap=True)
        self.fix = PlainLabel("", wrap=True)
        self._arrow = Mark(theme, "arrow-right", "accent_ink", 16)
        what_to_do = row(self._arrow, self.fix, spacing=8)
        what_to_do.setStretch(1, 1)
        self.alone = button("&Problems of this rep", self.alone_wanted.emit, "quiet", "Only their deals, by problem")
        head = row(self.heading, self.alone)
        head.setStretch(0, 1)
        head.setContentsMargins(17, 0, 12, 0)
        self.means.setContentsMargins(17, 0, 12, 0)
        column.addLayout(head)
        column.addWidget(self.means)
        what_to_do.setContentsMargins(17, 0, 12, 0)
        column.addLayout(what_to_do)
        self._build_table(theme, column)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._typing.timeout.connect(self._filter)

    def _build_table(self, theme: Theme, column: QVBoxLayout) -> None:
        self.search = QLineEdit(placeholderText="Find a deal")
        self.search.setAccessibleName("Find a deal")
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(theme.px(110))
        self.search.setMaximumWidth(theme.px(220))
        self.search.textChanged.connect(lambda _text: self._typing.start())
        self.search.installEventFilter(self)
        self.count = PlainLabel("", "small")
        self.code = PlainLabel("", "small")
        self.code.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.open_button = button("&History of the deal", self._open_current, "", "Enter")
        copy = button("&Copy", self._copy, "quiet", "For a spreadsheet")
        self.one = button(
            "&Make one…", lambda: self._send(self.one_wanted), "", "The deal that is selected and its like"
        )
        self.two = button("They are t&wo", lambda: self._send(self.two_wanted), "", "Not listed here again")
        tools = FlowRow(self.search, self.count, self.code, copy, self.one, self.two, self.open_button, spacing=10)
        tools.setContentsMargins(15, 4, 12, 0)
        self.table = WholeColumns(RecordModel[Finding](()), theme, name="Deals to fix", empty=CLEAN_WORDS)
        self.table.activated.connect(self._open)
        self.table.installEventFilter(self)
        column.addLayout(tools)
        column.addWidget(self.table, 1)

    def show_part(self, part: Part, findings: Sequence[Finding]) -> None:
        """Show the deals of a part, the largest first; what was typed to find one stays."""
        self.heading.setText(part.title)
        self.means.setText(part.means)
        self.fix.setText(f"Not looked for: {part.why}." if part.why else part.fix)
        for widget in (self.fix, self._arrow):
            widget.setVisible(bool(part.fix))
        self._arrow.show_icon("info" if part.why else "arrow-right", "muted" if part.why else "accent_ink")
        self.alone.setVisible(bool(part.person_id))
        self.code.setText(f"Receipt {part.receipt}")
        self.code.setVisible(bool(part.receipt))
        self.table.empty = NOT_LOOKED if part.why else CLEAN_WORDS
        rows = deals_of(part, findings)
        self.table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.table.records.show_rows(rows, columns_of(part, rows))
        for made in (self.one, self.two):
            made.setVisible(part.rule in TWINS and bool(rows))
        self._filter()

    def begin(self) -> bool:
        """Go to the first deal; gives whether there is one."""
        if not self.table.records.rowCount():
            return False
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True

    def _filter(self) -> None:
        self.table.records.keep(None, self.search.text())
        shown, total = self.table.records.rowCount(), len(self.table.records.rows)
        self.count.setText(counted(total, "deal") if shown == total else f"{shown:,} of {counted(total, 'deal')}")
        self.open_button.setEnabled(shown > 0)

    def _send(self, signal: SignalInstance) -> None:
        """Send the two deals that are selected, or the one in use with the next like it."""
        records = self.table.records
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        chosen = [records.record(at) for at in rows or [max(0, self.table.currentIndex().row())]]
        like = [one for one in records.records() if is_like(one, chosen[0])] if len(chosen) == 1 else []
        pair = chosen + like[:1]
        if len(pair) == 2:
            signal.emit((pair[0].deal_id, pair[1].deal_id))

    def _copy(self) -> None:
        self.copied.emit(self.table.copy())

    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(self.table.records.record(index.row()).deal_id)

    def _open_current(self) -> None:
        if self.table.records.rowCount():
            at = max(0, self.table.currentIndex().row())
            self.opened.emit(self.table.records.record(at).deal_id)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Letters typed in the table find a deal; Down and Enter go from there back into the table."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if watched is self.table:
                return self._type_on(event)
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._typing.stop()
                self._filter()
                return self.begin()
        return super().eventFilter(watched, event)

    def _type_on(self, event: QKeyEvent) -> bool:
        held = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        text = event.text()
        if held or not text.strip() or not text.isprintable():
            return False
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.insert(text)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape lifts what was typed to find a deal, then goes back to the list of parts."""
        if not event.matches(QKeySequence.StandardKey.Cancel):
            super().keyPressEvent(event)
        elif self.search.text():
            self.search.clear()
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.left.emit()
