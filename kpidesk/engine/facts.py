"""The facts: deals, their states over time, who is credited, and the organisation, as arrays ready to evaluate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from math import gcd

import numpy as np

from kpidesk.core.curation import Curation
from kpidesk.core.people import Organisation
from kpidesk.core.records import FIELD_BY_NAME, MILLION, OUTCOMES, minor_digits
from kpidesk.core.settings import Settings
from kpidesk.engine.crew import Crew, build_crew
from kpidesk.engine.days import FAR, NO_DAY, day_number, day_of
from kpidesk.engine.history import (
    NO_AMOUNT,
    OPEN,
    Columns,
    States,
    Versions,
    column,
    first_amounts,
    read_states,
    read_versions,
)
from kpidesk.engine.values import Column, Floats, Ints, Mask, NotComputableError, Rows, Words, from_days, from_ints
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
class Splits:
    """Deals that several people share: `person[at[i]:at[i + 1]]` share value `value[i]`, in parts of a whole."""

    value: Ints
    at: Ints
    person: Ints
    share: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """Everything a formula can be evaluated on, as known on `newest_data`.

    `deals` has one row per deal with its value in force; `spans` one row per state of a deal over time. `ids` is
    the deal's number, `created` from when it exists and `missing` since when it is missing, by deal. `whole` is
    the number of parts of a deal that shares are counted in, `scale` that of minor units in a major one.
    `foreign` marks values in another currency. `first_data` and `newest_data` are day numbers, NO_DAY without data.
    `gives(field)`: some deal has, or has had, a value in this field of the files.
    `visits` and `visit_rows`, one row per visit of a deal to a stage, are worked out when first asked for.
    """

    settings: Settings
    curation: Curation
    crew: Crew
    columns: Columns
    versions: Versions
    states: States
    ids: Ints
    created: Ints
    missing: Ints
    deals: Rows
    spans: Rows
    owner: Ints
    creator: Ints
    splits: Splits
    whole: int
    scale: int
    foreign: Mask
    currency: Sequence[str]
    first_data: int
    newest_data: int
    gives: Callable[[str], bool]
    visits: Callable[[], Visits]
    visit_rows: Callable[[], Rows]

    @property
    def last_event_day(self) -> date | None:
        """The last day on which something happened to a deal, up to the newest data; None when nothing did.

        The close date of an open deal is a plan and no event.
        """
        newest = self.versions.newest
        value = self.versions.value[newest]
        dated = [column(self.columns, name, value, NO_DAY).astype(np.int64) for name in EVENT_DATES]
        days = np.concatenate((self.versions.closed[newest], *dated))
        past = days[(days != NO_DAY) & (days <= self.newest_data)]
        return day_of(int(past.max())) if len(past) else None


def build_facts(
    columns: Columns,
    curation: Curation,
    organisation: Organisation,
    settings: Settings,
    data_dates: Sequence[tuple[int, date]],
    *,
    as_of: date | None = None,
) -> Facts:
    """Lay out what the store holds for evaluation.

    With `as_of`, only what imports with a data date up to that day have said counts.
    """
    limit = FAR if as_of is None else day_number(as_of)
    dates = sorted(number for number in (day_number(day) for _, day in data_dates) if number <= limit)
    versions, ids = read_versions(columns, curation, limit)
    newest = versions.value[versions.newest]
    created = column(columns, "created_at", newest, NO_DAY).astype(np.int64)
    created = np.where(created == NO_DAY, versions.seen[versions.first], created)
    missing = column(columns, "missing_from", ids, NO_DAY).astype(np.int64)
    missing = np.where((missing == NO_DAY) | (missing > limit), FAR, missing)
    states = read_states(versions, created, missing)
    crew = build_crew(organisation)
    splits, whole = _splits(curation, crew)
    load = _Loader(columns, curation, organisation, settings, versions, ids)
    currency, foreign = currencies(columns, curation, settings.currency)
    first_data, newest_data = (dates[0], dates[-1]) if dates else (NO_DAY, NO_DAY)
    deals = Rows(len(ids), load.rows(versions.newest, None))
    visits = cache(lambda: load.visits(created, first_data))
    return Facts(
        settings, curation, crew, columns, versions, states, ids, created, missing,
        deals=deals,
        spans=Rows(len(states.version), load.rows(states.version, states.open)),
        owner=_people(columns, "owner", curation, crew), creator=_people(columns, "created_by", curation, crew),
        splits=splits, whole=whole, scale=10 ** minor_digits(settings.currency),
        foreign=foreign, currency=currency, first_data=first_data, newest_data=newest_data,
        gives=cache(lambda name: _gives(columns, name, versions.value)),
        visits=visits, visit_rows=cache(lambda: Rows(len(visits().deal), load.visit_rows(visits(), deals))),
    )  # fmt: skip


def _gives(columns: Columns, name: str, value: Ints) -> bool:
    """Whether any of these values has something in a field."""
    empty = {"date": NO_DAY, "money": NO_AMOUNT, "ratio": -1}.get(FIELD_BY_NAME["deals"][name].kind, 0)
    return bool((column(columns, name, value, empty) != empty).any())


def _people(columns: Columns, field: str, curation: Curation, crew: Crew) -> Ints:
    """The row of the person behind each value's owner or creator; 0 for nobody."""
    aliases = columns.get(field)
    if aliases is None:
        return np.zeros(len(columns["of"]), dtype=np.int64)
    rows = np.zeros(max(int(aliases.max(initial=0)), max(curation.people, default=0)) + 1, dtype=np.int64)
    for alias, person in curation.people.items():
        rows[alias] = crew.person_row.get(person, 0)
    rows[0] = 0
    return np.asarray(rows[aliases])


def _splits(curation: Curation, crew: Crew) -> tuple[Splits, int]:
    """The shares of every shared value, and the parts of a whole that make all of them whole numbers."""
    unit = MILLION
    for shares in curation.splits.values():
        for _, share in shares:
            unit = gcd(unit, share)
    values, bounds, people, parts = [], [0], [], []
    for value in sorted(curation.splits):
        together: dict[int, int] = {}
        for alias, share in curation.splits[value]:
            person = crew.person_row.get(curation.people.get(alias, 0), 0)
            together[person] = together.get(person, 0) + share // unit
        values.append(value)
        people += list(together)
        parts += list(together.values())
        bounds.append(len(people))
    arrays = (np.array(one, dtype=np.int64) for one in (values, bounds, people, parts))
    return Splits(*arrays), MILLION // unit


def currencies(columns: Columns, curation: Curation, own: str) -> tuple[list[str], Mask]:
    """The currency of each term, and which values are in another than the workspace's own."""
    terms = columns.get("currency")
    names = [""] * (max(curation.terms, default=0) + 1)
    for term, (field, text) in curation.terms.items():
        if field == "currency":
            names[term] = text.strip().upper()
    if terms is None:
        return names, np.zeros(len(columns["of"]), dtype=np.bool_)
    other = np.array([bool(name) and name != own.upper() for name in names])
    return names, np.asarray(other[terms], dtype=np.bool_)


class _Loader:
    """Makes the columns of deals, their states and their visits; a class because all share the words and names."""

    def __init__(
        self,
        columns: Columns,
        curation: Curation,
        organisation: Organisation,
        settings: Settings,
        versions: Versions,
        ids: Ints,
    ) -> None:
        self.columns, self.curation, self.settings = columns, curation, settings
        self.versions, self.ids = versions, ids
        self.people = {person.id: person.name for person in organisation.people}
        texts = {term: text for term, (_, text) in curation.terms.items()}
        self.words = Words((*texts.values(), *OUTCOMES))
        self.places = self.words.places(texts, max(texts, default=0) + 1)
        self.outcome_places = np.array([self.words.place(outcome) for outcome in OUTCOMES])

    def rows(self, version: Ints, is_open: Mask | None) -> Callable[[str], Column]:
        """How to make a column for rows that each stand for a version; `is_open` overrides the outcome."""

        def load(field: str) -> Column:
            name = FIELD_NAMES.get(field, field)
            derived = self._derived(name, version, is_open)
            return derived if derived is not None else self._stored(name, self.versions.value[version])

        return load

    def visits(self, created: Ints, first_data: int) -> Visits:
        """The visits of the deals to stages."""
        told = read_told(self.columns, self.curation, self.versions, self.ids, self.places)
        return read_visits(self.versions, told, created, first_data)

    def visit_rows(self, visits: Visits, deals: Rows) -> Callable[[str], Column]:
        """How to make a column for visits; a field that is none of theirs is that of their deal as it is now."""

        def load(field: str) -> Column:
            own = self._of_visit(field, visits)
            return own if own is not None else deals.take(visits.deal).column(field.removeprefix("deal."))

        return load

    def _of_visit(self, field: str, visits: Visits) -> Column | None:
        if field in ("stage", "exit_to"):
            return Column(self._stages(field, visits), words=self.words)
        if field in ("owner_at_entry", "owner_at_exit"):
            version = visits.version if field == "owner_at_entry" else visits.exit_version
            owner = self._stored("owner", self.versions.value[version])
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
        ended = self.outcome_places[self.versions.outcome[visits.exit_version]]
        after = np.where(visits.next_stage < 0, ended, visits.next_stage)
        return np.where(visits.exit_version < 0, np.nan, after)

    def _derived(self, name: str, version: Ints, is_open: Mask | None) -> Column | None:
        versions = self.versions
        deal = versions.deal[version]
        last = versions.newest[deal]
        still = np.zeros(len(version), dtype=np.bool_) if is_open is None else is_open
        if name in ("outcome", "final_outcome"):
            said = versions.outcome[last]
            now = said if name == "final_outcome" else np.where(still, OPEN, said)
            return Column(self.outcome_places[now], words=self.words)
        if name in ("closed_at", "final_closed_at"):
            days = versions.closed[last]
            return Column(from_days(days if name == "final_closed_at" else np.where(still, NO_DAY, days)))
        if name == "created_amount":
            amounts = column(self.columns, "amount", versions.value, NO_AMOUNT)
            return Column(from_ints(first_amounts(amounts, versions.deal, len(self.ids))[deal], NO_AMOUNT), money=1)
        if name == "push_count":
            return Column(versions.pushes[version].astype(np.float64))
        if name == "stage_entered_at":
            return Column(from_days(versions.stage_since[version]))
        if name == "stall_days":
            return Column(np.array([float(self.settings.stall_days)]))
        return Column(self.ids[deal].astype(np.float64)) if name == "deal_id" else None

    def _stored(self, name: str, value: Ints) -> Column:
        if "." in name:
            raise NotComputableError(f"needs {name.split('.', maxsplit=1)[0]}s")
        kind = FIELD_BY_NAME["deals"][name].kind if name in FIELD_BY_NAME["deals"] else "text"
        if kind == "date":
            return Column(from_days(column(self.columns, name, value, NO_DAY)))
        if kind == "money":
            return Column(from_ints(column(self.columns, name, value, NO_AMOUNT), NO_AMOUNT), money=1)
        if kind == "ratio":
            return Column(from_ints(column(self.columns, name, value, -1), -1) / MILLION)
        if kind == "term":
            return Column(self.places[column(self.columns, name, value, 0)], words=self.words)
        if kind == "person":
            numbers = _linked(column(self.columns, name, value, 0), self.curation.people)
            return Column(numbers, names=self.people)
        if kind == "account":
            numbers = _linked(column(self.columns, name, value, 0), self.curation.accounts)
            return Column(numbers, names=self.curation.account_names)
        raise NotComputableError(f"needs the field '{name}' of deals")


def _linked(aliases: np.ndarray[tuple[int, ...], np.dtype[np.generic]], links: dict[int, int]) -> Floats:
    """Whom or what each alias stands for; an alias that is linked to nobody stands for itself, as a negative number."""
    top = max(int(aliases.max(initial=0)), max(links, default=0)) + 1
    numbers = -np.arange(top, dtype=np.float64)
    for alias, number in links.items():
        numbers[alias] = number
    numbers[0] = np.nan
    return np.asarray(numbers[aliases])
