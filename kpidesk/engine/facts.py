"""The facts: deals, their states over time, who is credited, and the organisation, as arrays ready to evaluate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from kpidesk.core.curation import Curation
from kpidesk.core.fields import EVENTFUL, Kind
from kpidesk.core.people import Organisation
from kpidesk.core.rates import Rate
from kpidesk.core.records import minor_digits
from kpidesk.core.settings import Settings
from kpidesk.engine.all_tables import maker_of
from kpidesk.engine.cells import Cells, Custom, Links
from kpidesk.engine.crew import Crew, build_crew
from kpidesk.engine.days import FAR, NO_DAY, day_number, day_of
from kpidesk.engine.deal_columns import DealColumns
from kpidesk.engine.history import (
    Columns,
    Said,
    States,
    Versions,
    closing_days,
    column,
    known_versions,
    open_states,
    read_said,
    read_states,
)
from kpidesk.engine.money import Exchange, currencies, read_exchange
from kpidesk.engine.past import Past, at_exports, past_of_exports, weave
from kpidesk.engine.records import gives, person_rows, read_records
from kpidesk.engine.shares import Splits, read_splits
from kpidesk.engine.tables import FactTable, Kept, Tables
from kpidesk.engine.values import Floats, Ints, Mask, Raw, Rows, same

if TYPE_CHECKING:
    from kpidesk.engine.visits import Visits

EVENT_DATES = ("created_at", "first_contact_at", "qualified_at", "stage_entered_at", "last_activity_at")
"""Dates, besides that of closing, on which something happened."""


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """Everything a formula can be evaluated on, as known on `newest_data`.

    `deals` has one row per deal with its value in force; `spans` one row per state of a deal over time. By deal, `ids`
    is its number, `created` from when it exists, `missing` since when it is missing, and `until` the first day on which
    it is closed or missing. `whole` is the number of parts of a deal that shares are counted in, `scale` that of minor
    units in a major one.
    `foreign` marks values in another currency than the workspace's, which `exchange` converts. `first_data` and
    `newest_data` are day numbers, NO_DAY without data.
    `past` is what is known of the deals over time: the states are those of its versions, and so are the visits.
    `gives(field)`: some deal has, or has had, a value in this field of the files.
    `edges` are those of the bands of each field that was split by its bands, as far as they are known by now.
    The states, `visits` and `visit_rows` (one row per visit of a deal to a stage) are worked out when first asked for,
    and so are the `tables` of all other kinds of record.
    """

    settings: Settings
    curation: Curation
    crew: Crew
    columns: Columns
    versions: Versions
    past: Past
    ids: Ints
    created: Ints
    missing: Ints
    until: Ints
    deals: Rows
    all_states: Callable[[], States]
    all_spans: Callable[[], Rows]
    span_rows: Callable[[States], Rows]
    owner: Ints
    creator: Ints
    splits: Splits
    whole: int
    scale: int
    foreign: Mask
    currency: Sequence[str]
    exchange: Exchange
    first_data: int
    newest_data: int
    gives: Callable[[str], bool]
    visits: Callable[[], Visits]
    visit_rows: Callable[[], Rows]
    tables: Tables
    edges: dict[tuple[str, str], Floats] = field(default_factory=dict)

    @property
    def states(self) -> States:
        """The states of every deal over time."""
        return self.all_states()

    @property
    def spans(self) -> Rows:
        """The rows of these states."""
        return self.all_spans()

    def open_on(self, days: Sequence[int]) -> Facts:
        """The same facts with no other states than those in which deals are open on any of some days."""
        some = open_states(self.past.versions, self.until, self.created, days)
        return replace(self, all_states=lambda: some, all_spans=cache(lambda: self.span_rows(some)), edges={})

    def table(self, name: str) -> FactTable:
        """Any table but deals, their visits and people."""
        return self.tables.table(name)

    def newest_of(self, table: str, field: str = "") -> int:
        """Up to which day what is dated by a field of a table is known; NO_DAY when nothing is."""
        own = table in ("deals", "stage_visits", "people")
        return self.newest_data if own else self.tables.newest(table, field)

    @property
    def known_day(self) -> int:
        """The day of the newest deals or, without any, of the newest records of what happened; NO_DAY if none."""
        if self.newest_data != NO_DAY:
            return self.newest_data
        return max((dates[-1] for dates in map(self.tables.data_dates, EVENTFUL) if dates), default=NO_DAY)

    @property
    def last_event_day(self) -> date | None:
        """The last day on which something happened to a deal, up to the newest data; None when nothing did.

        The close date of an open deal is a plan and no event.
        """
        newest = self.versions.newest
        value = self.versions.value[newest]
        dated = (self.columns[name][value] for name in EVENT_DATES if name in self.columns)
        every = chain((self.versions.closed[newest],), dated)
        last = max(int(np.max(days, where=np.less_equal(days, self.newest_data), initial=NO_DAY)) for days in every)
        return day_of(last) if last != NO_DAY else None


def _none_joined(_: Kind) -> Links:
    return {}


@dataclass(frozen=True, slots=True)
class Others:
    """Where to find what the store holds of each kind of record, each asked for when it is first needed.

    `records` are its columns, `links` the record behind each reference by field and term, `dates` the (number, data
    date) of its imports, `custom` the words and codes by value of an unmapped column (None: there is none);
    `own_links` the records of their own sources where some were joined, else nothing.
    """

    records: Callable[[Kind], Columns]
    links: Callable[[Kind], Links]
    dates: Callable[[Kind], Sequence[tuple[int, date]]]
    custom: Callable[[Kind, str], Custom | None]
    own_links: Callable[[Kind], Links] = _none_joined


NOTHING_ELSE = Others(lambda _: {}, lambda _: {}, lambda _: (), lambda _, __: None)


def build_facts(
    columns: Columns,
    curation: Curation,
    organisation: Organisation,
    settings: Settings,
    data_dates: Sequence[tuple[int, date]],
    *,
    as_of: date | None = None,
    rates: Sequence[Rate] = (),
    others: Others = NOTHING_ELSE,
    every: Callable[[], Columns] | None = None,
    said: Said | None = None,
    missing: Raw | None = None,
) -> Facts:
    """Lay out what the store holds for evaluation: deals at once, the `others` when a formula asks for them.

    With `as_of`, only what imports with a data date up to that day have said counts. `rates` are those of other
    currencies to that of the workspace or to one another. Where `columns` hold some of the deals only, `every` gives
    the `STAGE_COLUMNS` of all of them, for the order of the stages; a history of stages must not be there then.
    `said` is what `read_said` makes of the columns, where that is at hand, and `missing` tells by deal since when it is
    missing where that is otherwise than the columns say.
    """
    limit = FAR if as_of is None else day_number(as_of)
    cells = Cells(curation, organisation, cache(others.links), cache(others.custom))
    gone = columns if missing is None else {"missing_from": missing}
    known = _known_deals(columns, data_dates, cells, others, said or read_said(columns, curation), gone, limit)
    versions, past, created = known.versions, known.past, known.created
    currency, foreign = currencies(columns, curation, settings.currency)
    exchange = read_exchange(curation, settings, rates, as_of)
    crew = build_crew(organisation)
    splits, whole = read_splits(curation, crew)
    ends = closing_days(past.versions)
    closed = np.maximum(ends, created)
    load = DealColumns(columns, settings, past, known.ids, exchange, created, cells)
    day = np.where(closed < FAR, closed, known.newest_data)
    deals = Rows(len(known.ids), load.rows(versions, versions.newest, None, day))
    owner = person_rows(columns, "owner", curation, crew)
    kept = Kept(known.ids, deals, owner[versions.value[versions.newest]], known.newest_data)
    load.tables = Tables(cells, crew, settings, exchange, kept, others.records, others.dates, maker_of, limit)
    states = cache(lambda: read_states(past.versions, ends, created, known.missing))
    visits = cache(lambda: load.visits((created > known.first_data) | past.from_start, every, limit))
    facts = Facts(
        settings, curation, crew, columns, versions, past, known.ids, created, known.missing,
        until=np.minimum(ends, known.missing), deals=deals, all_states=states,
        all_spans=cache(lambda: load.span_rows(states(), closed)), span_rows=lambda some: load.span_rows(some, closed),
        owner=owner, creator=person_rows(columns, "created_by", curation, crew),
        splits=splits, whole=whole, scale=10 ** minor_digits(settings.currency),
        foreign=foreign, currency=currency, exchange=exchange,
        first_data=known.first_data, newest_data=known.newest_data,
        gives=cache(lambda name: name in past.versions.told or gives("deals", columns, name, versions.value)),
        visits=visits, visit_rows=cache(lambda: Rows(len(visits().deal), load.visit_rows(visits(), deals))),
        tables=load.tables,
    )  # fmt: skip
    load.stage_limits = cache(lambda day: _limits_on(facts, day))
    return facts


@dataclass(frozen=True, slots=True, eq=False)
class _KnownDeals:
    """The deals that imports up to a day tell of, named as in `Facts`."""

    versions: Versions
    past: Past
    ids: Ints
    created: Ints
    missing: Ints
    first_data: int
    newest_data: int


def _known_deals(
    columns: Columns, data_dates: Sequence[tuple[int, date]], cells: Cells, others: Others, said: Said, gone: Columns,
    limit: int,
) -> _KnownDeals:  # fmt: skip
    """`gone` has the column that tells since when each deal is missing."""
    dates = sorted(number for number in (day_number(day) for _, day in data_dates) if number <= limit)
    first_data, newest_data = (dates[0], dates[-1]) if dates else (NO_DAY, NO_DAY)
    versions, ids = known_versions(said, limit)
    created = column(columns, "created_at", versions.value[versions.newest], NO_DAY).astype(np.int64)
    missing = column(gone, "missing_from", ids, NO_DAY).astype(np.int64)
    is_there = (missing == NO_DAY) | (missing > limit)
    missing = same(FAR, len(ids)) if is_there.all() else np.where(is_there, FAR, missing)
    past = _past(columns, versions, ids, created, missing, cells, others, limit, newest_data)
    created = np.where(created == NO_DAY, past.versions.seen[past.versions.first], created)
    return _KnownDeals(at_exports(versions, past), past, ids, created, missing, first_data, newest_data)


def _limits_on(facts: Facts, day: int) -> Ints:
    from kpidesk.engine.stage_limits import stage_limits  # it is told by the facts themselves

    return stage_limits(facts, day).days


def _past(
    columns: Columns, versions: Versions, ids: Ints, created: Ints, missing: Ints, cells: Cells, others: Others,
    limit: int, newest_data: int,
) -> Past:  # fmt: skip
    """What exports, and the histories of stages up to the limit, tell of the deals over time."""
    dates = [number for number in (day_number(day) for _, day in others.dates("stage-history")) if number <= limit]
    if not dates or not len(ids):
        return past_of_exports(columns, versions, cells.places)
    from kpidesk.engine.stage_changes import read_changes  # most workspaces have no history of stages

    records = read_records("stage-history", others.records("stage-history"), limit)
    links = cells.links("stage-history").get("deal", {})
    own = others.own_links("stage-history").get("deal", {})
    changes = read_changes(records, links, ids, created, cells.curation, newest_data, max(dates), own)
    return weave(versions, columns, changes, cells.curation, cells.places, missing, newest_data)
