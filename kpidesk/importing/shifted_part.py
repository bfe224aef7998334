"""Tells that the cells of some rows of a file, as of those below a stray separator, stand one column too far."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from kpidesk.core.errors import UserError
from kpidesk.core.fields import FIELD_BY_NAME, Field
from kpidesk.core.records import RawRows
from kpidesk.core.wording import counted, listed
from kpidesk.importing.dates import looks_like_day
from kpidesk.importing.evidence import Evidence
from kpidesk.importing.numbers import is_blank, looks_like_number
from kpidesk.importing.rules import Rules
from kpidesk.importing.shifted import WORDED
from kpidesk.importing.spans import holds_periods

LEAST_ROWS = 3
"""Fewer rows than these are mistakes of their own: each is rejected for its cells."""
STEPS = (1, -1)
"""Where the cell of a column stands in a shifted row: a column too far to the right, or to the left."""


@dataclass(slots=True)
class _Found:
    """The rows whose cells stand `step` columns too far, as they are counted; `row` is the first of them."""

    step: int
    row: Sequence[str]
    odd: tuple[tuple[Field, int], ...]
    first: int
    last: int = 0
    count: int = 0


def may_be_shifted(evidence: Evidence) -> bool:
    """Whether two columns of dates or amounts hold something else in several rows."""
    shown = (*(one.shown for one in evidence.dates.values()), *(one.shown for one in evidence.numbers.values()))
    return sum(one["bad"] >= LEAST_ROWS for one in shown) > 1


def refuse_shifted_part(rules: Rules, chosen: Collection[int], blocks: Iterable[RawRows]) -> Iterator[None]:
    """Refuse a file in several rows of which two cells fit the columns beside their own, and no cell denies it.

    `chosen` are the columns that the user mapped: they are taken as they are.

    Raises:
        UserError: saying on which lines, which columns hold what there, and which names it fits.
    """
    fields = FIELD_BY_NAME[rules.kind]
    read = [(fields[one.field], one.column) for one in rules.readings if one.field in fields]
    judged = sorted((one for one in read if one[1] not in chosen and _is_judged(one[0])), key=lambda one: one[1])
    found: dict[int, _Found] = {}
    for block in blocks:
        for line, row in zip(block.lines, block.rows, strict=True):
            if len(row) == len(rules.headers) - rules.made_columns:
                _note(found, judged, row, line)
        yield
    part = max(found.values(), key=lambda one: one.count, default=None)
    if part is not None and part.count >= LEAST_ROWS:
        raise _refusal(rules.headers, part)


def _note(found: dict[int, _Found], judged: Sequence[tuple[Field, int]], row: Sequence[str], line: int) -> None:
    """Take a row in, where its cells would fit with a step to one side."""
    odd = [one for one in judged if _is_odd(one[0], row[one[1]])]
    if len(odd) < 2 or not any(_is_sure(field, row[at]) for field, at in odd):
        return
    for step in STEPS:
        fitting = tuple(one for one in odd if _fits(one[0], row, one[1] + step))
        behind = [(field, at + step) for field, at in judged if at >= odd[0][1] and 0 <= at + step < len(row)]
        if len(fitting) > 1 and not any(_is_odd(field, row[at]) for field, at in behind):
            part = found.setdefault(step, _Found(step, row, fitting, line))
            part.last, part.count = line, part.count + 1
            return


def _is_judged(field: Field) -> bool:
    return field.kind in ("money", *WORDED) or (field.kind in ("date", "stamp") and not holds_periods(field))


def _fits(field: Field, row: Sequence[str], at: int) -> bool:
    return 0 <= at < len(row) and not is_blank(row[at]) and not _is_odd(field, row[at])


def _is_odd(field: Field, cell: str) -> bool:
    """Whether a cell is filled and cannot be what a field holds, or hardly is."""
    if is_blank(cell):
        return False
    if field.kind in ("date", "stamp"):
        return not looks_like_day(cell)
    is_number = looks_like_number(cell)
    return not is_number if field.kind == "money" else is_number or looks_like_day(cell)


def _is_sure(field: Field, cell: str) -> bool:
    """Whether an odd cell is no doubt one: a number may be a word or a day."""
    return field.kind == "money" or not looks_like_number(cell)


def _holds(cell: str) -> str:
    return "numbers" if looks_like_number(cell) else "dates" if looks_like_day(cell) else "words"


def _refusal(headers: Sequence[str], part: _Found) -> UserError:
    places = [(headers[at], headers[at + part.step], part.row[at + part.step]) for _, at in part.odd]
    holds = listed(
        f"'{beside}' holds {_holds(cell)} ('{cell[:40]}'), which fit '{name}'" for name, beside, cell in places
    )
    side, mend = (
        ("right", "Take out the separator too many") if part.step > 0 else ("left", "Add the missing separator")
    )
    return UserError(
        f"{counted(part.count, 'row')} between line {part.first:,} and line {part.last:,} look shifted, their cells a "
        f"column too far to the {side}: {holds}.",
        f"{mend} on these lines, or leave them out of the file; a column that is as it should be is said with "
        "--map FIELD=COLUMN.",
    )
