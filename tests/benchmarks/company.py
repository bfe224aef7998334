"""A large invented company as export files: 200 reps in 20 teams who move, four years of deals, as many as asked."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

REPS, TEAMS, YEARS = 200, 20, 4
TODAY = date(2026, 1, 1)
FIRST = date(TODAY.year - YEARS, 1, 1)
STAGES = {"Qualified": "open", "Demo": "open", "Proposal": "open", "Won": "won", "Lost": "lost"}
HEADER = ("Deal ID", "Deal name", "Account", "Owner", "Stage", "Amount", "Currency", "Created", "Close date", "Closed",
          "Stage entered", "Last activity", "Next activity", "Qualified", "Probability", "Forecast category", "Type",
          "Lead source", "Segment", "Region code")  # fmt: skip
SOURCES = ("Inbound", "Outbound", "Referral", "Partner", "Event")
TYPES = ("New", "New", "New", "Expansion", "Renewal")
SEGMENTS = ("SMB", "Mid-market", "Enterprise")
BAD_ROWS = 0.005


@dataclass(frozen=True, slots=True)
class Files:
    """The exports: everyone, the deals of one day, and the deals of a later day with one in fifty changed."""

    people: Path
    deals: Path
    changed: Path
    rows: int


def write(folder: Path, deals: int, seed: int = 1) -> Files:
    """Write the files, `deals` rows each; the same numbers give the same bytes."""
    people = folder / "people.csv"
    with people.open("w", newline="") as file:
        csv.writer(file).writerows([("Person", "Team", "Parent team", "Valid from", "Valid to"), *_spells(seed)])
    first, second = folder / "deals.csv", folder / "deals-changed.csv"
    for path, changed in ((first, False), (second, True)):
        with path.open("w", newline="") as file:
            file.write(",".join(HEADER) + "\n")
            file.writelines(_lines(deals, seed, changed=changed))
    return Files(people, first, second, deals)


def rep(number: int) -> str:
    """The name of a rep."""
    return f"Rep {number:03d}"


def _spells(seed: int) -> Iterator[tuple[str, str, str, str, str]]:
    """One to four times in a team for every rep, one after the other."""
    rng = np.random.default_rng(seed)
    for number in range(REPS):
        moves = sorted(int(day) for day in rng.integers(60, YEARS * 365 - 60, rng.integers(0, 4)))
        days = [FIRST - timedelta(days=400), *(FIRST + timedelta(days=day) for day in dict.fromkeys(moves))]
        for start, end in zip(days, [*days[1:], None], strict=True):
            team = int(rng.integers(TEAMS))
            yield rep(number), f"Team {team:02d}", f"Region {team % 4}", start.isoformat(), str(end or "")


def _lines(deals: int, seed: int, *, changed: bool) -> Iterator[str]:
    rng = np.random.default_rng(seed + 1)
    days = [(FIRST + timedelta(days=number)).isoformat() for number in range(YEARS * 365 + 800)]
    last = (TODAY - FIRST).days - 1
    created = np.sort(rng.integers(0, last, deals))
    length = rng.gamma(2.2, 28, deals).astype(int) + 1
    won = rng.random(deals) < 0.24
    amount = np.round(rng.lognormal(10.2, 0.8, deals), 2)
    owner = rng.integers(0, REPS, deals)
    pick = rng.integers(0, 60, (deals, 4))
    bad = rng.random(deals) < BAD_ROWS
    touched = rng.random(deals) < 0.02
    for n in range(deals):
        end, start = int(created[n] + length[n]), int(created[n])
        is_closed = end <= last
        stage = ("Won" if won[n] else "Lost") if is_closed else ("Qualified", "Demo", "Proposal")[pick[n, 0] % 3]
        value = f"{amount[n] * 1.1:.2f}" if changed and touched[n] else f"{amount[n]:.2f}"
        seen = min(end, last)
        yield (
            f"D{n:07d},Deal {n},Account {owner[n] * 37 + pick[n, 1]},{rep(int(owner[n]))},{stage},"
            f"{'to be agreed' if bad[n] else value},USD,{days[start]},{days[end]},{days[end] if is_closed else ''},"
            f"{days[seen]},{days[max(start, seen - int(pick[n, 2]))]},{'' if is_closed else days[seen + 7]},"
            f"{days[min(start + 5, seen)]},{10 + int(pick[n, 0]) % 9 * 10}%,Pipeline,{TYPES[pick[n, 3] % 5]},"
            f"{SOURCES[pick[n, 1] % 5]},{SEGMENTS[pick[n, 2] % 3]},R{pick[n, 3]}\n"
        )
