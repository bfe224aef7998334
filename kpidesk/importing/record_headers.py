"""Columns that are called after their record: "Deal - Segment" is the segment of a deal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kpidesk.core.fields import FIELDS, KIND_OF_RECORD, Kind
from kpidesk.importing.dialects import Dialect

PART_OF = " - "
STANDING = frozenset(("stage", "status", "pipeline", "currency"))
"""Words that decide what a deal counts as: of these a CRM's own names are known, and another column may be anything."""


def without_record(headers: Sequence[str], kind: Kind, dialect: Dialect) -> list[str]:
    """By header what stands behind the record that it is of: "Segment" of "Deal - Segment"; empty for all others.

    A record is called as in the names of the dialect, in any language, and as here. That of another record, as the
    segment of an organisation, is another value.
    """
    told = (name.partition(PART_OF) for names in dialect.fields.values() for name in names)
    nouns = {noun.casefold() for noun, mark, _ in told if mark} | {KIND_OF_RECORD[kind].one.casefold()}
    parts = (header.partition(PART_OF) for header in headers)
    return [rest if noun.casefold() in nouns else "" for noun, _, rest in parts]


def of_words(kind: Kind, names: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    """The names of the fields that group records by a word, as a segment does."""
    terms = {one.name for one in FIELDS[kind] if one.kind == "term"} - STANDING
    return {name: known for name, known in names.items() if name in terms}
