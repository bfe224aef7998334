"""Goals of people whom files make one: they go along, and come back when the files do not say so any more."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpidesk import store
from kpidesk.core.goals import Baseline, Target
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period, month_period
from tests.store.support import deal, deals, people, problems, undo, workspace

MARCH, APRIL = month_period(2026, 3), month_period(2026, 4)
MAIL = "ann@x.com"
Held = set[tuple[str, str, str, float]]


def scope(db: store.Database, name: str) -> Scope:
    return next(Scope("rep", name, one.id) for one in store.load_organisation(db).people if one.name == name)


def plan(db: store.Database, name: str, period: Period, amount: float, version: int = 1) -> None:
    """Set a target and a baseline of half of it."""
    whose = scope(db, name)
    store.save_baseline(db, Baseline("bookings", whose, period, amount / 2, "manual", "", 1.0))
    store.save_target(db, Target("bookings", whose, period, amount, amount, amount, version))


def held(db: store.Database) -> Held:
    """Every goal in force: of whom, what, for when, how much."""
    book = store.load_goals(db)
    found = {("baseline", one.scope.name, one.period.key, one.value) for one in book.baselines}
    return found | {("target", one.scope.name, one.period.key, one.target) for one in book.targets}


def both(name: str, period: Period, amount: float) -> Held:
    return {("baseline", name, period.key, amount / 2), ("target", name, period.key, amount)}


@pytest.mark.parametrize("first", ["Bo", MAIL])
def test_an_undo_gives_goals_back_to_whom_they_were_set_for(tmp_path: Path, first: str) -> None:
    """A wrong row makes Bo and Ann one; both have goals for March, the one whose number goes has April too."""
    second = MAIL if first == "Bo" else "Bo"
    with workspace(tmp_path) as db:
        deals(db, 0, deal("A", owner=first), deal("B", owner=second))
        plan(db, first, MARCH, 100.0)
        plan(db, second, MARCH, 200.0)
        plan(db, second, APRIL, 300.0)
        before = held(db)
        wrong = people(db, 1, {"person": "Bo", "email": MAIL})
        assert held(db) == both("Bo", MARCH, 100.0) | both("Bo", APRIL, 300.0), "one goal for a month, of the one kept"
        assert problems(db) == ()
        undo(db, wrong.import_id)
        assert held(db) == before == both(first, MARCH, 100.0) | both(second, MARCH, 200.0) | both(second, APRIL, 300.0)
        assert problems(db) == ()


def test_a_goal_set_meanwhile_stays_and_the_one_before_is_in_force_again(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("A", owner="Bo"), deal("B", owner=MAIL))
        plan(db, MAIL, APRIL, 300.0)
        wrong = people(db, 1, {"person": "Bo", "email": MAIL})
        plan(db, "Bo", APRIL, 400.0, version=2)
        undo(db, wrong.import_id)
        assert held(db) == both(MAIL, APRIL, 300.0) | both("Bo", APRIL, 400.0)


def test_goals_that_two_files_handed_on_come_back_one_after_the_other(tmp_path: Path) -> None:
    """Cy's goal goes to the address, with it to Bo; each undo takes back one step."""
    with workspace(tmp_path) as db:
        deals(db, 0, deal("A", owner="Bo"), deal("B", owner=MAIL), deal("C", owner="Cy"))
        plan(db, "Cy", APRIL, 300.0)
        one = people(db, 1, {"person": "Cy", "email": MAIL})
        assert held(db) == both("Cy", APRIL, 300.0)
        two = people(db, 2, {"person": "Bo", "email": MAIL})
        assert len(store.load_organisation(db).people) == 1
        undo(db, two.import_id)
        assert held(db) == both("Cy", APRIL, 300.0)
        undo(db, one.import_id)
        assert held(db) == both("Cy", APRIL, 300.0)
        assert len(store.load_organisation(db).people) == 3
        assert problems(db) == ()


def test_many_versions_of_three_people_go_together_and_come_back(tmp_path: Path) -> None:
    """Two files make three people one; all have two versions of one target, so that only one of them can have it."""
    with workspace(tmp_path) as db:
        deals(db, 0, deal("A", owner="Bo"), deal("B", owner=MAIL), deal("C", owner="Cy"))
        for name, amount in (("Bo", 100.0), (MAIL, 200.0), ("Cy", 300.0)):
            plan(db, name, MARCH, amount)
            plan(db, name, MARCH, amount + 1, version=2)
        before = held(db)
        people(db, 1, {"person": "Cy", "email": MAIL}, source="one")
        people(db, 2, {"person": "Bo", "email": MAIL}, source="two")
        assert {amount for kind, _, _, amount in held(db) if kind == "target"} == {100.0, 101.0}
        undo(db)
        undo(db)
        assert held(db) == before
        assert problems(db) == ()


def test_a_merge_by_hand_keeps_what_an_undo_would_give_back(tmp_path: Path) -> None:
    """Files made the address and Bo one, a hand merges Bo into Dan; the undo leaves what the hand joined."""
    with workspace(tmp_path) as db:
        deals(db, 0, deal("A", owner="Bo"), deal("B", owner=MAIL), deal("D", owner="Dan"))
        plan(db, MAIL, APRIL, 300.0)
        wrong = people(db, 1, {"person": "Bo", "email": MAIL})
        store.merge_people(db, keep=scope(db, "Dan").id, drop=scope(db, "Bo").id)
        assert held(db) == both("Dan", APRIL, 300.0)
        undo(db, wrong.import_id)
        assert held(db) == both("Dan", APRIL, 300.0)
        assert problems(db) == ()
