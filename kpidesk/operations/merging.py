"""People, accounts and deals that are one: offered with the reason, merged when somebody says so, split again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from kpidesk import store
from kpidesk.core.errors import UserError, nearest
from kpidesk.core.fields import FIELD_BY_NAME
from kpidesk.core.formats import whole_percent
from kpidesk.core.roster import FieldBecomes, Likeness, Merged, MergeKind, MergePreview, RosterChange
from kpidesk.core.texts import folded
from kpidesk.operations.deal_likeness import alike_deals
from kpidesk.operations.workspace import Workspace

MANY: dict[MergeKind, str] = {"person": "people", "account": "accounts", "deal": "deals"}
HIDDEN = frozenset(("deal_id", "key", "import_id", "file", "line", "valid_from"))


def alike(ws: Workspace) -> tuple[Likeness, ...]:
    """People, accounts and deals so alike that they may be one, the likest first, each with the reason.

    Of each pair the one comes first under whose name both would count: who is in a list of people, else who has more
    deals; of two deals the one that is won or lost, else that of the source that tells of more.
    """
    return ws.remember("alike", lambda: _alike(ws))


def _alike(ws: Workspace) -> tuple[Likeness, ...]:
    found = store.suggestions(ws.db)
    known = {kind: _standing(ws, kind) for kind in {one.kind for one in found}}
    return (*alike_deals(ws), *(_likeness(one, known[one.kind]) for one in found))


def _standing(ws: Workspace, kind: MergeKind) -> dict[int, tuple[bool, int]]:
    """Whether a list names each of a kind, and how many deals are theirs."""
    if kind == "account":
        return {one: (False, deals) for one, (_, deals) in store.accounts_facts(ws.db).items()}
    return {person: (one.is_listed, one.deals) for person, one in store.people_facts(ws.db).items()}


def _likeness(found: store.Suggestion, known: Mapping[int, tuple[bool, int]]) -> Likeness:
    pair = ((found.one, found.name), (found.other, found.other_name))
    nobody = (False, 0)
    (one, name), (other, other_name) = sorted(pair, key=lambda at: known.get(at[0], nobody), reverse=True)
    why = "the same name with an initial" if found.is_initialled else _why(name, other_name, found.likeness)
    return Likeness(found.kind, one, name, other, other_name, found.likeness, why)


def _why(one: str, other: str, likeness: float) -> str:
    if "@" in one or "@" in other:
        return "the name and the address are alike" if "@" not in one or "@" not in other else "alike before the @"
    if likeness >= 1:
        same_words = sorted(_words(one)) == sorted(_words(other))
        return "the same words in another order" if same_words else "the same but for signs and legal form"
    return f"{whole_percent(likeness)}% of the letters agree"


def _words(name: str) -> list[str]:
    return folded(name.replace(",", " ")).split()


def merged(ws: Workspace) -> tuple[Merged, ...]:
    """Everything that was merged and not told apart again, the newest first."""
    found = [Merged(one.id, one.kind, one.name, one.into, date.fromisoformat(one.at[:10]))
             for one in store.merges(ws.db)]  # fmt: skip
    for deal in store.deal_merges(ws.db):
        name, into = f"{deal.name} ({deal.source})", f"{deal.into} ({deal.into_source})"
        found.append(Merged(deal.id, "deal", name, into, date.fromisoformat(deal.at[:10])))
    return tuple(sorted(found, key=lambda one: -one.id))


def merge_preview(ws: Workspace, kind: MergeKind, keep: int, drop: int) -> MergePreview:
    """What merging two people, accounts or deals would do.

    Raises:
        UserError: they are one already, or one of them is not there.
    """
    if kind == "deal":
        return _deal_preview(ws, keep, drop)
    names, deals = _known(ws, kind)
    if keep == drop or not {keep, drop} <= names.keys():
        raise UserError(f"Two different {MANY[kind]} are needed.", "Choose them from the list.")
    words = (
        f"{names[drop]} counts as {names[keep]}. Their {deals[drop]:,} and {deals[keep]:,} deals count together, "
        "from the beginning."
    )
    goals = "Goals and one-on-ones of both go together." if kind == "person" else ""
    return MergePreview(kind, keep, drop, words, tuple(filter(None, (goals, "They can be told apart again."))))


def _deal_preview(ws: Workspace, keep: int, drop: int) -> MergePreview:
    """What becomes of each field when two deals are merged, as it would be kept: it is done and taken back."""
    kept, other = (_cells_now(ws, one) for one in (keep, drop))
    with ws.db.writing(keep=False):
        store.merge_deals(ws.db, keep, drop)
        becomes = _cells_now(ws, keep)
    labels = {name: field.label for name, field in FIELD_BY_NAME["deals"].items()}
    shown = (*labels, *sorted((kept | other | becomes).keys() - labels.keys() - HIDDEN))
    fields = (
        FieldBecomes(labels.get(name, name), *(cells.get(name, "") for cells in (kept, other, becomes)))
        for name in shown
    )
    differ = tuple(one for one in fields if one.kept != one.other)
    name, into = store.called(other.get("name", ""), other["key"]), store.called(kept.get("name", ""), kept["key"])
    words = f"{name} ({other['key']}) counts as {into} ({kept['key']}), once in every number, also in the past."
    notes = (
        "Later exports of both change the one deal: whatever one of them changes counts. A win or loss stays until the "
        "source that told it takes it back.",
        "They can be told apart again.",
    )
    return MergePreview("deal", keep, drop, words, notes, differ)


def _cells_now(ws: Workspace, deal: int) -> dict[str, str]:
    """A deal as it is now.

    Raises:
        UserError: no import shows it.
    """
    value = store.newest_value(ws.db, deal)
    if value is None:
        raise UserError("This deal is not in the data.", "Its import may have been taken back since.")
    return store.deal_rows(ws.db, [value])[0]


def _find_deal(ws: Workspace, text: str) -> int:
    source, _, key = text.rpartition(":")
    found = _deals_with(ws, text) or {one: name for one, name in _deals_with(ws, key).items() if name == source}
    if not found:
        raise UserError(f"There is no deal '{text}'.", "Give its id exactly as the export writes it.")
    if len(found) > 1:
        choices = " or ".join(f"'{name}:{text}'" for name in found.values())
        raise UserError(f"{len(found)} deals have the id '{text}'.", f"Write {choices}.")
    return next(iter(found))


def _deals_with(ws: Workspace, key: str) -> dict[int, str]:
    """The deals with an id, each with its source; in another form of the id where none has this one."""
    forms = store.id_forms(key)
    known = store.deals_with(ws.db, forms)
    return next((known[form] for form in forms if form in known), {})


def merge(ws: Workspace, kind: MergeKind, keep: int, drop: int) -> RosterChange:
    """Treat two people, accounts or deals as one.

    Raises:
        UserError: they are one already, or one of them is not there.
    """
    words = merge_preview(ws, kind, keep, drop).words
    join = {"person": store.merge_people, "account": store.merge_accounts, "deal": store.merge_deals}
    return RosterChange(words, merges=(join[kind](ws.db, keep, drop),))


def split(ws: Workspace, merge_id: int) -> RosterChange:
    """Tell apart again what was merged.

    Raises:
        UserError: there is no such merge.
    """
    found = next((one for one in merged(ws) if one.id == merge_id), None)
    if found is None:
        raise UserError("There is no such merge.", "List them with: kpidesk people list WORKSPACE.")
    (store.split_deals if found.kind == "deal" else store.split)(ws.db, merge_id)
    return RosterChange(f"{found.name} and {found.into} are told apart again.")


def find_mergeable(ws: Workspace, kind: MergeKind, name: str) -> int:
    """The number of a person or account by name, of a deal by its id or by SOURCE:ID.

    Raises:
        UserError: none has that name, and the nearest are offered; or deals of several sources have that id.
    """
    if kind == "deal":
        return _find_deal(ws, name)
    names, _ = _known(ws, kind)
    exact = [number for number, known in names.items() if known == name]
    hits = exact or [number for number, known in names.items() if folded(known) == folded(name)]
    if not hits:
        if now := _counted_as(ws, kind, name):
            raise UserError(f"'{name}' counts as {now} already.", f"Name '{now}', or tell the two apart first.")
        raise UserError(f"There is no {kind} '{name}'.", nearest(name, names.values()))
    return hits[0]


def _counted_as(ws: Workspace, kind: MergeKind, name: str) -> str:
    """What a person or account was merged into, through any further merges; empty where none had that name."""
    into = ""
    for one in store.merges(ws.db):
        if one.kind == kind and folded(one.name) == folded(into or name):
            into = one.into
    return into


def mergeable(ws: Workspace, kind: MergeKind) -> tuple[tuple[int, str, int], ...]:
    """Number, name and how many deals of every person or account, by name."""
    names, deals = _known(ws, kind)
    return tuple(sorted(((number, name, deals[number]) for number, name in names.items()), key=_by_name))


def _by_name(one: tuple[int, str, int]) -> str:
    return one[1].casefold()


def _known(ws: Workspace, kind: MergeKind) -> tuple[dict[int, str], dict[int, int]]:
    if kind == "account":
        accounts = ws.remember("accounts", lambda: store.accounts_facts(ws.db))
        return {one: name for one, (name, _) in accounts.items()}, {one: deals for one, (_, deals) in accounts.items()}
    people, facts = store.load_organisation(ws.db).people, store.people_facts(ws.db)
    return {one.id: one.name for one in people}, _deals(facts.items())


def _deals(facts: Iterable[tuple[int, store.PersonFacts]]) -> dict[int, int]:
    return {person: one.deals for person, one in facts}
