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


def write_days(folder: Path, deals: int, days: int, seed: int = 1) -> tuple[Path, ...]:
    """The exports of as many days in which every amount is another each day."""
    paths = tuple(folder / f"deals-day{number}.csv" for number in range(days))
    for number, path in enumerate(paths):
        with path.open("w", newline="") as file:
            file.write(",".join(HEADER) + "\n")
            file.writelines(_lines(deals, seed, changed=True, share=1.0, factor=1 + number / 100))
    return paths


def write_foreign(folder: Path, deals: int, every: int) -> tuple[Path, Path]:
    """Deals of which three in four are in another currency, and rates of these for every so many days."""
    codes = ("USD", "EUR", "GBP", "CAD")
    path, rates = folder / "foreign.csv", folder / f"rates{every}.csv"
    with path.open("w", newline="") as file:
        file.write(",".join(HEADER) + "\n")
        lines = enumerate(_lines(deals, 1, changed=False))
        file.writelines(line.replace(",USD,", f",{codes[number % 4]},", 1) for number, line in lines)
    with rates.open("w", newline="") as file:
        file.write("Currency,Valid from,Rate\n")
        for code, rate in zip(codes[1:], (1.1, 1.3, 0.74), strict=True):
            for number in range(0, YEARS * 365 + 60, every):
                day = FIRST + timedelta(days=number - 30)
                file.write(f"{code},{day.isoformat()},{rate * (1 + (number % 90) / 1000):.6f}\n")
    return path, rates


ACTIVITY_HEADER = ("Activity ID", "Subject", "Type", "Direction", "Status", "Assigned to", "Company", "Deal ID",
                   "Done on", "Created date", "Call duration", "Room")  # fmt: skip


def write_activities(folder: Path, count: int, deals: int, seed: int = 1) -> tuple[Path, Path]:
    """Two exports of activities about as many deals: `count` rows, and the same rows with one in twenty more."""
    lines = list(_activities(count + count // 20, deals, seed))
    paths = folder / "activities.csv", folder / "activities-more.csv"
    for path, rows in zip(paths, (lines[:count], lines), strict=True):
        path.write_text(",".join(ACTIVITY_HEADER) + "\n" + "".join(rows))
    return paths


def _activities(count: int, deals: int, seed: int) -> Iterator[str]:
    rng = np.random.default_rng(seed + 2)
    last = (TODAY - FIRST).days - 1
    days = [(FIRST + timedelta(days=number)).isoformat() for number in range(last + 1)]
    done = np.sort(rng.integers(5, last, count))
    owner, deal = rng.integers(0, REPS, count), rng.integers(0, deals, count)
    pick, minute = rng.integers(0, 60, (count, 3)), rng.integers(480, 1080, count)
    for n in range(count):
        kind, room = ("Call", "Email", "Meeting", "Task")[pick[n, 0] % 4], pick[n, 1]
        direction, status = ("Outbound", "Inbound")[room % 2], ("Held", "Held", "No show")[pick[n, 2] % 3]
        moment = f"{days[done[n]]} {minute[n] // 60:02d}:{minute[n] % 60:02d}"
        duration = f"00:{room:02d}:{pick[n, 2]:02d}" if kind == "Call" else ""
        yield (
            f"A{n:08d},{kind} {n},{kind},{direction},{status},{rep(int(owner[n]))},Account {owner[n] * 37 + room},"
            f"D{deal[n]:07d},{moment},{days[done[n] - pick[n, 0] % 5]},{duration},R{room}\n"
        )


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


def _lines(deals: int, seed: int, *, changed: bool, share: float = 0.02, factor: float = 1.1) -> Iterator[str]:
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
    touched = rng.random(deals) < share
    for n in range(deals):
        end, start = int(created[n] + length[n]), int(created[n])
        is_closed = end <= last
        stage = ("Won" if won[n] else "Lost") if is_closed else ("Qualified", "Demo", "Proposal")[pick[n, 0] % 3]
        value = f"{amount[n] * factor:.2f}" if changed and touched[n] else f"{amount[n]:.2f}"
        seen = min(end, last)
        yield (
            f"D{n:07d},Deal {n},Account {owner[n] * 37 + pick[n, 1]},{rep(int(owner[n]))},{stage},"
            f"{'to be agreed' if bad[n] else value},USD,{days[start]},{days[end]},{days[end] if is_closed else ''},"
            f"{days[seen]},{days[max(start, seen - int(pick[n, 2]))]},{'' if is_closed else days[seen + 7]},"
            f"{days[min(start + 5, seen)]},{10 + int(pick[n, 0]) % 9 * 10}%,Pipeline,{TYPES[pick[n, 3] % 5]},"
            f"{SOURCES[pick[n, 1] % 5]},{SEGMENTS[pick[n, 2] % 3]},R{pick[n, 3]}\n"
        )
