"""The code of every number that leaves the app: what was asked and answered, so that it can be proven again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from kpidesk import store
from kpidesk.core.fields import KINDS
from kpidesk.core.kpis import Kpi
from kpidesk.core.parts import UNKNOWN, Part
from kpidesk.core.periods import parse_day, shift, span_period
from kpidesk.core.receipt_codes import (
    DEFINITION_BITS,
    FIELD_BITS,
    KPI_BITS,
    MEMBER_BITS,
    MOST_PARTS,
    VALUE_BITS,
    WORKSPACE_BITS,
    Claim,
    encode,
    mark,
)
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Question, Row
from kpidesk.operations.chosen_by import chosen_numbers
from kpidesk.operations.definition_code import definitions_code
from kpidesk.operations.formulas import definition_in_force
from kpidesk.operations.questions import level_of_nobody
from kpidesk.operations.workspace import Workspace, definitions, settings

if TYPE_CHECKING:
    from kpidesk.core.trends import TrendPoint

WHOLES = ("", "team", "rep")
EMPTY = "(empty)"
"""What the rows of a breakdown are called that have no value."""


def receipt_code(ws: Workspace, kpi: Kpi, asked: Question, result: Result) -> str:
    """The code of a number; empty where it is of no kept KPI, or of nobody who has a number."""
    return coder(ws, asked)(kpi, asked, result)


def by_newest(ws: Workspace, kpi: Kpi, asked: Question) -> Question:
    """The question of a number that is counted as a KPI is defined now, whatever held in its period."""
    if definition_in_force(ws, kpi, asked.period).version == kpi.version:
        return asked
    day = max(ws.today, parse_day(kpi.valid_from)) if kpi.valid_from else ws.today
    return replace(asked, defined=span_period(day, day))


def with_codes(ws: Workspace, asked: Question, rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Rows of a scorecard, each with the code of its number."""
    coded, is_part = coder(ws, asked), asked.by not in WHOLES
    return tuple(replace(row, receipt=coded(row.kpi, question_of(asked, row, is_part), row.result)) for row in rows)


def with_prior_codes(ws: Workspace, asked: Question, rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Rows of whole scopes, each with the code of the number of the period before, by its own definition."""
    coded = coder(ws, asked)
    found = []
    for row in rows:
        before = shift(row.period, -1, settings(ws))
        kpi, question = definition_in_force(ws, row.kpi, before), replace(question_of(asked, row, False), period=before)
        code = coded(kpi, question, row.prior) if row.prior is not None else ""
        found.append(replace(row, prior_receipt=code))
    return tuple(found)


def with_long_code(ws: Workspace, asked: Question, row: Row, over: Result | None) -> Row:
    """A row whose number over a longer time, if it has one, has its code; `over` is that number."""
    long = row.long_question(asked)
    if long is None or over is None or row.long_run is None:
        return row
    return replace(row, long_run=replace(row.long_run, receipt=receipt_code(ws, row.kpi, long, over)))


def points_with_codes(
    ws: Workspace, asked: Question, kpis: tuple[Kpi, ...], points: tuple[TrendPoint, ...]
) -> tuple[TrendPoint, ...]:
    """Points of a trend, each with the code of its number; `kpis` are the definitions in force in their periods."""
    coded = coder(ws, asked)
    return tuple(
        replace(point, receipt=coded(kpi, replace(asked, period=point.period), point.result))
        for kpi, point in zip(kpis, points, strict=True)
    )


def question_of(asked: Question, row: Row, is_part: bool) -> Question:
    """The question of one number on a scorecard."""
    parts = (_part(asked.by, row.member),) if is_part else ()
    return replace(asked, scope=row.scope, period=row.period, periods=1, parts=parts)


def _part(field: str, member: str) -> Part:
    return Part(field, UNKNOWN, "unknown") if member == EMPTY else Part(field, member)


@dataclass(frozen=True, slots=True)
class _Now:
    """What the codes of all numbers have in common that leave a workspace in the state it is in."""

    workspace: int
    imports: int
    log: int


def _now(ws: Workspace) -> _Now:
    return _Now(workspace_mark(ws), store.newest_import(ws.db), store.log_mark(ws.db))


def workspace_mark(ws: Workspace) -> int:
    """By which the codes of a workspace are told from those of others."""
    return mark(ws.db.workspace_id, WORKSPACE_BITS)


def _is_no_kpi(kpi: Kpi) -> bool:
    """Whether it is a number of a page that is none of a KPI."""
    from kpidesk.operations.page_numbers import page_numbers

    return kpi.id in page_numbers()


def coder(ws: Workspace, asked: Question) -> Callable[[Kpi, Question, Result], str]:
    """What makes the codes of many numbers of one answer."""
    now = ws.remember("receipt codes", lambda: _now(ws))
    kept, known = definitions(ws), known_day(ws, asked.as_of)

    def coded(kpi: Kpi, one: Question, result: Result) -> str:
        if not (kpi.id in kept or _is_no_kpi(kpi)) or one.scope.kind == "role" or one.where:
            return ""
        period = one.period
        return encode(Claim(
            workspace=now.workspace, kpi=mark(kpi.id, KPI_BITS), version=kpi.version,
            scope_kind=one.scope.kind, scope_id=one.scope.id,
            grain=period.grain, start=period.start, end=period.last_day if period.grain == "span" else None,
            known=one.as_of if kpi.is_manual else known, imports=now.imports, log=now.log,
            definition=definition_mark(ws, kpi, one), value=value_mark(result),
            today_teams=one.teams == "today",
            nobody_is_a_rep=one.scope.kind == "unassigned" and level_of_nobody(one) == "rep",
            parts=tuple(part_mark(part) for part in one.parts[:MOST_PARTS]),
            chosen=chosen_numbers(ws, one, one.parts[:MOST_PARTS]),
        ))  # fmt: skip

    return coded


def part_mark(part: Part) -> tuple[int, int]:
    """By which one part of a breakdown is told from others."""
    value = {"unknown": "", "rest": "\n".join((part.label, *sorted(part.listed)))}.get(part.kind, part.label)
    return mark(part.field, FIELD_BITS), mark(value, MEMBER_BITS)


def known_day(ws: Workspace, as_of: date | None) -> date | None:
    """The newest data date of anything imported, up to `as_of`; None without any."""
    days = ws.remember("every data date", lambda: {day for kind in KINDS for _, day in store.data_dates(ws.db, kind)})
    return max((day for day in days if as_of is None or day <= as_of), default=None)


def definition_mark(ws: Workspace, kpi: Kpi, asked: Question) -> int:
    """By which one way of counting a KPI is told from another."""
    return mark(definitions_code(ws, (kpi,), asked.defined_in), DEFINITION_BITS)


def value_mark(result: Result) -> int:
    """By which a number with its sample is told from another; what differs by rounding alone is the same."""
    parts = (result.value, result.n, result.numerator, result.denominator, *(result.likely or ()))
    return mark("|".join("" if one is None else f"{one + 0.0:.9g}" for one in parts), VALUE_BITS)
