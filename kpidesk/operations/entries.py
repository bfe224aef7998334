"""Values of KPIs that are typed in: add one with its evidence, list them, and the receipt that shows them."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

from kpidesk import engine, store
from kpidesk.core.amount_text import plain_text
from kpidesk.core.amounts import amount_typed
from kpidesk.core.entries import Entry, EntryBook, check_entry
from kpidesk.core.errors import UserError
from kpidesk.core.formats import count_text, day_text, format_value
from kpidesk.core.goals import parse_amount
from kpidesk.core.kpis import Kpi
from kpidesk.core.periods import parse_period
from kpidesk.core.receipts import ReceiptRow
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Question
from kpidesk.operations.evaluators import evaluator
from kpidesk.operations.formulas import definition_in_force, find_kpi
from kpidesk.operations.questions import last_covered, level_of_nobody
from kpidesk.operations.workspace import Workspace, entries, scopes, settings


def add_entry(ws: Workspace, entry: Entry) -> Entry:
    """Keep a value typed in for a scope and period; what was typed in before for them stays readable.

    Raises:
        UserError: the KPI is counted from files, the value is outside its scale, or the evidence is missing.
    """
    kpi = definition_in_force(ws, find_kpi(ws, entry.kpi_id), entry.period)
    if entry.scope.kind in ("unassigned", "role"):
        raise UserError("A value is typed in for somebody.", "Choose the organisation, a team or a rep.")
    kept = replace(entry, kpi_id=kpi.id, evidence=" ".join(entry.evidence.split()), entered_on=ws.today.isoformat())
    check_entry(kpi, kept)
    store.save_entry(ws.db, kept)
    return kept


def add_entry_from(
    ws: Workspace, kpi_id: str, *, scope: str, period: str, value: str, n: str = "", evidence: str = ""
) -> Entry:
    """Keep a value as typed on a command line or in the window; without a period for the last quarter with data.

    Raises:
        UserError: as `add_entry`, or a text cannot be read.
    """
    kpi = find_kpi(ws, kpi_id)
    span = parse_period(period, settings(ws), ws.today) if period.strip() else last_covered(ws, "quarter")
    typed = Entry(kpi.id, scopes(ws).find_scope(scope), span, read_value(ws, kpi, value), evidence, read_answers(n))
    return add_entry(ws, typed)


def read_value(ws: Workspace, kpi: Kpi, text: str) -> float:
    """The value that a text says in the measure of a KPI: "8.6", "85 %", "€1,200".

    Raises:
        UserError: it says none.
    """
    return amount_typed(text, kpi, settings(ws).currency)


def read_answers(text: str) -> float | None:
    """How many answers a text says; None when it is empty.

    Raises:
        UserError: it is no number.
    """
    return parse_amount(plain_text(text, "count", "")) if text.strip() else None


def list_entries(ws: Workspace, kpi_id: str = "", *, replaced: bool = False) -> tuple[Entry, ...]:
    """What is typed in, of one KPI or of all: by KPI, scope and period; with `replaced` what it took the place of too.

    Raises:
        UserError: there is no such KPI.
    """
    wanted = find_kpi(ws, kpi_id).id if kpi_id else ""
    book = entries(ws)
    found = (one for one in book.entries if wanted in ("", one.kpi_id) and (replaced or not one.superseded))
    return tuple(sorted(found, key=lambda one: (one.kpi_id, one.scope, one.period.start, one.period.end)))


def entry_words(ws: Workspace, entry: Entry) -> str:
    """A value typed in as a sentence."""
    kpi = find_kpi(ws, entry.kpi_id)
    value = format_value(entry.value, kpi.display, settings(ws).currency)
    rests = f" from {count_text(entry.n)} {'answer' if entry.n == 1 else 'answers'}" if entry.n is not None else ""
    about = f"{kpi.name}, {entry.scope.key}, {entry.period.label}"
    after = ", replaced since" if entry.superseded else ""
    return f"{about}: {value}{rests}, typed in on {_day(entry)}{after}. Evidence: {entry.evidence}"


def rows_typed(ws: Workspace, kpi: Kpi, asked: Question) -> tuple[Result, tuple[ReceiptRow, ...], float | None]:
    """What a value typed in rests on: its result, the entries, and the value again from those entries alone."""
    known = evaluator(ws, asked.as_of, asked.teams)
    grid = engine.evaluate(
        known, [(kpi, None)], (asked.scope,), (asked.period,), unassigned_level=level_of_nobody(asked)
    )
    result = grid.result(0, 0, 0)
    behind = _behind(known, kpi, asked) if result.value is not None else ()
    total = math.fsum(one.n or 0.0 for one in behind)
    weights = [(one.n or 0.0) / total if len(behind) > 1 and total else 1.0 for one in behind]
    rows = tuple(_row(one, weight, alone=len(behind) == 1) for one, weight in zip(behind, weights, strict=True))
    again = math.fsum(one.value * weight for one, weight in zip(behind, weights, strict=True)) if behind else None
    return replace(result, notices=(*result.notices, *_replaced(ws, known.entries, kpi, asked))), rows, again


def _behind(known: engine.Evaluator, kpi: Kpi, asked: Question) -> tuple[Entry, ...]:
    """The entries that a value comes from: its own, or those of the teams whose mean it is."""
    own = known.entries.entry(kpi.id, asked.scope, asked.period)
    parts = engine.whole_parts(known.entries, kpi, known.facts.crew.organisation, asked.period)
    return parts if own is None else (own,)


def _row(entry: Entry, weight: float, *, alone: bool) -> ReceiptRow:
    """One entry as a row of a receipt: evidence for name, the day it was typed in for file."""
    name = entry.evidence if alone else f"{entry.scope.name}: {entry.evidence}"
    return ReceiptRow(
        deal_id=0, key="", weight=weight, value=entry.value, in_numerator=True, cells={"name": name}, import_id=0,
        file=f"typed in on {_day(entry)}", line=0, valid_from=entry.entered_on,
    )  # fmt: skip


def _replaced(ws: Workspace, book: EntryBook, kpi: Kpi, asked: Question) -> tuple[str, ...]:
    """What was typed in before, newest first."""
    money = settings(ws).currency
    return tuple(
        f"Before it {format_value(one.value, kpi.display, money)}, typed in on {_day(one)}: {one.evidence}"
        for one in reversed(book.replaced(kpi.id, asked.scope, asked.period))
    )


def _day(entry: Entry) -> str:
    return day_text(date.fromisoformat(entry.entered_on))
