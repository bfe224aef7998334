"""Forecasts given on a day: frozen with what was known, and made records that the forecast KPIs count."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from kpidesk import store
from kpidesk.core.errors import UserError, nearest
from kpidesk.core.formats import day_text
from kpidesk.core.goals import parse_amount
from kpidesk.core.people import ORG, Scope
from kpidesk.core.periods import Period, span_period
from kpidesk.core.progress import finish
from kpidesk.core.records import Cell, ParsedRows, RawRows
from kpidesk.core.scorecards import Question
from kpidesk.core.submissions import (
    DAY_ONE,
    ByCategory,
    Known,
    Submission,
    Submitted,
    check_amounts,
    check_period,
    check_won,
    horizon_of,
    in_force,
    remarks,
)
from kpidesk.core.worktime import read_work_week, working_days
from kpidesk.operations.applying import held
from kpidesk.operations.booked import BOOKED, booked, measured, split_by
from kpidesk.operations.evaluation import scope_name
from kpidesk.operations.evaluators import holidays
from kpidesk.operations.workspace import Workspace, all_or_none, data_date, organisation, settings, stamp

SOURCE = "Forecast calls"
"""The source of the records that submissions become."""
OPEN_DUE = "sum(deals.amount where open and close_date in period as of end)"
WEIGHTED = "sum(deals.amount * deals.probability where open and close_date in period as of end)"
LONGEST_NOTE = 2_000
_TWICE = "the KPIs count one of a rep for the same days, so this one is kept but not counted by them."


def submissions(
    ws: Workspace, scope: Scope | None = None, period: Period | None = None, as_of: date | None = None
) -> tuple[Submission, ...]:
    """The forecasts given for a scope and a period, or all of them, the newest first; `as_of`: given by that day."""
    found = ws.remember("submissions", lambda: store.load_submissions(ws.db))
    return tuple(
        one for one in reversed(found)
        if (scope is None or (one.scope.kind, one.scope.id) == (scope.kind, scope.id))
        and (period is None or (one.period.start, one.period.end) == (period.start, period.end))
        and (as_of is None or one.given_on <= as_of)
    )  # fmt: skip


def find_submission(ws: Workspace, number: int) -> Submission:
    """One submission by its number.

    Raises:
        UserError: there is none with that number.
    """
    known = submissions(ws)
    found = next((one for one in known if one.id == number), None)
    if found is None:
        raise UserError(f"There is no forecast {number}.", nearest(str(number), (str(one.id) for one in known)))
    return found


def submit(
    ws: Workspace, scope: Scope, period: Period, commit: float, best_case: float | None = None,
    pipeline: float | None = None, *, note: str = "", meeting_id: int | None = None,
) -> Submitted:  # fmt: skip
    """Give the forecast of a rep, a team or the org for a period, today. It is frozen; a later one follows it.

    Without a best case it is the commit, without a pipeline the open deals due. That of a rep counts for the forecast
    KPIs from today on; that of a team or the org is kept apart from the sum of its reps.

    Raises:
        UserError: the period is over or far away, an amount is impossible, the commit is below what is won already,
            or there are no deals yet.
    """
    _check_scope(scope)
    check_period(period, ws.today)
    if data_date(ws) is None:
        raise UserError("There are no deals yet to forecast from.", "Import an export first.")
    known, currency = known_of(ws, scope, period), settings(ws).currency
    best = commit if best_case is None else best_case
    due = pipeline if pipeline is not None else known.open_due or 0.0
    check_amounts(commit, best, due)
    made = Submission(0, scope, period, commit, best, due, currency, _note(note), ws.today, stamp(ws), known,
                      meeting_id=meeting_id)  # fmt: skip
    check_won(commit, known.won, currency)
    notices = remarks(commit, best, known, currency)
    with all_or_none(ws):
        why_not = _not_counted(ws, made) if scope.kind == "rep" else ""
        if scope.kind == "rep" and not why_not:
            made = replace(made, import_id=_count(ws, made))
        made = replace(made, id=store.add_submission(ws.db, made, made.given_at))
    ws.memory.pop("submissions", None)
    return Submitted(find_submission(ws, made.id), (*notices, *filter(None, (why_not,))))


def submit_text(
    ws: Workspace, scope: Scope, period: Period, commit: str, best_case: str = "", pipeline: str = "", *,
    note: str = "", meeting_id: int | None = None,
) -> Submitted:  # fmt: skip
    """Give a forecast with its amounts as typed: 240000, 240k, 1.2m; an empty text is as if it was left out.

    Raises:
        UserError: as for `submit`, or an amount is no number.
    """
    amounts = [read_amount(text) if text.strip() else None for text in (best_case, pipeline)]
    return submit(ws, scope, period, read_amount(commit), *amounts, note=note, meeting_id=meeting_id)


def read_amount(text: str) -> float:
    """An amount of money as typed: 240000, 240k, 1.2m.

    Raises:
        UserError: it is no amount.
    """
    advice = "Write for example 240000 or 240k."
    if text.strip().lower().endswith(("%", "pp")):
        raise UserError(f"'{text.strip()}' is no amount.", advice)
    try:
        return parse_amount(text)
    except UserError as error:
        raise UserError(error.problem, advice) from None


def _check_scope(scope: Scope) -> None:
    if scope.kind not in ("org", "team", "rep"):
        raise UserError(f"Nobody can forecast for '{scope.key}'.", "Choose a rep, a team or the whole organisation.")


def _note(text: str) -> str:
    cleaned = text.strip()
    if len(cleaned) > LONGEST_NOTE:
        raise UserError(f"The note has {len(cleaned):,} characters.", f"Keep it below {LONGEST_NOTE:,}.")
    return cleaned


def first_working_day(ws: Workspace, period: Period) -> date:
    """The first day of a period on which people work; its first day where they never do."""
    week, off = working_days(read_work_week(settings(ws).business_hours)), set(holidays(ws))
    days = (period.start + timedelta(days=step) for step in range(min(period.days, 14)))
    return next((day for day in days if week[day.weekday()] and day not in off), period.start)


def horizons(ws: Workspace, alike: Sequence[Submission]) -> dict[int, str]:
    """How far into their period submissions for the same scope and period were given, by their numbers."""
    if not alike:
        return {}
    period, days = alike[0].period, sorted(one.given_on for one in alike)
    first = first_working_day(ws, period)
    return {
        one.id: horizon_of(period, one.given_on, days[: bisect_left(days, one.given_on)], first) for one in alike
    }  # fmt: skip


def by_period(found: Iterable[Submission]) -> dict[tuple[str, int, date, date], list[Submission]]:
    """Submissions by the scope and the period that they are for, each in the order given."""
    groups: dict[tuple[str, int, date, date], list[Submission]] = {}
    for one in sorted(found, key=lambda one: (one.given_on, one.id)):
        groups.setdefault((one.scope.kind, one.scope.id, one.period.start, one.period.end), []).append(one)
    return groups


def known_of(ws: Workspace, scope: Scope, period: Period) -> Known:
    """What is known of a period now: won, due, weighted, by category, the app's own range, the reps' commits."""
    target = held(ws, BOOKED, scope, period)
    low, point, high, own = _modelled(ws, scope, period)
    reps = [one.commit for one in in_force_by_rep(ws, scope, period, ws.today).values()] if scope.kind != "rep" else []
    return Known(
        data_date=data_date(ws),
        won=_won(ws, scope, period),
        target=target.target if target else None,
        open_due=_due(ws, OPEN_DUE, scope, period),
        weighted=_due(ws, WEIGHTED, scope, period),
        own_chances=own,
        categories=_categories(ws, scope, period),
        low=low, point=point, high=high,
        reps_commit=sum(reps) if reps else None,
        reps_given=len(reps),
    )  # fmt: skip


def _won(ws: Workspace, scope: Scope, period: Period) -> float | None:
    """What is won so far; nothing yet in a period that has not begun or has no day in the data."""
    newest = data_date(ws)
    if newest is None or period.start > newest:
        return 0.0
    return booked(ws, (scope,), (period,))[scope, period].value


def _due_spans(ws: Workspace, period: Period) -> tuple[tuple[Period, int], ...]:
    """The spans over which open deals due in a period are counted, each added or taken away.

    What is due in a period that begins after the newest data is what is due by its end less what is due before it.
    """
    newest = data_date(ws)
    if newest is None or period.start <= newest:
        return ((period, 1),)
    ends = ((period.last_day, 1), (period.start - timedelta(days=1), -1))
    return tuple((span_period(newest, end), sign) for end, sign in ends if end >= newest)


def _due(ws: Workspace, text: str, scope: Scope, period: Period) -> float | None:
    """A sum over the open deals that are due in a period, also in one that begins after the newest data."""
    found = [(_value(ws, text, scope, span), sign) for span, sign in _due_spans(ws, period)]
    return None if any(value is None for value, _ in found) else sum(sign * (value or 0.0) for value, sign in found)


def _value(ws: Workspace, text: str, scope: Scope, period: Period) -> float | None:
    found = measured(ws, text, scope, period)
    return found.value if found is not None else None


def _categories(ws: Workspace, scope: Scope, period: Period) -> tuple[ByCategory, ...]:
    found: dict[str, ByCategory] = {}
    for span, sign in _due_spans(ws, period):
        for word, part in split_by(ws, OPEN_DUE, "forecast_category", scope, span):
            before = found.get(word, ByCategory(word, 0.0, 0.0))
            found[word] = ByCategory(word, before.amount + sign * (part.value or 0.0), before.deals + sign * part.n)
    return tuple(one for one in found.values() if one.deals > 0)


def _modelled(
    ws: Workspace, scope: Scope, period: Period
) -> tuple[float | None, float | None, float | None, float | None]:
    """The range of the app's own forecast: low, point, high; and the open deals weighted by own chances."""
    from kpidesk.operations.forecast import forecast  # it is heavy, and only asked when a forecast is given

    try:
        view = forecast(ws, Question(period, scope))
    except UserError:
        return None, None, None, None
    found = view.forecast.found if view.forecast is not None else None
    own = view.weighted[-1].value if view.weighted else None
    return (None, None, None, own) if found is None else (found.low, found.point, found.high, own)


def in_force_by_rep(ws: Workspace, scope: Scope, period: Period, day: date) -> dict[int, Submission]:
    """The submission of each rep of a scope that was in force on a day, by the number of the rep.

    A rep counts with the team of the first day of the period, as the weighted error has it.
    """
    people = reps_of(ws, scope, period)
    given: dict[int, list[Submission]] = {}
    for one in submissions(ws, period=period):
        if one.scope.kind == "rep" and one.scope.id in people:
            given.setdefault(one.scope.id, []).append(one)
    found = {person: in_force(of_rep, day) for person, of_rep in given.items()}
    return {person: one for person, one in found.items() if one is not None}


def reps_of(ws: Workspace, scope: Scope, period: Period) -> frozenset[int]:
    """The numbers of the people of a scope: of a team those whose first team in a period it is."""
    known = organisation(ws)
    if scope == ORG:
        return frozenset(one.id for one in known.people)
    if scope.kind == "rep":
        return frozenset((scope.id,))
    inside = known.descendants(scope.id)
    teams = {one.id: known.teams_in(one.id, period.start, period.end) for one in known.people}
    return frozenset(person for person, mine in teams.items() if mine and mine[0] in inside)


def _not_counted(ws: Workspace, given: Submission) -> str:
    """Why a forecast of day one is no record, as it would count beside another; empty where it is one."""
    period = given.period
    if _horizon(ws, given) != DAY_ONE:
        return ""
    if store.has_imported_forecasts(ws.db, SOURCE, given.scope.id, period, DAY_ONE):
        return f"A file holds the forecast of day one of {given.scope.name} for {period.label} already; {_TWICE}"
    for one in _counted(ws, given.scope):
        if one.period.start < period.end and period.start < one.period.end and one.period != period:
            return f"{given.scope.name} has a forecast for {one.period.label} already; {_TWICE}"
    return ""


def _counted(ws: Workspace, scope: Scope | None = None) -> list[Submission]:
    """The forecasts of day one that are records of the KPIs."""
    found: list[Submission] = []
    for alike in by_period(submissions(ws, scope)).values():
        when = horizons(ws, alike)
        found += [
            one for one in alike if when[one.id] == DAY_ONE and one.import_id is not None and not one.is_undone
        ]  # fmt: skip
    return found


def _horizon(ws: Workspace, given: Submission) -> str:
    """How far into its period a new submission, which has no number yet, is given."""
    return horizons(ws, [*submissions(ws, given.scope, given.period), given])[given.id]


def counted_twice(ws: Workspace) -> tuple[str, ...]:
    """Which forecasts of reps the KPIs count twice, because files hold some for the same days; in words."""
    given = {(one.scope, one.period): one.import_id for one in _counted(ws)}
    return tuple(
        f"{scope.name}'s forecast for {period.label} was given in the app as well, and the KPIs count both: take back"
        f" import {number}, or this one."
        for (scope, period), number in given.items()
        if store.has_imported_forecasts(ws.db, SOURCE, scope.id, period, DAY_ONE)
    )


def _count(ws: Workspace, given: Submission) -> int:
    """Make a submission records of forecasts, as of the day it was given; gives the number of the import.

    A later one of the same horizon is the same records with new values, so that none counts twice.
    """
    found = horizons(ws, [*submissions(ws, given.scope, given.period), given])
    when = found.pop(given.id)
    first = min((number for number, one in found.items() if one == when), default=store.next_submission(ws.db))
    rows = _rows(ws, given, first, when)
    numbers = list(range(1, len(rows) + 1))
    header = _header(ws, given, given.given_on, len(rows))
    return finish(store.run_import(ws.db, header, [RawRows(numbers, rows)], _parsed)).import_id


def _rows(ws: Workspace, given: Submission, first: int, when: str) -> list[list[str]]:
    """A submission as the rows of a table of forecasts, one for each category, each with its key."""
    person = store.spoken_name(ws.db, given.scope.id, given.scope.name)
    amounts = {"commit": given.commit, "best_case": given.best_case, "pipeline": given.pipeline}
    start, day = given.period.start.isoformat(), given.given_on.isoformat()
    return [
        [f"{first} {category} {when}", person, category, when, str(store.minor_of(amount, given.currency)),
         given.currency, start, day]
        for category, amount in amounts.items()
    ]  # fmt: skip


def _parsed(rows: RawRows) -> ParsedRows:
    names = ("person", "category", "horizon", "amount", "currency", "period_at", "submitted_at")
    columns: dict[str, list[Cell]] = {name: [row[at + 1] for row in rows.rows] for at, name in enumerate(names)}
    columns["amount"] = [int(row[4]) for row in rows.rows]
    count = len(rows.rows)
    return ParsedRows(list(range(count)), [row[0] for row in rows.rows], columns, [None] * count)


def _header(ws: Workspace, given: Submission, newest: date, count: int) -> store.ImportHeader:
    words = f"Forecast of {scope_name(ws, given.scope)} for {given.period.label}, {day_text(given.given_on)}"
    number = store.next_submission(ws.db)
    return store.ImportHeader(
        kind="forecasts", source=SOURCE, data_date=newest, complete=False, file_name=words,
        sha256=hashlib.sha256(f"{number} {words} {given.given_at}".encode()).hexdigest(), recipe=SOURCE, dialect="",
        total_rows=count,
    )  # fmt: skip
