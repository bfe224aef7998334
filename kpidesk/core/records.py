"""The records an export can hold, field by field; one list serves import, store, engine and language.

A value in a record is None when the cell is empty. By kind of field it is: `id`, `text`, `person`,
`account`, `term` a str; `date` an ISO day as str; `money` an int in minor units of the row's currency;
`ratio` an int in millionths (1,000,000 is 100 %); `number` an int.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Literal

from kpidesk.core.errors import Issue

FieldKind = Literal["id", "text", "term", "person", "account", "date", "money", "ratio", "number"]
Outcome = Literal["open", "won", "lost", "ignore"]
OUTCOMES: tuple[Outcome, ...] = ("open", "won", "lost", "ignore")
Kind = Literal["deals", "people"]
KINDS: tuple[Kind, ...] = ("deals", "people")
MILLION = 1_000_000
Cell = str | int | None


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a kind of record.

    `label` is what a person reads; `aliases` further header names under which a plain file may carry it.
    """

    name: str
    kind: FieldKind
    label: str
    aliases: tuple[str, ...] = ()


DEAL_FIELDS: tuple[Field, ...] = (
    Field("name", "text", "Deal name", ("deal", "opportunity", "title", "topic", "deal name", "opportunity name")),
    Field("account", "account", "Account", ("account name", "company", "customer", "organization", "client")),
    Field("owner", "person", "Owner", ("rep", "sales agent", "salesperson", "sales rep", "seller", "deal owner")),
    Field("owner_split", "text", "Owner split", ("split", "owner shares", "credit split")),
    Field("created_by", "person", "Created by", ("creator", "created by id", "sourced by")),
    Field("team", "text", "Team", ("sales team", "owner team", "manager")),
    Field("stage", "term", "Stage", ("deal stage", "opportunity stage", "sales stage", "pipeline stage")),
    Field("status", "term", "Status", ("deal status", "outcome", "state", "won lost")),
    Field("pipeline", "term", "Pipeline", ("deal pipeline",)),
    Field("amount", "money", "Amount", ("value", "deal value", "deal amount", "close value", "revenue", "deal size")),
    Field("currency", "term", "Currency", ("currency code", "amount currency", "currency iso code")),
    Field("created_at", "date", "Created", ("created date", "create date", "created on", "engage date", "open date")),
    Field("close_date", "date", "Close date", ("expected close date", "closing date", "expected closing", "due date")),
    Field("closed_at", "date", "Closed", ("closed date", "actual close date", "closed on", "won time", "date won")),
    Field("first_contact_at", "date", "First contact", ("first contact date", "first contacted")),
    Field("stage_entered_at", "date", "Stage entered", ("last stage change date", "last stage change")),
    Field("last_activity_at", "date", "Last activity", ("last activity date", "last contacted")),
    Field("next_activity_at", "date", "Next activity", ("next activity date", "next step date")),
    Field("qualified_at", "date", "Qualified", ("qualified date", "qualification date", "sql date")),
    Field("probability", "ratio", "Probability", ("probability (%)", "win probability", "deal probability")),
    Field("forecast_category", "term", "Forecast category", ("forecast category name",)),
    Field("type", "term", "Type", ("deal type", "opportunity type", "business type")),
    Field("lead_source", "term", "Lead source", ("source", "origin", "original traffic source", "channel")),
    Field("sourced_by_role", "term", "Sourced by role", ("source role",)),
    Field("segment", "term", "Segment", ("customer segment", "market segment", "size band")),
    Field("product_line", "term", "Product", ("product", "product name", "product family")),
    Field("loss_reason", "term", "Loss reason", ("lost reason", "closed lost reason", "reason lost")),
)
"""The mapped fields of a deal besides its id; every column of a file that is mapped to none is kept as custom."""

PERSON_FIELDS: tuple[Field, ...] = (
    Field("person", "person", "Person", ("name", "rep", "sales agent", "owner", "full name", "salesperson")),
    Field("email", "text", "E-mail", ("email address", "e-mail", "mail")),
    Field("team", "text", "Team", ("sales team", "manager", "team name")),
    Field("parent_team", "text", "Parent team", ("regional office", "region", "division", "department", "office")),
    Field("role", "text", "Role", ("title", "job title", "profile")),
    Field("hire_at", "date", "Hired", ("hire date", "start date", "joined", "hired on")),
    Field("end_at", "date", "Left", ("end date", "leave date", "left on", "termination date")),
    Field("valid_from", "date", "In team from", ("from", "member from", "team from", "valid from")),
    Field("valid_to", "date", "In team to", ("to", "member to", "team to", "valid to")),
)

FIELDS: dict[Kind, tuple[Field, ...]] = {"deals": DEAL_FIELDS, "people": PERSON_FIELDS}
FIELD_BY_NAME: dict[Kind, dict[str, Field]] = {
    kind: {one.name: one for one in fields} for kind, fields in FIELDS.items()
}


@dataclass(frozen=True, slots=True)
class RawRows:
    """A chunk of a file as text: `lines[i]` is the line on which `rows[i]` begins."""

    lines: list[int]
    rows: list[list[str]]


@dataclass(slots=True)
class ParsedRows:
    """Rows of a chunk that could be read, column by column, and what was wrong with the others.

    `index[i]` is the position in the chunk of parsed row i; `keys[i]` its identity; `columns[f][i]` its value
    of field f (see the module text), `custom[i]` a JSON object of unmapped cells or None. `rejected` holds one
    issue for each position in the chunk that could not be read, `rejected_keys` the identity of those that still
    tell which record they are about. `skipped` are the positions left out on purpose (a stage mapped to ignore, a
    deleted row).
    """

    index: list[int]
    keys: list[str]
    columns: dict[str, list[Cell]]
    custom: list[str | None]
    rejected: dict[int, Issue] = field(default_factory=dict)
    skipped: dict[int, str] = field(default_factory=dict)
    rejected_keys: dict[int, str] = field(default_factory=dict)


ZERO_DECIMALS = frozenset(
    (
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "UYI",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    )
)
THREE_DECIMALS = frozenset(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"))
FOUR_DECIMALS = frozenset(("CLF", "UYW"))


def minor_digits(currency: str) -> int:
    """How many decimals the minor unit of a currency has, by ISO 4217."""
    if currency in ZERO_DECIMALS:
        return 0
    if currency in FOUR_DECIMALS:
        return 4
    return 3 if currency in THREE_DECIMALS else 2


def to_minor(amount: Decimal, currency: str) -> int:
    """An amount in major units as whole minor units, rounded half to even."""
    scaled = amount.scaleb(minor_digits(currency))
    return int(scaled.to_integral_value(ROUND_HALF_EVEN))


_CAPITALS = {code: "1" if chr(code).isupper() else "0" for code in range(128)}
_CHECK = {f"{at:05b}"[::-1]: letter for at, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345")}


def salesforce_id(text: str) -> str:
    """The 18-character form of a 15-character Salesforce id; any other text unchanged.

    The three added characters spell which letters are upper case, in blocks of five.
    """
    if len(text) != 15 or not text.isascii() or not text.isalnum():
        return text
    capitals = text.translate(_CAPITALS)
    return text + _CHECK[capitals[:5]] + _CHECK[capitals[5:10]] + _CHECK[capitals[10:]]


def is_salesforce_id(text: str) -> bool:
    """Whether a text has the form of a Salesforce id.

    That is 15 letters and digits that begin with 0 (a standard kind of record) or a (one's own), or 18 of which the
    last three are what `salesforce_id` adds.
    """
    if len(text) == 15:
        return text[0] in "0a" and text.isascii() and text.isalnum() and not text.isdigit()
    return len(text) == 18 and is_salesforce_id(text[:15]) and salesforce_id(text[:15]) == text


def chunks(rows: Iterable[tuple[int, list[str]]], size: int = 4096) -> Iterator[RawRows]:
    """Numbered rows in chunks of `size`."""
    lines: list[int] = []
    cells: list[list[str]] = []
    for line, row in rows:
        lines.append(line)
        cells.append(row)
        if len(lines) == size:
            yield RawRows(lines, cells)
            lines, cells = [], []
    if lines:
        yield RawRows(lines, cells)
