"""Amounts in other currencies in SQL: each at the rate of its day, rounded half to even as everywhere."""

from __future__ import annotations

from kpidesk.language.sql.asked import Known
from kpidesk.language.sql.making import Making
from kpidesk.language.sql.writing import listed, quoted


def converted(making: Making, amount: str, term: str, day: str, created: str) -> str:
    """An amount in minor units of the workspace's currency; NULL where its currency has no rate on the day.

    `term` is the number of its currency's word, `day` its own day and `created` the day of creation, all as SQL.
    """
    known = making.known
    if not known.foreign:
        return amount
    rates, dated = _rates(making), _dated(making, day, created)
    exact = f"{amount} * e.above"
    rest = f"2 * abs({exact} % e.below)"
    is_up = f"{rest} > e.below OR ({rest} = e.below AND {exact} / e.below % 2 <> 0)"
    rounded = f"{exact} / e.below + CASE WHEN {is_up} THEN CASE WHEN {amount} < 0 THEN -1 ELSE 1 END ELSE 0 END"
    return (
        f"CASE WHEN {term} IN ({', '.join(map(str, known.foreign))}) THEN\n"
        f"         (SELECT {rounded}\n"
        f"          FROM {rates} e WHERE e.currency = {term} AND e.since <= {dated} AND {dated} < e.until)\n"
        f"       ELSE {amount} END"
    )


def _rates(making: Making) -> str:
    steps = [
        f"({one.currency}, {quoted(one.since)}, {quoted(one.until)}, {one.above}, {one.below})"
        for one in making.known.rates
    ] or ["(NULL, NULL, NULL, NULL, NULL)"]
    return making.parts.add(
        "exchange_rates",
        "What one minor unit of each other currency is in that of the workspace: above / below, by day.",
        "SELECT column1 AS currency, column2 AS since, column3 AS until, column4 AS above, column5 AS below\n"
        f"FROM (VALUES {listed(steps, '             ')})",
    )


def _dated(making: Making, day: str, created: str) -> str:
    basis = making.known.settings.rate_basis
    if basis != "fixed":
        return created if basis == "created" else day
    years = making.parts.add(
        "fiscal_years",
        "The first day of each fiscal year, whose rate is the budget rate.",
        f"SELECT column1 AS first FROM (VALUES {_years(making.known)})",
    )
    return f"(SELECT max(first) FROM {years} WHERE first <= {day})"


def _years(known: Known) -> str:
    return ", ".join(f"({quoted(one)})" for one in known.fiscal_years)
