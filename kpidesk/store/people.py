"""People, teams and memberships: derived from people imports, hand edits and the owners of deals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from itertools import groupby

import numpy as np

from kpidesk.core.errors import UserError, nearest
from kpidesk.core.fields import PERSON_FIELDS, Field
from kpidesk.core.people import Organisation, Person
from kpidesk.core.progress import finish
from kpidesk.core.records import Cell, ParsedRows, RawRows
from kpidesk.core.texts import folded
from kpidesk.store.belongings import follow_names, forget_names, referred, write_names
from kpidesk.store.columns import load
from kpidesk.store.database import Database
from kpidesk.store.dated import LATEST, STILL
from kpidesk.store.identities import settle_identities
from kpidesk.store.names import best_spelling, people_by_name
from kpidesk.store.organisation import load_organisation
from kpidesk.store.shapes import DEALS
from kpidesk.store.sightings import load_versions
from kpidesk.store.spells import EVER, Known, PersonRow, Replay
from kpidesk.store.team_days import by_first_day
from kpidesk.store.veiling import IDENTITIES, refuse_deleted

BY_HAND = "By hand"
ROW_FIELDS = tuple(one.name for one in fields(PersonRow))[1:]
"""The columns of a row about people; its data date stands with its import."""


def load_rows(db: Database) -> list[PersonRow]:
    """Every row about people, in the order in which it counts: what hands said as they said it."""
    names = ", ".join(ROW_FIELDS)
    sql = (
        f"SELECT data_date, {names} FROM people_rows JOIN imports ON id = import_id ORDER BY data_date, import_id, line"
    )
    hands = "SELECT i.id FROM imports i JOIN sources s ON s.id = source_id WHERE kind='people' AND s.name=?"
    by_hand = {number for (number,) in db.rows(hands, (BY_HAND,))}
    found: list[PersonRow] = []
    for number, said in groupby((PersonRow(*row) for row in db.rows(sql)), key=lambda row: row.import_id):
        rows = list(said)
        found += rows if number in by_hand else [rows[at] for at in by_first_day(rows)]
    return found


def new_replay(db: Database, names: dict[str, int]) -> Replay:
    """A state in which nothing has been said yet, with the numbers that names and teams have already."""
    next_person = int(db.one("SELECT coalesce(max(id), 0) + 1 FROM people"))
    next_team = int(db.one("SELECT coalesce(max(id), 0) + 1 FROM teams"))
    return Replay(names, dict(db.rows("SELECT value, team_id FROM team_aliases")), next_person, next_team)


def derive_people(db: Database) -> None:
    """Make people, teams and memberships what the rows and the owners of deals say.

    Names that somebody chose by hand stay; people and teams that a goal, note or one-on-one speaks of stay.
    """
    rows = load_rows(db)
    state = new_replay(db, settle_identities(db, rows))
    state.run(rows)
    _write_people(db, state)
    _write_aliases(db, state, rows)
    _place_by_hints(db, state)
    _write_teams(db, state)
    spells = [(person, team, start, end) for person, known in state.people.items() for start, end, team in known.spells]
    if sorted(spells) != sorted(db.rows("SELECT person_id, team_id, valid_from, valid_to FROM memberships")):
        db.run("DELETE FROM memberships")
        db.connection.executemany(
            "INSERT INTO memberships(person_id, team_id, valid_from, valid_to) VALUES (?,?,?,?)", spells
        )
    follow_names(db, "team", state.teams_by_text())
    _drop_teams(db, state)


def _write_people(db: Database, state: Replay) -> None:
    spellings: dict[int, list[str]] = {}
    named = "SELECT person_id FROM person_aliases WHERE kind='name'"
    sql = f"SELECT person_id, value FROM person_aliases WHERE kind='name' OR person_id NOT IN ({named})"
    for person, text in db.rows(sql):
        spellings.setdefault(person, []).append(text)
    changed = ", ".join(f"{name}=?" for name in ("name", *LATEST))
    for person, renamed, *was in db.rows(f"SELECT id, renamed, name, {', '.join(LATEST)} FROM people ORDER BY id"):
        known = state.people.setdefault(person, Known())
        said = known.name or best_spelling(spellings.get(person, [was[0]]))
        now = [was[0] if renamed else said, *(getattr(known, name) for name in LATEST)]
        if was != now:
            db.run(f"UPDATE people SET {changed} WHERE id=?", (*now, person))


def _write_aliases(db: Database, state: Replay, rows: Iterable[PersonRow]) -> None:
    sources = dict(db.rows("SELECT id, source_id FROM imports WHERE kind='people'"))
    aliases = [
        (sources[row.import_id], kind, text, state.names[folded(text)])
        for row in rows
        for kind, text in (("name", row.person), ("email", row.email))
        if text and folded(text)
    ]
    sql = "INSERT OR IGNORE INTO person_aliases(source_id, kind, value, person_id) VALUES (?, ?, ?, ?)"
    db.connection.executemany(sql, aliases)


def _place_by_hints(db: Database, state: Replay) -> None:
    """Put owners whom no people file places into the team their earliest deals name, from ever."""
    terms = dict(db.rows("SELECT id, value FROM terms WHERE field='team'"))
    alone = {person for person, known in state.people.items() if not known.is_placed}
    if not terms or not alone:
        return
    versions = load_versions(db, DEALS)
    aliases = dict(db.rows("SELECT id, person_id FROM person_aliases"))
    people = np.zeros(max(aliases, default=0) + 1, np.int64)
    people[list(aliases)] = [number if number in alone else 0 for number in aliases.values()]
    person = people[load(db, DEALS, "owner")[versions.value]]
    team = load(db, DEALS, "team")[versions.value]
    here = (person > 0) & (team > 0)
    person, team, start = person[here], team[here], versions.start[here]
    earliest = np.full(max(alone) + 1, np.iinfo(np.int32).max, np.int32)
    np.minimum.at(earliest, person, start)
    first = start == earliest[person]
    pairs, counts = np.unique(np.stack([person[first], team[first]]), axis=1, return_counts=True)
    best: dict[int, tuple[int, str]] = {}
    for (owner, term), count in zip(pairs.T.tolist(), counts.tolist(), strict=True):
        best[owner] = min(best.get(owner, (0, "")), (-count, terms[term]))
    for owner, (_, text) in sorted(best.items()):
        state.people[owner].spells = [(EVER, STILL, state.team(text))]


def _write_teams(db: Database, state: Replay) -> None:
    present = {number: (name, parent) for number, name, parent in db.rows("SELECT id, name, parent_id FROM teams")}
    fixed = dict(db.rows("SELECT id, name FROM teams WHERE renamed=1"))
    names = {**{number: name for number, (name, _) in present.items()}, **state.team_texts, **fixed}
    for number in sorted(names.keys() - fixed.keys()):
        while names[number] in fixed.values():
            names[number] += " (2)"
    changed = {number: name for number, name in names.items() if present.get(number, ("",))[0] != name}
    write = db.connection.executemany
    placeholders = [(f"\x1f{number}", number) for number in changed]  # names may go from one team to another
    write("INSERT OR IGNORE INTO teams(name, id) VALUES (?, ?)", placeholders)
    write("UPDATE teams SET name=? WHERE id=?", placeholders)
    write("UPDATE teams SET name=? WHERE id=?", [(name, number) for number, name in changed.items()])
    parents = [(state.parents.get(number), number) for number in names]
    moved = [(parent, number) for parent, number in parents if parent != present.get(number, ("", None))[1]]
    write("UPDATE teams SET parent_id=? WHERE id=?", moved)
    write("INSERT OR IGNORE INTO team_aliases VALUES (?, ?)", state.teams.items())


def _drop_teams(db: Database, state: Replay) -> None:
    """Forget teams that nothing names any more."""
    used = set(state.team_texts) | {number for (number,) in db.rows(referred("team"))}
    for (team,) in db.rows("SELECT id FROM teams WHERE renamed=0"):
        if team not in used:
            db.run("UPDATE teams SET parent_id=NULL WHERE parent_id=?", (team,))
            db.run("DELETE FROM team_aliases WHERE team_id=?", (team,))
            db.run("DELETE FROM teams WHERE id=?", (team,))
    sql = "SELECT value, team_id FROM team_aliases JOIN teams ON id = team_id WHERE renamed=0"
    said = state.team_texts
    unsaid = [(text, team) for text, team in db.rows(sql) if team in said and text not in state.spoken]
    forget_names(db, "team", unsaid)
    db.connection.executemany("DELETE FROM team_aliases WHERE value=? AND team_id=?", unsaid)


def forget_people(db: Database, used_aliases: set[int]) -> bool:
    """Drop aliases that no deal and no row about people uses, and people left without any; whether there was any.

    People whom somebody renamed, set a goal for, wrote a note on or met stay, with the names that files know them by.
    """
    write_names(db)
    kept = f"SELECT id FROM people WHERE renamed=1 UNION {referred('rep')}"
    sql = f"SELECT id, source_id, kind, value FROM person_aliases WHERE linked=0 AND person_id NOT IN ({kept})"
    said = _said_by_rows(db)
    unsaid = [row[0] for row in db.rows(sql) if row[0] not in used_aliases and row[1:] not in said]
    db.connection.executemany("DELETE FROM person_aliases WHERE id=?", [(number,) for number in unsaid])
    gone = f"SELECT id FROM people WHERE id NOT IN (SELECT person_id FROM person_aliases UNION {kept})"
    db.run(f"DELETE FROM memberships WHERE person_id IN ({gone})")
    return bool(db.run(f"DELETE FROM people WHERE id IN ({gone})") or unsaid)


def _said_by_rows(db: Database) -> set[tuple[int, str, str]]:
    rows = db.rows("SELECT source_id, person, email FROM people_rows JOIN imports ON id = import_id")
    return {
        (source, kind, text) for source, *texts in rows for kind, text in zip(("name", "email"), texts, strict=True)
    }


def apply_people(db: Database, records: Sequence[Mapping[str, str]], *, day: date, words: str = BY_HAND) -> int:
    """Set what somebody says about people and teams, as an import of its own that can be undone; gives its number.

    Each record has fields of `PERSON_FIELDS` (`person`, `team`, `role`, `valid_from` …); an empty text says that there
    is none. Without dates a person without team is in it from ever, any other moves on `day`. `words` stand in the
    history of imports where others have the name of a file.

    Raises:
        UserError: a record contradicts itself, or names somebody who was deleted; nothing is changed.
    """
    from kpidesk.store.imports import ImportHeader, run_import  # imports takes its people half from here

    def parse(rows: RawRows) -> ParsedRows:
        columns: dict[str, list[Cell]] = {
            one.name: [_cell(one, records[at].get(one.name)) for at in range(len(rows.rows))] for one in PERSON_FIELDS
        }
        return ParsedRows(list(range(len(records))), [""] * len(records), columns, [None] * len(records))

    refuse_deleted(db, (record.get(name, "") for record in records for name in sorted(IDENTITIES)))
    texts = [list(record.values()) for record in records]
    header = ImportHeader("people", BY_HAND, day, False, words, "", "", "", len(records))
    work = run_import(db, header, [RawRows(list(range(1, len(records) + 1)), texts)], parse, refuse_any=True)
    return finish(work).import_id


def _cell(one: Field, text: str | None) -> Cell:
    """What somebody typed for a field.

    Raises:
        UserError: it should be a number and is none.
    """
    if not text or one.kind not in ("number", "ratio"):
        return text
    if not text.strip().isdecimal():
        raise UserError(f"'{text}' is no whole number.", f"Type a number for {one.label.lower()}, such as 6.")
    return int(text)


def rename_person(db: Database, person_id: int, name: str) -> None:
    """Show a person under another name; files may use the old one and, where nobody else has it, the new one."""
    refuse_deleted(db, (name,))
    with db.writing("rename person", str(person_id)):
        if not db.run("UPDATE people SET name=?, renamed=1 WHERE id=?", (_filled(name), person_id)):
            raise UserError("There is no such person.", "Choose one from the list.")
        db.run("UPDATE person_aliases SET linked=1 WHERE person_id=?", (person_id,))
        if folded(name) not in people_by_name(db):
            db.run("INSERT OR IGNORE INTO sources(name) VALUES (?)", (BY_HAND,))
            source = db.one("SELECT id FROM sources WHERE name=?", (BY_HAND,))
            alias = (source, _filled(name), person_id)
            db.run(
                "INSERT INTO person_aliases(source_id, kind, value, person_id, linked) VALUES (?, 'name', ?, ?, 1)",
                alias,
            )


def _filled(name: str) -> str:
    if not name.strip():
        raise UserError("A name cannot be empty.", "Type one.")
    return " ".join(name.split())


def assign_teams(db: Database, teams: Mapping[str, str], today: date) -> None:
    """Put people into teams, by the names shown: from ever who is in none, all others from today on.

    Raises:
        UserError: nobody has that name, or a team has none; nothing is changed.
    """
    organisation = load_organisation(db)
    records: list[dict[str, str]] = []
    for name, team in teams.items():
        person = _find_person(organisation, name)
        spoken = _spoken_name(db, person)
        guessed = _guessed_teams(db, organisation, person.id)
        records += [{"person": spoken, "team": one} for one in guessed]
        placed = guessed or any(spell.person_id == person.id for spell in organisation.memberships)
        since = {"valid_from": today.isoformat()} if placed else {}
        records.append({"person": spoken, "team": _filled(team), **since})
    if records:
        apply_people(db, records, day=today)


def _guessed_teams(db: Database, organisation: Organisation, person: int) -> list[str]:
    """The team that only the deals of a person name; it must be said before the person can leave it."""
    state = new_replay(db, people_by_name(db))
    state.run(load_rows(db))
    if state.people.get(person, Known()).is_placed:
        return []
    teams = {team.id: team.name for team in organisation.teams}
    return [teams[spell.team_id] for spell in organisation.memberships if spell.person_id == person]


def _spoken_name(db: Database, person: Person) -> str:
    """A name under which rows about people speak of a person: the one shown, else one from a file."""
    known = people_by_name(db)
    texts = [
        text for (text,) in db.rows("SELECT value FROM person_aliases WHERE person_id=? ORDER BY id", (person.id,))
    ]
    return next((text for text in (person.name, *texts) if known.get(folded(text)) == person.id), person.name)


def _find_person(organisation: Organisation, name: str) -> Person:
    by_name = {folded(person.name): person for person in reversed(organisation.people)}
    exact = next((person for person in organisation.people if person.name == name), None)
    found = exact or by_name.get(folded(name))
    if found is None:
        raise UserError(f"There is no person '{name}'.", nearest(name, (one.name for one in organisation.people)))
    return found
