"""Who is in no list of people, who may be one, what was merged, what is two: tables, each with what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from kpidesk.core.formats import day_text
from kpidesk.core.roster import Likeness, Merged, Roster, RosterEntry, SaidTwo
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import card, row
from kpidesk.ui.widgets.page_parts import button
from kpidesk.ui.widgets.receipt_model import Column, RecordModel
from kpidesk.ui.widgets.receipt_table import RecordTable

T = TypeVar("T")
KIND_WORDS = {"person": "People", "account": "Accounts", "deal": "Deals"}
UNMATCHED_COLUMNS: tuple[Column[RosterEntry], ...] = (
    Column("Name in the files", lambda one: one.person.name, strong=True),
    Column("Deals", lambda one: f"{one.deals:,}", lambda one: float(one.deals), right=True),
    Column("Activities", lambda one: f"{one.activities:,}", lambda one: float(one.activities), right=True),
)
ALIKE_COLUMNS: tuple[Column[Likeness], ...] = (
    Column("One", lambda one: one.name, strong=True),
    Column("Other", lambda one: one.other_name, strong=True),
    Column("Kind", lambda one: KIND_WORDS.get(one.kind, one.kind)),
    Column("Why they may be one", lambda one: one.why, lambda one: -one.likeness),
)
MERGED_COLUMNS: tuple[Column[Merged], ...] = (
    Column("Name", lambda one: one.name, strong=True),
    Column("Counts as", lambda one: one.into, strong=True),
    Column("Kind", lambda one: KIND_WORDS.get(one.kind, one.kind)),
    Column("Since", lambda one: day_text(one.day), lambda one: one.day.isoformat()),
)
TWO_COLUMNS: tuple[Column[SaidTwo], ...] = (
    Column("Name", lambda one: one.name, strong=True),
    Column("Is not", lambda one: one.other, strong=True),
    Column("Kind", lambda one: KIND_WORDS.get(one.kind, one.kind)),
    Column("Said", lambda one: day_text(one.day), lambda one: one.day.isoformat()),
)


class _Part(QWidget):
    """A table under a sentence, with buttons; a class because it is a widget."""

    def __init__(
        self, theme: Theme, columns: Sequence[Column[T]], name: str, words: str, empty: str, stretch: tuple[int, ...]
    ) -> None:
        super().__init__()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        frame, column = card(margins=(1, 12, 1, 8), spacing=8)
        outer.addWidget(frame)
        self.words = PlainLabel(words, "muted", wrap=True)
        self.head = row(self.words)
        self.head.setStretch(0, 1)
        self.head.setContentsMargins(17, 0, 12, 0)
        self.table = RecordTable(RecordModel(columns), theme, name=name, stretch=stretch, least=140, empty=empty)
        self.acting: list[QPushButton] = []
        column.addLayout(self.head)
        column.addWidget(self.table, 1)
        self.table.selectionModel().selectionChanged.connect(self._enable)

    def add_button(self, made: QPushButton, *, always: bool = False) -> None:
        """A button beside the sentence; off while nothing is selected unless `always`."""
        self.head.addWidget(made)
        if not always:
            self.acting.append(made)

    def show_rows(self, rows: Sequence[T]) -> None:
        """Show rows, the first one selected."""
        self.table.records.show_rows(tuple(rows))
        if rows:
            self.table.selectRow(0)
        self._enable()

    def chosen(self) -> list[int]:
        """The rows that are selected."""
        return sorted({index.row() for index in self.table.selectionModel().selectedRows()})

    def _enable(self) -> None:
        for made in self.acting:
            made.setEnabled(bool(self.chosen()))


class UnmatchedView(_Part):
    """Owners that no list of people knows; `team_wanted` sends ids of people, `merge_wanted` one id."""

    team_wanted = Signal(object)
    merge_wanted = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__(
            theme, UNMATCHED_COLUMNS, "Owners in no list of people",
            "These names own deals or activities, but no list of people and no team has them. Put them into a team, or "
            "merge them with the person they are.",
            "Everybody who owns a deal or an activity is known.", (0,),
        )  # fmt: skip
        self.add_button(button("Put into a &team…", self._team, "primary"))
        self.add_button(button("Merge &with…", self._merge))
        self.table.activated.connect(lambda _index: self._team())

    def show_roster(self, roster: Roster) -> None:
        """Show the owners, those with the most first."""
        self.show_rows(roster.unmatched)

    def _people(self) -> list[RosterEntry]:
        return [self.table.records.record(at) for at in self.chosen()]

    def _team(self) -> None:
        if found := self._people():
            self.team_wanted.emit(tuple(one.person.id for one in found))

    def _merge(self) -> None:
        if found := self._people():
            self.merge_wanted.emit(found[0].person.id)


class AlikeView(_Part):
    """Pairs that may be one; `merge_wanted` and `two_wanted` send the chosen Likenesses.

    `accounts_wanted` asks to choose two accounts.
    """

    merge_wanted = Signal(object)
    two_wanted = Signal(object)
    accounts_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(
            theme, ALIKE_COLUMNS, "Pairs that may be one",
            "People, accounts and deals of two sources that may be one. Nothing is merged unless you say so. Ctrl+A "
            "chooses them all.",
            "No two of them are so alike that they may be one.", (0, 1, 3),
        )  # fmt: skip
        self.add_button(button("&Merge…", self._merge, "primary"))
        self.add_button(button("They are t&wo", self._keep_apart))
        self.add_button(button("Merge two &accounts…", self.accounts_wanted.emit), always=True)
        self.table.activated.connect(lambda _index: self._merge())

    def show_roster(self, roster: Roster) -> None:
        """Show the pairs, the likest first."""
        self.show_rows(roster.alike)

    def pairs(self) -> tuple[Likeness, ...]:
        """The chosen pairs."""
        return tuple(self.table.records.record(at) for at in self.chosen())

    def _merge(self) -> None:
        if pairs := self.pairs():
            self.merge_wanted.emit(pairs)

    def _keep_apart(self) -> None:
        if pairs := self.pairs():
            self.two_wanted.emit(pairs)


class MergedView(_Part):
    """What was merged; `split_wanted` sends the chosen Mergeds."""

    split_wanted = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__(
            theme, MERGED_COLUMNS, "Merges", "What you merged. Each can be told apart again at any time.",
            "Nothing has been merged.", (0, 1),
        )  # fmt: skip
        self.add_button(button("&Tell apart again", self._split))

    def show_roster(self, roster: Roster) -> None:
        """Show the merges, the newest first."""
        self.show_rows(roster.merged)

    def _split(self) -> None:
        if rows := self.chosen():
            self.split_wanted.emit(tuple(self.table.records.record(at) for at in rows))


class TwoView(_Part):
    """What was said to be two; `offer_wanted` sends the chosen SaidTwos."""

    offer_wanted = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__(
            theme, TWO_COLUMNS, "Pairs that are two", "What you said is two, however alike. It is not offered as one.",
            "No pair was said to be two.", (0, 1),
        )  # fmt: skip
        self.add_button(button("&Offer again", self._offer))

    def show_roster(self, roster: Roster) -> None:
        """Show the pairs, the newest first."""
        self.show_rows(roster.said_two)

    def _offer(self) -> None:
        if rows := self.chosen():
            self.offer_wanted.emit(tuple(self.table.records.record(at) for at in rows))
