"""Pairs that may be one, several at once: merged, or said to be two, and either taken back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from kpidesk import store
from kpidesk.core.errors import UserError
from kpidesk.core.roster import Likeness, MergeKind, RosterChange, SaidTwo
from kpidesk.core.wording import counted, listed
from kpidesk.operations.merging import MANY, merge_preview, merged, split
from kpidesk.operations.workspace import Workspace

KINDS: tuple[MergeKind, ...] = ("person", "account", "deal")


def merge_pairs(ws: Workspace, pairs: Sequence[Likeness]) -> RosterChange:
    """Treat each pair as one, the first of it leading; all of them are merged or none.

    A pair that became one by those before it is passed over.

    Raises:
        UserError: one of them is not there any more; nothing is changed.
    """
    words = merge_preview(ws, pairs[0].kind, pairs[0].one, pairs[0].other).words if len(pairs) == 1 else ""
    with ws.db.together():
        made = tuple(number for kind in KINDS for number in _merge_all(ws, kind, pairs))
    return RosterChange(words or f"{_counted(pairs)} count as one.", merges=made)


def _merge_all(ws: Workspace, kind: MergeKind, pairs: Iterable[Likeness]) -> Iterator[int]:
    became: dict[int, int] = {}
    wanted: list[tuple[int, int]] = []
    for pair in (one for one in pairs if one.kind == kind):
        keep, drop = (_now(became, number) for number in (pair.one, pair.other))
        if keep != drop:
            wanted.append((keep, drop))
            became[drop] = keep
    if kind == "person":
        yield from (store.merge_people(ws.db, keep, drop) for keep, drop in wanted)
    elif wanted:
        join = store.merge_deal_pairs if kind == "deal" else store.merge_account_pairs
        yield from join(ws.db, wanted)


def _now(became: dict[int, int], number: int) -> int:
    while number in became:
        number = became[number]
    return number


def split_merges(ws: Workspace, merges: Sequence[int]) -> RosterChange:
    """Tell apart again what several merges joined; all of them or none.

    Raises:
        UserError: there is no such merge; nothing is changed.
    """
    if len(merges) == 1:
        return split(ws, merges[0])
    kinds = {one.id: one.kind for one in merged(ws)}
    if missing := [number for number in merges if number not in kinds]:
        raise UserError(f"There is no merge {missing[0]}.", "List them with: kpidesk people list WORKSPACE.")
    deals = [number for number in merges if kinds[number] == "deal"]
    with ws.db.together():
        if others := set(merges) - set(deals):
            store.split(ws.db, *others)
        if deals:
            store.split_deals(ws.db, *deals)
    return RosterChange(f"{len(merges)} pairs are told apart again.")


def keep_apart(ws: Workspace, pairs: Sequence[Likeness]) -> RosterChange:
    """Remember that each pair is two, so that it is not offered again; no number changes by it.

    Raises:
        UserError: one of them is not there any more, or a pair is one already; nothing is changed.
    """
    with ws.db.together():
        made = tuple(
            number
            for kind in KINDS
            for number in store.keep_apart(ws.db, kind, [(one.one, one.other) for one in pairs if one.kind == kind])
        )
    told = f"{pairs[0].name} and {pairs[0].other_name}" if len(pairs) == 1 else _counted(pairs)
    return RosterChange(f"{told} stay two and are not offered as one again.", apart=made)


def offer_again(ws: Workspace, numbers: Sequence[int]) -> RosterChange:
    """Take back that pairs are two: they are offered as one again where they are alike.

    Raises:
        UserError: no such pair was said to be two; nothing is changed.
    """
    with ws.db.together():
        for number in numbers:
            store.forget_apart(ws.db, number)
    return RosterChange("1 pair may be one again." if len(numbers) == 1 else f"{len(numbers)} pairs may be one again.")


def pair_of_deals(ws: Workspace, one: int, other: int) -> Likeness:
    """Two deals that somebody takes for one, by what each is called."""
    names = _deal_names(ws, (one, other))
    return Likeness("deal", one, names.get(one, ""), other, names.get(other, ""), 1.0, "you chose them")


def said_two(ws: Workspace) -> tuple[SaidTwo, ...]:
    """Every pair that somebody said is two, the newest first."""
    found = store.kept_apart(ws.db)
    names = {kind: _names(ws, kind, found) for kind in {one.kind for one in found}}
    told = (
        SaidTwo(one.id, one.kind, names[one.kind][one.one], names[one.kind][one.other], date.fromisoformat(one.at[:10]))
        for one in reversed(found)
    )
    return tuple(told)


def _names(ws: Workspace, kind: MergeKind, found: Iterable[store.Apart]) -> dict[int, str]:
    if kind == "person":
        return {one.id: one.name for one in store.load_organisation(ws.db).people}
    if kind == "account":
        return {number: name for number, (name, _) in store.accounts_facts(ws.db).items()}
    return _deal_names(ws, [number for one in found if one.kind == kind for number in (one.one, one.other)])


def _deal_names(ws: Workspace, numbers: Sequence[int]) -> dict[int, str]:
    """What the deals are called now, each with its source; the id of one that no import shows now."""
    known = {number: store.newest_value(ws.db, number) for number in numbers}
    names = store.deal_names(ws.db, [value for value in known.values() if value is not None])
    ids = store.named_deals(ws.db, numbers)
    return {
        number: f"{names[value] if value is not None else ids[number][1]} ({ids[number][0]})"
        for number, value in known.items()
        if number in ids
    }


def _counted(pairs: Sequence[Likeness]) -> str:
    """How many pairs of which kinds: "2 pairs of deals and 1 pair of people"."""
    counts = Counter(one.kind for one in pairs)
    return listed(f"{counted(counts[one], 'pair')} of {MANY[one]}" for one in KINDS if counts[one])
