"""Who works less than full time: shares of it as they are typed and shown, and where they cut a target."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from kpidesk.core.errors import UserError
from kpidesk.core.formats import day_text
from kpidesk.core.people import ALWAYS, FteSince, Person
from kpidesk.core.periods import Period, parse_day

FULL = 1.0
TYPED = re.compile(r"(?P<share>\d{1,3}(?:[.,]\d{1,4})?)\s*(?P<percent>%)?(?:\s+from\s+(?P<day>\S.*))?", re.IGNORECASE)
PARTS = re.compile(r"(?<=[%\s]),|(?<=\d{4}),|(?<=-\d\d),|,(?!\d)|;", re.ASCII)
"""What stands between two shares: a comma behind a %, a blank or a day, or one that is no decimal comma."""
ADVICE = "Type a share such as 60%, and since when: 60% from 2026-03-01."


def share_text(share: float) -> str:
    """A share of full time as shown: "60%", "62.5%"."""
    return f"{round(100 * share, 4):g}%"


def read_share(text: str) -> float:
    """A share of full time as somebody types it: "60 %", "60" and "0.6" are the same.

    Raises:
        UserError: it is no share between 0 and 100 %; a plain number between 1 and 2 may be either.
    """
    found = TYPED.fullmatch(text.strip())
    if found is None or found["day"]:
        raise UserError(f"'{text}' is no share of full time.", "Type a share such as 60% or 0.6.")
    number = float(found["share"].replace(",", "."))
    if not found["percent"] and 1 < number < 2:
        raise UserError(f"'{text}' is more than full time.", "Type a share such as 60% or 0.6.")
    share = number / 100 if found["percent"] or number > 1 else number
    if share > 1:
        raise UserError(f"'{text}' is more than full time.", "Type a share between 0 and 100%.")
    return share


def read_shares(text: str) -> tuple[FteSince, ...]:
    """Shares of full time with the days from which they hold: "80 %, 60 % from 2026-03-01"; empty is full time.

    Raises:
        UserError: a share or day cannot be read, or two begin on one day.
    """
    found: dict[date, float] = {}
    for part in filter(None, (one.strip() for one in PARTS.split(text))):
        said = TYPED.fullmatch(part)
        if said is None:
            raise UserError(f"'{part}' is no share of full time.", ADVICE)
        start = parse_day(said["day"]) if said["day"] else ALWAYS
        if start in found:
            raise UserError(f"Two shares of full time begin on one day: '{text}'.", ADVICE)
        found[start] = read_share(part[: said.end("percent" if said["percent"] else "share")])
    return steps({ALWAYS: FULL, **found})


def steps(shares: dict[date, float]) -> tuple[FteSince, ...]:
    """Shares in order of their days, without those that are the one before; nothing for always full time."""
    found: list[FteSince] = []
    for start, share in sorted(shares.items()):
        if not found or found[-1].share != share:
            found.append(FteSince(start, share))
    return () if [one.share for one in found] == [FULL] else tuple(found)


def shares_text(shares: Sequence[FteSince]) -> str:
    """Shares as they are typed: "100 %, 60 % from 1 Mar 2026"; empty for full time."""
    return ", ".join(
        share_text(one.share) + ("" if one.start == ALWAYS else f" from {day_text(one.start)}") for one in shares
    )


def shares_words(shares: Sequence[FteSince]) -> str:
    """Shares in words: "60 % of full time from 1 Mar 2026"."""
    said = [share_text(one.share) + ("" if one.start == ALWAYS else f" from {day_text(one.start)}") for one in shares]
    return ", then ".join(said) or "full time"


def fte_words(person: Person, period: Period) -> str:
    """What share of full time a person works in a period, and since or until when where it changes within it."""
    inside = [one for one in person.fte if period.start < one.start < period.end]
    spells = [(person.fte_on(period.start), period.start), *((one.share, one.start) for one in inside)]
    ends = [*(one.start for one in inside), period.end]
    told = []
    for (share, start), end in zip(spells, ends, strict=True):
        if share < FULL:
            since = f" from {day_text(start)}" if start > period.start else ""
            until = f" until {day_text(end - timedelta(days=1))}" if end < period.end else ""
            told.append(f"{share_text(share)} of full time{since}{until}")
    return ", then ".join(told)


def part_timers(people: Sequence[Person], period: Period) -> tuple[Person, ...]:
    """Who works less than full time on some day of a period."""
    return tuple(one for one in people if fte_words(one, period))
