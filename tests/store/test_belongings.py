"""What hangs on people and teams stays with the name it was said of, whatever imports, merges, splits and undos do."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpidesk import store
from kpidesk.core.cadences import Cadence
from kpidesk.core.entries import Entry
from kpidesk.core.goals import Baseline, Target
from kpidesk.core.initiatives import Initiative
from kpidesk.core.pay_plans import PayCurve, PayPlan
from kpidesk.core.people import Scope
from kpidesk.core.periods import month_period
from kpidesk.core.signals import Acknowledgement, AlertRule, ChartNote, LimitStart
from kpidesk.core.submissions import Known, Submission
from kpidesk.core.texts import folded
from kpidesk.store import migrations
from tests.often import often
from tests.store.support import File, day, deal, deals, load, people, people_file, problems, undo, workspace
from tests.store.test_laws import workspace as scratch

MARCH = month_period(2026, 3)
MAIL = "m@x.com"
DEALS = File([deal("1", owner="Ann", team="North"), deal("2", owner="Bo", team="T7"), deal("3", owner="Cy"),
              deal("4", owner=MAIL)], day(0))  # fmt: skip
JOINS = tuple(
    people_file(number, {"person": name, "email": MAIL}) for number, name in enumerate(("Ann", "Bo", "Cy"), 1)
)
PLACES = people_file(5, {"person": "Ann", "team": "North"}, {"person": "Bo", "team": "T7"})
NAMES_T7 = people_file(6, {"team": "North", "external_id": "T7"})
FILES = (DEALS, *JOINS, PLACES, NAMES_T7)
ONE_EACH = ("baseline", "target", "entry", "focus", "cadence")
ALL = ("note", "rule", "limits", "acknowledgement", "initiative", "control", "meeting", "submission")


def scopes(db: store.Database) -> list[Scope]:
    found = store.load_organisation(db)
    return [
        *(Scope("rep", one.name, one.id) for one in found.people),
        *(Scope("team", one.name, one.id) for one in found.teams),
    ]


def meet(db: store.Database, what: str, scope: Scope, token: int) -> None:
    """Save something of the rhythm of a team."""
    if what == "cadence":
        store.save_cadence(db, Cadence("weekly", scope, "week", date.fromordinal(token)))
    elif what == "meeting":
        number = store.add_meeting(db, "weekly", scope, MARCH, day(1))
        store.keep_meeting(db, replace(store.load_meeting(db, number), notes=str(token)))
    else:
        given = Submission(0, scope, MARCH, token, token, 0, "EUR", "", day(1), day(1).isoformat(), Known())
        store.add_submission(db, given, given.given_at)


def say(db: store.Database, what: str, scope: Scope, token: int) -> None:
    """Save something of a kind; the token is what it is known by."""
    bookings = ("bookings", scope)
    if what == "baseline":
        store.save_baseline(db, Baseline(*bookings, MARCH, token, "manual", "", 1.0))
    elif what == "target":
        versions = [one.version for one in store.load_goals(db).targets if one.scope == scope]
        store.save_target(db, Target(*bookings, MARCH, token, token, token, max(versions, default=0) + 1))
    elif what == "entry":
        store.save_entry(db, Entry(*bookings, MARCH, token, "asked"))
    elif what == "focus":
        store.save_focus(db, scope, [str(token)])
    elif what == "note":
        store.save_note(db, ChartNote(0, day(1), str(token), scope))
    elif what == "rule":
        store.save_rule(db, AlertRule(0, *bookings, "month", "above", token))
    elif what == "limits":
        store.save_limits(db, LimitStart(0, *bookings, "month", day(1), str(token)))
    elif what == "acknowledgement":
        said = Acknowledgement(0, *bookings, "month", "outside", day(1), str(token), day(1).isoformat())
        store.save_acknowledgement(db, said)
    elif what in ("cadence", "meeting", "submission"):
        meet(db, what, scope, token)
    elif what == "initiative":
        store.save_initiative(db, Initiative(0, str(token), day(1), scope=scope))
    else:
        store.save_initiative(db, Initiative(0, str(token), day(1), control=scope))


def said(db: store.Database) -> set[tuple[str, str, str, int]]:
    """What is in force or shown: the kind of thing, of scope and its name, and the token."""
    book, entries = store.load_goals(db), store.load_entries(db).entries
    newest = {one.scope: one for one in sorted(book.targets, key=lambda one: one.version) if not one.withdrawn}
    typed = {one.scope: one for one in entries}
    begun = store.load_initiatives(db)
    found: list[tuple[str, Scope, Any]] = [
        *(("baseline", one.scope, one.value) for one in book.baselines),
        *(("target", one.scope, one.target) for one in newest.values()),
        *(("entry", one.scope, one.value) for one in typed.values()),
        *(("focus", scope, token) for scope, (token, *_) in store.load_focus(db).items()),
        *(("note", one.scope, one.text) for one in store.load_notes(db)),
        *(("rule", one.scope, one.threshold) for one in store.load_rules(db)),
        *(("limits", one.scope, one.reason) for one in store.load_limits(db)),
        *(("acknowledgement", one.scope, one.reason) for one in store.load_acknowledgements(db)),
        *(("initiative", one.scope, one.name) for one in begun if one.control is None and one.scope.name),
        *(("cadence", one.scope, one.from_day.toordinal()) for one in store.load_cadences(db) if one.from_day),
        *(("meeting", one.scope, one.notes) for one in store.load_meetings(db) if one.scope.name),
        *(("submission", one.scope, int(one.commit)) for one in store.load_submissions(db) if one.scope.name),
        *(("control", one.control, one.name) for one in begun if one.control and one.control.name),
    ]
    shown: set[tuple[str, str, str, int]] = {(what, scope.kind, scope.name, int(token)) for what, scope, token in found}
    assert len(shown) == len(found), "nothing is in force twice"
    return shown


@dataclass
class Oracle:
    """Everything that was ever said, by the name it was said of; a class because it grows with each step."""

    db: store.Database
    tokens: Iterator[int] = field(default_factory=lambda: count(1))
    everything: list[tuple[str, str, str, int]] = field(default_factory=list)
    before: set[tuple[str, str, str, int]] = field(default_factory=set)
    numbers: dict[str, int] = field(default_factory=dict)

    def say(self, what: str, scope: Scope) -> None:
        """Say something of a scope, under the name it is shown by now."""
        token = next(self.tokens)
        say(self.db, what, scope, token)
        self.everything.append((what, scope.kind, folded(scope.name), token))
        self.before = {one for one in self.before if one[:3] != (what, scope.kind, scope.name) or what in ALL}
        self.before.add((what, scope.kind, scope.name, token))
        self.numbers = self.teams()

    def bearers(self) -> dict[tuple[str, str], str]:
        """Who is shown for each name: of people by the names in the file, of teams by those that rows mean."""
        people_ = self.db.rows("SELECT value, name FROM person_aliases a JOIN people p ON p.id = person_id")
        teams = self.db.rows("SELECT a.value, name FROM team_aliases a JOIN teams t ON t.id = team_id")
        found = {("rep", folded(text)): name for text, name in people_}
        found |= {("team", text): name for text, name in teams}
        return found

    def rename_teams(self, place: dict[int, str]) -> None:
        """A team that goes by another name from now on, but is the same, keeps what hangs on it under the new one."""
        now, known = self.teams(), self.bearers()
        name_of = {token: name for _, kind, name, token in self.everything if kind == "team"}
        renamed = {
            name_of[token]: folded(place[token])
            for _, kind, was, token in self.before
            if kind == "team" and was != place.get(token, was) and (kind, name_of[token]) not in known
            and self.numbers[was] == now[place[token]]
        }  # fmt: skip
        self.everything = [
            (what, kind, renamed.get(name, name) if kind == "team" else name, token)
            for what, kind, name, token in self.everything
        ]

    def teams(self) -> dict[str, int]:
        return {one.name: one.id for one in store.load_organisation(self.db).teams}

    def check(self) -> None:
        """Nothing is lost, nothing is with anybody else, and what was in force goes on where it can."""
        shown = said(self.db)
        place = {one[3]: one[2] for one in shown}
        self.rename_teams(place)
        bearers = self.bearers()
        if self.db.one("SELECT 1 FROM people_rows WHERE external_id='T7'"):
            bearers["team", "t7"] = bearers["team", "north"]
        here = [(what, kind, bearers.get((kind, name)), name, token) for what, kind, name, token in self.everything]
        assert {one for one in shown if one[0] in ALL} == {
            (what, kind, bearer, token) for what, kind, bearer, _, token in here if what in ALL and bearer is not None
        }
        newest: dict[tuple[str, str, str], dict[str, int]] = {}
        for what, kind, bearer, name, token in here:
            if what in ONE_EACH:
                assert bearer is not None or kind == "team" or what == "cadence", "a person who has a goal stays"
                if bearer is not None:
                    newest.setdefault((what, kind, bearer), {})[name] = token
        one_each = {one[:3]: one[3] for one in shown if one[0] in ONE_EACH}
        assert one_each.keys() == newest.keys()
        for key, token in one_each.items():
            assert token in newest[key].values(), "it is the newest that was said under one of the names"
        name_of = {token: (kind, name) for _, kind, name, token in self.everything}
        held: dict[tuple[str, str, str], set[int]] = {}
        for what, kind, _, token in self.before:
            if what in ONE_EACH and (bearer := bearers.get(name_of[token])) is not None:
                held.setdefault((what, kind, bearer), set()).add(token)
        for key, tokens in held.items():
            assert one_each[key] in tokens, "what was in force gives way to nothing but what was in force elsewhere"
        self.before, self.numbers = shown, self.teams()


def step(oracle: Oracle, imported: dict[int, int], merged: list[int], choice: tuple[str, int, int]) -> None:
    """One thing that a user does; what cannot be done now is passed over."""
    db, (action, one, other) = oracle.db, choice
    if action == "import":
        number = one % len(FILES)
        if number in imported:
            undo(db, imported.pop(number))
        else:
            imported[number] = load(db, FILES[number], chunk=9).import_id
    elif action == "merge":
        known = [person.id for person in store.load_organisation(db).people]
        if len(known) > 1:
            keep, drop = known[one % len(known)], known[other % len(known)]
            if keep != drop:
                merged.append(store.merge_people(db, keep, drop))
    elif action == "split":
        if merged:
            store.split(db, merged.pop(one % len(merged)))
    elif found := scopes(db):
        oracle.say(action, found[one % len(found)])


ACTIONS = ("import", "import", "merge", "split", *ONE_EACH, *ALL)
STEPS = st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 11), st.integers(0, 11)), min_size=8, max_size=16)


@settings(max_examples=often(6))
@given(STEPS, st.randoms(use_true_random=False))
def test_everything_stays_with_its_name(steps: list[tuple[str, int, int]], random: Any) -> None:
    with scratch() as db:
        oracle, merged = Oracle(db), list[int]()
        imported = {0: load(db, DEALS, chunk=9).import_id}
        for choice in steps:
            step(oracle, imported, merged, choice)
            oracle.check()
        random.shuffle(merged)
        for number in merged:
            store.split(db, number)
            oracle.check()
        for number in sorted(imported.values(), key=lambda _: random.random()):
            undo(db, number)
            oracle.check()
        load(db, DEALS)
        oracle.check()
        assert problems(db) == ()


def person(db: store.Database, name: str) -> Scope:
    return next(one for one in scopes(db) if one.kind == "rep" and one.name == name)


def shown(db: store.Database, what: str) -> set[tuple[str, int]]:
    return {(name, token) for kind, _, name, token in said(db) if kind == what}


@pytest.mark.parametrize("what", ONE_EACH)
def test_what_is_said_while_two_names_are_one_stays_with_the_name_shown(tmp_path: Path, what: str) -> None:
    """The address comes first in the files, so its number is kept; Bo is shown all the same."""
    with workspace(tmp_path) as db:
        deals(db, 0, deal("1", owner=MAIL), deal("2", owner="Bo"))
        say(db, what, person(db, MAIL), 1)
        wrong = people(db, 1, {"person": "Bo", "email": MAIL})
        assert shown(db, what) == {("Bo", 1)}
        say(db, what, person(db, "Bo"), 2)
        assert shown(db, what) == {("Bo", 2)}
        undo(db, wrong.import_id)
        assert shown(db, what) == {(MAIL, 1), ("Bo", 2)}
        assert problems(db) == ()


@pytest.mark.parametrize("what", ["note", "pay plan"])
def test_whom_a_note_or_pay_plan_is_about_stays_when_their_import_is_undone_and_they_are_told_apart(
    tmp_path: Path, what: str
) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("1", owner="Ann Lee"))
        second = deals(db, 1, deal("2", owner="Ann Leigh"))
        leigh = person(db, "Ann Leigh")
        if what == "note":
            say(db, what, leigh, 1)
        else:
            store.save_pay_plan(db, PayPlan(0, leigh, 1, 2, "EUR", PayCurve(), day(1)))
        merge = store.merge_people(db, person(db, "Ann Lee").id, person(db, "Ann Leigh").id)
        undo(db, second.import_id)
        store.split(db, merge)
        held = shown(db, "note") or {(one.scope.name, 1) for one in store.load_pay_plans(db, leigh.id)}
        assert held == {("Ann Leigh", 1)}
        assert problems(db) == ()


def test_a_target_taken_away_from_two_who_were_one_is_back_for_whom_it_was_set(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("1", owner="Ann"), deal("2", owner="Bo"))
        say(db, "target", person(db, "Bo"), 1)
        merge = store.merge_people(db, person(db, "Ann").id, person(db, "Bo").id)
        (target,) = store.load_goals(db).targets
        store.withdraw_target(db, target, "two are one")
        assert shown(db, "target") == set()
        store.split(db, merge)
        assert shown(db, "target") == {("Bo", 1)}


def test_a_focus_taken_back_stays_so_until_the_two_are_told_apart(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("1", owner="Ann"), deal("2", owner="Bo"))
        for token, name in enumerate(("Ann", "Bo"), 1):
            say(db, "focus", person(db, name), token)
        merge = store.merge_people(db, person(db, "Ann").id, person(db, "Bo").id)
        store.save_focus(db, person(db, "Ann"), ())
        deals(db, 1, deal("3", owner="Cy"))
        assert shown(db, "focus") == set()
        store.split(db, merge)
        assert shown(db, "focus") == {("Bo", 2)}


def test_an_initiative_that_is_given_another_scope_goes_with_that(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("1", owner="Ann"), deal("2", owner="Bo"))
        say(db, "initiative", person(db, "Ann"), 1)
        deals(db, 1, deal("3", owner="Cy"))
        (one,) = store.load_initiatives(db)
        store.save_initiative(db, replace(one, scope=person(db, "Bo"), control=person(db, "Cy")))
        deals(db, 2, deal("4", owner="Dan"))
        (one,) = store.load_initiatives(db)
        assert (one.scope.name, one.control and one.control.name) == ("Bo", "Cy")
        merge = store.merge_people(db, person(db, "Ann").id, one.scope.id)
        store.split(db, merge)
        assert [one.scope.name for one in store.load_initiatives(db)] == ["Bo"]


def test_who_has_a_rule_for_signals_alone_may_go_and_finds_it_again(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("1", owner="Ann", team="North"))
        file = deals(db, 1, deal("2", owner="Bo", team="South"))
        for one in scopes(db):
            say(db, "rule", one, one.id * 10 + (one.kind == "team"))
        before = shown(db, "rule")
        undo(db, file.import_id)
        assert {name for name, _ in shown(db, "rule")} == {"Ann", "North"}
        deals(db, 2, deal("3", owner="Zoe", team="West"))
        assert {name for name, _ in shown(db, "rule")} == {"Ann", "North"}
        deals(db, 3, deal("2", owner="Bo", team="South"))
        assert shown(db, "rule") == before
        assert problems(db) == ()


def test_the_fourth_version_knows_whose_the_goals_are_that_were_handed_over() -> None:
    """Bo's target 2 went to Ann (person 1), and target 3 of hers follows it; baseline 1 is her own."""
    handed = [{"table": "targets", "goal": 2, "name": "bo", "heir": 1, "superseded": 0}]
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as made:
        migrations.make_new(made, migrations.STEPS[:3])
        made.execute("INSERT INTO meta VALUES ('goals_handed_over', ?)", (json.dumps(handed),))
        for number, superseded in ((2, 1), (3, 0)):
            values = (number, "bookings", "rep", 1, "2026-03-01", "2026-04-01", *[""] * 3, 1, 2, 3, number, *[""] * 4)
            made.execute(f"INSERT INTO targets VALUES ({', '.join('?' * 18)})", (*values, superseded))
        migrations.fourth_version(made)
        rows = made.execute("SELECT id, scope_id, scope_name, superseded, followed_by FROM targets").fetchall()
        assert rows == [(2, -2, "bo", 0, ""), (3, 1, "", 0, "")]
        assert made.execute("SELECT count(*) FROM meta").fetchone() == (0,)


@pytest.mark.parametrize("what", ["target", "note"])
def test_a_team_that_an_id_names_keeps_what_it_had_and_gives_back_what_another_had(tmp_path: Path, what: str) -> None:
    """First T7 is called North for a while; then it turns out to be the North there is, and not to be it after all."""
    with workspace(tmp_path) as db:
        deals(db, 0, deal("1", owner="Bo", team="T7"))
        named = load(db, NAMES_T7)
        say(db, what, next(one for one in scopes(db) if one.name == "North"), 1)
        undo(db, named.import_id)
        assert shown(db, what) == {("T7", 1)}
        deals(db, 1, deal("1", owner="Bo", team="T7"), deal("2", owner="Ann", team="North"))
        assert shown(db, what) == {("T7", 1)}
        named = load(db, NAMES_T7)
        assert shown(db, what) == {("North", 1)}
        undo(db, named.import_id)
        assert shown(db, what) == {("T7", 1)}
        assert problems(db) == ()
