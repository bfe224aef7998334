"""Where a target leads when it is raised at every refresh, whether the process reaches it, whether it would show."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from kpidesk import engine
from kpidesk.core.amounts import amount_typed
from kpidesk.core.formats import MINUS, count_text, format_value, sample_text, whole_percent
from kpidesk.core.goals import Target, far_words, in_points, ladder
from kpidesk.core.kpis import Kpi
from kpidesk.core.ladders import Band, Ladder, LadderStep, Visibility
from kpidesk.core.people import ORG, Scope
from kpidesk.core.periods import Grain, Period, is_running, shift
from kpidesk.operations.comparables import comparable
from kpidesk.operations.evaluation import scope_name
from kpidesk.operations.evaluators import evaluator
from kpidesk.operations.formulas import definition_in_force, entries_of, find_kpi, formula_of, row_noun
from kpidesk.operations.goals import TOO_STEEP, from_history, history_before
from kpidesk.operations.workspace import Workspace, data_date, definitions, goals, settings
from kpidesk.stats.behaviour import LEAST_POINTS, natural_limits, periods_to_show
from kpidesk.stats.power import needed_n, periods_for_count, periods_for_rate, reach
from kpidesk.stats.process import Limits

NO_CHANCE = "The present process will not reach this without a change."
ALWAYS_MET = "The present process reaches this by itself: it asks for nothing new."
LIKELY_STEP = 0.25
"""A step by more than this part of the baseline is not one that anybody repeats."""
MANY = 100
"""So many periods are for ever: nobody can be judged on what shows only then."""


@dataclass(frozen=True, slots=True)
class _Past:
    """The values of the whole periods before one that have any, and the rows behind each, oldest first."""

    values: tuple[float, ...] = ()
    rows: tuple[float, ...] = ()

    @property
    def rows_each(self) -> float:
        """How many rows one of the last four had."""
        last = self.rows[-4:]
        return math.fsum(last) / len(last) if last else 0.0


def ladder_of(
    ws: Workspace,
    kpi_id: str,
    scope: Scope,
    period: Period,
    uplift: float = 0.10,
    steps: int = 4,
    target: float | None = None,
    *,
    by_points: bool = False,
) -> Ladder:
    """What raising (lowering) a KPI by `uplift` at every period comes to, and what speaks for or against it.

    `target` replaces the first step by one that was typed; the steps then go on by the same part, or `by_points` by
    the same difference: 22 % and +3pp lead to 25, 28 and 31 %.

    Raises:
        UserError: no such KPI, or neither a baseline nor a history that carries one.
    """
    kpi = definition_in_force(ws, find_kpi(ws, kpi_id), period)
    start, inputs = _start(ws, kpi, scope, period)
    past = _past(ws, kpi, scope, period)
    sign = -1 if kpi.direction == "lower" else 1
    step = uplift if target is None or not start else sign * (target - start) / abs(start)
    values = _repeated(start, sign * step, steps, by_points=by_points)
    band = band_of(kpi, settings(ws).currency)
    shown = tuple(_step(ws, kpi, band, shift(period, at, settings(ws)), value) for at, value in enumerate(values))
    aim = target if target is not None else values[0] if values else start
    return Ladder(
        kpi_id=kpi.id,
        scope=scope,
        period=period,
        start=start,
        start_text=format_value(start, kpi.display, settings(ws).currency),
        uplift=step,
        steps=shown,
        warnings=_warnings(shown, _repeated(1.0, sign * step, steps, by_points=by_points)[-1:], period.grain),
        capability=_capability(kpi, natural_limits(past.values), aim),
        visibility=_visibility(ws, kpi, scope, period, (start, aim), past),
        band=band,
        comparable=comparable(ws, kpi.id, scope, period),
        inputs=inputs,
    )


def _repeated(start: float, part: float, steps: int, *, by_points: bool) -> tuple[float, ...]:
    """What a step by a part of the start comes to when it is made again and again."""
    if by_points:
        return tuple(start + at * part * abs(start) for at in range(1, steps + 1))
    return ladder(start, part if start >= 0 else -part, steps)


def try_target(ws: Workspace, kpi_id: str, scope: Scope, period: Period, text: str = "") -> Ladder:
    """Where a target as typed leads; without one the target that is set, else the baseline with a tenth more.

    Raises:
        UserError: as for `ladder_of`, or the text is no number.
    """
    kpi, book = definition_in_force(ws, find_kpi(ws, kpi_id), period), goals(ws)
    if text.strip():
        aim = amount_typed(text, kpi, settings(ws).currency, _start(ws, kpi, scope, period)[0])
        return ladder_of(ws, kpi.id, scope, period, target=aim, by_points=in_points(text))
    stands = book.target(kpi.id, scope, period)
    return ladder_of(ws, kpi.id, scope, period, target=stands.target if stands is not None else None)


def _start(ws: Workspace, kpi: Kpi, scope: Scope, period: Period) -> tuple[float, tuple[str, ...]]:
    """The baseline of a scope, and the receipt codes of the numbers that it was worked out from."""
    stored = goals(ws).baseline(kpi.id, scope, period)
    found = stored if stored is not None else from_history(ws, kpi, scope, period)
    return found.value, found.inputs


def _past(ws: Workspace, kpi: Kpi, scope: Scope, period: Period) -> _Past:
    """The whole periods before one; none of a role."""
    if scope.kind == "role":
        return _Past()
    history, known = history_before(ws, period), data_date(ws)
    grid = engine.evaluate(evaluator(ws), [(kpi, formula_of(ws, kpi, period))], (scope,), history)
    over = [not is_running(one, known, ws.today) for one in history]
    whole = [p for p, is_over in enumerate(over) if is_over and not grid.starts_inside(0, p)]
    results = [grid.result(0, 0, p) for p in whole]
    valued = [one for one in results if one.value is not None]
    return _Past(tuple(one.value for one in valued if one.value is not None), tuple(one.n for one in valued))


def doubts_about(ws: Workspace, target: Target, typed: str = "") -> tuple[str, ...]:
    """Where a target leads and what speaks against it, in sentences: what it comes to when its step is repeated, that
    nobody will see it reached, or that it will not be reached. A target `typed` in points goes on by points. A step
    that is too large to be repeated is told of by itself.
    """
    about = (target.kpi_id, target.scope, target.period)
    found = ladder_of(ws, *about, target=target.target, by_points=in_points(typed))
    if abs(found.uplift) > LIKELY_STEP:
        first = found.steps[:1]
        found = replace(found, steps=first, warnings=_warnings(first, (), target.period.grain))
    base = goals(ws).baseline(*about)
    far = far_words(target, base, find_kpi(ws, target.kpi_id), scope_name(ws, target.scope), settings(ws).currency)
    return tuple(one for one in (far, leads_to(found), *doubts_of(found)) if one)


def doubts_of(found: Ladder) -> tuple[str, ...]:
    """What speaks against a ladder, in sentences."""
    return tuple(one for one in (*found.warnings, found.capability, found.visibility.words) if one)


def leads_to(found: Ladder) -> str:
    """What a target comes to when its step is repeated in each of the next periods; empty without a step."""
    if len(found.steps) < 2 or not found.uplift:
        return ""
    each = "period" if found.period.grain == "span" else found.period.grain
    first, last = found.steps[0].period.label, found.steps[-1].period.label
    values = ", ".join(one.text for one in found.steps)
    step = f"Were the same step asked again every {each}, the target would go"
    return f"{step} from {found.start_text} to {values} ({first} to {last})."


def band_of(kpi: Kpi, currency: str) -> Band | None:
    """The first published range or figure of a KPI; None where none is published."""
    for mark in kpi.benchmarks:
        if mark.low is not None and mark.high is not None:
            low, high = (format_value(end, kpi.display, currency) for end in (mark.low, mark.high))
            told = ", ".join(part for part in (mark.source, mark.year, mark.segment) if part)
            figure = low if mark.low == mark.high else f"{low} to {high}"
            words = f"Published: {figure} ({told}). To compare with, not a target."
            return Band(mark.low, mark.high, words, told)
    return None


def _step(ws: Workspace, kpi: Kpi, band: Band | None, period: Period, value: float) -> LadderStep:
    text = format_value(value, kpi.display, settings(ws).currency)
    warning = ""
    if _is_beyond_whole(kpi, value):
        warning = "passes 100%"
    elif band is not None and band.low < band.high and not band.low <= value <= band.high:  # one figure is no range
        low, high = (format_value(end, kpi.display, settings(ws).currency) for end in (band.low, band.high))
        warning = f"outside the published {low} to {high} ({band.source})"
    return LadderStep(period, value, text, warning)


def _is_beyond_whole(kpi: Kpi, value: float) -> bool:
    return kpi.is_rate and value > 1


def _warnings(steps: tuple[LadderStep, ...], end: tuple[float, ...], grain: Grain) -> tuple[str, ...]:
    """What speaks against a ladder; `end` is what 1 comes to by its last step, empty without one."""
    found = []
    first_odd = next((one for one in steps if one.warning), None)
    if first_odd is not None:
        found.append(f"In {first_odd.period.label} it is {first_odd.text}: {first_odd.warning}.")
    whole = end[0] - 1 if end else 0.0
    if abs(whole) > TOO_STEEP - 1:
        each = "period" if grain == "span" else grain
        mark = MINUS if whole < 0 else "+"
        found.append(f"Repeated every {each} it comes to {mark}{whole_percent(abs(whole))}% after {len(steps)}.")
    return tuple(found)


def _capability(kpi: Kpi, limits: Limits | None, aim: float) -> str:
    """Whether a target lies outside what the process comes to by itself; empty where it is hit and miss."""
    if limits is None or kpi.direction in ("range", "none"):
        return ""
    low, high = limits.low, limits.high
    if kpi.direction == "lower":
        return NO_CHANCE if aim < low else ALWAYS_MET if aim > high else ""
    return NO_CHANCE if aim > high else ALWAYS_MET if aim < low else ""


def capability_of(ws: Workspace, kpi: Kpi, scope: Scope, period: Period, aim: float) -> str:
    """Whether the present process reaches a target, in words; empty where it is hit and miss, or nobody can say."""
    return _capability(kpi, natural_limits(_past(ws, kpi, scope, period).values), aim)


def _visibility(
    ws: Workspace, kpi: Kpi, scope: Scope, period: Period, change: tuple[float, float], past: _Past
) -> Visibility:
    """Whether a change from one value to another would show in the numbers of a scope, in plain words."""
    base, aim = change
    if kpi.direction in ("range", "none") or base == aim or scope.kind == "role" or _is_beyond_whole(kpi, aim):
        return Visibility("")
    if (aim > base) if kpi.direction == "lower" else (aim < base):
        side = "above" if kpi.direction == "lower" else "below"
        return Visibility(f"The target lies {side} the baseline: it asks for less than what is reached already.")
    mine = _periods(kpi, past, change)
    each = "period" if period.grain == "span" else period.grain
    if mine is None:
        return Visibility(_not_yet(kpi, change, len(past.values), each))
    if mine <= 1:
        return Visibility(f"One {each} is enough to show it.", mine)
    suggest, name, coach = _sooner(ws, kpi)
    who = "The organisation" if scope == ORG else scope_name(ws, scope)
    rows = _rows_needed(kpi, past, mine)
    told = ["Fine as a goal.", f"{who} alone cannot show it in one {each}: it takes {_about(mine)} {each}s{rows}."]
    told += _instead(_periods(kpi, _past(ws, kpi, ORG, period), change) if scope != ORG else None, mine, coach, each)
    return Visibility(" ".join(told), mine, suggest, name)


def _not_yet(kpi: Kpi, change: tuple[float, float], known: int, each: str) -> str:
    """What is missing before anybody can say how long a change takes to show, after so many known periods."""
    base, aim = change
    rows = needed_n(base, min(aim, 1.0)) if kpi.is_rate else None
    if rows is not None:
        was, now = (format_value(one, kpi.display) for one in (base, min(aim, 1.0)))
        told = sample_text(rows, noun=row_noun(kpi))
        return f"To tell {now} from {was} takes about {told} in each of two {each}s; how long that is, the first shows."
    if known >= LEAST_POINTS:
        return ""
    more = sample_text(LEAST_POINTS - known, noun=f"more whole {each}")
    return f"Whether it would show can be said after {more}."


def _rows_needed(kpi: Kpi, past: _Past, periods: float) -> str:
    """How many rows that is at the present rate: ", about 340 deals"; empty where there are none."""
    needed = math.ceil(periods * past.rows_each - 1e-6)
    return f", about {sample_text(needed, noun=row_noun(kpi))}" if past.rows_each > 0 else ""


def _instead(of_all: float | None, mine: float, coach: str, each: str) -> list[str]:
    """Where it would show sooner, and what to talk about meanwhile."""
    if of_all is not None and of_all < mine and of_all <= MANY:
        long = f"one {each}" if of_all <= 1 else f"{_about(of_all)} {each}s"
        return [f"Judge the whole organisation on it, which takes {long}{f'; coach {coach}' if coach else ''}."]
    return [f"Coach {coach} meanwhile."] if coach else []


def _about(periods: float) -> str:
    return f"more than {MANY}" if periods > MANY else f"about {count_text(math.ceil(periods - 1e-9))}"


def _periods(kpi: Kpi, past: _Past, change: tuple[float, float]) -> float | None:
    """How many periods tell the change from luck in the numbers of a scope; None where that cannot be said.

    For a whole the same relative change of its own level is looked at.
    """
    base, aim = change
    values = past.values
    if not values and kpi.kpi_class in ("flow_count", "distinct") and base > 0:
        return periods_for_count(base, aim)
    if not values:
        return None
    if kpi.is_rate:
        return periods_for_rate(base, min(aim, 1.0), past.rows_each) if 0 <= base <= 1 else None
    level = math.fsum(values[-4:]) / len(values[-4:])
    if kpi.kpi_class in ("flow_count", "distinct") and base > 0:
        return periods_for_count(level, level * aim / base)
    limits = natural_limits(values)
    if limits is None or not base:
        return None
    return periods_to_show(limits.spread, level * (aim / base - 1), reach())


def _sooner(ws: Workspace, kpi: Kpi) -> tuple[str, str, str]:
    """A leading KPI that is not in use yet (id and name), and the name of the one to coach; the data tell both."""
    known = definitions(ws)
    able = entries_of(ws, tuple(known[one] for one in kpi.leading if one in known and known[one].status != "retired"))
    leading = [one.kpi for one in able if one.computable]
    missing = next((one for one in leading if one.status != "active"), None)
    coach = leading[0].name[0].lower() + leading[0].name[1:] if leading else ""
    is_needed = missing is not None and not any(one.status == "active" for one in leading)
    return (missing.id, missing.name, coach) if missing is not None and is_needed else ("", "", coach)
