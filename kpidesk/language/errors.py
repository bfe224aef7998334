"""What is wrong with a formula, where in its text, and how to show the place."""

from __future__ import annotations

from kpidesk.core.errors import UserError

CARET_WIDTH = 100


class FormulaError(UserError):
    """A formula that cannot be used.

    `code` names the kind of mistake (`E-FIELD`), `start` and `end` the characters of the text it is about
    (half-open, counted from 0). `missing` is the table and the name where the table has none of that name.
    """

    missing: tuple[str, str] | None = None

    def __init__(self, code: str, problem: str, advice: str, start: int, end: int) -> None:
        super().__init__(problem, advice)
        self.code = code
        self.start = start
        self.end = max(end, start + 1)


def caret(text: str, error: FormulaError) -> tuple[str, str]:
    """Two lines to print below each other: the formula, and marks under the place of the error.

    A long formula is cut to the surroundings of the place.
    """
    line = "".join(" " if char.isspace() else char for char in text)
    start = min(error.start, len(line))
    length = max(1, min(error.end, len(line)) - start)
    if len(line) > CARET_WIDTH:
        first = max(0, min(start - CARET_WIDTH // 2, len(line) - CARET_WIDTH))
        left, right = ("…" if first else ""), ("…" if first + CARET_WIDTH < len(line) else "")
        line = left + line[first : first + CARET_WIDTH] + right
        start += len(left) - first
        length = min(length, max(1, len(line) - start))
    return line, " " * start + "^" * length
