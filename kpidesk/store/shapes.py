"""The shape in which each kind of record is stored: its tables, its fields, its columns as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kpidesk.core.fields import KIND_OF_RECORD, Field, FieldKind, Kind

NO_DAY = -2147483648
NO_AMOUNT = -(2**63)
Column = tuple[str, int]
"""The type of a column as numpy names it, and what stands in it for an empty cell."""

NAMED: tuple[FieldKind, ...] = ("term", "reference", "person", "account")
"""The kinds of field of whose texts only numbers are stored."""
WRITTEN: tuple[FieldKind, ...] = ("id", "text", "decimal")
"""The kinds of field that no column repeats: their texts stand in the rows alone."""
COLUMN_OF: Mapping[FieldKind, Column] = {
    **dict.fromkeys(NAMED, ("int32", 0)),
    "date": ("int32", NO_DAY),
    "stamp": ("int32", NO_DAY),
    "money": ("int64", NO_AMOUNT),
    "ratio": ("int32", -1),
    "score": ("int32", NO_DAY),
    "number": ("int32", NO_DAY),
    "duration": ("int32", -1),
    "flag": ("int8", -1),
}
PRINTS: Mapping[str, Column] = {"print": ("uint64", 0), "print2": ("uint64", 0)}
TEXT_SUM = "texts"
"""The column that holds a checksum of the texts of each value that no other column repeats."""
VERSION_COLUMNS: Mapping[str, Column] = dict.fromkeys(("v.of", "v.from", "v.value"), ("int32", 0))


@dataclass(frozen=True, slots=True)
class Shape:
    """Where the records of a kind are stored, and as what.

    `records`, `values`, `versions` are its tables, `record` the column of values and versions that names the
    record, `index` that of its identity. `fields` are the stored fields. `source` is the column of each record's
    source: "source", or "of_source" where a field has that name. `shares` is the table of who shares a value, empty
    for kinds that nobody shares; `is_listed` as in `KindOfRecord`; `one` and `many` name it.
    """

    kind: Kind
    records: str
    values: str
    versions: str
    record: str
    fields: tuple[Field, ...]
    source: str
    shares: str
    is_listed: bool
    one: str
    many: str
    field_columns: Mapping[str, Column]
    value_columns: Mapping[str, Column]
    record_columns: Mapping[str, Column]
    columns: Mapping[str, Column]

    @property
    def index(self) -> str:
        """The name of the index of source and key."""
        return f"{self.records}_key"

    @property
    def texts(self) -> tuple[str, ...]:
        """The fields of which only the rows have the text."""
        return tuple(one.name for one in self.fields if one.name not in self.field_columns)

    @property
    def cells(self) -> tuple[str, ...]:
        """The columns of a row of values that make up its content."""
        return (*(one.name for one in self.fields), "custom")

    @property
    def names_people(self) -> bool:
        """Whether its records tell of people."""
        return any(one.kind == "person" for one in self.fields)

    @property
    def names_accounts(self) -> bool:
        """Whether its records tell of accounts."""
        return any(one.kind == "account" for one in self.fields)

    @property
    def public(self) -> tuple[str, ...]:
        """The columns that others may read."""
        private = {*PRINTS, TEXT_SUM, "last_seen"}
        return tuple(name for name in self.columns if name not in private)


def is_named(field: Field) -> bool:
    """Whether only the number of a text is stored; the team of a deal is a text that is stored like a term."""
    return field.kind in NAMED or field.name == "team"


_TABLES: Mapping[Kind, str] = {"accounts": "account_records", "stage-history": "stage_changes"}
_STEMS: Mapping[Kind, str] = {"activities": "activity"}


def _shape(kind: Kind) -> Shape:
    known = KIND_OF_RECORD[kind]
    fields = tuple(one for one in known.fields if one.name != "owner_split")
    of_fields = {one.name: COLUMN_OF["term" if is_named(one) else one.kind] for one in fields if _has_column(one)}
    of_values: dict[str, Column] = {"of": ("int32", 0), **of_fields, TEXT_SUM: ("uint32", 0), **PRINTS}
    source = "of_source" if "source" in of_fields else "source"
    days = dict.fromkeys(("first_seen", "last_seen", "missing_from"), ("int32", NO_DAY))
    of_records: dict[str, Column] = {**days, source: ("int32", 0)}
    records = _TABLES.get(kind, kind)
    stem = _STEMS.get(kind, records[:-1])
    return Shape(
        kind=kind,
        records=records,
        values=f"{stem}_values",
        versions=f"{stem}_versions",
        record="deal_id" if kind == "deals" else "record_id",
        fields=fields,
        source=source,
        shares="deal_value_owners" if kind == "deals" else "",
        is_listed=known.is_listed,
        one=known.one,
        many=known.many,
        field_columns=of_fields,
        value_columns=of_values,
        record_columns=of_records,
        columns={**of_values, **of_records, **VERSION_COLUMNS},
    )


def _has_column(field: Field) -> bool:
    return field.kind not in WRITTEN or is_named(field)


SHAPES: Mapping[Kind, Shape] = {kind: _shape(kind) for kind in KIND_OF_RECORD if kind != "people"}
DEALS = SHAPES["deals"]
WORD_FIELDS = tuple(
    sorted({one.name for shape in SHAPES.values() for one in shape.fields if one.kind == "term" or one.name == "team"})
)
"""The fields whose words are few and shown to people; the ids of other records may be as many as there are records."""
