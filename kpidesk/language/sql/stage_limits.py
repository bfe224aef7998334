"""From how many days on a deal is long in its stage, in SQL: the limits as they hold on the day, written out."""

from __future__ import annotations

from datetime import date

from kpidesk.core.pipeline import LEAST_LIMIT
from kpidesk.language.sql.asked import cannot
from kpidesk.language.sql.making import Making
from kpidesk.language.sql.writing import listed, number, quoted

MOST_MOVED = 1_000
"""A statement names no more deals than these one by one."""
_INDENT = " " * 13


def stage_limit(making: Making, name: str, edge: date) -> tuple[str, str]:
    """The limit of a deal on a day, by its version `h` in force and what it came to `e`, and the joins it takes.

    `name` tells the parts of several days apart.
    """
    known = making.known
    limits, setting = known.limits(edge), number(known.settings.stall_days)
    if len(limits.deals) > MOST_MOVED:
        raise cannot(f"{len(limits.deals):,} deals were by then in another stage than the file of that day has them")
    limit, joins = setting, ""
    if limits.stages:
        least = known.settings.minimum_n
        part = making.parts.add(
            f"{name}_limits",
            f"Longer than so many days is long in a stage: four in five past stays there of deals that were won by then"
            f" are no longer, told where {least} or more are known; never below {LEAST_LIMIT}, elsewhere {setting}.",
            _values(("stage", "pipeline", "word", "days", "stays"), [
                f"({stage}, {pipeline}, {quoted(word)}, {days}, {stays})"
                for stage, pipeline, word, days, stays in limits.stages
            ]),
        )  # fmt: skip
        limit = f"CASE WHEN d.day < e.shut_from THEN coalesce(l.days, {setting}) ELSE {setting} END"
        joins += f"\nLEFT JOIN {part} l ON l.stage = h.stage_term AND l.pipeline = h.pipeline_term"
    if limits.deals:
        part = making.parts.add(
            f"{name}_moved",
            "The limits of deals that were by then in another stage than the file of that day has them.",
            _values(("deal_id", "days"), [f"({deal}, {days})" for deal, days in limits.deals]),
        )
        limit, joins = f"coalesce(m.days, {limit})", f"{joins}\nLEFT JOIN {part} m ON m.deal_id = h.deal_id"
    return limit, joins


def _values(names: tuple[str, ...], rows: list[str]) -> str:
    columns = ", ".join(f"column{at} AS {name}" for at, name in enumerate(names, 1))
    return f"SELECT {columns}\nFROM (VALUES {listed(rows, _INDENT)})"
