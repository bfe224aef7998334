"""The times in teams of a file: in which order they count, and whether an end is the last day or the first after."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from kpidesk.core.texts import folded
from kpidesk.store.dated import STILL
from kpidesk.store.spells import EVER, PersonRow

A_DAY = timedelta(days=1)


def by_first_day(rows: Sequence[PersonRow]) -> list[int]:
    """The places of the rows of a file in the order in which they count.

    The rows of one person follow each other by their first days in a team, those without a day before them, so that
    each time in a team gives way to the next, whichever line it stands on. All others stay where they are.
    """
    addresses = {folded(row.person): folded(row.email) for row in rows if row.email}
    places: dict[str, list[int]] = {}
    for at, row in enumerate(rows):
        name = folded(row.person)
        if whose := folded(row.email or "") or addresses.get(name, name):
            places.setdefault(whose, []).append(at)
    order = list(range(len(rows)))
    for mine in places.values():
        for at, row_at in zip(mine, sorted(mine, key=lambda one: rows[one].valid_from or EVER), strict=True):
            order[at] = row_at
    return order


@dataclass(frozen=True, slots=True)
class EndDays:
    """What the ends of a file show: how many are followed by a start on the next day, and on that same day.

    `open` are the ends that nothing follows.
    """

    last: int = 0
    first_after: int = 0
    open: int = 0

    @property
    def are_last(self) -> bool:
        """Whether an end that nothing follows is the last day in the team, as people write it unless they show else."""
        return self.first_after <= self.last


def end_days(rows: Sequence[PersonRow]) -> EndDays:
    """What the ends of the times in teams of a file show."""
    starts = _starts(rows)
    found = [_follows(row, starts) for row in rows if _has_end(row)]
    return EndDays(found.count(1), found.count(0), found.count(None))


def half_open(rows: Sequence[PersonRow], ends: EndDays) -> list[PersonRow]:
    """The rows with the first day after each time in a team as its end.

    Where the next time of the same person begins on the day of the end, or on the day after it, that decides for the
    row: nobody is in two teams on that day, and nobody in none.
    """
    starts = _starts(rows)
    return [_closed(row, starts, ends) if _has_end(row) else row for row in rows]


def _closed(row: PersonRow, starts: dict[tuple[str, str], set[int]], ends: EndDays) -> PersonRow:
    follows = _follows(row, starts)
    is_last = ends.are_last if follows is None else follows == 1
    return replace(row, valid_to=_day_after(row.valid_to or "")) if is_last else row


def _has_end(row: PersonRow) -> bool:
    """Whether a row has an end that can be moved by a day: not one before its start, which is refused as it is."""
    return bool(row.team and row.valid_to) and (row.valid_from or "") <= (row.valid_to or "") < STILL


def _starts(rows: Iterable[PersonRow]) -> dict[tuple[str, str], set[int]]:
    """The rows in which a person's time begins on a day."""
    found: dict[tuple[str, str], set[int]] = {}
    for row in rows:
        if row.team and row.valid_from:
            found.setdefault((folded(row.person), row.valid_from), set()).add(row.line)
    return found


def _follows(row: PersonRow, starts: dict[tuple[str, str], set[int]]) -> int | None:
    """How many days after its end the next time begins, 0 or 1; None where neither: a time of one day ends on it."""
    who, end = folded(row.person), row.valid_to or ""
    if starts.get((who, end), set()) - {row.line}:
        return 0
    return 1 if (who, _day_after(end)) in starts or row.valid_from == end else None


def _day_after(day: str) -> str:
    return (date.fromisoformat(day) + A_DAY).isoformat()
