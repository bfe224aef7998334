"""Activities and leads of the sample company: what was done on which deal, and where deals came from."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random

from kpidesk.exporting.sample_company import Company
from kpidesk.exporting.sample_deals import Deal, workday
from kpidesk.exporting.sample_files import deal_key, iso

_KINDS = (("call", 48), ("email", 34), ("meeting", 12), ("demo", 4), ("proposal", 2))
_ACTIVITY_COLUMNS = ("Activity ID", "Type", "Direction", "Status", "Done by", "Company", "Deal ID", "Subject",
                     "Booked on", "Scheduled", "Date", "Minutes", "Answered")  # fmt: skip
_LEAD_COLUMNS = ("Lead ID", "Name", "Company", "Owner", "Source", "Created", "Marketing qualified", "Sales qualified",
                 "First answered", "Converted", "Deal ID", "Status")  # fmt: skip
_SUBJECTS = {"call": "Call", "email": "E-mail", "meeting": "Meeting", "demo": "Demo", "proposal": "Proposal"}
_FIRST_NAMES = ("Ida", "Milan", "Rosa", "Theo", "Wanda", "Jonas", "Lea", "Marek", "Nils", "Carla", "Otto", "Vera")
_LAST_NAMES = ("Brandt", "Costa", "Dvorak", "Eriksen", "Fuchs", "Garcia", "Horvat", "Jansen", "Keller", "Larsson")
_LEADS = 900


def write_activities(folder: Path, deals: Sequence[Deal], firm: Company, rng: Random) -> tuple[Path, int]:
    """What was done on the deals of the last year, one row for each call, mail, meeting, demo and proposal.

    Returns:
        The file and how many rows it has.
    """
    since = firm.today - timedelta(days=365)
    rows = [row for deal in deals if deal.closed >= since for row in _activities_of(deal, firm.today, rng)]
    rows.sort(key=lambda row: (row[10] or row[9], row[7], row[4]))
    path = write_table(folder / "activities.csv", _ACTIVITY_COLUMNS, [[at, *row[1:]] for at, row in enumerate(rows, 1)])
    return path, len(rows)


def _activities_of(deal: Deal, today: date, rng: Random) -> Iterator[list[str]]:
    last = min(deal.closed, today)
    for _ in range(rng.randrange(3, 11)):
        kind = rng.choices([one for one, _ in _KINDS], [weight for _, weight in _KINDS])[0]
        day = workday(deal.created + (last - deal.created) * rng.random())
        booked = max(deal.created, day - timedelta(days=rng.randrange(10) if kind in ("meeting", "demo") else 0))
        missed = kind in ("meeting", "demo") and rng.random() < 0.12
        planned = deal.closed > today and rng.random() < 0.05
        if planned:
            day = workday(today + timedelta(days=rng.randrange(1, 15)))
        status = "planned" if planned else "no show" if missed else "held"
        way = "in" if kind in ("call", "email") and rng.random() < 0.2 else "out"
        answered = "yes" if status == "held" and way == "out" and rng.random() < 0.45 else "no"
        minutes = rng.choice((30, 45, 60)) if kind in ("meeting", "demo") else rng.choice((3, 5, 10, 15))
        yield ["", kind, way, status, _owner(deal, min(day, today)), deal.account, deal_key(deal),
               f"{_SUBJECTS[kind]} with {deal.account}", booked.isoformat(), day.isoformat(),
               "" if status != "held" else day.isoformat(), "" if kind == "email" else str(minutes),
               answered]  # fmt: skip


def _owner(deal: Deal, day: date) -> str:
    return [name for start, name in deal.owners if start <= day][-1]


def write_leads(folder: Path, deals: Sequence[Deal], firm: Company, rng: Random) -> tuple[Path, int]:
    """The leads of the last year, with the moments at which they went further; some became deals.

    Returns:
        The file and how many rows it has.
    """
    since = firm.today - timedelta(days=335)
    grown = [deal for deal in deals if deal.created >= since and deal.source in ("Inbound", "Event", "Partner")]
    converted = sorted(rng.sample(grown, min(len(grown), 140)), key=lambda deal: deal.number)
    sellers = [rep.name for rep in firm.reps if rep.left is None]
    rows = [_converted(deal, rng) for deal in converted]
    rows += [_unconverted(at, sellers, firm.today, rng) for at in range(_LEADS - len(rows))]
    rows.sort(key=lambda row: (row[5], row[1], row[2]))
    path = write_table(
        folder / "leads.csv", _LEAD_COLUMNS, [[f"L{at:05d}", *row[1:]] for at, row in enumerate(rows, 1)]
    )
    return path, len(rows)


def _converted(deal: Deal, rng: Random) -> list[str]:
    created = workday(deal.created - timedelta(days=rng.randrange(3, 28)))
    marketing = workday(created + timedelta(days=rng.randrange(3)))
    sales = min(deal.created, workday(marketing + timedelta(days=rng.randrange(2, 9))))
    asked, answered = _moments(created, rng)
    return ["", _name(rng), deal.account, deal.owners[0][1], deal.source, asked, marketing.isoformat(),
            max(sales, marketing).isoformat(), answered, deal.created.isoformat(), deal_key(deal),
            "converted"]  # fmt: skip


def _unconverted(number: int, sellers: Sequence[str], today: date, rng: Random) -> list[str]:
    created = workday(today - timedelta(days=rng.randrange(1, 366)))
    marketing = _later(created, 0.55, 6, today, rng)
    sales = _later(marketing, 0.30, 14, today, rng) if marketing else None
    asked, answered = _moments(created, rng)
    status = "accepted" if sales else "open" if marketing else "new"
    source = rng.choice(("Inbound", "Inbound", "Web", "Event", "Partner"))
    return ["", _name(rng), f"Company {number:04d}", rng.choice(sellers), source, asked, iso(marketing), iso(sales),
            answered if rng.random() < 0.78 else "", "", "", status]  # fmt: skip


def _moments(created: date, rng: Random) -> tuple[str, str]:
    """When a lead asked and when somebody answered: half within two hours, some only after days."""
    asked = datetime.combine(created, time(8 + rng.randrange(10), rng.randrange(60)))
    answered = asked + timedelta(minutes=round(rng.lognormvariate(4.8, 1.5)) + 2)
    return asked.strftime("%Y-%m-%d %H:%M"), answered.strftime("%Y-%m-%d %H:%M")


def _name(rng: Random) -> str:
    return f"{rng.choice(_FIRST_NAMES)} {rng.choice(_LAST_NAMES)}"


def _later(day: date, share: float, within: int, today: date, rng: Random) -> date | None:
    """A day some days later for a share of the cases, none when that has not come yet."""
    reached = day + timedelta(days=rng.randrange(within))
    return reached if rng.random() < share and reached <= today else None


def write_table(path: Path, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> Path:
    """A plain CSV file with a header."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
    return path
