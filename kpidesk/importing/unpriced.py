"""That no column tells what deals are worth, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kpidesk.core.wording import listed
from kpidesk.importing.dates import looks_like_day
from kpidesk.importing.numbers import is_blank, looks_like_number
from kpidesk.importing.profiles import NO_COLUMN
from kpidesk.importing.rules import Rules

WORTH = ("amount", "recurring_amount")


def unpriced(rules: Rules, rows: Sequence[Sequence[str]], said: Mapping[str, str]) -> tuple[str, ...]:
    """The notice that no column tells amounts of deals, with the columns of numbers that may; none where one does.

    `rows` are the first ones of the file, `said` the columns that the user gave to fields: "-" asks for no notice.
    """
    if rules.kind != "deals" or any(rules.is_given(name) or said.get(name) == NO_COLUMN for name in WORTH):
        return ()
    free = [f"'{rules.headers[at]}'" for at in rules.custom if _holds_numbers(rows, at)]
    holds = f" {listed(free)} {'hold' if len(free) > 1 else 'holds'} numbers that feed nothing." if free else ""
    return (
        "No column tells what the deals are worth: unless another file does, there are no bookings, no deal size, no "
        f'pipeline in money and no forecast.{holds} Map the one that does: --map amount="COLUMN".',
    )


def _holds_numbers(rows: Sequence[Sequence[str]], column: int) -> bool:
    filled = [row[column] for row in rows if column < len(row) and not is_blank(row[column])]
    return bool(filled) and all(map(looks_like_number, filled)) and not all(map(looks_like_day, filled))
