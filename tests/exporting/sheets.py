"""What a reader of a workbook sees: its cells, and what its formulas come to when they are worked out again."""

from __future__ import annotations

import ast
import io
import operator
import re
from collections.abc import Callable
from typing import Any

import openpyxl  # type: ignore[import-untyped]  # it has no type hints

_OPERATIONS: dict[type, Callable[[float, float], float]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
}  # fmt: skip


def opened(content: bytes, *, worked_out: bool = False) -> Any:
    """A workbook with its formulas, or with the values that were written beside them."""
    return openpyxl.load_workbook(io.BytesIO(content), data_only=worked_out)


def formulas(content: bytes) -> dict[tuple[str, str], str]:
    """Every formula by its sheet and cell."""
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in opened(content) for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
    }  # fmt: skip


def recomputed(content: bytes) -> list[tuple[str, str, float, float]]:
    """Every formula with what it comes to by arithmetic and sums, and the value that stands beside it."""
    book, values = opened(content), opened(content, worked_out=True)
    return [
        (sheet, place, _worth(book[sheet], place), values[sheet][place].value)
        for sheet, place in formulas(content)
    ]  # fmt: skip


def _worth(sheet: Any, place: str) -> float:
    held = sheet[place].value
    if not isinstance(held, str):
        return float(held)
    assert held.startswith("="), f"{place} holds a text that a formula needs as a number: {held!r}"
    summed = re.sub(r"SUM\(([A-Z0-9:,]+)\)", lambda found: repr(_sum(sheet, found[1])), held[1:])
    plain = re.sub(r"\b[A-Z]+\d+\b", lambda found: repr(_worth(sheet, found[0])), summed)
    return _reckoned(ast.parse(plain, mode="eval").body)


def _sum(sheet: Any, ranges: str) -> float:
    cells = [cell for one in ranges.split(",") for row in sheet[one] for cell in row]
    return sum(_worth(sheet, cell.coordinate) for cell in cells if cell.value is not None)


def _reckoned(node: ast.expr) -> float:
    if isinstance(node, ast.BinOp):
        return _OPERATIONS[type(node.op)](_reckoned(node.left), _reckoned(node.right))
    if isinstance(node, ast.UnaryOp):
        return -_reckoned(node.operand)
    assert isinstance(node, ast.Constant)
    assert isinstance(node.value, (int, float))
    return float(node.value)
