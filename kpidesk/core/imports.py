"""What is asked of an import and what it answers: options, evidence, preview, report, history."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from kpidesk.core.errors import ImportQuestion, Issue
from kpidesk.core.records import Kind, Outcome

DateOrder = Literal["dmy", "mdy", "ymd"]
DATE_ORDERS: tuple[DateOrder, ...] = ("dmy", "mdy", "ymd")


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What the user has said about a file; everything else is found in it.

    `columns` maps a field to a header, `stages` a stage or status value to its outcome. `complete` False: a
    record that is missing from this file is not marked as missing. `source` names the CRM the ids belong to.
    """

    kind: Kind | None = None
    dialect: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    stages: dict[str, Outcome] = field(default_factory=dict)
    date_order: DateOrder | None = None
    currency: str = ""
    decimal: Literal["", ".", ","] = ""
    as_of: date | None = None
    sheet: str = ""
    source: str = ""
    complete: bool = True


@dataclass(frozen=True, slots=True)
class ColumnEvidence:
    """What was found out about one column of the file, and why.

    `field` is empty for a column that is kept as custom. `why` says how the field was chosen ("header of
    Salesforce reports", "you said so", "like 'sales agent'"), `evidence` what decided its format ("2,986 rows
    prove day first; 0 contradict"), `samples` the first different values, `filled` how many rows have one.
    """

    header: str
    field: str
    why: str
    evidence: str
    samples: tuple[str, ...]
    filled: int


@dataclass(frozen=True, slots=True)
class StageFound:
    """One value of the stage or status column: how often, what it is taken for, and why."""

    value: str
    count: int
    outcome: Outcome | None
    why: str


@dataclass(frozen=True, slots=True)
class Preview:
    """A file as the app understands it, before anything is written.

    `rows` are the first rows as text, in file order under `columns`. `questions` must be answered before the
    import can run. `notices` are things to know (encoding, dropped footer, duplicate headers).
    """

    file: str
    kind: Kind
    dialect: str
    source: str
    data_date: date
    data_date_why: str
    encoding: str
    delimiter: str
    header_line: int
    total_rows: int
    columns: tuple[ColumnEvidence, ...]
    stages: tuple[StageFound, ...]
    rows: tuple[tuple[str, ...], ...]
    identity: str
    currency: str
    questions: tuple[ImportQuestion, ...]
    notices: tuple[str, ...]
    sheets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeCount:
    """How many deals changed in one way since the import before ("won", 12), and their value in major units.

    `foreign` of them are in another currency than the workspace's, and are not in the value.
    """

    what: str
    deals: int
    amount: float
    foreign: int = 0


def change_amount(amount: str, change: ChangeCount) -> str:
    """The value of a change as shown, with how many deals are not in it: "4,000 USD and 1 in another currency"."""
    return f"{amount} and {change.foreign:,} in another currency" if change.foreign else amount


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. read = added + updated + unchanged + rejected + skipped.

    `currency` is that of the amounts in `changes`.
    """

    import_id: int
    kind: Kind
    dialect: str
    file: str
    data_date: date
    read: int
    added: int
    updated: int
    unchanged: int
    rejected: int
    skipped: int
    issues: tuple[Issue, ...]
    notices: tuple[str, ...] = ()
    changes: tuple[ChangeCount, ...] = ()
    dry_run: bool = False
    currency: str = ""

    @property
    def adds_up(self) -> bool:
        """Whether every row read is accounted for."""
        return self.read == self.added + self.updated + self.unchanged + self.rejected + self.skipped


@dataclass(frozen=True, slots=True)
class ImportEntry:
    """One import in the history of a workspace."""

    import_id: int
    kind: Kind
    file: str
    source: str
    data_date: date
    imported_at: str
    read: int
    added: int
    updated: int
    unchanged: int
    rejected: int
    skipped: int
