"""What the forecast rests on in open deals: weighted both ways, by stage, by category, and the chances behind it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from kpidesk.core.forecast_paper import categories_table, stages_table
from kpidesk.core.forecasts import ForecastView, WinCell, WinChances
from kpidesk.core.formats import NOTHING, format_value, sample_text
from kpidesk.core.papers import PaperCell, PaperColumn, PaperRow, PaperTable
from kpidesk.core.wording import counted
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import button, row
from kpidesk.ui.widgets.forecast_fold import FoldCard
from kpidesk.ui.widgets.forecast_tables import TablePart, say
from kpidesk.ui.widgets.forecast_text import categories_line, deals_line

NO_DEALS = "No open deal is due in the period."


@dataclass(frozen=True, slots=True)
class Picked:
    """Which of the open deals due are wanted: those of one stage, of one forecast category, or all."""

    stage: str | None = None
    category: str | None = None


def chances_table(found: WinChances) -> PaperTable:
    """How many open deals of each stage were won in time, by the weeks that were left."""
    columns = (
        PaperColumn("stage", "Stage", share=1.6),
        *(PaperColumn(f"w{week}", f"{counted(week, 'week')} left", "percent") for week in found.weeks),
    )
    rows = tuple(
        PaperRow((PaperCell(cells[0].stage), *map(_cell, cells)), strong=at == len(found.rows) - 1)
        for at, cells in enumerate(found.rows)
    )
    return PaperTable(columns, rows, found.words, found.reason)


def _cell(one: WinCell) -> PaperCell:
    return PaperCell(f"{sample_text(one.n, one.won)} · counts as {one.text}" if one.n else NOTHING, one.chance)


class DealsPart(FoldCard):
    """Open deals due; `opened_deals` sends a title and the Picked deals, `chances_wanted` asks for their table.

    `opened_code` sends the code of a chance, of which the past deals are wanted. A class because it is a widget.
    """

    opened_deals = Signal(str, object)
    chances_wanted = Signal()
    opened_code = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, "Open deals due", parent)
        self._view: ForecastView | None = None
        self._chances: WinChances | None = None
        self.weighted = TablePart(theme, "Weighted both ways")
        self.stages = TablePart(theme, "Open deals due by stage")
        self.basis = PlainLabel("", "small", wrap=True)
        self.chances_button = button("Chances by stage and weeks left", self._turn_chances, kind="link")
        self.chances_button.setCheckable(True)
        self.past = button(
            "Past deals behind the chance", self._open_past, kind="link", hint="Those of the chosen stage"
        )
        self.every = button("Show the deals", lambda: self._open(""), hint="Enter on a stage shows its deals")
        self.chances = TablePart(theme, "Chances by stage and weeks left")
        self.chances.hide()
        self.inner.addWidget(self.weighted)
        self.inner.addWidget(self.stages)
        self.inner.addWidget(self.basis)
        self.inner.addLayout(row(self.past, self.chances_button, None, self.every, spacing=14))
        self.inner.addWidget(self.chances)
        self.stages.activated.connect(self._open_stage)
        self.chances.grid.activated.connect(lambda index: self._open_cell(index.row(), index.column()))

    def show_view(self, view: ForecastView) -> None:
        """Show the open deals of a forecast."""
        self._view = view
        self.say(deals_line(view))
        self.weighted.show_table(_weighted_table(view))
        nothing = PaperTable((), (), empty=view.why_missing("pipeline") or NO_DEALS)
        self.stages.show_table(stages_table(view) if view.stages else nothing)
        say(self.basis, view.stages_words)
        self.every.setVisible(bool(view.deals))
        self.past.setVisible(any(one.receipt for one in view.stages))
        self.chances.hide()
        self.chances_button.setChecked(False)

    def _turn_chances(self) -> None:
        if self.chances_button.isChecked():
            self.chances_wanted.emit()
        else:
            self.chances.hide()

    def show_chances(self, found: WinChances) -> None:
        """Show how often deals were won in time."""
        self._chances = found
        self.chances.show_table(chances_table(found))
        self.chances.show()

    def _open_past(self) -> None:
        """Ask for the past deals of the stage under the cursor, else of the first one that has any."""
        stages = self._view.stages if self._view is not None else ()
        chosen = self.stages.grid.currentIndex().row()
        here = [one.receipt for one in (*stages[max(chosen, 0) :][:1], *stages) if one.receipt]
        if here:
            self.opened_code.emit(here[0])

    def _open_cell(self, at: int, column: int) -> None:
        """Ask for the past deals behind one cell; beside the cells for those of the first one."""
        cells = self._chances.rows[at] if self._chances is not None else ()
        code = cells[max(column - 1, 0)].receipt if cells else ""
        if code:
            self.opened_code.emit(code)

    def _open_stage(self, at: int) -> None:
        stages = self._view.stages if self._view is not None else ()
        self._open(stages[at].stage if at < len(stages) else "")

    def _open(self, stage: str) -> None:
        self.opened_deals.emit(f"Open and due · {stage}" if stage else "Open and due", Picked(stage=stage or None))


def _weighted_table(view: ForecastView) -> PaperTable:
    notes = [one.note if one.note != view.stages_words else "" for one in view.weighted]  # that stands below
    columns = (
        PaperColumn("how", "Weighted", share=1.5), PaperColumn("deals", "Deals", "count"),
        PaperColumn("value", "Comes to", "money", bar=True), PaperColumn("with", "With what is won", "money"),
        *((PaperColumn("note", "", share=2.2),) if any(notes) else ()),
    )  # fmt: skip
    rows = tuple(
        PaperRow((
            PaperCell(one.name), PaperCell(format_value(one.deals, "count"), one.deals), PaperCell(one.text, one.value),
            PaperCell(format_value(view.won + one.value, "money", view.currency)),
            *((PaperCell(note),) if any(notes) else ()),
        ))
        for one, note in zip(view.weighted, notes, strict=True)
    )  # fmt: skip
    return PaperTable(columns, rows, empty="")


class CategoriesPart(FoldCard):
    """Commit, best case and pipeline; `opened_deals` sends a title and the Picked deals. A class: it is a widget."""

    opened_deals = Signal(str, object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, "Open deals by category", parent)
        self._view: ForecastView | None = None
        self.table = TablePart(theme, "By forecast category")
        self.table.activated.connect(self._open)
        self.hint = PlainLabel("Enter or a double click on a line shows its deals.", "small")
        self.inner.addWidget(self.table)
        self.inner.addWidget(self.hint)

    def show_view(self, view: ForecastView) -> None:
        """Show the categories of a forecast."""
        self._view = view
        self.say(categories_line(view))
        self.table.show_table(categories_table(view))
        self.hint.setVisible(bool(view.categories))

    def _open(self, at: int) -> None:
        if self._view is not None and at < len(self._view.categories):
            one = self._view.categories[at]
            self.opened_deals.emit(f"Open and due · {one.label}", Picked(category=one.category))
