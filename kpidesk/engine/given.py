"""What the files tell at all: a field, or a sort of record, that no record has is not known, which is not zero."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from kpidesk.core.fields import FIELD_BY_NAME, KINDS, Kind
from kpidesk.core.parts import CUSTOM
from kpidesk.engine.deal_columns import FIELD_NAMES
from kpidesk.engine.facts import Facts
from kpidesk.engine.rowwise import WINDOWED, fields_of, parts_of
from kpidesk.engine.tables import KIND_OF, KNOWN_ANYWAY, STORED
from kpidesk.language.tables import TABLES
from kpidesk.language.tree import AllOf, AnyOf, Compare, FieldRef, FilterRef, In, Leaf, RowCall, RowExpr, Value

WORKED_OUT = frozenset((
    ("deals", "closed_at"), ("deals", "stage_entered_at"), ("deals", "owner"),
    ("activities", "occurred_at"), ("activities", "person"), ("activities", "account"),
    ("activities", "is_follow_up"), ("activities", "is_prospecting"),
    ("leads", "converted_at"), ("leads", "deal"), ("leads", "owner"),
    ("accounts", "owner"), ("surveys", "kind"), ("surveys", "scale_max"), ("surveys", "owner"),
    ("subscriptions", "mrr"), ("subscriptions", "ends_at"), ("subscriptions", "is_trial"), ("subscriptions", "owner"),
    ("movements", "owner"), ("movements", "is_new_product"), ("contracts", "owner"), ("costs", "person"),
))  # fmt: skip
"""Fields that mean something without a column: worked out from others, and owners, without whom all is unassigned."""
SORTS = frozenset((("activities", "type"), ("costs", "category"), ("costs", "motion")))
"""Fields that tell sorts of records apart. Who records demos has some, so none at all means that no file tells of them;
states, as a meeting that was missed, may well never have happened."""
Named = tuple[str, str]
Unnamed = tuple[str, str, tuple[str, ...]]
"""A table, its field and words, none of which any record has there."""


def never_given(facts: Facts, leaf: Leaf) -> Named | None:
    """The first field (table, name) that a measure reads and no record in the files has; None when there is none."""
    return next(iter(lacking(facts, _reads(leaf))), None)


def never_named(facts: Facts, leaves: Iterable[Leaf]) -> tuple[Unnamed, ...]:
    """The sorts of record that measures count alone and of which no file has any.

    The kinds of record must have been imported, and the fields be given.
    """
    counted = dict.fromkeys(one for leaf in leaves for one in _sorts(leaf))
    return tuple((table, name, words) for table, name, words in counted if not _is_named(facts, table, name, words))


def lacking(facts: Facts, fields: Iterable[Named]) -> tuple[Named, ...]:
    """Those of the fields (table, name) that no record in the files has; none of kinds that were never imported."""
    wanted = sorted({_stored(*_home(table, name)) for table, name in fields} - WORKED_OUT)
    return tuple((table, name) for table, name in wanted if _is_lacking(facts, table, name))


def missing_kinds(facts: Facts, fields: Iterable[Named], tables: Iterable[str]) -> tuple[Kind, ...]:
    """The kinds of record that a formula over these tables and fields needs and that were never imported."""
    read = {_home(table, name) for table, name in fields if "." in name or name in WINDOWED}
    asked = {
        (table, "") for table in tables if table not in ("deals", "stage_visits", "people", "accounts", "capacity")
    }
    kinds = {facts.tables.source(table, name) for table, name in (read | asked) - KNOWN_ANYWAY}
    return tuple(kind for kind in KINDS if kind in kinds and not facts.tables.has(kind))


def _is_lacking(facts: Facts, table: str, name: str) -> bool:
    if table in ("stage_visits", "people", "capacity"):
        return False
    kind = KIND_OF[table]
    known = FIELD_BY_NAME[kind].get(name)
    if known is None or known.kind == "text":
        return False
    if kind == "deals":
        return bool(len(facts.ids)) and not facts.gives(name)
    tables = facts.tables
    return tables.source(table) == kind and tables.has(kind) and not tables.gives(kind, name)


def _is_named(facts: Facts, table: str, name: str, words: Iterable[str]) -> bool:
    return not facts.table(table).rows.named(name).isdisjoint(word.casefold() for word in words)


def _home(table: str, name: str) -> Named:
    """The table that a dotted field belongs to, and its name there."""
    way, _, rest = ("", "", "") if name.startswith(CUSTOM) else name.partition(".")
    return _home(TABLES[table].belongs_to[way], rest) if rest else (table, name)


def _stored(table: str, name: str) -> Named:
    """The field of the files behind a name of the formula language."""
    if table in ("deals", "stage_visits"):
        return table, "amount" if name == "created_amount" else FIELD_NAMES.get(name, name)
    return table, STORED.get((table, name), name)


@lru_cache(maxsize=1024)
def _reads(leaf: Leaf) -> frozenset[Named]:
    """What a measure reads in its argument and its conditions, fields of visits to stages left out."""
    found = fields_of(leaf.argument) | fields_of(leaf.where)
    return frozenset(one for one in found if leaf.table != "stage_visits" or "." in one[1])


@lru_cache(maxsize=1024)
def _sorts(leaf: Leaf) -> tuple[Unnamed, ...]:
    """The sorts of record that a measure counts, each with the words of which a row must have one."""
    return tuple(_sorts_in(leaf.where)) if any(table == leaf.table for table, _ in SORTS) else ()


def _sorts_in(part: RowExpr | None) -> Iterator[Unnamed]:
    match part:
        case FilterRef(_, _, body):
            yield from _sorts_in(body)
        case AllOf(conditions):
            for one in conditions:
                yield from _sorts_in(one)
        case AnyOf(conditions):
            yield from _either([tuple(_sorts_in(one)) for one in conditions])
        case Compare("=", FieldRef(table, name, _), word) if (table, name) in SORTS:
            yield from _sort(table, name, (word,))
        case In(FieldRef(table, name, _), options) if (table, name) in SORTS:
            yield from _sort(table, name, options)


def _sort(table: str, name: str, options: tuple[RowExpr, ...]) -> Iterator[Unnamed]:
    words = tuple(one.value for one in options if isinstance(one, Value) and isinstance(one.value, str))
    if len(words) == len(options):
        yield table, name, words


def _either(parts: list[tuple[Unnamed, ...]]) -> Iterator[Unnamed]:
    """One sort or another: a row needs a word of any of them, where all speak of the same field and nothing else."""
    if all(len(one) == 1 for one in parts) and len({one[0][:2] for one in parts}) == 1:
        table, name, _ = parts[0][0]
        yield table, name, tuple(word for one in parts for word in one[0][2])


def timed(leaf: Leaf) -> frozenset[str]:
    """The fields of a measure whose time of day it needs."""
    return frozenset(name for part in (leaf.argument, leaf.where) if part is not None for name in _timed(part))


def _timed(part: RowExpr) -> Iterator[str]:
    if isinstance(part, RowCall) and part.name in ("hours", "minutes", "business_hours"):
        yield from (one.field for one in part.arguments if isinstance(one, FieldRef))
    for inner in parts_of(part):
        yield from _timed(inner)
