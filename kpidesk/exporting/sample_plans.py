"""The plans of the sample company: quotas, forecasts, costs, days off and public holidays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random

from kpidesk.core.fields import Kind
from kpidesk.exporting.sample_company import Company, Rep, Unit, add_months, quarter_start
from kpidesk.exporting.sample_deals import Deal
from kpidesk.exporting.sample_extras import write_table

QUARTERLY_QUOTA: dict[Unit, int] = {"Enterprise": 345_000, "Mid-market": 200_000, "Europe": 310_000}
QUOTA_GROWTH = 1.025
FORECAST_COLUMNS = ("Forecast ID", "Rep", "Category", "Horizon", "Amount", "Quarter", "Submitted")
COST_COLUMNS = ("Cost ID", "Category", "Motion", "Amount", "Month", "Team")
ABSENCE_COLUMNS = ("Absence ID", "Employee", "First day", "Last day", "Reason")
HOLIDAY_COLUMNS = ("Date", "Holiday")
_RAMP = (0.25, 0.5, 0.75)
_MONTHLY = (("salaries", "new", 92_000), ("marketing", "new", 31_000), ("events", "new", 9_000), ("sdr", "new", 18_000),
            ("customer success", "existing", 27_000), ("tools", "existing", 6_000))  # fmt: skip


def quota(rep: Rep, start: date, back: int) -> float:
    """What a rep is to book in the quarter that starts on a day, `back` quarters ago; a part of it while new."""
    unit = rep.unit_on(start)
    if unit is None:
        return 0.0
    tenure = (start - rep.hired).days // 90
    ramp = _RAMP[tenure] if tenure < len(_RAMP) else 1.0
    return round(QUARTERLY_QUOTA[unit] / QUOTA_GROWTH**back * ramp / 5_000) * 5_000.0


def write_plans(folder: Path, deals: Sequence[Deal], firm: Company, rng: Random) -> dict[Kind, tuple[Path, int]]:
    """Forecasts, costs, days off and public holidays; gives file and number of rows by kind of record."""
    tables: dict[Kind, tuple[Sequence[str], list[list[object]]]] = {
        "forecasts": (FORECAST_COLUMNS, list(_forecasts(deals, firm, rng))),
        "costs": (COST_COLUMNS, list(_costs(firm, rng))),
        "absences": (ABSENCE_COLUMNS, list(_absences(firm, rng))),
        "holidays": (HOLIDAY_COLUMNS, list(_holidays(firm))),
    }
    return {kind: (write_table(folder / f"{kind}.csv", *table), len(table[1])) for kind, table in tables.items()}


def _quarters(firm: Company) -> list[date]:
    return [add_months(quarter_start(firm.today), -3 * back) for back in range(8, -1, -1)]


def _forecasts(deals: Sequence[Deal], firm: Company, rng: Random) -> Iterator[list[object]]:
    """What each rep promised on the first day of a quarter and in its seventh week, and the best case."""
    number = 0
    for start in _quarters(firm):
        end = add_months(start, 3)
        for rep in firm.reps:
            if rep.unit_on(start) is None:
                continue
            booked = sum(deal.amount or 0 for deal in deals
                         if deal.won and start <= deal.closed < end and deal.owners[-1][1] == rep.name)  # fmt: skip
            usual = quota(rep, start, 0) * 0.9
            for days, horizon, spread in ((0, "day_one", 0.22), (42, "week_7", 0.12)):
                day = start + timedelta(days=days)
                if day > firm.today:
                    continue
                guess = (0.5 * booked + 0.5 * usual) * rng.lognormvariate(0.04, spread)
                for category, factor in (("Commit", 1.0), ("Best Case", 1.3)):
                    number += 1
                    yield [f"F{number:05d}", rep.name, category, horizon, round(guess * factor / 1_000) * 1_000,
                           f"{start.year}-Q{start.month // 3 + 1}", day.isoformat()]  # fmt: skip


def _costs(firm: Company, rng: Random) -> Iterator[list[object]]:
    month, number = firm.first_day.replace(day=1), 0
    while month <= firm.today.replace(day=1):
        for category, motion, amount in _MONTHLY:
            number += 1
            yield [f"K{number:04d}", category, motion, round(amount * rng.uniform(0.92, 1.08) / 100) * 100,
                   month.strftime("%Y-%m"), ""]  # fmt: skip
        month = add_months(month, 1)


def _absences(firm: Company, rng: Random) -> Iterator[list[object]]:
    """Two holidays a year for each rep, and a few days of illness."""
    number = 0
    for rep in firm.reps:
        for back in range(3):
            for length, reason in ((10, "holiday"), (5, "holiday"), (rng.randrange(1, 4), "illness")):
                first = firm.today - timedelta(days=365 * back + rng.randrange(20, 345))
                first -= timedelta(days=first.weekday())
                if first < rep.hired or (rep.left and first >= rep.left):
                    continue
                number += 1
                last = first + timedelta(days=length + 2 * (length // 5) - (3 if length >= 5 else 1))
                yield [f"V{number:04d}", rep.name, first.isoformat(), last.isoformat(), reason]


def _holidays(firm: Company) -> Iterator[list[object]]:
    for year in range(firm.first_day.year, firm.today.year + 2):
        for month, day, name in ((1, 1, "New Year"), (5, 1, "Labour Day"), (12, 25, "Christmas Day")):
            yield [date(year, month, day).isoformat(), name]
