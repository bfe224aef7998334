"""The forecast of a scope: what will be booked by the end of a period, by several methods, and what is behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kpidesk.core.default_method import checked, tracked
from kpidesk.core.errors import UserError
from kpidesk.core.forecasts import (
    METHODS,
    UNCHECKED,
    Allocation,
    Chance,
    DueDeal,
    ForecastView,
    Method,
    MethodId,
    ToCreate,
    method_name,
)
from kpidesk.core.formats import NOTHING, chance_text, format_value
from kpidesk.core.goals import Target, Tier
from kpidesk.core.periods import Period, is_running
from kpidesk.core.scorecards import Question, Row
from kpidesk.core.status import NOTHING_TO_REACH
from kpidesk.operations.applying import applied
from kpidesk.operations.backtest import backtests, record_of_all
from kpidesk.operations.chance_rows import with_chance_codes
from kpidesk.operations.definition_code import definitions_code
from kpidesk.operations.evaluation import scope_name, scorecard
from kpidesk.operations.evaluators import as_known
from kpidesk.operations.forecast_deals import (
    NO_CATEGORIES,
    NO_STAGE,
    categories,
    category_key,
    conversion_words,
    due_deals,
    stage_chances,
    weighted,
)
from kpidesk.operations.forecast_known import Known, booked_so_far, is_nothing_yet, known_now, plain
from kpidesk.operations.forecast_late import late_wins
from kpidesk.operations.forecast_methods import (
    Estimate,
    filled_before,
    how_words,
    pace_of_past,
    range_of,
    season_estimate,
    share_estimate,
)
from kpidesk.operations.forecast_pacing import pacing
from kpidesk.operations.forecast_pipeline import Pipeline, pipeline_of
from kpidesk.operations.formulas import chosen_kpis
from kpidesk.operations.pipeline_to_create import read_allocation, to_create
from kpidesk.operations.range_code import range_code
from kpidesk.operations.receipt_code import receipt_code
from kpidesk.operations.sources import sources_of
from kpidesk.operations.workspace import Workspace, data_date, settings, view_notices

NONE_YET = "Nothing"
"""Goes on as "booked" and "won so far", where a scorecard has no value yet."""
NO_LEADING = "No leading KPI is in use here: nothing warns before the bookings themselves fall short."
TIERS: tuple[Tier, ...] = ("minimum", "target", "stretch")


def forecast(ws: Workspace, question: Question, allocation: str = "equal") -> ForecastView:
    """What a scope will have booked by the end of a period, as ranges, with everything that it rests on.

    A past period is forecast as it stood on the day in `as_of`. Pipeline still to create is split over the reps by
    `allocation`: `equal`, `target` or `history`. The method with the smallest median error in the past of the whole
    organisation stands for the forecast.

    Raises:
        UserError: no deals have been imported, no such scope or allocation, or bookings have no formula.
    """
    asked, how = plain(question), read_allocation(allocation)
    then = as_known(ws, asked.as_of, asked.teams)
    view = then.remember(("forecast", asked, how), lambda: _forecast(then, asked, how))
    is_to_come = view.as_of is not None and view.as_of < asked.period.last_day
    if is_to_come and "won" not in dict(view.missing):
        view = checked(view, record_of_all(then, asked))
    found = backtests(then).get(asked)
    return tracked(view, found) if found is not None else view


def deals_due(
    ws: Workspace, question: Question, *, stage: str | None = None, category: str | None = None
) -> tuple[DueDeal, ...]:  # fmt: skip
    """All open deals due that a forecast counts, or those of one stage or forecast category, largest expected first.

    Stage and category are named as in the forecast.

    Raises:
        UserError: as `forecast` does.
    """
    asked = plain(question)
    ws = as_known(ws, asked.as_of, asked.teams)
    known = known_now(ws, asked)
    found = pipeline_of(ws, known, asked, 0.0, ())
    if not isinstance(found, Pipeline):
        return ()
    deals = due_deals(ws, known.evaluator.facts, found, asked.as_of, most=None)
    return tuple(
        one for one in deals
        if (stage is None or (one.stage or NO_STAGE) == stage)
        and (category is None or category_key(one.category) == category)
    )  # fmt: skip


def own_chances(ws: Workspace, question: Question) -> tuple[float | None, str]:
    """What the open deals due come to by the chances of the own past, in major units; None where that is not known.

    With the words that the win rate stands in for those chances; empty where it does not.
    """
    asked = plain(question)
    try:
        known = known_now(ws, asked)
    except UserError:
        return None, ""
    found = pipeline_of(ws, known, asked, 0.0, ())
    if not isinstance(found, Pipeline):
        return None, ""
    return weighted(ws, found)[-1].value, found.conversion.words if found.conversion.from_win_rate else ""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question with what every part of the answer needs; `lacks` says why what was won so far is not known.

    `is_none_yet`: no file shows a deal that was ever closed; nothing is counted as won, but no amount is claimed.
    """

    ws: Workspace
    question: Question
    known: Known
    target: Target | None
    won: float
    lacks: str
    is_none_yet: bool = False

    @property
    def won_text(self) -> str:
        if self.is_none_yet:
            return NONE_YET
        return NOTHING if self.lacks else _money(self.ws, self.won)

    @property
    def period(self) -> Period:
        return self.question.period

    @property
    def tiers(self) -> tuple[float, ...]:
        return () if self.target is None else self.target.tiers


def _forecast(ws: Workspace, asked: Question, how: Allocation) -> ForecastView:
    known, period, day = known_now(ws, asked), asked.period, data_date(ws, asked.as_of)
    holds = applied(ws, known.kpi, asked.scope, period, asked.as_of, asked.teams)
    booked, running = booked_so_far(known, period), is_running(period, day, ws.today)
    is_none_yet = running and is_nothing_yet(known, booked)
    is_known = booked.value is not None or is_none_yet
    lacks = "" if is_known else f"What is booked is not known: {booked.reason}."
    target = holds.target if holds is not None and holds.target.is_to_reach else None
    here = _Asked(ws, asked, known, target, booked.value or 0.0, lacks, is_none_yet=is_none_yet)
    pace = pace_of_past(known, period)
    pipeline = lacks or pipeline_of(ws, known, asked, here.won, here.tiers)
    methods = tuple(_methods(here, pipeline, running=running))
    created = _to_create(here, how, pipeline, running=running)
    leading = _leading(ws, asked)
    view = ForecastView(
        question=asked, kpi=known.kpi, title=f"Forecast · {scope_name(ws, asked.scope)} · {period.label}", as_of=day,
        running=running, currency=settings(ws).currency, won=here.won, won_text=here.won_text,
        won_deals=booked.n, due=0.0, due_amount=0.0, due_text=_money(ws, 0.0),
        target=here.target.target if here.target else None,
        target_text=_money(ws, here.target.target) if here.target else "",
        methods=methods, default=next((one.id for one in methods if one.found is not None), None),
        default_words=_default_words(here, methods, running=running),
        pacing=None if lacks else pacing(ws, known, period, here.won, here.target, pace),
        to_create=None if isinstance(created, str) else created,
        leading=leading, leading_warning="" if leading else NO_LEADING,
        late=late_wins(known, period) if is_known and running else None,
        missing=(
            *((("won", lacks),) if lacks else ()), *((("to_create", created),) if isinstance(created, str) else ()),
        ),
        notices=(*view_notices(ws, asked.as_of, asked.teams), *(() if target or not holds else (NOTHING_TO_REACH,))),
        sources=sources_of(ws, asked.as_of),
        definitions=definitions_code(ws, (known.kpi,), period),
        receipt="" if lacks else receipt_code(ws, known.kpi, asked, booked),
    )  # fmt: skip
    if isinstance(pipeline, Pipeline):
        return _with_deals(here, view, pipeline)
    return replace(view, missing=(*view.missing, ("pipeline", pipeline), ("categories", pipeline)))


def _to_create(here: _Asked, how: Allocation, pipeline: Pipeline | str, *, running: bool) -> ToCreate | str:
    if here.lacks or not running:
        return here.lacks or f"{here.period.label} is over."
    is_learned = isinstance(pipeline, Pipeline) and not pipeline.conversion.from_win_rate
    in_time = weighted(here.ws, pipeline)[-1].value if isinstance(pipeline, Pipeline) and is_learned else None
    return to_create(here.ws, here.known, here.period, here.won, here.target, how, in_time)


def _methods(here: _Asked, pipeline: Pipeline | str, *, running: bool) -> Iterator[Method]:
    """What each method finds, in words and numbers."""
    known, period, won, tiers = here.known, here.period, here.won, here.tiers
    if here.lacks:
        yield from (_method(here, one, Estimate(None, here.lacks, 0, ""), running=running) for one in METHODS)
        return
    past = filled_before(known, period)
    estimates: dict[MethodId, Estimate] = {
        "share": share_estimate(known, period, won, past, tiers),
        "pipeline": pipeline.estimate if isinstance(pipeline, Pipeline) else Estimate(None, pipeline, 0, ""),
        "season": season_estimate(known, period, won, past, tiers),
    }
    for one in METHODS:
        yield _method(here, one, estimates[one], running=running)


def _with_deals(here: _Asked, view: ForecastView, found: Pipeline) -> ForecastView:
    ws, facts = here.ws, here.known.evaluator.facts
    amount = float(found.due.worth.sum())
    by_category = categories(ws, facts, found.due, here.won)
    missing = view.missing if by_category else (*view.missing, ("categories", NO_CATEGORIES))
    return replace(
        view, due=float(found.due.share.sum()), due_amount=amount, due_text=_money(ws, amount),
        weighted=weighted(ws, found),
        stages=with_chance_codes(ws, here.question, stage_chances(ws, facts, found)),
        stages_words=conversion_words(found.conversion),
        deals=due_deals(ws, facts, found, here.question.as_of), categories=by_category, missing=missing,
    )  # fmt: skip


def _money(ws: Workspace, value: float) -> str:
    return format_value(value, "money", settings(ws).currency)


def _leading(ws: Workspace, asked: Question) -> tuple[Row, ...]:
    """The leading KPIs in use for the scope, as they stood."""
    ids = tuple(kpi.id for kpi in chosen_kpis(ws, (), asked.scope) if kpi.indicator == "leading" and not kpi.coaching)
    return scorecard(ws, asked, ids).rows if ids else ()


# --- the methods in words ---------------------------------------------------------------------------------------------


def _method(here: _Asked, one: MethodId, made: Estimate, *, running: bool) -> Method:
    reason = made.reason if running else _over(here)
    found = made.found if running else None
    shown = range_of(here.ws, found.shown, found.low, found.high) if found is not None else None
    chances = found.chances if found is not None else ()
    tiers = zip(TIERS, here.tiers, chances, strict=True) if chances else ()
    return Method(
        one, method_name(one, here.period), how_words(one, here.period), shown, "" if shown else reason, made.basis,
        made.periods,
        tuple(Chance(tier, aim, _money(here.ws, aim), chance, chance_text(chance)) for tier, aim, chance in tiers),
        receipt=range_code(here.ws, here.question, one, made) if found is not None else "",
    )  # fmt: skip


def _over(here: _Asked) -> str:
    return f"{here.period.label} is over" + (f". {here.lacks}" if here.lacks else f": {here.won_text} was booked.")


def _default_words(here: _Asked, methods: Sequence[Method], *, running: bool) -> str:
    if not running:
        return _over(here)
    first = next((one for one in methods if one.found is not None), None)
    if first is not None and here.known.day >= here.period.last_day:
        return f"The last day of {here.period.label}: it comes to what is booked."
    if first is None:
        return f"Nothing to forecast from yet. {methods[0].reason}"
    return f"{first.name}, from {first.basis}. {UNCHECKED}"
