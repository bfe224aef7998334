"""A small company with closed one-on-ones, a team review and a pay plan, each with something private in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from kpidesk import operations
from kpidesk.core.people import Scope
from kpidesk.core.periods import parse_period
from kpidesk.core.reviews import Commitment
from kpidesk.core.scorecards import Question
from kpidesk.core.settings import Settings
from tests.operations.support import NAME, TODAY, Line, bring_in, history, made, write

LINES: list[Line] = [
    *history((2025,), 6),
    ("N1", "Ann Lee", "Open", "4000", "2026-01-10", "2026-04-01"),
    ("N2", "Bo Dahl", "Open", "5000", "2026-01-10", "2026-04-01"),
]
Q4 = parse_period("2025-Q4", Settings(), TODAY)
SECRET, WELL, TEAM_SECRET = "She may leave us", "Tired lately", "Too many in North"
PAY = ("98765", "43210")


def scope_of(ws: operations.Workspace, name: str) -> Scope:
    person = operations.find_person(ws, name)
    return Scope("rep", person.name, person.id)


def met(ws: operations.Workspace, name: str, notes: str, private: str = "", wellbeing: str = "") -> int:
    """A closed one-on-one."""
    draft = operations.open_review(ws, scope_of(ws, name), Question(Q4, scope_of(ws, name)))
    promise = Commitment(f"{name} calls Firm 1", date(2026, 3, 1))
    typed = replace(draft, notes=notes, private=private, wellbeing=wellbeing, commitments=(promise,))
    operations.save_review(ws, typed)
    operations.start_review(ws, draft.id)
    operations.close_review(ws, draft.id)
    return draft.id


def company_in(base: Path) -> Path:
    """Three reps in two teams; Ann Lee has been met and is paid by a plan, and her team has been reviewed.

    It is made once in a folder and not to be written to.
    """
    folder = base / "private-company"
    if folder.exists():
        return folder / NAME
    folder.mkdir()
    with made(folder) as ws:
        bring_in(ws, write(folder / "deals.csv", LINES))
        for team, names in (("North", ("Ann Lee", "Bo Dahl")), ("South", ("Cy Oh",))):
            operations.add_team(ws, team)
            operations.move_people(ws, [operations.find_person(ws, name).id for name in names], team)
        operations.add_kpi(ws, "bookings")
        met(ws, "Ann Lee", "Bo Dahl helps", SECRET, WELL)
        met(ws, "Bo Dahl", "Ann Lee shows how it is done")
        operations.set_pay_plan_text(ws, scope_of(ws, "Ann Lee"), *PAY)
        north = operations.find_team(ws, "North")
        review = operations.open_team_review(ws, "weekly", Scope("team", north.name, north.id))
        operations.save_team_review(ws, replace(review, notes="Ann Lee is away next week", private=TEAM_SECRET))
        operations.start_team_review(ws, review.id)
    return folder / NAME
