"""Why a KPI changed, or lies off its target: nothing where luck explains it, else parts that add up to the whole."""

from __future__ import annotations

from dataclasses import replace

from kpidesk import engine
from kpidesk.core.breakdowns import Field
from kpidesk.core.causes import WITHIN, Certainty, Held, Why
from kpidesk.core.errors import UserError, nearest
from kpidesk.core.formats import format_difference, format_value
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.core.scorecards import Question
from kpidesk.operations.breakdown_changes import really_changed
from kpidesk.operations.cause_fields import field_chosen, with_choice
from kpidesk.operations.cause_gap import gap
from kpidesk.operations.cause_noise import (
    Two,
    codes_of,
    earlier,
    largest_amounts,
    luck,
    median_words,
    span_words,
    whole_before,
)
from kpidesk.operations.cause_parts import heavy_words, leavers_words, lost_reasons, splits
from kpidesk.operations.cause_scopes import between
from kpidesk.operations.cause_steps import bridge
from kpidesk.operations.definition_code import definitions_code
from kpidesk.operations.evaluation import scope_name
from kpidesk.operations.evaluators import as_known, evaluator
from kpidesk.operations.formulas import definition_in_force, find_kpi, formula_then, row_noun
from kpidesk.operations.questions import level_of_nobody
from kpidesk.operations.workspace import Workspace, data_date, scopes, settings, view_notices
from kpidesk.stats.changes import Finding

CERTAINTY: dict[Finding, Certainty] = {"real": "real", "cannot_tell": "could be luck", "too_early": "too early"}
AGAINST: tuple[Held, ...] = ("previous", "last-year", "target")


def read_against(ws: Workspace, text: str) -> Held | Scope:
    """What a KPI is held against, as typed: `previous`, `last-year`, `target`, or a scope such as `team:North`.

    Raises:
        UserError: it is none of these.
    """
    for known in AGAINST:
        if known == text.strip().casefold():
            return known
    people = scopes(ws)
    try:
        if text.strip():
            return people.find_scope(text)
    except UserError as error:
        if ":" in text:
            raise error from None
    names = (*AGAINST, *(one.key for one in people.scopes()))
    raise UserError(f"A KPI cannot be held against '{text}'.", nearest(text, names))


def why(
    ws: Workspace, kpi_id: str, question: Question, against: Held | Scope = "previous", *, whole: bool = False,
    by: str = "",
) -> Why:  # fmt: skip
    """Why a KPI of a scope changed in a period, lies off its target, or differs from another scope.

    A change is measured against the period before or the same one a year ago, over the same number of days while the
    period runs. First it is asked whether the change is more than luck brings; where it is not, there are no parts,
    unless the `whole` is asked for: then the splits by field and by steps stand below a verdict that says so.
    Amounts split over the parts of a field, rates into results and mix, bookings and velocity over their steps as well;
    against another scope only rates and averages are split. `by` names one field more that is to split them, as for a
    breakdown: its parts stand first.

    Raises:
        UserError: no such KPI or scope, or records that have no such field.
    """
    ws = as_known(ws, question.as_of, question.teams)
    asked = replace(question, by="", periods=1, parts=(), where="")
    field = field_chosen(ws, kpi_id, by, asked)
    key = ("why", kpi_id, asked, against, whole, field)
    return ws.remember(key, lambda: _why(ws, kpi_id, asked, against, whole=whole, by=field))


def _why(
    ws: Workspace, kpi_id: str, asked: Question, against: Held | Scope, *, whole: bool, by: Field | None
) -> Why:  # fmt: skip
    kpi = definition_in_force(ws, find_kpi(ws, kpi_id), asked.period)
    if isinstance(against, Scope):
        found = between(ws, kpi, asked, against, whole=whole, by=by)
    elif against == "target":
        found = gap(ws, kpi, asked, whole=whole, by=by)
    else:
        found = _change(ws, kpi, asked, against, whole=whole, by=by)
    code = definitions_code(ws, [kpi], asked.period)
    return replace(found, as_of=data_date(ws, asked.as_of), definitions=code)


def _change(ws: Workspace, kpi: Kpi, asked: Question, against: Held, *, whole: bool, by: Field | None) -> Why:
    years = 1 if against == "last-year" else 0
    before = earlier(ws, asked, years)
    two, is_cut = _two(ws, kpi, asked, before)
    currency, value0, value1 = settings(ws).currency, two.result0.value, two.result1.value
    change = value1 - value0 if value0 is not None and value1 is not None else None
    code_before, code = codes_of(ws, two)
    found = Why(
        kpi=kpi, question=asked, against=against,
        title=f"{kpi.name} · {scope_name(ws, asked.scope)} · {asked.period.label}",
        against_words=f"against {span_words(whole_before(ws, asked.period, years), before)}",
        certainty="nothing", verdict="",
        value=value1, value_text=format_value(value1, kpi.display, currency, two.result1.n),
        before=value0, before_text=format_value(value0, kpi.display, currency, two.result0.n),
        change=change, change_text=format_difference(change, kpi.display, currency), period_before=before,
        currency=currency, notices=(*view_notices(ws, asked.as_of, asked.teams), *two.result1.notices),
        concentration=leavers_words(ws, two), receipt=code, receipt_before=code_before,
        question_before=two.asked_before, by=by,
    )  # fmt: skip
    if change is None or is_cut:
        return replace(found, verdict=_nothing(two, is_cut=is_cut))
    verdict = luck(ws, two)
    certainty = CERTAINTY[verdict.finding]
    if certainty != "real":
        really = really_changed(ws, two, by) if against == "previous" and certainty == "could be luck" else ()
        words = f"{WITHIN if certainty == 'could be luck' else 'Not to be judged yet'}. {verdict.words}"
        words = f"{words} More than luck among its parts: {'; '.join(really)}." if really else words
        made, tried = splits(ws, two) if whole else ((), ())
        steps = bridge(ws, two) if whole and not kpi.is_rate else None  # those of a rate tell of another KPI
        found = replace(
            found, certainty=certainty, verdict=words, splits=made, tried=tried, bridge=steps, whole=whole,
            really=really, concentration=_concentration(ws, two, found),
        )  # fmt: skip
    else:
        found = _explained(ws, two, replace(found, certainty=certainty, verdict=verdict.words))
    return with_choice(ws, two, found, by)


def _two(ws: Workspace, kpi: Kpi, asked: Question, before: Period) -> tuple[Two, bool]:
    """A KPI in both periods by one definition, and whether the data begin inside the earlier one."""
    formula = formula_then(ws, kpi, asked.period)
    grid = engine.evaluate(
        evaluator(ws, asked.as_of, asked.teams), [(kpi, formula)], (asked.scope,), (before, asked.period),
        unassigned_level=level_of_nobody(asked),
    )  # fmt: skip
    two = Two(kpi, formula, asked, before, grid.result(0, 0, 0), grid.result(0, 0, 1))
    return two, grid.starts_inside(0, 0) or grid.starts_inside(0, 1)


def _nothing(two: Two, *, is_cut: bool) -> str:
    """Why a change has no value."""
    if is_cut:
        return f"The data begin inside {two.before.label}: there is nothing to compare with."
    if two.result1.value is None:
        return f"{two.now.label} has no value: {two.result1.reason}."
    return f"{two.before.label} has no value: {two.result0.reason}."


def _concentration(ws: Workspace, two: Two, found: Why) -> tuple[str, ...]:
    """What few records make up of the value, which is so whatever luck says of the change."""
    return found.concentration or tuple(heavy_words(largest_amounts(ws, two), row_noun(two.kpi)))


def _explained(ws: Workspace, two: Two, found: Why) -> Why:
    """A real change with its parts."""
    made, tried = splits(ws, two)
    lost = lost_reasons(ws, two)
    return replace(
        found, splits=made, tried=tried, bridge=bridge(ws, two), lost=lost, rows_of_lost="win_rate" if lost else "",
        concentration=_concentration(ws, two, found),
        spread=median_words(ws, two) if two.kpi.kpi_class == "median" else (),
    )  # fmt: skip
