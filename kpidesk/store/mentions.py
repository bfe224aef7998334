"""Typed texts in which a part of the name of a deleted person stands alone: found, and renamed where that is chosen."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import chain
from typing import Any

from kpidesk.core.mentions import Mention, NameParts, leaves, name_parts, with_leaves
from kpidesk.store.database import Database
from kpidesk.store.frozen import to_json
from kpidesk.store.hiding import update_row
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
    "initiatives": ("name", "for_leaders", "for_reps"),
    "objectives": ("name", "why", "owner"),
    "review_deals": ("next_step",),
    "kpi_definitions": ("body",),
    "views": ("name",),
    "imports": ("file_name",),
    "meta": ("value",),
}
"""The columns in which something was typed by hand, by table; the log, which repeats much of it, is apart."""
ROWS = {"meta": "name IN ('findings_left', 'unfinished_kpis')"}
"""Which rows of a table hold something typed, where that is not all of them."""
OF_KPIS = frozenset(("name", "sentence", "objective", "decision", "owner", "reason", "mistakes", "problem"))
INSIDE = {"kpi_definitions": OF_KPIS, "meta": OF_KPIS}
"""Under which names the typed texts of a cell stand, where it holds others besides."""
FROM_FILES = {
    "commitments": ("deal_name",),
    "accounts": ("name",),
    "terms": ("value",),
    "teams": ("name",),
    "roles": ("name",),
    "rejected_rows": ("value", "row"),
}
"""Columns of words that files bring or that later files are matched with, besides those of records."""
KEYS = frozenset(("text", "notes", "note", "private", "skill", "evidence", "praise", "wellbeing", "reason", "owner",
                  "why", "next_step"))  # fmt: skip
"""Under which names such a text stands in a sealed body."""


def parts_of(db: Database, texts: Collection[str]) -> NameParts | None:
    """What finds parts of the name of a person who is called by these texts."""
    mine = {text.casefold() for text in texts}
    others = db.rows("SELECT value FROM person_aliases UNION SELECT name FROM people")
    return name_parts(texts, [text for (text,) in others if text.casefold() not in mine], ORDINARY)


def mentions_in(db: Database, parts: NameParts, sealed: Iterable[tuple[str, Any]]) -> tuple[Mention, ...]:
    """The typed texts in which a part stands alone, each once; `sealed` are bodies, each with what it is in words.

    An entry of the log that only repeats one of them goes with it and is not told again.
    """
    places: dict[str, str] = {}
    counts = Counter[str]()
    for where, text in chain(_typed(db), ((words, text) for words, body in sealed for text in leaves(body, KEYS))):
        if parts.found_in(text):
            places.setdefault(text, where)
            counts[text] += 1
    told = _repeating(places)
    for entry in _log(db):
        if entry not in places and parts.found_in(entry) and parts.found_in(told.sub("\x1f", entry) if told else entry):
            places[entry] = "audit"
            counts[entry] += 1
    return tuple(Mention(text, where, counts[text]) for text, where in places.items())


def _typed(db: Database) -> Iterator[tuple[str, str]]:
    """Every typed text outside sealed bodies and the log with the table in which it stands."""
    for table, columns in TYPED.items():
        for row in db.rows(f"SELECT {', '.join(columns)} FROM {table} WHERE {ROWS.get(table, '1')}"):
            for cell in filter(None, row):
                yield from ((table, text) for text in _texts(cell, INSIDE.get(table)))


def _log(db: Database) -> list[str]:
    return [entry for (entry,) in db.rows("SELECT DISTINCT detail FROM audit WHERE detail <> ''")]


def _repeating(texts: Iterable[str]) -> re.Pattern[str] | None:
    """What finds any of some texts in an entry of the log, the longest first; a single word may be of another text."""
    every = "|".join(map(re.escape, sorted((text for text in texts if " " in text), key=len, reverse=True)))
    return re.compile(rf"(?<!\w)(?:{every})(?!\w)") if every else None


def _texts(cell: str, keys: frozenset[str] | None) -> Iterator[str]:
    """The text of a cell, or those in it where it is JSON."""
    value = _read(cell)
    if isinstance(value, str):
        yield value
    else:
        for text in leaves(value, keys):
            yield from _texts(text, keys)


def _with_texts(cell: str, new: Callable[[str], str], keys: frozenset[str] | None) -> str:
    """A cell with each of those texts as `new` gives it."""
    value = _read(cell)
    if isinstance(value, str):
        return new(value)
    renamed = with_leaves(value, lambda text: _with_texts(text, new, keys), keys)
    return cell if renamed == value else to_json(renamed)


def _read(cell: str) -> Any:
    """A cell, or the value in it where it is JSON."""
    try:
        return json.loads(cell) if cell[:1] in ("{", "[") else cell
    except (ValueError, RecursionError):
        return cell


def rename_typed(db: Database, chosen: Collection[str], new: Callable[[str], str]) -> None:
    """Give the chosen typed texts outside sealed bodies as `new` has them, also where the log repeats one."""
    wanted, repeated = frozenset(chosen), _repeating(chosen)

    def renamed(text: str) -> str:
        return new(text) if text in wanted else text

    def logged(entry: str) -> str:
        if entry in wanted or repeated is None:
            return renamed(entry)
        return repeated.sub(lambda found: new(found[0]), entry)

    for table, columns in TYPED.items():
        for column in columns:
            where = f"{column} <> '' AND {ROWS.get(table, '1')}"
            for (cell,) in db.rows(f"SELECT DISTINCT {column} FROM {table} WHERE {where}"):
                if (now := _with_texts(cell, renamed, INSIDE.get(table))) != cell:
                    update_row(db, table, (column,), (cell,), {column: now})
    for entry in _log(db):
        if (now := logged(entry)) != entry:
            db.run("UPDATE audit SET detail=? WHERE detail=?", (now, entry))


def in_files(db: Database, parts: NameParts) -> int:
    """In how many states of records and words of files a part of the name stands alone."""
    of_records = {shape.values: (*shape.texts, "custom") for shape in SHAPES.values()}
    return sum(
        any(cell and parts.found_in(cell) for cell in row)
        for table, columns in (*of_records.items(), *FROM_FILES.items())
        for row in db.connection.execute(f"SELECT {', '.join(columns)} FROM {table}")
    )
