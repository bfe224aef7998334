"""What changed between two days of data, deal by deal, and what became of one deal over all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from kpidesk.core.fields import Kind
from kpidesk.core.people import Scope

DealMove = Literal[
    "new", "came_back", "stage_forward", "stage_back", "pipeline", "pushed", "pulled_in", "next_step", "amount_up",
    "amount_down", "probability", "category", "owner", "won", "lost", "won_lost", "reopened",
    "won_amount", "lost_amount", "closed_day", "vanished",
]  # fmt: skip


MoveGroup = Literal["Leading signs", "Outcomes", "In the files"]
MOVE_GROUPS: tuple[MoveGroup, ...] = ("Leading signs", "Outcomes", "In the files")
"""Signs of what is yet to come, what became of deals, and what is only a matter of the files."""


@dataclass(frozen=True, slots=True)
class MoveWords:
    """One way in which a deal can change: how it is called, and what it tells."""

    label: str
    group: MoveGroup = "Leading signs"

    @property
    def is_leading(self) -> bool:
        """Whether it is a sign of what is yet to come."""
        return self.group == "Leading signs"


MOVES: dict[DealMove, MoveWords] = {
    "new": MoveWords("New"),
    "came_back": MoveWords("Came back"),
    "stage_forward": MoveWords("Stage forward"),
    "stage_back": MoveWords("Stage back"),
    "pipeline": MoveWords("Other pipeline"),
    "pushed": MoveWords("Pushed"),
    "pulled_in": MoveWords("Pulled in"),
    "next_step": MoveWords("Next step"),
    "amount_up": MoveWords("Amount up"),
    "amount_down": MoveWords("Amount down"),
    "probability": MoveWords("Probability"),
    "category": MoveWords("Forecast category"),
    "owner": MoveWords("Owner changed"),
    "won": MoveWords("Won", "Outcomes"),
    "lost": MoveWords("Lost", "Outcomes"),
    "won_lost": MoveWords("Was won, now lost", "Outcomes"),
    "reopened": MoveWords("Reopened", "Outcomes"),
    "won_amount": MoveWords("Won amount changed", "Outcomes"),
    "lost_amount": MoveWords("Lost amount changed", "Outcomes"),
    "closed_day": MoveWords("Closing day changed", "Outcomes"),
    "vanished": MoveWords("No longer in the file", "In the files"),
}
"""Every kind of change, in the order of a list: leading signs before outcomes."""
SIGNED: tuple[DealMove, ...] = ("amount_up", "amount_down", "won_lost", "won_amount", "lost_amount")
"""Kinds whose value is by how much an amount grew; what had been won is gone whole."""
CLOSED: tuple[DealMove, ...] = ("won_lost", "reopened", "won_amount", "lost_amount", "closed_day")
"""Kinds by which a deal that was closed is told otherwise: numbers of past periods change with them."""
UP_OR_SET = "Amount up or set"


def kind_of(label: str) -> DealMove | None:
    """The kind of change that is called so; None where there is none."""
    return next((kind for kind, words in MOVES.items() if words.label.casefold() == label.casefold()), None)


@dataclass(frozen=True, slots=True)
class Proof:
    """Where a value was read: the import, its file, the line (0 when not known) and the day of its data."""

    import_id: int
    file: str
    line: int
    data_date: date | None


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One deal that changed in one way; a deal that changed in three ways has three.

    `before` and `after` are the values as shown, `was` and `now` the same raw (ISO day, major units, fraction or
    text; None when empty). `amount` is that of the deal in major units of `currency` (None where no file gives one),
    `delta` by how much it grew. `days` is by how many days a date moved, how long the deal was in the stage that it
    left, or how old it was when it was closed; None where that is not known or means nothing. `proof_before` is None
    for a deal that no earlier export had shown.
    """

    kind: DealMove
    deal_id: int
    key: str
    source: str
    name: str
    account: str
    owner: str
    team: str
    before: str
    after: str
    was: str | float | None
    now: str | float | None
    amount: float | None
    amount_text: str
    currency: str
    delta: float | None
    days: int | None
    proof_before: Proof | None
    proof_after: Proof


@dataclass(frozen=True, slots=True)
class MoveTotal:
    """How many deals changed in one way, and their value in major units of the workspace's currency.

    For amounts that changed the value is that of the difference. `foreign` of the deals have no exchange rate and are
    not in the value. `first` says what of it are amounts of deals that had none: "1 first amount, +$78.0K".
    """

    kind: DealMove
    deals: int
    amount: float
    foreign: int
    text: str
    first: str = ""

    @property
    def label(self) -> str:
        """How the change is called; a first amount is set, not up."""
        return UP_OR_SET if self.first else MOVES[self.kind].label


@dataclass(frozen=True, slots=True)
class OtherImport:
    """An import of another kind than deals between the two days: how many records it added and changed."""

    import_id: int
    kind: Kind
    file: str
    data_date: date
    added: int
    updated: int


@dataclass(frozen=True, slots=True)
class ChangeList:
    """What changed from the data of one day to those of a later one.

    `source` is the CRM that was compared, empty for all of them. `start_files` and `end_files` are the exports
    that show the two days. `totals` count every kind of the scope; `rows` only those that were asked for.
    """

    start: date
    end: date
    start_files: tuple[str, ...]
    end_files: tuple[str, ...]
    source: str
    scope: Scope
    currency: str
    totals: tuple[MoveTotal, ...]
    rows: tuple[ChangeRow, ...]
    others: tuple[OtherImport, ...]
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that two versions of a deal differ in, as shown; empty where a version has nothing."""

    field: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class DealVersion:
    """A deal as the exports showed it from one day of data to the next.

    `until` is None for the version in force. `what` are the kinds of change that brought it, `changes` its fields
    that differ from the version before (of the first version: every field it has).
    """

    since: date
    until: date | None
    what: tuple[DealMove, ...]
    changes: tuple[FieldChange, ...]
    cells: dict[str, str]
    proof: Proof


@dataclass(frozen=True, slots=True)
class DealHistory:
    """Every version of one deal, newest first; `missing_from` is since when exports no longer list it."""

    deal_id: int
    key: str
    source: str
    name: str
    account: str
    owner: str
    versions: tuple[DealVersion, ...]
    missing_from: date | None
