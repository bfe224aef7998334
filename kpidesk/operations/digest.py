"""What an import brought: deals that moved, signals and rules that it is the first to show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kpidesk import store
from kpidesk.core.deal_changes import MOVES, MoveTotal
from kpidesk.core.errors import UserError
from kpidesk.core.formats import day_text
from kpidesk.core.import_history import ImportEntry
from kpidesk.core.people import ORG, Scope
from kpidesk.core.signals import MOST_SHOWN, Digest, KpiSignal, RuleHit, rules_met
from kpidesk.operations.changes import deal_files, move_totals
from kpidesk.operations.evaluators import as_known
from kpidesk.operations.rules import met_rules
from kpidesk.operations.signals import signals
from kpidesk.operations.workspace import Workspace


def digest(ws: Workspace, import_id: int = 0, scope: Scope = ORG, as_of: date | None = None) -> Digest:
    """What an import shows of a scope that the data of the day before it did not.

    By default it is the newest of deals, where there are some of two days, and what stands out is looked for in all
    data; else the newest of anything but lists of people, which say nothing of what was done. Deals are compared with
    the day before it on which deals were imported. Imports whose data are of one day count as one. Leading signs and
    KPIs come first. As of a past day the newest is that of then, and the targets and rules are those that were set by
    then.

    Raises:
        UserError: nothing was imported by the day, or there is no import of that number by then.
    """
    ws = as_known(ws, as_of)
    history = _known(ws, as_of)
    entry = _entry(history, import_id, as_of)
    compared = _deals(history) if entry.kind == "deals" else history
    before = max((one.data_date for one in compared if one.data_date < entry.data_date), default=None)
    is_newest = not import_id or entry.data_date >= max(one.data_date for one in history)
    known = as_of if is_newest else entry.data_date
    found = signals(ws, scope, as_of=known)
    new = tuple(one for one in found.every if before is None or one.seen > before)
    hits = _new_hits(ws, scope, known, before)
    moves = _moves(ws, entry, before, scope)
    has_deals = any(one.data_date == entry.data_date for one in _deals(history))
    later = () if import_id else tuple(one for one in history if one.data_date > entry.data_date)
    return Digest(
        entry=entry,
        before=before,
        moves=moves,
        signals=new[:MOST_SHOWN],
        hits=hits,
        luck=found.words,
        words=_words(moves, new, hits),
        others=new[MOST_SHOWN:],
        files=deal_files(history, entry.data_date) if has_deals else (entry.file,),
        before_files=deal_files(history, before) if has_deals and before is not None else (),
        has_deals=has_deals,
        later=tuple((one.file, one.data_date) for one in later),
    )


def _known(ws: Workspace, as_of: date | None) -> Sequence[ImportEntry]:
    """The imports whose data are of a day or before; all without a day."""
    history = store.import_history(ws.db)
    if not history:
        raise UserError("Nothing has been imported yet.", "Import an export of your CRM first.")
    if as_of is None:
        return history
    first = min(one.data_date for one in history)
    if as_of < first:
        raise UserError(f"No data are of {day_text(as_of)} or before.", f"Name {first} or a later day.")
    return [one for one in history if one.data_date <= as_of]


def _entry(history: Sequence[ImportEntry], import_id: int, as_of: date | None) -> ImportEntry:
    if not import_id:
        deals = _deals(history)
        told = [one for one in history if one.kind != "people"] or history
        compared = deals if len({one.data_date for one in deals}) > 1 else told
        return max(compared, key=lambda one: (one.data_date, one.kind == "deals", one.import_id))
    found = next((one for one in history if one.import_id == import_id), None)
    if found is None:
        then = "" if as_of is None else f" with data of {day_text(as_of)} or before"
        raise UserError(f"There is no import {import_id}{then}.", "`kpidesk imports WORKSPACE` lists them.")
    return found


def _deals(history: Sequence[ImportEntry]) -> list[ImportEntry]:
    return [one for one in history if one.kind == "deals"]


def _new_hits(ws: Workspace, scope: Scope, as_of: date | None, before: date | None) -> tuple[RuleHit, ...]:
    """The rules that are met now and were not met, for the same scope, by the data before."""
    now = met_rules(ws, scope, as_of)
    if not now or before is None:
        return now
    then = {(one.rule.id, one.scope, _turn(one)) for one in met_rules(ws, scope, before)}
    return tuple(one for one in now if (one.rule.id, one.scope, _turn(one)) not in then)


def _turn(hit: RuleHit) -> date:
    """What tells one report from the next: a level that stays crossed is reported once, a change in each period."""
    return date.min if hit.rule.kind in ("above", "below") else hit.until.start


def _moves(ws: Workspace, entry: ImportEntry, before: date | None, scope: Scope) -> tuple[MoveTotal, ...]:
    if before is None:
        return ()
    try:
        return move_totals(ws, entry.data_date.isoformat(), scope)
    except UserError:  # nothing older of deals to compare with
        return ()


def _words(moves: tuple[MoveTotal, ...], new: tuple[KpiSignal, ...], hits: tuple[RuleHit, ...]) -> str:
    """The import in one sentence, leading signs first."""
    told = [f"{one.deals:,} {MOVES[one.kind].label.lower()}" for one in moves[:3]]
    parts = [f"Deals: {', '.join(told)}" if told else "No deals moved"]
    listed = f", the first {MOST_SHOWN} of them are listed" if len(new) > MOST_SHOWN else ""
    parts.append(
        "nothing new stands out" if not new else f"{len(new)} new possible change{'s' * (len(new) > 1)}{listed}"
    )
    if hits:
        parts.append(f"{rules_met(hits)} of your rules to look at")
    return f"{'; '.join(parts)}."
