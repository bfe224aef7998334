"""Settings that change a number; they live in the workspace and travel with it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """How this workspace counts.

    `fiscal_start_month` 1…12: a fiscal year is named after the calendar year in which it ends.
    `week_start` 0 Monday … 6 Sunday. `minimum_n`: below it a rate gets no status; `solid_n`: from it on a
    status may be certain. `stall_days`: an open deal longer in its stage than this is stalled.
    """

    currency: str = "USD"
    fiscal_start_month: int = 1
    week_start: int = 0
    time_zone: str = "UTC"
    minimum_n: int = 10
    solid_n: int = 30
    stall_days: int = 30
    organisation: str = "Organisation"


SETTING_HELP: dict[str, str] = {
    "currency": "Currency in which amounts are shown, as a three-letter code.",
    "fiscal_start_month": "Month in which the fiscal year begins, 1 to 12.",
    "week_start": "First day of the week, 0 for Monday to 6 for Sunday.",
    "time_zone": "Time zone in which stamps with a zone are cut to dates.",
    "minimum_n": "A rate from fewer rows than this gets no status.",
    "solid_n": "From this many rows on, a status may be certain.",
    "stall_days": "An open deal that has been in its stage longer than this is stalled.",
    "organisation": "Name shown for the whole organisation.",
}
