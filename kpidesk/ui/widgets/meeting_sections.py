"""The cards of a review that show what the data say: numbers, members, pipeline, and what stands out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kpidesk.core.meeting_paper import MOST_BESIDE, range_part
from kpidesk.core.meeting_sheets import ForecastPart, ForecastRange, MeetingSheet, MemberTable, SignalLine
from kpidesk.core.meeting_words import (
    NO_INITIATIVES,
    NO_MEMBERS,
    NO_SIGNALS,
    NO_TARGET_CHANGES,
    NO_WHY,
    quarter_title,
)
from kpidesk.core.people import Scope
from kpidesk.core.periods import Grain
from kpidesk.core.review_words import NO_LINES, more_text
from kpidesk.core.reviews import Line
from kpidesk.core.signals import MOST_SHOWN
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.painting.look import look_of
from kpidesk.ui.painting.paper_drawings import RANGE, paint_range
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import button, row
from kpidesk.ui.widgets.meeting_tables import (
    INITIATIVES,
    SIGNALS,
    TARGETS,
    VERDICTS,
    SheetTable,
    TableSection,
    member_columns,
    turned_columns,
)
from kpidesk.ui.widgets.receipt_model import Column
from kpidesk.ui.widgets.review_lines import LinesSection
from kpidesk.ui.widgets.review_parts import Section

BEFORE: dict[Grain, str] = {
    "week": "the week before", "month": "the month before", "quarter": "the quarter before", "year": "the year before"
}  # fmt: skip
"""When the period before was, where there is room to say it."""


@dataclass(frozen=True, slots=True)
class Behind:
    """The number of a scope whose rows are wanted."""

    kpi_id: str
    scope: Scope


def with_before(line: Line) -> Line:
    """A KPI with its value of the period before beside its name, where a one-on-one has that of the team."""
    when = BEFORE.get(line.row.period.grain, "before")
    comma = "," if line.row.prior is not None and line.row.prior.begins else ""
    before = f"{line.row.prior_text}{comma} {when}" if line.row.prior_text else ""
    return replace(line, team=before)


class NumbersCard(LinesSection):
    """The KPIs of the team; a class because it is a widget."""

    def show_quarter(self, sheet: MeetingSheet) -> None:
        """Show where the quarter stands, in the KPIs whose targets are of it; hidden where there are none."""
        self.setVisible(bool(sheet.quarter))
        if sheet.quarter:
            self._show(sheet, sheet.quarter, quarter_title(sheet))
            self.note.setText("the month has no targets of its own")

    def show_sheet(self, sheet: MeetingSheet, title: str) -> None:
        """Show the KPIs of a sheet."""
        self._show(sheet, sheet.lines, title)
        if not self.views:
            self.column.addWidget(PlainLabel(sheet.lines_words or NO_LINES, "muted", wrap=True))

    def _show(self, sheet: MeetingSheet, lines: Sequence[Line], title: str) -> None:
        self.title.setText(title)
        self.setAccessibleName(title)
        self.note.setText(sheet.meeting.question.period.label)
        self.show_lines([with_before(one) for one in lines], is_live=sheet.meeting.state == "draft")


class TableCard(TableSection):
    """A sentence, a table and words where it is empty; a class because it is a widget."""

    def __init__(
        self, theme: Theme, title: str, columns: Sequence[Column[Any]] = (), nothing: str = "", *,
        stretch: tuple[int, ...] = (0,), by_cell: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(theme, title)
        self._nothing = nothing
        self.sentence = PlainLabel("", wrap=True)
        self.table = SheetTable(theme, title, columns or (Column("", str),), stretch=stretch, by_cell=by_cell)
        self.nothing = PlainLabel("", "muted", wrap=True)
        self.add_words(self.sentence, self.nothing)
        self.column.addWidget(self.table)

    def show_rows(self, rows: Sequence[Any], sentence: str = "", columns: Sequence[Column[Any]] | None = None) -> None:
        """Show rows with a sentence above, or in words that there are none."""
        self.sentence.setText(sentence)
        self.sentence.setVisible(bool(sentence and rows))
        self.nothing.setText(sentence or self._nothing)
        self.nothing.setVisible(not rows)
        self.table.show_rows(rows, columns)


class MembersCard(TableCard):
    """Reps or teams by name against KPIs; `opened` sends the Behind of a number whose rows are wanted."""

    opened = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "By rep", nothing=NO_MEMBERS, by_cell=True)
        self.note.setText("Enter or a double click on a number shows its rows")
        self.table.activated.connect(self._open)
        self._members: MemberTable | None = None
        self._turned = False

    def show_sheet(self, sheet: MeetingSheet) -> None:
        """Show the members of a sheet, in the order of their names, never ranked."""
        who = "Team" if sheet.meeting.kind == "monthly" else "Rep"
        self.title.setText(f"By {who.lower()}")
        self._members = found = sheet.members
        is_bare = sheet.meeting.kind == "monthly" and found is not None and not found.rows  # a team has none below it
        self.setVisible(found is not None and sheet.meeting.kind != "forecast" and not is_bare)
        if found is None:
            return
        self._turned = len(found.rows) <= MOST_BESIDE < len(found.kpis)
        if self._turned:
            self.show_rows(range(len(found.kpis)), columns=turned_columns(found))
        else:
            self.show_rows(found.rows, columns=member_columns(found, who))

    def _open(self, index: QModelIndex) -> None:
        found, at = self._members, index.column() - 1
        if found is None or at < 0:
            return
        shown = self.table.records.record(index.row())
        scopes = [row.scope for row in found.rows] if self._turned else [shown.scope] * len(found.kpis)
        kpis = [found.kpis[shown]] * len(scopes) if self._turned else found.kpis
        if at < len(kpis):
            self.opened.emit(Behind(kpis[at], scopes[at]))


class SignalsCard(TableCard):
    """What stands out and of which nobody has said anything yet; a class because it is a widget."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "Signals", SIGNALS, NO_SIGNALS, stretch=(2,))
        self.note.setText("beside what was usual over a longer time")
        self._signals: tuple[SignalLine, ...] | None = None
        self.more = button("", self.show_all, kind="link", hint="Show all that stands out")
        self.foot.addLayout(row(self.more, None))

    def show_sheet(self, sheet: MeetingSheet) -> None:
        """Show the signals of a sheet; a forecast call has none."""
        self.setVisible(sheet.meeting.kind != "forecast")
        if sheet.signals != self._signals:
            self._signals = sheet.signals
            self._show(MOST_SHOWN)

    def show_all(self) -> None:
        """Show also what stands out beyond the first five."""
        self._show(len(self._signals or ()))
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self, most: int) -> None:
        known = self._signals or ()
        self.show_rows(known[:most])
        left = len(known) - most
        self.more.setText(more_text(left))
        self.more.setVisible(left > 0)


class WhyCard(Section):
    """What really changed, and why; a class because it is a widget."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "What really changed, and why")
        self.column.setSpacing(6)

    def show_sheet(self, sheet: MeetingSheet) -> None:
        """Show the sentences of a monthly review."""
        self.setVisible(sheet.meeting.kind == "monthly")
        self.empty()
        for text in sheet.why:
            self.column.addWidget(PlainLabel(text, wrap=True))
        if not sheet.why:
            self.column.addWidget(PlainLabel(NO_WHY, "muted", wrap=True))


class BegunCard(TableCard):
    """The initiatives that ran in the month; a class because it is a widget."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "Initiatives", INITIATIVES, NO_INITIATIVES, stretch=(3,))

    def show_sheet(self, sheet: MeetingSheet) -> None:
        """Show the initiatives of a monthly review."""
        self.setVisible(sheet.meeting.kind == "monthly")
        self.show_rows(sheet.initiatives)


class VerdictsCard(TableCard):
    """What became of coaching goals, counted without names; a class because it is a widget."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "Coaching goals", VERDICTS)
        self.note.setText("counted, without names")

    def show_sheet(self, sheet: MeetingSheet) -> None:
        """Show the verdicts of a monthly review."""
        self.setVisible(sheet.meeting.kind == "monthly")
        self.show_rows(sheet.verdicts, sheet.verdicts_words)


class TargetsCard(TableCard):
    """Which targets were changed; `wanted` says that one is to be changed here."""

    wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "Targets changed", TARGETS, NO_TARGET_CHANGES, stretch=(4,))
        self.note.setText("earlier periods keep what they had")
        self.change = button("Change a target…", self.wanted.emit, hint="With the reason that the sheet then shows")
        self.foot.addLayout(row(self.change, None))

    def show_sheet(self, sheet: MeetingSheet) -> None:
        """Show the target changes of a monthly review; one that is closed changes none."""
        self.setVisible(sheet.meeting.kind == "monthly")
        self.change.setVisible(sheet.meeting.state != "closed")
        self.show_rows(sheet.target_changes)


class RangeView(QWidget):
    """A range with what is won and the target on it, drawn as on paper; a class because it paints itself."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.found: ForecastRange | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_range(self, found: ForecastRange | None) -> None:
        """Show a range, or nothing."""
        self.found = found
        self.setVisible(found is not None)
        if found is not None:
            self.setAccessibleName(f"{found.words}; {found.won_text} won; target {found.target_text or 'none'}")
        self.update()

    def sizeHint(self) -> QSize:
        """As high as its two rows of words and the band between them."""
        return QSize(400, self._theme.px(round(RANGE)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the range."""
        if self.found is not None:
            painter = QPainter(self)
            paint_range(painter, QRectF(self.rect()), range_part(self.found), look_of(self._theme))
            painter.end()


class DataSayCard(Section):
    """What the data expect to be booked, and how far off earlier calls were; a class because it is a widget."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "What the data say")
        self.range = RangeView(theme)
        self.words = PlainLabel("", "muted", wrap=True)
        self.past = PlainLabel("", wrap=True)
        for widget in (self.range, self.words, self.past):
            self.column.addWidget(widget)

    def show_part(self, part: ForecastPart | None) -> None:
        """Show the range of a forecast call with its method, and the errors of the past."""
        self.setVisible(part is not None)
        if part is not None:
            self.range.show_range(part.range)
            self.words.setText(part.range_words)
            self.past.setText("\n".join(part.past))
            self.past.setVisible(bool(part.past))
