"""The roster: who is on which team since when, and every change to it as an import that can be undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date

from kpidesk import store
from kpidesk.core.errors import UserError, nearest
from kpidesk.core.formats import day_text
from kpidesk.core.part_time import FULL, read_share, read_shares, shares_text, shares_words, steps
from kpidesk.core.people import ALWAYS, FOREVER, FteSince, Organisation, Person, Team
from kpidesk.core.periods import parse_day
from kpidesk.core.progress import finish
from kpidesk.core.records import MILLION
from kpidesk.core.roster import (
    PersonEdit,
    Roster,
    RosterChange,
    RosterEntry,
    Spell,
    check_parent,
    check_spells,
    spell_words,
)
from kpidesk.core.texts import folded
from kpidesk.operations.imports import undo
from kpidesk.operations.merging import alike, merged
from kpidesk.operations.pairs import offer_again, said_two, split_merges
from kpidesk.operations.workspace import Workspace, scopes

LABELS = {
    "email": "e-mail", "external_id": "user id", "role": "role", "motion": "motion", "territory": "territory",
    "segment": "segment", "hire_at": "hired", "end_at": "left", "ramp_months": "ramp months",
    "fte": "share of full time",
}  # fmt: skip
LONGEST_NAME = 120


def roster(ws: Workspace, day: date | None = None) -> Roster:
    """Everybody with their team on a day (today when left out), how files name them, and who may be one with whom."""
    on = day or ws.today
    return ws.remember(("roster", on), lambda: _roster(ws, on))


def _roster(ws: Workspace, day: date) -> Roster:
    organisation, facts = scopes(ws), store.people_facts(ws.db)
    entries = (_entry(organisation, person, facts.get(person.id, store.PersonFacts()), day)
               for person in organisation.people)  # fmt: skip
    in_order = tuple(sorted(entries, key=lambda one: one.person.name.casefold()))
    return Roster(day, organisation, in_order, alike(ws), merged(ws), said_two(ws))


def _entry(organisation: Organisation, person: Person, facts: store.PersonFacts, day: date) -> RosterEntry:
    spells = tuple(one for one in organisation.memberships if one.person_id == person.id)
    team = organisation.team_on(person.id, day)
    return RosterEntry(
        person, team.id if team else 0, spells, facts.names, facts.emails, facts.user_ids, facts.deals,
        facts.activities, facts.is_listed,
    )  # fmt: skip


def find_person(ws: Workspace, name: str) -> Person:
    """A person by the name shown, in any spelling.

    Raises:
        UserError: nobody has that name; the nearest are offered.
    """
    people = scopes(ws).people
    found = [one for one in people if one.name == name] or [one for one in people if folded(one.name) == folded(name)]
    if not found:
        raise UserError(f"There is no person '{name}'.", nearest(name, (one.name for one in people)))
    return found[0]


def find_team(ws: Workspace, name: str) -> Team:
    """A team by the name shown, in any spelling.

    Raises:
        UserError: no team has that name; the nearest are offered.
    """
    teams = scopes(ws).teams
    found = next((one for one in teams if folded(one.name) == folded(name)), None)
    if found is None:
        raise UserError(f"There is no team '{name}'.", nearest(name, (one.name for one in teams)))
    return found


def _person(ws: Workspace, person_id: int) -> Person:
    found = next((one for one in scopes(ws).people if one.id == person_id), None)
    if found is None:
        raise UserError("There is no such person any more.", "Choose one from the list.")
    return found


def _team(ws: Workspace, team_id: int) -> Team:
    found = next((one for one in scopes(ws).teams if one.id == team_id), None)
    if found is None:
        raise UserError("There is no such team any more.", "Choose one from the list.")
    return found


def add_person(ws: Workspace, name: str, team: str = "") -> RosterChange:
    """Take a person in whom no file names yet, into a team when one is given.

    Raises:
        UserError: somebody has that name already, or it is empty.
    """
    new = _filled(name, "person")
    taken = next((one for one in scopes(ws).people if folded(one.name) == folded(new)), None)
    if taken is not None:
        raise UserError(f"There is already a person '{taken.name}'.", "Give the new one another name.")
    words = f"{new} joins {team}" if team else f"{new} is new"
    return _say(ws, [{"person": new, **({"team": team} if team else {})}], words)


def move_people(ws: Workspace, people: Sequence[int], team: str, day: date | None = None) -> RosterChange:
    """Put people into a team (`team` empty: into none) from a day on, or from the beginning without a day.

    Their earlier teams keep what they had; a later membership that is known already stays.

    Raises:
        UserError: no such person.
    """
    records: list[dict[str, str]] = []
    moved = [_person(ws, one) for one in people]
    for person in moved:
        records += _spell_records(ws, person, _after_move(scopes(ws), person, team, day))
    names = moved[0].name if len(moved) == 1 else f"{len(moved)} people"
    place = f"in {team}" if team else "in no team"
    since = f" from {day_text(day)}" if day else ""
    return _say(ws, records, f"{names} {'is' if len(moved) == 1 else 'are'} {place}{since}")


def _after_move(organisation: Organisation, person: Person, team: str, day: date | None) -> list[Spell]:
    """The memberships of a person once they are in another team from a day on."""
    if day is None:
        return [Spell(team)] if team else []
    names = {one.id: one.name for one in organisation.teams}
    now = [one for one in organisation.memberships if one.person_id == person.id]
    before = [Spell(names[one.team_id], one.start, min(one.end, day)) for one in now if one.start < day]
    later = [Spell(names[one.team_id], one.start, one.end) for one in now if one.start > day]
    until = min((one.start for one in later), default=FOREVER)
    return [*before, *([Spell(team, day, until)] if team else []), *later]


def _spell_records(ws: Workspace, person: Person, spells: Sequence[Spell]) -> list[dict[str, str]]:
    """The rows that say so: first that there is no team at all, then each membership."""
    rows = [{**_spoken(ws, person), "team": ""}]
    for one in spells:
        row = {**_spoken(ws, person), "team": _filled(one.team, "team")}
        row |= {} if one.start == ALWAYS else {"valid_from": one.start.isoformat()}
        row |= {} if one.end == FOREVER else {"valid_to": one.end.isoformat()}
        rows.append(row)
    return rows


def save_person(
    ws: Workspace, person_id: int, edit: PersonEdit, spells: Sequence[Spell] | None = None, name: str = ""
) -> RosterChange:
    """Change what is known of a person, their memberships (None: as they are) and their name, all or nothing.

    Everything but the name is one import. `name` empty leaves it.

    Raises:
        UserError: something of it cannot be; nothing is changed.
    """
    person = _person(ws, person_id)
    said = {one: " ".join(text.split()) for one, text in asdict(edit).items() if text is not None}
    said = {one: text for one, text in said.items() if not _is_known(ws, person, one, text)}
    _check_edit(ws, person, said)
    ordered = None if spells is None else check_spells(person.name, spells)
    new_name = _new_name(ws, person, name) if name else person.name
    told = [f"{LABELS[one]} {_told(one, text)}" for one, text in said.items()]
    if ordered is not None:
        told.append(", then ".join(f"{one.team} {spell_words(one.start, one.end)}" for one in ordered) or "in no team")
    records = _spell_records(ws, person, ordered) if ordered is not None else [_spoken(ws, person)]
    records[0] |= _values(said)
    records += _share_records(ws, person, said)
    done = RosterChange(f"Nothing changed for {person.name}.")
    if told:
        done = _say(ws, records, f"{person.name}: {', '.join(told)}")
    if new_name != person.name:
        store.rename_person(ws.db, person_id, new_name)
        words = f"{person.name} is now shown as {new_name}"
        done = RosterChange(words, done.import_id, (person_id, person.name))
    return done


def work_share(ws: Workspace, person_id: int, share: str, day: date | None = None) -> RosterChange:
    """Say which share of full time a person works ("60 %") from a day on, or always without a day.

    What is known of other days stays.

    Raises:
        UserError: no such person, or it is no share between 0 and 100 %.
    """
    person = _person(ws, person_id)
    known = {one.start: one.share for one in person.fte} or {ALWAYS: FULL}
    said = {ALWAYS: read_share(share)} if day is None else {**known, day: read_share(share)}
    return save_person(ws, person_id, PersonEdit(fte=shares_text(steps(said))))


def _spoken(ws: Workspace, person: Person) -> dict[str, str]:
    """A row about a person that says nothing yet."""
    return {"person": store.spoken_name(ws.db, person.id, person.name)}


def _is_known(ws: Workspace, person: Person, name: str, text: str) -> bool:
    """Whether a text, however its days are written, says what is known of a person already."""
    return read_shares(text) == person.fte if name == "fte" else text == _now(ws, person, name)


def _now(ws: Workspace, person: Person, name: str) -> str:
    """What is known of a person, as it is typed."""
    if name in ("email", "external_id"):
        facts = store.people_facts(ws.db)[person.id]
        texts = facts.emails if name == "email" else facts.user_ids
        return texts[0] if texts else ""
    value = getattr(person, name)
    return value.isoformat() if isinstance(value, date) else "" if value is None else str(value)


def _told(name: str, text: str) -> str:
    if name == "fte":
        return shares_words(read_shares(text))
    if not text:
        return "none"
    return day_text(parse_day(text)) if name in ("hire_at", "end_at") else text


def _values(said: Mapping[str, str]) -> dict[str, str]:
    """As rows about people have it: no ramp is one of 0 months; shares of full time have rows of their own."""
    plain = {name: text for name, text in said.items() if name != "fte"}
    return {name: "0" if name == "ramp_months" and not text else text for name, text in plain.items()}


def _share_records(ws: Workspace, person: Person, said: Mapping[str, str]) -> list[dict[str, str]]:
    """The rows that say which shares of full time hold from which day: the first from ever, in place of all before."""
    if "fte" not in said:
        return []
    shares = read_shares(said["fte"]) or (FteSince(ALWAYS, FULL),)
    return [
        {**_spoken(ws, person), "fte": str(round(one.share * MILLION)),
         "fte_from": "" if one.start == ALWAYS else one.start.isoformat()}
        for one in shares
    ]  # fmt: skip


def _check_edit(ws: Workspace, person: Person, said: Mapping[str, str]) -> None:
    days = {name: parse_day(said[name]) if said[name] else None for name in ("hire_at", "end_at") if name in said}
    hired, left = days.get("hire_at", person.hire_at), days.get("end_at", person.end_at)
    if hired and left and left < hired:
        raise UserError(
            f"{person.name} would leave on {day_text(left)}, before being hired on {day_text(hired)}.", "Swap the days."
        )
    months = said.get("ramp_months", "")
    if months and not (months.isdecimal() and int(months) <= 60):
        raise UserError(f"A ramp of '{months}' months is not possible.", "Type a whole number from 0 to 60.")
    read_shares(said.get("fte", ""))
    if said.get("email") and "@" not in said["email"]:
        raise UserError(f"'{said['email']}' is no e-mail address.", "Write it as name@example.com.")
    for name in ("email", "external_id"):
        _check_free(ws, person, said.get(name, ""))
        if said.get(name) == "":
            raise UserError(f"The {LABELS[name]} that files use cannot be taken away.", "Type another one instead.")


def _check_free(ws: Workspace, person: Person, text: str) -> None:
    """Refuse an address or id that stands for somebody else: it would make the two one, unasked."""
    other = store.people_by_name(ws.db).get(folded(text), person.id) if text else person.id
    if other != person.id:
        name = _person(ws, other).name
        raise UserError(f"{text} stands for {name}.", f"If {person.name} and {name} are one person, merge them.")


def _new_name(ws: Workspace, person: Person, name: str) -> str:
    new = _filled(name, "person")
    taken = next((one for one in scopes(ws).people if folded(one.name) == folded(new) and one.id != person.id), None)
    if taken is not None:
        raise UserError(f"There is already a person '{taken.name}'.", "If the two are one person, merge them.")
    return new


def take_back(ws: Workspace, change: RosterChange) -> RosterChange:
    """Undo a change: its import, its new name, what it merged or said to be two.

    Raises:
        UserError: it was undone already.
    """
    if change.import_id is not None:
        finish(undo(ws, change.import_id))
    if change.renamed is not None:
        store.rename_person(ws.db, *change.renamed)
    if change.merges:
        split_merges(ws, change.merges)
    if change.apart:
        offer_again(ws, change.apart)
    return RosterChange(f"Undone: {change.words}")


def add_team(ws: Workspace, name: str, parent: str = "") -> RosterChange:
    """Make a team, below another one when that is given.

    Raises:
        UserError: there is a team of that name, or no team to lie below.
    """
    new = _filled(name, "team")
    _check_new_team(ws, new)
    below = find_team(ws, parent).name if parent else ""
    record = {"team": new, **({"parent_team": below} if below else {})}
    return _say(ws, [record], f"New team {new}{f' below {below}' if below else ''}")


def rename_team(ws: Workspace, team_id: int, name: str) -> RosterChange:
    """Give a team another name; files may go on using the old one.

    Raises:
        UserError: there is a team of that name, or it is empty.
    """
    team, new = _team(ws, team_id), _filled(name, "team")
    if new == team.name:
        return RosterChange(f"Nothing changed for {team.name}.")
    _check_new_team(ws, new, team_id)
    return _say(ws, [{"team": new, "external_id": team.name}], f"Team {team.name} is now called {new}")


def move_team(ws: Workspace, team_id: int, parent_id: int = 0) -> RosterChange:
    """Put a team below another one, or at the top.

    Raises:
        UserError: the team would lie below itself.
    """
    team = _team(ws, team_id)
    parent = _team(ws, parent_id).name if parent_id else ""
    check_parent(scopes(ws), team_id, parent_id)
    place = f"below {parent}" if parent else "at the top"
    return _say(ws, [{"team": team.name, "parent_team": parent}], f"Team {team.name} lies {place}")


def _check_new_team(ws: Workspace, name: str, but: int = 0) -> None:
    taken = next((one for one in scopes(ws).teams if folded(one.name) == folded(name) and one.id != but), None)
    if taken is not None:
        raise UserError(f"There is already a team '{taken.name}'.", "Choose another name.")


def _filled(name: str, what: str) -> str:
    text = " ".join(name.split())
    if not text:
        raise UserError(f"A {what} needs a name.", "Type one.")
    if len(text) > LONGEST_NAME:
        raise UserError(f"A name of {len(text)} letters is too long.", f"Use at most {LONGEST_NAME}.")
    return text


def _say(ws: Workspace, records: Sequence[Mapping[str, str]], words: str) -> RosterChange:
    """Write a change as an import; it counts from the day after which nothing newer about people is known."""
    days = [one.data_date for one in store.import_history(ws.db) if one.kind == "people"]
    made = store.apply_people(ws.db, records, day=max([ws.today, *days]), words=words)
    return RosterChange(words, made)
