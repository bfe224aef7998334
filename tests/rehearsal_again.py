"""The backtest of one closed quarter once more, in plain Python from the export files alone."""

from __future__ import annotations

import csv
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import fmean, median

ONE_DAY = timedelta(days=1)
PAST = 8
NEAR = 10
"""An export stands for a day within this part of the quarter from it."""
WON_WORDS = {"closed won", "won", "gewonnen"}
LOST_WORDS = {"closed lost", "lost", "verloren"}


@dataclass(frozen=True, slots=True)
class Quarter:
    """A calendar quarter by its first and last day."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Known:
    """A deal as an export or a log shows it on a day."""

    stage: str
    amount: float
    due: date
    owner: str = ""

    @property
    def won(self) -> bool:
        """Whether it is won; `due` is then the day."""
        return self.stage.strip().casefold() in WON_WORDS

    @property
    def open(self) -> bool:
        """Whether it is not decided."""
        return self.stage.strip().casefold() not in WON_WORDS | LOST_WORDS


Deals = dict[str, Known]


def quarters_before(quarter: Quarter, count: int) -> list[Quarter]:
    """The quarters before one, oldest first."""
    found: list[Quarter] = []
    start = quarter.first
    for _ in range(count):
        last = start - ONE_DAY
        start = date(last.year, last.month - 2, 1)
        found.insert(0, Quarter(start, last))
    return found


# --- reading the files ------------------------------------------------------------------------------------------------


def rows_of(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    """The rows of a CSV file by the names of its columns."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def european(text: str) -> date:
    """31/12/2026 as a day."""
    return datetime.strptime(text, "%d/%m/%Y").date()


def _american(text: str) -> date:
    return datetime.strptime(text, "%m/%d/%Y").date()


def _comma(text: str) -> float:
    return float(text.replace(".", "").replace(",", ".") or 0)


def exported(folder: Path, before: Mapping[str, Known]) -> Deals:
    """All deals of the three exports of a day; a row that cannot be read leaves its deal as it was before."""
    found: Deals = {}
    for path in folder.glob("report*.csv"):
        for row in rows_of(path):
            key = row["Opportunity ID"]
            if row["Amount"] == "to be agreed":
                found |= {key: before[key]} if key in before else {}
            elif row["Stage"]:
                amount = float(row["Amount"].replace(",", "") or 0)
                found[key] = Known(row["Stage"], amount, _american(row["Close Date"]), row["Opportunity Owner"])
    for path in folder.glob("hubspot*.csv"):
        for row in rows_of(path):
            due = date.fromisoformat(row["Close Date"][:10])
            found[row["Record ID"]] = Known(row["Deal Stage"], float(row["Amount"] or 0), due, row["Deal owner"])
    for path in folder.glob("europe*.csv"):
        for row in rows_of(path, ";"):
            due = european(row["Decided"] or row["Expected"])
            found[row["Order no."]] = Known(row["Phase"], _comma(row["Value"]), due, row["Handled by"])
    return found


@dataclass(frozen=True, slots=True)
class Log:
    """What the logs of stage changes tell: by deal the days of its changes, and how it stood after each.

    `since` is the day on which they were brought in; nobody knew them before.
    """

    since: date
    days: Mapping[str, list[date]]
    stood: Mapping[str, list[Known]]

    def on(self, day: date) -> Deals:
        """Every deal that had been created by the close of a day."""
        found = {}
        for key, days in self.days.items():
            at = bisect_left(days, day + ONE_DAY) - 1
            if at >= 0:
                found[key] = self.stood[key][at]
        return found


def logs(folder: Path, since: date) -> Log:
    """The logs of the three teams, known since a day."""
    days: dict[str, list[date]] = {}
    stood: dict[str, list[Known]] = {}
    for key, day, known in _changes(folder):
        days.setdefault(key, []).append(day)
        stood.setdefault(key, []).append(known)
    return Log(since, days, stood)


def _changes(folder: Path) -> Iterator[tuple[str, date, Known]]:
    for row in rows_of(folder / "OpportunityHistory.csv"):
        known = Known(row["StageName"], float(row["Amount"] or 0), date.fromisoformat(row["CloseDate"]))
        yield row["OpportunityId"][:15], date.fromisoformat(row["CreatedDate"][:10]), known
    for row in rows_of(folder / "hubspot-deal-changes.csv"):
        known = Known(row["New stage"], float(row["Amount"] or 0), date.fromisoformat(row["Close date"]))
        yield row["Record ID"], date.fromisoformat(row["Changed on"]), known
    for row in rows_of(folder / "europe changes.csv", ";"):
        yield row["Order no."], european(row["Changed"]), Known(
            row["New phase"], _comma(row["Value"]), european(row["Expected"])
        )  # fmt: skip


# --- the two methods --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Files:
    """Everything that the files tell: the exports by day, the logs, and the days off."""

    exports: Mapping[date, Deals]
    log: Log
    off: frozenset[date]

    def worked(self, first: date, last: date) -> list[date]:
        """Monday to Friday from a day to a day, without the days off."""
        days = (first + timedelta(days=step) for step in range((last - first).days + 1))
        return [day for day in days if day.weekday() < 5 and day not in self.off]

    def nearest(self, day: date, quarter: Quarter, known_by: date) -> date | None:
        """The day of the export that stands for a day of a quarter: near enough, and before the quarter is over."""
        near = [one for one in self.exports
                if one <= known_by and (one <= day or one < quarter.last)
                and abs((one - day).days) * NEAR <= quarter.days]  # fmt: skip
        return min(near, key=lambda one: (abs((one - day).days), one), default=None)


def won_between(deals: Mapping[str, Known], first: date, last: date) -> float:
    """What is won from a day to a day."""
    return sum(one.amount for one in deals.values() if one.won and first <= one.due <= last)


def by_pace(files: Files, quarter: Quarter, day: date) -> float | None:
    """The middle of booked by a day, divided by the part of its total that each past quarter had by then."""
    now = files.exports[day]
    place = len(files.worked(quarter.first, day)) / len(files.worked(quarter.first, quarter.last))
    shares = []
    for past in quarters_before(quarter, PAST):
        days = files.worked(past.first, past.last)
        ends = [*days[:-1], past.last]
        running = [0.0, *(won_between(now, past.first, end) for end in ends)]
        low = min(int(place * len(days)), len(days) - 1)
        part = running[low] + (running[low + 1] - running[low]) * (place * len(days) - low)
        shares.append(part / running[-1])
    booked = won_between(now, quarter.first, day)
    positive = [one for one in shares if one > 0]
    if day < quarter.first or booked <= 0 or len(positive) < 4 or fmean(shares) < 0.2:
        return None
    return median(booked / one for one in positive)


def by_open_deals(files: Files, quarter: Quarter, day: date) -> float | None:
    """Booked by a day, each open deal due by the chance that such deals had, and what past quarters won beside them.

    The mean; the app shows the median, which lies near it. None where exports and logs known by that day tell of fewer
    than four past quarters. On a day without an export the logs stand in, and tell of the past ones too.
    """
    now, left = files.exports.get(day) or files.log.on(day), (quarter.last - day).days
    tally: dict[str, list[int]] = {}
    turns = []
    for past in quarters_before(quarter, PAST):
        same = past.last - timedelta(days=left)
        near = files.nearest(same, past, day)
        if near is None and day in files.exports and day < files.log.since:
            continue
        then_day = near or same
        then = files.exports[near] if near is not None else files.log.on(same)
        due = _due(then, past)
        won = {key for key in due if now[key].won and then_day < now[key].due <= past.last}
        for key, one in due.items():
            counts = tally.setdefault(one.stage, [0, 0])
            counts[0] += key in won
            counts[1] += 1
        after = won_between(now, then_day + ONE_DAY, past.last)
        turns.append(max(after - sum(due[key].amount for key in won), 0.0))
    if len(turns) < 4:
        return None
    chance = _chances(tally)
    expected = sum(one.amount * chance(one.stage) for one in _due(now, quarter).values())
    return won_between(now, quarter.first, day) + expected + fmean(turns)


def _due(deals: Mapping[str, Known], quarter: Quarter) -> Deals:
    return {key: one for key, one in deals.items() if one.open and quarter.first <= one.due <= quarter.last}


def _chances(tally: Mapping[str, Sequence[int]]) -> Callable[[str], float]:
    """The chance of a deal by its stage; ten deals of all stages stand behind each."""
    won, n = (sum(one[at] for one in tally.values()) for at in (0, 1))
    usual = (won + 0.5) / (n + 1)

    def chance(stage: str) -> float:
        mine = tally.get(stage, (0, 0))
        return (mine[0] + 10 * usual) / (mine[1] + 10)

    return chance
