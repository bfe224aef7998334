"""How many deals changed in which way, as tiles that choose what a list shows."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QPushButton, QWidget

from kpidesk.core.deal_changes import MOVE_GROUPS, MOVES, DealMove, MoveTotal
from kpidesk.core.wording import counted
from kpidesk.ui.messages import PlainLabel, plain_button_text, tip
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import clear

WIDE = 148
BESIDE = 104
"""Pixels for the name of a group, which stands before its tiles."""
UNRATED = "*"


def tile_words(total: MoveTotal) -> tuple[str, str]:
    """What stands on a tile in two lines: "Pushed" over "12 · $40.0K", with a star where deals lack a rate."""
    return total.label, f"{total.deals:,} · {total.text}{UNRATED if total.foreign else ''}"


def unrated_words(totals: Sequence[MoveTotal]) -> str:
    """What the star on tiles says; empty where no tile has one."""
    if not any(one.foreign for one in totals):
        return ""
    return f"{UNRATED} without the deals of which no exchange rate is known: add one with Data → Currencies."


def cells_of(counts: Sequence[int], across: int) -> list[list[tuple[int, int]]]:
    """Line and column of the name of each group and of its tiles, of which `across` stand side by side.

    A group begins a line, its name before it. The last one stands behind the tiles of the one before where there is
    room, its name in the place of a tile.
    """
    found, place = [], 0
    for number, count in enumerate(counts):
        is_beside = number == len(counts) - 1 and 0 < place % across < across - count
        start = place + 1 if is_beside else -(-place // across) * across
        name = (place // across, 1 + place % across) if is_beside else (start // across, 0)
        place = start + count
        found.append([name, *((at // across, 1 + at % across) for at in range(start, place))])
    return found


class ChangeTiles(QWidget):
    """One tile per kind of change, leading signs first; `chosen` sends the kind that is on, None for all of them.

    A class because it is a widget with a signal.
    """

    chosen = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(6)
        self._group = QButtonGroup(self)
        self._group.setExclusive(False)
        self._across = 0
        self._labels = {group: PlainLabel(group, "small", parent=self) for group in MOVE_GROUPS}
        self.tiles: dict[DealMove, QPushButton] = {}

    def show_totals(self, totals: Sequence[MoveTotal], kind: DealMove | None) -> None:
        """Show how many deals changed in which way, with one kind on."""
        for label in self._labels.values():
            self._grid.removeWidget(label)
        clear(self._grid)
        self.tiles = {total.kind: self._tile(total, is_on=total.kind == kind) for total in totals}
        self._across = 0
        self._lay()

    def _tile(self, total: MoveTotal, *, is_on: bool) -> QPushButton:
        label, figures = tile_words(total)
        made = QPushButton(plain_button_text(f"{label}\n{figures}"))
        made.setProperty("kind", "tile")
        made.setCheckable(True)
        made.setChecked(is_on)
        more = f", {total.foreign:,} of them without an exchange rate and not in the value" if total.foreign else ""
        first = f", with {total.first}" if total.first else ""
        words = f"{label}: {counted(total.deals, 'deal')}, {total.text}{first}{more}"
        made.setAccessibleName(words)
        tip(made, words)
        made.clicked.connect(lambda on, kind=total.kind: self._clicked(kind, on=on))
        return made

    def _clicked(self, kind: DealMove, *, on: bool) -> None:
        for other, tile in self.tiles.items():
            tile.setChecked(on and other == kind)
        self.chosen.emit(kind if on else None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As many tiles side by side as there is room for."""
        super().resizeEvent(event)
        self._lay()

    def minimumSizeHint(self) -> QSize:
        """Room for two tiles side by side, however many are there now: else a wide row would never become two."""
        return QSize(self._theme.px(BESIDE) + 2 * self._wide(), super().minimumSizeHint().height())

    def _wide(self) -> int:
        """What the widest tile needs, and a gap."""
        widest = max((tile.sizeHint().width() for tile in self.tiles.values()), default=0)
        return max(self._theme.px(WIDE), widest + self._grid.horizontalSpacing())

    def _lay(self) -> None:
        across = max(2, (self.width() - self._theme.px(BESIDE)) // self._wide())
        if across == self._across:
            return
        for column in range(1, self._across + 1):
            self._grid.setColumnStretch(column, 0)
        self._grid.setColumnMinimumWidth(0, self._theme.px(BESIDE) - self._grid.horizontalSpacing())
        self._across = across
        mine = {one: [tile for kind, tile in self.tiles.items() if MOVES[kind].group == one] for one in MOVE_GROUPS}
        for (group, label), cells in zip(
            self._labels.items(), cells_of([len(tiles) for tiles in mine.values()], across), strict=True
        ):
            label.setVisible(bool(mine[group]))
            side = Qt.AlignmentFlag.AlignRight if cells[0][1] else Qt.AlignmentFlag.AlignLeft
            label.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)
            for widget, (line, column) in zip((label, *mine[group]), cells, strict=True):
                self._grid.addWidget(widget, line, column)
        for column in range(1, across + 1):
            self._grid.setColumnStretch(column, 1)
