"""By which fields the records of a table can be split into parts, and by which rule each field is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from kpidesk.core.parts import CUSTOM
from kpidesk.language.schema import Table, TableField
from kpidesk.language.tables import TABLES

SPLITTING = ("term", "account", "person")
BANDED = ("number", "money", "ratio", "score", "days", "hours", "minutes")
CREDITED = ("rep", "team")
"""What every credited record can be split by: the person it is credited to, and their team on the day."""
PERSONAL = ("rep.role", "rep.territory", "rep.motion")
"""What every credited record can be split by as well: what is said of the person it is credited to."""
SIZE, CYCLE = "deal.size", "deal.cycle"
DEAL_BANDS = {SIZE: "size of the deal", CYCLE: "days to close"}
"""What deals, and accounts by the first deal they were won with, can be split by: with how a person reads each."""
IN_BANDS = " (in bands)"
"""What a number that is broken down by its bands is called by."""
Rule = Literal["value", "band", "week", "month", "quarter", "year", "weekday"]
DATE_RULES: tuple[Rule, ...] = ("month", "quarter", "year", "week", "weekday")
"""What of a date a breakdown may go by, the usual one first."""


@dataclass(frozen=True, slots=True)
class Splittable:
    """A field by which a number can be broken down: its name as typed, and how a person reads it."""

    name: str
    label: str


def _has_deal_bands(table: Table) -> bool:
    """Whether the records of a table are deals or accounts, or belong to one."""
    return not {table.name, *table.belongs_to.values()}.isdisjoint(("deals", "accounts"))


def rule_of(field: str) -> tuple[str, Rule]:
    """The bare name of a field of a breakdown, and by which rule it is split: `created_at:month`, `amount:band`.

    The rule of a column that is mapped to no field comes before it, `band:custom:Seats`, for a header may end like one.
    """
    first, _, own = field.partition(":")
    base, _, last = field.rpartition(":")
    for known in ("band", *DATE_RULES):
        if own.startswith(CUSTOM) and known == first:
            return own, known
        if base and not field.startswith(CUSTOM) and known == last:
            return base, known
    return field, "value"


def comes_once(field: str) -> bool:
    """Whether the parts by a field are weeks, months, quarters or years of a date, each of which comes once."""
    return rule_of(field)[1] in ("week", "month", "quarter", "year")


def own_rules(header: str, *, numbers: bool) -> tuple[Splittable, ...]:
    """What a column that is mapped to no field can be split by besides its words, where it holds numbers or days."""
    if numbers:
        return (Splittable(f"band:{CUSTOM}{header}", f"{header}{IN_BANDS}"),)
    return tuple(Splittable(f"{rule}:{CUSTOM}{header}", f"{rule} of {header}") for rule in DATE_RULES)


def split_label(tables: Iterable[str], field: str) -> str:
    """How a field of a breakdown reads: "lead source", "month of created", the header of a column of one's own."""
    head, custom, header = field.partition(CUSTOM)
    if custom:
        ruled = (*own_rules(header, numbers=True), *own_rules(header, numbers=False))
        return next((one.label for one in ruled if head and one.name == field), header)
    return next((one.label for one in splittable(tables) if one.name == field), field.replace("_", " "))


def split_field(table: str, field: str) -> str:
    """A field of a breakdown as a table has it: its own, else that of a record it belongs to."""
    known = TABLES[table]
    if field in known.fields or field.startswith(CUSTOM):
        return field
    ways = (way for way, target in known.belongs_to.items() if field in TABLES[target].fields)
    way = next(ways, "")
    return f"{way}.{field}" if way else field


def home_of(table: str, field: str) -> tuple[str, str]:
    """The table in which the field of a breakdown stands, and its name there."""
    way, _, bare = split_field(table, field).rpartition(".")
    target = TABLES[table].belongs_to.get(way, "") if not field.startswith(CUSTOM) else ""
    return (target, bare) if target else (table, split_field(table, field))


def fields_to_split(tables: Iterable[str]) -> tuple[str, ...]:
    """The fields by which some of these tables can be split: their own, then those of records they belong to."""
    known = [TABLES[name] for name in sorted(tables) if name in TABLES]
    near = [TABLES[target] for table in known for target in table.belongs_to.values()]
    names = (one.name for table in (*known, *near) for one in table.fields.values() if one.kind in SPLITTING)
    return tuple(dict.fromkeys(names))


def field_meant(tables: Iterable[str], text: str) -> str:
    """The field to split by that a name with its way or another name of it means: "account.industry" is vertical."""
    known = [TABLES[name] for name in sorted(tables) if name in TABLES]
    near = [TABLES[target] for table in known for target in table.belongs_to.values()]
    name = text.rpartition(".")[2]
    meant = (field for table in (*known, *near) if (field := table.by_name.get(name)) is not None)
    return next((field.name for field in meant if field.kind in SPLITTING), text)


def splittable(tables: Iterable[str]) -> tuple[Splittable, ...]:
    """Every field by which all of these tables can be split, with the rules of dates and bands of numbers.

    Bands are of one number only: the amounts of deals and of costs have no edges in common.
    """
    names = sorted(tables)
    each = [{one.name: one for one in _of_table(TABLES[name])} for name in names]
    shared = [one for one in each[0].values() if all(one.name in other for other in each)] if each else []
    return tuple(one for one in shared if rule_of(one.name)[1] != "band" or _is_one_number(names, one.name))


def _is_one_number(tables: Iterable[str], name: str) -> bool:
    return len({home_of(table, rule_of(name)[0]) for table in tables}) == 1


def _of_table(table: Table) -> Iterator[Splittable]:
    yield Splittable("rep", "rep")
    yield Splittable("team", "team")
    for field in table.fields.values():
        yield from _by_rules(field, field.name)
    taken = set(table.fields)
    for way, target in table.belongs_to.items():
        for field in TABLES[target].fields.values():
            name = f"{way}.{field.name}" if field.name in taken else field.name
            taken.add(field.name)
            yield from _by_rules(field, name, f" of the {way.replace('_', ' ')}")
    if _has_deal_bands(table):
        yield from (Splittable(name, label) for name, label in DEAL_BANDS.items())
    yield from (Splittable(name, f"{name.partition('.')[2]} of the rep") for name in PERSONAL)


def _by_rules(field: TableField, name: str, whose: str = "") -> Iterator[Splittable]:
    if field.windowed or field.setting or field.of_day:
        return
    if field.kind in SPLITTING or field.kind == "bool":
        yield Splittable(name, field.label + whose)
    elif field.kind == "date":
        joint = " " if field.label.endswith("ed") else " of "
        for rule in DATE_RULES:
            yield Splittable(f"{name}:{rule}", f"{rule}{joint}{field.label}{whose}")
    elif field.kind in BANDED:
        yield Splittable(f"{name}:band", f"{field.label}{whose}{IN_BANDS}")
