"""A made-up company whose deals are exported on many days, and its forecasts once more from those files alone."""

from __future__ import annotations

import csv
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from statistics import fmean, median

import numpy as np
from scipy import stats

HEADER = ("Deal ID", "Deal name", "Owner", "Account", "Stage", "Amount", "Created", "Close date", "Lead source",
          "Probability", "Forecast category", "Qualified")  # fmt: skip
OPEN = ("Lead", "Offer", "Contract")
STAGES = {"Lead": "open", "Offer": "open", "Contract": "open", "Won": "won", "Lost": "lost"}
LIKELY = {"Lead": "10%", "Offer": "40%", "Contract": "80%"}
CATEGORY = {"Lead": "Pipeline", "Offer": "Best Case", "Contract": "Commit"}
REPS = ("Ann Lee", "Bo Dahl", "Cy Oh")
FIRST = date(2022, 7, 1)
QUARTERS = [(year, quarter) for year in (2023, 2024) for quarter in range(4)]
TODAY = date(2025, 2, 14)
"""The middle of its quarter."""


@dataclass(frozen=True, slots=True)
class Deal:
    """The life of one deal; `planned` are its close dates by the day from which they are promised."""

    key: str
    owner: str
    created: date
    moves: tuple[date, date]
    closed: date
    won: bool
    amount: int
    planned: tuple[tuple[date, date], ...]


def quarter(year: int, number: int) -> tuple[date, date]:
    """First day of a quarter (0 to 3) and of the next."""
    start = date(year, 3 * number + 1, 1)
    return start, date(year + (number == 3), 1 if number == 3 else 3 * number + 4, 1)


def middle(year: int, number: int) -> date:
    """The last day of the first half of a quarter."""
    start, end = quarter(year, number)
    return start + timedelta(days=round((end - start).days / 2) - 1)


def export_days() -> tuple[date, ...]:
    """The middle of each past quarter, and today."""
    return (*(middle(*one) for one in QUARTERS), TODAY)


def company(per_day: float = 0.7, until: date = date(2025, 12, 31), seed: int = 11) -> tuple[Deal, ...]:
    """Every deal there ever is, by creation day."""
    draw, day = Random(seed), FIRST
    found: list[Deal] = []
    while day <= until:
        for _ in range(int(per_day) + (draw.random() < per_day % 1)):
            found.append(_deal(f"D{len(found):05d}", day, draw))
        day += timedelta(days=1)
    return tuple(found)


def _deal(key: str, created: date, draw: Random) -> Deal:
    length = draw.randrange(15, 110)
    closed = created + timedelta(days=length)
    first, second = sorted(draw.randrange(1, length) for _ in range(2))
    plan, days = created + timedelta(days=draw.randrange(20, 80)), [created]
    planned = [(created, plan)]
    while planned[-1][1] < closed:
        days.append(planned[-1][1])
        planned.append((days[-1], days[-1] + timedelta(days=draw.randrange(10, 50))))
    return Deal(
        key, draw.choice(REPS), created, (created + timedelta(days=first), created + timedelta(days=second)), closed,
        draw.random() < 0.4, 1000 * draw.randrange(2, 40), tuple(planned),
    )  # fmt: skip


def line(deal: Deal, day: date) -> tuple[str, ...] | None:
    """A deal as an export of a day shows it; None before it was created."""
    if deal.created > day:
        return None
    stage, due = OPEN[sum(move <= day for move in deal.moves)], deal.planned[0][1]
    for start, plan in deal.planned:
        due = plan if start <= day else due
    if deal.closed <= day:
        stage, due = ("Won" if deal.won else "Lost"), deal.closed
    qualified = deal.moves[0].isoformat() if deal.moves[0] <= day else ""
    return (deal.key, f"Deal {deal.key}", deal.owner, f"Firm {deal.key[-2:]}", stage, str(deal.amount),
            deal.created.isoformat(), due.isoformat(), "Inbound", LIKELY.get(stage, ""), CATEGORY.get(stage, ""),
            qualified)  # fmt: skip


def write(folder: Path, deals: Sequence[Deal], days: Sequence[date]) -> dict[date, Path]:
    """The exports of some days."""
    found = {}
    for day in days:
        found[day] = folder / f"deals-{day.isoformat()}.csv"
        with found[day].open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([HEADER, *(one for deal in deals if (one := line(deal, day)))])
    return found


# --- the forecasts once more, from the files alone --------------------------------------------------------------------

Rows = dict[str, dict[str, str]]


def read(path: Path, owner: str = "") -> Rows:
    """The rows of an export by deal, those of one owner where named."""
    with path.open(encoding="utf-8") as file:
        return {row["Deal ID"]: row for row in csv.DictReader(file) if owner in ("", row["Owner"])}


def won_between(rows: Rows, first: date, last: date) -> float:
    """What an export shows as won from a day to a day."""
    return sum(float(row["Amount"]) for row in rows.values()
               if row["Stage"] == "Won" and first.isoformat() <= row["Close date"] <= last.isoformat())  # fmt: skip


def weekdays(first: date, last: date) -> list[date]:
    """Monday to Friday from a day to a day."""
    return [day for step in range((last - first).days + 1) if (day := first + timedelta(days=step)).weekday() < 5]


def share_again(
    rows: Rows, day: date, now: tuple[int, int], past: Sequence[tuple[int, int]]
) -> tuple[float, list[float]]:
    """Booked so far in a quarter, and the part of their total that past quarters had at the same working day."""
    start, end = quarter(*now)
    every, gone = weekdays(start, end - timedelta(days=1)), weekdays(start, day)
    place, shares = len(gone) / len(every), []
    for one in past:
        first, after = quarter(*one)
        days = weekdays(first, after - timedelta(days=1))
        running = [0.0, *(won_between(rows, first, until) for until in days[:-1])]
        running.append(won_between(rows, first, after - timedelta(days=1)))
        at = place * len(days)
        low = min(int(at), len(days) - 1)
        shares.append((running[low] + (running[low + 1] - running[low]) * (at - low)) / running[-1])
    return won_between(rows, start, day), shares


def quantile(values: Sequence[float], part: float) -> float:
    """The value at a part of sorted values, linear between them (type 7)."""
    ordered = sorted(values)
    at = part * (len(ordered) - 1)
    low = min(int(at), len(ordered) - 2)
    return ordered[low] + (ordered[low + 1] - ordered[low]) * (at - low)


def share_quantiles(booked: float, shares: Sequence[float]) -> tuple[float, float, float]:
    """Median, P10 and P90 by the pace of past periods, the ends moved out as far as a further period lies out."""
    totals, n = [booked / one for one in shares], len(shares)
    point = median(totals)
    usual = quantile(stats.norm.ppf((np.arange(1, n + 1) - 0.375) / (n + 0.25)).tolist(), 0.9)
    wider = float(stats.t(n - 1).ppf(0.9)) * (1 + 1 / n) ** 0.5 / usual
    low, high = (point * (quantile(totals, part) / point) ** wider for part in (0.1, 0.9))
    return point, max(low, booked), high


@dataclass(frozen=True, slots=True)
class PipelineAgain:
    """The forecast by open deals: its median, its P10 and P90, and x of n by stage."""

    point: float
    low: float
    high: float
    tally: dict[str, tuple[int, int]]


def pipeline_again(
    files: Mapping[date, Path], day: date, now: tuple[int, int], past: Sequence[tuple[int, int]], owner: str = ""
) -> PipelineAgain:
    """What a quarter comes to by its open deals, with the exports up to a day; chances are those of everybody."""
    start, end = quarter(*now)
    left, known = (end - timedelta(days=1) - day).days, read(files[day])
    tallies, spans = [], []
    for one in past:
        first, after = quarter(*one)
        same = after - timedelta(days=1 + left)
        near = min((other for other in files if other <= day), key=lambda other: abs((other - same).days))
        if abs((near - same).days) <= 9:
            spans.append(_span(read(files[near]), known, (near, first, after - timedelta(days=1)), owner))
            tallies.append(_tally(read(files[near]), known, (near, first, after - timedelta(days=1))))
    turns = [max(one.after - one.brought, 0.0) for one in spans]
    errors = []
    for at, span in enumerate(spans):
        chances, others = _chances(_sum(tallies[:at] + tallies[at + 1 :])), turns[:at] + turns[at + 1 :]
        pairs = [(float(row["Amount"]), chances(row["Stage"])) for row in span.due.values()]
        point = sum(a * p for a, p in pairs) + fmean(others)
        variance = sum(a * a * p * (1 - p) for a, p in pairs) + fmean((two - fmean(others)) ** 2 for two in others)
        errors.append((span.after - point) ** 2 / variance)
    n = len(errors)
    wider = max(fmean(errors) ** 0.5, 1.0) if n >= 4 else 1.0
    wider *= float(stats.t(n - 1).ppf(0.9) / stats.norm.ppf(0.9)) * (1 + 1 / n) ** 0.5
    chances, mine = _chances(_sum(tallies)), read(files[day], owner)
    due = _due(mine, start, end - timedelta(days=1))
    pairs = [(float(row["Amount"]), chances(row["Stage"])) for row in due.values()]
    booked = won_between(mine, start, day)
    mean = booked + sum(a * p for a, p in pairs) + fmean(turns)
    low, point, high = (max(mean + (one - mean) * wider, booked) for one in _quantiles(pairs, turns, booked))
    return PipelineAgain(point, low, high, {stage: (one[0], one[1]) for stage, one in _sum(tallies).items()})


Days = tuple[date, date, date]
"""The day that is looked back at, and the first and last day of its quarter."""


@dataclass(frozen=True, slots=True)
class Span:
    """The open deals due on a past day, what was won after it, and what of that came from these deals."""

    due: Rows
    after: float
    brought: float


def _span(then: Rows, known: Rows, days: Days, owner: str) -> Span:
    mine = {key: row for key, row in known.items() if owner in ("", row["Owner"])}
    due = {key: row for key, row in _due(then, *days[1:]).items() if owner in ("", row["Owner"])}
    brought = sum(float(row["Amount"]) for key, row in due.items() if _is_won(known[key], days))
    return Span(due, won_between(mine, days[0] + timedelta(days=1), days[2]), brought)


def _tally(then: Rows, known: Rows, days: Days) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for key, row in _due(then, *days[1:]).items():
        found[row["Stage"]][0] += _is_won(known[key], days)
        found[row["Stage"]][1] += 1
    return found


def _is_won(row: Mapping[str, str], days: Days) -> bool:
    return row["Stage"] == "Won" and days[0].isoformat() < row["Close date"] <= days[2].isoformat()


def _due(rows: Rows, first: date, last: date) -> Rows:
    return {key: row for key, row in rows.items()
            if row["Stage"] in OPEN and first.isoformat() <= row["Close date"] <= last.isoformat()}  # fmt: skip


def _sum(tallies: Sequence[Mapping[str, Sequence[int]]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for tally in tallies:
        for stage, (won, n) in tally.items():
            found[stage][0] += won
            found[stage][1] += n
    return found


def _chances(tally: Mapping[str, Sequence[int]]) -> Callable[[str], float]:
    """The chance of a deal by its stage: ten deals of all stages stand behind each."""
    won, n = (sum(one[at] for one in tally.values()) for at in (0, 1))
    usual = (won + 0.5) / (n + 1)
    return lambda stage: (tally.get(stage, (0, 0))[0] + 10 * usual) / (tally.get(stage, (0, 0))[1] + 10)


def _quantiles(pairs: Sequence[tuple[float, float]], turns: Sequence[float], booked: float) -> Iterator[float]:
    """P10, median and P90 of what is booked, comes from the deals and turns up, each outcome counted."""
    sums = {0.0: 1.0}
    for amount, chance in pairs:
        more: dict[float, float] = defaultdict(float)
        for total, weight in sums.items():
            more[total] += weight * (1 - chance)
            more[total + amount] += weight * chance
        sums = more
    both: dict[float, float] = defaultdict(float)
    for total, weight in sums.items():
        for turn in turns:
            both[booked + total + turn] += weight / len(turns)
    totals = sorted(both)
    below, cumulative = 0.0, []
    for total in totals:
        below += both[total]
        cumulative.append(below)
    return (totals[bisect_right(cumulative, part - 1e-9)] for part in (0.1, 0.5, 0.9))
