"""The customers of the sample company: accounts, what they subscribe to, contracts and surveys."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from kpidesk.core.fields import Kind
from kpidesk.exporting.sample_company import Company, Unit, add_months
from kpidesk.exporting.sample_deals import SEGMENT_SIZE, Deal
from kpidesk.exporting.sample_extras import write_table

ACCOUNT_COLUMNS = ("Account ID", "Account name", "Account owner", "Segment", "Industry", "Region", "Source",
                   "Customer since", "Employees")  # fmt: skip
SUBSCRIPTION_COLUMNS = ("Subscription ID", "Account", "Product", "MRR", "Currency", "Start date", "End date", "Seats",
                        "Account owner")  # fmt: skip
CONTRACT_COLUMNS = ("Contract ID", "Account", "Contract start date", "Contract end date", "Renewable MRR",
                    "Renewed MRR", "Renewed on", "Account owner", "Contract status")  # fmt: skip
SURVEY_COLUMNS = ("Response ID", "Survey", "Score", "Highest score", "Answered", "Account", "Reason")
REGIONS: dict[Unit, tuple[str, ...]] = {
    "Enterprise": ("North America",),
    "Mid-market": ("North America", "Latin America"),
    "Europe": ("DACH", "Nordics", "Benelux"),
}
PRODUCTS = ("Core", "Analytics", "Service plan")
REASONS = ("Support", "Price", "Ease of use", "Missing feature", "Reliability")


@dataclass(frozen=True, slots=True)
class Term:
    """A year of a subscription: `renewed` None while it is not decided."""

    number: int
    account: str
    owner: str
    product: str
    mrr: int
    start: date
    end: date
    renewed: bool | None
    next_mrr: int


def write_customers(folder: Path, deals: Sequence[Deal], firm: Company, rng: Random) -> dict[Kind, tuple[Path, int]]:
    """Accounts, subscriptions, contracts and surveys; gives file and number of rows by kind of record."""
    won = [deal for deal in deals if deal.won and deal.closed <= firm.today and deal.amount]
    terms = [term for deal in won for term in _terms(deal, firm.today, rng)]
    tables: dict[Kind, tuple[Sequence[str], list[list[object]]]] = {
        "accounts": (ACCOUNT_COLUMNS, list(_accounts(deals, rng))),
        "subscriptions": (SUBSCRIPTION_COLUMNS, list(_subscriptions(terms))),
        "contracts": (CONTRACT_COLUMNS, list(_contracts(terms))),
        "surveys": (SURVEY_COLUMNS, list(_surveys(terms, firm.today, rng))),
    }
    return {kind: (write_table(folder / f"{kind}.csv", *table), len(table[1])) for kind, table in tables.items()}


def _accounts(deals: Sequence[Deal], rng: Random) -> Iterator[list[object]]:
    """Every account that has a deal, owned by who owns its newest one."""
    newest: dict[str, Deal] = {}
    first: dict[str, Deal] = {}
    for deal in deals:
        newest[deal.account] = deal
        first.setdefault(deal.account, deal)
    for number, account in enumerate(sorted(newest), 1):
        deal = newest[account]
        size = (first[account].amount or 20_000) / SEGMENT_SIZE[deal.unit]
        segment = "Large" if size > 1.3 else "Medium" if size > 0.6 else "Small"
        yield [f"A{number:04d}", account, deal.owners[-1][1], segment, account.split()[-1],
               rng.choice(REGIONS[deal.unit]), first[account].source, first[account].created.isoformat(),
               max(8, round(size * 180 * rng.lognormvariate(0, 0.5)))]  # fmt: skip


def _terms(deal: Deal, today: date, rng: Random) -> Iterator[Term]:
    """The yearly terms of what a won deal started; each is renewed in six cases of seven, some for more or less."""
    if deal.type == "Renewal":
        return
    product = "Core" if deal.type == "New" else rng.choice(PRODUCTS[1:])
    start, mrr = deal.closed, max(50, round((deal.amount or 0) / 36 / 10) * 10)
    while start <= today:
        end = add_months(start, 12)
        decided = end <= today
        renewed = rng.random() < 0.86 if decided else None
        following = max(50, round(mrr * rng.choice((0.9, 1.0, 1.0, 1.0, 1.08, 1.2)) / 10) * 10)
        yield Term(deal.number, deal.account, deal.owners[-1][1], product, mrr, start, end, renewed, following)
        if not renewed:
            return
        start, mrr = end, following


def _subscriptions(terms: Sequence[Term]) -> Iterator[list[object]]:
    """One row for each time at one price; it ends when the price changes or the customer leaves."""
    start: date | None = None
    for term in terms:
        start = start or term.start
        goes_on = term.renewed and term.next_mrr == term.mrr
        if goes_on:
            continue
        yield [f"S{term.number:05d}-{start:%y}", term.account, term.product, term.mrr, "USD", start.isoformat(),
               "" if term.renewed is None else term.end.isoformat(), max(1, term.mrr // 40), term.owner]  # fmt: skip
        start = None


def _contracts(terms: Sequence[Term]) -> Iterator[list[object]]:
    for term in terms:
        status = "pending" if term.renewed is None else "renewed" if term.renewed else "lost"
        yield [f"C{term.number:05d}-{term.start:%y}", term.account, term.start.isoformat(), term.end.isoformat(),
               term.mrr, term.next_mrr if term.renewed else "", term.end.isoformat() if term.renewed else "",
               term.owner, status]  # fmt: skip


def _surveys(terms: Sequence[Term], today: date, rng: Random) -> Iterator[list[object]]:
    """How likely customers are to recommend, twice a year; how content with support and with the start."""
    by_account: dict[str, date] = {}
    for term in terms:
        by_account.setdefault(term.account, term.start)
    number = 0
    asked: dict[str, list[tuple[date, str]]] = defaultdict(list)
    for account, since in by_account.items():
        asked[account].append((since + timedelta(days=60), "implementation"))
        asked[account] += [(add_months(since, months), "NPS") for months in range(6, 36, 6)]
        asked[account] += [(add_months(since, months), "CSAT") for months in range(3, 36, 5)]
    for account, days in asked.items():
        mood = rng.gauss(0, 1)
        for day, kind in sorted(days):
            if day <= today and rng.random() < 0.42:
                number += 1
                score, top = _score(kind, mood, rng)
                low = score <= top * 0.65
                yield [f"R{number:05d}", kind, score, top, day.isoformat(), account, rng.choice(REASONS) if low else ""]


def _score(kind: str, mood: float, rng: Random) -> tuple[int, int]:
    if kind == "NPS":
        return max(0, min(10, round(8.1 + 1.3 * mood + rng.gauss(0, 1.2)))), 10
    return max(1, min(5, round(4.1 + 0.5 * mood + rng.gauss(0, 0.6)))), 5
