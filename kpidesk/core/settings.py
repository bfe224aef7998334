"""Settings that change a number; they live in the workspace and travel with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from kpidesk.core.calendars import CALENDARS, MONTHLY, OWN, RULES, YEAR_NAMES, Calendar, Rule, check_own, own_periods
from kpidesk.core.errors import UserError
from kpidesk.core.parameters import Parameters, read_parameters
from kpidesk.core.worktime import read_work_week


@dataclass(frozen=True, slots=True)
class Settings:
    """How this workspace counts.

    `fiscal_start_month` 1…12, `fiscal_year_name`: a fiscal year is named after the calendar year in which it ends, or
    after that in which it begins. `calendar` says whether that year has calendar months, periods of whole weeks or
    `own_periods` (see `CALENDARS`).
    `week_start` 0 Monday … 6 Sunday. `business_hours` are the working hours (see `worktime`), empty for around
    the clock. `minimum_n`: below it a rate or an average gets no status; `solid_n`: from it on a
    status may be certain. `stall_days`: an open deal longer in its stage than this is stalled, where that stage tells
    no limit of its own (see `StageLimit`). `rate_basis`: the day whose exchange rate an amount is converted with
    (see `RATE_BASES`). `parameters`: the numbers of formulas that no file tells, by name.
    """

    currency: str = "USD"
    fiscal_start_month: int = 1
    calendar: str = MONTHLY
    week_start: int = 0
    time_zone: str = "UTC"
    business_hours: str = ""
    minimum_n: int = 10
    solid_n: int = 30
    stall_days: int = 30
    organisation: str = "Organisation"
    rate_basis: str = "close"
    parameters: Parameters = ()
    fiscal_year_name: str = "end"
    own_periods: str = ""


LARGEST = 100_000
"""No setting is a larger number than this."""
SETTING_HELP: dict[str, str] = {
    "currency": "Currency in which amounts are shown, as a three-letter code.",
    "fiscal_start_month": "Month in which the fiscal year begins, 1 to 12.",
    "fiscal_year_name": "A fiscal year is named after the calendar year in which it ends (end) or begins (start).",
    "calendar": "What a year is made of: months; whole weeks: 4-4-5, 4-5-4, 5-4-4, also with -last or -first; own.",
    "own_periods": "The periods of the calendar own; `kpidesk calendar` imports and exports them as a table.",
    "week_start": "First day of the week, 0 for Monday to 6 for Sunday.",
    "time_zone": "Time zone in which stamps with a zone are cut to dates; of files that come in from now on.",
    "business_hours": "When your people work, such as Mon-Fri 09:00-17:00; empty for around the clock.",
    "minimum_n": "A rate or an average from fewer rows than this gets no status, and its change no verdict.",
    "solid_n": "From this many rows on, a status may be certain.",
    "stall_days": "An open deal in its stage for longer than this is stalled, where your own past does not tell.",
    "organisation": "Name shown for the whole organisation.",
    "rate_basis": "Day of the exchange rate of an amount in another currency: close, created or fixed (budget rate).",
    "parameters": "Numbers that formulas need and no file tells, such as gross_margin = 80%; parted by semicolons.",
}


def calendar_of(settings: Settings) -> Calendar:
    """How the fiscal year of a workspace is cut into periods."""
    name, by_start = settings.calendar, settings.fiscal_year_name == "start"
    if name in (MONTHLY, OWN):
        own = own_periods(settings.own_periods) if name == OWN else None
        return Calendar(settings.fiscal_start_month, settings.week_start, by_start=by_start, own=own)
    weeks = tuple(map(int, name.split("-")[:3]))
    rule: Rule = next((one for one in RULES if name.endswith(one)), "nearest")
    return Calendar(settings.fiscal_start_month, settings.week_start, weeks, rule, by_start)


def changed_settings(known: Settings, changes: Iterable[str]) -> Settings:
    """Settings with some set anew, each typed as NAME=VALUE; whether they can be counted with is not looked at.

    Raises:
        UserError: there is no such setting, or its value is not of its kind.
    """
    return replace(known, **dict(_read_change(text) for text in changes))


def _read_change(text: str) -> tuple[str, Any]:
    name, sign, value = (part.strip() for part in text.partition("="))
    usual = asdict(Settings()).get(name)
    if usual is None:
        raise UserError(f"There is no setting '{name}'.", f"There are {', '.join(SETTING_HELP)}.")
    if not sign:
        raise UserError(f"'{name}' is set to nothing.", f"Write {name}= and its value.")
    if name == "parameters":
        return name, read_parameters(value)
    return name, _whole_number(name, value) if isinstance(usual, int) else value


def _whole_number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST)) and int(text) <= LARGEST):
        raise UserError(f"'{text}' is no number for {name}.", f"Type a whole number from 0 to {LARGEST:,}.")
    return int(text)


def check_settings(settings: Settings) -> None:
    """Refuse settings that cannot be counted with; whether the time zone exists is for the caller to see.

    Raises:
        UserError: naming the setting and what it may be.
    """
    from kpidesk.core.rates import RATE_BASES  # a window starts without

    code = settings.currency
    if not (len(code) == 3 and code.isascii() and code.isalpha() and code.isupper()):
        raise UserError(f"'{code}' is no currency code.", "Use three capital letters such as EUR.")
    if not 1 <= settings.fiscal_start_month <= 12:
        raise UserError(f"There is no month {settings.fiscal_start_month}.", "Use 1 to 12.")
    if settings.calendar not in CALENDARS:
        raise UserError(f"There is no calendar '{settings.calendar}'.", f"Use {' or '.join(CALENDARS)}.")
    if settings.fiscal_year_name not in YEAR_NAMES:
        raise UserError(
            f"A fiscal year is not named after its '{settings.fiscal_year_name}'.", f"Use {' or '.join(YEAR_NAMES)}."
        )
    check_own(calendar_of(settings))
    if not 0 <= settings.week_start <= 6:
        raise UserError(f"There is no weekday {settings.week_start}.", "Use 0 for Monday to 6 for Sunday.")
    read_work_week(settings.business_hours)
    if not 1 <= settings.minimum_n <= settings.solid_n:
        raise UserError(
            f"A status from {settings.minimum_n} rows cannot be certain from {settings.solid_n}.",
            "Use 1 or more for the smallest sample, and at least as many for a certain status.",
        )
    if settings.stall_days < 1:
        raise UserError(f"{settings.stall_days} days cannot make a deal stalled.", "Use 1 or more.")
    if settings.rate_basis not in RATE_BASES:
        raise UserError(f"Amounts cannot be converted by '{settings.rate_basis}'.", f"Use {' or '.join(RATE_BASES)}.")
    if not settings.organisation.strip():
        raise UserError("The organisation has no name.", "Type the name to show for all of it.")
