"""Which role people had since when, from what people files and hands have said."""

from __future__ import annotations

from datetime import date

from kpidesk.core.people import ALWAYS, RoleSince
from kpidesk.core.texts import folded
from kpidesk.store.database import Database
from kpidesk.store.names import people_by_name


def roles_by_person(db: Database) -> dict[int, tuple[RoleSince, ...]]:
    """The roles of each person whose role has changed, the earliest first, by the number of the person.

    A role holds from the day that its row names for the team, else from the day of the data; the first from ever.
    """
    known, found = people_by_name(db), dict[int, dict[date, str]]()
    sql = (
        "SELECT email, person, external_id, role, valid_from, data_date FROM people_rows JOIN imports ON id = import_id"
        " WHERE role IS NOT NULL AND person <> '' ORDER BY data_date, import_id, line"
    )
    for *texts, role, since, day in db.rows(sql):
        person = next((known[key] for text in texts if text and (key := folded(text)) in known), 0)
        if person:
            _say(found.setdefault(person, {}), role, since, date.fromisoformat(day))
    told = {person: _changes(roles) for person, roles in found.items()}
    return {person: roles for person, roles in told.items() if len(roles) > 1}


def _say(roles: dict[date, str], role: str, since: str | None, day: date) -> None:
    """Take in that somebody has a role: from a day on, or on the day of the data, unless they have it already."""
    if since:
        roles[date.fromisoformat(since)] = role
    elif not roles:
        roles[ALWAYS] = role
    else:
        start = max((one for one in roles if one <= day), default=min(roles))
        if folded(roles[start]) != folded(role):
            roles[day] = role


def _changes(roles: dict[date, str]) -> tuple[RoleSince, ...]:
    """The roles in order, without those that are the one before."""
    found: list[RoleSince] = []
    for start, role in sorted(roles.items()):
        if not found or folded(found[-1].role) != folded(role):
            found.append(RoleSince(start, role))
    return tuple(found)
