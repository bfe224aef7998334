"""Coaching goals: made with a frozen start value, read again on their day, judged by the test of initiatives."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta
from statistics import stdev

import numpy as np

from kpidesk import engine, store
from kpidesk.core.coaching_goals import (
    CoachingGoal,
    GoalReadout,
    GoalStart,
    GoalVerdict,
    check_goal,
)
from kpidesk.core.errors import UserError
from kpidesk.core.formats import day_text, fixed, format_value, sample_text
from kpidesk.core.kpis import MONEY_UNITS, Kpi
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period, span_period
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Question
from kpidesk.language.errors import FormulaError
from kpidesk.operations.before_after import (
    LEAST_WEEKS,
    LONGEST,
    SHORTEST,
    Side,
    as_shown,
    cell,
    change_text,
    contrast,
    finite_interval,
    has_too_few,
    is_better,
    known_value,
    result_before,
    weeks_of,
    with_range,
)
from kpidesk.operations.definition_code import definitions_code
from kpidesk.operations.evaluators import as_known, evaluator, is_known
from kpidesk.operations.formulas import find_kpi, formula_of, row_noun
from kpidesk.operations.receipt_code import receipt_code
from kpidesk.operations.workspace import Workspace, data_date, scopes, settings, stamp
from kpidesk.stats.contrasts import Bounded
from kpidesk.stats.intervals import z_value
from kpidesk.stats.power import noticeable, noticeable_count, reach

USUAL_DAYS = 91
"""Days until a goal is looked at again where nobody says: a quarter."""
_ONE_DAY = timedelta(days=1)


def coaching_goals(
    ws: Workspace, scope: Scope | None = None, as_of: date | None = None, *, dropped: bool = False, judged: bool = True
) -> tuple[CoachingGoal, ...]:
    """The coaching goals of one rep or of all, oldest first; those that were dropped or judged where asked for.

    As of a past day they are those made by then, also those that were dropped later.
    """
    then = as_known(ws, as_of)
    over = store.judged_goal_ids(ws.db) if not judged else frozenset()
    made = (one for one in store.load_coaching_goals(ws.db, scope) if is_known(then, one.made_at))
    found = (one for one in made if dropped or not one.dropped_at or not is_known(then, one.dropped_at))
    return tuple(one for one in found if one.id not in over)


def find_coaching_goal(ws: Workspace, number: int) -> CoachingGoal:
    """A coaching goal by its number.

    Raises:
        UserError: there is none.
    """
    found = next((one for one in store.load_coaching_goals(ws.db) if one.id == number), None)
    if found is None:
        raise UserError(f"There is no coaching goal {number}.", "Choose one from the list.")
    return found


def draft_coaching_goal(
    ws: Workspace, scope: Scope, kpi_id: str, *, text: str = "", due: date | None = None,
    expected: float | None = None, review_id: int = 0,
) -> CoachingGoal:  # fmt: skip
    """A coaching goal as it would be made, with its start value; nothing is kept.

    The start value is that of the days up to the newest data, as many as are left until the day on which it is looked
    at again, so that both values are of equally many days.

    Raises:
        UserError: the scope is no rep, the KPI has no value for them, or the day is too near or too far.
    """
    _check_rep(ws, scope)
    kpi, known = find_kpi(ws, kpi_id), data_date(ws)
    if known is None:
        raise UserError("There are no data to start from.", "Import an export first.")
    first = known + _ONE_DAY
    again = due or first + timedelta(days=USUAL_DAYS)
    _check_day(again, first)
    shown = span_period(first - (again - first), known)
    start = GoalStart(kpi, Result(None, 0.0), (), "", "", "", known)
    goal = CoachingGoal(0, scope, kpi.id, " ".join(text.split()), shown, start, again, expected, made_in=review_id)
    check_goal(goal, shortest=SHORTEST, longest=LONGEST)
    return replace(goal, start=_start(ws, goal, known))


def _check_day(again: date, first: date) -> None:
    if again <= first:
        raise UserError(f"{day_text(again)} is not after the newest data.", f"Name a day after {day_text(first)}.")
    latest = first + timedelta(days=LONGEST)
    if again > latest:
        raise UserError(f"{day_text(again)} is too far away.", f"Name a day up to {day_text(latest)}.")


def _check_rep(ws: Workspace, scope: Scope) -> None:
    if scope.kind != "rep" or scope.id not in {one.id for one in scopes(ws).people}:
        raise UserError(f"A coaching goal is for a rep, not for '{scope.key}'.", "Name one, for example rep:Ann Lee.")


def _start(ws: Workspace, goal: CoachingGoal, known: date) -> GoalStart:
    kpi = goal.start.kpi
    result, weeks = _measured(ws, goal, goal.period, from_end=True)
    if result.value is None:
        raise UserError(f"'{kpi.name}' has no value for {goal.scope.name} in {goal.period.label}.",
                        f"{result.reason or 'No data'}: choose another KPI or a later day.")  # fmt: skip
    told = cell(ws, kpi, result)
    code = definitions_code(ws, (kpi,), span_period(known, known))
    receipt = _receipt(ws, goal, goal.period, result)
    return GoalStart(kpi, result, weeks, told.text, told.sample, code, known, settings(ws).currency, receipt)


def _receipt(ws: Workspace, goal: CoachingGoal, window: Period, result: Result) -> str:
    """The code of a number of a goal, which counts by the definition of its start."""
    made = span_period(goal.start.as_of, goal.start.as_of)
    return receipt_code(ws, goal.start.kpi, Question(window, goal.scope, as_of=ws.known_on, defined=made), result)


def save_coaching_goal(ws: Workspace, goal: CoachingGoal) -> CoachingGoal:
    """Keep a drafted coaching goal; its start value does not change any more.

    Raises:
        UserError: as for `draft_coaching_goal`, or the workspace cannot be written.
    """
    check_goal(goal, shortest=SHORTEST, longest=LONGEST)
    return find_coaching_goal(ws, store.save_coaching_goal(ws.db, replace(goal, made_at=stamp(ws))))


def drop_coaching_goal(ws: Workspace, number: int, *, back: bool = False) -> CoachingGoal:
    """Put a coaching goal aside; it stays readable. With `back` it is taken up again.

    Raises:
        UserError: there is no such goal.
    """
    find_coaching_goal(ws, number)
    store.drop_coaching_goal(ws.db, number, back=back)
    return find_coaching_goal(ws, number)


def goals_to_show(ws: Workspace, scope: Scope, review_id: int = 0) -> tuple[GoalReadout, ...]:
    """The coaching goals of a rep that a meeting shows: neither dropped nor judged by a meeting before."""
    return tuple(goal_readout(ws, one) for one in store.unjudged_goals(ws.db, scope, review_id))


def goal_readout(ws: Workspace, goal: CoachingGoal, as_of: date | None = None) -> GoalReadout:
    """What became of a coaching goal up to the newest data (as of a day), or up to its day once the data reach that.

    Before its day it is too early; on its day the two values are compared once, by the definition of the start.
    """
    then = as_known(ws, as_of)
    return then.remember(("coaching goal", goal), lambda: _readout(then, goal))


def _readout(ws: Workspace, goal: CoachingGoal) -> GoalReadout:
    known, kpi = data_date(ws, ws.known_on), goal.start.kpi
    reached, note = goal_reach(goal), _note(ws, goal)
    after = _after(goal, known)
    if after is None:
        finding = f"Too early: no day of it is in the data yet, look again on {day_text(goal.due)}."
        return GoalReadout(goal, known, None, None, None, None, "", "too early", finding, reached, note)
    result, weeks = _measured(ws, goal, after, from_end=False)
    side = Side(goal.start.result, result, _floats(goal.start.weeks), _floats(weeks))
    is_over = after.end == goal.due
    change = as_shown(kpi, contrast(kpi, side)) if is_over and not _is_recounted(ws, goal) else None
    verdict = _verdict(ws, kpi, side, change, is_over=is_over)
    return GoalReadout(
        goal=goal,
        as_of=known,
        after=after,
        now=replace(cell(ws, kpi, result), receipt=_receipt(ws, goal, after, result)),
        change=known_value(change.value) if change else None,
        interval=finite_interval(change),
        change_text=change_text(ws, kpi, change),
        verdict=verdict,
        finding=_finding(ws, goal, side, change, verdict),
        reach=reached,
        note=note,
    )


def _after(goal: CoachingGoal, known: date | None) -> Period | None:
    """The days from the start on up to the newest data, at most up to the day of the goal."""
    first = goal.start.as_of + _ONE_DAY
    if known is None or known < first:
        return None
    return span_period(first, min(known, goal.due - _ONE_DAY))


def _floats(weeks: tuple[float | None, ...]) -> tuple[float, ...]:
    return tuple(math.nan if one is None else one for one in weeks)


def _measured(
    ws: Workspace, goal: CoachingGoal, window: Period, *, from_end: bool
) -> tuple[Result, tuple[float | None, ...]]:
    """The KPI as it was defined at the start, in a window and week by week."""
    kpi = goal.start.kpi
    made = span_period(goal.start.as_of, goal.start.as_of)
    try:
        formula = formula_of(ws, kpi, made)
    except FormulaError:
        return Result(None, 0.0, reason="what it is counted from is defined otherwise today"), ()
    weeks = weeks_of(window, from_end=from_end)
    # a number that somebody typed or that has no formula is asked like any other
    known = evaluator(ws, ws.known_on)
    grid = engine.evaluate(known, [(kpi, formula)], [goal.scope], [window, *weeks], unassigned_level="team")
    values = np.where(grid.inside[0], np.nan, grid.value[0])[0, 1:]
    whole = with_range(ws, kpi, formula, Question(window, goal.scope, as_of=ws.known_on), result_before(grid, 0, 0))
    return whole, tuple(known_value(one) for one in values.tolist())


def _verdict(ws: Workspace, kpi: Kpi, side: Side, change: Bounded | None, *, is_over: bool) -> GoalVerdict:
    if not is_over:
        return "too early"
    if has_too_few(ws, kpi, side) or change is None or not change.excludes_zero:
        return "cannot tell"
    better = is_better(kpi, change)
    return "changed" if better is None else "better" if better else "worse"


def _is_recounted(ws: Workspace, goal: CoachingGoal) -> bool:
    """Whether money is counted in another currency than at the start, so that the two cannot be compared."""
    start = goal.start
    return start.kpi.unit in MONEY_UNITS and start.currency not in ("", settings(ws).currency)


# --- words ---------------------------------------------------------------------------------------------------------


def _finding(ws: Workspace, goal: CoachingGoal, side: Side, change: Bounded | None, verdict: GoalVerdict) -> str:
    kpi = goal.start.kpi
    if verdict == "too early":
        return f"Too early: look again on {day_text(goal.due)}."
    if _is_recounted(ws, goal):
        return f"Not distinguishable: the start is in {goal.start.currency}, amounts are counted otherwise today."
    if side.after.value is None:
        return f"Not distinguishable: {side.after.reason or 'no later value'}."
    if has_too_few(ws, kpi, side):
        return "Not distinguishable: too few to be compared."
    if change is None:
        return "Not distinguishable: no range can be given for such a number."
    told = f"Change {change_text(ws, kpi, change)}."
    words: dict[GoalVerdict, str] = {
        "better": "Changed for the better, more than luck explains.",
        "worse": "Changed for the worse, more than luck explains.",
        "changed": "Changed, more than luck explains.",
    }
    return f"{told} {words.get(verdict, 'Not distinguishable: luck alone could bring as much.')}"


def _note(ws: Workspace, goal: CoachingGoal) -> str:
    """That the KPI is defined otherwise today than at the start, by whose definition both values are."""
    today = span_period(ws.today, ws.today)
    try:
        kpi = find_kpi(ws, goal.kpi_id)
    except UserError:
        return "The KPI is no longer kept; both values are by the definition of the start."
    if definitions_code(ws, (kpi,), today) == goal.start.code:
        return ""
    return "The definition has changed since; both values are by the one of the start."


def goal_reach(goal: CoachingGoal) -> str:
    """Which changes the records of so many days can show; empty where that is not known.

    "With about 20 deals in 91 days only a change of more than 25 points would show."
    """
    kpi, result, days = goal.start.kpi, goal.start.result, goal.period.days
    rows = sample_text(round(result.n) if result.n >= 1 else result.n, None, row_noun(kpi))
    about = f"about {rows} in {days} days"
    shown = _reach(goal)
    if shown is None:
        return f"With {about} no change could be told from luck." if kpi.is_rate and result.value is not None else ""
    return f"With {about} only a change of more than {shown} would show."


def _reach(goal: CoachingGoal) -> str | None:
    """The smallest change that two windows like the first tell from luck four times out of five."""
    kpi, result = goal.start.kpi, goal.start.result
    value = result.value
    if value is None:
        return None
    if kpi.is_rate:
        seen = noticeable(value, result.n, kpi.direction)
        return None if seen is None else f"{fixed(abs(seen - value) * 100, 0)} points"
    if kpi.kpi_class in ("flow_count", "distinct"):
        count = noticeable_count(value, kpi.direction)
        return None if count is None or not value else _share(count / value - 1)
    weeks = [one for one in goal.start.weeks if one is not None]
    if kpi.kpi_class == "flow_money" and len(weeks) >= LEAST_WEEKS and value:
        spread = stdev(weeks) * math.sqrt(2 * len(weeks)) * reach()
        return _share(spread / value)
    if result.interval is not None:
        error = (result.interval[1] - result.interval[0]) / 2 / z_value()
        return format_value(error * math.sqrt(2) * reach(), kpi.unit)
    return None


def _share(change: float) -> str:
    """A relative change without its sign, in whole percent: "35%"."""
    return f"{fixed(abs(change) * 100, 0)}%"
