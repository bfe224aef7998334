"""Hiding the names of deleted people in whatever texts a table holds."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from functools import partial
from typing import Any

from kpidesk.core.texts import folded
from kpidesk.store.database import Database
from kpidesk.store.identities import BETWEEN
from kpidesk.store.veiling import IDENTITIES, Veil

FOLDED = {"scope_name", "control_name", "followed_by", "held_with", "into_value"}
"""Columns in which names stand as they are compared."""
COMPARED = {"merges": ("value",), "kept_apart": ("value", "other_value")}
"""By table the further ones, unless they are ids of deals."""
UNIQUE = {"key", "value", "name"}
"""Columns in which a text may stand once only."""
MOST_ALIKE = 1000
OWN_WORDS = {"terms", "teams", "team_aliases", "accounts", "account_aliases", "kpi_definitions", "outcomes", "settings",
             "profiles", "roles", "views", "objectives"}  # fmt: skip
"""Tables of words that stand for themselves, in which a single word is no name."""


def rewrite_table(
    db: Database, table: str, veil: Veil, looks: re.Pattern[str] | None = None, where: str = "1"
) -> list[int]:
    """Hide the names of deleted people in the texts of a table; gives the row numbers, or 0 for each without one."""
    info = db.rows("SELECT name, type, pk FROM pragma_table_info(?) ORDER BY cid", (table,))
    columns = [name for name, kind, _ in info if kind == "TEXT"]
    own = [name for name, kind, pk in info if pk and kind == "INTEGER"]
    keys = own if len(own) == 1 == sum(bool(pk) for *_, pk in info) else [name for name, _, pk in info if pk]
    if not columns or not keys:
        return []
    single = table not in OWN_WORDS
    found: list[tuple[tuple[Any, ...], dict[str, str]]] = []
    for row in db.connection.execute(f"SELECT {', '.join((*keys, *columns))} FROM {table} WHERE {where}"):
        key, cells = row[: len(keys)], row[len(keys) :]
        if looks is None or looks.search("\x1f".join(cell or "" for cell in cells)):
            named = {name: cell for name, cell in zip(columns, cells, strict=True) if cell}
            hidden = {name: _hidden(table, name, named, veil, single=single) for name in named}
            if hidden != named:
                found.append((key, {name: text for name, text in hidden.items() if text != named[name]}))
    for key, new in found:
        update_row(db, table, keys, key, new)
    return [key[0] if keys == own else 0 for key, _ in found]


def _hidden(table: str, column: str, row: dict[str, str], veil: Veil, *, single: bool) -> str:
    cell = row[column]
    if column in FOLDED or (column in COMPARED.get(table, ()) and row.get("kind") != "deal"):
        hide = veil.whole if _is_of_person(table, column, row) else partial(veil.cell, single=False)
        return BETWEEN.join(folded(hide(text)) for text in cell.split(BETWEEN))
    if table == "people_rows":
        return veil.whole(cell) if column in IDENTITIES else veil.cell(cell, single=False)
    hidden = veil.cell(cell, single=single)
    return folded(hidden) if table == "team_aliases" and hidden != cell else hidden


def _is_of_person(table: str, column: str, row: dict[str, str]) -> bool:
    """Whether a name as it is compared is a person's, not that of a team, role or account of the same name."""
    kind = "kind" if table in COMPARED else "control_kind" if column == "control_name" else "scope_kind"
    return row.get(kind, "person") in ("person", "rep")


def update_row(db: Database, table: str, keys: Sequence[str], key: Sequence[Any], new: dict[str, str]) -> None:
    """Change a row; where another is called the same already, a number tells the two apart."""
    where = " AND ".join(f"{name}=?" for name in keys)
    sql = f"UPDATE {table} SET {', '.join(f'{name}=?' for name in new)} WHERE {where}"
    for number in range(1, MOST_ALIKE):
        told = (f"{text} ({number})" if number > 1 and name in UNIQUE else text for name, text in new.items())
        try:
            db.run(sql, (*told, *key))
        except sqlite3.IntegrityError:
            continue
        return
    raise RuntimeError(f"a row of {table} cannot be told from others")


def hide_in_import(db: Database, import_id: int, veil: Veil) -> None:
    """Hide them in what an import has kept of its file besides its records."""
    for table, column in (("imports", "id"), ("rejected_rows", "import_id"), ("profiles", "import_id")):
        rewrite_table(db, table, veil, where=f"{column}={import_id:d}")
