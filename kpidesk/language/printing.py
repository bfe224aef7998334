"""Writes what a formula is made of as text that is read back as the same: numbers, lengths of time, texts, fields."""

from __future__ import annotations

from decimal import Decimal

from kpidesk.core.parts import CUSTOM
from kpidesk.language.tree import Span


def number_text(value: float) -> str:
    """A number without exponent, so that it can be read back."""
    text = format(Decimal(repr(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def span_text(span: Span) -> str:
    """A length of time as a formula writes it: `90d`, `1 year`."""
    if span.unit == "day":
        return f"{span.count}d"
    return f"{span.count} {span.unit}{'s' if span.count != 1 else ''}"


def quoted_text(text: str) -> str:
    """A text in quotes, so that it can be read back."""
    return "'" + text.replace("'", "''") + "'"


def field_text(field: str) -> str:
    """A field as it is written in a formula; the header of an unmapped column in backticks."""
    return f"`{field.removeprefix(CUSTOM)}`" if field.startswith(CUSTOM) else field
