"""The SQL of a KPI: one statement over the tables of the workspace that gives the number that is shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import pairwise
from math import isclose

import numpy as np

from kpidesk import engine, store
from kpidesk.core.calendars import place_of, year_start
from kpidesk.core.errors import UserError
from kpidesk.core.fields import FIELD_BY_NAME, KIND_OF_RECORD, Field, Kind
from kpidesk.core.formats import day_text
from kpidesk.core.kpis import Kpi
from kpidesk.core.parts import Part, part_words
from kpidesk.core.people import Organisation
from kpidesk.core.progress import finish
from kpidesk.core.records import minor_digits
from kpidesk.core.scorecards import Question
from kpidesk.engine.days import NO_DAY, Context, day_number, day_of, earlier, windows_of
from kpidesk.engine.history import NO_AMOUNT
from kpidesk.engine.money import Exchange
from kpidesk.engine.stage_limits import limits_told
from kpidesk.language import TABLES, Formula, narrowed
from kpidesk.language.sql import (
    Asked,
    Calendar,
    Known,
    Limits,
    Past,
    RateSpan,
    cannot,
    fields_needed,
    links_sql,
    lowered,
    statement,
)
from kpidesk.language.tree import AsOf, GoalRef, Leaf
from kpidesk.language.walk import every
from kpidesk.operations.applying import applied
from kpidesk.operations.evaluators import as_known, data_limit, evaluator
from kpidesk.operations.formulas import definition_in_force, find_kpi, formula_of
from kpidesk.operations.questions import level_of_nobody
from kpidesk.operations.workspace import Workspace, data_date, definitions, goals, settings

FOREVER = "9999-12-31"
YEARS_AHEAD = 20
"""For how many years beyond the newest data a deal may be planned to close."""
_OF_HISTORY = frozenset(("push_count", "stage_entered_at", "created_amount"))


def kpi_sql(ws: Workspace, kpi_id: str, question: Question, dialect: str = "sqlite") -> str:
    """The statement that gives a KPI for a scope in a period, to be run on the workspace itself.

    Its one row holds `value`, where the KPI is a division `numerator` and `denominator`, and `n`.

    Raises:
        UserError: there is no such KPI, or it cannot be said in SQL over this workspace; it says why.
    """
    ws = as_known(ws, question.as_of)
    if dialect != "sqlite":
        raise UserError(f"The SQL is not tested on {dialect} yet.", "Leave out --dialect: SQLite runs it.")
    kpi = definition_in_force(ws, find_kpi(ws, kpi_id), question.defined_in)
    formula = formula_of(ws, kpi, question.defined_in)
    if kpi.is_manual:
        raise UserError(f"'{kpi.name}' is typed in and has no formula.", "See what was typed in with `value list`.")
    if formula is None:
        raise UserError(f"'{kpi.name}' is built in and has no formula.", "Look at the KPIs it is made of.")
    formula = narrowed(formula, question.where)
    return formula_sql(ws, _of_parts(ws, kpi, formula, question), replace(question, parts=(), where=""), kpi.name)


def _of_parts(ws: Workspace, kpi: Kpi, formula: Formula, asked: Question) -> Formula:
    """A formula held to the rows of one cell of a breakdown, by conditions that come to the number of that cell."""
    if not asked.parts:
        return formula
    held = formula
    for part in asked.parts:
        held = narrowed(held, _condition(part))
    known, level = evaluator(ws, asked.as_of), level_of_nobody(asked)
    cell, same = (
        engine.behind(known, kpi, one, asked.scope, asked.period, unassigned_level=level, parts=parts).result.value
        for one, parts in ((formula, asked.parts), (held, ()))
    )
    if cell != same and (cell is None or same is None or not isclose(cell, same, rel_tol=1e-9)):
        raise cannot(f"no condition tells the rows of '{part_words(asked.parts)}' from all others")
    return held


def _condition(part: Part) -> str:
    """What the rows of a part have in common, as a condition."""
    if part.kind == "rest" or (":" in part.field and not part.field.startswith(engine.CUSTOM)):
        raise cannot(f"no condition tells the rows of '{part.label}' from all others")
    field = f"`{part.field.removeprefix(engine.CUSTOM)}`" if part.field.startswith(engine.CUSTOM) else part.field
    label = part.label.replace("'", "''")
    return f"{field} is empty" if part.kind == "unknown" else f"{field} = '{label}'"


def formula_sql(ws: Workspace, formula: Formula, question: Question, name: str) -> str:
    """The statement that gives a formula for a scope in a period; `name` is what its heading calls it.

    Raises:
        UserError: it cannot be said in SQL over this workspace; it says why.
    """
    _refuse_views(question)
    unmapped = sorted((table, name) for table, name in formula.fields if name.startswith(engine.CUSTOM))
    headers = [name.removeprefix(engine.CUSTOM) for _, name in unmapped]
    for (table, _), header in zip(unmapped, headers, strict=True):
        if table != "deals" or "." in header:
            raise cannot(f"it reads the column '{header}', which is mapped to no field")
    if evaluator(ws, question.as_of).facts.tables.has("quotas") and _reads_quotas(formula):
        raise cannot("quotas were imported, and they stand in for targets that nobody set")
    if _reads_inherited(ws, formula, question):
        raise cannot("the target was set for a role or a whole, and a statement reads what was set for a scope itself")
    if _goals_differ(ws, question.as_of, formula):
        raise cannot("a goal that it reads was set or changed after that day")
    known = data_date(ws, question.as_of)
    day = f", by the data of {day_text(known)}" if known else ""
    asked = Asked(question.period, question.scope, by_rep=level_of_nobody(question) == "rep")
    scope = question.scope.name or question.scope.kind
    words = ws.remember(("words of sql", question.as_of, *headers), lambda: _known(ws, question.as_of, headers))
    return statement(formula, asked, words, f"{name} · {scope} · {question.period.label}{day}")


def _reads_quotas(formula: Formula) -> bool:
    goals = (one for one in every(formula.tree) if isinstance(one, GoalRef))
    return ("people", "quota") in formula.fields or any(one.tier == "target" for one in goals)


def _reads_inherited(ws: Workspace, formula: Formula, question: Question) -> bool:
    """Whether a goal that the formula reads is one that a scope has from a role or from a whole."""
    if ("people", "quota") in formula.fields and goals(ws).roles(engine.QUOTA, question.period):
        return True
    return any(_is_inherited(ws, ref, question) for ref in every(formula.tree) if isinstance(ref, GoalRef))


def _is_inherited(ws: Workspace, ref: GoalRef, question: Question) -> bool:
    kpi = definitions(ws).get(ref.kpi_id)
    found = applied(ws, kpi, question.scope, question.period) if kpi and ref.tier != "baseline" else None
    return found is not None and found.inherited


def _refuse_views(question: Question) -> None:
    """Refuse what a statement over the tables as they are does not see."""
    if question.periods > 1 or question.by not in ("", "team", "rep"):
        raise UserError("A statement gives one number.", "Name its scope, its period and a condition on its rows.")
    if question.teams != "as-was":
        raise UserError("The SQL counts for the teams people were in.", "Leave out --teams today.")


def _goals_differ(ws: Workspace, as_of: date | None, formula: Formula) -> bool:
    """Whether the goals that a formula reads are others on a past day than the tables hold now."""
    reads = ("people", "quota") in formula.fields or any(isinstance(one, GoalRef) for one in every(formula.tree))
    return as_of is not None and reads and goals(ws) != store.load_goals(ws.db)


def _past(ws: Workspace, as_of: date | None) -> Past | None:
    """Up to which day the data are read, and what was known otherwise of deals that are in no later file."""
    day = data_limit(ws, as_of)
    if day is None:
        return None
    then, limit = store.missing_on(ws.db, day).tolist(), day.isoformat()
    missing: list[tuple[int, str | None]] = []
    for deal, now in finish(store.read_sql(ws.db, "SELECT id, missing_from FROM deals", limit=None, seconds=30.0)).rows:
        number = int(deal or 0)
        was = day_of(then[number]).isoformat() if then[number] != NO_DAY else None
        if was != (now if now is not None and str(now) <= limit else None):
            missing.append((number, was))
    return Past(day, tuple(missing))


def _known(ws: Workspace, as_of: date | None, headers: Iterable[str]) -> Known:
    facts, own = evaluator(ws, as_of).facts, settings(ws)
    curation = facts.curation
    texts = {text for _, text in curation.terms.values()} | set(curation.account_names.values())
    texts.update(*(store.custom_column(ws.db, "deals", header)[0] for header in headers))
    people = facts.crew.organisation
    texts |= {
        text for person in people.people for text in (person.name, person.role, *(one.word for one in person.roles))
    }
    texts |= {team.name for team in people.teams}
    spelt: dict[str, list[str]] = defaultdict(list)
    for text in sorted(texts):
        spelt[text.casefold()].append(text)

    def spellings(word: str) -> tuple[str, ...]:
        same = spelt.get(word.casefold(), [])
        return () if all(lowered(one) == lowered(word) for one in same) else tuple(same)

    return Known(
        settings=own,
        calendar=Calendar(
            earlier=lambda period, span: earlier(period, span, own),
            first_day=lambda asked: day_of(windows_of(_context(asked), own, facts.known_day)[0].start),
            end_day=lambda asked: day_of(windows_of(_context(asked), own, facts.known_day)[0].end),
        ),
        refusal=lambda leaf, asked: next(_refusals(ws, as_of, leaf, asked), ""),
        spellings=spellings,
        limits=lambda day: _limits(facts, day),
        is_plain=all(text.casefold() == lowered(text) for text in texts),
        foreign=tuple(facts.exchange.places),
        rates=tuple(_spans(facts.exchange)),
        fiscal_years=tuple(_fiscal_years(facts)) if own.rate_basis == "fixed" else (),
        roles=tuple(_roles(people)),
        past=_past(ws, as_of),
    )


def _limits(facts: engine.Facts, day: date) -> Limits:
    told, others = limits_told(facts, min(day_number(day), facts.newest_data))
    return Limits(
        tuple((one.stage, one.pipeline, one.word, one.limit.days, one.limit.n) for one in told), tuple(others.items())
    )


def _roles(organisation: Organisation) -> Iterator[tuple[int, str, str]]:
    """Person, first day and role of everybody whose role has changed; the first from ever."""
    for person in organisation.people:
        for place, one in enumerate(person.roles):
            yield person.id, one.start.isoformat() if place else "", one.word


def _context(asked: Asked) -> Context:
    return Context((asked.period,), asked.how, asked.span, asked.edge, wide=False)


def _refusals(ws: Workspace, as_of: date | None, leaf: Leaf, asked: Asked) -> Iterator[str]:
    """Why a measure of this workspace cannot be said, the first reason first."""
    known = evaluator(ws, as_of)
    if leaf.table in ("stage_visits", "capacity"):
        return  # the language says why
    if known.facts.past.begins != NO_DAY and _rests_on_history(leaf):
        yield "the history of stages that was imported tells of the past between the files"
    needed = fields_needed([leaf])
    if known.facts.exchange.places:
        yield from _money_refused(known.facts, needed)
    if unlinked := _linked_otherwise(ws, needed):
        yield f"which {unlinked} is meant is found by more than its id"
    if "kind" in needed.get("surveys", ()) and not known.facts.tables.gives("surveys", "kind"):
        yield "no answer names its survey, so that it is told from the scores"
    if leaf.table == "movements" and not known.facts.tables.has("movements"):
        yield "the movements of revenue are told from subscriptions"
    telling = leaf if leaf.aggregate in ("count", "sum", "count_distinct") else replace(leaf, aggregate="sum")
    answer = known.answer(telling, _context(asked))
    if np.isnan(answer.value[0, 0]):
        yield known.memory.reasons.texts[int(answer.why[0, 0])] or "it has no value"


def _rests_on_history(leaf: Leaf) -> bool:
    if leaf.table == "deals" and isinstance(leaf.dated, AsOf):
        return True
    return bool(fields_needed([leaf]).get("deals", frozenset()) & _OF_HISTORY)


def _reads_money(table: str, names: Iterable[str]) -> bool:
    fields = (TABLES[table].fields.get(name) for name in names)
    return any(one is not None and one.kind == "money" for one in fields)


def _spans(exchange: Exchange) -> Iterator[RateSpan]:
    """The rates of every other currency, each until the next one begins, in minor units on both sides."""
    for term, (starts, first) in exchange.places.items():
        shift = Fraction(10) ** (minor_digits(exchange.own) - minor_digits(exchange.codes[term]))
        days = [day_of(int(start)).isoformat() for start in starts]
        for at, (since, until) in enumerate(pairwise((*days, FOREVER))):
            factor = exchange.steps[first + at].rate * shift
            yield RateSpan(term, since, until, factor.numerator, factor.denominator)


def _money_refused(facts: engine.Facts, needed: dict[str, frozenset[str]]) -> Iterator[str]:
    """Why amounts cannot be converted in SQL: they are of other records, or too long for its whole numbers."""
    tables = sorted(table for table, names in needed.items() if _reads_money(table, names))
    for table in tables:
        if table != "deals":
            yield f"amounts of {TABLES[table].noun} in other currencies are converted at the rates of their days"
    if tables and not _fits(facts):
        yield "amounts in other currencies have more digits than SQLite multiplies exactly"


def _fits(facts: engine.Facts) -> bool:
    """Whether the amounts of deals times any rate stay whole numbers of SQLite."""
    fields = (one.name for one in FIELD_BY_NAME["deals"].values() if one.kind == "money")
    amounts = (facts.columns[name] for name in fields if name in facts.columns)
    most = max((int(np.abs(one[one != NO_AMOUNT]).max(initial=0)) for one in amounts), default=0)
    return all(most * one.above < 2**63 and one.below < 2**62 for one in _spans(facts.exchange))


def _fiscal_years(facts: engine.Facts) -> Iterator[str]:
    """The first days of the fiscal years from the first rate on until well after the newest data."""
    starts = [int(days[0]) for days, _ in facts.exchange.places.values() if len(days)]
    if starts:
        calendar = facts.exchange.calendar
        first, last = (place_of(calendar, day_of(day))[0] for day in (min(starts), max(*starts, facts.newest_data)))
        yield from (year_start(calendar, year).isoformat() for year in range(first, last + YEARS_AHEAD))


def _linked_otherwise(ws: Workspace, needed: dict[str, frozenset[str]]) -> str:
    """What is referred to in another way than by its id; nothing when all of it is."""
    for table, names in needed.items():
        for field in FIELD_BY_NAME[engine.KIND_OF[table]].values():
            if field.to is not None and field.name in names and not _is_linked_by_id(ws, engine.KIND_OF[table], field):
                return KIND_OF_RECORD[field.to].one
    return ""


def _is_linked_by_id(ws: Workspace, kind: Kind, field: Field) -> bool:
    def compared() -> bool:
        sql = links_sql(field.name, field.to or kind)
        rows = finish(store.read_sql(ws.db, sql, limit=None, seconds=30.0)).rows
        told = {term: record for term, record in rows if record is not None}
        return told == store.load_links(ws.db, kind).get(field.name, {})

    return ws.remember(("linked by id", kind, field.name), compared)
