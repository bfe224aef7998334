"""That no column tells something of the records of a file, what follows from it, and which columns may tell it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kpidesk.core.fields import Kind
from kpidesk.core.wording import listed
from kpidesk.importing.dates import looks_like_day
from kpidesk.importing.headers import normalised
from kpidesk.importing.missing import KEY_WORDS
from kpidesk.importing.numbers import is_blank, looks_like_number
from kpidesk.importing.profiles import NO_COLUMN
from kpidesk.importing.rules import Rules

Holds = Literal["days", "numbers", ""]
MOST_OF = 10
"""One cell of so many may be something else, such as "on request" among amounts."""
LONG_KEY = 8
"""Whole numbers of so many digits that all differ are ids and no amounts."""
MAP_ONE, MAP_SEVERAL = "Map the one that does", "Add these days to the export, or map the columns that do"


@dataclass(frozen=True, slots=True)
class Untold:
    """What is not told of records of a kind where no column feeds any of `fields`, with what follows: `what`.

    `maps` are the fields to map a column to, the first of `fields` unless said; `holds` what a column holds that may be
    the one; `advice` what else to do; `but_for` values of another field, said of all rows, with which nothing follows.
    """

    kind: Kind
    fields: tuple[str, ...]
    what: str
    holds: Holds = ""
    advice: str = ""
    maps: tuple[str, ...] = ()
    but_for: tuple[str, tuple[str, ...]] = ("", ())

    @property
    def to_map(self) -> tuple[str, ...]:
        """The fields to map a column to."""
        return self.maps or self.fields[:1]


UNTOLD: tuple[Untold, ...] = (
    Untold(
        "contracts",
        ("status",),
        "which contracts were renewed and which were lost: there is no renewal rate of them",
    ),
    Untold("deals", ("owner", "owner_split", "team"), "whose the deals are: they count for no rep and no team"),
    Untold("activities", ("person",), "whose the activities are: they count for no rep and no team"),
    Untold("leads", ("owner",), "whose the leads are: they count for no rep and no team"),
    Untold(
        "accounts",
        ("owner",),
        "whose the accounts are: one counts for whoever its subscription names, else its last won deal",
    ),
    Untold(
        "deals",
        ("close_date", "closed_at", "created_at"),
        "when the deals were created, closed or should close: unless another file does, no period has any numbers, "
        "such as bookings, a win rate or a forecast, and nothing tells their age. What can be shown is which deals are "
        "open and in which stage, from the day of the first file on",
        "days",
        maps=("close_date", "created_at"),
    ),
    Untold(
        "deals",
        ("close_date", "closed_at"),
        "when the deals closed or should close: unless another file does, none counts as won or lost in any period, so "
        "that there are no bookings, no win rate, no average deal size and no forecast",
        "days",
    ),
    Untold(
        "deals",
        ("created_at",),
        "when the deals were created: unless another file does, nothing tells their age, their time to close and how "
        "many were created in a period, and which were open is known from the day of the first file on",
        "days",
    ),
    Untold(
        "leads",
        ("created_at",),
        "when the leads were created: nothing tells how many came in a period, how fast they were answered and what "
        "became of them",
        "days",
    ),
    Untold(
        "activities",
        ("occurred_at", "scheduled_at"),
        "when the activities took place: none counts in any period",
        "days",
    ),
    Untold("surveys", ("responded_at",), "when the surveys were answered: none counts in any period", "days"),
    Untold(
        "deals",
        ("amount", "recurring_amount"),
        "what the deals are worth: unless another file does, there are no bookings, no deal size, no pipeline in money "
        "and no forecast",
        "numbers",
    ),
    Untold(
        "activities",
        ("type",),
        "what the activities are, so none counts as a call, an e-mail, a meeting or a demo",
        advice="Where all are calls, --set type=call says so.",
    ),
    Untold(
        "activities",
        ("direction",),
        "which way the activities went, so none counts as outbound or inbound: no call as made, no e-mail as sent",
        advice="Where all went out, --set direction=out says so.",
        but_for=("type", ("meeting", "demo", "proposal", "task")),
    ),
    Untold(  # a planned call is no call
        "activities",
        ("status",),
        "whether the activities took place, so none counts as held: no call as made, no e-mail as sent, no meeting as "
        "held",
        advice="Where the file lists only what was done, --set status=held says so.",
    ),
    Untold(
        "leads",
        ("first_response_at", "mql_at", "sql_at", "converted_at", "deal"),
        "what became of the leads: nothing tells how fast they were answered or how many were qualified, and unless "
        "deals name their lead none counts as converted",
        "days",
        maps=("first_response_at", "sql_at", "converted_at"),
    ),
    Untold(
        "leads",
        ("first_response_at",),
        "when the leads were first answered: nothing tells how fast and how many were",
        "days",
    ),
    Untold(
        "leads",
        ("sql_at", "mql_at"),
        "when marketing or sales qualified the leads: nothing tells how many were",
        "days",
    ),
    Untold(
        "leads",
        ("converted_at", "deal"),
        "when the leads became deals: unless deals name their lead, none counts as converted",
        "days",
    ),
    Untold(
        "leads",
        ("source",),
        "where the leads came from: none counts as inbound, and no KPI of them is broken down by source",
        advice="Where all came from one, --set source=web says so.",
    ),
    Untold(
        "accounts",
        ("segment", "vertical", "region", "source"),
        "what sort of accounts they are: no KPI of theirs is broken down by segment, industry, region or source",
    ),
    Untold(
        "subscriptions",
        ("ends_at",),
        "when the subscriptions end: each is paid for ever, so that no account churns and every one is retained",
        "days",
    ),
    Untold(
        "surveys",
        ("kind",),
        "which survey was answered: unless another file does, scores of up to 5 count for customer satisfaction, of up "
        "to 10 for NPS",
        advice="Where all are of one survey, --set kind=nps says so.",
    ),
)
"""Of each kind in the order in which it is told; what is told of several fields is not told again of some of them."""


def untold(rules: Rules, rows: Sequence[Sequence[str]], said: Mapping[str, str]) -> tuple[str, ...]:
    """The notices of what no column of a file tells, with the columns that may; none where everything is known.

    `rows` are the first ones of the file, `said` the columns that the user gave to fields: "-" asks for no notice.
    """
    told: list[Untold] = []
    for one in UNTOLD:
        is_said = any(set(one.fields) <= set(wider.fields) for wider in told)
        if one.kind == rules.kind and not is_said and not _is_known(rules, one, said):
            told.append(one)
    return tuple(_notice(rules, rows, one) for one in told)


def _is_known(rules: Rules, one: Untold, said: Mapping[str, str]) -> bool:
    field, values = one.but_for
    is_given = any(rules.is_given(name) or said.get(name) == NO_COLUMN for name in one.fields)
    return is_given or (bool(field) and rules.constant(field) in values)


def _notice(rules: Rules, rows: Sequence[Sequence[str]], one: Untold) -> str:
    free = [f"'{rules.headers[at]}'" for at in _candidates(rules, rows, one.holds)]
    may = f" {listed(free)} {'hold' if len(free) > 1 else 'holds'} {one.holds} that feed nothing." if free else ""
    maps = " ".join(f'--map {name}="COLUMN"' for name in one.to_map)
    advice = f" {one.advice}" if one.advice else ""
    return f"No column tells {one.what}.{may}{advice} {MAP_ONE if len(one.to_map) == 1 else MAP_SEVERAL}: {maps}."


def _candidates(rules: Rules, rows: Sequence[Sequence[str]], holds: Holds) -> list[int]:
    """The columns that feed nothing and hold what the field needs in most of the rows where they hold anything.

    Of columns of numbers those that may be amounts: with decimals or a currency before whole numbers, never ids.
    """
    if not holds:
        return []
    stages = {at for at, _ in rules.wide.stages} if rules.wide is not None else set()
    found = {at: [row[at] for row in rows if at < len(row) and not is_blank(row[at])] for at in rules.custom}
    held = [at for at, cells in found.items() if at not in stages and cells and _most_hold(cells, holds)]
    if holds == "days":
        return held
    written = [at for at in held if sum(not cell.strip().isdecimal() for cell in found[at]) * 2 > len(found[at])]
    return written or [at for at in held if not _are_ids(rules.headers[at], found[at])]


def _most_hold(cells: Sequence[str], holds: Holds) -> bool:
    days, numbers = sum(map(looks_like_day, cells)), sum(map(looks_like_number, cells))
    return (days if holds == "days" else 0 if days == len(cells) else numbers) * MOST_OF >= len(cells) * (MOST_OF - 1)


def _are_ids(header: str, cells: Sequence[str]) -> bool:
    """Whether whole numbers tell records apart: by the name of their column, or since they are long and all differ."""
    if set(normalised(header).split()) & KEY_WORDS:
        return True
    is_long = all(cell.strip().isdecimal() and len(cell.strip()) >= LONG_KEY for cell in cells)
    return is_long and len(cells) > 1 and len(set(cells)) == len(cells)
