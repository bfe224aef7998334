"""Which fields of which tables a formula reads, so that a statement names those and no others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kpidesk.language.tables import TABLES
from kpidesk.language.tree import Leaf, On
from kpidesk.language.walk import row_fields

BY_ACCOUNT = frozenset(("movements", "contracts", "surveys"))
"""Tables whose records are those of whoever owned the account, where they name nobody themselves."""
REVENUE = frozenset(("mrr_at_start", "mrr_at_end"))
"""The recurring revenue of an account at the edges of the window."""
_BEGUN = ("account", "lead", "created_at", "final_closed_at")
_WON = ("account", "owner", "final_outcome", "final_closed_at")
_CREDITED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "accounts": {"deals": _WON}, "costs": {"costs": ("team",)},
    **{table: {table: ("account",), "deals": _WON} for table in BY_ACCOUNT},
}  # fmt: skip
"""What tells whose the records of a table are: fields by table."""
_RESTS_ON: tuple[tuple[str, frozenset[str], str, tuple[str, ...]], ...] = (
    ("activities", frozenset(("is_follow_up",)), "activities", ("account", "deal", "lead")),
    ("activities", frozenset(("is_prospecting",)), "activities", ("account", "deal")),
    ("activities", frozenset(("is_prospecting",)), "accounts", ("first_won_at",)),
    ("activities", frozenset(("led_to_deal_at",)), "activities", ("account", "lead")),
    ("activities", frozenset(("led_to_deal_at",)), "leads", ("deal",)),
    ("activities", frozenset(("led_to_deal_at",)), "deals", _BEGUN),
    ("activities", frozenset(("account",)), "activities", ("deal",)),
    ("activities", frozenset(("account",)), "deals", ("account",)),
    ("leads", frozenset(("deal", "converted_at")), "leads", ("deal",)),
    ("leads", frozenset(("deal", "converted_at")), "deals", _BEGUN),
    ("accounts", frozenset(("first_won_at",)), "deals", _WON),
)
"""A table, fields of it, and what they rest on where the files do not give them: a table and fields of that."""


def names_read(leaf: Leaf) -> frozenset[str]:
    """The fields a measure reads, its date included; dotted where they are of a record it belongs to."""
    dated = {leaf.dated.field} if isinstance(leaf.dated, On) else set()
    return frozenset({field for _, field in row_fields(leaf)} | dated)


def fields_needed(leaves: Iterable[Leaf]) -> dict[str, frozenset[str]]:
    """The fields read by table, those included by which records are joined and credited."""
    found: dict[str, set[str]] = {}
    for leaf in leaves:
        found.setdefault(leaf.table, set())
        for name in names_read(leaf):
            _note(found, leaf.table, name)
        for table, rest in _CREDITED.get(leaf.table, {}).items():
            found.setdefault(table, set()).update(rest)
    if found.get("accounts", set()) & REVENUE:  # what is read at one edge may be asked for at the other
        found["accounts"].update(REVENUE)
    for table, fields, other, rest in _RESTS_ON:
        if found.get(table, set()) & fields:
            found.setdefault(other, set()).update(rest)
    return {table: frozenset(fields) for table, fields in found.items()}


def _note(found: dict[str, set[str]], table: str, name: str) -> None:
    way, _, rest = name.partition(".")
    found.setdefault(table, set()).add(way)
    if rest:
        _note(found, TABLES[table].belongs_to[way], rest)


def needs(needed: Mapping[str, frozenset[str]], table: str) -> frozenset[str]:
    """The fields needed of one table."""
    return needed.get(table, frozenset())
