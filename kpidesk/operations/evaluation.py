"""Numbers: scorecard, matrix, trend, and any formula, for a scope in a period."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from kpidesk import engine
from kpidesk.core.fields import Kind
from kpidesk.core.goals import Baseline
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period, is_running, run_of, shift
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Landing, Matrix, Question, Row, Scorecard
from kpidesk.core.status import Due
from kpidesk.language import Formula
from kpidesk.operations.applying import applied, changed_since, held, why_no_quota
from kpidesk.operations.breaks import definition_breaks
from kpidesk.operations.definition_code import definitions_code
from kpidesk.operations.due import dues
from kpidesk.operations.ended_columns import ended_words
from kpidesk.operations.evaluators import as_known, evaluator
from kpidesk.operations.formulas import (
    check_columns,
    chosen_kpis,
    definition_in_force,
    find_kpi,
    formula_texts,
    formula_then,
    kpi_asked,
    read_formula,
)
from kpidesk.operations.long_run import Window, windows
from kpidesk.operations.moved import with_moved
from kpidesk.operations.numbers_over_time import Past, numbers_over_time
from kpidesk.operations.questions import members_of, periods_of
from kpidesk.operations.ramp import moved_notices, part_time_notices, ramp_notices, ramping
from kpidesk.operations.receipt_code import points_with_codes, with_codes, with_long_code
from kpidesk.operations.set_later import aimed_later, set_later, shown_later
from kpidesk.operations.shown import Shown, make_row, point_of, trend_notices, trend_sentence
from kpidesk.operations.sources import DEALS, kinds_behind, oldest_of, sources_of
from kpidesk.operations.split_fields import split_field
from kpidesk.operations.won_value import with_won_alone
from kpidesk.operations.workspace import Workspace, data_date, goals, settings, view_notices

if TYPE_CHECKING:
    from kpidesk.core.trends import Trend, TrendPoint

SPARK_PERIODS = 13


def scorecard(ws: Workspace, question: Question, kpi_ids: tuple[str, ...] = ()) -> Scorecard:
    """The KPIs of a scope in a period, each with goals, status, history and the text as shown.

    As of a past day what was set after it is left out, and the notices say how much that is.
    """
    then = as_known(ws, question.as_of, question.teams)
    card = _card(then, question, chosen_kpis(then, kpi_ids, question.scope, question.period, by=question.by))
    later = (*set_later(ws, then, question, card.rows), *(() if kpi_ids else shown_later(ws, then, question)))
    return replace(card, notices=(*later, *card.notices)) if later else card


def evaluate(ws: Workspace, formula: str, question: Question) -> Scorecard:
    """What a formula comes to, as a scorecard of one nameless KPI.

    Raises:
        UserError: the formula is wrong; the place and the nearest names are given.
    """
    ws = as_known(ws, question.as_of, question.teams)
    texts = formula_texts(ws, question.period)
    checked = check_columns(ws, read_formula(ws, formula, texts))
    return _card(ws, question, (kpi_asked(ws, checked, question.period),))


def _card(ws: Workspace, question: Question, kpis: tuple[Kpi, ...]) -> Scorecard:
    known = data_date(ws, question.as_of)
    by_field = question.by not in ("", "team", "rep")
    field = split_field(ws, kpis, question) if by_field else question.by
    rows = _field_rows(ws, question, kpis, field) if by_field else _member_rows(ws, question, kpis)
    formulas = _formulas(ws, kpis, question.period)
    compared = members_of(ws, question) if question.by == "rep" or question.scope.kind == "rep" else ()
    return Scorecard(
        question=question,
        as_of=known,
        running=is_running(question.period, known, ws.today),
        rows=with_codes(ws, replace(question, by=field), rows),
        notices=(
            *view_notices(ws, question.as_of, question.teams),
            *moved_notices(ws, question, compared if question.by == "rep" else ()),
            *ramp_notices(ws, question, compared),
            *part_time_notices(ws, question, compared),
            *ended_words(ws, filter(None, formulas), question.as_of, (field,)),
            *_shared_notices(rows),
        ),
        title=f"{scope_name(ws, question.scope)} · {question.period.label}",
        age_days=(ws.today - known).days if known else None,
        sources=sources_of(ws, question.as_of, _kinds(formulas)),
        currency=settings(ws).currency,
        definitions=definitions_code(ws, kpis, question.period),
        ramping=_ramping(ws, question, compared),
    )


def _formulas(ws: Workspace, kpis: tuple[Kpi, ...], period: Period) -> list[Formula | None]:
    """The formulas of KPIs as defined in a period, but of those that are typed in; None for one that is built in."""
    counted = [definition_in_force(ws, kpi, period) for kpi in kpis if not kpi.is_manual]
    return [formula_then(ws, version, period) for version in counted]


def _kinds(formulas: Iterable[Formula | None]) -> frozenset[Kind]:
    """The kinds of record that KPIs are counted from."""
    found = [kinds_behind(one.tables) if one is not None else DEALS for one in formulas]
    return frozenset().union(*found)


def _shared_notices(rows: tuple[Row, ...]) -> tuple[str, ...]:
    """What is true of every row that has a value is said once, above them."""
    noted = [set(row.result.notices) for row in rows if row.result.value is not None]
    common = set.intersection(*noted) if len(noted) > 1 else set()
    return tuple(note for note in (rows[0].result.notices if rows else ()) if note in common)


def scope_name(ws: Workspace, scope: Scope) -> str:
    """A scope as a person reads it."""
    return {"org": settings(ws).organisation, "unassigned": "Unassigned"}.get(scope.kind, scope.name)


def _member_rows(ws: Workspace, asked: Question, kpis: tuple[Kpi, ...]) -> tuple[Row, ...]:
    members, shown = members_of(ws, asked), periods_of(ws, asked)
    length = max(SPARK_PERIODS, len(shown) + 1) if len(members) == 1 else len(shown) + 1
    history = run_of(asked.period, length, settings(ws))
    grid = numbers_over_time(ws, asked, kpis, members, history)
    longer, paced = windows(ws, asked, kpis, members, shown), [dues(ws, asked, kpis, members, one) for one in shown]
    found = []
    for k, kpi in enumerate(kpis):
        for s, member in enumerate(members):
            gaps = frozenset(p for p in range(length) if grid.starts_inside(k, p))
            past = Past(history, tuple(grid.result(k, s, p) for p in range(length)), gaps)
            for at in range(len(shown)):
                window, due = longer.get((k, s, at)), paced[at].get((k, s))
                row = _row(ws, asked, kpi, member, past.without_last(len(shown) - 1 - at), window, due)
                found.append(with_long_code(ws, asked, row, window.result if window is not None else None))
    return tuple(found)


def _row(
    ws: Workspace,
    asked: Question,
    kpi: Kpi,
    member: Scope,
    past: Past,
    window: Window | None = None,
    due: Due | None = None,
) -> Row:
    """One row with its history: the last number of `past`, held against its goals."""
    book, period, result = goals(ws), past.periods[-1], past.results[-1]
    version = _marked(kpi, definition_in_force(ws, kpi, period))
    holds = applied(ws, version, member, period, asked.as_of, asked.teams)
    result = with_won_alone(ws, asked, version, member, period, result)
    result = with_moved(ws, asked, version, member, period, result)
    shown = _shown(ws, asked, version, member, period, result)
    return make_row(
        replace(
            shown,
            prior=past.results[-2] if len(past.results) > 1 else None,
            spark=past.points(shown.known, shown.today),
            baseline=book.baseline(kpi.id, member, period),
            target=holds.target if holds else None,
            target_why=holds.why if holds else why_no_quota(ws, version, member, period, asked.as_of, asked.teams),
            changed=changed_since(book, holds) if holds else None,
            due=due,
            landing=_landing(ws, asked, version, member, period, result=past.results[-1], target=holds is not None),
            window=window,
        )
    )


def _shown(ws: Workspace, asked: Question, kpi: Kpi, scope: Scope, period: Period, result: Result) -> Shown:
    """A number with what is known of its data, by the definition that it is counted by; no goal is asked for."""
    kinds = _kinds(_formulas(ws, (kpi,), period))
    return Shown(
        kpi=kpi,
        member=scope.key,
        scope=scope,
        period=period,
        result=result,
        known=data_date(ws, asked.as_of),
        oldest=oldest_of(ws, asked.as_of, kinds),
        today=ws.today,
        sources=sources_of(ws, asked.as_of, kinds),
        settings=settings(ws),
        name=scope_name(ws, scope),
    )


def _landing(
    ws: Workspace, asked: Question, kpi: Kpi, member: Scope, period: Period, *, result: Result, target: bool
) -> Landing | None:
    """Where the forecast sees bookings with a target end, which it is asked for nothing else."""
    if kpi.id != engine.QUOTA or not target or result.value is None or asked.where:
        return None
    from kpidesk.operations.landing import landing  # it loads every method of the forecast

    return landing(ws, replace(asked, scope=member, period=period))


def _field_rows(ws: Workspace, asked: Question, kpis: tuple[Kpi, ...], field: str) -> tuple[Row, ...]:
    """One row per value of a field, the empty one included, so that parts add up to the whole."""
    known = evaluator(ws, asked.as_of, asked.teams)
    found = []
    for kpi in kpis:
        for period in periods_of(ws, asked):
            version = definition_in_force(ws, kpi, period)
            formula = formula_then(ws, version, period)
            if formula is None:
                continue
            parts = engine.breakdown(known, version, formula, field, asked.scope, period)
            for label, result in parts:
                shown = _shown(ws, asked, _marked(kpi, version), asked.scope, period, result)
                name = label or "(empty)"
                found.append(make_row(replace(shown, member=name, name=name)))
    return tuple(found)


def _marked(kpi: Kpi, version: Kpi) -> Kpi:
    """A version of a KPI as it is shown: where the KPI is out of use by now, its name says so."""
    return replace(version, status="retired", name=f"{version.name} (retired)") if kpi.status == "retired" else version


def matrix(ws: Workspace, question: Question, kpi_ids: tuple[str, ...] = ()) -> Matrix:
    """Reps of a scope against KPIs, without any named those in use for reps, then Unassigned and the whole scope."""
    now, ws = ws, as_known(ws, question.as_of, question.teams)
    asked = replace(question, by="rep", periods=1)
    kpis = chosen_kpis(ws, kpi_ids, question.scope, question.period, by="rep")
    members = members_of(ws, asked)
    if question.scope not in members:
        members = (*members, question.scope)
    history = (shift(question.period, -1, settings(ws)), question.period)
    grid = numbers_over_time(ws, asked, kpis, members, history)
    longer, paced = windows(ws, asked, kpis, members, (asked.period,)), dues(ws, asked, kpis, members, asked.period)
    cells = tuple(
        tuple(
            _row(
                ws,
                asked,
                kpi,
                member,
                Past(history, (grid.result(k, s, 0), grid.result(k, s, 1))),
                longer.get((k, s, 0)),
                paced.get((k, s)),
            )
            for k, kpi in enumerate(kpis)
        )
        for s, member in enumerate(members)
    )
    return Matrix(
        question, tuple(_marked(kpi, kpi) for kpi in kpis), members, cells, _ramping(ws, asked, members),
        (*set_later(now, ws, asked, [row for one in cells for row in one]), *view_notices(ws, asked.as_of, asked.teams),
         *moved_notices(ws, asked, members), *ramp_notices(ws, asked, members),
         *part_time_notices(ws, asked, members),
         *ended_words(ws, filter(None, _formulas(ws, kpis, asked.period)), asked.as_of)),
    )  # fmt: skip


def _ramping(ws: Workspace, asked: Question, members: tuple[Scope, ...]) -> tuple[Scope, ...]:
    found = {person.id for person in ramping(ws, asked, members)}
    return tuple(one for one in members if one.kind == "rep" and one.id in found)


def trend(ws: Workspace, kpi_id: str, question: Question, periods: int = SPARK_PERIODS) -> Trend:
    """One KPI over the periods that end with the one asked for; goals as they were in force in each."""
    from kpidesk.core.trends import Trend

    now, ws = ws, as_known(ws, question.as_of, question.teams)
    kpi = definition_in_force(ws, find_kpi(ws, kpi_id), question.period)
    history = run_of(question.period, periods, settings(ws))
    known = data_date(ws, question.as_of)
    grid = numbers_over_time(ws, question, (kpi,), (question.scope,), history)
    book = goals(ws)
    versions = tuple(definition_in_force(ws, kpi, period) for period in history)
    aims = tuple(held(ws, kpi.id, question.scope, period, question.as_of, question.teams) for period in history)
    points: tuple[TrendPoint, ...] = tuple(
        point_of(versions[p], period, grid.result(0, 0, p), aims[p],
                 known=known, today=ws.today, starts_inside=grid.starts_inside(0, p), settings=settings(ws),
                 no_target="" if aims[p] else
                 why_no_quota(ws, kpi, question.scope, period, question.as_of, question.teams))
        for p, period in enumerate(history)
    )  # fmt: skip
    name = scope_name(ws, question.scope)
    breaks = definition_breaks(ws, kpi, history)
    base = book.baseline(kpi.id, question.scope, question.period) or _newest_baseline(ws, kpi, question)
    return Trend(
        question=question,
        kpi=kpi,
        points=points_with_codes(ws, question, versions, points),
        baseline=base,
        as_of=known,
        sentence=trend_sentence(kpi, name, points, base, settings(ws), known),
        title=f"{kpi.name} · {name}",
        notices=(
            *aimed_later(now, ws, question, kpi, history),
            *view_notices(ws, question.as_of, question.teams),
            *(f"{one.words}." for one in breaks),
            *trend_notices(points),
        ),
        currency=settings(ws).currency,
        breaks=breaks,
        definitions=definitions_code(ws, (kpi,), question.period),
    )


def _newest_baseline(ws: Workspace, kpi: Kpi, asked: Question) -> Baseline | None:
    """The newest baseline of the scope up to the period asked for: a quarter's is no month's."""
    found = [
        one
        for one in goals(ws).baselines
        if one.kpi_id == kpi.id
        and one.scope == asked.scope
        and one.period.grain == asked.period.grain
        and one.period.start <= asked.period.start
    ]
    return max(found, key=lambda one: one.period.start, default=None)
