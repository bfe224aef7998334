"""What a look at a past day leaves out, because it was set after it: said in one sentence, with how much it is."""

from __future__ import annotations

from collections.abc import Sequence

from kpidesk.core.formats import day_text
from kpidesk.core.kpis import Kpi
from kpidesk.core.periods import Period
from kpidesk.core.scorecards import Question, Row
from kpidesk.core.wording import counted, listed
from kpidesk.operations.applying import applied, holder
from kpidesk.operations.formulas import chosen_kpis, definition_in_force
from kpidesk.operations.workspace import Workspace, definitions, goals


def set_later(ws: Workspace, then: Workspace, asked: Question, rows: Sequence[Row]) -> tuple[str, ...]:
    """Which goals and definitions of the rows shown differ today from those of the day; nothing where none does.

    `ws` has what is set now, `then` what had been set by the day asked for.
    """
    if ws is then or asked.as_of is None:
        return ()
    whole = [row for row in rows if row.member == row.scope.key]
    return _said(asked, [
        _counted(sum(_has_target_later(ws, asked, row) for row in whole), "target"),
        _counted(sum(_has_baseline_later(ws, row) for row in whole), "baseline"),
        _counted(len({row.kpi.id for row in rows if _is_redefined(ws, row)}), "definition"),
    ])  # fmt: skip


def aimed_later(
    ws: Workspace, then: Workspace, asked: Question, kpi: Kpi, periods: Sequence[Period]
) -> tuple[str, ...]:  # fmt: skip
    """How many targets of a KPI in some periods differ today from those of the day."""
    if ws is then:
        return ()
    now, known = (holder(one, asked.as_of, asked.teams) for one in (ws, then))
    count = sum(now(kpi.id, asked.scope, one) != known(kpi.id, asked.scope, one) for one in periods)
    return _said(asked, [_counted(count, "target")])


def shown_later(ws: Workspace, then: Workspace, asked: Question) -> tuple[str, ...]:
    """How many KPIs are in use today that were not on the day, so that no row tells of them."""
    if ws is then or asked.as_of is None:
        return ()
    before = {kpi.id for kpi in chosen_kpis(then, (), asked.scope, asked.period, by=asked.by)}
    new = [kpi for kpi in chosen_kpis(ws, (), asked.scope, asked.period, by=asked.by) if kpi.id not in before]
    if not new:
        return ()
    many = f"{_counted(len(new), 'KPI')} {'have' if len(new) > 1 else 'has'}"
    return (f"{many} come into use after {day_text(asked.as_of)} and {'are' if len(new) > 1 else 'is'} left out.",)


def _has_target_later(ws: Workspace, asked: Question, row: Row) -> bool:
    kpi = definitions(ws).get(row.kpi.id)
    now = applied(ws, kpi, row.scope, row.period, asked.as_of, asked.teams) if kpi is not None else None
    return (now.target if now is not None else None) != row.target


def _has_baseline_later(ws: Workspace, row: Row) -> bool:
    return goals(ws).baseline(row.kpi.id, row.scope, row.period) != row.baseline


def _is_redefined(ws: Workspace, row: Row) -> bool:
    kpi = definitions(ws).get(row.kpi.id)
    return kpi is not None and definition_in_force(ws, kpi, row.period).measured != row.kpi.measured


def _counted(count: int, noun: str) -> str:
    return counted(count, noun) if count else ""


def _said(asked: Question, counts: Sequence[str]) -> tuple[str, ...]:
    told = [one for one in counts if one]
    if not told or asked.as_of is None:
        return ()
    verb = "is" if len(told) == 1 and told[0].startswith("1 ") else "are"
    return (f"Left out {verb} {listed(told)} set or changed after {day_text(asked.as_of)}.",)
