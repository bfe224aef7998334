"""A forecast call: what each rep says will be booked, beside last time, the range of the data, and past errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from kpidesk.core.errors import UserError
from kpidesk.core.forecast_misses import ForecastAccuracy, Whose
from kpidesk.core.forecasts import UNCHECKED, ForecastView
from kpidesk.core.formats import format_difference, format_value
from kpidesk.core.meeting_sheets import Amount, CallLine, ForecastPart, ForecastRange
from kpidesk.core.meeting_words import own_chances_words
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.core.scorecards import Question
from kpidesk.core.submissions import Submission
from kpidesk.operations.booked import booked
from kpidesk.operations.evaluation import scope_name
from kpidesk.operations.forecast import forecast, own_chances
from kpidesk.operations.forecast_accuracy import forecast_accuracy
from kpidesk.operations.submissions import submissions
from kpidesk.operations.team_review_pipeline import moved_lines, pipeline_since
from kpidesk.operations.workspace import Workspace, scopes, settings

SUM = "Sum of the reps"
WHOSE = "deals of people who left, or without an owner"
LEAST_GAP = 0.005
"""Less than a cent is what rounding leaves."""


def forecast_part(ws: Workspace, asked: Question, reps: tuple[Scope, ...], since: date | None) -> ForecastPart:
    """The call about a scope and a period, with each of its reps; what moved is counted from a data date."""
    call = _call(ws, asked, reps)
    moved = pipeline_since(ws, asked.scope, since).moved
    shown, words = _range(ws, asked)
    total, summed, lines = call.line(asked.scope), call.summed(asked.scope, reps), tuple(map(call.line, reps))
    return ForecastPart(
        total=total,
        summed=summed,
        lines=lines,
        range=shown,
        range_words=words,
        moved=moved_lines(ws, asked.scope, moved),
        moved_words=moved.sentence,
        past=tuple(part for part in (call.past.sentence, *call.past.notices) if part),
        apart=call.apart(total, summed, lines),
        own_words=own_chances_words(call.own(asked.scope)[1]) if total.expected is not None else "",
    )


def said_since(ws: Workspace, asked: Question, sealed: ForecastPart) -> ForecastPart:
    """A sealed call with what has been said since it began: forecasts are given during the call."""
    reps = tuple(line.scope for line in sealed.lines)
    call = replace(_call(ws, asked, reps), expects=False)  # what the data expect is sealed

    def kept(now: CallLine, then: CallLine) -> CallLine:
        return replace(now, won=then.won, expected=then.expected, past=then.past)

    total, summed = kept(call.line(asked.scope), sealed.total), kept(call.summed(asked.scope, reps), sealed.summed)
    lines = tuple(kept(call.line(then.scope), then) for then in sealed.lines)
    return replace(sealed, total=total, summed=summed, lines=lines, apart=call.apart(total, summed, lines))


def _call(ws: Workspace, asked: Question, reps: tuple[Scope, ...]) -> _Call:
    members = (asked.scope, *reps)
    known = {one.id for one in scopes(ws).people}
    here = tuple(one for one in members if one.kind != "rep" or one.id in known)
    won = booked(ws, here, (asked.period,))
    past = ws.remember(("accuracy for a call", asked), lambda: forecast_accuracy(ws, asked))
    return _Call(ws, asked.period, {one: won[one, asked.period].value for one in here}, past)


@dataclass(frozen=True, slots=True)
class _Call:
    """What every line of a call needs: what is won, what was said, and how far that was off before.

    `expects`: whether what the data expect of each is worked out.
    """

    ws: Workspace
    period: Period
    won: dict[Scope, float | None]
    past: ForecastAccuracy
    expects: bool = True

    def line(self, scope: Scope) -> CallLine:
        """What one scope says itself, beside what it said before."""
        said = submissions(self.ws, scope, self.period)
        now = said[0] if said else None
        before = next((one for one in said if now is not None and one.given_on < now.given_on), None)
        name = scope_name(self.ws, scope)
        return self._line(scope, name, [] if now is None else [now], [] if before is None else [before], "own")

    def summed(self, scope: Scope, reps: Sequence[Scope]) -> CallLine:
        """What the reps say together; what a rep has not said is not in it."""
        all_now: list[Submission] = []
        all_before: list[Submission] = []
        for rep in reps:
            said = submissions(self.ws, rep, self.period)
            all_now += said[:1]
            all_before += [one for one in said if one.given_on < said[0].given_on][:1]
        few = f" ({len(all_now)} of {len(reps)} said)" if len(all_now) < len(reps) else ""
        made = self._line(scope, f"{SUM}{few}", all_now, all_before, "reps")
        won = self._total([self.won.get(rep) for rep in reps])
        return replace(made, won=won, expected=self._total([self.expected(rep) for rep in reps]))

    def expected(self, scope: Scope) -> float | None:
        """What is won with the open deals due by own chances; None where either is not known."""
        won = self.won.get(scope)
        if won is None or not self.expects:
            return None
        own, _ = self.own(scope)
        return None if own is None else won + own

    def own(self, scope: Scope) -> tuple[float | None, str]:
        """What the open deals due come to by own chances, and that the win rate stands in for them."""
        asked = Question(self.period, scope)
        return self.ws.remember(("own chances for a call", asked), lambda: own_chances(self.ws, asked))

    def apart(self, total: CallLine, summed: CallLine, lines: Sequence[CallLine]) -> str:
        """How far the whole is from the sum of its reps: its call, once all have said theirs, and what is of no rep."""
        return " ".join(filter(None, (self._calls_apart(total, summed, lines), self._beyond(total, summed))))

    def _beyond(self, total: CallLine, summed: CallLine) -> str:
        """What of the whole is of nobody in the call: the two columns in which it has more than the reps together."""
        pairs = (("won", total.won, summed.won), ("by own chances", total.expected, summed.expected))
        more = [(name, _gap(whole, reps)) for name, whole, reps in pairs]
        money = partial(format_value, unit="money", currency=settings(self.ws).currency)
        told = [f"{money(gap)} {name}" for name, gap in more if gap >= LEAST_GAP]
        does = "are" if len(told) > 1 else "is"
        return f"Of {total.name}, {' and '.join(told)} {does} of nobody listed here: {WHOSE}." if told else ""

    def _calls_apart(self, total: CallLine, summed: CallLine, lines: Sequence[CallLine]) -> str:
        """How far the call of the whole is from the sum of the reps; nothing until all have said theirs."""
        if total.commit is None or summed.commit is None or any(one.commit is None for one in lines):
            return ""
        gap = (total.commit.value or 0.0) - (summed.commit.value or 0.0)
        if not gap:
            return f"The commit of {total.name} is the sum of the reps."
        money = format_value(abs(gap), "money", settings(self.ws).currency)
        return f"The commit of {total.name} is {money} {'above' if gap > 0 else 'below'} the sum of the reps."

    def _line(
        self, scope: Scope, name: str, now: list[Submission], before: list[Submission], whose: Whose
    ) -> CallLine:  # fmt: skip
        commit, earlier = sum(one.commit for one in now), sum(one.commit for one in before)
        is_like = bool(before) and len(now) == len(before)
        past = next((one for one in self.past.scopes if (one.scope, one.whose) == (scope, whose)), None)
        return CallLine(
            scope=scope,
            name=name,
            won=self._money(self.won.get(scope)),
            commit=self._money(commit if now else None),
            best=self._money(sum(one.best_case for one in now) if now else None),
            pipeline=self._money(sum(one.pipeline for one in now) if now else None),
            commit_before=self._money(earlier if is_like else None),
            moved=self._change(commit - earlier) if is_like else None,
            expected=self._money(self.expected(scope)),
            past=past.sentence if past is not None else "",
            pipeline_is_due=bool(now) and all(one.pipeline == one.known.open_due for one in now),
            said_on=max((one.given_on for one in now), default=None),
        )

    def _total(self, each: Sequence[float | None]) -> Amount | None:
        """What several come to together; None where it is not known of one of them."""
        known = [one for one in each if one is not None]
        return self._money(sum(known)) if known and len(known) == len(each) else None

    def _money(self, value: float | None) -> Amount | None:
        return None if value is None else Amount(value, format_value(value, "money", settings(self.ws).currency))

    def _change(self, value: float) -> Amount:
        return Amount(value, format_difference(value, "money", settings(self.ws).currency))


def _gap(whole: Amount | None, reps: Amount | None) -> float:
    """By how much the whole is more than its reps together; nothing where one of them is not known."""
    if whole is None or reps is None:
        return 0.0
    return (whole.value or 0.0) - (reps.value or 0.0)


def _range(ws: Workspace, asked: Question) -> tuple[ForecastRange | None, str]:
    """What the data expect for the whole, or why they do not."""
    try:
        view = forecast(ws, asked)
    except UserError as error:
        return None, error.problem
    method, words = view.forecast, view.default_words.removesuffix(UNCHECKED).strip()  # a sheet waits for no check
    if method is None or method.found is None:
        return None, words
    found = method.found
    if found.low is None or found.high is None:
        return None, f"{method.name}: {found.point_text}. {words}".strip()
    return _shown(view, found.low, found.point, found.high, found.text), words


def _shown(view: ForecastView, low: float, point: float, high: float, words: str) -> ForecastRange:
    def money(value: float) -> str:
        return format_value(value, "money", view.currency)

    return ForecastRange(
        low=low,
        point=point,
        high=high,
        low_text=money(low),
        point_text=money(point),
        high_text=money(high),
        words=words,
        won=view.won,
        won_text=view.won_text,
        target=view.target,
        target_text=view.target_text,
    )
