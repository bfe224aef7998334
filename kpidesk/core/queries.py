"""What a question in SQL is put to, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass

Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows that a query gave, and whether there are more than were asked for."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    has_more: bool


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column of a table: its name, its type, and the table whose numbers it holds (empty: none)."""

    name: str
    type: str
    leads_to: str


@dataclass(frozen=True, slots=True)
class TableInfo:
    """One table of a workspace with its columns and what stands in it."""

    name: str
    words: str
    columns: tuple[TableColumn, ...]
