"""Tells that the cells of some rows of a file, as of those below a stray separator, stand one column too far."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterable, Sequence
from dataclasses import dataclass

from kpidesk.core.errors import Issue, UserError
from kpidesk.core.fields import FIELD_BY_NAME, Field
from kpidesk.core.progress import Progress
from kpidesk.core.records import RawRows
from kpidesk.core.wording import counted, listed
from kpidesk.importing.cells import LONGEST_SHOWN
from kpidesk.importing.dates import looks_like_day
from kpidesk.importing.evidence import Evidence, tally_stages
from kpidesk.importing.mapping import flag
from kpidesk.importing.numbers import is_blank, looks_like_number
from kpidesk.importing.rules import Rules
from kpidesk.importing.shifted import WORDED
from kpidesk.importing.spans import holds_periods

LEAST_ROWS = 3
"""Fewer rows than these are mistakes of their own: each is rejected."""
STEPS = (1, -1)
"""Where the cell of a column stands in a shifted row: a column too far to the right, or to the left."""
SIDES = {1: ("right", "Take out the separator too many"), -1: ("left", "Add the missing separator")}


@dataclass(slots=True)
class _Found:
    """The rows whose cells stand `step` columns too far, as they are counted; the first few are `shown`."""

    step: int
    shown: list[ShiftedRow]
    last: int = 0
    count: int = 0


@dataclass(frozen=True, slots=True)
class ShiftedRow:
    """A row whose cells stand too far to one side: its line and cells, and what to say of it."""

    line: int
    row: Sequence[str]
    issue: Issue


def may_be_shifted(evidence: Evidence) -> bool:
    """Whether two columns of dates or amounts hold something else in some row."""
    shown = (*(one.shown for one in evidence.dates.values()), *(one.shown for one in evidence.numbers.values()))
    return sum(one["bad"] > 0 for one in shown) > 1


def find_shifted(
    rules: Rules, chosen: Collection[int], blocks: Iterable[RawRows], name: str
) -> Generator[Progress, None, list[ShiftedRow]]:
    """The rows of which two cells fit the columns beside their own while no cell denies it, where they are only a few.

    `chosen` are the columns that the user mapped: they are taken as they are.

    Raises:
        UserError: saying on which lines, which columns hold what there, and which names it fits.
    """
    fields = FIELD_BY_NAME[rules.kind]
    read = [(fields[one.field], one.column) for one in rules.readings if one.field in fields]
    judged = sorted((one for one in read if one[1] not in chosen and _is_judged(one[0])), key=lambda one: one[1])
    own, found = len(rules.headers) - rules.made_columns, dict[int, _Found]()
    for block in blocks:
        for line, row in zip(block.lines, block.rows, strict=True):
            if len(row) == len(rules.headers):
                _note(found, judged, rules.headers[:own], row, line)
        yield Progress(0, 0, f"Looking for shifted rows in {name}")
    part = max(found.values(), key=lambda one: one.count, default=None)
    if part is not None and part.count >= LEAST_ROWS:
        raise _refusal(part)
    unreadable = [one for one in judged if one[0].kind not in WORDED]
    rows = (one for part in found.values() for one in part.shown)
    return [one for one in rows if any(_is_odd(field, one.row[at]) for field, at in unreadable)]


def _note(
    found: dict[int, _Found], judged: Sequence[tuple[Field, int]], headers: Sequence[str], row: Sequence[str], line: int
) -> None:
    """Take a row in, where its cells would fit with a step to one side."""
    odd = [one for one in judged if _is_odd(one[0], row[one[1]])]
    if len(odd) < 2 or not any(_is_sure(field, row[at]) for field, at in odd):
        return
    for step in STEPS:
        fitting = [one for one in odd if _fits(one[0], row[: len(headers)], one[1] + step)]
        behind = [(field, at + step) for field, at in judged if at >= odd[0][1] and 0 <= at + step < len(headers)]
        if len(fitting) > 1 and not any(_is_odd(field, row[at]) for field, at in behind):
            part = found.setdefault(step, _Found(step, []))
            part.last, part.count = line, part.count + 1
            if len(part.shown) < LEAST_ROWS:
                part.shown.append(ShiftedRow(line, row, _issue(headers, row, line, fitting, step)))
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
    return "dates" if looks_like_day(cell) else "numbers" if looks_like_number(cell) else "words"


def _issue(headers: Sequence[str], row: Sequence[str], line: int, odd: Sequence[tuple[Field, int]], step: int) -> Issue:
    """What to say of a row: which of its cells fit which column beside their own."""
    places = [(headers[at], headers[at + step], row[at + step]) for _, at in odd]
    holds = listed(
        f"'{beside}' holds {_holds(cell)} ('{cell[:40]}'), which fit '{name}'" for name, beside, cell in places
    )
    side, mend = SIDES[step]
    at = odd[0][1]
    told = f"Its cells look shifted, a column too far to the {side}: {holds}. {mend} on this line."
    return Issue(line, headers[at], row[at][:LONGEST_SHOWN], told)


def _refusal(part: _Found) -> UserError:
    first = part.shown[0]
    side, mend = SIDES[part.step]
    holds = first.issue.problem.partition(": ")[2].removesuffix(f" {mend} on this line.")
    return UserError(
        f"{counted(part.count, 'row')} between line {first.line:,} and line {part.last:,} look shifted, their cells a "
        f"column too far to the {side}: {holds}",
        f"{mend} on these lines, or leave them out of the file; a column that is as it should be is said with "
        "--map FIELD=COLUMN.",
    )


def without_shifted(evidence: Evidence, shifted: Sequence[ShiftedRow]) -> None:
    """Take back what rows told whose stage is a cell of another column: nobody is asked what that means."""
    skip = evidence.rules.skip
    kept = [one.row for one in shifted if not any(flag(one.row[column]) in words for column, words in skip)]
    if kept and evidence.rules.kind == "deals":
        tally_stages(evidence, [list(column) for column in zip(*kept, strict=True)], len(kept), [-1] * len(kept))
