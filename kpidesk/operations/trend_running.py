"""The period that is not over: the one before by the same working day, where it is heading, what is still needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from kpidesk import engine
from kpidesk.core.formats import count_text, format_interval, format_value, whole_percent
from kpidesk.core.kpis import Kpi
from kpidesk.core.periods import Period, shift, span_period
from kpidesk.core.scorecards import Landing
from kpidesk.core.trend_parts import Elapsed, Running
from kpidesk.core.trends import Trend
from kpidesk.operations.due import ONE_DAY, Calendar, Past, calendar_of, due_of, past_of
from kpidesk.operations.evaluators import evaluator
from kpidesk.operations.formulas import formula_then
from kpidesk.operations.landing import landing
from kpidesk.operations.overlapping import overlaps
from kpidesk.operations.receipt_code import receipt_code
from kpidesk.operations.workspace import Workspace, settings
from kpidesk.stats.pace import BASIS_WORDS, PROJECTION_FROM, Pace
from kpidesk.stats.projecting import Outlook, outlook


def running_of(ws: Workspace, shown: Trend) -> Running | None:
    """What there is to say of the newest period of a trend while it is not over; None where it is, or has no value."""
    at = len(shown.points) - 1
    known = shown.as_of
    if known is None or at < 0 or not shown.points[at].partial or known < shown.points[at].period.start:
        return None
    point = shown.points[at]
    if point.result.value is None or shown.kpi.builtin:
        return None
    calendar = calendar_of(ws, shown.question.as_of)
    total, gone = calendar.days(point.period), calendar.gone(point.period, known + ONE_DAY)
    elapsed = _elapsed(ws, shown, calendar, gone)
    found = _outlook(ws, shown, calendar, known) if shown.kpi.prorated else None
    target, landed = point.target, _landing(ws, shown)
    left = total - gone  # with no day left it is heading for nothing but what it has
    middle, low, high = _ends(found, landed) if left else (None, None, None)
    return Running(
        at=at,
        share=found.share if found is not None else gone / total if total else 1.0,
        basis=BASIS_WORDS[found.basis] if found is not None else BASIS_WORDS["business"],
        days_gone=gone,
        days_left=left,
        point=middle,
        low=low,
        high=high,
        required=found.required_per_day if found is not None and shown.kpi.direction != "lower" else None,
        elapsed=elapsed,
        words=tuple(_words(shown, elapsed, found, target, left, landed)),
    )


def _landing(ws: Workspace, shown: Trend) -> Landing | None:
    """The forecast, where the trend is what it is about and another method than the pace of the past stands for it."""
    if shown.kpi.id != engine.QUOTA:
        return None
    found = landing(ws, shown.question)
    return found if found is not None and found.method != "share" else None


def _ends(found: Outlook | None, landed: Landing | None) -> tuple[float | None, float | None, float | None]:
    """Middle and range of what the period comes to."""
    if landed is not None:
        return landed.point, landed.low, landed.high
    made = found.projection if found is not None else None
    return (made.shown, made.low, made.high) if made is not None else (None, None, None)


def _elapsed(ws: Workspace, shown: Trend, calendar: Calendar, gone: int) -> Elapsed | None:
    """What the period before had come to by the same working day.

    None for what is followed up long after its period, as cohorts are, and before the first working day is over.
    """
    kpi, point = shown.kpi, shown.points[-1]
    before = shift(point.period, -1, settings(ws))
    days = calendar.worked(before)
    if kpi.kpi_class == "cohort" or not gone or not days:
        return None
    until = days[min(gone, len(days)) - 1] if gone < len(days) else before.last_day
    grid = _measured(ws, shown, kpi, [span_period(before.start, until)])
    if grid is None or grid.starts_inside(0, 0):
        return None
    found = grid.result(0, 0, 0)
    if found.value is None:
        return None
    then = replace(shown.question, period=span_period(before.start, until), periods=1, defined=shown.question.period)
    text = format_value(found.value, kpi.display, shown.currency, found.n)
    return Elapsed(before, until, found.value, text, receipt_code(ws, kpi, then, found))


def _measured(ws: Workspace, shown: Trend, kpi: Kpi, spans: Sequence[Period]) -> engine.Grid | None:
    asked = shown.question
    formula = formula_then(ws, kpi, asked.period)
    if formula is None or not spans:
        return None
    return engine.evaluate(evaluator(ws, asked.as_of, asked.teams), [(kpi, formula)], (asked.scope,), tuple(spans))


def _outlook(ws: Workspace, shown: Trend, calendar: Calendar, known: date) -> Outlook | None:
    """Where a count or an amount of money is heading; None for points that share rows, whose past tells nothing."""
    point, kpi, asked = shown.points[-1], shown.kpi, shown.question
    formula = formula_then(ws, kpi, point.period)
    if formula is None or overlaps(kpi, formula) or point.result.value is None:
        return None
    past = past_of(ws, asked, (kpi,), (asked.scope,), point.period).get((0, 0), Past())
    due, shares = due_of(ws, asked, point.period, kpi.pace, past), past.shares
    pace = Pace(due.share, due.basis, calendar.gone(point.period, known + ONE_DAY), calendar.days(point.period))
    found = outlook(
        point.result.value, pace, shares or (), target=point.target, counted=kpi.kpi_class == "flow_count",
        is_over=due.is_over,
    )  # fmt: skip
    can_tell = shares is not None and (kpi.kpi_class != "distinct" or found.basis == "history")
    return found if can_tell else Outlook(None, found.basis, found.share, found.days_left, found.required_per_day)


# --- in words ------------------------------------------------------------------------------------------------------


def _words(
    shown: Trend,
    elapsed: Elapsed | None,
    found: Outlook | None,
    target: float | None,
    left: int,
    landed: Landing | None = None,
) -> Sequence[str]:
    kpi, currency, point = shown.kpi, shown.currency, shown.points[-1]
    told = []
    if elapsed is not None:
        told.append(f"On the same working day of {elapsed.period.label}: {elapsed.value_text}.")
    if landed is not None and left:
        told.append(f"Heading for {landed.words}.")
    elif found is not None and left:
        told.append(_heading(kpi, currency, point.period, found))
    if target is not None and found is not None:
        told.append(_needed(kpi, currency, found, target, point.result.value or 0.0, left))
    return [one for one in told if one]


def _heading(kpi: Kpi, currency: str, period: Period, found: Outlook) -> str:
    """Where it is heading, or why that cannot be told yet."""
    made = found.projection
    if found.share < PROJECTION_FROM:
        return f"Too early to say where it is heading: {whole_percent(found.share)}% of it is usually there by now."
    if made is None:
        return ""
    if made.low is None or made.high is None:
        about = format_value(_round(made.shown, kpi), kpi.display, currency)
        return f"Heading for about {about}, {BASIS_WORDS[found.basis]}."
    ends = (_round(made.low, kpi), _round(made.high, kpi))
    how = f"as past {period.grain}s went" if found.basis == "history" and period.grain != "span" else ""
    return f"Heading for {format_interval(ends, kpi.display, currency)}, {how or BASIS_WORDS[found.basis]}."


def _round(value: float, kpi: Kpi) -> float:
    """A projected count is a whole one."""
    return float(round(value)) if kpi.unit == "count" else value


def _needed(kpi: Kpi, currency: str, found: Outlook, target: float, actual: float, left: int) -> str:
    """What the rest of the period must bring to reach the target, or may bring where less is better."""
    days = f"{count_text(left)} working day{'' if left == 1 else 's'} left"
    if kpi.direction == "lower":
        spare = target - actual
        if spare < 0:
            return "It is above the target already."
        return f"Up to {format_value(_round(spare, kpi), kpi.display, currency)} more stays within the target; {days}."
    if kpi.direction != "higher":
        return ""
    if actual >= target:
        return "The target is reached."
    if found.required_per_day is None:
        return "No working day is left to reach the target."
    each = format_value(found.required_per_day, kpi.display, currency)
    return f"To reach the target each working day must bring {each}; {days}."
