"""The field by which somebody wants a change split: which can be chosen, and its split beside those that tell most."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kpidesk import engine
from kpidesk.core.breakdowns import Field
from kpidesk.core.causes import MOST_CHOSEN, Split, Why
from kpidesk.core.scorecards import Question
from kpidesk.core.wording import capital
from kpidesk.operations.breakdowns import fields_of, find_field
from kpidesk.operations.cause_halves import Parted, is_quotient, parted
from kpidesk.operations.cause_noise import Two
from kpidesk.operations.cause_parts import OF_CREW, split_by
from kpidesk.operations.workspace import Workspace

Splitting = Callable[[Field, Parted], Split | None]
NOT_WHOLE = "By {} it cannot be split: its parts do not come to the whole."


def field_chosen(ws: Workspace, kpi_id: str, text: str, asked: Question) -> Field | None:
    """The field that was chosen, as a person types it; None where none was.

    Raises:
        UserError: the KPI rests on no records that have it; the nearest are named.
    """
    return find_field(ws, kpi_id, text, asked) if text.strip() else None


def fields_to_split(ws: Workspace, two: Two) -> tuple[Field, ...]:
    """Every field of the data by which the parts of a KPI may come to it, those of no dates and bands first.

    None for a median. One rep, and two scopes side by side, are not split by reps and teams.
    """
    if two.formula is None or not engine.measured_tables(two.formula):
        return ()
    if not is_quotient(two) and two.formula.additive == "no":
        return ()
    alone = two.question.scope.kind in ("rep", "unassigned") or two.other is not None
    known = fields_of(ws, two.kpi.id, two.asked(two.now))
    return tuple(one for one in known if not (alone and one.name in OF_CREW))


def with_choice(ws: Workspace, two: Two, found: Why, by: Field | None, split: Splitting | None = None) -> Why:
    """A change with the fields by which it can be split; where its parts are shown, that of the chosen one first."""
    found = replace(found, fields=fields_to_split(ws, two), by=by)
    if by is None or not (found.whole or found.certainty == "real"):
        return found
    known = next((one for one in found.splits if one.field == by.name and one.kind == "gap" and not one.folded), None)
    made: Split | None = known
    words = ""
    if made is None:
        parts = parted(ws, two, by, MOST_CHOSEN)
        make: Splitting = split or (lambda field, of: split_by(ws, two, field, of))
        made = make(by, parts) if len(parts.halves) > 1 else None
        words = "" if made is not None else _why_not(by, parts)
    others = tuple(one for one in found.splits if made is None or one.field != by.name)
    return replace(found, splits=(*((made,) if made is not None else ()), *others), by_words=words)


def _why_not(by: Field, parts: Parted) -> str:
    """Why a field splits nothing."""
    if parts.follows:
        return f"{capital(by.label)} {parts.follows}: it follows the number and explains nothing."
    if len(parts.halves) == 1:
        return f"By {by.label} there is one part alone: {parts.halves[0].part.label}."
    return NOT_WHOLE.format(by.label)
