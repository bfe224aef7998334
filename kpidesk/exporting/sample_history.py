"""The past of the sample company's deals: every change of stage, amount and close date, as three systems log them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from kpidesk.exporting.sample_deals import Deal, Standing, standing
from kpidesk.exporting.sample_files import (
    deal_key,
    decimal_comma,
    european,
    iso,
    salesforce_key_18,
    stage_word,
    write_rows,
)

SALESFORCE_LOG = ("Id", "OpportunityId", "StageName", "Amount", "CurrencyIsoCode", "CloseDate", "Probability",
                  "CreatedDate")  # fmt: skip
HUBSPOT_LOG = ("Change ID", "Record ID", "Old stage", "New stage", "Amount", "Currency", "Close date", "Probability",
               "Changed on")  # fmt: skip
EUROPE_LOG_FIELDS = {
    "id": "Line", "deal": "Order no.", "from_stage": "Phase before", "stage": "New phase", "amount": "Value",
    "currency": "Money", "close_date": "Expected", "probability": "Chance %", "entered_at": "Changed",
}  # fmt: skip
Change = tuple[int, date, Standing, str]
"""Its number, its day, how the deal stood at the close of that day, and the stage before (none: it was new)."""


def changes_of(deals: Sequence[Deal], today: date) -> Iterator[Change]:
    """Every change of stage, amount or close date up to today, deal by deal and in the order of time."""
    number = 0
    for deal in deals:
        before, told = "", None
        days = {deal.created, *deal.entered, deal.settled, *deal.expected, deal.closed}
        for day in sorted(day for day in days if day <= min(deal.closed, today)):
            now = standing(deal, day)
            if now is None or told == (shown := (now.outcome, now.stage, now.amount, now.close_date)):
                continue
            number += 1
            yield number, day, now, before
            before, told = stage_word(now), shown


def write_salesforce_log(folder: Path, changes: Sequence[Change]) -> tuple[Path, int]:
    """The opportunity history of Salesforce's data export; gives the file and its number of rows."""
    rows = [
        [f"008{number:012d}AAA", salesforce_key_18(one.deal.number), stage_word(one),
         "" if one.amount is None else f"{one.amount}", "USD", iso(one.close_date), f"{one.probability * 100:.0f}",
         f"{day}T17:45:00.000Z"]
        for number, day, one, _ in changes
    ]  # fmt: skip
    path = folder / "OpportunityHistory.csv"
    write_rows(path, SALESFORCE_LOG, rows)
    return path, len(rows)


def write_hubspot_log(folder: Path, changes: Sequence[Change]) -> tuple[Path, int]:
    """A table of the Mid-market team's stage changes; gives the file and its number of rows."""
    rows = [
        [f"{number}", deal_key(one.deal), before, stage_word(one), "" if one.amount is None else f"{one.amount}",
         "USD", iso(one.close_date), f"{one.probability:g}", iso(day)]
        for number, day, one, before in changes
    ]  # fmt: skip
    path = folder / "hubspot-deal-changes.csv"
    write_rows(path, HUBSPOT_LOG, rows)
    return path, len(rows)


def write_europe_log(folder: Path, changes: Sequence[Change]) -> tuple[Path, int]:
    """The log that the Europe team keeps by hand; gives the file and its number of rows."""
    rows = [
        [f"{number}", deal_key(one.deal), before, stage_word(one), decimal_comma(one.amount), "USD",
         european(one.close_date), f"{one.probability * 100:.0f}", european(day)]
        for number, day, one, before in changes
    ]  # fmt: skip
    path = folder / "europe changes.csv"
    write_rows(path, tuple(EUROPE_LOG_FIELDS.values()), rows, delimiter=";", encoding="utf-8-sig", end="\r\n")
    return path, len(rows)
