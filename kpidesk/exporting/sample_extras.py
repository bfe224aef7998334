"""Activities and leads of the sample company, as plain files to look at; the deals do not need them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random

from kpidesk.exporting.sample_company import Company
from kpidesk.exporting.sample_deals import Deal

_KINDS = (("call", 48), ("email", 34), ("meeting", 12), ("demo", 4), ("proposal", 2))
_ACTIVITY_COLUMNS = ("Activity", "Type", "Direction", "Status", "Done by", "Company", "Deal", "Date", "Minutes")
_LEAD_COLUMNS = ("Lead", "Company", "Owner", "Source", "Created", "Qualified by marketing", "Accepted by sales",
                 "First answer", "Status")  # fmt: skip


def write_activities(folder: Path, deals: Sequence[Deal], firm: Company, rng: Random) -> Path:
    """What was done on the deals of the last six months, one row for each call, mail, meeting, demo and proposal."""
    since = firm.today - timedelta(days=182)
    rows: list[list[object]] = []
    for deal in (one for one in deals if one.closed >= since):
        for _ in range(rng.randrange(2, 9)):
            day = deal.created + (min(deal.closed, firm.today) - deal.created) * rng.random()
            kind = rng.choices([one for one, _ in _KINDS], [weight for _, weight in _KINDS])[0]
            held = "held" if rng.random() < 0.88 else "no_show" if kind in ("meeting", "demo") else "planned"
            way = "in" if rng.random() < 0.2 else "out"
            rows.append([len(rows) + 1, kind, way, held, deal.owners[0][1], deal.account, deal.name, day,
                         rng.choice((5, 10, 15, 25, 30, 45, 60))])  # fmt: skip
    return _write(folder / "activities.csv", _ACTIVITY_COLUMNS, rows)


def write_leads(folder: Path, firm: Company, rng: Random) -> Path:
    """The leads of the last year, with the days on which they went further."""
    sellers = [rep.name for rep in firm.reps if rep.left is None]
    rows = []
    for number in range(1, 901):
        created = firm.today - timedelta(days=rng.randrange(1, 366))
        marketing = _later(created, 0.55, 6, firm.today, rng)
        sales = _later(marketing, 0.45, 14, firm.today, rng) if marketing else None
        answered = _later(created, 0.78, 3, firm.today, rng)
        status = "accepted" if sales else "open" if marketing else "new"
        rows.append([number, f"Company {number:04d}", rng.choice(sellers), rng.choice(("inbound", "web", "event")),
                     created, marketing or "", sales or "", answered or "", status])  # fmt: skip
    return _write(folder / "leads.csv", _LEAD_COLUMNS, rows)


def _later(day: date, share: float, within: int, today: date, rng: Random) -> date | None:
    """A day some days later for a share of the cases, none when that has not come yet."""
    reached = day + timedelta(days=rng.randrange(within))
    return reached if rng.random() < share and reached <= today else None


def _write(path: Path, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
    return path
