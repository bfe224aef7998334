"""A receipt in words: what was counted, whether the rows reproduce the number, and where they come from."""

from __future__ import annotations

import math

from kpidesk.core.fields import DEAL_FIELDS, FIELDS
from kpidesk.core.formats import count_text, day_text, fixed, format_interval, format_value, plain_number, sample_text
from kpidesk.core.receipts import Receipt, ReceiptRow
from kpidesk.ui.widgets.goal_text import scope_words
from kpidesk.ui.widgets.import_answers import counted
from kpidesk.ui.widgets.receipt_model import Column

ALL_FIELDS = (*(one for fields in FIELDS.values() for one in fields), *DEAL_FIELDS)
LABELS = {one.name: one.label for one in ALL_FIELDS}
NUMBERS = frozenset(one.name for one in ALL_FIELDS if one.kind in ("money", "ratio", "number"))
SEVERAL = 2


def headline(receipt: Receipt, organisation: str = "") -> str:
    """Whose number it is, for when: `Win rate · North · Q4 2026`."""
    asked = receipt.question
    return f"{scope_words(asked.scope, organisation)} · {asked.period.label}"


def sample_words(receipt: Receipt) -> str:
    """What the number rests on, with its interval: `31 of 96 · 95% interval 24% to 42%`."""
    found = receipt.result
    if found.value is None:
        return found.reason
    parts = [sample_text(found.n, found.numerator if receipt.kpi.is_rate else None, receipt.noun)]
    if found.interval is not None:
        parts.append(f"95% interval {format_interval(found.interval, receipt.kpi.unit, '', found.n)}")
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
    rows = counted(len(receipt.rows), "row")
    these = f"This {rows[2:]}" if len(receipt.rows) == 1 else f"These {rows}"
    verb = "reproduces" if len(receipt.rows) == 1 else "reproduce"
    if not receipt.reproduces:
        gives = f"they give {exact_text(receipt, receipt.reproduced, currency)}"
        return f"{these} do NOT come to the number shown: {gives}, the page shows {receipt.value_text}."
    if receipt.result.value is None:
        return f"There is no number: {receipt.result.reason or 'no rows'}."
    return f"{these} {verb} the number: {_again(receipt, currency)}."


def _again(receipt: Receipt, currency: str) -> str:
    """The number once more from the rows, for a quotient with the division written out."""
    found = receipt.result
    shown = exact_text(receipt, receipt.reproduced, currency)
    if found.numerator is None or found.denominator is None:
        return shown
    return f"{count_text(found.numerator)} ÷ {count_text(found.denominator)} = {shown}"


def exact_text(receipt: Receipt, value: float | None, currency: str) -> str:
    """A value with one digit more than the page shows."""
    if value is None or not math.isfinite(value):
        return "nothing"
    if receipt.kpi.unit == "percent":
        return f"{fixed(value * 100, 1)}%"
    if receipt.kpi.unit == "money":
        return f"{fixed(value, 2).removesuffix('.00')} {currency}".strip()
    shown = format_value(value, receipt.kpi.unit, currency)
    digits = plain_number(round(value, 4))
    return shown if digits in shown else f"{digits} ({shown})"


def facts(receipt: Receipt) -> tuple[tuple[str, str], ...]:
    """Short facts about where the number comes from."""
    files = list(dict.fromkeys(row.file for row in receipt.rows if row.file))
    named = ", ".join(files[:2]) + (f" and {len(files) - 2} more" if len(files) > SEVERAL else "")
    newest = [f"{number}" for number in receipt.import_ids[-6:]]
    imports = ", ".join(["…", *newest] if len(receipt.import_ids) > len(newest) else newest)
    return (
        ("Data as of", day_text(receipt.as_of) if receipt.as_of else ""),
        ("Definition", f"version {receipt.definition_version}"),
        ("Imports", imports),
        ("Code", receipt.code),
        ("Files", named),
    )


def parts_words(receipt: Receipt) -> str:
    """The measures a formula is made of, each with what it came to."""
    if len(receipt.parts) < SEVERAL:
        return ""
    shown = ((words, "nothing" if value is None else plain_number(round(value, 2))) for words, value in receipt.parts)
    return "   ·   ".join(f"{words}: {value}" for words, value in shown)


def columns_of(receipt: Receipt) -> tuple[Column[ReceiptRow], ...]:
    """The columns of the table: the deal's own fields, what it counts, and the place it was read from."""
    columns = [Column("Deal", _name, strong=True)]
    columns += [_field_column(name) for name in receipt.columns if name != "name"]
    if any(one.rate for one in receipt.rows):
        columns.append(Column("Exchange rate", lambda one: one.rate))
    if is_quotient(receipt):
        columns.append(Column("In the numerator", lambda one: "yes" if one.in_numerator else "no"))
    if any(one.weight != 1.0 for one in receipt.rows):
        columns.append(Column("Share", _share, lambda one: one.weight, right=True))
    if not is_quotient(receipt) and any(one.value is not None for one in receipt.rows):
        columns.append(Column("Adds", _adds, lambda one: math.nan if one.value is None else one.value, right=True))
    columns += [
        Column("File", lambda one: one.file),
        Column("Line", lambda one: f"{one.line:,}" if one.line else "", lambda one: float(one.line), right=True),
        Column("Import", lambda one: f"{one.import_id}", lambda one: float(one.import_id), right=True),
        Column("In force since", lambda one: one.valid_from),
    ]
    return tuple(columns)


def _name(one: ReceiptRow) -> str:
    return one.cells.get("name") or one.key


def _share(one: ReceiptRow) -> str:
    return f"{plain_number(one.weight * 100)}%"


def _adds(one: ReceiptRow) -> str:
    return "" if one.value is None else plain_number(round(one.value, 4))


def _field_column(name: str) -> Column[ReceiptRow]:
    def text(one: ReceiptRow) -> str:
        return one.cells.get(name, "")

    def number(one: ReceiptRow) -> float:
        try:
            return float(one.cells.get(name, "").replace(",", ""))
        except ValueError:
            return math.nan

    def grouped(one: ReceiptRow) -> str:
        value = number(one)
        return text(one) if math.isnan(value) else fixed(value, 2).removesuffix(".00")

    if name not in NUMBERS:
        return Column(LABELS.get(name, name), text)
    return Column(LABELS.get(name, name), grouped, number, right=True)
