"""The grid of targets as Qt wants it: text, edit text, and what a screen reader says of each cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal

from kpidesk.core.amount_text import plain_text
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Scope
from kpidesk.core.target_grid import EditPlan, Grid, GridCell, GridLine, SumCheck
from kpidesk.ui.messages import plain_tip
from kpidesk.ui.widgets.model_index import NOWHERE, Index
from kpidesk.ui.widgets.target_text import (
    CellWords,
    Key,
    Pending,
    ShownLine,
    cell_words,
    copied_text,
    editor_text,
    shown_lines,
    sum_words,
)

Role = Qt.ItemDataRole


@dataclass(frozen=True, slots=True)
class Block:
    """A rectangle of shown cells, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


class TargetModel(QAbstractTableModel):
    """The cells of a grid with what is typed over them; `typed` sends the cells changed by hand as {key: text}."""

    typed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.grid: Grid | None = None
        self.lines: tuple[ShownLine, ...] = ()
        self.pending: Pending = {}
        self.plan: EditPlan | None = None
        self._currency = ""
        self._words: dict[tuple[int, int], CellWords] = {}

    # --- what is shown ---------------------------------------------------------------------------------------------

    def set_grid(self, grid: Grid, currency: str) -> None:
        """Show another grid."""
        self.beginResetModel()
        self.grid, self._currency = grid, currency
        self.lines = shown_lines(grid)
        self._words = {}
        self.endResetModel()

    def set_pending(self, pending: Pending, plan: EditPlan | None, sums: Sequence[SumCheck] | None = None) -> None:
        """Show what is typed, what it comes to, and what would be left over then."""
        if self.grid is None:
            return
        lines = shown_lines(self.grid, sums)
        is_same = [(one.at, one.is_sum) for one in lines] == [(one.at, one.is_sum) for one in self.lines]
        if not is_same:
            self.layoutAboutToBeChanged.emit()
            kept = self.persistentIndexList()
            places = {line.at: row for row, line in enumerate(lines) if not line.is_sum}
            moved = [self._moved(one, places) for one in kept]
            self.lines = lines
            self.changePersistentIndexList(kept, moved)
        self.lines, self.pending, self.plan, self._words = lines, pending, plan, {}
        if not is_same:
            self.layoutChanged.emit()
        elif self.lines and self.columnCount():
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))

    def _moved(self, index: QModelIndex, places: Mapping[int, int]) -> QModelIndex:
        row = places.get(self.lines[index.row()].at, -1)
        return self.createIndex(row, index.column()) if row >= 0 else QModelIndex()

    def kpi(self, column: int) -> Kpi | None:
        """The KPI of a column."""
        return self.grid.kpis[column] if self.grid is not None and 0 <= column < len(self.grid.kpis) else None

    def line(self, row: int) -> GridLine | None:
        """The line of a row."""
        return self.lines[row].line if 0 <= row < len(self.lines) else None

    def cell(self, row: int, column: int) -> GridCell | None:
        """The cell of a place; None where something left over is shown."""
        if self.grid is None or not 0 <= row < len(self.lines) or self.lines[row].is_sum:
            return None
        return self.grid.cells[self.lines[row].at][column]

    def place(self, scope: Scope | None, kpi_id: str) -> QModelIndex:
        """Where a cell is shown; no place when it is not in the grid."""
        kpis = self.grid.kpis if self.grid is not None else ()
        row = next((at for at, one in enumerate(self.lines) if one.line.scope == scope and not one.is_sum), -1)
        column = next((at for at, one in enumerate(kpis) if one.id == kpi_id), -1)
        return self.index(row, column) if row >= 0 and column >= 0 else QModelIndex()

    def words(self, row: int, column: int) -> CellWords:
        """A cell in words."""
        if (row, column) not in self._words:
            self._words[row, column] = self._read(row, column)
        return self._words[row, column]

    def _read(self, row: int, column: int) -> CellWords:
        kpi, cell = self.kpi(column), self.cell(row, column)
        if kpi is None or self.grid is None:
            return CellWords()
        if cell is None:
            return sum_words(self.lines[row].sums.get(kpi.id), kpi, self._currency)
        typed = self.pending.get((cell.scope, cell.kpi_id), "")
        return cell_words(cell, kpi, self._currency, typed, self.plan)

    # --- Qt's questions --------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """One row per shown line."""
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """One column per KPI."""
        return 0 if parent.isValid() or self.grid is None else len(self.grid.kpis)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """What is left over is not to be gone to; closed cells can be selected and copied, not typed into."""
        cell = self.cell(index.row(), index.column()) if index.isValid() else None
        if cell is None:
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags if cell.locked else flags | Qt.ItemFlag.ItemIsEditable

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        """Number and second line; what stands in the cell when typing begins; the words of tool tip and speech."""
        kpi = self.kpi(index.column()) if index.isValid() else None
        if kpi is None:
            return None
        words, cell = self.words(index.row(), index.column()), self.cell(index.row(), index.column())
        if role == Role.DisplayRole:
            return f"{words.text} {words.note}".strip()
        if role == Role.EditRole and cell is not None:
            return editor_text(cell, kpi, self.pending.get((cell.scope, cell.kpi_id), ""))
        if role == Role.ToolTipRole:
            return plain_tip("\n".join(filter(None, (words.about, cell.locked if cell is not None else ""))))
        if role == Role.AccessibleTextRole:
            return self._spoken(index.row(), index.column(), kpi)
        return None

    def _spoken(self, row: int, column: int, kpi: Kpi) -> str:
        words, line = self.words(row, column), self.lines[row].line
        below = self.lines[row + 1].sums.get(kpi.id) if row + 1 < len(self.lines) else None
        state = "problem" if words.problem else "changed, not set yet" if words.changed else ""
        parts = (words.text or "no target", state, words.about, below.words if below is not None else "")
        return f"{line.name}, {kpi.name}: {', '.join(part for part in parts if part)}"

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        """KPIs above, names at the left."""
        if role not in (Role.DisplayRole, Role.AccessibleTextRole):
            return None
        if orientation == Qt.Orientation.Horizontal:
            kpi = self.kpi(section)
            return kpi.name if kpi is not None else None
        line = self.line(section)
        return line.name if line is not None else None

    def setData(self, index: Index, value: object, role: int = Role.EditRole) -> bool:
        """Take what was typed into a cell, unless it says the same as before."""
        cell, kpi = self.cell(index.row(), index.column()), self.kpi(index.column())
        if role != Role.EditRole or cell is None or kpi is None or cell.locked:
            return False
        text = " ".join(str(value).split())
        key = (cell.scope, cell.kpi_id)
        if text == editor_text(cell, kpi, self.pending.get(key, "")):
            return False
        read = "" if text == editor_text(cell, kpi) else plain_text(text, kpi.unit, self._currency)
        self.typed.emit({key: read})
        return True

    # --- blocks ----------------------------------------------------------------------------------------------------

    def rows_from(self, row: int) -> tuple[int, ...]:
        """The rows of lines from a row on, without what is left over."""
        return tuple(at for at in range(row, len(self.lines)) if not self.lines[at].is_sum)

    def copied(self, block: Block) -> str:
        """A block as a spreadsheet takes it."""
        lines = []
        for row in self.rows_from(block.top):
            if row <= block.bottom:
                cells = [self._copied(row, column) for column in range(block.left, block.right + 1)]
                lines.append("\t".join(cells))
        return "\n".join(lines) + "\n"

    def _copied(self, row: int, column: int) -> str:
        cell, kpi = self.cell(row, column), self.kpi(column)
        return copied_text(cell, kpi, self.pending.get((cell.scope, cell.kpi_id), "")) if cell and kpi else ""

    def laid(self, texts: Iterable[Sequence[str]], row: int, column: int) -> tuple[dict[Key, str], int, int]:
        """A block of texts laid over the cells from a place on, with how many find no cell, and how many a closed one.

        Empty texts leave a cell as it is.
        """
        rows = self.rows_from(row)
        typed: dict[Key, str] = {}
        beyond = closed = 0
        for down, line in enumerate(texts):
            for across, text in enumerate(line):
                if not text:
                    continue
                has_place = down < len(rows) and column + across < self.columnCount()
                cell = self.cell(rows[down], column + across) if has_place else None
                if cell is None:
                    beyond += 1
                elif cell.locked:
                    closed += 1
                else:
                    unit = self.grid.kpis[column + across].unit if self.grid is not None else "count"
                    typed[cell.scope, cell.kpi_id] = plain_text(text, unit, self._currency)
        return typed, beyond, closed
