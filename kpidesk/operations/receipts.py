"""The rows behind a number, the proof that they reproduce it, and the rows that it leaves out."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from kpidesk import engine
from kpidesk.core.errors import UserError
from kpidesk.core.kpis import Kpi
from kpidesk.core.receipts import LeftOut, Listing, Receipt
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Question
from kpidesk.core.value_beside import value_beside
from kpidesk.language import Formula, narrowed
from kpidesk.operations.applying import applied
from kpidesk.operations.entries import rows_typed
from kpidesk.operations.evaluators import as_known, evaluator
from kpidesk.operations.formulas import BUILT_IN_TABLES, definition_in_force, formula_of, row_noun
from kpidesk.operations.kpis import words_of
from kpidesk.operations.made_of import MadeOf
from kpidesk.operations.page_numbers import find_number, is_made_of_numbers, page_numbers
from kpidesk.operations.presence import as_there
from kpidesk.operations.questions import level_of_nobody
from kpidesk.operations.receipt_code import receipt_code
from kpidesk.operations.receipt_middle import middle_parts
from kpidesk.operations.receipt_quotas import quotas_behind
from kpidesk.operations.receipt_rows import columns_behind, imports_behind, listing, listing_left_out, listing_people
from kpidesk.operations.receipt_stood import tells_history
from kpidesk.operations.receipt_words import credit_words
from kpidesk.operations.sources import DEALS, kinds_behind, oldest_of, sources_of
from kpidesk.operations.workspace import Workspace, data_date, settings, view_notices


def rows(ws: Workspace, kpi_id: str, question: Question, *, first: int | None = None) -> Receipt:
    """Every row behind a KPI's value for a scope in a period: for a ratio those of the denominator.

    With `first` only so many, and the rest counted.

    Raises:
        UserError: no such KPI, or the part of it that is asked for has no row.
    """
    ws = as_known(ws, question.as_of, question.teams)
    return receipt_of(ws, definition_in_force(ws, find_number(ws, kpi_id), question.defined_in), question, first=first)


def receipt_of(ws: Workspace, kpi: Kpi, question: Question, *, first: int | None = None) -> Receipt:
    """Every row behind the value of a KPI by exactly this definition; with `first` only so many, and the rest counted.

    Raises:
        UserError: the KPIs it refers to were defined otherwise then, or the part of it that is asked for has no row.
    """
    if kpi.is_manual:
        result, typed, again = rows_typed(ws, kpi, question)
        return _receipt(ws, kpi, question, Told(result, Listing(typed, ("name",)), again))
    formula = formula_of(ws, kpi, question.defined_in)
    if formula is not None:
        formula = narrowed(formula, question.where)
    return _receipt(ws, kpi, question, _told(ws, kpi, formula, question, first), formula)


@dataclass(frozen=True, slots=True)
class Told:
    """What stands behind a number: its rows with the columns that say something, what they come to, its measures.

    `more` counts the rows that are not among them, `imports` are those that showed any row, `is_shared` says whether
    some rows belong to several people. `read` are the fields by which rows count, `tells_history` says whether a
    history of stages tells how any row stood. `made_of` is set for a number that is made of others.
    """

    result: Result
    listing: Listing
    reproduced: float | None
    parts: tuple[tuple[str, float | None], ...] = ()
    more: int = 0
    imports: tuple[int, ...] = ()
    is_shared: bool = False
    read: tuple[str, ...] = ()
    tells_history: bool = False
    made_of: MadeOf | None = None


def _told(ws: Workspace, kpi: Kpi, formula: Formula | None, asked: Question, first: int | None) -> Told:
    if is_made_of_numbers(kpi):
        from kpidesk.operations.page_number_rows import made_of_numbers  # as above

        made = made_of_numbers(ws, kpi, asked)
        return Told(made.result, made.listing, made.reproduced, made.parts, made_of=made)
    found = behind_of(ws, kpi, formula, asked)
    if found is None:
        known, level = evaluator(ws, asked.as_of, asked.teams), level_of_nobody(asked)
        people = engine.people_behind(known, kpi, formula, asked.scope, asked.period, unassigned_level=level)
        result = as_there(ws, asked, people.result)
        return Told(result, listing_people(ws, people, asked), people.reproduced if result.value is not None else None)
    count = len(found.value_ids) if first is None else min(first, len(found.value_ids))
    more = len(found.value_ids) - count
    shown = engine.rows_at(found, np.arange(count)) if more else found
    listed = listing(ws, shown, asked.as_of)
    if more:
        listed = replace(listed, columns=columns_behind(ws, found, listed.columns))
    imports = imports_behind(ws, found, asked.as_of) if more else _imports_of(listed)
    parts = found.parts or middle_parts(ws, formula, found, asked.as_of)
    result = as_there(ws, asked, found.result)
    again = found.reproduced if result.value is not None else None
    is_shared = bool((found.weights != 1).any())
    return Told(result, listed, again, parts, more, imports, is_shared, found.read, tells_history(found))


def _imports_of(listed: Listing) -> tuple[int, ...]:
    told = (row.history.import_id for row in listed.rows if row.history is not None)
    return tuple({*(row.import_id for row in listed.rows), *told})


def behind_of(ws: Workspace, kpi: Kpi, formula: Formula | None, asked: Question) -> engine.Behind | None:
    """The rows behind a number as the engine has them, those asked for last remembered; None where people stand there.

    `formula` is narrowed already to the condition of the question.
    """
    if not _rests_on_records(kpi, formula):
        return None
    last = ws.remember("rows looked at last", dict[object, engine.Behind])
    key = (kpi.measured, kpi.builtin, kpi.kpi_class, asked)
    if key not in last:
        last.clear()
        last[key] = _behind(ws, kpi, formula, asked)
    return last[key]


def _rests_on_records(kpi: Kpi, formula: Formula | None) -> bool:
    if kpi.id in page_numbers():
        return not is_made_of_numbers(kpi)
    return kpi.builtin == "hygiene_share" or (formula is not None and bool(formula.tables - {"people"}))


def _behind(ws: Workspace, kpi: Kpi, formula: Formula | None, asked: Question) -> engine.Behind:
    known, level = evaluator(ws, asked.as_of, asked.teams), level_of_nobody(asked)
    if kpi.id in page_numbers():
        from kpidesk.operations.page_number_rows import behind_page_number  # no KPI waits for these

        return behind_page_number(ws, kpi, asked)
    if formula is None:
        return engine.behind_order(known, kpi, asked.scope, asked.period, unassigned_level=level)
    return engine.behind(known, kpi, formula, asked.scope, asked.period, unassigned_level=level, parts=asked.parts)


def _receipt(ws: Workspace, kpi: Kpi, asked: Question, told: Told, formula: Formula | None = None) -> Receipt:
    result, money, listed = told.result, settings(ws).currency, told.listing.rows
    kinds = kinds_behind(formula.tables if formula is not None else BUILT_IN_TABLES.get(kpi.builtin, ()))
    held = applied(ws, kpi, asked.scope, asked.period, asked.as_of, asked.teams) if not asked.parts else None
    oldest, target = oldest_of(ws, asked.as_of, kinds), held.target if held is not None else None
    made = told.made_of or MadeOf(result, told.listing, told.reproduced)
    return Receipt(
        question=asked,
        kpi=kpi,
        result=result,
        value_text=made.value_text or value_beside(result.value, target, kpi.display, money, result.n),
        words=made.words or words_of(ws, kpi, asked.defined_in),
        rows=listed,
        columns=told.listing.columns,
        reproduced=told.reproduced,
        reproduces=_same(result.value, told.reproduced) and _same_ends(result.likely, made.likely),
        parts=told.parts,
        as_of=data_date(ws, asked.as_of),
        definition_version=kpi.version,
        import_ids=tuple(sorted(set(told.imports) - {0})),
        notices=(*view_notices(ws, asked.as_of, asked.teams), *result.notices),
        code=receipt_code(ws, kpi, asked, result),
        currency=money,
        noun=made.noun or row_noun(kpi),
        credit=credit_words(formula, asked.teams, is_shared=told.is_shared) if formula is not None else "",
        target=target,
        target_why=held.why if held is not None else "",
        sources=() if kpi.is_manual else sources_of(ws, asked.as_of, kinds or DEALS),
        more=told.more,
        against=quotas_behind(ws, kpi, formula, asked),
        read=told.read,
        tells_history=told.tells_history,
        likely_again=made.likely,
        age_days=(ws.today - oldest).days if oldest is not None and not kpi.is_manual else None,
    )


def left_out(
    ws: Workspace, kpi_id: str, question: Question, *, with_rows: bool = False, first: int | None = None
) -> tuple[LeftOut, ...]:
    """The rows that come near a number but do not count, by the reason, the reason with most rows last.

    With `first` only so many for each reason are listed, and all are counted. Of a part of a number those of this part.
    Nothing for what is typed in or made of the numbers of people.

    Raises:
        UserError: there is no such KPI.
    """
    ws = as_known(ws, question.as_of, question.teams)
    found = _left_out(ws, kpi_id, question)
    return tuple(
        LeftOut(
            one.reason, len(one.value_ids), listing_left_out(ws, one, question.as_of, first) if with_rows else None
        )
        for one in found
    )  # fmt: skip


def left_out_rows(ws: Workspace, kpi_id: str, question: Question, reason: str) -> Listing:
    """The rows that a number leaves out for one reason.

    Raises:
        UserError: there is no such KPI, or no row is left out for this reason.
    """
    ws = as_known(ws, question.as_of, question.teams)
    for one in _left_out(ws, kpi_id, question):
        if one.reason == reason:
            return listing_left_out(ws, one, question.as_of)
    raise UserError(f"No row is left out because of '{reason}'.", "Open the number again.")


def _left_out(ws: Workspace, kpi_id: str, asked: Question) -> tuple[engine.LeftOut, ...]:
    return ws.remember(("left out", kpi_id, asked), lambda: _found_left_out(ws, kpi_id, asked))


def _found_left_out(ws: Workspace, kpi_id: str, asked: Question) -> tuple[engine.LeftOut, ...]:
    kpi = definition_in_force(ws, find_number(ws, kpi_id), asked.defined_in)
    formula = None if kpi.is_manual or kpi.builtin else formula_of(ws, kpi, asked.defined_in)
    if formula is None:
        return ()
    known = evaluator(ws, asked.as_of, asked.teams)
    formula = narrowed(formula, asked.where)
    level = level_of_nobody(asked)
    found = engine.left_out(known, formula, asked.scope, asked.period, unassigned_level=level, parts=asked.parts)
    return tuple(sorted(found, key=lambda one: len(one.value_ids)))


def _same(shown: float | None, again: float | None) -> bool:
    if shown is None or again is None:
        return shown is again
    return math.isclose(shown, again, rel_tol=1e-9, abs_tol=1e-9)


def _same_ends(shown: tuple[float, float] | None, again: tuple[float, float] | None) -> bool:
    if shown is None or again is None:
        return shown is again
    return all(_same(one, other) for one, other in zip(shown, again, strict=True))
