"""What every part of a field came to on both sides of a change: in two periods, or for two scopes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from kpidesk import engine
from kpidesk.core.breakdowns import Field
from kpidesk.core.causes import MOST_PARTS
from kpidesk.core.parts import REST
from kpidesk.core.parts import Part as PartOf
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.core.results import Result
from kpidesk.operations.cause_noise import Two
from kpidesk.operations.evaluators import evaluator
from kpidesk.operations.workspace import Workspace

EVERY_PART = 500
"""How many parts of a field two scopes may have before the smallest are taken together."""
ROUNDING = 1e-7
UNKNOWN_HITS = 0.05
"""Up to this share of what counts may lack a field that says what became of a row."""
Side = Literal["before", "now"]
SIDES: tuple[Side, Side] = ("before", "now")
Quantity = Literal["value", "numerator", "denominator"]


@dataclass(frozen=True, slots=True)
class Halves:
    """One part of a field on both sides."""

    part: PartOf
    before: Result
    now: Result


def halves_of(ws: Workspace, two: Two, field: Field, most: int = MOST_PARTS) -> tuple[Halves, ...]:
    """Every part of a field then and now; what there are too many of is taken together.

    Nothing by a field that is filled in only where something came of it, such as the segment of the deal that a lead
    became: it follows the number and explains nothing.
    """
    if two.formula is None:
        return ()
    found = _of_scopes(ws, two, two.other, field, most) if two.other is not None else _of_periods(ws, two, field, most)
    return () if is_quotient(two) and _follows(found) else found


def _of_periods(ws: Workspace, two: Two, field: Field, most: int) -> tuple[Halves, ...]:
    found = _parts(ws, two, field, two.question.scope, (two.before, two.now), most)
    return tuple(Halves(part, before, now) for part, (before, now) in found.items())


def _parts(
    ws: Workspace, two: Two, field: Field, scope: Scope, periods: tuple[Period, ...], most: int
) -> dict[PartOf, tuple[Result, ...]]:
    """What each part of a field came to for a scope, period by period."""
    if two.formula is None:
        return {}
    asked = engine.PivotAsked(field.name, "", scope, periods, most, 1)
    found = engine.pivot(evaluator(ws, two.question.as_of, two.question.teams), two.kpi, two.formula, asked)
    return dict(zip(found.rows, found.cells, strict=True))


def _of_scopes(ws: Workspace, two: Two, other: Scope, field: Field, most: int) -> tuple[Halves, ...]:
    """Every part of a field of two scopes; the smallest of both are taken together."""
    sides = [_parts(ws, two, field, one, (two.now,), EVERY_PART) for one in (other, two.question.scope)]
    nothing = (Result(None, 0.0),)
    found = [Halves(part, *(side.get(part, nothing)[0] for side in sides)) for part in dict.fromkeys(chain(*sides))]
    named = [one for one in found if one.part.kind == "value"]
    alone = sorted(named, key=lambda one: -(one.before.n + one.now.n))[: most if len(named) > most + 1 else len(named)]
    rest = [one for one in found if one.part.kind == "rest" or (one in named and one not in alone)]
    shown = [one for one in found if one not in rest]
    if not rest:
        return tuple(shown)
    part = PartOf(field.name, REST, "rest", tuple(one.part.label for one in alone))
    return (*shown, Halves(part, _together([one.before for one in rest]), _together([one.now for one in rest])))


def _together(found: Sequence[Result]) -> Result:
    """What stands above and below the line of several parts, as one."""
    above, below, rows = (
        math.fsum(getattr(one, what) or 0.0 for one in found) for what in ("numerator", "denominator", "n")
    )
    return Result(above / below if below else None, rows, above, below)


def _follows(halves: Sequence[Halves]) -> bool:
    """Whether a field is unknown for most rows, but known for nearly all of those that count above the line."""
    unknown = [one for one in halves if one.part.kind == "unknown"]
    above, below = (_unknown_share(unknown, halves, what) for what in ("numerator", "denominator"))
    return below > 1 / 2 and above <= UNKNOWN_HITS


def _unknown_share(unknown: Sequence[Halves], halves: Sequence[Halves], what: Quantity) -> float:
    part, every = (
        math.fsum(value for side in SIDES for value in by_part(some, side, what).values()) for some in (unknown, halves)
    )
    return part / every if every else 0.0


def by_part(halves: Sequence[Halves], side: Side, what: Quantity) -> dict[str, float]:
    """One number of each part, 0 where it has none."""
    return {one.part.label: getattr(getattr(one, side), what) or 0.0 for one in halves}


def is_quotient(two: Two) -> bool:
    """Whether the KPI is what stands above a line by what stands below it, in both periods."""
    return all(
        one.value is not None and one.numerator is not None and one.denominator
        and math.isclose(one.value, one.numerator / one.denominator, rel_tol=ROUNDING)
        for one in (two.result0, two.result1)
    )  # fmt: skip


def is_sum(parts: dict[str, float], total: float) -> bool:
    """Whether parts come to the whole."""
    return math.isclose(math.fsum(parts.values()), total, rel_tol=ROUNDING, abs_tol=1e-6)
