"""Why two scopes differ on one KPI in one period: by their results within the parts of a field, or by another mix."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from kpidesk import engine
from kpidesk.core.breakdowns import Field
from kpidesk.core.causes import Certainty, Why
from kpidesk.core.errors import UserError
from kpidesk.core.formats import format_difference, format_value, sample_text
from kpidesk.core.kpis import Kpi
from kpidesk.core.parts import Part
from kpidesk.core.people import Scope
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Question
from kpidesk.core.status import least_compared
from kpidesk.operations.cause_fields import with_choice
from kpidesk.operations.cause_halves import EVERY_PART, is_quotient
from kpidesk.operations.cause_noise import Two, amounts_behind, codes_of
from kpidesk.operations.cause_parts import splits
from kpidesk.operations.evaluation import scope_name
from kpidesk.operations.evaluators import evaluator
from kpidesk.operations.formulas import formula_then, row_noun
from kpidesk.operations.questions import level_of_nobody
from kpidesk.operations.workspace import Workspace, scopes, settings, view_notices
from kpidesk.stats.changes import Verdict, rate_change
from kpidesk.stats.sums import mean_change

NO_QUOTIENT = "Only a rate or an average can be split between two."
WORDS: dict[Certainty, str] = {
    "real": "The difference is more than luck explains.",
    "could be luck": "The difference could be luck.",
    "too early": "There are too few {} on one side to tell a difference from luck.",
}


def between(
    ws: Workspace, kpi: Kpi, asked: Question, other: Scope, *, whole: bool, by: Field | None = None
) -> Why:  # fmt: skip
    """How a KPI of a scope differs from that of another in the same period, split by fields where that is no luck.

    Where one of the two is part of the other, luck is judged against the rest of the other.

    Raises:
        UserError: both are the same.
    """
    if other == asked.scope:
        raise UserError(f"{scope_name(ws, other)} cannot be held against itself.", "Choose another team or rep.")
    two, names = _two(ws, kpi, asked, other), (scope_name(ws, other), scope_name(ws, asked.scope))
    currency, value0, value1 = settings(ws).currency, two.result0.value, two.result1.value
    change = value1 - value0 if value0 is not None and value1 is not None else None
    code_before, code = codes_of(ws, two)
    found = Why(
        kpi=kpi, question=asked, against="scope", title=f"{kpi.name} · {names[1]} · {asked.period.label}",
        against_words=f"against {names[0]}", certainty="nothing", verdict="",
        value=value1, value_text=format_value(value1, kpi.display, currency, two.result1.n),
        before=value0, before_text=format_value(value0, kpi.display, currency, two.result0.n),
        change=change, change_text=format_difference(change, kpi.display, currency), period_before=asked.period,
        currency=currency, notices=(*view_notices(ws, asked.as_of, asked.teams), *two.result1.notices),
        other=other, names=names, whole=whole, receipt=code, receipt_before=code_before,
        question_before=two.asked_before,
    )  # fmt: skip
    for name, result in zip(names, (two.result0, two.result1), strict=True):
        if result.value is None:
            return replace(found, verdict=f"{name} has no value: {result.reason}.")
    if two.formula is None or not is_quotient(two):
        return replace(found, verdict=NO_QUOTIENT)
    certainty = _certainty(ws, two)
    noun = sample_text(0, noun=row_noun(kpi)).removeprefix("0 ")
    made, tried = splits(ws, two) if whole or certainty == "real" else ((), ())
    words = WORDS[certainty].format(noun)
    return with_choice(ws, two, replace(found, certainty=certainty, verdict=words, splits=made, tried=tried), by)


def _two(ws: Workspace, kpi: Kpi, asked: Question, other: Scope) -> Two:
    formula = formula_then(ws, kpi, asked.period)
    found = []
    for scope in (other, asked.scope):
        question = replace(asked, scope=scope)
        grid = engine.evaluate(
            evaluator(ws, asked.as_of, asked.teams), [(kpi, formula)], (scope,), (asked.period,),
            unassigned_level=level_of_nobody(question),
        )  # fmt: skip
        found.append(grid.result(0, 0, 0))
    return Two(kpi, formula, asked, asked.period, found[0], found[1], other)


# --- whether it is luck ---------------------------------------------------------------------------------------------


def _certainty(ws: Workspace, two: Two) -> Certainty:
    verdict = _verdict(ws, two)
    if verdict is None or verdict.finding == "cannot_tell":
        return "could be luck"
    return "real" if verdict.finding == "real" else "too early"


def _verdict(ws: Workspace, two: Two) -> Verdict | None:
    """The test of two sides that have nothing in common; None where none fits the kind of the KPI."""
    larger, shared = _shared(ws, two)
    if two.kpi.is_rate:
        sides = [[one.numerator or 0.0, one.denominator or 0.0] for one in (two.result0, two.result1)]
        if larger is not None and shared is not None:
            taken = shared.numerator or 0.0, shared.denominator or 0.0
            sides[larger] = [max(a - b, 0.0) for a, b in zip(sides[larger], taken, strict=True)]
        return rate_change(*sides[0], *sides[1], least=least_compared(two.kpi, settings(ws)))
    if two.kpi.kpi_class not in ("money_ratio", "mean_time"):
        return None
    values = [amounts_behind(ws, two, question, result) for question, result in (
        (two.asked_before, two.result0), (two.asked(two.now), two.result1)
    )]  # fmt: skip
    if not all(values):
        return None
    if larger is not None:
        values[larger] = list((Counter(values[larger]) - Counter(values[1 - larger])).elements())
    least = least_compared(two.kpi, settings(ws))
    return mean_change(*values, least=least, unit=two.kpi.unit, currency=settings(ws).currency)


def _shared(ws: Workspace, two: Two) -> tuple[int | None, Result | None]:
    """Which of two sides holds the other one, and what of that one counts in it; None where they lie side by side."""
    pair = (two.other or two.question.scope, two.question.scope)
    results = (two.result0, two.result1)
    for at in (0, 1):
        whole, part = pair[at], pair[1 - at]
        if whole.kind == "org":
            return at, results[1 - at]
        if whole.kind != "team":
            continue
        if part.kind == "team" and part.id in scopes(ws).descendants(whole.id):
            return at, results[1 - at]
        if part.kind == "rep" and (inside := _of_rep(ws, two, whole, part)) is not None:
            return at, inside
    return None, None


def _of_rep(ws: Workspace, two: Two, team: Scope, rep: Scope) -> Result | None:
    """What a rep brought to a team in the period; None for nothing."""
    if two.formula is None:
        return None
    asked = engine.PivotAsked("rep", "", team, (two.now,), EVERY_PART, 1)
    found = engine.pivot(evaluator(ws, two.question.as_of, two.question.teams), two.kpi, two.formula, asked)
    cells = dict(zip(found.rows, found.cells, strict=True))
    inside = cells.get(Part("rep", rep.name))
    return inside[0] if inside is not None and inside[0].n else None
