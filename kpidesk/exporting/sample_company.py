"""The people of the sample company: invented reps, their teams, skills and memberships."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Unit = Literal["Enterprise", "Mid-market", "Europe"]
PARENT = "Commercial"
STRANGER = "Yuki Tanabe"


@dataclass(frozen=True, slots=True)
class Spell:
    """A rep's time in a team, half-open; `end` None while it lasts."""

    unit: Unit
    start: date
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Rep:
    """A seller: share of new deals won, deals opened per month, speed (1 is usual, below is faster)."""

    name: str
    role: str
    skill: float
    pace: float
    speed: float
    spells: tuple[Spell, ...]

    @property
    def hired(self) -> date:
        """First day in the company."""
        return self.spells[0].start

    @property
    def left(self) -> date | None:
        """First day no longer in the company."""
        return self.spells[-1].end

    def unit_on(self, day: date) -> Unit | None:
        """The team on a day; before the first and after the last spell none."""
        for spell in self.spells:
            if spell.start <= day and (spell.end is None or day < spell.end):
                return spell.unit
        return None


@dataclass(frozen=True, slots=True)
class Company:
    """Everyone who sells, between two days. `stranger` owns deals but is in no team list."""

    reps: tuple[Rep, ...]
    stranger: Rep
    first_day: date
    today: date


def add_months(day: date, months: int) -> date:
    """The same day some months later, or the last day of that month when it is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def quarter_start(day: date) -> date:
    """First day of the calendar quarter that holds `day`."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def earlier_day(today: date) -> date:
    """The data date of the earlier files: the newest quarter end that lies at least six weeks back."""
    return quarter_start(today - timedelta(days=42)) - timedelta(days=1)


def company(today: date) -> Company:
    """The sample company on a day: twelve reps who sell, one who left, one whom no list names."""
    first = add_months(today, -36)
    hired = add_months(first, -20).replace(day=1)

    def rep(name: str, unit: Unit, skill: float, pace: float, speed: float, role: str = "AE") -> Rep:
        return Rep(name, role, skill, pace, speed, (Spell(unit, hired),))

    moved = add_months(today, -14).replace(day=1)
    joined = add_months(today, -11).replace(day=1)
    left = add_months(today, -7).replace(day=1)
    reps = (
        rep("Amara Okonkwo", "Enterprise", 0.27, 5.6, 1.0),
        rep("Henrik Solvang", "Enterprise", 0.20, 5.4, 1.15),
        rep("Mei-Lin Zhao", "Enterprise", 0.23, 6.0, 1.05),
        rep("Rafael Quintero", "Enterprise", 0.19, 6.6, 0.95),
        rep("Priya Raghunathan", "Mid-market", 0.26, 7.2, 0.8),
        rep("Jonah Whitfield", "Mid-market", 0.16, 8.0, 0.95),
        Rep("Tomasz Wilk", "AE", 0.22, 6.4, 1.0,
            (Spell("Mid-market", hired, moved), Spell("Enterprise", moved))),
        Rep("Leila Haddad", "AE", 0.18, 6.0, 1.1, (Spell("Mid-market", joined),)),
        rep("Noor van der Berg", "Mid-market", 0.21, 6.2, 0.9, "AM"),
        rep("Sofía Barrientos", "Europe", 0.24, 6.4, 0.95),
        rep("Dragan Petrović", "Europe", 0.17, 7.0, 1.0),
        rep("Kofi Mensah-Addo", "Europe", 0.22, 5.8, 0.9, "AM"),
        Rep("Oisín Farrell", "AE", 0.14, 5.6, 1.2, (Spell("Europe", hired, left),)),
    )  # fmt: skip
    stranger = Rep(STRANGER, "AE", 0.2, 0.9, 1.0, (Spell("Europe", add_months(today, -16)),))
    return Company(reps, stranger, first, today)
