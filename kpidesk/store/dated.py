"""What holds of a person from a day on, as rows about people have said it one after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar

from kpidesk.core.people import ALWAYS

LATEST = ("role", "hire_at", "end_at", "motion", "territory", "segment", "ramp_months")
"""What is known of a person is what was said last, by data date."""
STILL = "9999-12-31"
"""The end of what still holds."""
T = TypeVar("T")


def told(
    known: Mapping[date, T], value: T, since: str | None, day: date, same: Callable[[T, T], bool]
) -> dict[date, T]:
    """What holds from which day once a row of the data of `day` has said `value`.

    It holds from the day `since` on, an empty one stands for ever, without one from the day of the data unless it held
    already; what is said first without a day holds from ever.
    """
    if since:
        return {**known, date.fromisoformat(since): value}
    if not known or since == "":
        return {ALWAYS: value}
    start = max((one for one in known if one <= day), default=min(known))
    return dict(known) if same(known[start], value) else {**known, day: value}


def changes(known: Mapping[date, T], same: Callable[[T, T], bool]) -> list[tuple[date, T]]:
    """What held from which day, in order, without what is the same as the one before."""
    found: list[tuple[date, T]] = []
    for start, value in sorted(known.items(), key=lambda one: one[0]):
        if not found or not same(found[-1][1], value):
            found.append((start, value))
    return found
