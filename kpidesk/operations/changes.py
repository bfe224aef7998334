"""What changed: since the import before, and between any two days of data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from kpidesk import store
from kpidesk.core.deal_changes import CLOSED, MOVES, SIGNED, ChangeList, DealMove, MoveTotal, OtherImport, kind_of
from kpidesk.core.errors import UserError, nearest
from kpidesk.core.formats import day_text, format_difference, format_value
from kpidesk.core.import_history import ImportEntry
from kpidesk.core.imports import ChangeCount
from kpidesk.core.people import ORG, Scope
from kpidesk.core.periods import parse_day
from kpidesk.core.records import minor_digits
from kpidesk.engine.days import NO_DAY, day_number
from kpidesk.engine.facts import Facts
from kpidesk.engine.history import column
from kpidesk.engine.move_totals import Elsewhere, elsewhere, totals
from kpidesk.engine.moves import Moves, find_moves, in_scope, of_kinds, of_source
from kpidesk.engine.values import Ints, each_once
from kpidesk.operations.change_rows import change_rows, first_words
from kpidesk.operations.evaluators import evaluator, facts_of, facts_within
from kpidesk.operations.workspace import Workspace, settings


def changes_of(ws: Workspace, import_id: int, touched: int) -> tuple[ChangeCount, ...]:
    """How the deals of the source of one import differ from what it showed before its data date, in major units.

    The kinds are those of `changes_between`, in the same order: leading signs before outcomes. All deals of a source
    that shows its first are new where another one has shown its own before.
    Where another import is of the same day and source, only what this one was the first to tell, against what one of
    the day before it had shown of the deal. The first import of
    all has nothing to differ from; nor has one that `touched` no deal which an import of the same day and source had
    not shown already.
    """
    history = [entry for entry in store.import_history(ws.db) if entry.kind == "deals"]
    mine = next(entry for entry in history if entry.import_id == import_id)
    day = mine.data_date
    again = any((one.source, one.data_date) == (mine.source, day) for one in history if one is not mine)
    if min(entry.data_date for entry in history) == day or (again and not touched):
        return ()
    ends = replace(_ends_of(sorted(history, key=_order), mine), import_id=import_id)
    missing = store.missing_on(ws.db, ends.start)
    touched_deals = _touched(ws, ends.start, day, missing)
    if not len(touched_deals):
        return ()
    shown = store.shown_otherwise(ws.db, import_id)
    facts = facts_within(ws, day, shown) if len(shown[0]) else facts_of(ws, touched_deals, day)
    moves = _told_by(ws, facts, _since(ws, facts, ends, shown[0][shown[1] != 0]), ends)
    own, others = settings(ws).currency, elsewhere(facts, moves)
    return tuple(
        ChangeCount(
            MOVES[kind].label.lower(),
            deals,
            (minor - sum(one.worth for one in others.get(kind, ()))) / 10 ** minor_digits(own),
            unrated + sum(one.deals for one in others.get(kind, ())),
            rated=sum(one.deals for one in others.get(kind, ())),
            elsewhere=tuple(_both(one, own) for one in others.get(kind, ())),
        )
        for kind, deals, minor, unrated in totals(moves)
    )  # fmt: skip


def past_changed(changes: Sequence[ChangeCount], import_id: int) -> tuple[str, ...]:
    """What of deals that were closed before a file tells otherwise: numbers of past periods change with it."""
    found = [one for one in changes if kind_of(one.what) in CLOSED]
    if not found:
        return ()
    counts = ", ".join(f"{one.deals:,} {one.what}" for one in found)
    options = " ".join(f"--kind {kind_of(one.what)}" for one in found)
    return (
        f"Of deals that were closed before: {counts}. Numbers of past periods change with them; kpidesk changes "
        f"WORKSPACE --to {import_id} {options} lists them.",
    )


def _touched(ws: Workspace, before: date, day: date, missing: Ints) -> Ints:
    """The deals of which something changed between two data dates; `missing` is by deal, as known on the first."""
    columns = store.load_columns(ws.db)
    changed = columns["v.of"][columns["v.from"] > day_number(before)]
    went = (missing == NO_DAY) != (store.missing_on(ws.db, day) == NO_DAY)
    return each_once(np.concatenate((changed, np.flatnonzero(went))))


def _both(one: Elsewhere, own: str) -> str:
    """A value in another currency and what it is worth: "€40K ≈ $43.2K"."""
    texts = (
        format_value(minor / 10 ** minor_digits(code), "money", code)
        for minor, code in ((one.amount, one.currency), (one.worth, own))
    )
    return " ≈ ".join(texts)


@dataclass(frozen=True, slots=True)
class _Ends:
    """The two days that are compared, of which source (empty: all of them), and by which import (0: by all)."""

    start: date
    end: date
    source: str
    import_id: int = 0


def changes_between(
    ws: Workspace,
    start: str = "",
    end: str = "",
    scope: Scope = ORG,
    kinds: Sequence[str] = (),
    *,
    as_of: date | None = None,
) -> ChangeList:
    """What changed in the deals of a scope from one day of data to a later one, leading signs first.

    `start` and `end` are the number of an import of deals or a day; without either the newest day of deals (up to
    `as_of`) is compared with the one before it. Without `start` an import is compared with the one before it of the
    same source, or where that shows its first deals with what others showed before; of several of one source and day
    each tells what it was the first to show. Imports of one source are compared as that source shows its deals, days
    as all sources together do. With `kinds` only those are listed.

    Raises:
        UserError: no such import, day or kind, or nothing to compare with.
    """
    ends, wanted, history = _ends(ws, start, end, as_of), _kinds(kinds), _deals(ws)
    facts, moves = _moves(ws, ends, scope)
    return ChangeList(
        start=ends.start,
        end=ends.end,
        start_files=deal_files(history, ends.start, ends.source),
        end_files=_end_files(history, ends),
        source=ends.source,
        scope=scope,
        currency=settings(ws).currency,
        totals=tuple(_totals(ws, facts, moves)),
        rows=change_rows(ws, facts, of_kinds(moves, wanted) if wanted else moves, ends.start, ends.end),
        others=_others(ws, ends),
    )


def move_totals(ws: Workspace, end: str, scope: Scope) -> tuple[MoveTotal, ...]:
    """How many deals of a scope changed in each way up to an import, or a day, since the one before it.

    Raises:
        UserError: no such import or day, or nothing to compare with.
    """
    return tuple(_totals(ws, *_moves(ws, _ends(ws, "", end, None), scope)))


def _moves(ws: Workspace, ends: _Ends, scope: Scope) -> tuple[Facts, Moves]:
    """What changed in the deals of a scope from one end to the other, and the facts of the later one."""
    if ends.import_id and len((shown := store.shown_otherwise(ws.db, ends.import_id))[0]):
        facts, before = facts_within(ws, ends.end, shown), shown[0][shown[1] != 0]
    else:
        facts, before = evaluator(ws, ends.end).facts, np.empty(0, np.int64)
    moves = _since(ws, facts, ends, before)
    if ends.source:
        moves = _told_by(ws, facts, moves, ends)
    return facts, in_scope(facts, moves, scope)


def _since(ws: Workspace, facts: Facts, ends: _Ends, shown: Ints) -> Moves:
    """What changed since the first end; of deals that an import of the later day had `shown` before, since then."""
    moves = find_moves(facts, ends.start, store.missing_on(ws.db, ends.start))
    if not len(shown):
        return moves
    within = find_moves(facts, ends.end, store.missing_on(ws.db, ends.end))
    apart = np.isin(facts.ids[moves.deal], shown)
    return moves.take(~apart).joined(within.take(np.isin(facts.ids[within.deal], shown)))


def _told_by(ws: Workspace, facts: Facts, moves: Moves, ends: _Ends) -> Moves:
    """Only the changes of deals of the source of two ends; of merged deals those which this source made."""
    number = store.source_numbers(ws.db)[ends.source]
    if ends.import_id and (told := store.deals_told_by(ws.db, ends.import_id)) is not None:
        moves = moves.take(np.isin(facts.ids[moves.deal], sorted(told)))
    if not (tellers := store.tellers(ws.db, ends.start, ends.end)):
        return of_source(facts, moves, number)
    own = (column(facts.columns, "source", facts.ids, 0)[moves.deal] == number).tolist()
    deals = facts.ids[moves.deal].tolist()
    keep = (number in tellers.get(deal, (number,) if mine else ()) for deal, mine in zip(deals, own, strict=True))
    return moves.take(np.fromiter(keep, np.bool_, len(deals)))


def _deals(ws: Workspace, as_of: date | None = None) -> list[ImportEntry]:
    """The imports of deals in data-date order."""
    found = [one for one in store.import_history(ws.db) if one.kind == "deals"]
    return sorted((one for one in found if as_of is None or one.data_date <= as_of), key=_order)


def _order(entry: ImportEntry) -> tuple[date, int]:
    return entry.data_date, entry.import_id


def _ends(ws: Workspace, start: str, end: str, as_of: date | None) -> _Ends:
    history = _deals(ws, as_of)
    if not history:
        raise UserError("No deals have been imported yet.", "Import an export of your CRM first.")
    sources = {one.source for one in history}
    last = _named(history, end) if end else history[-1] if start or len(sources) == 1 else history[-1].data_date
    if not start:
        found = _ends_of(history, last)
        return found if isinstance(last, date) or not end else replace(found, import_id=last.import_id)
    last_day, source = (last, "") if isinstance(last, date) else (last.data_date, last.source)
    first = _named(history, start)
    first_day = first if isinstance(first, date) else first.data_date
    if first_day >= last_day:
        raise UserError(
            f"{day_text(first_day)} is not before {day_text(last_day)}.", "Name the earlier one with --from."
        )
    if first_day < history[0].data_date:
        raise UserError(
            f"No import shows how the deals stood on {day_text(first_day)}.",
            f"The oldest one is of {day_text(history[0].data_date)}.",
        )
    is_same = not isinstance(first, date) and first.source == source
    return _Ends(first_day, last_day, source if is_same else "")


def _ends_of(history: Sequence[ImportEntry], last: ImportEntry | date) -> _Ends:
    """What an import is compared with: its source as it was before, where that had shown nothing all others; of a day
    the day before it.

    Raises:
        UserError: nothing is older.
    """
    day, source = (last, "") if isinstance(last, date) else (last.data_date, last.source)
    earlier = [one for one in history if one.data_date < day]
    if not earlier:
        raise UserError(
            f"Nothing older than the data of {day_text(day)} has been imported.",
            "What changed can be told once exports of two days are there.",
        )
    own = [one for one in earlier if one.source == source] or earlier
    return _Ends(own[-1].data_date, day, source)


def _named(history: Sequence[ImportEntry], text: str) -> ImportEntry | date:
    """The import with a number, or a day."""
    if not text.strip().isdecimal():
        return parse_day(text)
    found = next((one for one in history if one.import_id == int(text)), None)
    if found is None:
        known = ", ".join(str(one.import_id) for one in history[:-9:-1])
        raise UserError(f"There is no import {text} of deals.", f"Known: {known}.")
    return found


def _kinds(given: Iterable[str]) -> frozenset[DealMove]:
    """Kinds of change as typed: `stage_forward`, `stage-forward`."""
    found: set[DealMove] = set()
    for text in given:
        name = text.strip().casefold().replace("-", "_").replace(" ", "_")
        kind = next((one for one in MOVES if one == name), None)
        if kind is None:
            raise UserError(f"There is no kind of change '{text}'.", nearest(name, MOVES))
        found.add(kind)
    return frozenset(found)


def _end_files(history: Sequence[ImportEntry], ends: _Ends) -> tuple[str, ...]:
    """The exports that show the later day, or the one that is told of alone."""
    own = tuple(one.file for one in history if one.import_id == ends.import_id)
    return own or deal_files(history, ends.end, ends.source)


def deal_files(history: Sequence[ImportEntry], day: date, source: str = "") -> tuple[str, ...]:
    """The exports of each source that show how the deals stood on a day: all of its newest day until then."""
    deals = sorted((one for one in history if one.kind == "deals"), key=_order)
    known = [one for one in deals if one.data_date <= day and source in ("", one.source)]
    newest = {one.source: one.data_date for one in known}
    known.sort(key=lambda one: (one.source, one.import_id))
    return tuple(dict.fromkeys(one.file for one in known if one.data_date == newest[one.source]))


def _totals(ws: Workspace, facts: Facts, moves: Moves) -> Iterable[MoveTotal]:
    """Each kind of change with its deals and their value; that of a changed amount has a sign."""
    currency = settings(ws).currency
    unit = 10 ** minor_digits(currency)
    for kind, deals, minor, foreign in totals(moves):
        value = minor / unit
        text = (format_difference if kind in SIGNED else format_value)(value, "money", currency)
        yield MoveTotal(kind, deals, value, foreign, text, first_words(facts, moves) if kind == "amount_up" else "")


def _others(ws: Workspace, ends: _Ends) -> tuple[OtherImport, ...]:
    """The imports of other kinds whose data are of a day after the first and up to the second one."""
    return tuple(
        OtherImport(one.import_id, one.kind, one.file, one.data_date, one.added, one.updated)
        for one in sorted(store.import_history(ws.db), key=_order)
        if one.kind != "deals" and ends.start < one.data_date <= ends.end
    )
