"""People in SQL: who was there on a day, with the quota they carried."""

from __future__ import annotations

from kpidesk.language.sql.asked import Asked, cannot
from kpidesk.language.sql.making import Making
from kpidesk.language.sql.needed import needs
from kpidesk.language.sql.writing import listed, quoted

QUOTA = "bookings"
"""The KPI whose target is a rep's quota."""
_PLAIN = {"hire_at": "p.hire_at", "end_at": "p.end_at", "person_id": "p.id"}


def people_on(making: Making, name: str, day: str, asked: Asked) -> str:
    """Everybody who was hired by a day and had not left; `day` is SQL."""
    columns = ["d.day", "p.id AS person"]
    for field in sorted(needs(making.needed, "people")):
        if field == "quota":
            columns.append(f"{_quota(making, asked)} AS quota")
        elif field == "role":
            columns.append(f"nullif({_role(making)}, '') AS role")
        elif field in _PLAIN:
            columns.append(f"{_PLAIN[field]} AS {field}")
        else:
            raise cannot(f"'{field}' of people is worked out from their time in the job or their bookings")
    return making.parts.add(
        name,
        "Everybody who was there on that day.",
        f"SELECT {', '.join(columns)}\nFROM (SELECT {day} AS day) d\n"
        "JOIN people p ON (p.hire_at IS NULL OR p.hire_at <= d.day) AND (p.end_at IS NULL OR p.end_at > d.day)",
    )


def _role(making: Making) -> str:
    """The role of a person on the day: before the first one that is known that one."""
    if not making.known.roles:
        return "p.role"
    steps = [f"({person}, {quoted(since)}, {quoted(role)})" for person, since, role in making.known.roles]
    name = making.parts.add(
        "roles_since",
        "The roles of everybody whose role has changed, with the day from which each was theirs.",
        f"SELECT column1 AS person, column2 AS since, column3 AS role\nFROM (VALUES {listed(steps, '             ')})",
    )
    then = f"SELECT s.role FROM {name} s WHERE s.person = p.id AND s.since <= d.day ORDER BY s.since DESC LIMIT 1"
    return f"coalesce(({then}), p.role)"


def _quota(making: Making, asked: Asked) -> str:
    """The quota of a person for the period, in minor units."""
    period = asked.period
    return (
        f"(SELECT t.target * {making.known.scale} FROM targets t WHERE t.kpi_id = {quoted(QUOTA)}"
        f" AND t.scope_kind = 'rep' AND t.scope_id = p.id AND t.start = {quoted(period.start.isoformat())}"
        f" AND t.end = {quoted(period.end.isoformat())} AND t.superseded = 0 ORDER BY t.version DESC LIMIT 1)"
    )
