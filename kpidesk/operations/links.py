"""Which records belong together: how many activities belong to a deal, which belong to none, and what they may mean."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from difflib import get_close_matches

from kpidesk import store
from kpidesk.core.errors import UserError
from kpidesk.core.fields import FIELD_BY_NAME, KIND_OF_RECORD, KINDS, Kind
from kpidesk.core.imports import Linked, LostReference
from kpidesk.core.texts import folded
from kpidesk.operations.workspace import Workspace

ALIKE = 0.8
"""How alike two names must be to be offered, as `difflib` measures it: 1 is the same."""
MOST_COMPARED = 200
"""So many different texts are looked up among the names there are."""


def links(ws: Workspace, kind: Kind | None = None) -> tuple[Linked, ...]:
    """How many records lead to those they name, by kind and field; of one kind, those of it and those that name it."""
    found: list[Linked] = []
    for one in KINDS:
        found += _counted(ws, one, {name: to for name, to in _leads(one).items() if kind in (None, one, to)})
    return tuple(found)


def links_of(ws: Workspace, kind: Kind) -> tuple[Linked, ...]:
    """How many records of one kind lead to those they name."""
    return tuple(_counted(ws, kind, _leads(kind)))


def _counted(ws: Workspace, kind: Kind, leads: Mapping[str, Kind]) -> list[Linked]:
    if not leads or not store.data_dates(ws.db, kind):
        return []
    counts = store.link_counts(ws.db, kind)
    found = [
        Linked(kind, name, to, counts[name].by_id, counts[name].by_name, counts[name].unlinked)
        for name, to in leads.items()
    ]
    return [one for one in found if one.total]


def _leads(kind: Kind) -> dict[str, Kind]:
    """The fields of a kind that name a record of another, with that kind."""
    return {one.name: one.to for one in FIELD_BY_NAME[kind].values() if one.kind == "reference" and one.to is not None}


def unlinked(ws: Workspace, kind: Kind, field: str) -> tuple[LostReference, ...]:
    """Every row of a kind that names a record which is not there, with the nearest name that is; nothing is assumed.

    Raises:
        UserError: the kind has no such field that leads to records.
    """
    known = FIELD_BY_NAME[kind].get(field)
    if kind == "people" or known is None or known.kind != "reference" or known.to is None:
        raise UserError(f"'{field}' of {KIND_OF_RECORD[kind].many} leads to no other record.")
    rows = store.unlinked_rows(ws.db, kind, field)
    near = _nearest(ws, known.to, list(dict.fromkeys(text for _, _, text in rows))[:MOST_COMPARED])
    return tuple(LostReference(line, file, text, near.get(text, "")) for line, file, text in rows)


def _nearest(ws: Workspace, to: Kind, texts: Collection[str]) -> dict[str, str]:
    """The likest name of a record for each text that is like one."""
    if "name" not in FIELD_BY_NAME[to] or not texts:
        return {}
    names = {folded(name): name for _, _, name, _ in store.records_now(ws.db, to, ("name",), "name") if name}
    found = {text: get_close_matches(folded(text), names, 1, ALIKE) for text in texts}
    return {text: names[best[0]] for text, best in found.items() if best}
