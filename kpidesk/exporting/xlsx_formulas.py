"""Formulas by which the reader of a workbook checks a number again; none stands where it would give another value."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kpidesk.core.papers import PaperTable

EXACT = 1e-12
"""By how much a formula may miss its number, as a share of it: what sums in another order can lose."""
_ALLOWED = re.compile(r"(?:\{[a-z0-9_]+(?::all)?\}|SUM\(|[0-9.]+|[-+*/(), ])+")
_PLACE = re.compile(r"\{([a-z0-9_]+)(:all)?\}")


@dataclass(frozen=True, slots=True)
class Counted:
    """A number as a cell holds it, with the formula that gives it; an empty formula where there is none."""

    value: float | None
    formula: str = ""


def quotient(value: float | None, upper: float | None, lower: float | None, cells: tuple[str, str]) -> Counted:
    """A number as one cell over another, where they give it."""
    if value is None or upper is None or not lower or not math.isclose(value, upper / lower, rel_tol=EXACT):
        return Counted(value)
    return Counted(value, f"={cells[0]}/{cells[1]}")


def total(value: float | None, parts: Sequence[float | None], cells: str) -> Counted:
    """A number as the sum of cells, where they add up to it."""
    known = [part for part in parts if part is not None]
    if value is None or not known or not math.isclose(value, math.fsum(known), rel_tol=EXACT, abs_tol=EXACT):
        return Counted(value)
    return Counted(value, f"=SUM({cells})")


def table_formula(table: PaperTable, line: int, at: int, name: Callable[[int, int], str]) -> str:
    """The formula of a cell of a table with its places filled in; empty where one of them holds no number.

    `name` gives the name of the cell in a row and a column of the table.

    Raises:
        ValueError: the formula is made of anything but places, sums and arithmetic.
    """
    cell = table.rows[line].cells[at]
    if not cell.formula or not isinstance(cell.value, (int, float)):
        return ""
    if _ALLOWED.fullmatch(cell.formula) is None:
        raise ValueError(f"A workbook does not take the formula {cell.formula!r}.")
    columns = {column.key: place for place, column in enumerate(table.columns)}
    for key, everything in _PLACE.findall(cell.formula):
        here = table.rows[line].cells[columns[key]].value if key in columns else None
        if key not in columns or (not everything and not isinstance(here, (int, float))):
            return ""
    filled = _PLACE.sub(
        lambda found: _range(table, columns[found[1]], name) if found[2] else name(line, columns[found[1]]),
        cell.formula,
    )
    return f"={filled}" if "()" not in filled else ""


def _range(table: PaperTable, column: int, name: Callable[[int, int], str]) -> str:
    """The cells of a column in all rows that are no total, as ranges one after the other."""
    return ",".join(f"{name(first, column)}:{name(last, column)}" for first, last in member_runs(table))


def member_runs(table: PaperTable) -> list[tuple[int, int]]:
    """First and last of the rows that are no total, where totals stand between them of each stretch."""
    runs: list[tuple[int, int]] = []
    for at, row in enumerate(table.rows):
        if not row.strong:
            first = runs.pop()[0] if runs and runs[-1][1] == at - 1 else at
            runs.append((first, at))
    return runs
