"""Names made one person since a receipt was printed: whose its number is now, and what was told apart again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kpidesk import store
from kpidesk.core.people import Scope
from kpidesk.core.receipt_codes import Claim
from kpidesk.core.receipts import LogEntry
from kpidesk.operations.workspace import Workspace, scopes


def later_merges(ws: Workspace, claim: Claim) -> dict[int, int]:
    """The merges of people since a receipt was printed that still hold, by the number of the person merged away."""
    away = {_merged(entry) for entry in store.log_since(ws.db, claim.log)}
    return {person: merge for person, merge in store.merged_away(ws.db).items() if person in away}


def claimed_scope(ws: Workspace, claim: Claim) -> Scope | None:
    """Whose number a receipt is: of somebody merged away since it was printed, the person they count as now."""
    number: int | None = claim.scope_id
    if claim.scope_kind == "rep" and (merge := later_merges(ws, claim).get(claim.scope_id)) is not None:
        number = store.counts_as(ws.db, merge)
    return next((one for one in scopes(ws).scopes() if (one.kind, one.id) == (claim.scope_kind, number)), None)


def merged_words(ws: Workspace, claim: Claim, now: Scope) -> list[str]:
    """That the person of a receipt counts as another now; nothing where they count for themselves."""
    merge = later_merges(ws, claim).get(claim.scope_id) if claim.scope_kind == "rep" else None
    then = next((one.name for one in store.merges(ws.db) if one.id == merge), None)
    if then is None:
        return []
    return [f"{then} counts as {now.name} now: the number today is that of both."]


def without_parted(ws: Workspace, log: Sequence[LogEntry]) -> list[LogEntry]:
    """The entries without the merges of people that were all taken back: nothing is left of either."""
    merged, parted = ([one for one in log if one.action == action] for action in ("merge people", "split"))
    hold = store.merged_away(ws.db) if merged else {}
    are_gone = not any(_merged(entry) in hold for entry in merged)
    others = any(entry.action == "merge accounts" for entry in log)
    if others or not are_gone or len(merged) != sum(_split(parted)):
        return list(log)
    return [entry for entry in log if entry not in (*merged, *parted)]


def _merged(entry: LogEntry) -> int:
    """The number of the person whom an entry merged away, 0 for any other entry."""
    return int(entry.detail.partition(" ")[0]) if entry.action == "merge people" else 0


def _split(parted: Iterable[LogEntry]) -> list[int]:
    """How many merges each entry took back."""
    return [entry.detail.count(",") + 1 for entry in parted]
