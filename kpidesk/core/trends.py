"""A trend: one KPI over periods, with the goals that were in force in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from kpidesk.core.formats import day_text
from kpidesk.core.goals import Baseline
from kpidesk.core.kpis import Kpi
from kpidesk.core.periods import Period
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Question
from kpidesk.core.trend_layers import AT_FIRST, Layer
from kpidesk.core.trend_parts import BenchmarkRange, Elapsed, Line, Running, Sizes, TrendMark, Usual
from kpidesk.core.wording import listed

LEAST_PERIODS = 4
EDGE = 0.5
"""How much room a chart has before its first and after its last period, in periods."""


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One period of a trend. `partial`: not over in the data, drawn hollow; `starts_inside`: data begins in it.

    `definition` is the version of the KPI that was in force on the first day of the period, `receipt` the code by
    which the number can be proven again. `still_open` is the share of a cohort that has no outcome yet, None where that
    says nothing. `sizes` tell how the deals behind the value are spread. `not_over` says of a `partial` period in words
    that it is not over, or that the data end before it does. `no_target` says why the quotas of files, which give some
    of its target, do not give all of it.
    """

    period: Period
    result: Result
    minimum: float | None
    target: float | None
    stretch: float | None
    partial: bool
    starts_inside: bool
    value_text: str
    sample_text: str
    definition: int = 1
    receipt: str = field(default="", compare=False)
    still_open: float | None = None
    sizes: Sizes | None = None
    not_over: str = ""
    no_target: str = ""

    @property
    def tiers(self) -> tuple[float | None, float | None, float | None]:
        """Minimum, target and stretch as they are shown: of a plain target, as a quota from a file, it alone."""
        if self.minimum == self.target == self.stretch:
            return None, self.target, None
        return self.minimum, self.target, self.stretch

    @property
    def not_over_note(self) -> str:
        """The same in a line with others: "not over yet", "the data end on 31 Mar 2026"; empty where it is over."""
        if not self.partial:
            return ""
        return self.not_over.partition("but ")[2].removesuffix(".") or "not over yet"


@dataclass(frozen=True, slots=True)
class Break:
    """From point `at` on a trend is counted otherwise than before it; `words` say so ("Definition 2 from Q3 2026")."""

    at: int
    words: str


@dataclass(frozen=True, slots=True)
class AheadPoint:
    """One value of a leading KPI at the place `x` (in periods of the trend) where what it foretells shows."""

    x: float
    value: float | None
    label: str
    value_text: str
    partial: bool = False
    receipt: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Ahead:
    """A leading KPI beside the trend that it foretells, moved on by its lag; it has a scale of its own.

    `words` name the line ("Meetings held, 6 weeks earlier").
    """

    kpi: Kpi
    lag_weeks: int
    points: tuple[AheadPoint, ...]
    words: str
    sentence: str

    @property
    def end(self) -> float:
        """The place of its last value, in periods; past the newest period by the lag."""
        return max((point.x for point in self.points if point.value is not None), default=0.0)


@dataclass(frozen=True, slots=True)
class Trend:
    """One KPI over periods, oldest first. `sentence` says in words what the chart shows.

    `currency` is that of every amount of money in it, `breaks` are where the definition changed, `ahead` is a leading
    KPI to draw beside it, `definitions` the code of how the KPI is defined in its newest period. `running` tells of the
    period that is not over, `usual` between which values it moves without a cause, `marks` what happened when, `lines`
    are further lines; `layers` says which of them are drawn. `remarks` are what else is worth saying, a sentence each.
    """

    question: Question
    kpi: Kpi
    points: tuple[TrendPoint, ...]
    baseline: Baseline | None
    as_of: date | None
    sentence: str
    title: str
    notices: tuple[str, ...] = ()
    currency: str = ""
    breaks: tuple[Break, ...] = ()
    ahead: Ahead | None = None
    definitions: str = ""
    running: Running | None = None
    usual: Usual | None = None
    marks: tuple[TrendMark, ...] = ()
    benchmark: BenchmarkRange | None = None
    lines: tuple[Line, ...] = ()
    remarks: tuple[str, ...] = ()
    layers: frozenset[Layer] = AT_FIRST

    def shows(self, layer: Layer) -> bool:
        """Whether a part is drawn."""
        return layer in self.layers

    def leads_to(self, at: int) -> float | None:
        """Where the line of values leads at a point: to its value, while that still adds up to where it is heading.

        What a running period has brought so far says nothing beside whole periods, and would look like a fall.
        """
        point = self.points[at]
        running = self.running if self.running is not None and self.running.at == at else None
        if not (point.partial and self.kpi.prorated) or (running is not None and not running.days_left):
            return point.result.value
        return running.point if running is not None else None

    @property
    def receipts(self) -> tuple[tuple[str, str], ...]:
        """What each number shown is, with the code by which it is proven again; the points first, oldest first."""
        points = [(point.period.label, point.receipt) for point in self.points]
        then = self.running.elapsed if self.running is not None else None
        by_then = [(f"{then.period.label} by {day_text(then.until)}", then.receipt)] if then is not None else []
        year = [
            (f"{line.name} {point.period.label}", code)
            for line in self.drawn_lines
            for point, code in zip(self.points, line.receipts, strict=False)
        ]
        ahead = (
            [(f"{self.ahead.kpi.name}, {one.label}", one.receipt) for one in self.ahead.points] if self.ahead else []
        )
        return tuple((name, code) for name, code in (*points, *by_then, *year, *ahead) if code)

    def without_receipts(self) -> Trend:
        """The same trend without the codes of its numbers."""
        points = tuple(replace(point, receipt="") for point in self.points)
        lines = tuple(replace(line, receipts=()) for line in self.lines)
        running, ahead = self.running, self.ahead
        if running is not None and running.elapsed is not None:
            running = replace(running, elapsed=replace(running.elapsed, receipt=""))
        if ahead is not None:
            ahead = replace(ahead, points=tuple(replace(point, receipt="") for point in ahead.points))
        return replace(self, points=points, lines=lines, running=running, ahead=ahead)

    @property
    def target_gaps(self) -> tuple[str, ...]:
        """Why the line of its target has gaps; see the function of this name."""
        return target_gaps(self.points)

    @property
    def by_then(self) -> Elapsed | None:
        """What the period before had brought by the same working day, where the running one still adds up."""
        return self.running.elapsed if self.running is not None and self.kpi.prorated else None

    @property
    def drawn_lines(self) -> tuple[Line, ...]:
        """The further lines that are drawn."""
        return tuple(line for line in self.lines if line.kind != "year" or self.shows("year"))


@dataclass(frozen=True, slots=True)
class RepTrends:
    """One KPI of everybody in a scope on one scale, in the order of the people; each has the grey line to compare with.

    `low` and `high` bound every value shown.
    """

    trends: tuple[Trend, ...]
    low: float
    high: float
    words: str


def target_gaps(points: Sequence[TrendPoint]) -> tuple[str, ...]:
    """Why the line of the target has gaps, where quotas of files give some of it: periods of one reason together."""
    labels: dict[str, list[str]] = {}
    for point in points:
        if point.no_target:
            labels.setdefault(point.no_target, []).append(point.period.label)
    return tuple(f"No target in {listed(told)}: {why}." for why, told in labels.items())


def begun(trends: Sequence[Trend]) -> tuple[Trend, ...]:
    """Trends over the same periods without those before the first value of any; the last four always stay.

    Trends without any value stay as they are.
    """
    most = min((len(trend.points) for trend in trends), default=0)
    valued = (at for at in range(most) if any(trend.points[at].result.value is not None for trend in trends))
    cut = max(0, min(next(valued, 0), most - LEAST_PERIODS))
    return tuple(_without_first(trend, cut) for trend in trends)


def _without_first(trend: Trend, cut: int) -> Trend:
    """A trend without its first points; what lies among them goes, and the rest keeps its place in time."""
    if not cut:
        return trend
    breaks = tuple(replace(one, at=one.at - cut) for one in trend.breaks if one.at > cut)
    ahead = trend.ahead
    if ahead is not None:
        moved = (replace(point, x=point.x - cut) for point in ahead.points)
        ahead = replace(ahead, points=tuple(point for point in moved if point.x >= -EDGE))
    marks = (replace(one, x=one.x - cut) for one in trend.marks if one.x - cut >= -EDGE)
    return replace(
        trend,
        points=trend.points[cut:],
        breaks=breaks,
        ahead=ahead,
        running=replace(trend.running, at=trend.running.at - cut) if trend.running is not None else None,
        usual=_usual_without(trend.usual, cut) if trend.usual is not None else None,
        marks=tuple(replace(one, number=number) for number, one in enumerate(marks, 1)),
        lines=tuple(
            replace(one, values=one.values[cut:], texts=one.texts[cut:], receipts=one.receipts[cut:])
            for one in trend.lines
        ),
    )


def _usual_without(usual: Usual, cut: int) -> Usual:
    signals = tuple(
        replace(one, at=one.at - cut, since=max(0, one.since - cut)) for one in usual.signals if one.at >= cut
    )
    return replace(usual, low=usual.low[cut:], middle=usual.middle[cut:], high=usual.high[cut:], signals=signals)
