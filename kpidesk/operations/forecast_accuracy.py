"""How near the forecasts of closed periods came: those given in the app and those of files, rep by rep and in sum."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from statistics import median

from kpidesk import store
from kpidesk.core.forecast_misses import (
    LEAST_FOR_BIAS,
    WHOSE_WORDS,
    ForecastAccuracy,
    Given,
    HorizonMisses,
    Miss,
    PeriodMisses,
    ScopeMisses,
    Whose,
    band_of,
    early_and_late,
    miss_words,
    moment_label,
    moment_words,
    on_day_one,
    period_words,
    rest_words,
    standing,
)
from kpidesk.core.formats import NOTHING, format_change, format_difference, format_value
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period, is_running, run_of
from kpidesk.core.rates import RateTable, convert, rate_table
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Question
from kpidesk.core.submissions import DAY_ONE, DAYS_OF_A_WEEK, checkpoints, horizon_of
from kpidesk.operations.booked import BOOKED, booked
from kpidesk.operations.definition_code import definitions_code
from kpidesk.operations.evaluation import scope_name
from kpidesk.operations.forecast_teams import Booked, held_against, moved_words
from kpidesk.operations.formulas import definition_in_force, find_kpi
from kpidesk.operations.page_numbers import SUM_OF_REPS, page_numbers
from kpidesk.operations.rates import rates
from kpidesk.operations.receipt_code import coder
from kpidesk.operations.rep_sum_rows import made_of_reps
from kpidesk.operations.submissions import SOURCE, by_period, first_working_day, horizons, reps_of, submissions
from kpidesk.operations.workspace import Workspace, data_date, scopes, settings
from kpidesk.stats.forecasting import accuracy

PERIODS = 8
COMMIT = "commit"


@dataclass(frozen=True, slots=True)
class _Moment:
    """A forecast and what was booked; `pairs` are those of the single reps, for a scope's own call its own alone.

    `unsaid` is what each rep booked who had given none.
    """

    weeks_left: int | None
    given_on: date
    pairs: tuple[tuple[float, float], ...]
    unsaid: tuple[float, ...] = ()

    @property
    def single(self) -> tuple[tuple[float, float], ...]:
        """What each rep committed to and booked, nothing where one had given none."""
        return (*self.pairs, *((0.0, came) for came in self.unsaid))


def forecast_accuracy(ws: Workspace, question: Question, periods: int = PERIODS) -> ForecastAccuracy:
    """By how much the commits of the last closed periods missed what was booked, by the weeks that were left.

    Of the scope of the question first its own call and the sum of its reps, then each rep. Periods of the grain of the
    question, up to the one asked for; those still running are not judged.
    """
    closed = _closed(ws, question, periods)
    reps = _reps(ws, question.scope, closed)
    whole = question.scope.kind != "rep"
    members = (*((question.scope,) if whole else ()), *reps)
    actual = booked(ws, members, closed, question.as_of, whole=True)
    given, notices = _given(ws, closed, question.as_of)
    found = [_own(ws, one, closed, given, actual) for one in members]
    if whole:
        found.insert(1, _sum_of_reps(ws, question.scope, reps, closed, given, actual))
    notices = (*notices, *moved_words(ws, question.scope, closed))
    shown = tuple(
        _with_codes(ws, question, one, actual) for one in found if any(period.misses for period in one.periods)
    )
    return ForecastAccuracy(
        question, data_date(ws, question.as_of), settings(ws).currency,
        f"Forecast accuracy · {scope_name(ws, question.scope)}", shown, _headline(shown, closed), notices,
        definitions_code(ws, (find_kpi(ws, BOOKED),), closed[-1] if closed else question.period),
    )  # fmt: skip


def _with_codes(ws: Workspace, question: Question, found: ScopeMisses, actual: Booked) -> ScopeMisses:
    """What a scope booked in each period with its code; of a team with reps who moved that of what these booked."""
    kpi, plain = find_kpi(ws, BOOKED), replace(question, by="", periods=1, parts=(), where="", teams="as-was")
    coded = coder(ws, plain)

    def with_code(one: PeriodMisses) -> PeriodMisses:
        asked, own = replace(plain, scope=found.scope, period=one.period), actual[found.scope, one.period]
        if one.actual == own.value:
            return replace(one, receipt=coded(definition_in_force(ws, kpi, one.period), asked, own))
        code = coded(page_numbers()[SUM_OF_REPS], asked, made_of_reps(ws, asked).result)
        return replace(one, receipt=code, moved=True)

    return replace(found, periods=tuple(map(with_code, found.periods)))


def _closed(ws: Workspace, question: Question, count: int) -> tuple[Period, ...]:
    """The last closed periods up to the one asked for, oldest first."""
    history, known = run_of(question.period, count + 1, settings(ws)), data_date(ws, question.as_of)
    return tuple(one for one in history if not is_running(one, known, ws.today))[-count:]


def _reps(ws: Workspace, scope: Scope, periods: Sequence[Period]) -> tuple[Scope, ...]:
    if scope.kind == "rep":
        return (scope,)
    inside = frozenset[int]().union(*(reps_of(ws, scope, one) for one in periods))
    return tuple(sorted(Scope("rep", one.name, one.id) for one in scopes(ws).people if one.id in inside))


@dataclass(frozen=True, slots=True)
class _AllGiven:
    """The commits for closed periods by scope and period."""

    by: dict[tuple[str, int, Period], list[Given]]

    def of(self, scope: Scope, period: Period) -> list[Given]:
        """What was given for a scope and a period."""
        return self.by.get((scope.kind, scope.id, period), [])


def _given(ws: Workspace, periods: Sequence[Period], as_of: date | None) -> tuple[_AllGiven, tuple[str, ...]]:
    """Everything that was given by a day for these periods, in the app and in files; and what had to be left out."""
    found: dict[tuple[str, int, Period], list[Given]] = {}
    days = {(one.start, one.end): one for one in periods}
    own, table, unrated = settings(ws).currency.upper(), rate_table(rates(ws), as_of), 0
    for (kind, number, start, end), alike in by_period(submissions(ws, as_of=as_of)).items():
        if (period := days.get((start, end))) is not None:
            when = horizons(ws, alike)
            for one in alike:
                amount = _in_own(own, table, store.minor_of(one.commit, one.currency), one.currency, start)
                unrated += amount is None
                if amount is not None:
                    told = Given(one.given_on, amount, when[one.id], start)
                    found.setdefault((kind, number, period), []).append(told)
    notices = _add_imported(ws, found, periods, as_of, unrated)
    return _AllGiven(found), notices


def _in_own(own: str, table: RateTable, minor: int, currency: str, day: date) -> float | None:
    """An amount in minor units in the workspace's currency, in major units; None where no rate of the day is known."""
    if currency in ("", own):
        return store.major_of(minor, own)
    rate = table.find(currency, day)
    return None if rate is None else store.major_of(convert(minor, currency, rate.rate, own), own)


def _add_imported(
    ws: Workspace, found: dict[tuple[str, int, Period], list[Given]], periods: Sequence[Period], as_of: date | None,
    unrated: int,
) -> tuple[str, ...]:  # fmt: skip
    """Add the commits of files; gives what had to be left out, in words, with the `unrated` ones of before."""
    own, table, undated = settings(ws).currency.upper(), rate_table(rates(ws), as_of), 0
    first_days = {one: first_working_day(ws, one) for one in periods}
    for row in store.imported_forecasts(ws.db, SOURCE, as_of):
        period = next((one for one in periods if row.period_start in one), None)
        if row.category != COMMIT or period is None:
            continue
        start = row.period_start
        day = row.given_on or _day_of(start, row.horizon)
        if day is None or (as_of is not None and day > as_of):
            undated += day is None
            continue
        if (amount := _in_own(own, table, row.amount, row.currency, start)) is None:
            unrated += 1
            continue
        when = row.horizon or horizon_of(period, day, (), first_days[period])
        found.setdefault(("rep", row.person_id, period), []).append(Given(day, amount, when, start))
    return (
        *((f"{undated:,} forecasts tell neither their day nor how early they were; they are left out.",) if undated
          else ()),
        *((f"{unrated:,} forecasts are in a currency without a rate; they are left out.",) if unrated else ()),
    )  # fmt: skip


def _day_of(start: date, when: str) -> date | None:
    """The first day of a horizon that a file names without a date."""
    if when == DAY_ONE:
        return start
    name, _, number = when.partition("_")
    is_week = name == "week" and number.isdigit() and 0 < int(number) <= 53
    return start + timedelta(days=DAYS_OF_A_WEEK * (int(number) - 1)) if is_week else None


def _own(
    ws: Workspace, scope: Scope, periods: Sequence[Period], given: _AllGiven, actual: Booked
) -> ScopeMisses:  # fmt: skip
    """What a scope itself said."""
    moments: dict[Period, list[_Moment]] = {}
    for period in periods:
        came = actual[scope, period].value
        for left, one in _standing(period, given.of(scope, period)):
            if came is not None:
                moments.setdefault(period, []).append(_Moment(left, one.day, ((one.amount, came),)))
    return _scope(ws, scope, "own", periods, moments, actual)


def _standing(period: Period, given: Iterable[Given]) -> list[tuple[int | None, Given]]:
    """The forecasts that stood on day one and at every full week before the end; without a forecast, none."""
    known = list(given)
    found: list[tuple[int | None, Given]] = []
    if (first := on_day_one(known)) is not None:
        found.append((None, first))
    for left, day in checkpoints(period):
        if (one := standing(known, day)) is not None:
            found.append((left, one))
    return found


def _sum_of_reps(
    ws: Workspace, scope: Scope, reps: Sequence[Scope], periods: Sequence[Period], given: _AllGiven, actual: Booked
) -> ScopeMisses:  # fmt: skip
    """What the reps of a scope said together, and what they booked."""
    actual = held_against(ws, scope, reps, periods, actual)
    moments: dict[Period, list[_Moment]] = {}
    for period in periods:
        inside = reps_of(ws, scope, period)
        mine = [one for one in reps if one.id in inside]
        told = {one: dict(_standing(period, given.of(one, period))) for one in mine}
        for left in (None, *(left for left, _ in checkpoints(period))):
            here = {rep: by[left] for rep, by in told.items() if left in by}
            if here:
                pairs = tuple((one.amount, actual[rep, period].value or 0.0) for rep, one in here.items())
                others = [actual[rep, period].value or 0.0 for rep in mine if rep not in here]
                unsaid = tuple(one for one in others if one > 0)
                newest = max(one.day for one in here.values())
                moments.setdefault(period, []).append(_Moment(left, newest, pairs, unsaid))
    return _scope(ws, scope, "reps", periods, moments, actual)


def _scope(
    ws: Workspace, scope: Scope, whose: Whose, periods: Sequence[Period], moments: Mapping[Period, list[_Moment]],
    actual: Booked,
) -> ScopeMisses:  # fmt: skip
    shown = tuple(_period(ws, one, moments.get(one, []), actual[scope, one]) for one in periods)
    lefts = [None, *range(max((left for one in periods for left, _ in checkpoints(one)), default=-1), -1, -1)]
    judged = [found for period, found in moments.items() if (actual[scope, period].value or 0) > 0]
    pairs = {left: [one.single for found in judged for one in found if one.weeks_left == left] for left in lefts}
    horizons = tuple(_horizon(left, shown, pairs[left]) for left in lefts if pairs[left])
    name = scope_name(ws, scope)
    made = ScopeMisses(scope, name, whose, tuple(one for one in shown if one.misses), horizons, "")
    return replace(made, sentence=_sentence(made))


def _period(ws: Workspace, period: Period, found: Sequence[_Moment], result: Result) -> PeriodMisses:
    currency, actual = settings(ws).currency, result.value
    if actual is None:
        return PeriodMisses(period, None, NOTHING, result.reason, ())
    misses = tuple(_miss(one, actual, currency) for one in found)
    reason = "" if actual > 0 else f"nothing was booked in {period.label}"
    return PeriodMisses(
        period, actual, format_value(actual, "money", currency), reason, misses, period_words(misses)
    )  # fmt: skip


def _miss(moment: _Moment, actual: float, currency: str) -> Miss:
    forecast = sum(one for one, _ in moment.pairs)
    error = forecast - actual
    share = error / actual if actual > 0 else None
    return Miss(
        moment.weeks_left, moment.given_on, forecast, error, share, band_of(share),
        format_value(forecast, "money", currency), format_difference(error, "money", currency),
        format_change(share), len(moment.pairs), len(moment.unsaid), _rest(moment, currency),
    )  # fmt: skip


def _rest(moment: _Moment, currency: str) -> str:
    """What the forecasts in a sum missed by of what the same reps booked, where others had given none."""
    forecast, came = (sum(of) for of in zip(*moment.pairs, strict=True))
    theirs = forecast / came - 1 if came > 0 else None
    return rest_words(
        moment.weeks_left,
        len(moment.pairs),
        theirs,
        len(moment.unsaid),
        format_value(sum(moment.unsaid), "money", currency),
    )


def _horizon(
    left: int | None, periods: Sequence[PeriodMisses], pairs: Sequence[tuple[tuple[float, float], ...]]
) -> HorizonMisses:
    """All periods at one moment; what single reps missed by counts for the weighted error alone."""
    here = [(one, miss) for one in periods for miss in one.misses if miss.weeks_left == left and one.actual]
    shares = [miss.share for _, miss in here if miss.share is not None]
    sums = accuracy([miss.forecast for _, miss in here], [one.actual or 0.0 for one, _ in here])
    single = [pair for together in pairs for pair in together]
    parts = accuracy([one for one, _ in single], [came for _, came in single])
    return HorizonMisses(
        left, moment_label(left), len(here), median(map(abs, shares)) if shares else None,
        sums.bias if sums is not None and len(here) >= LEAST_FOR_BIAS else None,
        parts.wape if parts is not None else None, sums.total if sums is not None else None,
        sum(miss.error > 0 for _, miss in here), sum(miss.band == "5" for _, miss in here),
        sum(miss.band in ("5", "10") for _, miss in here),
    )  # fmt: skip


def _sentence(found: ScopeMisses) -> str:
    """What the misses of a scope say, in one or two sentences."""
    if not found.periods:
        return f"No forecast of {found.name} for a closed period is known."
    by_moment = {one.weeks_left: one for one in found.horizons if one.median is not None}
    told = [by_moment[at] for at in early_and_late(list(by_moment))]
    if not told:
        return f"{found.periods[-1].reason[:1].upper()}{found.periods[-1].reason[1:]}, so no share can be told."
    judged = [one for one in found.periods if one.actual]
    if len(judged) == 1:
        return f"{judged[0].period.label}: {judged[0].words}"
    changed = [one for one in told[1:] if (one.median, one.wape) != (told[0].median, told[0].wape)]
    missed = ", ".join(
        f"{format_value(one.median, 'percent', n=one.n)} {moment_words(one.weeks_left)}" for one in (told[0], *changed)
    )
    said = f"Over {len(judged)} periods the commit usually missed by {missed}."
    return f"{said} {_habit(told[0])}"


def _habit(at: HorizonMisses) -> str:
    """Whether a scope is usually too high or too low; nothing is said of that from fewer than four periods."""
    count = f"It was too high in {at.high} of {at.n}"
    if at.bias is None:
        return f"{count}: too few to speak of a habit."
    return f"{count}; all together {miss_words(at.bias)}."


def _headline(found: Sequence[ScopeMisses], periods: Sequence[Period]) -> str:
    if not periods:
        return "No period is closed yet, so no forecast can be judged."
    if not found:
        return f"No forecast was given for {periods[0].label} to {periods[-1].label}." if len(periods) > 1 else (
            f"No forecast was given for {periods[0].label}."
        )  # fmt: skip
    first = found[0]
    who = first.name if first.scope.kind == "rep" else f"{first.name} ({WHOSE_WORDS[first.whose].lower()})"
    return f"{who}: {first.sentence}"
