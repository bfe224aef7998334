"""A believable sales company as export files: the sample that a new user explores and that the demo imports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

from kpidesk.core.fields import Kind
from kpidesk.core.imports import ImportOptions
from kpidesk.core.periods import period_of
from kpidesk.core.settings import Settings
from kpidesk.exporting.sample_company import PARENT, Company, Rep, Unit, add_months, company, earlier_day, quarter_start
from kpidesk.exporting.sample_customers import write_customers
from kpidesk.exporting.sample_deals import Deal, Standing, deals, standing
from kpidesk.exporting.sample_extras import write_activities, write_leads
from kpidesk.exporting.sample_files import (
    EUROPE_FIELDS,
    QUALIFIED_HUBSPOT,
    stage_outcomes,
    write_europe,
    write_hubspot,
    write_people,
    write_salesforce,
)
from kpidesk.exporting.sample_history import (
    EUROPE_LOG_FIELDS,
    Change,
    changes_of,
    write_europe_log,
    write_hubspot_log,
    write_salesforce_log,
)
from kpidesk.exporting.sample_plans import QUARTERLY_QUOTA, quota, write_plans

LogWriter = Callable[[Path, Sequence[Change]], tuple[Path, int]]
Writer = Callable[[Path, Sequence[Standing], date], tuple[Path, int]]


@dataclass(frozen=True, slots=True)
class SampleFile:
    """One export file, how to import it, and how many rows of data it has."""

    path: Path
    options: ImportOptions
    rows: int


@dataclass(frozen=True, slots=True)
class SampleTarget:
    """A target as the command line takes it: KPI id, scope and period as text, rates as fractions, money in USD.

    `parts` are the scopes of the reps whose quotas it is the sum of; of a rep and of what is no quota there are none.
    """

    kpi_id: str
    scope: str
    period: str
    minimum: float
    target: float
    stretch: float
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sample:
    """The sample company on disk.

    `files` in the order of import: people, the deals of each day from the earliest on, what belongs to them, and their
    stage histories. `targets` oldest quarter first.
    """

    folder: Path
    files: tuple[SampleFile, ...]
    targets: tuple[SampleTarget, ...]
    deals: int


def write_sample(folder: Path, today: date, seed: int = 7, weeks: int = 0) -> Sample:
    """Write the export files of an invented company with twelve reps in three teams, three years up to `today`.

    The deals are exported today, at an earlier quarter end and on the same weekday of the last `weeks` weeks; a log of
    each team tells how they stood on every day before.

    The files are as untidy as real ones: three dialects, a footer, an unreadable amount, a duplicate row, missing
    amounts, mixed stage words, an owner whom the team list does not know. The same day and seed give the same
    bytes.

    Args:
        folder: Where to write; made when it is missing.
        today: The data date of the newest files.
        seed: Which company.
        weeks: How many weekly exports of the deals there are before today.
    """
    firm = company(today)
    rng = Random(seed)
    every = deals(firm, rng)
    folder.mkdir(parents=True, exist_ok=True)
    people, count = write_people(folder, firm)
    files = [SampleFile(people, ImportOptions(kind="people", as_of=today, source="people"), count)]
    for day in sorted({earlier_day(today), *(today - timedelta(weeks=back) for back in range(weeks + 1))}):
        files += _snapshot(folder / day.isoformat(), every, day)
    files += _around(folder, every, firm, Random(seed + 1))
    files += _logs(folder, every, today)
    return Sample(folder, tuple(files), tuple(_targets(firm)), len(every))


def _around(folder: Path, every: Sequence[Deal], firm: Company, rng: Random) -> list[SampleFile]:
    """What belongs to the deals: activities, leads, customers and plans, as plain tables of today."""
    written: dict[Kind, tuple[Path, int]] = {
        "leads": write_leads(folder, every, firm, rng),
        "activities": write_activities(folder, every, firm, rng),
        **write_customers(folder, every, firm, rng),
        **write_plans(folder, every, firm, rng),
    }
    return [
        SampleFile(path, ImportOptions(kind=kind, date_order="ymd", as_of=firm.today, source="sales desk"), rows)
        for kind, (path, rows) in written.items()
    ]


def _snapshot(folder: Path, every: Sequence[Deal], day: date) -> list[SampleFile]:
    """The three deal files as exported on one day."""
    folder.mkdir(exist_ok=True)
    seen = [one for deal in every if (one := standing(deal, day))]
    files = []
    for unit, (write, options) in _exports(day).items():
        path, rows = write(folder, [one for one in seen if one.deal.unit == unit], day)
        files.append(SampleFile(path, options, rows))
    return files


def _exports(day: date) -> dict[Unit, tuple[Writer, ImportOptions]]:
    """How each team's deals are written, and what an import of that file needs to know."""
    words = stage_outcomes()
    return {
        "Enterprise": (write_salesforce, ImportOptions(
            kind="deals", stages=words["salesforce"], date_order="mdy", as_of=day, source="salesforce",
            columns={"last_activity_at": "Last Activity", "qualified_at": "Qualified Date"})),
        "Mid-market": (write_hubspot, ImportOptions(
            kind="deals", stages=words["hubspot"], as_of=day, source="hubspot",
            columns={"qualified_at": QUALIFIED_HUBSPOT})),
        "Europe": (write_europe, ImportOptions(
            kind="deals", stages=words["europe"], date_order="dmy", decimal=",", as_of=day, source="europe",
            columns=dict(EUROPE_FIELDS))),
    }  # fmt: skip


def _logs(folder: Path, every: Sequence[Deal], today: date) -> list[SampleFile]:
    """The stage histories of the three teams up to today, each in the words and with the ids of its deals."""
    words = stage_outcomes()
    kinds: tuple[tuple[Unit, LogWriter, ImportOptions], ...] = (
        ("Enterprise", write_salesforce_log, ImportOptions(source="salesforce", stages=words["salesforce"])),
        ("Mid-market", write_hubspot_log, ImportOptions(source="hubspot", stages=words["hubspot"])),
        ("Europe", write_europe_log, ImportOptions(
            source="europe", stages=words["europe"], date_order="dmy", decimal=",", columns=dict(EUROPE_LOG_FIELDS))),
    )  # fmt: skip
    files = []
    for unit, write, options in kinds:
        path, rows = write(folder, list(changes_of([deal for deal in every if deal.unit == unit], today)))
        files.append(SampleFile(path, replace(options, kind="stage-history", as_of=today), rows))
    return files


def _targets(firm: Company) -> list[SampleTarget]:
    """Quotas of the last five quarters and the goals of the present one."""
    found: list[SampleTarget] = []
    for back in range(4, -1, -1):
        start = add_months(quarter_start(firm.today), -3 * back)
        found += _quotas(firm, start, back)
    quarter = period_of(firm.today, "quarter", Settings()).key
    for scope in ("org", *(f"team:{unit}" for unit in QUARTERLY_QUOTA)):
        found += [
            SampleTarget("win_rate", scope, quarter, 0.22, 0.25, 0.28),
            SampleTarget("avg_deal_size", scope, quarter, 40_000, 45_000, 50_000),
            SampleTarget("sales_cycle_length", scope, quarter, 85, 75, 65),
            SampleTarget("pipeline_coverage", scope, quarter, 3.0, 3.5, 5.0),
        ]
    return found


def _quotas(firm: Company, start: date, back: int) -> list[SampleTarget]:
    """Bookings quotas of one quarter: reps by team and ramp, teams and org as their sums."""
    quarter = period_of(start, "quarter", Settings()).key
    by_rep = {rep: amount for rep in firm.reps if (amount := quota(rep, start, back))}
    parts: dict[str, list[Rep]] = {"org": list(by_rep), f"team:{PARENT}": list(by_rep)}
    parts |= {f"team:{unit}": [rep for rep in by_rep if rep.unit_on(start) == unit] for unit in QUARTERLY_QUOTA}
    found = [(scope, sum(by_rep[rep] for rep in reps), reps) for scope, reps in parts.items()]
    found += [(f"rep:{rep.name}", amount, []) for rep, amount in by_rep.items()]
    return [
        SampleTarget(
            "bookings", scope, quarter, round(amount * 0.85), amount, round(amount * 1.15),
            tuple(f"rep:{rep.name}" for rep in reps),
        )
        for scope, amount, reps in found
    ]  # fmt: skip
