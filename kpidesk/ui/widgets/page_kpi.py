"""What pages have in common that are about one KPI, which is chosen on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from PySide6.QtWidgets import QPushButton

from kpidesk import operations
from kpidesk.core.kpis import Kpi
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.page import Page
from kpidesk.ui.widgets.controls import back_button
from kpidesk.ui.widgets.pick_button import PickButton
from kpidesk.ui.widgets.type_ahead import kpi_choices


class KpiPage(Page):
    """The base of such pages, a step aside from another one; a class because pages are widgets."""

    is_step: ClassVar[bool] = True
    _kpi_id = ""

    def build_pick(self) -> tuple[QPushButton, PickButton]:
        """What begins the line of choices: the way back, and the KPI."""
        self.back = back_button(self.theme, lambda: self.shell.go(-1))
        self.kpi = PickButton(self.theme, "KPI", "target", "K")
        self.kpi.chosen.connect(self.open_kpi)
        return self.back, self.kpi

    def show_kpi(self, kpi: Kpi, kpis: Sequence[Kpi]) -> None:
        """Name the KPI on show, and offer all that can be chosen."""
        self._kpi_id = kpi.id
        self.kpi.offer(kpi_choices(kpis), kpi.id, kpi.name)

    def open_kpi(self, kpi_id: str) -> None:
        """Show another KPI, also from another page; remembered while nothing is asked yet."""
        self._kpi_id = kpi_id
        if self.question is not None:
            self.reload()


def computable(workspace: Workspace) -> tuple[Kpi, ...]:
    """The KPIs in use that the data suffice for; on the database thread."""
    return tuple(one.kpi for one in operations.kpis(workspace, "active") if one.computable)
