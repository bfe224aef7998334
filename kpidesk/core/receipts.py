"""A receipt: why a number is what it is, down to the rows of the files it came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from kpidesk.core.fields import Kind
from kpidesk.core.goals import Target
from kpidesk.core.kpis import Kpi
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Question

COMPARED = "What it is compared with"
"""What the rows of quota files in the target of a number are called."""
STATE_FROM = "State from"
"""What the file and line are called in which a history of stages tells how a record stood when it counted."""
ROW_FORMS = (".csv", ".xlsx")
"""The endings of the files that the rows behind a number are written to."""


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """One record behind a number.

    `weight` is the share credited to the scope; `value` what it adds before weighting (None for a count), in the
    measure's own unit; `in_numerator` whether it counts above the line. `cells` are its fields as text, by field
    name. `deal_id` is the number of the record, of whatever `kind` it is; 0 for what is worked out and stands in no
    file, such as a working day. `import_id`, `file` and `line`: the newest import that showed this version of the
    record (line 0 when not known). `valid_from`: since when this version is in force. `rate`: the exchange rate and
    its day in words, where the amount was converted. `reason` says why a row does not count above the line, or not at
    all; `opens` is the number that a row stands for where it is no record, such as the bookings of one rep. `history`
    says where a history of stages tells how the record stood when it counted, which its line in the file does not show.
    """

    deal_id: int
    key: str
    weight: float
    value: float | None
    in_numerator: bool
    cells: dict[str, str]
    import_id: int
    file: str
    line: int
    valid_from: str
    rate: str = ""
    kind: Kind = "deals"
    reason: str = ""
    opens: Opens | None = None
    history: FromHistory | None = None


@dataclass(frozen=True, slots=True)
class FromHistory:
    """Where a history of stages tells how a record stood: the newest import of the change, with file and line.

    `fields` name the cells that are as they were then, and not as the line of the record itself has them.
    """

    import_id: int
    file: str
    line: int
    fields: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """File and line, as they are written beside a row."""
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Opens:
    """A number behind a row: of which KPI, asked how, and the code that proves it again, where it was asked for."""

    kpi_id: str
    question: Question
    receipt: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows with the names of the columns in which they say something."""

    rows: tuple[ReceiptRow, ...]
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Rows that a number leaves out for one reason ("not won", "no owner"), and how many; `listing` where asked for."""

    reason: str
    count: int
    listing: Listing | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """Which rows of a receipt are wanted, and in what order.

    `column` names the field to sort by (empty: as in the files), `down` the largest first; `above` True are those in
    the numerator, False those only below the line, None all. Rows must hold `text` in the field `within` (in any field
    when that is empty), without regard to case.
    """

    column: str = ""
    down: bool = False
    above: bool | None = None
    text: str = ""
    within: str = ""


@dataclass(frozen=True, slots=True)
class LogEntry:
    """Something done to a workspace on a day that numbers may rest on: `action` and `detail` as they were noted.

    `numbers` are those that it is about: the import that was undone (whose file is the `detail`), who or what was
    merged away, or the merges that were taken back.
    """

    day: date
    action: str
    detail: str
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Replay:
    """A receipt read again from its code: the number as it is today, and whether it is still the one on the print.

    `verdict` says so in one sentence; `changes` say what was done since then that may be why, `asides` what makes no
    difference but should be known.
    """

    code: str
    receipt: Receipt
    is_same: bool
    verdict: str
    changes: tuple[str, ...] = ()
    asides: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """A number, its formula in words, its rows, and whether the rows add up to it.

    `reproduced` is computed from the rows by a second, plain route; `reproduces` says it equals the number.
    `parts` name the leaves of a formula with several measures and what each came to. `currency` is that of every
    amount of money in it, `noun` what one of the rows that it rests on is called. `credit` says in words whose a row
    is, `target` is the one it is held against and `target_why` says why that one holds, `sources` are the newest files
    of each source with their days and `age_days` is how old the oldest of them are. `more` counts the rows that stand
    behind the number besides those in `rows`, where only the first are asked for. `against` are the rows of quota files
    that it is compared with, which are none of its own; None where no file says its target. `read` are the fields by
    which rows count; `tells_history` says whether a history of stages tells how any row stood. `likely_again` are the
    ends of a range worked out again from the rows, as `reproduced` is its middle.
    """

    question: Question
    kpi: Kpi
    result: Result
    value_text: str
    words: str
    rows: tuple[ReceiptRow, ...]
    columns: tuple[str, ...]
    reproduced: float | None
    reproduces: bool
    parts: tuple[tuple[str, float | None], ...]
    as_of: date | None
    definition_version: int
    import_ids: tuple[int, ...]
    notices: tuple[str, ...] = ()
    code: str = ""
    currency: str = ""
    noun: str = "deal"
    credit: str = ""
    target: Target | None = None
    target_why: str = ""
    sources: tuple[str, ...] = ()
    age_days: int | None = None
    more: int = 0
    against: Listing | None = None
    read: tuple[str, ...] = ()
    tells_history: bool = False
    likely_again: tuple[float, float] | None = None

    @property
    def count(self) -> int:
        """How many rows stand behind the number."""
        return len(self.rows) + self.more


def stand_in_order(rows: Sequence[ReceiptRow]) -> bool:
    """Whether rows are in the order in which they are read already: numbers that another is made of."""
    return any(row.opens is not None and row.kind != "people" for row in rows)


def in_reading_order(rows: Sequence[ReceiptRow]) -> tuple[ReceiptRow, ...]:
    """Rows as they are listed for a person: those that count first, the largest of these, then by name, else by key.

    What another number is made of keeps its order.
    """
    if stand_in_order(rows):
        return tuple(rows)

    def place(row: ReceiptRow) -> tuple[bool, float, str]:
        return not row.in_numerator, -(row.value or 0.0), (row.cells.get("name") or row.key).casefold()

    return tuple(sorted(rows, key=place))


def reading_order_words(rows: Sequence[ReceiptRow]) -> str:
    """In which order `in_reading_order` lists these rows; empty for one."""
    if len(rows) < 2 or stand_in_order(rows):
        return ""
    named = "by name" if any(row.cells.get("name") for row in rows) else "by key"
    first = "those that count first, then " if len({row.in_numerator for row in rows}) > 1 else ""
    return f"{first}{'the largest first' if any(row.value for row in rows) else named}"
