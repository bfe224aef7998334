"""The organisation as it is read: people, teams and memberships."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from kpidesk.core.people import ALWAYS, FOREVER, Membership, Organisation, Person, Team
from kpidesk.store.database import Database
from kpidesk.store.dated import LATEST, STILL
from kpidesk.store.roles import fte_by_person, words_by_person


def load_organisation(db: Database) -> Organisation:
    """All people, teams and memberships."""
    people = db.rows(f"SELECT id, name, {', '.join(LATEST)} FROM people ORDER BY id")
    teams = db.rows("SELECT id, name, coalesce(parent_id, 0) FROM teams ORDER BY id")
    spells = db.rows("SELECT person_id, team_id, valid_from, valid_to FROM memberships ORDER BY person_id, valid_from")
    roles, motions = words_by_person(db, "role"), words_by_person(db, "motion")
    territories, fte = words_by_person(db, "territory"), fte_by_person(db)
    return Organisation(
        tuple(
            replace(
                Person(number, name, role, _day(hired), _day(left), *rest),
                roles=roles.get(number, ()),
                fte=fte.get(number, ()),
                motions=motions.get(number, ()),
                territories=territories.get(number, ()),
            )
            for number, name, role, hired, left, *rest in people
        ),
        tuple(Team(*row) for row in teams),
        tuple(Membership(person, team, _day(start) or ALWAYS, _end(end)) for person, team, start, end in spells),
        tuple(db.rows("SELECT DISTINCT value, person_id FROM person_aliases WHERE kind='name' ORDER BY value")),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _end(text: str) -> date:
    return FOREVER if text == STILL else date.fromisoformat(text)
