"""What the range of a forecast is made of: what is won, past periods, open deals; and the same from them again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum
from statistics import fmean

import numpy as np

from kpidesk import engine
from kpidesk.core.fields import Kind
from kpidesk.core.forecasts import MethodId
from kpidesk.core.formats import day_text, fixed, format_value
from kpidesk.core.periods import Period, is_running
from kpidesk.core.receipts import Listing, Opens, ReceiptRow
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Question
from kpidesk.operations.applying import applied
from kpidesk.operations.definition_code import definitions_code
from kpidesk.operations.evaluators import as_known
from kpidesk.operations.forecast_known import (
    Filled,
    Known,
    booked_so_far,
    is_nothing_yet,
    known_now,
    plain,
)
from kpidesk.operations.forecast_methods import (
    Estimate,
    filled_before,
    how_words,
    plural,
    range_of,
    rest_of,
    usual_before,
    usual_of,
)
from kpidesk.operations.forecast_pipeline import Pipeline, Turn, estimate_by, pipeline_of
from kpidesk.operations.formulas import definition_in_force
from kpidesk.operations.made_of import MadeOf, Parts, money_text, number_row
from kpidesk.operations.range_code import result_of_range
from kpidesk.operations.receipt_code import coder, receipt_code
from kpidesk.operations.receipt_rows import listing
from kpidesk.operations.workspace import Workspace, data_date, settings
from kpidesk.stats.plain_ranges import Ends, by_deals, by_rest, by_shares
from kpidesk.stats.projecting import Projection, beyond

IN_ALL, BY_THEN, PART, COMES_TO = "Booked in all", "By the same working day", "Part of it", "Comes to"
LATE, CHANCE, ELSEWHERE = "In the days left", "Chance", "From elsewhere"
FROM_DUE = "From deals due"
"""What the columns are called that no record has."""
EXACT = "Nothing is drawn at random."


def made_of_range(ws: Workspace, asked: Question, method: MethodId) -> MadeOf:
    """The range of a forecast with what it is made of.

    Raises:
        UserError: no deals have been imported, or bookings have no formula.
    """
    asked = plain(asked)
    ws = as_known(ws, asked.as_of, asked.teams)
    known, many = known_now(ws, asked), plural(asked.period)
    won = booked_so_far(known, asked.period)
    why = "" if won.value is not None or is_nothing_yet(known, won) else f"what is booked is not known: {won.reason}"
    if not is_running(asked.period, data_date(ws, asked.as_of), ws.today):
        why = f"{asked.period.label} is over"
    holds = applied(ws, known.kpi, asked.scope, asked.period, asked.as_of, asked.teams)
    tiers = holds.target.tiers if holds is not None and holds.target.is_to_reach else ()
    made = Estimate(None, why, 0, "") if why else estimate_by(ws, known, asked, method, won.value or 0.0, tiers)
    result, noun = result_of_range(made), f"past {many.removesuffix('s')}"
    if made.found is None:
        return MadeOf(result, Listing((), ("name",)), None, words=how_words(method, asked.period), noun=noun)
    here = _Here(ws, asked, known, won)
    again = _MAKERS[method](here)
    shown = range_of(ws, made.found.shown, made.found.low, made.found.high)
    rows = (here.won_row(adds=method == "pipeline"), *again.rows)
    return MadeOf(
        result, Listing(rows, ("name", *again.columns)), again.ends.middle,
        (again.ends.low, again.ends.high),
        _rounded((("booked so far", here.booked), *again.parts, *here.chances(made.found, tiers))),
        f"{shown.text}, middle {shown.point_text}",
        f"{how_words(method, asked.period)} {again.words} {EXACT}", again.noun or noun,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Again:
    """The rows of a range besides what is won, the same range from them, and how it came about."""

    rows: tuple[ReceiptRow, ...]
    columns: tuple[str, ...]
    ends: Ends
    parts: Parts
    words: str
    noun: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class _Here:
    """A question with what every way to make a range needs; `won` is what is booked so far."""

    ws: Workspace
    asked: Question
    known: Known
    won: Result

    @property
    def booked(self) -> float:
        return self.won.value or 0.0

    @property
    def many(self) -> str:
        return plural(self.asked.period)

    def money(self, value: float) -> str:
        """An amount in a cell."""
        return money_text(value, settings(self.ws).currency)

    def chances(self, found: Projection, tiers: Sequence[float]) -> Parts:
        """How likely the period comes to each tier of its target."""
        money = settings(self.ws).currency
        return tuple(
            (f"chance of at least {format_value(aim, 'money', money)}", chance)
            for aim, chance in zip(tiers, found.chances, strict=bool(found.chances))
        )

    def won_row(self, *, adds: bool) -> ReceiptRow:
        """What is booked so far, as a row; `adds` where the other rows are added to it."""
        code = receipt_code(self.ws, self.known.kpi, self.asked, self.won)
        so_far = {} if adds else {BY_THEN: self.money(self.booked)}
        cells = {"name": f"Won so far in {self.asked.period.label}", **so_far}
        return number_row(cells, Opens(self.known.kpi.id, self.asked, code), self.booked if adds else None)

    def past_rows(self, cells: Mapping[Period, Mapping[str, str]]) -> tuple[ReceiptRow, ...]:
        """Past periods as rows, each with the code of what was booked in it."""
        opens = self.opened(tuple(cells))
        return tuple(number_row({"name": one.label, **told}, opens[one]) for one, told in cells.items())

    def opened(self, periods: Sequence[Period]) -> dict[Period, Opens]:
        """The bookings of past periods with their codes, by the definition of the period that is forecast."""
        known, asked = self.known, self.asked
        grid = engine.evaluate(
            known.evaluator, [(known.kpi, known.formula)], (known.scope,), periods, unassigned_level=known.level
        )
        coded, found = coder(self.ws, asked), dict[Period, Opens]()
        mine = definitions_code(self.ws, (known.kpi,), asked.period)
        for at, period in enumerate(periods):
            is_same = definitions_code(self.ws, (known.kpi,), period) == mine
            question = replace(asked, period=period, defined=None if is_same else asked.period)
            kpi = definition_in_force(self.ws, known.kpi, question.defined_in)
            found[period] = Opens(kpi.id, question, coded(kpi, question, grid.result(0, 0, at)))
        return found


# --- by the pace of past periods --------------------------------------------------------------------------------------


def _by_pace(here: _Here) -> _Again:
    past = filled_before(here.known, here.asked.period)
    is_over = here.known.day >= here.asked.period.last_day
    told = {one.period: _pace_cells(here, one, is_over=is_over) for one in past}
    columns = (IN_ALL, BY_THEN, PART, COMES_TO)
    rows = here.past_rows(told)
    if is_over:
        return _Again(rows, columns, Ends(here.booked, here.booked, here.booked), (), "No day is left.")
    ends, wider = by_shares(here.booked, [one.share for one in past]), beyond(sum(one.share > 0 for one in past))
    words = (f"Low and high are their P10 and P90, as ratios to the middle raised to the power of {wider:.2f}: so few "
             f"{here.many} lie closer together than the next one may lie to them.")  # fmt: skip
    return _Again(rows, columns, ends, (("ends moved out by the power", wider), *_told(ends)), words)


def _pace_cells(here: _Here, one: Filled, *, is_over: bool) -> dict[str, str]:
    comes = {COMES_TO: here.money(here.booked / one.share)} if one.share > 0 and not is_over else {}
    return {IN_ALL: here.money(one.total), BY_THEN: here.money(one.share * one.total), PART: _percent(one.share),
            **comes}  # fmt: skip


def _told(ends: Ends) -> Parts:
    return ("low", ends.low), ("middle", ends.middle), ("high", ends.high)


def _rounded(parts: Parts) -> Parts:
    """Amounts to the cent, shares and factors with four decimals."""
    told = ((words, value or 0.0) for words, value in parts)
    return tuple((words, round(value, 2 if abs(value) >= 100 else 4)) for words, value in told)


def _percent(share: float) -> str:
    return f"{fixed(100 * share, 2)}%"


# --- by the usual period ----------------------------------------------------------------------------------------------


def _by_usual(here: _Here) -> _Again:
    period = here.asked.period
    usual, past = usual_before(here.known, period), filled_before(here.known, period)
    late = {one.period: here.money((1 - one.share) * one.total) for one in past}
    totals = dict(zip(usual.periods, usual.totals, strict=True))
    told = {
        one: {IN_ALL: here.money(total), **({LATE: late[one]} if one in late else {})} for one, total in totals.items()
    }
    again = usual_of(period, tuple(told), tuple(totals.values()))
    rest = rest_of(again, past)
    ends = by_rest(here.booked, rest.point, rest.spread)
    words = (f"A usual {period.grain} is {usual.basis}. What is still to come is taken as normal round its middle: low "
             "and high are its P10 and P90, and never less than what is booked.")  # fmt: skip
    parts: Parts = (
        (f"a usual {period.grain}", again.point), ("its standard deviation", again.spread),
        ("part of it still to come", rest.part), ("still to come", rest.point),
        ("standard deviation of that", rest.spread), *_told(ends),
    )  # fmt: skip
    return _Again(here.past_rows(told), (IN_ALL, BY_THEN, LATE), ends, parts, words)


# --- by the open deals ------------------------------------------------------------------------------------------------


def _by_open_deals(here: _Here) -> _Again:
    found = pipeline_of(here.ws, here.known, here.asked, here.booked, ())
    if not isinstance(found, Pipeline):
        raise AssertionError(found)  # there is a range, so there are deals
    is_over = here.known.day >= here.asked.period.last_day
    deals = [] if is_over else list(zip(found.due.worth.tolist(), found.chances.tolist(), strict=True))
    turn = [] if is_over else [one.elsewhere for one in found.turns]
    ends = by_deals(here.booked, deals, turn, found.ratio)
    rows, columns = _deal_rows(here, found) if deals else ((), ())
    turns = () if is_over else tuple(_turn_rows(here, found.turns))
    words = (
        "Each deal is won or not by itself, and each past amount from elsewhere is as likely as the others. Low, "
        "middle and high are P10, P50 and P90 of all that can come of it, "
        f"{found.ratio:.2f} times as far from its mean: as far as past results lay from theirs, and somewhat more for "
        "their small number."
    )
    parts: Parts = (
        ("open deals, each by its chance", fsum(amount * chance for amount, chance in deals)),
        ("from elsewhere, on average", fmean(turn) if turn else 0.0), ("range wider by", found.ratio), *_told(ends),
    )  # fmt: skip
    noun = "" if found.conversion.periods == len(found.conversion.spans) else "earlier export"
    return _Again((*turns, *rows), (CHANCE, LATE, FROM_DUE, ELSEWHERE, *columns), ends, parts, words, noun)


def _deal_rows(here: _Here, found: Pipeline) -> tuple[tuple[ReceiptRow, ...], tuple[str, ...]]:
    """The open deals due, the largest expected first: each adds its amount times its chance."""
    due, expected = found.due, found.due.worth * found.chances
    order = np.argsort(-expected, kind="stable")
    kind: Kind = "deals"
    size = len(order)
    facts, each = here.known.evaluator.facts, engine.Each.alike
    behind = engine.Behind(
        facts.past.versions.value[due.version[order]], each(kind, size), each("", size), np.ones(size),
        expected[order], np.ones(size, dtype=np.bool_), each(None, size), each("", size), Result(None, size), None, (),
    )  # fmt: skip
    listed = listing(here.ws, behind, here.asked.as_of)
    told = zip(listed.rows, found.chances[order].tolist(), strict=True)
    rows = tuple(replace(row, cells={**row.cells, CHANCE: _percent(chance)}) for row, chance in told)
    return rows, tuple(name for name in listed.columns if name != "name")


def _turn_rows(here: _Here, turns: Sequence[Turn]) -> Iterator[ReceiptRow]:
    """What past periods won in as much time, and what of that was from elsewhere; each adds its part of the mean."""
    opens = here.opened([one.days for one in turns])
    for one in turns:
        cells = {
            "name": f"{one.span.label} after {day_text(engine.day_of(one.span.day))}", LATE: here.money(one.won),
            FROM_DUE: here.money(one.due), ELSEWHERE: here.money(one.elsewhere),
        }  # fmt: skip
        yield number_row(cells, opens[one.days], one.elsewhere / len(turns))


_MAKERS = {"share": _by_pace, "pipeline": _by_open_deals, "season": _by_usual}
