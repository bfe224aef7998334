"""Changes of deals written out: names, values before and after, and the lines of the files that prove them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from kpidesk import store
from kpidesk.core.deal_changes import ChangeRow, DealMove, Proof
from kpidesk.core.fields import FIELD_BY_NAME
from kpidesk.core.formats import day_text, format_difference, format_value
from kpidesk.core.import_history import ImportEntry
from kpidesk.core.records import minor_digits
from kpidesk.core.wording import counted
from kpidesk.engine import Facts
from kpidesk.engine.days import NO_DAY, day_number
from kpidesk.engine.history import NO_AMOUNT
from kpidesk.engine.move_totals import first_amounts
from kpidesk.engine.moves import KINDS, Moves
from kpidesk.engine.standing import worth_now
from kpidesk.operations.workspace import Workspace, scopes, settings

Cells = Mapping[str, str]
FIELDS: dict[DealMove, str] = {
    "new": "stage", "came_back": "stage", "stage_forward": "stage", "stage_back": "stage", "pipeline": "pipeline",
    "pushed": "close_date", "pulled_in": "close_date", "next_step": "next_activity_at", "amount_up": "amount",
    "amount_down": "amount", "probability": "probability", "category": "forecast_category", "owner": "owner",
    "won": "stage", "lost": "stage", "won_lost": "stage", "reopened": "stage",
    "won_amount": "amount", "lost_amount": "amount", "closed_day": "closed_at", "vanished": "stage",
}  # fmt: skip
"""The field whose values before and after tell a change."""
DATES = frozenset(name for name, field in FIELD_BY_NAME["deals"].items() if field.kind == "date")


@dataclass(frozen=True, slots=True)
class _Around:
    """What the rows of one list share: imports by number, names of sources, and the currency of the workspace."""

    imports: Mapping[int, ImportEntry]
    sources: Mapping[int, str]
    currency: str


def change_rows(ws: Workspace, facts: Facts, moves: Moves, start: date, end: date) -> tuple[ChangeRow, ...]:
    """The changes as rows, those of a kind in the order of the deals."""
    before = _details(ws, moves.before[moves.before > 0].tolist(), start)
    after = _details(ws, moves.after.tolist(), end)
    around = _Around(
        {one.import_id: one for one in store.import_history(ws.db)},
        {number: name for name, number in store.source_numbers(ws.db).items()},
        settings(ws).currency,
    )
    listings = _listings(around)
    rows = zip(
        *(getattr(moves, name).tolist() for name in ("kind", "before", "after", "delta", "days")),
        _teams(ws, facts, moves),
        facts.columns["source"][facts.ids[moves.deal]].tolist(),
        facts.missing[moves.deal].tolist(),
        _worths(facts, moves, around.currency),
        strict=True,
    )
    return tuple(
        _row(
            _Change(KINDS[kind], before.get(old), after[new], delta, days, team, around.sources[source], worth),
            around,
            listings.get((around.sources[source], missing)) if KINDS[kind] == "vanished" else None,
        )
        for kind, old, new, delta, days, team, source, missing, worth in rows
    )


def _worths(facts: Facts, moves: Moves, own: str) -> list[str]:
    """What the amount of each deal in another currency is worth, as text; empty where it needs or has no rate."""
    worth = worth_now(facts, moves.deal, moves.after, moves.amount)
    unit = 10 ** minor_digits(own)
    told = zip(worth.tolist(), (moves.foreign & ~np.isnan(worth)).tolist(), strict=True)
    return [f" ≈ {format_value(one / unit, 'money', own)}" if is_rated else "" for one, is_rated in told]


@dataclass(frozen=True, slots=True)
class _Change:
    """One change as the engine and the store tell it."""

    kind: DealMove
    old: Cells | None
    new: Cells
    delta: int
    days: int
    team: str
    source: str
    worth: str


def _details(ws: Workspace, values: Sequence[int], as_of: date) -> dict[int, Cells]:
    """The cells of each value with the place that showed it, as known on a day."""
    unique = sorted(set(values))
    return dict(zip(unique, store.deal_rows(ws.db, unique, as_of), strict=True))


def _teams(ws: Workspace, facts: Facts, moves: Moves) -> list[str]:
    """The team of each deal's owner on the newest day of the data."""
    names = {team.id: team.name for team in scopes(ws).teams}
    crew = facts.crew
    rows = crew.team_on(facts.owner[moves.after], facts.newest_data).tolist()
    return [names[crew.teams[row - 1]] if row else "" for row in rows]


def _listings(around: _Around) -> dict[tuple[str, int], ImportEntry]:
    """The import of each source and day, by which a deal that it does not list went missing."""
    deals = (one for one in around.imports.values() if one.kind == "deals")
    return {(one.source, day_number(one.data_date)): one for one in deals}


def _row(change: _Change, around: _Around, listing: ImportEntry | None) -> ChangeRow:
    new, old, field = change.new, change.old, _field_of(change.kind, (change.new, change.old or {}))
    is_gone = change.kind == "vanished"
    amount, money = _number(new.get("amount")), new.get("currency", "") or around.currency
    proof = Proof(listing.import_id, listing.file, 0, listing.data_date) if listing else _proof(new, around)
    return ChangeRow(
        kind=change.kind,
        deal_id=int(new["deal_id"]),
        key=new["key"],
        source=change.source,
        name=store.called(new.get("name", ""), new["key"]),
        account=new.get("account", ""),
        owner=new.get("owner_split", "") or new.get("owner", ""),
        team=change.team,
        before=_before(change.kind, field, old, around.currency) if old else "",
        after="" if is_gone else shown(field, new, around.currency),
        was=_raw(field, old) if old else None,
        now=None if is_gone else _raw(field, new),
        amount=amount,
        amount_text=format_value(amount, "money", money) + change.worth,
        currency=money,
        delta=None if change.delta == NO_AMOUNT else change.delta / 10 ** minor_digits(money),
        days=None if change.days == NO_DAY else change.days,
        proof_before=_proof(old, around) if old else None,
        proof_after=proof,
    )


def _before(kind: DealMove, field: str, cells: Cells, currency: str) -> str:
    """The value before; of what had been won also for how much, since that is gone."""
    amount = shown("amount", cells, currency) if kind == "won_lost" else ""
    return ", ".join(filter(None, (shown(field, cells, currency), amount)))


def _proof(cells: Cells, around: _Around) -> Proof:
    number = int(cells["import_id"] or 0)
    day = around.imports[number].data_date if number in around.imports else None
    return Proof(number, cells["file"], int(cells["line"] or 0), day)


def shown(field: str, cells: Cells, currency: str) -> str:
    """A field as a person reads it, empty where there is none; the status stands in for a stage no column gives."""
    text = cells.get(field, "")
    if field == "stage":
        return text or cells.get("status", "")
    if not text:
        return ""
    if field == "amount":
        return format_value(float(text), "money", cells.get("currency", "") or currency)
    return day_text(date.fromisoformat(text)) if field in DATES else text


def _field_of(kind: DealMove, both: Sequence[Cells]) -> str:
    """The field that tells a change; a deal is closed on the day that was planned where no column says otherwise."""
    planned = kind == "closed_day" and not any(one.get("closed_at") for one in both)
    return "close_date" if planned else FIELDS[kind]


def _number(text: str | None) -> float | None:
    return float(text) if text else None


def _raw(field: str, cells: Cells) -> str | float | None:
    text = cells.get(field, "") or (cells.get("status", "") if field == "stage" else "")
    if not text:
        return None
    if field == "amount":
        return float(text)
    return round(float(text.rstrip("%")) / 100, 8) if field == "probability" else text


def first_words(facts: Facts, moves: Moves) -> str:
    """What of the amounts that went up are those of deals that had none before: "1 first amount, +$78.0K"."""
    deals, minor = first_amounts(facts, moves)
    currency = facts.settings.currency
    worth = format_difference(minor / 10 ** minor_digits(currency), "money", currency)
    return f"{counted(deals, 'first amount')}, {worth}" if deals else ""
