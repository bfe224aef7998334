"""Whether a column such as Region is the team above the teams, or tells where a person sells: its rows decide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from kpidesk.core.records import RawRows
from kpidesk.importing.headers import Match, normalised
from kpidesk.importing.recognising import Recognised

REGIONAL = frozenset(("region", "regions", "region name", "sales region", "regional office", "office"))
"""The names of columns that may be either."""


def asks_for_regions(recognised: Recognised, headers: Sequence[str]) -> bool:
    """Whether a people file has such a column, and nobody said which it is: then `with_regions` is to decide."""
    above = recognised.matches.get("parent_team")
    return (
        recognised.kind == "people"
        and above is not None and not above.chosen and normalised(headers[above.column]) in REGIONAL
    )  # fmt: skip


def with_regions(recognised: Recognised, headers: Sequence[str], rows: Iterable[RawRows]) -> Recognised:
    """The file as recognised, its region the parent team only where each team lies in exactly one.

    Else, or where no column tells a team, it is the territory of the person. It takes all `rows` of the file to tell.
    """
    above, team = recognised.matches["parent_team"], recognised.matches.get("team")
    name = headers[above.column]
    problem = _problem(team, above, rows)
    if not problem:
        why = f"{above.why}; each team lies in one"
        return replace(recognised, matches=recognised.matches | {"parent_team": Match(above.column, why)})
    rest = {field: match for field, match in recognised.matches.items() if field != "parent_team"}
    if "territory" in rest:
        meant = "is kept as a field of its own"
    else:
        rest["territory"] = Match(above.column, f"{above.why}; {problem}")
        meant = "tells where a person sells"
    how = f'--map parent_team="{name}" says otherwise'
    told = f"Column '{name}' {meant} and is no team above the teams: {problem}; {how}."
    return replace(recognised, matches=rest, notices=(*recognised.notices, told))


def _problem(team: Match | None, above: Match, rows: Iterable[RawRows]) -> str:
    """Why the regions cannot be teams above the teams, empty where they can."""
    if team is None:
        return "no column tells a team"
    found: dict[str, tuple[str, str]] = {}
    for block in rows:
        for row in block.rows:
            if max(team.column, above.column) >= len(row):
                continue
            one, region = row[team.column].strip(), row[above.column].strip()
            name, before = found.setdefault(one.casefold(), (one, region)) if one and region else ("", region)
            if before.casefold() != region.casefold():
                return f"'{name}' lies in '{before}' and in '{region}'"
    return "" if found else "no row tells a team"
