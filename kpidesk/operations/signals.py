"""What stands out among the KPIs of a scope, what was said of it, and limits worked out anew."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from statistics import fmean

from kpidesk import store
from kpidesk.core.errors import UserError
from kpidesk.core.formats import day_text
from kpidesk.core.people import Scope
from kpidesk.core.periods import Grain, Period, period_of
from kpidesk.core.reviews import AgendaItem
from kpidesk.core.scorecards import Question
from kpidesk.core.signals import (
    MOST_SHOWN,
    Acknowledgement,
    KpiSignal,
    LimitStart,
    RuleHit,
    Signals,
    check_grain,
    check_reason,
    in_order,
    is_acknowledged,
)
from kpidesk.operations.charting import Charted, chart_grains, chart_start, charts, current, limit_starts
from kpidesk.operations.evaluators import as_known
from kpidesk.operations.formulas import find_kpi
from kpidesk.operations.receipt_code import by_newest, coder
from kpidesk.operations.rules import rule_hits
from kpidesk.operations.workspace import Workspace, all_or_none, data_date, definitions, settings, stamp
from kpidesk.stats.false_signals import false_rate, luck_words
from kpidesk.stats.process import RUN, Signal, signal_words

_MOST_EFFECT = 99.0
NO_SEASON = "With less than two years of data, what comes again each quarter or year may stand out as well."
_WHAT = "A signal that is put aside"


def signals(ws: Workspace, scope: Scope, period: Period | None = None, as_of: date | None = None) -> Signals:
    """What stands out among the active KPIs of a scope and those below it, at the newest whole week or month.

    With `period` at the last one that was over by its end. Charts of a KPI that shares rows between its periods, with
    fewer than 13 whole periods or with fewer than five rows a period are left out.
    """
    ws = as_known(ws, as_of)
    made = charts(ws, scope, period, as_of)
    key = ("signals found", scope, period, as_of, limit_starts(ws))
    every = ws.remember(key, lambda: in_order(tuple(_found(ws, made.charted, as_of))))
    said = store.load_acknowledgements(ws.db)
    noted = tuple(replace(one, noted=why.reason) for one in every if (why := _said(one, said)) is not None)
    open_ones = tuple(one for one in every if _said(one, said) is None)
    expected = math.fsum(false_rate(one.chart.points, newest=True) for one in made.charted)
    return Signals(
        scope=scope,
        as_of=data_date(ws, as_of),
        shown=open_ones[:MOST_SHOWN],
        others=open_ones[MOST_SHOWN:],
        noted=noted,
        charts=len(made.charted),
        expected=expected,
        words=_words(made.charted, expected, len(every), len(noted)),
        left_out=made.left_out,
    )


def _words(charted: Sequence[Charted], expected: float, found: int, noted: int) -> str:
    """How much stands out beside what luck alone would show; what a season may add to it, as long as none is known."""
    if not charted:
        return ""
    words = luck_words(len(charted), expected, found, noted)
    return f"{words} {NO_SEASON}" if found > expected and any(one.is_young for one in charted) else words


def _said(signal: KpiSignal, said: Iterable[Acknowledgement]) -> Acknowledgement | None:
    return next((one for one in said if is_acknowledged(signal, one)), None)


def _found(ws: Workspace, charted: Sequence[Charted], as_of: date | None) -> Iterable[KpiSignal]:
    """One signal for each chart that has any: a run says more than a single point."""
    coded = coder(ws, Question(period_of(ws.today, "month", settings(ws)), as_of=as_of))
    for one in charted:
        now = [one.chart.signals[at] for at in current(one)]
        if now:
            found = _signal(ws, one, min(now, key=lambda signal: signal.rule != "run"))
            asked = by_newest(ws, one.kpi, Question(found.until, one.scope, as_of=as_of))
            yield replace(found, receipt=coded(one.kpi, asked, one.newest()))


def _signal(ws: Workspace, one: Charted, signal: Signal) -> KpiSignal:
    values, drawn = one.series.values, one.chart
    words = signal_words(
        signal, drawn, values, each=one.grain, unit=one.kpi.unit, currency=settings(ws).currency
    )  # fmt: skip
    is_up = signal.side == "above"
    return KpiSignal(
        kpi=one.kpi,
        scope=one.scope,
        grain=one.grain,
        rule=signal.rule,
        side=signal.side,
        since=one.periods[signal.since],
        until=one.periods[signal.at],
        seen=_seen(one, signal),
        effect=_effect(one, signal),
        better=None if one.kpi.direction in ("range", "none") else is_up == (one.kpi.direction == "higher"),
        words=words,
        value=values[signal.at],
        usual=drawn.centre[signal.at],
    )


def _seen(one: Charted, signal: Signal) -> date:
    """The day after the period with which the rule was first met."""
    if signal.rule == "outside":
        return one.periods[signal.at].end
    known = [at for at in range(signal.since, signal.at + 1) if math.isfinite(one.series.values[at])]
    return one.periods[known[RUN - 1]].end


def _effect(one: Charted, signal: Signal) -> float:
    """By how many standard deviations of one period the newest points lie away from the usual."""
    drawn, at = one.chart, signal.at
    sigma = max(drawn.high[at] - drawn.centre[at], drawn.centre[at] - drawn.low[at]) / 3
    places = [p for p in range(signal.since, at + 1) if math.isfinite(one.series.values[p])]
    away = abs(fmean(one.series.values[p] - drawn.centre[p] for p in places))
    return min(away / sigma, _MOST_EFFECT) if sigma > 0 else _MOST_EFFECT


# --- said of it ----------------------------------------------------------------------------------------------------


def acknowledge(ws: Workspace, kpi_id: str, scope: Scope, reason: str) -> Acknowledgement:
    """Say what is behind the signal of a KPI and a scope, else behind what a rule reports of it.

    It leaves the list, and the next one-on-one brings it up.

    Raises:
        UserError: nothing stands out there that was not acknowledged yet, or no reason is given.
    """
    text, kpi = check_reason(reason, _WHAT), find_kpi(ws, kpi_id)
    found: list[KpiSignal | RuleHit] = [*signals(ws, scope).every, *rule_hits(ws, scope)]
    for one in found:
        if one.kpi.id == kpi.id and one.scope == scope:
            return acknowledge_signal(ws, one, text)
    whose = "" if scope.kind == "org" else f" for {scope.name}"
    raise UserError(f"Nothing stands out in '{kpi.name}'{whose}.", "`kpidesk signals WORKSPACE` lists what does.")


def acknowledge_signal(ws: Workspace, one: KpiSignal | RuleHit, reason: str) -> Acknowledgement:
    """Say what is behind a signal, or behind what a rule reports.

    The draft of a one-on-one with that rep gets it as a point to talk about.

    Raises:
        UserError: no reason is given, or the workspace cannot be written.
    """
    text = check_reason(reason, _WHAT)
    grain, rule = (one.rule.grain, one.rule.kind) if isinstance(one, RuleHit) else (one.grain, one.rule)
    said = Acknowledgement(0, one.kpi.id, one.scope, grain, rule, one.since.start, text, stamp(ws))
    with all_or_none(ws):
        number = store.save_acknowledgement(ws.db, said)
        kept = next(known for known in store.load_acknowledgements(ws.db) if known.id == number)
        if one.scope.kind == "rep":
            _bring_up(ws, kept)
    return kept


def take_back_acknowledgement(ws: Workspace, number: int) -> None:
    """Take back what was said of a signal: it is on the list again."""
    store.delete_acknowledgement(ws.db, number)


def acknowledgements(ws: Workspace) -> tuple[Acknowledgement, ...]:
    """Everything that was said of signals, oldest first."""
    return store.load_acknowledgements(ws.db)


def _bring_up(ws: Workspace, said: Acknowledgement) -> None:
    """Put it on the agenda of the one-on-one that is being prepared, if there is one."""
    drafts = (one for one in store.load_reviews(ws.db, said.scope.id) if one.state == "draft")
    draft = next(drafts, None)
    if draft is not None:
        store.keep_review(ws.db, replace(draft, agenda=(*draft.agenda, _point(ws, said))))


def points_to_raise(ws: Workspace, scope: Scope) -> tuple[AgendaItem, ...]:
    """What was said of the signals of a rep since the last one-on-one that was closed, as points of the next one.

    Not of days of which no data are known any more, nor of a KPI that is retired.
    """
    known, kpis = data_date(ws), definitions(ws)
    closed = [one.closed_at for one in store.load_reviews(ws.db, scope.id) if one.state == "closed"]
    since = max(closed, default="")
    return tuple(
        _point(ws, one) for one in store.load_acknowledgements(ws.db)
        if one.scope == scope and one.at > since and known is not None and one.since <= known
        and kpis[one.kpi_id].status != "retired"
    )  # fmt: skip


def _point(ws: Workspace, said: Acknowledgement) -> AgendaItem:
    name = find_kpi(ws, said.kpi_id).name
    text = f"{name} since {day_text(said.since)}: {said.reason} (noted {day_text(said.day)})"
    return AgendaItem(text, by="manager", raised=True)


# --- limits --------------------------------------------------------------------------------------------------------


def restart_limits(ws: Workspace, kpi_id: str, scope: Scope, day: date, reason: str, grain: str = "") -> LimitStart:
    """Have the limits of a chart worked out anew from a day on, because something has really changed.

    Raises:
        UserError: no reason is given, or the day lies outside the chart.
    """
    kpi = find_kpi(ws, kpi_id)
    text = check_reason(reason, "A new start of limits")
    wanted = check_grain(grain) if grain else _grain_shown(ws, kpi.id, scope) or chart_grains(kpi)[0]
    first, known = chart_start(ws, wanted), data_date(ws)
    if known is None or day > known:
        raise UserError(f"There are no data of {day_text(day)} yet.", "Name a day that the data cover.")
    if first is not None and day < first:
        raise UserError(f"This chart begins on {day_text(first)}.", "Name a later day.")
    start = LimitStart(0, kpi.id, scope, wanted, day, text)
    number = store.save_limits(ws.db, start)
    return next(one for one in store.load_limits(ws.db) if one.id == number)


def _grain_shown(ws: Workspace, kpi_id: str, scope: Scope) -> Grain | None:
    """The grain in which a KPI of a scope is charted; None where it is not."""
    found = (one.grain for one in charts(ws, scope).charted if one.kpi.id == kpi_id and one.scope == scope)
    return next(found, None)
