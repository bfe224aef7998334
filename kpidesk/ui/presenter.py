"""The presenter's window: one rep's sheet, large and calm, with nobody else's name and nothing private on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QStackedWidget, QVBoxLayout, QWidget

from kpidesk.core.review_words import NO_LINES, NO_PROMISES, NO_RISKS, kept_text, measure_text, more_text, risk_text
from kpidesk.core.reviews import AgendaItem, Fact, Promise, RiskDeal, Sheet, for_the_rep, in_order
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import icon_button
from kpidesk.ui.widgets.import_answers import counted
from kpidesk.ui.widgets.import_parts import Column
from kpidesk.ui.widgets.review_facts import deal_name, fact_words, no_facts_words, since_words
from kpidesk.ui.widgets.review_lines import LineView, reserve_alike
from kpidesk.ui.widgets.review_promises import SettledMark, verdict_words
from kpidesk.ui.widgets.review_text import due_words, party_name

SIZE = (1280, 800)
ZOOM = 1.7
BIG, MIDDLE, QUIET = 34, 24, 18
NAMED = 3
_BACK = (Qt.Key.Key_Left, Qt.Key.Key_PageUp, Qt.Key.Key_Backspace)
_ON = (Qt.Key.Key_Right, Qt.Key.Key_PageDown, Qt.Key.Key_Space)


@dataclass(frozen=True, slots=True)
class Part:
    """One section of the presentation: its title, quiet words beside it, and what fills it."""

    title: str
    note: str
    fill: Callable[[QVBoxLayout], None]


class Presenter(QWidget):
    """The window; a class because it is a widget. It only ever holds a rep's copy of a sheet.

    Left and Right go through the sections, Escape closes.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("role", "presenter")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.resize(*SIZE)
        self._theme = theme
        self._sheet: Sheet | None = None
        self.at = 0
        self.titles: tuple[str, ...] = ()
        self.name = self._label("", BIG, QFont.Weight.Bold, elide=True)
        self.about = self._label("", QUIET, role="muted", wrap=True)
        self.title = self._label("", MIDDLE, QFont.Weight.DemiBold)
        self.note = self._label("", QUIET, role="muted", elide=True)
        self.place = self._label("", QUIET, role="muted")
        self.before = icon_button(theme, "chevron-left", "Section before (Left)", lambda: self.go(-1))
        self.after = icon_button(theme, "chevron-right", "Next section (Right)", lambda: self.go(1))
        self.leave = icon_button(theme, "x", "Close (Esc)", self.close)
        for one in (self.before, self.after, self.leave):
            one.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # with a focus of their own the arrow keys would go to them
        self.pages = QStackedWidget()
        self._lay_out()
        theme.changed.connect(self._redraw)

    def _lay_out(self) -> None:
        px = self._theme.px
        column = QVBoxLayout(self)
        column.setContentsMargins(px(64), px(40), px(64), px(28))
        column.setSpacing(px(4))
        head = QHBoxLayout()
        head.addWidget(self.name, 1)
        head.addWidget(self.leave, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(head)
        column.addWidget(self.about)
        column.addSpacing(px(28))
        line = QHBoxLayout()
        line.setSpacing(px(14))
        line.addWidget(self.title)
        line.addWidget(self.note, 1)
        column.addLayout(line)
        column.addSpacing(px(10))
        column.addWidget(self.pages, 1)
        foot = QHBoxLayout()
        foot.addStretch(1)
        for one in (self.before, self.place, self.after):
            foot.addWidget(one)
        foot.addStretch(1)
        column.addLayout(foot)

    def show_large(self) -> None:
        """Show the window as large as the screen."""
        self.showMaximized()
        self.raise_()
        self.activateWindow()

    def show_sheet(self, sheet: Sheet) -> None:
        """Show a sheet; whatever is given, only the rep's copy of it is taken."""
        shown = for_the_rep(sheet)
        if shown != self._sheet:
            self._sheet = shown
            self._redraw()

    def go(self, count: int) -> None:
        """Go on or back by a number of sections; at either end one stays."""
        self.at = min(max(0, self.at + count), max(0, len(self.titles) - 1))
        self._show_place()

    def _redraw(self) -> None:
        sheet = self._sheet
        if sheet is None:
            return
        self.setWindowTitle(f"{sheet.rep} · one-on-one")
        self.setAccessibleName(f"One-on-one with {sheet.rep}")
        self.name.setText(sheet.rep)
        period = sheet.review.question.period.label
        self.about.setText(" · ".join(part for part in (sheet.header, period) if part))
        while (page := self.pages.widget(0)) is not None:
            self.pages.removeWidget(page)
            page.hide()
            page.setParent(None)  # out of the window at once, not only when Qt comes to delete it
            page.deleteLater()
        self._parts = self._parts_of(sheet)
        self.titles = tuple(part.title for part in self._parts)
        for part in self._parts:
            self.pages.addWidget(self._page(part))
        self.go(0)

    def _page(self, part: Part) -> Column:
        page = Column(margins=(0, 0, 12, 12))
        page.column.setSpacing(self._theme.px(10))
        page.setAccessibleName(part.title)
        part.fill(page.column)
        page.column.addStretch(1)
        return page

    def _show_place(self) -> None:
        part = self._parts[self.at]
        self.pages.setCurrentIndex(self.at)
        self.title.setText(part.title)
        self.note.setText(part.note)
        self.place.setText(f"{self.at + 1} of {len(self.titles)}")
        self.before.setEnabled(self.at > 0)
        self.after.setEnabled(self.at < len(self.titles) - 1)

    def _parts_of(self, sheet: Sheet) -> tuple[Part, ...]:
        """The sections in the order of the meeting."""
        review = sheet.review
        return (
            Part(sheet.facts_heading, since_words(sheet), lambda to: self._fill_facts(to, sheet)),
            Part("What was promised", kept_text(sheet.promises), lambda to: self._fill_promises(to, sheet.promises)),
            Part("The numbers", review.question.period.label, lambda to: self._fill_lines(to, sheet)),
            Part("Deals to talk about", _counted(sheet.risks), lambda to: self._fill_risks(to, sheet.risks)),
            Part("Agenda", "", lambda to: self._fill_agenda(to, in_order(review.agenda))),
            Part("What we agree", "", lambda to: self._fill_agreed(to, sheet)),
        )

    def _fill_facts(self, to: QVBoxLayout, sheet: Sheet) -> None:
        for fact in sheet.facts:
            to.addLayout(self._pair(fact_words(fact), _deals_words(fact)))
            to.addSpacing(self._theme.px(8))
        if not sheet.facts:
            to.addWidget(self._label(no_facts_words(sheet), MIDDLE, role="muted", wrap=True))

    def _fill_promises(self, to: QVBoxLayout, promises: Sequence[Promise]) -> None:
        for promise in promises:
            line = QHBoxLayout()
            line.setSpacing(self._theme.px(14))
            line.addWidget(SettledMark(self._theme, promise.settlement.state, size=17), 0, Qt.AlignmentFlag.AlignTop)
            line.addLayout(self._pair(promise.commitment.text, verdict_words(promise)), 1)
            to.addLayout(line)
            to.addSpacing(self._theme.px(8))
        if not promises:
            to.addWidget(self._label(NO_PROMISES, MIDDLE, role="muted", wrap=True))

    def _fill_lines(self, to: QVBoxLayout, sheet: Sheet) -> None:
        views = [LineView(self._theme, line, zoom=ZOOM, can_open=False) for line in sheet.lines]
        reserve_alike(views)
        for view in views:
            to.addWidget(view)
        if not sheet.lines:
            to.addWidget(self._label(NO_LINES, MIDDLE, role="muted"))

    def _fill_risks(self, to: QVBoxLayout, risks: Sequence[RiskDeal]) -> None:
        for deal in risks:
            about = " · ".join(part for part in (deal_name(deal.name, deal.account), deal.amount_text) if part)
            due = f"due {deal.close_date}" if deal.close_date else ""
            why = " · ".join(part for part in (risk_text(deal), deal.stage, due) if part)
            to.addLayout(self._pair(about, why))
            to.addSpacing(self._theme.px(8))
        if not risks:
            to.addWidget(self._label(NO_RISKS, MIDDLE, role="muted", wrap=True))

    def _fill_agenda(self, to: QVBoxLayout, items: Sequence[AgendaItem]) -> None:
        for item in items:
            shown = self._label(item.text, MIDDLE, role="muted" if item.done else "", wrap=True)
            font = shown.font()
            font.setStrikeOut(item.done)
            shown.setFont(font)
            shown.setAccessibleName(f"{item.text}{', talked about' if item.done else ''}")
            to.addWidget(shown)
            to.addSpacing(self._theme.px(6))
        if not items:
            to.addWidget(self._label("The agenda is empty.", MIDDLE, role="muted"))

    def _fill_agreed(self, to: QVBoxLayout, sheet: Sheet) -> None:
        for one in sheet.review.commitments:
            who = party_name("rep", sheet.rep) if one.owner == "rep" else "Manager"
            told = (f"{who}, by {due_words(one.due)}", measure_text(sheet, one))
            to.addLayout(self._pair(one.text, " · ".join(part for part in told if part)))
            to.addSpacing(self._theme.px(8))
        if not sheet.review.commitments:
            to.addWidget(self._label("Nothing is agreed yet.", MIDDLE, role="muted"))

    def _pair(self, text: str, quiet: str) -> QLayout:
        column = QVBoxLayout()
        column.setSpacing(self._theme.px(2))
        column.addWidget(self._label(text, MIDDLE, QFont.Weight.DemiBold, wrap=True))
        column.addWidget(self._label(quiet, QUIET, role="muted", wrap=True))
        return column

    def _label(
        self, text: str, size: int, weight: QFont.Weight = QFont.Weight.Normal, *, role: str = "",
        wrap: bool = False, elide: bool = False,
    ) -> PlainLabel:  # fmt: skip
        made = PlainLabel(text, role, wrap=wrap, elide=elide)
        made.setFont(self._theme.font(size, weight))
        return made

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right, Home and End; Escape closes."""
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.close()
        elif key in _BACK or key in _ON:
            self.go(-1 if key in _BACK else 1)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.go(len(self.titles) * (-1 if key == Qt.Key.Key_Home else 1))
        else:
            super().keyPressEvent(event)


def _counted(risks: Sequence[RiskDeal]) -> str:
    return counted(len(risks), "deal") if risks else ""


def _deals_words(fact: Fact) -> str:
    """The first deals of a fact, each on a line of its own with what changed."""
    told = [
        " · ".join(part for part in (deal_name(deal.name, deal.account), deal.amount_text, deal.change) if part)
        for deal in fact.deals[:NAMED]
    ]
    more = len(fact.deals) - len(told)
    return "\n".join([*told, *([more_text(more)] if more else [])])
