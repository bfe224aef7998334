"""What a gap to the target is made of: who or what brought less than was due, and who more, to 100 % of the gap."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from kpidesk import engine
from kpidesk.core.breakdowns import Field
from kpidesk.core.causes import WITHIN, Contribution, Split, Why, offset_words, rest_words
from kpidesk.core.formats import format_difference, format_value
from kpidesk.core.kpis import Kpi
from kpidesk.core.periods import Period, shift, span_period
from kpidesk.core.scorecards import Question, Row
from kpidesk.core.status import NOTHING_TO_REACH
from kpidesk.operations.cause_fields import with_choice
from kpidesk.operations.cause_halves import Parted, by_part, is_quotient, is_sum, parted
from kpidesk.operations.cause_noise import Two, largest_amounts
from kpidesk.operations.cause_parts import (
    MOST_SPLITS,
    OF_CREW,
    amount_text,
    contributions,
    fields_tried,
    finished,
    heavy_words,
    lost_reasons,
    percent_text,
    telling,
)
from kpidesk.operations.evaluation import scope_name, scorecard
from kpidesk.operations.evaluators import evaluator
from kpidesk.operations.formulas import formula_then, row_noun
from kpidesk.operations.questions import level_of_nobody
from kpidesk.operations.workspace import Workspace, settings, view_notices
from kpidesk.stats.decompose import UNASSIGNED, Part, gap_to_target, whole, whole_percents
from kpidesk.stats.surprise import surprise

LAST_PERIODS, MOST_MEMBERS = 4, 15
"""From how many whole periods the usual share of a part is taken where it has no target of its own."""


def gap(ws: Workspace, kpi: Kpi, asked: Question, *, whole: bool = False, by: Field | None = None) -> Why:
    """What a KPI lacks of its target or is ahead by, while the period runs of the share that was due by now.

    `by` is the field that was chosen to split it.
    """
    row = scorecard(ws, asked, (kpi.id,)).rows[0]
    currency, value = settings(ws).currency, row.result.value
    aim = _aim(row)
    change = value - aim if value is not None and aim is not None else None
    is_paced = row.expected is not None and row.target is not None and row.expected != row.target.target
    found = Why(
        kpi=kpi, question=asked, against="target",
        title=f"{kpi.name} · {scope_name(ws, asked.scope)} · {asked.period.label}",
        against_words="against what was due of the target by now" if is_paced else "against the target",
        certainty="nothing", verdict="", value=value, value_text=row.value_text, before=aim,
        before_text=format_value(aim, kpi.display, currency), change=change,
        change_text=format_difference(change, kpi.display, currency), currency=currency, receipt=row.receipt,
        notices=(*view_notices(ws, asked.as_of, asked.teams), *row.result.notices),
    )  # fmt: skip
    if change is None or aim is None:
        return replace(found, verdict=_nothing(row, aim))
    if row.status == "too_few":
        return replace(
            found,
            certainty="too early",
            verdict=f"Not to be judged yet: {row.sample_text or row.status_words.lower()}.",
        )
    ends = row.result.interval
    if not kpi.prorated and ends is not None and ends[0] <= aim <= ends[1]:
        words = f"{WITHIN}. The target lies inside what luck alone may do to {row.sample_text or 'so few'}."
        lucky = replace(found, certainty="could be luck", verdict=words, whole=whole)
        return _explained(ws, lucky, row, aim, by)
    return _explained(ws, replace(found, certainty="real", verdict=_verdict(found)), row, aim, by)


def _aim(row: Row) -> float | None:
    """What the value is held against: the target, or what was due of it by now."""
    if row.target is None or row.kpi.direction == "range" or row.status_words == NOTHING_TO_REACH:
        return None
    return row.expected if row.expected is not None else row.target.target


def _nothing(row: Row, aim: float | None) -> str:
    if row.result.value is None:
        return f"{row.period.label} has no value: {row.result.reason}."
    if row.kpi.direction == "range" and row.target is not None:
        return "The target is a range, so there is no one gap to split."
    if row.target is not None and aim is None:
        return f"{NOTHING_TO_REACH}: there is no gap."
    return "No target is set for it." if aim is None else ""


def _verdict(found: Why) -> str:
    change = found.change or 0.0
    side = "Exactly on" if not change else "Above" if change > 0 else "Below"
    due = "what was due by now" if "due" in found.against_words else "the target"
    return f"{side} {due}: {found.value_text} instead of {found.before_text}." if change else f"{side} {due}."


def _explained(ws: Workspace, found: Why, row: Row, aim: float, by: Field | None) -> Why:
    two = _usual(ws, row, found.question)
    if two is None or not found.change:
        return replace(found, by=by)
    if found.certainty == "real" or found.whole:
        found = _in_parts(ws, two, found, aim)
    return with_choice(ws, two, found, by, lambda field, parts: _split(ws, two, field, parts, aim))


def _in_parts(ws: Workspace, two: Two, found: Why, aim: float) -> Why:
    ranked = []
    for field in fields_tried(ws, two):
        parts = parted(ws, two, field)
        made = _split(ws, two, field, parts, aim) if len(parts.halves) > 1 else None
        if made is not None:
            told = surprise(by_part(parts.halves, "before", "value"), by_part(parts.halves, "now", "value"))
            ranked.append((told, made))
    own = () if is_quotient(two) else _by_member(ws, two, aim)
    others = telling([(told, one) for told, one in ranked if not own or one.field not in OF_CREW])
    shown = (*own, *others[: max(MOST_SPLITS - len(own), 1)])
    lost = lost_reasons(ws, two)
    return replace(
        found, splits=shown, tried=tuple(one.label for _, one in ranked), lost=lost,
        rows_of_lost="win_rate" if lost else "",
        concentration=tuple(heavy_words(largest_amounts(ws, two), row_noun(two.kpi))),
    )  # fmt: skip


def _usual(ws: Workspace, row: Row, asked: Question) -> Two | None:
    """The KPI in the last four whole periods together, and now; None where it has no formula to split."""
    formula = formula_then(ws, row.kpi, asked.period)
    if formula is None or row.kpi.is_manual or not engine.measured_tables(formula):
        return None
    window = usual_window(ws, asked)
    grid = engine.evaluate(
        evaluator(ws, asked.as_of, asked.teams), [(row.kpi, formula)], (asked.scope,), (window, asked.period),
        unassigned_level=level_of_nobody(asked),
    )  # fmt: skip
    return Two(row.kpi, formula, asked, window, grid.result(0, 0, 0), grid.result(0, 0, 1))


def usual_window(ws: Workspace, asked: Question) -> Period:
    """The four periods before the one asked for, as one."""
    known = settings(ws)
    first = shift(asked.period, -LAST_PERIODS, known)
    return span_period(first.start, asked.period.start - timedelta(days=1))


def _split(ws: Workspace, two: Two, field: Field, parts: Parted, aim: float) -> Split | None:
    """A gap by one field; None where its parts do not come to the whole."""
    total, halves = (two.result1.value or 0.0) - aim, parts.halves
    if is_quotient(two):
        return _against_one_rate(ws, two, field, parts, (aim, total))
    usual, now = by_part(halves, "before", "value"), by_part(halves, "now", "value")
    if two.formula is None or two.formula.additive != "flow" or not is_sum(now, two.result1.value or 0.0):
        return None
    past = sum(usual.values())
    if past <= 0 or min(usual.values()) < 0:
        return None
    lacks = whole([Part(label, now[label] - aim * usual[label] / past) for label in now], total)
    shape, money = two.kpi.display, settings(ws).currency
    due = {label: format_value(aim * one / past, shape, money) for label, one in usual.items()}
    made = tuple(
        replace(one, before_text=f"due {due[one.label]}", question_before=None, receipt_before="")
        for one in contributions(ws, two, halves, lacks)
    )
    split = finished(ws, two, _gap(two, field, made, total, parts.folded))
    return replace(split, words=f"{split.words} Each was due its usual share of {_window_words(two)}.".strip())


def _gap(two: Two, field: Field, made: tuple[Contribution, ...], total: float, folded: str) -> Split:
    return Split("gap", field.name, field.label, made, total, "", "", two.kpi.id, folded=folded)


def _window_words(two: Two) -> str:
    each = "periods" if two.now.grain == "span" else f"{two.now.grain}s"
    return f"the last {LAST_PERIODS} {each}"


def _against_one_rate(ws: Workspace, two: Two, field: Field, parts: Parted, aims: tuple[float, float]) -> Split | None:
    """A rate's gap: each part by how far its own rows lie off the one target, in the weight of its rows."""
    (aim, total), halves = aims, parts.halves
    above, below = (by_part(halves, "now", what) for what in ("numerator", "denominator"))
    rows = two.result1.denominator or 0.0
    if not (is_sum(above, two.result1.numerator or 0.0) and is_sum(below, rows)) or not rows:
        return None
    shown = [one for one in halves if below[one.part.label]]
    labels = [one.part.label for one in shown]
    lacks = whole([Part(label, (above[label] - aim * below[label]) / rows) for label in labels], total)
    made = tuple(
        replace(one, before_text="", question_before=None, receipt_before="")
        for one in contributions(ws, two, shown, lacks)
    )
    has_rest = any(one.part.kind == "rest" for one in shown)
    return finished(ws, two, _gap(two, field, made, total, parts.folded if has_rest else ""))


def _by_member(ws: Workspace, two: Two, aim: float) -> tuple[Split, ...]:
    """An amount's gap by teams and by reps, each against their own targets, as far as they have any."""
    if two.question.scope.kind in ("rep", "unassigned"):
        return ()
    found = []
    for by in OF_CREW:
        rows = scorecard(ws, replace(two.question, by=by), (two.kpi.id,)).rows
        if any(_aim(row) is not None for row in rows) and len(rows) > 1:
            found.append(_against_own(ws, two, by, rows, aim))
    return tuple(one for one in found if one is not None)


def _against_own(ws: Workspace, two: Two, by: str, rows: tuple[Row, ...], aim: float) -> Split | None:
    value = two.result1.value or 0.0
    actual = {row.member: row.result.value or 0.0 for row in rows}
    if not is_sum(actual, value):
        return None
    targets = {row.member: due for row in rows if (due := _aim(row)) is not None}
    known = {row.member: row for row in rows}
    lacks = gap_to_target(actual, targets, aim)
    there = [
        Part(one.name, -one.amount) for one in lacks if one.amount or ((row := known.get(one.name)) and row.result.n)
    ]
    total = value - aim
    parts = whole(_largest(there), total)
    percents = whole_percents(parts) or (None,) * len(parts)
    made = tuple(
        _member(ws, two, part, percent_text(percent), known.get(part.name), by)
        for part, percent in zip(parts, percents, strict=True)
    )
    kpi, total_text = two.kpi, amount_text(ws, two.kpi, total)
    words = f"{offset_words(made, total)} {rest_words(made, total, total_text)}".strip()
    return Split("gap", by, by, made, total, total_text, words, kpi.id, kpi.unit)


def _largest(parts: Sequence[Part]) -> list[Part]:
    """The parts by their size; where there are many, the smaller ones together."""
    ordered = sorted(parts, key=lambda one: -abs(one.amount))
    if len(ordered) <= MOST_MEMBERS + 1:
        return ordered
    rest = ordered[MOST_MEMBERS:]
    return [*ordered[:MOST_MEMBERS], Part(f"{len(rest)} others", math.fsum(one.amount for one in rest))]


def _member(ws: Workspace, two: Two, part: Part, percent: str, row: Row | None, by: str) -> Contribution:
    """What one team or rep, or the part of the target that nobody has, adds to the gap."""
    text = amount_text(ws, two.kpi, part.amount)
    if row is None:
        label = "Given to nobody" if part.name == UNASSIGNED else part.name
        return Contribution(label, part.amount, text, part.share, percent, is_rest=part.name != UNASSIGNED)
    due = _aim(row)
    money = settings(ws).currency
    question = replace(two.asked(two.now), scope=row.scope, by=by if row.scope.kind == "unassigned" else "")
    return Contribution(
        scope_name(ws, row.scope), part.amount, text, part.share, percent,
        before_text=f"due {format_value(due, two.kpi.display, money)}" if due is not None else "no target",
        now_text=row.value_text, question=question if row.result.n else None,
        receipt=row.receipt if row.result.n else "",
    )  # fmt: skip
