"""Forecast accuracy as a paper: the misses by weeks left with their bands, by period, and rep by rep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kpidesk.core.forecast_misses import (
    LEAST_FOR_BIAS,
    NARROW,
    WHOSE_WORDS,
    WIDE,
    ForecastAccuracy,
    HorizonMisses,
    Miss,
    PeriodMisses,
    ScopeMisses,
    drawn_together,
    early_and_late,
    moment_label,
)
from kpidesk.core.formats import NOTHING, format_change, format_value
from kpidesk.core.papers import (
    Paper,
    PaperCell,
    PaperChart,
    PaperColumn,
    PaperLine,
    PaperRow,
    PaperSection,
    PaperTable,
    PaperWords,
    count_cell,
    receipt_sections,
)

KIND = "forecast-accuracy"
_STEPS = (0.05, 0.1, 0.2, 0.25, 0.5, 1.0, 2.0, 5.0)
_MOST_TICKS = 4
_CHART = "Each line is a period. Between the dashed lines the commit was within 5%, between the dotted within 10%."
_HOW = (
    "A miss is the commit less what was booked in the end, as a part of what was booked: + is too high.",
    "All misses of the single reps, added up without their signs, over all that was booked, are the weighted error.",
    f"Too high or too low as a habit is said from {LEAST_FOR_BIAS} periods on.",
)


def accuracy_paper(found: ForecastAccuracy) -> Paper:
    """How near the forecasts came, to take along."""
    wholes = [one for one in found.scopes if one.whose == "reps" or one.scope == found.question.scope]
    reps = [one for one in found.scopes if one not in wholes]
    names = tuple(dict.fromkeys(one.name for one in found.scopes if one.scope.kind == "rep"))
    sections = [
        PaperSection("In short", (PaperWords((found.sentence,)),)),
        *(section for one in wholes for section in _whole(one, single=len(wholes) == 1)),
        *((PaperSection("Rep by rep", (reps_table(reps),)),) if reps else ()),
        PaperSection("How it is counted", (PaperWords((*_HOW, *found.notices), listed=True),)),
        *receipt_sections(accuracy_receipts(wholes)),
    ]
    return Paper(
        KIND, found.title, "By how much commits missed what was booked", found.as_of, tuple(sections), found.currency,
        definitions=found.definitions, names=names,
    )  # fmt: skip


def accuracy_receipts(found: Sequence[ScopeMisses]) -> list[tuple[str, str]]:
    """What was booked in each period, with its code; every miss is worked out from that."""
    codes = {
        period.receipt: f"Booked{' by its reps' if period.moved else ''}, {period.period.label}"
        for one in found
        for period in one.periods
    }
    return [(name, code) for code, name in codes.items() if code]


def _whole(one: ScopeMisses, *, single: bool) -> tuple[PaperSection, ...]:
    name = "" if single else f" · {WHOSE_WORDS[one.whose].lower()}"
    words = () if single else (PaperWords((one.sentence,)),)
    return (
        PaperSection(f"By weeks left{name}", (*words, misses_chart(one), horizons_table(one))),
        PaperSection(f"By period{name}", (periods_table(one),)),
    )


def horizons_table(one: ScopeMisses) -> PaperTable:
    """Day one and every week left, with how many periods stand behind it."""
    columns = (
        PaperColumn("moment", "Given", share=1.3), PaperColumn("n", "Periods", "count"),
        PaperColumn("median", "Usual miss", "percent"), PaperColumn("wape", "Weighted error", "percent", 1.2),
        PaperColumn("high", "Too high in", "text"), PaperColumn("narrow", "Within 5%", "text"),
        PaperColumn("wide", "Within 10%", "text"), PaperColumn("bias", "All together", "percent", 1.1),
    )  # fmt: skip
    return PaperTable(
        columns,
        tuple(map(_horizon_row, drawn_together(one.horizons))),
        empty="No forecast of a closed period is known.",
    )


def _horizon_row(at: HorizonMisses) -> PaperRow:
    return PaperRow((
        PaperCell(at.label), count_cell(at.n), _share(at.median), _share(at.wape),
        PaperCell(f"{at.high} of {at.n}"), PaperCell(f"{at.narrow} of {at.n}"), PaperCell(f"{at.wide} of {at.n}"),
        _change(at.bias),
    ))  # fmt: skip


def periods_table(one: ScopeMisses) -> PaperTable:
    """Every closed period: what was booked, the commit of day one, and the misses on day one, early and late."""
    weeks = early_and_late([miss.weeks_left for period in one.periods for miss in period.misses])
    moments = [None, *(at for at in weeks if at is not None)]
    columns = (
        PaperColumn("period", "Period"), PaperColumn("booked", "Booked", "money"),
        PaperColumn("commit", "Commit on day one", "money", 1.3),
        *(PaperColumn(f"miss{at}", moment_label(moment), "percent") for at, moment in enumerate(moments)),
        *((PaperColumn("reps", "Reps who gave one", "count", 1.3), PaperColumn("missing", "Had none", "count"))
          if one.whose == "reps" else ()),
    )  # fmt: skip
    return PaperTable(columns, tuple(_period_row(period, moments, one) for period in one.periods))


def _period_row(period: PeriodMisses, moments: Sequence[int | None], one: ScopeMisses) -> PaperRow:
    by_moment = {miss.weeks_left: miss for miss in period.misses}
    first = by_moment.get(None)
    cells = [
        PaperCell(period.period.label), PaperCell(period.actual_text, period.actual),
        PaperCell(first.forecast_text, first.forecast) if first is not None else PaperCell(NOTHING),
        *(_miss(by_moment.get(at), at_first=at is None) for at in moments),
    ]  # fmt: skip
    if one.whose == "reps":
        last = period.misses[-1]
        cells += [count_cell(last.reps), count_cell(last.missing)]
    return PaperRow(tuple(cells))


def _miss(miss: Miss | None, *, at_first: bool) -> PaperCell:
    if miss is None or miss.share is None:
        return PaperCell(NOTHING)
    return PaperCell(miss.share_text, miss.share, "{commit}/{booked}-1" if at_first else "")


def reps_table(found: Sequence[ScopeMisses]) -> PaperTable:
    """Each rep with the usual miss early and late, and the habit."""
    moments = early_and_late([at.weeks_left for one in found for at in one.horizons])
    columns = (
        PaperColumn("rep", "Rep", share=1.6), PaperColumn("n", "Periods", "count"),
        *(PaperColumn(f"miss{at}", f"Usual miss, {moment_label(moment).lower()}", "percent", 1.4)
          for at, moment in enumerate(moments)),
        PaperColumn("high", "Too high in", "text"), PaperColumn("bias", "All together", "percent"),
    )  # fmt: skip
    return PaperTable(columns, tuple(_rep_row(one, moments) for one in found))


def _rep_row(one: ScopeMisses, moments: Sequence[int | None]) -> PaperRow:
    by_moment = {at.weeks_left: at for at in one.horizons}
    first = next((by_moment[at] for at in moments if at in by_moment), None)
    judged = sum(bool(period.actual) for period in one.periods)
    return PaperRow((
        PaperCell(one.name), count_cell(judged),
        *(_share(by_moment[at].median) if at in by_moment else PaperCell(NOTHING) for at in moments),
        PaperCell(f"{first.high} of {first.n}" if first else NOTHING), _change(first.bias if first else None),
    ))  # fmt: skip


def _share(value: float | None) -> PaperCell:
    return PaperCell(format_value(value, "percent"), value)


def _change(value: float | None) -> PaperCell:
    return PaperCell(format_change(value), value)


def misses_chart(one: ScopeMisses) -> PaperChart:
    """The misses of every period from the earliest week to the last day, between the bands of 5 % and 10 %."""
    weeks = max((miss.weeks_left or 0 for period in one.periods for miss in period.misses), default=0)
    ends = (0.0, float(weeks))
    lines = [
        PaperLine(format_change(way * NARROW), tuple((at, way * NARROW) for at in ends), "dashed") for way in (1, -1)
    ]
    lines += [PaperLine(format_change(way * WIDE), tuple((at, way * WIDE) for at in ends), "dotted") for way in (1, -1)]
    for at, period in enumerate(one.periods):
        points = tuple(
            (float(weeks - miss.weeks_left), miss.share) for miss in period.misses
            if miss.weeks_left is not None and miss.share is not None
        )  # fmt: skip
        if points:
            newest = at == len(one.periods) - 1
            lines.append(PaperLine(period.period.label, points, "solid" if newest else "faint"))
    lefts = [*range(weeks, 1, -2), 0]
    names = [f"{weeks} weeks left", *map(str, lefts[1:])]
    places = tuple((float(weeks - left), name if left else "end") for left, name in zip(lefts, names, strict=True))
    return PaperChart(_CHART, tuple(lines), places, _heights(lines), _chart_table(one))


def _heights(lines: Sequence[PaperLine]) -> tuple[tuple[float, str], ...]:
    """Marks along the height of a chart, 0 among them, that hold every point."""
    values = [value for line in lines for _, value in line.points]
    low, high = min(values), max(values)
    step = next((one for one in _STEPS if max(high, -low) <= _MOST_TICKS * one), _STEPS[-1])
    first, last = int(low // step), int(-(-high // step))
    return tuple((at * step, format_change(at * step) if at else "0%") for at in range(first, last + 1))


def _chart_table(one: ScopeMisses) -> PaperTable:
    """The misses of every period on day one and in every week in which one of them had changed."""
    found = [{miss.weeks_left: miss for miss in period.misses} for period in one.periods]
    moments: list[int | None] = []
    for at in (here.weeks_left for here in one.horizons):
        if not moments or at is None or moments[-1] is None or any(_moved(by, moments[-1], at) for by in found):
            moments.append(at)
    columns = tuple(PaperColumn(f"at{place}", _short(at), "percent") for place, at in enumerate(moments))
    rows = (
        PaperRow((PaperCell(period.period.label), *(_miss(by.get(at), at_first=False) for at in moments)))
        for period, by in zip(one.periods, found, strict=True)
    )
    return PaperTable((PaperColumn("period", "Period"), *columns), tuple(rows))


def _moved(by_moment: Mapping[int | None, Miss], before: int | None, at: int | None) -> bool:
    """Whether a period has another forecast at a moment than at the one before."""
    first, second = by_moment.get(before), by_moment.get(at)
    return (first.forecast if first else None) != (second.forecast if second else None)


def _short(left: int | None) -> str:
    return moment_label(left) if not left else f"{left} wks left"
