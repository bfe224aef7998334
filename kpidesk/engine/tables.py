"""Every table of the formula language besides deals, their visits and people: one row per record in force."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

import numpy as np

from kpidesk.core.fields import KIND_OF_RECORD, Kind
from kpidesk.core.parts import CUSTOM
from kpidesk.core.settings import Settings
from kpidesk.core.texts import folded
from kpidesk.engine.cells import Cells
from kpidesk.engine.crew import Crew
from kpidesk.engine.days import FAR, NO_DAY, day_number
from kpidesk.engine.history import NO_AMOUNT, Columns, column
from kpidesk.engine.money import Exchange, is_money, money_field
from kpidesk.engine.records import Records, gives, person_rows, read_records
from kpidesk.engine.values import Column, Floats, Ints, NotComputableError, Rows
from kpidesk.language.tables import TABLES

KIND_OF: Mapping[str, Kind] = {
    "deals": "deals", "stage_visits": "deals", "activities": "activities", "leads": "leads", "accounts": "accounts",
    "subscriptions": "subscriptions", "movements": "movements", "contracts": "contracts", "surveys": "surveys",
    "costs": "costs", "forecasts": "forecasts", "people": "people", "capacity": "people",
}  # fmt: skip
"""The kind of record that fills a table."""
PERSON: Mapping[str, str] = {"activities": "person", "costs": "person", "forecasts": "person"}
"""The field that says whose a record is, where it is not `owner`."""
BY_ACCOUNT = frozenset(("subscriptions", "movements", "contracts", "surveys"))
"""Tables whose records belong to the owner of the account where they name nobody themselves."""
STORED: Mapping[tuple[str, str], str] = {("activities", "duration_min"): "duration"}
"""The field of the files behind a field of the language, where it has another name."""
MONEY_DAY: Mapping[Kind, str] = {
    "movements": "effective_at", "contracts": "term_end_at", "costs": "period_at", "forecasts": "period_at",
    "quotas": "period_at", "subscriptions": "starts_at", "accounts": "created_at",
}  # fmt: skip
"""The date by which money of a kind is converted."""
NEEDED: Mapping[Kind, str] = {
    "deals": "an export of deals",
    "people": "an export of people",
    "activities": "an export of calls, e-mails and meetings",
    "leads": "an export of leads",
    "accounts": "an export of accounts",
    "subscriptions": "an export of subscriptions",
    "movements": "an export of subscriptions or of revenue movements",
    "contracts": "an export of contracts with the end of their terms",
    "surveys": "an export of survey answers",
    "costs": "a table of costs",
    "forecasts": "a table of forecasts",
}
"""What has to be imported for a kind of record."""
ACCOUNTS_FROM: Mapping[str, Kind] = {
    "first_won_at": "deals", "mrr_at_start": "subscriptions", "mrr_at_end": "subscriptions", "": "subscriptions",
}  # fmt: skip
"""The kind of record that fields of accounts are worked out from; an empty name stands for the measures as of a day."""
KNOWN_ANYWAY = frozenset((("accounts", "owner"), ("accounts", "account_id")))
"""Fields of records that are known without an import of their kind."""
Derived = Callable[[], Column]
States = tuple[Ints, Ints, Ints, Ints]
"""Row, person, first day and day after the last one of every stretch of time in which a row is somebody's."""


def needs_kind(kind: Kind) -> str:
    """No import of a kind of record was ever made."""
    return f"needs {KIND_OF_RECORD[kind].many}: import {NEEDED[kind]}"


def no_states() -> States:
    """Nothing that stands on a day."""
    nothing = np.zeros(0, dtype=np.int64)
    return nothing, nothing, nothing, nothing


@dataclass(frozen=True, slots=True, eq=False)
class FactTable:
    """The rows of one table.

    `ids` number the records in rising order; `value` is the stored value (of a record of `kind`) that a row was read
    from, 0 where it was worked out and none stands behind it; `label(row)` then says what it is. `whose(field, row,
    day)` is the row of the person to be credited on a day that stands under `field`, `team` the team that bears the row
    where it names no person. `states` tell who has which row on which days, for tables that can be read as of a day.
    """

    name: str
    kind: Kind
    ids: Ints
    value: Ints
    rows: Rows
    whose: Callable[[str, Ints, Ints], Ints]
    label: Callable[[int], str] = str
    team: Ints | None = None
    states: Callable[[], States] = no_states

    def index(self, ids: Floats) -> Ints:
        """The row of each record; −1 where there is none."""
        return index_of(self.ids, ids)


def index_of(known: Ints, ids: Floats) -> Ints:
    """The place of each number among known ones in rising order; −1 where it is not among them."""
    if not len(known):
        return np.full(len(ids), -1, dtype=np.int64)
    wanted = np.where(np.isnan(ids), -1, ids).astype(np.int64)
    at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.where(known[at] == wanted, at, -1)


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """What the tables need of the deals: their numbers, rows and owners (by deal), and the newest data date."""

    ids: Ints
    rows: Rows
    owner: Ints
    newest_data: int

    def word(self, field: str, wanted: str) -> Ints:
        """The deals (by row) that have a word in a field."""
        column = self.rows.column(field)
        place = column.words.place(wanted) if column.words is not None else np.nan
        return np.flatnonzero(column.data == place)


class Tables:
    """The tables of all kinds, each laid out when first asked for (a class because it keeps them)."""

    def __init__(
        self,
        cells: Cells,
        crew: Crew,
        settings: Settings,
        exchange: Exchange,
        deals: Kept,
        columns: Callable[[Kind], Columns],
        dates: Callable[[Kind], Sequence[tuple[int, date]]],
        maker_of: Callable[[str], Callable[[Tables], FactTable] | None],
        limit: int = FAR,
    ) -> None:
        self.cells, self.crew, self.settings, self.exchange, self.deals = cells, crew, settings, exchange, deals
        self._columns, self._dates, self._maker_of, self.limit = columns, dates, maker_of, limit
        self._records: dict[Kind, Records] = {}
        self._tables: dict[str, FactTable] = {}
        self._data_dates: dict[Kind, tuple[int, ...]] = {}

    def data_dates(self, kind: Kind) -> tuple[int, ...]:
        """The data dates of a kind's imports, as day numbers in rising order; none when it was never imported."""
        if kind == "deals":
            return () if self.deals.newest_data == NO_DAY else (self.deals.newest_data,)
        if kind not in self._data_dates:
            days = (day_number(day) for _, day in self._dates(kind))
            self._data_dates[kind] = tuple(sorted(day for day in days if day <= self.limit))
        return self._data_dates[kind]

    def has(self, kind: Kind) -> bool:
        """Whether there was an import of a kind."""
        return bool(self.data_dates(kind))

    def records(self, kind: Kind) -> Records:
        """The records of a kind as known."""
        if kind not in self._records:
            self._records[kind] = read_records(kind, self._columns(kind) if self.has(kind) else {}, self.limit)
        return self._records[kind]

    def gives(self, kind: Kind, name: str) -> bool:
        """Whether some record of a kind has, or has had, something in a field."""
        records = self.records(kind)
        return gives(kind, records.columns, name, records.value)

    def table(self, name: str) -> FactTable:
        """One table."""
        if name not in self._tables:
            make = self._maker_of(name)
            self._tables[name] = make(self) if make else plain_table(self, name)
        return self._tables[name]

    def source(self, table: str, field: str = "") -> Kind:
        """The kind of record whose imports tell up to which day a field of a table is known."""
        way, _, rest = field.rpartition(".")
        if way and not field.startswith(CUSTOM):
            target = TABLES[table].belongs_to.get(way.partition(".")[0], table)
            return self.source(target, rest)
        if table == "accounts":
            return ACCOUNTS_FROM.get(field, "accounts")
        if table == "movements" and not self.has("movements"):
            return "subscriptions"
        return KIND_OF[table]

    def newest(self, table: str, field: str = "") -> int:
        """Up to which day what is dated by a field of a table is known; NO_DAY when nothing is."""
        if table == "capacity":
            kinds: tuple[Kind, ...] = ("activities", "deals")
            return max((self.data_dates(kind)[-1] for kind in kinds if self.has(kind)), default=NO_DAY)
        dates = self.data_dates(self.source(table, field))
        return dates[-1] if dates else NO_DAY

    def owner_of_account(self, account: Floats, day: Ints) -> Ints:
        """The row of the person who owned each account (by number) on a day; 0 for nobody."""
        found = self.table("accounts")
        at = found.index(account)
        owner = np.zeros(len(at), dtype=np.int64)
        known = np.flatnonzero(at >= 0)
        owner[known] = found.whose("", at[known], day[known])
        return owner

    def stored(self, records: Records, name: str) -> Column:
        """A stored field of each record as it was last seen; money in the workspace's currency."""
        if is_money(name, records.kind):
            return self._money(records, name)
        return self.cells.column(records.kind, records.columns, name, records.now)

    def _money(self, records: Records, name: str) -> Column:
        """Amounts in the workspace's currency, or the rate of each, or the day of the rate."""
        amount = column(records.columns, money_field(name), records.now, NO_AMOUNT)
        term = column(records.columns, "currency", records.now, 0)
        day = self._money_days(records)
        return self.exchange.column(name, amount, term, self.exchange.dated(day, day))

    def _money_days(self, records: Records) -> Ints:
        """The day by whose rate the money of each record is converted; the newest data date where it has none."""
        newest = (self.data_dates(records.kind) or (NO_DAY,))[-1]
        if records.kind not in MONEY_DAY:
            return np.full(len(records.ids), newest, dtype=np.int64)
        days = records.raw(MONEY_DAY[records.kind])
        return np.where(days == NO_DAY, newest, days)

    def loader(self, name: str, records: Records, derived: Mapping[str, Derived]) -> Callable[[str], Column]:
        """How to make the columns of a table: what is worked out, what is stored, what a record it belongs to has."""
        table = TABLES[name]

        def load(field: str) -> Column:
            way, _, rest = field.partition(".")
            if rest and not field.startswith(CUSTOM):
                return joined(self, name, way, rest, load(way))
            if field in derived:
                return derived[field]()
            if field in table.fields and next(iter(table.fields)) == field:
                return Column(records.ids.astype(np.float64))
            return self.stored(records, STORED.get((name, field), field))

        return load

    def credit(self, name: str, records: Records, account: Derived | None = None) -> Callable[[str, Ints, Ints], Ints]:
        """Whose each record was on a day: the person it names, else (with `account`) the owner of the account."""
        person = person_rows(records.columns, PERSON.get(name, "owner"), self.cells.curation, self.crew)

        def whose(field: str, row: Ints, day: Ints) -> Ints:
            found = person[records.value_on(STORED.get((name, field), field), row, day)]
            none = np.flatnonzero(found == 0)
            if account is not None and len(none):
                found[none] = self.owner_of_account(account().data[row[none]], day[none])
            return found

        return whose


def joined(tables: Tables, table: str, way: str, field: str, link: Column) -> Column:
    """A field of the record that each row belongs to by `way`; `link` holds the numbers of those records.

    Raises:
        NotComputableError: no record of that kind was ever imported.
    """
    target = TABLES[table].belongs_to[way]
    kind = tables.source(target, field.partition("@")[0])
    if not tables.has(kind) and (target, field) not in KNOWN_ANYWAY:
        raise NotComputableError(needs_kind(kind))
    if target == "deals":
        return tables.deals.rows.column(field).at(index_of(tables.deals.ids, link.data))
    found = tables.table(target)
    return found.rows.column(field).at(found.index(link.data))


def plain_table(tables: Tables, name: str) -> FactTable:
    """A table whose records are read as the files have them."""
    records = tables.records(KIND_OF[name])
    rows = Rows(len(records.ids), tables.loader(name, records, {}))
    account = partial(rows.column, "account") if name in BY_ACCOUNT else None
    team = teams_named(tables, records) if name == "costs" else None
    return FactTable(
        name, records.kind, records.ids, records.now, rows, tables.credit(name, records, account), team=team
    )


def teams_named(tables: Tables, records: Records) -> Ints:
    """The team (by row of the crew) that each record names; 0 for none that is known."""
    known, curation = tables.crew.team_row, tables.cells.curation
    rows = {text: known[team] for text, team in curation.teams.items() if team in known}
    rows |= {folded(team.name): known[team.id] for team in tables.crew.organisation.teams}
    terms = curation.terms
    raw = records.raw("team")
    number = np.zeros(int(raw.max(initial=0)) + 1, dtype=np.int64)
    for term in np.unique(raw).tolist():
        number[term] = rows.get(folded(terms.get(term, ("", ""))[1]), 0)
    return np.asarray(number[raw])
