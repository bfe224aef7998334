"""A target shared out to the parts of a scope: how much each gets, and whether the parts come to the whole."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from kpidesk.core.goals import Target
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.core.target_grid import EditPlan, SumCheck

How = Literal["equal", "capacity", "history"]
HOWS: tuple[How, ...] = get_args(How)
HOW_WORDS: dict[How, str] = {
    "equal": "the same to each",
    "capacity": "by how many full reps work in each",
    "history": "by what each brought in its last four whole periods",
}


@dataclass(frozen=True, slots=True)
class CascadeLine:
    """What one part is proposed: `share` of the whole (0 to 1) and why so much; `before` is what it has now.

    `text` is the target and `before_text` the present one as shown, be it a quota from a file. `depth` is 0 for a part
    of what is shared out, 1 for one of such a part, of which `share` is then its share.
    """

    scope: Scope
    name: str
    target: Target
    share: float
    why: str
    before: Target | None
    text: str
    before_text: str = ""
    depth: int = 0


@dataclass(frozen=True, slots=True)
class CascadePlan:
    """A target shared out, looked at before anything is written.

    `parent` is the target that is shared out, `goal` what the parts are to come to (with the `buffer`), `check` how far
    they do. `implied` is what the parts mean for the whole of a rate, by their expected shares of its rows; None for
    what simply adds up. `lines` have what is in a team behind it. `edits` is what would be written. `words` say it all
    in one sentence.
    """

    kpi: Kpi
    parent: Target
    period: Period
    how: How
    buffer: float
    goal: float
    lines: tuple[CascadeLine, ...]
    check: SumCheck
    implied: float | None
    edits: EditPlan
    words: str
    notes: tuple[str, ...] = ()


def share_out(total: float, weights: Sequence[float], step: float) -> tuple[float, ...]:
    """A total shared out by weights in whole steps, so that the parts come to exactly the whole.

    Each part gets its whole steps, the rest goes one by one to the largest remainders (Hamilton's method), the first
    of equals first. `step` 1 is for counts, 0.01 for money in cents. A rest smaller than a step goes to the largest
    part. All weights 0 share out equally.
    """
    if not weights:
        return ()
    whole = math.fsum(weights)
    each = [one / whole for one in weights] if whole > 0 else [1 / len(weights)] * len(weights)
    per_unit = round(1 / step)
    units = math.floor(total * per_unit + 1e-6)
    exact = [units * one for one in each]
    parts = [math.floor(one + 1e-9) for one in exact]
    order = sorted(range(len(parts)), key=lambda at: (parts[at] - exact[at], at))
    for at in order[: units - sum(parts)]:
        parts[at] += 1
    found = [part / per_unit for part in parts]
    rest = total - math.fsum(found)
    if abs(rest) > 1e-9 * max(abs(total), 1.0):
        largest = max(range(len(found)), key=lambda at: (each[at], -at))
        found[largest] += rest
    return tuple(found)


def mean_by(values: Sequence[float], weights: Sequence[float]) -> float | None:
    """What values come to as one, each with its weight; None without any weight."""
    below = math.fsum(weights)
    if below <= 0:
        return None
    return math.fsum(value * weight for value, weight in zip(values, weights, strict=True)) / below
