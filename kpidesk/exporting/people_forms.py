"""People and teams, as text and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kpidesk.core.part_time import FULL, share_text
from kpidesk.core.people import ALWAYS, FOREVER, Team
from kpidesk.core.roster import (
    Likeness,
    MergePreview,
    Roster,
    RosterChange,
    RosterEntry,
    left_words,
    ramp_words,
    spell_words,
)
from kpidesk.exporting.text_table import Column, paragraph, sections, table

Json = dict[str, object]


def roster_text(roster: Roster) -> str:
    """Teams with their people, owners in no team, names that may be one, and what was said of them."""
    if not roster.entries and not roster.organisation.teams:
        return "No file has named anybody yet."
    parts = (_tree(roster), _unmatched(roster), pairs_text(roster.alike), _merged(roster), _two(roster))
    return sections(tuple(filter(None, parts)))


def _tree(roster: Roster) -> str:
    lines = [line for team in _below(roster, 0) for line in _branch(roster, team, 0)]
    alone = [one for one in roster.members(0) if not one.is_unmatched]
    return "\n".join(
        [*lines, *(["Unassigned (in no team)"] if alone else []), *(f"  {_person(roster, one)}" for one in alone)]
    )


def _branch(roster: Roster, team: Team, depth: int) -> list[str]:
    pad = "  " * depth
    own = [f"{pad}  {_person(roster, one)}" for one in roster.members(team.id)]
    below = [line for one in _below(roster, team.id) for line in _branch(roster, one, depth + 1)]
    return [f"{pad}{team.name} ({roster.count(team.id)})", *own, *below]


def _below(roster: Roster, parent: int) -> list[Team]:
    found = (team for team in roster.organisation.teams if team.parent_id == parent)
    return sorted(found, key=lambda team: team.name.casefold())


def _person(roster: Roster, one: RosterEntry) -> str:
    person = one.person
    since = next((spell_words(spell.start, spell.end) for spell in one.spells
                  if spell.start <= roster.day < spell.end and spell.start != ALWAYS), "")  # fmt: skip
    hours = share_text(person.fte_on(roster.day)) if person.fte_on(roster.day) < FULL else ""
    state = left_words(person, roster.day) or ramp_words(person, roster.day)
    told = (person.name, person.role, since, state, f"{hours} of full time" if hours else "")
    return ", ".join(filter(None, told))


def _unmatched(roster: Roster) -> str:
    found = roster.unmatched
    if not found:
        return ""
    said = table((
        Column("In no list of people", tuple(one.person.name for one in found)),
        Column("Deals", tuple(f"{one.deals:,}" for one in found), right=True),
        Column("Activities", tuple(f"{one.activities:,}" for one in found), right=True),
    ))  # fmt: skip
    return said + "\n" + paragraph("Put them into a team with: kpidesk people move WORKSPACE PERSON TEAM")


def pairs_text(pairs: Sequence[Likeness]) -> str:
    """Pairs that may be one, each with the reason; empty where there is none."""
    if not pairs:
        return ""
    return table((
        Column("May be one", tuple(one.name for one in pairs)),
        Column("with", tuple(one.other_name for one in pairs)),
        Column("Kind", tuple(one.kind for one in pairs)),
        Column("Why", tuple(one.why for one in pairs)),
    ))  # fmt: skip


def _merged(roster: Roster) -> str:
    if not roster.merged:
        return ""
    return table((
        Column("Merge", tuple(str(one.id) for one in roster.merged), right=True),
        Column("Name", tuple(one.name for one in roster.merged)),
        Column("counts as", tuple(one.into for one in roster.merged)),
        Column("since", tuple(one.day.isoformat() for one in roster.merged)),
    ))  # fmt: skip


def _two(roster: Roster) -> str:
    if not roster.said_two:
        return ""
    return table((
        Column("Pair", tuple(str(one.id) for one in roster.said_two), right=True),
        Column("Name", tuple(one.name for one in roster.said_two)),
        Column("is not", tuple(one.other for one in roster.said_two)),
        Column("since", tuple(one.day.isoformat() for one in roster.said_two)),
    ))  # fmt: skip


def change_text(change: RosterChange) -> str:
    """What a change did, and how to take it back."""
    words = change.words if change.words.endswith(".") else f"{change.words}."
    if change.merges:
        words += f" Tell them apart again with: kpidesk people split WORKSPACE {_numbers(change.merges)}"
    elif change.apart:
        words += f" Take it back with: kpidesk people offer-again WORKSPACE {_numbers(change.apart)}"
    elif change.import_id is not None:
        words += f" Take it back with: kpidesk undo WORKSPACE {change.import_id}"
    return paragraph(words)


def _numbers(numbers: Sequence[int]) -> str:
    return " ".join(map(str, numbers))


def preview_text(preview: MergePreview) -> str:
    """What a merge would do, and for deals what becomes of each field that is not the same in both."""
    if not preview.fields:
        return paragraph(preview.words)
    shown = table((
        Column("Field", tuple(one.label for one in preview.fields)),
        Column("Kept", tuple(one.kept for one in preview.fields)),
        Column("Other", tuple(one.other for one in preview.fields)),
        Column("Becomes", tuple(one.becomes for one in preview.fields)),
    ))  # fmt: skip
    return sections((paragraph(preview.words), shown))


def change_json(change: RosterChange) -> Json:
    """What a change did, and the numbers by which it is taken back."""
    return {
        "words": change.words,
        "import_id": change.import_id,
        "merge": change.merges[0] if change.merges else None,
        "merges": list(change.merges),
        "apart": list(change.apart),
    }


def roster_json(roster: Roster) -> Json:
    """Everything about people and teams on a day."""
    teams = {team.id: team for team in roster.organisation.teams}
    return {
        "day": roster.day.isoformat(),
        "teams": [
            {
                "name": team.name,
                "parent": teams[team.parent_id].name if team.parent_id else None,
                "people": roster.count(team.id),
            }
            for team in sorted(teams.values(), key=lambda team: team.name.casefold())
        ],
        "people": [_person_json(roster, one, teams) for one in roster.entries],
        "alike": [
            {"kind": one.kind, "name": one.name, "other": one.other_name, "likeness": round(one.likeness, 4),
             "why": one.why}
            for one in roster.alike
        ],
        "merges": [
            {"merge": one.id, "kind": one.kind, "name": one.name, "into": one.into, "day": one.day.isoformat()}
            for one in roster.merged
        ],
        "apart": [
            {"pair": one.id, "kind": one.kind, "name": one.name, "other": one.other, "day": one.day.isoformat()}
            for one in roster.said_two
        ],
    }  # fmt: skip


def _person_json(roster: Roster, one: RosterEntry, teams: dict[int, Team]) -> Json:
    person = one.person
    return {
        "name": person.name,
        "team": teams[one.team_id].name if one.team_id else None,
        "role": person.role,
        "motion": person.motion,
        "territory": person.territory,
        "territory_since": [{"start": _day(one.start), "territory": one.word} for one in person.territories],
        "segment": person.segment,
        "hired": _day(person.hire_at),
        "left": _day(person.end_at),
        "ramp_months": person.ramp_months,
        "ramping": bool(ramp_words(person, roster.day)),
        "fte": person.fte_on(roster.day),
        "fte_since": [{"start": _day(spell.start), "share": spell.share} for spell in person.fte],
        "emails": list(one.emails),
        "user_ids": list(one.user_ids),
        "names": list(one.names),
        "deals": one.deals,
        "activities": one.activities,
        "unmatched": one.is_unmatched,
        "teams": [
            {"team": teams[spell.team_id].name, "start": _day(spell.start), "end": _day(spell.end)}
            for spell in one.spells
        ],
    }


def _day(day: date | None) -> str | None:
    return None if day in (None, ALWAYS, FOREVER) else str(day)
