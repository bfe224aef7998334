"""Days as numbers and the windows in which a formula is read: a period, a rolling length, or to date."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from kpidesk.core.calendars import index_of, indexed_start
from kpidesk.core.periods import Grain, Period, period_of, shift, shift_years, span_period
from kpidesk.core.settings import Settings, calendar_of
from kpidesk.engine.members import Crossed, Members
from kpidesk.language.tree import Modified, Moment, Span

NO_DAY = -(2**31)
FAR = 2**31 - 1
_EPOCH = date(1970, 1, 1).toordinal()
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_DAYS = {"day": 1, "week": 7}


def day_number(day: date) -> int:
    """Days since 1 January 1970."""
    return day.toordinal() - _EPOCH


def day_of(number: int) -> date:
    """The day with this number."""
    return date.fromordinal(number + _EPOCH)


@dataclass(frozen=True, slots=True)
class Window:
    """The days a measure looks at, `start` to `end` (exclusive), and the period they were asked for.

    `first` and `last` bound the period itself, half-open too: `close_date in period` means these, whatever the
    rolling length.
    """

    start: int
    end: int
    first: int
    last: int
    label: str


@dataclass(frozen=True, slots=True)
class Context:
    """In what a formula is read.

    `periods` are the anchors; `rule` the rolling length or the unit of `to_date` (None: the period itself);
    `edge` overrides the moment of `as of`. `wide`: teams and reps are asked for besides the org. `row`: only this
    row of the answer is wanted, in a single period; `by` then splits it into the members of a breakdown.
    """

    periods: tuple[Period, ...]
    how: Literal["period", "rolling", "to_date"] = "period"
    span: Span | None = None
    edge: Moment | None = None
    wide: bool = True
    row: int | None = None
    by: Members | Crossed | None = None


def windows_of(context: Context, settings: Settings, newest: int) -> tuple[Window, ...]:
    """The window of every anchor by the rule of the context; `newest` is the day up to which data are known.

    A rolling window ends with its period, and while that runs with the newest data: so it is as long as it says. Of a
    period that has not begun nothing is known, and its window is the period itself.
    """
    return tuple(_window(period, context, settings, newest) for period in context.periods)


def _window(period: Period, context: Context, settings: Settings, newest: int) -> Window:
    first, last = day_number(period.start), day_number(period.end)
    start, end = first, last
    if context.how == "rolling" and context.span is not None and first <= newest:
        end = min(last, newest + 1)
        start = day_number(_rolling_start(day_of(end), context.span, settings))
    elif context.how == "to_date":
        start = _to_date_start(period, context.span, settings)
    return Window(start, end, first, last, period.label)


def _rolling_start(end: date, span: Span, settings: Settings) -> date:
    """The first day of a rolling window: in a year of whole weeks, months that end with a period are whole periods."""
    calendar = calendar_of(settings)
    months = _MONTHS.get(span.unit, 0) * span.count
    if not calendar.is_monthly and months:
        index = index_of(calendar, end)
        if indexed_start(calendar, index) == end:
            return indexed_start(calendar, index - months)
    return moved(end, span, -1)


def _to_date_start(period: Period, span: Span | None, settings: Settings) -> int:
    unit = span.unit if span is not None else "year"
    if unit == "day":
        return day_number(period.last_day)
    grain: Grain = unit
    return day_number(period_of(period.last_day, grain, settings).start)


def moved(day: date, span: Span, times: int) -> date:
    """A day moved by a length of calendar time; the 31st becomes the last day of a shorter month."""
    if span.unit in _DAYS:
        return date.fromordinal(day.toordinal() + _DAYS[span.unit] * span.count * times)
    index = day.year * 12 + day.month - 1 + _MONTHS[span.unit] * span.count * times
    year, month = divmod(index, 12)
    length = (date(year + month // 11, (month + 1) % 12 + 1, 1) - date(year, month + 1, 1)).days
    return date(year, month + 1, min(day.day, length))


def earlier(period: Period, span: Span | None, settings: Settings) -> Period:
    """The period before, or the one a length of calendar time ago; of the same grain wherever that fits."""
    if span is None:
        return shift(period, -1, settings)
    if period.grain == "span":
        return _moved_span(period, span)
    if span.unit == "year":
        return shift_years(period, -span.count, settings)
    months = _MONTHS.get(span.unit, 0) * span.count
    step = _MONTHS.get(period.grain, 0)
    if step and months and months % step == 0:
        return shift(period, -months // step, settings)
    days = _DAYS.get(span.unit, 0) * span.count
    if period.grain == "week" and days and days % 7 == 0:
        return shift(period, -days // 7, settings)
    return _moved_span(period, span)


def _moved_span(period: Period, span: Span) -> Period:
    start, end = moved(period.start, span, -1), moved(period.end, span, -1)
    return span_period(start, date.fromordinal(end.toordinal() - 1))


def modified(context: Context, node: Modified, settings: Settings) -> Context:
    """The context in which the body of a modifier is read.

    `previous` touches only the anchors and `rolling` and `to_date` only the rule, so the two commute.
    """
    if node.how == "previous":
        return replace(context, periods=tuple(earlier(one, node.span, settings) for one in context.periods))
    if node.how in ("rolling", "to_date"):
        return replace(context, how=node.how, span=node.span)
    if node.how == "at_start":
        return replace(context, edge="start")
    if node.how == "at_end":
        return replace(context, edge="end")
    if node.how == "total":
        return replace(context, by=None)
    return context
