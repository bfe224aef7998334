"""The tables of the data export of Salesforce that hold no records of a KPI: what each is, and what to do instead."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kpidesk.core.errors import UNSAID, OtherTableError

SALESFORCE_TABLES = (frozenset(("id", "systemmodstamp")), frozenset(("field", "oldvalue", "newvalue")))
"""Headers of any table of the Salesforce data export; campaigns and cases have names of deals and leads beside them."""
ADVICE = "If a KPI is to read it, import it alone and say what it holds: --kind, and --map for its columns."
ANSWERS = (("--kind", UNSAID),)
_CHANGES = "changes of single fields; the history of stages is in OpportunityHistory.csv"
_PRODUCTS = "products and prices; what was sold is in the opportunities"
_PEOPLE = "people at your customers; deals and activities are counted by account"
_QUOTES = "quotes; what they came to is in the opportunities"
_TERRITORIES = "territories; whose territory is which is said on the page People"
_TABLES: dict[str, str] = {
    "order": "orders; bookings are counted from won opportunities, and an order would count again. Where no "
    "opportunity stands for the orders, import the file alone as deals",
    "orderitem": "the products of orders; bookings are counted from won opportunities",
    "opportunitylineitem": "the products of opportunities, whose amount is in these already. For a breakdown by "
    "product, let a report of opportunities name the product",
    "opportunitysplit": "who shares in which opportunity. Shares count where one column of the opportunities names "
    "them, such as 'Ann 50%; Bob 50%'",
    "opportunityteammember": "who works on which opportunity; credit goes to its owner, or by the shares that one "
    "column names, such as 'Ann 50%; Bob 50%'",
    "opportunitystage": "the list of your stages; what each means is asked where opportunities are imported",
    "campaign": "campaigns; leads name their campaign themselves, and what it cost is imported as costs",
    "campaignmember": "who was in which campaign; leads name their campaign themselves",
    "case": "support cases; how satisfied customers are is imported as surveys",
    "asset": "what customers own; recurring revenue is imported as subscriptions",
    "emailmessage": "the texts of e-mails; those that were logged are in Task.csv",
    "contact": _PEOPLE, "opportunitycontactrole": _PEOPLE, "accountcontactrole": _PEOPLE,
    "quote": _QUOTES, "quotelineitem": _QUOTES,
    "product2": _PRODUCTS, "pricebook2": _PRODUCTS, "pricebookentry": _PRODUCTS,
    "territory2": _TERRITORIES, "userterritory2association": _TERRITORIES, "objectterritory2association": _TERRITORIES,
    "opportunityfieldhistory": _CHANGES, "accounthistory": _CHANGES, "leadhistory": _CHANGES, "casehistory": _CHANGES,
    "contacthistory": _CHANGES, "contracthistory": _CHANGES, "orderhistory": _CHANGES,
}  # fmt: skip
"""What a table of this name holds, small letters."""


def is_of_salesforce(headers: Iterable[str]) -> bool:
    """Whether a table is one of the data export of Salesforce."""
    names = {header.casefold() for header in headers}
    return any(telling <= names for telling in SALESFORCE_TABLES)


def refuse_known(name: str, headers: Iterable[str]) -> None:
    """Refuse a table of Salesforce that is known to hold no records of a KPI.

    Raises:
        OtherTableError: it is one; says what it holds and where the records are instead.
    """
    held = _TABLES.get(Path(name).stem.casefold())
    if held is not None and is_of_salesforce(headers):
        raise OtherTableError(f"'{name}' holds {held}.", ADVICE, ANSWERS)


def refuse_other(name: str, headers: Iterable[str]) -> None:
    """Refuse a table of Salesforce the columns of which are those of no kind.

    Raises:
        OtherTableError: it is a table of Salesforce.
    """
    if is_of_salesforce(headers):
        own = "that your company made" if Path(name).stem.casefold().endswith("__c") else "that no KPI reads"
        raise OtherTableError(f"'{name}' is a table of Salesforce {own}.", ADVICE, ANSWERS)
