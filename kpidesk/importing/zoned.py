"""Cells that tell a moment in a zone: how many a column holds, and how many are of another day in another zone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from kpidesk.core.imports import DATE_ORDERS
from kpidesk.core.wording import counted
from kpidesk.importing.dates import CLOCK, read_day, take_apart
from kpidesk.importing.memo import DAY
from kpidesk.importing.moments import A_DAY, moment_of

OWN = "UTC"
"""The zone of a workspace that nobody gave another one: there, moments are compared with the days as written."""
EPOCH = (12, 13)
"""So many digits have the milliseconds since 1970."""
Fall = Literal["none", "same", "other", "unsure"]
"""Whether the day of a cell is another one elsewhere; none: it tells no zone; unsure: its date is read both ways."""


@dataclass(slots=True)
class ZonedTally:
    """How many cells of a column tell a moment in a zone; filled block by block.

    `zone` is that of the workspace; `moved` of the `told` cells are of another day in UTC, or where that is the zone
    of the workspace by what is written. `is_sure` False: of some that cannot be said.
    """

    zone: str
    told: int = 0
    moved: int = 0
    is_sure: bool = True

    def count(self, texts: Mapping[str, int]) -> None:
        """Take in the different cells of a block, with how often each stands there."""
        for text, times in texts.items():
            if len(text) <= DAY or (fall := _fall(text, self.zone)) == "none":
                continue
            self.told += times
            self.moved += times * (fall == "other")
            self.is_sure &= fall != "unsure"


def zone_notices(tallies: Iterable[ZonedTally], zone: str) -> tuple[str, ...]:
    """In which zone the moments of a file are cut to days, and how many are of another day elsewhere."""
    found = [one for one in tallies if one.told]
    told, moved = sum(one.told for one in found), sum(one.moved for one in found)
    if not told:
        return ()
    words = (
        f"{counted(told, 'time')} with a zone {'is' if told == 1 else 'are'} cut to days in {zone} (setting Time zone)"
    )
    beside = "as written" if zone == OWN else "in UTC"
    if not all(one.is_sure for one in found) or (zone == OWN and not moved):
        return (f"{words}.",)
    many = (
        f"{moved:,} of them {'falls' if moved == 1 else 'fall'} on another day" if moved else "none is of another day"
    )
    return (f"{words}; {beside} {many}.",)


def _fall(text: str, zone: str) -> Fall:
    moment = moment_of(text, _zone(zone))
    if moment is not None:
        elsewhere = 0 if zone == OWN else moment.universal // A_DAY
        return "same" if moment.local // A_DAY == elsewhere else "other"
    body = text.strip()
    if body.isdigit():
        return _written_fall(body, zone) if len(body) in EPOCH else "none"
    return _written_fall(body, zone) if body[-1:] in "ZCT" or {"+", "-"} & set(body[DAY - 2 :]) else "none"


def _written_fall(body: str, zone: str) -> Fall:
    """Whether a moment falls on another day that is written in whatever way: in each order in which it can be read."""
    parts = take_apart(body)
    clock = CLOCK.fullmatch(" ".join(parts.clock.split())) if parts is not None and parts.clock else None
    if not body.isdigit() and (clock is None or not clock[5]):
        return "none"
    plain = body.removesuffix(parts.clock) if parts is not None else body
    found: set[Fall] = set()
    for order in DATE_ORDERS:
        if (here := read_day(body, order, _zone(zone))) is not None:
            found.add("same" if here == read_day(plain if zone == OWN else body, order, UTC) else "other")
    return "unsure" if len(found) > 1 else next(iter(found), "none")


@lru_cache(maxsize=1)
def _zone(name: str) -> tzinfo:
    return ZoneInfo(name)
