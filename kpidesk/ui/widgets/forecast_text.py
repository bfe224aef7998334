"""What the Forecast page says first: the answer in one sentence, its figures, and a line for each part that folds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kpidesk.core.accuracy_paper import horizons_table
from kpidesk.core.forecast_misses import ForecastAccuracy, ScopeMisses
from kpidesk.core.forecast_words import known_parts, verdict_of
from kpidesk.core.forecasts import METHODS, MOMENTS, Backtest, BacktestLine, Chance, ForecastView, Method, Moment, Range
from kpidesk.core.formats import NOTHING, count_text, format_value, sample_text
from kpidesk.core.goals import Tier
from kpidesk.core.papers import PaperCell, PaperColumn, PaperMark, PaperRange, PaperRow, PaperTable
from kpidesk.core.receipts import Opens
from kpidesk.core.scorecards import Row
from kpidesk.ui.widgets.pipeline_cells import Cell, range_of

TIER_NAMES: dict[Tier, str] = {"minimum": "Minimum", "target": "Target", "stretch": "Stretch"}
MOMENT_NAMES: dict[Moment, str] = {
    "now": "As far in as now", "day one": "On day one", "25%": "After 25%", "50%": "After 50%", "75%": "After 75%",
}  # fmt: skip
CHECKING = "Checking this against what your past periods came to…"


@dataclass(frozen=True, slots=True)
class Answer:
    """The first lines of the page: the sentence, the range as drawn, the figures, and what is known.

    `details` are what the forecast counts on besides, and how such forecasts did: they stand with the methods.
    """

    sentence: str
    shown: PaperRange | None
    figures: tuple[Cell, ...]
    known: str = ""
    details: tuple[str, ...] = ()


def answer_of(view: ForecastView, *, waiting: bool = False) -> Answer:
    """Where the period will land and how sure that is; `waiting` for the check against the past."""
    method = view.forecast
    found = method.found if method is not None else None
    shown = range_of(view, method) if method is not None else None
    if shown is not None and method is not None:
        shown = replace(shown, sentence=sentence_of(view), marks=tuple(_marks(view, method)))
    unchecked = found is not None and method is not None and method.track is None
    record = CHECKING if waiting and unchecked else view.default_words if found is not None else ""
    known, rest = known_parts(view)
    return Answer(sentence_of(view), shown, tuple(_figures(view)), known, tuple(filter(None, (rest, record))))


def sentence_of(view: ForecastView) -> str:
    """What is booked, what is likely by the end, and what that means for the target."""
    period, lacks = view.question.period.label, view.why_missing("won")
    if lacks:
        return lacks if view.running else f"{period} is over. {lacks}"
    if not view.running:
        return f"{view.won_text} was booked in {period}{_held(view)}."
    method = view.forecast
    if method is None or method.found is None:
        target = f" of the {view.target_text} target" if view.target is not None else ""
        return f"{view.won_text} booked{target}; {_first_reason(view)}"
    booked = f"{view.won_text} booked; {method.found.text} likely by the end of {period}"
    if view.target is None:
        return f"{booked}. No target is set."
    return f"{booked}, target {view.target_text}: {verdict_of(view, method)}."


def _held(view: ForecastView) -> str:
    if view.target is None:
        return ""
    if view.won >= view.target:
        return f", the target of {view.target_text} was reached"
    share = format_value(view.won / view.target, "percent") if view.target > 0 else NOTHING
    return f", {share} of the {view.target_text} target"


def _first_reason(view: ForecastView) -> str:
    reason = next((one.reason for one in view.methods if one.reason), "there is nothing to forecast from yet.")
    return f"no forecast yet: {reason[:1].lower()}{reason[1:]}"


def _marks(view: ForecastView, method: Method) -> Iterator[PaperMark]:
    """What is won, and every tier of the target."""
    yield PaperMark("Won", view.won, view.won_text)
    if method.chances:
        for one in method.chances:
            yield PaperMark(TIER_NAMES[one.tier], one.value, one.value_text)
    elif view.target is not None:
        yield PaperMark("Target", view.target, view.target_text)


def _figures(view: ForecastView) -> Iterator[Cell]:
    period = view.question.period
    opens = Opens(view.kpi.id, view.question) if view.won_deals else None
    yield Cell(f"Won in {period.label}", view.won_text, sample_text(view.won_deals, noun="deal"), opens=opens)
    method = view.forecast
    for one in method.chances if method is not None and view.running else ():
        yield Cell(
            f"{TIER_NAMES[one.tier]} {one.value_text}",
            _chance_text(view, one),
            _chance_note(view, one),
            opens=Opens(method.number, view.question) if method is not None and method.receipt else None,
        )
    if not view.running and view.target is not None and view.target > 0:
        yield Cell("Target", view.target_text, f"{format_value(view.won / view.target, 'percent')} of it was booked")
    pacing = view.pacing
    if view.running and pacing is not None and pacing.required is not None and view.won < (view.target or 0.0):
        left = f"{pacing.days_left} working {'day' if pacing.days_left == 1 else 'days'} left"
        yield Cell("Needed a day", pacing.required_text, left)
    if view.running and view.to_create is not None:
        yield Cell("Still to create", view.to_create.text, "of pipeline, for the target", has_sums=True)


def _chance_text(view: ForecastView, one: Chance) -> str:
    return "Reached" if view.won >= one.value else one.text or NOTHING


def _chance_note(view: ForecastView, one: Chance) -> str:
    return "already booked" if view.won >= one.value else "chance to reach it"


def pace_words(view: ForecastView) -> str:
    """Where a running period should be by now; of one that has not begun only that."""
    if view.pacing is None or not view.running:
        return ""
    if view.as_of is not None and view.as_of < view.question.period.start:
        return f"{view.question.period.label} has not begun; this is how past ones filled up."
    return " ".join(view.pacing.words)


def curve_words(view: ForecastView) -> str:
    """How the chart of the pace is read."""
    past = sum(one.kind == "past" for one in view.pacing.curve) if view.pacing is not None else 0
    many = "periods" if view.question.period.grain == "span" else f"{view.question.period.grain}s"
    grey = f"Grey: the last {past} {many}. " if past > 1 else ""
    return f"{grey}Across: the part of the working days that is over. Up: what was booked by then."


# --- a line for each part that folds ----------------------------------------------------------------------------------


def methods_line(view: ForecastView) -> str:
    """Which method stands for the forecast, of how many that say something."""
    said = [one for one in view.methods if one.found is not None]
    if view.forecast is None:
        return "no method can tell yet"
    missed = view.forecast.track.missed if view.forecast.track is not None else None
    record = f" · usually missed by {format_value(missed, 'percent', n=0)}" if missed is not None else ""
    return f"{view.forecast.name}{record} · {len(said)} of {len(view.methods)} methods have enough data"


def deals_line(view: ForecastView) -> str:
    """How many deals are open and due, and what they come to both ways."""
    if view.why_missing("pipeline"):
        return ""
    if not view.due:
        return "none is due"
    weighted = " · ".join(f"{one.text} {one.name[:1].lower()}{one.name[1:]}" for one in view.weighted)
    return f"{count_text(view.due)} deals, {view.due_text} · {weighted}"


def categories_line(view: ForecastView) -> str:
    """What stands in each category; what is won is in none of them."""
    told = " · ".join(f"{one.label} {one.amount_text}" for one in view.categories if one.category)
    return f"Open deals only: {told}" if told else "your files give none"


def leading_line(rows: Sequence[Row]) -> str:
    """The leading KPIs with their state."""
    return " · ".join(f"{one.kpi.name}: {one.status_words.lower()}" for one in rows[:3]) or "▲ none in use"


def create_line(view: ForecastView) -> str:
    """How much is still to create."""
    made = view.to_create
    return f"{made.text} · split over {len(made.shares)} reps" if made is not None and made.shares else \
        made.text if made is not None else ""  # fmt: skip


# --- a period that is over: what was said, and what came --------------------------------------------------------------


def said_table(view: ForecastView, found: Backtest | None) -> PaperTable:
    """What each method said at five moments of the period, with only what was known then, and by how much it missed."""
    names = found.names if found is not None else {}
    lines = [one for one in found.lines if one.period == view.question.period] if found is not None else []
    made = [one for one in METHODS if any(line.found for line in lines if line.method == one)]
    columns = [PaperColumn("moment", "Said", share=1.2)]
    for one in made:
        columns += [PaperColumn(one, names[one], "text", 1.5), PaperColumn(f"{one}_off", "Missed", "percent")]
    rows = tuple(_said(moment, [one for one in lines if one.moment == moment], made) for moment in MOMENTS[1:])
    empty = "Nothing was known at that time that a forecast could rest on."
    return PaperTable(tuple(columns), rows if made else (), empty=empty)


def _said(moment: Moment, lines: Sequence[BacktestLine], made: Sequence[str]) -> PaperRow:
    by_method = {one.method: one for one in lines}
    cells = [PaperCell(MOMENT_NAMES[moment])]
    for one in made:
        line = next((line for method, line in by_method.items() if method == one), None)
        if line is None or line.found is None:
            cells += [PaperCell(NOTHING), PaperCell(NOTHING)]
        else:
            cells += [PaperCell(_said_text(line.found)), PaperCell(line.error_text, line.error)]
    return PaperRow(tuple(cells))


def _said_text(found: Range) -> str:
    return f"{found.point_text} ({found.text})" if found.low is not None else found.point_text


def record_table(found: Backtest) -> PaperTable:
    """The record of each method at each moment: usual miss, how often too high, how often its range held."""
    columns = (
        PaperColumn("method", "Method", share=1.6), PaperColumn("moment", "Said", share=1.2),
        PaperColumn("missed", "Usual miss", "percent"), PaperColumn("high", "Too high in", "text"),
        PaperColumn("held", "Range held", "text"),
    )  # fmt: skip
    rows = tuple(
        PaperRow((
            PaperCell(found.names[one.method]), PaperCell(MOMENT_NAMES[one.moment]),
            PaperCell(format_value(one.missed, "percent", n=0), one.missed),
            PaperCell(sample_text(one.periods, one.too_high)),
            PaperCell(f"{one.inside} of {one.ranged}" if one.ranged else NOTHING),
        ))
        for one in found.tracks
    )  # fmt: skip
    return PaperTable(columns, rows)


# --- how near people's forecasts came ---------------------------------------------------------------------------------


def wholes_of(found: ForecastAccuracy) -> tuple[ScopeMisses, ...]:
    """The forecasts of the scope itself: its own call and the sum of its reps, those that closed periods know of."""
    mine = (one for one in found.scopes if one.whose == "reps" or one.scope == found.question.scope)
    return tuple(one for one in mine if horizons_table(one).rows)


def reps_of(found: ForecastAccuracy) -> tuple[ScopeMisses, ...]:
    """The forecasts of the single reps, where the scope is not one of them."""
    return tuple(one for one in found.scopes if one.whose == "own" and one.scope != found.question.scope)
