"""What became of one deal, which days the data are of, and what an undo would take away."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np

from kpidesk import engine, store
from kpidesk.core.deal_changes import DealHistory, DealVersion, FieldChange, Proof
from kpidesk.core.errors import UserError
from kpidesk.core.fields import FIELD_BY_NAME
from kpidesk.core.imports import UndoEffect
from kpidesk.engine.days import FAR, day_of
from kpidesk.engine.moves import moves_by_version
from kpidesk.operations.change_rows import Cells, shown
from kpidesk.operations.evaluators import evaluator
from kpidesk.operations.workspace import Workspace, settings

_PLACE = frozenset(("deal_id", "key", "import_id", "file", "line", "valid_from"))


def find_deal(ws: Workspace, key: str, source: str = "") -> int:
    """The number of the deal with an id, in a source where one is named.

    Raises:
        UserError: there is no such deal.
    """
    found = store.deal_number(ws.db, key.strip(), source)
    if found is None:
        raise UserError(f"There is no deal '{key}'.", "Give its id exactly as the export writes it.")
    return found


def deal_history(ws: Workspace, deal_id: int, as_of: date | None = None) -> DealHistory:
    """Every version of a deal that exports (up to `as_of`) showed, newest first, with the lines that prove them.

    Raises:
        UserError: no export shows such a deal, or it counts for nothing because its stage is to be ignored.
    """
    facts = evaluator(ws, as_of).facts
    rows = np.flatnonzero(facts.ids == deal_id)
    if not len(rows):
        raise UserError("This deal is not in the data.", "Its import may have been taken back since.")
    deal = int(rows[0])
    versions = facts.versions
    span = range(int(versions.first[deal]), int(versions.newest[deal]) + 1)
    values = [int(versions.value[one]) for one in span]
    days = [day_of(int(versions.seen[one])) for one in span]
    cells = store.deal_rows(ws.db, values, as_of)
    told = _versions(ws, facts, deal, list(zip(values, days, cells, strict=True)))
    now = cells[-1]
    gone = int(facts.missing[deal])
    return DealHistory(
        deal_id=deal_id,
        key=now["key"],
        source=" and ".join(store.sources_of_deal(ws.db, deal_id)),
        name=store.called(now.get("name", ""), now["key"]),
        account=now.get("account", ""),
        owner=now.get("owner_split", "") or now.get("owner", ""),
        versions=tuple(reversed(told)),
        missing_from=day_of(gone) if gone < FAR else None,
    )


def _versions(
    ws: Workspace, facts: engine.Facts, deal: int, stood: list[tuple[int, date, dict[str, str]]]
) -> list[DealVersion]:
    """The versions of a deal, oldest first."""
    currency = settings(ws).currency
    imports = {one.import_id: one.file for one in store.import_history(ws.db)}
    places = store.first_places(ws.db, [(value, day) for value, day, _ in stood])
    found: list[DealVersion] = []
    steps = pairwise([None, *stood])
    for (before, after), what, (number, line) in zip(steps, moves_by_version(facts, deal), places, strict=True):
        _, day, cells = after  # type: ignore[misc]  # only the first of all is None
        later = stood[len(found) + 1][1] if len(found) + 1 < len(stood) else None
        found.append(
            DealVersion(
                since=day,
                until=later - timedelta(days=1) if later else None,
                what=what,
                changes=field_changes(before[2] if before else {}, cells, currency),
                cells={name: text for name, text in cells.items() if name not in _PLACE},
                proof=Proof(number, imports.get(number, ""), line, day),
            )
        )
    return found


def field_changes(before: Cells, after: Cells, currency: str) -> tuple[FieldChange, ...]:
    """The fields in which two versions differ, in the order of the fields of a deal, custom ones last."""
    known = FIELD_BY_NAME["deals"]
    names = [*known, *sorted((set(before) | set(after)) - set(known) - _PLACE)]
    return tuple(
        FieldChange(name, known[name].label if name in known else name, old, new)
        for name in names
        if (old := _text(name, before, currency)) != (new := _text(name, after, currency))
    )


def _text(name: str, cells: Cells, currency: str) -> str:
    if name == "stage":
        return cells.get(name, "")
    return shown(name, cells, currency)


def undo_effect(ws: Workspace, import_id: int) -> UndoEffect:
    """What taking an import back would take away; nothing is changed.

    Raises:
        UserError: there is no such import.
    """
    effect = store.undo_effect(ws.db, import_id)
    others = set(store.came_together(ws.db, import_id)) - {import_id}
    went = {one.import_id: one for one in store.import_history(ws.db)}
    for other in (went[number] for number in others):
        return replace(effect, with_it=(other.kind, store.undo_effect(ws.db, other.import_id)))
    return effect
