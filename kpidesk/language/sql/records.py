"""Records of every kind but deals in SQL, and whose they were."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from kpidesk.core.fields import FIELD_BY_NAME, Kind
from kpidesk.language.sql.accounts import accounts_now, owners_of_accounts
from kpidesk.language.sql.activities import activities_now
from kpidesk.language.sql.asked import cannot
from kpidesk.language.sql.deals import deals_now
from kpidesk.language.sql.leads import leads_now
from kpidesk.language.sql.making import TABLE_OF, Making, stored
from kpidesk.language.sql.needed import BY_ACCOUNT, needs
from kpidesk.language.sql.writing import FOREVER, listed
from kpidesk.language.tables import TABLES

PERSON: Mapping[str, str] = {"activities": "person", "costs": "person", "forecasts": "person"}
"""The field that says whose a record is, where it is not `owner`."""
_STORED = {("activities", "duration_min"): "duration"}
_REFUSED: Mapping[str, str] = {
    "stage_visits": "stays in stages are read from what every file showed, one after the other",
    "capacity": "working days are counted on the calendar of holidays and absences",
    "subscriptions": "subscriptions are followed through all their versions",
}
_MAKERS: Mapping[str, Callable[[Making], str]] = {
    "deals": deals_now, "accounts": accounts_now, "activities": activities_now, "leads": leads_now,
}  # fmt: skip
_SCALES = (5, 7, 10, 100)


def relation(making: Making, table: str) -> str:
    """The records of a table as the newest file has them, one row each."""
    if table in _REFUSED:
        raise cannot(_REFUSED[table])
    return _MAKERS[table](making) if table in _MAKERS else _records(making, table)


def key_of(table: str) -> str:
    """The column that numbers the records of a table."""
    return next(iter(TABLES[table].fields))


def stamp_column(table: str, field: str) -> str:
    """The column of a date with its time of day; nothing where the files have no times."""
    known = FIELD_BY_NAME[_kind(table)].get(field) if table in TABLE_OF else None
    return f"{field}_time" if known is not None and known.kind == "stamp" else ""


def _kind(table: str) -> Kind:
    return cast("Kind", table)  # every table but the refused ones is named as its kind


def _records(making: Making, table: str) -> str:
    kind = _kind(table)
    _, stem = TABLE_OF[kind]
    columns = ["v.record_id AS " + key_of(table), "v.value_id"]
    for name in sorted(needs(making.needed, table) - {key_of(table)}):
        made = _MADE.get((table, name))
        columns.append(f"{made() if made else stored(kind, name)} AS {name}")
    return making.parts.add(
        f"{table}_now",
        f"All {TABLES[table].noun} as the newest file has them.",
        f"SELECT {listed(columns, '       ')}\nFROM {stem}_versions v JOIN {stem}_values x ON x.id = v.value_id"
        f"\nWHERE v.valid_to = {FOREVER}",
    )


def _signed() -> str:
    gone = f"lower({stored('movements', 'kind')}) IN ('churn', 'contraction')"
    return f"CASE WHEN {gone} THEN -abs(x.amount) ELSE x.amount END"


def _scale() -> str:
    kind = f"lower({stored('surveys', 'kind')})"
    best = f"max(x.score) OVER (PARTITION BY {kind})"
    steps = " ".join(f"WHEN {best} <= {scale * 1000} THEN {scale}" for scale in _SCALES)
    told = f"CASE WHEN {kind} IS NULL THEN NULL WHEN {kind} = 'nps' THEN 10 {steps} END"
    return f"coalesce({stored('surveys', 'scale_max')}, {told})"


def _named_team() -> str:
    told = f"lower({stored('costs', 'team')})"
    return (
        f"coalesce((SELECT id FROM teams WHERE lower(name) = {told}),"
        f" (SELECT team_id FROM team_aliases WHERE value = {told}))"
    )


_MADE: Mapping[tuple[str, str], Callable[[], str]] = {
    ("movements", "amount"): _signed, ("surveys", "scale_max"): _scale, ("costs", "team"): _named_team,
}  # fmt: skip
"""Fields that are more than what stands in the files."""


def credit_join(making: Making, table: str, field: str, rows: str) -> str:
    """The join that gives rows `r` of a table their person `o.person`, on the day under `field`."""
    key = key_of(table)
    if table == "accounts":
        told = {"key": key, "account": key, "day": field}
        return f"JOIN {owners_of_accounts(making, f'{rows}_owners', rows, told)} o ON o.record_id = r.{key}"
    named = _deciding(making, table, field)
    if table not in BY_ACCOUNT:
        return f"JOIN {named} o ON o.record_id = r.{key}"
    told = {"key": key, "account": "account", "day": field}
    owners = owners_of_accounts(making, f"{table}_owners_{field}", rows, told)
    both = making.parts.add(
        f"{table}_whose_{field}",
        f"Whose {TABLES[table].noun} were on that day: whoever they name, else the owner of the account.",
        f"SELECT n.record_id, coalesce(n.person, o.person) AS person\n"
        f"FROM {named} n LEFT JOIN {owners} o ON o.record_id = n.record_id",
    )
    return f"JOIN {both} o ON o.record_id = r.{key}"


def _versions(making: Making, table: str, field: str) -> str:
    kind = _kind(table)
    _, stem = TABLE_OF[kind]
    name = _STORED.get((table, field), field)
    known = FIELD_BY_NAME[kind].get(name)
    said = f"substr(x.{name}, 1, 10)" if known is not None and known.kind in ("date", "stamp") else "NULL"
    return making.parts.add(
        f"{table}_by_version_{field.replace('.', '_')}",
        f"Whose {TABLES[table].noun} were by every version, and the day it states.",
        f"""
SELECT v.record_id, p.id AS person, {said} AS said, v.valid_from AS since, v.valid_to AS until
FROM {stem}_versions v JOIN {stem}_values x ON x.id = v.value_id
LEFT JOIN person_aliases a ON a.id = x.{PERSON.get(table, "owner")} LEFT JOIN people p ON p.id = a.person_id""",
    )


def _deciding(making: Making, table: str, field: str) -> str:
    """The version in force on the day; where versions state the day, but that one not yet, the first that does."""
    way, _, rest = field.rpartition(".")
    rows, versions, key = relation(making, table), _versions(making, table, field), key_of(table)
    target = TABLES[table].belongs_to.get(way, "")
    reach = f" JOIN {relation(making, target)} t ON t.{key_of(target)} = r.{way}" if target else ""
    day = f"t.{rest}" if target else f"r.{rest}"
    return making.parts.add(
        f"{table}_deciding_{field.replace('.', '_')}",
        f"Whose {TABLES[table].noun} were: by the version of the day, or the first later one that knows of it.",
        f"""
SELECT record_id, person
FROM (
  SELECT w.record_id, w.person, row_number() OVER (PARTITION BY w.record_id ORDER BY w.since) AS place
  FROM {rows} r{reach}
  JOIN {versions} w ON w.record_id = r.{key} AND w.until > {day}
  LEFT JOIN (SELECT DISTINCT record_id, said FROM {versions}) k ON k.record_id = w.record_id AND k.said = {day}
  WHERE k.said IS NULL OR w.said = k.said OR w.until = {FOREVER}
)
WHERE place = 1""",
    )
