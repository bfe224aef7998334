"""What every part of a statement is made from, and the columns that stored fields become."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kpidesk.core.fields import FIELD_BY_NAME, Kind
from kpidesk.core.parts import CUSTOM
from kpidesk.language.sql.asked import Known
from kpidesk.language.sql.writing import Parts, quoted

TABLE_OF: Mapping[Kind, tuple[str, str]] = {
    "deals": ("deals", "deal"), "activities": ("activities", "activity"), "leads": ("leads", "lead"),
    "movements": ("movements", "movement"), "contracts": ("contracts", "contract"), "surveys": ("surveys", "survey"),
    "costs": ("costs", "cost"), "forecasts": ("forecasts", "forecast"),
}  # fmt: skip
"""The table of the records of a kind, and the stem of those of its values and versions."""
_FACTORS = {"ratio": "1000000.0", "score": "1000.0", "duration": "60.0"}


@dataclass(frozen=True, slots=True)
class Making:
    """A statement in the making: what is known, the fields needed by table, and the parts found so far."""

    known: Known
    needed: Mapping[str, frozenset[str]]
    parts: Parts

    def newest(self, kind: Kind) -> str:
        """The newest day of which files of a kind tell."""
        name = self.parts.add(
            f"{kind}_known", f"Up to which day the files of {kind} tell.",
            f"SELECT max(data_date) AS newest FROM imports WHERE kind = '{kind}'",
        )  # fmt: skip
        return f"(SELECT newest FROM {name})"


def links_sql(field: str, target: str) -> str:
    """Which record each word of a reference field means, as `term` and `record`, by its id.

    That of the same source, else of exactly one other. A Salesforce id may lack its last three letters.
    """
    return f"""
SELECT t.id AS term, coalesce(min(CASE WHEN o.source_id = t.source_id THEN o.id END),
                              CASE WHEN count(*) = 1 THEN min(o.id) END) AS record
FROM terms t
JOIN (SELECT id, source_id, key FROM {target}
      UNION SELECT id, source_id, substr(key, 1, 15) FROM {target} WHERE length(key) = 18) o ON o.key = t.value
WHERE t.field = '{field}'
GROUP BY t.id"""


def link_join(making: Making, kind: Kind, field: str) -> str:
    """The join by which a reference of the values `x` leads to its record; nothing for other fields."""
    known = FIELD_BY_NAME[kind].get(field)
    if known is None or known.to is None:
        return ""
    name = making.parts.add(
        f"{field}_links",
        f"Which of the {known.to} each id in the files means.",
        links_sql(field, f"main.{known.to}" if making.known.past else known.to),
    )
    return f"LEFT JOIN {name} {field}_link ON {field}_link.term = x.{field}"


def stored(kind: Kind, field: str) -> str:
    """A stored field of the values `x` of a kind: words and names looked up, ratios 1 for 100 %, minutes, days.

    A reference takes its `link_join`.
    """
    if field.startswith(CUSTOM):
        return f"(SELECT CAST(value AS TEXT) FROM json_each(x.custom) WHERE key = {quoted(field.removeprefix(CUSTOM))})"
    known = FIELD_BY_NAME[kind][field]
    column = f"x.{field}"
    match known.kind:
        case "term":
            return f"(SELECT value FROM terms WHERE id = {column})"
        case "person":
            return f"(SELECT person_id FROM person_aliases WHERE id = {column})"
        case "account":
            return f"(SELECT account_id FROM account_aliases WHERE id = {column})"
        case "reference":
            return f"{field}_link.record"
        case "stamp":
            return f"substr({column}, 1, 10)"
        case "ratio" | "score" | "duration":
            return f"{column} / {_FACTORS[known.kind]}"
    return column
