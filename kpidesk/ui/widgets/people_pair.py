"""Choose the two people or accounts that are one, or see all pairs that are about to be merged."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from kpidesk.core.roster import Likeness
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.people_dialogs import AskDialog
from kpidesk.ui.widgets.pick_button import PickButton
from kpidesk.ui.widgets.receipt_model import Column, RecordModel
from kpidesk.ui.widgets.receipt_table import RecordTable
from kpidesk.ui.widgets.type_ahead import Choice

NOBODY = "Choose…"
PAIRS_WIDTH, PAIRS_HEIGHT = 640, 280
PAIR_COLUMNS: tuple[Column[Likeness], ...] = (
    Column("Stays", lambda one: one.name, strong=True),
    Column("Counts as it", lambda one: one.other_name),
)


class PairDialog(AskDialog):
    """Two names to choose, the first of which may be settled; a class because it is a widget.

    `chosen` sends both as (number, name).
    """

    chosen = Signal(object, object)

    def __init__(
        self, theme: Theme, kind: str, known: Sequence[tuple[int, str, int]], one: tuple[int, str] | None,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        many = "people" if kind == "person" else "accounts"
        title = f"Merge {one[1]} with…" if one else f"Which two {many} are one?"
        super().__init__(title, "Nothing is merged before you have seen what it does.", "Next", parent)
        self._names = {number: name for number, name, _ in known}
        self._pair: list[int] = [one[0] if one else 0, 0]
        icon = "user" if kind == "person" else "building-2"
        choices = [Choice(name, number, f"{deals:,} deals" if deals != 1 else "1 deal", icon)
                   for number, name, deals in known if not one or number != one[0]]  # fmt: skip
        self.pickers: list[PickButton] = []
        for at in range(1 if one else 0, 2):
            picker = PickButton(theme, "One" if at == 0 else "The other", icon)
            picker.offer(choices, None, NOBODY)
            picker.chosen.connect(lambda number, at=at, picker=picker: self._pick(at, picker, int(number)))
            self.pickers.append(picker)
            self.form.addWidget(picker)
        self.yes.setEnabled(False)

    def _pick(self, at: int, picker: PickButton, number: int) -> None:
        self._pair[at] = number
        picker.offer(picker.choices, number, self._names[number])
        self.yes.setEnabled(all(self._pair) and self._pair[0] != self._pair[1])

    def take(self) -> None:
        """Send both."""
        one, other = self._pair
        self.accept()
        self.chosen.emit((one, self._names[one]), (other, self._names[other]))


class PairsDialog(AskDialog):
    """Several pairs that are to be merged at once, each with the one that stays; `wanted` says yes to all."""

    wanted = Signal()

    def __init__(self, theme: Theme, pairs: Sequence[Likeness], parent: QWidget | None = None) -> None:
        super().__init__(
            f"Merge {len(pairs):,} pairs", "Both of a pair count together, from the beginning. One Undo takes all of "
            "them back, and each can be told apart again later.", f"Merge {len(pairs):,} pairs", parent,
        )  # fmt: skip
        self.setMinimumWidth(PAIRS_WIDTH)
        self.table = RecordTable(RecordModel(PAIR_COLUMNS), theme, name="Pairs to be merged", stretch=(0, 1),
                                 least=PAIRS_HEIGHT, empty="None")  # fmt: skip
        self.table.setMinimumHeight(PAIRS_HEIGHT)
        self.table.records.show_rows(tuple(pairs))
        self.form.addWidget(self.table)

    def take(self) -> None:
        """Say yes once."""
        self.yes.setEnabled(False)
        self.wanted.emit()
