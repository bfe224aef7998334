"""What a change is made of: the parts of each field, the steps behind the KPI, and the reasons why deals were lost."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from kpidesk import engine
from kpidesk.core.breakdowns import Field, most_words
from kpidesk.core.causes import MOST_PARTS, Contribution, LostReason, Split, largest_first, offset_words, rest_words
from kpidesk.core.formats import MINUS, format_difference, format_value, sample_text, whole_percent
from kpidesk.core.kpis import Kpi
from kpidesk.core.parts import Part as PartOf
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Question
from kpidesk.language import compile_formula
from kpidesk.operations.breakdowns import fields_of
from kpidesk.operations.cause_halves import SIDES, Halves, Parted, Side, by_part, is_quotient, is_sum, parted
from kpidesk.operations.cause_noise import Two
from kpidesk.operations.evaluators import evaluator
from kpidesk.operations.formulas import kpi_of_formula, row_noun
from kpidesk.operations.receipt_code import coder
from kpidesk.operations.workspace import Workspace, settings
from kpidesk.stats.decompose import Part, whole, whole_percents
from kpidesk.stats.mix import rate_and_mix
from kpidesk.stats.surprise import surprise

OF_CREW, OF_SIZE = ("team", "rep"), ("amount:band",)
OF_ANOTHER = " of the "
"""What the label of a field says that belongs to another record."""
TRIED = (("lead_source", "source"), ("segment", "account.segment"), ("type", "kind"), ("product",), OF_CREW,
         OF_SIZE)  # fmt: skip
"""The fields by which a change is split, those that tell nearly the same together."""
MOST_SPLITS = 2
LOST = "count(deals where lost on closed_at)"
LOST_AMOUNT = "sum(deals.amount where lost on closed_at)"
FIVE = 5
_LOSES = re.compile(r"\s*-?\s*sum\(movements\.amount where churn\b")
OF_LOST = "win_rate"
"""The KPI among whose rows the lost deals are."""


def splits(ws: Workspace, two: Two) -> tuple[tuple[Split, ...], tuple[str, ...]]:
    """The two fields that explain most of a change, and the names of all that were tried."""
    if two.formula is None or not engine.measured_tables(two.formula):
        return (), ()
    return ws.remember(("splits", two.kpi, two.question, two.before, two.other), lambda: _splits(ws, two))


def _splits(ws: Workspace, two: Two) -> tuple[tuple[Split, ...], tuple[str, ...]]:
    found: list[tuple[float, Split]] = []
    for field in fields_tried(ws, two):
        parts = parted(ws, two, field)
        made = split_by(ws, two, field, parts) if len(parts.halves) > 1 else None
        if made is not None:
            found.append((_told(two, parts.halves), made))
    return telling(found), tuple(split.label for _, split in found)


def telling(found: Sequence[tuple[float, Split]]) -> tuple[Split, ...]:
    """The splits that tell most, of which no two are by nearly the same; each comes with how much it tells."""
    best: dict[int, Split] = {}
    for _, split in sorted(found, key=lambda one: -one[0]):
        group = next((at for at, names in enumerate(TRIED) if split.field in names), len(TRIED))
        best.setdefault(group, split)
    return tuple(best.values())[:MOST_SPLITS]


def fields_tried(ws: Workspace, two: Two) -> list[Field]:
    """The fields by which a KPI of a scope is split, as far as the data tell of them."""
    known = {one.name: one for one in fields_of(ws, two.kpi.id, two.asked(two.now))}
    alone = two.question.scope.kind in ("rep", "unassigned") or two.other is not None
    wanted: list[Field] = []
    for names in TRIED:
        if names == OF_SIZE and two.kpi.unit == "money":
            continue  # that large deals bring much money explains nothing
        there = [known[name] for name in names if name in known]
        if names == OF_CREW:
            wanted += [] if alone else there
        else:
            own = (one for one in there if OF_ANOTHER not in one.label)
            wanted += [next(own, there[0])] if there else []
    usual = known.get(two.kpi.breakdown)
    is_new = usual is not None and usual not in wanted and not (alone and usual.name in OF_CREW)
    return [usual, *wanted] if usual is not None and is_new else wanted


def _told(two: Two, halves: Sequence[Halves]) -> float:
    """How much a field tells: how far rows and hits have moved between its parts."""
    if is_quotient(two):
        above = surprise(*(by_part(halves, side, "numerator") for side in SIDES))
        below = surprise(*(by_part(halves, side, "denominator") for side in SIDES))
        return above + below
    return surprise(*(by_part(halves, side, "value") for side in SIDES))


def split_by(ws: Workspace, two: Two, field: Field, parts: Parted) -> Split | None:
    """A change by one field; None where the parts do not come to the whole."""
    halves = parts.halves
    if is_quotient(two):
        return _by_rate_and_mix(ws, two, field, parts)
    if two.formula is None or two.formula.additive == "no":
        return None
    before, now = (by_part(halves, side, "value") for side in SIDES)
    value0, value1 = two.result0.value or 0.0, two.result1.value or 0.0
    if not (is_sum(before, value0) and is_sum(now, value1)):
        return None
    amounts = whole([Part(label, now[label] - before[label]) for label in now], value1 - value0)
    made = contributions(ws, two, halves, amounts)
    split = Split("amounts", field.name, field.label, made, value1 - value0, "", "", two.kpi.id, folded=parts.folded)
    return finished(ws, two, split)


def _by_rate_and_mix(ws: Workspace, two: Two, field: Field, parts: Parted) -> Split | None:
    halves = parts.halves
    pairs = [_pairs(halves, side) for side in SIDES]
    for found, result in zip(pairs, (two.result0, two.result1), strict=True):
        for at, whole_one in enumerate((result.numerator, result.denominator)):
            if not is_sum({label: pair[at] for label, pair in found.items()}, whole_one or 0.0):
                return None
    effects = {one.segment: one for one in rate_and_mix(*pairs)}
    total = (two.result1.value or 0.0) - (two.result0.value or 0.0)
    shown = [one for one in halves if one.part.label in effects]
    labels = [one.part.label for one in shown]
    amounts = whole([Part(label, effects[label].rate + effects[label].mix) for label in labels], total)
    made = tuple(_in_halves(ws, two.kpi, one, effects[one.label].mix) for one in contributions(ws, two, shown, amounts))
    split = Split("rate and mix", field.name, field.label, made, total, "", "", two.kpi.id, folded=parts.folded)
    return finished(ws, two, split)


def _pairs(halves: Sequence[Halves], side: Side) -> dict[str, tuple[float, float]]:
    """What stands above and below the line in each part."""
    above, below = by_part(halves, side, "numerator"), by_part(halves, side, "denominator")
    return {label: (above[label], below[label]) for label in above}


def _in_halves(ws: Workspace, kpi: Kpi, one: Contribution, mix: float) -> Contribution:
    rate = one.amount - mix
    return replace(one, rate=rate, mix=mix, rate_text=amount_text(ws, kpi, rate), mix_text=amount_text(ws, kpi, mix))


def contributions(
    ws: Workspace, two: Two, halves: Sequence[Halves], amounts: Sequence[Part]
) -> tuple[Contribution, ...]:
    """What each part adds, with its share in whole per cent and the questions for its rows."""
    percents = whole_percents(amounts) or (None,) * len(amounts)
    coded = coder(ws, two.question)
    sides = [(_rows(two.asked(two.now), one.part, one.now), _rows(two.asked_before, one.part, one.before))
             for one in halves]  # fmt: skip
    return tuple(
        Contribution(
            one.part.label, amount.amount, amount_text(ws, two.kpi, amount.amount), amount.share,
            percent_text(percent),
            before_text=_shown(ws, two.kpi, one.before), now_text=_shown(ws, two.kpi, one.now),
            question=now, question_before=before,
            receipt=coded(two.kpi, now, one.now) if now else "",
            receipt_before=coded(two.kpi, before, one.before) if before else "",
            is_rest=one.part.kind == "rest",
        )
        for one, (now, before), amount, percent in zip(halves, sides, amounts, percents, strict=True)
    )  # fmt: skip


def _rows(asked: Question, part: PartOf, result: Result) -> Question | None:
    return replace(asked, parts=(part,)) if result.n else None


def percent_text(percent: int | None) -> str:
    """A share in whole per cent with a true minus sign; empty for none."""
    return "" if percent is None else f"{percent}%".replace("-", MINUS)


def amount_text(ws: Workspace, kpi: Kpi, amount: float) -> str:
    """A difference in the unit of a KPI with its sign."""
    return format_difference(amount, kpi.display, settings(ws).currency)


def _shown(ws: Workspace, kpi: Kpi, result: Result) -> str:
    """A part as it stands: "31% (31 of 100)", "$12.0K (4 deals)"."""
    if result.value is None:
        return "none" if not result.n else "no value"
    text = format_value(result.value, kpi.display, settings(ws).currency, result.n)
    if kpi.is_rate and result.numerator is not None:
        return f"{text} ({sample_text(result.n, result.numerator)})"
    return text if kpi.counts_rows else f"{text} ({sample_text(result.n, noun=row_noun(kpi))})"


def finished(ws: Workspace, two: Two, split: Split) -> Split:
    """A split with its largest parts first, everything else last, and its words."""
    total_text = amount_text(ws, two.kpi, split.total)
    ordered = replace(split, parts=largest_first(split.parts), total_text=total_text, unit=two.kpi.unit)
    return replace(ordered, words=_words(ws, two.kpi, ordered))


def _words(ws: Workspace, kpi: Kpi, split: Split) -> str:
    named = offset_words(split.parts, split.total)
    said = f"{named} {rest_words(split.parts, split.total, split.total_text)}".strip()
    if split.kind != "rate and mix" or not said:
        return said
    rate = math.fsum(one.rate or 0.0 for one in split.parts)
    mix = split.total - rate
    total, own, moved = (amount_text(ws, kpi, one) for one in (split.total, rate, mix))
    return f"{said} Of {total}, {own} is from results within each {split.label} and {moved} from another mix of them."


# --- why deals were lost --------------------------------------------------------------------------------------------


def lost_reasons(ws: Workspace, two: Two) -> tuple[LostReason, ...]:
    """Why deals of the period were lost, with how many and for how much; nothing where no file says so."""
    deals = two.formula is not None and two.formula.tables == {"deals"}
    if not deals or not (two.kpi.is_rate or two.kpi.kpi_class in ("flow_money", "flow_count")):
        return ()
    asked = two.asked(two.now)
    if "closed_at" not in (two.formula.text if two.formula else "") or not _has_reasons(ws, asked):
        return ()
    money = settings(ws).currency
    found = []
    for part, count, amount in _reasons(ws, two):
        text = f"{sample_text(count)}, {format_value(amount, 'money', money)}"
        question = replace(asked, parts=(part,), where="lost")
        found.append((part.kind == "rest", LostReason(part.label, count, amount, text, question)))
    found.sort(key=lambda one: (one[0], -one[1].count, one[1].label))
    return tuple(one for _, one in found if one.count)


def _has_reasons(ws: Workspace, asked: Question) -> bool:
    return any(one.name == "loss_reason" for one in fields_of(ws, OF_LOST, asked))


def _reasons(ws: Workspace, two: Two) -> Iterator[tuple[PartOf, float, float | None]]:
    """Each reason, the most frequent by themselves, with how many deals were lost for it and for how much."""
    made = evaluator(ws, two.question.as_of, two.question.teams)
    count, amount = compile_formula(LOST), compile_formula(LOST_AMOUNT)
    scope, periods = two.question.scope, (two.now,)
    asked = engine.PivotAsked("loss_reason", "", scope, periods, MOST_PARTS, 1)
    counted = engine.pivot(made, kpi_of_formula(count), count, asked)
    if not counted.rows:
        return
    # by itself a sum of amounts would let other reasons stand alone: the largest instead of the most frequent
    worth = engine.parts_over(made, kpi_of_formula(amount), amount, scope, counted.rows, periods)
    for part, lost, sums in zip(counted.rows, counted.cells, worth, strict=True):
        yield part, lost[0].value or 0.0, sums[0].value


def heavy_words(amounts: Sequence[float], noun: str) -> Iterable[str]:
    """Whether one record, or the five largest, make up most of a sum of money."""
    total = math.fsum(amounts)
    if total <= 0 or len(amounts) < 2:
        return
    if amounts[0] > total / 2:
        yield f"One {noun} is {most_words(amounts[0] / total, 'this value')}."
    elif len(amounts) > 10 and total >= (five := math.fsum(amounts[:5])) >= total / 2:
        rows, share = sample_text(len(amounts), noun=noun), whole_percent(five / total)
        yield f"The five largest of {rows} are {share}% of this value."


def leavers_words(ws: Workspace, two: Two) -> tuple[str, ...]:
    """How many accounts the revenue that was lost comes from, and what the five largest are of it.

    Nothing where the KPI sums no cancellations, or none came.
    """
    if two.formula is None or not _LOSES.match(two.formula.text) or not two.result1.value:
        return ()
    asked = engine.PivotAsked("account", "", two.question.scope, (two.now,), FIVE, 1)
    found = engine.pivot(evaluator(ws, two.question.as_of, two.question.teams), two.kpi, two.formula, asked)
    named = [cells[0].value or 0.0 for part, cells in zip(found.rows, found.cells, strict=True) if part.kind == "value"]
    count, total = len(named) + found.together[0], two.result1.value
    money = format_value(total, two.kpi.display, settings(ws).currency)
    head = f"{sample_text(count, noun='account')} {'was' if count == 1 else 'were'} lost for {money}"
    if count < 2:
        return (f"{head}.",)
    if count <= FIVE:
        return (f"{head}; the largest is {whole_percent(max(named) / total)}% of it.",)
    largest = math.fsum(sorted(named, reverse=True)[:FIVE])
    return (f"{head}; the five largest are {whole_percent(largest / total)}% of it.",)
