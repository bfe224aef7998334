"""The functions of the formula language, each with what it does and an example; the editor offers the same list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Group = Literal["aggregate", "row", "modifier", "goal", "number"]


@dataclass(frozen=True, slots=True)
class FunctionHelp:
    """What a function does; `least` and `most` say how many arguments it takes (0: any number)."""

    name: str
    group: Group
    least: int
    most: int
    help: str
    example: str


_ALL = (
    FunctionHelp("count", "aggregate", 1, 1, "How many records.", "count(deals where won on closed_at)"),
    FunctionHelp("count_distinct", "aggregate", 1, 1, "How many different values of a field.",
                 "count_distinct(deals.account where won on closed_at)"),
    FunctionHelp("sum", "aggregate", 1, 1, "The values of a field added up.",
                 "sum(deals.amount where won on closed_at)"),
    FunctionHelp("avg", "aggregate", 1, 1, "The mean of a field.", "avg(deals.amount where won on closed_at)"),
    FunctionHelp("median", "aggregate", 1, 1, "The middle value of a field.",
                 "median(days(deals.created_at, deals.closed_at) where won on closed_at)"),
    FunctionHelp("percentile", "aggregate", 2, 2, "The value below which a share of the records lies.",
                 "percentile(deals.amount, 90% where won on closed_at)"),
    FunctionHelp("min", "aggregate", 1, 1, "The smallest value of a field.",
                 "min(deals.amount where won on closed_at)"),
    FunctionHelp("max", "aggregate", 1, 1, "The largest value of a field.",
                 "max(deals.amount where won on closed_at)"),
    FunctionHelp("days", "row", 2, 2, "Days from one date to another.",
                 "avg(days(deals.created_at, deals.closed_at) where won on closed_at)"),
    FunctionHelp("hours", "row", 2, 2, "Hours from one date to another.",
                 "median(hours(deals.created_at, deals.first_contact_at) on created_at)"),
    FunctionHelp("minutes", "row", 2, 2, "Minutes from one date to another.",
                 "median(minutes(leads.created_at, leads.first_response_at) on created_at)"),
    FunctionHelp("business_days", "row", 2, 2, "Working days from one date to another.",
                 "avg(business_days(deals.created_at, deals.closed_at) where won on closed_at)"),
    FunctionHelp("business_hours", "row", 2, 2, "Working hours from one date to another, as the settings have them.",
                 "median(business_hours(leads.created_at, leads.first_response_at) on created_at)"),
    FunctionHelp("least", "row", 2, 0, "The smallest of several values of a record.",
                 "sum(least(deals.amount, 10000) where won on closed_at)"),
    FunctionHelp("greatest", "row", 2, 0, "The largest of several values of a record.",
                 "sum(greatest(deals.amount - 10000, 0) where won on closed_at)"),
    FunctionHelp("number", "row", 1, 1, "The number in a column of your files that no field stands for.",
                 "sum(number(deals.`Seats`) where won on closed_at)"),
    FunctionHelp("date", "row", 1, 1, "The date in a column of your files that no field stands for.",
                 "count(deals where date(`Kick-off`) in period as of end)"),
    FunctionHelp("previous", "modifier", 1, 2, "The value one period earlier, or a stated time earlier.",
                 "previous([bookings], 1 year)"),
    FunctionHelp("rolling", "modifier", 2, 2,
                 "The value over a stretch of time that ends with the period, or with the data while that runs.",
                 "rolling([win_rate], 90d)"),
    FunctionHelp("to_date", "modifier", 2, 2, "The value since the beginning of a longer period.",
                 "to_date([bookings], quarter)"),
    FunctionHelp("at_start", "modifier", 1, 1, "The value at the start of the period.", "at_start([open_pipeline])"),
    FunctionHelp("at_end", "modifier", 1, 1, "The value at the end of the period.", "at_end([open_pipeline])"),
    FunctionHelp("org", "modifier", 1, 1, "The value of the whole organisation.", "[bookings] / org([bookings])"),
    FunctionHelp("team", "modifier", 1, 1, "The value of the team.", "[bookings] / team([bookings])"),
    FunctionHelp("total", "modifier", 1, 1, "The value of all groups of a breakdown together.",
                 "[bookings] / total([bookings])"),
    FunctionHelp("target", "goal", 1, 1, "The target of a KPI.", "[bookings] / target([bookings])"),
    FunctionHelp("minimum", "goal", 1, 1, "The minimum of a KPI.", "[bookings] / minimum([bookings])"),
    FunctionHelp("stretch", "goal", 1, 1, "The stretch of a KPI.", "[bookings] / stretch([bookings])"),
    FunctionHelp("baseline", "goal", 1, 1, "The baseline of a KPI.", "[bookings] / baseline([bookings])"),
    FunctionHelp("abs", "number", 1, 1, "A number without its sign.",
                 "abs([bookings] - previous([bookings]))"),
    FunctionHelp("min_of", "number", 2, 0, "The smallest of several numbers.",
                 "min_of([bookings], target([bookings]))"),
    FunctionHelp("max_of", "number", 2, 0, "The largest of several numbers.",
                 "max_of(target([bookings]) - [bookings], 0)"),
    FunctionHelp("if_empty", "number", 2, 2, "A number, or another one where there is none.",
                 "if_empty([win_rate], 0)"),
    FunctionHelp("clamp", "number", 3, 3, "A number kept between a lowest and a highest.",
                 "clamp([win_rate], 0, 1)"),
    FunctionHelp("param", "number", 1, 1,
                 "A number with a name, kept in the settings; without it a formula has no value.",
                 "[bookings] * param(gross_margin)"),
)  # fmt: skip

FUNCTIONS: dict[str, FunctionHelp] = {one.name: one for one in _ALL}
