"""The facts: deals, their states over time, who is credited, and the organisation, as arrays ready to evaluate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import chain

import numpy as np

from kpidesk.core.curation import Curation
from kpidesk.core.fields import OUTCOMES, Kind
from kpidesk.core.parts import CUSTOM
from kpidesk.core.people import Organisation
from kpidesk.core.rates import Rate
from kpidesk.core.records import minor_digits
from kpidesk.core.settings import Settings
from kpidesk.engine.all_stages import Stages, read_stages
from kpidesk.engine.all_tables import MAKERS
from kpidesk.engine.cells import Cells, Custom, Links
from kpidesk.engine.crew import Crew, build_crew
from kpidesk.engine.days import FAR, NO_DAY, day_number, day_of
from kpidesk.engine.history import (
    NO_AMOUNT,
    OPEN,
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
from kpidesk.engine.money import Exchange, currencies, first_filled, is_money, money_field, read_exchange
from kpidesk.engine.past import Past, at_exports, past_of_exports, weave
from kpidesk.engine.records import gives, person_rows, read_records
from kpidesk.engine.shares import Splits, read_splits
from kpidesk.engine.stage_changes import read_changes
from kpidesk.engine.tables import FactTable, Kept, Tables, joined
from kpidesk.engine.values import Column, Floats, Ints, Mask, Rows, from_days, same
from kpidesk.engine.visits import Visits, read_told, read_visits

FIELD_NAMES = {
    "account_id": "account",
    "owner_id": "owner",
    "created_by_id": "created_by",
    "stage_id": "stage",
    "id": "deal_id",
}
"""Other names under which a formula may speak of a column."""
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
        return replace(self, all_states=lambda: some, all_spans=cache(lambda: self.span_rows(some)))

    def table(self, name: str) -> FactTable:
        """Any table but deals, their visits and people."""
        return self.tables.table(name)

    def newest_of(self, table: str, field: str = "") -> int:
        """Up to which day what is dated by a field of a table is known; NO_DAY when nothing is."""
        own = table in ("deals", "stage_visits", "people")
        return self.newest_data if own else self.tables.newest(table, field)

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
) -> Facts:
    """Lay out what the store holds for evaluation: deals at once, the `others` when a formula asks for them.

    With `as_of`, only what imports with a data date up to that day have said counts. `rates` are those of other
    currencies to that of the workspace or to one another. Where `columns` hold some of the deals only, `every` gives
    the `STAGE_COLUMNS` of all of them, for the order of the stages; a history of stages must not be there then.
    `said` is what `read_said` makes of the columns, where that is at hand.
    """
    limit = FAR if as_of is None else day_number(as_of)
    dates = sorted(number for number in (day_number(day) for _, day in data_dates) if number <= limit)
    versions, ids = known_versions(said or read_said(columns, curation), limit)
    newest = versions.value[versions.newest]
    created = column(columns, "created_at", newest, NO_DAY).astype(np.int64)
    missing = column(columns, "missing_from", ids, NO_DAY).astype(np.int64)
    is_there = (missing == NO_DAY) | (missing > limit)
    missing = same(FAR, len(ids)) if is_there.all() else np.where(is_there, FAR, missing)
    currency, foreign = currencies(columns, curation, settings.currency)
    first_data, newest_data = (dates[0], dates[-1]) if dates else (NO_DAY, NO_DAY)
    cells = Cells(curation, organisation, cache(others.links), cache(others.custom))
    past = _past(columns, versions, ids, created, missing, cells, others, limit, newest_data)
    versions = at_exports(versions, past)
    created = np.where(created == NO_DAY, past.versions.seen[past.versions.first], created)
    exchange = read_exchange(curation, settings, rates, as_of)
    ends = closing_days(past.versions)
    crew = build_crew(organisation)
    splits, whole = read_splits(curation, crew)
    load = _Loader(columns, settings, past, ids, exchange, created, cells)
    closed = np.maximum(ends, created)
    deals = Rows(len(ids), load.rows(versions, versions.newest, None, np.where(closed < FAR, closed, newest_data)))
    owner = person_rows(columns, "owner", curation, crew)
    kept = Kept(ids, deals, owner[newest], newest_data)
    load.tables = tables = Tables(cells, crew, settings, exchange, kept, others.records, others.dates, MAKERS, limit)
    states = cache(lambda: read_states(past.versions, ends, created, missing))
    visits = cache(lambda: load.visits((created > first_data) | past.from_start, every, limit))
    facts = Facts(
        settings, curation, crew, columns, versions, past, ids, created, missing,
        until=np.minimum(ends, missing), deals=deals, all_states=states,
        all_spans=cache(lambda: load.span_rows(states(), closed)), span_rows=lambda some: load.span_rows(some, closed),
        owner=owner, creator=person_rows(columns, "created_by", curation, crew),
        splits=splits, whole=whole, scale=10 ** minor_digits(settings.currency),
        foreign=foreign, currency=currency, exchange=exchange, first_data=first_data, newest_data=newest_data,
        gives=cache(lambda name: name in past.versions.told or gives("deals", columns, name, versions.value)),
        visits=visits, visit_rows=cache(lambda: Rows(len(visits().deal), load.visit_rows(visits(), deals))),
        tables=tables,
    )  # fmt: skip
    load.stage_limits = cache(lambda day: _limits_on(facts, day))
    return facts


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
    records = read_records("stage-history", others.records("stage-history"), limit)
    links = cells.links("stage-history").get("deal", {})
    own = others.own_links("stage-history").get("deal", {})
    changes = read_changes(records, links, ids, created, cells.curation, newest_data, max(dates), own)
    return weave(versions, columns, changes, cells.curation, cells.places, missing, newest_data)


class _Loader:
    """Makes the columns of deals, their states and their visits; a class because all share the words and names."""

    tables: Tables
    stage_limits: Callable[[int], Ints]

    def __init__(
        self,
        columns: Columns,
        settings: Settings,
        past: Past,
        ids: Ints,
        exchange: Exchange,
        created: Ints,
        cells: Cells,
    ) -> None:
        self.columns, self.settings, self.ids, self.cells = columns, settings, ids, cells
        self.past, self.endings = past.versions, past.endings
        self.exchange, self.created = exchange, created
        self.outcome_places = np.array([cells.words.place(outcome) for outcome in OUTCOMES])

    def rows(self, versions: Versions, version: Ints, is_open: Mask | None, day: Ints) -> Callable[[str], Column]:
        """How to make a column for rows that each stand for one of some versions; `is_open` overrides the outcome.

        `day` is that of each row: when it closed, or on which day it is open.
        """

        def load(field: str) -> Column:
            name = FIELD_NAMES.get(field, field)
            if is_money(name):
                return self._money(name, versions, version, day)
            derived = self._derived(name, versions, version, is_open)
            return derived if derived is not None else self._stored(name, versions, version)

        return load

    def span_rows(self, states: States, closed: Ints) -> Rows:
        """The rows of some states; `closed` is the closing day of each deal."""
        day = np.where(states.open, states.start, closed[self.past.deal[states.version]])
        return Rows(
            len(states.version), self.rows(self.past, states.version, states.open, day), self.revalued(states, day)
        )

    def revalued(self, states: States, day: Ints) -> Callable[[str, Ints], Column]:
        """How to make a column for some states as of the day in its name: the limit of the stage, or one about money.

        Money of those that are open goes by the rates of that day.
        """

        def load(field: str, some: Ints) -> Column:
            name, _, asked = field.partition("@")
            if name == "stage_limit":
                return Column(self.stage_limits(int(asked))[self.past.deal[states.version[some]]].astype(np.float64))
            return self._money(
                name, self.past, states.version[some], np.where(states.open[some], int(asked), day[some])
            )

        return load

    def visits(self, is_new: Mask, every: Callable[[], Columns] | None, limit: int) -> Visits:
        """The visits of the deals to stages, whose order is that of `every` deal where there are more."""
        curation, places = self.cells.curation, self.cells.places
        stages = read_stages(every(), curation, places, limit) if every else Stages(self.endings())
        told = read_told(self.columns, curation, self.past, self.ids, places, stages.endings, stages.pipelines)
        return read_visits(self.past, told, self.created, is_new, stages.order)

    def visit_rows(self, visits: Visits, deals: Rows) -> Callable[[str], Column]:
        """How to make a column for visits; a field that is none of theirs is that of their deal as it is now."""

        def load(field: str) -> Column:
            own = self._of_visit(field, visits)
            return own if own is not None else deals.take(visits.deal).column(field.removeprefix("deal."))

        return load

    def _of_visit(self, field: str, visits: Visits) -> Column | None:
        if field in ("stage", "exit_to"):
            return Column(self._stages(field, visits), words=self.cells.words)
        if field in ("owner_at_entry", "owner_at_exit"):
            version = visits.version if field == "owner_at_entry" else visits.exit_version
            owner = self._stored("owner", self.past, version)
            return Column(np.where(version < 0, np.nan, owner.data), names=owner.names)
        if field in ("entered_at", "exited_at"):
            return Column(from_days(visits.entered if field == "entered_at" else visits.exited))
        numbers: dict[str, Floats | Ints | Mask] = {
            "visit_id": np.arange(1, len(visits.deal) + 1),
            "deal": self.ids[visits.deal],
            "stage_order": visits.position,
            "reached_next": visits.reached,
            "days_in_stage": visits.days,
            "first_visit": visits.first,
        }
        return Column(numbers[field].astype(np.float64)) if field in numbers else None

    def _stages(self, field: str, visits: Visits) -> Floats:
        """The stage of each visit, or what came after it: a stage or an outcome."""
        if field == "stage":
            return visits.stage.astype(np.float64)
        ended = self.outcome_places[self.past.outcome[visits.exit_version]]
        after = np.where(visits.next_stage < 0, ended, visits.next_stage)
        return np.where(visits.exit_version < 0, np.nan, after)

    def _money(self, name: str, versions: Versions, version: Ints, day: Ints) -> Column:
        """Amounts in the currency of the workspace, or the rate or the day of the rate of each."""
        field, deal, ours = money_field(name), versions.deal[version], np.ones(len(version), dtype=np.bool_)
        if field == "created_amount":
            first = self._first_amounts()[deal]
            field, versions, version, ours, day = "amount", self.past, first, first >= 0, self.created[deal]
        amount = np.where(ours, versions.field(self.columns, field, version, NO_AMOUNT), NO_AMOUNT)
        term = versions.field(self.columns, "currency", version, 0)
        return self.exchange.column(name, amount, term, self.exchange.dated(day, self.created[deal]))

    def _first_amounts(self) -> Ints:
        """The version of the past in which each deal first had an amount; −1 for none."""
        every = np.arange(len(self.past.value))
        return first_filled(self.past.field(self.columns, "amount", every, NO_AMOUNT), self.past.deal, len(self.ids))

    def _derived(self, name: str, versions: Versions, version: Ints, is_open: Mask | None) -> Column | None:
        deal = versions.deal[version]
        last = versions.newest[deal]
        still = np.zeros(len(version), dtype=np.bool_) if is_open is None else is_open
        if name in ("outcome", "final_outcome"):
            said = versions.outcome[last]
            now = said if name == "final_outcome" else np.where(still, OPEN, said)
            return Column(self.outcome_places[now], words=self.cells.words)
        if name in ("closed_at", "final_closed_at"):
            days = versions.closed[last]
            return Column(from_days(days if name == "final_closed_at" else np.where(still, NO_DAY, days)))
        if name == "push_count":
            return Column(versions.pushes[version].astype(np.float64))
        if name == "stage_entered_at":
            return Column(from_days(versions.stage_since[version]))
        if name == "stall_days":
            return Column(np.array([float(self.settings.stall_days)]))
        return Column(self.ids[deal].astype(np.float64)) if name == "deal_id" else None

    def _stored(self, name: str, versions: Versions, version: Ints) -> Column:
        if name in versions.told:
            return self.cells.column("deals", versions.told, name, version)
        value = versions.value[version]
        if "." not in name or name.startswith(CUSTOM):
            return self.cells.column("deals", self.columns, name, value)
        way, _, field = name.partition(".")
        return joined(self.tables, "deals", way, field, self.cells.column("deals", self.columns, way, value))
