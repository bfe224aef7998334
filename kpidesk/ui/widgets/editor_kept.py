"""What was written about KPIs: put by for later while it is not kept, and kept in the workspace."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer

from kpidesk import operations
from kpidesk.core.errors import UserError
from kpidesk.core.kpis import Kpi
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.page import Shell
from kpidesk.ui.widgets.editor_state import Unfinished, unfinished_text
from kpidesk.ui.widgets.goal_text import levels_words

REST_MS = 3000
"""After this rest what is not kept yet is written down."""


class PutBy(QObject):
    """The KPIs that were begun, by id; a class because it owns a timer.

    `present` gives the one being written now, None when nothing of it is unkept.
    """

    def __init__(self, shell: Shell, present: Callable[[], Unfinished | None], parent: QObject) -> None:
        super().__init__(parent)
        self._shell, self._present = shell, present
        self._workspace: Workspace = None
        self._left: dict[str, Unfinished] = {}
        self._written: tuple[str, ...] = ()
        self._timer = QTimer(self, singleShot=True, interval=REST_MS)
        self._timer.timeout.connect(self.write)

    def begin(self, workspace: Workspace, found: tuple[Unfinished, ...]) -> None:
        """Take over what the workspace holds."""
        self._workspace = workspace
        self._left = {one.key: one for one in found}
        self._written = tuple(map(unfinished_text, found))

    def put(self, one: Unfinished) -> None:
        """Put by what was written about a KPI that is left for another."""
        self._left[one.key] = one

    def take(self, key: str) -> Unfinished | None:
        """Take up again what was put by."""
        return self._left.pop(key, None)

    def has(self, key: str) -> bool:
        """Whether something about a KPI is put by."""
        return key in self._left

    def write_soon(self) -> None:
        """Write down when the typing has rested."""
        self._timer.start()

    def write(self) -> None:
        """Write down what is not kept yet, also what is being written now, where it is not written down already."""
        self._timer.stop()
        now = self._present()
        left = [*self._left.values(), *([now] if now is not None else [])]
        texts, mine = tuple(map(unfinished_text, left)), self._workspace
        if mine is None or texts == self._written:
            return
        self._written = texts

        def keep(workspace: Workspace) -> None:
            if workspace is mine:  # another one may have been opened meanwhile
                operations.keep_unfinished_kpis(workspace, texts)

        self._shell.jobs.ask("editor:keep", keep, _nothing, self._shell.show_error, certain=True)


def _nothing(_answer: object) -> None:
    """Nothing is to be done when it is written down."""


def check_name(kpi: Kpi, kpis: Iterable[Kpi]) -> None:
    """Refuse a KPI that could not be told from another one on a scorecard.

    Raises:
        UserError: another one has its name, or would have its id.
    """
    same = next((one for one in kpis if one.name.casefold() == kpi.name.casefold() or one.id == kpi.id), None)
    if same is not None:
        raise UserError(f"There is a KPI '{same.name}' already.", "Give this one another name.")


def save_kpi(ws: Workspace, kpi: Kpi, before: Kpi | None) -> tuple[Kpi, str]:
    """Keep a KPI, with what should come before its cadence where that is new.

    One with another formula than before is of the class that the formula has, with what suits that.
    """
    if kpi.formula and (before is None or before.formula != kpi.formula):
        kpi = replace(kpi, kpi_class=operations.check_text(ws, kpi.formula, kpi.id).kpi_class or kpi.kpi_class)
    kpi = replace(
        kpi, pace=kpi.pace if kpi.prorated else "", minimum_n=kpi.minimum_n if kpi.asks_for_rows else None
    )  # fmt: skip
    saved: Kpi = operations.save_kpi(ws, kpi)
    is_asked = saved.status == "active" and before is not None and saved.cadence != before.cadence
    return saved, operations.baseline_first(ws, saved) if is_asked else ""


def saved_words(kpi: Kpi) -> str:
    """What became of a KPI that was kept."""
    if kpi.status == "active":
        return f"{kpi.name} is in use for {levels_words(kpi.levels)}."
    return f"{kpi.name} is kept as a draft." if kpi.status == "draft" else f"{kpi.name} is kept; it stays retired."
