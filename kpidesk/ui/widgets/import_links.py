"""What belongs together after an import: how many rows lead to a record, which do not, and names that are alike."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kpidesk.core.fields import KIND_OF_RECORD
from kpidesk.core.imports import Linked, LostReference, link_words
from kpidesk.core.roster import Likeness
from kpidesk.core.wording import counted
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import button, card, clear, icon_button, row
from kpidesk.ui.widgets.page_parts import Mark
from kpidesk.ui.widgets.receipt_model import Column, RecordModel
from kpidesk.ui.widgets.receipt_table import RecordTable

MOST_ALIKE = 4
ROWS_HEIGHT = 230


def lost_columns(there: str) -> tuple[Column[LostReference], ...]:
    """The columns of rows that name a record (`there`: a deal) which is not there."""
    return (
        Column("Line", lambda one: f"{one.line:,}", lambda one: float(one.line), right=True),
        Column("File", lambda one: one.file),
        Column(f"Names the {there}", lambda one: one.text, strong=True),
        Column("Nearest name there is", lambda one: one.nearest or "none is like it"),
    )


class LinksCard(QWidget):
    """The lines with what to do about each; a class because it is a widget with signals.

    `rows_wanted` sends what a line is about: show the rows. `one_wanted` sends two names that are one, `two_wanted` two
    that are not.
    """

    rows_wanted = Signal(object)
    one_wanted = Signal(object)
    two_wanted = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        frame, column = card(spacing=8)
        outer.addWidget(frame)
        self._title = PlainLabel("What belongs together", "subheading")
        self._lines = QVBoxLayout()
        self._lines.setSpacing(6)
        column.addWidget(self._title)
        column.addLayout(self._lines)
        column.addWidget(self._build_rows())
        self.hide()

    def _build_rows(self) -> QWidget:
        self.rows_box = QWidget()
        column = QVBoxLayout(self.rows_box)
        column.setContentsMargins(0, 4, 0, 0)
        self.rows_title = PlainLabel("", "small", wrap=True)
        close = icon_button(self.theme, "x", "Close these rows", self.rows_box.hide)
        head = row(self.rows_title, close)
        head.setStretch(0, 1)
        self.rows = RecordTable(
            RecordModel(lost_columns("record")), self.theme, name="Rows that belong to no record", stretch=(2, 3),
            height=32,
        )  # fmt: skip
        self.rows.setFixedHeight(self.theme.px(ROWS_HEIGHT))
        column.addLayout(head)
        column.addWidget(self.rows)
        self.rows_box.hide()
        return self.rows_box

    def show_links(self, links: Sequence[Linked], alike: Sequence[Likeness]) -> None:
        """Show how records belong together, and names that may be one."""
        clear(self._lines)
        self.rows_box.hide()
        for one in links:
            self._lines.addLayout(self._link_line(one))
        for pair in alike[:MOST_ALIKE]:
            self._lines.addLayout(self._alike_line(pair))
        if len(alike) > MOST_ALIKE:
            self._lines.addWidget(PlainLabel(f"… and {counted(len(alike) - MOST_ALIKE, 'more pair')}.", "muted"))
        self.setVisible(bool(links or alike))

    def _link_line(self, one: Linked) -> QHBoxLayout:
        whole = not one.unlinked
        mark = Mark(self.theme, "check" if whole else "triangle-alert", "good" if whole else "watch", 16)
        items: list[QWidget] = [mark, PlainLabel(link_words(one), wrap=True)]
        if not whole:
            show = button("Show rows", lambda: self.rows_wanted.emit(one), kind="link")
            show.setAccessibleName(f"Show the {counted(one.unlinked, 'row')} that belong to none")
            items.append(show)
        line = row(*items, spacing=10)
        line.setStretch(1, 1)
        return line

    def _alike_line(self, pair: Likeness) -> QHBoxLayout:
        words = PlainLabel(f"“{pair.name}” and “{pair.other_name}” may be one {pair.kind}: {pair.why}.", wrap=True)
        same = button("They are one…", lambda: self.one_wanted.emit(pair), kind="link")
        same.setAccessibleName(f"{pair.name} and {pair.other_name} are one")
        apart = button("They are two", lambda: self.two_wanted.emit(pair), kind="link")
        apart.setAccessibleName(f"{pair.name} and {pair.other_name} are two")
        mark = Mark(self.theme, "users" if pair.kind == "person" else "building-2", "muted", 16)
        line = row(mark, words, same, apart, spacing=10)
        line.setStretch(1, 1)
        return line

    def show_rows(self, about: Linked, rows: Sequence[LostReference]) -> None:
        """Show the rows that a line is about."""
        here, there = KIND_OF_RECORD[about.kind], KIND_OF_RECORD[about.to]
        self.rows_title.setText(
            f"{counted(len(rows), here.one, here.many)} that name a {there.one} which is not there. Import the "
            f"{there.many} they name, or correct the name in the CRM and export again; nothing is guessed."
        )
        self.rows.records.show_rows(tuple(rows), lost_columns(there.one))
        self.rows_box.show()
