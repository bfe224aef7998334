"""The presenter's window: one rep's sheet, large and calm, with nobody else's name and nothing private on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QGuiApplication, QKeyEvent, QScreen
from PySide6.QtWidgets import QHBoxLayout, QLayout, QStackedWidget, QVBoxLayout, QWidget

from kpidesk.core.carried import from_text
from kpidesk.core.coaching_goals import GoalReadout
from kpidesk.core.review_words import (
    GOALS_TITLE,
    NO_LINES,
    NO_RISKS,
    PRAISE_TITLE,
    SKILL_AND_PRAISE,
    SKILL_TITLE,
    WHY_ASIDE,
    age_words,
    goal_lines,
    kept_text,
    measure_text,
    more_text,
    risk_text,
    skill_words,
    with_manager,
)
from kpidesk.core.reviews import AgendaItem, Fact, Promise, Sheet, for_others, in_order
from kpidesk.core.wording import counted
from kpidesk.ui import window_size
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import icon_button
from kpidesk.ui.widgets.page_parts import Column
from kpidesk.ui.widgets.review_facts import deal_name, fact_words, no_facts_words, since_words
from kpidesk.ui.widgets.review_lines import LineView, reserve_alike
from kpidesk.ui.widgets.review_promises import verdict_words
from kpidesk.ui.widgets.review_settle import SettledMark
from kpidesk.ui.widgets.review_text import due_words, party_name

SIZE = (1280, 800)
ZOOM = 1.7
BIG, MIDDLE, QUIET = 34, 24, 18
NAMED = 3
_BACK = (Qt.Key.Key_Left, Qt.Key.Key_PageUp, Qt.Key.Key_Backspace)
_ON = (Qt.Key.Key_Right, Qt.Key.Key_PageDown, Qt.Key.Key_Space)
OTHER_SCREEN = "To the other screen (S)"


def other_screen(of: QScreen | None, screens: Sequence[QScreen]) -> QScreen | None:
    """The screen after the one that something is on; None where there is only one."""
    if len(screens) < 2:
        return None
    at = next((at for at, one in enumerate(screens) if one is of), -1)
    return screens[(at + 1) % len(screens)]


@dataclass(frozen=True, slots=True)
class Part:
    """One section of the presentation: its title, quiet words beside it, and what fills it."""

    title: str
    note: str
    fill: Callable[[QVBoxLayout], None]


class Presenter(QWidget):
    """The window; a class because it is a widget. It only ever holds what others may see of a rep's sheet.

    Left and Right go through the sections, S goes to the next screen, Escape closes.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("role", "presenter")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        window_size.fit(self, QSize(*SIZE))
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
        self.move_on = icon_button(theme, "presentation", OTHER_SCREEN, self.to_other_screen)
        for one in (self.before, self.after, self.leave, self.move_on):
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
        head.addWidget(self.move_on, 0, Qt.AlignmentFlag.AlignTop)
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

    def show_large(self, beside: QScreen | None = None) -> None:
        """Fill the screen that the manager's window is not on; where there is only one, be as large as it."""
        screens = QGuiApplication.screens()
        self.move_on.setVisible(len(screens) > 1)
        other = other_screen(beside, screens)
        if other is not None:
            self._fill_screen(other)
        else:
            self.showMaximized()
        self.raise_()
        self.activateWindow()

    def to_other_screen(self) -> None:
        """Go to the next screen, as large as it; nothing happens where there is only one."""
        other = other_screen(self.screen(), QGuiApplication.screens())
        if other is not None:
            self._fill_screen(other)

    def _fill_screen(self, screen: QScreen) -> None:
        self.showNormal()  # a window that fills a screen does not move to another
        self.setScreen(screen)
        self.setGeometry(screen.geometry())
        self.showFullScreen()

    def show_sheet(self, sheet: Sheet) -> None:
        """Show a sheet; whatever is given, only what others may see of it is taken."""
        shown = for_others(sheet)
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
        self.about.setText(" · ".join(part for part in (with_manager(sheet), period) if part))
        while (page := self.pages.widget(0)) is not None:
            self.pages.removeWidget(page)
            page.hide()
            page.setParent(None)  # out of the window at once, not only when Qt comes to delete it
            page.deleteLater()
        before = self.titles[self.at] if self.titles else ""
        self._parts = self._parts_of(sheet)
        self.titles = tuple(part.title for part in self._parts)
        if before in self.titles:  # a section may have come or gone in front of it
            self.at = self.titles.index(before)
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
        """The sections in the order of the meeting, without those that have nothing to show."""
        review = sheet.review
        parts = (
            Part("What was promised", kept_text(sheet.promises), lambda to: self._fill_promises(to, sheet.promises))
            if sheet.promises
            else None,
            Part(sheet.facts_heading, since_words(sheet), lambda to: self._fill_facts(to, sheet)),
            Part("The numbers", review.question.period.label, lambda to: self._fill_lines(to, sheet)),
            Part("Why", WHY_ASIDE, lambda to: self._fill_texts(to, sheet.why)) if sheet.why else None,
            Part(GOALS_TITLE, "", lambda to: self._fill_goals(to, sheet.goals)) if sheet.goals else None,
            Part("Deals to talk about", _counted(sheet), lambda to: self._fill_risks(to, sheet)),
            Part("Agenda", "", lambda to: self._fill_agenda(to, in_order(review.agenda))) if review.agenda else None,
            Part(SKILL_AND_PRAISE, "", lambda to: self._fill_skill(to, sheet)) if _has_skill(sheet) else None,
            Part("What we agree", "", lambda to: self._fill_agreed(to, sheet)),
        )
        return tuple(one for one in parts if one is not None)

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

    def _fill_lines(self, to: QVBoxLayout, sheet: Sheet) -> None:
        views = [LineView(self._theme, line, zoom=ZOOM, can_open=False) for line in sheet.lines]
        reserve_alike(views)
        for view in views:
            to.addWidget(view)
        if not sheet.lines:
            to.addWidget(self._label(NO_LINES, MIDDLE, role="muted"))

    def _fill_texts(self, to: QVBoxLayout, texts: Sequence[str]) -> None:
        for text in texts:
            to.addWidget(self._label(text, MIDDLE, wrap=True))
            to.addSpacing(self._theme.px(8))

    def _fill_goals(self, to: QVBoxLayout, goals: Sequence[GoalReadout]) -> None:
        for found in goals:
            course, *rest = goal_lines(found)
            to.addWidget(self._label(found.goal.label, MIDDLE, QFont.Weight.DemiBold, wrap=True))
            to.addWidget(self._label(course, MIDDLE, wrap=True))
            to.addWidget(self._label("\n".join(rest), QUIET, role="muted", wrap=True))
            to.addSpacing(self._theme.px(16))

    def _fill_skill(self, to: QVBoxLayout, sheet: Sheet) -> None:
        review = sheet.review
        shown = ((SKILL_TITLE, review.skill, skill_words(sheet)), (PRAISE_TITLE, review.praise, ""))
        for title, text, under in shown:
            if text.strip() or under:
                to.addWidget(self._label(title, QUIET, role="muted"))
                to.addLayout(self._pair(text.strip() or under, under if text.strip() else ""))
                to.addSpacing(self._theme.px(12))

    def _fill_risks(self, to: QVBoxLayout, sheet: Sheet) -> None:
        for deal in sheet.risks:
            about = " · ".join(part for part in (deal_name(deal.name, deal.account), deal.amount_text) if part)
            due = f"due {deal.close_date}" if deal.close_date else ""
            aged = f"{age_words(deal)} old" if age_words(deal) else ""
            why = " · ".join(part for part in (risk_text(deal), deal.stage, aged, due) if part)
            step = sheet.review.next_step(deal.deal_id)
            to.addLayout(self._pair(about, f"{why}\nNext step: {step}" if step else why))
            to.addSpacing(self._theme.px(8))
        if not sheet.risks:
            to.addWidget(self._label(NO_RISKS, MIDDLE, role="muted", wrap=True))

    def _fill_agenda(self, to: QVBoxLayout, items: Sequence[AgendaItem]) -> None:
        for item in items:
            tag = f"{item.tag_words}  " if item.tag_words else ""
            since = f" ({from_text(item.since)})" if item.since is not None else ""
            shown = self._label(f"{tag}{item.text}{since}", MIDDLE, role="muted" if item.done else "", wrap=True)
            font = shown.font()
            font.setStrikeOut(item.done)
            shown.setFont(font)
            shown.setAccessibleName(f"{item.text}{since}{', talked about' if item.done else ''}")
            to.addWidget(shown)
            to.addSpacing(self._theme.px(6))

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
        if quiet:
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
        """Left and Right, Home and End; S for the other screen; Escape closes."""
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.close()
        elif key in _BACK or key in _ON:
            self.go(-1 if key in _BACK else 1)
        elif key == Qt.Key.Key_S:
            self.to_other_screen()
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.go(len(self.titles) * (-1 if key == Qt.Key.Key_Home else 1))
        else:
            super().keyPressEvent(event)


def _counted(sheet: Sheet) -> str:
    return counted(len(sheet.risks), "deal") if sheet.risks else ""


def _has_skill(sheet: Sheet) -> bool:
    review = sheet.review
    return bool(review.skill.strip() or review.praise.strip() or skill_words(sheet))


def _deals_words(fact: Fact) -> str:
    """The first deals of a fact, each on a line of its own with what changed."""
    told = [
        " · ".join(part for part in (deal_name(deal.name, deal.account), deal.amount_text, deal.change) if part)
        for deal in fact.deals[:NAMED]
    ]
    more = len(fact.deals) - len(told)
    return "\n".join([*told, *([more_text(more)] if more else [])])
