"""That no column tells the main day of the records of a file, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kpidesk.core.fields import Kind
from kpidesk.core.wording import listed
from kpidesk.importing.dates import looks_like_day
from kpidesk.importing.numbers import is_blank
from kpidesk.importing.profiles import NO_COLUMN
from kpidesk.importing.rules import Rules

MAIN_DAYS: Mapping[Kind, tuple[tuple[str, ...], str]] = {
    "deals": (
        ("created_at",),
        "when the deals were created: unless another file does, nothing tells their age, their time to close and "
        "how many were created in a period, and which were open is known from the day of the first file on",
    ),
    "leads": (
        ("created_at",),
        "when the leads were created: nothing tells how many came in a period, how fast they were answered and what "
        "became of them",
    ),
    "activities": (("occurred_at", "scheduled_at"), "when the activities took place: none counts in any period"),
    "surveys": (("responded_at",), "when the surveys were answered: none counts in any period"),
}
"""By kind of record, the fields of which one must be known, and what is not told where none is."""
CLOSING = ("close_date", "closed_at")
NEVER_CLOSED = (
    "when the deals closed or should close: unless another file does, none counts as won or lost in any period, so "
    "that there are no bookings, no win rate, no average deal size and no forecast"
)
NO_DAY = (
    "when the deals were created, closed or should close: unless another file does, no period has any numbers, such as "
    "bookings, a win rate or a forecast, and nothing tells their age. What can be shown is which deals are open and in "
    "which stage, from the day of the first file on"
)


def undated(rules: Rules, rows: Sequence[Sequence[str]], said: Mapping[str, str]) -> tuple[str, ...]:
    """The notice that no column tells the main days of records, with the columns that may; none where they are known.

    `rows` are the first ones of the file, `said` the columns that the user gave to fields: "-" asks for no notice.
    """
    names, told = _unknown(rules, said)
    if not names:
        return ()
    stages = {at for at, _ in rules.wide.stages} if rules.wide is not None else set()
    free = [f"'{rules.headers[at]}'" for at in rules.custom if at not in stages and _holds_days(rows, at)]
    days = f" {listed(free)} {'hold' if len(free) > 1 else 'holds'} days that feed nothing." if free else ""
    maps = " ".join(f'--map {name}="COLUMN"' for name in names)
    advice = "Map the one that does" if len(names) == 1 else "Add these days to the export, or map the columns that do"
    return (f"No column tells {told}.{days} {advice}: {maps}.",)


def _unknown(rules: Rules, said: Mapping[str, str]) -> tuple[tuple[str, ...], str]:
    """The fields of main days that are not known, and what then is not told; no field where all are."""
    main, told = MAIN_DAYS.get(rules.kind, ((), ""))
    missing = () if not main or _is_known(rules, main, said) else main[:1]
    if rules.kind != "deals" or _is_known(rules, CLOSING, said):
        return missing, told
    return (CLOSING[0], *missing), NO_DAY if missing else NEVER_CLOSED


def _is_known(rules: Rules, names: Sequence[str], said: Mapping[str, str]) -> bool:
    return any(rules.is_given(name) or said.get(name) == NO_COLUMN for name in names)


def _holds_days(rows: Sequence[Sequence[str]], column: int) -> bool:
    filled = [row[column] for row in rows if column < len(row) and not is_blank(row[column])]
    return bool(filled) and all(map(looks_like_day, filled))
