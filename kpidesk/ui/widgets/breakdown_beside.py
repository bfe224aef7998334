"""Which further KPIs stand beside the one that is broken down."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Signal

from kpidesk.core.kpis import Kpi
from kpidesk.core.side_by_side import MOST_BESIDE
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.pick_button import PickButton
from kpidesk.ui.widgets.type_ahead import Choice, kpi_choices

NOTHING = ""
"""The choice that takes all of them away."""


class BesideButton(PickButton):
    """Adds a KPI or takes it away again; a class because it is a widget.

    `changed` sends the ids that are beside now, in the order in which they were added.
    """

    changed = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "KPIs beside", "plus", "B")
        self.beside: tuple[str, ...] = ()
        self.chosen.connect(self._toggle)

    def show_beside(self, kpis: Iterable[Kpi], of: str, beside: tuple[str, ...]) -> None:
        """Offer the KPIs that may stand beside KPI `of`; those that do come first, to be taken away."""
        self.beside = beside
        others = {one.id: one for one in kpis if one.id != of}
        there = [Choice(f"Take away {others[one].name}", one, "", "x") for one in beside if one in others]
        free = () if len(beside) >= MOST_BESIDE else kpi_choices(kpi for kpi in others.values() if kpi.id not in beside)
        nothing = [Choice("Nothing beside", NOTHING, "", "x")] if len(there) > 1 else []
        name = {0: "Beside", 1: f"And {others[beside[0]].name}" if there else "Beside"}.get(
            len(there), f"And {len(there)} beside")  # fmt: skip
        self.offer([*there, *nothing, *free], None, name)
        self.setVisible(bool(others))

    def _toggle(self, kpi_id: str) -> None:
        gone = kpi_id in self.beside
        kept = tuple(one for one in self.beside if one != kpi_id)
        self.beside = () if kpi_id == NOTHING else kept if gone else (*kept, kpi_id)
        self.changed.emit(self.beside)
