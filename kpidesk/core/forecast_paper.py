"""A forecast as a paper: its range, each method's record, the pace, the open deals, and what is still to create."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from kpidesk.core.forecast_words import known_words
from kpidesk.core.forecasts import (
    METHODS,
    Backtest,
    BacktestLine,
    CurveLine,
    ForecastView,
    LineKind,
    Method,
    Moment,
    StageChance,
    ToCreate,
    WinChances,
)
from kpidesk.core.formats import NOTHING, count_text, day_text, format_value, sample_text
from kpidesk.core.papers import (
    MIDDLE,
    Paper,
    PaperCard,
    PaperCell,
    PaperChart,
    PaperColumn,
    PaperLine,
    PaperMark,
    PaperPart,
    PaperRange,
    PaperRow,
    PaperSection,
    PaperTable,
    PaperWords,
    axis_marks,
    count_cell,
    money_cell,
    receipt_sections,
)
from kpidesk.core.wording import counted

KIND = "forecast"
LineStyle = Literal["solid", "dashed", "dotted", "faint", "dots", "named"]
MOST_DEALS = 20
_PARTS = (0.25, 0.5, 0.75, 1.0)
_STYLES: dict[LineKind, LineStyle] = {"past": "faint", "expected": "dashed", "now": "solid"}


def forecast_paper(view: ForecastView, backtest: Backtest | None = None) -> Paper:
    """The forecast of a scope for a period, to take along; with how it would have gone in the past."""
    sections = [
        PaperSection("What will be booked", tuple(_range_parts(view)), aside=view.question.period.label),
        *_pacing(view),
        *_deals(view),
        PaperSection("Pipeline still to create", tuple(_created(view)), aside=_split_words(view.to_create)),
        PaperSection("Leading KPIs behind it", _leading(view)),
        *(_checked(backtest) if backtest is not None else ()),
    ]
    if view.notices:
        sections.append(PaperSection("To know", (PaperWords(view.notices, listed=True),)))
    sections += receipt_sections(forecast_receipts(view, backtest))
    return Paper(
        KIND, view.title, "What will be booked by the end of the period, and what that rests on", view.as_of,
        tuple(sections), view.currency, definitions=view.definitions, sources=view.sources, names=_names(view),
    )  # fmt: skip


def forecast_receipts(view: ForecastView, backtest: Backtest | None = None) -> list[tuple[str, str]]:
    """What is won, the range of each method, what chances rest on and the leading KPIs, each with its code."""
    named = [
        (f"Won so far, {view.question.period.label}", view.receipt),
        *((f"Low, middle and high, {one.name[:1].lower()}{one.name[1:]}", one.receipt) for one in view.methods),
        *((f"Won in time, {one.stage}", one.receipt) for one in view.stages),
        *((row.kpi.name, row.receipt) for row in view.leading),
        *(backtest_receipts(backtest) if backtest is not None else ()),
    ]
    return [(name, code) for name, code in named if code]


def chances_receipts(found: WinChances) -> tuple[tuple[str, str], ...]:
    """How many open deals of all stages were won in time, by the weeks that were left, with the codes."""
    return tuple(
        (f"{one.stage}, {counted(one.weeks_left, 'week')} left", one.receipt)
        for row in found.rows[-1:] for one in row if one.receipt
    )  # fmt: skip


def backtest_receipts(found: Backtest) -> tuple[tuple[str, str], ...]:
    """What was booked in the past periods by which forecasts are judged, with its codes."""
    told = zip(found.periods, found.receipts, strict=False)
    return tuple((f"Booked, {period.label}", code) for period, code in told if code)


def _names(view: ForecastView) -> tuple[str, ...]:
    scope = view.question.scope
    mine = (scope.name,) if scope.kind == "rep" else ()
    reps = (one.name for one in view.to_create.shares) if view.to_create else ()
    owners = (one.owner for one in view.deals[:MOST_DEALS] if one.owner)
    return tuple(dict.fromkeys((*mine, *reps, *owners)))


def _share(value: float | None, text: str = "") -> PaperCell:
    return PaperCell(text or format_value(value, "percent", n=0), value)


# --- the ranges -------------------------------------------------------------------------------------------------------


def _range_parts(view: ForecastView) -> Iterator[PaperPart]:
    best = view.forecast
    found = best.found if best else None
    if best is not None and found is not None and found.low is not None and found.high is not None:
        low, high = (format_value(one, "money", view.currency) for one in (found.low, found.high))
        yield PaperRange(
            f"{best.name}: {found.text}, with {found.point_text} in the middle.", found.low, found.point, found.high,
            low, found.point_text, high, tuple(_marks(view)),
        )  # fmt: skip
    yield PaperWords(tuple(filter(None, (view.default_words, known_words(view)))))
    yield _methods(view)


def _marks(view: ForecastView) -> Iterator[PaperMark]:
    yield PaperMark("Won so far", view.won, view.won_text)
    if view.target is not None:
        yield PaperMark("Target", view.target, view.target_text)


def _methods(view: ForecastView) -> PaperTable:
    tiers = [one.tier for one in next((method.chances for method in view.methods if method.chances), ())]
    columns = (
        PaperColumn("method", "Method", share=1.8), PaperColumn("low", "Low", "money"),
        PaperColumn("middle", MIDDLE, "money"), PaperColumn("high", "High", "money"),
        *(PaperColumn(tier, f"{tier.capitalize()} reached", "percent", 1.2) for tier in tiers),
        PaperColumn("missed", "Usual miss", "percent"), PaperColumn("held", "Range held", share=1.1),
        PaperColumn("why", "Rests on", share=2.6),
    )  # fmt: skip
    rows = tuple(_method_row(view, one, len(tiers)) for one in view.methods)
    return PaperTable(columns, rows, "In 8 of 10 such cases the result lies between low and high.")


def _method_row(view: ForecastView, one: Method, tiers: int) -> PaperRow:
    found, track = one.found, one.track
    ends = [found.low, found.point, found.high] if found else [None] * 3
    chances = [_share(chance.chance, chance.text) for chance in one.chances] or [PaperCell(NOTHING)] * tiers
    return PaperRow(
        (
            PaperCell(one.name), *(money_cell(end, view.currency) for end in ends), *chances,
            _share(track.missed) if track else PaperCell(NOTHING),
            PaperCell(f"{track.inside} of {track.ranged}" if track and track.ranged else NOTHING),
            PaperCell(one.reason or one.basis),
        ),
        strong=one.id == view.default,
    )  # fmt: skip


# --- the pace ---------------------------------------------------------------------------------------------------------


def _pacing(view: ForecastView) -> Iterator[PaperSection]:
    if view.pacing is None:
        return
    parts: list[PaperPart] = [PaperWords(view.pacing.words)] if view.pacing.words else []
    chart = pace_chart(view)
    if chart is not None:
        parts.append(chart)
    if parts:
        yield PaperSection("Pace", tuple(parts))


def pace_chart(view: ForecastView) -> PaperChart | None:
    """What the period has booked by each part of its working days, beside past ones; None with nothing to draw."""
    curve = [one for one in view.pacing.curve if len(one.points) > 1] if view.pacing is not None else []
    if not curve:
        return None
    lines = tuple(PaperLine(one.name, one.points, _STYLES[one.kind]) for one in curve)
    places = tuple((part, f"{100 * part:.0f}%") for part in (0.0, *_PARTS))
    top = max(value for one in curve for _, value in one.points)
    heights = tuple((at, format_value(at, "money", view.currency)) for at in axis_marks(0.0, top))
    sentence = view.pacing.sentence if view.pacing else ""
    return PaperChart(sentence, lines, places, heights, _curve_table(view, curve))


def _curve_table(view: ForecastView, curve: Sequence[CurveLine]) -> PaperTable:
    """What each line has by a quarter, a half, three quarters and all of its working days."""
    columns = (
        PaperColumn("period", "Booked by this part of the working days", share=2.4),
        *(PaperColumn(f"at{100 * part:.0f}", f"{100 * part:.0f}%", "money") for part in _PARTS),
    )
    rows = tuple(
        PaperRow(
            (PaperCell(one.name), *(money_cell(_at(one, part), view.currency) for part in _PARTS)), one.kind == "now"
        )
        for one in curve
    )
    return PaperTable(columns, rows)


def _at(line: CurveLine, part: float) -> float | None:
    """The value of a line at a part, straight between its points; None beyond its last one."""
    for (left, low), (right, high) in zip(line.points, line.points[1:], strict=False):
        if left <= part <= right + 1e-9:
            return low + (high - low) * (part - left) / (right - left)
    return None


# --- the open deals ---------------------------------------------------------------------------------------------------


def _deals(view: ForecastView) -> Iterator[PaperSection]:
    why = view.why_missing("pipeline")
    if why:
        yield PaperSection("Open deals due", (PaperWords((why,)),))
        return
    if not view.stages:
        yield PaperSection("Open deals due", (PaperWords(("No open deal is due in the period.",)),))
        return
    told = tuple(f"{one.name}: {one.text}. {one.note}".strip() for one in view.weighted)
    yield PaperSection(
        "Open deals due", (PaperWords(told, listed=True), stages_table(view)),
        f"{count_text(view.due)} · {view.due_text}",
    )  # fmt: skip
    yield PaperSection("By forecast category", (categories_table(view),))
    yield PaperSection("Largest expected deals", (_largest(view),), aside=_of_all(view))


def _of_all(view: ForecastView) -> str:
    shown = min(len(view.deals), MOST_DEALS)
    return f"{shown} of {sample_text(view.due)}" if shown < view.due else ""


def stages_table(view: ForecastView) -> PaperTable:
    """The open deals due by stage, with the chance of each by the own past and what that comes to."""
    columns = (
        PaperColumn("stage", "Stage", share=2.0), PaperColumn("deals", "Deals", "count", 0.7),
        PaperColumn("amount", "Amount", "money", bar=True), PaperColumn("of", "Won in time", share=0.9),
        PaperColumn("chance", "Chance used", "percent"), PaperColumn("expected", "Expected", "money"),
        PaperColumn("note", "", share=2.0),
    )  # fmt: skip
    total = PaperRow(
        (
            PaperCell("All"), count_cell(view.due, "SUM({deals:all})"),
            PaperCell(view.due_text, view.due_amount, "SUM({amount:all})"), PaperCell(""), PaperCell(""),
            PaperCell(view.weighted[-1].text, view.weighted[-1].value, "SUM({expected:all})"), PaperCell(""),
        ),
        strong=True,
    )  # fmt: skip
    return PaperTable(columns, (*map(_stage_row, view.stages), total))


def _stage_row(one: StageChance) -> PaperRow:
    return PaperRow((
        PaperCell(one.stage), count_cell(one.deals), PaperCell(one.amount_text, one.amount),
        PaperCell(sample_text(one.n, one.won) if one.n else NOTHING), _share(one.chance, one.chance_text),
        PaperCell(one.expected_text, one.expected, "{amount}*{chance}"), PaperCell(one.note),
    ))  # fmt: skip


def categories_table(view: ForecastView) -> PaperTable:
    """The open deals due by forecast category, each with what is won and surer."""
    columns = (
        PaperColumn("category", "Category", share=1.6), PaperColumn("deals", "Open deals", "count", 0.9),
        PaperColumn("amount", "Open only", "money", bar=True),
        PaperColumn("together", "With what is won and surer", "money", 1.4),
    )  # fmt: skip
    rows = tuple(
        PaperRow((
            PaperCell(one.label), count_cell(one.deals), PaperCell(one.amount_text, one.amount),
            PaperCell(one.together_text or NOTHING, one.together),
        ))
        for one in view.categories
    )  # fmt: skip
    return PaperTable(columns, rows, empty=view.why_missing("categories"))


def _largest(view: ForecastView) -> PaperTable:
    columns = (
        PaperColumn("deal", "Deal", share=2.0), PaperColumn("owner", "Owner", share=1.4),
        PaperColumn("stage", "Stage", share=1.4), PaperColumn("close", "Close date", "date", 1.1),
        PaperColumn("amount", "Amount", "money"), PaperColumn("crm", "CRM", "percent", 0.7),
        PaperColumn("own", "Own past", "percent", 0.8), PaperColumn("expected", "Expected", "money"),
    )  # fmt: skip
    rows = tuple(
        PaperRow((
            PaperCell(one.name), PaperCell(one.owner), PaperCell(one.stage),
            PaperCell(day_text(one.close_date) if one.close_date else NOTHING, one.close_date),
            PaperCell(one.amount_text, one.amount), _share(one.crm_chance), _share(one.own_chance),
            PaperCell(one.expected_text, (one.amount or 0.0) * one.own_chance, "{amount}*{own}" if one.amount else ""),
        ))
        for one in view.deals[:MOST_DEALS]
    )  # fmt: skip
    return PaperTable(columns, rows)


# --- still to create, leading KPIs, the past --------------------------------------------------------------------------


def _split_words(made: ToCreate | None) -> str:
    return f"split: {made.how_words}" if made and made.shares else ""


def _created(view: ForecastView) -> Iterator[PaperPart]:
    made = view.to_create
    if made is None:
        yield PaperWords((view.why_missing("to_create"),))
        return
    yield PaperWords((f"{made.text} still to create.", *made.lines, *made.notes))
    if made.shares:
        yield shares_table(made)


def shares_table(made: ToCreate) -> PaperTable:
    """What each rep is to create of the pipeline still missing."""
    columns = (PaperColumn("rep", "Rep", share=1.6), PaperColumn("amount", "To create", "money"),
               PaperColumn("why", "Why so much", share=2.4))  # fmt: skip
    rows = (PaperRow((PaperCell(one.name), PaperCell(one.text, one.amount), PaperCell(one.why)))
            for one in made.shares)  # fmt: skip
    total = PaperRow((PaperCell("All"), PaperCell(made.text, made.amount, "SUM({amount:all})"), PaperCell("")),
                     strong=True)  # fmt: skip
    return PaperTable(columns, (*rows, total))


def _leading(view: ForecastView) -> tuple[PaperPart, ...]:
    return (PaperCard(view.leading),) if view.leading else (PaperWords((view.leading_warning,)),)


def _checked(found: Backtest) -> Iterator[PaperSection]:
    parts: list[PaperPart] = [past_table(found)] if any(one.moment == "now" for one in found.lines) else []
    words = (*found.missing, *found.notices)
    if words:
        parts.append(PaperWords(words, listed=True))
    if parts:
        yield PaperSection("Checked against the past", tuple(parts), "as of the same part of each period")


def past_table(found: Backtest, moment: Moment = "now") -> PaperTable:
    """Each past period: what was booked, what each method had said at a moment of it, and by how much it missed.

    On the last day of a period there is no such day in the past ones: nothing was left to forecast.
    """
    lines = [one for one in found.lines if one.moment == moment]
    made = [one for one in METHODS if any(line.found for line in lines if line.method == one)]
    columns = [PaperColumn("period", "Period"), PaperColumn("booked", "Booked", "money")]
    for one in made:
        columns += [
            PaperColumn(one, found.names[one], "money", 1.4),
            PaperColumn(f"{one}_miss", "Missed by", "percent"),
        ]
    by_period = ([line for line in lines if line.period == period] for period in found.periods)
    rows = tuple(_past_row(mine, made) for mine in by_period if mine)
    tracks = ((one, found.track(one, moment)) for one in made)
    sentence = " ".join(f"{found.names[one]} {track.words}" for one, track in tracks if track is not None)
    return PaperTable(tuple(columns), rows, sentence)


def _past_row(lines: Sequence[BacktestLine], made: Sequence[str]) -> PaperRow:
    by_method = {one.method: one for one in lines}
    first = lines[0]
    cells = [PaperCell(first.period.label), PaperCell(first.booked_text, first.booked)]
    for one in METHODS:
        if one in made:
            line = by_method[one]
            cells += [
                PaperCell(line.found.point_text, line.found.point) if line.found else PaperCell(NOTHING),
                PaperCell(line.error_text, line.error, f"{{{one}}}/{{booked}}-1") if line.error is not None
                else PaperCell(NOTHING),
            ]  # fmt: skip
    return PaperRow(tuple(cells))
