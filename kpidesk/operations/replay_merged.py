"""Names made one person since a receipt was printed: whose its number is now, and what was told apart again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kpidesk import store
from kpidesk.core.people import Scope
from kpidesk.core.receipt_codes import Claim
from kpidesk.core.receipts import LogEntry
from kpidesk.operations.workspace import Workspace, scopes

MERGED = "merge people"
_MERGING = (MERGED, "merge accounts", "merge deals")
"""What gives numbers to merges, one for each pair."""


def later_merges(ws: Workspace, log: Iterable[LogEntry]) -> dict[int, int]:
    """The merges of people in a part of the log that still hold, by the number of the person merged away."""
    away = {person for entry in log if entry.action == MERGED for person in entry.numbers}
    return {person: merge for person, merge in store.merged_away(ws.db).items() if person in away} if away else {}


def merges_since(ws: Workspace, log: Iterable[LogEntry], people: Mapping[int, int]) -> tuple[int, ...]:
    """The merges of people (as of `later_merges`) and of accounts in a part of the log that still hold."""
    made = sum(len(entry.numbers) for entry in log if entry.action in _MERGING)
    accounts = {one.id for one in store.merges(ws.db) if one.kind == "account"} if made else set()
    newest = store.newest_merge(ws.db) if accounts else 0
    return (*people.values(), *sorted(one for one in accounts if one > newest - made))


def claimed_scope(ws: Workspace, claim: Claim, merges: Mapping[int, int]) -> Scope | None:
    """Whose number a receipt is: of somebody merged away since it was printed, the person they count as now."""
    number: int | None = claim.scope_id
    if claim.scope_kind == "rep" and (merge := merges.get(claim.scope_id)) is not None:
        number = store.counts_as(ws.db, merge)
    return next((one for one in scopes(ws).scopes() if (one.kind, one.id) == (claim.scope_kind, number)), None)


def merged_words(ws: Workspace, claim: Claim, merges: Mapping[int, int], now: Scope) -> list[str]:
    """That the person of a receipt counts as another now; nothing where they count for themselves."""
    merge = merges.get(claim.scope_id) if claim.scope_kind == "rep" else None
    then = next((one.name for one in store.merges(ws.db) if one.id == merge), None)
    if then is None:
        return []
    return [f"{then} counts as {now.name} now: the number today is that of both."]


def without_parted(ws: Workspace, log: Sequence[LogEntry]) -> list[LogEntry]:
    """The entries without the merges of people that were all taken back: nothing is left of either."""
    merged, parted = ([one for one in log if one.action == action] for action in (MERGED, "split"))
    hold = store.merged_away(ws.db) if merged else {}
    are_gone = not any(person in hold for entry in merged for person in entry.numbers)
    others = any(entry.action == "merge accounts" for entry in log)
    if others or not are_gone or len(merged) != sum(len(entry.numbers) for entry in parted):
        return list(log)
    return [entry for entry in log if entry not in (*merged, *parted)]
