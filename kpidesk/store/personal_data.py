"""Everything that is said of one person in a workspace, as rows of text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from kpidesk.core.fields import FieldKind, Kind
from kpidesk.core.personal_data import COLLEAGUE
from kpidesk.core.texts import folded
from kpidesk.store.belongings import HANGINGS
from kpidesk.store.columns import Ints, load
from kpidesk.store.database import Database
from kpidesk.store.dated import LATEST
from kpidesk.store.details import rows_by_id
from kpidesk.store.erasing import looks_of, names_of
from kpidesk.store.people import load_rows
from kpidesk.store.shapes import SHAPES, Shape
from kpidesk.store.veiling import Veil, digests, words_of

INNER = {"scope_kind", "scope_id", "scope_name", "control_kind", "control_id", "control_name", "followed_by", "body",
         "digest", "id", "review_id", "meeting_id", "made_in", "place", "import_id", "settled_in", "grain",
         "key"}  # fmt: skip
"""Columns that tell a person nothing."""
NUMBERS = ("record_id", "deal_id", "import_id")


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one table by the names of its columns."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


def person_values(db: Database, person_id: int) -> dict[Kind, list[int]]:
    """The values of every kind of record that name a person in any field or text, in the order they were kept."""
    aliases = np.asarray(
        [number for (number,) in db.rows("SELECT id FROM person_aliases WHERE person_id=?", (person_id,))], np.int64
    )
    texts = names_of(db, person_id)
    own, looks = own_veil(texts), looks_of(texts)
    found = {}
    for kind, shape in SHAPES.items():
        values = np.union1d(_values(db, shape, aliases), _mentioning(db, shape, own, looks))
        if len(values):
            found[kind] = values.tolist()
    return found


def own_veil(texts: Iterable[str]) -> Veil:
    """What tells whether a text names a person."""
    lengths = sorted({words_of(text).count(" ") + 1 for text in texts}, reverse=True)
    return Veil(b"own", digests(b"own", [(text, COLLEAGUE) for text in texts]), lengths=tuple(lengths))


def _values(db: Database, shape: Shape, aliases: Ints) -> Ints:
    """The values that name one of these aliases in a field of people."""
    fields = [one.name for one in shape.fields if one.kind == "person"]
    named = [np.zeros(0, np.int64)]
    named += [np.flatnonzero(np.isin(load(db, shape, name), aliases)) for name in fields]
    if shape.shares:
        owners = set(aliases.tolist())
        shared = db.rows(f"SELECT value_id, owner FROM {shape.shares}")
        named.append(np.asarray([value for value, owner in shared if owner in owners], np.int64))
    return np.unique(np.concatenate(named))


def _mentioning(db: Database, shape: Shape, own: Veil, looks: re.Pattern[str]) -> Ints:
    """The values in whose own texts or unmapped columns a person is named."""
    sql = f"SELECT id, {', '.join((*shape.texts, 'custom'))} FROM {shape.values}"
    found = [
        value
        for value, *cells in db.connection.execute(sql)
        for text in ["\n".join(filter(None, cells))]
        if looks.search(text) and any(cell and own.cell(cell) != cell for cell in cells)
    ]
    return np.asarray(found, np.int64)


def person_records(db: Database, kind: Kind, values: list[int], others: Veil) -> list[dict[str, str]]:
    """Records as text, every state that a file showed, oldest first; numbers of the workspace left out."""
    kinds = {one.name: one.kind for one in SHAPES[kind].fields}
    shown: list[dict[str, str]] = []
    for row in rows_by_id(db, kind, values):
        told = {name: cell for name, cell in row.items() if name not in NUMBERS}
        shown.append({name: _redacted(others, kinds.get(name, "text"), cell) for name, cell in told.items()})
    return sorted(shown, key=lambda row: (row.get("key", ""), row.get("valid_from", "")))


def _redacted(others: Veil, kind: FieldKind, cell: str) -> str:
    return others.whole(cell) if kind == "person" else others.cell(cell, single=kind == "text")


def person_rows(db: Database, person_id: int) -> Iterator[Rows]:
    """Every other table that says something of a person, private ones too."""
    yield _query(db, "names", "SELECT s.name AS source, a.kind, a.value AS text FROM person_aliases a"
                 " JOIN sources s ON s.id = a.source_id WHERE person_id=? ORDER BY a.id", person_id)  # fmt: skip
    yield _query(db, "person", f"SELECT name, {', '.join(LATEST)} FROM people WHERE id=?", person_id)
    yield _query(db, "teams", "SELECT t.name AS team, valid_from, valid_to FROM memberships JOIN teams t"
                 " ON t.id = team_id WHERE person_id=? ORDER BY valid_from", person_id)  # fmt: skip
    yield _people_rows(db, person_id)
    for one in HANGINGS:
        if one.stem == "scope":
            columns = _told(db, one.table)
            yield _query(db, one.table, f"SELECT {columns} FROM {one.table} WHERE scope_kind='rep' AND scope_id=?"
                         " ORDER BY id", person_id)  # fmt: skip
    for table in ("preparations", "private_notes"):
        mine = "review_id IN (SELECT id FROM reviews WHERE person_id=?)"
        yield _query(db, table, f"SELECT {_told(db, table)} FROM {table} WHERE {mine} ORDER BY review_id", person_id)
    yield _actions(db, person_id)
    yield _rejected(db, person_id)


def _told(db: Database, table: str) -> str:
    """The columns of a table that tell a person something."""
    names = [name for (name,) in db.rows("SELECT name FROM pragma_table_info(?) ORDER BY cid", (table,))]
    inner = INNER - {"body"} if table == "preparations" else INNER
    return ", ".join(name for name in names if name not in inner)


def _query(db: Database, name: str, sql: str, person_id: int) -> Rows:
    cursor = db.connection.execute(sql, (person_id,))
    header = tuple(str(column[0]) for column in cursor.description)
    return Rows(name, header, tuple(cursor.fetchall()))


def _people_rows(db: Database, person_id: int) -> Rows:
    """What lists of people say of them."""
    mine = {folded(text) for text in names_of(db, person_id)}
    header = ("data_date", "person", "email", "team", "role", "hire_at", "end_at", "valid_from", "valid_to",
              "external_id", "motion", "territory", "segment", "ramp_months", "fte", "fte_from")  # fmt: skip
    rows = [one for one in load_rows(db) if {folded(one.person), folded(one.email or "")} & mine - {""}]
    return Rows("people_rows", header, tuple(tuple(getattr(one, name) for name in header) for one in rows))


def _actions(db: Database, person_id: int) -> Rows:
    """What they are to do after team reviews."""
    mine = {folded(text) for text in names_of(db, person_id)}
    sql = "SELECT text, owner, due, kpi_id, state, reason FROM meeting_actions ORDER BY id"
    rows = tuple(row for row in db.rows(sql) if folded(row[1]) in mine)
    return Rows("meeting_actions", ("text", "owner", "due", "kpi_id", "state", "reason"), rows)


def _rejected(db: Database, person_id: int) -> Rows:
    """Rows of files that could not be used and that name them."""
    own = own_veil(names_of(db, person_id))
    sql = ("SELECT i.file_name AS file, line, problem, row FROM rejected_rows r JOIN imports i ON i.id = import_id"
           " ORDER BY import_id, number")  # fmt: skip
    rows = tuple(row for row in db.rows(sql) if own.text(row[3]) != row[3])
    return Rows("rejected_rows", ("file", "line", "problem", "row"), rows)


def redaction(db: Database, person_id: int) -> Veil:
    """What stands for the names of everybody else in what is handed to one person."""
    mine = {folded(text) for text in names_of(db, person_id)}
    others = [text for (text,) in db.rows("SELECT value FROM person_aliases UNION SELECT name FROM people")
              if text and folded(text) not in mine]  # fmt: skip
    lengths = {words_of(text).count(" ") + 1 for text in (*others, *mine)}
    kept = frozenset(words_of(text) for text in mine)
    found = digests(b"others", [(text, COLLEAGUE) for text in others])
    return Veil(b"others", found, kept, tuple(sorted(lengths, reverse=True)))
