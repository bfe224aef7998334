"""The row of choices above the pages about KPIs: the KPIs, the catalogue, targets, objectives, refresh and check."""

from __future__ import annotations

from kpidesk.ui.page import Shell
from kpidesk.ui.widgets.controls import Segments

TABS = (
    ("KPIs", "goals"),
    ("Catalogue", "catalogue"),
    ("Targets", "target-grid"),
    ("Objectives", "objectives"),
    ("Refresh", "refresh"),
    ("Check", "check"),
)


class GoalTabs(Segments):
    """Goes from one page about KPIs to another; a class because it is a widget. It stays on the page it stands on."""

    def __init__(self, shell: Shell, page_id: str) -> None:
        super().__init__(TABS, "KPIs & targets")
        self._shell, self._own = shell, page_id
        self.set_value(page_id)
        self.chosen.connect(self._go)

    def _go(self, page_id: object) -> None:
        self.set_value(self._own)
        if page_id != self._own:
            self._shell.show_page(str(page_id))
