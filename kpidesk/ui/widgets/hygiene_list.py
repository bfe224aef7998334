"""The parts of a fix list, by rule or by rep, each with how many deals it has to fix and of how many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

from kpidesk.core.hygiene import Finding, Hygiene, RepScore, RuleCount, RuleId
from kpidesk.ui import icons
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.receipt_model import Column, RecordModel
from kpidesk.ui.widgets.receipt_table import RecordTable, RowDelegate

State = Literal["broken", "clean", "skipped"]
ROW_HEIGHT = 46
EVERYTHING, NOTHING = "Everything to fix", "All deals"
LOOKED_AT = "Open deals, and those closed in the year before the newest data."
CLEAN = "In order"


@dataclass(frozen=True, slots=True)
class Part:
    """The deals of one rule or of one rep; of everything where neither is named.

    `deals` is how many have something to fix, of `of`; `means` says what was looked for and `fix` what to do; `why`
    is why a rule was not looked for, `receipt` the code that proves how many there are.
    """

    title: str
    deals: int
    of: int
    means: str
    fix: str = ""
    why: str = ""
    rule: RuleId | None = None
    person_id: int | None = None
    receipt: str = ""

    @property
    def state(self) -> State:
        """Whether there is something to fix, nothing, or whether nobody looked."""
        return "skipped" if self.why else "broken" if self.deals else "clean"

    @property
    def share(self) -> float:
        """The share of the deals that are to be fixed, 0 without deals."""
        return self.deals / self.of if self.of else 0.0

    @property
    def figure(self) -> str:
        """The count beside the title."""
        return "" if self.why else f"{self.deals:,} of {self.of:,}"

    @property
    def words(self) -> str:
        """The part in one sentence, as it is spoken and copied."""
        return f"{self.title}: not looked for, {self.why}" if self.why else f"{self.title}: {self.figure} deals to fix"

    def has(self, finding: Finding) -> bool:
        """Whether a deal with something to fix belongs to the part."""
        if self.rule is not None:
            return self.rule in finding.rules
        return self.person_id is None or self.person_id == finding.person_id

    def is_same(self, other: Part | None) -> bool:
        """Whether two answers mean the same part by it."""
        return other is not None and (self.rule, self.person_id) == (other.rule, other.person_id)


def parts_by_rule(found: Hygiene) -> tuple[Part, ...]:
    """Everything, then the rules: the most frequent first, those in order after them, last what was not looked for."""
    parts = [_rule_part(one) for one in found.rules]
    order = sorted(parts, key=lambda one: (one.state == "skipped", one.state == "clean", -one.deals))
    return (_whole(found), *order)


def parts_by_rep(found: Hygiene) -> tuple[Part, ...]:
    """Everything, then the reps, whose data are worst first and the deals of nobody last."""
    return (_whole(found), *(_rep_part(one) for one in found.reps))


def _whole(found: Hygiene) -> Part:
    broken = found.deals - found.clean
    return Part(EVERYTHING if broken else NOTHING, broken, found.deals, LOOKED_AT, receipt=found.receipt)


def _rule_part(one: RuleCount) -> Part:
    return Part(
        one.rule.name,
        one.deals,
        one.of,
        one.rule.means,
        one.rule.fix,
        one.skipped,
        rule=one.rule.id,
        receipt=one.receipt,
    )


def _rep_part(one: RepScore) -> Part:
    means = f"{one.clean:,} of {one.deals:,} deals are in order."
    return Part(one.name, one.deals - one.clean, one.deals, means, person_id=one.person_id, receipt=one.receipt)


class PartDelegate(RowDelegate):
    """Draws a part: title and count, below them a bar, or in words why there is none. A class because Qt wants one."""

    def paint_text(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Two lines in the row."""
        part: Part = self.table.records.record(index.row())
        rect: QRect = option.rect
        inner = self.inner(rect, index)
        top = QRect(inner.left(), rect.top() + self.theme.px(6), inner.width(), self.theme.px(19))
        low = QRect(inner.left(), top.bottom() + 1, inner.width(), self.theme.px(15))
        self._paint_title(painter, top, part)
        if part.state == "broken":
            self._paint_bar(painter, low, part.share)
        else:
            self._paint_words(painter, low, part)

    def _paint_title(self, painter: QPainter, area: QRect, part: Part) -> None:
        figure = part.figure if part.state == "broken" else ""
        painter.setFont(self.theme.font(13))
        room = painter.fontMetrics().horizontalAdvance(figure) + self.theme.px(12) if figure else 0
        painter.setPen(self.theme.color("ink"))
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, figure)
        if part.state == "broken":
            painter.setFont(self.theme.font(13, QFont.Weight.DemiBold))
        else:
            painter.setPen(self.theme.color("muted"))
        title = painter.fontMetrics().elidedText(part.title, Qt.TextElideMode.ElideRight, area.width() - room)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        painter.drawText(area, flags, title)

    def _paint_bar(self, painter: QPainter, area: QRect, share: float) -> None:
        """How much of the deals is to be fixed, at least a dot of it."""
        height = self.theme.px(6)
        groove = QRectF(area.left(), area.center().y() - height / 2 + 1, area.width(), height)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for token, width in (("sunken", groove.width()), ("spark", max(height, groove.width() * share))):
            painter.setBrush(self.theme.color(token))
            painter.drawRoundedRect(QRectF(groove.left(), groove.top(), width, height), height / 2, height / 2)

    def _paint_words(self, painter: QPainter, area: QRect, part: Part) -> None:
        words, left = f"Not looked for: {part.why}", area.left()
        if part.state == "clean":
            words, size = CLEAN, self.theme.px(13)
            density = painter.device().devicePixelRatioF()
            sign = icons.pixmap("check", self.theme.tokens.good, size, density)
            painter.drawPixmap(left, area.top() + (area.height() - size) // 2, sign)
            left += size + self.theme.px(5)
        painter.setFont(self.theme.font(12))
        painter.setPen(self.theme.color("muted"))
        room = area.right() - left
        shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        painter.drawText(QRect(left, area.top(), room, area.height()), flags, shown)


class PartList(RecordTable):
    """The parts to choose from, one under the other; a class because it is a widget."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        columns: tuple[Column[Part], ...] = (Column("Part", lambda one: one.words),)
        super().__init__(
            RecordModel(columns), theme, name="What is to be fixed", stretch=(0,), least=160, sortable=False,
            height=ROW_HEIGHT, parent=parent,
        )  # fmt: skip
        self.setSelectionMode(RecordTable.SelectionMode.SingleSelection)
        self.horizontalHeader().hide()
        self.setItemDelegate(PartDelegate(self, theme))

    def show_parts(self, parts: Sequence[Part], chosen: Part | None) -> None:
        """Show other parts, with the one chosen before where it is still there, else the first."""
        self.records.show_rows(parts)
        row = next((at for at, one in enumerate(parts) if one.is_same(chosen)), 0)
        if parts:
            self.selectRow(row)

    @property
    def part(self) -> Part | None:
        """The part that is chosen."""
        row = self.currentIndex().row()
        found: Part | None = self.records.record(row) if 0 <= row < self.records.rowCount() else None
        return found
