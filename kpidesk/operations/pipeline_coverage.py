"""Whether the open pipeline due in a period covers the bookings target, and what is left of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from kpidesk import engine
from kpidesk.core.formats import count_text, format_value
from kpidesk.core.people import ORG, Scope
from kpidesk.core.periods import span_period
from kpidesk.core.pipeline import Coverage, Figure, Pick
from kpidesk.core.receipts import Opens
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Question
from kpidesk.engine.pipeline import Deals, deals_on, has_qualified, qualified
from kpidesk.language import compile_formula
from kpidesk.operations.applying import applied, applier
from kpidesk.operations.evaluation import scope_name
from kpidesk.operations.formulas import definition_in_force, find_kpi, formula_then, kpi_of_formula
from kpidesk.operations.pipeline_given import Given, money_figure
from kpidesk.operations.questions import level_of_nobody
from kpidesk.operations.receipt_code import receipt_code
from kpidesk.operations.workspace import data_date, settings

BOOKINGS, WON_VALUE = "bookings", "win_rate_value"
DAY_ONE = "pipeline_coverage"
"""The KPI of what the deals due came to before the period began, however they move; the page counts those open now."""
LOST, LOST_PRICED = "count(deals where lost on closed_at)", "count(deals where lost and amount > 0 on closed_at)"
CYCLE = "median(days(deals.created_at, deals.closed_at) where won on closed_at)"
LEAST_PRICED = 0.8
"""Which part of the lost deals must have an amount for the share of value that was won to mean anything."""


@dataclass(frozen=True, slots=True)
class _Parts:
    """The numbers that coverage is made of; `rate` is the share of decided value that was won."""

    due: Figure
    target: Figure
    won: Figure
    left: Figure
    rate: Figure
    n: float


def coverage_of(known: Given) -> Coverage:
    """Coverage of the target and of what is left of it, beside what the own past needs."""
    deals = deals_on(known.evaluator, known.asked, "due")
    if deals.reason:
        due = qualified_part = Figure(None, known.money(None), None, deals.reason)
    else:
        due = money_figure(known, deals.amount, float(deals.unrated.sum()), Pick("due"))
        qualified_part = _qualified(known, deals)
    rate, n, whose = _win_rate(known)
    target, won = _target(known), _won(known)
    parts = _Parts(due, target, won, _left(known, target, won), rate, n)
    needed = None if not rate.value else 1 / rate.value
    needs = Figure(needed, format_value(needed, "multiple"), reason=rate.reason if needed is None else "")
    made = Coverage(
        due=due, qualified=qualified_part, target=target, won=won, left=parts.left,
        of_target=_multiple(due, target), of_rest=_multiple(due, parts.left), win_rate=rate, needed=needs,
        day_one=_number(known, DAY_ONE, _plain(known.question))[0], n=n,
        past=known.span, no_target=target.value is None, lines=(), sentence="", rate_of=whose,
    )  # fmt: skip
    return replace(made, lines=_lines(known, made), sentence=_sentence(known, made))


def _qualified(known: Given, deals: Deals) -> Figure:
    if not has_qualified(known.facts):
        return Figure(None, known.money(None), None, "no file says which deals are qualified")
    here = qualified(known.facts, deals.value)
    return money_figure(known, deals.amount[here], float(deals.unrated[here].sum()), Pick("qualified"))


def _number(known: Given, kpi_id: str, asked: Question) -> tuple[Figure, Result]:
    """A KPI by the definition in force, and what it rests on."""
    kpi = definition_in_force(known.ws, find_kpi(known.ws, kpi_id), asked.period)
    formula = formula_then(known.ws, kpi, asked.period)
    grid = engine.evaluate(
        known.evaluator, [(kpi, formula)], (asked.scope,), (asked.period,), unassigned_level=level_of_nobody(asked)
    )
    found = grid.result(0, 0, 0)
    text = format_value(found.value, kpi.display, known.currency, found.n)
    receipt = receipt_code(known.ws, kpi, asked, found)
    return Figure(found.value, text, None, found.reason, Opens(kpi_id, asked), receipt), found


def _plain(asked: Question) -> Question:
    return replace(asked, periods=1, parts=(), where="")


def _won(known: Given) -> Figure:
    found, _ = _number(known, BOOKINGS, _plain(known.question))
    return replace(found, text=known.money(found.value))


def _win_rate(known: Given) -> tuple[Figure, float, str]:
    """The scope's own share of value won where enough of its deals were decided, else that of what it lies in.

    With the deals behind it, and whose it is where it is not its own. The pipeline to create goes by the same rule.
    """
    asked = replace(_plain(known.question), period=known.past)
    found, n = _rate_of(known, asked)
    own, whose = n, ""
    for whole in _wholes(known, asked):
        if n >= settings(known.ws).solid_n:
            break
        other, count = _rate_of(known, replace(asked, scope=whole))
        if other.value is not None and count > own:
            found, n, whose = other, count, scope_name(known.ws, whole)
    return found, n, whose


def _wholes(known: Given, asked: Question) -> tuple[Scope, ...]:
    """What a scope lies in on the day of the data, the nearest first."""
    if asked.scope.kind in ("org", "unassigned"):
        return () if asked.scope == ORG else (ORG,)
    day = data_date(known.ws, known.question.as_of)
    return applier(known.ws).wholes(asked.scope, day) if day is not None else ()


def _rate_of(known: Given, asked: Question) -> tuple[Figure, float]:
    """The share of the value decided in a period that was won, and the deals behind it.

    There is none where most lost deals lost their amount as well: whatever was decided would seem won.
    """
    figure, found = _number(known, WON_VALUE, asked)
    lost, priced = (_count(known, text, asked) for text in (LOST, LOST_PRICED))
    value, reason = found.value, found.reason
    if value is not None and lost and priced < LEAST_PRICED * lost:
        value, reason = None, few_priced(lost, priced)
        figure = replace(figure, receipt="")
    return replace(figure, value=value, text=format_value(value, "percent", n=found.n), reason=reason), found.n


def _count(known: Given, text: str, asked: Question) -> float:
    """How many deals a formula counts."""
    return _value(known, text, asked) or 0.0


def _value(known: Given, text: str, asked: Question) -> float | None:
    formula = compile_formula(text, {})
    grid = engine.evaluate(
        known.evaluator, [(kpi_of_formula(formula), formula)], (asked.scope,), (asked.period,),
        unassigned_level=level_of_nobody(asked),
    )  # fmt: skip
    return grid.result(0, 0, 0).value


def _target(known: Given) -> Figure:
    asked, kpi = known.question, find_kpi(known.ws, BOOKINGS)
    holds = applied(known.ws, kpi, asked.scope, asked.period, asked.as_of, asked.teams)
    value = None if holds is None else holds.target.target
    return Figure(value, known.money(value), None, "" if value is not None else "no target set")


def _left(known: Given, target: Figure, won: Figure) -> Figure:
    if target.value is None or won.value is None:
        return Figure(None, known.money(None), None, target.reason or won.reason)
    if target.value <= 0:
        return Figure(None, known.money(None), None, "the target is 0")
    left = target.value - won.value
    if left <= 0:
        return Figure(None, known.money(None), None, "target met")
    return Figure(left, known.money(left))


def _multiple(due: Figure, of: Figure) -> Figure:
    reason = due.reason or of.reason or ("" if of.value else "the target is 0")
    value = None if reason or due.value is None or not of.value else due.value / of.value
    return Figure(value, format_value(value, "multiple"), due.pick, reason)


def _lines(known: Given, made: Coverage) -> tuple[str, ...]:
    """The arithmetic in words, as far as it goes."""
    lines, period = [], known.question.period.label
    if made.of_target.value is not None:
        lines.append(f"{made.due.text} open and due in {period} ÷ {made.target.text} target = {made.of_target.text}")
        if made.day_one.value:
            name = find_kpi(known.ws, DAY_ONE).name
            lines.append(f"Before it began: {made.day_one.text}, the KPI {name}")
    if made.left.value is not None:
        lines.append(f"{made.target.text} target − {made.won.text} won = {made.left.text} left")
    if made.of_rest.value is not None:
        lines.append(f"{made.due.text} ÷ {made.left.text} left = {made.of_rest.text}")
    if made.of_rest.value is not None and made.is_part:
        lines.append(f"{made.qualified.text} of it qualified ÷ {made.left.text} left = {made.judged.text}")
    if made.needed.value is not None:
        lines.append(
            f"Of the value decided in {made.past}, {made.win_rate.text} was won ({_sample(made)}):"
            f" 1 ÷ {made.win_rate.text} = {made.needed.text} needed"
        )
    return tuple(lines)


def _with_time(known: Given) -> str:
    """That enough is enough only with time to win it, where half of the won deals took longer than is left."""
    day = data_date(known.ws, known.question.as_of)
    left = (known.question.period.last_day - day).days if day is not None else None
    if day is None or left is None or left < 0:
        return ""
    year = replace(_plain(known.question), period=span_period(day - timedelta(days=364), day))
    cycle = _value(known, CYCLE, year)
    if cycle is None or cycle <= left:
        return ""
    return f" if there were time: half of the won deals took {format_value(cycle, 'days')} or longer, {left:,} are left"


def _deals(n: float) -> str:
    return f"{count_text(n)} deal{'' if n == 1 else 's'}"


def _sample(made: Coverage) -> str:
    """How many deals a win rate rests on, and whose where they are not the scope's own."""
    return f"{_deals(made.n)}{f' of {made.rate_of}' if made.rate_of else ''}"


def few_priced(lost: float, priced: float) -> str:
    """That most lost deals have no amount: "only 3 of 96 lost deals have an amount"."""
    if not priced:
        return f"none of {count_text(lost)} lost deals has an amount"
    return f"only {count_text(priced)} of {count_text(lost)} lost deals {'has' if priced == 1 else 'have'} an amount"


def _sentence(known: Given, made: Coverage) -> str:
    period = known.question.period.label
    if made.no_target:
        return f"No bookings target is set for {period}, so coverage is not known."
    if made.left.reason == "target met":
        return f"The bookings target of {period} is met."
    if made.of_rest.value is None:
        return f"Coverage is not known: {made.of_rest.reason}."
    told = f"Open deals due in {period} cover what is left of the target {made.of_rest.text}"
    if made.is_part:
        told += f", qualified ones {made.judged.text}"
    if made.needed.value is None:
        return f"{told}. What you need is not known: {made.needed.reason or 'nothing was won in ' + made.past}."
    is_same = made.judged.text == made.needed.text
    verdict = "about enough" if is_same else "enough" if made.is_enough else "not enough alone"
    if is_same or made.is_enough:
        verdict += _with_time(known)
    return (
        f"{told}; by your own past ({made.win_rate.text} of the value won, {_sample(made)}) you need"
        f" {made.needed.text}: {verdict}. Three times is only a rule of thumb."
    )
