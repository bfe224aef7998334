"""What is asked of an import and what it answers: options, evidence, preview, report, history."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from kpidesk.core.errors import ImportQuestion, Issue
from kpidesk.core.fields import KIND_OF_RECORD, Kind, Outcome
from kpidesk.core.wording import counted

DateOrder = Literal["dmy", "mdy", "ymd"]
DATE_ORDERS: tuple[DateOrder, ...] = ("dmy", "mdy", "ymd")
IMPORT_ORDER: tuple[Kind, ...] = (
    "people", "rates", "holidays", "absences", "accounts", "leads", "deals", "stage-history", "activities",
    "subscriptions", "movements", "contracts", "surveys", "costs", "quotas", "forecasts",
)  # fmt: skip
"""In which order files of several kinds are imported: what others name comes first."""
FIRST_DAYS = "who changed team needs in each row the first day there, in a column such as 'Team since'"
"""How a list of people tells that somebody moved."""


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What the user has said about a file; everything else is found in it.

    `columns` maps a field to a header, `stages` a stage or status value to its outcome. `date_orders` are the orders of
    single columns by header, `date_order` is that of all others. `complete` False: a
    record that is missing from this file is not marked as missing. `source` names the CRM the ids belong to. `same`
    maps the id of a row to the id of the record that it is ("-": the row is left out; its own id: it is another one;
    SOURCE:ID: it is that deal of another source, and both are merged).
    `constants` gives fields one value for all rows ("-": no longer). `words` maps a word of a field, `type:Partner`, to
    the word that it counts as ("-": as none any longer).
    `recall` True: what was said of a file like it counts again though its import was undone, for a person to look at.
    """

    kind: Kind | None = None
    dialect: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    stages: dict[str, Outcome] = field(default_factory=dict)
    date_order: DateOrder | None = None
    date_orders: dict[str, DateOrder] = field(default_factory=dict)
    currency: str = ""
    decimal: Literal["", ".", ","] = ""
    as_of: date | None = None
    sheet: str = ""
    source: str = ""
    complete: bool = True
    same: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    recall: bool = False


NO_VALUE = "-"
"""What is said instead of a value or column of a field that is to have none."""
REJECT_HEADERS = ("KPI Desk line", "KPI Desk problem", "KPI Desk data of")
"""The columns that stand beside refused rows where these are saved to be corrected and imported again."""
LEFT_OUT = "-"
"""What is said instead of an id of a row that is to be left out."""


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
class OneValue:
    """A field that no column feeds, the value given to it for all rows, and the words that it may be.

    Without a value it could be given one; without words any will do.
    """

    field: str
    value: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StageFound:
    """One value of the stage or status column: how often, what it is taken for, and why."""

    value: str
    count: int
    outcome: Outcome | None
    why: str


@dataclass(frozen=True, slots=True)
class WordFound:
    """A word of a field with its rows, what it counts as and why.

    `meant` is empty where it stays as it is written, one of `choices` else. `is_open`: in no list of words that mean
    something. `is_own`: the field has no such list, its words are the file's own; `like` is then a more frequent word
    of the field that may be the same, empty without one.
    """

    field: str
    word: str
    count: int
    meant: str
    choices: tuple[str, ...]
    why: str
    is_open: bool = False
    is_own: bool = False
    like: str = ""

    @property
    def name(self) -> str:
        """What an answer to it is kept under in `ImportOptions.words`."""
        return f"{self.field}:{self.word}"


@dataclass(frozen=True, slots=True)
class BadCells:
    """Cells of one column for which their rows are rejected: how many, one with its line (0: any line), and why."""

    header: str
    count: int
    line: int
    text: str
    problem: str

    @property
    def words(self) -> str:
        """Which rows will be rejected, in a sentence."""
        first = "" if self.count == 1 else "first "
        place = f", {first}on line {self.line:,}" if self.line else ", such as"
        shown = f"'{self.text.strip()[:30]}'"
        return (
            f"{counted(self.count, 'row')} will be rejected: '{self.header}' {self.problem} there"
            f"{place} {f'({shown})' if self.line else shown}."
        )


@dataclass(frozen=True, slots=True)
class Preview:
    """A file as the app understands it, before anything is written.

    `rows` are the first rows as text, in file order under `columns`. `questions` must be answered before the
    import can run. `notices` are things to know (encoding, dropped footer, duplicate headers). `named_day` is the day
    that the name of the file carries. `bad_cells` cannot be read as the date or number that they should be: their rows
    will be rejected; `bad` tells them column by column. `foretold` are those of the notices that say so of rows: a
    report lists the rows themselves.
    `assumed_currency` is that of amounts which name none, empty where each names its own.
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
    sheet: str = ""
    kind_why: str = ""
    one_values: tuple[OneValue, ...] = ()
    is_partial: bool = False
    named_day: date | None = None
    words: tuple[WordFound, ...] = ()
    bad_cells: int = 0
    foretold: tuple[str, ...] = ()
    assumed_currency: str = ""
    bad: tuple[BadCells, ...] = ()

    @property
    def unsaid_words(self) -> int:
        """How many words are in no list, or look like another one, and nothing was said of them."""
        return sum(one.is_open or bool(one.like) for one in self.words)


def in_order(preview: Preview) -> tuple[int, date]:
    """Where a file stands among those imported with it: what others name comes first, and of that the older data."""
    return IMPORT_ORDER.index(preview.kind), preview.data_date


def sheet_name(file: str, sheet: str) -> str:
    """A file with the sheet of it that is meant: "crm.xlsx (Deals)"."""
    return f"{file} ({sheet})" if sheet else file


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A row that looks like another record under another id, and `why` ("same account, name and amount").

    `shown` and `other_shown` say what tells the two apart, where that is known: amount, day and owner of each.
    `line`, `key` and `name` are of the row; `other` is the id of what it looks like, which is known from `source` or
    stands on `other_line` of the same file (0: not in it). `can_be_merged`: both are deals, of two sources.
    """

    line: int
    key: str
    name: str
    other: str
    other_name: str
    source: str
    other_line: int
    why: str
    is_own: bool
    can_be_merged: bool = False
    shown: str = ""
    other_shown: str = ""

    @property
    def can_be_one(self) -> bool:
        """Whether the row can count as the other record: it is merged with it, or is it by its own source."""
        return self.can_be_merged or (self.is_own and not self.other_line)

    @property
    def said_same(self) -> str:
        """What is said of the row so that it counts as the other record."""
        return f"{self.source}:{self.other}" if self.can_be_merged else self.other


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What the rows of a file come to before it is imported: how many are `taken`, and which look like others."""

    taken: int
    look_alikes: tuple[LookAlike, ...] = ()


def id_text(key: str) -> str:
    """An id as shown: nothing where it was made of other fields because the file has none."""
    return "" if key.startswith("[") else key


CRM_NAMES = {
    "salesforce": "Salesforce", "hubspot": "HubSpot", "pipedrive": "Pipedrive", "dynamics": "Dynamics 365",
    "zoho": "Zoho", "odoo": "Odoo", "close": "Close", "copper": "Copper", "freshsales": "Freshsales",
    "monday": "monday.com",
}  # fmt: skip
"""The CRMs whose exports are known, by the source that their ids come from."""
ANY_SOURCE = "generic"
"""The source of ids that no known CRM gave."""


def crm_name(source: str) -> str:
    """The source of ids as people call it: a CRM as it writes itself, what a person named as it is, else nothing."""
    return CRM_NAMES.get(source, "" if source == ANY_SOURCE else source)


def form_crm(form: str) -> str:
    """The CRM that a form of file is the export of, nothing for a plain table of whatever kind."""
    return CRM_NAMES.get(form.partition("-")[0], "")


@dataclass(frozen=True, slots=True)
class Linked:
    """How many records of a kind lead to one of another by `field`: by its id, by its name, or not at all."""

    kind: Kind
    field: str
    to: Kind
    by_id: int
    by_name: int
    unlinked: int

    @property
    def linked(self) -> int:
        """How many lead to a record."""
        return self.by_id + self.by_name

    @property
    def total(self) -> int:
        """How many name a record."""
        return self.linked + self.unlinked


def link_words(one: Linked) -> str:
    """How many lead to a record: "31,204 of 31,500 activities that name a deal belong to one; 296 do not."."""
    here, there = KIND_OF_RECORD[one.kind], KIND_OF_RECORD[one.to]
    named = f" ({one.by_name:,} by its name)" if one.by_name else ""
    words = f"{one.linked:,} of {one.total:,} {here.many} that name a {there.one} belong to one{named}"
    return f"{words}; {one.unlinked:,} {'does' if one.unlinked == 1 else 'do'} not." if one.unlinked else f"{words}."


@dataclass(frozen=True, slots=True)
class LostReference:
    """A row that names a record which is not there: where it stands, what it says, and the nearest name there is."""

    line: int
    file: str
    text: str
    nearest: str = ""


@dataclass(frozen=True, slots=True)
class ChangeCount:
    """How many deals changed in one way since the import before ("won", 12), and their value in major units.

    `foreign` of them are in another currency than the workspace's, and are not in the value. For `rated` of these a
    rate is known: `elsewhere` says what they come to, by currency ("€40K ≈ $43.2K").
    """

    what: str
    deals: int
    amount: float
    foreign: int = 0
    rated: int = 0
    elsewhere: tuple[str, ...] = ()


def change_amount(amount: str, change: ChangeCount) -> str:
    """The value of a change as shown: "4,000 USD and €40K ≈ $43.2K", "4,000 USD and 1 in another currency".

    What is in other currencies alone needs no value of nothing before it.
    """
    unrated = change.foreign - change.rated
    own = (amount,) if change.deals > change.rated else ()
    rest = (f"{unrated:,} in another currency",) if unrated else ()
    return " and ".join((*own, *change.elsewhere, *rest))


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. read = added + updated + unchanged + rejected + skipped.

    `currency` is that of the amounts in `changes`; `with_it` are the reports of what else the same file held;
    `look_alikes` the new rows that look like other records, `linked` how its records lead to others; `columns` what
    each column of the file was taken for.
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
    with_it: tuple[ImportReport, ...] = ()
    look_alikes: tuple[LookAlike, ...] = ()
    linked: tuple[Linked, ...] = ()
    columns: tuple[ColumnEvidence, ...] = ()

    @property
    def adds_up(self) -> bool:
        """Whether every row read is accounted for."""
        return self.read == self.added + self.updated + self.unchanged + self.rejected + self.skipped


@dataclass(frozen=True, slots=True)
class UndoEffect:
    """What taking an import back would take away.

    `rows` are those of the file that the workspace holds. `records_gone` are shown by no other import; `records_back`
    would show other values than now, those of the days from `back_from` to `back_to` (None when there are none).
    `records_listed` count as missing only because the file does not list them. `with_it` is what goes with it because
    the same file brought it in the same go: its kind, and what taking that back would take away.
    """

    import_id: int
    rows: int
    records_gone: int = 0
    records_back: int = 0
    records_listed: int = 0
    back_from: date | None = None
    back_to: date | None = None
    with_it: tuple[Kind, UndoEffect] | None = None
