"""Which fields the files give at all: what no deal ever has is not known, which is another thing than zero."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from kpidesk.core.records import FIELD_BY_NAME
from kpidesk.engine.facts import FIELD_NAMES, Facts
from kpidesk.engine.rowwise import fields_of
from kpidesk.language.tree import Leaf

WORKED_OUT = frozenset(("closed_at", "stage_entered_at", "owner"))
"""Fields that mean something without a column: derived from others, and owners, without whom all is unassigned."""


def never_given(facts: Facts, leaf: Leaf) -> str:
    """The first field that a measure reads and no deal in the files has; empty when there is none."""
    return next(iter(lacking(facts, _reads(leaf))), "")


def lacking(facts: Facts, fields: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Those of the fields (table, name) that no deal in the files has; none while there are no deals."""
    if not len(facts.ids):
        return ()
    names = (_stored(name) for table, name in fields if table == "deals")
    wanted = sorted({name for name in names if name in FIELD_BY_NAME["deals"]} - WORKED_OUT)
    return tuple(name for name in wanted if FIELD_BY_NAME["deals"][name].kind != "text" and not facts.gives(name))


def _stored(name: str) -> str:
    """The field of the files behind a name of the formula language."""
    return "amount" if name == "created_amount" else FIELD_NAMES.get(name, name)


@lru_cache(maxsize=1024)
def _reads(leaf: Leaf) -> frozenset[tuple[str, str]]:
    """What a measure reads of deals in its argument and its conditions."""
    found = fields_of(leaf.argument) | fields_of(leaf.where)
    if leaf.table != "stage_visits":
        return found
    return frozenset(("deals", name.removeprefix("deal.")) for _, name in found if name.startswith("deal."))
