"""What became of the KPIs of an initiative: before and after, with a control where there is one."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from statistics import stdev

import numpy as np

from kpidesk import engine
from kpidesk.core.formats import day_text, format_change
from kpidesk.core.initiatives import VERDICT_WORDS, Cell, Expected, Initiative, KpiReadout, Readout, Verdict
from kpidesk.core.kpis import Kpi
from kpidesk.core.periods import Period, span_period
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Question
from kpidesk.operations.before_after import (
    LEAST_WEEKS,
    LONGEST,
    MEANS,
    SHORTEST,
    Side,
    as_shown,
    beside,
    cell,
    change_text,
    contrast,
    finite_interval,
    has_too_few,
    is_better,
    is_relative,
    known_value,
    of_rows,
    result_before,
    weeks_of,
    with_range,
)
from kpidesk.operations.evaluators import as_known, evaluator
from kpidesk.operations.formulas import find_kpi, formula_then
from kpidesk.operations.initiatives import is_inside_control
from kpidesk.operations.receipt_code import by_newest, receipt_code
from kpidesk.operations.workspace import Workspace, data_date, settings
from kpidesk.stats.behaviour import periods_to_show
from kpidesk.stats.changes import LEAST_ROWS
from kpidesk.stats.contrasts import Bounded
from kpidesk.stats.power import needed_n, periods_for_count, reach

PART_OF_IT = "What it was to be compared with has people of its own in it, so it is left out."
_NEVER = 100 * LONGEST


def readout(ws: Workspace, initiative: Initiative, as_of: date | None = None) -> Readout:
    """What became of the KPIs of an initiative, up to the newest data or its end.

    Before and after are windows of the same number of days, a year at most. Counts and money are compared as a
    relative change, rates and times as a difference; what happened to the control scope is taken off.
    """
    ws = as_known(ws, as_of)
    if is_inside_control(ws, initiative):  # kept by a version that did not refuse it
        alone = readout(ws, replace(initiative, control=None), as_of)
        return replace(alone, initiative=initiative, words=f"{alone.words} {PART_OF_IT}")
    known = data_date(ws, as_of)
    windows = _windows(initiative, known)
    if windows is None:
        words = f"It begins on {day_text(initiative.start)}: no day of it is in the data yet."
        return Readout(initiative, known, None, None, (), words)
    before, after = windows
    found = tuple(_kpi_readout(ws, initiative, one, before, after, as_of) for one in initiative.kpis)
    return Readout(initiative, known, before, after, found, _words(initiative, found, after))


def _windows(one: Initiative, known: date | None) -> tuple[Period, Period] | None:
    """The days before the start and from it on, as many of each; None where no day from it on is over in the data."""
    if known is None:
        return None
    days = min((min(one.end or known, known) - one.start).days, LONGEST)
    if days < 1:
        return None
    reach_back = one.start - timedelta(days=days)
    last = timedelta(days=1)
    return span_period(reach_back, one.start - last), span_period(one.start, one.start + timedelta(days=days) - last)


def _kpi_readout(
    ws: Workspace, initiative: Initiative, expected: Expected, before: Period, after: Period, as_of: date | None
) -> KpiReadout:  # fmt: skip
    kpi = find_kpi(ws, expected.kpi_id)
    defined = by_newest(ws, kpi, Question(after, initiative.scope, as_of=as_of)).defined_in
    asked, others = (
        [Question(window, scope or initiative.scope, as_of=as_of, defined=defined) for window in (before, after)]
        for scope in (initiative.scope, initiative.control)
    )
    sides = _sides(ws, kpi, [asked, others] if initiative.control else [asked])
    mine, control = sides[0], sides[1] if len(sides) > 1 else None
    change = _change(kpi, mine, control)
    tell_on = _tell_on(kpi, expected.change, mine, before.days, initiative.start)
    verdict = _verdict(ws, kpi, initiative, mine, change, tell_on, (after, data_date(ws, as_of) or after.end))
    made = KpiReadout(
        kpi=kpi,
        expected=expected.change,
        before=_told(ws, kpi, asked[0], mine.before),
        after=_told(ws, kpi, asked[1], mine.after),
        control_before=_told(ws, kpi, others[0], control.before) if control else None,
        control_after=_told(ws, kpi, others[1], control.after) if control else None,
        change=known_value(change.value) if change else None,
        interval=finite_interval(change),
        change_text=change_text(ws, kpi, change),
        verdict=verdict,
        better=is_better(kpi, change) if change is not None and verdict == "changed" else None,
        tell_on=tell_on,
        finding="",
        words="",
        before_points=tuple(known_value(one) for one in mine.weeks_before),
        after_points=tuple(known_value(one) for one in mine.weeks_after),
        defined=defined,
    )
    said = of_rows(kpi, mine, settings(ws).currency) if control is None else None
    few = has_too_few(ws, kpi, mine)
    made = replace(made, finding=_finding(made, initiative, said.words if said is not None else "", few=few))
    return replace(made, words=_sentence(made))


def _told(ws: Workspace, kpi: Kpi, asked: Question, result: Result) -> Cell:
    """A result with its texts and its code; none for what has no value."""
    return replace(cell(ws, kpi, result), receipt="" if result.value is None else receipt_code(ws, kpi, asked, result))


def _sides(ws: Workspace, kpi: Kpi, asked: Sequence[Sequence[Question]]) -> list[Side]:
    """The initiative's scope, then the control, each before and after and week by week, by one definition."""
    members, (before, after) = [one.scope for one, _ in asked], (one.period for one in asked[0])
    as_of, formula = asked[0][0].as_of, formula_then(ws, kpi, asked[0][0].defined_in)
    weeks = [*weeks_of(before, from_end=True), *weeks_of(after, from_end=False)]
    grid = engine.evaluate(
        evaluator(ws, as_of), [(kpi, formula)], members, [before, after, *weeks], unassigned_level="team"
    )
    half = 2 + len(weeks) // 2
    values = np.where(grid.inside[0], np.nan, grid.value[0])
    found = []
    for s, questions in enumerate(asked):
        first, second = (
            with_range(ws, kpi, formula, question, result)
            for question, result in zip(questions, (result_before(grid, s, 0), grid.result(0, s, 1)), strict=True)
        )
        found.append(Side(first, second, tuple(values[s, 2:half].tolist()), tuple(values[s, half:].tolist())))
    return found


def _change(kpi: Kpi, mine: Side, control: Side | None) -> Bounded | None:
    """After against before, less the same of the control; None where an interval is missing."""
    return as_shown(kpi, contrast(kpi, mine) if control is None else beside(kpi, mine, control))


def _tell_on(kpi: Kpi, expected: float | None, side: Side, days: int, start: date) -> date | None:
    """From which day on a change as large as expected could be told four times out of five; None where unknown."""
    before = side.before.value
    if expected is None or before is None or not before:
        return None
    needed: float | None = None
    aim = before * (1 + expected)
    if kpi.is_rate and side.before.n > 0:
        rows = needed_n(before, aim) if 0 <= aim <= 1 else None
        needed = None if rows is None else rows / (max(side.before.n, side.after.n) / days)
    elif kpi.kpi_class in ("flow_count", "distinct"):
        windows = periods_for_count(before, aim)
        needed = None if windows is None else windows * days
    elif kpi.kpi_class == "flow_money":
        known = [one for one in (*side.weeks_before, *side.weeks_after) if math.isfinite(one)]
        if len(known) >= LEAST_WEEKS:
            weeks = periods_to_show(stdev(known), (aim - before) / days * 7, reach())
            needed = None if weeks is None else 7 * weeks
    if needed is None or needed > _NEVER:
        return None
    return start + timedelta(days=max(math.ceil(needed), SHORTEST))


def _verdict(
    ws: Workspace, kpi: Kpi, initiative: Initiative, side: Side, change: Bounded | None, tell_on: date | None,
    at: tuple[Period, date],
) -> Verdict:  # fmt: skip
    after, known = at
    goes_on = initiative.end is None or initiative.end > known
    if after.days < SHORTEST or has_too_few(ws, kpi, side):
        return "too early" if goes_on else "cannot tell"
    if change is not None and change.excludes_zero:
        return "changed"
    is_early = tell_on is not None and known < tell_on <= initiative.start + timedelta(days=LONGEST)
    return "too early" if is_early and goes_on else "cannot tell"


# --- words ---------------------------------------------------------------------------------------------------------


def _finding(one: KpiReadout, initiative: Initiative, said: str, *, few: bool) -> str:
    """What came out, in one or two sentences; `few`: there are too few rows to tell any change from luck.

    `said` is what a scorecard says of the same two numbers, where the same test judges them.
    """
    if one.before.value is None or one.after.value is None:
        return f"Cannot be compared: {one.after.reason or one.before.reason or 'no value'}."
    control = initiative.control
    name = "" if control is None else "Unassigned" if control.kind == "unassigned" else control.name
    against = f"Beside {name or 'the organisation'}" if control is not None else "Change"
    told = f"{against}: {one.change_text}. " if one.change_text else ""
    return f"{told}{_verdict_words(one, initiative.start, said, few=few)}."


BY_WEEKS = ", by how much its weeks differ"
"""By what money is judged here; on a scorecard it is held against past periods, which may say otherwise."""


def _verdict_words(one: KpiReadout, start: date, said: str, *, few: bool) -> str:
    by = BY_WEEKS if one.kpi.kpi_class == "flow_money" and one.before.value and one.after.value else ""
    if one.verdict == "changed":
        side = "" if one.better is None else ", for the better" if one.better else ", for the worse"
        return f"{said.removesuffix('.') or f'More than luck explains{by}'}{side}"
    is_small = one.tell_on is not None and one.tell_on > start + timedelta(days=LONGEST)
    little = f"{format_change(one.expected)} is too little to show within a year" if is_small else ""
    if one.verdict == "too early":
        if little or one.tell_on is None:
            return "Too early to say" + (f"; {little}, a larger change may show sooner" if little else "")
        return f"Too early: it can be told from about {day_text(one.tell_on)}"
    if not one.change_text:
        if one.kpi.kpi_class in MEANS and min(one.before.n, one.after.n) < LEAST_ROWS:
            return "Too few to be compared"
        if is_relative(one.kpi) and one.control_before and one.control_before.value == 0:
            return "Before it there was nothing of what it is compared with, so no growth can be set beside it"
        if is_relative(one.kpi) and one.control_after and one.control_after.value == 0:
            return "Nothing is left of what it is compared with, so no growth can be set beside it"
        if is_relative(one.kpi) and not one.before.value and not one.after.value:
            return "There was none before and none after: too few for a change to be told from luck"
        return "No range can be given for such a number"
    if few or (one.interval is not None and not one.interval[0] <= 0 <= one.interval[1]):
        return "Too few rows, or days, for that to be told from luck"
    return f"This could be luck{by}" + (f", and {little}" if little else "")


def _sentence(one: KpiReadout) -> str:
    return f"{one.kpi.name}: {one.before.text} before, {one.after.text} after. {one.finding}"


def _words(initiative: Initiative, found: Sequence[KpiReadout], after: Period) -> str:
    """The whole initiative in one sentence."""
    counted = Counter(one.verdict for one in found)
    parts = [f"{counted[verdict]} {verdict}" for verdict in VERDICT_WORDS if counted[verdict]]
    days = "1 day" if after.days == 1 else f"{after.days} days"
    alone = "" if initiative.control else " Nothing is compared beside it: a season could be the cause as well."
    return f"After {days}: {', '.join(parts)}.{alone}"
