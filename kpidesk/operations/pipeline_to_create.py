"""How much pipeline must still be created for the target, with its arithmetic written out, split over the reps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from kpidesk import engine
from kpidesk.core.cascade import share_out
from kpidesk.core.errors import UserError, nearest
from kpidesk.core.forecasts import ALLOCATION_WORDS, ALLOCATIONS, Allocation, RepShare, Term, ToCreate
from kpidesk.core.formats import between_words, format_value, sample_text
from kpidesk.core.goals import Target
from kpidesk.core.people import ORG, Scope
from kpidesk.core.periods import Period, span_period
from kpidesk.core.records import minor_digits
from kpidesk.core.results import Result
from kpidesk.core.wording import listed
from kpidesk.engine.days import day_number
from kpidesk.language import compile_formula
from kpidesk.operations.applying import applied_then, applier
from kpidesk.operations.comparables import recently
from kpidesk.operations.evaluation import scope_name
from kpidesk.operations.forecast_known import Known
from kpidesk.operations.formulas import kpi_of_formula
from kpidesk.operations.pipeline_coverage import CYCLE, LEAST_PRICED, LOST, LOST_PRICED, few_priced
from kpidesk.operations.pipeline_given import own_past
from kpidesk.operations.target_grid import branches
from kpidesk.operations.workspace import Workspace, scopes, settings
from kpidesk.stats.conversion import value_rate_interval

WON = "sum(deals.amount where won on closed_at)"
CLOSED = "sum(deals.amount where closed on closed_at)"
COUNTED = "count(deals where won on closed_at) / count(deals where closed on closed_at)"
DUE = "sum(deals.amount where open and close_date in period as of end)"
QUALIFIED = "sum(deals.amount where open and qualified_at is not empty and close_date in period as of end)"
MOST_NAMED = 5
"""Reps left out of the split that are named."""


@dataclass(frozen=True, slots=True)
class _Rate:
    """The share of money won in the four periods before, of whom, from `won` of `n` deals."""

    scope: Scope
    value: float
    interval: tuple[float, float]
    won: float
    n: float
    past: str


def read_allocation(text: str) -> Allocation:
    """How something is split over the reps, as typed: equal, target or history.

    Raises:
        UserError: it is none of these.
    """
    for known in ALLOCATIONS:
        if known == text.strip().casefold():
            return known
    raise UserError(f"Pipeline cannot be split by '{text}'.", nearest(text, ALLOCATIONS))


def to_create(
    ws: Workspace,
    known: Known,
    period: Period,
    won: float,
    target: Target | None,
    how: Allocation,
    in_time: float | None = None,
) -> ToCreate | str:
    """What must still be created and due in the period for the target, or why that cannot be said.

    (target − won) ÷ share of money won in the four periods before − open qualified deals due; never below 0. That share
    is of whole sales cycles; `in_time` is what the open deals due bring by the chances they have in the time left.
    """
    if target is None:
        return "Without a target of bookings there is no pipeline to create."
    missing = target.target - won
    rate = _rate(ws, known, period)
    if isinstance(rate, str):
        return rate
    is_told = known.evaluator.facts.gives("qualified_at")
    open_due = max(_open_due(known, QUALIFIED if is_told else DUE, period), 0.0)
    needed = max(missing, 0.0) / rate.value if rate.value > 0 else math.inf
    if not math.isfinite(needed):
        return f"None of {sample_text(rate.n)} decided in {rate.past} was won, so no pipeline would be enough."
    amount = round(max(needed - open_due, 0.0), minor_digits(settings(ws).currency))
    terms = _terms(ws, target.target, won, rate, open_due, is_told=is_told)
    reps, out = _who(ws, known, period) if known.scope.kind != "rep" and amount > 0 else ([], [])
    shares = _shares(ws, known, period, amount, how, reps)
    late = _in_time(ws, known, period, missing, in_time)
    lines = tuple(_lines(ws, terms, rate, (missing, needed, amount), " given time" if late else ""))
    return ToCreate(
        amount, _money(ws, amount), terms, lines, how,
        ALLOCATION_WORDS[how], shares,
        (*late, *_notes(ws, known, period, rate, (amount, open_due), is_told=is_told), *_left_out(out)),
    )  # fmt: skip


def _money(ws: Workspace, value: float) -> str:
    return format_value(value, "money", settings(ws).currency)


def _one(known: Known, text: str, scope: Scope, period: Period) -> Result:
    formula = compile_formula(text)
    grid = engine.evaluate(
        known.evaluator, [(kpi_of_formula(formula), formula)], (scope,), (period,), unassigned_level=known.level
    )
    return grid.result(0, 0, 0)


def _open_due(known: Known, text: str, period: Period) -> float:
    """What is open and due in a period at its end; in one that lies ahead, by the newest data."""
    lies_ahead = day_number(period.start) > known.evaluator.facts.newest_data
    told = text.replace("as of end", "as of now") if lies_ahead else text
    return _one(known, told, known.scope, period).value or 0.0


def _rate(ws: Workspace, known: Known, period: Period) -> _Rate | str:
    """The scope's own share of money won where enough of its deals were decided, else that of what it lies in.

    The words why there is none: nothing was decided, or most lost deals lost their amount as well.
    """
    span, label = own_past(period, known.settings)
    found: _Rate | str = f"No deal was decided in {label}, so the share of money won is not known."
    for scope in (known.scope, *_wholes(ws, known)):
        rate = _rate_of(known, scope, (span, label))
        found = found if rate is None else rate
        if isinstance(rate, _Rate) and rate.n >= known.settings.solid_n:
            return rate
    return found


def _wholes(ws: Workspace, known: Known) -> tuple[Scope, ...]:
    if known.scope.kind in ("org", "unassigned"):
        return () if known.scope == ORG else (ORG,)
    return applier(ws).wholes(known.scope, known.day)


def _rate_of(known: Known, scope: Scope, past: tuple[Period, str]) -> _Rate | str | None:
    span, label = past
    money = _one(known, CLOSED, scope, span)
    if money.value is None and money.n:
        return f"The share of money won in {label} is not known: {money.reason}."
    lost, priced = (_one(known, text, scope, span).value or 0.0 for text in (LOST, LOST_PRICED))
    if lost and priced < LEAST_PRICED * lost:
        return f"The share of money won in {label} is not known: {few_priced(lost, priced)}."
    won, decided = (
        engine.deal_values(known.evaluator, compile_formula(text), scope, span, known.level).tolist()
        for text in (WON, CLOSED)
    )
    interval = value_rate_interval(won, decided)
    if interval is None:
        return None
    counted = _one(known, COUNTED, scope, span)
    return _Rate(scope, math.fsum(won) / math.fsum(decided), interval, counted.numerator or 0.0, counted.n, label)


def _terms(
    ws: Workspace, target: float, won: float, rate: _Rate, open_due: float, *, is_told: bool
) -> tuple[Term, ...]:
    percent = format_value(rate.value, "percent", n=rate.n)
    sure = between_words(rate.interval, "percent", n=rate.n)
    return (
        Term("Target", target, _money(ws, target)),
        Term("Won so far", won, _money(ws, won)),
        Term("Value win rate", rate.value, percent, f"{sample_text(rate.n, rate.won)} deals in {rate.past}, {sure}"),
        Term("Open and qualified, due" if is_told else "Open, due", open_due, _money(ws, open_due)),
    )


def _lines(
    ws: Workspace, terms: Sequence[Term], rate: _Rate, sums: tuple[float, float, float], given: str = ""
) -> list[str]:
    """The sum, step by step."""
    target, won, share, due = terms
    missing, needed, amount = sums
    if missing <= 0:
        return [f"{target.text} target − {won.text} won: the target is reached."]
    what = "open, qualified and due" if due.name.startswith("Open and") else "open and due"
    lines = [
        f"{target.text} target − {won.text} won = {_money(ws, missing)} still to win",
        f"÷ {share.text} value win rate ({share.note}) = {_money(ws, needed)} of pipeline needed",
        f"− {due.text} {what} in the period = {_money(ws, amount)} still to create" if amount > 0
        else f"{due.text} is {what} in the period, so there is enough{given}: {_money(ws, amount)} still to create",
    ]  # fmt: skip
    low, high = rate.interval
    if low > 0:
        least, most = (_money(ws, max(missing / one - due.value, 0.0)) for one in (high, low))
        how = f"With a value win rate {share.note.rpartition(', ')[2]}"
        lines.append(f"{how} it is {least} to {most}" if least != most else f"{how} it is {least} all the same")
    return lines


def _notes(
    ws: Workspace, known: Known, period: Period, rate: _Rate, sums: tuple[float, float], *, is_told: bool
) -> list[str]:
    amount, open_due = sums
    notes = []
    if rate.scope != known.scope:
        notes.append(
            f"Too few deals of its own were decided: the win rate is that of {scope_name(ws, rate.scope)}. "
            "The KPI keeps to its own."
        )
    if not is_told:
        notes.append("No file says which deals are qualified, so every open deal due counts.")
    elif (every := _open_due(known, DUE, period)) > open_due:
        notes.append(f"{_money(ws, every - open_due)} of open deals due are not qualified and do not count.")
    left = (period.end - known.day - timedelta(days=1)).days
    cycle = _one(known, CYCLE, known.scope, _year_to(known)).value
    if amount > 0 and cycle is not None and cycle > left >= 0:
        days, rest = format_value(cycle, "days"), format_value(left, "days")
        verb = "is" if left == 1 else "are"
        notes.append(f"Half of the won deals took {days} or longer, {rest} {verb} left: little of it can close.")
    return notes


def _in_time(ws: Workspace, known: Known, period: Period, missing: float, in_time: float | None) -> tuple[str, ...]:
    """That deals won in whole sales cycles may not be won in the time left, where they bring too little by then."""
    if in_time is None or in_time >= missing:
        return ()
    left = format_value((period.last_day - known.day).days, "days")
    return (f"The win rate is that of whole sales cycles. In the {left} left open deals due bring about "
            f"{_money(ws, in_time)} of the {_money(ws, missing)} still to win, by your own past.",)  # fmt: skip


def _year_to(known: Known) -> Period:
    return span_period(known.day - timedelta(days=364), known.day)


# --- split over the reps ----------------------------------------------------------------------------------------------


def _who(ws: Workspace, known: Known, period: Period) -> tuple[list[Scope], list[Scope]]:
    """The reps to split over, and those left out: in no team and without a target, where others have a team."""
    tree = branches(ws, period, known.day).find(known.scope)
    if tree is None:
        return [], []
    gone = {one.id for one in scopes(ws).people if one.end_at is not None and one.end_at <= known.day}
    here = sorted((one for one in tree.reps if one.id not in gone), key=lambda one: one.name)
    alone = {one.scope for one in tree.parts if one.scope.kind == "rep"} if known.scope == ORG else set()
    if alone.issuperset(here):
        return here, []
    out = [one for one in here if one in alone and applied_then(ws, known.kpi, one, period, known.day) is None]
    return [one for one in here if one not in out], out


def _left_out(reps: Sequence[Scope]) -> tuple[str, ...]:
    if not reps:
        return ()
    names = listed((one.name for one in reps), MOST_NAMED)
    return (f"Not split over {names}: in no team and without a target.",)


def _shares(
    ws: Workspace, known: Known, period: Period, amount: float, how: Allocation, reps: Sequence[Scope]
) -> tuple[RepShare, ...]:
    if not reps:
        return ()
    weights, why = _weights(ws, known, period, reps, how)
    step = 10.0 ** -minor_digits(settings(ws).currency)
    parts = share_out(amount, weights, step)
    return tuple(
        RepShare(rep, rep.name, part, _money(ws, part), words)
        for rep, part, words in zip(reps, parts, why, strict=True)
    )


def _weights(
    ws: Workspace, known: Known, period: Period, reps: Sequence[Scope], how: Allocation
) -> tuple[list[float], list[str]]:
    if how == "equal":
        return [1.0] * len(reps), [f"one of {len(reps)} equal parts"] * len(reps)
    if how == "history":
        values, _, last = recently(ws, known.kpi, reps, period)
        window = f"{last[0].label} – {last[-1].label}"
        return list(values), [f"{_money(ws, value)} booked in {window}" for value in values]
    held = [applied_then(ws, known.kpi, rep, period, known.day) for rep in reps]
    targets = [one.target.target if one else 0.0 for one in held]
    return targets, [f"a target of {_money(ws, one)}" if one else "has no target" for one in targets]
