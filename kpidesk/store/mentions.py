"""Notes in which a part of the name of a deleted person stands alone: found, and renamed where that is chosen."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import chain
from typing import Any

from kpidesk.core.mentions import Mention, NameParts, leaves, name_parts, with_leaves
from kpidesk.store.database import Database
from kpidesk.store.frozen import to_json
from kpidesk.store.shapes import SHAPES
from kpidesk.store.veiling import ORDINARY

TYPED = {
    "reviews": ("agenda", "notes", "skill", "evidence", "praise", "wellbeing"),
    "private_notes": ("text",),
    "preparations": ("body",),
    "commitments": ("text", "reason", "overruled"),
    "coaching_goals": ("text",),
    "meetings": ("agenda", "notes"),
    "meeting_notes": ("text",),
    "meeting_actions": ("text", "owner", "reason"),
    "submissions": ("note",),
    "targets": ("reason", "set_by"),
    "baselines": ("why",),
    "kpi_entries": ("evidence",),
    "acknowledgements": ("reason",),
    "chart_limits": ("reason",),
    "chart_notes": ("text",),
    "initiatives": ("name",),
    "objectives": ("name", "why", "owner"),
    "review_deals": ("next_step",),
}
"""The columns in which something was typed by hand, by table."""
KEYS = frozenset(("text", "notes", "note", "private", "skill", "evidence", "praise", "wellbeing", "reason", "owner",
                  "why", "next_step"))  # fmt: skip
"""Under which names such a text stands in a sealed body."""


def parts_of(db: Database, texts: Collection[str]) -> NameParts | None:
    """What finds parts of the name of a person who is called by these texts."""
    mine = {text.casefold() for text in texts}
    others = db.rows("SELECT value FROM person_aliases UNION SELECT name FROM people")
    return name_parts(texts, [text for (text,) in others if text.casefold() not in mine], ORDINARY)


def mentions_in(db: Database, parts: NameParts, sealed: Iterable[tuple[str, Any]]) -> tuple[Mention, ...]:
    """The typed texts in which a part stands alone, each once; `sealed` are bodies, each with what it is in words."""
    places: dict[str, str] = {}
    counts = Counter[str]()
    for where, text in chain(_typed(db), ((words, text) for words, body in sealed for text in leaves(body, KEYS))):
        if parts.found_in(text):
            places.setdefault(text, where)
            counts[text] += 1
    return tuple(Mention(text, where, counts[text]) for text, where in places.items())


def _typed(db: Database) -> Iterator[tuple[str, str]]:
    """Every typed text outside sealed bodies with the table in which it stands."""
    for table, columns in TYPED.items():
        for row in db.rows(f"SELECT {', '.join(columns)} FROM {table}"):
            for cell in filter(None, row):
                yield from ((table, text) for text in leaves(_read(cell)))


def _read(cell: str) -> Any:
    """A cell, or the value in it where it is JSON."""
    try:
        return json.loads(cell) if cell[:1] in ("{", "[") else cell
    except (ValueError, RecursionError):
        return cell


def rename_typed(db: Database, new: Callable[[str], str]) -> None:
    """Give every typed text outside sealed bodies as `new` has it."""
    for table, columns in TYPED.items():
        for column in columns:
            for (cell,) in db.rows(f"SELECT DISTINCT {column} FROM {table} WHERE {column} <> ''"):
                value = _read(cell)
                renamed = with_leaves(value, new)
                if renamed != value:
                    text = renamed if isinstance(renamed, str) else to_json(renamed)
                    db.run(f"UPDATE {table} SET {column}=? WHERE {column}=?", (text, cell))


def in_files(db: Database, parts: NameParts) -> int:
    """In how many states of records a part of the name stands alone in a text that came with a file."""
    return sum(
        any(cell and parts.found_in(cell) for cell in row)
        for shape in SHAPES.values()
        for row in db.connection.execute(f"SELECT {', '.join((*shape.texts, 'custom'))} FROM {shape.values}")
    )
