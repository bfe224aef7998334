"""Deleting a person: what is about them goes, what others' numbers rest on stays under another name.

All of it is one transaction; the file is then written anew, so that nothing of what was deleted is left in it.
"""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from kpidesk.core.errors import UserError
from kpidesk.core.mentions import Mention, with_leaves
from kpidesk.core.texts import folded
from kpidesk.store.apart import forget_named_apart
from kpidesk.store.columns import patch
from kpidesk.store.content import text_sums
from kpidesk.store.database import Database, now
from kpidesk.store.deal_merges import put_together, take_apart
from kpidesk.store.frozen import MOST_BYTES, digest_of, to_json
from kpidesk.store.hiding import rewrite_table
from kpidesk.store.identities import BETWEEN
from kpidesk.store.mentions import in_files, mentions_in, parts_of, rename_typed
from kpidesk.store.people import derive_people, load_rows
from kpidesk.store.preparations import forget_waiting
from kpidesk.store.shapes import SHAPES, TEXT_SUM, Shape
from kpidesk.store.veiling import IDENTITIES, LENGTHS, WORD, Veil, digests, load_veil, words_of
from kpidesk.store.words import seal_words

PLACEHOLDER = "Former rep"
OF_REVIEWS = ("commitments", "private_notes", "review_sheets", "review_deals", "preparations")
OF_SCOPE = ("coaching_goals", "cadences", "pay_plans", "acknowledgements", "chart_notes", "chart_limits",
            "alert_rules", "focus")  # fmt: skip
"""The tables of which everything about a person is deleted; all others keep their rows under another name."""
NOTES = (("targets", "reason"), ("kpi_entries", "evidence"), ("submissions", "note"))
"""What was written about a person beside a number that stays."""
SEALED = (("review_sheets", "review_id", "reviews", "sheet_digest"),
          ("meeting_sheets", "meeting_id", "meetings", "sheet_digest"),
          ("submissions", "id", "submissions", "digest"))  # fmt: skip
"""Tables of sealed bodies: whose number each has, and where its digest stands."""
_LEFT = {"columns", "erased", "_sqlite_migrations", "person_aliases", "people"}


@dataclass(frozen=True, slots=True)
class Erased:
    """What the deletion of a person did: how many rows it took away and rewrote, by table, and who they are now.

    `mentions` are the typed texts in which a part of the name still stands alone, `in_files` counts those of files.
    """

    placeholder: str
    deleted: dict[str, int]
    rewritten: dict[str, int]
    mentions: tuple[Mention, ...] = ()
    in_files: int = 0


def names_of(db: Database, person_id: int) -> tuple[str, ...]:
    """Every text by which the workspace knows a person: names, addresses, user ids; the one shown first.

    Raises:
        UserError: there is no such person.
    """
    shown = db.one("SELECT name FROM people WHERE id=?", (person_id,))
    if shown is None:
        raise UserError("There is no such person any more.", "Choose one from the list.")
    aliases = [text for (text,) in db.rows("SELECT value FROM person_aliases WHERE person_id=? ORDER BY id",
                                           (person_id,))]  # fmt: skip
    known = {folded(text) for text in (shown, *aliases)}
    rows = [(one.person, one.email or "", one.external_id or "") for one in load_rows(db)]
    told = [text for texts in rows if any(folded(text) in known for text in texts) for text in texts]
    held = db.rows("SELECT held_with FROM reviews WHERE person_id=?", (person_id,))
    return tuple(dict.fromkeys(text for text in (shown, *aliases, *told, *(one for (one,) in held)) if text.strip()))


def placeholder_for(db: Database) -> str:
    """The name under which the next person who is deleted goes on: "Former rep 1", then 2."""
    taken = {folded(text) for (text,) in db.rows("SELECT name FROM people UNION SELECT value FROM person_aliases")}
    taken |= {folded(text) for (text,) in db.rows("SELECT placeholder FROM erased")}
    number = 1
    while folded(f"{PLACEHOLDER} {number}") in taken:
        number += 1
    return f"{PLACEHOLDER} {number}"


def placeholders(db: Database) -> frozenset[str]:
    """What stands for the names of people who were deleted."""
    return frozenset(text for (text,) in db.rows("SELECT DISTINCT placeholder FROM erased"))


def _left(db: Database, texts: Iterable[str]) -> tuple[str, ...]:
    """The names of a person but for what stands for deleted ones."""
    gone = {folded(text) for text in placeholders(db)}
    return tuple(text for text in texts if folded(text) not in gone)


def erase_person(db: Database, person_id: int, day: date, *, keep: bool = True, also: Collection[str] = ()) -> Erased:
    """Delete a person; `keep` False says what it would do and changes nothing.

    In the typed texts `also` a part of the name that stands alone is replaced too.

    Raises:
        UserError: there is no such person, they were deleted before, or the file cannot be written.
    """
    shown = names_of(db, person_id)
    texts = _left(db, shown)
    if not texts:
        raise UserError(f"{shown[0]} was deleted before.", "Nothing that names them is left to delete.")
    placeholder = placeholder_for(db)
    with journal_cut(db):
        with db.writing("person deleted", placeholder, keep=keep):
            take_apart(db)
            deleted = dict(_delete(db, person_id, texts))
            veil = _remember(db, person_id, texts, placeholder)
            _rename(db, person_id, placeholder, veil)
            rewritten = dict(_rewrite(db, veil, texts, day))
            mentions, files = _parts_alone(db, texts, placeholder, day, also)
            put_together(db)
            derive_people(db)
            seal_words(db)
        if keep:
            compact(db)
    return Erased(placeholder, deleted, rewritten, mentions, files)


@contextmanager
def journal_cut(db: Database) -> Iterator[None]:
    """Let the journal, which holds what was there before, be cut to nothing at the end of every transaction.

    Under an exclusive lock it would only be marked as over.
    """
    db.rows("PRAGMA journal_mode=TRUNCATE")
    try:
        yield
    finally:
        db.rows("PRAGMA journal_mode=DELETE")


def compact(db: Database) -> None:
    """Write the file anew; SQLite has overwritten what was deleted, so that it may also stay as it is."""
    db.connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 1)
    try:
        with suppress(sqlite3.Error):  # a disk without room for a second copy keeps the longer file
            db.run("VACUUM")
    finally:
        db.connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)


def _remember(db: Database, person_id: int, texts: Sequence[str], placeholder: str) -> Veil:
    """Keep digests of the names, so that they are known when a file brings them again."""
    names = _instead(db, person_id, texts, placeholder)
    found = digests(db.workspace_id.encode()[:64], names)
    rows = [(digest, instead, person_id, now()) for digest, instead in found.items()]
    db.connection.executemany("INSERT OR IGNORE INTO erased VALUES (?, ?, ?, ?)", rows)
    before = str(db.one("SELECT value FROM meta WHERE name=?", (LENGTHS,)) or "").split()
    lengths = {*map(int, before), *(words_of(text).count(" ") + 1 for text in texts)}
    db.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", (LENGTHS, " ".join(map(str, sorted(lengths)))))
    _hide_aliases(db, person_id, dict(names))
    veil = load_veil(db)
    if veil is None:
        raise RuntimeError("the names were not kept")
    return veil


def _instead(db: Database, person_id: int, texts: Sequence[str], placeholder: str) -> list[tuple[str, str]]:
    """What stands for each name; a spelling of another that no file has stands for the same.

    Targets and all else that is kept by a name as it is compared then still find their person.
    """
    aliases = {text for (text,) in db.rows("SELECT value FROM person_aliases WHERE person_id=?", (person_id,))}
    same: dict[str, str] = {}
    names = []
    for at, text in enumerate(texts):
        own = placeholder if at == 0 else f"{placeholder} ({at + 1})"
        instead = own if text in aliases else same.get(folded(text), own)
        same.setdefault(folded(text), instead)
        names.append((text, instead))
    return names


def _hide_aliases(db: Database, person_id: int, names: dict[str, str]) -> None:
    """The texts of files stay told apart, so that values go on to name what they named; nothing joins them but this."""
    for number, text in db.rows("SELECT id, value FROM person_aliases WHERE person_id=?", (person_id,)):
        db.run("UPDATE person_aliases SET value=?, linked=1 WHERE id=?", (names.get(text, text), number))


def _rename(db: Database, person_id: int, placeholder: str, veil: Veil) -> None:
    db.run("UPDATE people SET name=?, renamed=1 WHERE id=?", (placeholder, person_id))
    for field in sorted(IDENTITIES):
        for (text,) in db.rows(f"SELECT DISTINCT {field} FROM people_rows WHERE {field} <> ''"):
            if (instead := veil.whole(text)) != text:
                db.run(f"UPDATE people_rows SET {field}=? WHERE {field}=?", (instead, text))


def _delete(db: Database, person_id: int, texts: Sequence[str]) -> Iterator[tuple[str, int]]:
    """What is about the person alone, counted by table; also what lies aside under a name of theirs."""
    names = json.dumps([folded(text) for text in texts])
    aside = "scope_id < 0 AND scope_name IN (SELECT value FROM json_each(?))"
    mine = f"scope_kind='rep' AND (scope_id=? OR {aside})"
    yield "merges", _forget_merges(db, {folded(text) for text in texts})
    yield "kept_apart", forget_named_apart(db, {folded(text) for text in texts})
    for table in OF_SCOPE:
        yield table, db.run(f"DELETE FROM {table} WHERE {mine}", (person_id, names))
    of_reviews = "IN (SELECT id FROM reviews WHERE person_id=?)"
    db.run(f"UPDATE coaching_goals SET made_in=NULL WHERE made_in {of_reviews}", (person_id,))
    db.run(f"UPDATE commitments SET settled_in=NULL WHERE settled_in {of_reviews}", (person_id,))
    for table in OF_REVIEWS:
        yield table, db.run(f"DELETE FROM {table} WHERE review_id {of_reviews}", (person_id,))
    forget_waiting(db, {folded(text) for text in texts})
    yield "reviews", db.run("DELETE FROM reviews WHERE person_id=?", (person_id,))
    for table, column in NOTES:
        about = f"UPDATE {table} SET {column}='' WHERE {column}<>'' AND {mine}"
        yield f"{table}.{column}", db.run(about, (person_id, names))


def _forget_merges(db: Database, names: set[str]) -> int:
    """Merges that name the person; all that was joined stays joined, by hand."""
    rows = db.rows("SELECT id, value, into_value FROM merges WHERE kind='person'")
    gone = [(number,) for number, value, into in rows if names & {into, *value.split(BETWEEN)}]
    db.connection.executemany("DELETE FROM merges WHERE id=?", gone)
    return len(gone)


def _rewrite(db: Database, veil: Veil, texts: Iterable[str], day: date) -> Iterator[tuple[str, int]]:
    """Hide the names wherever else they stand, counted by table."""
    looks = looks_of(texts)
    shapes = {shape.values: shape for shape in SHAPES.values()}
    for (table,) in db.rows("SELECT name FROM sqlite_schema WHERE type='table' ORDER BY name"):
        if table not in _LEFT:
            changed = rewrite_table(db, table, veil, looks)
            if changed and table in shapes:
                _renew_sums(db, shapes[table], changed)
            yield (shapes[table].many if table in shapes else table), len(changed)
    for sealed in SEALED:
        yield f"{sealed[0]} sealed anew", _reseal(db, sealed, veil.inside, day)


def _parts_alone(
    db: Database, texts: Sequence[str], placeholder: str, day: date, also: Collection[str]
) -> tuple[tuple[Mention, ...], int]:
    """Replace parts of the name where chosen; tells the typed texts that still hold one, and counts those of files."""
    parts = parts_of(db, texts)
    if parts is None:
        return (), 0

    def new(text: str) -> str:
        return parts.replaced(text, placeholder)

    if also:
        rename_typed(db, also, new)
        for sealed in SEALED:
            _reseal(db, sealed, lambda body: with_leaves(body, lambda text: new(text) if text in also else text), day)
    bodies = ((f"{table} sealed anew", body) for table, number, *_ in SEALED for _, body in _bodies(db, table, number))
    return mentions_in(db, parts, bodies), in_files(db, parts)


def looks_of(texts: Iterable[str]) -> re.Pattern[str]:
    """What a text that names the person must hold: the first word of a name, in any spelling that JSON may have."""
    spelt: set[str] = set()
    for text in texts:
        for form in ("NFC", "NFD", "NFKC"):
            found = WORD.search(unicodedata.normalize(form, text))
            if found is not None:
                spelt |= {found[0], found[0].lower(), found[0].upper(), found[0].casefold()}
    plain = spelt | {json.dumps(word)[1:-1] for word in spelt}
    return re.compile("|".join(map(re.escape, sorted(plain, key=len, reverse=True))), re.IGNORECASE)


def _renew_sums(db: Database, shape: Shape, values: Sequence[int]) -> None:
    """The checksums of the texts of values that were changed."""
    names = (*shape.texts, "custom")
    sql = f"SELECT id, {', '.join(names)} FROM {shape.values} WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id"
    ids, *cells = zip(*db.rows(sql, (json.dumps(list(values)),)), strict=True)
    sums = text_sums(shape, dict(zip(names, cells, strict=True)), len(ids))
    patch(db, shape, TEXT_SUM, np.asarray(ids, np.int64), sums)


def _bodies(db: Database, table: str, number: str) -> Iterator[tuple[int, Any]]:
    """The sealed bodies of a table that can be read, each with its number."""
    for row, body in db.rows(f"SELECT {number}, body FROM {table}"):
        with suppress(zlib.error, ValueError):
            yield row, json.loads(zlib.decompressobj().decompress(body, MOST_BYTES))


def _reseal(db: Database, sealed: tuple[str, str, str, str], inside: Callable[[Any], Any], day: date) -> int:
    """Seal the bodies that name the person anew, each with the day on which that was done."""
    table, number, holder, digest = sealed
    count = 0
    for row, read in _bodies(db, table, number):
        new = inside(read)
        if new == read:
            continue
        if isinstance(new, dict):
            new["redacted"] = day.isoformat()
        packed = zlib.compress(to_json(new).encode("ascii"))
        db.run(f"UPDATE {table} SET body=? WHERE {number}=?", (packed, row))
        db.run(f"UPDATE {holder} SET {digest}=? WHERE id=?", (digest_of(packed), row))
        count += 1
    if count:
        db.log("sealed anew", f"{table}: {count}, a deleted person is not named any more")
    return count
