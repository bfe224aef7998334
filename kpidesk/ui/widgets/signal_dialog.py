"""The panel of what stands out: since when, by how much luck would, and what is behind it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QFrame, QLineEdit, QVBoxLayout, QWidget

from kpidesk.core.formats import day_text
from kpidesk.core.review_words import more_text
from kpidesk.core.settings import Settings
from kpidesk.core.signals import Acknowledgement, KpiSignal, RuleHit
from kpidesk.ui import window_size
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import button, card, clear, line, row
from kpidesk.ui.widgets.page_parts import Column, Mark, fill
from kpidesk.ui.widgets.signal_text import SignalsView, left_out_words, title_of, when_words

SIZE = (640, 640)
LEAST, AROUND, EACH = 370, 190, 140  # what the panel is high at least, without signals, and for each of them
LONGEST = 300
REASON_HINT = "for example: two weeks of leave"


class SignalCard(QFrame):
    """One signal or rule that is met; `trend` and `rows` ask for more, `said` sends the reason. A class: a widget."""

    trend = Signal(object)
    rows = Signal(object)
    said = Signal(object, str)

    def __init__(self, theme: Theme, one: KpiSignal | RuleHit, settings: Settings) -> None:
        super().__init__()
        self.one = one
        self.setProperty("role", "card")
        self.setAccessibleName(f"{title_of(one, settings)}: {one.words}")
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 10)
        column.setSpacing(4)
        head = row(_mark(theme, one), PlainLabel(title_of(one, settings), "strong", elide=True), spacing=8)
        head.setStretch(1, 1)
        detail = when_words(one) if isinstance(one, KpiSignal) else f"your rule · since {one.since.label}"
        self.explain = button("Say what is behind it…", self._ask, kind="link")
        buttons = row(
            self.explain, None, button("Trend", lambda: self.trend.emit(one), kind="quiet"),
            button("Rows", lambda: self.rows.emit(one), kind="quiet"),
        )  # fmt: skip
        self.reason = QLineEdit(placeholderText=REASON_HINT)
        self.reason.setAccessibleName("What is behind it?")
        self.reason.setMaxLength(LONGEST)
        self.reason.returnPressed.connect(self._say)
        self.put_aside = button("Put aside", self._say, kind="primary")
        self.put_aside.setEnabled(False)
        self.reason.textChanged.connect(lambda text: self.put_aside.setEnabled(bool(text.strip())))
        self.asked = QWidget()
        inner = row(self.reason, self.put_aside)
        inner.setStretch(0, 1)
        whole = QVBoxLayout(self.asked)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        whole.addLayout(inner)
        if one.scope.kind == "rep":
            whole.addWidget(PlainLabel(f"It stands on the next one-on-one, on {one.scope.name}'s copy too.", "small"))
        self.asked.hide()
        fill(column, head, PlainLabel(one.words, wrap=True), PlainLabel(detail, "small"), self.asked, buttons)

    def _ask(self) -> None:
        self.asked.show()
        self.explain.hide()
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say(self) -> None:
        if self.reason.text().strip():
            self.said.emit(self.one, self.reason.text())


def _mark(theme: Theme, one: KpiSignal | RuleHit) -> Mark:
    """An arrow for the side, or a sign for a rule; its colour says nothing that the words do not."""
    if isinstance(one, RuleHit):
        return Mark(theme, "circle-alert", "muted", 16)
    color = {True: "good", False: "bad", None: "muted"}[one.better]
    return Mark(theme, "chevron-up" if one.side == "above" else "chevron-down", color, 16)


class SignalsDialog(QDialog):
    """The panel; a class because it is a dialog.

    `said` sends a signal with its reason, `taken_back` what was said and is to be forgotten, `trend` and `rows` a
    signal to look into; `initiatives` asks for the page where something is done about it, `rules` for
    the manager's own rules.
    """

    said = Signal(object, str)
    taken_back = Signal(object)
    initiatives = Signal()
    rules = Signal()
    trend = Signal(object)
    rows = Signal(object)

    def __init__(self, theme: Theme, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme, self._settings = theme, settings
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("What stands out")
        window_size.fit(self, QSize(theme.px(SIZE[0]), theme.px(SIZE[1])))
        self.cards: list[SignalCard] = []
        self.view: SignalsView | None = None
        self._whole = False
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 20, 24, 18)
        outer.setSpacing(10)
        self.luck = PlainLabel("", "muted", wrap=True)
        self.list = Column(margins=(0, 2, 6, 8))
        self.list.column.setSpacing(10)
        self.foot = PlainLabel("", "small", wrap=True)
        close = button("Close", self.accept, kind="primary")
        begin = button(
            "Initiatives…", self.initiatives.emit, kind="link", hint="What is done about it, and did it help"
        )
        own = button("Your rules…", self.rules.emit, kind="link", hint="When you want to be told of a number")
        fill(outer, PlainLabel("What stands out", "heading"), self.luck)
        outer.addWidget(self.list, 1)
        fill(outer, self.foot, row(begin, own, None, close))

    def show_view(self, view: SignalsView) -> None:
        """Show what stands out, then the rules, then what was put aside."""
        clear(self.list.column)
        self.cards, self.view = [], view
        found = view.found
        self.luck.setText(found.words or "No line has the 13 whole weeks or months yet that it takes.")
        self._add(found.every if self._whole else found.shown, "Nothing stands out that was not put aside.")
        if found.others and not self._whole:
            more = button(more_text(len(found.others)), self.show_all, kind="link", hint="Show all that stands out")
            self.list.column.addLayout(row(more, None))
        if view.hits:
            self.list.column.addWidget(PlainLabel("Your rules", "muted"))
            self._add(view.hits, "")
        if view.said:
            self.list.column.addWidget(PlainLabel("Put aside", "muted"))
            self.list.column.addWidget(self._put_aside(view.said))
        self.list.column.addStretch(1)
        self.foot.setText(left_out_words(found))
        self.foot.setVisible(bool(found.left_out))
        height = AROUND + EACH * len(self.cards) + (EACH if view.said else 0)
        window_size.fit(self, QSize(self.width(), self.theme.px(min(SIZE[1], max(LEAST, height)))))

    def show_all(self) -> None:
        """Show also what stands out beyond the first five."""
        self._whole = True
        if self.view is not None:
            self.show_view(self.view)

    def _add(self, found: Sequence[KpiSignal | RuleHit], nothing: str) -> None:
        for one in found:
            made = SignalCard(self.theme, one, self._settings)
            made.said.connect(self.said)
            made.trend.connect(self.trend)
            made.rows.connect(self.rows)
            self.cards.append(made)
            self.list.column.addWidget(made)
        if not found and nothing:
            self.list.column.addWidget(PlainLabel(nothing, wrap=True))

    def _put_aside(self, said: Sequence[tuple[KpiSignal, Acknowledgement]]) -> QWidget:
        frame, column = card(margins=(14, 8, 14, 8), spacing=6)
        for at, (signal, words) in enumerate(said):
            if at:
                column.addWidget(line())
            text = f"{title_of(signal, self._settings)}: {words.reason} ({day_text(words.day)})"
            back = button("Take back", partial(self.taken_back.emit, words), kind="link")
            back.setAccessibleName(f"Take back: {text}")
            entry = row(PlainLabel(text, wrap=True), back)
            entry.setStretch(0, 1)
            column.addLayout(entry)
        return frame

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in a reason keeps it and does not close the panel."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
