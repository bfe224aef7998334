"""Scales and axis labels of a chart: round ticks for values, thinned names for periods."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence

from kpidesk.core.formats import format_value
from kpidesk.core.kpis import MOST_DECIMALS, Display, Kpi, Unit
from kpidesk.core.periods import MONTHS, Period
from kpidesk.core.trends import Trend, TrendPoint

LEAST_WHOLE = 3
AxisLabel = tuple[int, str, str]


def round_ticks(low: float, high: float, count: int = 5) -> tuple[float, ...]:
    """Round numbers (1, 2, 2.5 or 5 times a power of ten apart), about `count` of them, that enclose the range."""
    span = high - low
    if not math.isfinite(span) or span <= 0:
        low, high = low - (abs(low) * 0.1 or 1), high + (abs(high) * 0.1 or 1)
        span = high - low
    rough = span / max(1, count)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * 0.999)
    first = math.floor(low / step + 1e-9)
    last = math.ceil(high / step - 1e-9)
    return tuple(round(step * i, 12) for i in range(first, last + 1))


def tick_texts(ticks: Sequence[float], kpi: Kpi, currency: str) -> tuple[str, ...]:
    """What stands beside the ticks: with the decimals that the KPI names, or more where ticks would be rounded.

    Decimals that are nought on all of them are left out.
    """
    texts = tuple(format_value(tick, _exact(ticks, kpi), currency) for tick in ticks)
    return tuple(_NOUGHTS.sub("", text) for text in texts) if all(map(_is_round, texts)) else texts


def _exact(ticks: Sequence[float], kpi: Kpi) -> Unit | Display:
    """The KPI's unit with the fewest decimals, at least those it names, that show every tick as it is."""
    if kpi.decimals is None:
        return kpi.unit
    fine = [_plain(format_value(tick, Display(kpi.unit, MOST_DECIMALS))) for tick in ticks]
    found = (Display(kpi.unit, decimals) for decimals in range(kpi.decimals, MOST_DECIMALS))
    exact = (one for one in found if [_plain(format_value(tick, one)) for tick in ticks] == fine)
    return next(exact, Display(kpi.unit, MOST_DECIMALS))


def _plain(text: str) -> str:
    """A number as shown without the noughts at its end."""
    return _LAST_NOUGHTS.sub("", text) if "." in text else text


_NOUGHTS = re.compile(r"\.0+(?!\d)")
_LAST_NOUGHTS = re.compile(r"\.?0+(?!\d)")


def _is_round(text: str) -> bool:
    return "." not in text or _NOUGHTS.search(text) is not None


def value_range(trend: Trend) -> tuple[float, float]:
    """Lowest and highest number a trend has to show: sums and counts from zero, all else when zero is near.

    A rate of a period in which the data begins does not set the scale where it lies far from the rest: 2 of 2 would
    flatten everything after it.
    """
    numbers = [number for number in _numbers(trend) if number is not None and math.isfinite(number)]
    if not numbers:
        return 0.0, 1.0
    low, high = _with_parts(trend, min(numbers), max(numbers))
    if low >= 0 and (trend.kpi.prorated or low < 0.45 * high):
        low = 0.0
    if high <= 0 and (trend.kpi.prorated or high > 0.45 * low):
        high = 0.0
    if trend.kpi.unit == "count" and high - low < 4:
        high = low + 4
    all_points = [point.result.value for point in trend.points if point.result.value is not None]
    wide = min([low, *filter(math.isfinite, all_points)]), max([high, *filter(math.isfinite, all_points)])
    return wide if wide[1] - wide[0] <= MOST_STRETCHED * (high - low) else (low, high)


MOST_STRETCHED = 1.5
"""A first period is on the scale unless that would have to be so much longer for it."""
MOST_WIDENED = 2.5
"""A benchmark that lies so far away that the scale would have to be this much longer is named, not drawn."""


def _with_parts(trend: Trend, low: float, high: float) -> tuple[float, float]:
    """A range widened for the projection, the further lines and the bands that are drawn."""
    running, usual = trend.running, trend.usual
    found = [running.point, running.low, running.high] if running is not None else []
    found += [trend.by_then.value] if trend.by_then is not None else []
    found += [value for line in trend.drawn_lines for value in line.values]
    if usual is not None and trend.shows("usual"):
        found += [*usual.low, *usual.high]
    numbers = [one for one in found if one is not None and math.isfinite(one)]
    low, high = min([low, *numbers]), max([high, *numbers])
    if trend.benchmark is not None and trend.shows("benchmark"):
        ends = [one for one in (trend.benchmark.low, trend.benchmark.high) if one is not None]
        wide = min([low, *ends]), max([high, *ends])
        base = max(high, 0.0) - min(low, 0.0)
        if wide[1] - min(wide[0], 0.0) <= MOST_WIDENED * (base or 1.0):
            low, high = wide
    return low, high


def scaling_points(trend: Trend) -> tuple[TrendPoint, ...]:
    """The points that set the scale; of rates, times and averages not those in whose period the data begins."""
    whole = tuple(point for point in trend.points if not point.starts_inside)
    few = sum(point.result.value is not None for point in whole) < LEAST_WHOLE
    return trend.points if few or trend.kpi.prorated else whole


def _numbers(trend: Trend) -> Iterable[float | None]:
    yield from (point.result.value for point in scaling_points(trend))
    for point in trend.points:
        yield from (point.minimum, point.target, point.stretch)
    if trend.baseline is not None:
        yield trend.baseline.value


def period_labels(periods: Sequence[Period], room: float, width: float) -> tuple[AxisLabel, ...]:
    """Which periods get a label and what it says in two lines: the period, and the year where it begins.

    `room` is the width of the axis, `width` that of one label. The last period always keeps its label.
    """
    if not periods:
        return ()
    fits = max(1, int(room // max(1.0, width)))
    every = max(1, math.ceil(len(periods) / fits))
    shown = [i for i in range(len(periods)) if (len(periods) - 1 - i) % every == 0]
    labels: list[AxisLabel] = []
    year = ""
    for i in shown:
        name, its_year = _names(periods[i])
        labels.append((i, name, "" if its_year == year else its_year))
        year = its_year
    return tuple(labels)


def _names(period: Period) -> tuple[str, str]:
    """The two lines of a period's label."""
    if period.grain in ("quarter", "week", "month"):
        name, _, rest = period.label.partition(" ")
        return name, rest.partition(" ")[0]
    if period.grain == "year":
        return period.label, ""
    return f"{period.start.day} {MONTHS[period.start.month - 1]}", str(period.start.year)


def spread(wanted: Sequence[float], height: float, low: float, high: float) -> tuple[float, ...]:
    """Centres of labels as near as can be to where they are wanted, `height` apart, between two bounds."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    places = [0.0] * len(wanted)
    previous = low - height / 2
    for i in order:
        places[i] = previous = max(wanted[i], previous + height)
    limit = high + height / 2
    for i in reversed(order):
        places[i] = limit = min(places[i], limit - height)
    return tuple(places)
