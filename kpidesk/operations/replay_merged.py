"""People and accounts made one since a receipt was printed: whose its number is now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kpidesk import store
from kpidesk.core.parts import Part
from kpidesk.core.people import Scope
from kpidesk.core.receipt_codes import Claim
from kpidesk.core.receipts import LogEntry
from kpidesk.core.scorecards import Question
from kpidesk.operations.receipt_code import part_mark
from kpidesk.operations.workspace import Workspace, scopes

MERGED = "merge people"


def later_merges(ws: Workspace, log: Iterable[LogEntry]) -> dict[int, int]:
    """The merges of people in a part of the log that still hold, by the number of the person merged away."""
    away = {person for entry in log if entry.action == MERGED for person in entry.numbers}
    return {person: merge for person, merge in store.merged_away(ws.db).items() if person in away} if away else {}


def claimed_scope(ws: Workspace, claim: Claim, merges: Mapping[int, int]) -> Scope | None:
    """Whose number a receipt is: of somebody merged away since it was printed, the person they count as now."""
    number: int | None = claim.scope_id
    if claim.scope_kind == "rep" and (merge := merges.get(claim.scope_id)) is not None:
        number = store.counts_as(ws.db, merge)
    return next((one for one in scopes(ws).scopes() if (one.kind, one.id) == (claim.scope_kind, number)), None)


@dataclass(frozen=True, slots=True)
class MergedValue:
    """The name of a person or account that was merged away, and that as which it counts now."""

    then: str
    now: str


def merged_value(ws: Workspace, field: str, marks: tuple[int, int]) -> MergedValue | None:
    """Who or which account had the value of a part of a breakdown before it was merged away; None where nobody had."""
    every = store.merges(ws.db)
    found = next((at for at, one in enumerate(every) if part_mark(Part(field, one.name)) == marks), None)
    if found is None:
        return None
    then = every[found]
    now = then.into
    for one in every[found + 1 :]:  # which may have been merged into others in turn
        now = one.into if (one.kind, one.name) == (then.kind, now) else now
    return MergedValue(then.name, now)


def merged_words(ws: Workspace, claim: Claim, merges: Mapping[int, int], asked: Question) -> list[str]:
    """That whose number a receipt is counts as another now, or the part that it is of; nothing where neither does."""
    merge = merges.get(claim.scope_id) if claim.scope_kind == "rep" else None
    found = [MergedValue(one.name, asked.scope.name) for one in store.merges(ws.db) if one.id == merge]
    for part, marks in zip(asked.parts, claim.parts, strict=True):
        if part.kind == "value" and part_mark(part) != marks and (then := merged_value(ws, part.field, marks)):
            found.append(then)
    return [f"{one.then} counts as {one.now} now: the number today is that of both." for one in found]
