"""What every part of a field came to on both sides of a change: in two periods, or for two scopes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Literal

from kpidesk import engine
from kpidesk.core.breakdowns import Field
from kpidesk.core.causes import MOST_PARTS
from kpidesk.core.formats import count_text
from kpidesk.core.parts import REST, ChosenBy, PartKind
from kpidesk.core.parts import Part as PartOf
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.core.results import Result
from kpidesk.operations.cause_noise import Two
from kpidesk.operations.evaluators import evaluator
from kpidesk.operations.workspace import Workspace

EVERY_PART = 500
"""How many parts of a field two scopes may have before the smallest are taken together."""
OTHERWISE: Mapping[PartKind, str] = {"rest": "All others", "unknown": "Nothing filled in"}
"""What stands for everything else and for the unknown where a value of the field is called just so."""
ROUNDING = 1e-7
UNKNOWN_HITS = 0.05
"""Up to this share of what counts may lack a field that says what became of a row."""
FILLED = "is filled in only where something came of it"
TELLS = "tells by itself which rows count"
FEWEST_PURE = 5
"""So many rows a part has on average where it is no chance that each counts whole or not at all."""
Side = Literal["before", "now"]
SIDES: tuple[Side, Side] = ("before", "now")
Quantity = Literal["value", "numerator", "denominator"]


@dataclass(frozen=True, slots=True)
class Halves:
    """One part of a field on both sides."""

    part: PartOf
    before: Result
    now: Result


@dataclass(frozen=True, slots=True)
class Parted:
    """Every part of a field on both sides. `folded` says how many values stand together as everything else.

    There are no parts where the field `follows` the number; it says how.
    """

    halves: tuple[Halves, ...]
    folded: str = ""
    follows: str = ""


def parted(ws: Workspace, two: Two, field: Field, most: int = MOST_PARTS) -> Parted:
    """Every part of a field then and now; what there are too many of is taken together.

    Nothing by a field that follows the number and explains nothing: one that is filled in only where something came of
    it, such as the segment of the deal that a lead became, or of whose parts each counts whole or not at all, such as
    the reason of a loss.
    """
    if two.formula is None:
        return Parted(())
    found = of_scopes(ws, two, two.other, field, most) if two.other is not None else _of_periods(ws, two, field, most)
    how = _follows(found.halves, is_rate=two.kpi.is_rate) if is_quotient(two) else ""
    return Parted((), follows=how) if how else _told_apart(found)


def _told_apart(found: Parted) -> Parted:
    """The same, where no two parts are called alike: a value may be called as everything else, or the unknown, is."""
    taken = {one.part.label.casefold() for one in found.halves if one.part.kind == "value"}

    def named(part: PartOf) -> PartOf:
        is_taken = part.kind != "value" and part.label.casefold() in taken
        return replace(part, label=OTHERWISE[part.kind]) if is_taken else part

    return replace(found, halves=tuple(replace(one, part=named(one.part)) for one in found.halves))


def _of_periods(ws: Workspace, two: Two, field: Field, most: int) -> Parted:
    found, together = _parts(ws, two, field, two.question.scope, (two.before, two.now), most)
    folded = f"{count_text(together)} smaller ones stand together as {REST.lower()}." if together else ""
    return Parted(tuple(Halves(part, before, now) for part, (before, now) in found.items()), folded)


def _parts(
    ws: Workspace, two: Two, field: Field, scope: Scope, periods: tuple[Period, ...], most: int
) -> tuple[dict[PartOf, tuple[Result, ...]], int]:
    """What each part of a field came to for a scope, period by period, and how many values everything else holds."""
    if two.formula is None:
        return {}, 0
    asked = engine.PivotAsked(field.name, "", scope, periods, most, 1)
    found = engine.pivot(evaluator(ws, two.question.as_of, two.question.teams), two.kpi, two.formula, asked)
    return dict(zip(found.rows, found.cells, strict=True)), found.together[0]


def of_scopes(ws: Workspace, two: Two, other: Scope, field: Field, most: int) -> Parted:
    """Every part of a field of two scopes; the smallest of both are taken together."""
    sides = [_parts(ws, two, field, one, (two.now,), EVERY_PART)[0] for one in (other, two.question.scope)]
    nothing = (Result(None, 0.0),)
    found = [Halves(part, *(side.get(part, nothing)[0] for side in sides)) for part in dict.fromkeys(chain(*sides))]
    named = [one for one in found if one.part.kind == "value"]
    alone = sorted(named, key=lambda one: -(one.before.n + one.now.n))[: most if len(named) > most + 1 else len(named)]
    rest = [one for one in found if one.part.kind == "rest" or (one in named and one not in alone)]
    shown = [one for one in found if one not in rest]
    if not rest:
        return Parted(tuple(shown))
    chosen = ChosenBy((two.now,), (other, two.question.scope))
    part = PartOf(field.name, REST, "rest", tuple(one.part.label for one in alone), chosen)
    both = Halves(part, _together([one.before for one in rest]), _together([one.now for one in rest]))
    return Parted((*shown, both), f"The smaller ones stand together as {REST.lower()}.")


def _together(found: Sequence[Result]) -> Result:
    """What stands above and below the line of several parts, as one."""
    above, below, rows = (
        math.fsum(getattr(one, what) or 0.0 for one in found) for what in ("numerator", "denominator", "n")
    )
    return Result(above / below if below else None, rows, above, below)


def _follows(halves: Sequence[Halves], *, is_rate: bool) -> str:
    """How a field follows the number, empty where it does not.

    It is unknown for most rows, but known for nearly all of those that count above the line; or it tells by itself
    which rows of a rate count, seen on enough of them.
    """
    if is_rate and _is_pure(halves):
        return TELLS
    unknown = [one for one in halves if one.part.kind == "unknown"]
    above, below = (_unknown_share(unknown, halves, what) for what in ("numerator", "denominator"))
    return FILLED if below > 1 / 2 and above <= UNKNOWN_HITS else ""


def _is_pure(halves: Sequence[Halves]) -> bool:
    """Whether each of several parts counts whole or not at all, which few rows do by chance."""
    sides = [getattr(one, side) for one in halves for side in SIDES]
    rows = [(one.numerator or 0.0, one.denominator) for one in sides if one.denominator]
    below = math.fsum(one[1] for one in rows)
    above = math.fsum(one[0] for one in rows)
    return 0 < above < below and below >= FEWEST_PURE * len(rows) and all(hits in (0, all_) for hits, all_ in rows)


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
