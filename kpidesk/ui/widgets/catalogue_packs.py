"""The packs by what they are chosen by: level, role, way of selling, stage of the company, meeting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from kpidesk.core.packs import Pack, PackGroup
from kpidesk.ui.messages import plain_tip
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.catalogue_text import GROUP_TITLES

PACK = Qt.ItemDataRole.UserRole
EVERY = "All KPIs"
ROW_HEIGHT, HEADING_HEIGHT = 27, 31


class PackList(QListWidget):
    """The packs under their headings; a class because it is a widget. `pack_chosen` sends a Pack, None for all KPIs."""

    pack_chosen = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setAccessibleName("Packs of KPIs")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.currentItemChanged.connect(lambda now, _before: self._changed(now))
        theme.changed.connect(self._restyle)

    def show_packs(self, packs: Sequence[Pack]) -> None:
        """Show the packs; all KPIs come first and are chosen."""
        self.blockSignals(True)
        self.clear()
        self._add(EVERY, None)
        for group in get_args(PackGroup):
            kept = [pack for pack in packs if pack.group == group]
            if kept:
                heading = QListWidgetItem(GROUP_TITLES[group], self)
                heading.setFlags(Qt.ItemFlag.NoItemFlags)
                heading.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom)
            for pack in kept:
                self._add(pack.name, pack)
        self.setCurrentRow(0)
        self._restyle()
        self.blockSignals(False)

    def _add(self, words: str, pack: Pack | None) -> None:
        item = QListWidgetItem(words, self)
        item.setData(PACK, pack)
        item.setToolTip(plain_tip(pack.why if pack is not None else ""))

    def _restyle(self) -> None:
        """Headings are smaller and grey."""
        for at in range(self.count()):
            item = self.item(at)
            is_heading = item.flags() == Qt.ItemFlag.NoItemFlags
            item.setSizeHint(QSize(0, self._theme.px(HEADING_HEIGHT if is_heading else ROW_HEIGHT)))
            item.setFont(self._theme.font(12 if is_heading else 13, QFont.Weight.Medium))
            item.setForeground(self._theme.color("muted" if is_heading else "ink"))

    @property
    def pack(self) -> Pack | None:
        """The pack that is chosen; None for all KPIs."""
        item = self.currentItem()
        found: Pack | None = item.data(PACK) if item is not None else None
        return found

    def choose(self, pack_id: str) -> None:
        """Choose a pack as the user does."""
        for at in range(self.count()):
            pack = self.item(at).data(PACK)
            if pack is not None and pack.id == pack_id:
                self.setCurrentRow(at)

    def _changed(self, now: QListWidgetItem | None) -> None:
        if now is not None:
            self.pack_chosen.emit(now.data(PACK))
