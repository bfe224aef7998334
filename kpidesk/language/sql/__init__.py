"""A formula as one SQL statement over the tables of a workspace: the same number by another road."""

from kpidesk.language.sql.asked import Asked, Calendar, Known, Limits, Past, RateSpan, cannot
from kpidesk.language.sql.making import links_sql
from kpidesk.language.sql.needed import fields_needed
from kpidesk.language.sql.statement import statement
from kpidesk.language.sql.writing import lowered

__all__ = [
    "Asked", "Calendar", "Known", "Limits", "Past", "RateSpan", "cannot", "fields_needed", "links_sql", "lowered",
    "statement",
]  # fmt: skip
