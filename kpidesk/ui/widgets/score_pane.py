"""The score table in its card: the first five KPIs in use, a line that brings out the rest, and the words above it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from kpidesk.core.formats import day_text, span_text
from kpidesk.core.scorecards import Row, Scorecard
from kpidesk.core.wording import capital
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.painting.strip import tallies
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import button, row, set_icon
from kpidesk.ui.widgets.score_table import ScoreTable

FIRST = 5


def more_words(rows: Sequence[Row]) -> str:
    """What stands among the rows that are folded away: "1 at risk, 2 off track", nothing when all is well."""
    found = [one for one in tallies(rows) if one.status in ("at_risk", "off_track") and one.count]
    return ", ".join(f"{one.count} {one.words.lower()}" for one in found)


class ScorePane(QFrame):
    """The card; `resized` tells that it now wants another height. A class because it is a widget."""

    resized = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: tuple[Row, ...] = ()
        self._focus: frozenset[str] = frozenset()
        self.expanded = False
        self.setProperty("role", "card")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 6, 1, 4)
        column.setSpacing(0)
        self.table = ScoreTable(theme)
        self.more = button("", self.toggle, kind="link", hint="Show or hide the rest (M)")
        self.among = PlainLabel("", "small", elide=True)
        self._foot = QWidget()
        foot = row(self.more, self.among, spacing=8)
        foot.setStretch(1, 1)
        foot.setContentsMargins(8, 4, 12, 4)
        self._foot.setLayout(foot)
        column.addWidget(self.table, 1)
        column.addWidget(self._foot)

    def show_rows(self, rows: Sequence[Row], focus: Sequence[str] = ()) -> None:
        """Show other rows, those in `focus` marked; the KPI selected stays selected, and folded out stays so."""
        self._rows, self._focus = tuple(rows), frozenset(focus)
        self._show()

    def tell(self, rows: Sequence[Row]) -> None:
        """The same rows with more said about each."""
        if len(rows) == len(self._rows):
            self._rows = tuple(rows)
            self.table.score.tell(rows)

    def toggle(self) -> None:
        """Fold the rows beside the first five out or away."""
        if self._folded():
            self.expanded = not self.expanded
            self._show()

    def _folded(self) -> tuple[Row, ...]:
        """The rows that are folded away; a single one takes no more room than the line that would bring it out.

        A KPI that is retired since takes the place of none in use.
        """
        in_use = [one for one in self._rows if one.kpi.status != "retired"]
        rest = tuple(one for one in self._rows if one not in (in_use or self._rows)[:FIRST])
        return rest if len(rest) > 1 else ()

    def _show(self) -> None:
        held = self.table.current_row()
        rest = self._folded()
        shown = self._rows if self.expanded else tuple(one for one in self._rows if one not in rest)
        self.table.show_rows(shown, held.kpi.id if held else "", self._focus)
        self.table.updateGeometry()
        self._foot.setVisible(bool(rest))
        self.more.setText("Fewer" if self.expanded else f"{len(rest)} more")
        self.more.setAccessibleName("Show only the first five KPIs" if self.expanded else f"Show {len(rest)} more KPIs")
        set_icon(self.more, self._theme, "chevron-up" if self.expanded else "chevron-down", color="accent_ink", size=14)
        words = more_words(rest)
        self.among.setText("" if self.expanded or not words else f"among them {words}")
        self.updateGeometry()
        self.resized.emit()


def about_words(card: Scorecard, elsewhere: tuple[str, ...] = (), by: str = "") -> str:
    """The days of the period, whether it is over, the day up to which the data goes, and KPIs of other levels.

    `by` team or rep: whose rows are shown.
    """
    period = card.question.period
    known = f", data up to {day_text(card.as_of)}" if card.as_of and card.as_of <= period.last_day else ""
    words = f"{span_text(period.start, period.last_day)} · {'running' if card.running else 'closed'}{known}"
    whoms = {"team": "a team", "rep": "a rep"}
    whom = whoms.get(by) or whoms.get(card.question.scope.kind, "the organisation")
    return f"{words} · not shown for {whom}: {', '.join(elsewhere)}" if elsewhere else words


def unknown_words(rows: Sequence[Row]) -> str:
    """Why no row has a number, as the first that says so has it; empty where none does."""
    reason = next((one.reason for one in rows if one.reason), "")
    return f"{capital(reason)}.".replace("..", ".") if reason else ""
