"""The columns of deals, of their states and of their visits, each made when a formula first asks for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from kpidesk.core.fields import OUTCOMES
from kpidesk.core.parts import CUSTOM
from kpidesk.core.settings import Settings
from kpidesk.engine.cells import Cells
from kpidesk.engine.days import NO_DAY
from kpidesk.engine.history import (
    NO_AMOUNT,
    OPEN,
    Columns,
    States,
    Versions,
)
from kpidesk.engine.money import Exchange, first_filled, is_money, money_field
from kpidesk.engine.past import Past
from kpidesk.engine.tables import Tables, joined
from kpidesk.engine.values import Column, Floats, Ints, Mask, Rows, from_days

if TYPE_CHECKING:
    from kpidesk.engine.visits import Visits

FIELD_NAMES = {
    "account_id": "account",
    "owner_id": "owner",
    "created_by_id": "created_by",
    "stage_id": "stage",
    "id": "deal_id",
}
"""Other names under which a formula may speak of a column."""


class DealColumns:
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
        from kpidesk.engine.all_stages import Stages, read_stages  # only stages need them
        from kpidesk.engine.visits import read_told, read_visits

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
        if name in ("outcome", "final_outcome", "closed_at", "final_closed_at"):
            last = versions.newest[versions.deal[version]]
            still = is_open if is_open is not None and not name.startswith("final_") else None
            if name.endswith("outcome"):
                said = versions.outcome[last]
                now = said if still is None else np.where(still, OPEN, said)
                return Column(self.outcome_places[now], words=self.cells.words)
            days = versions.closed[last]
            return Column(from_days(days if still is None else np.where(still, NO_DAY, days)))
        if name == "push_count":
            return Column(versions.pushes[version].astype(np.float64))
        if name == "stage_entered_at":
            return Column(from_days(versions.stage_since[version]))
        if name == "stall_days":
            return Column(np.array([float(self.settings.stall_days)]))
        return Column(self.ids[versions.deal[version]].astype(np.float64)) if name == "deal_id" else None

    def _stored(self, name: str, versions: Versions, version: Ints) -> Column:
        if name in versions.told:
            return self.cells.column("deals", versions.told, name, version)
        value = versions.value[version]
        if "." not in name or name.startswith(CUSTOM):
            return self.cells.column("deals", self.columns, name, value)
        way, _, field = name.partition(".")
        return joined(self.tables, "deals", way, field, self.cells.column("deals", self.columns, way, value))
