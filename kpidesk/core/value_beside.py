"""A value as text beside its thresholds: it reads as above, below or on each of them, as it is."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from decimal import Decimal

from kpidesk.core.formats import MINUS, format_value
from kpidesk.core.goals import Target
from kpidesk.core.kpis import Display, Unit

MOST_MORE = 2
"""So many digits more are shown at most."""
_NUMBER = re.compile(r"(\d[\d,]*(?:\.(\d+))?)([KMBT]?)")
_WORTH = {"": 0, "K": 3, "M": 6, "B": 9, "T": 12}


def value_beside(
    value: float | None, goal: Target | None, unit: Unit | Display, currency: str = "", n: float | None = None
) -> str:
    """A value as `format_value` shows it, with a digit or two more where it would read otherwise than it is.

    A win rate of 27.4% from 95 deals is "27%", but beside a target of 27.3%, which it reaches, it is "27.4%".
    """
    shown = format_value(value, unit, currency, n)
    found = _NUMBER.search(shown)
    if value is None or goal is None or found is None:
        return shown
    kind, decimals = unit.unit if isinstance(unit, Display) else unit, len(found[2] or "")
    more = (format_value(value, Display(kind, decimals + one), currency) for one in range(1, MOST_MORE + 1))
    right = (text for text in (shown, *more) if _reads_right(text, value, goal.tiers, unit, currency))
    return next(right, shown)


def _reads_right(text: str, value: float, tiers: Sequence[float], unit: Unit | Display, currency: str) -> bool:
    """Whether a shown value lies to each shown threshold as the two numbers lie to each other."""
    return all(_side(_read(text), _read(format_value(one, unit, currency))) == _side(value, one) for one in tiers)


def _side(one: float | Decimal, other: float | Decimal) -> int:
    """1 above, −1 below, 0 where the two are the same."""
    return 0 if math.isclose(one, other, rel_tol=1e-12) else 1 if float(one) > float(other) else -1


def _read(text: str) -> Decimal:
    """The number that a text shows: 2380000 of "$2.38M"."""
    found = _NUMBER.search(text)
    if found is None:
        return Decimal(0)
    size = Decimal(found[1].replace(",", "")).scaleb(_WORTH[found[3]])
    return -size if MINUS in text[: found.start()] else size
