"""Companies made up for tests, as the arrays that the engine reads; `tables.py` and `frames.py` tell them otherwise."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from random import Random

import numpy as np

from kpidesk.core.curation import Curation
from kpidesk.core.fields import DEAL_FIELDS, Outcome
from kpidesk.core.goals import GoalBook, Target
from kpidesk.core.kpi_fields import kpi_from_mapping
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import ORG, UNASSIGNED, Membership, Organisation, Person, Scope, Team
from kpidesk.core.periods import Period, parse_period
from kpidesk.core.rates import Rate
from kpidesk.core.records import MILLION
from kpidesk.core.results import Result
from kpidesk.core.settings import Settings
from kpidesk.engine import Evaluator, build_facts, evaluate
from kpidesk.engine.crew import UnassignedLevel
from kpidesk.engine.cubes import MAX_CELLS
from kpidesk.engine.facts import Facts
from kpidesk.engine.history import Columns
from kpidesk.language import Formula, compile_formula
from kpidesk.paths import resources

EPOCH = date(1970, 1, 1).toordinal()
NO_DAY = -(2**31)
NO_AMOUNT = -(2**63)
EMPTY = {"date": NO_DAY, "money": NO_AMOUNT, "ratio": -1}
STRANGER = 99
"""An owner in the files whom nobody has linked to a person."""
STATUS: dict[Outcome, str] = {"open": "In progress", "won": "Signed", "lost": "Gone", "ignore": "Test record"}
SETTINGS = Settings()
TODAY = date(2025, 12, 31)


@dataclass(frozen=True, slots=True)
class Deal:
    """One deal as the files of one day show it; numbers stand for people and accounts, amounts are in cents."""

    id: int
    seen: date
    outcome: Outcome = "open"
    amount: int | None = 100_000
    owner: int = 0
    created_by: int = 0
    account: int = 0
    created_at: date | None = None
    close_date: date | None = None
    closed_at: date | None = None
    qualified_at: date | None = None
    stage: str = ""
    pipeline: str = ""
    stage_entered_at: date | None = None
    next_activity_at: date | None = None
    last_activity_at: date | None = None
    probability: int | None = None
    forecast_category: str = ""
    type: str = ""
    lead_source: str = ""
    loss_reason: str = ""
    currency: str = ""
    shares: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Company:
    """Deals as seen on the data dates, who sells them, and what is aimed for."""

    deals: tuple[Deal, ...]
    organisation: Organisation = field(default_factory=Organisation)
    data_dates: tuple[date, ...] = ()
    missing: Mapping[int, date] = field(default_factory=dict)
    targets: tuple[Target, ...] = ()
    settings: Settings = SETTINGS
    rates: tuple[Rate, ...] = ()

    def versions(self) -> tuple[Deal, ...]:
        """The deals by number and day, without those that repeat the day before."""
        ordered = sorted(self.deals, key=lambda deal: (deal.id, deal.seen))
        changed = (after for before, after in pairwise(ordered) if replace(before, seen=after.seen) != after)
        return (*ordered[:1], *changed)

    @property
    def first_data(self) -> date:
        return min(self.data_dates)

    @property
    def newest_data(self) -> date:
        return max(self.data_dates)


def day_number(day: date) -> int:
    return day.toordinal() - EPOCH


def _terms(versions: Iterable[Deal]) -> dict[tuple[str, str], int]:
    """A number for every word of every field, in the order of appearance."""
    words = {("status", text): number for number, text in enumerate(STATUS.values(), 1)}
    for deal in versions:
        for name in ("stage", "pipeline", "forecast_category", "type", "lead_source", "loss_reason", "currency"):
            if getattr(deal, name):
                words.setdefault((name, getattr(deal, name)), len(words) + 1)
    return words


def _cell(deal: Deal, name: str, kind: str, terms: Mapping[tuple[str, str], int]) -> int:
    value = STATUS[deal.outcome] if name == "status" else getattr(deal, name, None)
    if kind == "term":
        return terms.get((name, str(value)), 0)
    if kind == "date" and isinstance(value, date):
        return day_number(value)
    if kind in ("person", "account") and value:
        return int(value) + (200 if kind == "account" else 100)
    return EMPTY.get(kind, 0) if value is None or kind == "date" else int(value)


def columns_of(company: Company) -> tuple[Columns, Curation]:
    """What the store would hand over: columns by value, by deal and by version, and what the words in them mean."""
    versions = company.versions()
    numbers: dict[Deal, int] = {}
    value = [numbers.setdefault(replace(deal, seen=date.min), len(numbers) + 1) for deal in versions]
    contents = list(numbers)
    terms = _terms(contents)
    columns = {"of": _column([deal.id for deal in contents], "int32", 0)}
    for known in DEAL_FIELDS:
        if known.name not in ("name", "owner_split"):
            empty = EMPTY.get(known.kind, 0)
            cells = [_cell(deal, known.name, known.kind, terms) for deal in contents]
            columns[known.name] = _column(cells, "int64" if known.kind == "money" else "int32", empty)
    seen = {deal.id: deal.seen for deal in reversed(versions)}
    size = max(seen, default=0) + 1
    gone = [day_number(company.missing[deal]) if deal in company.missing else NO_DAY for deal in range(1, size)]
    first = [day_number(seen[deal]) if deal in seen else NO_DAY for deal in range(1, size)]
    columns |= {"missing_from": _column(gone, "int32", NO_DAY), "first_seen": _column(first, "int32", NO_DAY)}
    columns["v.of"] = np.array([deal.id for deal in versions], dtype=np.int32)
    columns["v.from"] = np.array([day_number(deal.seen) for deal in versions], dtype=np.int32)
    columns["v.value"] = np.array(value, dtype=np.int32)
    return columns, _curation(company, contents, terms)


def _column(cells: Sequence[int], dtype: str, empty: int) -> np.ndarray[tuple[int, ...], np.dtype[np.generic]]:
    return np.array([empty, *cells], dtype=dtype)


def _curation(company: Company, contents: Sequence[Deal], terms: Mapping[tuple[str, str], int]) -> Curation:
    accounts = {deal.account for deal in contents if deal.account}
    return Curation(
        terms={number: word for word, number in terms.items()},
        outcomes={terms["status", text]: outcome for outcome, text in STATUS.items()},
        people={person.id + 100: person.id for person in company.organisation.people},
        accounts={account + 200: account for account in accounts},
        splits={
            number: tuple((person + 100 if person else 0, share) for person, share in deal.shares)
            for number, deal in enumerate(contents, 1)
            if deal.shares
        },
        account_names={account: f"Account {account}" for account in accounts},
    )


def facts_of(company: Company, as_of: date | None = None) -> Facts:
    """The company laid out for evaluation."""
    columns, curation = columns_of(company)
    dates = list(enumerate(company.data_dates, 1))
    return build_facts(
        columns, curation, company.organisation, company.settings, dates, as_of=as_of, rates=company.rates
    )


def evaluator_of(company: Company, *, as_of: date | None = None, most_cells: int = MAX_CELLS) -> Evaluator:
    """An evaluator over the company."""
    return Evaluator(facts_of(company, as_of), GoalBook((), company.targets), {}, most_cells=most_cells)


@cache
def shipped() -> dict[str, tuple[Kpi, Formula | None]]:
    """Every shipped KPI with its compiled formula, by id."""
    files = sorted((resources() / "kpis").glob("*.toml"))
    kpis = [kpi_from_mapping(tomllib.loads(file.read_text(encoding="utf-8")), file.name) for file in files]
    texts = {kpi.id: kpi.formula for kpi in kpis if kpi.formula}
    return {kpi.id: (kpi, compile_formula(kpi.formula, texts) if kpi.formula else None) for kpi in kpis}


def asked(formula: str) -> tuple[Kpi, Formula]:
    """A formula under the cloak of a KPI that counts."""
    kpi = replace(shipped()["deals_won"][0], id="asked", formula=formula, kpi_class="derived")
    return kpi, compile_formula(formula, {one.id: one.formula for one, _ in shipped().values() if one.formula})


def period(text: str) -> Period:
    return parse_period(text, SETTINGS, TODAY)


def scopes_of(company: Company, level: UnassignedLevel) -> tuple[Scope, ...]:
    """The org and what it falls apart into at a level: teams or reps, then Unassigned."""
    organisation = company.organisation
    teams = tuple(Scope("team", team.name, team.id) for team in organisation.teams)
    reps = tuple(Scope("rep", person.name, person.id) for person in organisation.people)
    return (ORG, *(teams if level == "team" else reps), UNASSIGNED)


def top_scopes(company: Company) -> tuple[Scope, ...]:
    """The teams that lie in no other, which share out the org between them."""
    return tuple(Scope("team", team.name, team.id) for team in company.organisation.teams if not team.parent_id)


def result(evaluator: Evaluator, kpi: tuple[Kpi, Formula | None], scope: Scope, span: Period,
           level: UnassignedLevel = "team") -> Result:  # fmt: skip
    """One number."""
    return evaluate(evaluator, [kpi], (scope,), (span,), unassigned_level=level).result(0, 0, 0)


# --- made up at random -------------------------------------------------------------------------------------------

PEOPLE = (
    Person(1, "Ann", "AE", date(2021, 3, 1)),
    Person(2, "Bob", "AE", date(2023, 6, 1), date(2025, 6, 15)),
    Person(3, "Cat", "AM", date(2024, 11, 1)),
    Person(4, "Dan", "AE"),
    Person(5, "Eve", "SDR", date(2022, 1, 1)),
)
TEAMS = (Team(1, "Field"), Team(2, "North", 1), Team(3, "South", 1), Team(4, "Inside"))
SPELLS = (
    Membership(1, 2),
    Membership(2, 2, end=date(2025, 2, 15)),
    Membership(2, 3, date(2025, 2, 15), date(2025, 6, 15)),
    Membership(3, 4, date(2024, 11, 1)),
    Membership(4, 3, date(2024, 8, 1), date(2025, 5, 1)),
    Membership(4, 4, date(2025, 6, 1)),
)
STAGES = ("Discovery", "Proposal", "Contract")
SOURCES = ("inbound", "Outbound", "sdr_outbound", "customer", "")
TYPES = ("new", "New", "expansion", "renewal", "")
REASONS = ("price", "no decision", "Timing", "competitor", "")


def made_up(random: Random, deals: int = 12, imports: int = 3) -> Company:
    """A company with the awkward cases: moves, hand-overs, shares, pushes, late, reopened, vanished and undated deals.

    Created from June 2024 to the last data date, seen on `imports` days of 2025.
    """
    dates = tuple(sorted(date(2025, 1, 2) + timedelta(days=one) for one in random.sample(range(300), imports)))
    found: list[Deal] = []
    missing = {}
    for number in range(1, deals + 1):
        history = _history(random, number, dates)
        found += history
        last = history[-1].seen if history else dates[-1]
        if last != dates[-1] and random.random() < 0.7:
            missing[number] = dates[dates.index(last) + 1]
    targets = tuple(_targets(random))
    return Company(tuple(found), Organisation(PEOPLE, TEAMS, SPELLS), dates, missing, targets)


def _history(random: Random, number: int, dates: tuple[date, ...]) -> list[Deal]:
    """What each data date shows of one deal."""
    begin = date(2024, 6, 1)
    born = begin + timedelta(days=random.randrange((dates[-1] - begin).days + 1))
    ends = born + timedelta(days=random.randrange(240))
    shown = [day for day in dates if day >= born]
    if len(shown) > 1 and random.random() < 0.15:
        shown = shown[1:]
    if len(shown) > 1 and random.random() < 0.15:
        shown = shown[:-1]
    deal = _first_sight(random, number, born, ends)
    qualified = born + timedelta(days=random.randrange(20)) if random.random() < 0.6 else date.max
    stays_open = random.random() < 0.2
    found: list[Deal] = []
    for day in shown:
        deal = _moved_on(random, replace(deal, seen=day, qualified_at=qualified if qualified <= day else None))
        found.append(deal if stays_open or day < ends else _closed(random, deal, ends))
    return found


def _first_sight(random: Random, number: int, born: date, ends: date) -> Deal:
    return Deal(
        number,
        born,
        amount=random.choice((None, 0, *(random.randrange(1, 5_000_000) for _ in range(8)))),
        owner=random.choice((0, STRANGER, 1, 1, 2, 2, 3, 4, 4, 5)),
        created_by=random.choice((0, 1, 2, 5, 5)),
        account=random.randrange(6),
        created_at=None if random.random() < 0.08 else born,
        close_date=None if random.random() < 0.1 else ends + timedelta(days=random.randrange(-60, 30)),
        stage=random.choice((*STAGES, "")),
        pipeline="" if number % 5 else "Partners",
        stage_entered_at=born if random.random() < 0.4 else None,
        probability=random.choice((None, 100_000, 250_000, 333_333, 900_000)),
        forecast_category=random.choice(("commit", "Commit", "pipeline", "")),
        type=random.choice(TYPES),
        lead_source=random.choice(SOURCES),
        shares=_shares(random),
    )


def _shares(random: Random) -> tuple[tuple[int, int], ...]:
    return random.choice(
        ((), (), (), (), ((1, 500_000), (2, 500_000)), ((2, 250_000), (4, 750_000)), ((0, 333_333), (3, 666_667)))
    )


def _moved_on(random: Random, deal: Deal) -> Deal:
    """The deal with what may have changed since the file before."""
    if random.random() < 0.3 and deal.close_date is not None:
        deal = replace(deal, close_date=deal.close_date + timedelta(days=random.randrange(-20, 90)))
    if random.random() < 0.2:
        deal = replace(deal, owner=random.choice((0, 1, 2, 3, 4, 5)))
    if random.random() < 0.2:
        deal = replace(deal, amount=random.randrange(5_000_000))
    if random.random() < 0.1:
        deal = replace(deal, shares=_shares(random))
    if random.random() < 0.3:
        deal = replace(deal, stage=random.choice(STAGES), stage_entered_at=random.choice((None, deal.seen)))
    if random.random() < 0.2:
        deal = replace(deal, probability=random.choice((0, 500_000, MILLION)), forecast_category="commit")
    planned = deal.seen + timedelta(days=random.randrange(30))
    return replace(deal, next_activity_at=random.choice((None, planned)))


def _closed(random: Random, deal: Deal, ends: date) -> Deal:
    """The deal closed on its day; now and then the file knows it only as close date, not at all, or says one ahead."""
    outcome: Outcome = random.choice(("won", "won", "lost"))
    how = random.random()
    reason = random.choice(REASONS) if outcome == "lost" else ""
    done = replace(deal, outcome=outcome, closed_at=ends, close_date=ends, loss_reason=reason)
    if how < 0.1:
        return replace(done, closed_at=None)
    if 0.14 < how < 0.19:
        ahead = ends + timedelta(days=90)
        return replace(done, closed_at=ahead, close_date=ahead)
    return replace(done, closed_at=None, close_date=None) if how < 0.14 else done


def _targets(random: Random) -> list[Target]:
    found = []
    for kpi_id in ("bookings", "net_new_revenue"):
        for scope in (ORG, Scope("team", "North", 2), Scope("team", "Field", 1), *(
            Scope("rep", person.name, person.id) for person in PEOPLE[:4]
        )):  # fmt: skip
            for text in ("2025-Q1", "2025-Q2", "2025-05", "2025-Q3"):
                aim = float(random.choice((0, 10_000, 20_000, 60_000)))
                if random.random() < 0.8:
                    found.append(Target(kpi_id, scope, period(text), aim / 2, aim, aim * 2))
    return found
