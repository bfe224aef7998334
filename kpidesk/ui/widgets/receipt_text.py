"""A receipt in words: what was counted, whether the rows reproduce the number, and where they come from."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence

from kpidesk.core.fields import DEAL_FIELDS, FIELDS, OF_DAYS, OF_VISITS
from kpidesk.core.forecast_words import range_again
from kpidesk.core.formats import (
    MINUS,
    between_words,
    count_text,
    day_text,
    fixed,
    format_value,
    full_value,
    plain_number,
    sample_text,
    stored_day_text,
)
from kpidesk.core.luck_words import FOR_LUCK
from kpidesk.core.parts import part_words
from kpidesk.core.receipts import STATE_FROM, Listing, Receipt, ReceiptRow
from kpidesk.core.wording import counted, listed
from kpidesk.ui.widgets.goal_text import scope_words
from kpidesk.ui.widgets.receipt_model import Column

ALL_FIELDS = (*(one for fields in FIELDS.values() for one in fields), *DEAL_FIELDS, *OF_VISITS)
LABELS = {one.name: one.label for one in ALL_FIELDS}
NUMBERS = frozenset(one.name for one in ALL_FIELDS if one.kind in ("money", "ratio", "number"))
MONEY = frozenset(one.name for one in ALL_FIELDS if one.kind == "money")
MEASURED = re.compile(r"\b(?:deals|leads|accounts|activities)\.(`[^`]*`|\w+)")
"""The fields that a formula names with their kind of record, which is how it names what it adds up."""
AMOUNT = re.compile(r"\d[\d,]*(?:\.\d+)?")
SEVERAL = 2
STATE_HINT = "The line of the stage history that tells how the deal stood when it counted; its own file shows it later."


def headline(receipt: Receipt, organisation: str = "") -> str:
    """Whose number it is, for when, and which part of it: `North · Q4 2026 · Inbound · only where amount > 1000`."""
    asked = receipt.question
    where = f"only where {asked.where}" if asked.where else ""
    words = (scope_words(asked.scope, organisation), asked.period.label, part_words(asked.parts), where)
    return " · ".join(one for one in words if one)


def sample_words(receipt: Receipt) -> str:
    """What the number rests on, with its interval: `31 of 96 · allowing for luck between 24% and 42%`."""
    found = receipt.result
    if found.value is None:
        return found.reason
    if receipt.kpi.is_manual and not found.n:
        return "typed in"
    parts = [sample_text(found.n, found.numerator if receipt.kpi.is_rate else None, receipt.noun)]
    if found.interval is not None:
        parts.append(f"{FOR_LUCK.lower()} {between_words(found.interval, receipt.kpi.display, '', found.n)}")
    return " · ".join(parts)


def formula_sentence(receipt: Receipt) -> str:
    """The formula in words, as a sentence of its own."""
    words = receipt.words
    return f"{words[:1].upper()}{words[1:].rstrip('.')}." if words else ""


def is_quotient(receipt: Receipt) -> bool:
    """Whether some rows stand above the line and all below it."""
    return receipt.result.denominator is not None and any(not row.in_numerator for row in receipt.rows)


def proof(receipt: Receipt, currency: str = "") -> str:
    """The sentence that says whether the rows come to the number shown."""
    rows = counted(receipt.count, "row")
    these = f"This {rows[2:]}" if receipt.count == 1 else f"These {rows}"
    verb = "reproduces" if receipt.count == 1 else "reproduce"
    if not receipt.reproduces:
        gives = f"they give {range_again(receipt) or exact_text(receipt, receipt.reproduced, currency)}"
        return f"{these} do NOT come to the number shown: {gives}, the page shows {receipt.value_text}."
    if receipt.result.value is None:
        return f"There is no number: {receipt.result.reason or 'no rows'}."
    what = "number" if receipt.likely_again is None else "range"
    return f"{these} {verb} the {what}: {_again(receipt, currency)}."


def _again(receipt: Receipt, currency: str) -> str:
    """The number once more from the rows, for a quotient with the division written out."""
    if told := range_again(receipt):
        return told
    found = receipt.result
    shown = exact_text(receipt, receipt.reproduced, currency)
    if found.numerator is None or found.denominator is None:
        return shown
    return f"{count_text(found.numerator)} ÷ {count_text(found.denominator)} = {shown}"


def exact_text(receipt: Receipt, value: float | None, currency: str) -> str:
    """A value with one digit more than the page shows; money unshortened, as the panel beside the scorecard has it."""
    if value is None or not math.isfinite(value):
        return "nothing"
    if receipt.kpi.unit == "percent":
        return f"{fixed(value * 100, 1)}%"
    if receipt.kpi.unit == "money":
        return full_value(value, "money", currency)
    shown = format_value(value, receipt.kpi.display, currency)
    digits = plain_number(round(value, 4))
    return shown if digits in shown else f"{digits} ({shown})"


def facts(receipt: Receipt) -> tuple[tuple[str, str], ...]:
    """Short facts about where the number comes from."""
    files = list(dict.fromkeys(row.file for row in receipt.rows if row.file))
    named = listed(files, 1)
    newest = [f"{number}" for number in receipt.import_ids[-6:]]
    imports = ", ".join(["…", *newest] if len(receipt.import_ids) > len(newest) else newest)
    return (
        ("Data as of", day_text(receipt.as_of) if receipt.as_of else ""),
        ("Definition", f"version {receipt.definition_version}"),
        ("Target", _target(receipt)),
        ("Import no." if len(newest) == 1 else "Imports no.", imports),
        ("Receipt", receipt.code),
        ("Files", named),
    )


def _target(receipt: Receipt) -> str:
    """The target of the number and its version; empty without one."""
    goal = receipt.target
    if goal is None:
        return ""
    shown = format_value(goal.target, receipt.kpi.display, receipt.currency)
    return f"{shown}, version {goal.version}" if goal.version else shown


def parts_words(receipt: Receipt) -> str:
    """The measures a formula is made of, each with what it came to."""
    if len(receipt.parts) < SEVERAL:
        return ""
    shown = ((words, "nothing" if value is None else plain_number(round(value, 2))) for words, value in receipt.parts)
    return "   ·   ".join(f"{words}: {value}" for words, value in shown)


def columns_of(receipt: Receipt) -> tuple[Column[ReceiptRow], ...]:
    """The columns of the table: the name, what the row counts, its other fields, and the place it was read from."""
    if receipt.kpi.is_manual:
        return _typed_columns(receipt)
    rows = receipt.rows
    named = [one for one in receipt.columns if one != "amount" or not _adds_amount(receipt)]
    name, *fields = _field_columns(receipt, named)
    if any(one.rate for one in rows):
        fields.append(Column("Exchange rate", lambda one: one.rate))
    places = (*_state_columns(rows), *_place_columns()) if any(one.file for one in rows) else ()
    return (name, *_counting_columns(receipt), *fields, *places)


def _counting_columns(receipt: Receipt) -> list[Column[ReceiptRow]]:
    """Whether and with how much a row counts: beside its name, so that no other field puts it out of sight."""
    rows, found = receipt.rows, list[Column[ReceiptRow]]()
    if is_quotient(receipt):
        found.append(Column("In the numerator", _counts, name="in_numerator"))
    if any(one.weight != 1.0 for one in rows):
        found.append(Column("Share", _share, lambda one: one.weight, right=True, name="weight"))
    if not is_quotient(receipt) and any(one.value is not None for one in rows):
        found.append(Column("Adds", _adds_text(receipt), adds, right=True, name="value"))
    return found


def _adds_amount(receipt: Receipt) -> bool:
    """Whether every row adds its amount as it stands: one column says both then."""
    if receipt.more or is_quotient(receipt) or not receipt.rows:
        return False
    return all(one.value is not None and one.value == _number(one, "amount") for one in receipt.rows)


def columns_left_out(receipt: Receipt, listing: Listing) -> tuple[Column[ReceiptRow], ...]:
    """The columns of rows that do not count."""
    return (*_field_columns(receipt, listing.columns), *_state_columns(listing.rows), *_place_columns())


def columns_compared(listing: Listing) -> tuple[Column[ReceiptRow], ...]:
    """The columns of the quotas that a number is compared with, which have no name."""
    return (*(_field_column(name) for name in listing.columns), *_place_columns())


def _field_columns(receipt: Receipt, names: Sequence[str]) -> list[Column[ReceiptRow]]:
    kinds = {one.kind for one in receipt.rows} or {"deals"}
    made_of = "Made of" if receipt.likely_again is not None else receipt.noun.capitalize()
    title = "Person" if kinds == {"people"} else made_of
    field_column = _made_column if receipt.likely_again is not None else _field_column
    return [Column(title, _name, strong=True, name="name"), *(field_column(name) for name in names if name != "name")]


def _made_column(name: str) -> Column[ReceiptRow]:
    """A column of what a range is made of: what stands in no file are amounts and shares, with their signs."""
    if name in LABELS:
        return _field_column(name)

    def number(one: ReceiptRow) -> float:
        text = one.cells.get(name, "")
        found = AMOUNT.search(text)
        size = float(found[0].replace(",", "")) if found is not None else math.nan
        return -size if text.startswith(MINUS) else size

    return Column(name, lambda one: one.cells.get(name, ""), number, right=True, name=name)


def _place_columns() -> tuple[Column[ReceiptRow], ...]:
    return (
        Column("File", lambda one: one.file, name="file"),
        Column("Line", lambda one: f"{one.line:,}" if one.line else "", lambda one: float(one.line), right=True,
               name="line"),
        Column("Import", lambda one: f"{one.import_id}", lambda one: float(one.import_id), right=True,
               name="import_id"),
        Column("In force since", lambda one: stored_day_text(one.valid_from), lambda one: one.valid_from,
               name="valid_from"),
    )  # fmt: skip


def _state_columns(rows: Sequence[ReceiptRow]) -> tuple[Column[ReceiptRow], ...]:
    """Where a history of stages tells how a row stood when it counted, where one does."""
    if not any(one.history for one in rows):
        return ()
    return (Column(STATE_FROM, lambda one: one.history.place if one.history else "", full=_state, hint=STATE_HINT),)


def _state(one: ReceiptRow) -> str:
    """Which cells are as they were when the row counted."""
    if one.history is None:
        return ""
    names = listed([LABELS.get(name, name) for name in one.history.fields])
    return f"{names}: as they were from {stored_day_text(one.valid_from)} on, not as the file has them" if names else ""


def _counts(one: ReceiptRow) -> str:
    return "yes" if one.in_numerator else f"no, {one.reason}" if one.reason else "no"


def adds(one: ReceiptRow) -> float:
    """What a row adds before weighting, NaN for nothing."""
    return math.nan if one.value is None else one.value


def _typed_columns(receipt: Receipt) -> tuple[Column[ReceiptRow], ...]:
    """The columns of what was typed in: its evidence, the value, how much each counts, and the day."""
    kpi, money = receipt.kpi, receipt.currency
    shares = [Column("Share", _share, lambda one: one.weight, right=True)] if len(receipt.rows) > 1 else []
    return (
        Column("Evidence", _name, strong=True),
        Column(
            "Value", lambda one: format_value(one.value, kpi.display, money), lambda one: one.value or 0.0, right=True
        ),
        *shares,
        Column("Typed in", lambda one: one.file.removeprefix("typed in on "), lambda one: one.valid_from),
    )


def _name(one: ReceiptRow) -> str:
    return one.cells.get("name") or one.key


def _share(one: ReceiptRow) -> str:
    return f"{plain_number(one.weight * 100)}%"


def _adds_text(receipt: Receipt) -> Callable[[ReceiptRow], str]:
    """What a row adds as text: money as the proof writes it, anything else as a plain number."""
    summed = MEASURED.findall(receipt.kpi.formula)
    is_money = receipt.kpi.unit == "money" and bool(summed) and MONEY.issuperset(summed)

    def text(one: ReceiptRow) -> str:
        if one.value is None:
            return ""
        return full_value(one.value, "money", receipt.currency) if is_money else plain_number(round(one.value, 4))

    return text


def _number(one: ReceiptRow, name: str) -> float:
    """A field as a number, NaN where it holds none."""
    try:
        return float(one.cells.get(name, "").replace(",", ""))
    except ValueError:
        return math.nan


def _field_column(name: str) -> Column[ReceiptRow]:
    def text(one: ReceiptRow) -> str:
        return one.cells.get(name, "")

    def number(one: ReceiptRow) -> float:
        return _number(one, name)

    def grouped(one: ReceiptRow) -> str:
        value = number(one)
        return text(one) if math.isnan(value) else fixed(value, 2).removesuffix(".00")

    if name in OF_DAYS:
        return Column(LABELS.get(name, name), lambda one: stored_day_text(text(one)), text, name=name)
    if name not in NUMBERS:
        return Column(LABELS.get(name, name), text, name=name)
    return Column(LABELS.get(name, name), grouped, number, right=True, name=name)
