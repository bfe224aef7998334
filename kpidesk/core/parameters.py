"""Numbers with a name that formulas use, `param(gross_margin)`: what no export tells and the manager knows."""

from __future__ import annotations

import math
import re

from kpidesk.core.errors import UserError

Parameters = tuple[tuple[str, float], ...]
"""Names with their numbers, by name."""
PARAMETER_HELP: dict[str, str] = {
    "gross_margin": "Share of revenue left after the cost of serving customers, for example 80%.",
    "small_deals_below": "Amount below which a deal is a small one, by which sizes are told apart; 25,000 without it.",
    "enterprise_deals_from": "Amount from which on a deal is an enterprise one; 100,000 without it.",
}
"""What the parameters of shipped KPIs mean."""
_EXAMPLE = "Write for example gross_margin = 80%."


def read_parameter(name: str, text: str) -> tuple[str, float]:
    """A parameter as typed: `80%` is 0.8, `1.5` is 1.5.

    Raises:
        UserError: the name cannot stand in a formula, or the value is no number.
    """
    cleaned = name.strip().casefold()
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", cleaned):
        raise UserError(f"'{name.strip()}' cannot be the name of a parameter.", "Use letters, digits and underscores.")
    return cleaned, _number(text)


def _number(text: str) -> float:
    cleaned = text.strip()
    is_share = cleaned.endswith("%")
    try:
        value = float(cleaned.removesuffix("%"))
    except ValueError:
        raise UserError(f"'{cleaned}' is no number.", _EXAMPLE) from None
    if not math.isfinite(value):
        raise UserError(f"'{cleaned}' is no number to count with.", _EXAMPLE)
    return value / 100 if is_share else value


def with_parameter(known: Parameters, name: str, value: float) -> Parameters:
    """Parameters with one set anew."""
    return tuple(sorted({**dict(known), name: value}.items()))


def read_parameters(text: str) -> Parameters:
    """Parameters typed in one line, `gross_margin = 80%; discount = 0.1`.

    Raises:
        UserError: a part that is no name with a number.
    """
    found: Parameters = ()
    for part in filter(str.strip, text.split(";")):
        name, sign, value = part.partition("=")
        if not sign:
            raise UserError(f"'{part.strip()}' is no parameter.", _EXAMPLE)
        found = with_parameter(found, *read_parameter(name, value))
    return found


def parameters_text(known: Parameters) -> str:
    """Parameters in one line, as `read_parameters` reads them."""
    return "; ".join(f"{name} = {value:.15g}" for name, value in known)
